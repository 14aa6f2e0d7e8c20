//! A program run over a chunk of rows: from cells to outcomes, levels and reason codes.
//!
//! What a row is given here is what [`crate::judge`] gives its case. The intervals of the standards and of every limit
//! are computed at both ends of what is not known; where nothing in the chunk is unknown, at one.

use crate::date::is_under_months;
use crate::judge::Outcome;
use crate::rulebook::Rulebook;

use super::kernel::{self, Column, FALSE, Number, TRUE, UNKNOWN, mask, select};
use super::lane::{ABSENT, FINE, Lane, OUTSIDE, REFUSED, Rows, Source};
use super::program::{Cap, Check, Combine, Leaf, Linear, Num, Program, Step};
use super::reasons::{Fault, Layout, Mark};

/// How many rows run through the program at a time: what a lane holds stays near.
pub(super) const CHUNK: usize = 2_048;

/// What comes out for the rows of a table.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The place in [`Outcome::ALL`].
    pub(super) outcomes: Vec<u8>,
    /// The ranks of the levels; anything where there is no level.
    pub(super) low: Vec<u8>,
    pub(super) high: Vec<u8>,
    /// Masks of the rows that have an interval of levels.
    pub(super) leveled: Vec<u8>,
    /// The score in units of its scale.
    pub(super) scores: Scores,
    /// Masks of the rows that have one.
    pub(super) scored: Vec<u8>,
    /// The reason codes, word after word for each row.
    pub(super) reasons: Vec<Vec<u64>>,
    /// How many rows were rated one by one.
    pub(super) single: usize,
}

/// Scores, in the width of their column.
#[derive(Debug, Default)]
pub(super) enum Scores {
    #[default]
    None,
    Whole(Vec<i64>),
    Decimal(Vec<i128>),
}

impl Scores {
    pub(super) fn push(&mut self, score: i64) {
        match self {
            Self::None => {}
            Self::Whole(scores) => scores.push(score),
            Self::Decimal(scores) => scores.push(score.into()),
        }
    }

    #[inline(always)]
    fn put<T: Number>(&mut self, rows: Rows, values: &[T]) {
        match self {
            Self::None => {}
            Self::Whole(scores) => {
                for (to, value) in part(scores, rows).iter_mut().zip(values) {
                    *to = value.wide();
                }
            }
            Self::Decimal(scores) => {
                for (to, value) in part(scores, rows).iter_mut().zip(values) {
                    *to = i128::from(value.wide());
                }
            }
        }
    }
}

impl Results {
    /// Makes so many rows, to be written chunk by chunk. Zeros come from the system, so that nothing is written twice.
    pub(super) fn make(&mut self, rows: usize) {
        for bytes in [&mut self.outcomes, &mut self.low, &mut self.high, &mut self.leveled] {
            *bytes = vec![0; rows];
        }
        match &mut self.scores {
            Scores::None => {}
            Scores::Whole(scores) => *scores = vec![0; rows],
            Scores::Decimal(scores) => *scores = vec![0; rows],
        }
        if !matches!(self.scores, Scores::None) {
            self.scored = vec![0; rows];
        }
        for words in &mut self.reasons {
            *words = vec![0; rows];
        }
    }
}

/// The rows of a chunk in a column.
#[inline(always)]
fn part<V>(values: &mut [V], rows: Rows) -> &mut [V] {
    values.get_mut(rows.start..rows.start.saturating_add(rows.len)).unwrap_or_default()
}

/// A sum in a chunk.
#[derive(Debug, Default)]
struct Sum<T> {
    low: Vec<T>,
    high: Vec<T>,
    known: Vec<u8>,
    /// Masks of the rows in which the clamp acted on a known sum.
    clamped: Vec<u8>,
    unknown: bool,
}

