//! What the authority decided: read, checked against what was proposed, and kept beside it.

use std::collections::HashMap;

use arrow_array::RecordBatch;

use super::allowance::Terms;
use super::problem::named;
use super::run::Rated;
use super::scene::{Rules, Scene};
use super::tables::{column, text_at};
use crate::batch::value_at;
use crate::case::Value;
use crate::catalogue::{Language, Message, fill};
use crate::date::{format_date, parse_date, year_of};
use crate::document::{Citation, DecisionRules, Words};
use crate::fault::{Wanted, codes, wanted};
use crate::number::Fraction;
use crate::rulebook::Rulebook;

codes! {
    /// The sorts of finding on a decision.
    DecisionCode {
        /// Nobody has the id, or nothing was proposed for the subject.
        NoProposal = "no_proposal",
        /// A level that the rulebook does not have.
        UnknownLevel = "unknown_level",
        /// A level outside of what was proposed.
        Outside = "outside",
        /// More of a group were decided at a level than its quota allows.
        OverQuota = "over_quota",
        /// Decided before somebody who goes first.
        OutOfOrder = "out_of_order",
        /// Fewer votes than the level needs.
        NoMajority = "no_majority",
        /// More votes than are entitled, or a number of votes that is none.
        Votes = "votes",
        /// Not before the day that the text sets.
        Late = "late",
        /// Somebody decided on their own rating.
        OwnRating = "own_rating",
        /// Two decisions on one subject, neither of which replaces the other: neither counts.
        TwoDecisions = "two_decisions",
        /// A decision that replaces one that there is not, or a later one.
        Replaces = "replaces",
        /// A day that does not exist.
        NoSuchDay = "no_such_day",
    }
}

/// Something found on decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFinding {
    /// What sort of finding it is; stable.
    pub code: DecisionCode,
    /// The rows of the decisions, counted from 1 without the titles.
    pub rows: Vec<u64>,
    /// The ids of whom it concerns.
    pub subjects: Vec<String>,
    /// The id of the rule that it rests on; empty where it rests on the proposal alone.
    pub rule: String,
    /// The place of the text; empty where there is none.
    pub citation: String,
    /// What was expected.
    pub expected: Words,
    /// What was found, the same in every language; `-` where nothing is.
    pub found: String,
}

impl DecisionFinding {
    fn new(code: DecisionCode, decision: &Decision, expected: impl Into<Wanted>, found: impl Into<String>) -> Self {
        Self {
            code,
            rows: vec![decision.row.saturating_add(1)],
            subjects: vec![decision.name.clone()],
            rule: String::new(),
            citation: String::new(),
            expected: expected.into().into(),
            found: found.into(),
        }
    }

    fn by(mut self, rulebook: &Rulebook, rule: &str, citation: &Citation) -> Self {
        rule.clone_into(&mut self.rule);
        self.citation = cited(rulebook, citation);
        self
    }

    /// The finding as one sentence: its place, its sort, what was expected and found, and the place of the text.
    pub fn words(&self, language: Language) -> String {
        let rows = named(self.rows.iter().map(u64::to_string));
        let mut place = format!("decisions{}", fill(Message::CohortRows, language, &[("rows", &rows)]));
        let ids = named(self.subjects.iter().cloned());
        place.push_str(&fill(Message::CohortSubjects, language, &[("ids", &ids)]));
        let sort = Message::from_key(&format!("decision.code.{}", self.code.name()));
        let values = [
            ("place", place.as_str()),
            ("sort", sort.map_or(self.code.name(), |sort| sort.template(language))),
            ("expected", self.expected.get(language)),
            ("found", &self.found),
        ];
        let mut text = fill(Message::FaultLine, language, &values);
        if !self.citation.is_empty() {
            text.push_str(&format!(" [{}]", self.citation));
        }
        text
    }
}

/// A citation with the number of its text.
pub(crate) fn cited(rulebook: &Rulebook, citation: &Citation) -> String {
    let number = rulebook.instruments().iter().find(|known| known.id == citation.instrument);
    format!("{} {}", number.map_or("", |known| &known.number), citation.place)
}

