//! The facts that come from other subjects: counts of those below, levels of units and posts, facts of members. Where the
//! others are still open, so are these, and every value that they may take is known.

use std::collections::BTreeSet;

use super::scene::{Kind, Rules, Scene};
use super::state::{Cause, Standing, State};
use crate::case::{Value, read_value};
use crate::document::{FromCohort, Relation, Subject};
use crate::plan::{KindPlan, MISSING};
use crate::rulebook::Rulebook;

/// How many values a set of facts may take before they count as not known.
const MOST_VALUES: usize = 4_096;

/// What is taken of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Take {
    /// Their level; of several the lowest.
    Level,
    /// How many are rated from one level to another, by rank.
    Count { from: u8, to: u8 },
    /// Whether the fact is true of any.
    Any(String),
    /// The lowest value, where all have it.
    Lowest(String),
}

/// A fact that comes from other subjects.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// The fact, by its place in the plan.
    pub(crate) fact: usize,
    pub(crate) take: Take,
    pub(crate) relation: Relation,
    /// Whether they are those whom the subject names; else those who name it.
    pub(crate) names: bool,
    /// Whether only those of the first kind count of which there are any.
    pub(crate) first_kind: bool,
    pub(crate) kinds: Vec<u16>,
    /// Inputs of one bundle are counted over the same subjects.
    pub(crate) bundle: usize,
}

/// The inputs that the rulebook states for a kind, in the order of the facts.
pub(crate) fn inputs_of(rulebook: &Rulebook, subject: &Subject, kinds: &[&str]) -> Vec<Input> {
    let rank = |code: &str| rulebook.document().levels.iter().position(|level| level.code == code);
    let place =
        |name: &String| kinds.iter().position(|kind| kind == name).and_then(|place| u16::try_from(place).ok());
    let places = |names: &[String]| names.iter().filter_map(place).collect::<Vec<u16>>();
    let mut inputs: Vec<Input> = Vec::new();
    for (fact, declared) in subject.facts.iter().enumerate() {
        let Some(from) = &declared.from_cohort else { continue };
        let (take, relation, kinds) = match from {
            FromCohort::LevelOf(link) => (Take::Level, link.relation, &link.kinds),
            FromCohort::CountOf(count) => {
                let top = rulebook.document().levels.len().saturating_sub(1);
                let from = count.at_least.as_deref().and_then(rank).unwrap_or(0);
                let to = count.at_most.as_deref().and_then(rank).unwrap_or(top);
                (Take::Count { from: from as u8, to: to as u8 }, count.relation, &count.kinds)
            }
            FromCohort::AnyOf(of) => (Take::Any(of.fact.clone()), of.relation, &of.kinds),
            FromCohort::LowestOfAll(of) => (Take::Lowest(of.fact.clone()), of.relation, &of.kinds),
        };
        let counts = matches!(take, Take::Count { .. });
        let kinds = places(kinds);
        let same = |other: &&Input| {
            counts && matches!(other.take, Take::Count { .. }) && other.relation == relation && other.kinds == kinds
        };
        let bundle = inputs.iter().find(same).map_or(inputs.len(), |other| other.bundle);
        let (names, first_kind) = (take == Take::Level, counts);
        inputs.push(Input { fact, take, relation, names, first_kind, kinds, bundle });
    }
    inputs
}

/// What one input may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Possible {
    /// Nobody is related: nothing is computed.
    Nothing,
    /// One value.
    One(i64),
    /// Not known, for what the others lack.
    Unknown,
    /// The value at this place of each entry of a set.
    Among { set: usize, at: usize },
}

/// Values that some inputs may take together.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) entries: Vec<Vec<i64>>,
    pub(crate) cause: Cause,
}

/// What the inputs of a subject may be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    /// One for each input of the kind.
    pub(crate) values: Vec<Possible>,
    pub(crate) sets: Vec<Set>,
    /// For each input those who keep it open, and why, the most serious reason.
    pub(crate) open: Vec<(Vec<u32>, Cause)>,
    /// For each input how many others were looked at.
    pub(crate) counted: Vec<usize>,
}

/// A rank in the levels of another rulebook, by the code of the level.
fn translated(from: &Rulebook, rank: u8, to: &Rulebook) -> Option<u8> {
    if from.digest() == to.digest() {
        return Some(rank);
    }
    let code = &from.document().levels.get(usize::from(rank))?.code;
    let place = to.document().levels.iter().position(|level| level.code == *code)?;
    u8::try_from(place).ok()
}

