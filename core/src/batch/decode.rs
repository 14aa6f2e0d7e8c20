//! The loops that read the common types of Arrow into numbers as narrow as a lane holds.

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Decimal128Type};
use arrow_array::{Array, ArrayRef, DictionaryArray};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, ScalarBuffer};

use crate::plan::MISSING;

use super::kernel::{Number, spread};
use super::lane::Rows;
use super::program::DAYS;
use super::value::EPOCH;

/// The least and the greatest of some numbers.
#[inline(always)]
pub(super) fn range<T: Number>(numbers: &[T]) -> (T, T) {
    let first = numbers.first().copied().unwrap_or_default();
    let (mut least, mut most) = (first, first);
    for value in numbers {
        least = least.min(*value);
        most = most.max(*value);
    }
    (least, most)
}

/// Bits as masks.
#[inline(always)]
pub(super) fn masks(bits: &BooleanBuffer, rows: Rows, to: &mut [u8]) {
    let bits = bits.slice(rows.start, rows.len);
    let chunks = bits.bit_chunks();
    let words = chunks.iter().chain(std::iter::once(chunks.remainder_bits()));
    for (word, part) in words.zip(to.chunks_mut(64)) {
        spread(word, part);
    }
}

fn part<V: ArrowNativeType>(values: &ScalarBuffer<V>, rows: Rows) -> &[V] {
    values.get(rows.start..rows.start.saturating_add(rows.len)).unwrap_or_default()
}

/// Whole numbers times a factor; the least and the greatest, where all fit the lane.
#[inline(always)]
pub(super) fn integers<A, T>(array: &ArrayRef, rows: Rows, factor: i64, to: &mut Vec<T>) -> Option<(T, T)>
where
    A: ArrowPrimitiveType,
    A::Native: Widen + Ord,
    T: Number,
{
    let values = part(array.as_primitive::<A>().values(), rows);
    to.resize(values.len(), T::default());
    let here = T::of(factor);
    if factor == 1 {
        for (to, value) in to.iter_mut().zip(values) {
            *to = T::of(value.widen());
        }
    } else {
        for (to, value) in to.iter_mut().zip(values) {
            *to = T::of(value.widen()).times(here);
        }
    }
    let first = values.first().copied().unwrap_or_default();
    let (mut low, mut high) = (first, first);
    for value in values {
        low = low.min(*value);
        high = high.max(*value);
    }
    let (least, most) = room::<T>(factor);
    let fits = least <= low.widen() && high.widen() <= most;
    fits.then(|| (T::of(low.widen()).times(here), T::of(high.widen()).times(here)))
}

/// Between which numbers a product with a factor above 0 fits the lane.
fn room<T: Number>(factor: i64) -> (i64, i64) {
    let factor = factor.max(1);
    // The quotient towards 0.
    (T::LEAST.checked_div(factor).unwrap_or(0), T::MOST.checked_div(factor).unwrap_or(0))
}

/// The native integers of Arrow that fit 64 bits with a sign.
pub(super) trait Widen: Copy {
    fn widen(self) -> i64;
}

macro_rules! widen {
    ($($type:ty),*) => {$(
        impl Widen for $type {
            #[inline(always)]
            fn widen(self) -> i64 {
                i64::from(self)
            }
        }
    )*};
}

widen!(i8, i16, i32, i64, u8, u16, u32);

/// Decimals of 128 bits, brought to the scale of the fact; the least and the greatest, where all fit the lane.
#[inline(always)]
pub(super) fn decimals<T: Number>(array: &ArrayRef, rows: Rows, factor: i64, to: &mut Vec<T>) -> Option<(T, T)> {
    let values = array.as_primitive::<Decimal128Type>().values();
    // Each as its lower and its upper half: loops over 128 bits are not made into vectors.
    let halves = ScalarBuffer::<i64>::new(values.inner().clone(), 0, values.len().saturating_mul(2));
    let halves = part(&halves, Rows { start: rows.start.saturating_mul(2), len: rows.len.saturating_mul(2) });
    let (least, most) = room::<T>(factor);
    let (pairs, _) = halves.as_chunks::<2>();
    to.resize(pairs.len(), T::default());
    let (any_low, any_high) = any_bits(halves);
    if any_high == 0 && (0..=most).contains(&any_low) {
        // No value is below 0 or has a higher bit than one that fits: nothing needs a closer look.
        let factor = T::of(factor);
        if factor.is_one() {
            for (to, [low, _]) in to.iter_mut().zip(pairs) {
                *to = T::of(*low);
            }
        } else {
            for (to, [low, _]) in to.iter_mut().zip(pairs) {
                *to = T::of(*low).times(factor);
            }
        }
        return Some(range(to));
    }
    let mut fits = true;
    let times = T::of(factor);
    for (to, [low, high]) in to.iter_mut().zip(pairs) {
        fits &= (*high == low >> 63) & (*low >= least) & (*low <= most);
        *to = T::of(*low).times(times);
    }
    fits.then(|| range(to))
}

/// Every bit that is set in some lower half, and in some upper half.
#[inline(always)]
fn any_bits(halves: &[i64]) -> (i64, i64) {
    let (eights, rest) = halves.as_chunks::<8>();
    let mut any = [0_i64; 8];
    for eight in eights {
        for (any, half) in any.iter_mut().zip(eight) {
            *any |= half;
        }
    }
    for (any, half) in any.iter_mut().zip(rest) {
        *any |= half;
    }
    let [a, b, c, d, e, f, g, h] = any;
    (a | c | e | g, b | d | f | h)
}

/// Days from 1970, as days from the beginning of the calendar; the first and the last, where all are the calendar's.
#[inline(always)]
pub(super) fn days<T: Number>(array: &ArrayRef, rows: Rows, to: &mut Vec<T>) -> Option<(T, T)> {
    let values = part(array.as_primitive::<Date32Type>().values(), rows);
    let epoch = T::of(EPOCH);
    to.resize(values.len(), T::default());
    for (to, value) in to.iter_mut().zip(values) {
        *to = T::of(i64::from(*value)).plus(epoch);
    }
    let found = range(values);
    let (first, last) = DAYS;
    let fits = i64::from(found.0) >= first.saturating_sub(EPOCH) && i64::from(found.1) <= last.saturating_sub(EPOCH);
    fits.then(|| (T::of(i64::from(found.0)).plus(epoch), T::of(i64::from(found.1)).plus(epoch)))
}

/// The meanings of a dictionary by its keys. A key behind its end is refused.
pub(super) fn keyed<K: ArrowDictionaryKeyType>(array: &ArrayRef, rows: Rows, meanings: &[i64], to: &mut Vec<i64>) {
    let Some(dictionary) = array.as_any().downcast_ref::<DictionaryArray<K>>() else { return };
    let keys = part(dictionary.keys().values(), rows);
    to.extend(keys.iter().map(|key| meanings.get(key.as_usize()).copied().unwrap_or(MISSING)));
}
