//! The reading of a column into a lane: values as narrow as the bounds allow, which of them are known, which are refused.
//!
//! The common types have a loop of their own; every other cell is read as [`crate::Case::set`] would read its value. Both
//! mean the same.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use crate::case::read_value;
use crate::number::power_of_ten;
use crate::plan::{KindPlan, MISSING};
use crate::rulebook::Rulebook;

use super::kernel::{Column, Number, mask, spread};
use super::program::{Empty, LanePlan, Storage};
use super::value::{EPOCH, value_at};

/// What is wrong with a cell.
pub(super) const FINE: u8 = 0;
/// It is empty and must not be.
pub(super) const ABSENT: u8 = 1;
/// Its value is refused.
pub(super) const REFUSED: u8 = 2;
/// Its day lies outside the days on which the rules are in force; the day itself is known.
pub(super) const OUTSIDE: u8 = 4;

/// The rows of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) start: usize,
    pub(super) len: usize,
}

/// The values of a fact in a chunk of rows. The buffers are used again for every chunk.
#[derive(Debug, Default)]
pub(super) struct Lane<T> {
    pub(super) bytes: Vec<u8>,
    pub(super) numbers: Vec<T>,
    /// Masks of the rows in which the value is known, where `unknown`.
    pub(super) known: Vec<u8>,
    /// Not all are known.
    pub(super) unknown: bool,
    /// What is wrong with each cell, where `faulty`.
    pub(super) faults: Vec<u8>,
    pub(super) faulty: bool,
    len: usize,
    /// Room for the reading.
    present: Vec<u8>,
    wide: Vec<i64>,
}

/// A column that was looked at once for the whole table.
#[derive(Debug)]
pub(super) struct Source<'t> {
    pub(super) kind: &'t KindPlan,
    /// `None` where the table has no such column.
    pub(super) array: Option<&'t ArrayRef>,
    /// Of a dictionary: what each of its values means, [`MISSING`] where it is refused.
    pub(super) dictionary: Vec<i64>,
}

impl<'t> Source<'t> {
    pub(super) fn new(rulebook: &Rulebook, kind: &'t KindPlan, array: Option<&'t ArrayRef>) -> Self {
        let mut dictionary = Vec::new();
        if let Some(array) = array
            && matches!(array.data_type(), DataType::Dictionary(..))
        {
            let values = array.as_any_dictionary().values();
            dictionary.extend((0..values.len()).map(|row| cell(rulebook, kind, values, row)));
        }
        Self { kind, array, dictionary }
    }
}

/// The meaning of a cell that is not null: a value of its fact's slot, or [`MISSING`] where it is refused. Of a value of
/// a dictionary that is null it is [`NOTHING`].
fn cell(rulebook: &Rulebook, kind: &KindPlan, array: &ArrayRef, row: usize) -> i64 {
    if array.is_null(row) {
        return NOTHING;
    }
    read_value(rulebook, kind, &value_at(array.as_ref(), row)).unwrap_or(MISSING)
}

/// What a null among the values of a dictionary stands for.
const NOTHING: i64 = MISSING + 1;