/// The room in which chunks are computed, used again for each.
#[derive(Debug)]
pub(super) struct Workspace<T: Number> {
    lanes: Vec<Lane<T>>,
    sums: Vec<Sum<T>>,
    registers: Vec<Vec<u8>>,
    /// The rows that lack a fact which must be there, as bits.
    absent: Vec<u64>,
    /// Masks of the rows that are refused.
    invalid: Vec<u8>,
    /// The same as bits, once all is looked at.
    invalid_rows: Vec<u64>,
    bytes: Bytes,
}

/// Bytes for each row on the way to the levels.
#[derive(Debug, Default)]
struct Bytes {
    /// The band of the score at both ends, and the conditions that hold there.
    band: [Vec<u8>; 2],
    /// The standards' intervals: of the worst and of the best completion.
    worst: Ends,
    best: Ends,
    /// The result.
    low: Vec<u8>,
    cut: Ends,
    open: Vec<u8>,
    conditions: Vec<u8>,
    limits: Vec<[Ends; 2]>,
    bound: Vec<Vec<u8>>,
    unreviewed: Vec<u8>,
    unrated: Vec<u8>,
    escape: Vec<u8>,
    planes: Planes,
}

/// The lower and the upper end of an interval for each row.
#[derive(Debug, Default, Clone)]
struct Ends {
    low: Vec<u8>,
    high: Vec<u8>,
}

impl Ends {
    fn fill(&mut self, len: usize, low: u8, high: u8) {
        fill(&mut self.low, len, low);
        fill(&mut self.high, len, high);
    }
}

fn fill(bytes: &mut Vec<u8>, len: usize, with: u8) {
    bytes.clear();
    bytes.resize(len, with);
}

impl<T: Number> Workspace<T> {
    pub(super) fn new(program: &Program<T>) -> Self {
        let mut bytes = Bytes::default();
        bytes.limits.resize_with(program.limits.len(), Default::default);
        bytes.bound.resize_with(program.limits.len(), Vec::new);
        let mut workspace = Self {
            lanes: Vec::new(),
            sums: Vec::new(),
            registers: Vec::new(),
            absent: Vec::new(),
            invalid: Vec::new(),
            invalid_rows: Vec::new(),
            bytes,
        };
        workspace.lanes.resize_with(program.lanes.len(), Default::default);
        workspace.sums.resize_with(program.sums.len(), Default::default);
        workspace.registers.resize_with(program.registers, Vec::new);
        workspace
    }

    /// Rates a chunk of rows; what comes out is put behind the results so far.
    #[inline(always)]
    pub(super) fn run(
        &mut self,
        rulebook: &Rulebook,
        program: &Program<T>,
        layout: &Layout,
        sources: &[Source<'_>],
        rows: Rows,
        results: &mut Results,
    ) {
        self.absent.clear();
        self.absent.resize(rows.len.div_ceil(64), 0);
        for ((lane, plan), source) in self.lanes.iter_mut().zip(&program.lanes).zip(sources) {
            lane.read(rulebook, plan, source, rows);
            for (all, absent) in self.absent.iter_mut().zip(&lane.absent) {
                *all |= absent;
            }
        }
        self.invalid.resize(rows.len, 0);
        for (word, part) in self.absent.iter().zip(self.invalid.chunks_mut(64)) {
            kernel::spread(*word, part);
        }
        for lane in self.lanes.iter().filter(|lane| lane.faulty) {
            join(&mut self.invalid, &lane.faults, |fault| mask(fault != FINE));
        }
        for place in 0..program.sums.len() {
            self.sum(program, place, rows.len);
        }
        for step in &program.steps {
            self.step(step, rows.len);
        }
        for (fact, register) in &program.required {
            self.require(*fact, *register);
        }
        for check in &program.checks {
            self.check(check);
        }
        self.eligibility(program, rows.len);
        let doubt = self.lanes.iter().any(|lane| lane.unknown) || self.share_of_none(program);
        self.levels(program, rows.len, doubt);
        self.finish(program, rows, results);
        self.reasons(program, layout, rows, doubt, results);
    }

    /// Whether a share is not known although everything is stated: its whole is 0.
    fn share_of_none(&self, program: &Program<T>) -> bool {
        program.steps.iter().any(|step| match &step.leaf {
            Leaf::Linear(Linear { right, if_none: Some(UNKNOWN), .. }) => {
                self.number(*right).low.iter().fold(false, |any, whole| any | (*whole == T::default()))
            }
            _ => false,
        })
    }

    fn number(&self, num: Num) -> Column<'_, T> {
        match num {
            Num::Lane(place) => match self.lanes.get(place) {
                Some(lane) => lane.column(),
                None => Column { low: &[], high: None, known: None },
            },
            Num::Sum(place) => match self.sums.get(place) {
                Some(sum) if sum.unknown => Column { low: &sum.low, high: Some(&sum.high), known: Some(&sum.known) },
                Some(sum) => Column { low: &sum.low, high: None, known: None },
                None => Column { low: &[], high: None, known: None },
            },
        }
    }

