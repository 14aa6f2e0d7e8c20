//! A cohort as JSON, in and out: for faces whose languages have no tables of Arrow at hand, and so that every face gives
//! the same bytes.

use std::fmt;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Change, Changed, Cohort, CohortProblem, Contradictions, DecisionFinding, GroupRate, QuotaLine, RatedCohort,
    Record, Stage,
};
use crate::Outcome;
use crate::case::Value;
use crate::case_json::from_token;
use crate::catalogue::{Language, Message, fill};
use crate::date::parse_date;
use crate::document::{Relation, Words};
use crate::entries::Entries;
use crate::fault::{Wanted, wanted};
use crate::library::Library;

/// Why a request in JSON was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRequest {
    /// The place in the request, such as `period_end`; empty for the whole.
    pub place: String,
    /// What was expected there.
    pub expected: Words,
    /// What was found.
    pub found: String,
}

impl BadRequest {
    fn new(place: &str, expected: impl Into<Wanted>, found: impl Into<String>) -> Self {
        Self { place: place.to_owned(), expected: expected.into().into(), found: found.into() }
    }

    /// That nobody has an id.
    pub(super) fn nobody(id: &str) -> Self {
        Self::new(id, Message::CohortWantedSomebody, format!("`{id}`"))
    }

    /// What is wrong as one sentence: the place, what was expected and what was found.
    pub fn words(&self, language: Language) -> String {
        let place = if self.place.is_empty() { "request" } else { &self.place };
        let values = [("name", place), ("expected", self.expected.get(language)), ("found", &self.found)];
        fill(Message::CallLine, language, &values)
    }
}

impl fmt::Display for BadRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words(Language::English))
    }
}

impl std::error::Error for BadRequest {}

/// The facts of a subject, each with the text of its value.
type Facts<'r> = Entries<&'r RawValue>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'r> {
    period_end: String,
    on: Option<String>,
    province: Option<String>,
    #[serde(default)]
    policies: Entries<String>,
    #[serde(default)]
    groups: Entries<Vec<String>>,
    #[serde(default)]
    rates: Vec<RateRow>,
    #[serde(default)]
    keep: Vec<String>,
    contradictions: Option<String>,
    #[serde(default)]
    threads: usize,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default, borrow)]
    subjects: Entries<Vec<Facts<'r>>>,
    #[serde(default, borrow)]
    relations: Vec<Facts<'r>>,
    #[serde(default, borrow)]
    decisions: Vec<Facts<'r>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRow {
    quota: String,
    #[serde(default)]
    grouping: String,
    group: String,
    rate: String,
    #[serde(default)]
    decision: String,
}

fn day(place: &str, text: &str) -> Result<i64, BadRequest> {
    parse_date(text).ok_or_else(|| BadRequest::new(place, Message::WantedDay, format!("`{text}`")))
}

fn read<'r, T: Deserialize<'r>>(text: &'r str) -> Result<T, BadRequest> {
    // Said in our words; deeper down the reader refuses a list in the place of an object in its own.
    if text.trim_start().starts_with('[') {
        return Err(BadRequest::new("", Message::RequestWanted, "[…]"));
    }
    crate::strict::from_str(text).map_err(|error| BadRequest::new("", Message::RequestWanted, error.to_string()))
}

/// A value as the text of a cell; nothing for null.
fn cell(value: &RawValue) -> Option<String> {
    match from_token(value.get()) {
        Value::Missing => None,
        Value::Text(text) | Value::Number(text) => Some(text.into_owned()),
        _ => Some(value.get().to_owned()),
    }
}

/// Objects as a table of texts.
fn table(rows: &[Facts<'_>]) -> RecordBatch {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.0) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let column = |name: &&str| -> ArrayRef {
        let of = |row: &Facts<'_>| row.0.iter().find(|(known, _)| known == name).and_then(|(_, value)| cell(value));
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable(names.iter().map(|name| (*name, column(name), true)))
        .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty())))
}

