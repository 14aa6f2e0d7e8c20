//! The reading of a column into a lane: values as narrow as the bounds allow, which of them are known, which are refused.
//!
//! The common types have a loop of their own; every other cell is read as [`crate::Case::set`] would read its value. Both
//! mean the same.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use crate::case::read_value;
use crate::number::power_of_ten;
use crate::plan::{KindPlan, MISSING};
use crate::rulebook::Rulebook;

use super::decode::{days, decimals, integers, keyed, masks, range};
use super::kernel::{Column, Number, fill, mask, spread};
use super::program::{Empty, LanePlan, Storage};
use super::value::value_at;

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
#[derive(Debug)]
pub(super) struct Lane<T: Number> {
    pub(super) bytes: Vec<u8>,
    numbers: Vec<T>,
    /// The values of the column itself, where they need not be copied.
    borrowed: Option<ScalarBuffer<T>>,
    /// The least and the greatest of the numbers, empty cells among them.
    range: (T, T),
    /// Masks of the rows in which the value is known, where `unknown`.
    pub(super) known: Vec<u8>,
    /// Not all are known.
    pub(super) unknown: bool,
    /// What is wrong with each cell, where `faulty`; that it is empty and must not be is told by `absent`.
    pub(super) faults: Vec<u8>,
    pub(super) faulty: bool,
    /// The empty cells as bits, where there are any and each makes its row invalid.
    pub(super) absent: Vec<u64>,
    len: usize,
    /// Room for the reading: the empty cells as bits, the others as masks, and values of any size.
    empty: Vec<u64>,
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

impl<T: Number> Default for Lane<T> {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            numbers: Vec::new(),
            borrowed: None,
            range: (T::default(), T::default()),
            known: Vec::new(),
            unknown: false,
            faults: Vec::new(),
            faulty: false,
            absent: Vec::new(),
            len: 0,
            empty: Vec::new(),
            present: Vec::new(),
            wide: Vec::new(),
        }
    }
}

