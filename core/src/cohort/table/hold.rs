//! Quotas held on a rated table of one kind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use arrow_array::types::Int8Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};

use super::cells::{Cells, meant, outcome_codes};
use super::groups::{Grouping, NOWHERE, Part};
use super::ranking::{Place, Ranking, UNRANKED};
use crate::batch::{ColumnCode, ColumnFault, Rater, TableError, threads};
use crate::catalogue::Message;
use crate::cohort::GroupRate;
use crate::cohort::allowance::{Allowance, Pool, Terms, stated_rate};
use crate::cohort::decide::cited;
use crate::cohort::evaluate::eligibility;
use crate::cohort::hold::{Held, left};
use crate::cohort::report::fraction_text;
use crate::cohort::state::Cell;
use crate::document::{Quota, Rate};
use crate::judge::Outcome;
use crate::number::Fraction;
use crate::plan::Plan;
use crate::rulebook::{PolicySet, Rulebook};

/// How quotas are held on a table.
#[derive(Debug, Clone, Default)]
pub struct HoldOptions {
    /// The choices where the text leaves it open; absent: the defaults.
    pub policies: Option<PolicySet>,
    /// The columns of a grouping that is not one column of its name; `unit // 200` divides the whole numbers of a column.
    pub groupings: Vec<(String, Vec<String>)>,
    /// Rates that are recorded for groups.
    pub rates: Vec<GroupRate>,
    /// The column of the ids, for rankings; empty: `id`.
    pub id: String,
    /// Whether rows that are invalid are left out of the groups; else they may still become anything.
    pub leave_out_invalid: bool,
    /// What the names of the columns of the results begin with.
    pub prefix: String,
    /// How many threads work; 0 for as many as the machine runs at once. The result is the same.
    pub threads: usize,
}

/// A table after its quotas.
#[derive(Debug, Clone)]
pub struct HeldTable {
    /// The batches: `outcome`, `at_least` and `at_most` are those after the quotas; behind the other columns stand
    /// `own_outcome`, `own_at_least` and `own_at_most`, as they were before.
    pub batches: Vec<RecordBatch>,
    /// What each quota came to, group by group.
    pub quotas: Vec<TableQuota>,
}

/// What a quota came to for one group of a table. Numbers stand as the smallest and the largest that what is still open
/// allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableQuota {
    /// The id of the quota.
    pub quota: String,
    /// The place of the text.
    pub citation: String,
    /// The code of the level that is limited.
    pub level: String,
    /// The grouping.
    pub grouping: String,
    /// The group: the values of its columns.
    pub group: Vec<String>,
    /// The share, such as `1/5`; nothing where it was to be recorded and was not.
    pub rate: Option<String>,
    /// How many may have the level.
    pub candidates: (u64, u64),
    /// What the share is taken of, before anyone steps down.
    pub base: (u64, u64),
    /// How many of them the quota allows.
    pub most: (u64, u64),
    /// How many are over.
    pub over: (u64, u64),
}

/// What is counted of each group.
#[derive(Debug, Clone, Default)]
struct Counts {
    /// Those who are rated, by level.
    rated: Vec<[u32; 8]>,
    /// Those who are open.
    open: Vec<Pool>,
}

/// Somebody who may have the limited level for certain, or perhaps.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    group: u32,
    place: Place,
    /// The first key of the ranking.
    first: i64,
}

/// What one grouping came to: the rows that are left something else than before.
type Left = Vec<(Place, Cell)>;

