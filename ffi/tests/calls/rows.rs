//! Tables as texts, in and out, for the shared cases: every face writes and reads the same text by its own means.
//!
//! The first line names the columns, `name:format|name:format`, in the formats of the C data interface; `c of u` is a
//! dictionary. Then a line for each row, its cells apart by `|`: `-` is null, numbers stand in decimal, decimals as their
//! unscaled number (its low 64 bits), days as numbers from 1970-01-01, `true` and `false`; of a dictionary the value.
//! A column of any other format is `?`.
#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::DataType;

fn format_of(kind: &DataType) -> String {
    match kind {
        DataType::Dictionary(keys, values) => format!("{} of {}", format_of(keys), format_of(values)),
        other => FFI_ArrowSchema::try_from(other).unwrap().format().to_owned(),
    }
}

fn cell(array: &dyn Array, row: usize) -> String {
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        if array.is_null(row) {
            return "-".to_owned();
        }
        return cell(dictionary.values().as_ref(), dictionary.normalized_keys()[row]);
    }
    if array.is_null(row) {
        return "-".to_owned();
    }
    macro_rules! number {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row).to_string()
        };
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Date32 => number!(Date32Type),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Decimal128(..) => (array.as_primitive::<Decimal128Type>().value(row) as i64).to_string(),
        _ => "?".to_owned(),
    }
}

/// The text of a table.
pub(crate) fn text(schema: &arrow_schema::Schema, batches: &[RecordBatch]) -> String {
    let head = schema.fields().iter().map(|field| format!("{}:{}", field.name(), format_of(field.data_type())));
    let mut lines = vec![head.collect::<Vec<_>>().join("|")];
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = batch.columns().iter().map(|column| cell(column.as_ref(), row)).collect();
            lines.push(cells.join("|"));
        }
    }
    lines.join("\n")
}

/// The table of a text, of the formats `u`, `b`, `i`, `l`, `tdD` and `d:…`. Its columns begin behind a row of another table,
/// so that none begins where its memory does.
pub(crate) fn table(text: &str) -> RecordBatch {
    let mut lines = text.split('\n').map(|line| line.split('|').collect::<Vec<&str>>());
    let head = lines.next().unwrap();
    let mut rows: Vec<Vec<&str>> = lines.collect();
    rows.insert(0, rows[0].clone());
    let columns = head.iter().enumerate().map(|(place, named)| {
        let (name, format) = named.split_once(':').unwrap();
        let cells = || rows.iter().map(|row| Some(row[place]).filter(|cell| *cell != "-"));
        macro_rules! parsed {
            ($array:ty) => {
                cells().map(|cell| cell.map(|cell| cell.parse().unwrap())).collect::<$array>()
            };
        }
        let array: ArrayRef = match format.split([':', ',']).collect::<Vec<_>>()[..] {
            ["u"] => Arc::new(cells().collect::<StringArray>()),
            ["b"] => Arc::new(cells().map(|cell| cell.map(|cell| cell == "true")).collect::<BooleanArray>()),
            ["i"] => Arc::new(parsed!(Int32Array)),
            ["l"] => Arc::new(parsed!(Int64Array)),
            ["tdD"] => Arc::new(parsed!(Date32Array)),
            ["d", precision, scale] => {
                let (precision, scale) = (precision.parse().unwrap(), scale.parse().unwrap());
                Arc::new(parsed!(Decimal128Array).with_precision_and_scale(precision, scale).unwrap())
            }
            _ => panic!("{named}"),
        };
        (name, array, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap().slice(1, rows.len() - 1)
}
