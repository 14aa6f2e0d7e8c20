//! The outcomes and levels of a rated table, read from its columns.

use arrow_array::cast::AsArray;
use arrow_array::types::Int8Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt64Array};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;

use super::shares::Piece;
use crate::batch::value_at;
use crate::case::Value;
use crate::cohort::state::Cell;
use crate::cohort::tables::column;
use crate::judge::Outcome;

/// The place of each code among the codes that are meant; 255 where it is none of them.
const NONE: u8 = u8::MAX;

/// What a key means.
#[inline(always)]
fn meant(meaning: &[u8; 128], key: i8) -> u8 {
    meaning.get(usize::from(key.cast_unsigned() & 127)).copied().unwrap_or(NONE)
}

/// A column of codes as small numbers.
#[derive(Debug)]
pub(crate) struct Codes<'a> {
    keys: Option<&'a [i8]>,
    /// For each key of the dictionary the code that it stands for.
    meaning: [u8; 128],
    array: &'a ArrayRef,
    known: Vec<String>,
    nulls: bool,
}

impl<'a> Codes<'a> {
    pub(crate) fn new(array: &'a ArrayRef, known: &[String]) -> Self {
        let mut meaning = [NONE; 128];
        let mut keys = None;
        let place = |code: &str| known.iter().position(|other| other == code).and_then(|at| u8::try_from(at).ok());
        if let DataType::Dictionary(key, _) = array.data_type()
            && **key == DataType::Int8
            && array.as_any_dictionary().values().len() <= meaning.len()
        {
            let dictionary = array.as_dictionary::<Int8Type>();
            for (slot, row) in meaning.iter_mut().zip(0..dictionary.values().len()) {
                if let Value::Text(code) = value_at(dictionary.values().as_ref(), row) {
                    *slot = place(&code).unwrap_or(NONE);
                }
            }
            keys = Some(dictionary.keys().values().as_ref());
        }
        Self { keys, meaning, array, known: known.to_vec(), nulls: array.null_count() > 0 }
    }

    /// Whether the column is a dictionary of these codes and of no others.
    pub(crate) fn are_of(&self, codes: &ArrayRef) -> bool {
        // Compared as texts: the general comparison of arrays is 0.1 MB of code for types that codes never have.
        let own = || self.array.as_any_dictionary().values().as_string_opt::<i32>();
        self.keys.is_some()
            && match (own(), codes.as_string_opt::<i32>()) {
                (Some(one), Some(other)) => one.iter().eq(other.iter()),
                _ => false,
            }
    }

    /// The codes of all rows and which of them are empty, copied as they are where the dictionary is that of the codes.
    pub(crate) fn copied(&self) -> (Vec<i8>, Option<NullBuffer>) {
        let same = |(place, code): (usize, &u8)| *code == NONE || usize::from(*code) == place;
        match self.keys {
            Some(keys) if self.meaning.iter().enumerate().all(same) => (keys.to_vec(), self.array.nulls().cloned()),
            _ => {
                let rows = 0..self.array.len();
                let codes: Vec<i8> = rows.map(|row| i8::try_from(self.get(row)).unwrap_or(-1)).collect();
                let nulls = codes.contains(&-1).then(|| codes.iter().map(|code| *code >= 0).collect());
                (codes.into_iter().map(|code| code.max(0)).collect(), nulls)
            }
        }
    }

    /// The keys of the rows with what each of them means, where the column is a dictionary of few codes. What stands beneath
    /// an empty cell means nothing.
    #[inline(always)]
    fn keys(&self) -> Option<(&'a [i8], &[u8; 128])> {
        Some((self.keys?, &self.meaning))
    }