    /// A sum: where a part is not known, from what its bounds allow at least to what they allow at most.
    #[inline(always)]
    fn sum(&mut self, program: &Program<T>, place: usize, len: usize) {
        let Some(plan) = program.sums.get(place) else { return };
        let mut sum = self.sums.get_mut(place).map(std::mem::take).unwrap_or_default();
        sum.unknown = plan.leaves.iter().any(|leaf| self.lanes.get(*leaf).is_some_and(|lane| lane.unknown));
        sum.low.clear();
        sum.low.resize(len, T::of(0));
        if !sum.unknown {
            for (part, factor) in &plan.parts {
                add(&mut sum.low, self.number(*part).low, *factor);
            }
        } else {
            sum.high.clear();
            sum.high.resize(len, T::of(0));
            for (part, factor) in &plan.parts {
                let column = self.number(*part);
                let (least, most) = match part {
                    Num::Lane(lane) => program.lanes.get(*lane).map_or((0, 0), |lane| lane.unknown),
                    Num::Sum(_) => (0, 0),
                };
                let (least, most) = (T::of(least), T::of(most));
                let upper = column.high.unwrap_or(column.low);
                let rising = factor.wide() >= 0;
                let all = column.known.is_none() || matches!(part, Num::Sum(_));
                let known = column.known.unwrap_or_default();
                let ends = column.low.iter().zip(upper);
                let sums = sum.low.iter_mut().zip(&mut sum.high);
                if all {
                    for ((low, high), (from, to)) in sums.zip(ends) {
                        let (one, other) = if rising { (*from, *to) } else { (*to, *from) };
                        *low = low.plus(one.times(*factor));
                        *high = high.plus(other.times(*factor));
                    }
                } else {
                    for (((low, high), (from, to)), known) in sums.zip(ends).zip(known) {
                        let (from, to) = (from.select(*known, least), to.select(*known, most));
                        let (one, other) = if rising { (from, to) } else { (to, from) };
                        *low = low.plus(one.times(*factor));
                        *high = high.plus(other.times(*factor));
                    }
                }
            }
            fill(&mut sum.known, len, 0xFF);
            for known in plan.leaves.iter().filter_map(|leaf| self.lanes.get(*leaf)).filter_map(Lane::known) {
                for (all, known) in sum.known.iter_mut().zip(known) {
                    *all &= known;
                }
            }
        }
        if let Some((least, most)) = plan.clamp {
            let outside = move |value: T| mask((value < least) | (value > most));
            sum.clamped.resize(len, 0);
            for (to, value) in sum.clamped.iter_mut().zip(&sum.low) {
                *to = outside(*value);
            }
            if sum.unknown {
                for (clamped, known) in sum.clamped.iter_mut().zip(&sum.known) {
                    *clamped &= known;
                }
                for value in sum.high.iter_mut() {
                    *value = (*value).clamp(least, most);
                }
            }
            for value in sum.low.iter_mut() {
                *value = (*value).clamp(least, most);
            }
        }
        if let Some(to) = self.sums.get_mut(place) {
            *to = sum;
        }
    }