/// The columns of a table of decisions.
pub(crate) const COLUMNS: [&str; 10] =
    ["subject", "level", "number", "date", "body", "decided_by", "reason", "votes_for", "votes_entitled", "replaces"];

/// A row of the decisions.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) row: u64,
    /// The id as it stands there.
    pub(crate) name: String,
    pub(crate) subject: Option<u32>,
    /// The code of the level as it stands there.
    pub(crate) level: String,
    pub(crate) number: String,
    pub(crate) date: Option<i64>,
    pub(crate) body: String,
    pub(crate) decided_by: String,
    pub(crate) reason: String,
    pub(crate) votes: (Option<i64>, Option<i64>),
    pub(crate) replaces: String,
    /// The text of a day that does not exist.
    bad_day: Option<String>,
}

/// Reads the decisions.
pub(crate) fn read(scene: &Scene, tables: &[RecordBatch]) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for batch in tables {
        let text = |name: &str, row: usize| {
            column(batch, name).and_then(|column| text_at(column.as_ref(), row)).unwrap_or_default().into_owned()
        };
        // What is no whole number is a number of votes that cannot be.
        let number =
            |name: &str, row: usize| match column(batch, name).map(|column| value_at(column.as_ref(), row))? {
                Value::Missing => None,
                Value::Integer(votes) => Some(votes),
                Value::Float(votes) if votes.is_nan() => None,
                Value::Float(votes) => Some(format!("{votes}").parse::<i64>().unwrap_or(-1)),
                _ => match text(name, row) {
                    text if text.is_empty() => None,
                    text => Some(text.parse::<i64>().unwrap_or(-1)),
                },
            };
        for row in 0..batch.num_rows() {
            let (mut date, mut bad_day) = (None, None);
            if let Some(column) = column(batch, "date") {
                match value_at(column.as_ref(), row) {
                    Value::Missing => {}
                    Value::Date(day) => date = Some(day),
                    Value::Text(text) if text.trim().is_empty() => {}
                    Value::Text(text) => {
                        date = parse_date(text.trim());
                        bad_day = date.is_none().then(|| text.into_owned());
                    }
                    _ => bad_day = Some("-".to_owned()),
                }
            }
            let name = text("subject", row);
            decisions.push(Decision {
                row: decisions.len() as u64,
                subject: scene.ids.find(&name),
                name,
                level: text("level", row),
                number: text("number", row),
                date,
                body: text("body", row),
                decided_by: text("decided_by", row),
                reason: text("reason", row),
                votes: (number("votes_for", row), number("votes_entitled", row)),
                replaces: text("replaces", row),
                bad_day,
            });
        }
    }
    decisions
}

/// The decisions on each subject that no other one replaces.
fn standing(decisions: &[Decision]) -> HashMap<u32, Vec<u32>> {
    let mut by_subject: HashMap<u32, Vec<u32>> = HashMap::new();
    for (place, decision) in (0_u32..).zip(decisions) {
        if let Some(subject) = decision.subject {
            by_subject.entry(subject).or_default().push(place);
        }
    }
    for places in by_subject.values_mut() {
        let all: Vec<&Decision> = places.iter().filter_map(|place| decisions.get(*place as usize)).collect();
        // A number that was given twice does not make a decision replace itself.
        let replaced = |decision: &Decision| {
            let by = |other: &&Decision| other.row != decision.row && other.replaces == decision.number;
            !decision.number.is_empty() && all.iter().any(by)
        };
        let standing: Vec<u32> = places
            .iter()
            .copied()
            .filter(|place| decisions.get(*place as usize).is_some_and(|decision| !replaced(decision)))
            .collect();
        // Where each is replaced by another one, none is.
        if !standing.is_empty() {
            *places = standing;
        }
    }
    by_subject
}

/// For each subject the decision that counts; none where two stand beside each other.
pub(crate) fn counting(scene: &Scene, decisions: &[Decision]) -> Vec<Option<u32>> {
    let mut counting = vec![None; scene.len()];
    for (subject, places) in standing(decisions) {
        if let ([only], Some(slot)) = (places.as_slice(), counting.get_mut(subject as usize)) {
            *slot = Some(*only);
        }
    }
    counting
}

