//! Subjects that are rated together: who goes first, what comes from others, quotas, decisions of the authority.
//!
//! Intervals travel through everything: what a child, a unit or a quota leaves open stays open above it, with the reason;
//! only what every completion allows is called rated. Arrows point one way: tables and relations make a scene, the
//! scene has an order, and along it the state of the subjects fills up.

mod allowance;
mod decide;
mod evaluate;
mod graph;
mod hold;
mod inputs;
mod join;
mod json;
mod order;
mod problem;
mod report;
mod run;
mod scene;
mod state;
mod table;
mod tables;
mod timetable;
mod what_if;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Rater, TableError, threads};
use crate::case::Value;
use crate::catalogue::{Language, Message, fill};
use crate::date::format_date;
use crate::document::Words;
use crate::fault::wanted;
use crate::library::{Library, NotInForce};
use crate::rulebook::{PolicyError, Rulebook};

pub use decide::{DecisionCode, DecisionFinding};
pub use evaluate::Contradictions;
pub use json::BadRequest;
pub use problem::{CohortCode, CohortProblem};
pub use report::QuotaLine;
pub use scene::GroupRate;
pub use table::{HeldTable, HoldOptions, TableQuota, TallyOptions, tally};
pub use timetable::Stage;
pub use what_if::{Change, Changed};

use order::Order;
use run::{Rated, run};
use scene::{Groupings, Kind, Scene, arrows, own_columns, with_period_end};
use tables::{Ids, Relations};

/// Subjects of all kinds with their relations, to be rated together for one period.
///
/// Each kind has a table: the column `id` names its subjects, the columns of its facts say what is known of them, columns
/// named like a [`crate::document::Relation`] (`belongs_to`, `heads`, `sits_in`, `holds_post`, `below`) hold ids of others,
/// and the columns that the quotas of the rulebook group by say who is counted together.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use xeploai::{Library, cohort::Cohort, date::parse_date};
///
/// let text = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
/// let cells = RecordBatch::try_from_iter([("id", text(&["CB1"])), ("organization_type", text(&["cell"]))])?;
/// let members = RecordBatch::try_from_iter([
///     ("id", text(&["DV1", "DV2"])),
///     ("belongs_to", text(&["CB1", "CB2"])),
///     ("grassroots_organization", text(&["DB1", "DB1"])),
///     ("discipline_on_duty", text(&["none", "none"])),
/// ])?;
/// let mut cohort = Cohort::new(Library::builtin()?, parse_date("2021-12-31").unwrap());
/// cohort.add("party_organization", cells);
/// cohort.add("member", members);
/// let rated = cohort.rate()?;
/// // DV2 belongs to a cell that nobody knows; everybody else is rated all the same.
/// assert_eq!(rated.problems()[0].code.name(), "nobody");
/// assert_eq!(rated.outcome("DV1").map(|outcome| outcome.code()), Some("undetermined"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cohort {
    library: Library,
    period_end: i64,
    day: i64,
    province: Option<String>,
    rulebooks: Vec<(String, Rulebook)>,
    tables: Vec<(String, RecordBatch)>,
    records: Vec<(String, Vec<Record>)>,
    relations: Vec<RecordBatch>,
    decisions: Vec<RecordBatch>,
    policies: Vec<(String, String)>,
    groupings: Groupings,
    rates: Vec<GroupRate>,
    keep: Vec<String>,
    contradictions: Contradictions,
    threads: usize,
}

impl Cohort {
    /// A cohort of nobody, for the period that ends on a day, counted as [`crate::date`] does. The rulebooks are those in
    /// force on that day, unless [`Self::rated_on`] names another.
    pub fn new(library: Library, period_end: i64) -> Self {
        Self {
            library,
            period_end,
            day: period_end,
            province: None,
            rulebooks: Vec::new(),
            tables: Vec::new(),
            records: Vec::new(),
            relations: Vec::new(),
            decisions: Vec::new(),
            policies: Vec::new(),
            groupings: Groupings::default(),
            rates: Vec::new(),
            keep: Vec::new(),
            contradictions: Contradictions::default(),
            threads: 0,
        }
    }

