//! The table of `tests/c/figures.c`, rated by the core without the C interface: what the interface costs is the difference.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, clippy::float_arithmetic, reason = "a benchmark")]
#![allow(clippy::arithmetic_side_effects, reason = "a benchmark")]

use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, BooleanArray, Int32Array, RecordBatch, RecordBatchIterator, StringArray};
use xeploai::Rulebook;
use xeploai::batch::TableOptions;

const BATCHES: usize = 20;

fn main() {
    let rows: usize = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20_000_000) / BATCHES;
    let exempt: ArrayRef = Arc::new((0..rows).map(|row| Some(row % 3 == 0)).collect::<BooleanArray>());
    let assigned: ArrayRef = Arc::new((0..rows).map(|row| (row % 50) as i32).collect::<Int32Array>());
    let note: ArrayRef = Arc::new((0..rows).map(|_| Some("n")).collect::<StringArray>());
    let columns = [("exempt_from_activities", exempt), ("tasks_assigned", assigned), ("note", note)];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let table = RecordBatchIterator::new((0..BATCHES).map(|_| Ok(batch.clone())), batch.schema());
        let rated = rulebook.rate_table("member", table, TableOptions::default()).unwrap();
        let seen: usize = rated.map(|batch| batch.unwrap().num_rows()).sum();
        assert_eq!(seen, rows * BATCHES);
        best = best.min(start.elapsed().as_secs_f64());
    }
    let rate = (rows * BATCHES) as f64 / best / 1e6;
    println!("a table of Arrow, Rust       {best:8.3} s, {rate:.1} M rows/s");
}
