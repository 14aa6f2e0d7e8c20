//! Quotas held: what a group may have, who is over, and the ranking where a local policy names one.

use std::cmp::Ordering;

use super::allowance::{Allowance, Pool, Terms};
use super::evaluate::Changes;
use super::scene::{Group, HeldQuota, NO_GROUP, Rules, Scene};
use super::state::{Cell, State};
use crate::case::{Value, read_value};
use crate::document::{RankBy, RankKey};
use crate::judge::Outcome;
use crate::number::Fraction;
use crate::sorted;

/// What a quota came to for one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) allowance: Allowance,
    pub(crate) rate: Fraction,
    /// Those who are certainly or perhaps over, where it was left to the authority: the candidates.
    pub(crate) open: Vec<u32>,
    /// The candidates with their places in the ranking, sorted by subject; empty where there is no ranking.
    pub(crate) ranking: Vec<Ranked>,
}

/// The places that a candidate may take in the ranking: those who tie share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) member: u32,
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// The rate of a group: the recorded one, the exceptional one that a decision grants, or that of the text.
pub(crate) fn rate_of(quota: &HeldQuota, group: &Group) -> Option<Fraction> {
    match &group.recorded {
        Some(recorded) => Fraction::parse(&recorded.rate),
        None => quota.rate,
    }
}

/// What the members of a group are ranked by, beside their tables.
pub(crate) struct Known<'k> {
    pub(crate) scores: &'k dyn Fn(u32) -> Option<Fraction>,
    pub(crate) changes: &'k Changes,
}

/// Counts a group.
pub(crate) fn pool(scene: &Scene, state: &State, terms: &Terms, members: &[u32], top: u8) -> Pool {
    let mut pool = Pool::default();
    for member in members {
        let cell = state.own(*member);
        if let Some((low, high)) = cell.levels(top) {
            // A second row of an id may be nobody.
            pool.add(terms, low, high, cell.perhaps_unrated() || scene.ids.is_second(*member));
        }
    }
    pool
}

/// Holds a quota for a group. Nothing where its rate is to be recorded and was not: then any number may be over.
pub(crate) fn hold(
    scene: &Scene,
    state: &State,
    (rules, quota, group): (&Rules, &HeldQuota, &Group),
    known: &Known<'_>,
) -> Option<Held> {
    let terms = &quota.terms;
    let rate = rate_of(quota, group)?;
    let top = rules.rulebook.document().levels.len().saturating_sub(1) as u8;
    let allowance = pool(scene, state, terms, &group.members, top).allowance(terms, rate);
    let mut held = Held { allowance, rate, open: Vec::new(), ranking: Vec::new() };
    if allowance.over.1 == 0 {
        return Some(held);
    }
    let candidates: Vec<u32> = group
        .members
        .iter()
        .copied()
        .filter(|member| {
            let cell = state.own(*member);
            cell.leveled && cell.low == terms.level && cell.high == terms.level
        })
        .collect();
    if !quota.quota.ranking.is_empty() {
        held.ranking = ranking(scene, rules, &quota.quota.ranking, &candidates, known).unwrap_or_default();
    }
    // Where nobody may have it, there is nothing to choose.
    if allowance.most.1 > 0 {
        held.open = candidates;
    }
    Some(held)
}

/// What a quota leaves to a member of a group, of what other groups and quotas have left (`cell`) of what its own rules
/// gave (`own`). In which order they come does not matter.
pub(crate) fn left(cell: Cell, own: Cell, member: u32, terms: &Terms, held: Option<&Held>) -> Cell {
    let may = |cell: Cell| cell.leveled && (cell.low..=cell.high).contains(&terms.level);
    let Some(below) = terms.level.checked_sub(1).filter(|_| may(own) && may(cell)) else { return cell };
    let Some(held) = held else { return opened(cell, below, Outcome::Undetermined) };
    let over = held.allowance.over;
    if held.allowance.most.1 == 0 {
        // Nobody may have it in any completion: nothing of it is left to decide. A level above it is not limited.
        let high = if cell.high == terms.level { below } else { cell.high };
        let low = cell.low.min(below);
        let settled = low == high && !cell.perhaps_unrated;
        let outcome = if settled { Outcome::Rated } else { cell.outcome };
        return Cell { low, high, outcome, ..cell };
    }
    // Whoever may be at a lower level by their own facts is as open as the quota would make them.
    if over.1 == 0 || own.low != terms.level {
        return cell;
    }
    let closed = over.0 == over.1 && held.allowance.most.0 == held.allowance.most.1;
    if terms.steps_down
        && closed
        && let Ok(at) = held.ranking.binary_search_by_key(&member, |ranked| ranked.member)
        && let Some(place) = held.ranking.get(at)
    {
        // Ties across the line stay open.
        let most = held.allowance.most.1;
        return match (place.first > most, place.last <= most) {
            (true, _) => Cell { low: below, high: below, outcome: Outcome::Rated, ..cell },
            (_, true) => cell,
            _ => opened(cell, below, Outcome::AuthorityDecides),
        };
    }
    opened(cell, below, Outcome::AuthorityDecides)
}