impl<T: Number> Lane<T> {
    /// The lane as a number.
    pub(super) fn column(&self) -> Column<'_, T> {
        Column { low: &self.numbers, high: None, known: self.unknown.then_some(self.known.as_slice()) }
    }

    /// The masks of the rows in which the value is known; `None` where it is in all.
    pub(super) fn known(&self) -> Option<&[u8]> {
        self.unknown.then_some(self.known.as_slice())
    }

    pub(super) fn fault(&self, row: usize) -> u8 {
        if self.faulty { self.faults.get(row).copied().unwrap_or(FINE) } else { FINE }
    }

    /// Reads the rows of a chunk.
    #[inline(always)]
    pub(super) fn read(&mut self, rulebook: &Rulebook, plan: &LanePlan, source: &Source<'_>, rows: Rows) {
        self.unknown = false;
        self.faulty = false;
        self.len = rows.len;
        let Some(array) = source.array else {
            return self.nothing(plan, rows.len);
        };
        let nulls = array.nulls().filter(|nulls| has_null(nulls, rows));
        if let Some(nulls) = nulls {
            self.present.resize(rows.len, 0);
            masks(nulls.inner(), rows, &mut self.present);
        }
        let mut gaps = nulls.is_some();
        match plan.storage {
            Storage::Presence => {
                self.bytes.clear();
                self.bytes.resize(rows.len, 0);
                if *array.data_type() == DataType::Null {
                    return self.nothing(plan, rows.len);
                }
            }
            Storage::Bytes => gaps |= self.read_bytes(rulebook, source, array, rows, gaps),
            Storage::Numbers => {
                let (refused, more_gaps) = self.read_numbers(rulebook, source, array, rows, gaps);
                gaps |= more_gaps;
                self.check_bounds(plan, source.kind, gaps, refused);
            }
        }
        if gaps {
            self.close_gaps(plan);
        }
        if self.faulty && plan.exact {
            self.hide_refused();
        }
    }

    /// Says of a row that the fact must be there and is not.
    pub(super) fn accuse(&mut self, row: usize) {
        self.open_faults();
        if let Some(fault) = self.faults.get_mut(row) {
            *fault |= ABSENT;
        }
    }

    /// A column that the table does not have.
    fn nothing(&mut self, plan: &LanePlan, len: usize) {
        self.bytes.clear();
        self.bytes.resize(len, 0);
        self.numbers.clear();
        self.numbers.resize(len, T::of(0));
        self.present.clear();
        self.present.resize(len, 0);
        self.close_gaps(plan);
    }

    /// Gives the empty cells their meaning.
    #[inline(always)]
    fn close_gaps(&mut self, plan: &LanePlan) {
        match plan.empty {
            Empty::Unknown => {
                self.unknown = true;
                self.known.clear();
                self.known.extend_from_slice(&self.present);
            }
            Empty::Invalid => {
                self.open_faults();
                for (fault, present) in self.faults.iter_mut().zip(&self.present) {
                    *fault |= !present & ABSENT;
                }
                if plan.exact {
                    self.unknown = true;
                    self.known.clear();
                    self.known.extend_from_slice(&self.present);
                }
            }
            Empty::Value(value) => {
                let (byte, number) = (u8::try_from(value).unwrap_or_default(), T::of(value));
                if plan.storage == Storage::Numbers {
                    for (to, present) in self.numbers.iter_mut().zip(&self.present) {
                        *to = to.select(*present, number);
                    }
                }
                for (to, present) in self.bytes.iter_mut().zip(&self.present) {
                    *to = super::kernel::select(*present, *to, byte);
                }
            }
        }
    }

    fn open_faults(&mut self) {
        if !self.faulty {
            self.faulty = true;
            self.faults.clear();
            self.faults.resize(self.len, FINE);
        }
    }

    /// A refused value is unknown to whoever reads it.
    fn hide_refused(&mut self) {
        if !self.unknown {
            self.unknown = true;
            self.known.clear();
            self.known.resize(self.faults.len(), 0xFF);
        }
        for (known, fault) in self.known.iter_mut().zip(&self.faults) {
            *known &= mask(fault & (ABSENT | REFUSED) == 0);
        }
    }

    /// Booleans and codes. Whether there are empty cells beyond the nulls.
    #[inline(always)]
    fn read_bytes(&mut self, rulebook: &Rulebook, source: &Source<'_>, array: &ArrayRef, rows: Rows, gaps: bool) -> bool {
        if let DataType::Boolean = array.data_type() {
            self.bytes.resize(rows.len, 0);
            masks(array.as_boolean().values(), rows, &mut self.bytes);
            self.bytes.iter_mut().for_each(|byte| *byte &= 1);
            return false;
        }
        // Everything else has a meaning for each cell.
        let more_gaps = self.read_wide(rulebook, source, array, rows, gaps);
        self.bytes.clear();
        self.bytes.extend(self.wide.iter().map(|value| *value as u8));
        self.note_refused(gaps || more_gaps);
        more_gaps
    }

    /// Numbers and days: whether one was refused, and whether there are empty cells beyond the nulls.
    #[inline(always)]
    fn read_numbers(
        &mut self,
        rulebook: &Rulebook,
        source: &Source<'_>,
        array: &ArrayRef,
        rows: Rows,
        gaps: bool,
    ) -> (bool, bool) {
        let to = &mut self.numbers;
        let whole = match source.kind {
            KindPlan::Integer { .. } => Some(1),
            KindPlan::Decimal { scale, .. } => Some(power_of_ten(*scale)),
            _ => None,
        };
        let done = match (array.data_type(), source.kind, whole) {
            (DataType::Decimal128(_, places), KindPlan::Decimal { scale, .. }, _) => {
                let shift = i64::from(*scale).saturating_sub(i64::from(*places));
                match u32::try_from(shift) {
                    Ok(shift @ 0..=18) => Some(decimals(array, rows, power_of_ten(shift), to)),
                    _ => None,
                }
            }
            (DataType::Int8, _, Some(factor)) => Some(integers::<Int8Type, T>(array, rows, factor, to)),
            (DataType::Int16, _, Some(factor)) => Some(integers::<Int16Type, T>(array, rows, factor, to)),
            (DataType::Int32, _, Some(factor)) => Some(integers::<Int32Type, T>(array, rows, factor, to)),
            (DataType::Int64, _, Some(factor)) => Some(integers::<Int64Type, T>(array, rows, factor, to)),
            (DataType::UInt8, _, Some(factor)) => Some(integers::<UInt8Type, T>(array, rows, factor, to)),
            (DataType::UInt16, _, Some(factor)) => Some(integers::<UInt16Type, T>(array, rows, factor, to)),
            (DataType::UInt32, _, Some(factor)) => Some(integers::<UInt32Type, T>(array, rows, factor, to)),
            (DataType::Date32, KindPlan::Date, _) => Some(days(array, rows, to)),
            (DataType::Boolean, KindPlan::Boolean, _) => {
                self.bytes.resize(rows.len, 0);
                masks(array.as_boolean().values(), rows, &mut self.bytes);
                self.bytes.iter_mut().for_each(|byte| *byte &= 1);
                to.clear();
                to.extend(self.bytes.iter().map(|byte| T::of(i64::from(*byte))));
                Some(false)
            }
            _ => None,
        };
        if done == Some(false) {
            return (false, false);
        }
        // Some value does not fit the lane, or the type has no loop of its own.
        let more_gaps = self.read_wide(rulebook, source, array, rows, gaps);
        self.numbers.clear();
        self.numbers.extend(self.wide.iter().map(|value| T::of(*value)));
        // Codes are read as bytes too.
        self.bytes.clear();
        self.bytes.extend(self.wide.iter().map(|value| *value as u8));
        self.note_refused(gaps || more_gaps);
        (true, more_gaps)
    }

    /// The meaning of every cell, one by one. Whether there are empty cells beyond the nulls.
    fn read_wide(
        &mut self,
        rulebook: &Rulebook,
        source: &Source<'_>,
        array: &ArrayRef,
        rows: Rows,
        gaps: bool,
    ) -> bool {
        let wide = &mut self.wide;
        wide.clear();
        if let DataType::Dictionary(key, _) = array.data_type() {
            match **key {
                DataType::Int8 => keyed::<Int8Type>(array, rows, &source.dictionary, wide),
                DataType::Int16 => keyed::<Int16Type>(array, rows, &source.dictionary, wide),
                DataType::Int32 => keyed::<Int32Type>(array, rows, &source.dictionary, wide),
                DataType::Int64 => keyed::<Int64Type>(array, rows, &source.dictionary, wide),
                DataType::UInt8 => keyed::<UInt8Type>(array, rows, &source.dictionary, wide),
                DataType::UInt16 => keyed::<UInt16Type>(array, rows, &source.dictionary, wide),
                DataType::UInt32 => keyed::<UInt32Type>(array, rows, &source.dictionary, wide),
                _ => keyed::<UInt64Type>(array, rows, &source.dictionary, wide),
            }
        } else {
            let meaning = |row: usize| cell(rulebook, source.kind, array, row);
            wide.extend((rows.start..rows.start.saturating_add(rows.len)).map(meaning));
        }
        let more_gaps = wide.contains(&NOTHING);
        if more_gaps {
            if !gaps {
                self.present.clear();
                self.present.resize(rows.len, 0xFF);
            }
            for (present, value) in self.present.iter_mut().zip(wide) {
                *present &= mask(*value != NOTHING);
            }
        }
        more_gaps
    }

    /// Refuses the cells of which no value came, null aside.
    fn note_refused(&mut self, gaps: bool) {
        let refused = |(value, present): (&i64, u8)| mask(*value == MISSING) & present & REFUSED;
        if !self.wide.contains(&MISSING) {
            return;
        }
        self.open_faults();
        for (row, (fault, value)) in self.faults.iter_mut().zip(&self.wide).enumerate() {
            let present = if gaps { self.present.get(row).copied().unwrap_or(0xFF) } else { 0xFF };
            *fault |= refused((value, present));
        }
    }

    /// Refuses the numbers outside their bounds.
    #[inline(always)]
    fn check_bounds(&mut self, plan: &LanePlan, kind: &KindPlan, gaps: bool, some_refused: bool) {
        let fault = match kind {
            KindPlan::Date => OUTSIDE,
            _ => REFUSED,
        };
        let (low, high) = (T::of(plan.bounds.0.max(T::LEAST)), T::of(plan.bounds.1.min(T::MOST)));
        let outside = self.numbers.iter().fold(0_u8, |any, value| any | u8::from((*value < low) | (*value > high)));
        if outside == 0 || matches!(kind, KindPlan::Code(_)) {
            return;
        }
        let mut found = 0_u8;
        let was_faulty = self.faulty;
        self.open_faults();
        for (row, (to, value)) in self.faults.iter_mut().zip(&self.numbers).enumerate() {
            let present = if gaps { self.present.get(row).copied().unwrap_or(0xFF) } else { 0xFF };
            let fine = if some_refused { mask(*to & REFUSED == 0) } else { 0xFF };
            let wrong = mask((*value < low) | (*value > high)) & present & fine & fault;
            *to |= wrong;
            found |= wrong;
        }
        self.faulty = was_faulty || found != 0;
    }
}