impl Rulebook {
    /// Holds the quotas of a kind on a table that [`Rulebook::rate_table`] rated.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray};
    /// use xeploai::{Rulebook, batch::TableOptions, cohort::HoldOptions};
    ///
    /// let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
    /// let group: ArrayRef = Arc::new(StringArray::from(vec!["A", "A"]));
    /// let batch = RecordBatch::try_from_iter([("exempt_from_activities", exempt), ("position_group", group)])?;
    /// let table = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let rated: Vec<RecordBatch> =
    ///     rulebook.rate_table("member", table, TableOptions::default())?.collect::<Result<_, _>>()?;
    /// let held = rulebook.hold_quotas("member", &rated, &HoldOptions::default())?;
    /// // One is exempt, of the other nothing is known: perhaps a candidate, and then one too many.
    /// assert_eq!(held.quotas[0].candidates, (0, 1));
    /// assert_eq!(held.quotas[0].over, (0, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where the rulebook has no such kind, or a column is missing: of the results, of a grouping, of a ranking.
    pub fn hold_quotas(
        &self,
        subject: &str,
        rated: &[RecordBatch],
        options: &HoldOptions,
    ) -> Result<HeldTable, TableError> {
        let place = self.find_plan(subject).map_err(|error| crate::batch::unknown(&error))?;
        let (Some(plan), Some(document)) = (self.plan(place), self.document().subjects.get(place)) else {
            return Err(crate::batch::unknown(&self.no_subject(subject)));
        };
        let levels: Vec<String> = self.document().levels.iter().map(|level| level.code.clone()).collect();
        let masks = masks(plan, &options.prefix);
        let cells: Vec<Cells<'_>> = rated
            .iter()
            .map(|batch| Cells::new(batch, &options.prefix, &levels, &masks).map_err(|name| missing(&name)))
            .collect::<Result<_, _>>()?;
        let policies = options.policies.as_ref().unwrap_or_else(|| self.default_policies());
        let mut held = HeldTable { batches: Vec::new(), quotas: Vec::new() };
        let mut changes: Left = Vec::new();
        for quota in &document.quotas {
            let work = Work { rulebook: self, quota, rated, cells: &cells, options, top: levels.len() };
            work.hold(policies, &mut held.quotas, &mut changes)?;
        }
        let how = (options.prefix.as_str(), threads(options.threads));
        held.batches = written(rated, &cells, how, &levels, changes)?;
        Ok(held)
    }
}

fn missing(name: &str) -> TableError {
    TableError::one(ColumnFault::new(name, ColumnCode::Missing, Message::TableWantedResult, "-"))
}

/// For each column of reasons the bits of the rules of eligibility.
fn masks(plan: &Plan, prefix: &str) -> Vec<(String, u64)> {
    let rules: Vec<usize> = eligibility(plan).collect();
    let masks = Rater::unknown_bits(plan, &rules);
    masks.into_iter().map(|(name, mask)| (format!("{prefix}{name}"), mask)).collect()
}

/// One quota on a table.
struct Work<'w> {
    rulebook: &'w Rulebook,
    quota: &'w Quota,
    rated: &'w [RecordBatch],
    cells: &'w [Cells<'w>],
    options: &'w HoldOptions,
    top: usize,
}

