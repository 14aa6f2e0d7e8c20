//! A panic inside comes back as an internal error, and handles stay usable or say that they are not.
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

use std::ptr::{null, null_mut};

use xeploai_ffi::*;

const PROVOKED: &str = "{\"provoke:panic\": 1}";

#[test]
fn a_rulebook_stays_usable() {
    let rulebook = calls::builtin("366-qd-tw", "").unwrap();
    let rate = |facts: &str| {
        calls::bytes(|out, error| unsafe {
            xeploai_rulebook_rate_json(
                rulebook,
                "member".as_ptr(),
                6,
                facts.as_ptr(),
                facts.len(),
                null(),
                0,
                out,
                error,
            )
        })
    };
    let before = rate("{}");
    assert_eq!(before[0], "ok");
    let provoked = rate(PROVOKED);
    assert_eq!(provoked[0], "internal");
    assert!(provoked[2].contains("provoked") && provoked[3].contains("provoked"), "{provoked:?}");
    assert_eq!(rate("{}"), before);
    unsafe { xeploai_rulebook_free(rulebook) };
}

#[test]
fn a_case_that_was_being_changed_says_so_until_it_is_freed() {
    let rulebook = calls::builtin("366-qd-tw", "").unwrap();
    let case = calls::handle(|out, error| unsafe {
        xeploai_case_new(rulebook, "member".as_ptr(), 6, null(), 0, out, error)
    });
    let case = case.unwrap();
    unsafe {
        assert_eq!(xeploai_case_set_json(case, PROVOKED.as_ptr(), PROVOKED.len(), null_mut()), XEPLOAI_INTERNAL);
        let mut error = null_mut();
        let status = xeploai_case_clear(case, &mut error);
        let told = calls::failed(status, error);
        assert_eq!(told[0], "internal");
        assert!(told[3].contains("free it"), "{told:?}");
        xeploai_case_free(case);
        xeploai_rulebook_free(rulebook);
    }
}

#[test]
fn every_function_that_takes_text_comes_back() {
    for arguments in [
        ["load", "provoke:panic", "", ""].as_slice(),
        &["in_force", "2025-12-31", "provoke:panic", ""],
        &["overlay", "366-qd-tw", "provoke:panic"],
        &["cohort", "provoke:panic"],
        &["statistics", "provoke:panic", "{}"],
    ] {
        let arguments = if arguments[0] == "load" { &arguments[..2] } else { arguments };
        assert_eq!(calls::answer(arguments)[0], "internal", "{arguments:?}");
    }
}
