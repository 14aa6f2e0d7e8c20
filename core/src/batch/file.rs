//! Whole files rated: Parquet and Arrow in, Parquet and Arrow out, in bounded memory.
//!
//! A row group of a Parquet file is read, rated and written by one thread, each on its own; they are put together in
//! their order. What the file says beyond its rows, such as the compression of its columns, is not kept.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::Int8Type;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use crate::judge::Outcome;
use crate::rulebook::Rulebook;

use super::stream::{PORTION, Portions, Rater};
use super::table::TableError;
use super::{Progress, TableOptions, Unplanned};

/// How many rows a row group has that is made of something else.
const ROWS_OF_GROUP: usize = 131_072;

/// The form of a file of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// Parquet; written with snappy.
    Parquet,
    /// An Arrow file (Feather of version 2).
    Arrow,
    /// An Arrow stream.
    ArrowStream,
}

impl FileForm {
    /// The form by the end of a name: `parquet`, `arrow`, `feather`, `ipc` or `arrows`.
    ///
    /// ```
    /// use xeploai::batch::FileForm;
    /// assert_eq!(FileForm::of("dang-vien.PARQUET".as_ref()), Some(FileForm::Parquet));
    /// assert_eq!(FileForm::of("dang-vien.csv".as_ref()), None);
    /// ```
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "parquet" => Some(Self::Parquet),
            "arrow" | "feather" | "ipc" => Some(Self::Arrow),
            "arrows" => Some(Self::ArrowStream),
            _ => None,
        }
    }
}

/// What was rated of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many rows.
    pub rows: u64,
    /// How many of each outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 6],
    /// How many of those rated have each level, lowest first.
    pub levels: Vec<u64>,
    /// How many rows were rated one by one.
    pub single_rows: u64,
    /// Why they were, where any was.
    pub why_single: Option<Unplanned>,
    /// The facts that no column states.
    pub absent: Vec<String>,
    /// The columns that are no facts.
    pub foreign: Vec<String>,
}

/// Why a file was not rated.
#[derive(Debug)]
pub enum FileError {
    /// Its columns.
    Table(TableError),
    /// The system would not read or write it.
    Io(std::io::Error),
    /// It is not of its form, or of one that is not known here; what was found wrong.
    Form(String),
    /// The caller's `progress` stopped it.
    Stopped,
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(error) => error.fmt(formatter),
            Self::Io(error) => error.fmt(formatter),
            Self::Form(found) => formatter.write_str(found),
            Self::Stopped => formatter.write_str("stopped"),
        }
    }
}

impl std::error::Error for FileError {}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ArrowError> for FileError {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => Self::Io(error),
            other => Self::Form(other.to_string()),
        }
    }
}

impl From<ParquetError> for FileError {
    fn from(error: ParquetError) -> Self {
        Self::Form(error.to_string())
    }
}

