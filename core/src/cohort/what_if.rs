//! What would change if facts of some subjects were others: only those are rated anew whom the change reaches.

use std::collections::{BTreeSet, HashMap};

use super::RatedCohort;
use super::evaluate::{Changes, evaluate};
use super::hold::{Held, Known, hold};
use super::json::BadRequest;
use super::run::{left_by_all, score_of};
use super::scene::Scene;
use super::state::Cell;
use crate::Outcome;
use crate::case::{Case, Value};
use crate::number::Fraction;
use crate::sorted;

/// Other facts for one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// Facts with their new values; [`Value::Missing`] makes one unknown.
    pub facts: Vec<(String, Value<'static>)>,
}

/// A subject that would come out otherwise, or how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// The kind of subject.
    pub kind: String,
    /// Outcome and levels before: after the quotas.
    pub before: (Outcome, Option<String>, Option<String>),
    /// Outcome and levels after.
    pub after: (Outcome, Option<String>, Option<String>),
    /// The ids through which the change reached it, from one whose facts were changed to the one before it.
    pub through: Vec<String>,
}

pub(crate) fn changed(scene: &Scene, subject: u32, before: Cell, after: Cell, through: Vec<u32>) -> Changed {
    let kind = scene.kind(subject);
    let levels = kind.and_then(|kind| kind.rules.as_ref()).map(|rules| rules.rulebook.document().levels.as_slice());
    let levels = levels.unwrap_or_default();
    let code = |rank: u8| levels.get(usize::from(rank)).map(|level| level.code.clone());
    let shown = |cell: Cell| match cell.leveled {
        true => (cell.outcome, code(cell.low), code(cell.high)),
        false => (cell.outcome, None, None),
    };
    Changed {
        id: scene.ids.name(subject).to_owned(),
        kind: kind.map_or(String::new(), |kind| kind.name.clone()),
        before: shown(before),
        after: shown(after),
        through: through.into_iter().map(|other| scene.ids.name(other).to_owned()).collect(),
    }
}

/// What is to be done next; in the order of the stages subjects come before the groups that they complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Rate { stage: u32, subject: u32 },
    Hold { stage: u32, group: usize },
}

impl Task {
    /// Rating in a stage comes before holding what that stage completes.
    fn key(self) -> (u32, bool, usize) {
        match self {
            Self::Rate { stage, subject } => (stage, false, subject as usize),
            Self::Hold { stage, group } => (stage, true, group),
        }
    }
}

impl RatedCohort {
    /// Whether changes state what the facts of their subjects may be: a misspelt name or a value that does not fit would
    /// make its subject invalid, which is no answer to what was asked.
    ///
    /// # Errors
    /// The first fact that is none or whose value is none of it, at the place `id/fact`, or the first id that nobody has.
    pub fn check_changes(&self, changes: &[Change]) -> Result<(), BadRequest> {
        for change in changes {
            let Some(subject) = self.scene.ids.find(&change.id) else {
                return Err(BadRequest::nobody(&change.id));
            };
            let Some(kind) = self.scene.kind(subject) else { continue };
            let Some(rules) = &kind.rules else { continue };
            let Ok(mut case) = Case::new(&rules.rulebook, &kind.name) else { continue };
            for (name, value) in &change.facts {
                case.set(name, value.clone());
            }
            if let Some(problem) = case.record.problems.first().cloned() {
                let place = format!("{}/{}{}", change.id, problem.field, problem.at);
                let expected = case.rate().expected(&problem);
                return Err(BadRequest { place, expected, found: problem.found });
            }
        }
        Ok(())
    }

