//! Tables of one kind put one behind the other.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, make_array};
use arrow_buffer::Buffer;
use arrow_data::ArrayData;
use arrow_data::transform::MutableArrayData;
use arrow_schema::{ArrowError, DataType};

use crate::batch::value_at;
use crate::case::Value;
use crate::catalogue::Message;
use crate::document::Words;
use crate::fault::wanted;

/// The tables, one behind the other: the columns are those of the first, found by their names.
pub(super) fn joined(first: &RecordBatch, all: &[&RecordBatch]) -> Result<RecordBatch, Words> {
    let schema = first.schema_ref();
    let in_order = |batch: &&RecordBatch| -> Result<RecordBatch, Words> {
        let other = batch.schema_ref();
        let mut places = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let place = other.index_of(field.name());
            places.push(place.map_err(|_| said(Message::CohortTablesLack, &[("column", field.name())]))?);
        }
        if places.len() != batch.num_columns() {
            let names = other.fields().iter().map(|field| field.name());
            let more: Vec<&str> = names.filter(|name| schema.index_of(name).is_err()).map(String::as_str).collect();
            return Err(said(Message::CohortTablesMore, &[("columns", &more.join(", "))]));
        }
        batch.project(&places).map_err(|error| foreign(&error))
    };
    let all: Vec<RecordBatch> = all.iter().map(in_order).collect::<Result<_, _>>()?;
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (place, field) in schema.fields().iter().enumerate() {
        let parts: Vec<&ArrayRef> = all.iter().filter_map(|batch| batch.columns().get(place)).collect();
        if let Some(other) = parts.iter().find(|part| part.data_type() != field.data_type()) {
            let (first, other) = (field.data_type().to_string(), other.data_type().to_string());
            let values = [("column", field.name().as_str()), ("first", &first), ("other", &other)];
            return Err(said(Message::CohortTablesType, &values));
        }
        let column = match field.data_type() {
            DataType::Dictionary(key, _) => dictionary(&parts, key),
            _ => whole(&parts),
        };
        columns.push(column.map_err(|error| foreign(&error))?);
    }
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| foreign(&error))
}

fn said(message: Message, values: &[(&str, &str)]) -> Words {
    wanted(message, values).into()
}

/// What the library of Arrow says, which knows one language.
pub(super) fn foreign(error: &ArrowError) -> Words {
    Words { vi: error.to_string(), en: error.to_string() }
}

/// Arrays of one type, one behind the other.
fn whole(parts: &[&ArrayRef]) -> Result<ArrayRef, ArrowError> {
    let parts: Vec<ArrayData> = parts.iter().map(|part| part.to_data()).collect();
    let rows = parts.iter().map(ArrayData::len).sum();
    let mut whole = MutableArrayData::try_new(parts.iter().collect(), false, rows)?;
    for (place, part) in parts.iter().enumerate() {
        whole.try_extend(place, 0, part.len())?;
    }
    Ok(make_array(whole.freeze()))
}

/// Dictionaries, one behind the other. A text that several of them have stands once in the new one: tables that come in many
/// batches repeat their dictionaries, and keys of eight bits would soon be used up.
fn dictionary(parts: &[&ArrayRef], key: &DataType) -> Result<ArrayRef, ArrowError> {
    let values: Vec<ArrayData> = parts.iter().map(|part| part.as_any_dictionary().values().to_data()).collect();
    let room = values.iter().map(ArrayData::len).sum();
    let mut united = MutableArrayData::try_new(values.iter().collect(), false, room)?;
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut keys: Vec<Option<usize>> = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let part = part.as_any_dictionary();
        let mut new = Vec::with_capacity(part.values().len());
        for value in 0..part.values().len() {
            let seen = match value_at(part.values().as_ref(), value) {
                Value::Text(text) => Some(*known.entry(text.into_owned()).or_insert(united.len())),
                _ => None,
            };
            new.push(seen.unwrap_or(united.len()));
            if seen.is_none_or(|seen| seen == united.len()) {
                united.try_extend(place, value, value.saturating_add(1))?;
            }
        }
        keys.extend((0..part.len()).map(|row| match value_at(part.keys(), row) {
            Value::Integer(key) => new.get(usize::try_from(key).ok()?).copied(),
            _ => None,
        }));
    }
    let united = united.freeze();
    let data = ArrayData::builder(DataType::Dictionary(Box::new(key.clone()), Box::new(united.data_type().clone())))
        .len(keys.len())
        .nulls(Some(keys.iter().map(Option::is_some).collect()))
        .add_buffer(key_buffer(&keys, key)?)
        .add_child_data(united)
        .build()?;
    Ok(make_array(data))
}

/// The keys of a dictionary in the width of their type.
fn key_buffer(keys: &[Option<usize>], key: &DataType) -> Result<Buffer, ArrowError> {
    let wide = keys.iter().map(|key| key.unwrap_or(0) as u64);
    let (most, buffer): (u64, Buffer) = match key {
        DataType::Int8 => (i8::MAX as u64, wide.map(|key| key as u8).collect()),
        DataType::UInt8 => (u8::MAX.into(), wide.map(|key| key as u8).collect()),
        DataType::Int16 => (i16::MAX as u64, wide.map(|key| key as u16).collect()),
        DataType::UInt16 => (u16::MAX.into(), wide.map(|key| key as u16).collect()),
        DataType::Int32 => (i32::MAX as u64, wide.map(|key| key as u32).collect()),
        DataType::UInt32 => (u32::MAX.into(), wide.map(|key| key as u32).collect()),
        _ => (i64::MAX as u64, wide.collect()),
    };
    match keys.iter().flatten().max() {
        Some(last) if *last as u64 > most => Err(ArrowError::DictionaryKeyOverflowError),
        _ => Ok(buffer),
    }
}
