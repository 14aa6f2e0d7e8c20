//! What crosses the boundary: handles in boxes, pointers that are looked at before they are used, and a guard that no
//! panic passes. Every handle is a box of its own, so there is one way to free each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, TryLockError};

use xeploai::catalogue::Message;

use crate::error::{ErrorHandle, Failure, same, told};
use crate::status::{XEPLOAI_BUSY, XEPLOAI_INTERNAL, XEPLOAI_NULL, XEPLOAI_OK};

pub(crate) type Answer<T = ()> = Result<T, Failure>;

/// Runs what a function does: its failure becomes a status and an error object, a panic an internal error.
///
/// # Safety
/// `error` is NULL or can be written.
pub(crate) unsafe fn guard(error: *mut *mut ErrorHandle, work: impl FnOnce() -> Answer) -> i32 {
    if !error.is_null() {
        // SAFETY: by the contract; a caller may free what stands there whatever happens.
        unsafe { error.write(std::ptr::null_mut()) };
    }
    let Err(failure) = caught(work) else { return XEPLOAI_OK };
    let status = failure.status;
    if !error.is_null() {
        let made = Box::into_raw(Box::new(ErrorHandle::from(failure)));
        // SAFETY: by the contract.
        unsafe { error.write(made) };
    }
    status
}

/// Runs what may, by a defect of ours, panic.
pub(crate) fn caught<T>(work: impl FnOnce() -> Answer<T>) -> Answer<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(answer) => answer,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
            // The payload may itself panic when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(move || drop(payload)));
            Err(Failure::new(XEPLOAI_INTERNAL, "", told(Message::CallInternal, &[("found", &text)])))
        }
    }
}

fn null(name: &str) -> Failure {
    Failure::argument(XEPLOAI_NULL, name, told(Message::CallWantedPointer, &[]), &same("NULL"))
}

/// A handle that is only read.
///
/// # Safety
/// The pointer is NULL or that of a handle that was not freed.
pub(crate) unsafe fn shared<'a, T>(pointer: *const T, name: &str) -> Answer<&'a T> {
    // SAFETY: by the contract.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// A place into which something goes. What stands there is set to nothing at once.
///
/// # Safety
/// The pointer is NULL or can be written.
pub(crate) unsafe fn place<'a, T>(pointer: *mut T, nothing: T, name: &str) -> Answer<Place<'a, T>> {
    if pointer.is_null() {
        return Err(null(name));
    }
    // SAFETY: it is not NULL, so by the contract it can be written; what stands there is nothing that must be dropped.
    unsafe { pointer.write(nothing) };
    Ok(Place { pointer, life: std::marker::PhantomData })
}

/// Where a result goes.
pub(crate) struct Place<'a, T> {
    pointer: *mut T,
    life: std::marker::PhantomData<&'a mut T>,
}

impl<T> Place<'_, T> {
    pub(crate) fn put(self, value: T) {
        // SAFETY: a place is made of a pointer that can be written.
        unsafe { self.pointer.write(value) };
    }
}

impl<T> Place<'_, *mut T> {
    /// Puts a new handle there, which is the caller's.
    pub(crate) fn give(self, value: T) {
        self.put(Box::into_raw(Box::new(value)));
    }
}

/// Where a new handle goes.
///
/// # Safety
/// The pointer is NULL or can be written.
pub(crate) unsafe fn handle_place<'a, T>(pointer: *mut *mut T, name: &str) -> Answer<Place<'a, *mut T>> {
    // SAFETY: by the contract.
    unsafe { place(pointer, std::ptr::null_mut(), name) }
}

/// Frees a handle.
///
/// # Safety
/// The pointer is NULL or that of a handle that was not freed.
pub(crate) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: handles are boxes, and by the contract this one was not freed. A panic while it is dropped stays here.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer) })));
    }
}

/// What one thread at a time may use: a second one is refused, and after a panic everyone is.
pub(crate) fn lock<'m, T>(mutex: &'m Mutex<T>, name: &str) -> Answer<MutexGuard<'m, T>> {
    mutex.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Failure::new(XEPLOAI_BUSY, name, told(Message::CallBusy, &[("name", name)])),
        TryLockError::Poisoned(_) => {
            Failure::new(XEPLOAI_INTERNAL, name, told(Message::CallBroken, &[("name", name)]))
        }
    })
}

/// Panics on the text that asks for it, in libraries that are built to be tested so.
#[cfg(feature = "provoke")]
#[expect(clippy::panic, reason = "what the tests ask for")]
pub(crate) fn provoked(text: &str) {
    if text.contains("provoke:panic") {
        panic!("provoked");
    }
}

/// Nothing, in libraries that are shipped.
#[cfg(not(feature = "provoke"))]
pub(crate) const fn provoked(_: &str) {}
