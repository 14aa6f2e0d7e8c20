//! Python values as the core's values, and back.

use std::borrow::Cow;

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use xeploai::date::{date_from_parts, format_date, parse_date};
use xeploai::number::format_decimal;
use xeploai::{Item, Value, read_date};

/// What a Python value says. A `datetime` is a day only in a cell, and only at midnight.
pub(crate) fn value<'a>(object: &'a Bound<'_, PyAny>, cell: bool) -> PyResult<Value<'a>> {
    if object.is_none() {
        return Ok(Value::Missing);
    }
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(match text.to_str() {
            Ok(text) => Value::Text(Cow::Borrowed(text)),
            Err(_) => Value::Other(Cow::Borrowed("text that is not Unicode")),
        });
    }
    if let Ok(truth) = object.cast::<PyBool>() {
        return Ok(Value::Boolean(truth.is_true()));
    }
    if let Ok(number) = object.cast::<PyInt>() {
        return whole(number.as_any());
    }
    if let Ok(number) = object.cast::<PyFloat>() {
        return Ok(Value::Float(number.value()));
    }
    if let Ok(items) = object.cast::<PyList>() {
        return list(items.iter(), cell);
    }
    if let Ok(items) = object.cast::<PyTuple>() {
        return list(items.iter(), cell);
    }
    if let Ok(date) = object.cast::<PyDate>() {
        return day(date.as_any(), cell);
    }
    let class = object.get_type().name()?.to_string();
    // Exact decimals, and the integers of numpy and others that say that they are integers.
    if class == "Decimal" {
        return decimal(object);
    }
    let index = intern!(object.py(), "__index__");
    if object.hasattr(index)? && !class.starts_with("bool") {
        return whole(&object.call_method0(index)?);
    }
    Ok(Value::Other(Cow::Owned(class)))
}

/// A day that a caller names: a date, or its text `YYYY-MM-DD`.
pub(crate) fn day_of(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    let day = match value(object, false)? {
        Value::Date(day) => Some(day),
        Value::Text(text) => parse_date(&text),
        _ => None,
    };
    day.ok_or_else(|| PyValueError::new_err("expected a date or its text YYYY-MM-DD"))
}

/// A day as people write it, such as ``31/12/2025``, in the form ``YYYY-MM-DD``; ``None`` where it is none.
#[pyfunction]
pub(crate) fn read_day(text: &str) -> Option<String> {
    read_date(text.trim()).map(format_date)
}

fn whole<'a>(number: &Bound<'_, PyAny>) -> PyResult<Value<'a>> {
    match number.extract::<i64>() {
        Ok(value) => Ok(Value::Integer(value)),
        // Far outside of every bound; Python refuses to print some of them.
        Err(_) => Ok(Value::Number(Cow::Owned(match number.str() {
            Ok(digits) => digits.extract()?,
            Err(_) if number.lt(0)? => "-99999999999999999999".to_owned(),
            Err(_) => "99999999999999999999".to_owned(),
        }))),
    }
}

fn decimal<'a>(number: &Bound<'_, PyAny>) -> PyResult<Value<'a>> {
    let text: String = number.str()?.extract()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".-+Ee".contains(&byte));
    Ok(if plain { Value::Number(Cow::Owned(text)) } else { Value::Other(Cow::Owned(text)) })
}

fn day<'a>(date: &Bound<'_, PyAny>, cell: bool) -> PyResult<Value<'a>> {
    let py = date.py();
    let number = |name: &Bound<'_, PyString>| -> PyResult<i32> { date.getattr(name)?.extract() };
    let timed = date.hasattr(intern!(py, "hour"))?;
    if timed {
        let midnight = number(intern!(py, "hour"))? == 0
            && number(intern!(py, "minute"))? == 0
            && number(intern!(py, "second"))? == 0
            && number(intern!(py, "microsecond"))? == 0;
        if !(cell && midnight) {
            return Ok(Value::Other(Cow::Borrowed("datetime")));
        }
    }
    let (year, month, day) =
        (number(intern!(py, "year"))?, number(intern!(py, "month"))?, number(intern!(py, "day"))?);
    let day = date_from_parts(year, u32::try_from(month).unwrap_or(0), u32::try_from(day).unwrap_or(0));
    Ok(day.map_or(Value::Other(Cow::Borrowed("date")), Value::Date))
}

fn list<'a, 'py>(items: impl Iterator<Item = Bound<'py, PyAny>>, cell: bool) -> PyResult<Value<'a>> {
    let mut rows = Vec::new();
    for item in items {
        let Ok(fields) = item.cast::<PyDict>() else {
            rows.push(Item::Bare(flat(&item, cell)?));
            continue;
        };
        let mut row: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        for (name, field) in fields.iter() {
            row.push((Cow::Owned(name.str()?.extract()?), flat(&field, cell)?));
        }
        rows.push(Item::Fields(row));
    }
    Ok(Value::List(rows))
}

/// A value inside a list, where no further list is ever declared.
fn flat<'a>(object: &Bound<'_, PyAny>, cell: bool) -> PyResult<Value<'a>> {
    if object.cast::<PyList>().is_ok() || object.cast::<PyTuple>().is_ok() {
        return Ok(Value::Other(Cow::Borrowed("list")));
    }
    Ok(owned(value(object, cell)?))
}

/// A value that no longer borrows from the object that it was read from.
fn owned<'a>(value: Value<'_>) -> Value<'a> {
    match value {
        Value::List(_) => Value::Other(Cow::Borrowed("list")),
        value => value.into_owned(),
    }
}

/// A value as a typed record has it: `None`, `bool`, `int` or text; `None` where it is the object as it came.
pub(crate) fn object<'py>(py: Python<'py>, value: &Value<'_>) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(Some(match value {
        Value::Missing => py.None().into_bound(py),
        Value::Boolean(value) => PyBool::new(py, *value).to_owned().into_any(),
        Value::Integer(value) => value.into_pyobject(py)?.into_any(),
        Value::Number(text) => match text.parse::<i64>() {
            Ok(whole) => whole.into_pyobject(py)?.into_any(),
            Err(_) => PyString::new(py, text).into_any(),
        },
        Value::Decimal(value, scale) => PyString::new(py, &format_decimal(*value, *scale)).into_any(),
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::Date(day) => PyString::new(py, &format_date(*day)).into_any(),
        Value::Float(_) | Value::List(_) | Value::Other(_) => return Ok(None),
    }))
}
