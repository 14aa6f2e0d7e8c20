//! Tables in and out through the C interface of Arrow: capsules in the way that every data frame library knows.

use std::ffi::CStr;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayReader, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use pyo3::exceptions::{PyKeyboardInterrupt, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods, PyDict, PyList};
use xeploai::batch::{
    Counted, FileError, FileForm, Progress, RatedTable, TableError, TableOptions, read_columns, value_at,
    write_columns,
};
use xeploai::{Outcome, PolicySet, Rulebook};

use crate::errors::{both, exception, guard};

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

/// The batches of an object that speaks the Arrow interface.
pub(crate) fn reader(py: Python<'_>, table: &Bound<'_, PyAny>) -> PyResult<Reader> {
    guard(py, || open(table))
}

fn open(table: &Bound<'_, PyAny>) -> PyResult<Reader> {
    if table.hasattr("__arrow_c_stream__")? {
        let capsule = table.call_method0("__arrow_c_stream__")?;
        return stream_of(&capsule);
    }
    if table.hasattr("__arrow_c_array__")? {
        let pair = table.call_method0("__arrow_c_array__")?;
        let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let batch = batch_of(&schema, &array)?;
        let schema = batch.schema();
        return Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
    }
    let class = table.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "table: expected an object with __arrow_c_stream__ or __arrow_c_array__, such as a pyarrow.Table, a polars or \
         pandas DataFrame or a DuckDB relation, found {class}"
    )))
}

fn stream_of(capsule: &Bound<'_, PyAny>) -> PyResult<Reader> {
    let capsule = capsule.cast::<PyCapsule>().map_err(PyErr::from)?;
    let pointer = capsule.pointer_checked(Some(STREAM))?;
    // SAFETY: a capsule of this name holds a stream of the C interface; it is moved out, which leaves it released.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.cast().as_ptr()) };
    if stream.release().is_none() {
        return Err(PyValueError::new_err("table: expected a stream that was not read before, found one that was"));
    }
    let reader = ArrayStreamReader::try_new(stream).map_err(|error| arrow_error(&error))?;
    let field = reader.field();
    let DataType::Struct(fields) = field.data_type() else {
        return Err(PyTypeError::new_err(format!(
            "table: expected a table, found a stream of {}",
            field.data_type()
        )));
    };
    let schema = Arc::new(Schema::new(fields.clone()).with_metadata(field.metadata().clone()));
    Ok(Box::new(Batches { reader, schema }))
}

/// The batches of a stream.
struct Batches {
    reader: ArrayStreamReader,
    schema: SchemaRef,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.reader.next()?.and_then(|array| match array.as_struct_opt() {
            Some(rows) => batch(rows.clone(), &self.schema),
            None => {
                Err(ArrowError::CDataInterface(format!("expected a batch of a table, found {}", array.data_type())))
            }
        }))
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// A batch of rows none of which is null: beneath a null row anything may stand.
fn batch(rows: StructArray, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if rows.null_count() > 0 {
        let found = rows.null_count();
        return Err(ArrowError::CDataInterface(format!("expected rows, found {found} that are null as a whole")));
    }
    let len = rows.len();
    let (_, columns, _) = rows.into_parts();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(len));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn batch_of(schema: &Bound<'_, PyAny>, array: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let schema = schema.cast::<PyCapsule>().map_err(PyErr::from)?.pointer_checked(Some(SCHEMA))?;
    let array = array.cast::<PyCapsule>().map_err(PyErr::from)?.pointer_checked(Some(ARRAY))?;
    // SAFETY: a capsule of this name holds a schema of the C interface; it stays the capsule's.
    let schema = unsafe { schema.cast::<FFI_ArrowSchema>().as_ref() };
    // SAFETY: a capsule of this name holds an array of the C interface; it is moved out, which leaves it released.
    let array = unsafe { FFI_ArrowArray::from_raw(array.cast().as_ptr()) };
    if array.is_released() {
        return Err(PyValueError::new_err("table: expected a batch that was not read before, found one that was"));
    }
    // SAFETY: both come from one producer, which says that they belong together.
    let data = unsafe { from_ffi(array, schema) }.map_err(|error| arrow_error(&error))?;
    let DataType::Struct(fields) = data.data_type() else {
        return Err(PyTypeError::new_err(format!("table: expected a table, found an array of {}", data.data_type())));
    };
    let schema = Arc::new(Schema::new(fields.clone()));
    batch(StructArray::from(data), &schema).map_err(|error| arrow_error(&error))
}

