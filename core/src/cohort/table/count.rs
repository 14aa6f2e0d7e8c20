//! Groups counted: one reading of the table, in which those who may have the limited level are noted too.

use arrow_array::RecordBatch;

use super::cells::{Cells, meant};
use super::groups::GroupsOf;
use super::ranking::{Place, Ranking};
use super::shares::{Piece, in_parallel, pieces, shared};
use crate::cohort::allowance::{Pool, Terms};
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
    pub(super) groups: &'t [GroupsOf<'t>],
    pub(super) group_count: usize,
    pub(super) ranking: &'t Ranking<'t>,
    pub(super) terms: &'t Terms,
    /// The highest level.
    pub(super) top: u8,
    pub(super) leave_out_invalid: bool,
    /// Whether those over step down by the ranking.
    pub(super) ranked: bool,
    pub(super) threads: usize,
}

/// A share of a table, counted by one thread.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) counts: Counts,
    /// Those who have the limited level for certain, with their groups: batch after batch, each with its rows.
    pub(super) sure: Vec<(u32, Vec<(u32, u32)>)>,
    /// Those who are open and may have the limited level, with their groups.
    pub(super) open: Vec<(u32, Place)>,
}

impl<'t> Table<'t> {
    /// Counts every group, in as many shares as there are threads.
    pub(super) fn count(self) -> Vec<Share> {
        let pieces = pieces(self.batches);
        in_parallel(shared(&pieces, self.threads), |pieces| self.count_share(pieces))
    }

    fn count_share(self, pieces: &[Piece]) -> Share {
        let mut share = Share { counts: Counts::new(self.group_count), sure: Vec::new(), open: Vec::new() };
        let (mut codes, mut found, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for pieces in pieces.chunk_by(|one, two| one.batch == two.batch) {
            let mut sure = Vec::new();
            for piece in pieces {
                let batch = piece.batch as usize;
                let (Some(groups), Some(cells)) = (self.groups.get(batch), self.cells.get(batch)) else { continue };
                groups.codes(*piece, &mut codes);
                self.count_piece(*piece, cells, &codes, &mut share.counts, &mut found, &mut open);
                sure.extend_from_slice(&found);
                open.drain(..).for_each(|(group, place)| self.count_open(group, place, &mut share));
            }
            share.sure.extend(pieces.first().map(|piece| (piece.batch, sure)));
        }
        share
    }

    /// Counts those of a piece who are rated, finds those of them with the limited level, and whoever is not rated.
    fn count_piece(
        self,
        piece: Piece,
        cells: &Cells<'_>,
        codes: &[u32],
        counts: &mut Counts,
        found: &mut Vec<(u32, u32)>,
        open: &mut Vec<(u32, Place)>,
    ) {
        found.clear();
        found.resize(piece.len, (0, 0));
        let mut next = 0_usize;
        let mut row = |row: u32, group: u32, outcome: u8, level: u8| {
            // Of those who are rated the one level is all that there is to count.
            if outcome != 0 {
                open.push((group, (piece.batch, row)));
                return;
            }
            let levels = counts.rated.get_mut(group as usize);
            let at = usize::from(level & 7);
            let known = levels.and_then(|levels| levels.get_mut(at)).map(|count| *count = count.saturating_add(1));
            // Nobody foresees who has the level: each is written down, and overwritten by the next unless it has.
            if let Some(slot) = found.get_mut(next) {
                *slot = (group, row);
            }
            next = next.saturating_add(usize::from(level == self.terms.level && known.is_some()));
            if known.is_none() && level == self.terms.level {
                open.push((group, (piece.batch, row)));
            }
        };
        let rows = piece.start as u32..;
        match (cells.outcome.keys(), cells.high.keys()) {
            (Some((outcomes, outcome)), Some((levels, level))) => {
                let keys = piece.of(outcomes).iter().zip(piece.of(levels));
                for ((at, group), (outcome_key, level_key)) in rows.zip(codes).zip(keys) {
                    row(at, *group, meant(outcome, *outcome_key), meant(level, *level_key));
                }
            }
            _ => {
                for (at, group) in rows.zip(codes) {
                    row(at, *group, cells.outcome.get(at as usize), cells.high.get(at as usize));
                }
            }
        }
        found.truncate(next);
    }

    /// Counts somebody who is not rated, or is in no group.
    fn count_open(self, group: u32, place: Place, share: &mut Share) {
        let cell = self.cell(place);
        if cell.outcome == Outcome::Invalid && self.leave_out_invalid {
            return;
        }
        let Some((low, high)) = cell.levels(self.top) else { return };
        if let Some(pool) = share.counts.open.get_mut(group as usize) {
            pool.add(self.terms, low, high, cell.perhaps_unrated());
        }
        if cell.leveled && (low..=high).contains(&self.terms.level) {
            share.open.push((group, place));
        }
    }

    pub(super) fn cell(self, place: Place) -> Cell {
        self.cells.get(place.0 as usize).map_or(Cell::INVALID, |cells| cells.get(place.1 as usize))
    }
}

impl Counts {
    pub(super) fn new(groups: usize) -> Self {
        Self { rated: vec![[0; 8]; groups], open: vec![Pool::default(); groups] }
    }

    /// How many have a level for certain.
    pub(super) fn rated(&self, group: usize, level: u8) -> u32 {
        let levels = self.rated.get(group);
        levels.and_then(|levels| levels.get(usize::from(level & 7))).copied().unwrap_or(0)
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
