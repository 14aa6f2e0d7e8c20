//! Statistics: JSON in and out, and the rows of a file of columns counted.

use std::path::PathBuf;

use pyo3::prelude::*;
use xeploai::Language;
use xeploai::batch::{FileError, FileForm};
use xeploai::statistics::{CountedRow, Refused, column_titles, count_rows, json};

use crate::errors::{both, exception, guard};

type Answer = fn(&str) -> Result<String, Refused>;

const ANSWERS: [(&str, Answer); 6] = [
    ("tally", json::tally),
    ("years", json::spans),
    ("shares", json::shares),
    ("form_6f", json::form_6f_of),
    ("check_form_6f", json::form_6f),
    ("check_table", json::check),
];

/// The outcomes of rows that have a reason.
const WITH_REASON: [&str; 2] = ["not_rated", "not_reviewed"];

/// Answers a request for statistics, JSON in and out.
#[pyfunction]
pub(crate) fn statistics(py: Python<'_>, what: &str, request: &str) -> PyResult<String> {
    let answer = ANSWERS.iter().find(|(name, _)| *name == what).map(|(_, answer)| *answer);
    let answer = answer.ok_or_else(|| pyo3::exceptions::PyKeyError::new_err(what.to_owned()))?;
    guard(py, || answer(request).map_err(|refused| statistics_error(py, &refused)))
}

fn statistics_error(py: Python<'_>, refused: &Refused) -> PyErr {
    match both(py, |language| refused.sentence.words(language)) {
        Ok(words) => {
            let (row, column) = (refused.place.row, refused.place.column.as_str());
            let english = refused.sentence.words(Language::English);
            exception(py, "StatisticsError", (english, words, row, column))
        }
        Err(error) => error,
    }
}

/// The titles of the columns of a Parquet or Arrow file.
#[pyfunction]
pub(crate) fn file_titles(py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
    guard(py, || {
        let form = FileForm::of(&path).unwrap_or(FileForm::Parquet);
        column_titles(&path, form).map_err(file_error)
    })
}

/// What the columns of a Parquet or Arrow file say together, and how many rows say so. Columns in ``only`` are read in those
/// rows alone whose first column says that a row was not rated or not reviewed.
#[pyfunction]
pub(crate) fn count_file(
    py: Python<'_>,
    path: PathBuf,
    columns: Vec<String>,
    only: Vec<String>,
) -> PyResult<Vec<CountedRow>> {
    guard(py, || {
        let form = FileForm::of(&path).unwrap_or(FileForm::Parquet);
        py.detach(|| count_rows(&path, form, &columns, &only, &WITH_REASON)).map_err(file_error)
    })
}

fn file_error(error: FileError) -> PyErr {
    match error {
        FileError::Io(error) => error.into(),
        other => pyo3::exceptions::PyValueError::new_err(other.to_string()),
    }
}
