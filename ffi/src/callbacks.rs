//! Callbacks of the caller: progress, which may stop the work, and what is worth a line in a log.

use std::ffi::{CString, c_char, c_void};
use std::ops::ControlFlow;

use xeploai::Language;
use xeploai::catalogue::Message;

use crate::error::{Failure, same, told};
use crate::handle::Answer;
use crate::status::XEPLOAI_ABI_MISMATCH;

/// Callbacks of the caller. Set `struct_size` to `sizeof(xeploai_callbacks)` and what is not wanted to NULL; a shorter
/// struct of an older header is taken. No callback may let an exception or a `longjmp` out, nor read or release the stream whose
/// rows it is told of; it may use other handles.
#[repr(C)]
#[derive(Debug)]
pub struct Callbacks {
    /// The size of the struct that the caller knows.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Is called with how many rows are done, after every few hundred thousand and at the end, by the thread that reads the results;
    /// returns 0 to go on, anything else to stop: with `XEPLOAI_CANCELLED`, or, of a stream, with an error whose text has the
    /// word `cancelled`.
    pub progress: Option<unsafe extern "C" fn(user_data: *mut c_void, rows: u64) -> i32>,
    /// Is called with what is worth knowing and is no error, in both languages; the texts end with a zero byte and are valid
    /// during the call.
    pub log: Option<unsafe extern "C" fn(user_data: *mut c_void, vi: *const c_char, en: *const c_char)>,
    /// Is handed to each of them.
    pub user_data: *mut c_void,
    /// Is called once when the library needs `user_data` no more, also where the function fails, unless `struct_size` is too
    /// small to know it; by the thread that releases the results.
    pub drop_user_data: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Callbacks>() == 40);

/// The callbacks as the library keeps them.
pub(crate) struct Hooks(Callbacks);

// SAFETY: the interface says by which thread callbacks are called, and that `user_data` must bear it.
unsafe impl Send for Hooks {}
// SAFETY: nothing of it changes; callbacks are called by the one thread that reads the results.
unsafe impl Sync for Hooks {}

impl Hooks {
    const NONE: Callbacks = Callbacks {
        struct_size: 0,
        reserved: 0,
        progress: None,
        log: None,
        user_data: std::ptr::null_mut(),
        drop_user_data: None,
    };

    /// Reads the callbacks, of which there may be none.
    ///
    /// # Safety
    /// `callbacks` is NULL, or as many bytes as its `struct_size` says can be read.
    pub(crate) unsafe fn read(callbacks: *const Callbacks) -> Answer<Self> {
        let mut found = Self(Self::NONE);
        if callbacks.is_null() {
            return Ok(found);
        }
        // SAFETY: by the contract the size at least can be read.
        let size = unsafe { (&raw const (*callbacks).struct_size).read() } as usize;
        let least = std::mem::offset_of!(Callbacks, progress);
        if size < least {
            let expected = told(Message::CallWantedSize, &[("least", &least.to_string())]);
            return Err(Failure::argument(XEPLOAI_ABI_MISMATCH, "callbacks", expected, &same(&size.to_string())));
        }
        // Only what the caller's struct has is read.
        macro_rules! field {
            ($name:ident) => {
                if size >= std::mem::offset_of!(Callbacks, $name) + size_of_val(&found.0.$name) {
                    // SAFETY: the field lies within the size that by the contract can be read.
                    found.0.$name = unsafe { (&raw const (*callbacks).$name).read() };
                }
            };
        }
        field!(user_data);
        field!(drop_user_data);
        field!(progress);
        field!(log);
        // SAFETY: by the contract; `least` lies behind it.
        let reserved = unsafe { (&raw const (*callbacks).reserved).read() };
        if reserved != 0 {
            let expected = told(Message::CallWantedEmpty, &[]);
            return Err(Failure::argument(XEPLOAI_ABI_MISMATCH, "callbacks", expected, &same(&reserved.to_string())));
        }
        Ok(found)
    }

    /// Tells how many rows are done.
    pub(crate) fn progress(&self, rows: u64) -> ControlFlow<()> {
        let Some(progress) = self.0.progress else { return ControlFlow::Continue(()) };
        // SAFETY: it is the caller's function with the caller's data.
        match unsafe { progress(self.0.user_data, rows) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }

    /// Tells what is worth knowing.
    pub(crate) fn log(&self, message: Message, values: impl Fn(Language) -> Vec<(&'static str, String)>) {
        let Some(log) = self.0.log else { return };
        let text = |language| {
            let values = values(language);
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let told = xeploai::catalogue::fill(message, language, &values);
            CString::new(told.replace('\0', " ")).unwrap_or_default()
        };
        let (vi, en) = (text(Language::Vietnamese), text(Language::English));
        // SAFETY: it is the caller's function with the caller's data; the texts live during the call.
        unsafe { log(self.0.user_data, vi.as_ptr(), en.as_ptr()) };
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        if let Some(done) = self.0.drop_user_data {
            // SAFETY: it is the caller's function with the caller's data, called once.
            unsafe { done(self.0.user_data) };
        }
    }
}
