//! A kind whose table comes in several: what the whole says, whatever the form of its columns.

use std::sync::Arc;

use arrow_array::types::{Int8Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, StringViewArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};
use xeploai::cohort::{Cohort, CohortError};
use xeploai::date::parse_date;
use xeploai::{Language, Library, Value, batch::value_at};

const PARTS: usize = 60;
const DISCIPLINES: [Option<&str>; 4] = [Some("none"), Some("warning"), None, Some("khiển trách")];

/// Three members with dictionaries of their own: sixty times three texts are more than keys of eight bits can count.
fn part(number: usize) -> RecordBatch {
    let rows = 3 * number..3 * number + 3;
    let ids: StringArray = rows.clone().map(|row| Some(format!("Đ{row}"))).collect();
    let told: Vec<Option<&str>> = rows.clone().map(|row| DISCIPLINES[row % 4]).collect();
    let discipline: DictionaryArray<Int8Type> = told.into_iter().collect();
    let numbers = Int64Array::from_iter_values(rows.clone().map(|row| row as i64 % 2));
    let half: DictionaryArray<UInt16Type> = DictionaryArray::new((0..3).collect(), Arc::new(numbers));
    let notes: StringViewArray =
        rows.clone().map(|row| (row % 3 > 0).then(|| format!("a note that is not short {row}"))).collect();
    let listed = Int64Array::from_iter_values(rows.map(|row| row as i64));
    let item = Arc::new(Field::new("item", DataType::Int64, true));
    let lists = ListArray::new(item, OffsetBuffer::new(vec![0, 0, 2, 3].into()), Arc::new(listed), None);
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(ids)),
        ("discipline_on_duty", Arc::new(discipline)),
        ("nửa", Arc::new(half)),
        ("note", Arc::new(notes)),
        ("list", Arc::new(lists)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
}

/// The table of the members as it comes back.
fn members(parts: Vec<RecordBatch>) -> Result<RecordBatch, CohortError> {
    let mut cohort = Cohort::new(Library::builtin().unwrap(), parse_date("2025-12-31").unwrap());
    cohort.keep(&["nửa", "note", "list"]);
    for part in parts {
        cohort.add("member", part);
    }
    Ok(cohort.rate()?.table("member").unwrap().unwrap())
}

#[test]
fn every_cell_of_every_part_is_kept() {
    // A part may be a slice of another table, and its columns may stand in another order.
    let whole = members(vec![part(0), part(1)]).unwrap();
    let mut parts: Vec<RecordBatch> = (0..PARTS).map(part).collect();
    parts[0] = whole.project(&[0, 1, 2, 3, 4]).unwrap().slice(0, 3);
    parts[1] = whole.project(&[4, 2, 0, 3, 1]).unwrap().slice(3, 3);
    let whole = members(parts).unwrap();
    assert_eq!(whole.num_rows(), 3 * PARTS);
    for number in 0..PARTS {
        let part = part(number);
        for (field, column) in part.schema().fields().iter().zip(part.columns()) {
            let found = whole.column_by_name(field.name()).unwrap();
            assert_eq!(found.data_type(), column.data_type());
            for row in 0..3 {
                let (was, is) = (value_at(column.as_ref(), row), value_at(found.as_ref(), 3 * number + row));
                assert_eq!(was, is, "{} of row {}", field.name(), 3 * number + row);
                assert_eq!(was == Value::Missing, found.is_null(3 * number + row));
            }
        }
    }
}

#[test]
fn a_part_of_other_columns_is_refused_and_named() {
    let refused = |other: RecordBatch| {
        let error = members(vec![part(0), other]).unwrap_err();
        Language::ALL.map(|language| error.explain(language)).join("; ")
    };
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let part = part(1);
    let mut columns = part.columns().to_vec();
    columns[3] = numbers;
    let fields: Vec<Field> = part
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true))
        .collect();
    let told = refused(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap());
    assert!(told.contains("member: cột `note` là Utf8View ở bảng đầu, là Int64 ở bảng khác"), "{told}");
    assert!(told.contains("member: the column `note` is Utf8View in the first table and Int64 in another"), "{told}");
    let told = refused(part.project(&[0, 1, 2, 3]).unwrap());
    assert!(told.contains("không có cột `list` của bảng đầu") && told.contains("lacks the column `list`"), "{told}");
    let more = members(vec![part.project(&[0]).unwrap(), part.clone()]).unwrap_err();
    assert!(more.explain(Language::English).ends_with(": discipline_on_duty, nửa, note, list"), "{more}");
}
