//! One subject of a cohort rated: its own facts, and what comes from others. Where that is still open, every completion is
//! rated, and the result is what all of them leave.

use std::collections::HashMap;

use super::inputs::{Inputs, Possible, plus, possible};
use super::scene::{Rules, Scene};
use super::state::{Cause, Cell, State};
use crate::batch::value_at;
use crate::case::{Case, Value};
use crate::judge::Outcome;
use crate::logic::Kleene;
use crate::plan::{MISSING, Plan};
use crate::rating::Rating;
use crate::sorted;

/// How many completions of what is open are rated before it counts as not known.
const MOST_COMPLETIONS: usize = 20_000;

/// What counts where a stated fact contradicts what the related subjects give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Contradictions {
    /// Neither: the fact counts as unknown until somebody says which.
    #[default]
    Unknown,
    /// The stated one.
    Stated,
    /// The computed one.
    Computed,
}

impl Contradictions {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Stated, Self::Computed];

    /// The code as programs see it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Stated => "stated",
            Self::Computed => "computed",
        }
    }
}

/// Other values for facts of some subjects.
pub(crate) type Changes = HashMap<u32, Vec<(String, Value<'static>)>>;

/// A fact that others keep open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenFact {
    pub(crate) fact: usize,
    /// The subjects that keep it open.
    pub(crate) others: Vec<u32>,
    pub(crate) cause: Cause,
}

/// A stated fact that is not what the others give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contradiction {
    pub(crate) subject: u32,
    pub(crate) fact: usize,
    pub(crate) stated: i64,
    /// The smallest and the largest value that the others give.
    pub(crate) computed: (i64, i64),
    pub(crate) others: usize,
}

/// How one subject was rated.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) cell: Cell,
    /// The rating with what is open as missing facts.
    pub(crate) rating: Rating,
    pub(crate) open: Vec<OpenFact>,
    pub(crate) contradictions: Vec<Contradiction>,
}

/// The case of a subject, with the facts that it states itself.
fn stated_case(scene: &Scene, rules: &Rules, subject: u32, changes: &Changes) -> Case {
    let mut case = Case::of_plan(&rules.rulebook, rules.place);
    let row = scene.row(subject);
    let changed = changes.get(&subject).map(Vec::as_slice).unwrap_or_default();
    let facts = rules.plan().map(|plan| plan.facts.as_slice()).unwrap_or_default();
    let free = |name: &str| !changed.iter().any(|(other, _)| other == name);
    let record = rules.records.get(row).map(Vec::as_slice).unwrap_or_default();
    for (fact, column) in facts.iter().zip(&rules.facts) {
        let name = rules.rulebook.text(fact.name);
        if let Some(column) = column
            && free(name)
            && !record.iter().any(|(other, _)| other == name)
        {
            case.set(name, value_at(column.as_ref(), row));
        }
    }
    for (name, value) in record.iter().filter(|(name, _)| free(name)) {
        case.set(name, value.clone());
    }
    for (name, value) in changed {
        case.set(name, value.clone());
    }
    case
}

/// Rates a subject as far as the others are rated.
pub(crate) fn evaluate(
    scene: &Scene,
    state: &State,
    rules: &Rules,
    subject: u32,
    changes: &Changes,
    contradictions: Contradictions,
) -> Found {
    let mut case = stated_case(scene, rules, subject, changes);
    let anybody = rules.inputs.iter().any(|input| scene.related(subject, input).next().is_some());
    let mut inputs = if anybody { possible(scene, state, rules, subject, changes) } else { Inputs::default() };
    let mut found = Vec::new();
    let mut refused: Vec<usize> = Vec::new();
    for (place, input) in rules.inputs.iter().enumerate().filter(|_| anybody) {
        let stated = case.record.facts.slot(input.fact);
        let given = stated != MISSING;
        let value = inputs.values.get(place).cloned().unwrap_or(Possible::Nothing);
        let values = if given { inputs.values(&value) } else { Vec::new() };
        let range = values.iter().filter(|value| **value != MISSING);
        let range = range.clone().min().zip(range.max()).map(|(low, high)| (*low, *high));
        let fits = values.is_empty() || values.contains(&stated) || values.contains(&MISSING);
        let mut keep = given;
        if given && !fits {
            let others = inputs.counted.get(place).copied().unwrap_or(0);
            let computed = range.unwrap_or((MISSING, MISSING));
            found.push(Contradiction { subject, fact: input.fact, stated, computed, others });
            keep = contradictions == Contradictions::Stated;
            if contradictions == Contradictions::Unknown {
                refused.push(place);
            }
        }
        let slot = match (&value, keep) {
            (_, true) => stated,
            _ if refused.contains(&place) => MISSING,
            (Possible::One(value), false) => *value,
            _ => MISSING,
        };
        if keep || refused.contains(&place) {
            // What is stated needs nobody else.
            if let Some(value) = inputs.values.get_mut(place) {
                *value = Possible::Nothing;
            }
            if let Some(open) = inputs.open.get_mut(place) {
                *open = (Vec::new(), Cause::None);
            }
        }
        put(&mut case, input.fact, slot);
    }
    let sets = open_sets(&inputs);
    // The case is needed again only where it is to be completed.
    let again = (!sets.is_empty()).then(|| case.clone());
    let rating = case.rate_by(rules.policies.clone());
    let cell = cell_of(&rating);
    let ended = matches!(cell.outcome, Outcome::Invalid | Outcome::NotRated | Outcome::NotReviewed);
    let cell = match again {
        Some(case) if !ended => completions(rules, &case, &inputs, &sets).unwrap_or(cell),
        _ => cell,
    };
    let still = matches!(cell.outcome, Outcome::Undetermined | Outcome::AuthorityDecides);
    let open = rules.inputs.iter().zip(&inputs.open).filter(|(_, (others, _))| still && !others.is_empty());
    let open =
        open.map(|(input, (others, cause))| OpenFact { fact: input.fact, others: others.clone(), cause: *cause });
    Found { cell, rating, open: open.collect(), contradictions: found }
}

