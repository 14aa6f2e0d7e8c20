//! From the text of a rulebook to a plan that can rate: everything that is wrong with it is found here, at once.
//!
//! Three steps, each over the whole document: its shape (against the schema), its meaning (names, types, bounds,
//! bands, circles), and the resolution of names to places. A document with any fault gives no rulebook.

mod cohort;
mod condition;
mod describe;
mod fact;
mod measure;
mod place;
mod ratio;
mod scope;
mod shape;
mod standard;
mod subject;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use condition::shown_literal;
pub(crate) use describe::describe;
use place::Sort;
pub(crate) use place::{Faults, Place, list_of, quoted};

use crate::catalogue::Message;
use crate::date::parse_date;
use crate::document::{Choice, Citation, Document, Instrument, Period, Policy, Words};
use crate::fault::{FaultCode, LoadError, Wanted, wanted};
use crate::plan::{CodePlan, CodeTable, Plan, PolicyPlan, TextId, Texts};
use crate::text::nfc;

/// A last day for periods without an end.
const NO_END: i64 = i64::MAX;

/// Everything that a document compiles to.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) texts: Texts,
    pub(crate) tables: Vec<CodeTable>,
    pub(crate) table_names: Vec<String>,
    pub(crate) policies: Vec<PolicyPlan>,
    pub(crate) plans: Vec<Plan>,
}

/// A document that was read, whole or in part, and the faults of its shape.
pub(crate) struct Read<T> {
    pub(crate) document: Option<T>,
    faults: Faults,
}

/// Reads a document of a shape that the schema gives.
pub(crate) fn read<T: DeserializeOwned>(text: &str, schema: fn() -> &'static str) -> Result<Read<T>, LoadError> {
    let text = nfc(text.trim_start_matches('\u{feff}'));
    let mut read = Read { document: None, faults: Faults::default() };
    match crate::strict::from_str(&text) {
        Ok(document) => read.document = Some(document),
        Err(refusal) => {
            let node: shape::Node = serde_json::from_str(&text).map_err(|error| {
                LoadError::one("", FaultCode::Syntax, at_line(Message::WantedJson, &error), told(&error))
            })?;
            let schema: Value = serde_json::from_str(schema()).unwrap_or_default();
            let kept = shape::check(node, &schema, &mut read.faults);
            // As text once more: a second way to read documents, from values, would be 0.5 MB of every library.
            read.document = kept.and_then(|value| crate::strict::from_str(&value.to_string()).ok());
            if read.faults.list.is_empty() {
                // The schema lets pass what the model does not: say what the model says.
                let expected = at_line(Message::WantedSchema, &refusal);
                read.faults.add(&Place::ROOT, FaultCode::WrongType, expected, told(&refusal));
            }
        }
    }
    Ok(read)
}

/// What was expected at the line and column where reading stopped.
fn at_line(message: Message, error: &serde_json::Error) -> Wanted {
    wanted(message, &[("line", &error.line().to_string()), ("column", &error.column().to_string())])
}

/// What the reader of JSON says, without the place.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default().replace('`', "'");
    format!("`{}`", crate::text::shorten(&text, 200))
}

/// Judges the meaning of a document and makes it ready to rate.
pub(crate) fn compile(read: &Read<Document>) -> Result<Compiled, LoadError> {
    let mut faults = read.faults.clone();
    let mut compiled = Compiled::default();
    if let Some(document) = &read.document {
        let shaped = faults.list.len();
        compile_document(document, &mut compiled, &mut faults);
        faults.drop_follow_ups(shaped);
        faults.move_back(shaped);
    }
    if faults.list.is_empty() { Ok(compiled) } else { Err(LoadError { faults: faults.list }) }
}

impl<T> Read<T> {
    /// A document that a program made.
    pub(crate) fn made(document: T) -> Self {
        Self { document: Some(document), faults: Faults::default() }
    }

    /// The document, where nothing is wrong with its shape.
    pub(crate) fn sound(self) -> Result<T, LoadError> {
        match self.document {
            Some(document) if self.faults.list.is_empty() => Ok(document),
            _ => Err(LoadError { faults: self.faults.list }),
        }
    }
}