fn opened(cell: Cell, below: u8, outcome: Outcome) -> Cell {
    let outcome = if cell.outcome == Outcome::Undetermined { cell.outcome } else { outcome };
    Cell { low: cell.low.min(below), outcome, ..cell }
}

/// What somebody is ranked by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Number(Fraction),
    Text(String),
}

/// The candidates with their places, from 1. Nothing where somebody lacks what they are ranked by.
fn ranking(
    scene: &Scene,
    rules: &Rules,
    keys: &[RankKey],
    candidates: &[u32],
    known: &Known<'_>,
) -> Option<Vec<Ranked>> {
    let weights = |member: u32| -> Option<Vec<Weight>> {
        keys.iter().map(|key| weight(scene, rules, key, member, known)).collect()
    };
    let mut rows: Vec<(Vec<Weight>, u32)> =
        candidates.iter().map(|member| Some((weights(*member)?, *member))).collect::<Option<_>>()?;
    let compare = |one: &[Weight], two: &[Weight]| {
        let mut order = keys.iter().zip(one.iter().zip(two)).map(|(key, (one, two))| match key.lowest_first {
            true => one.cmp(two),
            false => two.cmp(one),
        });
        order.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    sorted::sort_by(&mut rows, |one, two| compare(&one.0, &two.0));
    let mut ranking: Vec<Ranked> = Vec::with_capacity(rows.len());
    for same in rows.chunk_by(|one, two| compare(&one.0, &two.0).is_eq()) {
        let before = ranking.len() as u64;
        let (first, last) = (before.saturating_add(1), before.saturating_add(same.len() as u64));
        ranking.extend(same.iter().map(|(_, member)| Ranked { member: *member, first, last }));
    }
    ranking.sort_unstable_by_key(|ranked| ranked.member);
    Some(ranking)
}

fn weight(scene: &Scene, rules: &Rules, key: &RankKey, member: u32, known: &Known<'_>) -> Option<Weight> {
    let fact = |name: &str| -> Option<(i64, u32)> {
        let plan = rules.plan()?;
        let place = plan.find(rules.rulebook.texts(), name, 0)?;
        let changed = known.changes.get(&member).and_then(|changes| changes.iter().find(|(other, _)| other == name));
        let value = match changed {
            Some((_, value)) => value.clone(),
            None => rules.value(place, name, scene.row(member)),
        };
        if value == Value::Missing {
            return None;
        }
        let kind = &plan.fact(place)?.kind;
        Some((read_value(&rules.rulebook, kind, &value).ok()?, kind.scale()))
    };
    match &key.by {
        RankBy::Score => (known.scores)(member).map(Weight::Number),
        RankBy::Fact(name) => fact(name).map(|(value, scale)| Weight::Number(Fraction::of_scaled(value, scale))),
        RankBy::Share(share) => {
            let ((part, _), (whole, _)) = (fact(&share.part)?, fact(&share.whole)?);
            Fraction::new(i128::from(part), i128::from(whole)).map(Weight::Number)
        }
        RankBy::Id => Some(Weight::Text(scene.ids.name(member).to_owned())),
    }
}

/// What is left to somebody who is in no group: the limited level is not theirs for certain.
pub(crate) fn open_to_missing(cell: Cell, terms: &Terms) -> Cell {
    match terms.level.checked_sub(1) {
        Some(below) if cell.leveled && (cell.low..=cell.high).contains(&terms.level) => {
            opened(cell, below, Outcome::Undetermined)
        }
        _ => cell,
    }
}

/// The same for a row, where one of the groupings has no group for it.
pub(crate) fn left_without_group(cell: Cell, row: usize, quota: &HeldQuota) -> Cell {
    let without =
        quota.partitions.iter().any(|partition| partition.group_of.get(row).is_none_or(|at| *at == NO_GROUP));
    if without { open_to_missing(cell, &quota.terms) } else { cell }
}
