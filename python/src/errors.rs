//! The core's errors as exceptions of `xeploai.errors`, and panics kept from the interpreter.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use xeploai::date::format_date;
use xeploai::{Fault, Language, LoadError, NotInForce, PolicyError, UnknownSubject};

/// An exception of `xeploai.errors`.
pub(crate) fn exception<'py>(py: Python<'py>, class: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let made =
        py.import("xeploai.errors").and_then(|module| module.getattr(class)).and_then(|class| class.call1(arguments));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

pub(crate) fn load_error(py: Python<'_>, error: &LoadError) -> PyErr {
    let faults = PyList::empty(py);
    for fault in &error.faults {
        if let Err(error) = entry(py, fault).and_then(|entry| faults.append(entry)) {
            return error;
        }
    }
    exception(py, "LoadError", (error.to_string(), faults))
}

/// A fault as `xeploai.errors.Fault` describes it.
fn entry<'py>(py: Python<'py>, fault: &Fault) -> PyResult<Bound<'py, PyDict>> {
    let words = both(py, |language| fault.words(language))?;
    let entry = PyDict::new(py);
    entry.set_item("pointer", &fault.pointer)?;
    entry.set_item("code", fault.code.name())?;
    entry.set_item("expected", &fault.expected.en)?;
    entry.set_item("found", &fault.found)?;
    entry.set_item("words", words)?;
    Ok(entry)
}

pub(crate) fn not_in_force(py: Python<'_>, error: &NotInForce) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let candidates = PyList::empty(py);
        for candidate in error.candidates() {
            let entry = PyDict::new(py);
            entry.set_item("id", candidate.rulebook().id())?;
            entry.set_item("version", candidate.rulebook().version())?;
            entry.set_item("first", format_date(candidate.from()))?;
            entry.set_item("last", candidate.to().map(format_date))?;
            candidates.append(entry)?;
        }
        let words = both(py, |language| error.words(language))?;
        Ok(exception(py, "NotInForceError", (error.to_string(), error.reason().code(), candidates, words)))
    };
    made().unwrap_or_else(|error| error)
}

/// A text in both languages.
pub(crate) fn both<'py>(py: Python<'py>, say: impl Fn(Language) -> String) -> PyResult<Bound<'py, PyDict>> {
    let words = PyDict::new(py);
    words.set_item("vi", say(Language::Vietnamese))?;
    words.set_item("en", say(Language::English))?;
    Ok(words)
}

pub(crate) fn unknown_subject(py: Python<'_>, error: &UnknownSubject) -> PyErr {
    exception(py, "UnknownSubjectError", (error.to_string(),))
}

pub(crate) fn policy_error(py: Python<'_>, error: &PolicyError) -> PyErr {
    exception(py, "PolicyError", (error.to_string(),))
}

pub(crate) fn facts_error(py: Python<'_>, message: String) -> PyErr {
    exception(py, "FactsError", (message,))
}

pub(crate) fn language(code: &str) -> PyResult<Language> {
    Language::from_code(code).ok_or_else(|| PyValueError::new_err(format!("expected `vi` or `en`, found `{code}`")))
}

/// Runs what may, by a defect of ours, panic: the panic becomes an `InternalError` and nothing is left half done,
/// since rulebooks and ratings never change.
pub(crate) fn guard<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(payload) => {
            let told = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            // The payload may itself panic when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(move || drop(payload)));
            Err(exception(py, "InternalError", (told,)))
        }
    }
}
