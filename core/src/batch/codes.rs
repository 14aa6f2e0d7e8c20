//! The reason codes of a chunk: the truths of its rules side by side, and of rows that are refused what is wrong.

use super::chunk::Workspace;
use super::kernel::{self, Number, TRUE, fill};
use super::lane::{ABSENT, FINE, OUTSIDE, REFUSED, Rows};
use super::program::{Check, Program};
use super::reasons::{Fault, Layout, Mark};
use super::results::{Results, part};

impl<T: Number> Workspace<T> {
    /// The reason codes.
    #[inline(always)]
    pub(super) fn reasons(
        &mut self,
        program: &Program<T>,
        layout: &Layout,
        rows: Rows,
        doubt: bool,
        results: &mut Results,
    ) {
        // Where eligibility ended the matter no limit binds.
        let leveled = part(&mut results.leveled, rows);
        for bound in &mut self.bytes.bound {
            for (bound, leveled) in bound.iter_mut().zip(&*leveled) {
                *bound &= leveled;
            }
        }
        let mut planes = std::mem::take(&mut self.planes);
        for (word, to) in results.reasons.iter_mut().enumerate() {
            for (byte, plane) in planes.bytes.iter_mut().enumerate() {
                fill(plane, rows.len, 0);
                for (mark, shift) in layout.byte(word, byte) {
                    self.mark(program, *mark, *shift, doubt, plane);
                }
            }
            planes.weave(part(to, rows));
        }
        self.planes = planes;
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
pub(super) struct Planes {
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
