//! `Cohort`: subjects that are rated together.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::Schema;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping};
use xeploai::cohort::{
    BadRequest, Change, Changed, Cohort, CohortError, CohortProblem, Contradictions, DecisionFinding, GroupRate,
    QuotaLine, RatedCohort, Record, Stage,
};
use xeploai::document::Relation;
use xeploai::{Library, Outcome, Value};

use crate::cells;
use crate::errors::{both, exception, guard, policy_error};
use crate::library::PyLibrary;
use crate::rating::PyRating;
use crate::rulebook::PyRulebook;
use crate::table::{PyArrowTable, reader, table_faults};

/// Subjects of all kinds with their relations, to be rated together for one period.
#[pyclass(name = "Cohort", module = "xeploai", frozen)]
pub(crate) struct PyCohort(Mutex<Cohort>);

impl PyCohort {
    fn change(&self, work: impl FnOnce(&mut Cohort)) {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn copy(&self) -> Cohort {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[pymethods]
impl PyCohort {
    /// A cohort of nobody, for the period that ends on a day.
    #[new]
    #[pyo3(signature = (period_end, *, on = None, province = None, library = None, rulebooks = None, policies = None, groups = None, rates = None, keep = Vec::new(), contradictions = "unknown", threads = None))]
    #[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
    fn new(
        py: Python<'_>,
        period_end: &Bound<'_, PyAny>,
        on: Option<&Bound<'_, PyAny>>,
        province: Option<&str>,
        library: Option<&PyLibrary>,
        rulebooks: Option<&Bound<'_, PyMapping>>,
        policies: Option<&Bound<'_, PyMapping>>,
        groups: Option<&Bound<'_, PyMapping>>,
        rates: Option<Vec<Bound<'_, PyMapping>>>,
        keep: Vec<String>,
        contradictions: &str,
        threads: Option<usize>,
    ) -> PyResult<Self> {
        let library = match library {
            Some(library) => library.library().clone(),
            None => guard(py, || Library::builtin().map_err(|error| crate::errors::load_error(py, &error)))?,
        };
        let mut cohort = Cohort::new(library, cells::day_of(period_end)?);
        if let Some(on) = on {
            cohort.rated_on(cells::day_of(on)?);
        }
        if let Some(province) = province {
            cohort.in_province(province);
        }
        for pair in items(rulebooks)? {
            let (kind, rulebook): (String, PyRef<'_, PyRulebook>) = pair.extract()?;
            cohort.by_rulebook(&kind, rulebook.rulebook.clone());
        }
        for pair in items(policies)? {
            let (name, option): (String, String) = pair.extract()?;
            cohort.policy(&name, &option);
        }
        for pair in items(groups)? {
            let (name, columns): (String, Vec<String>) = pair.extract()?;
            cohort.grouping(&name, &columns.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for rate in rates.unwrap_or_default() {
            cohort.rate_of_group(group_rate(&rate)?);
        }
        cohort.keep(&keep.iter().map(String::as_str).collect::<Vec<_>>());
        let choice = Contradictions::ALL.into_iter().find(|choice| choice.code() == contradictions);
        cohort.on_contradiction(choice.ok_or_else(|| {
            let known = Contradictions::ALL.map(Contradictions::code).join("`, `");
            PyValueError::new_err(format!("contradictions: expected one of `{known}`, found `{contradictions}`"))
        })?);
        match threads {
            Some(0) => {
                return Err(PyValueError::new_err("threads: expected a number from 1, or None for all, found 0"));
            }
            threads => cohort.threads(threads.unwrap_or(0)),
        };
        Ok(Self(Mutex::new(cohort)))
    }

    /// A cohort from the text of a JSON request, as every face takes it. Raises ``RequestError``.
    #[staticmethod]
    #[pyo3(signature = (request, library = None))]
    fn from_json(py: Python<'_>, request: &str, library: Option<&PyLibrary>) -> PyResult<Self> {
        guard(py, || {
            let library = match library {
                Some(library) => library.library().clone(),
                None => Library::builtin().map_err(|error| crate::errors::load_error(py, &error))?,
            };
            let cohort = Cohort::from_json(library, request).map_err(|error| request_error(py, &error))?;
            Ok(Self(Mutex::new(cohort)))
        })
    }

    /// Adds a table of subjects of a kind: anything that speaks the Arrow interface. The column ``id`` names them.
    fn add(&self, py: Python<'_>, kind: &str, table: &Bound<'_, PyAny>) -> PyResult<()> {
        let batches = batches(py, table)?;
        self.change(|cohort| {
            for batch in batches {
                cohort.add(kind, batch);
            }
        });
        Ok(())
    }

    /// Adds subjects of a kind one by one: mappings with ``id``, facts, and what else a row says. What is a relation, or
    /// named in ``columns``, is no fact.
    #[pyo3(signature = (kind, records, columns = Vec::new()))]
    fn add_records(&self, kind: &str, records: &Bound<'_, PyAny>, columns: Vec<String>) -> PyResult<()> {
        let mut all = Vec::new();
        for record in records.try_iter()? {
            all.push(record_of(&record?, &columns)?);
        }
        self.change(|cohort| {
            cohort.add_records(kind, all);
        });
        Ok(())
    }

    /// Adds relations: a table with the columns ``subject``, ``relation`` and ``object``, or triples of these.
    fn relate(&self, py: Python<'_>, relations: &Bound<'_, PyAny>) -> PyResult<()> {
        let batches = match is_arrow(relations)? {
            true => batches(py, relations)?,
            false => {
                let triples: Vec<(String, String, String)> =
                    relations.try_iter()?.map(|triple| triple?.extract()).collect::<PyResult<_>>()?;
                let column = |pick: fn(&(String, String, String)) -> &String| -> ArrayRef {
                    Arc::new(triples.iter().map(|triple| Some(pick(triple).as_str())).collect::<StringArray>())
                };
                let columns = [
                    ("subject", column(|triple| &triple.0)),
                    ("relation", column(|triple| &triple.1)),
                    ("object", column(|triple| &triple.2)),
                ];
                vec![RecordBatch::try_from_iter(columns).map_err(|error| PyValueError::new_err(error.to_string()))?]
            }
        };
        self.change(|cohort| {
            for batch in batches {
                cohort.relate(batch);
            }
        });
        Ok(())
    }

    /// Adds decisions of the authority: a table, or mappings, with ``subject``, ``level`` and as far as they are known
    /// ``number``, ``date``, ``body``, ``decided_by``, ``reason``, ``votes_for``, ``votes_entitled``, ``replaces``.
    fn decide(&self, py: Python<'_>, decisions: &Bound<'_, PyAny>) -> PyResult<()> {
        let batches = match is_arrow(decisions)? {
            true => batches(py, decisions)?,
            false => vec![of_mappings(decisions)?],
        };
        self.change(|cohort| {
            for batch in batches {
                cohort.decide(batch);
            }
        });
        Ok(())
    }

    /// The stages in which the cohort is rated, and what is wrong with it, without rating it.
    fn plan<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
        let cohort = self.copy();
        let (stages, problems) = guard(py, || py.detach(|| cohort.plan()).map_err(|error| cohort_error(py, &error)))?;
        Ok((list(py, &stages, stage)?, list(py, &problems, problem)?))
    }

    /// The same as JSON, the same bytes from every face.
    fn plan_json(&self, py: Python<'_>) -> PyResult<String> {
        let cohort = self.copy();
        guard(py, || py.detach(|| cohort.plan_json()).map_err(|error| cohort_error(py, &error)))
    }

    /// Rates everybody.
    fn rate(&self, py: Python<'_>) -> PyResult<PyRatedCohort> {
        let cohort = self.copy();
        guard(py, || {
            let rated = py.detach(|| cohort.rate()).map_err(|error| cohort_error(py, &error))?;
            Ok(PyRatedCohort(Arc::new(rated)))
        })
    }

    fn __repr__(&self) -> &'static str {
        "<Cohort>"
    }
}

/// A cohort as it was rated.
#[pyclass(name = "RatedCohort", module = "xeploai", frozen)]
pub(crate) struct PyRatedCohort(Arc<RatedCohort>);

#[pymethods]
impl PyRatedCohort {
    /// The kinds of subject, in the order in which they came.
    #[getter]
    fn kinds(&self) -> Vec<&str> {
        self.0.kinds().collect()
    }

    /// What is wrong with tables, relations and groups.
    #[getter]
    fn problems<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        list(py, self.0.problems(), problem)
    }

    /// What the check of the decisions found.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        list(py, self.0.findings(), finding)
    }

    /// The stages in which it was rated.
    #[getter]
    fn stages<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        list(py, &self.0.stages(), stage)
    }

    /// The groups of every quota, with what it came to.
    #[getter]
    fn quotas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        list(py, &self.0.quotas(), quota)
    }

