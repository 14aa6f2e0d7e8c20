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
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int8Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Int32Array, RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, DataType};
use generate::{Luck, Rates, rulebook, table};
use xeploai::batch::{ColumnCode, Progress, TableError, TableOptions};
use xeploai::{Language, Rulebook};

fn rate(
    rulebook: &Rulebook,
    subject: &str,
    batches: Vec<RecordBatch>,
    threads: usize,
) -> Result<Vec<RecordBatch>, TableError> {
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
    assert!(rated > 300 && refused > 10, "{rated} tables rated, {refused} refused");
    assert_eq!(outcomes.len(), 6, "every outcome comes: {outcomes:?}");
    assert!(outcomes.values().all(|count| *count > 500), "often enough: {outcomes:?}");
}

/// The cells of the results of all batches.
fn results(batches: &[RecordBatch]) -> Vec<Vec<Option<String>>> {
    let names = ["outcome", "at_least", "at_most", "score", "reasons"];
    batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).map(|row| names.map(|name| cell(batch, name, row)).to_vec()))
        .collect()
}

#[test]
fn neither_threads_nor_batches_nor_the_order_of_columns_matter() {
    for seed in 1..=12 {
        let mut luck = Luck::new(seed);
        let rulebook = Rulebook::from_json(&rulebook(&mut luck)).unwrap();
        // More than a chunk, with a rest.
        let whole = table(&mut luck, 5_000, &Rates { empty: 3, wrong: 2 });
        let Ok(once) = rate(&rulebook, "subject", vec![whole.clone()], 1) else { continue };
        let expected = results(&once);
        assert_eq!(expected.len(), 5_000);

        let mut parts = Vec::new();
        let mut start = 0;
        while start < whole.num_rows() {
            let len = (luck.below(900) as usize).min(whole.num_rows() - start);
            parts.push(whole.slice(start, len));
            start += len;
        }
        for threads in [1, 2, 3] {
            let rated = rate(&rulebook, "subject", parts.clone(), threads).unwrap();
            assert_eq!(results(&rated), expected, "seed {seed}, {threads} threads");
            let ids: Vec<i32> = rated
                .iter()
                .flat_map(|batch| batch.column(0).as_primitive::<Int32Type>().values().to_vec())
                .collect();
            assert_eq!(ids, (0..5_000).collect::<Vec<i32>>(), "foreign columns pass through");
        }
        let backwards: Vec<usize> = (0..whole.num_columns()).rev().collect();
        let turned = whole.project(&backwards).unwrap();
        assert_eq!(results(&rate(&rulebook, "subject", vec![turned], 2).unwrap()), expected, "seed {seed}");
    }
}

fn member(columns: Vec<(&str, ArrayRef)>) -> Result<Vec<RecordBatch>, TableError> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    rate(&Rulebook::builtin("366-qd-tw").unwrap(), "member", vec![batch], 1)
}

fn codes(error: &TableError) -> Vec<(&str, &str)> {
    error.faults.iter().map(|fault| (fault.column.as_str(), fault.code.name())).collect()
}

#[test]
fn columns_that_are_not_in_order_are_all_named_before_a_row_is_rated() {
    let flags = || Arc::new(BooleanArray::from(vec![true])) as ArrayRef;
    let numbers = || Arc::new(Int32Array::from(vec![1])) as ArrayRef;
    let error = member(vec![
        ("exempt_from_activities", numbers()),
        ("task_done", numbers()),
        ("score", numbers()),
        ("id", numbers()),
    ])
    .unwrap_err();
    let expected = [("exempt_from_activities", "wrong_type"), ("task_done", "near_fact"), ("score", "name_taken")];
    assert_eq!(codes(&error), expected);
    for language in [Language::Vietnamese, Language::English] {
        let told = error.explain(language);
        assert!(told.contains("Int32") && told.contains("tasks_done"), "{told}");
    }
    let twice = member(vec![("exempt_from_activities", flags()), ("exempt_from_activities", flags())]).unwrap_err();
    assert_eq!(codes(&twice), [("exempt_from_activities", "twice")]);
    assert_eq!(codes(&member(vec![("id", numbers())]).unwrap_err()), [("", "no_fact")]);
    // A name in decomposed letters is the same name; here it is a foreign one.
    assert!(member(vec![("exempt_from_activities", flags()), ("Ho\u{323} te\u{302}n", numbers())]).is_ok());
}

