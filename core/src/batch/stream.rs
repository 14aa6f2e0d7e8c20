//! Tables as they come: a stream of record batches in, a stream with the results out, in bounded memory.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};

use crate::case::Case;
use crate::judge::Outcome;
use crate::plan::Plan;
use crate::rating::Rating;
use crate::rulebook::{PolicySet, Rulebook, UnknownSubject};

use super::chunk::{CHUNK, Workspace};
use super::kernel::Number;
use super::lane::{Rows, Source};
use super::output::{Output, ScoreForm};
use super::program::{AnyProgram, Program, Unplanned};
use super::reasons::{Layout, column_name};
use super::results::Results;
use super::table::{Binding, ColumnCode, ColumnFault, TableError};
use super::value::value_at;
use crate::catalogue::Message;
use crate::fault::wanted;
use crate::sorted;

/// How many rows a thread takes at a time; also the most rows of a batch of the output.
pub(super) const PORTION: usize = 65_536;

/// How many portions for each thread are read before they are rated together.
const AHEAD: usize = 4;

/// How many batches are read before, however small they are.
const MOST_BATCHES: usize = 1_024;

/// With fewer rows than these a second thread costs more than it does.
const ROWS_OF_THREAD: usize = 8_192;

/// Is called with the number of rows that are rated so far; may stop the rest.
pub type Progress<'p> = Box<dyn FnMut(u64) -> ControlFlow<()> + Send + 'p>;

/// How a table is rated.
#[derive(Default)]
pub struct TableOptions {
    /// The choices where the text leaves it open; absent: the defaults.
    pub policies: Option<PolicySet>,
    /// How many threads rate; 0 for as many as the machine runs at once. The result is the same.
    pub threads: usize,
    /// Foreign columns that are meant as such although their name is nearly that of a fact.
    pub keep: Vec<String>,
    /// What the names of the columns of the results begin with.
    pub prefix: String,
    /// Is called after every few hundred thousand rows.
    pub progress: Option<Progress<'static>>,
}

impl std::fmt::Debug for TableOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { policies, threads, keep, prefix, progress } = self;
        formatter
            .debug_struct("TableOptions")
            .field("policies", policies)
            .field("threads", threads)
            .field("keep", keep)
            .field("prefix", prefix)
            .field("progress", &progress.is_some())
            .finish()
    }
}

/// The rows of a table with their results, as they are asked for.
///
/// Each batch has the columns of the table, untouched, and behind them `outcome`, `at_least`, `at_most`, `score` (where
/// the rulebook has one) and `reasons` (more of them where the rules need more than 64 bits; see [`Rulebook::reasons`]).
pub struct RatedTable<R> {
    portions: Portions<R>,
    rater: Arc<Rater>,
    ready: VecDeque<RecordBatch>,
    threads: usize,
    progress: Option<Progress<'static>>,
    rows: u64,
    single: u64,
    over: bool,
    /// What the stream failed with, told once what came before it was given.
    failure: Option<ArrowError>,
}

impl<R> std::fmt::Debug for RatedTable<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RatedTable").field("schema", &self.rater.schema).field("rows", &self.rows).finish()
    }
}

/// So many threads as are asked for; for 0 as many as the machine runs at once.
pub(crate) fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some,
    }
}

/// A table, portion by portion: a large batch is not cut before its turn comes.
pub(super) struct Portions<R> {
    reader: R,
    /// A batch that was begun, and the first row that is left. Its rest is no slice: that would count its nulls each time.
    rest: Option<(RecordBatch, usize)>,
}

impl<R: Iterator<Item = Result<RecordBatch, ArrowError>>> Portions<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, rest: None }
    }

    /// The portions that are rated together; none where the table is over. Also what the reading failed with.
    pub(super) fn next(&mut self, threads: usize) -> (Vec<RecordBatch>, Option<ArrowError>) {
        let wanted = threads.saturating_mul(AHEAD).saturating_mul(PORTION);
        let (mut portions, mut rows) = (Vec::new(), 0_usize);
        while rows < wanted && portions.len() < MOST_BATCHES {
            let (batch, start) = match self.rest.take() {
                Some(begun) => begun,
                None => match self.reader.next() {
                    None => break,
                    Some(Err(error)) => return (portions, Some(error)),
                    Some(Ok(batch)) => (batch, 0),
                },
            };
            let len = PORTION.min(batch.num_rows().saturating_sub(start));
            if len > 0 {
                portions.push(batch.slice(start, len));
                rows = rows.saturating_add(len);
                self.rest = Some((batch, start.saturating_add(len)));
            }
        }
        (portions, None)
    }
}

