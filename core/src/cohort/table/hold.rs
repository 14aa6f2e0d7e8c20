//! Quotas held on a rated table of one kind.

use arrow_array::RecordBatch;

use super::cells::Cells;
use super::count::{Counts, Table};
use super::groups::{Grouping, GroupsOf, Part};
use super::ranking::Ranking;
use super::rates::Rates;
use super::write::{Left, written};
use crate::batch::{ColumnCode, ColumnFault, Rater, TableError, threads};
use crate::catalogue::Message;
use crate::cohort::GroupRate;
use crate::cohort::allowance::{Allowance, Terms, stated_rate};
use crate::cohort::decide::cited;
use crate::cohort::evaluate::eligibility;
use crate::cohort::hold::Held;
use crate::cohort::report::fraction_text;
use crate::cohort::tables::column;
use crate::document::Quota;
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
    /// Rates that are recorded for groups. Each must count; those of quotas of other kinds are left aside.
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
    /// Where the rulebook has no such kind, a column is missing (of the results, of a grouping, of a ranking), the table has
    /// columns of the names that it is to get, such as one that was held before, or a recorded rate does not count: it is no
    /// share, more than the text allows, without the decision that grants it, or for a group that nobody is in.
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
        taken(rated, &options.prefix)?;
        let named = |batch: &RecordBatch| column(batch, &options.id).is_some();
        if !options.id.is_empty() && !rated.is_empty() && !rated.iter().any(named) {
            let expected = Message::TableWantedId;
            return Err(TableError::one(ColumnFault::new(&options.id, ColumnCode::Missing, expected, "-")));
        }
        let policies = options.policies.as_ref().unwrap_or_else(|| self.default_policies());
        let mut held = HeldTable { batches: Vec::new(), quotas: Vec::new() };
        let mut changes: Vec<Left> = Vec::new();
        let mut rates = Rates::of(self, &document.quotas, &options.rates);
        for quota in &document.quotas {
            let work = Work { rulebook: self, quota, rated, cells: &cells, options, top: levels.len() };
            work.hold(policies, &mut held.quotas, &mut changes, &mut rates)?;
        }
        rates.sound()?;
        let how = (options.prefix.as_str(), threads(options.threads));
        held.batches = written(rated, &cells, how, &levels, &changes)?;
        Ok(held)
    }
}

fn missing(name: &str) -> TableError {
    TableError::one(ColumnFault::new(name, ColumnCode::Missing, Message::TableWantedResult, "-"))
}

/// That the columns are there already that are put behind the others.
fn taken(rated: &[RecordBatch], prefix: &str) -> Result<(), TableError> {
    let has = |name: &String| rated.iter().any(|batch| column(batch, name).is_some());
    let names = ["own_outcome", "own_at_least", "own_at_most"].map(|name| format!("{prefix}{name}"));
    let fault = |name: &String| ColumnFault::new(name, ColumnCode::NameTaken, Message::TableWantedFree, name.clone());
    let faults: Vec<ColumnFault> = names.iter().filter(|name| has(name)).map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(TableError { faults }) }
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
    fn hold(
        &self,
        policies: &PolicySet,
        lines: &mut Vec<TableQuota>,
        changes: &mut Vec<Left>,
        rates: &mut Rates<'_>,
    ) -> Result<(), TableError> {
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
            let grouping = Grouping::new(parts, self.rated, threads(self.options.threads));
            let grouping = grouping.map_err(|name| missing(&name))?;
            rates.look(self.quota, name, &grouping);
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
        changes: &mut Vec<Left>,
    ) {
        let groups: Vec<GroupsOf<'_>> = self.rated.iter().map(|batch| grouping.of(batch)).collect();
        let table = Table {
            batches: self.rated,
            cells: self.cells,
            groups: &groups,
            group_count: grouping.count(),
            ranking,
            terms,
            top: u8::try_from(self.top.saturating_sub(1)).unwrap_or(0),
            leave_out_invalid: self.options.leave_out_invalid,
            ranked: !self.quota.ranking.is_empty() && terms.steps_down,
            threads: threads(self.options.threads),
        };
        let shares = table.count();
        let mut counts = Counts::new(grouping.count());
        shares.iter().for_each(|share| counts.add(&share.counts));
        let mut held: Vec<Option<Held>> = Vec::with_capacity(grouping.count());
        for group in 0..grouping.count() as u32 {
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
        changes.extend(table.leave(&shares, &held));
    }

    /// The rate of a group: the recorded one, which counts or the whole is refused ([`Rates::sound`]), else that of the text.
    fn rate(&self, grouping: &str, group: &[String]) -> Option<Fraction> {
        let named = group.join(" / ");
        let recorded = self.options.rates.iter().find(|rate| {
            rate.quota == self.quota.id
                && (rate.grouping.is_empty() || rate.grouping == grouping)
                && rate.group == named
        });
        recorded.and_then(|rate| Fraction::parse(&rate.rate)).or_else(|| stated_rate(self.quota))
    }
}