    /// The rows of a kind with their results, as a table of Arrow.
    fn table(&self, py: Python<'_>, kind: &str) -> PyResult<PyArrowTable> {
        match guard(py, || Ok(py.detach(|| self.0.table(kind))))? {
            Some(Ok(batch)) => Ok(PyArrowTable::new(vec![batch])),
            Some(Err(error)) => Err(PyValueError::new_err(error.to_string())),
            None => Err(PyKeyError::new_err(kind.to_owned())),
        }
    }

    /// The rating of one subject with all its findings, before the quotas; what comes from others is put in as facts.
    fn rating(&self, py: Python<'_>, id: &str) -> PyResult<PyRating> {
        let rating = guard(py, || Ok(self.0.rating(id)))?.ok_or_else(|| PyKeyError::new_err(id.to_owned()))?;
        PyRulebook::new(rating.rulebook().clone()).rated(py, rating)
    }

    /// What others keep open of a subject: facts, why, and the ids of the others; ``None`` where nothing is.
    fn open(&self, id: &str) -> PyResult<Option<String>> {
        self.0.open(id).ok_or_else(|| PyKeyError::new_err(id.to_owned()))
    }

    /// How a subject stands: before the quotas, and after them.
    fn standing<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Bound<'py, PyDict>> {
        let found = self.0.standing(id).ok_or_else(|| PyKeyError::new_err(id.to_owned()))?;
        changed(py, &found)
    }

    /// Who would come out otherwise if facts were others: a mapping of ids to mappings of facts. Raises ``KeyError`` where
    /// nobody has an id, ``RequestError`` where a fact is none or a value is none of it.
    fn what_if<'py>(&self, py: Python<'py>, changes: &Bound<'_, PyMapping>) -> PyResult<Bound<'py, PyList>> {
        let mut all = Vec::new();
        for pair in changes.items()?.iter() {
            let (id, facts): (String, Bound<'_, PyMapping>) = pair.extract()?;
            all.push(Change { id, facts: facts_of(&facts)? });
        }
        let found = guard(py, || {
            let found = py.detach(|| self.0.what_if(&all)).map_err(PyKeyError::new_err)?;
            self.0.check_changes(&all).map_err(|error| request_error(py, &error))?;
            Ok(found)
        })?;
        list(py, &found, changed)
    }

    /// The same with changes and answer as JSON, the same bytes from every face. Raises ``RequestError``.
    fn what_if_json(&self, py: Python<'_>, changes: &str) -> PyResult<String> {
        guard(py, || py.detach(|| self.0.what_if_json(changes)).map_err(|error| request_error(py, &error)))
    }

    /// Everything that came out as JSON text, the same bytes from every face.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(py.detach(|| self.0.to_json())))
    }

    fn __repr__(&self) -> String {
        format!("<RatedCohort of {}>", self.0.kinds().collect::<Vec<_>>().join(", "))
    }
}