fn has_null(nulls: &NullBuffer, rows: Rows) -> bool {
    nulls.null_count() > 0 && nulls.slice(rows.start, rows.len).null_count() > 0
}

/// Bits as masks.
#[inline(always)]
fn masks(bits: &BooleanBuffer, rows: Rows, to: &mut [u8]) {
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

/// Whole numbers times a factor. Whether one does not fit the lane.
#[inline(always)]
fn integers<A, T>(array: &ArrayRef, rows: Rows, factor: i64, to: &mut Vec<T>) -> bool
where
    A: ArrowPrimitiveType,
    A::Native: Into<i128> + Copy,
    T: Number,
    A::Native: Widen,
{
    let values = part(array.as_primitive::<A>().values(), rows);
    to.clear();
    let factor_here = T::of(factor);
    if factor == 1 {
        to.extend(values.iter().map(|value| T::of(value.widen())));
    } else {
        to.extend(values.iter().map(|value| T::of(value.widen()).times(factor_here)));
    }
    // A type that cannot leave the lane needs no look.
    let (least, most) = (T::LEAST.div_euclid(factor).saturating_add(1), T::MOST.div_euclid(factor));
    if A::Native::LEAST >= least && A::Native::MOST <= most {
        return false;
    }
    values.iter().fold(false, |any, value| any | (value.widen() < least) | (value.widen() > most))
}

/// The native integers of Arrow that fit 64 bits with a sign.
pub(super) trait Widen: Copy {
    const LEAST: i64;
    const MOST: i64;
    fn widen(self) -> i64;
}

macro_rules! widen {
    ($($type:ty),*) => {$(
        impl Widen for $type {
            const LEAST: i64 = <$type>::MIN as i64;
            const MOST: i64 = <$type>::MAX as i64;
            #[inline(always)]
            fn widen(self) -> i64 {
                i64::from(self)
            }
        }
    )*};
}

widen!(i8, i16, i32, i64, u8, u16, u32);

/// Decimals of 128 bits, brought to the scale of the fact. Whether one does not fit the lane.
#[inline(always)]
fn decimals<T: Number>(array: &ArrayRef, rows: Rows, factor: i64, to: &mut Vec<T>) -> bool {
    let values = array.as_primitive::<Decimal128Type>().values();
    // Each as its lower and its upper half: loops over 128 bits are not made into vectors.
    let halves = ScalarBuffer::<i64>::new(values.inner().clone(), 0, values.len().saturating_mul(2));
    let halves = part(&halves, Rows { start: rows.start.saturating_mul(2), len: rows.len.saturating_mul(2) });
    let (least, most) = (T::LEAST.div_euclid(factor).saturating_add(1), T::MOST.div_euclid(factor));
    let factor = T::of(factor);
    to.clear();
    let (least, most) = (T::of(least), T::of(most));
    let mut odd = 0_i64;
    let mut outside = 0_u8;
    to.extend(halves.chunks_exact(2).map(|half| {
        let (low, high) = match half {
            [low, high] => (*low, *high),
            _ => (0, 0),
        };
        let narrow = T::of(low);
        odd |= (narrow.wide() ^ low) | (high ^ (narrow.wide() >> 63));
        outside |= u8::from((narrow < least) | (narrow > most));
        narrow.times(factor)
    }));
    outside != 0 || odd != 0
}

/// Days from 1970, as days from the beginning of the calendar. Whether one is none of the calendar's.
#[inline(always)]
fn days<T: Number>(array: &ArrayRef, rows: Rows, to: &mut Vec<T>) -> bool {
    let values = part(array.as_primitive::<Date32Type>().values(), rows);
    let epoch = T::of(EPOCH);
    to.clear();
    to.extend(values.iter().map(|value| T::of(i64::from(*value)).plus(epoch)));
    let (first, last) = super::program::DAYS;
    let (first, last) = (first.saturating_sub(EPOCH) as i32, last.saturating_sub(EPOCH) as i32);
    values.iter().fold(false, |any, value| any | (*value < first) | (*value > last))
}

/// The meanings of a dictionary by its keys. A key behind its end, which only a null may have, means nothing.
fn keyed<K: ArrowDictionaryKeyType>(array: &ArrayRef, rows: Rows, meanings: &[i64], to: &mut Vec<i64>) {
    let Some(dictionary) = array.as_any().downcast_ref::<DictionaryArray<K>>() else { return };
    let keys = part(dictionary.keys().values(), rows);
    to.extend(keys.iter().map(|key| meanings.get(key.as_usize()).copied().unwrap_or(0)));
}
