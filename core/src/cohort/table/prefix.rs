//! The first keys of a ranking as one number, by which most rows are told apart without a look at their columns.

use arrow_buffer::NullBuffer;

use super::ranking::{Key, Number};
use crate::document::RankKey;

/// The number of a row that cannot be ranked.
pub(super) const UNRANKED: u64 = u64::MAX;

/// The bits of a share, the lower ones.
const SHARE: u32 = 24;
/// Those of them behind the point.
const BEHIND: u32 = 16;
const MOST_SHARE: i64 = (1 << SHARE) - 1;

/// From here on the first key is told by its side alone, and nothing behind it counts.
const FAR: i64 = 1 << 38;

/// The first keys of a ranking in one batch. Of two rows whose numbers differ the smaller comes first; those of the same
/// number are still to be compared.
#[derive(Debug)]
pub(super) struct Prefix<'a> {
    /// A number that is the first key, and whether the lowest comes first.
    number: Option<(Number<'a>, bool)>,
    /// A share that is the first key, or the second behind a number.
    share: Option<(Number<'a>, Number<'a>, bool)>,
    /// The wholes of all shares: a share of nothing is unknown.
    wholes: Vec<Number<'a>>,
    /// Where one of the keys is empty.
    nulls: Option<NullBuffer>,
}

impl<'a> Prefix<'a> {
    /// `shares` says whether shares are of whole numbers in every batch; in others they are not told.
    pub(super) fn new(keys: &'a [RankKey], columns: &[Key<'a>], shares: bool) -> Self {
        let mut all = keys.iter().zip(columns).peekable();
        let number = match all.peek() {
            Some((key, Key::Number(number))) => Some((*number, key.lowest_first)),
            _ => None,
        };
        if number.is_some() {
            all.next();
        }
        let share = match all.peek() {
            Some((key, Key::Share(part, whole))) if shares => Some((*part, *whole, key.lowest_first)),
            _ => None,
        };
        let wholes = columns.iter().filter_map(|key| match key {
            Key::Share(_, whole) => Some(*whole),
            _ => None,
        });
        let nulls = columns.iter().flat_map(Key::nulls).fold(None, |all, one| NullBuffer::union(all.as_ref(), one));
        Self { number, share, wholes: wholes.collect(), nulls }
    }

    /// The numbers of some rows, column by column; [`UNRANKED`] where a row lacks a key.
    pub(super) fn of(&self, rows: &[(u32, u32)], room: &mut Room) {
        let Room { numbers, parts, wholes, found } = room;
        found.clear();
        found.resize(rows.len(), 0);
        numbers.clear();
        numbers.resize(rows.len(), 0);
        if let Some((number, lowest_first)) = self.number {
            number.gather(rows, numbers);
            for (first, number) in found.iter_mut().zip(numbers.iter()) {
                let number = if lowest_first { *number } else { number.saturating_neg() };
                *first = number.clamp(FAR.saturating_neg(), FAR).saturating_add(FAR).cast_unsigned() << SHARE;
            }
        }
        if let Some((part, whole, lowest_first)) = self.share {
            part.gather(rows, parts);
            whole.gather(rows, wholes);
            let shares = parts.iter().zip(wholes.iter()).map(|(part, whole)| share(*part, *whole));
            for ((first, number), share) in found.iter_mut().zip(numbers.iter()).zip(shares) {
                let share = if lowest_first { share } else { MOST_SHARE.saturating_sub(share) };
                let near = number.unsigned_abs() < FAR.unsigned_abs();
                *first |= if near { share.cast_unsigned() } else { 0 };
            }
        }
        for whole in &self.wholes {
            whole.gather(rows, wholes);
            let nothing = found.iter_mut().zip(wholes.iter()).filter(|(_, whole)| **whole == 0);
            nothing.for_each(|(first, _)| *first = UNRANKED);
        }
        if let Some(nulls) = &self.nulls {
            let empty = found.iter_mut().zip(rows).filter(|(_, (_, row))| nulls.is_null(*row as usize));
            empty.for_each(|(first, _)| *first = UNRANKED);
        }
    }
}

