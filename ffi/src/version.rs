//! The versions of the library and of its interface.

use std::ffi::{CStr, c_char};

use crate::status;

/// The version of the binary interface. A program refuses a library of another one.
pub const XEPLOAI_ABI_VERSION: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(text) => text,
    Err(_) => c"",
};

/// The version of the binary interface of this library, to compare with `XEPLOAI_ABI_VERSION`.
///
/// May be called from any thread at any time.
#[unsafe(no_mangle)]
pub extern "C" fn xeploai_abi_version() -> u32 {
    XEPLOAI_ABI_VERSION
}

/// The version of this library, such as `0.1.0`: UTF-8, ended by a zero byte, of static life; not to be freed.
///
/// May be called from any thread at any time.
#[unsafe(no_mangle)]
pub extern "C" fn xeploai_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The name of a status, such as `invalid_argument`: stable, ended by a zero byte, of static life; `unknown` of another number.
///
/// May be called from any thread at any time.
#[unsafe(no_mangle)]
pub extern "C" fn xeploai_status_name(status: i32) -> *const c_char {
    status::name(status).as_ptr()
}
