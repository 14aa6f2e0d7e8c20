//! Which column of a table states which fact, and everything that is wrong with its columns: looked at before any row.
//!
//! A column is known by the name of its fact. Every other one is foreign and passes through, but for one that is nearly
//! the name of a fact that has no column: it would silently be missing from every row.

use std::collections::HashMap;
use std::fmt;

use arrow_schema::{DataType, SchemaRef, TimeUnit};

use crate::catalogue::{Language, Message, fill};
use crate::document::Words;
use crate::fault::{Wanted, codes, wanted};
use crate::plan::{Absence, KindPlan, Plan};
use crate::rulebook::Rulebook;
use crate::text::{misspelt, nfc};

codes! {
    /// The sorts of fault of the columns of a table.
    ColumnCode {
        /// A fact whose absence makes every row invalid has no column.
        Missing = "missing",
        /// A foreign column that is nearly the name of a fact without a column.
        NearFact = "near_fact",
        /// Two columns of one name.
        Twice = "twice",
        /// A type that the fact cannot have.
        WrongType = "wrong_type",
        /// A foreign column with the name of a column of the results.
        NameTaken = "name_taken",
        /// No column states a fact.
        NoFact = "no_fact",
        /// The rulebook has no such kind of subject.
        UnknownSubject = "unknown_subject",
        /// The row does not exist.
        NoRow = "no_row",
        /// A rate that is recorded for a group cannot be used.
        BadRate = "bad_rate",
    }
}

/// One thing that is wrong with the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFault {
    /// The name of the column; empty for the table as a whole.
    pub column: String,
    /// What sort of fault it is; stable.
    pub code: ColumnCode,
    /// What was expected there.
    pub expected: Words,
    /// What was found, the same in every language; `-` where nothing is.
    pub found: String,
}

impl ColumnFault {
    pub(crate) fn new(column: &str, code: ColumnCode, expected: impl Into<Wanted>, found: impl Into<String>) -> Self {
        Self { column: column.to_owned(), code, expected: expected.into().into(), found: found.into() }
    }

    /// The fault as one sentence: its column, its sort, what was expected and what was found.
    pub fn words(&self, language: Language) -> String {
        let place = if self.column.is_empty() { Message::TableWhole.template(language) } else { &self.column };
        let sort = Message::from_key(&format!("table.code.{}", self.code.name()));
        let values = [
            ("place", place),
            ("sort", sort.map_or(self.code.name(), |sort| sort.template(language))),
            ("expected", self.expected.get(language)),
            ("found", &self.found),
        ];
        fill(Message::FaultLine, language, &values)
    }
}

/// A table that cannot be rated, with everything that is wrong with its columns. No row was rated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// Every fault, in the order of the facts and then of the columns; never empty.
    pub faults: Vec<ColumnFault>,
}

impl TableError {
    /// That a table of so many rows has no row of this number, counted from 0.
    pub fn no_row(rows: usize, row: usize) -> Self {
        let expected = wanted(Message::TableWantedRow, &[("rows", &rows.to_string())]);
        Self::one(ColumnFault::new("", ColumnCode::NoRow, expected, row.to_string()))
    }

    pub(crate) fn one(fault: ColumnFault) -> Self {
        Self { faults: vec![fault] }
    }

    /// Every fault in words, each on a line of its own.
    pub fn explain(&self, language: Language) -> String {
        self.faults.iter().map(|fault| fault.words(language)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.explain(Language::English))
    }
}

impl std::error::Error for TableError {}

/// The columns of a table by fact.
#[derive(Debug)]
pub(super) struct Binding {
    /// For each fact of the kind its column.
    pub(super) columns: Vec<Option<usize>>,
    /// The facts that no column states.
    pub(super) absent: Vec<String>,
}

