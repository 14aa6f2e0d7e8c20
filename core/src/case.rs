//! A case: what is known of one subject, as a typed record that is read exactly.
//!
//! An integer is an integer (`"3"`, `3.0` and `true` are not), a decimal fits its scale or is refused, a boolean is
//! only true or false, a date is a day that exists, a code is one of its list. What does not fit is recorded as a
//! problem, all of them; nothing is clipped, defaulted or guessed. Absent and null both mean "not known".

use std::borrow::Cow;

use crate::date::{DAYS, UNIX_EPOCH, format_date, parse_date};
use crate::evaluate::{FactSet, Facts, Items};
use crate::number::{
    DecimalError, float_to_scaled, format_decimal, parse_decimal, parse_json_number, power_of_ten, rescaled,
};
use crate::plan::{KindPlan, ListPlan, MISSING, Plan};
use crate::problem::{Expected, Problem, ProblemCode};
use crate::rulebook::{Rulebook, UnknownSubject};
use crate::text::shorten;

/// A value as it comes from a caller, before the declared type of its fact is looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Missing,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A binary float, taken at its shortest decimal form.
    Float(f64),
    /// An exact decimal: a whole number and how many of its digits stand behind the point, 18 at most.
    Decimal(i64, u32),
    /// A number as it stands in JSON or another exact text.
    Number(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// A day.
    Date(i64),
    /// The items of a list.
    List(Vec<Item<'a>>),
    /// Something else, with a word for what it is.
    Other(Cow<'a, str>),
}

/// An item of a list as it comes from a caller.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<'a> {
    /// Its fields, each with its name.
    Fields(Vec<(Cow<'a, str>, Value<'a>)>),
    /// The bare value of the only field that the list declares.
    Bare(Value<'a>),
}

impl Value<'_> {
    /// The value with texts of its own.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Missing => Value::Missing,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Float(value) => Value::Float(value),
            Self::Decimal(value, scale) => Value::Decimal(value, scale),
            Self::Number(text) => Value::Number(text.into_owned().into()),
            Self::Text(text) => Value::Text(text.into_owned().into()),
            Self::Date(day) => Value::Date(day),
            Self::Other(what) => Value::Other(what.into_owned().into()),
            Self::List(items) => Value::List(items.into_iter().map(Item::into_owned).collect()),
        }
    }

    /// The value as a message shows it.
    fn shown(&self) -> String {
        match self {
            Self::Missing => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => format!("{value:?}"),
            Self::Decimal(value, scale) => format_decimal(*value, *scale),
            Self::Number(text) => shorten(text, 40).into_owned(),
            Self::Text(text) => format!("\"{}\"", shorten(text, 40)),
            Self::Date(day) if (DAYS.0..=DAYS.1).contains(day) => format_date(*day),
            Self::Date(day) => no_day(*day),
            Self::List(items) => format!("list of {}", items.len()),
            Self::Other(what) => what.clone().into_owned(),
        }
    }
}

/// A number of a day that no calendar has, as other programs count days.
pub(crate) fn no_day(day: i64) -> String {
    format!("day {} from 1970-01-01", day.saturating_sub(UNIX_EPOCH))
}

impl Item<'_> {
    fn into_owned(self) -> Item<'static> {
        let field = |(name, value): (Cow<'_, str>, Value<'_>)| (name.into_owned().into(), value.into_owned());
        match self {
            Self::Bare(value) => Item::Bare(value.into_owned()),
            Self::Fields(fields) => Item::Fields(fields.into_iter().map(field).collect()),
        }
    }
}

/// What is known of one subject of one kind.
#[derive(Debug, Clone)]
pub struct Case {
    pub(crate) rulebook: Rulebook,
    pub(crate) plan: usize,
    pub(crate) record: Record,
}

/// The facts of a case while they come in.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) facts: Facts,
    pub(crate) problems: Vec<Problem>,
    /// The facts that were stated, null or not, to see one that comes twice.
    stated: FactSet,
    /// The place behind the fact that came last: facts mostly come in the declared order.
    next: usize,
}

impl Case {
    /// A case of which nothing is known yet.
    ///
    /// ```
    /// use xeploai::{Case, Rulebook, Value};
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let mut case = Case::new(&rulebook, "member")?;
    /// case.set("exempt_from_activities", Value::Boolean(true));
    /// assert_eq!(case.rate().outcome().code(), "not_reviewed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where the rulebook has no such kind of subject.
    pub fn new(rulebook: &Rulebook, kind: &str) -> Result<Self, UnknownSubject> {
        let plan = rulebook.find_plan(kind)?;
        Ok(Self::of_plan(rulebook, plan))
    }