fn arrow_error(error: &ArrowError) -> PyErr {
    PyValueError::new_err(format!("table: {error}"))
}

/// What went wrong with the columns of a table, as `xeploai.errors.TableError`.
pub(crate) fn table_error(py: Python<'_>, error: &TableError) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let faults = PyList::empty(py);
        table_faults(py, error, "", &faults)?;
        Ok(exception(py, "TableError", (error.to_string(), faults)))
    };
    made().unwrap_or_else(|error| error)
}

/// Adds what went wrong with the columns of a table; `table` names it where there are several.
pub(crate) fn table_faults(
    py: Python<'_>,
    error: &TableError,
    table: &str,
    faults: &Bound<'_, PyList>,
) -> PyResult<()> {
    let within = |words: String| if table.is_empty() { words } else { format!("{table}: {words}") };
    for fault in &error.faults {
        let entry = PyDict::new(py);
        entry.set_item("column", &fault.column)?;
        entry.set_item("code", fault.code.name())?;
        entry.set_item("expected", &fault.expected.en)?;
        entry.set_item("found", &fault.found)?;
        entry.set_item("words", both(py, |language| within(fault.words(language)))?)?;
        faults.append(entry)?;
    }
    Ok(())
}

/// How far the rating of a table has come.
#[derive(Debug, Default)]
struct Report {
    rows: AtomicU64,
    single: AtomicU64,
    /// What a callback of the caller raised.
    raised: Mutex<Option<PyErr>>,
}

/// How a table is to be rated.
struct Order {
    rulebook: Rulebook,
    subject: String,
    policies: PolicySet,
    threads: usize,
    keep: Vec<String>,
    prefix: String,
    progress: Option<Py<PyAny>>,
}

impl Order {
    /// `threads` as Python gives it: a number from 1, or nothing for all.
    fn threads(asked: Option<usize>) -> PyResult<usize> {
        match asked {
            Some(0) => Err(PyValueError::new_err("threads: expected a number from 1, or None for all, found 0")),
            asked => Ok(asked.unwrap_or(0)),
        }
    }

    fn options(&self, py: Python<'_>, report: &Arc<Report>) -> TableOptions {
        TableOptions {
            policies: Some(self.policies.clone()),
            threads: self.threads,
            keep: self.keep.clone(),
            prefix: self.prefix.clone(),
            progress: Some(self.progress(py, report)),
        }
    }

    /// Looks at the columns and makes ready to rate.
    fn start(&self, py: Python<'_>, table: Reader, report: &Arc<Report>) -> PyResult<RatedTable<Reader>> {
        let options = self.options(py, report);
        self.rulebook.rate_table(&self.subject, table, options).map_err(|error| table_error(py, &error))
    }