    #[inline(always)]
    fn step(&mut self, step: &Step<T>, len: usize) {
        let mut target = self.registers.get_mut(step.target).map(std::mem::take).unwrap_or_default();
        target.resize(len, FALSE);
        let combine = step.combine;
        match &step.leaf {
            Leaf::Constant(truth) => kernel::put(&mut target, combine, std::iter::repeat_n(*truth, len)),
            Leaf::Register { from, negate } => {
                if let Some(from) = self.registers.get(*from) {
                    let truths = from.iter();
                    match negate {
                        true => kernel::put(&mut target, combine, truths.map(|truth| kernel::negate(*truth))),
                        false => kernel::put(&mut target, combine, truths.copied()),
                    }
                }
            }
            Leaf::Byte { lane, low, high, outside } => {
                if let Some(lane) = self.lanes.get(*lane) {
                    kernel::byte_within(&mut target, combine, &lane.bytes, lane.known(), (*low, *high, *outside));
                }
            }
            Leaf::Within { of, low, high, outside } => {
                kernel::within(&mut target, combine, self.number(*of), (*low, *high, *outside));
            }
            Leaf::Linear(linear) => self.linear(&mut target, combine, linear),
            Leaf::UnderMonths { since, until, months } => {
                if let (Some(since), Some(until)) = (self.lanes.get(*since), self.lanes.get(*until)) {
                    self.under_months(&mut target, combine, since, until, *months);
                }
            }
        }
        if let Some(to) = self.registers.get_mut(step.target) {
            *to = target;
        }
    }

    #[inline(always)]
    fn linear(&self, target: &mut [u8], combine: Combine, linear: &Linear) {
        let Linear { left_factor, right_factor, low, high, outside, wide, if_none, .. } = *linear;
        let columns = (self.number(linear.left), self.number(linear.right));
        if wide || T::MOST == i64::MAX {
            let inside = move |one: T, two: T| {
                let difference =
                    one.wide().wrapping_mul(left_factor).wrapping_sub(two.wide().wrapping_mul(right_factor));
                ((difference >= low) & (difference <= high)) != outside
            };
            kernel::linear(target, combine, columns, inside, if_none);
            return;
        }
        let (low, high) = (T::of(low.max(T::LEAST)), T::of(high.min(T::MOST)));
        let (one_factor, two_factor) = (T::of(left_factor), T::of(right_factor));
        if one_factor.is_one() && two_factor.is_one() {
            let inside = move |one: T, two: T| {
                let difference = one.minus(two);
                ((difference >= low) & (difference <= high)) != outside
            };
            kernel::linear(target, combine, columns, inside, if_none);
        } else {
            let inside = move |one: T, two: T| {
                let difference = one.times(one_factor).minus(two.times(two_factor));
                ((difference >= low) & (difference <= high)) != outside
            };
            kernel::linear(target, combine, columns, inside, if_none);
        }
    }

    /// Whether fewer than so many months lie between two days. Where all periods end on one day, one comparison does.
    #[inline(always)]
    fn under_months(&self, target: &mut [u8], combine: Combine, since: &Lane<T>, until: &Lane<T>, months: u32) {
        let known = || {
            let always = std::iter::repeat(&0xFF_u8);
            let one = since.known().unwrap_or_default().iter().chain(always.clone());
            let two = until.known().unwrap_or_default().iter().chain(always);
            one.zip(two).map(|(one, two)| one & two)
        };
        let doubt = since.unknown || until.unknown;
        let stated =
            || until.numbers().iter().zip(until.known().unwrap_or_default().iter().chain(std::iter::repeat(&0xFF)));
        let first = stated().find(|(_, known)| **known != 0).map_or(T::default(), |(day, _)| *day);
        let same = stated().fold(true, |same, (day, known)| same & ((*day == first) | (*known == 0)));
        if same {
            let last = T::of(latest_full(first.wide(), months));
            let truths = since.numbers().iter().map(move |day| mask(*day > last) & TRUE);
            match doubt {
                false => kernel::put(target, combine, truths),
                true => {
                    kernel::put(
                        target,
                        combine,
                        truths.zip(known()).map(|(truth, known)| select(known, truth, UNKNOWN)),
                    );
                }
            }
            return;
        }
        let days = since.numbers().iter().zip(until.numbers());
        let truths = days.map(move |(since, until)| mask(is_under_months(since.wide(), until.wide(), months)) & TRUE);
        kernel::put(target, combine, truths.zip(known()).map(|(truth, known)| select(known, truth, UNKNOWN)));
    }