impl Binding {
    /// Looks at the columns. `keep` names foreign columns that are meant as such, `added` the columns of the results. Where
    /// the facts stand beside the table (`apart`), no column need state one.
    pub(super) fn new(
        rulebook: &Rulebook,
        plan: &Plan,
        schema: &SchemaRef,
        (keep, apart): (&[String], bool),
        added: &[String],
    ) -> Result<Self, TableError> {
        let mut faults = Vec::new();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, field) in schema.fields().iter().enumerate() {
            places.entry(nfc(field.name()).into_owned()).or_default().push(place);
        }
        let mut columns = Vec::with_capacity(plan.facts.len());
        let mut absent = Vec::new();
        for (place, fact) in plan.facts.iter().enumerate() {
            let name = rulebook.text(fact.name);
            let column = places.get(name).and_then(|places| places.first()).copied();
            columns.push(column);
            match column.and_then(|column| schema.fields().get(column)) {
                Some(field) if !may_state(&fact.kind, field.data_type()) => {
                    let expected = wanted(Message::TableWantedType, &[("types", types(&fact.kind))]);
                    faults.push(ColumnFault::new(
                        name,
                        ColumnCode::WrongType,
                        expected,
                        field.data_type().to_string(),
                    ));
                }
                Some(_) => {}
                None => {
                    absent.push(name.to_owned());
                    let required = plan
                        .absences
                        .iter()
                        .any(|absence| absence.fact == place && matches!(absence.meaning, Absence::Invalid));
                    if required && !apart {
                        faults.push(ColumnFault::new(name, ColumnCode::Missing, Message::TableWantedColumn, "-"));
                    }
                }
            }
        }
        for (place, field) in schema.fields().iter().enumerate() {
            let name = nfc(field.name());
            if places.get(&*name).is_some_and(|places| places.first() != Some(&place)) {
                faults.push(ColumnFault::new(
                    &name,
                    ColumnCode::Twice,
                    Message::TableWantedOnce,
                    field.name().clone(),
                ));
                continue;
            }
            let stated = columns.contains(&Some(place));
            if added.iter().any(|added| *added == *name) {
                let free = if stated { Message::TableWantedPrefix } else { Message::TableWantedFree };
                faults.push(ColumnFault::new(&name, ColumnCode::NameTaken, free, field.name().clone()));
                continue;
            }
            let kept = keep.iter().any(|kept| nfc(kept) == name);
            if stated || kept {
                continue;
            }
            let plain = name.trim().to_lowercase();
            let same = absent.iter().find(|fact| **fact == plain).map(String::as_str);
            if let Some(near) = same.or_else(|| misspelt(&plain, absent.iter().map(String::as_str))) {
                let expected = wanted(Message::TableWantedFact, &[("near", near)]);
                faults.push(ColumnFault::new(&name, ColumnCode::NearFact, expected, field.name().clone()));
            }
        }
        if faults.is_empty() && !apart && columns.iter().all(Option::is_none) {
            let first = plan.facts.first().map_or("", |fact| rulebook.text(fact.name));
            let expected = wanted(Message::TableWantedFacts, &[("first", first)]);
            let found =
                schema.fields().iter().map(|field| field.name().as_str()).take(3).collect::<Vec<_>>().join(", ");
            let found = if found.is_empty() { "-".to_owned() } else { found };
            faults.push(ColumnFault::new("", ColumnCode::NoFact, expected, found));
        }
        if faults.is_empty() { Ok(Self { columns, absent }) } else { Err(TableError { faults }) }
    }
}

/// The types of a column that may state a fact, as a message names them.
const fn types(kind: &KindPlan) -> &'static str {
    match kind {
        KindPlan::Boolean => "Boolean",
        KindPlan::Integer { .. } => "Int8 … Int64, UInt8 … UInt64, Decimal",
        KindPlan::Decimal { .. } => "Decimal, Int8 … UInt64, Float32, Float64, Utf8",
        KindPlan::Code(_) => "Utf8, LargeUtf8, Utf8View, Dictionary",
        KindPlan::Date => "Date32, Date64, Timestamp without a zone, Utf8",
        KindPlan::Text => "Utf8, LargeUtf8, Utf8View, Dictionary",
        KindPlan::List(_) => "List, LargeList",
    }
}

fn may_state(kind: &KindPlan, data: &DataType) -> bool {
    let decimal = matches!(
        data,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..)
    );
    let text = matches!(data, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    match (kind, data) {
        (_, DataType::Null) => true,
        (KindPlan::List(_), _) => matches!(data, DataType::List(_) | DataType::LargeList(_)),
        (kind, DataType::Dictionary(_, value)) => {
            !matches!(**value, DataType::Dictionary(..)) && may_state(kind, value)
        }
        (KindPlan::Boolean, _) => *data == DataType::Boolean,
        (KindPlan::Integer { .. }, _) => data.is_integer() || decimal,
        (KindPlan::Decimal { .. }, DataType::Float32 | DataType::Float64) => true,
        (KindPlan::Decimal { .. }, _) => data.is_integer() || decimal || text,
        (KindPlan::Code(_) | KindPlan::Text, _) => text,
        (KindPlan::Date, DataType::Date32 | DataType::Date64) => true,
        (KindPlan::Date, DataType::Timestamp(unit, None)) => {
            matches!(unit, TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond)
        }
        (KindPlan::Date, _) => text,
    }
}