    /// Tells the caller how far it is, and looks whether somebody pressed Ctrl-C.
    fn progress(&self, py: Python<'_>, report: &Arc<Report>) -> Progress<'static> {
        let call = self.progress.as_ref().map(|call| call.clone_ref(py));
        let report = Arc::clone(report);
        Box::new(move |rows| {
            let told = Python::attach(|py| -> PyResult<bool> {
                py.check_signals()?;
                match &call {
                    Some(call) => Ok(call.call1(py, (rows,))?.extract::<Option<bool>>(py)? != Some(false)),
                    None => Ok(true),
                }
            });
            match told {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => ControlFlow::Break(()),
                Err(error) => {
                    *report.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
    }
}

/// A table that is rated as it is read. It has ``__arrow_c_stream__``: any data frame library reads it.
#[pyclass(name = "RatedTable", module = "xeploai", frozen)]
pub(crate) struct PyRatedTable {
    order: Order,
    source: Py<PyAny>,
    /// The first reading, made ready when the columns were looked at.
    first: Mutex<Option<RatedTable<Reader>>>,
    report: Mutex<Arc<Report>>,
    absent: Vec<String>,
    columns: Vec<String>,
    why_single: Option<String>,
}

#[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
pub(crate) fn rate_table(
    py: Python<'_>,
    rulebook: &Rulebook,
    subject: &str,
    table: &Bound<'_, PyAny>,
    policies: PolicySet,
    threads: Option<usize>,
    keep: Vec<String>,
    prefix: String,
    progress: Option<Py<PyAny>>,
) -> PyResult<PyRatedTable> {
    let threads = Order::threads(threads)?;
    let order =
        Order { rulebook: rulebook.clone(), subject: subject.to_owned(), policies, threads, keep, prefix, progress };
    guard(py, || {
        let report = Arc::new(Report::default());
        let rated = order.start(py, reader(py, table)?, &report)?;
        let columns = rated.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(PyRatedTable {
            absent: rated.absent().to_vec(),
            columns,
            why_single: rated.single_rows().1.map(|why| why.to_string()),
            first: Mutex::new(Some(rated)),
            report: Mutex::new(report),
            source: table.clone().unbind(),
            order,
        })
    })
}

impl PyRatedTable {
    /// A reading of the table from its beginning.
    fn reading(&self, py: Python<'_>) -> PyResult<Reading> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(rated) = first {
            let report = Arc::clone(&self.report.lock().unwrap_or_else(PoisonError::into_inner));
            return Ok(Reading { rated, report, exported: false });
        }
        // A table has a length, a stream has none; read again, a stream would silently be empty.
        let source = self.source.bind(py);
        if !source.hasattr("__len__")? && !source.hasattr("__arrow_c_array__")? {
            let class = source.get_type().name()?;
            let told = format!("table: expected one that can be read again, found a {class}, which was read already");
            return Err(PyValueError::new_err(told));
        }
        let report = Arc::new(Report::default());
        let rated = self.order.start(py, reader(py, source)?, &report)?;
        // No lock is held while code of the caller runs.
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&report);
        Ok(Reading { rated, report, exported: false })
    }
}

#[pymethods]
impl PyRatedTable {
    /// The stream of the rated table. It reads the table anew each time, where the table can be read more than once.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // What is asked for is best effort in the interface; there is one form of the results.
        let _ = requested_schema;
        capsule(py, Box::new(Reading { exported: true, ..self.reading(py)? }))
    }

    /// Rates all of it now, into memory. An exception of ``progress``, and Ctrl-C, come out as they are.
    fn collect(&self, py: Python<'_>) -> PyResult<PyArrowTable> {
        let mut reading = self.reading(py)?;
        let report = Arc::clone(&reading.report);
        let schema = reading.schema();
        let batches = py.detach(|| reading.by_ref().collect::<Result<Vec<_>, _>>());
        match batches {
            Ok(batches) => Ok(PyArrowTable { schema, batches }),
            Err(error) => {
                let raised = report.raised.lock().unwrap_or_else(PoisonError::into_inner).take();
                // A source in Python tells of its own Ctrl-C in the text of its error.
                Err(raised.unwrap_or_else(|| match error.to_string() {
                    told if told.contains("KeyboardInterrupt") => PyKeyboardInterrupt::new_err(told),
                    _ => arrow_error(&error),
                }))
            }
        }
    }

    /// The names of the columns: those of the table, then those of the results.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.columns.clone()
    }

    /// The facts that no column of the table states; they are not known in any row.
    #[getter]
    fn absent(&self) -> Vec<String> {
        self.absent.clone()
    }

    /// How many rows the reading that began last has rated so far.
    #[getter]
    fn rows(&self) -> u64 {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).rows.load(Ordering::Relaxed)
    }

