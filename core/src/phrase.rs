//! Conditions and formulas in words, as the page of a rulebook has them: labels in place of names, the signs of
//! arithmetic, the words of codes.

use crate::catalogue::{Language, Message, fill};
use crate::document::{
    Absent, Compare, Condition, Document, Fact, FactType, Factor, Field, FieldType, Formula, ItemTest, Literal, Mean,
    Op, Operand, Subject,
};

/// What is needed to put the parts of one kind of subject into words.
pub(crate) struct Speaker<'d> {
    pub(crate) document: &'d Document,
    pub(crate) subject: &'d Subject,
    pub(crate) language: Language,
}

impl Speaker<'_> {
    /// A message of the catalogue with values in its places.
    pub(crate) fn say(&self, message: Message, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(message, self.language, &values)
    }

    /// What people call a fact or measure.
    pub(crate) fn label(&self, name: &str) -> String {
        let facts = self.subject.facts.iter().map(|fact| (&fact.name, &fact.label));
        let measures = self.subject.measures.iter().map(|measure| (&measure.name, &measure.label));
        let found = facts.chain(measures).find(|(known, _)| *known == name);
        found.map_or(name, |(_, label)| label.get(self.language)).to_owned()
    }

    fn field<'s>(&'s self, list: &str, name: &str) -> Option<&'s Field> {
        let fact = self.subject.facts.iter().find(|fact| fact.name == list)?;
        match &fact.kind {
            FactType::List(form) => form.fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }

    fn field_label(&self, list: &str, name: &str) -> String {
        self.field(list, name).map_or(name, |field| field.label.get(self.language)).to_owned()
    }

    /// The words of a code of a named set of values, or of a level.
    fn code(&self, values: &str, code: &str) -> String {
        let choices = match values {
            "level" => self.document.levels.as_slice(),
            name => {
                let found = self.document.enumerations.iter().find(|known| known.name == name);
                found.map(|known| known.values.as_slice()).unwrap_or_default()
            }
        };
        let found = choices.iter().find(|choice| choice.code == code);
        found.map_or(code, |choice| choice.label.get(self.language)).to_owned()
    }

    /// A number as the language writes it.
    pub(crate) fn number(&self, text: &str) -> String {
        match self.language {
            Language::Vietnamese => text.replace('.', ","),
            Language::English => text.to_owned(),
        }
    }

    fn yes_no(&self, value: bool) -> String {
        self.say(if value { Message::Yes } else { Message::No }, &[])
    }

    fn joined(&self, parts: Vec<String>, word: Message) -> String {
        match parts.as_slice() {
            [only] => only.clone(),
            _ => format!("({})", parts.join(&format!(" {} ", self.say(word, &[])))),
        }
    }

    /// A condition.
    pub(crate) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Always => self.say(Message::PhraseAlways, &[]),
            Condition::All(several) => {
                self.joined(several.iter().map(|inner| self.condition(inner)).collect(), Message::PhraseAnd)
            }
            Condition::Any(several) => {
                self.joined(several.iter().map(|inner| self.condition(inner)).collect(), Message::PhraseOr)
            }
            Condition::Not(inner) => self.say(Message::PhraseNot, &[("what", self.condition(inner))]),
            Condition::Holds(name) => self.label(name),
            Condition::Compare(compare) => self.compare(compare),
            Condition::Share(share) => {
                let (part, whole) = (self.label(&share.part), self.label(&share.whole));
                let told = format!("{part} / {whole} {} {}", sign(share.op), self.number(&share.than));
                match share.if_none {
                    Some(answer) => {
                        let values = [("what", told), ("whole", whole), ("answer", self.yes_no(answer))];
                        self.say(Message::PhraseIfNone, &values)
                    }
                    None => told,
                }
            }
            Condition::Every(test) => {
                self.say(Message::PhraseEvery, &[("list", self.label(&test.list)), ("what", self.items(test))])
            }
            Condition::UnderMonths(span) => {
                let values = [
                    ("since", self.label(&span.since)),
                    ("until", self.label(&span.until)),
                    ("months", span.months.to_string()),
                ];
                self.say(Message::PhraseUnderMonths, &values)
            }
            Condition::Policy(choice) => {
                let policy = self.document.policies.iter().find(|policy| policy.name == choice.name);
                let cases = choice.cases.iter().map(|case| {
                    let option = policy.and_then(|policy| policy.options.iter().find(|one| one.code == case.option));
                    let label = option.map_or(case.option.as_str(), |option| option.label.get(self.language));
                    format!("“{label}”: {}", self.condition(&case.condition))
                });
                let cases: Vec<String> = cases.collect();
                let policy = policy.map_or(choice.name.as_str(), |policy| policy.label.get(self.language));
                self.say(Message::PhrasePolicy, &[("policy", policy.to_owned()), ("cases", cases.join("; "))])
            }
        }
    }

    fn compare(&self, compare: &Compare) -> String {
        let kind = self.subject.facts.iter().find(|fact| fact.name == compare.left).map(|fact| &fact.kind);
        let right = match &compare.right {
            Operand::Integer(value) => value.to_string(),
            Operand::Name(other) => self.label(&other.name),
            Operand::Text(text) => match kind {
                Some(FactType::Enumeration(values)) => self.code(values, text),
                Some(FactType::Level) => self.code("level", text),
                Some(FactType::Date) => date(text, self.language),
                _ => self.number(text),
            },
        };
        format!("{} {} {right}", self.label(&compare.left), sign(compare.op))
    }

    /// What is asked of an item.
    fn items(&self, test: &ItemTest) -> String {
        let value = |field: &str, literal: &Literal| match (self.field(&test.list, field), literal) {
            (Some(Field { kind: FieldType::Enumeration(values), .. }), Literal::Text(code)) => {
                self.code(values, code)
            }
            (Some(Field { kind: FieldType::Level, .. }), Literal::Text(code)) => self.code("level", code),
            (_, Literal::Text(text)) => self.number(text),
            (_, Literal::Integer(value)) => value.to_string(),
            (_, Literal::Boolean(value)) => self.yes_no(*value),
        };
        let asked = format!(
            "{} {} {}",
            self.field_label(&test.list, &test.field),
            sign(test.op),
            value(&test.field, &test.value)
        );
        match &test.only {
            Some(only) => {
                let label = self.field_label(&test.list, &only.field);
                let values = [("what", asked), ("field", label), ("value", value(&only.field, &only.is))];
                self.say(Message::PhraseOnly, &values)
            }
            None => asked,
        }
    }

    /// A formula.
    pub(crate) fn formula(&self, formula: &Formula) -> String {
        match formula {
            Formula::Sum(sum) => {
                let mut text = sum.plus.iter().map(|name| self.label(name)).collect::<Vec<_>>().join(" + ");
                for name in &sum.minus {
                    text.push_str(" − ");
                    text.push_str(&self.label(name));
                }
                text
            }
            Formula::Weighted(weighted) => {
                let terms = weighted.terms.iter().map(|term| match term.times.as_str() {
                    "1" => self.label(&term.name),
                    times => format!("{} × {}", self.number(times), self.label(&term.name)),
                });
                terms.collect::<Vec<_>>().join(" + ")
            }
            Formula::Mean(mean) => self.mean(mean),
            Formula::Count(test) | Formula::LongestRun(test) => {
                let message = match formula {
                    Formula::Count(_) => Message::PhraseCount,
                    _ => Message::PhraseRun,
                };
                self.say(message, &[("list", self.label(&test.list)), ("what", self.items(test))])
            }
            Formula::Either(either) => {
                let values = [
                    ("condition", self.condition(&either.condition)),
                    ("then", self.number(&either.then)),
                    ("otherwise", self.number(&either.otherwise)),
                ];
                self.say(Message::PhraseEither, &values)
            }
            Formula::Policy(choice) => {
                let policy = self.document.policies.iter().find(|policy| policy.name == choice.name);
                let cases = choice.cases.iter().map(|case| {
                    let option = policy.and_then(|policy| policy.options.iter().find(|one| one.code == case.option));
                    let label = option.map_or(case.option.as_str(), |option| option.label.get(self.language));
                    format!("“{label}”: {}", self.label(&case.measure))
                });
                let cases: Vec<String> = cases.collect();
                let policy = policy.map_or(choice.name.as_str(), |policy| policy.label.get(self.language));
                self.say(Message::PhrasePolicy, &[("policy", policy.to_owned()), ("cases", cases.join("; "))])
            }
        }
    }

    fn mean(&self, mean: &Mean) -> String {
        let factors = mean.factors.iter().map(|factor| match factor {
            Factor::Field(field) => self.field_label(&mean.list, field),
            Factor::Deduction(deduction) => {
                let field = self.field_label(&mean.list, &deduction.field);
                let values = [("each", self.number(&deduction.each)), ("field", field)];
                self.say(Message::PhraseDeduction, &values)
            }
        });
        let what = factors.collect::<Vec<_>>().join(" × ");
        let list = self.label(&mean.list);
        match &mean.weight {
            Some(weight) => {
                let weight = self.field_label(&mean.list, weight);
                self.say(Message::PhraseWeightedMean, &[("what", what), ("list", list), ("weight", weight)])
            }
            None => self.say(Message::PhraseMean, &[("what", what), ("list", list)]),
        }
    }

    /// The words of a type, for the table of facts.
    pub(crate) fn kind(&self, kind: &FactType) -> String {
        match kind {
            FactType::Boolean => format!("{} / {}", self.yes_no(true), self.yes_no(false)),
            FactType::Integer(range) => {
                let values = [("min", range.min.to_string()), ("max", range.max.to_string())];
                self.say(Message::ExpectedInteger, &values)
            }
            FactType::Decimal(range) => {
                let values = [
                    ("min", self.number(&range.min)),
                    ("max", self.number(&range.max)),
                    ("scale", range.scale.to_string()),
                ];
                self.say(Message::ExpectedDecimal, &values)
            }
            FactType::Enumeration(name) => {
                let found = self.document.enumerations.iter().find(|known| known.name == *name);
                let words = found.map(|known| self.choices(&known.values, known.ordered));
                words.unwrap_or_else(|| name.clone())
            }
            FactType::Level => self.say(Message::PageLevel, &[]),
            FactType::Date => self.say(Message::PageDate, &[]),
            FactType::List(form) => {
                let fields: Vec<String> = form.fields.iter().map(|field| self.field_words(field)).collect();
                let values = [("most", form.max_items.to_string()), ("fields", fields.join("; "))];
                self.say(Message::PageList, &values)
            }
        }
    }

    /// A field of an item: its label, what it takes, whether it must be there.
    fn field_words(&self, field: &Field) -> String {
        let kind = match &field.kind {
            FieldType::Boolean => FactType::Boolean,
            FieldType::Integer(range) => FactType::Integer(range.clone()),
            FieldType::Decimal(range) => FactType::Decimal(range.clone()),
            FieldType::Enumeration(name) => FactType::Enumeration(name.clone()),
            FieldType::Date => FactType::Date,
            FieldType::Level => FactType::Level,
            FieldType::Text => {
                return self.say(Message::PageTextField, &[("field", field.label.get(self.language).to_owned())]);
            }
        };
        let message = if field.required { Message::PageRequiredField } else { Message::PageField };
        self.say(message, &[("field", field.label.get(self.language).to_owned()), ("values", self.kind(&kind))])
    }

    /// What the absence of a fact means, where that is said.
    pub(crate) fn absent(&self, fact: &Fact) -> Option<String> {
        let told = match fact.absent.as_ref()? {
            Absent::Invalid => self.say(Message::PageAbsentInvalid, &[]),
            Absent::InvalidWhen(condition) => {
                self.say(Message::PageAbsentInvalidWhen, &[("what", self.condition(condition))])
            }
            Absent::StandsFor(value) => {
                self.say(Message::PageAbsentStandsFor, &[("value", self.value(&fact.kind, value))])
            }
        };
        Some(told)
    }

    /// A value that stands for a fact.
    fn value(&self, kind: &FactType, value: &Literal) -> String {
        match (kind, value) {
            (_, Literal::Boolean(value)) => self.yes_no(*value),
            (_, Literal::Integer(value)) => value.to_string(),
            (FactType::Enumeration(name), Literal::Text(code)) => self.code(name, code),
            (FactType::Level, Literal::Text(code)) => self.code("level", code),
            (FactType::Date, Literal::Text(day)) => date(day, self.language),
            (_, Literal::Text(text)) => self.number(text),
        }
    }

    fn choices(&self, choices: &[crate::document::Choice], ordered: bool) -> String {
        let words: Vec<&str> = choices.iter().map(|choice| choice.label.get(self.language)).collect();
        words.join(if ordered { " < " } else { " | " })
    }
}

/// A day of the document as the language writes it.
pub(crate) fn date(text: &str, language: Language) -> String {
    match (crate::date::parse_date(text), language) {
        (Some(day), Language::Vietnamese) => crate::date::format_date_vi(day),
        _ => text.to_owned(),
    }
}

/// The sign of a comparison, as print has it.
fn sign(op: Op) -> &'static str {
    match op {
        Op::Equal => "=",
        Op::NotEqual => "≠",
        Op::Less => "<",
        Op::AtMost => "≤",
        Op::Greater => ">",
        Op::AtLeast => "≥",
    }
}
