//! One meaning: a table gives every row what its case alone would be given.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test"
)]

mod generate;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int8Type, Int64Type, UInt64Type};
use arrow_array::{Array, RecordBatch, RecordBatchIterator};
use arrow_schema::DataType;
use generate::{Luck, Rates, rulebook, table};
use xeploai::Rulebook;
use xeploai::batch::{ColumnCode, TableError, TableOptions};

fn rate(rulebook: &Rulebook, subject: &str, batches: Vec<RecordBatch>, threads: usize) -> Result<Vec<RecordBatch>, TableError> {
    let schema = batches[0].schema();
    let table = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    let rated = rulebook.rate_table(subject, table, TableOptions { threads, ..TableOptions::default() })?;
    Ok(rated.map(Result::unwrap).collect())
}

/// A cell of the results as text.
fn cell(batch: &RecordBatch, name: &str, row: usize) -> Option<String> {
    let column = batch.column_by_name(name)?;
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Dictionary(..) => {
            let keys = column.as_dictionary::<Int8Type>();
            let values = keys.values().as_string::<i32>();
            values.value(keys.keys().value(row) as usize).to_owned()
        }
        DataType::Decimal128(_, scale) => {
            let units = column.as_primitive::<Decimal128Type>().value(row);
            xeploai::number::format_decimal(i64::try_from(units).unwrap(), *scale as u32)
        }
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        other => panic!("{other}"),
    })
}

/// Compares every row with its case alone; returns how often each outcome came.
fn compare(rulebook: &Rulebook, subject: &str, batch: &RecordBatch) -> BTreeMap<&'static str, usize> {
    let rated = rate(rulebook, subject, vec![batch.clone()], 1).unwrap();
    let reasons = rulebook.reasons(subject).unwrap();
    let mut outcomes = BTreeMap::new();
    let mut row = 0;
    for part in &rated {
        for place in 0..part.num_rows() {
            let alone = rulebook.rate_row(subject, batch, row, None, &[]).unwrap();
            let told = |name: &str| cell(part, name, place);
            let context = || format!("row {row}\n{}\n{:?}", alone.to_json(), alone.problems());
            assert_eq!(told("outcome").unwrap(), alone.outcome().code(), "{}", context());
            assert_eq!(told("at_least").as_deref(), alone.at_least(), "{}", context());
            assert_eq!(told("at_most").as_deref(), alone.at_most(), "{}", context());
            if part.column_by_name("score").is_some() {
                assert_eq!(told("score"), alone.score_shown(), "{}", context());
            }
            for (word, expected) in reasons.of(&alone).into_iter().enumerate() {
                let name = if word == 0 { "reasons".to_owned() } else { format!("reasons_{}", word + 1) };
                let found: u64 = told(&name).unwrap().parse().unwrap();
                assert_eq!(format!("{found:064b}"), format!("{expected:064b}"), "{}", context());
            }
            *outcomes.entry(alone.outcome().code()).or_default() += 1;
            row += 1;
        }
    }
    assert_eq!(row, batch.num_rows());
    outcomes
}

#[test]
fn random_tables_of_random_rulebooks_are_rated_as_their_rows_alone() {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut rated) = (0, 0);
    for seed in 1..=asked.unwrap_or(400_u64) {
        let mut luck = Luck::new(seed);
        let text = rulebook(&mut luck);
        let rulebook = Rulebook::from_json(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        let empty = [0, 3, 30][luck.below(3) as usize];
        let wrong = [0, 2, 20][luck.below(3) as usize];
        let table = table(&mut luck, 300, &Rates { empty, wrong });
        // A slice, so that no column begins where its buffer does.
        let table = table.slice(luck.below(70) as usize, 200);
        let probe = rate(&rulebook, "subject", vec![table.clone()], 1);
        match probe {
            Err(error) => {
                assert!(error.faults.iter().all(|fault| fault.code == ColumnCode::Missing), "{error}");
                refused += 1;
            }
            Ok(_) => {
                let found = std::panic::catch_unwind(AssertUnwindSafe(|| compare(&rulebook, "subject", &table)));
                let found = found.unwrap_or_else(|_| panic!("seed {seed}"));
                found.into_iter().for_each(|(outcome, count)| *outcomes.entry(outcome).or_default() += count);
                rated += 1;
            }
        }
    }
    println!("{rated} tables rated, {refused} refused for a column that is required: {outcomes:?}");
    assert_eq!(outcomes.len(), 6, "every outcome comes: {outcomes:?}");
}