    pub(crate) fn of_plan(rulebook: &Rulebook, place: usize) -> Self {
        let facts = rulebook.plan(place).map(Facts::unknown).unwrap_or_default();
        let record = Record { facts, problems: Vec::new(), stated: FactSet::default(), next: 0 };
        Self { rulebook: rulebook.clone(), plan: place, record }
    }

    /// A case from the text of a JSON object of facts.
    ///
    /// Text that is no such object gives a case with a problem, so that one bad row never stops a batch.
    ///
    /// # Errors
    /// Where the rulebook has no such kind of subject.
    pub fn from_json(rulebook: &Rulebook, kind: &str, text: &str) -> Result<Self, UnknownSubject> {
        let mut case = Self::new(rulebook, kind)?;
        case.set_json(text);
        Ok(case)
    }

    /// States a fact. What does not fit becomes a problem of the case.
    pub fn set(&mut self, name: &str, value: Value<'_>) {
        if let Some(plan) = self.rulebook.plan(self.plan) {
            self.record.set(&self.rulebook, plan, name, value);
        }
    }

    /// Where a fact stands among those that the rulebook declares for the kind, for [`Case::set_at`]. The places of a
    /// rulebook never change.
    pub fn place_of(&self, name: &str) -> Option<usize> {
        self.rulebook.plan(self.plan)?.find(self.rulebook.texts(), name, 0)
    }

    /// States the fact at a place, as [`Case::set`] does by name. False where the kind has no such place.
    ///
    /// ```
    /// use xeploai::{Case, Rulebook, Value};
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let mut case = Case::new(&rulebook, "member")?;
    /// let place = case.place_of("exempt_from_activities").unwrap_or(usize::MAX);
    /// assert!(case.set_at(place, &Value::Boolean(true)));
    /// assert_eq!(case.rate().outcome().code(), "not_reviewed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn set_at(&mut self, place: usize, value: &Value<'_>) -> bool {
        let Some(plan) = self.rulebook.plan(self.plan) else { return false };
        if place >= plan.facts.len() {
            return false;
        }
        self.record.set_at(&self.rulebook, plan, place, value);
        true
    }

    /// States the facts of a JSON object, as [`Case::from_json`] does.
    pub fn set_json(&mut self, text: &str) {
        if let Err(error) = crate::case_json::read(self, text) {
            let found = format!("line {}, column {}", error.line(), error.column());
            let problem = Problem {
                field: String::new(),
                at: String::new(),
                code: ProblemCode::NotARecord,
                expected: Expected::Record,
                found,
            };
            self.record.problems = vec![problem];
        }
    }

    /// Forgets every fact: the case of the next subject of the kind, in the room of this one.
    pub fn clear(&mut self) {
        self.record.facts.slots.fill(MISSING);
        self.record.facts.lists.fill(None);
        self.record.problems.clear();
        self.record.stated = FactSet::default();
        self.record.next = 0;
    }

    /// How many facts the kind has.
    pub fn facts(&self) -> usize {
        self.rulebook.plan(self.plan).map_or(0, |plan| plan.facts.len())
    }

    /// The rulebook that it is rated by.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Adds a problem that only the reader of a file can see, such as a fact that stands twice in a row.
    pub fn refuse(&mut self, problem: Problem) {
        self.record.problems.push(problem);
    }
}

impl Record {
    pub(crate) fn set(&mut self, rulebook: &Rulebook, plan: &Plan, name: &str, value: Value<'_>) {
        let Some(place) = plan.find(rulebook.texts(), name, self.next) else {
            self.unknown(rulebook, plan, name, &value);
            return;
        };
        self.next = place.saturating_add(1);
        self.set_at(rulebook, plan, place, &value);
    }

    #[inline]
    fn set_at(&mut self, rulebook: &Rulebook, plan: &Plan, place: usize, value: &Value<'_>) {
        let Some(fact) = plan.fact(place) else { return };
        // Asked for where something is wrong with the value alone.
        let name = || rulebook.texts().plain(fact.name);
        if self.stated.contains(place) {
            self.problem(name(), String::new(), ProblemCode::Duplicate, Expected::Once, value.shown());
            return;
        }
        self.stated.insert(place);
        if matches!(value, Value::Missing) {
            return;
        }
        match &fact.kind {
            KindPlan::List(form) => self.set_list(rulebook, name(), form, value),
            kind => match read_value(rulebook, kind, value) {
                Ok(read) => {
                    if let Some(slot) = self.facts.slots.get_mut(place) {
                        *slot = read;
                    }
                }
                Err((code, expected)) => self.problem(name(), String::new(), code, expected, value.shown()),
            },
        }
    }