pub(crate) fn items<'py>(mapping: Option<&Bound<'py, PyMapping>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    match mapping {
        Some(mapping) => Ok(mapping.items()?.iter().collect()),
        None => Ok(Vec::new()),
    }
}

fn is_arrow(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(object.hasattr("__arrow_c_stream__")? || object.hasattr("__arrow_c_array__")?)
}

pub(crate) fn batches(py: Python<'_>, table: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    // Our own tables need not go through the interface of C, which looks at every column of every batch.
    if let Ok(own) = table.cast::<PyArrowTable>() {
        return Ok(own.get().batches());
    }
    let reader = reader(py, table)?;
    let schema = reader.schema();
    let batches: Result<Vec<RecordBatch>, _> = py.detach(|| reader.collect());
    let batches = batches.map_err(|error| PyValueError::new_err(format!("table: {error}")))?;
    // A table of no row is a table all the same.
    Ok(if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches })
}

/// Mappings of texts, numbers and dates as a table of texts.
fn of_mappings(rows: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let mut names: Vec<String> = Vec::new();
    let mut all: Vec<Vec<(String, String)>> = Vec::new();
    for row in rows.try_iter()? {
        let row = row?;
        let mut cells = Vec::new();
        for pair in row.cast::<PyMapping>()?.items()?.iter() {
            let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
            if value.is_none() {
                continue;
            }
            if !names.contains(&name) {
                names.push(name.clone());
            }
            cells.push((name, value.str()?.extract()?));
        }
        all.push(cells);
    }
    let column = |name: &String| -> ArrayRef {
        let cell =
            |row: &Vec<(String, String)>| row.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Arc::new(all.iter().map(cell).collect::<StringArray>())
    };
    if names.is_empty() {
        return Ok(RecordBatch::new_empty(Arc::new(Schema::empty())));
    }
    RecordBatch::try_from_iter_with_nullable(names.iter().map(|name| (name.as_str(), column(name), true)))
        .map_err(|error| PyValueError::new_err(error.to_string()))
}