/// What another subject may be in the eyes of this one.
struct Seen {
    /// Nothing where it is certainly not rated.
    levels: Option<(u8, u8)>,
    perhaps_unrated: bool,
    cause: Cause,
}

fn seen(scene: &Scene, state: &State, rules: &Rules, subject: u32, other: u32) -> Seen {
    let top = rules.rulebook.document().levels.len().saturating_sub(1) as u8;
    let anything = Seen { levels: Some((0, top)), perhaps_unrated: true, cause: Cause::Missing };
    if scene.order.same_circle(subject, other) {
        return anything;
    }
    let Some(theirs) = scene.kind(other).and_then(|kind| kind.rules.as_ref()) else { return anything };
    let Standing { levels, perhaps_unrated, cause } = state.standing(scene, other);
    let Some((low, high)) = levels else { return Seen { levels: None, perhaps_unrated: true, cause } };
    let translate = |rank| translated(&theirs.rulebook, rank, &rules.rulebook);
    match (translate(low), translate(high)) {
        (Some(low), Some(high)) => Seen { levels: Some((low, high)), perhaps_unrated, cause },
        _ => anything,
    }
}

/// What the inputs of a subject may be, as far as the others are rated.
pub(crate) fn possible(scene: &Scene, state: &State, rules: &Rules, subject: u32) -> Inputs {
    let mut inputs = Inputs::default();
    let mut done: Vec<usize> = Vec::new();
    for input in &rules.inputs {
        inputs.values.push(Possible::Nothing);
        inputs.open.push((Vec::new(), Cause::None));
        inputs.counted.push(0);
        if done.contains(&input.bundle) {
            continue;
        }
        done.push(input.bundle);
    }
    for bundle in done {
        let members: Vec<(usize, &Input)> =
            rules.inputs.iter().enumerate().filter(|(_, input)| input.bundle == bundle).collect();
        let Some((_, first)) = members.first() else { continue };
        let others: Vec<u32> = scene.related(subject, first).collect();
        if others.is_empty() {
            continue;
        }
        let found = match &first.take {
            Take::Any(fact) => any_of(scene, &others, fact),
            Take::Lowest(fact) => lowest_of(scene, rules, first.fact, &others, fact),
            Take::Level => levels_of(scene, state, rules, subject, &others),
            Take::Count { .. } => counts_of(scene, state, rules, subject, &others, &members),
        };
        let set = inputs.sets.len();
        for (at, (place, _)) in members.iter().enumerate() {
            let value = match &found.entries {
                None => Possible::Unknown,
                Some(entries) => {
                    let mut values = entries.iter().filter_map(|entry| entry.get(at).copied());
                    match values.next() {
                        None => Possible::Unknown,
                        Some(first) if values.all(|value| value == first) => match first {
                            MISSING => Possible::Unknown,
                            value => Possible::One(value),
                        },
                        Some(_) => Possible::Among { set, at },
                    }
                }
            };
            let open = !matches!(value, Possible::One(_));
            if let Some(slot) = inputs.values.get_mut(*place) {
                *slot = value;
            }
            if let Some(slot) = inputs.open.get_mut(*place).filter(|_| open) {
                *slot = (found.open.clone(), found.cause);
            }
            if let Some(slot) = inputs.counted.get_mut(*place) {
                *slot = others.len();
            }
        }
        inputs.sets.push(Set { entries: found.entries.unwrap_or_default(), cause: found.cause });
    }
    inputs
}

/// What a bundle of inputs may be: each entry one value for each input.
struct Found {
    /// Nothing where it is not known.
    entries: Option<Vec<Vec<i64>>>,
    open: Vec<u32>,
    cause: Cause,
}