    /// How many of them were rated one by one, because the rules say something that the columns cannot.
    #[getter]
    fn single_rows(&self) -> u64 {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).single.load(Ordering::Relaxed)
    }

    /// Why rows are rated one by one, in English; nothing where none is.
    #[getter]
    fn why_single(&self) -> Option<String> {
        self.why_single.clone()
    }

    fn __repr__(&self) -> String {
        format!("RatedTable(subject='{}', columns={})", self.order.subject, self.columns.len())
    }
}

/// A table of Arrow in memory.
#[pyclass(name = "ArrowTable", module = "xeploai", frozen)]
pub(crate) struct PyArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl PyArrowTable {
    /// A table of batches, of which there is one at least.
    pub(crate) fn new(batches: Vec<RecordBatch>) -> Self {
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Self { schema, batches }
    }

    /// Its batches, of which there is one at least.
    pub(crate) fn batches(&self) -> Vec<RecordBatch> {
        if self.batches.is_empty() {
            return vec![RecordBatch::new_empty(Arc::clone(&self.schema))];
        }
        self.batches.clone()
    }
}

#[pymethods]
impl PyArrowTable {
    /// The stream of its batches; nothing is copied.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok);
        capsule(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&self.schema))))
    }

    /// A file of columns, Parquet or Arrow, by the end of its name. Raises ``OSError``, or ``ValueError`` where it is not of
    /// its form.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let form = form(&path, None)?;
        let read = guard(py, || Ok(py.detach(|| read_columns(&path, form))))?;
        let (schema, batches) = read.map_err(file_error)?;
        Ok(Self { schema, batches })
    }

    /// Writes it into a file of columns, by the end of its name or ``form``.
    #[pyo3(signature = (path, form = None))]
    fn write(&self, py: Python<'_>, path: PathBuf, form: Option<&str>) -> PyResult<()> {
        let form = self::form(&path, form)?;
        guard(py, || Ok(py.detach(|| write_columns(&path, form, &self.schema, &self.batches))))?.map_err(file_error)
    }

    /// A column as Python values: text, whole numbers, booleans, days as ``YYYY-MM-DD``, decimals as text; ``None`` for an
    /// empty cell, and for what is none of these.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let place = self.schema.index_of(name).map_err(|_| pyo3::exceptions::PyKeyError::new_err(name.to_owned()))?;
        let list = PyList::empty(py);
        for column in self.batches.iter().filter_map(|batch| batch.columns().get(place)) {
            for row in 0..column.len() {
                list.append(crate::cells::object(py, &value_at(column.as_ref(), row))?)?;
            }
        }
        Ok(list)
    }

    /// The names of its columns.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __repr__(&self) -> String {
        format!("ArrowTable(rows={}, columns={})", self.__len__(), self.schema.fields().len())
    }
}

fn capsule(py: Python<'_>, reader: Reader) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

/// A reading that no panic leaves, and whose errors are text that C can hold.
struct Reading {
    rated: RatedTable<Reader>,
    report: Arc<Report>,
    /// Whoever reads it sees errors as text alone.
    exported: bool,
}

impl Iterator for Reading {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = catch_unwind(AssertUnwindSafe(|| self.rated.next()));
        self.report.rows.store(self.rated.rows(), Ordering::Relaxed);
        self.report.single.store(self.rated.single_rows().0, Ordering::Relaxed);
        match next {
            Ok(None) => None,
            Ok(Some(Ok(batch))) => Some(Ok(batch)),
            Ok(Some(Err(error))) => Some(Err(ArrowError::ExternalError(self.told(&error).into()))),
            Err(_) => Some(Err(ArrowError::ExternalError("internal error: a panic while a batch was rated".into()))),
        }
    }
}

