//! The C interface as a program in C would call it, in the safe words of Rust.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks, reason = "a test that calls as C does")]

mod batch;
pub(crate) mod rows;

use std::ptr::{null, null_mut};

use xeploai_ffi::*;

/// Status, answer, message in Vietnamese and in English.
pub(crate) type Answer = [String; 4];

pub(crate) fn failed(status: i32, error: *mut ErrorHandle) -> Answer {
    let name = unsafe { std::ffi::CStr::from_ptr(xeploai_status_name(status)) }.to_str().unwrap().to_owned();
    let text = |language| {
        let mut len = 0;
        let text = unsafe { xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, language, &mut len) };
        let text = unsafe { std::ffi::CStr::from_ptr(text) }.to_str().unwrap().to_owned();
        assert_eq!(text.len(), len);
        text
    };
    let answer = [name, String::new(), text(XEPLOAI_VIETNAMESE), text(XEPLOAI_ENGLISH)];
    unsafe { xeploai_error_free(error) };
    answer
}

/// Calls a function that gives bytes.
pub(crate) fn bytes(call: impl FnOnce(*mut Bytes, *mut *mut ErrorHandle) -> i32) -> Answer {
    let mut out = Bytes { data: null_mut(), len: 0 };
    let mut error = null_mut();
    let status = call(&mut out, &mut error);
    if status != XEPLOAI_OK {
        assert!(out.data.is_null());
        return failed(status, error);
    }
    assert!(error.is_null());
    let text = if out.data.is_null() {
        String::new()
    } else {
        String::from_utf8(unsafe { std::slice::from_raw_parts(out.data, out.len) }.to_vec()).unwrap()
    };
    unsafe { xeploai_bytes_free(&mut out) };
    unsafe { xeploai_bytes_free(&mut out) };
    ["ok".to_owned(), text, String::new(), String::new()]
}

/// Calls a function that gives a handle.
pub(crate) fn handle<T>(call: impl FnOnce(*mut *mut T, *mut *mut ErrorHandle) -> i32) -> Result<*mut T, Answer> {
    let (mut out, mut error) = (null_mut(), null_mut());
    match call(&mut out, &mut error) {
        XEPLOAI_OK => Ok(out),
        status => {
            assert!(out.is_null());
            Err(failed(status, error))
        }
    }
}

pub(crate) fn builtin(id: &str, on: &str) -> Result<*mut RulebookHandle, Answer> {
    handle(|out, error| unsafe { xeploai_rulebook_builtin(id.as_ptr(), id.len(), on.as_ptr(), on.len(), out, error) })
}

fn with<T>(
    handle: Result<*mut T, Answer>,
    free: unsafe extern "C" fn(*mut T),
    work: impl FnOnce(*mut T) -> Answer,
) -> Answer {
    match handle {
        Ok(handle) => {
            let answer = work(handle);
            unsafe { free(handle) };
            answer
        }
        Err(answer) => answer,
    }
}

fn digest(rulebook: Result<*mut RulebookHandle, Answer>) -> Answer {
    with(rulebook, xeploai_rulebook_free, |rulebook| {
        bytes(|out, error| unsafe { xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_DIGEST, 0, out, error) })
    })
}

fn language(code: &str) -> i32 {
    if code == "vi" { XEPLOAI_VIETNAMESE } else { XEPLOAI_ENGLISH }
}

pub(crate) fn library() -> Result<*mut LibraryHandle, Answer> {
    handle(|out, error| unsafe { xeploai_library_builtin(out, error) })
}

fn cohort(request: &str, work: impl FnOnce(*mut CohortHandle) -> Answer) -> Answer {
    with(library(), xeploai_library_free, |library| {
        let made =
            handle(|out, error| unsafe { xeploai_cohort_new(library, request.as_ptr(), request.len(), out, error) });
        with(made, xeploai_cohort_free, work)
    })
}

fn rated(request: &str, work: impl FnOnce(*mut RatedCohortHandle) -> Answer) -> Answer {
    cohort(request, |cohort| {
        let made = handle(|out, error| unsafe { xeploai_cohort_rate(cohort, null(), out, error) });
        with(made, xeploai_rated_cohort_free, work)
    })
}

