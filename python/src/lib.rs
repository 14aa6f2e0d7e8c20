//! The Python face: thin classes over the core, each result in the one shape of every face.

mod cells;
mod cohort;
mod errors;
mod held;
mod library;
mod objects;
mod rating;
mod rulebook;
mod statistics;
mod table;

use pyo3::prelude::*;
use pyo3::types::PyDict;

#[cfg(panic = "abort")]
compile_error!("a panic must unwind to the boundary of Python, where it becomes an error");

/// The native part of `xeploai`; use the package, not this module.
#[pymodule(gil_used = false)]
mod _core {
    #[pymodule_export]
    use super::cells::read_day;
    #[pymodule_export]
    use super::cohort::{PyCohort, PyRatedCohort};
    #[pymodule_export]
    use super::held::PyHeldTable;
    #[pymodule_export]
    use super::library::PyLibrary;
    #[pymodule_export]
    use super::message;
    #[pymodule_export]
    use super::rating::PyRating;
    #[pymodule_export]
    use super::rulebook::{PyRulebook, builtin_ids, invalid, is_overlay, schema};
    #[pymodule_export]
    use super::statistics::{count_file, file_titles, statistics};
    #[pymodule_export]
    use super::table::{PyArrowTable, PyRatedTable};
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

/// A message of the catalogue, in a language, with its places filled.
#[pyfunction]
#[pyo3(signature = (key, lang, **values))]
fn message(key: &str, lang: &str, values: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
    let language = errors::language(lang)?;
    let known = xeploai::catalogue::Message::from_key(key)
        .ok_or_else(|| pyo3::exceptions::PyKeyError::new_err(key.to_owned()))?;
    let mut filled: Vec<(String, String)> = Vec::new();
    for (name, value) in values.into_iter().flat_map(|values| values.iter()) {
        filled.push((name.extract()?, value.str()?.extract()?));
    }
    let values: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(xeploai::catalogue::fill(known, language, &values))
}
