//! Rows counted in groups: nobody is left out.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray};
use xeploai::Rulebook;
use xeploai::batch::{ColumnCode, TableOptions};
use xeploai::cohort::{HoldOptions, TallyOptions, tally};

fn rated() -> Vec<RecordBatch> {
    let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true); 5]));
    let unit: ArrayRef = Arc::new(StringArray::from(vec![Some("B"), None, Some("A"), Some("B"), Some("")]));
    let batch = RecordBatch::try_from_iter([("exempt_from_activities", exempt), ("unit", unit)]).unwrap();
    let table = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    rulebook.rate_table("member", table, TableOptions::default()).unwrap().collect::<Result<_, _>>().unwrap()
}

fn counted(by: &[&str]) -> Vec<(Option<String>, u64)> {
    let options = TallyOptions { by: by.iter().map(|name| (*name).to_owned()).collect(), ..TallyOptions::default() };
    let table = tally(&rated(), &options).unwrap();
    let names = table.column(0).as_string::<i32>().clone();
    let counts = table.column_by_name("not_reviewed").unwrap().as_primitive::<UInt64Type>().clone();
    (0..table.num_rows()).map(|row| (names.iter().nth(row).flatten().map(str::to_owned), counts.value(row))).collect()
}

#[test]
fn rows_without_a_group_are_counted_first() {
    assert_eq!(counted(&["unit"]), [(None, 2), (Some("A".into()), 1), (Some("B".into()), 2)]);
    // What is no whole number cannot be divided, and is in no group.
    assert_eq!(counted(&["unit // 2"]), [(None, 5)]);
}

#[test]
fn more_decimals_than_there_are_is_an_error() {
    let refused = |decimals| tally(&rated(), &TallyOptions { decimals: Some(decimals), ..TallyOptions::default() });
    assert!(refused(6).is_ok());
    let error = refused(7).unwrap_err();
    assert_eq!(
        error.faults.first().map(|fault| (fault.column.as_str(), fault.found.as_str())),
        Some(("decimals", "7"))
    );
}

#[test]
fn quotas_are_held_once_under_a_name() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let groups = |prefix: &str| HoldOptions {
        groupings: vec![("position_group".into(), vec!["unit".into()])],
        prefix: prefix.into(),
        ..HoldOptions::default()
    };
    let once = rulebook.hold_quotas("member", &rated(), &groups("")).unwrap();
    // What was before the first holding would be lost behind what was before the second.
    let error = rulebook.hold_quotas("member", &once.batches, &groups("")).unwrap_err();
    let faults: Vec<(&str, ColumnCode)> =
        error.faults.iter().map(|fault| (fault.column.as_str(), fault.code)).collect();
    let taken = |name| (name, ColumnCode::NameTaken);
    assert_eq!(faults, [taken("own_outcome"), taken("own_at_least"), taken("own_at_most")]);
}