impl Rulebook {
    /// Rates every row of a file into another one, as [`Rulebook::rate_table`] does.
    ///
    /// # Errors
    /// Where the columns are not in order, a file cannot be read or written, or `progress` stopped it. What stands in
    /// the target then is of no use.
    pub fn rate_file(
        &self,
        subject: &str,
        (source, from): (&Path, FileForm),
        (target, to): (&Path, FileForm),
        options: TableOptions,
    ) -> Result<Counted, FileError> {
        let TableOptions { policies, threads, keep, prefix, progress } = options;
        let policies = policies.unwrap_or_else(|| self.default_policies().clone());
        let threads = super::stream::threads(threads);
        let input = Input::open(source, from)?;
        let rater = Rater::new(self, subject, &input.schema(), policies, (keep.as_slice(), false), &prefix)
            .map_err(FileError::Table)?;
        let mut counted = Counted {
            levels: vec![0; self.document().levels.len()],
            why_single: rater.why_single(),
            absent: rater.absent().to_vec(),
            foreign: rater.foreign(&input.schema()),
            ..Counted::default()
        };
        let output = Output::create(target, to, rater.schema())?;
        let mut watch = Watch { counted: &mut counted, progress };
        match (input, output) {
            (Input::Parquet(metadata), Output::Parquet(parquet)) => {
                let (writer, factory) = *parquet;
                groups_to_groups(&rater, source, &metadata, threads, writer, &factory, &mut watch)?;
            }
            (Input::Parquet(metadata), mut output) => {
                let groups = metadata.metadata().num_row_groups();
                let work =
                    |group: usize| read_group(&rater, source, &metadata, group)?.collect::<Result<Vec<_>, _>>();
                ordered(groups, threads, work, |batches: Vec<(RecordBatch, usize)>| {
                    batches.into_iter().try_for_each(|(batch, single)| {
                        output.write(&batch)?;
                        watch.add(&count(&rater, &batch, single))
                    })
                })?;
                output.close()?;
            }
            (Input::Batches(reader), mut output) => {
                batches_to(&rater, reader, threads, &mut output, &mut watch)?;
                output.close()?;
            }
        }
        Ok(counted)
    }
}

/// Counts what was written, and tells the caller.
struct Watch<'w> {
    counted: &'w mut Counted,
    progress: Option<Progress<'static>>,
}

impl Watch<'_> {
    fn add(&mut self, more: &Counted) -> Result<(), FileError> {
        self.counted.add(more);
        let goes_on = self.progress.as_mut().is_none_or(|progress| progress(self.counted.rows).is_continue());
        if goes_on { Ok(()) } else { Err(FileError::Stopped) }
    }
}

impl Counted {
    /// Adds what was counted of more rows.
    fn add(&mut self, more: &Self) {
        self.rows = self.rows.saturating_add(more.rows);
        self.single_rows = self.single_rows.saturating_add(more.single_rows);
        for (to, more) in self.outcomes.iter_mut().zip(more.outcomes) {
            *to = to.saturating_add(more);
        }
        for (to, more) in self.levels.iter_mut().zip(&more.levels) {
            *to = to.saturating_add(*more);
        }
    }
}

/// The outcomes and levels of a rated batch.
fn count(rater: &Rater, batch: &RecordBatch, single: usize) -> Counted {
    let mut counted = Counted {
        rows: batch.num_rows() as u64,
        single_rows: single as u64,
        levels: vec![0; rater.level_count()],
        ..Counted::default()
    };
    let [outcome, at_least] = rater.result_columns();
    let keys = |column: usize| batch.columns().get(column).map(|column| column.as_dictionary::<Int8Type>().keys());
    let (Some(outcomes), Some(levels)) = (keys(outcome), keys(at_least)) else { return counted };
    for (outcome, level) in outcomes.values().iter().zip(levels.values()) {
        if let Some(to) = usize::try_from(*outcome).ok().and_then(|outcome| counted.outcomes.get_mut(outcome)) {
            *to = to.saturating_add(1);
        }
        let level = usize::try_from(*level).ok().filter(|_| *outcome == Outcome::Rated as i8);
        if let Some(to) = level.and_then(|level| counted.levels.get_mut(level)) {
            *to = to.saturating_add(1);
        }
    }
    counted
}

/// Reads a whole file of columns into memory.
///
/// # Errors
/// Where it cannot be read, or is not of its form.
pub fn read_columns(path: &Path, form: FileForm) -> Result<(SchemaRef, Vec<RecordBatch>), FileError> {
    let input = Input::open(path, form)?;
    let schema = input.schema();
    let batches: Result<Vec<RecordBatch>, ArrowError> = match input {
        Input::Batches(reader) => reader.collect(),
        Input::Parquet(metadata) => {
            let file = File::open(path)?;
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
                .with_batch_size(PORTION)
                .build()?
                .collect()
        }
    };
    Ok((schema, batches?))
}