impl Reading {
    /// The error as text, and what a callback raised; a Ctrl-C that was seen here is pressed again for Python.
    fn told(&self, error: &ArrowError) -> String {
        let mut told = error.to_string();
        Python::attach(|py| {
            let raised = self.report.raised.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(raised) = &*raised {
                told = format!("{told}: {raised}");
                if self.exported && raised.is_instance_of::<PyKeyboardInterrupt>(py) {
                    // SAFETY: it only marks that the signal came; it may be called from any thread.
                    unsafe { pyo3::ffi::PyErr_SetInterrupt() };
                }
            }
        });
        told.replace('\0', " ")
    }
}

impl RecordBatchReader for Reading {
    fn schema(&self) -> SchemaRef {
        self.rated.schema()
    }
}

/// The row of a table, counted from 0: its batch and its place there, or, where there is none, how many rows there are.
pub(crate) fn row_of(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    row: usize,
) -> PyResult<Result<(RecordBatch, usize), usize>> {
    let mut reader = reader(py, table)?;
    let mut before = 0_usize;
    py.detach(|| {
        for batch in reader.by_ref() {
            let batch = batch?;
            let place = row.saturating_sub(before);
            if place < batch.num_rows() {
                return Ok(Ok((batch, place)));
            }
            before = before.saturating_add(batch.num_rows());
        }
        Ok(Err(before))
    })
    .map_err(|error: ArrowError| arrow_error(&error))
}

/// The end of a name that stands for a form of files.
fn form(path: &Path, told: Option<&str>) -> PyResult<FileForm> {
    let named = told.map(|told| format!("x.{told}"));
    FileForm::of(named.as_ref().map_or(path, Path::new)).ok_or_else(|| {
        let found = told.map_or_else(|| path.display().to_string(), str::to_owned);
        PyValueError::new_err(format!("expected parquet, arrow, feather, ipc or arrows, found {found}"))
    })
}

/// Rates a file into another one, which is written in place.
#[expect(clippy::too_many_arguments, reason = "the keywords of a Python function")]
pub(crate) fn rate_file<'py>(
    py: Python<'py>,
    rulebook: &Rulebook,
    subject: &str,
    (source, target): (PathBuf, PathBuf),
    told: Option<&str>,
    policies: PolicySet,
    threads: Option<usize>,
    keep: Vec<String>,
    prefix: String,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (from, to) = (form(&source, None)?, form(&target, told)?);
    let threads = Order::threads(threads)?;
    let order =
        Order { rulebook: rulebook.clone(), subject: subject.to_owned(), policies, threads, keep, prefix, progress };
    let report = Arc::new(Report::default());
    let options = order.options(py, &report);
    let rated = guard(py, || Ok(py.detach(|| rulebook.rate_file(subject, (&source, from), (&target, to), options))))?;
    match rated {
        Ok(counted) => counts(py, rulebook, &counted),
        Err(FileError::Table(error)) => Err(table_error(py, &error)),
        Err(FileError::Io(error)) => Err(error.into()),
        Err(error) => {
            let raised = report.raised.lock().unwrap_or_else(PoisonError::into_inner).take();
            Err(raised.unwrap_or_else(|| PyValueError::new_err(error.to_string())))
        }
    }
}

fn file_error(error: FileError) -> PyErr {
    match error {
        FileError::Io(error) => error.into(),
        error => PyValueError::new_err(error.to_string()),
    }
}

fn counts<'py>(py: Python<'py>, rulebook: &Rulebook, counted: &Counted) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("rows", counted.rows)?;
    found.set_item("single_rows", counted.single_rows)?;
    let why = counted.why_single.map(|why| both(py, |language| why.words(language).to_owned())).transpose()?;
    found.set_item("why_single", why)?;
    let outcomes = PyDict::new(py);
    for (outcome, count) in Outcome::ALL.iter().zip(counted.outcomes) {
        outcomes.set_item(outcome.code(), count)?;
    }
    found.set_item("outcomes", outcomes)?;
    let levels = PyDict::new(py);
    for (level, count) in rulebook.document().levels.iter().zip(&counted.levels) {
        levels.set_item(&level.code, count)?;
    }
    found.set_item("levels", levels)?;
    found.set_item("absent", &counted.absent)?;
    found.set_item("foreign", &counted.foreign)?;
    Ok(found)
}
