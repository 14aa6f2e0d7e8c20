//! The core's errors as exceptions of `xeploai.errors`, and panics kept from the interpreter.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use xeploai::{Language, LoadError, PolicyError, UnknownSubject};

/// An exception of `xeploai.errors`.
fn exception<'py>(py: Python<'py>, class: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
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
        let entry = PyDict::new(py);
        let values = [
            ("pointer", fault.pointer.as_str()),
            ("code", fault.code.name()),
            ("expected", &fault.expected),
            ("found", &fault.found),
        ];
        let filled = values.iter().try_for_each(|(key, value)| entry.set_item(key, value));
        if let Err(error) = filled.and_then(|()| faults.append(entry)) {
            return error;
        }
    }
    exception(py, "LoadError", (error.to_string(), faults))
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