/// Where the numbers of some rows are found, used again for every batch.
#[derive(Debug, Default)]
pub(super) struct Room {
    numbers: Vec<i64>,
    parts: Vec<i64>,
    wholes: Vec<i64>,
    /// What was found for each row.
    pub(super) found: Vec<u64>,
}

/// A share of something, rounded down, between 0 and the most that is told.
#[inline(always)]
fn share(part: i64, whole: i64) -> i64 {
    // Most numbers are so small that the processor divides them in its shortest form.
    if let (Ok(part), Ok(whole)) = (u16::try_from(part), u16::try_from(whole)) {
        let share = (u32::from(part) << BEHIND).checked_div(u32::from(whole));
        return i64::from(share.unwrap_or(0)).min(MOST_SHARE);
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    let (part, whole) = if whole < 0 { (part.saturating_neg(), whole.saturating_neg()) } else { (part, whole) };
    let share = (part << BEHIND).checked_div_euclid(whole).unwrap_or(0);
    i64::try_from(share.clamp(0, i128::from(MOST_SHARE))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch};
    use proptest::prelude::*;

    use super::*;
    use crate::cohort::table::ranking::Ranking;
    use crate::document::{RankBy, RankShare};
    use crate::number::Fraction;

    /// Numbers that meet each other, small ones and those where the prefix ends.
    fn number() -> impl Strategy<Value = i64> {
        let edges = [FAR - 1, FAR, FAR + 1, i64::MAX - 1, i64::MAX, i64::MIN, i64::MIN + 1, 1 - FAR, -FAR, -1 - FAR];
        prop_oneof![-3_i64..4, 0_i64..70_000, proptest::sample::select(edges.to_vec()), any::<i64>()]
    }

    proptest! {
        #[test]
        fn what_the_prefix_tells_apart_stands_in_the_order_of_the_keys(
            rows in proptest::collection::vec((number(), number(), number()), 2..9),
            lowest_first in [any::<bool>(), any::<bool>()],
            with_number in any::<bool>(),
        ) {
            let share = RankShare { part: "part".to_owned(), whole: "whole".to_owned() };
            let mut keys = vec![RankKey { by: RankBy::Share(share), lowest_first: lowest_first[1] }];
            if with_number {
                keys.insert(0, RankKey { by: RankBy::Fact("number".to_owned()), lowest_first: lowest_first[0] });
            }
            let column = |pick: fn(&(i64, i64, i64)) -> i64| -> ArrayRef {
                Arc::new(rows.iter().map(|row| Some(pick(row))).collect::<Int64Array>())
            };
            let columns = [("number", column(|row| row.0)), ("part", column(|row| row.1)), ("whole", column(|row| row.2))];
            let batches = [RecordBatch::try_from_iter(columns).unwrap()];
            let ranking = Ranking::new(&keys, &batches, "", "id").unwrap();
            let places: Vec<(u32, u32)> = (0..rows.len() as u32).map(|row| (0, row)).collect();
            let mut room = Room::default();
            ranking.prefix(0).of(&places, &mut room);
            for (one, first) in places.iter().zip(&room.found) {
                let (number, part, whole) = rows[one.1 as usize];
                prop_assert_eq!(*first == UNRANKED, whole == 0);
                for (two, second) in places.iter().zip(&room.found) {
                    let (other_number, other_part, other_whole) = rows[two.1 as usize];
                    let fraction = |part: i64, whole: i64| Fraction::new(part.into(), whole.into());
                    let (Some(left), Some(right)) = (fraction(part, whole), fraction(other_part, other_whole)) else {
                        continue;
                    };
                    let told = |order: std::cmp::Ordering, lowest: bool| if lowest { order } else { order.reverse() };
                    let by_number = if with_number { number.cmp(&other_number) } else { std::cmp::Ordering::Equal };
                    let order = told(by_number, lowest_first[0]).then(told(left.cmp(&right), lowest_first[1]));
                    prop_assert_eq!(ranking.compare(*one, *two), order);
                    prop_assert!(first == second || first.cmp(second) == order, "{:?} {:?}", one, two);
                }
            }
        }
    }
}