    /// The day of the rating, which says what rulebooks are in force.
    pub fn rated_on(&mut self, day: i64) -> &mut Self {
        self.day = day;
        self
    }

    /// The province whose overlays apply.
    pub fn in_province(&mut self, province: &str) -> &mut Self {
        self.province = Some(province.to_owned());
        self
    }

    /// The rulebook for a kind, in place of the one in force.
    pub fn by_rulebook(&mut self, kind: &str, rulebook: Rulebook) -> &mut Self {
        self.rulebooks.retain(|(known, _)| known != kind);
        self.rulebooks.push((kind.to_owned(), rulebook));
        self
    }

    /// Adds subjects of a kind. Several tables of a kind must have the same columns; they are put one behind the other.
    pub fn add(&mut self, kind: &str, table: RecordBatch) -> &mut Self {
        self.tables.push((kind.to_owned(), table));
        self
    }

    /// Adds subjects of a kind one by one. A kind has a table or records, not both.
    pub fn add_records(&mut self, kind: &str, records: impl IntoIterator<Item = Record>) -> &mut Self {
        match self.records.iter_mut().find(|(known, _)| known == kind) {
            Some((_, list)) => list.extend(records),
            None => self.records.push((kind.to_owned(), records.into_iter().collect())),
        }
        self
    }

    /// Adds relations: a table with the columns `subject`, `relation` and `object`.
    pub fn relate(&mut self, table: RecordBatch) -> &mut Self {
        self.relations.push(table);
        self
    }

    /// Adds decisions of the authority: a table with the columns `subject` and `level`, and as far as they are known
    /// `number`, `date`, `body`, `decided_by`, `reason`, `votes_for`, `votes_entitled` and `replaces`.
    pub fn decide(&mut self, table: RecordBatch) -> &mut Self {
        self.decisions.push(table);
        self
    }

    /// Chooses an option of a policy, in every rulebook that has it.
    pub fn policy(&mut self, name: &str, option: &str) -> &mut Self {
        self.policies.push((name.to_owned(), option.to_owned()));
        self
    }

    /// Says which columns together make a grouping of quotas, such as title, level and field.
    pub fn grouping(&mut self, name: &str, columns: &[&str]) -> &mut Self {
        self.groupings.0.retain(|(known, _)| known != name);
        self.groupings.0.push((name.to_owned(), columns.iter().map(|column| (*column).to_owned()).collect()));
        self
    }

    /// Records the rate of a quota for a group: the one that the text leaves to be recorded, or an exceptional one with the
    /// decision that grants it.
    pub fn rate_of_group(&mut self, rate: GroupRate) -> &mut Self {
        self.rates.push(rate);
        self
    }

    /// Names foreign columns that are meant as such although their name is nearly that of a fact.
    pub fn keep(&mut self, columns: &[&str]) -> &mut Self {
        self.keep.extend(columns.iter().map(|column| (*column).to_owned()));
        self
    }

    /// What counts where a stated fact contradicts what the related subjects give.
    pub fn on_contradiction(&mut self, choice: Contradictions) -> &mut Self {
        self.contradictions = choice;
        self
    }

    /// How many threads rate; 0, the default, for as many as the machine runs at once. The result is the same.
    pub fn threads(&mut self, threads: usize) -> &mut Self {
        self.threads = threads;
        self
    }

    /// The stages in which the cohort is rated, without rating it.
    ///
    /// # Errors
    /// Where the columns of a table are not in order, or a policy does not exist.
    pub fn plan(&self) -> Result<(Vec<Stage>, Vec<CohortProblem>), CohortError> {
        let (scene, problems) = self.scene()?;
        Ok((timetable::timetable(&scene), problems))
    }

    /// Rates everybody.
    ///
    /// # Errors
    /// Where the columns of a table are not in order, or a policy does not exist: all that is wrong with them. What is wrong
    /// with rows is a problem of the result; the rest is rated.
    pub fn rate(&self) -> Result<RatedCohort, CohortError> {
        self.rate_telling(&mut |_| ControlFlow::Continue(()))
    }

