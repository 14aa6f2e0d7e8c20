//! Cells of files: what a spreadsheet or a CSV file holds, read as the declared fact has it.
//!
//! A file knows no types of ours: a whole number stands in a column of floats, "Có" stands for true, a date is written
//! as people write it. The declared type decides what a cell may mean. What cannot be read as it is passed on as it
//! was, so that the typed record refuses it with the words of the file.

use std::borrow::Cow;

use crate::case::Value;
use crate::catalogue::{Language, Message};
use crate::date::{date_from_parts, parse_date};
use crate::plan::{CodePlan, KindPlan};
use crate::rulebook::{Rulebook, UnknownSubject};
use crate::text::nfc;

/// What stands in a cell.
pub type Cell<'a> = Value<'a>;

/// Reads a cell of a fact, or of a field of a list fact, as the rulebook declares it; for a list fact with a single field
/// and no field named, a bare item. A name that is not declared is returned as it came.
///
/// ```
/// use xeploai::{read_cell, Rulebook, Value};
/// let rulebook = Rulebook::builtin("366-qd-tw")?;
/// let read = |fact: &str, cell| read_cell(&rulebook, "member", fact, None, cell);
/// assert_eq!(read("tasks_done", Value::Float(3.0))?, Value::Integer(3));
/// assert_eq!(read("score_general", Value::Text("28,5".into()))?, Value::Number("28.5".into()));
/// assert_eq!(read("degradation_concluded", Value::Text("Không".into()))?, Value::Boolean(false));
/// assert_eq!(read("tasks_done", Value::Text("ten".into()))?, Value::Text("ten".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the rulebook has no such kind of subject.
pub fn read_cell<'a>(
    rulebook: &Rulebook,
    kind: &str,
    fact: &str,
    field: Option<&str>,
    cell: Cell<'a>,
) -> Result<Value<'a>, UnknownSubject> {
    let place = rulebook.find_plan(kind)?;
    let plan = rulebook.plan(place);
    let declared = plan.and_then(|plan| plan.fact(plan.find(rulebook.texts(), fact, 0)?)).map(|fact| &fact.kind);
    let declared = match (declared, field, &cell) {
        (Some(KindPlan::List(form)), Some(name), _) => {
            form.fields.iter().find(|field| rulebook.text(field.name) == name).map(|field| &field.kind)
        }
        // The bare value of an item whose list has one field only.
        (Some(KindPlan::List(form)), None, cell) if !matches!(cell, Value::List(_)) => {
            form.single().map(|field| &field.kind)
        }
        (declared, ..) => declared,
    };
    Ok(match declared {
        Some(declared) => read(rulebook, declared, cell),
        None => cell,
    })
}

fn read<'a>(rulebook: &Rulebook, kind: &KindPlan, cell: Cell<'a>) -> Value<'a> {
    let text = match &cell {
        Value::Float(value) if value.is_nan() => return Value::Missing,
        Value::Text(text) => nfc(text.trim()).into_owned(),
        _ => String::new(),
    };
    if matches!(&cell, Value::Text(_)) && text.is_empty() {
        return Value::Missing;
    }
    let meant = match (kind, &cell) {
        (KindPlan::Boolean, Value::Text(_)) => read_boolean(&text).map(Value::Boolean),
        (KindPlan::Integer { .. }, Value::Float(value)) => whole(*value).map(Value::Integer),
        (KindPlan::Integer { .. }, Value::Text(_)) => read_whole(&text),
        (KindPlan::Decimal { .. }, Value::Text(_)) => read_decimal(&text),
        (KindPlan::Code(_), Value::Text(_)) => read_code(rulebook, rulebook.codes(kind), &text),
        (KindPlan::Date, Value::Text(_)) => read_date(&text).map(Value::Date),
        // A number of a file that a text field takes as text, such as the name of a form's row.
        (KindPlan::Text, Value::Integer(value)) => Some(Value::Text(value.to_string().into())),
        (KindPlan::Text, Value::Float(value)) => Some(Value::Text(value.to_string().into())),
        _ => None,
    };
    meant.unwrap_or(cell)
}