    /// A fact that must be there where a register is true.
    fn require(&mut self, fact: usize, register: usize) {
        let (Some(lane), Some(register)) = (self.lanes.get_mut(fact), self.registers.get(register)) else { return };
        if !lane.unknown {
            return;
        }
        let lacking = |known: &u8, truth: &u8| !known & mask(*truth == TRUE);
        if lane.known.iter().zip(register).fold(0, |any, (known, truth)| any | lacking(known, truth)) == 0 {
            return;
        }
        for row in 0..self.invalid.len() {
            let lacks =
                lane.known.get(row).zip(register.get(row)).is_some_and(|(known, truth)| lacking(known, truth) != 0);
            if lacks && lane.fault(row) & REFUSED == 0 {
                lane.accuse(row);
                if let Some(invalid) = self.invalid.get_mut(row) {
                    *invalid = 0xFF;
                }
            }
        }
    }

    /// Refuses the rows that break a constraint.
    #[inline(always)]
    fn check(&mut self, check: &Check) {
        let mut invalid = std::mem::take(&mut self.invalid);
        match check {
            Check::AtMost { lower: (lower, one), upper: (upper, two) } => {
                if let (Some(lower), Some(upper)) = (self.lanes.get(*lower), self.lanes.get(*upper)) {
                    let pairs = lower.numbers().iter().zip(upper.numbers());
                    let broken =
                        |(low, high): (&T, &T)| mask(low.wide().wrapping_mul(*one) > high.wide().wrapping_mul(*two));
                    if *one == 1 && *two == 1 && !lower.unknown && !upper.unknown {
                        for (to, (low, high)) in invalid.iter_mut().zip(pairs) {
                            *to |= mask(low > high);
                        }
                    } else {
                        let always = std::iter::repeat(&0xFF_u8);
                        let one = lower.known().unwrap_or_default().iter().chain(always.clone());
                        let two = upper.known().unwrap_or_default().iter().chain(always);
                        let known = one.zip(two).map(|(one, two)| one & two);
                        for ((to, pair), known) in invalid.iter_mut().zip(pairs).zip(known) {
                            *to |= broken(pair) & known;
                        }
                    }
                }
            }
            Check::SumAtMost { parts, whole } => {
                for (row, to) in invalid.iter_mut().enumerate() {
                    *to |= mask(self.sum_broken(parts, *whole, row));
                }
            }
        }
        self.invalid = invalid;
    }

    /// The value of a fact in a row, where it is known and not refused.
    fn known_value(&self, fact: usize, row: usize) -> Option<i64> {
        let lane = self.lanes.get(fact)?;
        if lane.fault(row) & (ABSENT | REFUSED) != 0 || lane.known().is_some_and(|known| known.get(row) == Some(&0)) {
            return None;
        }
        lane.numbers().get(row).map(|value| value.wide())
    }

    fn sum_broken(&self, parts: &[usize], whole: usize, row: usize) -> bool {
        let Some(bound) = self.known_value(whole, row) else { return false };
        let known = parts.iter().filter_map(|part| self.known_value(*part, row));
        known.fold(0_i64, i64::saturating_add) > bound
    }