    fn unknown(&mut self, rulebook: &Rulebook, plan: &Plan, name: &str, value: &Value<'_>) {
        // A sum is computed: what may be stated are the facts below it.
        let texts = rulebook.texts();
        let measure = plan.measures.iter().find(|measure| measure.plain && texts.plain(measure.name) == name);
        let first = measure.and_then(|measure| plan.fact(*measure.leaves.first()?));
        let expected = match first {
            Some(first) => Expected::Items { first: texts.plain(first.name).to_owned() },
            None => {
                let known = plan.facts.iter().map(|fact| rulebook.texts().plain(fact.name));
                Expected::KnownFact { near: crate::text::nearest(name, known).map(str::to_owned) }
            }
        };
        let shown = shorten(name, 80).into_owned();
        let repeated = self.problems.iter().any(|problem| problem.field == shown);
        if !repeated {
            self.problem(&shown, String::new(), ProblemCode::UnknownFact, expected, value.shown());
        }
    }

    fn set_list(&mut self, rulebook: &Rulebook, name: &str, form: &ListPlan, value: &Value<'_>) {
        let expected = Expected::List { most: form.max_items };
        let Value::List(items) = value else {
            self.problem(name, String::new(), ProblemCode::WrongType, expected, value.shown());
            return;
        };
        if items.len() > form.max_items {
            self.problem(name, String::new(), ProblemCode::TooManyItems, expected, items.len().to_string());
            return;
        }
        let width = form.fields.len();
        let mut cells = Vec::with_capacity(items.len().saturating_mul(width));
        let mut sound = true;
        for (position, item) in items.iter().enumerate() {
            let mut row: Vec<Option<i64>> = vec![None; width];
            let first = self.problems.len();
            match item {
                Item::Fields(fields) => {
                    for (field, value) in fields {
                        let at = format!("/{position}/{}", shorten(field, 80));
                        self.set_field(rulebook, name, form, &mut row, (field, at), value);
                    }
                }
                Item::Bare(value) => match form.single() {
                    Some(only) => {
                        let field = rulebook.texts().plain(only.name);
                        self.set_field(rulebook, name, form, &mut row, (field, format!("/{position}")), value);
                    }
                    None => {
                        let fields = form.fields.iter().map(|field| rulebook.texts().plain(field.name).to_owned());
                        let expected = Expected::Item { fields: fields.collect() };
                        let at = format!("/{position}");
                        self.problem(name, at, ProblemCode::WrongType, expected, value.shown());
                    }
                },
            }
            if self.problems.len() == first {
                for (declared, cell) in form.fields.iter().zip(&row) {
                    if declared.required && cell.is_none_or(|cell| cell == MISSING) {
                        let at = format!("/{position}/{}", rulebook.texts().plain(declared.name));
                        self.problem(name, at, ProblemCode::Required, Expected::Stated, "null".to_owned());
                    }
                }
            }
            sound &= self.problems.len() == first;
            cells.extend(row.into_iter().map(|cell| cell.unwrap_or(MISSING)));
        }
        if sound && let Some(list) = self.facts.lists.get_mut(form.list) {
            *list = Some(Items { width, cells });
        }
    }

    /// Puts a field of an item into its row; `field` is its name and its place.
    fn set_field(
        &mut self,
        rulebook: &Rulebook,
        name: &str,
        form: &ListPlan,
        row: &mut [Option<i64>],
        (field, at): (&str, String),
        value: &Value<'_>,
    ) {
        let found = form.fields.iter().position(|known| rulebook.texts().plain(known.name) == field);
        let Some((declared, cell)) = found.and_then(|place| form.fields.get(place).zip(row.get_mut(place))) else {
            let known = form.fields.iter().map(|field| rulebook.texts().plain(field.name));
            let near = crate::text::nearest(field, known).map(str::to_owned);
            self.problem(name, at, ProblemCode::UnknownFact, Expected::KnownFact { near }, value.shown());
            return;
        };
        if cell.is_some() {
            self.problem(name, at, ProblemCode::Duplicate, Expected::Once, value.shown());
        } else if *value == Value::Missing {
            *cell = Some(MISSING);
        } else {
            match read_value(rulebook, &declared.kind, value) {
                Ok(read) => *cell = Some(read),
                Err((code, expected)) => self.problem(name, at, code, expected, value.shown()),
            }
        }
    }