/// What is the same for every batch of a table.
#[derive(Debug)]
pub(crate) struct Rater {
    rulebook: Rulebook,
    kind: String,
    place: usize,
    policies: PolicySet,
    program: Result<AnyProgram, Unplanned>,
    layout: Layout,
    output: Output,
    binding: Binding,
    schema: SchemaRef,
}

impl Rulebook {
    /// Rates every row of a table as its case alone would be rated.
    ///
    /// Facts are the columns of their names: whole numbers of any width, decimals of any scale, floats at their shortest
    /// decimal form, texts plain or as dictionaries, days as dates, as timestamps at midnight or as text. A fact without a
    /// column is not known in any row. What is wrong with a row is told by its outcome `invalid` and its reason code.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator};
    /// use xeploai::{Rulebook, batch::TableOptions};
    ///
    /// let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
    /// let batch = RecordBatch::try_from_iter([("exempt_from_activities", exempt)])?;
    /// let table = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let mut rated = rulebook.rate_table("member", table, TableOptions::default())?;
    /// let first = rated.next().unwrap()?;
    /// assert_eq!(first.num_rows(), 2);
    /// assert!(first.column_by_name("reasons").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where the rulebook has no such kind of subject, or the columns are not in order: all that is wrong with them.
    pub fn rate_table<R: RecordBatchReader>(
        &self,
        subject: &str,
        table: R,
        options: TableOptions,
    ) -> Result<RatedTable<R>, TableError> {
        let TableOptions { policies, threads, keep, prefix, progress } = options;
        let policies = policies.unwrap_or_else(|| self.default_policies().clone());
        let rater = Rater::new(self, subject, &table.schema(), policies, (keep.as_slice(), false), &prefix)?;
        let threads = self::threads(threads);
        let rater = Arc::new(rater);
        Ok(RatedTable {
            portions: Portions::new(table),
            rater,
            ready: VecDeque::new(),
            threads,
            progress,
            rows: 0,
            single: 0,
            over: false,
            failure: None,
        })
    }

    /// Rates one row of a batch alone, with every finding: what the reason code of the row was made of.
    ///
    /// # Errors
    /// Where the rulebook has no such kind of subject, the columns are not in order, or the batch has no such row.
    pub fn rate_row(
        &self,
        subject: &str,
        batch: &RecordBatch,
        row: usize,
        policies: Option<&PolicySet>,
        keep: &[String],
    ) -> Result<Rating, TableError> {
        let policies = policies.unwrap_or_else(|| self.default_policies()).clone();
        let place = self.find_plan(subject).map_err(|error| unknown(&error))?;
        let plan = self.plan(place).ok_or_else(|| unknown(&self.no_subject(subject)))?;
        // The columns of the results may stand there already.
        let words = Layout::new(plan).words;
        let results = Output::new(self, plan, "", words).fields.into_iter().map(|field| field.name().clone());
        let keep: Vec<String> = keep.iter().cloned().chain(results).collect();
        let binding = Binding::new(self, plan, &batch.schema(), (keep.as_slice(), false), &[])?;
        if row >= batch.num_rows() {
            return Err(TableError::no_row(batch.num_rows(), row));
        }
        Ok(rate_alone(self, place, &policies, &columns(&binding, batch), row))
    }
}

/// An unknown kind of subject, as a fault of the call.
pub(crate) fn unknown(error: &UnknownSubject) -> TableError {
    let expected = wanted(Message::TableWantedSubject, &[("kinds", &error.known.join(", "))]);
    TableError::one(ColumnFault::new("", ColumnCode::UnknownSubject, expected, error.kind.clone()))
}

