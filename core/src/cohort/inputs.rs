//! The facts that come from other subjects: counts of those below, levels of units and posts, facts of members. Where the
//! others are still open, so are these, and every value that they may take is known.

use std::collections::BTreeSet;

use super::evaluate::Changes;
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
    /// This much, and the value at this place of an entry of each of some sets.
    Among { base: i64, sets: Vec<usize>, at: usize },
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

fn seen(scene: &Scene, state: &State, rules: &Rules, input: &Input, subject: u32, other: u32) -> Seen {
    let found = seen_if_related(scene, state, rules, subject, other);
    match scene.is_doubtful(input, subject, other) {
        // Perhaps it is no relation at all.
        true => Seen { perhaps_unrated: true, cause: Cause::Missing, ..found },
        false => found,
    }
}

fn seen_if_related(scene: &Scene, state: &State, rules: &Rules, subject: u32, other: u32) -> Seen {
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

impl Inputs {
    /// Every value that an input may take.
    pub(crate) fn values(&self, value: &Possible) -> Vec<i64> {
        match value {
            Possible::One(value) => vec![*value],
            Possible::Nothing | Possible::Unknown => Vec::new(),
            Possible::Among { base, sets, at } => sets.iter().fold(vec![*base], |values, set| {
                let entries = self.sets.get(*set).map(|set| set.entries.as_slice()).unwrap_or_default();
                let more = entries.iter().filter_map(|entry| entry.get(*at).copied()).collect::<BTreeSet<i64>>();
                values.iter().flat_map(|value| more.iter().map(move |more| plus(*value, *more))).collect()
            }),
        }
    }
}

/// A sum of which nothing is known where a part is missing.
pub(crate) const fn plus(one: i64, two: i64) -> i64 {
    if one == MISSING || two == MISSING { MISSING } else { one.saturating_add(two) }
}

/// What the inputs of a subject may be, as far as the others are rated.
pub(crate) fn possible(scene: &Scene, state: &State, rules: &Rules, subject: u32, changes: &Changes) -> Inputs {
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
            // Perhaps none of them is, and then nobody, or those of the next kind.
            _ if others.iter().all(|other| scene.is_doubtful(first, subject, *other)) => {
                Found::unknown(others.clone())
            }
            Take::Any(_) | Take::Lowest(_)
                if others.iter().any(|other| scene.is_doubtful(first, subject, *other)) =>
            {
                Found::unknown(others.clone())
            }
            Take::Any(fact) => any_of(scene, changes, &others, fact),
            Take::Lowest(fact) => lowest_of(scene, changes, rules, first.fact, &others, fact),
            Take::Level => levels_of(scene, state, rules, first, subject, &others),
            Take::Count { .. } => counts_of(scene, state, rules, subject, &others, &members),
        };
        let first_set = inputs.sets.len();
        for (at, (place, _)) in members.iter().enumerate() {
            let value = match &found.sets {
                None => Possible::Unknown,
                Some(sets) => among(found.base.get(at).copied().unwrap_or(0), sets, first_set, at),
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
        inputs.sets.extend(found.sets.unwrap_or_default());
    }
    inputs
}

/// What an input of a bundle may be, given the sets of the bundle.
fn among(base: i64, sets: &[Set], first_set: usize, at: usize) -> Possible {
    let (mut base, mut turns) = (base, Vec::new());
    for (place, set) in (first_set..).zip(sets) {
        let mut values = set.entries.iter().filter_map(|entry| entry.get(at).copied());
        match values.next() {
            None => return Possible::Unknown,
            Some(first) if values.all(|value| value == first) => base = plus(base, first),
            Some(_) => turns.push(place),
        }
    }
    match (base, turns.is_empty()) {
        (MISSING, _) => Possible::Unknown,
        (value, true) => Possible::One(value),
        (base, false) => Possible::Among { base, sets: turns, at },
    }
}

/// What a bundle of inputs may be: the base and an entry of each set, each with one value for each input.
struct Found {
    base: Vec<i64>,
    /// Nothing where it is not known.
    sets: Option<Vec<Set>>,
    open: Vec<u32>,
    /// The gravest reason.
    cause: Cause,
}

impl Found {
    fn one(value: i64) -> Self {
        Self { base: vec![value], sets: Some(Vec::new()), open: Vec::new(), cause: Cause::None }
    }

    fn unknown(open: Vec<u32>) -> Self {
        Self { base: Vec::new(), sets: None, open, cause: Cause::Missing }
    }
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
    let mut several: Vec<(Cause, BTreeSet<Vec<i64>>)> = Vec::new();
    let (mut open, mut cause) = (Vec::new(), Cause::None);
    for other in others {
        let Some((_, input)) = members.first() else { continue };
        let seen = seen(scene, state, rules, input, subject, *other);
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
            several.push((seen.cause, ways));
        }
    }
    // What facts keep open and what discretion does are sets of their own, so that either may matter without the other.
    let mut sets = Vec::new();
    for kept_open in [Cause::Missing, Cause::Discretion] {
        let of_cause =
            several.iter().filter(|(cause, _)| (*cause == Cause::Missing) == (kept_open == Cause::Missing));
        let Some(entries) = sums(&none, of_cause.map(|(_, ways)| ways)) else {
            return Found { base, sets: None, open, cause };
        };
        if entries.len() > 1 {
            sets.push(Set { entries, cause: kept_open });
        } else if let Some(only) = entries.first() {
            add(&mut base, only);
        }
    }
    Found { base, sets: Some(sets), open, cause }
}