fn rank(rules: &Rules, code: &str) -> Option<u8> {
    let place = rules.rulebook.document().levels.iter().position(|level| level.code == code)?;
    u8::try_from(place).ok()
}

/// The levels that count, by subject.
pub(crate) fn levels(scene: &Scene, counting: &[Option<u32>], decisions: &[Decision]) -> Vec<Option<u8>> {
    let level = |(subject, place): (u32, &Option<u32>)| {
        let rules = scene.kind(subject)?.rules.as_ref()?;
        rank(rules, &decisions.get((*place)? as usize)?.level)
    };
    (0_u32..).zip(counting).map(level).collect()
}

/// Checks every decision against the proposal and the rules.
pub(crate) fn check(
    scene: &Scene,
    rated: &Rated,
    decisions: &[Decision],
    counting: &[Option<u32>],
) -> Vec<DecisionFinding> {
    let mut findings = Vec::new();
    let standing = standing(decisions);
    for (place, decision) in (0_u32..).zip(decisions) {
        if let Some(text) = &decision.bad_day {
            findings.push(DecisionFinding::new(
                DecisionCode::NoSuchDay,
                decision,
                Message::ExpectedDate,
                text.clone(),
            ));
        }
        let rules = decision.subject.and_then(|subject| scene.kind(subject)?.rules.as_ref());
        let (Some(subject), Some(rules)) = (decision.subject, rules) else {
            let found = if decision.name.is_empty() { "-" } else { &decision.name };
            findings.push(DecisionFinding::new(
                DecisionCode::NoProposal,
                decision,
                Message::CohortWantedSomebody,
                found,
            ));
            continue;
        };
        if standing.get(&subject).is_some_and(|places| places.len() > 1 && places.contains(&place)) {
            let found = decision.number.clone();
            findings.push(DecisionFinding::new(
                DecisionCode::TwoDecisions,
                decision,
                Message::DecisionWantedReplaces,
                found,
            ));
        }
        findings.extend(replaced(decision, subject, decisions));
        level(rated, rules, subject, decision, &mut findings);
        votes(rules, decision, &mut findings);
        let none = DecisionRules::default();
        let stated = rules.subject().and_then(|subject| subject.decisions.as_ref()).unwrap_or(&none);
        deadlines(scene, rules, stated, decision, &mut findings);
        own_rating(scene, rules, stated, subject, decision, &mut findings);
    }
    findings.extend(order(scene, rated, decisions, counting));
    findings.extend(quotas(scene, rated, decisions, counting));
    findings
}

fn replaced(decision: &Decision, subject: u32, decisions: &[Decision]) -> Option<DecisionFinding> {
    if decision.replaces.is_empty() {
        return None;
    }
    let earlier = decisions.iter().find(|other| {
        other.subject == Some(subject) && other.number == decision.replaces && other.row != decision.row
    });
    let sound = earlier
        .is_some_and(|earlier| earlier.date.zip(decision.date).is_none_or(|(earlier, later)| earlier <= later));
    let found = || match earlier.and_then(|earlier| earlier.date) {
        Some(date) => format!("{} ({})", decision.replaces, format_date(date)),
        None => decision.replaces.clone(),
    };
    (!sound).then(|| DecisionFinding::new(DecisionCode::Replaces, decision, Message::DecisionWantedEarlier, found()))
}

/// The level: it exists, something was proposed, and it lies within that.
fn level(rated: &Rated, rules: &Rules, subject: u32, decision: &Decision, findings: &mut Vec<DecisionFinding>) {
    let levels = &rules.rulebook.document().levels;
    let code = |rank: u8| levels.get(usize::from(rank)).map_or("", |level| level.code.as_str());
    let cell = rated.state.held(subject);
    let Some(rank) = rank(rules, &decision.level) else {
        let codes = levels.iter().map(|level| level.code.as_str()).collect::<Vec<_>>().join(", ");
        let expected = wanted(Message::CohortWantedKind, &[("kinds", &codes)]);
        let found = if decision.level.is_empty() { "-" } else { &decision.level };
        findings.push(DecisionFinding::new(DecisionCode::UnknownLevel, decision, expected, found));
        return;
    };
    if !cell.leveled {
        let expected = Message::DecisionWantedProposal;
        findings.push(DecisionFinding::new(DecisionCode::NoProposal, decision, expected, cell.outcome.code()));
    } else if !(cell.low..=cell.high).contains(&rank) {
        let values = [("low", code(cell.low)), ("high", code(cell.high))];
        let expected = wanted(Message::DecisionWantedWithin, &values);
        findings.push(DecisionFinding::new(DecisionCode::Outside, decision, expected, decision.level.clone()));
    }
}

