//! `Rating`: how a case was rated.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
use xeploai::Rating;
use xeploai::report::{Part, write, write_part};

use crate::errors::{guard, language};
use crate::objects::{ObjectSink, Strings};

/// How a case was rated, with everything that it rests on.
#[pyclass(name = "Rating", module = "xeploai", frozen)]
pub(crate) struct PyRating {
    pub(crate) rating: Rating,
    pub(crate) strings: Arc<Strings>,
}

impl PyRating {
    fn part<'py>(&self, py: Python<'py>, part: Part) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || {
            let mut sink = ObjectSink::new(py, &self.strings);
            write_part(&self.rating, part, &mut sink);
            sink.finish()
        })
    }
}

#[pymethods]
impl PyRating {
    #[getter]
    fn outcome(&self) -> &'static str {
        self.rating.outcome().code()
    }

    #[getter]
    fn level(&self) -> Option<&str> {
        self.rating.level()
    }

    #[getter]
    fn at_least(&self) -> Option<&str> {
        self.rating.at_least()
    }

    #[getter]
    fn at_most(&self) -> Option<&str> {
        self.rating.at_most()
    }

    #[getter]
    fn by_score(&self) -> Option<&str> {
        self.rating.by_score()
    }

    #[getter]
    fn by_conditions(&self) -> Option<&str> {
        self.rating.by_conditions()
    }

    #[getter]
    fn score(&self) -> Option<String> {
        self.rating.score().map(|score| score.shown())
    }

    #[getter]
    fn score_fraction<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(score) = self.rating.score() else {
            return Ok(None);
        };
        let class = py.import("fractions")?.getattr("Fraction")?;
        class.call1((score.numerator(), score.denominator())).map(Some)
    }

    #[getter]
    fn subject(&self) -> &str {
        self.rating.subject()
    }

    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Missing)
    }

    #[getter]
    fn problems<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Problems)
    }

    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Reasons)
    }

    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Findings)
    }

    #[getter]
    fn obstacles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Obstacles)
    }

    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Notes)
    }

    #[pyo3(signature = (lang = "vi"))]
    fn explain(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let language = language(lang)?;
        guard(py, || Ok(self.rating.explain(language)))
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || {
            let mut sink = ObjectSink::new(py, &self.strings);
            write(&self.rating, &mut sink);
            sink.finish()
        })
    }

    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        guard(py, || Ok(PyString::new(py, &self.rating.to_json())))
    }

    fn __repr__(&self) -> String {
        let rating = &self.rating;
        match (rating.level(), rating.at_least(), rating.at_most()) {
            (Some(level), ..) => format!("<Rating {} {level}>", rating.outcome().code()),
            (None, Some(low), Some(high)) => {
                format!("<Rating {} {low}..{high}>", rating.outcome().code())
            }
            _ => format!("<Rating {}>", rating.outcome().code()),
        }
    }
}
