//! The levels of a chunk: eligibility, the intervals of the standards and the limits, and what is left of them.
//!
//! Every interval is computed at both ends of what is not known, as [`crate::judge`] does for one case; where nothing in
//! the chunk is unknown, at one.

use crate::judge::Outcome;

use super::chunk::Workspace;
use super::kernel::{FALSE, Number, TRUE, UNKNOWN, fill, mask, select};
use super::lane::Rows;
use super::program::{Cap, Num, Program};
use super::results::{Results, part};

/// Bytes for each row on the way to the levels.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// The band of the score at both ends, and the conditions that hold there.
    pub(super) band: [Vec<u8>; 2],
    /// The standards' intervals: of the worst and of the best completion.
    pub(super) worst: Ends,
    pub(super) best: Ends,
    /// The result.
    pub(super) low: Vec<u8>,
    pub(super) cut: Ends,
    pub(super) open: Vec<u8>,
    pub(super) conditions: Vec<u8>,
    pub(super) limits: Vec<[Ends; 2]>,
    pub(super) bound: Vec<Vec<u8>>,
    pub(super) unreviewed: Vec<u8>,
    pub(super) unrated: Vec<u8>,
    pub(super) escape: Vec<u8>,
}

/// The lower and the upper end of an interval for each row.
#[derive(Debug, Default, Clone)]
pub(super) struct Ends {
    pub(super) low: Vec<u8>,
    pub(super) high: Vec<u8>,
}

impl Ends {
    fn fill(&mut self, len: usize, low: u8, high: u8) {
        fill(&mut self.low, len, low);
        fill(&mut self.high, len, high);
    }
}

impl<T: Number> Workspace<T> {
    #[inline(always)]
    pub(super) fn eligibility(&mut self, program: &Program<T>, len: usize) {
        for (to, registers) in
            [(&mut self.bytes.unreviewed, &program.not_reviewed), (&mut self.bytes.unrated, &program.not_rated)]
        {
            fill(to, len, FALSE);
            for truths in registers.iter().filter_map(|register| self.registers.get(*register)) {
                for (to, truth) in to.iter_mut().zip(truths) {
                    *to |= truth;
                }
            }
        }
    }