fn votes(rules: &Rules, decision: &Decision, findings: &mut Vec<DecisionFinding>) {
    let (votes_for, entitled) = decision.votes;
    let shown = |count: Option<i64>| count.map_or("-".to_owned(), |count| count.to_string());
    let found = format!("{} / {}", shown(votes_for), shown(entitled));
    let bad = votes_for.is_some_and(|votes| votes < 0)
        || entitled.is_some_and(|entitled| entitled <= 0)
        || votes_for.zip(entitled).is_some_and(|(votes, entitled)| votes > entitled);
    if bad {
        findings.push(DecisionFinding::new(DecisionCode::Votes, decision, Message::DecisionWantedVotes, found));
        return;
    }
    let stated = rules.subject().and_then(|subject| subject.decisions.as_ref());
    for majority in stated.map(|stated| stated.majorities.as_slice()).unwrap_or_default() {
        let (Some(share), true) = (Fraction::parse(&majority.share), majority.level == decision.level) else {
            continue;
        };
        let Some((votes, entitled)) = votes_for.zip(entitled) else { continue };
        let left = i128::from(votes).saturating_mul(share.denominator());
        let right = i128::from(entitled).saturating_mul(share.numerator());
        let reached = if majority.more_than { left > right } else { left >= right };
        if !reached {
            let message = if majority.more_than { Message::DecisionWantedMore } else { Message::DecisionWantedShare };
            let expected = wanted(message, &[("share", &majority.share)]);
            let finding = DecisionFinding::new(DecisionCode::NoMajority, decision, expected, found.clone());
            findings.push(finding.by(&rules.rulebook, &majority.id, &majority.citation));
        }
    }
}

fn deadlines(
    scene: &Scene,
    rules: &Rules,
    stated: &DecisionRules,
    decision: &Decision,
    findings: &mut Vec<DecisionFinding>,
) {
    let Some(date) = decision.date else { return };
    for deadline in &stated.deadlines {
        let year = year_of(scene.period_end).saturating_add(i64::from(deadline.years_later));
        let day = parse_date(&format!("{year:04}-{}", deadline.day));
        if day.is_some_and(|day| date >= day) {
            let expected = wanted(Message::DecisionWantedBefore, &[("day", &format!("{year:04}-{}", deadline.day))]);
            let finding = DecisionFinding::new(DecisionCode::Late, decision, expected, format_date(date));
            findings.push(finding.by(&rules.rulebook, &deadline.id, &deadline.citation));
        }
    }
}

/// Whether the one who decided is the subject, the same person in a post, or the collective that is rated.
fn own_rating(
    scene: &Scene,
    rules: &Rules,
    stated: &DecisionRules,
    subject: u32,
    decision: &Decision,
    findings: &mut Vec<DecisionFinding>,
) {
    let Some(decider) = scene.ids.find(&decision.decided_by) else { return };
    let post = crate::document::Relation::HoldsPost as usize;
    let posts = |of: u32| scene.objects.get(post).map(|arrows| arrows.of(of)).unwrap_or_default();
    let same = decider == subject || posts(decider).contains(&subject) || posts(subject).contains(&decider);
    if same {
        let expected = Message::DecisionWantedOther;
        let finding = DecisionFinding::new(DecisionCode::OwnRating, decision, expected, decision.decided_by.clone());
        findings.push(match stated.authority.first() {
            Some(rule) => finding.by(&rules.rulebook, &rule.id, &rule.citation),
            None => finding,
        });
    }
}