fn columns<'b>(binding: &Binding, batch: &'b RecordBatch) -> Vec<Option<&'b ArrayRef>> {
    binding.columns.iter().map(|column| batch.columns().get((*column)?)).collect()
}

/// The case of a row, rated alone.
fn rate_alone(
    rulebook: &Rulebook,
    place: usize,
    policies: &PolicySet,
    columns: &[Option<&ArrayRef>],
    row: usize,
) -> Rating {
    let mut case = Case::of_plan(rulebook, place);
    let facts = rulebook.plan(place).map(|plan| plan.facts.as_slice()).unwrap_or_default();
    for (fact, column) in facts.iter().zip(columns) {
        if let Some(column) = column {
            case.set(rulebook.text(fact.name), value_at(column.as_ref(), row));
        }
    }
    case.rate_by(policies.clone())
}

/// Where a thread computes, used again for every portion.
pub(super) enum Room {
    None,
    Narrow(Box<Workspace<i32>>),
    Wide(Box<Workspace<i64>>),
}

/// A chunk to be rated with the widest vectors that the machine has.
struct Run<'c, 't, T: Number> {
    workspace: &'c mut Workspace<T>,
    rulebook: &'c Rulebook,
    program: &'c Program<T>,
    layout: &'c Layout,
    sources: &'c [Source<'t>],
    part: Rows,
    results: &'c mut Results,
}

impl<T: Number> pulp::WithSimd for Run<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.workspace.run(self.rulebook, self.program, self.layout, self.sources, self.part, self.results);
    }
}

/// What a cohort needs of it.
impl Rater {
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// For each column of reasons the bits that say that one of these rules is unknown.
    pub(crate) fn unknown_bits(plan: &Plan, rules: &[usize]) -> Vec<(String, u64)> {
        let masks = Layout::new(plan).unknown(rules);
        masks.into_iter().enumerate().map(|(word, mask)| (column_name(word), mask)).collect()
    }

    /// Whether rows are rated together; else one by one.
    pub(crate) fn is_planned(&self) -> bool {
        self.program.is_ok()
    }

    /// Every row of a table, in its order; the texts of the scores where they are fractions.
    pub(crate) fn whole(
        &self,
        batch: &RecordBatch,
        threads: usize,
    ) -> Result<(Results, Vec<Option<String>>), ArrowError> {
        let rows = batch.num_rows();
        let portion = |start: usize| batch.slice(start, PORTION.min(rows.saturating_sub(start)));
        let portions: Vec<RecordBatch> = (0..rows).step_by(PORTION).map(portion).collect();
        let mut all = self.no_results();
        let mut texts = Vec::new();
        for rated in each(self, &portions, threads, |portion, room| self.results(portion, room)) {
            let (results, mut more) = rated?;
            all.append(results);
            texts.append(&mut more);
        }
        Ok((all, texts))
    }

    /// Results of no row, in the form of the kind.
    pub(crate) fn no_results(&self) -> Results {
        Results { scores: self.output.scores(), reasons: vec![Vec::new(); self.layout.words], ..Results::default() }
    }
}

#[cfg(feature = "files")]
impl Rater {
    /// The columns of the table and of the results.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Why rows are rated one by one; nothing where none is.
    pub(super) fn why_single(&self) -> Option<Unplanned> {
        self.program.as_ref().err().copied()
    }

    pub(super) fn absent(&self) -> &[String] {
        &self.binding.absent
    }

    /// The columns that are no facts.
    pub(super) fn foreign(&self, schema: &SchemaRef) -> Vec<String> {
        let fields = schema.fields().iter().enumerate();
        let foreign = fields.filter(|(place, _)| !self.binding.columns.contains(&Some(*place)));
        foreign.map(|(_, field)| field.name().clone()).collect()
    }

    pub(super) fn level_count(&self) -> usize {
        self.rulebook.document().levels.len()
    }

    /// The places of the outcome and of the lowest possible level.
    pub(super) fn result_columns(&self) -> [usize; 2] {
        let first = self.schema.fields().len().saturating_sub(self.output.fields.len());
        [first, first.saturating_add(1)]
    }
}

