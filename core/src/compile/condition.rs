//! Conditions: names to places, thresholds to integers, and the line of text that a result shows.

use super::describe::sign;
use super::place::{ABSENT, Faults, Place, Sort, list_of, quoted};
use super::scope::Scope;
use super::{Compiled, option};
use crate::catalogue::Message;
use crate::date::parse_date;
use crate::document::{Compare, Condition, Document, ItemTest, Literal, Op, Operand, Policy, Share};
use crate::fault::{FaultCode, wanted};
use crate::number::{Fraction, format_decimal, parse_decimal, power_of_ten};
use crate::plan::{ItemsTest, KindPlan, LEVELS, ListPlan, Read, Scaled, ShareTest, Source, Test};

struct Compiler<'a> {
    scope: &'a Scope,
    document: &'a Document,
    compiled: &'a Compiled,
    faults: &'a mut Faults,
    reads: Vec<Read>,
    /// The policy and its option within whose condition we are.
    within: Option<(usize, usize)>,
}

/// Compiles a condition; beside it what it reads, each once, in the order of the text.
pub(crate) fn compile_condition(
    condition: &Condition,
    scope: &Scope,
    document: &Document,
    compiled: &Compiled,
    place: &Place<'_>,
    faults: &mut Faults,
) -> (Test, Vec<Read>) {
    let mut compiler = Compiler { scope, document, compiled, faults, reads: Vec::new(), within: None };
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
            Condition::Always => Test::All(Vec::new()),
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
            Condition::Every(every) => self.items(every, &place.key("every")).map_or(NOTHING, Test::Every),
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
                let found = find_policy(self.document, &choice.name, &here.key("name"), self.faults);
                let Some((policy, options)) = found else {
                    return NOTHING;
                };
                let cases = here.key("cases");
                let mut given = Vec::new();
                let outer = self.within;
                for (order, case) in choice.cases.iter().enumerate() {
                    let position = options.options.iter().position(|option| option.code == case.option);
                    self.within = position.map(|option| (policy, option));
                    let test = self.condition(&case.condition, &cases.at(order).key("condition"));
                    given.push((case.option.as_str(), test));
                }
                self.within = outer;
                let tests = by_option(options, given, &cases, self.faults);
                Test::Policy { policy, cases: tests.into_iter().map(|test| test.unwrap_or(NOTHING)).collect() }
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
        let read = Read { source, only_with: self.within };
        let always = |known: &Read| known.source == source && known.only_with.is_none();
        if self.within.is_none() {
            self.reads.retain(|known| known.source != source || known.only_with.is_none());
        }
        if !self.reads.iter().any(|known| *known == read || always(known)) {
            self.reads.push(read);
        }
    }

    fn fact(&mut self, name: &str, place: &Place<'_>) -> Option<(usize, KindPlan)> {
        find_fact(name, self.scope, place, self.faults)
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
            Some((Source::Ratio(_), _)) => {
                self.mismatch(Message::WantedNoFraction, name, place);
                return None;
            }
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
        let right = place.key("right");
        if let Some(ratio) = self.scope.ratio(&compare.left) {
            self.read(Source::Ratio(ratio));
            return self.compare_ratio(ratio, compare, &right);
        }
        let (of, kind) = match self.scope.fact(&compare.left) {
            Some((fact, kind)) => (Source::Slot(fact), kind.clone()),
            None => match self.number(&compare.left, &left) {
                Some((source, scale)) => (source, KindPlan::Decimal { scale, min: 0, max: 0 }),
                None => return NOTHING,
            },
        };
        if let KindPlan::List(_) | KindPlan::Boolean = kind {
            return self.mismatch(Message::WantedComparable, &compare.left, &left);
        }
        self.check_order(&kind, compare.op, &place.key("op"));
        self.read(of);
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

    /// A fraction compared with a number of the document, or with another number of the kind.
    fn compare_ratio(&mut self, of: usize, compare: &Compare, place: &Place<'_>) -> Test {
        let (than, found) = match &compare.right {
            Operand::Integer(value) => (Fraction::new(i128::from(*value), 1), value.to_string()),
            Operand::Text(text) => (Fraction::parse_any(text), quoted(text)),
            Operand::Name(other) => {
                let here = place.key("name");
                let Some((right, _)) = self.scope.number(&other.name) else {
                    self.number(&other.name, &here);
                    return NOTHING;
                };
                self.read(right);
                return Test::Ratios { left: Source::Ratio(of), op: compare.op, right };
            }
        };
        match than {
            Some(than) => Test::Ratio { of, op: compare.op, than: Box::new(than) },
            None => {
                self.faults.add(place, FaultCode::BadNumber, Message::WantedAnyNumber, found);
                NOTHING
            }
        }
    }

    fn pair(&mut self, of: Source, kind: &KindPlan, op: Op, name: &str, place: &Place<'_>) -> Test {
        let numeric = |kind: &KindPlan| matches!(kind, KindPlan::Integer { .. } | KindPlan::Decimal { .. });
        if let Some(ratio) = self.scope.ratio(name)
            && numeric(kind)
        {
            self.read(Source::Ratio(ratio));
            return Test::Ratios { left: of, op, right: Source::Ratio(ratio) };
        }
        let other = match self.scope.fact(name) {
            Some((fact, other)) => Some((Source::Slot(fact), other.clone())),
            None => {
                self.number(name, place).map(|(source, scale)| (source, KindPlan::Decimal { scale, min: 0, max: 0 }))
            }
        };
        let Some((right, other)) = other else {
            return NOTHING;
        };
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
            numerator: i64::try_from(than.numerator()).unwrap_or(i64::MAX),
            denominator: i64::try_from(than.denominator()).unwrap_or(i64::MAX),
            if_none: share.if_none,
        })
    }

    /// A test of the items of a list; nothing where it is faulty, which has been said then.
    fn items(&mut self, test: &ItemTest, place: &Place<'_>) -> Option<ItemsTest> {
        let (fact, form) = find_list(&test.list, self.scope, &place.key("list"), self.faults)?;
        self.read(Source::Slot(fact));
        let only = match &test.only {
            None => None,
            Some(only) => {
                let below = place.key("only");
                let (field, kind) = self.field(&form, &only.field, &below.key("field"))?;
                Some((field, literal(&only.is, &kind, self.compiled, &below.key("is"), self.faults)?))
            }
        };
        let (field, kind) = self.field(&form, &test.field, &place.key("field"))?;
        self.check_order(&kind, test.op, &place.key("op"));
        let value = literal(&test.value, &kind, self.compiled, &place.key("value"), self.faults)?;
        let (low, high, outside) = range(test.op, value);
        Some(ItemsTest { fact, list: form.list, only, field, low, high, outside })
    }

    /// A field of the items of a list.
    fn field(&mut self, form: &ListPlan, name: &str, place: &Place<'_>) -> Option<(usize, KindPlan)> {
        let texts = &self.compiled.texts;
        let found = form.fields.iter().position(|field| texts.plain(field.name) == name);
        if found.is_none() {
            let known = form.fields.iter().map(|field| texts.plain(field.name));
            self.faults.unknown(place, Sort::Field, name, known);
        }
        found.and_then(|position| form.fields.get(position).map(|field| (position, field.kind.clone())))
    }
}

