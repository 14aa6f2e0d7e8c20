//! Conditions: names to places, thresholds to integers, and the line of text that a result shows.

use super::place::{ABSENT, Faults, Place, Sort, list_of, quoted};
use super::{Compiled, option};
use crate::catalogue::Message;
use crate::date::parse_date;
use crate::document::{Compare, Condition, Document, Every, Literal, Op, Operand, Share};
use crate::fault::{FaultCode, wanted};
use crate::number::{Fraction, format_decimal, parse_decimal, power_of_ten};
use crate::plan::{EveryTest, KindPlan, LEVELS, Scaled, ShareTest, Source, Test};

/// The names of one kind of subject.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) facts: Vec<(String, KindPlan)>,
    /// Measures in the order in which they are computed.
    pub(crate) measures: Vec<Known>,
}

/// What conditions need of a measure.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) scale: u32,
    pub(crate) bounds: (i64, i64),
    /// The facts below, through other measures too.
    pub(crate) leaves: Vec<usize>,
    /// What it is the sum of.
    pub(crate) parts: Vec<Source>,
}

impl Scope {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let facts = self.facts.iter().map(|(name, _)| name.as_str());
        facts.chain(self.measures.iter().map(|measure| measure.name.as_str()))
    }

    fn fact(&self, name: &str) -> Option<(usize, &KindPlan)> {
        let position = self.facts.iter().position(|(known, _)| known == name)?;
        self.facts.get(position).map(|(_, kind)| (position, kind))
    }

    /// An integer or decimal fact or a measure, with its scale.
    pub(crate) fn number(&self, name: &str) -> Option<(Source, u32)> {
        match self.fact(name) {
            Some((position, kind @ (KindPlan::Integer { .. } | KindPlan::Decimal { .. }))) => {
                Some((Source::Slot(position), kind.scale()))
            }
            Some(_) => None,
            None => {
                let position = self.measures.iter().position(|measure| measure.name == name)?;
                self.measures.get(position).map(|measure| (Source::Measure(position), measure.scale))
            }
        }
    }

    pub(crate) fn bounds(&self, source: Source) -> (i64, i64) {
        match source {
            Source::Slot(position) => self.facts.get(position).map_or((0, 0), |(_, kind)| kind.bounds()),
            Source::Measure(position) => self.measures.get(position).map_or((0, 0), |measure| measure.bounds),
        }
    }

    pub(crate) fn leaves(&self, source: Source) -> Vec<usize> {
        match source {
            Source::Slot(position) => vec![position],
            Source::Measure(position) => {
                self.measures.get(position).map(|measure| measure.leaves.clone()).unwrap_or_default()
            }
        }
    }

    /// What a number is the sum of; nothing for a fact.
    pub(crate) fn parts(&self, source: Source) -> Vec<Source> {
        match source {
            Source::Slot(_) => Vec::new(),
            Source::Measure(position) => {
                self.measures.get(position).map(|measure| measure.parts.clone()).unwrap_or_default()
            }
        }
    }
}

struct Compiler<'a> {
    scope: &'a Scope,
    document: &'a Document,
    compiled: &'a Compiled,
    faults: &'a mut Faults,
    reads: Vec<Source>,
}

/// Compiles a condition; beside it what it reads, each once, in the order of the text.
pub(crate) fn compile_condition(
    condition: &Condition,
    scope: &Scope,
    document: &Document,
    compiled: &Compiled,
    place: &Place<'_>,
    faults: &mut Faults,
) -> (Test, Vec<Source>) {
    let mut compiler = Compiler { scope, document, compiled, faults, reads: Vec::new() };
    let test = compiler.condition(condition, place);
    (test, compiler.reads)
}

/// The table of an enumeration that is not known; the document is refused anyway.
pub(crate) const NO_TABLE: usize = usize::MAX;

/// What stands where a condition could not be compiled; the document is refused anyway.
const NOTHING: Test = Test::All(Vec::new());