impl Rater {
    /// With `keep` goes whether the facts stand beside the table, as [`Binding::new`] takes it.
    pub(crate) fn new(
        rulebook: &Rulebook,
        subject: &str,
        schema: &SchemaRef,
        policies: PolicySet,
        keep: (&[String], bool),
        prefix: &str,
    ) -> Result<Self, TableError> {
        let place = rulebook.find_plan(subject).map_err(|error| unknown(&error))?;
        let plan = rulebook.plan(place).ok_or_else(|| unknown(&rulebook.no_subject(subject)))?;
        let layout = Layout::new(plan);
        let output = Output::new(rulebook, plan, prefix, layout.words);
        let added: Vec<String> = output.fields.iter().map(|field| field.name().clone()).collect();
        let binding = Binding::new(rulebook, plan, schema, keep, &added)?;
        let program = AnyProgram::compile(plan, policies.options());
        let fields = schema.fields().iter().map(|field| field.as_ref().clone()).chain(output.fields.iter().cloned());
        let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone());
        let rulebook = rulebook.clone();
        let kind = subject.to_owned();
        Ok(Self { rulebook, kind, place, policies, program, layout, output, binding, schema: Arc::new(schema) })
    }

    /// The room of one thread.
    pub(super) fn room(&self) -> Room {
        match &self.program {
            Ok(AnyProgram::Narrow(program, _)) => Room::Narrow(Box::new(Workspace::new(program))),
            Ok(AnyProgram::Wide(program)) => Room::Wide(Box::new(Workspace::new(program))),
            Err(_) => Room::None,
        }
    }

    /// Rates a portion; also how many of its rows were rated one by one.
    pub(super) fn rate(&self, batch: &RecordBatch, room: &mut Room) -> Result<(RecordBatch, usize), ArrowError> {
        let (results, texts) = self.results(batch, room)?;
        let single = results.single;
        let added = self.output.columns(results, texts);
        let all = batch.columns().iter().cloned().chain(added).collect();
        Ok((RecordBatch::try_new(Arc::clone(&self.schema), all)?, single))
    }

    /// What comes out for the rows of a portion; also the texts of the scores where they are fractions.
    fn results(&self, batch: &RecordBatch, room: &mut Room) -> Result<(Results, Vec<Option<String>>), ArrowError> {
        let Some(plan) = self.rulebook.plan(self.place) else {
            return Err(ArrowError::ComputeError("no such kind of subject".to_owned()));
        };
        let columns = columns(&self.binding, batch);
        let mut results = self.no_results();
        let mut texts = Vec::new();
        match (&self.program, room) {
            (Ok(AnyProgram::Narrow(program, vectors)), Room::Narrow(room)) => {
                let on = |chunk: Run<'_, '_, i32>| vectors.run(chunk);
                self.run(program, room, plan, (&columns, batch.num_rows()), on, &mut results);
            }
            (Ok(AnyProgram::Wide(program)), Room::Wide(room)) => {
                let arch = pulp::Arch::new();
                let on = |chunk: Run<'_, '_, i64>| arch.dispatch(chunk);
                self.run(program, room, plan, (&columns, batch.num_rows()), on, &mut results);
            }
            _ => {
                for row in 0..batch.num_rows() {
                    let rating = rate_alone(&self.rulebook, self.place, &self.policies, &columns, row);
                    self.note(&rating, &mut results, &mut texts);
                }
            }
        }
        Ok((results, texts))
    }

    fn run<T: Number>(
        &self,
        program: &Program<T>,
        workspace: &mut Workspace<T>,
        plan: &Plan,
        (columns, rows): (&[Option<&ArrayRef>], usize),
        on: impl Fn(Run<'_, '_, T>),
        results: &mut Results,
    ) {
        let facts = plan.facts.iter().zip(columns);
        let sources: Vec<Source<'_>> =
            facts.map(|(fact, column)| Source::new(&self.rulebook, &fact.kind, *column)).collect();
        results.make(rows);
        let mut start = 0;
        while start < rows {
            let part = Rows { start, len: CHUNK.min(rows.saturating_sub(start)) };
            let (rulebook, layout, sources) = (&self.rulebook, &self.layout, sources.as_slice());
            on(Run { workspace, rulebook, program, layout, sources, part, results });
            start = start.saturating_add(CHUNK);
        }
    }

    /// Puts what was found for one case behind the results.
    pub(crate) fn note(&self, rating: &Rating, results: &mut Results, texts: &mut Vec<Option<String>>) {
        results.single = results.single.saturating_add(1);
        let outcome = rating.outcome();
        let code = Outcome::ALL.iter().position(|known| *known == outcome).unwrap_or(0);
        results.outcomes.push(u8::try_from(code).unwrap_or(0));
        let interval = rating.interval();
        results.low.push(interval.map_or(0, |interval| interval.low));
        results.high.push(interval.map_or(0, |interval| interval.high));
        results.leveled.push(if interval.is_some() { 0xFF } else { 0 });
        match self.output.score {
            ScoreForm::None => {}
            ScoreForm::Text => texts.push(rating.score_shown()),
            ScoreForm::Whole | ScoreForm::Decimal(_) => {
                let score = rating.score_units();
                results.scores.push(score.unwrap_or(0));
                results.scored.push(if score.is_some() { 0xFF } else { 0 });
            }
        }
        for (words, word) in results.reasons.iter_mut().zip(self.layout.of_rating(rating)) {
            words.push(word);
        }
    }
}

