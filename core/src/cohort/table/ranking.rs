//! Candidates in their order, by numbers and texts of their rows.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::groups::Whole;
use crate::cohort::tables::{column, text_at};
use crate::document::{RankBy, RankKey};

/// A key of the ranking in one batch.
#[derive(Debug)]
enum Key<'a> {
    Whole(Whole<'a>, &'a ArrayRef),
    Decimal(&'a [i128], &'a ArrayRef),
    Share(Box<(Key<'a>, Key<'a>)>),
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
                    RankBy::Score => number(&format!("{prefix}score")),
                    RankBy::Fact(name) => number(name),
                    RankBy::Share(share) => Ok(Key::Share(Box::new((number(&share.part)?, number(&share.whole)?)))),
                    RankBy::Id => column(batch, id).map(Key::Text).ok_or(id.to_owned()),
                })
                .collect()
        };
        Ok(Self { keys, batches: batches.iter().map(one).collect::<Result<_, _>>()? })
    }

    /// The first key of a row as a number: of two that differ the smaller comes first. The same for all where it is no
    /// number; nothing where the row lacks a key and cannot be ranked.
    pub(super) fn first(&self, place: Place) -> Option<i64> {
        let keys = self.batches.get(place.0 as usize)?;
        let row = place.1 as usize;
        if !keys.iter().all(|key| key.is_known(row)) {
            return None;
        }
        let number = match keys.first()? {
            Key::Whole(values, _) => values.get(row),
            Key::Decimal(values, _) => i64::try_from(values.get(row).copied()?).ok()?,
            Key::Share(_) | Key::Text(_) => return Some(0),
        };
        let lowest_first = self.keys.first().is_some_and(|key| key.lowest_first);
        Some(if lowest_first { number } else { number.checked_neg()? })
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

fn number(array: &ArrayRef) -> Option<Key<'_>> {
    match array.data_type() {
        DataType::Decimal128(..) => Some(Key::Decimal(array.as_primitive::<Decimal128Type>().values(), array)),
        _ => Whole::of(array.as_ref()).map(|values| Key::Whole(values, array)),
    }
}

impl Key<'_> {
    fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Whole(_, array) | Self::Decimal(_, array) | Self::Text(array) => !array.is_null(row),
            // A share of nothing is unknown.
            Self::Share(share) => share.0.is_known(row) && share.1.is_known(row) && share.1.wide(row) != 0,
        }
    }

    fn wide(&self, row: usize) -> i128 {
        match self {
            Self::Whole(values, _) => i128::from(values.get(row)),
            Self::Decimal(values, _) => values.get(row).copied().unwrap_or(0),
            Self::Share(_) | Self::Text(_) => 0,
        }
    }

    fn compare(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        match (self, other) {
            (Self::Share(one), Self::Share(two)) => {
                let left = one.0.wide(row).saturating_mul(two.1.wide(other_row));
                let right = two.0.wide(other_row).saturating_mul(one.1.wide(row));
                // Both wholes are above 0 where the rows are in order.
                left.cmp(&right)
            }
            (Self::Text(one), Self::Text(two)) => match (one.data_type(), two.data_type()) {
                (DataType::Utf8, DataType::Utf8) => {
                    one.as_string::<i32>().value(row).cmp(two.as_string::<i32>().value(other_row))
                }
                _ => text_at(one.as_ref(), row).cmp(&text_at(two.as_ref(), other_row)),
            },
            _ => self.wide(row).cmp(&other.wide(other_row)),
        }
    }
}