/// A subject; what is a relation, or named in `columns`, is no fact.
fn record(row: Facts<'_>, columns: &[String]) -> Record {
    let mut made = Record::default();
    for (name, value) in row.0 {
        if name == super::tables::ID {
            made.id = cell(value).unwrap_or_default();
        } else if columns.contains(&name) || Relation::ALL.iter().any(|relation| relation.code() == name) {
            made.columns.extend(cell(value).map(|text| (name, text)));
        } else {
            made.facts.push((name, from_token(value.get()).into_owned()));
        }
    }
    made
}

impl Cohort {
    /// A cohort from JSON: an object with `period_end` (a day), and as far as they are wanted `on`, `province`, `policies`
    /// (names to options), `groups` (names of groupings to lists of columns), `rates`, `keep`, `contradictions`, `threads`,
    /// `subjects` (kinds to lists of subjects: `id`, facts and relations), `columns` (what of a subject is no fact, such as
    /// a group), `relations` and `decisions` (lists of objects with the names of the columns of the tables).
    ///
    /// ```
    /// use xeploai::{Library, cohort::Cohort};
    /// let request = r#"{"period_end": "2025-12-31", "columns": ["position_group"], "subjects": {"member": [
    ///     {"id": "DV1", "position_group": "A", "exempt_from_activities": true}]}}"#;
    /// let rated = Cohort::from_json(Library::builtin()?, request).unwrap().rate()?;
    /// assert!(rated.to_json().contains(r#""outcome":"not_reviewed""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where the text is no such object. What is wrong with subjects and relations is told when the cohort is rated.
    pub fn from_json(library: Library, request: &str) -> Result<Self, BadRequest> {
        let request: Request<'_> = read(request)?;
        let twice = [request.policies.twice(), request.groups.twice(), request.subjects.twice()];
        if let Some(name) = twice.into_iter().flatten().next() {
            return Err(BadRequest::new(name, Message::RequestWantedOnce, format!("`{name}`")));
        }
        let mut cohort = Self::new(library, day("period_end", &request.period_end)?);
        if let Some(on) = &request.on {
            cohort.rated_on(day("on", on)?);
        }
        if let Some(province) = &request.province {
            cohort.in_province(province);
        }
        for (name, option) in &request.policies.0 {
            cohort.policy(name, option);
        }
        for (name, columns) in &request.groups.0 {
            cohort.grouping(name, &columns.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for RateRow { quota, grouping, group, rate, decision } in request.rates {
            cohort.rate_of_group(GroupRate { quota, grouping, group, rate, decision });
        }
        cohort.keep(&request.keep.iter().map(String::as_str).collect::<Vec<_>>());
        if let Some(code) = &request.contradictions {
            let known = Contradictions::ALL.map(Contradictions::code).join("`, `");
            let expected = || wanted(Message::CohortWantedRelation, &[("relations", &format!("`{known}`"))]);
            let choice = Contradictions::ALL.into_iter().find(|choice| choice.code() == code);
            let unknown = || BadRequest::new("contradictions", expected(), format!("`{code}`"));
            cohort.on_contradiction(choice.ok_or_else(unknown)?);
        }
        cohort.threads(request.threads);
        for (kind, rows) in request.subjects.0 {
            cohort.add_records(&kind, rows.into_iter().map(|row| record(row, &request.columns)));
        }
        if !request.relations.is_empty() {
            cohort.relate(table(&request.relations));
        }
        if !request.decisions.is_empty() {
            cohort.decide(table(&request.decisions));
        }
        Ok(cohort)
    }

    /// The stages in which it would be rated and what is wrong with it, as JSON: `stages`, `problems`.
    ///
    /// # Errors
    /// As [`Cohort::plan`].
    pub fn plan_json(&self) -> Result<String, super::CohortError> {
        let (stages, problems) = self.plan()?;
        let plan =
            PlanText { stages: stages.iter().map(stage).collect(), problems: problems.iter().map(problem).collect() };
        Ok(serde_json::to_string(&plan).unwrap_or_default())
    }
}

#[derive(Serialize)]
struct PlanText<'c> {
    stages: Vec<StageText<'c>>,
    problems: Vec<ProblemText<'c>>,
}

#[derive(Serialize)]
struct Answer<'c> {
    stages: Vec<StageText<'c>>,
    quotas: Vec<QuotaText<'c>>,
    problems: Vec<ProblemText<'c>>,
    findings: Vec<FindingText<'c>>,
    subjects: Vec<SubjectText<'c>>,
}

