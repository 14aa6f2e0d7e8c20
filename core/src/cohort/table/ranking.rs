//! Candidates in their order, by numbers and texts of their rows.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;

use super::groups::Whole;
use super::prefix::Prefix;
use crate::cohort::tables::{column, text_at};
use crate::document::{RankBy, RankKey};

/// A number in one batch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number<'a> {
    Whole(Whole<'a>, Option<&'a NullBuffer>),
    Decimal(&'a [i128], Option<&'a NullBuffer>),
}

/// A key of the ranking in one batch.
#[derive(Debug)]
pub(super) enum Key<'a> {
    Number(Number<'a>),
    Share(Number<'a>, Number<'a>),
    Text(&'a ArrayRef),
}

/// The keys of a ranking in all batches.
#[derive(Debug)]
pub(super) struct Ranking<'a> {
    keys: &'a [RankKey],
    batches: Vec<Vec<Key<'a>>>,
}

/// A row: its batch and its place there.
pub(super) type Place = (u32, u32);

impl<'a> Ranking<'a> {
    /// Finds the columns. The first one that is missing or of no use is the error.
    pub(super) fn new(
        keys: &'a [RankKey],
        batches: &'a [RecordBatch],
        prefix: &str,
        id: &str,
    ) -> Result<Self, String> {
        let one = |batch: &'a RecordBatch| -> Result<Vec<Key<'a>>, String> {
            let number = |name: &str| {
                let found = column(batch, name).ok_or(name.to_owned())?;
                number(found).ok_or(name.to_owned())
            };
            keys.iter()
                .map(|key| match &key.by {
                    RankBy::Score => number(&format!("{prefix}score")).map(Key::Number),
                    RankBy::Fact(name) => number(name).map(Key::Number),
                    RankBy::Share(share) => Ok(Key::Share(number(&share.part)?, number(&share.whole)?)),
                    RankBy::Id => column(batch, id).map(Key::Text).ok_or(id.to_owned()),
                })
                .collect()
        };
        Ok(Self { keys, batches: batches.iter().map(one).collect::<Result<_, _>>()? })
    }

    /// The first keys of the rows of a batch, as numbers.
    pub(super) fn prefix(&self, batch: u32) -> Prefix<'_> {
        let whole =
            |key: &Key<'_>| !matches!(key, Key::Share(part, whole) if part.is_decimal() || whole.is_decimal());
        let columns = self.batches.get(batch as usize).map(Vec::as_slice).unwrap_or_default();
        Prefix::new(self.keys, columns, self.batches.iter().flatten().all(whole))
    }

    /// Compares two rows by every key.
    pub(super) fn compare(&self, one: Place, two: Place) -> Ordering {
        let of = |place: Place| self.batches.get(place.0 as usize).map(Vec::as_slice).unwrap_or_default();
        for ((key, left), right) in self.keys.iter().zip(of(one)).zip(of(two)) {
            let order = left.compare(one.1 as usize, right, two.1 as usize);
            let order = if key.lowest_first { order } else { order.reverse() };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

fn number(array: &ArrayRef) -> Option<Number<'_>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    match array.data_type() {
        DataType::Decimal128(..) => Some(Number::Decimal(array.as_primitive::<Decimal128Type>().values(), nulls)),
        _ => Whole::of(array.as_ref()).map(|values| Number::Whole(values, nulls)),
    }
}

impl<'a> Number<'a> {
    fn nulls(self) -> Option<&'a NullBuffer> {
        let (Self::Whole(_, nulls) | Self::Decimal(_, nulls)) = self;
        nulls
    }

    fn is_decimal(self) -> bool {
        matches!(self, Self::Decimal(..))
    }

    /// The nearest number of 64 bits.
    #[inline(always)]
    pub(super) fn narrow(self, row: usize) -> i64 {
        match self {
            Self::Whole(values, _) => values.get(row),
            Self::Decimal(values, _) => {
                let value = values.get(row).copied().unwrap_or(0);
                i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
            }
        }
    }

    /// The nearest numbers of 64 bits of some rows.
    pub(super) fn gather(self, rows: &[(u32, u32)], to: &mut Vec<i64>) {
        to.clear();
        match self {
            Self::Whole(values, _) => values.gather(rows, to),
            Self::Decimal(..) => to.extend(rows.iter().map(|(_, row)| self.narrow(*row as usize))),
        }
    }

    fn wide(self, row: usize) -> i128 {
        match self {
            Self::Whole(values, _) => i128::from(values.get(row)),
            Self::Decimal(values, _) => values.get(row).copied().unwrap_or(0),
        }
    }
}

impl Key<'_> {
    /// Where a column of the key is empty.
    pub(super) fn nulls(&self) -> [Option<&NullBuffer>; 2] {
        match self {
            Self::Number(number) => [number.nulls(), None],
            Self::Share(part, whole) => [part.nulls(), whole.nulls()],
            Self::Text(array) => [array.nulls(), None],
        }
    }

    fn compare(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.wide(row).cmp(&two.wide(other_row)),
            (Self::Share(part, whole), Self::Share(other_part, other_whole)) => {
                let (whole, other_whole) = (whole.wide(row), other_whole.wide(other_row));
                let left = part.wide(row).saturating_mul(other_whole);
                let right = other_part.wide(other_row).saturating_mul(whole);
                // What is multiplied by a number below 0 changes sides.
                let order = left.cmp(&right);
                if (whole < 0) == (other_whole < 0) { order } else { order.reverse() }
            }
            (Self::Text(one), Self::Text(two)) => match (one.data_type(), two.data_type()) {
                (DataType::Utf8, DataType::Utf8) => {
                    one.as_string::<i32>().value(row).cmp(two.as_string::<i32>().value(other_row))
                }
                _ => text_at(one.as_ref(), row).cmp(&text_at(two.as_ref(), other_row)),
            },
            _ => Ordering::Equal,
        }
    }
}
