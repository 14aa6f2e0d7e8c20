namespace Xeploai
{
    /// <summary>What went wrong, with the numbers of <c>xeploai.h</c>. A number is never given to another meaning.</summary>
    public enum Status
    {
        /// <summary><c>ok</c>: it went well.</summary>
        Ok = 0,
        /// <summary><c>null</c>: a pointer that must not be NULL is, such as that of a stream of Arrow.</summary>
        Null = 1,
        /// <summary><c>utf8</c>: a text is not UTF-8. In C# that is one with half of a pair of surrogates.</summary>
        Utf8 = 2,
        /// <summary><c>invalid_argument</c>: an argument is none of those that there are.</summary>
        InvalidArgument = 3,
        /// <summary><c>buffer_too_small</c>: an array of the caller's is too short.</summary>
        BufferTooSmall = 4,
        /// <summary><c>cancelled</c>: <see cref="Callbacks.Progress"/> asked to stop.</summary>
        Cancelled = 5,
        /// <summary><c>limit</c>: something is longer than the library takes: 1 GiB for a text.</summary>
        Limit = 6,
        /// <summary><c>stream</c>: a stream of Arrow failed, was read before, or is not what its schema says.</summary>
        Stream = 7,
        /// <summary><c>abi_mismatch</c>: the native library is of another version of the interface.</summary>
        AbiMismatch = 8,
        /// <summary><c>load</c>: a rulebook or an overlay cannot be loaded; <see cref="XeploaiException.Json"/> names every
        /// fault.</summary>
        Load = 9,
        /// <summary><c>unknown_subject</c>: the rulebook has no such kind of subject.</summary>
        UnknownSubject = 10,
        /// <summary><c>policy</c>: a policy or an option that the rulebook does not have.</summary>
        Policy = 11,
        /// <summary><c>not_in_force</c>: no rulebook is in force, or more than one.</summary>
        NotInForce = 12,
        /// <summary><c>table</c>: the columns of a table are not in order; <see cref="XeploaiException.Json"/> names every
        /// fault.</summary>
        Table = 13,
        /// <summary><c>request</c>: a request in JSON is not in order.</summary>
        Request = 14,
        /// <summary><c>not_found</c>: nobody has the id, or nothing has the name.</summary>
        NotFound = 15,
        /// <summary><c>busy</c>: another thread is using what one thread at a time may use.</summary>
        Busy = 16,
        /// <summary><c>internal</c>: a defect of the library. Rulebooks and libraries stay usable; a case or cohort that was
        /// being changed says so until it is disposed of.</summary>
        Internal = 99,
    }
}