impl<R: RecordBatchReader> RatedTable<R> {
    /// The facts that no column states; they are not known in any row.
    pub fn absent(&self) -> &[String] {
        &self.rater.binding.absent
    }

    /// How many rows are rated so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many of them were rated one by one, and why.
    pub fn single_rows(&self) -> (u64, Option<Unplanned>) {
        (self.single, self.rater.program.as_ref().err().copied())
    }

    /// The kind of subject.
    pub fn subject(&self) -> &str {
        &self.rater.kind
    }

    /// Reads some portions and rates them.
    fn fill(&mut self) -> Result<(), ArrowError> {
        let (portions, failed) = self.portions.next(self.threads);
        self.over = portions.is_empty() || failed.is_some();
        for rated in rate_all(&self.rater, &portions, self.threads) {
            let (batch, single) = rated?;
            self.rows = self.rows.saturating_add(batch.num_rows() as u64);
            self.single = self.single.saturating_add(single as u64);
            self.ready.push_back(batch);
        }
        if let Some(progress) = &mut self.progress
            && !portions.is_empty()
            && progress(self.rows).is_break()
        {
            self.ready.clear();
            return Err(ArrowError::ComputeError(format!("stopped after {} rows", self.rows)));
        }
        match failed {
            // What came before is still given.
            Some(error) if self.ready.is_empty() => Err(error),
            Some(error) => {
                self.failure = Some(error);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Rates portions.
pub(super) fn rate_all(
    rater: &Rater,
    portions: &[RecordBatch],
    threads: usize,
) -> Vec<Result<(RecordBatch, usize), ArrowError>> {
    each(rater, portions, threads, |portion, room| rater.rate(portion, room))
}

/// Does the same with every portion, each by the thread that comes to it first; the order is that of the portions.
fn each<V: Send>(
    rater: &Rater,
    portions: &[RecordBatch],
    threads: usize,
    rate: impl Fn(&RecordBatch, &mut Room) -> V + Sync,
) -> Vec<V> {
    let rows: usize = portions.iter().map(RecordBatch::num_rows).sum();
    let threads = threads.min(portions.len()).min(rows.div_ceil(ROWS_OF_THREAD));
    if threads <= 1 {
        let mut room = rater.room();
        return portions.iter().map(|portion| rate(portion, &mut room)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut done, mut room) = (Vec::new(), rater.room());
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            match portions.get(place) {
                Some(portion) => done.push((place, rate(portion, &mut room))),
                None => return done,
            }
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    sorted::sort_by_key(&mut done, |(place, _)| *place);
    done.into_iter().map(|(_, rated)| rated).collect()
}

impl<R: RecordBatchReader> Iterator for RatedTable<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Some(Ok(batch));
            }
            if let Some(error) = self.failure.take() {
                return Some(Err(error));
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.fill() {
                self.over = true;
                return Some(Err(error));
            }
        }
    }
}

impl<R: RecordBatchReader> RecordBatchReader for RatedTable<R> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.rater.schema)
    }
}