/// Every sum of one way of each; nothing where they are too many.
fn sums<'w>(none: &[i64], several: impl Iterator<Item = &'w BTreeSet<Vec<i64>>>) -> Option<Vec<Vec<i64>>> {
    let mut entries: BTreeSet<Vec<i64>> = BTreeSet::from([none.to_vec()]);
    for ways in several {
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
            return None;
        }
    }
    Some(entries.into_iter().collect())
}

fn add(to: &mut [i64], more: &[i64]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to = to.saturating_add(*more);
    }
}

/// The level of the other, or the lowest of several. Where one is not rated, its level is missing.
fn levels_of(scene: &Scene, state: &State, rules: &Rules, input: &Input, subject: u32, others: &[u32]) -> Found {
    let mut lowest: BTreeSet<i64> = BTreeSet::from([i64::MAX]);
    let (mut open, mut cause) = (Vec::new(), Cause::None);
    for other in others {
        let seen = seen(scene, state, rules, input, subject, *other);
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
    let entries = lowest.into_iter().map(|level| vec![level]).collect();
    Found { base: vec![0], sets: Some(vec![Set { entries, cause }]), open, cause }
}

/// A stated fact of another subject, read as its own rulebook declares it.
fn stated(scene: &Scene, changes: &Changes, other: u32, name: &str) -> Option<i64> {
    let Kind { rules: Some(rules), .. } = scene.kind(other)? else { return None };
    let plan = rules.plan()?;
    let place = plan.find(rules.rulebook.texts(), name, 0)?;
    let changed = changes.get(&other).and_then(|changed| changed.iter().find(|(known, _)| known == name));
    let value = match changed {
        Some((_, value)) => value.clone(),
        None => rules.value(place, name, scene.row(other)),
    };
    if value == Value::Missing {
        return None;
    }
    read_value(&rules.rulebook, &plan.fact(place)?.kind, &value).ok()
}

/// Whether a fact is true of any of the others.
fn any_of(scene: &Scene, changes: &Changes, others: &[u32], fact: &str) -> Found {
    let mut open = Vec::new();
    for other in others {
        match stated(scene, changes, *other, fact) {
            Some(1) => return Found::one(1),
            Some(_) => {}
            None => open.push(*other),
        }
    }
    if open.is_empty() { Found::one(0) } else { Found::unknown(open) }
}

/// The lowest value of the enumeration, where each of the others has it; who has not keeps it open.
fn lowest_of(scene: &Scene, changes: &Changes, rules: &Rules, own: usize, others: &[u32], fact: &str) -> Found {
    let lowest = match rules.plan().and_then(|plan| plan.fact(own)).map(|fact| &fact.kind) {
        Some(KindPlan::Code(_)) => 0,
        _ => MISSING,
    };
    let differs = |other: &u32| stated(scene, changes, *other, fact) != Some(lowest);
    let open: Vec<u32> = others.iter().copied().filter(differs).collect();
    if open.is_empty() { Found::one(lowest) } else { Found::unknown(open) }
}