/// Whoever goes first is decided on first, where it is left to the authority at all.
fn order(scene: &Scene, rated: &Rated, decisions: &[Decision], counting: &[Option<u32>]) -> Vec<DecisionFinding> {
    let of = |subject: u32| decisions.get(counting.get(subject as usize).copied().flatten()? as usize);
    let mut findings = Vec::new();
    for earlier in 0..scene.len() as u32 {
        let first = of(earlier);
        let open = rated.state.held(earlier).outcome == crate::Outcome::AuthorityDecides;
        for later in scene.order.after.of(earlier) {
            let Some(decision) = of(*later) else { continue };
            let early = match first {
                Some(first) => first.date.zip(decision.date).is_some_and(|(first, second)| second < first),
                None => open,
            };
            if !early {
                continue;
            }
            let id = scene.ids.name(earlier);
            let expected = wanted(Message::DecisionWantedAfter, &[("id", id)]);
            let found = match (first.and_then(|first| first.date), decision.date) {
                (Some(first), Some(second)) => format!("{} < {}", format_date(second), format_date(first)),
                _ => "-".to_owned(),
            };
            let finding = DecisionFinding::new(DecisionCode::OutOfOrder, decision, expected, found);
            findings.push(match order_rule(scene, earlier, *later) {
                Some((rules, rule)) => finding.by(&rules.rulebook, &rule.id, &rule.citation),
                None => finding,
            });
        }
    }
    findings
}

/// The rule by which one is rated after the other; none where only a fact comes from it.
fn order_rule(scene: &Scene, earlier: u32, later: u32) -> Option<(&Rules, &crate::document::OrderRule)> {
    let rules = scene.kind(later)?.rules.as_ref()?;
    let first_kind = &scene.kind(earlier)?.name;
    let rule = rules.subject()?.after.iter().find(|rule| {
        let arrows = match rule.first {
            crate::document::RelationEnd::Object => &scene.objects,
            crate::document::RelationEnd::Subject => &scene.subjects,
        };
        let others = arrows.get(rule.relation as usize).map(|arrows| arrows.of(later)).unwrap_or_default();
        rule.kinds.contains(first_kind) && others.contains(&earlier)
    })?;
    Some((rules, rule))
}

/// Counts the final levels of each group in which something was decided.
fn quotas(scene: &Scene, rated: &Rated, decisions: &[Decision], counting: &[Option<u32>]) -> Vec<DecisionFinding> {
    let mut findings = Vec::new();
    for (place, at) in scene.groups.iter().enumerate() {
        let Some((rules, quota, partition, group)) = scene.group(*at) else { continue };
        let Some(held) = rated.held.get(place).and_then(Option::as_ref) else { continue };
        let terms: &Terms = &quota.terms;
        let (mut at_level, mut base) = (0_u64, 0_u64);
        let mut rows = Vec::new();
        for member in &group.members {
            let cell = rated.state.held(*member);
            let decision = counting.get(*member as usize).copied().flatten();
            let decision = decision.and_then(|place| decisions.get(place as usize));
            let decided = decision.and_then(|decision| rank(rules, &decision.level));
            let levels = decided.map(|level| (level, level)).or(Some((cell.low, cell.high)).filter(|_| cell.leveled));
            let Some((low, high)) = levels else { continue };
            if low == terms.level {
                at_level = at_level.saturating_add(1);
                rows.extend(decision.map(|decision| (decision.row.saturating_add(1), decision.name.clone())));
            }
            base = base.saturating_add(u64::from((low..=high).any(|level| terms.counts(level))));
        }
        let allowed = match terms.joins {
            true => terms.allowed(held.rate, at_level, base),
            false => held.allowance.most.1,
        };
        if at_level <= allowed || rows.is_empty() {
            continue;
        }
        let values = [("most", allowed.to_string()), ("group", format!("{} {}", partition.name, group.name))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let (rows, subjects) = rows.into_iter().unzip();
        findings.push(DecisionFinding {
            code: DecisionCode::OverQuota,
            rows,
            subjects,
            rule: quota.quota.id.clone(),
            citation: cited(&rules.rulebook, &quota.quota.citation),
            expected: wanted(Message::DecisionWantedQuota, &values).into(),
            found: at_level.to_string(),
        });
    }
    findings
}
