//! What comes out for the rows of a table, before it becomes columns.

use super::kernel::Number;
use super::lane::Rows;

/// What comes out for the rows of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Results {
    /// The place in [`Outcome::ALL`].
    pub(crate) outcomes: Vec<u8>,
    /// The ranks of the levels; anything where there is no level.
    pub(crate) low: Vec<u8>,
    pub(crate) high: Vec<u8>,
    /// Masks of the rows that have an interval of levels.
    pub(crate) leveled: Vec<u8>,
    /// The score in units of its scale.
    pub(crate) scores: Scores,
    /// Masks of the rows that have one.
    pub(crate) scored: Vec<u8>,
    /// The reason codes, word after word for each row.
    pub(crate) reasons: Vec<Vec<u64>>,
    /// How many rows were rated one by one.
    pub(crate) single: usize,
}

/// Scores, in the width of their column.
#[derive(Debug, Clone, Default)]
pub(crate) enum Scores {
    #[default]
    None,
    Whole(Vec<i64>),
    Decimal(Vec<i128>),
}

impl Scores {
    /// The score of a row, in units of its scale.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::None => None,
            Self::Whole(scores) => scores.get(row).copied(),
            Self::Decimal(scores) => scores.get(row).and_then(|score| i64::try_from(*score).ok()),
        }
    }

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
    /// Puts the rows of others behind these.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.outcomes.append(&mut other.outcomes);
        self.low.append(&mut other.low);
        self.high.append(&mut other.high);
        self.leveled.append(&mut other.leveled);
        self.scored.append(&mut other.scored);
        match (&mut self.scores, other.scores) {
            (Scores::Whole(to), Scores::Whole(mut from)) => to.append(&mut from),
            (Scores::Decimal(to), Scores::Decimal(mut from)) => to.append(&mut from),
            _ => {}
        }
        for (to, mut from) in self.reasons.iter_mut().zip(other.reasons) {
            to.append(&mut from);
        }
        self.single = self.single.saturating_add(other.single);
    }

    /// The rows at these places, in this order.
    pub(crate) fn picked(&self, places: &[usize]) -> Self {
        fn pick<V: Copy + Default>(values: &[V], places: &[usize]) -> Vec<V> {
            match values.is_empty() {
                true => Vec::new(),
                false => places.iter().map(|place| values.get(*place).copied().unwrap_or_default()).collect(),
            }
        }
        Self {
            outcomes: pick(&self.outcomes, places),
            low: pick(&self.low, places),
            high: pick(&self.high, places),
            leveled: pick(&self.leveled, places),
            scores: match &self.scores {
                Scores::None => Scores::None,
                Scores::Whole(scores) => Scores::Whole(pick(scores, places)),
                Scores::Decimal(scores) => Scores::Decimal(pick(scores, places)),
            },
            scored: pick(&self.scored, places),
            reasons: self.reasons.iter().map(|words| pick(words, places)).collect(),
            single: self.single,
        }
    }

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
