//! Texts in and out: pointer and length in UTF-8, bytes that the library owns.

use xeploai::Language;
use xeploai::catalogue::Message;

use crate::error::{Failure, same, told};
use crate::handle::{Answer, provoked};
use crate::status::{XEPLOAI_LIMIT, XEPLOAI_UTF8};

/// Tiếng Việt.
pub const XEPLOAI_VIETNAMESE: i32 = 0;
/// English.
pub const XEPLOAI_ENGLISH: i32 = 1;

/// The longest text that is taken, in bytes: 1 GiB.
const LONGEST: usize = 1 << 30;

/// Bytes that the library owns: UTF-8 text of `len` bytes, without a zero byte at its end. Free it with
/// `xeploai_bytes_free`; before it is first handed to a function it may hold anything.
#[repr(C)]
#[derive(Debug)]
pub struct Bytes {
    /// The bytes; NULL where there are none.
    pub data: *mut u8,
    /// How many they are.
    pub len: usize,
}

const _: () = assert!(size_of::<Bytes>() == 2 * size_of::<usize>());

impl Bytes {
    pub(crate) const NONE: Self = Self { data: std::ptr::null_mut(), len: 0 };

    pub(crate) fn of(text: String) -> Self {
        let bytes = text.into_bytes().into_boxed_slice();
        let len = bytes.len();
        if len == 0 {
            return Self::NONE;
        }
        Self { data: Box::into_raw(bytes).cast(), len }
    }
}

/// Frees bytes and sets them to none, so that freeing them again does nothing. NULL is nothing to free.
///
/// \param bytes  bytes that a function of the library filled
///
/// # Safety
/// `bytes` is NULL, or holds what a function of the library put there, or none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_bytes_free(bytes: *mut Bytes) {
    // SAFETY: by the contract.
    let Some(bytes) = (unsafe { bytes.as_mut() }) else { return };
    let Bytes { data, len } = std::mem::replace(bytes, Bytes::NONE);
    if !data.is_null() {
        // SAFETY: it was made by `Bytes::of` of a box of this length, and is freed once.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data, len)) });
    }
}

/// A text of the caller's.
///
/// # Safety
/// `data` is NULL or `len` bytes from it can be read as long as the call lasts.
pub(crate) unsafe fn text<'a>(data: *const u8, len: usize, name: &str) -> Answer<&'a str> {
    if len == 0 {
        return Ok("");
    }
    if data.is_null() {
        let expected = told(Message::CallWantedPointer, &[]);
        return Err(Failure::argument(crate::status::XEPLOAI_NULL, name, expected, &same("NULL")));
    }
    if len > LONGEST {
        let expected = told(Message::CallWantedLength, &[("most", &LONGEST.to_string())]);
        return Err(Failure::argument(XEPLOAI_LIMIT, name, expected, &same(&len.to_string())));
    }
    // SAFETY: by the contract; the length was looked at.
    let bytes = unsafe { std::slice::from_raw_parts(data, len) };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let position = error.valid_up_to().to_string();
        let found = told(Message::CallBadByte, &[("position", &position)]);
        Failure::argument(XEPLOAI_UTF8, name, told(Message::CallWantedUtf8, &[]), &found)
    })?;
    provoked(text);
    Ok(text)
}

/// A text that may be left out.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional<'a>(data: *const u8, len: usize, name: &str) -> Answer<Option<&'a str>> {
    // SAFETY: by the contract.
    unsafe { text(data, len, name) }.map(|text| Some(text).filter(|text| !text.is_empty()))
}

/// A language by its number.
pub(crate) fn language(number: i32) -> Answer<Language> {
    match number {
        XEPLOAI_VIETNAMESE => Ok(Language::Vietnamese),
        XEPLOAI_ENGLISH => Ok(Language::English),
        other => Err(Failure::one_of("language", "XEPLOAI_VIETNAMESE, XEPLOAI_ENGLISH", &other.to_string())),
    }
}
