//! Who of a group keeps the limited level: those who may have it gathered group by group, and those over left to the
//! authority or stepping down by the ranking.

use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use super::count::{Share, Table};
use super::groups::NOWHERE;
use super::prefix::{Room, UNRANKED};
use super::ranking::Place;
use super::shares::in_parallel;
use super::write::Left;
use crate::cohort::hold::{Held, left, open_to_missing};
use crate::cohort::state::Cell;
use crate::judge::Outcome;

/// How many candidates are looked at together.
const TOGETHER: usize = 1024;

/// A row with the first keys of the ranking.
type Candidate = (u64, Place);

/// Those of a share who have the limited level for certain, group by group.
struct Gathered {
    /// For each group where its first is and where the next goes: in the end behind its last.
    places: Vec<(u32, u32)>,
    rows: Vec<Candidate>,
}

impl Table<'_> {
    /// What the quota leaves to everybody whom it reaches.
    pub(super) fn leave(self, shares: &[Share], held: &[Option<Held>]) -> Vec<Left> {
        let reached: Vec<bool> = held
            .iter()
            .map(|held| held.as_ref().is_none_or(|held| held.allowance.over.1 > 0 || held.allowance.most.1 == 0))
            .collect();
        let gathered = in_parallel(shares, |share| self.gather(share, &reached));
        let mut open: Vec<Vec<Place>> = vec![Vec::new(); held.len()];
        let mut nowhere = self.nothing_left();
        for (group, place) in shares.iter().flat_map(|share| &share.open) {
            match open.get_mut(*group as usize) {
                Some(list) if reached.get(*group as usize).copied().unwrap_or(true) => list.push(*place),
                None if *group == NOWHERE => nowhere.put(*place, open_to_missing(self.cell(*place), self.terms)),
                _ => {}
            }
        }
        let next = AtomicUsize::new(0);
        let mut all = in_parallel(0..self.threads.max(1), |_| {
            let (mut found, mut scratch) = (self.nothing_left(), Vec::new());
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

    fn nothing_left(self) -> Left {
        Left::new(self.batches.len(), self.terms.level.saturating_sub(1))
    }

    /// Those of a share who have the level, in groups that the quota reaches.
    fn gather(self, share: &Share, reached: &[bool]) -> Gathered {
        let mut sum = 0_u32;
        let mut place = |(group, reached): (usize, &bool)| {
            // In a group that is not reached nobody goes anywhere.
            let start = if *reached { sum } else { u32::MAX };
            sum = sum.saturating_add(if *reached { share.counts.rated(group, self.terms.level) } else { 0 });
            (start, start)
        };
        let mut places: Vec<(u32, u32)> = reached.iter().enumerate().map(&mut place).collect();
        let mut room = Room::default();
        let mut rows: Vec<Candidate> = vec![(0, (0, 0)); sum as usize];
        for (batch, sure) in &share.sure {
            let prefix = self.ranking.prefix(*batch);
            for sure in sure.chunks(TOGETHER) {
                prefix.of(sure, &mut room);
                for ((group, row), first) in sure.iter().zip(&room.found) {
                    if let Some((_, next)) = places.get_mut(*group as usize)
                        && let Some(slot) = rows.get_mut(*next as usize)
                    {
                        *slot = (*first, (*batch, *row));
                        *next = next.saturating_add(1);
                    }
                }
            }
        }
        Gathered { places, rows }
    }

    /// What is left to those of one group.
    fn leave_group(self, held: Option<&Held>, rows: &mut [Candidate], others: &[Place], found: &mut Left) {
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
    fn step_down(self, rows: &mut [Candidate], most: u64, found: &mut Left) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let Some(below) = self.terms.level.checked_sub(1).filter(|_| most < rows.len()) else { return };
        let compare =
            |one: &Candidate, two: &Candidate| one.0.cmp(&two.0).then_with(|| self.ranking.compare(one.1, two.1));
        // The best of those over stands at the line; before it are those within, in no order.
        let (within, first_over, over) = rows.select_nth_unstable_by(most, compare);
        let tied = |other: &Candidate| compare(other, first_over).is_eq();
        let before: Vec<Place> = within.iter().filter(|other| tied(other)).map(|(_, place)| *place).collect();
        let open = Cell {
            outcome: Outcome::AuthorityDecides,
            low: below,
            high: self.terms.level,
            leveled: true,
            perhaps_unrated: false,
        };
        if before.is_empty() {
            found.step_down(first_over.1);
            over.iter().for_each(|(_, place)| found.step_down(*place));
            return;
        }
        before.iter().for_each(|place| found.put(*place, open));
        found.put(first_over.1, open);
        for other in over.iter() {
            match tied(other) {
                true => found.put(other.1, open),
                false => found.step_down(other.1),
            }
        }
    }
}

impl Gathered {
    fn of(&self, group: usize) -> &[Candidate] {
        let (start, end) = self.places.get(group).copied().unwrap_or_default();
        self.rows.get(start as usize..end as usize).unwrap_or_default()
    }
}