/// Writes batches of one schema into a file. What stands there after an error is of no use.
///
/// # Errors
/// Where it cannot be written.
pub fn write_columns(
    path: &Path,
    form: FileForm,
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<(), FileError> {
    let mut output = Output::create(path, form, schema)?;
    for batch in batches {
        output.write(batch)?;
    }
    output.close()
}

enum Input {
    Parquet(ArrowReaderMetadata),
    Batches(Box<dyn RecordBatchReader + Send>),
}

impl Input {
    fn open(path: &Path, form: FileForm) -> Result<Self, FileError> {
        let file = File::open(path)?;
        Ok(match form {
            FileForm::Parquet => Self::Parquet(ArrowReaderMetadata::load(&file, Default::default())?),
            FileForm::Arrow => Self::Batches(Box::new(FileReader::try_new(BufReader::new(file), None)?)),
            FileForm::ArrowStream => Self::Batches(Box::new(StreamReader::try_new(BufReader::new(file), None)?)),
        })
    }

    fn schema(&self) -> SchemaRef {
        match self {
            Self::Parquet(metadata) => Arc::clone(metadata.schema()),
            Self::Batches(reader) => reader.schema(),
        }
    }
}

type Sink = BufWriter<File>;

enum Output {
    Parquet(Box<(SerializedFileWriter<Sink>, ArrowRowGroupWriterFactory)>),
    Arrow(Box<FileWriter<Sink>>),
    ArrowStream(Box<StreamWriter<Sink>>),
}

impl Output {
    fn create(path: &Path, form: FileForm, schema: &SchemaRef) -> Result<Self, FileError> {
        let file = BufWriter::new(File::create(path)?);
        Ok(match form {
            FileForm::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROWS_OF_GROUP))
                    .build();
                let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))?;
                Self::Parquet(Box::new(writer.into_serialized_writer()?))
            }
            FileForm::Arrow => Self::Arrow(Box::new(FileWriter::try_new(file, schema)?)),
            FileForm::ArrowStream => Self::ArrowStream(Box::new(StreamWriter::try_new(file, schema)?)),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), FileError> {
        match self {
            Self::Parquet(parquet) => {
                let (writer, factory) = &mut **parquet;
                let group = writer.flushed_row_groups().len();
                append(writer, encode(factory, group, std::iter::once(Ok(batch.clone())))?)?;
            }
            Self::Arrow(writer) => writer.write(batch)?,
            Self::ArrowStream(writer) => writer.write(batch)?,
        }
        Ok(())
    }

    fn close(self) -> Result<(), FileError> {
        match self {
            Self::Parquet(parquet) => {
                parquet.0.close()?;
            }
            Self::Arrow(mut writer) => {
                writer.finish()?;
                writer.get_mut().flush()?;
            }
            Self::ArrowStream(mut writer) => {
                writer.finish()?;
                writer.get_mut().flush()?;
            }
        }
        Ok(())
    }
}

/// The rated batches of a row group.
fn read_group<'r>(
    rater: &'r Rater,
    source: &Path,
    metadata: &ArrowReaderMetadata,
    group: usize,
) -> Result<impl Iterator<Item = Result<(RecordBatch, usize), FileError>> + use<'r>, FileError> {
    let file = File::open(source)?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
        .with_row_groups(vec![group])
        .with_batch_size(PORTION)
        .build()?;
    let mut room = rater.room();
    Ok(reader.map(move |batch| Ok(rater.rate(&batch?, &mut room)?)))
}

/// The columns of a row group, encoded in memory.
fn encode(
    factory: &ArrowRowGroupWriterFactory,
    group: usize,
    batches: impl Iterator<Item = Result<RecordBatch, FileError>>,
) -> Result<Vec<ArrowColumnChunk>, FileError> {
    let mut writers = factory.create_column_writers(group)?;
    for batch in batches {
        let batch = batch?;
        let schema = batch.schema();
        let mut to = writers.iter_mut();
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, column)? {
                if let Some(writer) = to.next() {
                    writer.write(&leaf)?;
                }
            }
        }
    }
    Ok(writers.into_iter().map(|writer| writer.close()).collect::<Result<_, _>>()?)
}