    #[inline(always)]
    fn eligibility(&mut self, program: &Program<T>, len: usize) {
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
    fn levels(&mut self, program: &Program<T>, len: usize, doubt: bool) {
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
    fn finish(&mut self, program: &Program<T>, rows: Rows, results: &mut Results) {
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

    /// The reason codes.
    #[inline(always)]
    fn reasons(&mut self, program: &Program<T>, layout: &Layout, rows: Rows, doubt: bool, results: &mut Results) {
        // Where eligibility ended the matter no limit binds.
        let leveled = part(&mut results.leveled, rows);
        for bound in &mut self.bytes.bound {
            for (bound, leveled) in bound.iter_mut().zip(&*leveled) {
                *bound &= leveled;
            }
        }
        let mut planes = std::mem::take(&mut self.bytes.planes);
        for (word, to) in results.reasons.iter_mut().enumerate() {
            for (byte, plane) in planes.bytes.iter_mut().enumerate() {
                fill(plane, rows.len, 0);
                for (mark, shift) in layout.byte(word, byte) {
                    self.mark(program, *mark, *shift, doubt, plane);
                }
            }
            planes.weave(part(to, rows));
        }
        self.bytes.planes = planes;
        self.invalid_rows.clear();
        self.invalid_rows.resize(rows.len.div_ceil(64), 0);
        for (to, masks) in self.invalid_rows.iter_mut().zip(self.invalid.chunks(64)) {
            *to = kernel::gather(masks);
        }
        if self.invalid_rows.iter().any(|word| *word != 0) {
            self.accuse(program, layout, rows.start, results);
        }
    }

    /// Puts a mark into its bits of a byte.
    #[inline(always)]
    fn mark(&self, program: &Program<T>, mark: Mark, shift: u32, doubt: bool, plane: &mut [u8]) {
        let bytes = &self.bytes;
        let bits = |from: &[u8], cover: u8, plane: &mut [u8]| {
            for (to, bits) in plane.iter_mut().zip(from) {
                *to |= (bits & cover).wrapping_shl(shift);
            }
        };
        let [low, high] = &bytes.band;
        match mark {
            Mark::Rule(rule) => {
                let register = program.rules.get(rule).copied().flatten();
                if let Some(truths) = register.and_then(|register| self.registers.get(register)) {
                    bits(truths, TRUE, plane);
                }
            }
            Mark::LowBand => bits(low, 0x0F, plane),
            Mark::HighBand => bits(if doubt { high } else { low }, 0x0F, plane),
            Mark::Clamped(place) => {
                if let Some(sum) = self.sums.get(place) {
                    bits(&sum.clamped, 1, plane);
                }
            }
            Mark::Bound(limit) => {
                if let Some(bound) = bytes.bound.get(limit) {
                    bits(bound, 1, plane);
                }
            }
        }
    }

    /// The reason codes of the rows that are refused: what is wrong with each fact.
    fn accuse(&self, program: &Program<T>, layout: &Layout, start: usize, results: &mut Results) {
        let words = &mut results.reasons;
        for row in rows_of(&self.invalid_rows) {
            let at = start.saturating_add(row);
            words.iter_mut().filter_map(|words| words.get_mut(at)).for_each(|word| *word = 0);
        }
        let mut say = |fact: usize, row: usize, fault: Fault| {
            let (word, shift) = layout.fact(fact);
            let to = words.get_mut(word).and_then(|words| words.get_mut(start.saturating_add(row)));
            // What was said first stays.
            if let Some(to) = to.filter(|to| (**to >> shift) & 3 == 0) {
                *to |= fault.bits() << shift;
            }
        };
        for (fact, lane) in self.lanes.iter().enumerate() {
            if lane.faulty {
                for (place, faults) in lane.faults.chunks(64).enumerate() {
                    // Mostly none of them is at fault.
                    if faults.iter().fold(FINE, |any, fault| any | fault) == FINE {
                        continue;
                    }
                    for (row, fault) in (place << 6..).zip(faults) {
                        if fault & (REFUSED | OUTSIDE) != 0 {
                            say(fact, row, Fault::Refused);
                        } else if fault & ABSENT != 0 {
                            say(fact, row, Fault::Absent);
                        }
                    }
                }
            }
            rows_of(&lane.absent).for_each(|row| say(fact, row, Fault::Absent));
        }
        for check in &program.checks {
            for row in rows_of(&self.invalid_rows) {
                match check {
                    Check::AtMost { lower, upper } => {
                        let pair = self.known_value(lower.0, row).zip(self.known_value(upper.0, row));
                        if let Some((low, high)) = pair
                            && low.saturating_mul(lower.1) > high.saturating_mul(upper.1)
                        {
                            say(lower.0, row, Fault::Inconsistent);
                        }
                    }
                    Check::SumAtMost { parts, whole } => {
                        if !self.sum_broken(parts, *whole, row) {
                            continue;
                        }
                        let Some(bound) = self.known_value(*whole, row) else { continue };
                        let known = || parts.iter().filter_map(|part| Some((*part, self.known_value(*part, row)?)));
                        let alone = known().any(|(_, value)| value > bound);
                        known()
                            .filter(|(_, value)| !alone || *value > bound)
                            .for_each(|(part, _)| say(part, row, Fault::Inconsistent));
                    }
                }
            }
        }
    }
}

/// Bytes that become the words of reason codes.
#[derive(Debug, Default)]
struct Planes {
    bytes: [Vec<u8>; 8],
    halves: [Vec<u16>; 4],
    quarters: [Vec<u32>; 2],
}

impl Planes {
    /// Puts the eight bytes of each row side by side, two and two at a time.
    #[inline(always)]
    fn weave(&mut self, words: &mut [u64]) {
        let (pairs, _) = self.bytes.as_chunks::<2>();
        for (to, [low, high]) in self.halves.iter_mut().zip(pairs) {
            to.resize(low.len(), 0);
            for ((to, low), high) in to.iter_mut().zip(low).zip(high) {
                *to = u16::from(*low) | (u16::from(*high) << 8);
            }
        }
        let (pairs, _) = self.halves.as_chunks::<2>();
        for (to, [low, high]) in self.quarters.iter_mut().zip(pairs) {
            to.resize(low.len(), 0);
            for ((to, low), high) in to.iter_mut().zip(low).zip(high) {
                *to = u32::from(*low) | (u32::from(*high) << 16);
            }
        }
        let [low, high] = &self.quarters;
        for ((to, low), high) in words.iter_mut().zip(low).zip(high) {
            *to = u64::from(*low) | (u64::from(*high) << 32);
        }
    }
}

/// The rows whose bits are set.
fn rows_of(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(place, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let row = (rest != 0).then(|| (place << 6) | rest.trailing_zeros() as usize)?;
            rest &= rest.wrapping_sub(1);
            Some(row)
        })
    })
}

/// Joins masks made of other bytes.
#[inline(always)]
fn join(to: &mut [u8], from: &[u8], mask: impl Fn(u8) -> u8) {
    for (to, from) in to.iter_mut().zip(from) {
        *to |= mask(*from);
    }
}

#[inline(always)]
fn add<T: Number>(to: &mut [T], values: &[T], factor: T) {
    if factor.is_one() {
        for (to, value) in to.iter_mut().zip(values) {
            *to = to.plus(*value);
        }
    } else {
        for (to, value) in to.iter_mut().zip(values) {
            *to = to.plus(value.times(factor));
        }
    }
}

/// The last day from which so many months are full on a day.
fn latest_full(until: i64, months: u32) -> i64 {
    let mut day = until.saturating_sub(i64::from(months).saturating_mul(28));
    while is_under_months(day, until, months) {
        day = day.saturating_sub(1);
    }
    while !is_under_months(day.saturating_add(1), until, months) && day < until {
        day = day.saturating_add(1);
    }
    day
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
