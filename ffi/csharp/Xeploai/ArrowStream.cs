using System;
using System.Runtime.InteropServices;

namespace Xeploai
{
    /// <summary>
    /// A <c>struct ArrowArrayStream</c> of the C stream interface of Arrow, in memory of its own: a table that came out of the
    /// library, or room for one that a library of Arrow exports.
    /// </summary>
    /// <remarks>
    /// The NuGet package Apache.Arrow reads it by <c>CArrowArrayStreamImporter.ImportArrayStream</c> and writes it by
    /// <c>CArrowArrayStreamExporter.ExportArrayStream</c>, given <see cref="Pointer"/>. Without such a library
    /// <see cref="GetSchema"/> and <see cref="GetNext"/> read it. One thread at a time may read a stream. A stream that was handed
    /// to a method of this assembly is moved out and empty afterwards.
    /// </remarks>
    /// <example>Rates the members of a cohort once more by columns, and counts them:<code>
    /// using (ArrowStream members = rated.Table("member"))
    /// using (ArrowStream again = rulebook.RateStream("member", members, "{\"prefix\": \"again_\"}"))
    /// using (ArrowStream counts = rulebook.TallyStream(again, "{\"prefix\": \"again_\"}"))
    /// {
    ///     // counts.Pointer goes to a library of Arrow
    /// }
    /// </code></example>
    public sealed class ArrowStream : IDisposable
    {
        internal readonly ArrowStreamHandle Handle = new ArrowStreamHandle();

        // The callbacks of the calls that this stream runs through, the newest first.
        internal readonly CallbackRun[] Runs;

        /// <summary>An empty stream, for somebody to export a table into.</summary>
        public ArrowStream() : this(new CallbackRun[0]) { }

        internal ArrowStream(CallbackRun[] runs)
        {
            Runs = runs;
        }

        /// <summary>
        /// Where the struct lies, as long as this object was not disposed of. Keep the object alive, as <c>using</c> does, while
        /// the pointer is in use.
        /// </summary>
        /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
        public IntPtr Pointer
        {
            get { return Handle.Pointer(); }
        }

        /// <summary>Whether there is nothing to read: nothing was put in, or it was moved out.</summary>
        public bool IsEmpty
        {
            get { return Handle.Function(ArrowStreamHandle.Release) == IntPtr.Zero; }
        }

        /// <summary>Gets the schema of the table.</summary>
        /// <param name="schema">
        /// Where a <c>struct ArrowSchema</c> goes (9 pointer-sized or 64 bit fields), which the caller releases by its own
        /// <c>release</c>.
        /// </param>
        /// <exception cref="XeploaiException"><see cref="Status.Stream"/>: the stream is empty or fails.</exception>
        public void GetSchema(IntPtr schema)
        {
            Read(ArrowStreamHandle.GetSchema, schema, "schema");
        }

        /// <summary>Gets the next batch of rows; of a table that is being rated, this is what rates them.</summary>
        /// <param name="array">
        /// Where a <c>struct ArrowArray</c> goes (10 pointer-sized or 64 bit fields), which the caller releases by its own
        /// <c>release</c>.
        /// </param>
        /// <returns>Whether there was one; after the last it is false, and nothing is to be released.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Stream"/>: the stream is empty or fails. <see cref="Status.Cancelled"/>: a callback stopped it. What
        /// a callback threw comes out as it is.
        /// </exception>
        public bool GetNext(IntPtr array)
        {
            Read(ArrowStreamHandle.GetNext, array, "array");
            return Marshal.ReadIntPtr(array, ArrowStreamHandle.ReleaseOfArray) != IntPtr.Zero;
        }

        private void Read(int function, IntPtr into, string name)
        {
            if (into == IntPtr.Zero)
            {
                throw new ArgumentNullException(name);
            }
            string told = Handle.Read(function, into);
            if (told == null)
            {
                return;
            }
            Status status = Status.Stream;
            foreach (CallbackRun run in Runs)
            {
                CallbackRun.Rethrow(run);
                status = run.Stopped ? Status.Cancelled : status;
            }
            throw new XeploaiException(status, About.StatusName((int)status), string.Empty, told, told, string.Empty);
        }

        /// <summary>The runs of a call on a stream: its own, then those of the stream.</summary>
        internal static CallbackRun[] With(CallbackRun run, ArrowStream source)
        {
            if (run == null)
            {
                return source.Runs;
            }
            CallbackRun[] all = new CallbackRun[source.Runs.Length + 1];
            all[0] = run;
            Array.Copy(source.Runs, 0, all, 1, source.Runs.Length);
            return all;
        }