    /// Who would come out otherwise if facts were others, in the order in which they are rated. The cohort stays as it is.
    ///
    /// # Errors
    /// The first id that nobody has.
    pub fn what_if(&self, changes: &[Change]) -> Result<Vec<Changed>, String> {
        let scene = &*self.scene;
        let mut facts: Changes = HashMap::new();
        for change in changes {
            let subject = scene.ids.find(&change.id).ok_or_else(|| change.id.clone())?;
            let all = facts.entry(subject).or_default();
            for (name, value) in &change.facts {
                all.retain(|(known, _)| known != name);
                all.push((name.clone(), value.clone()));
            }
        }
        let mut state = self.rated.state.clone();
        let mut scores: HashMap<u32, Option<Fraction>> = HashMap::new();
        let mut held: HashMap<usize, Option<Held>> = HashMap::new();
        // Through whom a change came to each.
        let mut from: HashMap<u32, u32> = HashMap::new();
        let mut tasks: BTreeSet<(u32, bool, usize)> = BTreeSet::new();
        let rate = |subject: u32| Task::Rate { stage: scene.order.stage(subject), subject }.key();
        tasks.extend(facts.keys().map(|subject| rate(*subject)));
        // Facts of members are read by their collectives, whatever the members are rated.
        for subject in facts.keys() {
            for other in readers(scene, *subject) {
                from.entry(other).or_insert(*subject);
                tasks.insert(rate(other));
            }
        }
        let mut moved: BTreeSet<u32> = BTreeSet::new();
        while let Some((_, is_group, place)) = tasks.pop_first() {
            let mut touched = Vec::new();
            if is_group {
                let Some((rules, quota, _, group)) = scene.groups.get(place).and_then(|at| scene.group(*at)) else {
                    continue;
                };
                let score = |subject: u32| match scores.get(&subject) {
                    Some(score) => *score,
                    None => self.score(subject),
                };
                let known = Known { scores: &score, changes: &facts };
                held.insert(place, hold(scene, &state, (rules, quota, group), &known));
                touched.extend_from_slice(&group.members);
            } else {
                let subject = place as u32;
                let Some(rules) = scene.kind(subject).and_then(|kind| kind.rules.as_ref()) else { continue };
                let found = evaluate(scene, &state, rules, subject, &facts, self.contradictions);
                scores.insert(subject, found.rating.score());
                // What they are ranked by may have changed although nothing else did.
                let same = state.own(subject) == found.cell
                    && self.score(subject) == found.rating.score()
                    && !facts.contains_key(&subject);
                if let Some(slot) = state.own.get_mut(subject as usize) {
                    *slot = found.cell;
                }
                let groups: Vec<usize> = scene.groups_of(subject).collect();
                if !same {
                    for group in groups {
                        let stage = scene.order.group_stages.get(group).copied().unwrap_or(0);
                        if let Some((_, _, _, members)) = scene.groups.get(group).and_then(|at| scene.group(*at)) {
                            for member in members.members.iter().filter(|member| **member != subject) {
                                from.entry(*member).or_insert(subject);
                            }
                        }
                        tasks.insert(Task::Hold { stage, group }.key());
                    }
                }
                touched.push(subject);
            }
            for subject in touched {
                let quota = |group: usize| match held.get(&group) {
                    Some(held) => held.clone(),
                    None => self.rated.held.get(group).cloned().flatten(),
                };
                let cell = left_by_all(scene, &state, &quota, subject);
                let before = state.standing(scene, subject);
                let old = state.held(subject);
                if let Some(slot) = state.held.get_mut(subject as usize) {
                    *slot = cell;
                }
                let now = state.standing(scene, subject);
                let unlike = old != cell
                    || (before.levels, before.perhaps_unrated, before.cause)
                        != (now.levels, now.perhaps_unrated, now.cause)
                    || (scene.order.is_late(subject) && !is_group);
                if !unlike {
                    continue;
                }
                moved.insert(subject);
                for other in scene.order.after.of(subject) {
                    from.entry(*other).or_insert(subject);
                    tasks.insert(rate(*other));
                }
            }
        }
        let mut result: Vec<(u32, Changed)> = Vec::new();
        for subject in moved {
            let (before, after) = (self.rated.state.held(subject), state.held(subject));
            let shown = |cell: Cell| (cell.outcome, cell.leveled.then_some((cell.low, cell.high)));
            if shown(before) == shown(after) {
                continue;
            }
            let through = chain(&from, &facts, subject);
            result.push((scene.order.stage(subject), changed(scene, subject, before, after, through)));
        }
        sorted::sort_by_key(&mut result, |(stage, _)| *stage);
        Ok(result.into_iter().map(|(_, changed)| changed).collect())
    }

    fn score(&self, subject: u32) -> Option<Fraction> {
        score_of(&self.scene, &self.rated.kinds, subject)
    }
}

/// Those who read facts of a subject, not its level.
fn readers(scene: &Scene, subject: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for (place, kind) in scene.kinds.iter().enumerate() {
        let Some(rules) = &kind.rules else { continue };
        for input in &rules.inputs {
            if !matches!(input.take, super::inputs::Take::Any(_) | super::inputs::Take::Lowest(_)) {
                continue;
            }
            let others = scene.objects.get(input.relation as usize).map(|arrows| arrows.of(subject));
            for other in others.unwrap_or_default() {
                if scene.kind_of.get(*other as usize).is_some_and(|kind| usize::from(*kind) == place) {
                    found.push(*other);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Through whom a change came, from one whose facts were changed.
fn chain(from: &HashMap<u32, u32>, facts: &Changes, subject: u32) -> Vec<u32> {
    let mut chain = Vec::new();
    let mut at = subject;
    while !facts.contains_key(&at)
        && let Some(before) = from.get(&at).copied()
        && !chain.contains(&before)
        && before != subject
    {
        chain.push(before);
        at = before;
    }
    chain.reverse();
    chain
}
