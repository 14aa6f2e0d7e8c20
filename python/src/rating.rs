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
    /// How the case ends.
    #[getter]
    fn outcome(&self) -> &'static str {
        self.rating.outcome().code()
    }

    /// The code of the level; only of a case that is ``rated``.
    #[getter]
    fn level(&self) -> Option<&str> {
        self.rating.level()
    }

    /// The code of the lowest level that is possible.
    #[getter]
    fn at_least(&self) -> Option<&str> {
        self.rating.at_least()
    }

    /// The code of the highest level that is possible.
    #[getter]
    fn at_most(&self) -> Option<&str> {
        self.rating.at_most()
    }

    /// The code of the level whose band holds the score.
    #[getter]
    fn by_score(&self) -> Option<&str> {
        self.rating.by_score()
    }

    /// The code of the highest level whose conditions hold and whose lower limit the score reaches.
    #[getter]
    fn by_conditions(&self) -> Option<&str> {
        self.rating.by_conditions()
    }

    /// The score, exact as text; where four decimals do not suffice truncated, the fraction beside it.
    #[getter]
    fn score(&self) -> Option<String> {
        self.rating.score_shown()
    }

    /// The score as an exact fraction.
    #[getter]
    fn score_fraction<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(score) = self.rating.score() else {
            return Ok(None);
        };
        let class = py.import("fractions")?.getattr("Fraction")?;
        class.call1((score.numerator(), score.denominator())).map(Some)
    }

    /// The code of the kind of subject.
    #[getter]
    fn subject(&self) -> &str {
        self.rating.subject()
    }

    /// The missing facts that keep the case open; stating all of them ends ``undetermined``.
    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Missing)
    }

    /// What is wrong with the facts; only of a case that is ``invalid``. It may hold personal data.
    #[getter]
    fn problems<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Problems)
    }

    /// The rules for which the case is not reviewed or not rated.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Reasons)
    }

    /// Every rule that was looked at, with the values that it read.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Findings)
    }

    /// For each level above the lowest possible one, what stands in its way.
    #[getter]
    fn obstacles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Obstacles)
    }

    /// What a reader has to know beside the level.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, Part::Notes)
    }

    /// The result in words, as it can be handed to the person rated.
    #[pyo3(signature = (lang = "vi"))]
    fn explain(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let language = language(lang)?;
        guard(py, || Ok(self.rating.explain(language)))
    }

    /// The whole result; the keys are always there.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || {
            let mut sink = ObjectSink::new(py, &self.strings);
            write(&self.rating, &mut sink);
            sink.finish()
        })
    }

    /// The whole result as JSON text, the same bytes from every face.
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