        /// <summary>
        /// After a call that read this stream failed: throws again what a callback threw, or tells that one stopped it. The
        /// library sees only that the stream failed.
        /// </summary>
        internal void Rethrow(Exception failed)
        {
            XeploaiException error = failed as XeploaiException;
            foreach (CallbackRun run in Runs)
            {
                CallbackRun.Rethrow(run);
                if (run.Stopped && error != null && error.Status == Status.Stream)
                {
                    string name = About.StatusName((int)Status.Cancelled);
                    throw new XeploaiException(Status.Cancelled, name, error.Place, error.MessageVi, error.MessageEn, error.Json);
                }
            }
        }

        /// <summary>Releases the table, where it was not moved out, and frees the struct.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }

    /// <summary>The memory of a stream. Where it is its own, it releases what stands there and frees it.</summary>
    internal sealed class ArrowStreamHandle : SafeHandle
    {
        // The places of the pointers in the struct.
        internal const int GetSchema = 0;
        internal const int GetNext = 1;
        internal const int GetLastError = 2;
        internal const int Release = 3;
        private const int Fields = 5;

        /// <summary>Where <c>release</c> stands in a <c>struct ArrowArray</c>: after five numbers and three pointers.</summary>
        internal static readonly int ReleaseOfArray = 5 * sizeof(long) + 3 * IntPtr.Size;

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate int ReadFunction(IntPtr stream, IntPtr into);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate IntPtr ErrorFunction(IntPtr stream);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void ReleaseFunction(IntPtr stream);

        /// <summary>An empty stream in memory of its own.</summary>
        internal ArrowStreamHandle() : base(IntPtr.Zero, true)
        {
            IntPtr memory = Marshal.AllocHGlobal(Fields * IntPtr.Size);
            for (int place = 0; place < Fields; place++)
            {
                Marshal.WriteIntPtr(memory, place * IntPtr.Size, IntPtr.Zero);
            }
            SetHandle(memory);
        }

        /// <summary>A stream in the caller's memory, of which nothing is released or freed here.</summary>
        internal ArrowStreamHandle(IntPtr stream) : base(IntPtr.Zero, false)
        {
            SetHandle(stream);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        internal IntPtr Pointer()
        {
            if (IsClosed)
            {
                throw new ObjectDisposedException("ArrowStream");
            }
            return handle;
        }

        internal IntPtr Function(int place)
        {
            return Marshal.ReadIntPtr(Pointer(), place * IntPtr.Size);
        }

        /// <summary>
        /// What calls a function of a stream. Where a program of .NET made the stream, as libraries of Arrow do, that is its own
        /// delegate, of a type that is not known here.
        /// </summary>
        private static Delegate At(IntPtr function, Type type)
        {
            return Marshal.GetDelegateForFunctionPointer(function, type);
        }

        /// <summary>Reads the schema or a batch; says what went wrong, or nothing.</summary>
        internal string Read(int place, IntPtr into)
        {
            bool held = false;
            try
            {
                DangerousAddRef(ref held);
                if (Function(Release) == IntPtr.Zero)
                {
                    return "the stream is empty: nothing was put in, or it was moved out";
                }
                Delegate found = At(Function(place), typeof(ReadFunction));
                ReadFunction read = found as ReadFunction;
                int code = read != null ? read(handle, into) : (int)found.DynamicInvoke(handle, into);
                if (code == 0)
                {
                    return null;
                }
                found = At(Function(GetLastError), typeof(ErrorFunction));
                ErrorFunction error = found as ErrorFunction;
                object text = error != null ? error(handle) : found.DynamicInvoke(handle);
                string told = text is IntPtr ? Utf8.OfC((IntPtr)text) : string.Empty;
                return told.Length == 0 ? "the stream failed with " + code : told;
            }
            finally
            {
                if (held)
                {
                    DangerousRelease();
                }
            }
        }

        /// <summary>Releases what stands at a stream, if anything does.</summary>
        internal static void ReleaseAt(IntPtr stream)
        {
            IntPtr release = Marshal.ReadIntPtr(stream, Release * IntPtr.Size);
            if (release != IntPtr.Zero)
            {
                Delegate found = At(release, typeof(ReleaseFunction));
                ReleaseFunction function = found as ReleaseFunction;
                if (function != null)
                {
                    function(stream);
                }
                else
                {
                    found.DynamicInvoke(stream);
                }
            }
        }

        protected override bool ReleaseHandle()
        {
            ReleaseAt(handle);
            Marshal.FreeHGlobal(handle);
            return true;
        }
    }
}
