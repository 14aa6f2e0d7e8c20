//! The loops over columns: masks and arithmetic, no branch for a row, nothing allocated.
//!
//! A truth is a byte as in [`crate::logic`]: bit 1 for "may be true", bit 0 for "is certain". A mask is a byte that is 0
//! or 255. Rows that are refused run through all of it with whatever stands in their cells; nothing reads the result.

use super::program::Combine;

pub(super) const FALSE: u8 = 0;
pub(super) const UNKNOWN: u8 = 2;
pub(super) const TRUE: u8 = 3;

/// The integers of a lane: 32 or 64 bits.
pub(super) trait Number: Copy + Ord + Default + Send + Sync + std::fmt::Debug + 'static {
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
}

macro_rules! number {
    ($type:ty) => {
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
        }
    };
}

number!(i32);
number!(i64);

/// A number as the loops read it: its values, and where they are not all known the interval and which are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'c, T> {
    pub(super) low: &'c [T],
    /// Another upper end, of a sum with unknown parts.
    pub(super) high: Option<&'c [T]>,
    /// Masks of the rows in which it is known; `None` where it is in all.
    pub(super) known: Option<&'c [u8]>,
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
    match combine {
        Combine::Set => target.iter_mut().zip(truths).for_each(|(to, truth)| *to = truth),
        Combine::And => target.iter_mut().zip(truths).for_each(|(to, truth)| *to &= truth),
        Combine::Or => target.iter_mut().zip(truths).for_each(|(to, truth)| *to |= truth),
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
    let test = |value: u8| (truth(value.wrapping_sub(low) <= span) & !none) ^ flip;
    match known {
        None => put(target, combine, values.iter().map(|value| test(*value))),
        Some(known) => {
            let truths = values.iter().zip(known).map(|(value, known)| where_known(test(*value), *known));
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
    let flip = if outside { TRUE } else { FALSE };
    let inside = |value: T| (value >= low) & (value <= high);
    match (column.high, column.known) {
        (None, None) => {
            put(target, combine, column.low.iter().map(|value| truth(inside(*value)) ^ flip));
        }
        (None, Some(known)) => {
            let truths = column.low.iter().zip(known).map(|(value, known)| where_known(truth(inside(*value)) ^ flip, *known));
            put(target, combine, truths);
        }
        (Some(upper), _) => {
            let truths = column.low.iter().zip(upper).map(|(from, to)| {
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
    difference: impl Fn(T, T) -> bool,
    if_none: Option<u8>,
) {
    let pairs = || left.low.iter().zip(right.low);
    let none = T::default();
    match (left.known, right.known, if_none) {
        (None, None, None) => put(target, combine, pairs().map(|(one, two)| truth(difference(*one, *two)))),
        (None, None, Some(empty)) => {
            let truths = pairs().map(|(one, two)| select(mask(*two == none), empty, truth(difference(*one, *two))));
            put(target, combine, truths);
        }
        (one_known, two_known, if_none) => {
            // What is known throughout reads the masks of the other one; the first is then joined with itself.
            let one_or_two = one_known.or(two_known).unwrap_or_default();
            let (always, empty) = (mask(two_known.is_none()), if_none.unwrap_or(FALSE));
            let asked = mask(if_none.is_some());
            let known = one_or_two.iter().zip(two_known.unwrap_or(one_or_two));
            let truths = pairs().zip(known).map(|((one, two), (first, second))| {
                let found = where_known(truth(difference(*one, *two)), first & second);
                select(asked & (second | always) & mask(*two == none), empty, found)
            });
            put(target, combine, truths);
        }
    }
}

/// Bits as masks, least significant first.
#[inline(always)]
pub(super) fn spread(word: u64, into: &mut [u8]) {
    for (byte, eight) in word.to_le_bytes().into_iter().zip(into.chunks_mut(8)) {
        let bits = u64::from(byte).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
        // A byte that is not 0 carries into its highest bit.
        let high = (bits & 0x7F7F_7F7F_7F7F_7F7F).wrapping_add(0x7F7F_7F7F_7F7F_7F7F) | bits;
        let masks = ((high & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0xFF);
        for (to, mask) in eight.iter_mut().zip(masks.to_le_bytes()) {
            *to = mask;
        }
    }
}

#[cfg(test)]
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
    }

    #[test]
    fn negation_is_that_of_kleene() {
        assert_eq!([FALSE, UNKNOWN, TRUE].map(negate), [TRUE, UNKNOWN, FALSE]);
    }
}
