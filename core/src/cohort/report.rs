//! What came out, as tables: the rows of each kind with their results, the groups of the quotas.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::decide::cited;
use super::evaluate::OpenFact;
use super::problem::{CohortCode, CohortProblem};
use super::run::{KindResults, Rated};
use super::scene::{Kind, Rules, Scene};
use super::state::{Cause, Cell};
use super::{Changed, RatedCohort};
use crate::Outcome;
use crate::batch::EPOCH;
use crate::catalogue::Message;
use crate::date::format_date;
use crate::fault::wanted;
use crate::number::{Fraction, format_decimal};
use crate::plan::KindPlan;
use crate::rating::Rating;
use crate::sorted;

/// What a quota came to for one group. Numbers stand as the smallest and the largest that what is still open allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaLine {
    /// The id of the quota.
    pub quota: String,
    /// The place of the text.
    pub citation: String,
    /// The kind of subject.
    pub kind: String,
    /// The code of the level that is limited.
    pub level: String,
    /// The grouping, and the group.
    pub grouping: String,
    /// The group.
    pub group: String,
    /// How many are in it.
    pub members: u64,
    /// The share, such as `1/5`; nothing where it was to be recorded and was not.
    pub rate: Option<String>,
    /// The number of the decision that grants an exceptional share.
    pub decision: String,
    /// How many may have the level.
    pub candidates: (u64, u64),
    /// What the share is taken of, before anyone steps down.
    pub base: (u64, u64),
    /// How many of them the quota allows.
    pub most: (u64, u64),
    /// How many are over.
    pub over: (u64, u64),
    /// The ids of those among whom is to be chosen.
    pub open: Vec<String>,
    /// By the ranking of a local policy: ids with the first and the last place that they may take; ties share them.
    pub ranking: Vec<(String, u64, u64)>,
    /// How many have the level in the end, as decided or as rated, and how many are still open.
    pub decided: (u64, u64),
}

/// What the names of results begin with until they are written into a table; no column of anybody's begins so.
pub(crate) const UNNAMED: &str = "\u{1F}";

/// How a value of a fact is shown.
pub(crate) fn shown(rules: &Rules, fact: usize, value: i64) -> String {
    match rules.plan().and_then(|plan| plan.fact(fact)).map(|fact| &fact.kind) {
        Some(KindPlan::Boolean) => (value != 0).to_string(),
        Some(KindPlan::Code(table)) => {
            let code = rules.rulebook.table(*table).and_then(|table| table.at(value));
            code.map_or(String::new(), |code| rules.rulebook.text(code.code).to_owned())
        }
        Some(KindPlan::Date) => format_date(value),
        kind => format_decimal(value, kind.map_or(0, KindPlan::scale)),
    }
}

/// The name of a fact.
pub(crate) fn fact_name(rules: &Rules, fact: usize) -> &str {
    rules.plan().and_then(|plan| plan.fact(fact)).map_or("", |fact| rules.rulebook.text(fact.name))
}