impl Compiler<'_> {
    fn condition(&mut self, condition: &Condition, place: &Place<'_>) -> Test {
        match condition {
            Condition::All(conditions) => Test::All(self.several(conditions, &place.key("all"))),
            Condition::Any(conditions) => Test::Any(self.several(conditions, &place.key("any"))),
            Condition::Not(inner) => Test::Not(Box::new(self.condition(inner, &place.key("not")))),
            Condition::Holds(name) => {
                let here = place.key("holds");
                match self.fact(name, &here) {
                    Some((fact, KindPlan::Boolean)) => {
                        self.read(Source::Slot(fact));
                        Test::Within { of: Source::Slot(fact), low: 1, high: 1, outside: false }
                    }
                    Some(_) => self.mismatch(Message::WantedBooleanFact, name, &here),
                    None => NOTHING,
                }
            }
            Condition::Compare(compare) => self.compare(compare, &place.key("compare")),
            Condition::Share(share) => self.share(share, &place.key("share")),
            Condition::Every(every) => self.every(every, &place.key("every")),
            Condition::UnderMonths(span) => {
                let here = place.key("under_months");
                let since = self.date(&span.since, &here.key("since"));
                let until = self.date(&span.until, &here.key("until"));
                if !(1..=1200).contains(&span.months) {
                    let expected = wanted(Message::WantedWholeBetween, &[("from", "1"), ("to", "1200")]);
                    self.faults.add(&here.key("months"), FaultCode::BadNumber, expected, span.months.to_string());
                }
                match (since, until) {
                    (Some(since), Some(until)) => Test::UnderMonths { since, until, months: span.months },
                    _ => NOTHING,
                }
            }
            Condition::Policy(choice) => {
                let here = place.key("policy");
                let Some(position) = self.document.policies.iter().position(|known| known.name == choice.name) else {
                    let known = self.document.policies.iter().map(|policy| policy.name.as_str());
                    self.faults.unknown(&here.key("name"), Sort::Policy, &choice.name, known);
                    return NOTHING;
                };
                let Some(policy) = self.document.policies.get(position) else {
                    return NOTHING;
                };
                let cases = here.key("cases");
                let mut tests: Vec<Option<Test>> = policy.options.iter().map(|_| None).collect();
                for (order, case) in choice.cases.iter().enumerate() {
                    let below = cases.at(order);
                    let test = self.condition(&case.condition, &below.key("condition"));
                    let Some(chosen) = option(policy, &case.option, &below.key("option"), self.faults) else {
                        continue;
                    };
                    match tests.get_mut(usize::from(chosen)) {
                        Some(free @ None) => *free = Some(test),
                        _ => super::duplicate(&case.option, &below.key("option"), self.faults),
                    }
                }
                for (missing, test) in policy.options.iter().zip(&tests) {
                    if test.is_none() {
                        let expected = wanted(Message::WantedCase, &[("option", &quoted(&missing.code))]);
                        self.faults.add(&cases, FaultCode::BadCount, expected, ABSENT);
                    }
                }
                Test::Policy {
                    policy: position,
                    cases: tests.into_iter().map(|test| test.unwrap_or(NOTHING)).collect(),
                }
            }
        }
    }

    fn several(&mut self, conditions: &[Condition], place: &Place<'_>) -> Vec<Test> {
        if conditions.is_empty() {
            self.faults.add(place, FaultCode::BadCount, Message::WantedSomeCondition, list_of(0));
        }
        conditions.iter().enumerate().map(|(position, inner)| self.condition(inner, &place.at(position))).collect()
    }

    fn read(&mut self, source: Source) {
        if !self.reads.contains(&source) {
            self.reads.push(source);
        }
    }

    fn fact(&mut self, name: &str, place: &Place<'_>) -> Option<(usize, KindPlan)> {
        let found = self.scope.fact(name).map(|(position, kind)| (position, kind.clone()));
        if found.is_none() {
            if self.scope.names().any(|known| known == name) {
                self.faults.add(place, FaultCode::TypeMismatch, Message::WantedFactNotMeasure, quoted(name));
            } else {
                self.faults.unknown(place, Sort::Fact, name, self.scope.names());
            }
        }
        found
    }

    fn mismatch(&mut self, expected: Message, name: &str, place: &Place<'_>) -> Test {
        self.faults.add(place, FaultCode::TypeMismatch, expected, quoted(name));
        NOTHING
    }

    fn date(&mut self, name: &str, place: &Place<'_>) -> Option<usize> {
        match self.fact(name, place) {
            Some((fact, KindPlan::Date)) => {
                self.read(Source::Slot(fact));
                Some(fact)
            }
            Some(_) => {
                self.mismatch(Message::WantedDateFact, name, place);
                None
            }
            None => None,
        }
    }

    fn number(&mut self, name: &str, place: &Place<'_>) -> Option<(Source, u32)> {
        let found = self.scope.number(name);
        match found {
            Some((source, _)) => self.read(source),
            None if self.scope.fact(name).is_some() => {
                self.mismatch(Message::WantedNumberFact, name, place);
            }
            None => self.faults.unknown(place, Sort::Number, name, self.scope.names()),
        }
        found
    }

    fn compare(&mut self, compare: &Compare, place: &Place<'_>) -> Test {
        let left = place.key("left");
        let kind = match self.scope.fact(&compare.left) {
            Some((_, kind)) => kind.clone(),
            None => match self.number(&compare.left, &left) {
                Some((_, scale)) => KindPlan::Decimal { scale, min: 0, max: 0 },
                None => return NOTHING,
            },
        };
        let of = match self.scope.fact(&compare.left) {
            Some((fact, _)) => Source::Slot(fact),
            None => match self.scope.number(&compare.left) {
                Some((source, _)) => source,
                None => return NOTHING,
            },
        };
        if let KindPlan::List(_) | KindPlan::Boolean = kind {
            return self.mismatch(Message::WantedComparable, &compare.left, &left);
        }
        self.check_order(&kind, compare.op, &place.key("op"));
        self.read(of);
        let right = place.key("right");
        let value = match &compare.right {
            Operand::Name(other) => {
                return self.pair(of, &kind, compare.op, &other.name, &right.key("name"));
            }
            Operand::Integer(value) => Literal::Integer(*value),
            Operand::Text(text) => Literal::Text(text.clone()),
        };
        match literal(&value, &kind, self.compiled, &right, self.faults) {
            Some(value) => {
                let (low, high, outside) = range(compare.op, value);
                Test::Within { of, low, high, outside }
            }
            None => NOTHING,
        }
    }

    fn pair(&mut self, of: Source, kind: &KindPlan, op: Op, name: &str, place: &Place<'_>) -> Test {
        let other = match self.scope.fact(name) {
            Some((fact, other)) => Some((Source::Slot(fact), other.clone())),
            None => {
                self.number(name, place).map(|(source, scale)| (source, KindPlan::Decimal { scale, min: 0, max: 0 }))
            }
        };
        let Some((right, other)) = other else {
            return NOTHING;
        };
        let numeric = |kind: &KindPlan| matches!(kind, KindPlan::Integer { .. } | KindPlan::Decimal { .. });
        let alike = match (kind, &other) {
            (KindPlan::Code(one), KindPlan::Code(two)) => one == two || [*one, *two].contains(&NO_TABLE),
            (KindPlan::Date, KindPlan::Date) => true,
            _ => numeric(kind) && numeric(&other),
        };
        if !alike {
            return self.mismatch(Message::WantedAlike, name, place);
        }
        self.read(right);
        let scale = kind.scale().max(other.scale());
        let factor = |own: u32| power_of_ten(scale.saturating_sub(own));
        Test::Pair {
            left: Scaled { of, factor: factor(kind.scale()) },
            op,
            right: Scaled { of: right, factor: factor(other.scale()) },
        }
    }

    fn check_order(&mut self, kind: &KindPlan, op: Op, place: &Place<'_>) {
        if let KindPlan::Code(table) = kind
            && self.compiled.tables.get(*table).is_some_and(|table| !table.ordered)
            && !matches!(op, Op::Equal | Op::NotEqual)
        {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedUnordered, quoted(sign(op)));
        }
    }

    fn share(&mut self, share: &Share, place: &Place<'_>) -> Test {
        let part = self.number(&share.part, &place.key("part"));
        let whole = self.number(&share.whole, &place.key("whole"));
        let than = Fraction::parse(&share.than);
        if than.is_none() {
            let found = quoted(&share.than);
            self.faults.add(&place.key("than"), FaultCode::BadNumber, Message::WantedShare, found);
        }
        let (Some((part, part_scale)), Some((whole, whole_scale)), Some(than)) = (part, whole, than) else {
            return NOTHING;
        };
        let least = self.scope.bounds(whole).0;
        if least < 0 {
            let found = format!("{} >= {}", quoted(&share.whole), format_decimal(least, whole_scale));
            self.faults.add(&place.key("whole"), FaultCode::BadNumber, Message::WantedNeverNegative, found);
        }
        let scale = part_scale.max(whole_scale);
        let factor = |own: u32| power_of_ten(scale.saturating_sub(own));
        Test::Share(ShareTest {
            part: Scaled { of: part, factor: factor(part_scale) },
            whole: Scaled { of: whole, factor: factor(whole_scale) },
            op: share.op,
            numerator: than.numerator(),
            denominator: than.denominator(),
            if_none: share.if_none,
        })
    }

    fn every(&mut self, every: &Every, place: &Place<'_>) -> Test {
        let here = place.key("list");
        let (fact, form) = match self.fact(&every.list, &here) {
            Some((fact, KindPlan::List(form))) => (fact, form),
            Some(_) => return self.mismatch(Message::WantedListFact, &every.list, &here),
            None => return NOTHING,
        };
        self.read(Source::Slot(fact));
        let texts = &self.compiled.texts;
        let position = |name: &str| form.fields.iter().position(|field| texts.plain(field.name) == name);
        let unknown = |faults: &mut Faults, name: &str, place: &Place<'_>| {
            let known = form.fields.iter().map(|field| texts.plain(field.name));
            faults.unknown(place, Sort::Field, name, known);
        };
        let only = match &every.only {
            None => None,
            Some(only) => {
                let below = place.key("only");
                let Some(field) = position(&only.field) else {
                    unknown(self.faults, &only.field, &below.key("field"));
                    return NOTHING;
                };
                let Some(kind) = form.fields.get(field).map(|field| &field.kind) else {
                    return NOTHING;
                };
                match literal(&only.is, kind, self.compiled, &below.key("is"), self.faults) {
                    Some(value) => Some((field, value)),
                    None => return NOTHING,
                }
            }
        };
        let Some(field) = position(&every.field) else {
            unknown(self.faults, &every.field, &place.key("field"));
            return NOTHING;
        };
        let Some(kind) = form.fields.get(field).map(|field| field.kind.clone()) else {
            return NOTHING;
        };
        self.check_order(&kind, every.op, &place.key("op"));
        match literal(&every.value, &kind, self.compiled, &place.key("value"), self.faults) {
            Some(value) => {
                let (low, high, outside) = range(every.op, value);
                Test::Every(EveryTest { fact, list: form.list, only, field, low, high, outside })
            }
            None => NOTHING,
        }
    }
}