fn case(
    id: &str,
    on: &str,
    subject: &str,
    policies: &str,
    facts: &str,
    work: impl FnOnce(*mut CaseHandle) -> Answer,
) -> Answer {
    with(builtin(id, on), xeploai_rulebook_free, |rulebook| {
        let made = handle(|out, error| unsafe {
            xeploai_case_new(rulebook, subject.as_ptr(), subject.len(), policies.as_ptr(), policies.len(), out, error)
        });
        with(made, xeploai_case_free, |case| {
            let set = unsafe { xeploai_case_set_json(case, facts.as_ptr(), facts.len(), null_mut()) };
            assert_eq!(set, XEPLOAI_OK);
            work(case)
        })
    })
}

/// What the interface answers to a question of the shared cases.
pub(crate) fn answer(arguments: &[&str]) -> Answer {
    match arguments {
        ["rate", id, on, subject, policies, facts] => {
            let by_json = with(builtin(id, on), xeploai_rulebook_free, |rulebook| {
                bytes(|out, error| unsafe {
                    let (subject, policies, facts) = (subject.as_bytes(), policies.as_bytes(), facts.as_bytes());
                    xeploai_rulebook_rate_json(
                        rulebook,
                        subject.as_ptr(),
                        subject.len(),
                        facts.as_ptr(),
                        facts.len(),
                        policies.as_ptr(),
                        policies.len(),
                        out,
                        error,
                    )
                })
            });
            let by_case = case(id, on, subject, policies, facts, |case| {
                bytes(|out, error| unsafe { xeploai_case_text(case, XEPLOAI_RESULT_JSON, 0, out, error) })
            });
            assert_eq!(by_json, by_case);
            by_json
        }
        ["explain", id, on, subject, policies, facts, code] => case(id, on, subject, policies, facts, |case| {
            bytes(|out, error| unsafe {
                xeploai_case_text(case, XEPLOAI_RESULT_EXPLANATION, language(code), out, error)
            })
        }),
        ["digest", id, on] => digest(builtin(id, on)),
        ["summary", id, on] => with(builtin(id, on), xeploai_rulebook_free, |rulebook| {
            bytes(|out, error| unsafe { xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_SUMMARY, 0, out, error) })
        }),
        ["load", json] => {
            digest(handle(|out, error| unsafe { xeploai_rulebook_load(json.as_ptr(), json.len(), out, error) }))
        }
        ["overlay", id, json] => with(builtin(id, ""), xeploai_rulebook_free, |base| {
            digest(handle(|out, error| unsafe {
                xeploai_rulebook_with_overlay(base, json.as_ptr(), json.len(), out, error)
            }))
        }),
        ["in_force", day, subject, province] => with(library(), xeploai_library_free, |library| {
            digest(handle(|out, error| unsafe {
                xeploai_library_in_force(
                    library,
                    day.as_ptr(),
                    day.len(),
                    subject.as_ptr(),
                    subject.len(),
                    province.as_ptr(),
                    province.len(),
                    out,
                    error,
                )
            }))
        }),
        ["plan", request] => {
            cohort(request, |cohort| bytes(|out, error| unsafe { xeploai_cohort_plan(cohort, out, error) }))
        }
        ["cohort", request] => rated(request, |rated| {
            bytes(|out, error| unsafe {
                xeploai_rated_cohort_text(rated, XEPLOAI_COHORT_JSON, null(), 0, 0, out, error)
            })
        }),
        ["batch", request, kind, rows, id, rate, hold, count] => {
            batch::answer([request, kind, rows, id, rate, hold, count])
        }
        ["cohort_explain", request, id, code] => rated(request, |rated| {
            bytes(|out, error| unsafe {
                xeploai_rated_cohort_text(
                    rated,
                    XEPLOAI_RESULT_EXPLANATION,
                    id.as_ptr(),
                    id.len(),
                    language(code),
                    out,
                    error,
                )
            })
        }),
        ["what_if", request, changes] => rated(request, |rated| {
            bytes(|out, error| unsafe {
                xeploai_rated_cohort_what_if(rated, changes.as_ptr(), changes.len(), out, error)
            })
        }),
        ["statistics", question, request] => bytes(|out, error| unsafe {
            xeploai_statistics(question.as_ptr(), question.len(), request.as_ptr(), request.len(), out, error)
        }),
        other => panic!("no such question: {other:?}"),
    }
}