impl Work<'_> {
    fn hold(&self, policies: &PolicySet, lines: &mut Vec<TableQuota>, changes: &mut Left) -> Result<(), TableError> {
        let terms = Terms::new(self.rulebook, self.quota, policies);
        let id = if self.options.id.is_empty() { crate::cohort::tables::ID } else { &self.options.id };
        let ranking = Ranking::new(&self.quota.ranking, self.rated, &self.options.prefix, id);
        let ranking = ranking.map_err(|name| missing(&name))?;
        for name in &self.quota.group_by {
            let columns = match self.options.groupings.iter().find(|(known, _)| known == name) {
                Some((_, columns)) => columns.clone(),
                None => vec![name.clone()],
            };
            let parts = columns.iter().map(|column| Part::read(column)).collect();
            let grouping = Grouping::new(parts, self.rated).map_err(|name| missing(&name))?;
            self.partition(name, &terms, &grouping, &ranking, lines, changes);
        }
        Ok(())
    }

    fn partition(
        &self,
        name: &str,
        terms: &Terms,
        grouping: &Grouping,
        ranking: &Ranking<'_>,
        lines: &mut Vec<TableQuota>,
        changes: &mut Left,
    ) {
        let (counts, candidates) = self.count(terms, grouping, ranking);
        let mut held: Vec<Option<Held>> = Vec::with_capacity(counts.open.len());
        for group in 0..counts.open.len() as u32 {
            if counts.is_empty(group) {
                held.push(None);
                continue;
            }
            let named = grouping.name(group);
            let rate = self.rate(name, &named);
            let allowance = rate.map(|rate| counts.pool(terms, group).allowance(terms, rate));
            let none = Allowance { candidates: (0, 0), base: (0, 0), most: (0, 0), over: (0, 0) };
            let found = allowance.unwrap_or(none);
            lines.push(TableQuota {
                quota: self.quota.id.clone(),
                citation: cited(self.rulebook, &self.quota.citation),
                level: self.quota.level.clone(),
                grouping: name.to_owned(),
                group: named,
                rate: rate.map(fraction_text),
                candidates: found.candidates,
                base: found.base,
                most: found.most,
                over: found.over,
            });
            let one = rate.zip(allowance);
            held.push(one.map(|(rate, allowance)| Held { allowance, rate, open: Vec::new(), ranking: Vec::new() }));
        }
        let mut places = Vec::new();
        for candidate in candidates {
            if candidate.group == NOWHERE {
                let cell = self.cell(candidate.place);
                changes.push((candidate.place, crate::cohort::hold::open_to_missing(cell, terms)));
                continue;
            }
            places.push(candidate);
        }
        self.leave(terms, ranking, &held, &mut places, changes);
    }

    fn cell(&self, place: Place) -> Cell {
        self.cells.get(place.0 as usize).map_or(Cell::INVALID, |cells| cells.get(place.1 as usize))
    }

    /// The rate of a group.
    fn rate(&self, grouping: &str, group: &[String]) -> Option<Fraction> {
        let named = group.join(" / ");
        let recorded = self.options.rates.iter().find(|rate| {
            rate.quota == self.quota.id
                && (rate.grouping.is_empty() || rate.grouping == grouping)
                && rate.group == named
        });
        let most = match self.quota.rate {
            Rate::Recorded(_) => Some(Fraction::ONE),
            Rate::Share(_) => {
                self.quota.exceptional_rate.as_deref().and_then(Fraction::parse).or(stated_rate(self.quota))
            }
        };
        let recorded = recorded.and_then(|rate| Fraction::parse(&rate.rate));
        match recorded.filter(|rate| most.is_some_and(|most| *rate <= most)) {
            Some(rate) => Some(rate),
            None => stated_rate(self.quota),
        }
    }

    /// Counts every group, and collects those who may have the limited level.
    fn count(&self, terms: &Terms, grouping: &Grouping, ranking: &Ranking<'_>) -> (Counts, Vec<Candidate>) {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut counts = Counts::new(grouping.count());
            let mut candidates = Vec::new();
            let mut codes = Vec::new();
            loop {
                let place = next.fetch_add(1, Atomic::Relaxed);
                let (Some(batch), Some(cells)) = (self.rated.get(place), self.cells.get(place)) else {
                    return (counts, candidates);
                };
                grouping.codes(batch, &mut codes);
                let mut open = Vec::new();
                let mut rated = |row: u32, group: u32, level: u8| {
                    if let Some(counts) = counts.rated.get_mut(group as usize)
                        && let Some(count) = counts.get_mut(usize::from(level & 7))
                    {
                        *count = count.saturating_add(1);
                    }
                    if level == terms.level {
                        let here = (place as u32, row);
                        candidates.push(Candidate { group, place: here, first: ranking.first(here) });
                    }
                };
                // Of those who are rated the one level is all that there is to count.
                match (cells.outcome.keys(), cells.high.keys()) {
                    (Some((outcomes, outcome)), Some((levels, level))) => {
                        let rows = (0_u32..).zip(&codes).zip(outcomes.iter().zip(levels));
                        for ((row, group), (outcome_key, level_key)) in rows {
                            match meant(outcome, *outcome_key) {
                                0 => rated(row, *group, meant(level, *level_key)),
                                _ => open.push(row),
                            }
                        }
                    }
                    _ => {
                        for (row, group) in (0_u32..).zip(&codes) {
                            match cells.outcome.get(row as usize) {
                                0 => rated(row, *group, cells.high.get(row as usize)),
                                _ => open.push(row),
                            }
                        }
                    }
                }
                for row in open {
                    let group = codes.get(row as usize).copied().unwrap_or(NOWHERE);
                    let here = (group, (place as u32, row));
                    self.count_open(terms, cells.get(row as usize), here, &mut counts, &mut candidates);
                }
            }
        };
        let wanted = threads(self.options.threads).min(self.rated.len().max(1));
        let mut done = std::thread::scope(|scope| {
            let others: Vec<_> = (1..wanted).map(|_| scope.spawn(work)).collect();
            let mut done = vec![work()];
            for other in others {
                match other.join() {
                    Ok(more) => done.push(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        let (mut counts, mut candidates) = done.pop().unwrap_or_default();
        for (more, others) in done {
            counts.add(&more);
            candidates.extend(others);
        }
        (counts, candidates)
    }

    fn count_open(
        &self,
        terms: &Terms,
        cell: Cell,
        (group, place): (u32, Place),
        counts: &mut Counts,
        candidates: &mut Vec<Candidate>,
    ) {
        let invalid = cell.outcome == Outcome::Invalid;
        let top = u8::try_from(self.top.saturating_sub(1)).unwrap_or(0);
        let Some((low, high)) = cell.levels(top).filter(|_| !(invalid && self.options.leave_out_invalid)) else {
            return;
        };
        if let Some(pool) = counts.open.get_mut(group as usize) {
            pool.add(terms, low, high, cell.perhaps_unrated());
        }
        if cell.leveled && (low..=high).contains(&terms.level) {
            candidates.push(Candidate { group, place, first: UNRANKED });
        }
    }

    /// What the quotas leave to the candidates, group by group.
    fn leave(
        &self,
        terms: &Terms,
        ranking: &Ranking<'_>,
        held: &[Option<Held>],
        candidates: &mut [Candidate],
        changes: &mut Left,
    ) {
        // Those of a group together; groups that are within their quota change nobody.
        let of = |group: u32| held.get(group as usize).and_then(Option::as_ref);
        let touched: Vec<bool> = held
            .iter()
            .map(|held| held.as_ref().is_none_or(|held| held.allowance.over.1 > 0 || held.allowance.most.1 == 0))
            .collect();
        let mut sorted: Vec<Candidate> = candidates
            .iter()
            .filter(|candidate| touched.get(candidate.group as usize).copied().unwrap_or(true))
            .copied()
            .collect();
        bring_together(&mut sorted, held.len());
        let groups: Vec<&[Candidate]> = sorted.chunk_by(|one, two| one.group == two.group).collect();
        let ranked = !self.quota.ranking.is_empty() && terms.steps_down;
        let next = AtomicUsize::new(0);
        let work = || {
            let mut changes: Left = Vec::new();
            loop {
                let place = next.fetch_add(1, Atomic::Relaxed);
                let Some(members) = groups.get(place) else { return changes };
                let Some(group) = members.first().map(|member| member.group) else { continue };
                let held = of(group);
                let closed = held.is_some_and(|held| {
                    let found = held.allowance;
                    found.over.0 == found.over.1 && found.most.0 == found.most.1 && found.most.1 > 0
                });
                // Who is open is no candidate of the ranking, and who lacks a key leaves it undone.
                let all = members.iter().all(|member| member.first != UNRANKED);
                match held {
                    Some(held) if ranked && closed && all => {
                        step_down(terms, ranking, members, held.allowance.most.1, &mut changes);
                    }
                    _ => changes.extend(
                        members
                            .iter()
                            .map(|member| (member.place, left(self.cell(member.place), u32::MAX, terms, held))),
                    ),
                }
            }
        };
        let wanted = threads(self.options.threads).min(groups.len().max(1));
        let all = std::thread::scope(|scope| {
            let others: Vec<_> = (1..wanted).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(more) => all.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        });
        changes.extend(all);
    }
}

/// Sorts by group, in one pass over small numbers.
fn bring_together(candidates: &mut Vec<Candidate>, groups: usize) {
    let mut starts = vec![0_u32; groups.saturating_add(1)];
    for candidate in candidates.iter() {
        if let Some(count) = starts.get_mut((candidate.group as usize).saturating_add(1)) {
            *count = count.saturating_add(1);
        }
    }
    let mut sum = 0_u32;
    for start in &mut starts {
        sum = sum.saturating_add(*start);
        *start = sum;
    }
    let Some(filler) = candidates.first().copied() else { return };
    let mut sorted = vec![filler; candidates.len()];
    for candidate in candidates.iter() {
        let Some(next) = starts.get_mut(candidate.group as usize) else { continue };
        if let Some(slot) = sorted.get_mut(*next as usize) {
            *slot = *candidate;
        }
        *next = next.saturating_add(1);
    }
    *candidates = sorted;
}

/// Lets those over step down by the ranking; those who tie across the line stay open.
fn step_down(terms: &Terms, ranking: &Ranking<'_>, members: &[Candidate], most: u64, changes: &mut Left) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let Some(below) = terms.level.checked_sub(1).filter(|_| most < members.len()) else { return };
    let mut order: Vec<(i64, Place)> = members.iter().map(|member| (member.first, member.place)).collect();
    let compare =
        |one: &(i64, Place), two: &(i64, Place)| one.0.cmp(&two.0).then_with(|| ranking.compare(one.1, two.1));
    // The best of those over stands at the line; before it are those within, in no order.
    let (within, first_over, over) = order.select_nth_unstable_by(most, compare);
    let tied = |other: &(i64, Place)| compare(other, first_over).is_eq();
    let open_before: Vec<Place> = within.iter().filter(|other| tied(other)).map(|(_, place)| *place).collect();
    let across = !open_before.is_empty();
    // Whoever is ranked is rated at the limited level.
    let rated = Cell { outcome: Outcome::Rated, low: below, high: below, leveled: true, perhaps_unrated: false };
    let open = |place: Place| (place, Cell { high: terms.level, outcome: Outcome::AuthorityDecides, ..rated });
    let down = |place: Place| (place, rated);
    changes.extend(open_before.iter().map(|place| open(*place)));
    changes.push(if across { open(first_over.1) } else { down(first_over.1) });
    changes.extend(over.iter().map(|other| if across && tied(other) { open(other.1) } else { down(other.1) }));
}

impl Counts {
    fn new(groups: usize) -> Self {
        Self { rated: vec![[0; 8]; groups], open: vec![Pool::default(); groups] }
    }

    fn is_empty(&self, group: u32) -> bool {
        let nobody = self.rated.get(group as usize).is_none_or(|counts| counts.iter().all(|count| *count == 0));
        nobody && self.open.get(group as usize).is_none_or(|pool| pool.size() == 0)
    }

    fn add(&mut self, other: &Self) {
        for (to, more) in self.rated.iter_mut().flatten().zip(other.rated.iter().flatten()) {
            *to = to.saturating_add(*more);
        }
        for (to, more) in self.open.iter_mut().zip(&other.open) {
            to.join(more);
        }
    }

    fn pool(&self, terms: &Terms, group: u32) -> Pool {
        let mut pool = self.open.get(group as usize).copied().unwrap_or_default();
        for (level, count) in (0_u8..).zip(self.rated.get(group as usize).copied().unwrap_or_default()) {
            pool.add_many(terms, level, u64::from(count));
        }
        pool
    }
}

/// The batches with what the quotas left.
fn written(
    rated: &[RecordBatch],
    cells: &[Cells<'_>],
    (prefix, threads): (&str, usize),
    levels: &[String],
    changes: Left,
) -> Result<Vec<RecordBatch>, TableError> {
    let mut by_batch: Vec<Left> = vec![Vec::new(); rated.len()];
    for change in changes {
        if let Some(list) = by_batch.get_mut(change.0.0 as usize) {
            list.push(change);
        }
    }
    let outcomes: ArrayRef = Arc::new(StringArray::from(outcome_codes()));
    let levels: ArrayRef = Arc::new(StringArray::from(levels.to_vec()));
    let values = [&outcomes, &levels, &levels];
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let place = next.fetch_add(1, Atomic::Relaxed);
            let (Some(batch), Some(cells), Some(changes)) = (rated.get(place), cells.get(place), by_batch.get(place))
            else {
                return made;
            };
            made.push((place, left_in(batch, cells, prefix, values, changes)));
        }
    };
    let wanted = threads.min(rated.len().max(1));
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..wanted).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_by_key(|(place, _)| *place);
    let batches: Result<Vec<RecordBatch>, ArrowError> = made.into_iter().map(|(_, batch)| batch).collect();
    batches.map_err(|error| {
        let expected = Message::TableWantedFree;
        TableError::one(ColumnFault::new("own_outcome", ColumnCode::NameTaken, expected, error.to_string()))
    })
}

/// One batch with what the quotas left of its rows.
fn left_in(
    batch: &RecordBatch,
    cells: &Cells<'_>,
    prefix: &str,
    values: [&ArrayRef; 3],
    changes: &[(Place, Cell)],
) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    let mut fields: Vec<Field> = batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut keys = [&cells.outcome, &cells.low, &cells.high].map(|codes| codes.copied());
    let [(outcomes, _), (lows, _), (highs, _)] = &mut keys;
    // Of several quotas the strictest counts.
    for (place, cell) in changes {
        let row = place.1 as usize;
        let (Some(outcome), Some(low), Some(high)) = (outcomes.get_mut(row), lows.get_mut(row), highs.get_mut(row))
        else {
            continue;
        };
        let before = Cell {
            outcome: Outcome::ALL.get(usize::from(outcome.cast_unsigned())).copied().unwrap_or(Outcome::Invalid),
            low: low.cast_unsigned(),
            high: high.cast_unsigned(),
            ..*cell
        };
        let both = stricter(before, *cell);
        let at = Outcome::ALL.iter().position(|known| *known == both.outcome).unwrap_or(0);
        (*outcome, *low, *high) = (at as i8, both.low.cast_signed(), both.high.cast_signed());
    }
    let names = ["outcome", "at_least", "at_most"];
    for (short, ((keys, nulls), values)) in names.iter().zip(keys.into_iter().zip(values)) {
        let name = format!("{prefix}{short}");
        let keys = Int8Array::try_new(keys.into(), nulls)?;
        let array: DictionaryArray<Int8Type> = DictionaryArray::try_new(keys, Arc::clone(values))?;
        let Some(at) = fields.iter().position(|field| *field.name() == name) else { continue };
        let (Some(slot), Some(field)) = (columns.get_mut(at), fields.get_mut(at)) else { continue };
        let own = std::mem::replace(slot, Arc::new(array));
        let own_field = field.clone().with_name(format!("{prefix}own_{short}"));
        *field = field.clone().with_data_type(slot.data_type().clone());
        fields.push(own_field);
        columns.push(own);
    }
    let schema = Schema::new_with_metadata(fields, batch.schema_ref().metadata().clone());
    RecordBatch::try_new(Arc::new(schema), columns)
}

/// What two quotas leave together.
fn stricter(one: Cell, two: Cell) -> Cell {
    let (low, high) = (one.low.min(two.low), one.high.min(two.high));
    let open = [Outcome::Undetermined, Outcome::AuthorityDecides];
    let outcome = match low == high {
        true if !(one.outcome == Outcome::Undetermined && two.outcome == Outcome::Undetermined) => Outcome::Rated,
        _ => open.into_iter().find(|known| one.outcome == *known || two.outcome == *known).unwrap_or(one.outcome),
    };
    Cell { outcome, low, high, ..two }
}
