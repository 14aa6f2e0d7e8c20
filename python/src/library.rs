//! `Library`: which rulebook is in force.

use pyo3::prelude::*;
use pyo3::types::PyList;
use xeploai::Library;

use crate::cells;
use crate::errors::{guard, load_error, not_in_force};
use crate::rulebook::PyRulebook;

/// Rulebooks among which the one in force is looked for. It never changes and may be shared between threads.
#[pyclass(name = "Library", module = "xeploai", frozen)]
pub(crate) struct PyLibrary(Library);

impl PyLibrary {
    pub(crate) fn library(&self) -> &Library {
        &self.0
    }
}

#[pymethods]
impl PyLibrary {
    /// A library of these rulebooks alone.
    #[new]
    fn new(rulebooks: Vec<PyRef<'_, PyRulebook>>) -> Self {
        Self(Library::new(rulebooks.iter().map(|rulebook| rulebook.rulebook.clone())))
    }

    /// The rulebooks that come with the package, every version of each.
    #[staticmethod]
    fn builtin(py: Python<'_>) -> PyResult<Self> {
        guard(py, || Library::builtin().map(Self).map_err(|error| load_error(py, &error)))
    }

    /// The library with one more rulebook, which takes the place of every one of its id.
    fn with_rulebook(&self, rulebook: &PyRulebook) -> Self {
        Self(self.0.clone().with(rulebook.rulebook.clone()))
    }

    /// The rulebooks, in the order in which they came.
    #[getter]
    fn rulebooks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.rulebooks().map(|rulebook| PyRulebook::new(rulebook.clone())))
    }

    /// The codes of the kinds of subject that any of the rulebooks has.
    #[getter]
    fn subjects(&self) -> Vec<&str> {
        self.0.kinds()
    }

    /// The one rulebook that is in force on a day for a kind of subject, in a province where one is named.
    /// Raises ``NotInForceError`` where there is none or more than one.
    #[pyo3(signature = (on, subject, province = None))]
    fn in_force(
        &self,
        py: Python<'_>,
        on: &Bound<'_, PyAny>,
        subject: &str,
        province: Option<&str>,
    ) -> PyResult<PyRulebook> {
        let day = cells::day_of(on)?;
        guard(py, || {
            let found = self.0.in_force(day, subject, province).map_err(|error| not_in_force(py, &error))?;
            Ok(PyRulebook::new(found.clone()))
        })
    }

    fn __repr__(&self) -> String {
        format!("<Library of {}>", self.0.rulebooks().count())
    }
}