/// What the rating itself found wrong: contradictions, rates that were not recorded, candidates in no group.
pub(crate) fn problems(scene: &Scene, rated: &Rated) -> Vec<CohortProblem> {
    let mut problems = Vec::new();
    for found in &rated.contradictions {
        let Some(kind) = scene.kind(found.subject) else { continue };
        let Some(rules) = &kind.rules else { continue };
        let value = |value| shown(rules, found.fact, value);
        let computed = match found.computed {
            (low, high) if low == high => value(low),
            (low, high) => format!("{} … {}", value(low), value(high)),
        };
        let values = [("computed", computed), ("count", found.others.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let expected = wanted(Message::CohortWantedSame, &values);
        let problem = CohortProblem::new(CohortCode::Contradiction, &kind.name, expected, value(found.stated));
        let problem = problem.rows([scene.row(found.subject) as u32]).column(fact_name(rules, found.fact));
        problems.push(problem.subjects([scene.ids.name(found.subject).to_owned()]));
    }
    for (place, held) in scene.groups.iter().zip(&rated.held) {
        if held.is_some() {
            continue;
        }
        let Some((_, quota, partition, group)) = scene.group(*place) else { continue };
        let name = match &quota.quota.rate {
            crate::document::Rate::Recorded(recorded) => recorded.recorded.clone(),
            crate::document::Rate::Share(share) => share.clone(),
        };
        let expected = wanted(Message::CohortWantedRate, &[("name", &name)]);
        let table = scene.kinds.get(place.0).map_or("", |kind| kind.name.as_str());
        let problem = CohortProblem::new(CohortCode::NoRate, table, expected, group.name.clone());
        problems.push(problem.column(&partition.name));
    }
    for kind in &scene.kinds {
        problems.extend(without_group(scene, rated, kind));
    }
    problems
}

/// Candidates that are in no group although the table has the column.
fn without_group(scene: &Scene, rated: &Rated, kind: &Kind) -> Vec<CohortProblem> {
    let mut problems = Vec::new();
    let quotas = kind.rules.as_ref().map(|rules| rules.quotas.as_slice()).unwrap_or_default();
    for quota in quotas {
        for partition in quota.partitions.iter().filter(|partition| partition.stated) {
            let mut rows = Vec::new();
            for (row, group) in (0_u32..).zip(&partition.group_of) {
                let cell = rated.state.own(kind.first.saturating_add(row));
                let candidate = cell.leveled && (cell.low..=cell.high).contains(&quota.terms.level);
                if *group == super::scene::NO_GROUP && candidate {
                    rows.push(row);
                }
            }
            if rows.is_empty() {
                continue;
            }
            let ids = rows.iter().map(|row| scene.ids.name(kind.first.saturating_add(*row)).to_owned());
            let ids: Vec<String> = ids.collect();
            let problem = CohortProblem::new(CohortCode::NoGroup, &kind.name, Message::CohortWantedGroup, "-");
            problems.push(problem.rows(rows).column(&partition.name).subjects(ids));
        }
    }
    problems
}

impl RatedCohort {
    /// The groups of every quota, with what it came to.
    pub fn quotas(&self) -> Vec<QuotaLine> {
        let line = |(place, at): (usize, &super::scene::GroupPlace)| {
            let (rules, quota, partition, group) = self.scene.group(*at)?;
            let held = self.rated.held.get(place).and_then(Option::as_ref);
            let pair = |pick: fn(&super::allowance::Allowance) -> (u64, u64)| {
                held.map_or((0, 0), |held| pick(&held.allowance))
            };
            let id = |subject: &u32| self.scene.ids.name(*subject).to_owned();
            let mut ranking: Vec<(String, u64, u64)> = held
                .into_iter()
                .flat_map(|held| &held.ranking)
                .map(|ranked| (id(&ranked.member), ranked.first, ranked.last))
                .collect();
            sorted::sort_by(&mut ranking, |one, two| (one.1, &one.0).cmp(&(two.1, &two.0)));
            let mut open: Vec<String> = held.into_iter().flat_map(|held| &held.open).map(id).collect();
            open.sort();
            Some(QuotaLine {
                quota: quota.quota.id.clone(),
                citation: cited(&rules.rulebook, &quota.quota.citation),
                kind: self.scene.kinds.get(at.0).map_or(String::new(), |kind| kind.name.clone()),
                level: quota.quota.level.clone(),
                grouping: partition.name.clone(),
                group: group.name.clone(),
                members: group.members.len() as u64,
                rate: super::hold::rate_of(quota, group).map(fraction_text),
                decision: group.recorded.as_ref().map_or(String::new(), |recorded| recorded.decision.clone()),
                candidates: pair(|found| found.candidates),
                base: pair(|found| found.base),
                most: pair(|found| found.most),
                over: pair(|found| found.over),
                open,
                ranking,
                decided: self.decided_of(&group.members, quota.terms.level),
            })
        };
        self.scene.groups.iter().enumerate().filter_map(line).collect()
    }

    /// How many have a level in the end, and how many may still.
    fn decided_of(&self, members: &[u32], level: u8) -> (u64, u64) {
        let mut counts = (0_u64, 0_u64);
        for member in members {
            match self.final_levels(*member) {
                Some((low, high)) if low == level && high == level => counts.0 = counts.0.saturating_add(1),
                Some((low, high)) if (low..=high).contains(&level) => counts.1 = counts.1.saturating_add(1),
                _ => {}
            }
        }
        counts
    }

    /// The level that was decided, or else what is proposed.
    pub(crate) fn final_levels(&self, subject: u32) -> Option<(u8, u8)> {
        let cell = self.rated.state.held(subject);
        match self.rated.state.decision(subject) {
            Some(level) => Some((level, level)),
            None => Some((cell.low, cell.high)).filter(|_| cell.leveled),
        }
    }

    /// The rows of a kind with their results: the columns of [`crate::batch::RatedTable`] as they are after the quotas, then
    /// `own_outcome`, `own_at_least` and `own_at_most` before them, `stage`, `open` (what others keep open, with their ids),
    /// the decision that counts (`decided_level`, `decision_…`) and `level`, the level in the end.
    /// A result whose name the table has already is called `result_` and its name. Nothing where there is no such kind, or no
    /// rulebook for it.
    ///
    /// # Errors
    /// Where Arrow refuses the columns, which is a defect of the library.
    pub fn table(&self, kind: &str) -> Option<Result<RecordBatch, arrow_schema::ArrowError>> {
        let place = self.scene.kinds.iter().position(|known| known.name == kind)?;
        let found = self.scene.kinds.get(place)?;
        let rules = found.rules.as_ref()?;
        let results = self.rated.kinds.get(place)?.as_ref()?;
        Some(self.batch(found, rules, results))
    }

    fn batch(
        &self,
        kind: &Kind,
        rules: &Rules,
        found: &KindResults,
    ) -> Result<RecordBatch, arrow_schema::ArrowError> {
        let output = rules.rater.output();
        let subjects = kind.first..kind.first.saturating_add(kind.batch.num_rows() as u32);
        let mut results = found.results.clone();
        let put = |results: &mut crate::batch::Results, cell: fn(&super::state::State, u32) -> Cell| {
            let cells: Vec<Cell> = subjects.clone().map(|subject| cell(&self.rated.state, subject)).collect();
            results.outcomes = cells.iter().map(|cell| outcome_place(cell.outcome)).collect();
            results.low = cells.iter().map(|cell| cell.low).collect();
            results.high = cells.iter().map(|cell| cell.high).collect();
            results.leveled = cells.iter().map(|cell| if cell.leveled { 0xFF } else { 0 }).collect();
        };
        put(&mut results, super::state::State::held);
        let own = {
            let mut own = crate::batch::Results { scores: crate::batch::Scores::None, ..Default::default() };
            put(&mut own, super::state::State::own);
            output.levels_only(own)
        };
        let mut columns: Vec<ArrayRef> = kind.batch.columns().to_vec();
        let mut fields: Vec<Field> =
            kind.batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect();
        // A result whose name the table has already is called by a longer one.
        let taken: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let named = |name: &str| match taken.iter().any(|known| known == name) {
            true => format!("result_{name}"),
            false => name.to_owned(),
        };
        let short = |field: &Field| field.name().strip_prefix(UNNAMED).unwrap_or(field.name()).to_owned();
        columns.extend(output.columns(results, found.texts.clone()));
        fields.extend(output.fields.iter().map(|field| field.clone().with_name(named(&short(field)))));
        for (field, column) in output.fields.iter().take(3).zip(own) {
            fields.push(Field::new(named(&format!("own_{}", short(field))), field.data_type().clone(), true));
            columns.push(column);
        }
        let levels = &rules.rulebook.document().levels;
        let code = |rank: u8| levels.get(usize::from(rank)).map(|level| level.code.as_str());
        let decision =
            |subject: u32| self.decisions.get(self.decided.get(subject as usize).copied().flatten()? as usize);
        let mut text = |name: &str, value: &dyn Fn(u32) -> Option<String>| {
            let column: StringArray = subjects.clone().map(value).collect();
            fields.push(Field::new(named(name), DataType::Utf8, true));
            columns.push(Arc::new(column));
        };
        text("open", &|subject| self.open_text(rules, subject));
        text("decided_level", &|subject| decision(subject).map(|decision| decision.level.clone()));
        text("decision_number", &|subject| decision(subject).map(|decision| decision.number.clone()));
        text("decision_body", &|subject| decision(subject).map(|decision| decision.body.clone()));
        text("decision_reason", &|subject| decision(subject).map(|decision| decision.reason.clone()));
        text("level", &|subject| match self.final_levels(subject) {
            Some((low, high)) if low == high && self.is_final(subject) => code(low).map(str::to_owned),
            _ => None,
        });
        let dates: Date32Array = subjects
            .clone()
            .map(|subject| i32::try_from(decision(subject)?.date?.saturating_sub(EPOCH)).ok())
            .collect();
        fields.push(Field::new(named("decision_date"), DataType::Date32, true));
        columns.push(Arc::new(dates));
        let stages: Int32Array =
            subjects.map(|subject| i32::try_from(self.scene.order.stage(subject)).ok()).collect();
        fields.push(Field::new(named("stage"), DataType::Int32, true));
        columns.push(Arc::new(stages));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// Whether a subject has one level in the end: rated, or decided within what was proposed.
    pub(crate) fn is_final(&self, subject: u32) -> bool {
        self.rated.state.held(subject).outcome == Outcome::Rated || self.rated.state.decision(subject).is_some()
    }

    /// What others keep open: fact, reason, ids; in the order of the ids, so that that of the rows does not matter.
    pub(crate) fn open_text(&self, rules: &Rules, subject: u32) -> Option<String> {
        let open = self.rated.open.get(&subject)?;
        let part = |open: &OpenFact| {
            let mut ids: Vec<String> =
                open.others.iter().map(|other| self.scene.ids.name(*other).to_owned()).collect();
            ids.sort();
            let ids = super::problem::named(ids.into_iter());
            format!("{} ({}): {ids}", fact_name(rules, open.fact), cause_code(open.cause))
        };
        Some(open.iter().map(part).collect::<Vec<_>>().join("; "))
    }

    /// The rating of one subject with all its findings: what comes from others is put in as facts, as far as it is known.
    /// Quotas and decisions are no part of it.
    pub fn rating(&self, id: &str) -> Option<Rating> {
        let subject = self.scene.ids.find(id)?;
        let changes = super::evaluate::Changes::new();
        let rules = self.scene.kind(subject)?.rules.as_ref()?;
        let state = &self.rated.state;
        let found = super::evaluate::evaluate(&self.scene, state, rules, subject, &changes, self.contradictions);
        Some(found.rating)
    }

    /// What others keep open of a subject: facts, why, and the ids of the others. Nothing where nobody has the id.
    pub fn open(&self, id: &str) -> Option<Option<String>> {
        let subject = self.scene.ids.find(id)?;
        let rules = self.scene.kind(subject)?.rules.as_ref();
        Some(rules.and_then(|rules| self.open_text(rules, subject)))
    }

    /// How a subject stands before the quotas and after them.
    pub fn standing(&self, id: &str) -> Option<Changed> {
        let subject = self.scene.ids.find(id)?;
        Some(super::what_if::changed(
            &self.scene,
            subject,
            self.rated.state.own(subject),
            self.rated.state.held(subject),
            Vec::new(),
        ))
    }
}

pub(crate) const fn cause_code(cause: Cause) -> &'static str {
    match cause {
        Cause::None => "none",
        Cause::Discretion => "discretion",
        Cause::Missing => "missing",
    }
}

fn outcome_place(outcome: Outcome) -> u8 {
    let place = Outcome::ALL.iter().position(|known| *known == outcome).unwrap_or(0);
    u8::try_from(place).unwrap_or(0)
}

/// A share as people write it.
pub(crate) fn fraction_text(share: Fraction) -> String {
    let hundred = share.numerator().saturating_mul(100);
    match hundred.checked_rem(share.denominator()) {
        Some(0) => format!("{}%", hundred.checked_div(share.denominator()).unwrap_or(0)),
        _ => format!("{}/{}", share.numerator(), share.denominator()),
    }
}
