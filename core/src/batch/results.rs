//! What comes out for the rows of a table, before it becomes columns.

use super::kernel::Number;
use super::lane::Rows;

/// What comes out for the rows of a table.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The place in [`Outcome::ALL`].
    pub(super) outcomes: Vec<u8>,
    /// The ranks of the levels; anything where there is no level.
    pub(super) low: Vec<u8>,
    pub(super) high: Vec<u8>,
    /// Masks of the rows that have an interval of levels.
    pub(super) leveled: Vec<u8>,
    /// The score in units of its scale.
    pub(super) scores: Scores,
    /// Masks of the rows that have one.
    pub(super) scored: Vec<u8>,
    /// The reason codes, word after word for each row.
    pub(super) reasons: Vec<Vec<u64>>,
    /// How many rows were rated one by one.
    pub(super) single: usize,
}

/// Scores, in the width of their column.
#[derive(Debug, Default)]
pub(super) enum Scores {
    #[default]
    None,
    Whole(Vec<i64>),
    Decimal(Vec<i128>),
}

impl Scores {
    pub(super) fn push(&mut self, score: i64) {
        match self {
            Self::None => {}
            Self::Whole(scores) => scores.push(score),
            Self::Decimal(scores) => scores.push(score.into()),
        }
    }

    #[inline(always)]
    pub(super) fn put<T: Number>(&mut self, rows: Rows, values: &[T]) {
        match self {
            Self::None => {}
            Self::Whole(scores) => {
                for (to, value) in part(scores, rows).iter_mut().zip(values) {
                    *to = value.wide();
                }
            }
            Self::Decimal(scores) => {
                for (to, value) in part(scores, rows).iter_mut().zip(values) {
                    *to = i128::from(value.wide());
                }
            }
        }
    }
}

impl Results {
    /// Makes so many rows, to be written chunk by chunk. Zeros come from the system, so that nothing is written twice.
    pub(super) fn make(&mut self, rows: usize) {
        for bytes in [&mut self.outcomes, &mut self.low, &mut self.high, &mut self.leveled] {
            *bytes = vec![0; rows];
        }
        match &mut self.scores {
            Scores::None => {}
            Scores::Whole(scores) => *scores = vec![0; rows],
            Scores::Decimal(scores) => *scores = vec![0; rows],
        }
        if !matches!(self.scores, Scores::None) {
            self.scored = vec![0; rows];
        }
        for words in &mut self.reasons {
            *words = vec![0; rows];
        }
    }
}

/// The rows of a chunk in a column.
#[inline(always)]
pub(super) fn part<V>(values: &mut [V], rows: Rows) -> &mut [V] {
    values.get_mut(rows.start..rows.start.saturating_add(rows.len)).unwrap_or_default()
}