    /// The intervals of the standards and the limits, and what is left of them.
    #[inline(always)]
    pub(super) fn levels(&mut self, program: &Program<T>, len: usize, doubt: bool) {
        let mut bytes = std::mem::take(&mut self.bytes);
        let ends: &[usize] = if doubt { &[0, 1] } else { &[0] };
        for end in ends {
            // The bands of the score.
            if let Some(band) = bytes.band.get_mut(*end) {
                match program.score {
                    None => fill(band, len, program.top),
                    Some(score) => {
                        let column = self.number(score);
                        let unknown = match score {
                            Num::Lane(lane) => program.lanes.get(lane).map_or((0, 0), |lane| lane.unknown),
                            Num::Sum(_) => (0, 0),
                        };
                        let at = if *end == 0 { unknown.0 } else { unknown.1 };
                        let values = if *end == 0 { column.low } else { column.high.unwrap_or(column.low) };
                        let replace = column.known.filter(|_| matches!(score, Num::Lane(_)));
                        bands(band, program, values, replace.map(|known| (known, T::of(at))), len);
                    }
                }
            }
            // The highest level in reach whose conditions hold; certain ones at the worst end, possible ones at the best.
            let bit = if *end == 0 { 1_u8 } else { 2 };
            let reached = if *end == 0 { &mut bytes.worst.low } else { &mut bytes.best.low };
            fill(reached, len, 0);
            let band = bytes.band.get(*end).map(Vec::as_slice).unwrap_or_default();
            for ((_, conditions), rank) in program.levels.iter().zip(1_u8..) {
                fill(&mut bytes.conditions, len, TRUE);
                for truths in conditions.iter().filter_map(|register| self.registers.get(*register)) {
                    for (all, truth) in bytes.conditions.iter_mut().zip(truths) {
                        *all &= truth;
                    }
                }
                for ((to, holds), band) in reached.iter_mut().zip(&bytes.conditions).zip(band) {
                    let here = mask((holds & bit != 0) & (*band >= rank));
                    *to = select(here, rank, *to);
                }
            }
            let interval = if *end == 0 { &mut bytes.worst } else { &mut bytes.best };
            upper(&mut interval.high, &interval.low, band, program);
        }
        // What the limits leave of it.
        let top = program.top;
        bytes.low.clear();
        bytes.low.extend_from_slice(&bytes.worst.low);
        let from = if doubt { &bytes.best } else { &bytes.worst };
        bytes.cut.low.clear();
        bytes.cut.low.extend_from_slice(&from.low);
        bytes.cut.high.clear();
        bytes.cut.high.extend_from_slice(&from.high);
        for (limit, [worst, best]) in program.limits.iter().zip(&mut bytes.limits) {
            fill(&mut bytes.escape, len, FALSE);
            for truths in limit.escapes.iter().filter_map(|register| self.registers.get(*register)) {
                for (to, truth) in bytes.escape.iter_mut().zip(truths) {
                    *to |= truth;
                }
            }
            let escapes = (!limit.escapes.is_empty()).then_some(bytes.escape.as_slice());
            let truths = self.registers.get(limit.rule).map(Vec::as_slice).unwrap_or_default();
            match limit.cap {
                Cap::Open => {
                    worst.fill(len, 0, top);
                    best.fill(len, 0, top);
                }
                Cap::Level(level) => {
                    spans(worst, truths, escapes, std::iter::repeat(level), top, false);
                    if doubt {
                        spans(best, truths, escapes, std::iter::repeat(level), top, true);
                    }
                }
                Cap::Lane(lane) => {
                    let Some(lane) = self.lanes.get(lane) else { continue };
                    let always = std::iter::repeat(&0xFF_u8);
                    let known = || lane.known().unwrap_or_default().iter().chain(always.clone());
                    let stated = |other: u8| {
                        lane.bytes.iter().zip(known()).map(move |(level, known)| select(*known, *level, other))
                    };
                    spans(worst, truths, escapes, stated(0), top, false);
                    if doubt {
                        spans(best, truths, escapes, stated(top), top, true);
                    }
                }
            }
            let best: &Ends = if doubt || limit.cap == Cap::Open { best } else { worst };
            for (to, other) in bytes.low.iter_mut().zip(&worst.low) {
                *to = (*to).min(*other);
            }
            for (to, other) in bytes.cut.low.iter_mut().zip(&best.low) {
                *to = (*to).min(*other);
            }
            for (to, other) in bytes.cut.high.iter_mut().zip(&best.high) {
                *to = (*to).min(*other);
            }
        }
        // Whether something that is missing matters.
        fill(&mut bytes.open, len, 0);
        if doubt {
            matters(&mut bytes.open, &bytes.worst, &bytes.best, &bytes.cut);
            for (limit, [worst, best]) in program.limits.iter().zip(&bytes.limits) {
                if limit.cap != Cap::Open {
                    matters(&mut bytes.open, worst, best, &bytes.cut);
                }
            }
        }
        // Which limits at a stated level stand at the bottom.
        for ((limit, [worst, best]), bound) in program.limits.iter().zip(&bytes.limits).zip(&mut bytes.bound) {
            if let Cap::Lane(_) = limit.cap {
                let best = if doubt { best } else { worst };
                bound.resize(len, 0);
                let result = bytes.low.iter().zip(&bytes.cut.high);
                let limits = best.high.iter().zip(&worst.low);
                for ((to, (high, low)), (least, most)) in bound.iter_mut().zip(limits).zip(result) {
                    let above = (*high == *most) & (*most < top);
                    let below = (*low == *least) & (*least < *most);
                    *to = mask(above | below);
                }
            }
        }
        self.bytes = bytes;
    }