#[derive(Serialize)]
struct StageText<'c> {
    stage: u32,
    kind: &'c str,
    subjects: u64,
    quotas: Vec<HeldText<'c>>,
    citations: &'c [String],
}

#[derive(Serialize)]
struct HeldText<'c> {
    quota: &'c str,
    grouping: &'c str,
    groups: u64,
}

#[derive(Serialize)]
struct ProblemText<'c> {
    code: &'static str,
    table: &'c str,
    rows: &'c [u64],
    column: &'c str,
    subjects: &'c [String],
    expected: &'c Words,
    found: &'c str,
    words: Words,
}

#[derive(Serialize)]
struct FindingText<'c> {
    code: &'static str,
    rows: &'c [u64],
    subjects: &'c [String],
    rule: &'c str,
    citation: &'c str,
    expected: &'c Words,
    found: &'c str,
    words: Words,
}

#[derive(Serialize)]
struct QuotaText<'c> {
    quota: &'c str,
    citation: &'c str,
    kind: &'c str,
    level: &'c str,
    grouping: &'c str,
    group: &'c str,
    members: u64,
    rate: Option<&'c str>,
    decision: &'c str,
    candidates: (u64, u64),
    base: (u64, u64),
    most: (u64, u64),
    over: (u64, u64),
    open: &'c [String],
    ranking: &'c [(String, u64, u64)],
    decided: (u64, u64),
}

#[derive(Serialize)]
struct StandingText<'c> {
    outcome: &'static str,
    at_least: Option<&'c str>,
    at_most: Option<&'c str>,
}

#[derive(Serialize)]
struct SubjectText<'c> {
    id: &'c str,
    kind: &'c str,
    stage: u32,
    /// Before the quotas.
    own: StandingText<'c>,
    outcome: &'static str,
    at_least: Option<&'c str>,
    at_most: Option<&'c str>,
    /// The level in the end, as decided or as rated.
    level: Option<&'c str>,
    decided_level: Option<&'c str>,
    open: Option<String>,
}

#[derive(Serialize)]
struct ChangedText<'c> {
    id: &'c str,
    kind: &'c str,
    before: StandingText<'c>,
    after: StandingText<'c>,
    through: &'c [String],
}

fn both(say: impl Fn(Language) -> String) -> Words {
    Words { vi: say(Language::Vietnamese), en: say(Language::English) }
}

fn stage(found: &Stage) -> StageText<'_> {
    StageText {
        stage: found.number,
        kind: &found.kind,
        subjects: found.subjects,
        quotas: found
            .quotas
            .iter()
            .map(|(quota, grouping, groups)| HeldText { quota, grouping, groups: *groups })
            .collect(),
        citations: &found.citations,
    }
}

fn problem(found: &CohortProblem) -> ProblemText<'_> {
    ProblemText {
        code: found.code.name(),
        table: &found.table,
        rows: &found.rows,
        column: &found.column,
        subjects: &found.subjects,
        expected: &found.expected,
        found: &found.found,
        words: both(|language| found.words(language)),
    }
}

fn finding(found: &DecisionFinding) -> FindingText<'_> {
    FindingText {
        code: found.code.name(),
        rows: &found.rows,
        subjects: &found.subjects,
        rule: &found.rule,
        citation: &found.citation,
        expected: &found.expected,
        found: &found.found,
        words: both(|language| found.words(language)),
    }
}

