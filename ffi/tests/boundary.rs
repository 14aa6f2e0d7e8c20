//! The interface's own unsafe code, small enough for Miri to follow: pointers, lengths, ownership, structs of other sizes.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::undocumented_unsafe_blocks,
    reason = "a test"
)]

mod calls;

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray};
use xeploai_ffi::*;

/// A rulebook of a few rules: the large ones take Miri minutes to load.
const SMALL: &str = include_str!("small.json");

fn small() -> *mut RulebookHandle {
    calls::handle(|out, error| unsafe { xeploai_rulebook_load(SMALL.as_ptr(), SMALL.len(), out, error) }).unwrap()
}

#[test]
fn a_case_by_values_and_by_json() {
    let rulebook = small();
    unsafe {
        let mut case = null_mut();
        assert_eq!(xeploai_case_new(rulebook, b"person".as_ptr(), 6, null(), 0, &mut case, null_mut()), XEPLOAI_OK);
        // What was made of it lives on.
        xeploai_rulebook_free(rulebook);
        let mut fact = 0;
        assert_eq!(xeploai_case_fact(case, b"exempt".as_ptr(), 6, &mut fact, null_mut()), XEPLOAI_OK);
        let value = FactValue {
            fact,
            kind: XEPLOAI_VALUE_BOOLEAN,
            number: 1,
            scale: 0,
            reserved: 0,
            text: null(),
            text_len: 0,
        };
        assert_eq!(xeploai_case_set(case, &value, 1, null_mut()), XEPLOAI_OK);
        let mut outcome = CaseOutcome { outcome: 9, level: 9, at_least: 9, at_most: 9, reason_words: 9, reserved: 9 };
        let mut words = [0_u64; 4];
        assert_eq!(xeploai_case_rate(case, &mut outcome, words.as_mut_ptr(), 4, null_mut()), XEPLOAI_OK);
        assert_eq!((outcome.outcome, outcome.level), (XEPLOAI_OUTCOME_NOT_REVIEWED, -1));
        assert_eq!(
            xeploai_case_rate(case, &mut outcome, words.as_mut_ptr(), 0, null_mut()),
            XEPLOAI_BUFFER_TOO_SMALL
        );
        let typed = calls::bytes(|out, error| xeploai_case_text(case, XEPLOAI_RESULT_JSON, 0, out, error));
        assert_eq!(xeploai_case_clear(case, null_mut()), XEPLOAI_OK);
        let facts = br#"{"exempt": true}"#;
        assert_eq!(xeploai_case_set_json(case, facts.as_ptr(), facts.len(), null_mut()), XEPLOAI_OK);
        let json = calls::bytes(|out, error| xeploai_case_text(case, XEPLOAI_RESULT_JSON, 0, out, error));
        assert_eq!(typed, json);
        xeploai_case_free(case);
        xeploai_case_free(null_mut());
    }
}

#[test]
fn errors_and_bytes_are_owned_once() {
    unsafe {
        let (mut rulebook, mut error) = (null_mut(), null_mut());
        let status = xeploai_rulebook_load(b"[]".as_ptr(), 2, &mut rulebook, &mut error);
        assert!(rulebook.is_null());
        let told = calls::failed(status, error);
        assert_eq!(told[0], "load");
        assert_eq!(xeploai_rulebook_load(null(), 9, &mut rulebook, null_mut()), XEPLOAI_NULL);
        assert_eq!(xeploai_rulebook_load(b"\xff".as_ptr(), 1, &mut rulebook, null_mut()), XEPLOAI_UTF8);
        assert_eq!(xeploai_rulebook_load(b"x".as_ptr(), usize::MAX, &mut rulebook, null_mut()), XEPLOAI_LIMIT);
        xeploai_error_free(null_mut());
        xeploai_bytes_free(null_mut());
    }
    let rulebook = small();
    let digest =
        calls::bytes(|out, error| unsafe { xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_DIGEST, 0, out, error) });
    assert!(digest[1].starts_with("sha256:"), "{digest:?}");
    unsafe { xeploai_rulebook_free(rulebook) };
}

fn table() -> FFI_ArrowArrayStream {
    let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
    let note: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("ế")]));
    let batch = RecordBatch::try_from_iter([("exempt", exempt), ("note", note)]).unwrap();
    let schema = batch.schema();
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

unsafe extern "C" fn dropped(user_data: *mut c_void) {
    unsafe { *user_data.cast::<u32>() += 1 };
}

#[test]
fn a_stream_is_moved_in_and_another_out() {
    let rulebook = small();
    let mut count = 0_u32;
    unsafe {
        let (mut from, mut to) = (table(), FFI_ArrowArrayStream::empty());
        let callbacks = Callbacks {
            struct_size: size_of::<Callbacks>() as u32,
            reserved: 0,
            progress: None,
            log: None,
            user_data: (&raw mut count).cast(),
            drop_user_data: Some(dropped),
        };
        let options = br#"{"threads": 1}"#;
        let status = xeploai_rulebook_rate_stream(
            rulebook,
            b"person".as_ptr(),
            6,
            &mut from,
            options.as_ptr(),
            options.len(),
            &callbacks,
            &mut to,
            null_mut(),
        );
        assert_eq!(status, XEPLOAI_OK);
        assert!(from.release().is_none());
        drop(to);
        assert_eq!(count, 1);
        // A struct of an older header ends before the callbacks: only its own bytes are read.
        let old = [8_u32, 0_u32];
        let (mut from, mut to) = (table(), FFI_ArrowArrayStream::empty());
        let status = xeploai_rulebook_rate_stream(
            rulebook,
            b"person".as_ptr(),
            6,
            &mut from,
            null(),
            0,
            old.as_ptr().cast(),
            &mut to,
            null_mut(),
        );
        assert_eq!(status, XEPLOAI_OK);
        drop(to);
        xeploai_rulebook_free(rulebook);
    }
}
