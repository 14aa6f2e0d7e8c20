//! The first keys of a ranking as one number, by which most rows are told apart without a look at their columns.

use arrow_buffer::NullBuffer;

use super::groups::Whole;
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
    share: Option<(Whole<'a>, Whole<'a>, bool)>,
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
            Some((key, Key::Share(Number::Whole(part, _), Number::Whole(whole, _)))) if shares => {
                Some((*part, *whole, key.lowest_first))
            }
            _ => None,
        };
        let wholes = columns.iter().filter_map(|key| match key {
            Key::Share(_, whole) => Some(*whole),
            _ => None,
        });
        let nulls = columns.iter().flat_map(Key::nulls).fold(None, |all, one| NullBuffer::union(all.as_ref(), one));
        Self { number, share, wholes: wholes.collect(), nulls }
    }

    /// The number of a row; [`UNRANKED`] where it lacks a key.
    #[inline(always)]
    pub(super) fn of(&self, row: usize) -> u64 {
        let known = self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        if !known || self.wholes.iter().any(|whole| whole.narrow(row) == 0) {
            return UNRANKED;
        }
        let first = self.number.map_or(0, |(number, lowest_first)| {
            let number = number.narrow(row);
            if lowest_first { number } else { number.saturating_neg() }
        });
        let share = match self.share {
            Some((part, whole, lowest_first)) if first.unsigned_abs() < FAR.unsigned_abs() => {
                let share = share(part.get(row), whole.get(row));
                if lowest_first { share } else { MOST_SHARE.saturating_sub(share) }
            }
            _ => 0,
        };
        let first = first.clamp(FAR.saturating_neg(), FAR).saturating_add(FAR);
        ((first << SHARE) | share).cast_unsigned()
    }
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