/// The slot value of a literal, as the type that it is used for has it.
pub(crate) fn literal(
    value: &Literal,
    kind: &KindPlan,
    compiled: &Compiled,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<i64> {
    let (expected, read) = match (kind, value) {
        (KindPlan::Boolean, Literal::Boolean(value)) => (Message::WantedBoolean, Some(i64::from(*value))),
        (KindPlan::Boolean, _) => (Message::WantedBoolean, None),
        (KindPlan::Integer { .. }, Literal::Integer(value)) => (Message::WantedInteger, Some(*value)),
        (KindPlan::Integer { .. }, _) => (Message::WantedInteger, None),
        (KindPlan::Decimal { scale, .. }, Literal::Integer(value)) => {
            (Message::WantedSmaller, value.checked_mul(power_of_ten(*scale)))
        }
        (KindPlan::Decimal { scale, .. }, Literal::Text(text)) => {
            (Message::WantedDecimal, parse_decimal(text, *scale).ok())
        }
        (KindPlan::Decimal { .. }, Literal::Boolean(_)) => (Message::WantedDecimal, None),
        (KindPlan::Date, Literal::Text(text)) => (Message::WantedDay, parse_date(text)),
        (KindPlan::Date, _) => (Message::WantedDay, None),
        (KindPlan::Code(table), Literal::Text(text)) => {
            // Where the enumeration is not known, that has been said.
            let codes = compiled.tables.get(*table)?;
            let rank = codes.rank(&compiled.texts, text);
            if rank.is_none() {
                let sort = if *table == LEVELS { Sort::Level } else { Sort::Code };
                let known = codes.codes.iter().map(|code| compiled.texts.plain(code.code));
                faults.unknown(place, sort, text, known);
                return None;
            }
            (Message::WantedCode, rank)
        }
        (KindPlan::Code(_), _) => (Message::WantedCode, None),
        (KindPlan::Text | KindPlan::List(_), _) => (Message::WantedComparableField, None),
    };
    if read.is_none() {
        let expected = wanted(expected, &[("scale", &kind.scale().to_string())]);
        faults.add(place, FaultCode::TypeMismatch, expected, shown_literal(value));
    }
    read
}

/// A literal in a message.
pub(crate) fn shown_literal(literal: &Literal) -> String {
    match literal {
        Literal::Integer(value) => value.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Text(text) => quoted(text),
    }
}

/// The values that a comparison with one value lets pass.
fn range(op: Op, value: i64) -> (i64, i64, bool) {
    const LOWEST: i64 = i64::MIN + 1;
    match op {
        Op::Equal => (value, value, false),
        Op::NotEqual => (value, value, true),
        Op::Less => (LOWEST, value.saturating_sub(1), false),
        Op::AtMost => (LOWEST, value, false),
        Op::Greater => (value.saturating_add(1), i64::MAX, false),
        Op::AtLeast => (value, i64::MAX, false),
    }
}

/// The sign of a comparison.
pub(crate) fn sign(op: Op) -> &'static str {
    match op {
        Op::Equal => "=",
        Op::NotEqual => "!=",
        Op::Less => "<",
        Op::AtMost => "<=",
        Op::Greater => ">",
        Op::AtLeast => ">=",
    }
}