/// A test of the items of a list; nothing where it is faulty, which has been said then.
pub(crate) fn compile_items(
    test: &ItemTest,
    scope: &Scope,
    document: &Document,
    compiled: &Compiled,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<ItemsTest> {
    Compiler { scope, document, compiled, faults, reads: Vec::new(), within: None }.items(test, place)
}

/// A fact, by its name.
fn find_fact(name: &str, scope: &Scope, place: &Place<'_>, faults: &mut Faults) -> Option<(usize, KindPlan)> {
    let found = scope.fact(name).map(|(position, kind)| (position, kind.clone()));
    if found.is_none() {
        if scope.names().any(|known| known == name) {
            faults.add(place, FaultCode::TypeMismatch, Message::WantedFactNotMeasure, quoted(name));
        } else {
            faults.unknown(place, Sort::Fact, name, scope.names());
        }
    }
    found
}

/// A list fact, by its name.
pub(crate) fn find_list(
    name: &str,
    scope: &Scope,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<(usize, ListPlan)> {
    match find_fact(name, scope, place, faults)? {
        (fact, KindPlan::List(form)) => Some((fact, form)),
        _ => {
            faults.add(place, FaultCode::TypeMismatch, Message::WantedListFact, quoted(name));
            None
        }
    }
}

/// The names that a condition reads.
pub(crate) fn names_of(condition: &Condition) -> Vec<&str> {
    match condition {
        Condition::Always => Vec::new(),
        Condition::All(several) | Condition::Any(several) => several.iter().flat_map(names_of).collect(),
        Condition::Not(inner) => names_of(inner),
        Condition::Holds(name) => vec![name],
        Condition::Compare(compare) => match &compare.right {
            Operand::Name(other) => vec![&compare.left, &other.name],
            Operand::Integer(_) | Operand::Text(_) => vec![&compare.left],
        },
        Condition::Share(share) => vec![&share.part, &share.whole],
        Condition::Every(test) => vec![&test.list],
        Condition::UnderMonths(span) => vec![&span.since, &span.until],
        Condition::Policy(choice) => choice.cases.iter().flat_map(|case| names_of(&case.condition)).collect(),
    }
}

/// A policy of the document, by its name.
pub(crate) fn find_policy<'d>(
    document: &'d Document,
    name: &str,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<(usize, &'d Policy)> {
    let found = document.policies.iter().position(|policy| policy.name == name);
    if found.is_none() {
        faults.unknown(place, Sort::Policy, name, document.policies.iter().map(|policy| policy.name.as_str()));
    }
    found.and_then(|position| document.policies.get(position).map(|policy| (position, policy)))
}

/// What belongs to each option of a policy, in the order of the options; an option without anything is a fault.
pub(crate) fn by_option<T>(
    policy: &Policy,
    given: Vec<(&str, T)>,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Vec<Option<T>> {
    let mut cases: Vec<Option<T>> = policy.options.iter().map(|_| None).collect();
    for (order, (code, case)) in given.into_iter().enumerate() {
        let below = place.at(order);
        let here = below.key("option");
        let Some(chosen) = option(policy, code, &here, faults) else { continue };
        match cases.get_mut(usize::from(chosen)) {
            Some(free @ None) => *free = Some(case),
            _ => super::duplicate(code, &here, faults),
        }
    }
    for (missing, case) in policy.options.iter().zip(&cases) {
        if case.is_none() {
            let expected = wanted(Message::WantedCase, &[("option", &quoted(&missing.code))]);
            faults.add(place, FaultCode::BadCount, expected, ABSENT);
        }
    }
    cases
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
