//! The value of one cell of a column, as a caller of [`crate::Case::set`] would give it: what any way of reading a column
//! must mean.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::case::{Item, Value, no_day};

use super::program::DAYS;

pub(crate) use crate::date::UNIX_EPOCH as EPOCH;

/// The value of a cell of a column of Arrow, as a case would state it; [`Value::Missing`] where it is empty or there is none.
///
/// ```
/// use arrow_array::Int32Array;
/// use xeploai::{Value, batch::value_at};
/// let column = Int32Array::from(vec![Some(3), None]);
/// assert_eq!(value_at(&column, 0), Value::Integer(3));
/// assert_eq!(value_at(&column, 1), Value::Missing);
/// ```
pub fn value_at(array: &dyn Array, row: usize) -> Value<'_> {
    if row >= array.len() || array.is_null(row) {
        return Value::Missing;
    }
    match array.data_type() {
        DataType::Null => Value::Missing,
        DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        DataType::Int8 => Value::Integer(primitive::<Int8Type>(array, row).into()),
        DataType::Int16 => Value::Integer(primitive::<Int16Type>(array, row).into()),
        DataType::Int32 => Value::Integer(primitive::<Int32Type>(array, row).into()),
        DataType::Int64 => Value::Integer(primitive::<Int64Type>(array, row)),
        DataType::UInt8 => Value::Integer(primitive::<UInt8Type>(array, row).into()),
        DataType::UInt16 => Value::Integer(primitive::<UInt16Type>(array, row).into()),
        DataType::UInt32 => Value::Integer(primitive::<UInt32Type>(array, row).into()),
        DataType::UInt64 => {
            let value = primitive::<UInt64Type>(array, row);
            i64::try_from(value).map_or_else(|_| number(value.to_string()), Value::Integer)
        }
        // The shortest decimal of a narrow float is not that of the wide one.
        DataType::Float32 => {
            let value = primitive::<Float32Type>(array, row);
            match value.is_finite() {
                true => Value::Text(Cow::Owned(format!("{value}"))),
                false => Value::Float(f64::from(value)),
            }
        }
        DataType::Float64 => Value::Float(primitive::<Float64Type>(array, row)),
        DataType::Decimal32(..) => number(array.as_primitive::<Decimal32Type>().value_as_string(row)),
        DataType::Decimal64(..) => number(array.as_primitive::<Decimal64Type>().value_as_string(row)),
        DataType::Decimal128(..) => number(array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Decimal256(..) => number(array.as_primitive::<Decimal256Type>().value_as_string(row)),
        DataType::Date32 => day(primitive::<Date32Type>(array, row).into()),
        DataType::Date64 => midnight(primitive::<Date64Type>(array, row), 86_400_000),
        DataType::Timestamp(TimeUnit::Second, None) => midnight(primitive::<TimestampSecondType>(array, row), 86_400),
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            midnight(primitive::<TimestampMillisecondType>(array, row), 86_400_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            midnight(primitive::<TimestampMicrosecondType>(array, row), 86_400_000_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            midnight(primitive::<TimestampNanosecondType>(array, row), 86_400_000_000_000)
        }
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Value::Text(array.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Value::Text(array.as_string_view().value(row).into()),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match value_at(dictionary.keys(), row) {
                Value::Integer(key) => match usize::try_from(key) {
                    Ok(key) if key < dictionary.values().len() => value_at(dictionary.values().as_ref(), key),
                    _ => {
                        Value::Other(format!("the key {key} of a dictionary of {}", dictionary.values().len()).into())
                    }
                },
                _ => Value::Missing,
            }
        }
        DataType::List(_) => items(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(array.as_list::<i64>().value(row)),
        other => Value::Other(other.to_string().into()),
    }
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn number<'a>(text: String) -> Value<'a> {
    Value::Number(Cow::Owned(text))
}

fn day<'a>(since_epoch: i64) -> Value<'a> {
    let day = since_epoch.saturating_add(EPOCH);
    match (DAYS.0..=DAYS.1).contains(&day) {
        true => Value::Date(day),
        false => Value::Other(no_day(day).into()),
    }
}

/// A point in time is a day where it is its beginning.
fn midnight<'a>(time: i64, a_day: i64) -> Value<'a> {
    match time.checked_rem_euclid(a_day) {
        Some(0) => day(time.div_euclid(a_day)),
        _ => Value::Other("a time of day".into()),
    }
}

/// The items of a list; each value is copied, as the array of one row does not outlive it.
fn items<'a>(array: ArrayRef) -> Value<'a> {
    let item = |row: usize| match array.as_struct_opt() {
        // What lies beneath a null is nothing.
        _ if array.is_null(row) => Item::Bare(Value::Missing),
        Some(fields) => Item::Fields(
            fields
                .column_names()
                .into_iter()
                .zip(fields.columns())
                .map(|(name, column)| (Cow::Owned(name.to_owned()), owned(value_at(column.as_ref(), row))))
                .collect(),
        ),
        None => Item::Bare(owned(value_at(array.as_ref(), row))),
    };
    Value::List((0..array.len()).map(item).collect())
}

fn owned<'a>(value: Value<'_>) -> Value<'a> {
    match value {
        Value::List(items) => Value::Other(format!("list of {}", items.len()).into()),
        value => value.into_owned(),
    }
}