fn quota(found: &QuotaLine) -> QuotaText<'_> {
    QuotaText {
        quota: &found.quota,
        citation: &found.citation,
        kind: &found.kind,
        level: &found.level,
        grouping: &found.grouping,
        group: &found.group,
        members: found.members,
        rate: found.rate.as_deref(),
        decision: &found.decision,
        candidates: found.candidates,
        base: found.base,
        most: found.most,
        over: found.over,
        open: &found.open,
        ranking: &found.ranking,
        decided: found.decided,
    }
}

fn standing((outcome, low, high): &(Outcome, Option<String>, Option<String>)) -> StandingText<'_> {
    StandingText { outcome: outcome.code(), at_least: low.as_deref(), at_most: high.as_deref() }
}

impl RatedCohort {
    /// Everything that came out, as JSON, the same bytes from every face: `stages`, `quotas`, `problems`, `findings` (on
    /// decisions) and `subjects`, kind by kind in the order of their rows.
    pub fn to_json(&self) -> String {
        let (stages, quotas) = (self.stages(), self.quotas());
        let answer = Answer {
            stages: stages.iter().map(stage).collect(),
            quotas: quotas.iter().map(quota).collect(),
            problems: self.problems().iter().map(problem).collect(),
            findings: self.findings().iter().map(finding).collect(),
            subjects: (0..self.scene.len() as u32).map(|subject| self.subject(subject)).collect(),
        };
        serde_json::to_string(&answer).unwrap_or_default()
    }

    fn subject(&self, subject: u32) -> SubjectText<'_> {
        let kind = self.scene.kind(subject);
        let rules = kind.and_then(|kind| kind.rules.as_ref());
        let levels = rules.map(|rules| rules.rulebook.document().levels.as_slice()).unwrap_or_default();
        let code = |rank: u8| levels.get(usize::from(rank)).map(|level| level.code.as_str());
        let shown = |cell: super::state::Cell| match (rules, cell.leveled) {
            (Some(_), true) => (cell.outcome.code(), code(cell.low), code(cell.high)),
            (Some(_), false) => (cell.outcome.code(), None, None),
            // Nobody of a kind without a rulebook is rated.
            (None, _) => (Outcome::Undetermined.code(), None, None),
        };
        let (own, held) = (shown(self.rated.state.own(subject)), shown(self.rated.state.held(subject)));
        let level = match self.final_levels(subject) {
            Some((low, high)) if low == high && self.is_final(subject) => code(low),
            _ => None,
        };
        SubjectText {
            id: self.scene.ids.name(subject),
            kind: kind.map_or("", |kind| kind.name.as_str()),
            stage: self.scene.order.stage(subject),
            own: StandingText { outcome: own.0, at_least: own.1, at_most: own.2 },
            outcome: held.0,
            at_least: held.1,
            at_most: held.2,
            level,
            decided_level: self.rated.state.decision(subject).and_then(code),
            open: rules.and_then(|rules| self.open_text(rules, subject)),
        }
    }

    /// Who would come out otherwise if facts were others, as [`RatedCohort::what_if`] tells it, JSON in and out: an object of
    /// ids to objects of facts, and a list of those changed.
    ///
    /// # Errors
    /// Where the text is no such object, or an id is nobody's.
    pub fn what_if_json(&self, changes: &str) -> Result<String, BadRequest> {
        let request: Entries<Facts<'_>> = read(changes)?;
        let change = |(id, facts): (String, Facts<'_>)| {
            let facts = facts.0.into_iter().map(|(name, value)| (name, from_token(value.get()).into_owned()));
            Change { id, facts: facts.collect() }
        };
        let changes: Vec<Change> = request.0.into_iter().map(change).collect();
        self.check_changes(&changes)?;
        let found = self.what_if(&changes).map_err(|id| BadRequest::nobody(&id))?;
        let texts: Vec<ChangedText<'_>> = found.iter().map(changed).collect();
        Ok(serde_json::to_string(&texts).unwrap_or_default())
    }
}

fn changed(found: &Changed) -> ChangedText<'_> {
    ChangedText {
        id: &found.id,
        kind: &found.kind,
        before: standing(&found.before),
        after: standing(&found.after),
        through: &found.through,
    }
}
