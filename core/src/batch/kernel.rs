//! The loops over columns: masks and arithmetic, no branch for a row, nothing allocated.
//!
//! A truth is a byte as in [`crate::logic`]: bit 1 for "may be true", bit 0 for "is certain". A mask is a byte that is 0
//! or 255. Rows that are refused run through all of it with whatever stands in their cells; nothing reads the result.

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};

use super::program::Combine;

pub(super) const FALSE: u8 = 0;
pub(super) const UNKNOWN: u8 = 2;
pub(super) const TRUE: u8 = 3;

/// The integers of a lane: 32 or 64 bits.
pub(super) trait Number: ArrowNativeType + Ord {
    const LEAST: i64;
    const MOST: i64;
    /// The number; one that does not fit is cut, which only the rows see that are refused.
    fn of(value: i64) -> Self;
    fn wide(self) -> i64;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// This where the mask is 255, the other where it is 0.
    fn select(self, mask: u8, other: Self) -> Self;
    fn is_one(self) -> bool;
    /// The values of an array that are numbers of this sort already; nothing where they are of another.
    fn borrow(array: &ArrayRef, start: usize, len: usize) -> Option<ScalarBuffer<Self>>;
}

macro_rules! number {
    ($type:ty, $arrow:ty) => {
        impl Number for $type {
            const LEAST: i64 = <$type>::MIN as i64;
            const MOST: i64 = <$type>::MAX as i64;
            #[inline(always)]
            fn of(value: i64) -> Self {
                value as Self
            }
            #[inline(always)]
            fn wide(self) -> i64 {
                i64::from(self)
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn select(self, mask: u8, other: Self) -> Self {
                let mask = Self::from(mask.cast_signed());
                (self & mask) | (other & !mask)
            }
            #[inline(always)]
            fn is_one(self) -> bool {
                self == 1
            }
            fn borrow(array: &ArrayRef, start: usize, len: usize) -> Option<ScalarBuffer<Self>> {
                Some(array.as_primitive_opt::<$arrow>()?.values().slice(start, len))
            }
        }
    };
}

number!(i32, Int32Type);
number!(i64, Int64Type);

/// A number as the loops read it: its values, and where they are not all known the interval and which are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'c, T> {
    pub(super) low: &'c [T],
    /// Another upper end, of a sum with unknown parts.
    pub(super) high: Option<&'c [T]>,
    /// Masks of the rows in which it is known; `None` where it is in all.
    pub(super) known: Option<&'c [u8]>,
}

/// So many bytes, all the same.
#[inline(always)]
pub(super) fn fill(bytes: &mut Vec<u8>, len: usize, with: u8) {
    bytes.clear();
    bytes.resize(len, with);
}

#[inline(always)]
pub(super) fn mask(holds: bool) -> u8 {
    u8::from(holds).wrapping_neg()
}

#[inline(always)]
fn truth(holds: bool) -> u8 {
    mask(holds) & TRUE
}

#[inline(always)]
pub(super) fn select(mask: u8, one: u8, other: u8) -> u8 {
    (one & mask) | (other & !mask)
}

/// The truth where it is known, else "unknown".
#[inline(always)]
fn where_known(truth: u8, known: u8) -> u8 {
    select(known, truth, UNKNOWN)
}

/// Puts truths into a register, or joins them with what stands there.
#[inline(always)]
pub(super) fn put(target: &mut [u8], combine: Combine, truths: impl Iterator<Item = u8>) {
    let rows = target.iter_mut().zip(truths);
    match combine {
        Combine::Set => {
            for (to, truth) in rows {
                *to = truth;
            }
        }
        Combine::And => {
            for (to, truth) in rows {
                *to &= truth;
            }
        }
        Combine::Or => {
            for (to, truth) in rows {
                *to |= truth;
            }
        }
    }
}

#[inline(always)]
pub(super) fn byte_within(
    target: &mut [u8],
    combine: Combine,
    values: &[u8],
    known: Option<&[u8]>,
    (low, high, outside): (u8, u8, bool),
) {
    let span = high.wrapping_sub(low);
    // Bounds the wrong way round hold nothing.
    let none = mask(low > high);
    let flip = if outside { TRUE } else { FALSE };
    let test = move |value: u8| (truth(value.wrapping_sub(low) <= span) & !none) ^ flip;
    match known {
        None => put(target, combine, values.iter().map(move |value| test(*value))),
        Some(known) => {
            let truths = values.iter().zip(known).map(move |(value, known)| where_known(test(*value), *known));
            put(target, combine, truths);
        }
    }
}

#[inline(always)]
pub(super) fn within<T: Number>(
    target: &mut [u8],
    combine: Combine,
    column: Column<'_, T>,
    (low, high, outside): (T, T, bool),
) {
    // Mostly one end is open.
    if T::LEAST == low.wide() {
        beside(target, combine, column, (low, high, outside), move |value| value <= high);
    } else if T::MOST == high.wide() {
        beside(target, combine, column, (low, high, outside), move |value| value >= low);
    } else {
        beside(target, combine, column, (low, high, outside), move |value| (value >= low) & (value <= high));
    }
}