    /// Rates everybody and tells, kind by kind and stage by stage, how many subjects are rated so far. Where it is answered
    /// by a break, the rest is left and the error says that it was stopped.
    ///
    /// # Errors
    /// As [`Cohort::rate`], and where it was stopped.
    pub fn rate_telling(&self, progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<RatedCohort, CohortError> {
        let (scene, mut problems) = self.scene()?;
        let decisions = decide::read(&scene, &self.decisions);
        let decided = decide::counting(&scene, &decisions);
        let levels = decide::levels(&scene, &decided, &decisions);
        let rated = run(&scene, levels, self.contradictions, threads(self.threads), progress)?;
        problems.extend(report::problems(&scene, &rated));
        let findings = decide::check(&scene, &rated, &decisions, &decided);
        let contradictions = self.contradictions;
        Ok(RatedCohort { scene: Arc::new(scene), rated, problems, decisions, decided, findings, contradictions })
    }

    fn scene(&self) -> Result<(Scene, Vec<CohortProblem>), CohortError> {
        let mut problems = Vec::new();
        let mut faults = CohortError::default();
        let batches = self.batches(&mut faults)?;
        let names: Vec<&str> = batches.iter().map(|(kind, _)| kind.as_str()).collect();
        let mut ids = Ids::default();
        let (mut kinds, mut kind_of) = (Vec::new(), Vec::new());
        for (place, (name, batch)) in batches.iter().enumerate() {
            let first = ids.names.len() as u32;
            ids.add(name, batch, &mut problems);
            kind_of.resize(ids.names.len(), u16::try_from(place).unwrap_or(u16::MAX));
            let rules = match self.rulebook(name) {
                Ok(rulebook) => self.rules(name, batch, first, &names, rulebook, &mut faults, &mut problems),
                Err(refusal) => {
                    problems.push(self.refused(name, batch, &refusal));
                    None
                }
            };
            let batch = rules.as_ref().map_or(batch, |(_, batch)| batch).clone();
            kinds.push(Kind { name: name.clone(), rules: rules.map(|(rules, _)| rules), batch, first });
        }
        self.check_policies(&kinds, &mut faults);
        self.check_rates(&kinds, &mut problems);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut relations = Relations::default();
        for (place, kind) in (0_u32..).zip(&kinds) {
            relations.read_columns((&kind.name, place), (&kind.batch, kind.first), &ids, &mut problems);
        }
        for batch in &self.decisions {
            tables::near_columns("decisions", batch, &decide::COLUMNS, &mut problems);
        }
        for (number, batch) in (kinds.len() as u32..).zip(&self.relations) {
            tables::near_columns("relations", batch, &["subject", "relation", "object"], &mut problems);
            relations.read_table(number, batch, &ids, &mut problems);
        }
        let (edges, doubtful) = relations.sound(&names, &ids, &mut problems);
        let (objects, subjects) = arrows(&edges, ids.names.len());
        let mut groups = Vec::new();
        for (kind, found) in kinds.iter_mut().enumerate() {
            let quotas = found.rules.as_mut().map(|rules| rules.quotas.as_mut_slice()).unwrap_or_default();
            for (quota, held) in quotas.iter_mut().enumerate() {
                for (partition, split) in held.partitions.iter_mut().enumerate() {
                    split.first_group = groups.len();
                    groups.extend((0..split.groups.len()).map(|group| (kind, quota, partition, group)));
                }
            }
        }
        let order = Order::new(&kinds, &kind_of, (&objects, &subjects), &groups, &ids, &mut problems);
        let period_end = self.period_end;
        let scene = Scene { kinds, ids, kind_of, objects, subjects, doubtful, groups, order, period_end };
        Ok((scene, problems))
    }

    /// The table of each kind, in the order in which the kinds came.
    fn batches(&self, faults: &mut CohortError) -> Result<Vec<(String, RecordBatch)>, CohortError> {
        let mut batches: Vec<(String, Vec<&RecordBatch>)> = Vec::new();
        for (kind, batch) in &self.tables {
            match batches.iter_mut().find(|(known, _)| known == kind) {
                Some((_, list)) => list.push(batch),
                None => batches.push((kind.clone(), vec![batch])),
            }
        }
        let mut whole = Vec::new();
        for (kind, list) in batches {
            match list.as_slice() {
                [only] => whole.push((kind, (*only).clone())),
                [first, ..] => match join::joined(first, &list) {
                    Ok(batch) => whole.push((kind, batch)),
                    Err(error) => faults.arrow.push((kind, error)),
                },
                [] => {}
            }
        }
        for (kind, records) in &self.records {
            if whole.iter().any(|(known, _)| known == kind) {
                faults.arrow.push((kind.clone(), wanted(Message::CohortTableOrRecords, &[]).into()));
            } else {
                whole.push((kind.clone(), tables::of_records(records)));
            }
        }
        if faults.is_empty() { Ok(whole) } else { Err(std::mem::take(faults)) }
    }

    fn rulebook(&self, kind: &str) -> Result<Rulebook, NotInForce> {
        match self.rulebooks.iter().find(|(known, _)| known == kind) {
            Some((_, rulebook)) => Ok(rulebook.clone()),
            None => self.library.in_force(self.day, kind, self.province.as_deref()).cloned(),
        }
    }

    /// That nobody of a kind can be rated.
    fn refused(&self, kind: &str, batch: &RecordBatch, refusal: &NotInForce) -> CohortProblem {
        let rows = batch.num_rows().to_string();
        match refusal.reason() {
            crate::library::Reason::UnknownKind { known } => {
                let expected = wanted(Message::CohortWantedKind, &[("kinds", &known.join(", "))]);
                CohortProblem::new(CohortCode::UnknownKind, kind, expected, kind)
            }
            _ => {
                let expected = wanted(Message::CohortWantedRulebook, &[("day", &format_date(self.day))]);
                CohortProblem::new(CohortCode::NoRulebook, kind, expected, rows)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "everything that a kind is rated by")]
    fn rules(
        &self,
        name: &str,
        batch: &RecordBatch,
        first: u32,
        names: &[&str],
        rulebook: Rulebook,
        faults: &mut CohortError,
        problems: &mut Vec<CohortProblem>,
    ) -> Option<(scene::Rules, RecordBatch)> {
        let Ok(place) = rulebook.find_plan(name) else {
            let known: Vec<&str> = rulebook.subjects().map(|subject| subject.kind.as_str()).collect();
            let expected = wanted(Message::CohortWantedKind, &[("kinds", &known.join(", "))]);
            problems.push(CohortProblem::new(CohortCode::UnknownKind, name, expected, name));
            return None;
        };
        let known = |policy: &str| rulebook.document().policies.iter().any(|known| known.name == policy);
        let chosen = self.policies.iter().filter(|(policy, _)| known(policy));
        let policies = match rulebook.policies(chosen.map(|(name, option)| (name.as_str(), option.as_str()))) {
            Ok(policies) => policies,
            Err(error) => {
                faults.policies.push(error);
                return None;
            }
        };
        let subject = rulebook.document().subjects.get(place)?;
        let batch = with_period_end(batch, rulebook.plan(place)?, self.period_end);
        let mut keep = own_columns(subject, &self.groupings);
        keep.extend(self.keep.iter().cloned());
        let records = self.records.iter().find(|(known, _)| known == name);
        let keep = (keep.as_slice(), records.is_some());
        match Rater::new(&rulebook, name, batch.schema_ref(), policies.clone(), keep, report::UNNAMED) {
            Ok(rater) => {
                let rated = (rulebook, place, policies, rater);
                let rules = Kind::rules(name, &batch, first, names, rated, &self.groupings, &self.rates, problems);
                let mut rules = rules?;
                if let Some((_, records)) = records {
                    rules.records = records.iter().map(|record| record.facts.clone()).collect();
                }
                Some((rules, batch))
            }
            Err(error) => {
                faults.tables.push((name.to_owned(), error));
                None
            }
        }
    }

    /// A policy must exist in one of the rulebooks at least.
    fn check_policies(&self, kinds: &[Kind], faults: &mut CohortError) {
        let rulebooks = || kinds.iter().filter_map(|kind| kind.rules.as_ref()).map(|rules| &rules.rulebook);
        for (name, _) in &self.policies {
            let known = |rulebook: &Rulebook| rulebook.document().policies.iter().any(|policy| policy.name == *name);
            if rulebooks().any(known) || rulebooks().next().is_none() {
                continue;
            }
            let mut expected: Vec<String> = rulebooks()
                .flat_map(|rulebook| rulebook.document().policies.iter().map(|policy| policy.name.clone()))
                .collect();
            expected.sort();
            expected.dedup();
            faults.policies.push(PolicyError { name: name.clone(), expected, found: name.clone() });
        }
    }

    /// A rate must be that of a quota of some kind.
    fn check_rates(&self, kinds: &[Kind], problems: &mut Vec<CohortProblem>) {
        let quotas = || kinds.iter().filter_map(|kind| kind.rules.as_ref()).flat_map(|rules| &rules.quotas);
        for rate in &self.rates {
            if !quotas().any(|quota| quota.quota.id == rate.quota) {
                let known: Vec<&str> = quotas().map(|quota| quota.quota.id.as_str()).collect();
                let expected = wanted(Message::CohortWantedKind, &[("kinds", &known.join(", "))]);
                let problem = CohortProblem::new(CohortCode::BadRate, "rates", expected, rate.quota.clone());
                problems.push(problem.column("quota").subjects([rate.group.clone()]));
            }
        }
    }
}

/// A subject that is added without a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// What is known of it.
    pub facts: Vec<(String, Value<'static>)>,
    /// What else its row says: relations, groupings, the unit, each with the name of its column.
    pub columns: Vec<(String, String)>,
}

/// A cohort as it was rated.
#[derive(Debug)]
pub struct RatedCohort {
    scene: Arc<Scene>,
    rated: Rated,
    problems: Vec<CohortProblem>,
    decisions: Vec<decide::Decision>,
    /// For each subject the decision that counts, by its place.
    decided: Vec<Option<u32>>,
    findings: Vec<DecisionFinding>,
    contradictions: Contradictions,
}

impl RatedCohort {
    /// Everything that is wrong with the tables, relations and groups.
    pub fn problems(&self) -> &[CohortProblem] {
        &self.problems
    }

    /// What the check of the decisions found, each with the rule that it rests on.
    pub fn findings(&self) -> &[DecisionFinding] {
        &self.findings
    }

    /// The kinds of subject, in the order in which they came.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.scene.kinds.iter().map(|kind| kind.name.as_str())
    }

    /// The stages in which it was rated.
    pub fn stages(&self) -> Vec<Stage> {
        timetable::timetable(&self.scene)
    }

    /// How a subject came out, after the quotas.
    pub fn outcome(&self, id: &str) -> Option<crate::Outcome> {
        Some(self.rated.state.held(self.scene.ids.find(id)?).outcome)
    }
}

/// Why a cohort was not rated at all.
#[derive(Debug, Default)]
pub struct CohortError {
    /// For each kind what is wrong with the columns of its table.
    pub tables: Vec<(String, TableError)>,
    /// Policies or options that no rulebook has.
    pub policies: Vec<PolicyError>,
    /// Tables that could not be read or put together, each with its kind and why.
    pub arrow: Vec<(String, Words)>,
    /// Whether whoever was told of the progress stopped it.
    pub stopped: bool,
}

impl CohortError {
    fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.policies.is_empty() && self.arrow.is_empty()
    }

    /// Every fault in words, each on a line of its own.
    pub fn explain(&self, language: Language) -> String {
        let tables = self.tables.iter().flat_map(|(kind, error)| {
            error.faults.iter().map(move |fault| format!("{kind}: {}", fault.words(language)))
        });
        let policies = self.policies.iter().map(|error| error.words(language));
        let arrow = self.arrow.iter().map(|(kind, error)| format!("{kind}: {}", error.get(language)));
        let stopped = self.stopped.then(|| fill(Message::CallCancelled, language, &[]));
        tables.chain(policies).chain(arrow).chain(stopped).collect::<Vec<_>>().join("\n")
    }
}

impl From<ArrowError> for CohortError {
    fn from(error: ArrowError) -> Self {
        Self { arrow: vec![(String::new(), join::foreign(&error))], ..Self::default() }
    }
}

impl fmt::Display for CohortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.explain(Language::English))
    }
}

impl std::error::Error for CohortError {}
