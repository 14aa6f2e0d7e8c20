//! Who of a group keeps the limited level: groups counted, those who may have the level gathered group by group, and
//! those over left to the authority or stepping down by the ranking.

use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use arrow_array::RecordBatch;

use super::cells::{Cells, meant};
use super::groups::{Grouping, NOWHERE};
use super::ranking::{Place, Ranking, UNRANKED};
use super::write::Left;
use crate::cohort::allowance::{Pool, Terms};
use crate::cohort::hold::{Held, left, open_to_missing};
use crate::cohort::state::Cell;
use crate::judge::Outcome;

/// What is counted of each group.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Those who are rated, by level.
    rated: Vec<[u32; 8]>,
    /// Those who are open.
    open: Vec<Pool>,
}

/// A table and how its groups are counted.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    pub(super) batches: &'t [RecordBatch],
    pub(super) cells: &'t [Cells<'t>],
    pub(super) grouping: &'t Grouping,
    pub(super) ranking: &'t Ranking<'t>,
    pub(super) terms: &'t Terms,
    /// The highest level.
    pub(super) top: u8,
    pub(super) leave_out_invalid: bool,
    /// Whether those over step down by the ranking.
    pub(super) ranked: bool,
    pub(super) threads: usize,
}

/// Some batches of a table, counted by one thread.
#[derive(Debug)]
pub(super) struct Share {
    /// The first of the batches, and the one behind the last.
    range: (usize, usize),
    pub(super) counts: Counts,
    /// Those who are open and may have the limited level, with their groups.
    open: Vec<(u32, Place)>,
}

/// Those of a share who have the limited level for certain, group by group.
struct Gathered {
    /// Where the next of each group goes; in the end where those of the group end.
    ends: Vec<u32>,
    /// The first key of the ranking, and the row.
    rows: Vec<(i64, Place)>,
}

impl<'t> Table<'t> {
    /// Counts every group, in as many shares as there are threads.
    pub(super) fn count(self) -> Vec<Share> {
        let rows: usize = self.batches.iter().map(RecordBatch::num_rows).sum();
        let wanted = rows.div_ceil(self.threads.max(1)).max(1);
        let (mut ranges, mut start, mut held) = (Vec::new(), 0, 0_usize);
        for (place, batch) in self.batches.iter().enumerate() {
            held = held.saturating_add(batch.num_rows());
            if held >= wanted {
                ranges.push((start, place.saturating_add(1)));
                (start, held) = (place.saturating_add(1), 0);
            }
        }
        if start < self.batches.len() {
            ranges.push((start, self.batches.len()));
        }
        in_parallel(&ranges, |range| self.count_range(*range))
    }

    fn each_row(self, range: (usize, usize), mut row: impl FnMut(Place, u32, u8, u8)) {
        let mut codes = Vec::new();
        for place in range.0..range.1 {
            let (Some(batch), Some(cells)) = (self.batches.get(place), self.cells.get(place)) else { return };
            self.grouping.codes(batch, &mut codes);
            let here = |row: u32| (place as u32, row);
            match (cells.outcome.keys(), cells.high.keys()) {
                (Some((outcomes, outcome)), Some((levels, level))) => {
                    let rows = (0_u32..).zip(&codes).zip(outcomes.iter().zip(levels));
                    for ((at, group), (outcome_key, level_key)) in rows {
                        row(here(at), *group, meant(outcome, *outcome_key), meant(level, *level_key));
                    }
                }
                _ => {
                    for (at, group) in (0_u32..).zip(&codes) {
                        row(here(at), *group, cells.outcome.get(at as usize), cells.high.get(at as usize));
                    }
                }
            }
        }
    }