fn read_boolean(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let is = |message: Message, code: &str| {
        text == code || Language::ALL.iter().any(|language| message.template(*language).to_lowercase() == text)
    };
    match (is(Message::Yes, "true"), is(Message::No, "false")) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the float is whole and below 10^15")]
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 1e15).then_some(value as i64)
}

/// Digits, perhaps with one or two zeros behind a point, as tables of floats write whole numbers. Three zeros may mean
/// thousands and are not read.
fn read_whole(text: &str) -> Option<Value<'static>> {
    let whole = text.split_once(['.', ',']).map_or(
        text,
        |(whole, zeros)| {
            if ["0", "00"].contains(&zeros) { whole } else { text }
        },
    );
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let good = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| Value::Number(Cow::Owned(whole.to_owned())))
}

/// A decimal with a point or, as Vietnamese writes it, a comma.
fn read_decimal(text: &str) -> Option<Value<'static>> {
    let point = text.replacen(',', ".", 1);
    let digits = point.strip_prefix('-').unwrap_or(&point);
    let mut parts = digits.split('.');
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let good = parts.next().is_some_and(numeric) && parts.next().is_none_or(numeric) && parts.next().is_none();
    good.then_some(Value::Number(Cow::Owned(point)))
}

fn read_code(rulebook: &Rulebook, codes: &[CodePlan], text: &str) -> Option<Value<'static>> {
    let wanted = text.to_lowercase();
    let mut named = codes.iter().filter(|code| {
        let names = [rulebook.text(code.code), &code.label.vi, &code.label.en, code.short.as_deref().unwrap_or("")];
        names.iter().any(|name| !name.is_empty() && name.to_lowercase() == wanted)
    });
    match (named.next(), named.next()) {
        (Some(code), None) => Some(Value::Text(Cow::Owned(rulebook.text(code.code).to_owned()))),
        _ => None,
    }
}

/// A day as people write it: `31/12/2025`, `31-12-2025`, `31.12.2025`, or `2025-12-31`, perhaps with a midnight behind; in
/// the number that [`crate::date`] has for it.
///
/// ```
/// assert_eq!(xeploai::read_date("31/12/2025"), xeploai::date::parse_date("2025-12-31"));
/// assert_eq!(xeploai::read_date("30/02/2025"), None);
/// ```
pub fn read_date(text: &str) -> Option<i64> {
    let day = text
        .split_once([' ', 'T'])
        .map_or(Some(text), |(day, time)| time.chars().all(|mark| "0:.".contains(mark)).then_some(day))?;
    if let Some(day) = parse_date(day) {
        return Some(day);
    }
    let mut parts = day.split(['/', '-', '.']);
    let mut number = |most: usize| -> Option<u32> {
        let part = parts.next()?;
        (part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (day, month, year) = (number(2)?, number(2)?, number(4)?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    date_from_parts(i32::try_from(year).ok()?, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_as_people_write_them() {
        let day = parse_date("2025-12-31");
        for text in
            ["31/12/2025", "31-12-2025", "31.12.2025", "2025-12-31", "2025-12-31 00:00:00", "2025-12-31T00:00"]
        {
            assert_eq!(read_date(text), day, "{text}");
        }
        for text in ["30/02/2025", "12/31/2025", "31/12/25", "31/12", "2025-12-31 08:00", "", "31/12/2025/1"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers_as_files_write_them() {
        assert_eq!(read_whole("3.0"), Some(Value::Number("3".into())));
        assert_eq!(read_whole("1.000"), None);
        assert_eq!(read_whole("3.5"), None);
        assert_eq!(read_decimal("28,5"), Some(Value::Number("28.5".into())));
        assert_eq!(read_decimal("1.028,5"), None);
        assert_eq!(read_decimal("28,"), None);
        assert_eq!(read_boolean("KHÔNG"), Some(false));
        assert_eq!(read_boolean("1"), None);
    }
}