fn append(writer: &mut SerializedFileWriter<Sink>, columns: Vec<ArrowColumnChunk>) -> Result<(), FileError> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

/// Parquet to Parquet: each row group wholly by one thread.
fn groups_to_groups(
    rater: &Rater,
    source: &Path,
    metadata: &ArrowReaderMetadata,
    threads: usize,
    mut writer: SerializedFileWriter<Sink>,
    factory: &ArrowRowGroupWriterFactory,
    watch: &mut Watch<'_>,
) -> Result<(), FileError> {
    let work = |group: usize| {
        let levels = vec![0; rater.level_count()];
        let mut counted = Counted { levels, ..Counted::default() };
        let batches = read_group(rater, source, metadata, group)?.map(|rated| {
            let (batch, single) = rated?;
            counted.add(&count(rater, &batch, single));
            Ok(batch)
        });
        let columns = encode(factory, group, batches)?;
        Ok((columns, counted))
    };
    ordered(metadata.metadata().num_row_groups(), threads, work, |(columns, counted)| {
        append(&mut writer, columns)?;
        watch.add(&counted)
    })?;
    writer.close()?;
    Ok(())
}

/// Batches as they come, some of them rated at a time.
fn batches_to(
    rater: &Rater,
    reader: Box<dyn RecordBatchReader + Send>,
    threads: usize,
    output: &mut Output,
    watch: &mut Watch<'_>,
) -> Result<(), FileError> {
    let mut table = Portions::new(reader);
    loop {
        let (portions, failed) = table.next(threads);
        if let Some(error) = failed {
            return Err(error.into());
        }
        if portions.is_empty() {
            return Ok(());
        }
        for rated in super::stream::rate_all(rater, &portions, threads) {
            let (batch, single) = rated?;
            output.write(&batch)?;
            watch.add(&count(rater, &batch, single))?;
        }
    }
}

/// Where the jobs stand: the next to be taken, how many are put away, what is done and waits for its turn.
struct Bench<T> {
    next: usize,
    put: usize,
    done: BTreeMap<usize, Result<T, FileError>>,
    over: bool,
}

/// Does so many jobs by several threads and puts their results away in their order; no thread runs far ahead.
fn ordered<T: Send>(
    jobs: usize,
    threads: usize,
    work: impl Fn(usize) -> Result<T, FileError> + Sync,
    mut put: impl FnMut(T) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let threads = threads.min(jobs).max(1);
    let bench = Mutex::new(Bench { next: 0, put: 0, done: BTreeMap::new(), over: false });
    let changed = Condvar::new();
    let lock = || bench.lock().unwrap_or_else(PoisonError::into_inner);
    let worker = || {
        loop {
            let mut state = lock();
            while !state.over
                && state.next < jobs
                && state.next >= state.put.saturating_add(threads.saturating_mul(2))
            {
                state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.over || state.next >= jobs {
                return;
            }
            let job = state.next;
            state.next = job.saturating_add(1);
            drop(state);
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(job)));
            let result =
                result.unwrap_or_else(|_| Err(FileError::Form("a panic while a row group was rated".to_owned())));
            lock().done.insert(job, result);
            changed.notify_all();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
        let mut outcome = Ok(());
        for job in 0..jobs {
            let mut state = lock();
            let result = loop {
                if let Some(result) = state.done.remove(&job) {
                    break result;
                }
                state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            drop(state);
            outcome = result.and_then(&mut put);
            let mut state = lock();
            state.put = job.saturating_add(1);
            state.over = outcome.is_err();
            drop(state);
            changed.notify_all();
            if outcome.is_err() {
                break;
            }
        }
        outcome
    })
}