fn record_of(record: &Bound<'_, PyAny>, columns: &[String]) -> PyResult<Record> {
    let mut made = Record::default();
    for pair in record.cast::<PyMapping>()?.items()?.iter() {
        let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
        let foreign = Relation::ALL.iter().any(|relation| relation.code() == name) || columns.contains(&name);
        if name == "id" {
            made.id = if value.is_none() { String::new() } else { value.str()?.extract()? };
        } else if foreign {
            if !value.is_none() {
                made.columns.push((name, value.str()?.extract()?));
            }
        } else {
            made.facts.push((name, cells::value(&value, false)?.into_owned()));
        }
    }
    Ok(made)
}

fn facts_of(facts: &Bound<'_, PyMapping>) -> PyResult<Vec<(String, Value<'static>)>> {
    let mut all = Vec::new();
    for pair in facts.items()?.iter() {
        let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
        all.push((name, cells::value(&value, false)?.into_owned()));
    }
    Ok(all)
}

pub(crate) fn group_rate(rate: &Bound<'_, PyMapping>) -> PyResult<GroupRate> {
    let text = |name: &str| -> PyResult<String> {
        match rate.get_item(name) {
            Ok(value) if !value.is_none() => value.str()?.extract(),
            _ => Ok(String::new()),
        }
    };
    Ok(GroupRate {
        quota: text("quota")?,
        grouping: text("grouping")?,
        group: text("group")?,
        rate: text("rate")?,
        decision: text("decision")?,
    })
}

/// Why a request in JSON was not read.
fn request_error(py: Python<'_>, error: &BadRequest) -> PyErr {
    match both(py, |language| error.words(language)) {
        Ok(words) => exception(py, "RequestError", (error.to_string(), words, error.place.as_str())),
        Err(error) => error,
    }
}