    fn count_range(self, range: (usize, usize)) -> Share {
        let mut counts = Counts::new(self.grouping.count());
        let mut open: Vec<(u32, Place)> = Vec::new();
        self.each_row(range, |place, group, outcome, level| match outcome {
            // Of those who are rated the one level is all that there is to count.
            0 => match counts.rated.get_mut(group as usize) {
                Some(levels) => {
                    if let Some(count) = levels.get_mut(usize::from(level & 7)) {
                        *count = count.saturating_add(1);
                    }
                }
                None if level == self.terms.level => open.push((group, place)),
                None => {}
            },
            _ => open.push((group, place)),
        });
        let mut may = Vec::new();
        for (group, place) in open {
            let cell = self.cell(place);
            let invalid = cell.outcome == Outcome::Invalid;
            let Some((low, high)) = cell.levels(self.top).filter(|_| !(invalid && self.leave_out_invalid)) else {
                continue;
            };
            if let Some(pool) = counts.open.get_mut(group as usize) {
                pool.add(self.terms, low, high, cell.perhaps_unrated());
            }
            if cell.leveled && (low..=high).contains(&self.terms.level) {
                may.push((group, place));
            }
        }
        Share { range, counts, open: may }
    }

    fn cell(self, place: Place) -> Cell {
        self.cells.get(place.0 as usize).map_or(Cell::INVALID, |cells| cells.get(place.1 as usize))
    }

    /// What the quota leaves to everybody whom it reaches.
    pub(super) fn leave(self, shares: &[Share], held: &[Option<Held>]) -> Vec<Left> {
        let reached: Vec<bool> = held
            .iter()
            .map(|held| held.as_ref().is_none_or(|held| held.allowance.over.1 > 0 || held.allowance.most.1 == 0))
            .collect();
        let gathered = in_parallel(shares, |share| self.gather(share, &reached));
        let mut open: Vec<Vec<Place>> = vec![Vec::new(); held.len()];
        let mut nowhere = Left::new(self.batches.len());
        for (group, place) in shares.iter().flat_map(|share| &share.open) {
            match open.get_mut(*group as usize) {
                Some(list) if reached.get(*group as usize).copied().unwrap_or(true) => list.push(*place),
                None if *group == NOWHERE => nowhere.put(*place, open_to_missing(self.cell(*place), self.terms)),
                _ => {}
            }
        }
        let next = AtomicUsize::new(0);
        let workers: Vec<usize> = (0..self.threads.max(1)).collect();
        let mut all = in_parallel(&workers, |_| {
            let (mut found, mut scratch) = (Left::new(self.batches.len()), Vec::new());
            loop {
                let group = next.fetch_add(1, Atomic::Relaxed);
                let Some(held) = held.get(group) else { return found };
                scratch.clear();
                gathered.iter().for_each(|share| scratch.extend_from_slice(share.of(group)));
                let others = open.get(group).map(Vec::as_slice).unwrap_or_default();
                self.leave_group(held.as_ref(), &mut scratch, others, &mut found);
            }
        });
        all.push(nowhere);
        all
    }

    /// Those of a share who have the level, in groups that the quota reaches.
    fn gather(self, share: &Share, reached: &[bool]) -> Gathered {
        let level = usize::from(self.terms.level & 7);
        let mut sum = 0_u32;
        let mut ends: Vec<u32> = Vec::with_capacity(reached.len());
        for (levels, reached) in share.counts.rated.iter().zip(reached) {
            ends.push(sum);
            if *reached {
                sum = sum.saturating_add(levels.get(level).copied().unwrap_or(0));
            }
        }
        let mut rows = vec![(0_i64, (0_u32, 0_u32)); sum as usize];
        self.each_row(share.range, |place, group, outcome, found| {
            if outcome != 0 || found != self.terms.level || !reached.get(group as usize).copied().unwrap_or(false) {
                return;
            }
            let Some(next) = ends.get_mut(group as usize) else { return };
            if let Some(slot) = rows.get_mut(*next as usize) {
                *slot = (self.ranking.first(place), place);
            }
            *next = next.saturating_add(1);
        });
        Gathered { ends, rows }
    }