#[inline(always)]
fn beside<T: Number>(
    target: &mut [u8],
    combine: Combine,
    column: Column<'_, T>,
    (low, high, outside): (T, T, bool),
    inside: impl Fn(T) -> bool + Copy,
) {
    let flip = if outside { TRUE } else { FALSE };
    match (column.high, column.known) {
        (None, None) => {
            put(target, combine, column.low.iter().map(move |value| truth(inside(*value)) ^ flip));
        }
        (None, Some(known)) => {
            let truths = column.low.iter().zip(known);
            put(target, combine, truths.map(move |(value, known)| where_known(truth(inside(*value)) ^ flip, *known)));
        }
        (Some(upper), _) => {
            let truths = column.low.iter().zip(upper).map(move |(from, to)| {
                let certain = truth((low <= *from) & (*to <= high)) & 1;
                let possible = truth((*to >= low) & (*from <= high) & (low <= high)) & 2;
                let inside = certain | possible;
                // Not: what is certain is no longer possible, and the other way round.
                if outside { negate(inside) } else { inside }
            });
            put(target, combine, truths);
        }
    }
}

#[inline(always)]
pub(super) fn negate(truth: u8) -> u8 {
    let flipped = truth ^ TRUE;
    ((flipped & 1) << 1) | (flipped >> 1)
}

/// Of two linear terms, whether their difference lies within bounds.
#[inline(always)]
pub(super) fn linear<T: Number>(
    target: &mut [u8],
    combine: Combine,
    (left, right): (Column<'_, T>, Column<'_, T>),
    difference: impl Fn(T, T) -> bool + Copy,
    if_none: Option<u8>,
) {
    let pairs = || left.low.iter().zip(right.low);
    let none = T::default();
    match (left.known, right.known, if_none) {
        (None, None, None) => put(target, combine, pairs().map(move |(one, two)| truth(difference(*one, *two)))),
        (None, None, Some(empty)) => {
            let truths =
                pairs().map(move |(one, two)| select(mask(*two == none), empty, truth(difference(*one, *two))));
            put(target, combine, truths);
        }
        (one_known, two_known, if_none) => {
            // What is known throughout reads the masks of the other one; the first is then joined with itself.
            let one_or_two = one_known.or(two_known).unwrap_or_default();
            let (always, empty) = (mask(two_known.is_none()), if_none.unwrap_or(FALSE));
            let asked = mask(if_none.is_some());
            let known = one_or_two.iter().zip(two_known.unwrap_or(one_or_two));
            let truths = pairs().zip(known).map(move |((one, two), (first, second))| {
                let found = where_known(truth(difference(*one, *two)), first & second);
                select(asked & (second | always) & mask(*two == none), empty, found)
            });
            put(target, combine, truths);
        }
    }
}

/// The eight masks of each byte.
const MASKS: [u64; 256] = {
    let mut masks = [0_u64; 256];
    let mut byte = 0_u64;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if (byte >> bit) & 1 == 1 {
                #[expect(clippy::indexing_slicing, reason = "checked while it is compiled")]
                {
                    masks[byte as usize] |= 0xFF << (bit << 3);
                }
            }
            bit += 1;
        }
        byte += 1;
    }
    masks
};

/// Bits as masks, least significant first.
#[inline(always)]
pub(super) fn spread(word: u64, into: &mut [u8]) {
    for (byte, eight) in word.to_le_bytes().into_iter().zip(into.chunks_mut(8)) {
        let masks = MASKS.get(usize::from(byte)).copied().unwrap_or(0).to_le_bytes();
        match <&mut [u8; 8]>::try_from(&mut *eight) {
            Ok(to) => *to = masks,
            Err(_) => eight.iter_mut().zip(masks).for_each(|(to, mask)| *to = mask),
        }
    }
}

/// Masks as bits, least significant first.
#[inline(always)]
pub(super) fn gather(masks: &[u8]) -> u64 {
    let (eights, rest) = masks.as_chunks::<8>();
    let mut last = [0_u8; 8];
    for (to, mask) in last.iter_mut().zip(rest) {
        *to = *mask;
    }
    let mut word = 0_u64;
    let mut shift = 0_u32;
    for eight in eights.iter().chain(std::iter::once(&last)) {
        // Each byte's lowest bit moves to its place in the highest byte.
        let bits = u64::from_le_bytes(*eight) & 0x0101_0101_0101_0101;
        word |= (bits.wrapping_mul(0x0102_0408_1020_4080) >> 56).wrapping_shl(shift);
        shift = shift.wrapping_add(8);
    }
    word
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn bits_become_masks() {
        let word = 0x8000_0000_0000_A501_u64;
        let mut masks = [7_u8; 64];
        spread(word, &mut masks);
        for (place, mask) in masks.iter().enumerate() {
            assert_eq!(*mask == 255, (word >> place) & 1 == 1, "{place}");
            assert!(*mask == 0 || *mask == 255);
        }
        assert_eq!(gather(&masks), word);
        assert_eq!(gather(&masks[..10]), word & 0x3FF);
    }

    #[test]
    fn negation_is_that_of_kleene() {
        assert_eq!([FALSE, UNKNOWN, TRUE].map(negate), [TRUE, UNKNOWN, FALSE]);
    }
}