    fn problem(&mut self, field: &str, at: String, code: ProblemCode, expected: Expected, found: String) {
        self.problems.push(Problem { field: field.to_owned(), at, code, expected, found });
    }
}

/// What a value means as the type that is declared for it.
#[inline]
pub(crate) fn read_value(
    rulebook: &Rulebook,
    kind: &KindPlan,
    value: &Value<'_>,
) -> Result<i64, (ProblemCode, Expected)> {
    match kind {
        KindPlan::Boolean => match value {
            Value::Boolean(value) => Ok(i64::from(*value)),
            _ => Err((ProblemCode::WrongType, Expected::Boolean)),
        },
        KindPlan::Integer { min, max } => {
            let expected = || Expected::Integer { min: *min, max: *max };
            let read = match value {
                Value::Integer(value) => *value,
                Value::Number(text) => match parse_whole(text) {
                    Some(value) => value,
                    None => return Err((ProblemCode::WrongType, expected())),
                },
                _ => return Err((ProblemCode::WrongType, expected())),
            };
            if (*min..=*max).contains(&read) { Ok(read) } else { Err((ProblemCode::OutOfBounds, expected())) }
        }
        KindPlan::Decimal { scale, min, max } => {
            let expected = || Expected::Decimal { scale: *scale, min: *min, max: *max };
            let read = match value {
                Value::Integer(value) => value.checked_mul(power_of_ten(*scale)).ok_or(DecimalError::TooLarge),
                Value::Float(value) => float_to_scaled(*value, *scale),
                Value::Decimal(value, given) => rescaled(*value, *given, *scale),
                Value::Number(text) => parse_json_number(text, *scale),
                Value::Text(text) => parse_decimal(text, *scale),
                _ => Err(DecimalError::NotANumber),
            };
            match read {
                Ok(read) if (*min..=*max).contains(&read) => Ok(read),
                Ok(_) | Err(DecimalError::TooLarge) => Err((ProblemCode::OutOfBounds, expected())),
                Err(DecimalError::OutOfScale) => Err((ProblemCode::OutOfScale, expected())),
                Err(DecimalError::NotANumber) => Err((ProblemCode::WrongType, expected())),
            }
        }
        KindPlan::Code(table) => {
            let table = rulebook.table(*table);
            let texts = rulebook.texts();
            let code = match value {
                Value::Text(text) => table.and_then(|table| table.rank(texts, text)).ok_or(ProblemCode::UnknownCode),
                _ => Err(ProblemCode::WrongType),
            };
            code.map_err(|code| {
                let codes = table.map(|table| table.codes.as_slice()).unwrap_or_default();
                (code, Expected::Code(codes.iter().map(|code| texts.plain(code.code).to_owned()).collect()))
            })
        }
        KindPlan::Date => match value {
            Value::Date(day) if (DAYS.0..=DAYS.1).contains(day) => Ok(*day),
            Value::Text(text) => parse_date(text).ok_or_else(|| (day_problem(text), Expected::Date)),
            _ => Err((ProblemCode::WrongType, Expected::Date)),
        },
        KindPlan::Text => match value {
            Value::Text(_) => Ok(0),
            _ => Err((ProblemCode::WrongType, Expected::Text)),
        },
        KindPlan::List(form) => Err((ProblemCode::WrongType, Expected::List { most: form.max_items })),
    }
}

/// Whether a text names a day that does not exist, or is no day of the form of a record.
fn day_problem(text: &str) -> ProblemCode {
    let parts = text.split(['-', '/', '.']);
    let numbers = parts.clone().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let exists = crate::cells::read_date(text).is_some();
    if numbers && parts.count() == 3 && !exists && text.len() == 10 {
        ProblemCode::NoSuchDay
    } else {
        ProblemCode::WrongType
    }
}

/// A whole number written as one; one too large for an integer is far outside every bound.
fn parse_whole(token: &str) -> Option<i64> {
    let digits = token.strip_prefix('-').unwrap_or(token);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(token.parse().unwrap_or(if token.starts_with('-') { i64::MIN.saturating_add(1) } else { i64::MAX }))
}