/// A condition as a line of text.
pub(crate) fn describe(condition: &Condition) -> String {
    let joined = |conditions: &[Condition], word: &str| {
        let parts: Vec<String> = conditions.iter().map(describe).collect();
        format!("({})", parts.join(word))
    };
    match condition {
        Condition::All(conditions) => joined(conditions, " and "),
        Condition::Any(conditions) => joined(conditions, " or "),
        Condition::Not(inner) => format!("not {}", describe(inner)),
        Condition::Holds(name) => name.clone(),
        Condition::Compare(compare) => {
            let right = match &compare.right {
                Operand::Integer(value) => value.to_string(),
                Operand::Text(text) => text.clone(),
                Operand::Name(other) => other.name.clone(),
            };
            format!("{} {} {right}", compare.left, sign(compare.op))
        }
        Condition::Share(share) => {
            let none = match share.if_none {
                Some(answer) => format!(" (if {} = 0: {answer})", share.whole),
                None => String::new(),
            };
            format!("{} / {} {} {}{none}", share.part, share.whole, sign(share.op), share.than)
        }
        Condition::Every(every) => {
            let only = match &every.only {
                Some(only) => format!("[{} = {}]", only.field, describe_literal(&only.is)),
                None => String::new(),
            };
            let value = describe_literal(&every.value);
            format!("every {}{only}: {} {} {value}", every.list, every.field, sign(every.op))
        }
        Condition::UnderMonths(span) => {
            format!("{} + {} months > {}", span.since, span.months, span.until)
        }
        Condition::Policy(choice) => {
            let cases: Vec<String> =
                choice.cases.iter().map(|case| format!("{}: {}", case.option, describe(&case.condition))).collect();
            format!("policy {} {{{}}}", choice.name, cases.join("; "))
        }
    }
}

fn describe_literal(literal: &Literal) -> String {
    match literal {
        Literal::Integer(value) => value.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Text(text) => text.clone(),
    }
}
