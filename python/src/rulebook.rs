//! `Rulebook`: a regulation, loaded and ready to rate.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping, PyString};
use xeploai::batch::TableError;
use xeploai::document::{Fact, FactType, Field, FieldType, Period, Rate, Words};
use xeploai::{Case, Expected, LoadError, PolicySet, Problem, ProblemCode, Rulebook, read_cell};

use crate::cells;
use crate::errors::{both, facts_error, guard, language, load_error, policy_error, unknown_subject};
use crate::held::{self, PyHeldTable};
use crate::objects::Strings;
use crate::rating::PyRating;
use crate::table::{self, PyArrowTable, PyRatedTable};

/// One regulation with its guidance, ready to rate. It never changes and may be shared between threads.
#[pyclass(name = "Rulebook", module = "xeploai", frozen)]
pub(crate) struct PyRulebook {
    pub(crate) rulebook: Rulebook,
    strings: PyOnceLock<Arc<Strings>>,
}

/// The ids of the built-in rulebooks, in the order of their dates.
#[pyfunction]
pub(crate) fn builtin_ids() -> Vec<&'static str> {
    xeploai::builtin::ids().collect()
}

/// Whether a text is that of an overlay, not of a rulebook of its own.
#[pyfunction]
pub(crate) fn is_overlay(text: &str) -> bool {
    xeploai::is_overlay(text)
}

/// The JSON Schema of a document: `rulebook` or `overlay`.
#[pyfunction]
pub(crate) fn schema(of: &str) -> PyResult<&'static str> {
    match of {
        "rulebook" => Ok(xeploai::rulebook_schema()),
        "overlay" => Ok(xeploai::overlay_schema()),
        other => Err(PyValueError::new_err(format!("expected `rulebook` or `overlay`, found `{other}`"))),
    }
}

/// A rating of outcome `invalid`, for a problem that only the reader of a file can see.
#[pyfunction]
pub(crate) fn invalid(
    py: Python<'_>,
    rulebook: &PyRulebook,
    subject: &str,
    field: &str,
    code: &str,
    found: &str,
) -> PyResult<PyRating> {
    let mut case = Case::new(&rulebook.rulebook, subject).map_err(|error| unknown_subject(py, &error))?;
    let (code, expected) = match code {
        "duplicate" => (ProblemCode::Duplicate, Expected::Once),
        "not_a_record" => (ProblemCode::NotARecord, Expected::Record),
        other => {
            return Err(PyValueError::new_err(format!("expected `duplicate` or `not_a_record`, found `{other}`")));
        }
    };
    let found = xeploai::text::shorten(found, 40).into_owned();
    case.refuse(Problem { field: field.to_owned(), at: String::new(), code, expected, found });
    rulebook.rated(py, case.rate())
}

impl PyRulebook {
    pub(crate) fn new(rulebook: Rulebook) -> Self {
        Self { rulebook, strings: PyOnceLock::new() }
    }

    fn loaded(py: Python<'_>, work: impl FnOnce() -> Result<Rulebook, LoadError>) -> PyResult<Self> {
        guard(py, || work().map(Self::new).map_err(|error| load_error(py, &error)))
    }

    pub(crate) fn rated(&self, py: Python<'_>, rating: xeploai::Rating) -> PyResult<PyRating> {
        let strings = self.strings.get_or_try_init(py, || Strings::new(py, &self.rulebook).map(Arc::new))?;
        Ok(PyRating { rating, strings: Arc::clone(strings) })
    }

    fn policies(&self, py: Python<'_>, policies: Option<&Bound<'_, PyAny>>) -> PyResult<PolicySet> {
        let Some(policies) = policies else {
            return Ok(self.rulebook.default_policies().clone());
        };
        let Ok(policies) = policies.cast::<PyMapping>() else {
            return Err(facts_error(py, "policies: expected a mapping of names to options".to_owned()));
        };
        let mut choices: Vec<(String, String)> = Vec::new();
        for pair in policies.items()?.iter() {
            choices.push(pair.extract().map_err(|_| {
                facts_error(py, "policies: expected a mapping of names to options, both text".to_owned())
            })?);
        }
        let choices = choices.iter().map(|(name, option)| (name.as_str(), option.as_str()));
        self.rulebook.policies(choices).map_err(|error| policy_error(py, &error))
    }

