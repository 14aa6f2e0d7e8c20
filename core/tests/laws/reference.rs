//! A plain reading of a rulebook where every fact is known: the design's five steps in the order of its page, over the
//! document itself, with none of the library's machinery.

use serde_json::{Map, Value};
use xeploai::document::{
    Cap, Condition, Document, FactType, Factor, Formula, ItemTest, Literal, Lowest, Op, Operand, Rule, Subject,
};

pub(crate) struct Told {
    pub(crate) outcome: &'static str,
    pub(crate) interval: Option<(usize, usize)>,
    pub(crate) escaped: bool,
}

struct Reader<'a> {
    subject: &'a Subject,
    facts: &'a Map<String, Value>,
    lower_on_gap: bool,
}

/// A fraction: what stands above the line, and below it. The numbers here are small.
type Ratio = (i64, i64);

fn add(left: Ratio, right: Ratio) -> Ratio {
    reduce((left.0 * right.1 + right.0 * left.1, left.1 * right.1))
}

fn multiply(left: Ratio, right: Ratio) -> Ratio {
    reduce((left.0 * right.0, left.1 * right.1))
}

fn reduce((above, below): Ratio) -> Ratio {
    let divisor = (1..=above.abs().max(1)).rev().find(|divisor| above % divisor == 0 && below % divisor == 0);
    divisor.map_or((above, below), |divisor| (above / divisor, below / divisor))
}

/// A number of the document: `2`, `0.5`, `50%` or `1/3`.
fn ratio(text: &str) -> Ratio {
    if let Some(percent) = text.strip_suffix('%') {
        return (percent.parse().unwrap(), 100);
    }
    if let Some((above, below)) = text.split_once('/') {
        return (above.parse().unwrap(), below.parse().unwrap());
    }
    match text.split_once('.') {
        Some((whole, tenths)) => (whole.parse::<i64>().unwrap() * 10 + tenths.parse::<i64>().unwrap(), 10),
        None => (text.parse().unwrap(), 1),
    }
}

fn compare(left: i64, op: Op, right: i64) -> bool {
    match op {
        Op::Equal => left == right,
        Op::NotEqual => left != right,
        Op::Less => left < right,
        Op::AtMost => left <= right,
        Op::Greater => left > right,
        Op::AtLeast => left >= right,
    }
}

/// The digits behind the letter of a generated code.
fn digits(code: &str) -> i64 {
    code[1..].parse().unwrap()
}

/// A decimal of one place, in tenths.
fn tenths(text: &str) -> i64 {
    match text.split_once('.') {
        Some((whole, tenth)) => whole.parse::<i64>().unwrap() * 10 + tenth.parse::<i64>().unwrap(),
        None => text.parse::<i64>().unwrap() * 10,
    }
}

