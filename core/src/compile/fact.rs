//! The facts of a kind: names, types, bounds, constraints between them, and what their absence means.

use super::condition::{NO_TABLE, shown_literal};
use super::place::{Place, Sort, list_of, quoted};
use super::subject::Builder;
use super::{check_name, check_words, duplicate};
use crate::catalogue::Message;
use crate::document::{Absent, Constraint, DecimalRange, Fact, FactType, Field, FieldType, IntegerRange};
use crate::fault::{FaultCode, Wanted, wanted};
use crate::number::{MAX_MAGNITUDE, MAX_SCALE, format_decimal, parse_decimal, power_of_ten};
use crate::plan::{Absence, AbsencePlan, ConstraintPlan, FactPlan, FieldPlan, KindPlan, LEVELS, ListPlan, Source};

/// The most facts that a kind may have.
const MAX_FACTS: usize = 256;

impl Builder<'_> {
    pub(super) fn facts(&mut self, facts: &[Fact], place: &Place<'_>) -> Vec<FactPlan> {
        if facts.len() > MAX_FACTS {
            let expected = wanted(Message::WantedFacts, &[("most", &MAX_FACTS.to_string())]);
            self.faults.add(place, FaultCode::BadCount, expected, facts.len().to_string());
        }
        let mut plans = Vec::new();
        let mut lists = 0_usize;
        for (position, fact) in facts.iter().enumerate() {
            let here = place.at(position);
            check_name(&fact.name, &here.key("name"), self.faults);
            check_words(&fact.label, &here.key("label"), self.faults);
            if let Some(help) = &fact.help {
                check_words(help, &here.key("help"), self.faults);
            }
            if self.scope.facts.iter().any(|(name, _)| *name == fact.name) {
                duplicate(&fact.name, &here.key("name"), self.faults);
            }
            let kind = self.fact_kind(&fact.kind, lists, &here.key("type"));
            if matches!(kind, KindPlan::List(_)) {
                lists = lists.saturating_add(1);
            }
            if fact.name == "period_end" && !matches!(kind, KindPlan::Date) {
                let found = quoted(type_name(&fact.kind));
                self.faults.add(&here.key("type"), FaultCode::TypeMismatch, Message::WantedPeriodEnd, found);
            }
            self.scope.facts.push((fact.name.clone(), kind.clone()));
            let name = self.compiled.texts.add(&fact.name);
            plans.push(FactPlan { name, label: fact.label.clone(), kind });
        }
        plans
    }

    pub(super) fn fact_kind(&mut self, kind: &FactType, list: usize, place: &Place<'_>) -> KindPlan {
        match kind {
            FactType::Boolean => KindPlan::Boolean,
            FactType::Integer(range) => self.integer(range, &place.key("integer")),
            FactType::Decimal(range) => self.decimal(range, &place.key("decimal")),
            FactType::Enumeration(name) => self.enumeration(name, &place.key("enumeration")),
            FactType::Date => KindPlan::Date,
            FactType::Level => KindPlan::Code(LEVELS),
            FactType::List(form) => {
                let here = place.key("list");
                if !(1..=10_000).contains(&form.max_items) {
                    let found = form.max_items.to_string();
                    self.faults.add(&here.key("max_items"), FaultCode::BadNumber, whole_between(1, 10_000), found);
                }
                if form.fields.is_empty() {
                    self.faults.add(&here.key("fields"), FaultCode::BadCount, Message::WantedSomeField, list_of(0));
                }
                let fields = self.fields(&form.fields, &here.key("fields"));
                KindPlan::List(ListPlan { list, max_items: form.max_items as usize, fields })
            }
        }
    }

    pub(super) fn fields(&mut self, fields: &[Field], place: &Place<'_>) -> Vec<FieldPlan> {
        let mut plans = Vec::new();
        for (position, field) in fields.iter().enumerate() {
            let here = place.at(position);
            check_name(&field.name, &here.key("name"), self.faults);
            check_words(&field.label, &here.key("label"), self.faults);
            if fields.iter().take(position).any(|other| other.name == field.name) {
                duplicate(&field.name, &here.key("name"), self.faults);
            }
            let below = here.key("type");
            let kind = match &field.kind {
                FieldType::Boolean => KindPlan::Boolean,
                FieldType::Integer(range) => self.integer(range, &below.key("integer")),
                FieldType::Decimal(range) => self.decimal(range, &below.key("decimal")),
                FieldType::Enumeration(name) => self.enumeration(name, &below.key("enumeration")),
                FieldType::Date => KindPlan::Date,
                FieldType::Level => KindPlan::Code(LEVELS),
                FieldType::Text => KindPlan::Text,
            };
            let name = self.compiled.texts.add(&field.name);
            plans.push(FieldPlan { name, kind, required: field.required });
        }
        plans
    }

    pub(super) fn integer(&mut self, range: &IntegerRange, place: &Place<'_>) -> KindPlan {
        for (key, value) in [("min", range.min), ("max", range.max)] {
            if value.saturating_abs() > MAX_MAGNITUDE {
                let expected = whole_between(MAX_MAGNITUDE.saturating_neg(), MAX_MAGNITUDE);
                self.faults.add(&place.key(key), FaultCode::BadNumber, expected, value.to_string());
            }
        }
        self.check_order(range.min, range.max, 0, place);
        KindPlan::Integer { min: range.min, max: range.max }
    }

    pub(super) fn decimal(&mut self, range: &DecimalRange, place: &Place<'_>) -> KindPlan {
        let scale = range.scale.min(MAX_SCALE);
        if range.scale > MAX_SCALE {
            let found = range.scale.to_string();
            let expected = whole_between(0, i64::from(MAX_SCALE));
            self.faults.add(&place.key("scale"), FaultCode::BadNumber, expected, found);
        }
        let min = self.number(&range.min, scale, &place.key("min"));
        let max = self.number(&range.max, scale, &place.key("max"));
        self.check_order(min, max, scale, place);
        KindPlan::Decimal { scale, min, max }
    }

    pub(super) fn check_order(&mut self, min: i64, max: i64, scale: u32, place: &Place<'_>) {
        if min > max {
            let found = format!("{} > {}", format_decimal(min, scale), format_decimal(max, scale));
            self.faults.add(place, FaultCode::BoundsReversed, Message::WantedMinBelowMax, found);
        }
    }

    /// A decimal of the document, in units of the scale.
    pub(super) fn number(&mut self, text: &str, scale: u32, place: &Place<'_>) -> i64 {
        self.readable_number(text, scale, place).unwrap_or(0)
    }

    pub(super) fn readable_number(&mut self, text: &str, scale: u32, place: &Place<'_>) -> Option<i64> {
        match parse_decimal(text, scale) {
            Ok(value) if value.saturating_abs() <= MAX_MAGNITUDE.saturating_mul(power_of_ten(scale)) => Some(value),
            _ => {
                let values = [("scale", &*scale.to_string()), ("most", &*MAX_MAGNITUDE.to_string())];
                let expected = wanted(Message::WantedDecimalWithin, &values);
                self.faults.add(place, FaultCode::BadNumber, expected, quoted(text));
                None
            }
        }
    }

    pub(super) fn enumeration(&mut self, name: &str, place: &Place<'_>) -> KindPlan {
        let table = self.compiled.table_names.iter().position(|known| known == name);
        if table.is_none() {
            let known = self.compiled.table_names.iter().map(String::as_str);
            self.faults.unknown(place, Sort::Enumeration, name, known);
        }
        KindPlan::Code(table.unwrap_or(NO_TABLE))
    }

    pub(super) fn constraints(&mut self, constraints: &[Constraint], place: &Place<'_>) -> Vec<ConstraintPlan> {
        let mut plans = Vec::new();
        for (position, constraint) in constraints.iter().enumerate() {
            let here = place.at(position);
            match constraint {
                Constraint::Rising(names) => {
                    let list = here.key("rising");
                    if names.len() < 2 {
                        self.faults.add(&list, FaultCode::BadCount, Message::WantedTwoNames, names.len().to_string());
                    }
                    let found = self.fact_steps(names, &list);
                    let scale = found.iter().map(|(_, scale)| *scale).max().unwrap_or(0);
                    let factor = |own: u32| power_of_ten(scale.saturating_sub(own));
                    plans.push(ConstraintPlan::Rising(
                        found.iter().map(|(fact, own)| (*fact, factor(*own))).collect(),
                    ));
                }
                Constraint::SumAtMost(sum) => {
                    let inner = here.key("sum_at_most");
                    let parts = self.fact_numbers(&sum.parts, &inner.key("parts"));
                    let whole = self.fact_number(&sum.whole, &inner.key("whole"));
                    let decimal = parts.iter().chain(&whole).find(|(_, scale)| *scale > 0);
                    if let Some((name, _)) = decimal.and_then(|(fact, _)| self.scope.facts.get(*fact)) {
                        let found = quoted(name);
                        self.faults.add(&inner, FaultCode::TypeMismatch, Message::WantedIntegerFacts, found);
                    }
                    if let Some((whole, _)) = whole {
                        let parts = parts.iter().map(|(fact, _)| *fact).collect();
                        plans.push(ConstraintPlan::SumAtMost { parts, whole });
                    }
                }
            }
        }
        plans
    }

    /// The facts of a rising chain: numbers, or days.
    fn fact_steps(&mut self, names: &[String], place: &Place<'_>) -> Vec<(usize, u32)> {
        let day = |name: &String| {
            let found = self.scope.facts.iter().position(|(known, _)| known == name)?;
            matches!(self.scope.facts.get(found), Some((_, KindPlan::Date))).then_some((found, 0))
        };
        let days: Vec<Option<(usize, u32)>> = names.iter().map(day).collect();
        if days.iter().all(Option::is_none) {
            return self.fact_numbers(names, place);
        }
        for (position, (name, _)) in names.iter().zip(&days).enumerate().filter(|(_, (_, day))| day.is_none()) {
            let here = place.at(position);
            self.faults.add(&here, FaultCode::TypeMismatch, Message::WantedNumberOrDate, quoted(name));
        }
        days.into_iter().flatten().collect()
    }

    pub(super) fn fact_numbers(&mut self, names: &[String], place: &Place<'_>) -> Vec<(usize, u32)> {
        let numbers = names.iter().enumerate().map(|(position, name)| self.fact_number(name, &place.at(position)));
        numbers.flatten().collect()
    }

    pub(super) fn fact_number(&mut self, name: &str, place: &Place<'_>) -> Option<(usize, u32)> {
        match self.scope.number(name) {
            Some((Source::Slot(fact), scale)) => return Some((fact, scale)),
            Some((Source::Measure(_) | Source::Ratio(_), _)) => {
                self.faults.add(place, FaultCode::TypeMismatch, Message::WantedFactNotMeasure, quoted(name));
            }
            None => self.not_a_number(name, place),
        }
        None
    }

    pub(super) fn absences(&mut self, facts: &[Fact], place: &Place<'_>) -> Vec<AbsencePlan> {
        let mut plans = Vec::new();
        for (fact, declared) in facts.iter().enumerate() {
            let here = place.at(fact);
            let below = here.key("absent");
            let meaning = match &declared.absent {
                None => continue,
                Some(Absent::Invalid) => Absence::Invalid,
                Some(Absent::InvalidWhen(condition)) => {
                    Absence::InvalidWhen(self.condition(condition, &below.key("invalid_when")).0)
                }
                Some(Absent::StandsFor(literal)) => {
                    let place = below.key("stands_for");
                    match self.scope.facts.get(fact).map(|(_, kind)| kind.clone()) {
                        Some(KindPlan::List(_)) | None => {
                            self.faults.add(
                                &place,
                                FaultCode::TypeMismatch,
                                Message::WantedNoDefault,
                                shown_literal(literal),
                            );
                            continue;
                        }
                        Some(kind) => match self.literal(literal, &kind, &place) {
                            Some(value) => {
                                let (min, max) = kind.bounds();
                                if value < min || value > max {
                                    let ends = [min, max].map(|end| format_decimal(end, kind.scale()));
                                    let values = [("from", ends[0].as_str()), ("to", ends[1].as_str())];
                                    let expected = wanted(Message::WantedWithin, &values);
                                    self.faults.add(&place, FaultCode::BadNumber, expected, shown_literal(literal));
                                }
                                Absence::StandsFor(value)
                            }
                            None => continue,
                        },
                    }
                }
            };
            plans.push(AbsencePlan { fact, meaning });
        }
        plans
    }
}

/// The type of a fact, as the document writes it.
pub(super) fn type_name(kind: &FactType) -> &'static str {
    match kind {
        FactType::Boolean => "boolean",
        FactType::Integer(_) => "integer",
        FactType::Decimal(_) => "decimal",
        FactType::Enumeration(_) => "enumeration",
        FactType::Date => "date",
        FactType::Level => "level",
        FactType::List(_) => "list",
    }
}

/// A whole number between two others, as what was wanted.
pub(super) fn whole_between(from: i64, to: i64) -> Wanted {
    wanted(Message::WantedWholeBetween, &[("from", &from.to_string()), ("to", &to.to_string())])
}
