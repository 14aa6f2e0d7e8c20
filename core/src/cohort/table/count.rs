//! Groups counted: one reading of the table, in which those who may have the limited level are noted too.

use arrow_array::RecordBatch;

use super::cells::{Cells, UNRATED};
use super::groups::{GroupsOf, NOWHERE};
use super::ranking::{Place, Ranking};
use super::shares::{Piece, in_parallel, pieces, shared};
use crate::cohort::allowance::{Pool, Terms};
use crate::cohort::state::Cell;
use crate::judge::Outcome;

/// The most levels that are told apart.
const LEVELS: usize = UNRATED as usize;

/// The kind of a row that is invalid.
const INVALID: u8 = UNRATED | Outcome::Invalid as u8;

/// What is counted of each group.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Those who are rated, by level; last all others, whose number tells nothing.
    rated: Vec<[u32; LEVELS + 1]>,
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
        let (mut codes, mut kinds, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for pieces in pieces.chunk_by(|one, two| one.batch == two.batch) {
            let mut sure = Vec::new();
            for piece in pieces {
                let batch = piece.batch as usize;
                let (Some(groups), Some(cells)) = (self.groups.get(batch), self.cells.get(batch)) else { continue };
                groups.codes(*piece, &mut codes);
                super::cells::kinds(*piece, &cells.outcome, &cells.high, &mut kinds);
                share.counts.add_rows(&codes, &kinds);
                let row = |at: u32| (piece.start as u32).saturating_add(at);
                let group = |at: u32| codes.get(at as usize).copied().unwrap_or(NOWHERE);
                select(&kinds, |kind| kind == self.terms.level, &mut found);
                for at in &found {
                    match group(*at) {
                        NOWHERE => self.count_open(NOWHERE, (piece.batch, row(*at)), &mut share),
                        group => sure.push((group, row(*at))),
                    }
                }
                let left_out = if self.leave_out_invalid { INVALID } else { u8::MAX };
                select(&kinds, |kind| kind >= UNRATED && kind != left_out, &mut found);
                for at in &found {
                    self.count_open(group(*at), (piece.batch, row(*at)), &mut share);
                }
            }
            share.sure.extend(pieces.first().map(|piece| (piece.batch, sure)));
        }
        share
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
        Self { rated: vec![[0; LEVELS + 1]; groups], open: vec![Pool::default(); groups] }
    }

    /// Counts rows of these groups and kinds.
    fn add_rows(&mut self, groups: &[u32], kinds: &[u8]) {
        for (group, kind) in groups.iter().zip(kinds) {
            let levels = self.rated.get_mut(*group as usize);
            if let Some(count) = levels.and_then(|levels| levels.get_mut(usize::from(*kind).min(LEVELS))) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// How many of a group have each level for certain.
    fn levels(&self, group: u32) -> Option<&[u32]> {
        self.rated.get(group as usize).and_then(|levels| levels.get(..LEVELS))
    }

    /// How many have a level for certain.
    pub(super) fn rated(&self, group: usize, level: u8) -> u32 {
        let levels = self.levels(group as u32);
        levels.and_then(|levels| levels.get(usize::from(level & 7))).copied().unwrap_or(0)
    }

    pub(super) fn is_empty(&self, group: u32) -> bool {
        let nobody = self.levels(group).is_none_or(|counts| counts.iter().all(|count| *count == 0));
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
        for (level, count) in (0_u8..).zip(self.levels(group).unwrap_or_default()) {
            pool.add_many(terms, level, u64::from(*count));
        }
        pool
    }
}

/// The places of the kinds that are wanted.
#[inline(always)]
fn select(kinds: &[u8], wanted: impl Fn(u8) -> bool, found: &mut Vec<u32>) {
    found.clear();
    found.resize(kinds.len(), 0);
    let mut next = 0_usize;
    for (at, kind) in (0_u32..).zip(kinds) {
        // Nobody foresees who is wanted: each is written down, and overwritten by the next unless it was.
        if let Some(slot) = found.get_mut(next) {
            *slot = at;
        }
        next = next.saturating_add(usize::from(wanted(*kind)));
    }
    found.truncate(next);
}
