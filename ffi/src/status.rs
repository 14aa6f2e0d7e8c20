//! The statuses that every function returns. A number is never given to another meaning.

use std::ffi::CStr;

/// It went well.
pub const XEPLOAI_OK: i32 = 0;
/// A pointer that must not be NULL is.
pub const XEPLOAI_NULL: i32 = 1;
/// A text is not UTF-8.
pub const XEPLOAI_UTF8: i32 = 2;
/// An argument is none of those that there are.
pub const XEPLOAI_INVALID_ARGUMENT: i32 = 3;
/// A buffer of the caller's is too small; nothing was written into it.
pub const XEPLOAI_BUFFER_TOO_SMALL: i32 = 4;
/// A callback asked to stop.
pub const XEPLOAI_CANCELLED: i32 = 5;
/// Something is longer than the library takes.
pub const XEPLOAI_LIMIT: i32 = 6;
/// A stream of Arrow failed, was read before, or is not what its schema says.
pub const XEPLOAI_STREAM: i32 = 7;
/// A struct of the caller's is of another version of the interface.
pub const XEPLOAI_ABI_MISMATCH: i32 = 8;
/// A rulebook or an overlay cannot be loaded; the error object names every fault.
pub const XEPLOAI_LOAD: i32 = 9;
/// The rulebook has no such kind of subject.
pub const XEPLOAI_UNKNOWN_SUBJECT: i32 = 10;
/// A policy or an option that the rulebook does not have.
pub const XEPLOAI_POLICY: i32 = 11;
/// No rulebook is in force, or more than one.
pub const XEPLOAI_NOT_IN_FORCE: i32 = 12;
/// The columns of a table are not in order; the error object names every fault.
pub const XEPLOAI_TABLE: i32 = 13;
/// A request in JSON is not in order.
pub const XEPLOAI_REQUEST: i32 = 14;
/// Nobody has the id, or nothing has the name.
pub const XEPLOAI_NOT_FOUND: i32 = 15;
/// Another thread is using a handle that one thread at a time may use.
pub const XEPLOAI_BUSY: i32 = 16;
/// A defect of the library. Rulebooks and libraries stay usable; a case or cohort that was being changed says
/// `XEPLOAI_INTERNAL` until it is freed.
pub const XEPLOAI_INTERNAL: i32 = 99;

/// The name of a status, ended by a zero byte.
pub(crate) const fn name(status: i32) -> &'static CStr {
    match status {
        XEPLOAI_OK => c"ok",
        XEPLOAI_NULL => c"null",
        XEPLOAI_UTF8 => c"utf8",
        XEPLOAI_INVALID_ARGUMENT => c"invalid_argument",
        XEPLOAI_BUFFER_TOO_SMALL => c"buffer_too_small",
        XEPLOAI_CANCELLED => c"cancelled",
        XEPLOAI_LIMIT => c"limit",
        XEPLOAI_STREAM => c"stream",
        XEPLOAI_ABI_MISMATCH => c"abi_mismatch",
        XEPLOAI_LOAD => c"load",
        XEPLOAI_UNKNOWN_SUBJECT => c"unknown_subject",
        XEPLOAI_POLICY => c"policy",
        XEPLOAI_NOT_IN_FORCE => c"not_in_force",
        XEPLOAI_TABLE => c"table",
        XEPLOAI_REQUEST => c"request",
        XEPLOAI_NOT_FOUND => c"not_found",
        XEPLOAI_BUSY => c"busy",
        XEPLOAI_INTERNAL => c"internal",
        _ => c"unknown",
    }
}