    /// The code of a row; 255 where it is empty or none of those that are meant.
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> u8 {
        match self.keys {
            Some(keys) => {
                if self.nulls && self.array.is_null(row) {
                    return NONE;
                }
                let key = keys.get(row).copied().unwrap_or(-1);
                usize::try_from(key).ok().and_then(|key| self.meaning.get(key)).copied().unwrap_or(NONE)
            }
            None => match value_at(self.array.as_ref(), row) {
                Value::Text(code) => {
                    let place = self.known.iter().position(|known| *known == *code);
                    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(NONE)
                }
                _ => NONE,
            },
        }
    }
}

/// Where the kinds of rows that are not rated begin, each with its outcome; before them stand the levels of those who are.
pub(crate) const UNRATED: u8 = 8;

/// The kind of each row of a piece: of who is rated the level, of everybody else the outcome.
pub(crate) fn kinds(piece: Piece, outcomes: &Codes<'_>, levels: &Codes<'_>, kinds: &mut Vec<u8>) {
    // Without a branch: nobody foresees who is rated.
    let kind = |outcome: u8, level: u8| {
        let rated = u8::from(outcome == 0).wrapping_neg();
        (level & 7 & rated) | (((outcome & 7) | UNRATED) & !rated)
    };
    kinds.clear();
    match (outcomes.keys(), levels.keys()) {
        (Some((outcome_keys, outcome)), Some((level_keys, level))) => {
            let keys = piece.of(outcome_keys).iter().zip(piece.of(level_keys));
            kinds.extend(keys.map(|(one, two)| kind(meant(outcome, *one), meant(level, *two))));
        }
        _ => {
            let rows = (piece.start..).take(piece.len);
            kinds.extend(rows.map(|row| kind(outcomes.get(row), levels.get(row))));
        }
    }
}

/// The outcomes and levels of a batch.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    pub(crate) outcome: Codes<'a>,
    pub(crate) low: Codes<'a>,
    pub(crate) high: Codes<'a>,
    words: Vec<(&'a UInt64Array, u64)>,
}

/// The codes of outcomes, in their order.
pub(crate) fn outcome_codes() -> Vec<String> {
    Outcome::ALL.iter().map(|outcome| outcome.code().to_owned()).collect()
}

impl<'a> Cells<'a> {
    /// `prefix` is that of the columns of the results; the masks say which bits of the reason code tell that eligibility is
    /// unknown. The first column that is missing is the error.
    pub(crate) fn new(
        batch: &'a RecordBatch,
        prefix: &str,
        levels: &[String],
        masks: &[(String, u64)],
    ) -> Result<Self, String> {
        let find = |name: &str| {
            let name = format!("{prefix}{name}");
            column(batch, &name).ok_or(name)
        };
        let mut words = Vec::new();
        for (name, mask) in masks.iter().filter(|(_, mask)| *mask != 0) {
            let column = column(batch, name).and_then(|column| column.as_primitive_opt()).ok_or(name.clone())?;
            words.push((column, *mask));
        }
        Ok(Self {
            outcome: Codes::new(find("outcome")?, &outcome_codes()),
            low: Codes::new(find("at_least")?, levels),
            high: Codes::new(find("at_most")?, levels),
            words,
        })
    }

    /// Outcome and levels of a row.
    pub(crate) fn get(&self, row: usize) -> Cell {
        let outcome = Outcome::ALL.get(usize::from(self.outcome.get(row))).copied().unwrap_or(Outcome::Invalid);
        let (low, high) = (self.low.get(row), self.high.get(row));
        let leveled = low != NONE && high != NONE;
        let perhaps_unrated = outcome == Outcome::Undetermined
            && self.words.iter().any(|(words, mask)| unknown(words.values().get(row).copied().unwrap_or(0), *mask));
        Cell { outcome, low, high, leveled, perhaps_unrated }
    }
}

/// Whether a word of a reason code says of any of these rules that it is unknown: 2 of two bits.
pub(crate) const fn unknown(word: u64, mask: u64) -> bool {
    let bits = word & mask;
    bits & 0xAAAA_AAAA_AAAA_AAAA & !((bits & 0x5555_5555_5555_5555) << 1) != 0
}