fn put(case: &mut Case, fact: usize, value: i64) {
    if let Some(slot) = case.record.facts.slots.get_mut(fact) {
        *slot = value;
    }
}

/// The sets that an input still turns on.
fn open_sets(inputs: &Inputs) -> Vec<usize> {
    let mut sets: Vec<usize> = inputs
        .values
        .iter()
        .flat_map(|value| match value {
            Possible::Among { sets, .. } => sets.clone(),
            _ => Vec::new(),
        })
        .collect();
    sets.sort_unstable();
    sets.dedup();
    sets
}

/// What all completions of the open sets leave; nothing where they are too many.
fn completions(rules: &Rules, case: &Case, inputs: &Inputs, sets: &[usize]) -> Option<Cell> {
    let set = |place: &usize| inputs.sets.get(*place);
    let size = |place: &usize| set(place).map_or(0, |set| set.entries.len());
    let all = sets.iter().try_fold(1_usize, |all, place| all.checked_mul(size(place)))?;
    if all > MOST_COMPLETIONS {
        return None;
    }
    // What facts keep open changes slowest, so that each of its ways is followed by all ways of discretion.
    let mut order: Vec<usize> = sets.to_vec();
    sorted::sort_by_key(&mut order, |place| set(place).map(|set| set.cause) != Some(Cause::Missing));
    let discretion: usize =
        order.iter().filter(|place| set(place).map(|set| set.cause) != Some(Cause::Missing)).map(size).product();
    let mut whole: Option<Cell> = None;
    let mut by_facts: Vec<Cell> = Vec::new();
    for number in 0..all {
        let cell = completed(rules, case, inputs, &order, number);
        if number.checked_rem(discretion) == Some(0) {
            by_facts.push(cell);
        } else if let Some(last) = by_facts.last_mut() {
            *last = joined(*last, cell);
        }
        whole = Some(whole.map_or(cell, |whole| joined(whole, cell)));
    }
    let mut whole = whole?;
    // Facts of others matter where they change what is left.
    let facts_matter = by_facts.windows(2).any(|pair| match pair {
        [one, two] => (one.leveled, one.low, one.high) != (two.leveled, two.low, two.high),
        _ => false,
    });
    if whole.outcome != Outcome::Undetermined {
        whole.outcome = match (facts_matter, whole.low == whole.high) {
            (true, _) => Outcome::Undetermined,
            (false, true) => Outcome::Rated,
            (false, false) => Outcome::AuthorityDecides,
        };
    }
    Some(whole)
}

/// The result in one completion, the one of this number.
fn completed(rules: &Rules, case: &Case, inputs: &Inputs, order: &[usize], number: usize) -> Cell {
    let mut case = case.clone();
    let mut rest = number;
    // The entry of each open set.
    let mut entries: Vec<(usize, &[i64])> = Vec::with_capacity(order.len());
    for place in order.iter().rev() {
        let Some(set) = inputs.sets.get(*place) else { continue };
        let size = set.entries.len().max(1);
        let entry = set.entries.get(rest.checked_rem(size).unwrap_or(0));
        rest = rest.checked_div(size).unwrap_or(0);
        entries.push((*place, entry.map(Vec::as_slice).unwrap_or_default()));
    }
    for (input, value) in rules.inputs.iter().zip(&inputs.values) {
        let Possible::Among { base, sets, at } = value else { continue };
        let part = |set: &usize| {
            let entry = entries.iter().find(|(place, _)| place == set);
            entry.and_then(|(_, entry)| entry.get(*at).copied()).unwrap_or(MISSING)
        };
        put(&mut case, input.fact, sets.iter().map(part).fold(*base, plus));
    }
    cell_of(&case.rate_by(rules.policies.clone()))
}

fn joined(one: Cell, two: Cell) -> Cell {
    let open = [one.outcome, two.outcome].contains(&Outcome::Undetermined);
    let outcome = match (open, one.leveled && two.leveled) {
        (true, _) | (_, false) => Outcome::Undetermined,
        _ => Outcome::AuthorityDecides,
    };
    let (low, high) = match (one.leveled, two.leveled) {
        (true, true) => (one.low.min(two.low), one.high.max(two.high)),
        (true, false) => (one.low, one.high),
        _ => (two.low, two.high),
    };
    let leveled = one.leveled || two.leveled;
    let perhaps_unrated = one.perhaps_unrated || two.perhaps_unrated || one.leveled != two.leveled;
    Cell { outcome, low, high, leveled, perhaps_unrated }
}

/// A rating in a few bytes.
pub(crate) fn cell_of(rating: &Rating) -> Cell {
    let interval = rating.interval();
    let perhaps_unrated = rating.outcome() == Outcome::Undetermined
        && rating.plan().is_some_and(|plan| {
            let holds = rating.verdict.as_ref().map(|verdict| verdict.holds.as_slice()).unwrap_or_default();
            eligibility(plan).any(|rule| holds.get(rule).is_some_and(|truth: &Kleene| truth.is_unknown()))
        });
    Cell {
        outcome: rating.outcome(),
        low: interval.map_or(0, |interval| interval.low),
        high: interval.map_or(0, |interval| interval.high),
        leveled: interval.is_some(),
        perhaps_unrated,
    }
}

/// The rules that end the matter.
pub(crate) fn eligibility(plan: &Plan) -> impl Iterator<Item = usize> {
    plan.not_reviewed.clone().chain(plan.not_rated.clone())
}
