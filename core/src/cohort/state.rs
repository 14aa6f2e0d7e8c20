//! How far a cohort is rated: for each subject what its own rules gave, and what the quotas left of it.

use super::scene::Scene;
use crate::judge::Outcome;

/// Why something is open. The later, the more serious: facts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Cause {
    #[default]
    None,
    /// Discretion, a gap or a quota.
    Discretion,
    /// Missing or refused facts.
    Missing,
}

/// How a subject is rated, in a few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) outcome: Outcome,
    pub(crate) low: u8,
    pub(crate) high: u8,
    /// Whether there is an interval of levels.
    pub(crate) leveled: bool,
    /// Whether it may still come out as not rated or not reviewed.
    pub(crate) perhaps_unrated: bool,
}

impl Cell {
    pub(crate) const INVALID: Self =
        Self { outcome: Outcome::Invalid, low: 0, high: 0, leveled: false, perhaps_unrated: true };

    /// The levels that are possible, where it may be rated at all.
    pub(crate) fn levels(self, top: u8) -> Option<(u8, u8)> {
        match self.outcome {
            Outcome::Invalid => Some((0, top)),
            _ => Some((self.low, self.high)).filter(|_| self.leveled),
        }
    }

    pub(crate) fn perhaps_unrated(self) -> bool {
        self.perhaps_unrated || self.outcome == Outcome::Invalid
    }

    pub(crate) fn cause(self) -> Cause {
        match self.outcome {
            Outcome::Undetermined | Outcome::Invalid => Cause::Missing,
            Outcome::AuthorityDecides => Cause::Discretion,
            Outcome::Rated | Outcome::NotRated | Outcome::NotReviewed => Cause::None,
        }
    }
}

/// What a subject may be in the eyes of others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// Nothing where it is certainly not rated.
    pub(crate) levels: Option<(u8, u8)>,
    pub(crate) perhaps_unrated: bool,
    pub(crate) cause: Cause,
}

/// How far a cohort is rated.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// What the own rules of each subject gave.
    pub(crate) own: Vec<Cell>,
    /// The same after the quotas.
    pub(crate) held: Vec<Cell>,
    /// The level that the authority decided, whether or not it lies within what was proposed.
    pub(crate) decided: Vec<Option<u8>>,
}

impl State {
    pub(crate) fn new(subjects: usize) -> Self {
        Self {
            own: vec![Cell::INVALID; subjects],
            held: vec![Cell::INVALID; subjects],
            decided: vec![None; subjects],
        }
    }

    pub(crate) fn own(&self, subject: u32) -> Cell {
        self.own.get(subject as usize).copied().unwrap_or(Cell::INVALID)
    }

    pub(crate) fn held(&self, subject: u32) -> Cell {
        self.held.get(subject as usize).copied().unwrap_or(Cell::INVALID)
    }

    /// Puts what the own rules gave; the quotas come after.
    pub(crate) fn put(&mut self, subject: u32, cell: Cell) {
        for list in [&mut self.own, &mut self.held] {
            if let Some(slot) = list.get_mut(subject as usize) {
                *slot = cell;
            }
        }
    }

    /// The level that the authority decided, where it lies within what was proposed.
    pub(crate) fn decision(&self, subject: u32) -> Option<u8> {
        let level = self.decided.get(subject as usize).copied().flatten()?;
        let cell = self.held(subject);
        let proposed = cell.leveled && cell.outcome != Outcome::Invalid;
        Some(level).filter(|level| proposed && (cell.low..=cell.high).contains(level))
    }

    /// What a subject is in the eyes of those who depend on it: as the authority decided, else as proposed. A member of a
    /// group whose quota comes too late to wait for is as open as before it.
    pub(crate) fn standing(&self, scene: &Scene, subject: u32) -> Standing {
        let rules = scene.kind(subject).and_then(|kind| kind.rules.as_ref());
        let top = rules.map_or(0, |rules| rules.rulebook.document().levels.len().saturating_sub(1)) as u8;
        let late = scene.order.is_late(subject);
        let cell = if late { self.own(subject) } else { self.held(subject) };
        let limited = |level: u8| cell.leveled && (cell.low..=cell.high).contains(&level);
        let quotas = rules.map(|rules| rules.quotas.as_slice()).unwrap_or_default();
        // Where the quota comes too late to wait for, nobody knows yet whether a decision lies within what it leaves.
        let open = late && quotas.iter().any(|quota| limited(quota.terms.level));
        if let Some(level) = self.decision(subject).filter(|_| !open) {
            return Standing { levels: Some((level, level)), perhaps_unrated: false, cause: Cause::None };
        }
        let (mut levels, mut cause) = (cell.levels(top), cell.cause());
        if late && let Some((low, high)) = &mut levels {
            for quota in quotas {
                if (*low..=*high).contains(&quota.terms.level) {
                    *low = (*low).min(quota.terms.level.saturating_sub(1));
                    cause = cause.max(Cause::Discretion);
                }
            }
        }
        Standing { levels, perhaps_unrated: cell.perhaps_unrated(), cause }
    }
}