    fn rate_case(&self, py: Python<'_>, case: Case, policies: Option<&Bound<'_, PyAny>>) -> PyResult<PyRating> {
        let rating = match policies {
            None => case.rate(),
            Some(_) => {
                let policies = self.policies(py, policies)?;
                case.rate_with(&policies).map_err(|error| policy_error(py, &error))?
            }
        };
        self.rated(py, rating)
    }
}

/// The text of a file; an error of the system names the file.
fn read_text(py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<String> {
    let bytes = py.import("pathlib")?.getattr("Path")?.call1((path,))?.call_method0("read_bytes")?;
    let bytes: Vec<u8> = bytes.cast_into::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec();
    String::from_utf8(bytes).map_err(|error| load_error(py, &error.into()))
}

#[pymethods]
impl PyRulebook {
    /// A rulebook that comes with the package: of one that was amended the latest version, or the one in force ``on`` a day.
    /// Raises ``LoadError`` where there is none of this id, or none in force on the day.
    #[staticmethod]
    #[pyo3(signature = (id, on = None))]
    fn builtin(py: Python<'_>, id: &str, on: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let day = on.map(cells::day_of).transpose()?;
        Self::loaded(py, || match day {
            Some(day) => Rulebook::builtin_on(id, day),
            None => Rulebook::builtin(id),
        })
    }

    /// A rulebook, or an overlay on a built-in one, from a file. Raises ``LoadError`` with every fault,
    /// or ``OSError`` where the file cannot be read.
    #[staticmethod]
    fn load(py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = read_text(py, path)?;
        Self::loaded(py, || Rulebook::from_json(&text))
    }

    /// The same from text.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Self::loaded(py, || Rulebook::from_json(text))
    }

    /// This rulebook with an overlay on it: a path, JSON text, or a dict. Raises ``LoadError`` with every fault.
    fn with_overlay(&self, py: Python<'_>, overlay: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = if overlay.cast::<PyDict>().is_ok() {
            py.import("json")?.call_method1("dumps", (overlay,))?.extract::<String>()?
        } else {
            match overlay.cast::<PyString>() {
                Ok(text) if text.to_str()?.trim_start().starts_with('{') => text.to_str()?.to_owned(),
                _ => read_text(py, overlay)?,
            }
        };
        Self::loaded(py, || self.rulebook.with_overlay(&text))
    }

    /// The id, such as ``366-qd-tw``.
    #[getter]
    fn id(&self) -> &str {
        self.rulebook.id()
    }

    /// The version of the encoding.
    #[getter]
    fn version(&self) -> &str {
        self.rulebook.version()
    }

    /// The SHA-256 digest of the canonical form.
    #[getter]
    fn digest(&self) -> &str {
        self.rulebook.digest()
    }

    /// The name of the regulation.
    #[getter]
    fn title<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        words(py, self.rulebook.title())
    }

    /// The province, or other body below the centre, whose rulebook it is.
    #[getter]
    fn province(&self) -> Option<&str> {
        self.rulebook.province()
    }

    /// The rulebooks that it was built upon, the oldest first.
    #[getter]
    fn layers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for layer in &self.rulebook.document().layers {
            let entry = PyDict::new(py);
            entry.set_item("id", &layer.id)?;
            entry.set_item("version", &layer.version)?;
            entry.set_item("digest", &layer.digest)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// The days on which it is in force.
    #[getter]
    fn in_force<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        period(py, &self.rulebook.document().in_force)
    }

    /// The days on which the rules for a kind of subject are in force. Raises ``UnknownSubjectError``.
    fn subject_in_force<'py>(&self, py: Python<'py>, subject: &str) -> PyResult<Bound<'py, PyDict>> {
        let found = self.rulebook.subject_in_force(subject).map_err(|error| unknown_subject(py, &error))?;
        period(py, found)
    }

    /// The texts that its rules cite.
    #[getter]
    fn instruments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for instrument in self.rulebook.instruments() {
            let entry = PyDict::new(py);
            entry.set_item("id", &instrument.id)?;
            entry.set_item("number", &instrument.number)?;
            entry.set_item("kind", words(py, &instrument.kind)?)?;
            entry.set_item("issuer", words(py, &instrument.issuer)?)?;
            entry.set_item("date", &instrument.date)?;
            entry.update(period(py, &instrument.in_force)?.as_mapping())?;
            entry.set_item("replaces", &instrument.replaces)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// The codes of the kinds of subject.
    #[getter]
    fn subjects(&self) -> Vec<&str> {
        self.rulebook.subjects().map(|subject| subject.kind.as_str()).collect()
    }

    /// The levels, lowest first.
    #[getter]
    fn levels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        choices(py, &self.rulebook.document().levels)
    }

    /// The choices that the text leaves open.
    #[getter(policies)]
    fn policy_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for policy in &self.rulebook.document().policies {
            let entry = PyDict::new(py);
            entry.set_item("name", &policy.name)?;
            entry.set_item("label", words(py, &policy.label)?)?;
            entry.set_item("words", words(py, &policy.words)?)?;
            entry.set_item("default", &policy.default)?;
            entry.set_item("options", choices(py, &policy.options)?)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// What people call a kind of subject. Raises ``UnknownSubjectError``.
    fn subject_label<'py>(&self, py: Python<'py>, subject: &str) -> PyResult<Bound<'py, PyDict>> {
        let found = self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        words(py, &found.label)
    }

    /// What a case of a kind may say. Raises ``UnknownSubjectError``.
    fn facts<'py>(&self, py: Python<'py>, subject: &str) -> PyResult<Bound<'py, PyList>> {
        let found = self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let list = PyList::empty(py);
        for fact in &found.facts {
            list.append(self.fact(py, fact)?)?;
        }
        Ok(list)
    }

    /// Rates one case. Facts that are not in order give the outcome ``invalid``, never an exception.
    /// Raises ``UnknownSubjectError``, ``PolicyError``, or ``FactsError`` where the facts are no mapping.
    #[pyo3(signature = (subject, facts, *, policies = None))]
    fn rate(
        &self,
        py: Python<'_>,
        subject: &str,
        facts: &Bound<'_, PyAny>,
        policies: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyRating> {
        let mut case = Case::new(&self.rulebook, subject).map_err(|error| unknown_subject(py, &error))?;
        guard(py, || {
            if let Ok(facts) = facts.cast::<PyDict>() {
                for (name, value) in facts.iter() {
                    state(&mut case, &name, &value)?;
                }
            } else if let Ok(facts) = facts.cast::<PyMapping>() {
                for pair in facts.items()?.iter() {
                    state(&mut case, &pair.get_item(0)?, &pair.get_item(1)?)?;
                }
            } else {
                let class = facts.get_type().name()?;
                return Err(facts_error(py, format!("facts: expected a mapping of names to values, found {class}")));
            }
            self.rate_case(py, case, policies)
        })
    }

    /// Rates one case from the JSON text of its facts; a fact that stands twice is seen.
    #[pyo3(signature = (subject, text, *, policies = None))]
    fn rate_json(
        &self,
        py: Python<'_>,
        subject: &str,
        text: &str,
        policies: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyRating> {
        guard(py, || {
            let case = Case::from_json(&self.rulebook, subject, text).map_err(|error| unknown_subject(py, &error))?;
            self.rate_case(py, case, policies)
        })
    }

    /// Rates every row of a table as its case alone would be rated: columns of Arrow in, the same columns with the
    /// results out. Raises ``TableError`` with everything that is wrong with the columns, ``UnknownSubjectError`` or
    /// ``PolicyError``.
    #[pyo3(signature = (subject, table, *, policies = None, threads = None, keep = Vec::new(), prefix = String::new(), progress = None))]
    #[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
    fn rate_table(
        &self,
        py: Python<'_>,
        subject: &str,
        table: &Bound<'_, PyAny>,
        policies: Option<&Bound<'_, PyAny>>,
        threads: Option<usize>,
        keep: Vec<String>,
        prefix: String,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<PyRatedTable> {
        self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let policies = self.policies(py, policies)?;
        table::rate_table(py, &self.rulebook, subject, table, policies, threads, keep, prefix, progress)
    }

    /// Rates every row of a Parquet or Arrow file into another one, by the ends of their names or ``form``; in bounded
    /// memory. The target is written in place: after an exception what stands there is of no use. Raises ``TableError``,
    /// ``OSError``, or ``ValueError`` where a file is not of its form. Returns how many rows ended how.
    #[pyo3(signature = (subject, source, target, *, form = None, policies = None, threads = None, keep = Vec::new(), prefix = String::new(), progress = None))]
    #[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
    fn rate_file<'py>(
        &self,
        py: Python<'py>,
        subject: &str,
        source: PathBuf,
        target: PathBuf,
        form: Option<&str>,
        policies: Option<&Bound<'_, PyAny>>,
        threads: Option<usize>,
        keep: Vec<String>,
        prefix: String,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let policies = self.policies(py, policies)?;
        let paths = (source, target);
        table::rate_file(py, &self.rulebook, subject, paths, form, policies, threads, keep, prefix, progress)
    }

    /// The quotas of a kind: their ids, citations, limited levels, groupings and shares.
    fn quotas<'py>(&self, py: Python<'py>, subject: &str) -> PyResult<Bound<'py, PyList>> {
        let subject = self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let list = PyList::empty(py);
        for quota in &subject.quotas {
            let entry = PyDict::new(py);
            entry.set_item("id", &quota.id)?;
            entry.set_item("level", &quota.level)?;
            entry.set_item("group_by", &quota.group_by)?;
            let (rate, recorded) = match &quota.rate {
                Rate::Share(share) => (Some(share), None),
                Rate::Recorded(recorded) => (None, Some(&recorded.recorded)),
            };
            entry.set_item("rate", rate)?;
            entry.set_item("recorded", recorded)?;
            entry.set_item("exceptional_rate", &quota.exceptional_rate)?;
            entry.set_item("words", both(py, |language| quota.words.get(language).to_owned())?)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// Holds the quotas of a kind on a rated table: groups counted, those over left to the authority or, where a local
    /// policy says so, stepping down by its ranking. Raises ``TableError`` where a column is missing, ``own_…`` are there, or a rate
    /// does not count.
    #[pyo3(signature = (subject, rated, *, policies = None, groups = None, rates = None, id = String::new(), invalid = "open", prefix = String::new(), threads = None))]
    #[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
    fn hold_quotas(
        &self,
        py: Python<'_>,
        subject: &str,
        rated: &Bound<'_, PyAny>,
        policies: Option<&Bound<'_, PyAny>>,
        groups: Option<&Bound<'_, PyMapping>>,
        rates: Option<Vec<Bound<'_, PyMapping>>>,
        id: String,
        invalid: &str,
        prefix: String,
        threads: Option<usize>,
    ) -> PyResult<PyHeldTable> {
        self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let policies = self.policies(py, policies)?;
        held::hold_quotas(py, &self.rulebook, subject, rated, policies, groups, rates, id, invalid, prefix, threads)
    }

    /// Counts a rated table by outcome and level, in the groups that the columns ``by`` make; with ``decimals`` also the
    /// shares of the levels among those rated. Raises ``TableError`` where a column is missing.
    #[pyo3(signature = (rated, by = Vec::new(), *, decimals = None, prefix = String::new(), threads = None))]
    fn tally(
        &self,
        py: Python<'_>,
        rated: &Bound<'_, PyAny>,
        by: Vec<String>,
        decimals: Option<u32>,
        prefix: String,
        threads: Option<usize>,
    ) -> PyResult<PyArrowTable> {
        held::tally(py, &self.rulebook, rated, by, decimals, prefix, threads)
    }

    /// Rates one row of a table, counted from 0, alone: the findings behind its reason code. A table with the results of
    /// ``rate_table`` will do.
    #[pyo3(signature = (subject, table, row, *, policies = None, keep = Vec::new()))]
    fn rate_row(
        &self,
        py: Python<'_>,
        subject: &str,
        table: &Bound<'_, PyAny>,
        row: usize,
        policies: Option<&Bound<'_, PyAny>>,
        keep: Vec<String>,
    ) -> PyResult<PyRating> {
        self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let policies = self.policies(py, policies)?;
        guard(py, || {
            let rating = match table::row_of(py, table, row)? {
                Ok((batch, place)) => self.rulebook.rate_row(subject, &batch, place, Some(&policies), &keep),
                Err(rows) => Err(TableError::no_row(rows, row)),
            };
            self.rated(py, rating.map_err(|error| table::table_error(py, &error))?)
        })
    }

    /// How to read the reason codes of ``rate_table``: what each group of bits tells and where it stands.
    fn reasons<'py>(&self, py: Python<'py>, subject: &str) -> PyResult<Bound<'py, PyList>> {
        let reasons = self.rulebook.reasons(subject).map_err(|error| unknown_subject(py, &error))?;
        let list = PyList::empty(py);
        for place in reasons.places().chain(reasons.facts()) {
            let entry = PyDict::new(py);
            entry.set_item("sort", place.sort)?;
            entry.set_item("of", &place.of)?;
            entry.set_item("column", &place.column)?;
            entry.set_item("shift", place.shift)?;
            entry.set_item("width", place.width)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// Reads the cells of a file, by name of fact, as the rulebook declares them: 3.0 as 3, Có as true,
    /// 31/12/2025 as a date, a decimal comma. What cannot be read is passed on, for ``rate`` to refuse.
    fn read_cells<'py>(
        &self,
        py: Python<'py>,
        subject: &str,
        row: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.rulebook.subject(subject).map_err(|error| unknown_subject(py, &error))?;
        let record = PyDict::new(py);
        for (name, cell) in row.iter() {
            let fact: String = name.extract()?;
            match cell.cast::<PyList>() {
                Ok(items) => {
                    let read = PyList::empty(py);
                    for item in items.iter() {
                        match item.cast::<PyDict>() {
                            Ok(fields) => read.append(self.read_item(py, subject, &fact, fields)?)?,
                            Err(_) => read.append(self.read_one(py, subject, &fact, None, &item)?)?,
                        }
                    }
                    record.set_item(name, read)?;
                }
                Err(_) => record.set_item(name, self.read_one(py, subject, &fact, None, &cell)?)?,
            }
        }
        Ok(record)
    }

    /// The rulebook as a page for jurists, in Markdown.
    #[pyo3(signature = (lang = "vi"))]
    fn page(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let language = language(lang)?;
        guard(py, || Ok(self.rulebook.page(language)))
    }

    /// What it changes against the rulebook that it was put on, or against another one, by structure.
    #[pyo3(signature = (base = None))]
    fn changes<'py>(&self, py: Python<'py>, base: Option<&Self>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || {
            let changes = match base {
                Some(base) => self.rulebook.changes_against(&base.rulebook),
                None => self.rulebook.changes(),
            };
            let list = PyList::empty(py);
            for change in &changes {
                let entry = PyDict::new(py);
                entry.set_item("subject", change.subject.as_deref())?;
                entry.set_item("part", change.part.code())?;
                entry.set_item("name", &change.name)?;
                entry.set_item("before", change.before.as_deref())?;
                entry.set_item("after", change.after.as_deref())?;
                entry.set_item("effect", change.effect.code())?;
                entry.set_item("words", both(py, |language| change.words(language))?)?;
                list.append(entry)?;
            }
            Ok(list)
        })
    }

    /// A valid overlay on this rulebook, to be filled in.
    fn overlay_template(&self) -> String {
        self.rulebook.overlay_template()
    }

    /// The JSON Schema of overlays, with the names of this rulebook for an editor to offer.
    fn overlay_schema(&self) -> String {
        self.rulebook.overlay_schema()
    }

    /// What a program has to know of it before it rates, as JSON, the same bytes from every face.
    fn summary_json(&self) -> String {
        self.rulebook.summary_json()
    }

    /// The canonical form, over which the digest is taken.
    fn to_json(&self) -> String {
        self.rulebook.to_json()
    }

    fn __repr__(&self) -> String {
        format!("<Rulebook {} {}>", self.rulebook.id(), self.rulebook.version())
    }
}