#[test]
fn a_stream_that_fails_gives_what_came_before_and_then_its_error() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true; 10]));
    let batch = RecordBatch::try_from_iter([("exempt_from_activities", flags)]).unwrap();
    let batches = [Ok(batch.clone()), Err(ArrowError::ComputeError("the cable".to_owned())), Ok(batch.clone())];
    let table = RecordBatchIterator::new(batches, batch.schema());
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let mut rated = rulebook.rate_table("member", table, TableOptions::default()).unwrap();
    assert_eq!(rated.next().unwrap().unwrap().num_rows(), 10);
    assert!(rated.next().unwrap().unwrap_err().to_string().contains("the cable"));
    assert!(rated.next().is_none());
    assert_eq!(rated.rows(), 10);
}

#[test]
fn progress_may_stop_the_rest() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true; 300_000]));
    let batch = RecordBatch::try_from_iter([("exempt_from_activities", flags)]).unwrap();
    let table = RecordBatchIterator::new([Ok(batch.clone()), Ok(batch.clone())], batch.schema());
    let progress: Progress<'static> =
        Box::new(|rows| if rows < 600_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) });
    let options = TableOptions { threads: 1, progress: Some(progress), ..TableOptions::default() };
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let rated: Vec<_> = rulebook.rate_table("member", table, options).unwrap().collect();
    let (last, before) = rated.split_last().unwrap();
    assert!(last.as_ref().unwrap_err().to_string().contains("stopped after 600000 rows"));
    assert!(before.iter().all(Result::is_ok) && !before.is_empty());
}

#[cfg(feature = "files")]
#[test]
fn files_hold_what_the_table_holds_whatever_their_form() {
    use xeploai::batch::FileForm;

    let folder = std::env::temp_dir().join(format!("xeploai-batch-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name);
    let mut luck = Luck::new(5);
    let whole = table(&mut luck, 3_000, &Rates { empty: 3, wrong: 1 });
    let rulebook = Rulebook::from_json(&rulebook(&mut Luck::new(4))).unwrap();
    let expected = results(&rate(&rulebook, "subject", vec![whole.clone()], 1).unwrap());

    let file = std::fs::File::create(path("in.arrow")).unwrap();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(file, &whole.schema()).unwrap();
    for start in [0, 1_000, 2_000] {
        writer.write(&whole.slice(start, 1_000)).unwrap();
    }
    writer.finish().unwrap();

    let go = |from: (&str, FileForm), to: (&str, FileForm), threads: usize| {
        let options = TableOptions { threads, prefix: "x_".to_owned(), ..TableOptions::default() };
        rulebook.rate_file("subject", (&path(from.0), from.1), (&path(to.0), to.1), options).unwrap()
    };
    let counted = go(("in.arrow", FileForm::Arrow), ("one.parquet", FileForm::Parquet), 1);
    assert_eq!(counted.rows, 3_000);
    assert_eq!(counted.outcomes.iter().sum::<u64>(), 3_000);
    assert_eq!(counted.foreign, ["id"]);
    let rated_rows = expected.iter().filter(|row| row[0].as_deref() == Some("rated")).count() as u64;
    assert_eq!((counted.outcomes[0], counted.levels.iter().sum::<u64>()), (rated_rows, rated_rows));

    // What was rated is rated again: Parquet in, both forms out, whatever the number of threads.
    let again = |to: (&str, FileForm), threads: usize| {
        let options = TableOptions { threads, ..TableOptions::default() };
        let from = path("one.parquet");
        rulebook.rate_file("subject", (&from, FileForm::Parquet), (&path(to.0), to.1), options).unwrap()
    };
    let (two, three) = (("two.parquet", FileForm::Parquet), ("three.parquet", FileForm::Parquet));
    assert_eq!(again(two, 1), again(three, 3));
    assert_eq!(std::fs::read(path("two.parquet")).unwrap(), std::fs::read(path("three.parquet")).unwrap());
    again(("four.arrows", FileForm::ArrowStream), 2);
    let file = std::fs::File::open(path("four.arrows")).unwrap();
    let stream = arrow_ipc::reader::StreamReader::try_new(file, None).unwrap();
    let read: Vec<RecordBatch> = stream.map(Result::unwrap).collect();
    assert_eq!(results(&read), expected);
    std::fs::remove_dir_all(&folder).unwrap();
}