    /// The outcomes, levels and scores.
    #[inline(always)]
    pub(super) fn finish(&mut self, program: &Program<T>, rows: Rows, results: &mut Results) {
        const fn code(outcome: Outcome) -> u8 {
            outcome as u8
        }
        let bytes = &self.bytes;
        let levels = bytes.low.iter().zip(&bytes.cut.high);
        let ended = bytes.unreviewed.iter().zip(&bytes.unrated);
        let found = levels.zip(&bytes.open).zip(ended).zip(&self.invalid);
        for (to, row) in part(&mut results.outcomes, rows).iter_mut().zip(found) {
            let ((((low, high), open), (unreviewed, unrated)), invalid) = row;
            let one = select(mask(low == high), code(Outcome::Rated), code(Outcome::AuthorityDecides));
            let unclear = mask((*unreviewed == UNKNOWN) | (*unrated == UNKNOWN));
            let rated = select(open | unclear, code(Outcome::Undetermined), one);
            let reviewed = select(mask(*unreviewed == FALSE), code(Outcome::NotRated), code(Outcome::Undetermined));
            let rated = select(mask(*unrated == TRUE), reviewed, rated);
            let all = select(mask(*unreviewed == TRUE), code(Outcome::NotReviewed), rated);
            *to = select(*invalid, code(Outcome::Invalid), all);
        }
        part(&mut results.low, rows).copy_from_slice(&bytes.low);
        part(&mut results.high, rows).copy_from_slice(&bytes.cut.high);
        let ended = bytes.unreviewed.iter().zip(&bytes.unrated).zip(&self.invalid);
        let leveled = part(&mut results.leveled, rows);
        for (to, ((unreviewed, unrated), invalid)) in leveled.iter_mut().zip(ended) {
            *to = !(mask((*unreviewed == TRUE) | (*unrated == TRUE)) | invalid);
        }
        if let Some(score) = program.score {
            let column = self.number(score);
            results.scores.put(rows, column.low);
            let scored = part(&mut results.scored, rows);
            scored.copy_from_slice(leveled);
            for (to, known) in scored.iter_mut().zip(column.known.unwrap_or_default()) {
                *to &= known;
            }
        }
    }
}

/// The band of every score; where it is not known, of the value that stands for it.
#[inline(always)]
fn bands<T: Number>(to: &mut Vec<u8>, program: &Program<T>, values: &[T], replace: Option<(&[u8], T)>, len: usize) {
    fill(to, len, 0);
    for (from, _) in &program.levels {
        match replace {
            None => {
                for (to, value) in to.iter_mut().zip(values) {
                    *to = to.wrapping_add(u8::from(value >= from));
                }
            }
            Some((known, other)) => {
                for ((to, value), known) in to.iter_mut().zip(values).zip(known) {
                    *to = to.wrapping_add(u8::from(value.select(*known, other) >= *from));
                }
            }
        }
    }
}

/// The upper end of the standards' interval.
#[inline(always)]
fn upper<T>(to: &mut Vec<u8>, conditions: &[u8], band: &[u8], program: &Program<T>) {
    let closed = mask(program.closed);
    let scored = mask(program.score.is_some());
    let lower = mask(program.lower_on_gap);
    to.resize(conditions.len(), 0);
    for (to, (conditions, band)) in to.iter_mut().zip(conditions.iter().zip(band)) {
        let none = closed & mask(*conditions == 0);
        let below = band.saturating_sub(1);
        let gap = select(none, below.max(1), below);
        let by_score = select(mask(conditions == band), *conditions, gap);
        let alone = select(none, 1, *conditions);
        let high = select(scored, by_score, alone);
        *to = select(lower, *conditions, high.min(program.top));
    }
}

/// The interval of a limit at one end: where the rule holds, its level, and above it whatever an escape leaves open.
#[inline(always)]
fn spans(
    to: &mut Ends,
    truths: &[u8],
    escapes: Option<&[u8]>,
    caps: impl Iterator<Item = u8> + Clone,
    top: u8,
    best: bool,
) {
    let (rule, escape) = if best { (1_u8, 2_u8) } else { (2, 1) };
    to.low.resize(truths.len(), 0);
    for ((to, truth), cap) in to.low.iter_mut().zip(truths).zip(caps.clone()) {
        *to = select(mask(truth & rule != 0), cap, top);
    }
    to.high.clear();
    to.high.extend_from_slice(&to.low);
    if let Some(escapes) = escapes {
        for (to, escaped) in to.high.iter_mut().zip(escapes) {
            *to = select(mask(escaped & escape == 0), *to, top);
        }
    }
}

/// Marks the rows in which a rule that is not known could still change the result.
#[inline(always)]
fn matters(open: &mut [u8], worst: &Ends, best: &Ends, cut: &Ends) {
    let worst_ends = worst.low.iter().zip(&worst.high);
    let best_ends = best.low.iter().zip(&best.high);
    let cut_ends = cut.low.iter().zip(&cut.high);
    for (((open, (low, high)), (best_low, best_high)), (cut_low, cut_high)) in
        open.iter_mut().zip(worst_ends).zip(best_ends).zip(cut_ends)
    {
        let differs = (low != best_low) | (high != best_high);
        let counts = (high < cut_high) | (low < cut_low);
        *open |= mask(differs & counts);
    }
}