impl PyRulebook {
    fn read_item<'py>(
        &self,
        py: Python<'py>,
        subject: &str,
        fact: &str,
        fields: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let read = PyDict::new(py);
        for (name, cell) in fields.iter() {
            let field: String = name.extract()?;
            read.set_item(name, self.read_one(py, subject, fact, Some(&field), &cell)?)?;
        }
        Ok(read)
    }

    fn read_one<'py>(
        &self,
        py: Python<'py>,
        subject: &str,
        fact: &str,
        field: Option<&str>,
        cell: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = cells::value(cell, true)?;
        let read =
            read_cell(&self.rulebook, subject, fact, field, value).map_err(|error| unknown_subject(py, &error))?;
        Ok(cells::object(py, &read)?.unwrap_or_else(|| cell.clone()))
    }

    fn fact<'py>(&self, py: Python<'py>, fact: &Fact) -> PyResult<Bound<'py, PyDict>> {
        let entry = PyDict::new(py);
        entry.set_item("name", &fact.name)?;
        let kind = match &fact.kind {
            FactType::Boolean => Kind::named("boolean"),
            FactType::Integer(range) => Kind {
                min: Some(Limit::Whole(range.min)),
                max: Some(Limit::Whole(range.max)),
                ..Kind::named("integer")
            },
            FactType::Decimal(range) => Kind::decimal(range.scale, &range.min, &range.max),
            FactType::Enumeration(name) => Kind { values: Some(name), ..Kind::named("enumeration") },
            FactType::Date => Kind::named("date"),
            FactType::Level => Kind { values: Some("level"), ..Kind::named("level") },
            FactType::List(form) => Kind { fields: Some(&form.fields), ..Kind::named("list") },
        };
        self.describe(py, &entry, &kind)?;
        entry.set_item("label", words(py, &fact.label)?)?;
        entry.set_item("help", fact.help.as_ref().map(|help| words(py, help)).transpose()?)?;
        entry.set_item("required", matches!(fact.absent, Some(xeploai::document::Absent::Invalid)))?;
        Ok(entry)
    }

    fn field<'py>(&self, py: Python<'py>, field: &Field) -> PyResult<Bound<'py, PyDict>> {
        let entry = PyDict::new(py);
        entry.set_item("name", &field.name)?;
        let kind = match &field.kind {
            FieldType::Boolean => Kind::named("boolean"),
            FieldType::Integer(range) => Kind {
                min: Some(Limit::Whole(range.min)),
                max: Some(Limit::Whole(range.max)),
                ..Kind::named("integer")
            },
            FieldType::Decimal(range) => Kind::decimal(range.scale, &range.min, &range.max),
            FieldType::Enumeration(name) => Kind { values: Some(name), ..Kind::named("enumeration") },
            FieldType::Date => Kind::named("date"),
            FieldType::Level => Kind { values: Some("level"), ..Kind::named("level") },
            FieldType::Text => Kind::named("text"),
        };
        self.describe(py, &entry, &kind)?;
        entry.set_item("label", words(py, &field.label)?)?;
        entry.set_item("required", field.required)?;
        Ok(entry)
    }

    fn describe<'py>(&self, py: Python<'py>, entry: &Bound<'py, PyDict>, kind: &Kind<'_>) -> PyResult<()> {
        let document = self.rulebook.document();
        entry.set_item("type", kind.name)?;
        entry.set_item("scale", kind.scale)?;
        for (key, bound) in [("min", &kind.min), ("max", &kind.max)] {
            match bound {
                Some(Limit::Whole(value)) => entry.set_item(key, value)?,
                Some(Limit::Exact(text)) => entry.set_item(key, text)?,
                None => entry.set_item(key, py.None())?,
            }
        }
        let values = match kind.values {
            Some("level") => Some(choices(py, &document.levels)?),
            Some(name) => {
                let found = document.enumerations.iter().find(|known| known.name == name);
                found.map(|found| choices(py, &found.values)).transpose()?
            }
            None => None,
        };
        entry.set_item("values", values)?;
        let fields = match kind.fields {
            Some(fields) => {
                let list = PyList::empty(py);
                for field in fields {
                    list.append(self.field(py, field)?)?;
                }
                Some(list)
            }
            None => None,
        };
        entry.set_item("fields", fields)
    }
}

