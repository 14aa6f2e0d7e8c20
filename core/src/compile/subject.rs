//! One kind of subject: facts, measures, constraints, and the sections of rules.

use super::condition::{NO_TABLE, Scope, compile_condition, shown_literal};
use super::place::{ABSENT, Faults, Place, Sort, list_of, quoted};
use super::{
    Compiled, Head, check_citation, check_id, check_name, check_period, check_words, duplicate, shown_period,
};
use crate::catalogue::Message;
use crate::document::{
    Absent, Band, Cap, Citation, Condition, Constraint, DecimalRange, Document, Fact, FactType, Field, FieldType,
    Formula, IntegerRange, Literal, Measure, Period, Provenance, Quota, Remark, Rule, Subject, Words,
};
use crate::fault::{FaultCode, Wanted, wanted};
use crate::number::{Fraction, MAX_MAGNITUDE, MAX_SCALE, format_decimal, parse_decimal, power_of_ten};
use crate::plan::{
    Absence, AbsencePlan, CapPlan, ConstraintPlan, Effect, FactPlan, FieldPlan, KindPlan, LEVELS, LevelPlan,
    LimitPlan, ListPlan, MeasurePlan, Plan, RuleKind, RulePlan, Source, StandardPlan, Test,
};
use crate::report::Word;
use crate::text::shorten;

/// The largest magnitude of a measure, in units of its scale: sums of sums must stay far from the integers' end.
const MAX_MEASURE: i128 = 1_000_000_000_000_000_000;

/// The most facts that a kind may have.
const MAX_FACTS: usize = 256;

struct Builder<'a> {
    document: &'a Document,
    compiled: &'a mut Compiled,
    faults: &'a mut Faults,
    ids: &'a mut Vec<String>,
    scope: Scope,
    rules: Vec<RulePlan>,
    /// How many rules the kinds before this one have.
    number_of_first: usize,
}

/// Compiles the rules of one kind; with faults the plan is of no use, but every fault has been found.
pub(crate) fn compile_subject(
    document: &Document,
    subject: &Subject,
    period: (i64, i64),
    place: &Place<'_>,
    compiled: &mut Compiled,
    faults: &mut Faults,
    ids: &mut Vec<String>,
) -> Plan {
    check_name(&subject.kind, &place.key("kind"), faults);
    check_words(&subject.label, &place.key("label"), faults);
    let own = subject.in_force.as_ref().map(|own| own_period(own, period, &place.key("in_force"), faults));
    let number_of_first = compiled.plans.iter().map(|plan| plan.rules.len()).sum();
    let mut builder =
        Builder { document, compiled, faults, ids, scope: Scope::default(), rules: Vec::new(), number_of_first };

    let facts = builder.facts(&subject.facts, &place.key("facts"));
    let mut measures = builder.measures(&subject.measures, &place.key("measures"));
    let constraints = builder.constraints(&subject.constraints, &place.key("constraints"));
    let absences = builder.absences(&subject.facts, &place.key("facts"));
    let not_reviewed = builder.rules(&subject.not_reviewed, RuleKind::NotReviewed, &place.key("not_reviewed"));
    let not_rated = builder.rules(&subject.not_rated, RuleKind::NotRated, &place.key("not_rated"));
    let standard = builder.standards(subject, &place.key("standards"));
    let limits = builder.limits(subject, place);
    builder.rules(&subject.notices, RuleKind::Notice, &place.key("notices"));
    builder.quotas(&subject.quotas, &place.key("quotas"));
    builder.remarks(&subject.open_points, &place.key("open_points"));

    let Builder { compiled, scope, mut rules, .. } = builder;
    for (place, limit) in limits.iter().enumerate() {
        for rule in std::iter::once(limit.rule).chain(limit.escapes.clone()) {
            if let Some(rule) = rules.get_mut(rule) {
                rule.limit = Some(place);
            }
        }
    }
    mark_private(&mut measures, &rules, &constraints);
    for rule in &mut rules {
        rule.json_head = crate::report::json_head(&compiled.texts, rule).into();
    }
    let mut by_name: Vec<(Box<str>, usize)> =
        subject.facts.iter().enumerate().map(|(position, fact)| (fact.name.as_str().into(), position)).collect();
    by_name.sort();
    Plan {
        kind: compiled.texts.add(&subject.kind),
        period: own.unwrap_or(period),
        period_end: scope.facts.iter().position(|(name, _)| name == "period_end"),
        lists: facts.iter().filter(|fact| matches!(fact.kind, KindPlan::List(_))).count(),
        facts,
        by_name,
        absences,
        constraints,
        measures,
        rules,
        not_reviewed,
        not_rated,
        standard,
        limits,
        top: u8::try_from(document.levels.len().saturating_sub(1)).unwrap_or(0),
    }
}