fn compile_document(document: &Document, compiled: &mut Compiled, faults: &mut Faults) {
    let root = Place::ROOT;
    check_id(&document.id, &root.key("id"), faults);
    check_text(&document.version, &root.key("version"), faults);
    check_words(&document.title, &root.key("title"), faults);
    check_instruments(&document.instruments, &root.key("instruments"), faults);
    let period = check_period(&document.in_force, &root.key("in_force"), faults);

    let levels = root.key("levels");
    if !(2..=8).contains(&document.levels.len()) {
        faults.add(&levels, FaultCode::BadCount, Message::WantedLevels, document.levels.len().to_string());
    }
    add_codes(&document.levels, true, &levels, compiled, faults);
    compiled.table_names.push("level".to_owned());

    let enumerations = root.key("enumerations");
    for (position, enumeration) in document.enumerations.iter().enumerate() {
        let place = enumerations.at(position);
        check_name(&enumeration.name, &place.key("name"), faults);
        if compiled.table_names.contains(&enumeration.name) {
            duplicate(&enumeration.name, &place.key("name"), faults);
        }
        let values = place.key("values");
        if enumeration.values.is_empty() {
            faults.add(&values, FaultCode::BadCount, Message::WantedSomeValue, list_of(0));
        }
        add_codes(&enumeration.values, enumeration.ordered, &values, compiled, faults);
        compiled.table_names.push(enumeration.name.clone());
    }

    compile_policies(document, compiled, faults);
    if let Some(province) = &document.province {
        check_id(province, &root.key("province"), faults);
    }

    let subjects = root.key("subjects");
    if document.subjects.is_empty() {
        faults.add(&subjects, FaultCode::BadCount, Message::WantedSomeSubject, list_of(0));
    }
    let mut ids = Vec::new();
    let caveats = root.key("caveats");
    for (position, caveat) in document.caveats.iter().enumerate() {
        let place = caveats.at(position);
        check_rule_id(&caveat.id, &place, faults, &mut ids);
        check_words(&caveat.words, &place.key("words"), faults);
        check_citation(&caveat.citation, document, &place.key("citation"), faults);
    }
    for (position, subject) in document.subjects.iter().enumerate() {
        let place = subjects.at(position);
        let repeated = document.subjects.iter().take(position).any(|other| other.kind == subject.kind);
        if repeated {
            duplicate(&subject.kind, &place.key("kind"), faults);
        }
        let plan = subject::compile_subject(document, subject, period, &place, compiled, faults, &mut ids);
        compiled.plans.push(plan);
    }
}

fn compile_policies(document: &Document, compiled: &mut Compiled, faults: &mut Faults) {
    let root = Place::ROOT;
    let policies = root.key("policies");
    for (position, policy) in document.policies.iter().enumerate() {
        let place = policies.at(position);
        check_name(&policy.name, &place.key("name"), faults);
        if document.policies.iter().take(position).any(|other| other.name == policy.name) {
            duplicate(&policy.name, &place.key("name"), faults);
        }
        check_words(&policy.label, &place.key("label"), faults);
        check_words(&policy.words, &place.key("words"), faults);
        check_citation(&policy.citation, document, &place.key("citation"), faults);
        check_choices(&policy.options, &place.key("options"), faults);
        let default = option(policy, &policy.default, &place.key("default"), faults);
        let name = compiled.texts.add(&policy.name);
        let options = policy.options.iter().map(|option| compiled.texts.add(&option.code)).collect();
        compiled.policies.push(PolicyPlan { name, options, default: default.unwrap_or(0) });
    }
}

/// The position of an option of a policy.
pub(crate) fn option(policy: &Policy, code: &str, place: &Place<'_>, faults: &mut Faults) -> Option<u8> {
    let position = policy.options.iter().position(|option| option.code == code);
    if position.is_none() {
        let known = policy.options.iter().map(|option| option.code.as_str());
        faults.unknown(place, Sort::Option(&policy.name), code, known);
    }
    position.and_then(|position| u8::try_from(position).ok())
}

fn add_codes(choices: &[Choice], ordered: bool, place: &Place<'_>, compiled: &mut Compiled, faults: &mut Faults) {
    check_choices(choices, place, faults);
    let codes = choices
        .iter()
        .map(|choice| CodePlan {
            code: compiled.texts.add(&choice.code),
            label: choice.label.clone(),
            short: choice.short.as_deref().map(Into::into),
        })
        .collect();
    compiled.tables.push(CodeTable { ordered, codes });
}