/// What a declaration says of values.
struct Kind<'d> {
    name: &'static str,
    scale: Option<u32>,
    min: Option<Limit<'d>>,
    max: Option<Limit<'d>>,
    values: Option<&'d str>,
    fields: Option<&'d [Field]>,
}

enum Limit<'d> {
    Whole(i64),
    Exact(&'d str),
}

impl<'d> Kind<'d> {
    fn named(name: &'static str) -> Self {
        Self { name, scale: None, min: None, max: None, values: None, fields: None }
    }

    fn decimal(scale: u32, min: &'d str, max: &'d str) -> Self {
        Self {
            scale: Some(scale),
            min: Some(Limit::Exact(min)),
            max: Some(Limit::Exact(max)),
            ..Self::named("decimal")
        }
    }
}

fn state(case: &mut Case, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let read = cells::value(value, false)?;
    match name.cast::<PyString>() {
        Ok(name) => case.set(name.to_str().unwrap_or("?"), read),
        Err(_) => case.set(&name.repr()?.to_string(), read),
    }
    Ok(())
}

fn words<'py>(py: Python<'py>, words: &Words) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("vi", &words.vi)?;
    entry.set_item("en", &words.en)?;
    Ok(entry)
}

fn period<'py>(py: Python<'py>, period: &Period) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("from", &period.from)?;
    entry.set_item("to", period.to.as_deref())?;
    Ok(entry)
}

fn choices<'py>(py: Python<'py>, choices: &[xeploai::document::Choice]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for choice in choices {
        let entry = PyDict::new(py);
        entry.set_item("code", &choice.code)?;
        entry.set_item("label", words(py, &choice.label)?)?;
        entry.set_item("short", choice.short.as_deref())?;
        list.append(entry)?;
    }
    Ok(list)
}