/// Finds the measures whose facts no rule and no constraint reads but through them.
fn mark_private(measures: &mut [MeasurePlan], rules: &[RulePlan], constraints: &[ConstraintPlan]) {
    let constrained = constraints.iter().flat_map(|constraint| match constraint {
        ConstraintPlan::Rising(chain) => chain.iter().map(|(fact, _)| *fact).collect::<Vec<_>>(),
        ConstraintPlan::SumAtMost { parts, whole } => parts.iter().copied().chain([*whole]).collect(),
    });
    // A standard reads the parts of the score only to show them.
    let asked = rules.iter().filter(|rule| rule.test.is_some()).flat_map(|rule| rule.reads.iter().copied());
    let read: Vec<Source> = constrained.map(Source::Slot).chain(asked).collect();
    let leaves: Vec<Vec<usize>> = measures.iter().map(|measure| measure.leaves.clone()).collect();
    for (place, measure) in measures.iter_mut().enumerate() {
        let own: Vec<usize> = measure.leaves.clone();
        let within = |other: &Vec<usize>| other.iter().all(|leaf| own.contains(leaf));
        measure.private =
            !read.iter().any(|source| match source {
                Source::Slot(fact) => own.contains(fact),
                Source::Measure(other) if *other == place => false,
                Source::Measure(other) => {
                    leaves.get(*other).is_some_and(|other| other.iter().any(|leaf| own.contains(leaf)))
                }
            }) && leaves.iter().all(|other| within(other) || !other.iter().any(|leaf| own.contains(leaf)));
    }
}

fn own_period(own: &Period, outer: (i64, i64), place: &Place<'_>, faults: &mut Faults) -> (i64, i64) {
    let (from, to) = check_period(own, place, faults);
    if from < outer.0 || (own.to.is_some() && to > outer.1) {
        faults.add(place, FaultCode::BadDate, Message::WantedPeriodWithin, shown_period(own));
    }
    (from.max(outer.0), to.min(outer.1))
}