fn check_choices(choices: &[Choice], place: &Place<'_>, faults: &mut Faults) {
    for (position, choice) in choices.iter().enumerate() {
        let here = place.at(position);
        check_name(&choice.code, &here.key("code"), faults);
        check_words(&choice.label, &here.key("label"), faults);
        if choices.iter().take(position).any(|other| other.code == choice.code) {
            duplicate(&choice.code, &here.key("code"), faults);
        }
    }
}

fn check_instruments(instruments: &[Instrument], place: &Place<'_>, faults: &mut Faults) {
    for (position, instrument) in instruments.iter().enumerate() {
        let here = place.at(position);
        check_text(&instrument.id, &here.key("id"), faults);
        check_text(&instrument.number, &here.key("number"), faults);
        check_words(&instrument.kind, &here.key("kind"), faults);
        check_words(&instrument.issuer, &here.key("issuer"), faults);
        check_date(&instrument.date, &here.key("date"), faults);
        check_period(&instrument.in_force, &here.key("in_force"), faults);
        if instruments.iter().take(position).any(|other| other.id == instrument.id) {
            duplicate(&instrument.id, &here.key("id"), faults);
        }
    }
}

/// The text of a citation, such as `366-QĐ/TW Điều 11.4.3.a`.
pub(crate) fn check_citation(
    citation: &Citation,
    document: &Document,
    place: &Place<'_>,
    faults: &mut Faults,
) -> String {
    check_text(&citation.place, &place.key("place"), faults);
    let instrument = document.instruments.iter().find(|known| known.id == citation.instrument);
    if instrument.is_none() {
        let known = document.instruments.iter().map(|known| known.id.as_str());
        faults.unknown(&place.key("instrument"), Sort::Instrument, &citation.instrument, known);
    }
    format!("{} {}", instrument.map_or("", |known| &known.number), citation.place)
}

pub(crate) fn check_period(period: &Period, place: &Place<'_>, faults: &mut Faults) -> (i64, i64) {
    let from = check_date(&period.from, &place.key("from"), faults);
    let to = match &period.to {
        Some(to) => check_date(to, &place.key("to"), faults),
        None => NO_END,
    };
    if to < from {
        faults.add(place, FaultCode::BadDate, Message::WantedPeriod, shown_period(period));
    }
    (from, to)
}

/// A period in a message.
pub(crate) fn shown_period(period: &Period) -> String {
    format!("{}..{}", quoted(&period.from), period.to.as_deref().map(quoted).unwrap_or_default())
}

fn check_date(text: &str, place: &Place<'_>, faults: &mut Faults) -> i64 {
    parse_date(text).unwrap_or_else(|| {
        faults.add(place, FaultCode::BadDate, Message::WantedDay, quoted(text));
        NO_END
    })
}

pub(crate) fn check_words(words: &Words, place: &Place<'_>, faults: &mut Faults) {
    check_text(&words.vi, &place.key("vi"), faults);
    check_text(&words.en, &place.key("en"), faults);
}

pub(crate) fn check_text(text: &str, place: &Place<'_>, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.add(place, FaultCode::EmptyText, Message::WantedSomeText, quoted(text));
    }
}

/// A name of a fact, measure, field, code or policy: snake_case.
pub(crate) fn check_name(name: &str, place: &Place<'_>, faults: &mut Faults) {
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    if !good {
        faults.add(place, FaultCode::BadName, Message::WantedName, quoted(name));
    }
}

/// The id of a rulebook or a rule: letters and digits, with `-`, `_` and `.` between.
pub(crate) fn check_id(id: &str, place: &Place<'_>, faults: &mut Faults) {
    let good = id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.chars().all(|next| next.is_ascii_alphanumeric() || "-_.".contains(next));
    if !good {
        faults.add(place, FaultCode::BadName, Message::WantedId, quoted(id));
    }
}

/// The id of a rule, which is that of no other rule.
fn check_rule_id(id: &str, place: &Place<'_>, faults: &mut Faults, ids: &mut Vec<String>) {
    let here = place.key("id");
    check_id(id, &here, faults);
    if ids.iter().any(|known| known == id) {
        duplicate(id, &here, faults);
    }
    ids.push(id.to_owned());
}

pub(crate) fn duplicate(name: &str, place: &Place<'_>, faults: &mut Faults) {
    faults.add(place, FaultCode::DuplicateName, Message::WantedOwnName, quoted(name));
}

/// The texts of a rule that results repeat.
pub(crate) struct Head {
    pub(crate) id: TextId,
    pub(crate) citation: TextId,
}
