//! The columns that stand behind those of the table: outcome, levels, score and reason code.

use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, Decimal128Array, DictionaryArray, Int8Array, Int64Array, StringArray, UInt64Array};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};

use crate::judge::Outcome;
use crate::plan::{LEVELS, Plan};
use crate::rulebook::Rulebook;

use super::kernel::gather;
use super::reasons::column_name;
use super::results::{Results, Scores};

/// How the score is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScoreForm {
    /// There is none.
    None,
    /// A whole number.
    Whole,
    /// A decimal of this scale.
    Decimal(i8),
    /// A fraction, as text for people.
    Text,
}

/// The columns of the results of a kind of subject.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) fields: Vec<Field>,
    pub(crate) score: ScoreForm,
    outcomes: ArrayRef,
    levels: ArrayRef,
}

impl Output {
    pub(super) fn new(rulebook: &Rulebook, plan: &Plan, prefix: &str, words: usize) -> Self {
        let score = match plan.standard.score {
            None => ScoreForm::None,
            Some(score) => match plan.scale_of(score) {
                None => ScoreForm::Text,
                Some(0) => ScoreForm::Whole,
                Some(scale) => ScoreForm::Decimal(i8::try_from(scale).unwrap_or(0)),
            },
        };
        let codes = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
        let field =
            |name: &str, data: DataType, nullable: bool| Field::new(format!("{prefix}{name}"), data, nullable);
        let mut fields = vec![
            field("outcome", codes.clone(), false),
            field("at_least", codes.clone(), true),
            field("at_most", codes, true),
        ];
        match score {
            ScoreForm::None => {}
            ScoreForm::Whole => fields.push(field("score", DataType::Int64, true)),
            ScoreForm::Decimal(scale) => fields.push(field("score", DataType::Decimal128(18, scale), true)),
            ScoreForm::Text => fields.push(field("score", DataType::Utf8, true)),
        }
        for word in 0..words {
            fields.push(field(&column_name(word), DataType::UInt64, false));
        }
        let table = rulebook.table(LEVELS);
        let levels = table.map(|table| table.codes.as_slice()).unwrap_or_default();
        let levels: StringArray = levels.iter().map(|code| Some(rulebook.text(code.code))).collect();
        let outcomes: StringArray = Outcome::ALL.iter().map(|outcome| Some(outcome.code())).collect();
        Self { fields, score, outcomes: Arc::new(outcomes), levels: Arc::new(levels) }
    }

    /// Room for the scores in their form.
    pub(super) fn scores(&self) -> Scores {
        match self.score {
            ScoreForm::None | ScoreForm::Text => Scores::None,
            ScoreForm::Whole => Scores::Whole(Vec::new()),
            ScoreForm::Decimal(_) => Scores::Decimal(Vec::new()),
        }
    }

    /// The outcome and the levels alone, as columns.
    pub(crate) fn levels_only(&self, results: Results) -> [ArrayRef; 3] {
        let leveled = nulls(&results.leveled);
        let level = |ranks: Vec<u8>| codes(ranks, leveled.clone(), &self.levels);
        [codes(results.outcomes, None, &self.outcomes), level(results.low), level(results.high)]
    }

    /// The results as columns, in the order of the fields.
    pub(crate) fn columns(&self, results: Results, texts: Vec<Option<String>>) -> Vec<ArrayRef> {
        let leveled = nulls(&results.leveled);
        let level = |ranks: Vec<u8>| codes(ranks, leveled.clone(), &self.levels);
        let mut columns: Vec<ArrayRef> = vec![codes(results.outcomes, None, &self.outcomes)];
        columns.push(level(results.low));
        columns.push(level(results.high));
        match self.score {
            ScoreForm::None => {}
            ScoreForm::Text => columns.push(Arc::new(StringArray::from(texts))),
            ScoreForm::Whole | ScoreForm::Decimal(_) => {
                let scored = if results.scored == results.leveled { leveled } else { nulls(&results.scored) };
                match (results.scores, self.score) {
                    (Scores::Decimal(scores), ScoreForm::Decimal(scale)) => {
                        let array = Decimal128Array::new(scores.into(), scored);
                        // The precision holds every integer of 64 bits that a bound may have.
                        columns.push(Arc::new(array.with_data_type(DataType::Decimal128(18, scale))));
                    }
                    (Scores::Whole(scores), _) => columns.push(Arc::new(Int64Array::new(scores.into(), scored))),
                    _ => {}
                }
            }
        }
        columns.extend(results.reasons.into_iter().map(|words| Arc::new(UInt64Array::from(words)) as ArrayRef));
        columns
    }
}

fn codes(ranks: Vec<u8>, nulls: Option<NullBuffer>, values: &ArrayRef) -> ArrayRef {
    let len = ranks.len();
    // Ranks are far below 128: the same bytes with a sign.
    let keys = ScalarBuffer::<i8>::new(Buffer::from_vec(ranks), 0, len);
    let array: DictionaryArray<Int8Type> = DictionaryArray::new(Int8Array::new(keys, nulls), Arc::clone(values));
    Arc::new(array)
}

/// The null bits of masks; nothing where every row has a value.
fn nulls(masks: &[u8]) -> Option<NullBuffer> {
    if masks.iter().fold(0xFF, |all, mask| all & mask) == 0xFF {
        return None;
    }
    let words: Vec<u64> = masks.chunks(64).map(gather).collect();
    Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(words), 0, masks.len())))
}