impl Reader<'_> {
    fn number(&self, name: &str) -> i64 {
        let value = &self.facts[name];
        let fact = self.subject.facts.iter().find(|fact| fact.name == name).unwrap();
        match &fact.kind {
            FactType::Integer(_) => value.as_i64().unwrap(),
            FactType::Enumeration(_) | FactType::Level => digits(value.as_str().unwrap()),
            _ => panic!("{name} is not compared"),
        }
    }

    fn items(&self, name: &str) -> &Vec<Value> {
        self.facts[name].as_array().unwrap()
    }

    fn passes(&self, test: &ItemTest, item: &Value) -> bool {
        let meant = test.only.as_ref().is_none_or(|only| match &only.is {
            Literal::Text(group) => item[&only.field] == group.as_str(),
            _ => false,
        });
        let Literal::Text(value) = &test.value else { return false };
        meant && compare(digits(item[&test.field].as_str().unwrap()), test.op, digits(value))
    }

    /// The value of a fact or measure.
    fn value(&self, name: &str) -> Ratio {
        let Some(measure) = self.subject.measures.iter().find(|measure| measure.name == name) else {
            return match &self.facts[name] {
                Value::String(text) if text.contains('.') => (tenths(text), 10),
                _ => (self.number(name), 1),
            };
        };
        match &measure.formula {
            Formula::Sum(sum) => sum.plus.iter().fold((0, 1), |all, part| add(all, self.value(part))),
            Formula::Weighted(weighted) => weighted
                .terms
                .iter()
                .fold((0, 1), |all, term| add(all, multiply(self.value(&term.name), ratio(&term.times)))),
            Formula::Count(test) => {
                let count = self.items(&test.list).iter().filter(|item| self.passes(test, item)).count();
                (i64::try_from(count).unwrap(), 1)
            }
            Formula::LongestRun(test) => {
                let passed: String = self
                    .items(&test.list)
                    .iter()
                    .map(|item| if self.passes(test, item) { '1' } else { ' ' })
                    .collect();
                (i64::try_from(passed.split(' ').map(str::len).max().unwrap()).unwrap(), 1)
            }
            Formula::Mean(mean) => {
                let (mut above, mut below) = ((0, 1), 0);
                for item in self.items(&mean.list) {
                    let weight = mean.weight.as_ref().map_or(1, |field| item[field].as_i64().unwrap());
                    let product = mean.factors.iter().fold((weight, 1), |product, factor| {
                        let factor = match factor {
                            Factor::Field(field) => (i64::from(item[field].as_bool().unwrap()), 1),
                            Factor::Deduction(deduction) => {
                                let (each, of) = ratio(&deduction.each);
                                ((of - each * item[&deduction.field].as_i64().unwrap()).max(0), of)
                            }
                        };
                        multiply(product, factor)
                    });
                    above = add(above, product);
                    below += weight;
                }
                multiply(above, (1, below))
            }
            Formula::Either(either) => {
                ratio(if self.holds(&either.condition) { &either.then } else { &either.otherwise })
            }
            Formula::Policy(choice) => {
                let option = if self.lower_on_gap { "lower" } else { "authority" };
                self.value(&choice.cases.iter().find(|case| case.option == option).unwrap().measure)
            }
        }
    }

    fn measured(&self, name: &str) -> bool {
        self.subject.measures.iter().any(|measure| measure.name == name)
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::All(several) => several.iter().all(|inner| self.holds(inner)),
            Condition::Any(several) => several.iter().any(|inner| self.holds(inner)),
            Condition::Not(inner) => !self.holds(inner),
            Condition::Holds(name) => self.facts[name].as_bool().unwrap(),
            Condition::Compare(test) if self.measured(&test.left) => {
                let right = match &test.right {
                    Operand::Integer(value) => (*value, 1),
                    Operand::Text(text) => ratio(text),
                    Operand::Name(other) => self.value(&other.name),
                };
                let left = self.value(&test.left);
                compare(left.0 * right.1, test.op, right.0 * left.1)
            }
            Condition::Compare(test) => {
                if let Operand::Name(other) = &test.right
                    && self.measured(&other.name)
                {
                    let (left, right) = (self.number(&test.left), self.value(&other.name));
                    return compare(left * right.1, test.op, right.0);
                }
                let right = match &test.right {
                    Operand::Integer(value) => *value,
                    Operand::Text(code) => digits(code),
                    Operand::Name(other) => self.number(&other.name),
                };
                compare(self.number(&test.left), test.op, right)
            }
            Condition::Share(share) => {
                let (above, below) = match share.than.strip_suffix('%') {
                    Some(percent) => (percent.parse::<i64>().unwrap(), 100),
                    None => {
                        let (above, below) = share.than.split_once('/').unwrap();
                        (above.parse().unwrap(), below.parse().unwrap())
                    }
                };
                compare(self.number(&share.part) * below, share.op, self.number(&share.whole) * above)
            }
            Condition::Every(every) => {
                let all = ItemTest { only: None, ..every.clone() };
                let meant = |item: &&Value| {
                    every.only.as_ref().is_none_or(|only| match &only.is {
                        Literal::Text(group) => item[&only.field] == group.as_str(),
                        _ => false,
                    })
                };
                self.items(&every.list).iter().filter(meant).all(|item| self.passes(&all, item))
            }
            _ => panic!("not generated"),
        }
    }

    fn any(&self, rules: &[Rule]) -> bool {
        rules.iter().any(|rule| self.holds(&rule.condition))
    }

    /// The interval of the standards.
    fn standard(&self, lower_on_gap: bool) -> (usize, usize) {
        let standards = &self.subject.standards;
        let top = standards.levels.len() - 1;
        let scored = standards.score.is_some();
        let by_score = if scored {
            let score = self.value(standards.score.as_ref().unwrap());
            (0..=top)
                .rev()
                .find(|place| {
                    let band = standards.levels[*place].band.as_ref().unwrap();
                    band.from.as_ref().is_none_or(|from| tenths(from) * score.1 <= score.0 * 10)
                })
                .unwrap()
        } else {
            top
        };
        let met = |place: &usize| {
            *place > 0 && standards.levels[*place].conditions.iter().all(|rule| self.holds(&rule.condition))
        };
        let by_conditions = (0..=by_score).rev().find(met).unwrap_or(0);
        let none = by_conditions == 0 && standards.lowest == Lowest::Closed;
        let (low, high) = if scored && by_conditions == by_score {
            (by_conditions, by_conditions)
        } else if scored && none {
            (0, (by_score - 1).max(1))
        } else if scored {
            (by_conditions, by_score - 1)
        } else if none {
            (0, 1)
        } else {
            (by_conditions, by_conditions)
        };
        if lower_on_gap { (low, low) } else { (low, high) }
    }
}

pub(crate) fn rate(document: &Document, facts: &Map<String, Value>) -> Told {
    let subject = &document.subjects[0];
    let lower_on_gap = document.policies[0].default == "lower";
    let reader = Reader { subject, facts, lower_on_gap };
    if reader.any(&subject.not_reviewed) {
        return Told { outcome: "not_reviewed", interval: None, escaped: false };
    }
    if reader.any(&subject.not_rated) {
        return Told { outcome: "not_rated", interval: None, escaped: false };
    }
    let top = document.levels.len() - 1;
    let (mut low, mut high) = reader.standard(lower_on_gap);
    let mut escaped = false;
    let mut limit = |condition: &Condition, escapes: &[Rule], level: usize| {
        if reader.holds(condition) {
            low = low.min(level);
            if reader.any(escapes) {
                escaped = true;
                high = high.min(top);
            } else {
                high = high.min(level);
            }
        }
    };
    for trigger in &subject.triggers {
        limit(&trigger.condition, &trigger.escapes, 0);
    }
    for ceiling in &subject.ceilings {
        let level = match &ceiling.at_most {
            Cap::Level(code) => digits(code),
            Cap::Fact(name) => reader.number(name),
        };
        limit(&ceiling.condition, &ceiling.escapes, usize::try_from(level).unwrap());
    }
    let outcome = if low == high { "rated" } else { "authority_decides" };
    Told { outcome, interval: Some((low, high)), escaped }
}