    /// What is left to those of one group.
    fn leave_group(self, held: Option<&Held>, rows: &mut [(i64, Place)], others: &[Place], found: &mut Left) {
        let closed = held.is_some_and(|held| {
            let allowance = held.allowance;
            allowance.over.0 == allowance.over.1 && allowance.most.0 == allowance.most.1 && allowance.most.1 > 0
        });
        let known = rows.iter().all(|(first, _)| *first != UNRANKED);
        match held {
            // Who is open is no candidate of the ranking, and who lacks a key leaves it undone.
            Some(held) if self.ranked && closed && known && others.is_empty() => {
                self.step_down(rows, held.allowance.most.1, found);
            }
            _ => {
                for place in rows.iter().map(|(_, place)| place).chain(others) {
                    let cell = self.cell(*place);
                    found.put(*place, left(cell, cell, u32::MAX, self.terms, held));
                }
            }
        }
    }

    /// Lets those over step down by the ranking; those who tie across the line stay open.
    fn step_down(self, rows: &mut [(i64, Place)], most: u64, found: &mut Left) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let Some(below) = self.terms.level.checked_sub(1).filter(|_| most < rows.len()) else { return };
        let compare = |one: &(i64, Place), two: &(i64, Place)| {
            one.0.cmp(&two.0).then_with(|| self.ranking.compare(one.1, two.1))
        };
        // The best of those over stands at the line; before it are those within, in no order.
        let (within, first_over, over) = rows.select_nth_unstable_by(most, compare);
        let tied = |other: &(i64, Place)| compare(other, first_over).is_eq();
        let before: Vec<Place> = within.iter().filter(|other| tied(other)).map(|(_, place)| *place).collect();
        let open = Cell {
            outcome: Outcome::AuthorityDecides,
            low: below,
            high: self.terms.level,
            leveled: true,
            perhaps_unrated: false,
        };
        if before.is_empty() {
            found.step_down(first_over.1, below);
            over.iter().for_each(|(_, place)| found.step_down(*place, below));
            return;
        }
        before.iter().for_each(|place| found.put(*place, open));
        found.put(first_over.1, open);
        for other in over.iter() {
            match tied(other) {
                true => found.put(other.1, open),
                false => found.step_down(other.1, below),
            }
        }
    }
}

impl Gathered {
    fn of(&self, group: usize) -> &[(i64, Place)] {
        let start = group.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let (start, end) = (start.unwrap_or(0) as usize, self.ends.get(group).copied().unwrap_or(0) as usize);
        self.rows.get(start..end).unwrap_or_default()
    }
}

impl Counts {
    pub(super) fn new(groups: usize) -> Self {
        Self { rated: vec![[0; 8]; groups], open: vec![Pool::default(); groups] }
    }

    pub(super) fn is_empty(&self, group: u32) -> bool {
        let nobody = self.rated.get(group as usize).is_none_or(|counts| counts.iter().all(|count| *count == 0));
        nobody && self.open.get(group as usize).is_none_or(|pool| pool.size() == 0)
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (to, more) in self.rated.iter_mut().flatten().zip(other.rated.iter().flatten()) {
            *to = to.saturating_add(*more);
        }
        for (to, more) in self.open.iter_mut().zip(&other.open) {
            to.join(more);
        }
    }

    pub(super) fn pool(&self, terms: &Terms, group: u32) -> Pool {
        let mut pool = self.open.get(group as usize).copied().unwrap_or_default();
        for (level, count) in (0_u8..).zip(self.rated.get(group as usize).copied().unwrap_or_default()) {
            pool.add_many(terms, level, u64::from(count));
        }
        pool
    }
}

/// Does the same with each, on threads of their own; the order is kept.
fn in_parallel<I: Sync, V: Send>(all: &[I], work: impl Fn(&I) -> V + Sync) -> Vec<V> {
    let Some((first, rest)) = all.split_first() else { return Vec::new() };
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = rest.iter().map(|one| scope.spawn(move || work(one))).collect();
        let mut done = vec![work(first)];
        for other in others {
            match other.join() {
                Ok(more) => done.push(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