/// How many of the others are rated at the levels of each input, in every completion.
fn counts_of(
    scene: &Scene,
    state: &State,
    rules: &Rules,
    subject: u32,
    others: &[u32],
    members: &[(usize, &Input)],
) -> Found {
    let counted = |level: u8| -> Vec<i64> {
        let holds = |input: &Input| matches!(input.take, Take::Count { from, to } if from <= level && level <= to);
        members.iter().map(|(_, input)| i64::from(holds(input))).collect()
    };
    let none = vec![0_i64; members.len()];
    let mut base = none.clone();
    let mut several: Vec<BTreeSet<Vec<i64>>> = Vec::new();
    let (mut open, mut cause) = (Vec::new(), Cause::None);
    for other in others {
        let seen = seen(scene, state, rules, subject, *other);
        let Some((low, high)) = seen.levels else { continue };
        let mut ways: BTreeSet<Vec<i64>> = (low..=high).map(counted).collect();
        if seen.perhaps_unrated {
            ways.insert(none.clone());
        }
        if ways.len() == 1 {
            ways.iter().for_each(|way| add(&mut base, way));
        } else {
            open.push(*other);
            cause = cause.max(seen.cause);
            several.push(ways);
        }
    }
    let mut entries: BTreeSet<Vec<i64>> = BTreeSet::from([base]);
    for ways in &several {
        entries = entries
            .iter()
            .flat_map(|entry| {
                ways.iter().map(|way| {
                    let mut sum = entry.clone();
                    add(&mut sum, way);
                    sum
                })
            })
            .collect();
        if entries.len() > MOST_VALUES {
            return Found { entries: None, open, cause };
        }
    }
    Found { entries: Some(entries.into_iter().collect()), open, cause }
}

fn add(to: &mut [i64], more: &[i64]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to = to.saturating_add(*more);
    }
}

/// The level of the other, or the lowest of several. Where one is not rated, its level is missing.
fn levels_of(scene: &Scene, state: &State, rules: &Rules, subject: u32, others: &[u32]) -> Found {
    let mut lowest: BTreeSet<i64> = BTreeSet::from([i64::MAX]);
    let (mut open, mut cause) = (Vec::new(), Cause::None);
    for other in others {
        let seen = seen(scene, state, rules, subject, *other);
        let mut ways: Vec<i64> =
            seen.levels.map(|(low, high)| (low..=high).map(i64::from).collect()).unwrap_or_default();
        if seen.perhaps_unrated {
            ways.push(MISSING);
        }
        if ways.len() != 1 || ways.contains(&MISSING) {
            open.push(*other);
            cause = cause.max(if seen.perhaps_unrated { Cause::Missing } else { seen.cause });
        }
        let joined = |one: i64, two: i64| if one == MISSING || two == MISSING { MISSING } else { one.min(two) };
        lowest = lowest.iter().flat_map(|one| ways.iter().map(move |two| joined(*one, *two))).collect();
    }
    Found { entries: Some(lowest.into_iter().map(|level| vec![level]).collect()), open, cause }
}

/// A stated fact of another subject, read as its own rulebook declares it.
fn stated(scene: &Scene, other: u32, name: &str) -> Option<i64> {
    let Kind { rules: Some(rules), .. } = scene.kind(other)? else { return None };
    let plan = rules.plan()?;
    let place = plan.find(rules.rulebook.texts(), name, 0)?;
    let value = rules.value(place, name, scene.row(other));
    if value == Value::Missing {
        return None;
    }
    read_value(&rules.rulebook, &plan.fact(place)?.kind, &value).ok()
}

/// Whether a fact is true of any of the others.
fn any_of(scene: &Scene, others: &[u32], fact: &str) -> Found {
    let mut open = Vec::new();
    for other in others {
        match stated(scene, *other, fact) {
            Some(1) => return Found { entries: Some(vec![vec![1]]), open: Vec::new(), cause: Cause::None },
            Some(_) => {}
            None => open.push(*other),
        }
    }
    match open.is_empty() {
        true => Found { entries: Some(vec![vec![0]]), open, cause: Cause::None },
        false => Found { entries: None, open, cause: Cause::Missing },
    }
}

/// The lowest value of the enumeration, where each of the others has it; who has not keeps it open.
fn lowest_of(scene: &Scene, rules: &Rules, own: usize, others: &[u32], fact: &str) -> Found {
    let lowest = match rules.plan().and_then(|plan| plan.fact(own)).map(|fact| &fact.kind) {
        Some(KindPlan::Code(_)) => 0,
        _ => MISSING,
    };
    let open: Vec<u32> = others.iter().copied().filter(|other| stated(scene, *other, fact) != Some(lowest)).collect();
    match open.is_empty() {
        true => Found { entries: Some(vec![vec![lowest]]), open, cause: Cause::None },
        false => Found { entries: None, open, cause: Cause::Missing },
    }
}