impl<T: Number> Lane<T> {
    /// The lane as a number.
    pub(super) fn column(&self) -> Column<'_, T> {
        Column { low: self.numbers(), high: None, known: self.known() }
    }

    /// The numbers of the rows.
    pub(super) fn numbers(&self) -> &[T] {
        match &self.borrowed {
            Some(borrowed) => borrowed,
            None => &self.numbers,
        }
    }

    /// The masks of the rows in which the value is known; `None` where it is in all.
    pub(super) fn known(&self) -> Option<&[u8]> {
        self.unknown.then_some(self.known.as_slice())
    }

    pub(super) fn fault(&self, row: usize) -> u8 {
        let absent = self.absent.get(row >> 6).is_some_and(|word| (word >> (row & 63)) & 1 == 1);
        let fault = if self.faulty { self.faults.get(row).copied().unwrap_or(FINE) } else { FINE };
        if absent { fault | ABSENT } else { fault }
    }

    /// Reads the rows of a chunk.
    #[inline(always)]
    pub(super) fn read(&mut self, rulebook: &Rulebook, plan: &LanePlan, source: &Source<'_>, rows: Rows) {
        self.unknown = false;
        self.faulty = false;
        self.absent.clear();
        self.borrowed = None;
        self.len = rows.len;
        let Some(array) = source.array.filter(|array| *array.data_type() != DataType::Null) else {
            return self.nothing(plan, rows.len);
        };
        let mut gaps = match array.nulls() {
            Some(nulls) if nulls.null_count() > 0 => self.note_nulls(nulls, rows),
            _ => false,
        };
        match plan.storage {
            Storage::Presence => fill(&mut self.bytes, rows.len, 0),
            Storage::Bytes => gaps = self.read_bytes(rulebook, source, array, rows, gaps),
            Storage::Numbers => {
                gaps = self.read_numbers(rulebook, source, array, rows, gaps);
                self.check_bounds(plan, source.kind, gaps);
            }
        }
        if gaps {
            self.close_gaps(plan);
        }
        if self.faulty && plan.exact {
            self.hide_refused();
        }
    }

    /// Takes note of the empty cells. Whether there are any.
    #[inline(always)]
    fn note_nulls(&mut self, nulls: &NullBuffer, rows: Rows) -> bool {
        let bits = nulls.inner().slice(rows.start, rows.len);
        let chunks = bits.bit_chunks();
        self.empty.resize(rows.len.div_ceil(64), 0);
        let rest = !chunks.remainder_bits() & 1_u64.wrapping_shl((rows.len & 63) as u32).wrapping_sub(1);
        let mut any = 0;
        for (to, word) in self.empty.iter_mut().zip(chunks.iter().map(|word| !word).chain(std::iter::once(rest))) {
            *to = word;
            any |= word;
        }
        any != 0
    }

    /// The masks of the cells that are not empty.
    #[inline(always)]
    fn spread_present(&mut self, gaps: bool) {
        fill(&mut self.present, self.len, 0xFF);
        if gaps {
            for (word, part) in self.empty.iter().zip(self.present.chunks_mut(64)) {
                spread(!word, part);
            }
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
        fill(&mut self.bytes, len, 0);
        self.numbers.clear();
        self.numbers.resize(len, T::of(0));
        self.empty.clear();
        self.empty.resize(len >> 6, u64::MAX);
        self.empty.push(1_u64.wrapping_shl((len & 63) as u32).wrapping_sub(1));
        self.close_gaps(plan);
    }

    /// Gives the empty cells their meaning.
    #[inline(always)]
    fn close_gaps(&mut self, plan: &LanePlan) {
        match plan.empty {
            Empty::Unknown => self.leave_unknown(),
            Empty::Invalid => {
                if plan.exact {
                    self.leave_unknown();
                }
                std::mem::swap(&mut self.absent, &mut self.empty);
            }
            Empty::Value(value) => {
                if let Some(borrowed) = self.borrowed.take() {
                    self.numbers.clear();
                    self.numbers.extend_from_slice(&borrowed);
                }
                let (byte, number) = (u8::try_from(value).unwrap_or_default(), T::of(value));
                // Mostly few cells are empty.
                for (place, word) in self.empty.iter().enumerate() {
                    let mut rest = *word;
                    while rest != 0 {
                        let row = (place << 6) | rest.trailing_zeros() as usize;
                        rest &= rest.wrapping_sub(1);
                        if let Some(to) = self.numbers.get_mut(row) {
                            *to = number;
                        }
                        if let Some(to) = self.bytes.get_mut(row) {
                            *to = byte;
                        }
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn leave_unknown(&mut self) {
        self.unknown = true;
        self.known.resize(self.len, 0);
        for (word, part) in self.empty.iter().zip(self.known.chunks_mut(64)) {
            spread(!word, part);
        }
    }

    fn open_faults(&mut self) {
        if !self.faulty {
            self.faulty = true;
            fill(&mut self.faults, self.len, FINE);
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
            *known &= mask(fault & REFUSED == 0);
        }
    }

    /// Booleans and codes. Whether there are empty cells.
    #[inline(always)]
    fn read_bytes(
        &mut self,
        rulebook: &Rulebook,
        source: &Source<'_>,
        array: &ArrayRef,
        rows: Rows,
        gaps: bool,
    ) -> bool {
        if let DataType::Boolean = array.data_type() {
            self.bytes.resize(rows.len, 0);
            masks(array.as_boolean().values(), rows, &mut self.bytes);
            for byte in &mut self.bytes {
                *byte &= 1;
            }
            return gaps;
        }
        self.read_wide(rulebook, source, array, rows, gaps)
    }

    /// Numbers and days. Whether there are empty cells.
    #[inline(always)]
    fn read_numbers(
        &mut self,
        rulebook: &Rulebook,
        source: &Source<'_>,
        array: &ArrayRef,
        rows: Rows,
        gaps: bool,
    ) -> bool {
        if let (KindPlan::Integer { .. }, Some(borrowed)) = (source.kind, T::borrow(array, rows.start, rows.len)) {
            self.range = range(&borrowed);
            self.borrowed = Some(borrowed);
            return gaps;
        }
        let to = &mut self.numbers;
        let whole = match source.kind {
            KindPlan::Integer { .. } => Some(1),
            KindPlan::Decimal { scale, .. } => Some(power_of_ten(*scale)),
            _ => None,
        };
        let found = match (array.data_type(), source.kind, whole) {
            (DataType::Decimal128(_, places), KindPlan::Decimal { scale, .. }, _) => {
                let shift = i64::from(*scale).saturating_sub(i64::from(*places));
                match u32::try_from(shift) {
                    Ok(shift @ 0..=18) => decimals(array, rows, power_of_ten(shift), to),
                    _ => None,
                }
            }
            (DataType::Int8, _, Some(factor)) => integers::<Int8Type, T>(array, rows, factor, to),
            (DataType::Int16, _, Some(factor)) => integers::<Int16Type, T>(array, rows, factor, to),
            (DataType::Int32, _, Some(factor)) => integers::<Int32Type, T>(array, rows, factor, to),
            (DataType::Int64, _, Some(factor)) => integers::<Int64Type, T>(array, rows, factor, to),
            (DataType::UInt8, _, Some(factor)) => integers::<UInt8Type, T>(array, rows, factor, to),
            (DataType::UInt16, _, Some(factor)) => integers::<UInt16Type, T>(array, rows, factor, to),
            (DataType::UInt32, _, Some(factor)) => integers::<UInt32Type, T>(array, rows, factor, to),
            (DataType::Date32, KindPlan::Date, _) => days(array, rows, to),
            _ => None,
        };
        // Else some value does not fit the lane, or the type has no loop of its own.
        match found {
            Some(found) => {
                self.range = found;
                gaps
            }
            None => {
                let gaps = self.read_wide(rulebook, source, array, rows, gaps);
                self.range = range(&self.numbers);
                gaps
            }
        }
    }

    /// The meaning of every cell, one by one. Whether there are empty cells.
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
        // Codes are read as bytes even where they are numbers too.
        self.numbers.clear();
        self.numbers.extend(self.wide.iter().map(|value| T::of(*value)));
        self.bytes.clear();
        self.bytes.extend(self.wide.iter().map(|value| *value as u8));
        let odd = self.wide.iter().fold(false, |odd, value| odd | (*value <= NOTHING));
        if odd { self.note_odd(gaps) } else { gaps }
    }

    /// Takes note of the cells that are refused or, in a dictionary, empty. Whether there are empty cells.
    fn note_odd(&mut self, gaps: bool) -> bool {
        if !gaps {
            self.empty.clear();
            self.empty.resize(self.len.div_ceil(64), 0);
        }
        let mut any = gaps;
        for row in 0..self.len {
            let value = self.wide.get(row).copied().unwrap_or_default();
            let bit = 1_u64.wrapping_shl((row & 63) as u32);
            let Some(word) = self.empty.get_mut(row >> 6) else { continue };
            if value == NOTHING {
                *word |= bit;
                any = true;
            } else if value == MISSING && *word & bit == 0 {
                self.open_faults();
                if let Some(fault) = self.faults.get_mut(row) {
                    *fault |= REFUSED;
                }
            }
        }
        any
    }

    /// Refuses the numbers outside their bounds.
    #[inline(always)]
    fn check_bounds(&mut self, plan: &LanePlan, kind: &KindPlan, gaps: bool) {
        let fault = match kind {
            KindPlan::Date => OUTSIDE,
            _ => REFUSED,
        };
        let (low, high) = (T::of(plan.bounds.0.max(T::LEAST)), T::of(plan.bounds.1.min(T::MOST)));
        if (low <= self.range.0 && self.range.1 <= high) || matches!(kind, KindPlan::Code(_)) {
            return;
        }
        self.spread_present(gaps);
        let mut found = 0_u8;
        let was_faulty = self.faulty;
        self.open_faults();
        let numbers = self.borrowed.as_deref().unwrap_or(&self.numbers);
        for ((to, value), present) in self.faults.iter_mut().zip(numbers).zip(&self.present) {
            let fine = mask(*to & REFUSED == 0);
            let wrong = mask((*value < low) | (*value > high)) & present & fine & fault;
            *to |= wrong;
            found |= wrong;
        }
        self.faulty = was_faulty || found != 0;
    }
}