impl Builder<'_> {
    fn facts(&mut self, facts: &[Fact], place: &Place<'_>) -> Vec<FactPlan> {
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

    fn fact_kind(&mut self, kind: &FactType, list: usize, place: &Place<'_>) -> KindPlan {
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

    fn fields(&mut self, fields: &[Field], place: &Place<'_>) -> Vec<FieldPlan> {
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

    fn integer(&mut self, range: &IntegerRange, place: &Place<'_>) -> KindPlan {
        for (key, value) in [("min", range.min), ("max", range.max)] {
            if value.saturating_abs() > MAX_MAGNITUDE {
                let expected = whole_between(MAX_MAGNITUDE.saturating_neg(), MAX_MAGNITUDE);
                self.faults.add(&place.key(key), FaultCode::BadNumber, expected, value.to_string());
            }
        }
        self.check_order(range.min, range.max, 0, place);
        KindPlan::Integer { min: range.min, max: range.max }
    }

    fn decimal(&mut self, range: &DecimalRange, place: &Place<'_>) -> KindPlan {
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

    fn check_order(&mut self, min: i64, max: i64, scale: u32, place: &Place<'_>) {
        if min > max {
            let found = format!("{} > {}", format_decimal(min, scale), format_decimal(max, scale));
            self.faults.add(place, FaultCode::BoundsReversed, Message::WantedMinBelowMax, found);
        }
    }

    /// A decimal of the document, in units of the scale.
    fn number(&mut self, text: &str, scale: u32, place: &Place<'_>) -> i64 {
        self.readable_number(text, scale, place).unwrap_or(0)
    }

    fn readable_number(&mut self, text: &str, scale: u32, place: &Place<'_>) -> Option<i64> {
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

    fn enumeration(&mut self, name: &str, place: &Place<'_>) -> KindPlan {
        let table = self.compiled.table_names.iter().position(|known| known == name);
        if table.is_none() {
            let known = self.compiled.table_names.iter().map(String::as_str);
            self.faults.unknown(place, Sort::Enumeration, name, known);
        }
        KindPlan::Code(table.unwrap_or(NO_TABLE))
    }

    // ---- measures

    fn measures(&mut self, measures: &[Measure], place: &Place<'_>) -> Vec<MeasurePlan> {
        for (position, measure) in measures.iter().enumerate() {
            let here = place.at(position);
            check_name(&measure.name, &here.key("name"), self.faults);
            check_words(&measure.label, &here.key("label"), self.faults);
            let taken = self.scope.facts.iter().any(|(name, _)| *name == measure.name)
                || measures.iter().take(position).any(|other| other.name == measure.name);
            if taken {
                duplicate(&measure.name, &here.key("name"), self.faults);
            }
            if let Some(table) = &measure.table {
                check_citation(&table.citation, self.document, &here.key("table").key("citation"), self.faults);
            }
        }
        let mut plans = Vec::new();
        let mut state = vec![Visit::Open; measures.len()];
        for position in 0..measures.len() {
            self.measure(measures, position, place, &mut state, &mut plans);
        }
        plans
    }

    /// Compiles a measure after those that it needs; they come to stand in that order.
    fn measure(
        &mut self,
        measures: &[Measure],
        position: usize,
        place: &Place<'_>,
        state: &mut [Visit],
        plans: &mut Vec<MeasurePlan>,
    ) {
        let (Some(measure), Some(visit)) = (measures.get(position), state.get_mut(position)) else {
            return;
        };
        if *visit != Visit::Open {
            return;
        }
        *visit = Visit::Entered;
        let here = place.at(position);
        let formula = here.key("formula");
        let Formula::Sum(sum) = &measure.formula;
        let sum_place = formula.key("sum");
        let mut found: Vec<(Source, i64, u32)> = Vec::new();
        for (key, sign, names) in [("plus", 1_i64, &sum.plus), ("minus", -1, &sum.minus)] {
            let list = sum_place.key(key);
            if key == "plus" && names.is_empty() {
                self.faults.add(&list, FaultCode::BadCount, Message::WantedSomeName, list_of(0));
            }
            for (order, name) in names.iter().enumerate() {
                let named = list.at(order);
                if let Some(other) = measures.iter().position(|other| other.name == *name) {
                    if state.get(other) == Some(&Visit::Entered) {
                        let found = format!("{} -> {}", quoted(&measure.name), quoted(name));
                        self.faults.add(&named, FaultCode::Circle, Message::WantedNoCircle, found);
                        continue;
                    }
                    self.measure(measures, other, place, state, plans);
                }
                match self.scope.number(name) {
                    Some((source, scale)) => found.push((source, sign, scale)),
                    None => self.not_a_number(name, &named),
                }
            }
        }
        // With a part that is not known, which has been said, nothing is held against the scale and the bounds.
        let whole = found.len() == sum.plus.len().saturating_add(sum.minus.len());
        let scale = found.iter().map(|(_, _, scale)| *scale).max().unwrap_or(0);
        let scale = if whole { scale } else { MAX_SCALE };
        let parts: Vec<(Source, i64)> = found
            .iter()
            .map(|(source, sign, own)| (*source, sign.saturating_mul(power_of_ten(scale.saturating_sub(*own)))))
            .collect();
        let clamp = measure.clamp.as_ref().map(|clamp| {
            let limits = here.key("clamp");
            let min = self.number(&clamp.min, scale, &limits.key("min"));
            let max = self.number(&clamp.max, scale, &limits.key("max"));
            self.check_order(min, max, scale, &limits);
            (min, max.max(min))
        });
        let mut bounds = (0_i128, 0_i128);
        let mut leaves = Vec::new();
        for (source, factor) in parts.iter().filter(|_| whole) {
            let (low, high) = self.scope.bounds(*source);
            let ends = [low, high].map(|end| i128::from(end).saturating_mul(i128::from(*factor)));
            bounds.0 = bounds.0.saturating_add(ends.iter().copied().min().unwrap_or(0));
            bounds.1 = bounds.1.saturating_add(ends.iter().copied().max().unwrap_or(0));
            leaves.extend(self.scope.leaves(*source));
        }
        let largest = bounds.0.unsigned_abs().max(bounds.1.unsigned_abs());
        if largest > MAX_MEASURE.unsigned_abs() {
            self.faults.add(&formula, FaultCode::BadNumber, Message::WantedSmallSum, largest.to_string());
        }
        leaves.sort_unstable();
        leaves.dedup();
        let narrow = |value: i128| i64::try_from(value).unwrap_or(0);
        let mut bounds = (narrow(bounds.0), narrow(bounds.1));
        if let Some((min, max)) = clamp {
            bounds = (bounds.0.clamp(min, max), bounds.1.clamp(min, max));
        }
        self.scope.measures.push(super::condition::Known {
            name: measure.name.clone(),
            scale,
            bounds,
            leaves: leaves.clone(),
            parts: parts.iter().map(|(source, _)| *source).collect(),
        });
        let name = self.compiled.texts.add(&measure.name);
        let label = measure.label.clone();
        plans.push(MeasurePlan { name, label, scale, parts, clamp, bounds, leaves, private: false });
        if let Some(visit) = state.get_mut(position) {
            *visit = Visit::Done;
        }
    }

    fn not_a_number(&mut self, name: &str, place: &Place<'_>) {
        if self.scope.facts.iter().any(|(known, _)| known == name) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedNumberFact, quoted(name));
        } else {
            let known: Vec<String> = self.scope.names().map(str::to_owned).collect();
            self.faults.unknown(place, Sort::Number, name, known.iter().map(String::as_str));
        }
    }

    // ---- constraints and absence

    fn constraints(&mut self, constraints: &[Constraint], place: &Place<'_>) -> Vec<ConstraintPlan> {
        let mut plans = Vec::new();
        for (position, constraint) in constraints.iter().enumerate() {
            let here = place.at(position);
            match constraint {
                Constraint::Rising(names) => {
                    let list = here.key("rising");
                    if names.len() < 2 {
                        self.faults.add(&list, FaultCode::BadCount, Message::WantedTwoNames, names.len().to_string());
                    }
                    let found = self.fact_numbers(names, &list);
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

    fn fact_numbers(&mut self, names: &[String], place: &Place<'_>) -> Vec<(usize, u32)> {
        let numbers = names.iter().enumerate().map(|(position, name)| self.fact_number(name, &place.at(position)));
        numbers.flatten().collect()
    }

    fn fact_number(&mut self, name: &str, place: &Place<'_>) -> Option<(usize, u32)> {
        match self.scope.number(name) {
            Some((Source::Slot(fact), scale)) => return Some((fact, scale)),
            Some((Source::Measure(_), _)) => {
                self.faults.add(place, FaultCode::TypeMismatch, Message::WantedFactNotMeasure, quoted(name));
            }
            None => self.not_a_number(name, place),
        }
        None
    }

    fn absences(&mut self, facts: &[Fact], place: &Place<'_>) -> Vec<AbsencePlan> {
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

    fn literal(&mut self, literal: &Literal, kind: &KindPlan, place: &Place<'_>) -> Option<i64> {
        super::condition::literal(literal, kind, self.compiled, place, self.faults)
    }

    fn condition(&mut self, condition: &Condition, place: &Place<'_>) -> (Test, Vec<Source>) {
        compile_condition(condition, &self.scope, self.document, self.compiled, place, self.faults)
    }

    // ---- rules

    fn head(&mut self, id: &str, citation: &Citation, words: &Words, place: &Place<'_>) -> Head {
        check_id(id, &place.key("id"), self.faults);
        if self.ids.iter().any(|known| known == id) {
            duplicate(id, &place.key("id"), self.faults);
        }
        self.ids.push(id.to_owned());
        check_words(words, &place.key("words"), self.faults);
        let citation = check_citation(citation, self.document, &place.key("citation"), self.faults);
        Head { id: self.compiled.texts.add(id), citation: self.compiled.texts.add(&citation) }
    }

    fn rules(&mut self, rules: &[Rule], kind: RuleKind, place: &Place<'_>) -> std::ops::Range<usize> {
        let first = self.rules.len();
        for (position, rule) in rules.iter().enumerate() {
            self.rule(
                &rule.id,
                &rule.citation,
                &rule.words,
                rule.provenance,
                Some(&rule.condition),
                kind,
                &place.at(position),
            );
        }
        first..self.rules.len()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts that every rule of the document has")]
    fn rule(
        &mut self,
        id: &str,
        citation: &Citation,
        words: &Words,
        provenance: Provenance,
        condition: Option<&Condition>,
        kind: RuleKind,
        place: &Place<'_>,
    ) -> usize {
        let head = self.head(id, citation, words, place);
        let (test, reads) = match condition {
            Some(condition) => {
                let (test, reads) = self.condition(condition, &place.key("condition"));
                (Some(test), reads)
            }
            None => (None, Vec::new()),
        };
        let text = condition.map(super::condition::describe).unwrap_or_default();
        let condition = self.compiled.texts.add(&text);
        let Head { id, citation } = head;
        let words = words.clone();
        let number = self.number_of_first.saturating_add(self.rules.len());
        let json_head = Box::default();
        let effect = self.effect(kind);
        self.rules.push(RulePlan {
            id,
            citation,
            words,
            provenance,
            kind,
            test,
            condition,
            effect,
            reads,
            limit: None,
            number,
            json_head,
        });
        self.rules.len().saturating_sub(1)
    }

    /// What follows from a rule; that of a ceiling is put in with its level.
    fn effect(&mut self, kind: RuleKind) -> Effect {
        let level = |place: u8| self.document.levels.get(usize::from(place)).map(|level| level.code.as_str());
        match kind {
            RuleKind::NotReviewed => Effect::Word(Word::NotReviewed),
            RuleKind::NotRated => Effect::Word(Word::NotRated),
            RuleKind::Standard(rank) | RuleKind::Condition(rank) => {
                Effect::Level(self.compiled.texts.add(level(rank).unwrap_or("")))
            }
            RuleKind::Trigger | RuleKind::Ceiling => Effect::Level(self.compiled.texts.add(level(0).unwrap_or(""))),
            RuleKind::Escape | RuleKind::Unread => Effect::Word(Word::Authority),
            RuleKind::Notice => Effect::Word(Word::Notice),
        }
    }

    fn standards(&mut self, subject: &Subject, place: &Place<'_>) -> StandardPlan {
        let standards = &subject.standards;
        let score = standards.score.as_ref().and_then(|name| {
            let found = self.scope.number(name);
            if found.is_none() {
                self.not_a_number(name, &place.key("score"));
            }
            found
        });
        let on_gap = standards.on_gap.as_ref().and_then(|name| self.gap_policy(name, &place.key("on_gap")));
        let levels = place.key("levels");
        let codes: Vec<&str> = self.document.levels.iter().map(|level| level.code.as_str()).collect();
        let given: Vec<&str> = standards.levels.iter().map(|standard| standard.level.as_str()).collect();
        for (position, level) in given.iter().enumerate() {
            if !codes.contains(level) {
                let here = levels.at(position);
                self.faults.unknown(&here.key("level"), Sort::Level, level, codes.iter().copied());
            }
        }
        if given != codes && given.iter().all(|level| codes.contains(level)) {
            let expected = wanted(Message::WantedEachLevel, &[("levels", &codes.join(", "))]);
            let found = if given.is_empty() { list_of(0) } else { quoted(&given.join(", ")) };
            self.faults.add(&levels, FaultCode::BadCount, expected, found);
        }
        // Where the score is not known, that has been said.
        let scored = standards.score.is_some();
        let scale = score.map_or(MAX_SCALE, |(_, scale)| scale);
        let bands: Vec<Option<&Band>> = standards.levels.iter().map(|standard| standard.band.as_ref()).collect();
        let lows = self.bands(&bands, scored, scale, &levels);
        // The score by group: what it is the sum of, then the score itself.
        let groups = score.map(|(source, _)| self.scope.parts(source)).unwrap_or_default();
        let reads: Vec<Source> = groups.into_iter().chain(score.map(|(source, _)| source)).collect();
        let mut plans = Vec::new();
        for (position, standard) in standards.levels.iter().enumerate() {
            let here = levels.at(position);
            let rank = u8::try_from(position).unwrap_or(u8::MAX);
            let kind = RuleKind::Standard(rank);
            let rule =
                self.rule(&standard.id, &standard.citation, &standard.words, standard.provenance, None, kind, &here);
            let text = describe_band(standards.score.as_deref(), standard.band.as_ref());
            let text = self.compiled.texts.add(&text);
            if let Some(plan) = self.rules.get_mut(rule) {
                plan.condition = text;
                plan.reads.clone_from(&reads);
            }
            if position == 0 && !standard.conditions.is_empty() {
                let found = list_of(standard.conditions.len());
                self.faults.add(
                    &here.key("conditions"),
                    FaultCode::BadCount,
                    Message::WantedNoLowestConditions,
                    found,
                );
            }
            if position > 0 && standard.conditions.is_empty() && !scored {
                self.faults.add(
                    &here.key("conditions"),
                    FaultCode::BadCount,
                    Message::WantedConditionOrScore,
                    ABSENT,
                );
            }
            let conditions = self.rules(&standard.conditions, RuleKind::Condition(rank), &here.key("conditions"));
            plans.push(LevelPlan { rule, from: lows.get(position).copied().unwrap_or(i64::MIN), conditions });
        }
        StandardPlan {
            score: score.map(|(source, _)| source),
            on_gap,
            closed: standards.lowest == crate::document::Lowest::Closed,
            levels: plans,
        }
    }

    fn gap_policy(&mut self, name: &str, place: &Place<'_>) -> Option<usize> {
        let Some(position) = self.document.policies.iter().position(|policy| policy.name == name) else {
            let known = self.document.policies.iter().map(|policy| policy.name.as_str());
            self.faults.unknown(place, Sort::Policy, name, known);
            return None;
        };
        let policy = self.document.policies.get(position)?;
        let codes: Vec<&str> = policy.options.iter().map(|option| option.code.as_str()).collect();
        if codes != ["authority", "lower"] && !self.faults.lost(&format!("/policies/{position}/options")) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedGapPolicy, quoted(&codes.join(", ")));
        }
        Some(position)
    }

    /// The lowest score of each level's band, and whether the bands touch each other.
    fn bands(&mut self, bands: &[Option<&Band>], scored: bool, scale: u32, place: &Place<'_>) -> Vec<i64> {
        let last = bands.len().saturating_sub(1);
        let mut lows = Vec::new();
        let mut end: Option<i64> = None;
        for (position, band) in bands.iter().enumerate() {
            let here = place.at(position);
            let below = here.key("band");
            let Some(band) = band else {
                if scored {
                    self.faults.add(&here, FaultCode::BadBand, Message::WantedBand, ABSENT);
                }
                lows.push(i64::MIN);
                end = None;
                continue;
            };
            if !scored {
                self.faults.add(&below, FaultCode::BadBand, Message::WantedNoBand, shown(band));
                lows.push(i64::MIN);
                continue;
            }
            if (position == 0) != band.from.is_none() {
                let expected = if position == 0 { Message::WantedNoFrom } else { Message::WantedFrom };
                self.faults.add(&below, FaultCode::BadBand, expected, shown(band));
            }
            if (position == last) != band.below.is_none() {
                let expected = if position == last { Message::WantedNoBelow } else { Message::WantedBelow };
                self.faults.add(&below, FaultCode::BadBand, expected, shown(band));
            }
            let mut read = |end: &Option<String>, key| self.readable_number(end.as_ref()?, scale, &below.key(key));
            let from = read(&band.from, "from");
            let until = read(&band.below, "below");
            if let (Some(end), Some(from)) = (end, from)
                && end != from
            {
                let message = if from < end { Message::WantedNoOverlap } else { Message::WantedNoHole };
                let expected = wanted(message, &[("from", &format_decimal(end, scale))]);
                let found = format_decimal(from, scale);
                self.faults.add(&below.key("from"), FaultCode::BadBand, expected, found);
            }
            if let (Some(from), Some(until)) = (from, until)
                && from >= until
            {
                self.faults.add(&below, FaultCode::BoundsReversed, Message::WantedFromUnderBelow, shown(band));
            }
            end = until;
            lows.push(from.unwrap_or(i64::MIN));
        }
        lows
    }

    fn limits(&mut self, subject: &Subject, place: &Place<'_>) -> Vec<LimitPlan> {
        let mut limits = Vec::new();
        let triggers = place.key("triggers");
        for (position, trigger) in subject.triggers.iter().enumerate() {
            let here = triggers.at(position);
            let rule = self.rule(
                &trigger.id,
                &trigger.citation,
                &trigger.words,
                trigger.provenance,
                Some(&trigger.condition),
                RuleKind::Trigger,
                &here,
            );
            let escapes = self.rules(&trigger.escapes, RuleKind::Escape, &here.key("escapes"));
            limits.push(LimitPlan { rule, cap: CapPlan::Level(0), escapes });
        }
        let ceilings = place.key("ceilings");
        for (position, ceiling) in subject.ceilings.iter().enumerate() {
            let here = ceilings.at(position);
            let rule = self.rule(
                &ceiling.id,
                &ceiling.citation,
                &ceiling.words,
                ceiling.provenance,
                Some(&ceiling.condition),
                RuleKind::Ceiling,
                &here,
            );
            let cap = self.cap(&ceiling.at_most, &here.key("at_most"));
            let level = self.effect(match cap {
                CapPlan::Level(rank) => RuleKind::Standard(rank),
                CapPlan::Fact(_) | CapPlan::Open => RuleKind::Ceiling,
            });
            if let Some(plan) = self.rules.get_mut(rule) {
                plan.effect = level;
                if let CapPlan::Fact(fact) = cap {
                    plan.effect = Effect::Fact(fact);
                    plan.reads.push(Source::Slot(fact));
                }
            }
            let escapes = self.rules(&ceiling.escapes, RuleKind::Escape, &here.key("escapes"));
            limits.push(LimitPlan { rule, cap, escapes });
        }
        let unread = place.key("unread");
        for (position, remark) in subject.unread.iter().enumerate() {
            let rule = self.rule(
                &remark.id,
                &remark.citation,
                &remark.words,
                remark.provenance,
                None,
                RuleKind::Unread,
                &unread.at(position),
            );
            let end = self.rules.len();
            limits.push(LimitPlan { rule, cap: CapPlan::Open, escapes: end..end });
        }
        limits
    }

    fn cap(&mut self, cap: &Cap, place: &Place<'_>) -> CapPlan {
        match cap {
            Cap::Level(code) => {
                let rank = self.document.levels.iter().position(|level| level.code == *code);
                if rank.is_none() {
                    let known = self.document.levels.iter().map(|level| level.code.as_str());
                    self.faults.unknown(&place.key("level"), Sort::Level, code, known);
                }
                CapPlan::Level(rank.and_then(|rank| u8::try_from(rank).ok()).unwrap_or(0))
            }
            Cap::Fact(name) => {
                let below = place.key("fact");
                match self.scope.facts.iter().position(|(known, _)| known == name) {
                    Some(fact) => {
                        if !matches!(self.scope.facts.get(fact), Some((_, KindPlan::Code(LEVELS)))) {
                            let expected = Message::WantedLevelFact;
                            self.faults.add(&below, FaultCode::TypeMismatch, expected, quoted(name));
                        }
                        CapPlan::Fact(fact)
                    }
                    None => {
                        let known: Vec<String> = self.scope.names().map(str::to_owned).collect();
                        self.faults.unknown(&below, Sort::Fact, name, known.iter().map(String::as_str));
                        CapPlan::Level(0)
                    }
                }
            }
        }
    }

    fn quotas(&mut self, quotas: &[Quota], place: &Place<'_>) {
        for (position, quota) in quotas.iter().enumerate() {
            let here = place.at(position);
            self.head(&quota.id, &quota.citation, &quota.words, &here);
            if !self.document.levels.iter().any(|level| level.code == quota.level) {
                let known = self.document.levels.iter().map(|level| level.code.as_str());
                self.faults.unknown(&here.key("level"), Sort::Level, &quota.level, known);
            }
            if quota.group_by.is_empty() {
                self.faults.add(&here.key("group_by"), FaultCode::BadCount, Message::WantedSomeGrouping, list_of(0));
            }
            for (order, group) in quota.group_by.iter().enumerate() {
                check_name(group, &here.key("group_by").at(order), self.faults);
            }
            let exceptional = quota.exceptional_rate.as_ref().map(|rate| ("exceptional_rate", rate));
            for (key, rate) in [("rate", &quota.rate)].into_iter().chain(exceptional) {
                if Fraction::parse(rate).is_none() {
                    self.faults.add(&here.key(key), FaultCode::BadNumber, Message::WantedShare, quoted(rate));
                }
            }
            let choices = [
                ("base", &quota.base),
                ("rounding", &quota.rounding),
                ("stepping_down", &quota.stepping_down),
                ("small_groups", &quota.small_groups),
            ];
            for (key, name) in choices {
                if !self.document.policies.iter().any(|policy| policy.name == *name) {
                    let known = self.document.policies.iter().map(|policy| policy.name.as_str());
                    self.faults.unknown(&here.key(key), Sort::Policy, name, known);
                }
            }
        }
    }

    fn remarks(&mut self, remarks: &[Remark], place: &Place<'_>) {
        for (position, remark) in remarks.iter().enumerate() {
            self.head(&remark.id, &remark.citation, &remark.words, &place.at(position));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Entered,
    Done,
}

/// A band in a message, as the document writes it.
fn shown(band: &Band) -> String {
    let ends = [("from", &band.from), ("below", &band.below)];
    let ends = ends.iter().filter_map(|(key, end)| Some(format!("\"{key}\": \"{}\"", shorten(end.as_deref()?, 60))));
    format!("{{{}}}", ends.collect::<Vec<_>>().join(", "))
}

/// The type of a fact, as the document writes it.
fn type_name(kind: &FactType) -> &'static str {
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

fn whole_between(from: i64, to: i64) -> Wanted {
    wanted(Message::WantedWholeBetween, &[("from", &from.to_string()), ("to", &to.to_string())])
}

fn describe_band(score: Option<&str>, band: Option<&Band>) -> String {
    match (score, band) {
        (Some(score), Some(Band { from: Some(from), .. })) => format!("{score} >= {from}"),
        (Some(score), Some(Band { from: None, below: Some(below) })) => format!("{score} < {below}"),
        _ => String::new(),
    }
}
