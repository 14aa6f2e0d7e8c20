//! A plain reading of a rulebook where every fact is known: the design's five steps in the order of its page, over the
//! document itself, with none of the library's machinery.

use serde_json::{Map, Value};
use xeploai::document::{Cap, Condition, Document, FactType, Formula, Literal, Lowest, Op, Operand, Rule, Subject};

pub(crate) struct Told {
    pub(crate) outcome: &'static str,
    pub(crate) interval: Option<(usize, usize)>,
    pub(crate) escaped: bool,
}

struct Reader<'a> {
    subject: &'a Subject,
    facts: &'a Map<String, Value>,
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

    fn score(&self) -> i64 {
        let Formula::Sum(sum) = &self.subject.measures[0].formula;
        sum.plus.iter().map(|name| tenths(self.facts[name].as_str().unwrap())).sum()
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(several) => several.iter().all(|inner| self.holds(inner)),
            Condition::Any(several) => several.iter().any(|inner| self.holds(inner)),
            Condition::Not(inner) => !self.holds(inner),
            Condition::Holds(name) => self.facts[name].as_bool().unwrap(),
            Condition::Compare(test) => {
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
            Condition::Every(every) => self.facts[&every.list].as_array().unwrap().iter().all(|item| {
                let meant = every.only.as_ref().is_none_or(|only| match &only.is {
                    Literal::Text(group) => item[&only.field] == group.as_str(),
                    _ => false,
                });
                let Literal::Text(value) = &every.value else {
                    return false;
                };
                !meant || compare(digits(item[&every.field].as_str().unwrap()), every.op, digits(value))
            }),
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
            let score = self.score();
            (0..=top)
                .rev()
                .find(|place| {
                    let band = standards.levels[*place].band.as_ref().unwrap();
                    band.from.as_ref().is_none_or(|from| tenths(from) <= score)
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
    let reader = Reader { subject, facts };
    if reader.any(&subject.not_reviewed) {
        return Told { outcome: "not_reviewed", interval: None, escaped: false };
    }
    if reader.any(&subject.not_rated) {
        return Told { outcome: "not_rated", interval: None, escaped: false };
    }
    let top = document.levels.len() - 1;
    let (mut low, mut high) = reader.standard(document.policies[0].default == "lower");
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
