//! A program run over a chunk of rows: from cells to the truth of every rule.
//!
//! What a row is given here is what [`crate::judge`] gives its case; [`super::levels`] and [`super::codes`] make levels and
//! reason codes of it.

use crate::date::is_under_months;
use crate::rulebook::Rulebook;

use super::codes::Planes;
use super::kernel::{self, Column, FALSE, Number, TRUE, UNKNOWN, fill, mask, select};
use super::lane::{ABSENT, FINE, Lane, REFUSED, Rows, Source};
use super::levels::Bytes;
use super::program::{Check, Combine, Leaf, Linear, Num, Program, Step};
use super::reasons::Layout;
use super::results::Results;

/// How many rows run through the program at a time: what a lane holds stays near.
pub(super) const CHUNK: usize = 2_048;

/// A sum in a chunk.
#[derive(Debug, Default)]
pub(super) struct Sum<T> {
    pub(super) low: Vec<T>,
    pub(super) high: Vec<T>,
    pub(super) known: Vec<u8>,
    /// Masks of the rows in which the clamp acted on a known sum.
    pub(super) clamped: Vec<u8>,
    pub(super) unknown: bool,
}

/// The room in which chunks are computed, used again for each.
#[derive(Debug)]
pub(super) struct Workspace<T: Number> {
    pub(super) lanes: Vec<Lane<T>>,
    pub(super) sums: Vec<Sum<T>>,
    pub(super) registers: Vec<Vec<u8>>,
    /// The rows that lack a fact which must be there, as bits.
    pub(super) absent: Vec<u64>,
    /// Masks of the rows that are refused.
    pub(super) invalid: Vec<u8>,
    /// The same as bits, once all is looked at.
    pub(super) invalid_rows: Vec<u64>,
    pub(super) bytes: Bytes,
    pub(super) planes: Planes,
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
            planes: Planes::default(),
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

    pub(super) fn number(&self, num: Num) -> Column<'_, T> {
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
    pub(super) fn known_value(&self, fact: usize, row: usize) -> Option<i64> {
        let lane = self.lanes.get(fact)?;
        if lane.fault(row) & (ABSENT | REFUSED) != 0 || lane.known().is_some_and(|known| known.get(row) == Some(&0)) {
            return None;
        }
        lane.numbers().get(row).map(|value| value.wide())
    }

    pub(super) fn sum_broken(&self, parts: &[usize], whole: usize, row: usize) -> bool {
        let Some(bound) = self.known_value(whole, row) else { return false };
        let known = parts.iter().filter_map(|part| self.known_value(*part, row));
        known.fold(0_i64, i64::saturating_add) > bound
    }
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
