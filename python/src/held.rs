//! Rated tables taken further: quotas held, rows counted.

use std::sync::Arc;

use arrow_array::RecordBatch;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping};
use xeploai::cohort::{HeldTable, HoldOptions, TallyOptions, tally as count};
use xeploai::{PolicySet, Rulebook};

use crate::cohort::{batches, group_rate, items};
use crate::errors::guard;
use crate::table::{PyArrowTable, table_error};

/// A table after its quotas.
#[pyclass(name = "HeldTable", module = "xeploai", frozen)]
pub(crate) struct PyHeldTable(Arc<HeldTable>);

#[pymethods]
impl PyHeldTable {
    /// The table: ``outcome``, ``at_least`` and ``at_most`` are those after the quotas; ``own_outcome``,
    /// ``own_at_least`` and ``own_at_most`` as they were before.
    #[getter]
    fn table(&self) -> PyArrowTable {
        PyArrowTable::new(self.0.batches.clone())
    }

    /// What each quota came to, group by group.
    #[getter]
    fn quotas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for found in &self.0.quotas {
            let entry = PyDict::new(py);
            entry.set_item("quota", &found.quota)?;
            entry.set_item("citation", &found.citation)?;
            entry.set_item("level", &found.level)?;
            entry.set_item("grouping", &found.grouping)?;
            entry.set_item("group", &found.group)?;
            entry.set_item("rate", &found.rate)?;
            entry.set_item("candidates", found.candidates)?;
            entry.set_item("base", found.base)?;
            entry.set_item("most", found.most)?;
            entry.set_item("over", found.over)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// The same as JSON, the same bytes from every face.
    fn quotas_json(&self) -> String {
        self.0.quotas_json()
    }

    fn __repr__(&self) -> String {
        let rows: usize = self.0.batches.iter().map(RecordBatch::num_rows).sum();
        format!("HeldTable(rows={rows}, groups={})", self.0.quotas.len())
    }
}

#[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
pub(crate) fn hold_quotas(
    py: Python<'_>,
    rulebook: &Rulebook,
    subject: &str,
    rated: &Bound<'_, PyAny>,
    policies: PolicySet,
    groups: Option<&Bound<'_, PyMapping>>,
    rates: Option<Vec<Bound<'_, PyMapping>>>,
    id: String,
    invalid: &str,
    prefix: String,
    threads: Option<usize>,
) -> PyResult<PyHeldTable> {
    let mut options = HoldOptions { policies: Some(policies), id, prefix, ..HoldOptions::default() };
    options.threads = self::threads(threads)?;
    options.leave_out_invalid = match invalid {
        "open" => false,
        "left_out" => true,
        other => {
            return Err(PyValueError::new_err(format!("invalid: expected `open` or `left_out`, found `{other}`")));
        }
    };
    for pair in items(groups)? {
        options.groupings.push(pair.extract()?);
    }
    for rate in rates.unwrap_or_default() {
        options.rates.push(group_rate(&rate)?);
    }
    guard(py, || {
        let batches = batches(py, rated)?;
        let held = py.detach(|| rulebook.hold_quotas(subject, &batches, &options));
        Ok(PyHeldTable(Arc::new(held.map_err(|error| table_error(py, &error))?)))
    })
}

pub(crate) fn tally(
    py: Python<'_>,
    rulebook: &Rulebook,
    rated: &Bound<'_, PyAny>,
    by: Vec<String>,
    decimals: Option<u32>,
    prefix: String,
    threads: Option<usize>,
) -> PyResult<PyArrowTable> {
    let levels = rulebook.document().levels.iter().map(|level| level.code.clone()).collect();
    let options = TallyOptions { by, levels, decimals, prefix, threads: self::threads(threads)? };
    guard(py, || {
        let batches = batches(py, rated)?;
        let counted = py.detach(|| count(&batches, &options)).map_err(|error| table_error(py, &error))?;
        Ok(PyArrowTable::new(vec![counted]))
    })
}

fn threads(asked: Option<usize>) -> PyResult<usize> {
    match asked {
        Some(0) => Err(PyValueError::new_err("threads: expected a number from 1, or None for all, found 0")),
        asked => Ok(asked.unwrap_or(0)),
    }
}