/// Why a cohort was not rated: an error of its policies, or of its columns.
fn cohort_error(py: Python<'_>, error: &CohortError) -> PyErr {
    if let Some(policy) = error.policies.first() {
        return policy_error(py, policy);
    }
    if error.tables.is_empty() {
        return PyValueError::new_err(error.to_string());
    }
    let made = || -> PyResult<PyErr> {
        let faults = PyList::empty(py);
        for (kind, table) in &error.tables {
            table_faults(py, table, kind, &faults)?;
        }
        Ok(exception(py, "TableError", (error.to_string(), faults)))
    };
    made().unwrap_or_else(|error| error)
}

fn list<'py, T>(
    py: Python<'py>,
    all: &[T],
    one: impl Fn(Python<'py>, &T) -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for item in all {
        list.append(one(py, item)?)?;
    }
    Ok(list)
}

fn problem<'py>(py: Python<'py>, found: &CohortProblem) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("code", found.code.name())?;
    entry.set_item("table", &found.table)?;
    entry.set_item("rows", &found.rows)?;
    entry.set_item("column", &found.column)?;
    entry.set_item("subjects", &found.subjects)?;
    entry.set_item("expected", &found.expected.en)?;
    entry.set_item("found", &found.found)?;
    entry.set_item("words", both(py, |language| found.words(language))?)?;
    Ok(entry)
}

fn finding<'py>(py: Python<'py>, found: &DecisionFinding) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("code", found.code.name())?;
    entry.set_item("rows", &found.rows)?;
    entry.set_item("subjects", &found.subjects)?;
    entry.set_item("rule", &found.rule)?;
    entry.set_item("citation", &found.citation)?;
    entry.set_item("expected", &found.expected.en)?;
    entry.set_item("found", &found.found)?;
    entry.set_item("words", both(py, |language| found.words(language))?)?;
    Ok(entry)
}

fn stage<'py>(py: Python<'py>, found: &Stage) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("stage", found.number)?;
    entry.set_item("kind", &found.kind)?;
    entry.set_item("subjects", found.subjects)?;
    let quotas = PyList::empty(py);
    for (quota, grouping, groups) in &found.quotas {
        let one = PyDict::new(py);
        one.set_item("quota", quota)?;
        one.set_item("grouping", grouping)?;
        one.set_item("groups", groups)?;
        quotas.append(one)?;
    }
    entry.set_item("quotas", quotas)?;
    entry.set_item("citations", &found.citations)?;
    Ok(entry)
}

fn quota<'py>(py: Python<'py>, found: &QuotaLine) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("quota", &found.quota)?;
    entry.set_item("citation", &found.citation)?;
    entry.set_item("kind", &found.kind)?;
    entry.set_item("level", &found.level)?;
    entry.set_item("grouping", &found.grouping)?;
    entry.set_item("group", &found.group)?;
    entry.set_item("members", found.members)?;
    entry.set_item("rate", &found.rate)?;
    entry.set_item("decision", &found.decision)?;
    entry.set_item("candidates", found.candidates)?;
    entry.set_item("base", found.base)?;
    entry.set_item("most", found.most)?;
    entry.set_item("over", found.over)?;
    entry.set_item("open", &found.open)?;
    entry.set_item("ranking", &found.ranking)?;
    entry.set_item("decided", found.decided)?;
    Ok(entry)
}

fn changed<'py>(py: Python<'py>, found: &Changed) -> PyResult<Bound<'py, PyDict>> {
    let side = |(outcome, low, high): &(Outcome, Option<String>, Option<String>)| -> PyResult<Bound<'py, PyDict>> {
        let entry = PyDict::new(py);
        entry.set_item("outcome", outcome.code())?;
        entry.set_item("at_least", low)?;
        entry.set_item("at_most", high)?;
        Ok(entry)
    };
    let entry = PyDict::new(py);
    entry.set_item("id", &found.id)?;
    entry.set_item("kind", &found.kind)?;
    entry.set_item("before", side(&found.before)?)?;
    entry.set_item("after", side(&found.after)?)?;
    entry.set_item("through", &found.through)?;
    Ok(entry)
}
