//! Numbers of the base that a local text makes stricter: what holds fewer to a level, or more to a trigger.

use super::merge::Merge;
use crate::catalogue::Message;
use crate::compile::{Faults, Place, quoted, shown_literal};
use crate::document::{
    Citation, Condition, Fact, Literal, Op, Operand, Provenance, Rate, Subject, Tightening, Words,
};
use crate::fault::{FaultCode, wanted};
use crate::number::Fraction;

/// Whether a condition may come to hold less often, or more often.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Toward {
    /// A condition of a standard: fewer meet it.
    Less,
    /// A trigger, a ceiling, a rule of eligibility: more meet it.
    More,
}

/// What a rule says of itself, to be told anew.
struct Head<'r> {
    citation: &'r mut Citation,
    words: &'r mut Words,
    provenance: &'r mut Provenance,
}

impl Head<'_> {
    fn tell(self, change: &Tightening) {
        self.citation.clone_from(&change.citation);
        self.words.clone_from(&change.words);
        *self.provenance = change.provenance;
    }
}

macro_rules! head {
    ($rule:expr) => {
        Head { citation: &mut $rule.citation, words: &mut $rule.words, provenance: &mut $rule.provenance }
    };
}

impl Merge<'_> {
    pub(super) fn tighten(
        &mut self,
        subject: &mut Subject,
        change: &Tightening,
        place: &Place<'_>,
        faults: &mut Faults,
    ) {
        if self.tighten_band(subject, change, place, faults) || self.tighten_rate(subject, change, place, faults) {
            return;
        }
        let facts = subject.facts.clone();
        let mut known: Vec<String> = Vec::new();
        let mut found: Option<(String, &mut Condition, Head<'_>, Toward)> = None;
        let mut consider = |pointer: String, id: &str, condition, head, toward| {
            if id == change.rule {
                found = Some((pointer, condition, head, toward));
            }
            known.push(id.to_owned());
        };
        for (section, rules) in [("not_reviewed", &mut subject.not_reviewed), ("not_rated", &mut subject.not_rated)] {
            for (at, rule) in rules.iter_mut().enumerate() {
                let id = rule.id.clone();
                consider(format!("{section}/{at}"), &id, &mut rule.condition, head!(rule), Toward::More);
            }
        }
        for (level, standard) in subject.standards.levels.iter_mut().enumerate() {
            for (at, rule) in standard.conditions.iter_mut().enumerate() {
                let id = rule.id.clone();
                let pointer = format!("standards/levels/{level}/conditions/{at}");
                consider(pointer, &id, &mut rule.condition, head!(rule), Toward::Less);
            }
        }
        for (at, rule) in subject.triggers.iter_mut().enumerate() {
            let id = rule.id.clone();
            consider(format!("triggers/{at}"), &id, &mut rule.condition, head!(rule), Toward::More);
        }
        for (at, rule) in subject.ceilings.iter_mut().enumerate() {
            let id = rule.id.clone();
            consider(format!("ceilings/{at}"), &id, &mut rule.condition, head!(rule), Toward::More);
        }
        let Some((pointer, condition, head, toward)) = found else {
            known.extend(subject.standards.levels.iter().map(|standard| standard.id.clone()));
            known.extend(subject.quotas.iter().map(|quota| quota.id.clone()));
            let expected = wanted(Message::WantedRuleOfBase, &[("section", "tighten")]);
            let known = known.iter().map(String::as_str);
            faults.not_among(&place.key("rule"), FaultCode::UnknownRule, expected, &change.rule, known);
            return;
        };
        let now = format!("{}/{pointer}", self.prefix);
        self.origins.push((now, place.pointer()));
        if self.tighten_condition(condition, &facts, change, toward, place, faults) {
            head.tell(change);
        }
    }

    /// The lower limit of a standard's band, which is the end of the band below. Whether the change names a standard.
    fn tighten_band(
        &mut self,
        subject: &mut Subject,
        change: &Tightening,
        place: &Place<'_>,
        faults: &mut Faults,
    ) -> bool {
        let levels = &mut subject.standards.levels;
        let Some(at) = levels.iter().position(|standard| standard.id == change.rule) else {
            return false;
        };
        let from = levels.get(at).and_then(|standard| standard.band.as_ref()).and_then(|band| band.from.clone());
        let Some(from) = from else {
            let found = quoted(&change.rule);
            faults.add(&place.key("rule"), FaultCode::TypeMismatch, Message::WantedSingleNumber, found);
            return true;
        };
        let stricter = |old: Fraction, new: Fraction| new > old;
        let Some(text) = stricter_text(&from, &change.to, stricter, place, faults) else {
            return true;
        };
        self.origins.push((format!("{}/standards/levels/{at}/band", self.prefix), place.key("to").pointer()));
        if let Some(standard) = levels.get_mut(at) {
            if let Some(band) = &mut standard.band {
                band.from = Some(text.clone());
            }
            head!(standard).tell(change);
        }
        if let Some(below) = at.checked_sub(1).and_then(|below| levels.get_mut(below)?.band.as_mut()) {
            below.below = Some(text);
        }
        true
    }

    /// The rate of a quota. Whether the change names a quota.
    fn tighten_rate(
        &mut self,
        subject: &mut Subject,
        change: &Tightening,
        place: &Place<'_>,
        faults: &mut Faults,
    ) -> bool {
        let Some(at) = subject.quotas.iter().position(|quota| quota.id == change.rule) else {
            return false;
        };
        let Some(quota) = subject.quotas.get_mut(at) else { return true };
        self.origins.push((format!("{}/quotas/{at}", self.prefix), place.pointer()));
        match &quota.rate {
            Rate::Share(old) => {
                let stricter = |old: Fraction, new: Fraction| new < old;
                if let Some(text) = stricter_text(old, &change.to, stricter, place, faults) {
                    quota.rate = Rate::Share(text);
                    head!(quota).tell(change);
                }
            }
            Rate::Recorded(_) => {
                let found = quoted(&change.rule);
                faults.add(&place.key("rule"), FaultCode::TypeMismatch, Message::WantedSingleNumber, found);
            }
        }
        true
    }

    /// The number of a condition that compares one share or number. Whether it was made stricter.
    fn tighten_condition(
        &self,
        condition: &mut Condition,
        facts: &[Fact],
        change: &Tightening,
        toward: Toward,
        place: &Place<'_>,
        faults: &mut Faults,
    ) -> bool {
        let rises = |op: Op| match op {
            Op::AtLeast | Op::Greater => Some(toward == Toward::Less),
            Op::AtMost | Op::Less => Some(toward == Toward::More),
            Op::Equal | Op::NotEqual => None,
        };
        let direction = match condition {
            Condition::Share(share) => rises(share.op),
            Condition::Compare(compare) => rises(compare.op),
            _ => None,
        };
        let Some(up) = direction else {
            let found = quoted(&change.rule);
            faults.add(&place.key("rule"), FaultCode::TypeMismatch, Message::WantedSingleNumber, found);
            return false;
        };
        let stricter = |old: Fraction, new: Fraction| if up { new > old } else { new < old };
        match condition {
            Condition::Share(share) => {
                let Some(text) = stricter_text(&share.than, &change.to, stricter, place, faults) else {
                    return false;
                };
                share.than = text;
            }
            Condition::Compare(compare) => {
                let old = self.ranks.compared(facts, compare);
                let (new, right) = match &change.to {
                    Literal::Integer(value) => (Fraction::new(i128::from(*value), 1), Operand::Integer(*value)),
                    Literal::Text(text) => {
                        (self.ranks.value(facts, &compare.left, text), Operand::Text(text.clone()))
                    }
                    Literal::Boolean(_) => (None, Operand::Integer(0)),
                };
                match (old, new) {
                    (Some(old), Some(new)) if stricter(old, new) => compare.right = right,
                    (Some(_), _) => {
                        let shown = match &compare.right {
                            Operand::Integer(value) => value.to_string(),
                            Operand::Text(text) => text.clone(),
                            Operand::Name(other) => other.name.clone(),
                        };
                        refuse(&shown, &change.to, place, faults);
                        return false;
                    }
                    (None, _) => {
                        let found = quoted(&change.rule);
                        faults.add(&place.key("rule"), FaultCode::TypeMismatch, Message::WantedSingleNumber, found);
                        return false;
                    }
                }
            }
            _ => {}
        }
        true
    }
}

/// The text of a new number that is stricter than the old one.
fn stricter_text(
    old: &str,
    to: &Literal,
    stricter: impl Fn(Fraction, Fraction) -> bool,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<String> {
    let text = match to {
        Literal::Text(text) => text.clone(),
        Literal::Integer(value) => value.to_string(),
        Literal::Boolean(_) => String::new(),
    };
    let (before, after) = (Fraction::parse_any(old)?, Fraction::parse_any(&text));
    if after.is_some_and(|after| stricter(before, after)) {
        return Some(text);
    }
    refuse(old, to, place, faults);
    None
}

fn refuse(old: &str, to: &Literal, place: &Place<'_>, faults: &mut Faults) {
    let expected = wanted(Message::WantedStricter, &[("old", &quoted(old))]);
    faults.add(&place.key("to"), FaultCode::NotStricter, expected, shown_literal(to));
}
