//! What an overlay changes for one kind of subject, put into the rules of the base.

use super::Origins;
use crate::catalogue::Message;
use crate::compile::{Faults, Place, quoted};
use crate::document::{
    Additions, Ceiling, DecimalRange, Fact, FactType, Formula, LevelConditions, Measure, MeasureSource, Notice,
    PointTable, Quota, Replacements, Rule, Subject, SubjectOverlay, Sum, Trigger,
};
use crate::fault::{FaultCode, wanted};
use crate::number::{format_decimal, parse_decimal};
use crate::ranks::Ranks;

pub(super) struct Merge<'o> {
    /// The pointer of the subject in the result.
    pub(super) prefix: String,
    pub(super) origins: &'o mut Origins,
    pub(super) ranks: Ranks,
    /// The rules of the base that were changed.
    pub(super) changed: Vec<String>,
}

impl Merge<'_> {
    pub(super) fn subject(
        &mut self,
        subject: &mut Subject,
        change: &SubjectOverlay,
        place: &Place<'_>,
        faults: &mut Faults,
    ) {
        let points = place.key("points");
        for (position, table) in change.points.iter().enumerate() {
            self.points(subject, table, &points.at(position), faults);
        }
        if let Some(add) = &change.add {
            self.add(subject, add, &place.key("add"), faults);
        }
        if let Some(replace) = &change.replace {
            self.replace(subject, replace, &place.key("replace"), faults);
        }
        let tighten = place.key("tighten");
        for (position, change) in change.tighten.iter().enumerate() {
            let here = tighten.at(position);
            self.once(&change.rule, &here.key("rule"), faults);
            self.tighten(subject, change, &here, faults);
        }
        // Every table moves the facts behind it: where the items stand is known once all are in.
        for (position, table) in change.points.iter().enumerate() {
            let items = points.at(position);
            for (order, item) in table.items.iter().enumerate() {
                if let Some(at) = subject.facts.iter().rposition(|fact| fact.name == item.name) {
                    let now = format!("{}/facts/{at}", self.prefix);
                    self.origins.push((now, items.key("items").at(order).pointer()));
                }
            }
        }
    }

    /// A fact of the base becomes the sum of its items.
    fn points(&mut self, subject: &mut Subject, table: &PointTable, place: &Place<'_>, faults: &mut Faults) {
        let found = subject.facts.iter().position(|fact| fact.name == table.fact);
        let declared = found.and_then(|at| subject.facts.get(at)).cloned();
        let (Some(at), Some(Fact { kind: FactType::Decimal(range), label, .. })) = (found, declared) else {
            let known = subject.facts.iter().filter(|fact| matches!(fact.kind, FactType::Decimal(_)));
            faults.not_among(
                &place.key("fact"),
                FaultCode::UnknownName,
                Message::WantedDecimalOfBase,
                &table.fact,
                known.map(|fact| fact.name.as_str()),
            );
            return;
        };
        self.check_sum(table, &range, place, faults);
        subject.facts.remove(at);
        for (position, item) in table.items.iter().enumerate() {
            let to = at.saturating_add(position);
            let kind =
                FactType::Decimal(DecimalRange { scale: range.scale, min: "0".to_owned(), max: item.max.clone() });
            let fact = Fact {
                name: item.name.clone(),
                kind,
                label: item.label.clone(),
                help: None,
                absent: None,
                from_cohort: None,
            };
            subject.facts.insert(to.min(subject.facts.len()), fact);
        }
        let plus = table.items.iter().map(|item| item.name.clone()).collect();
        let sum = Formula::Sum(Sum { plus, minus: Vec::new() });
        let source = MeasureSource { citation: table.citation.clone(), provenance: table.provenance };
        let name = table.fact.clone();
        self.origins.push((format!("{}/measures/{}/source", self.prefix, subject.measures.len()), place.pointer()));
        subject.measures.push(Measure { name, label, formula: sum, clamp: None, source: Some(source) });
    }

    fn check_sum(&self, table: &PointTable, range: &DecimalRange, place: &Place<'_>, faults: &mut Faults) {
        let items = place.key("items");
        let mut sum = 0_i64;
        let mut readable = true;
        for (position, item) in table.items.iter().enumerate() {
            match parse_decimal(&item.max, range.scale) {
                Ok(max) if max > 0 => sum = sum.saturating_add(max),
                _ => {
                    let expected = wanted(Message::WantedPoints, &[("scale", &range.scale.to_string())]);
                    faults.add(&items.at(position).key("max"), FaultCode::BadNumber, expected, quoted(&item.max));
                    readable = false;
                }
            }
        }
        if readable && parse_decimal(&range.max, range.scale) != Ok(sum) {
            let values = [("sum", range.max.as_str()), ("fact", &quoted(&table.fact))];
            let expected = wanted(Message::WantedSum, &values);
            faults.add(&items, FaultCode::BadSum, expected, format_decimal(sum, range.scale));
        }
    }

    fn add(&mut self, subject: &mut Subject, add: &Additions, place: &Place<'_>, faults: &mut Faults) {
        self.append(&mut subject.facts, &add.facts, "facts", place);
        self.append(&mut subject.constraints, &add.constraints, "constraints", place);
        self.append(&mut subject.measures, &add.measures, "measures", place);
        self.append(&mut subject.not_reviewed, &add.not_reviewed, "not_reviewed", place);
        self.append(&mut subject.not_rated, &add.not_rated, "not_rated", place);
        let conditions = place.key("conditions");
        for (position, level) in add.conditions.iter().enumerate() {
            self.add_conditions(subject, level, &conditions.at(position), faults);
        }
        self.append(&mut subject.triggers, &add.triggers, "triggers", place);
        self.append(&mut subject.ceilings, &add.ceilings, "ceilings", place);
        self.append(&mut subject.quotas, &add.quotas, "quotas", place);
        self.append(&mut subject.after, &add.after, "after", place);
        self.append(&mut subject.notices, &add.notices, "notices", place);
        self.append(&mut subject.unread, &add.unread, "unread", place);
        self.append(&mut subject.open_points, &add.open_points, "open_points", place);
    }

    /// Conditions on top of those of a level's standard.
    fn add_conditions(
        &mut self,
        subject: &mut Subject,
        add: &LevelConditions,
        place: &Place<'_>,
        faults: &mut Faults,
    ) {
        let levels = subject.standards.levels.iter_mut().enumerate();
        let known: Vec<String> = levels.skip(1).map(|(_, standard)| standard.level.clone()).collect();
        let mut levels = subject.standards.levels.iter_mut().enumerate().skip(1);
        match levels.find(|(_, standard)| standard.level == add.level) {
            Some((at, standard)) => {
                let section = format!("standards/levels/{at}/conditions");
                for (position, rule) in add.conditions.iter().enumerate() {
                    let now = format!("{}/{section}/{}", self.prefix, standard.conditions.len());
                    self.origins.push((now, place.key("conditions").at(position).pointer()));
                    standard.conditions.push(rule.clone());
                }
            }
            None => {
                let here = place.key("level");
                let known = known.iter().map(String::as_str);
                faults.not_among(&here, FaultCode::UnknownName, Message::WantedUpperLevel, &add.level, known);
            }
        }
    }

    fn append<T: Clone>(&mut self, into: &mut Vec<T>, rules: &[T], section: &str, place: &Place<'_>) {
        let section_place = place.key(section);
        for (position, rule) in rules.iter().enumerate() {
            let now = format!("{}/{section}/{}", self.prefix, into.len());
            self.origins.push((now, section_place.at(position).pointer()));
            into.push(rule.clone());
        }
    }

    fn replace(&mut self, subject: &mut Subject, rules: &Replacements, place: &Place<'_>, faults: &mut Faults) {
        self.swap(&mut subject.not_reviewed, &rules.not_reviewed, "not_reviewed", place, faults);
        self.swap(&mut subject.not_rated, &rules.not_rated, "not_rated", place, faults);
        let conditions = place.key("conditions");
        for (position, rule) in rules.conditions.iter().enumerate() {
            self.swap_condition(subject, rule, &conditions.at(position), faults);
        }
        self.swap(&mut subject.triggers, &rules.triggers, "triggers", place, faults);
        self.swap(&mut subject.ceilings, &rules.ceilings, "ceilings", place, faults);
        self.swap(&mut subject.quotas, &rules.quotas, "quotas", place, faults);
        self.swap(&mut subject.notices, &rules.notices, "notices", place, faults);
    }

    /// That a rule of the base is changed once.
    fn once(&mut self, rule: &str, place: &Place<'_>, faults: &mut Faults) {
        if self.changed.iter().any(|known| known == rule) {
            faults.add(place, FaultCode::DuplicateName, Message::WantedRuleOnce, quoted(rule));
        }
        self.changed.push(rule.to_owned());
    }

    /// A condition of a standard, whatever its level.
    fn swap_condition(&mut self, subject: &mut Subject, rule: &Rule, place: &Place<'_>, faults: &mut Faults) {
        self.once(&rule.id, &place.key("id"), faults);
        let mut known = Vec::new();
        for (level, standard) in subject.standards.levels.iter_mut().enumerate() {
            for (at, slot) in standard.conditions.iter_mut().enumerate() {
                if slot.id == rule.id {
                    let now = format!("{}/standards/levels/{level}/conditions/{at}", self.prefix);
                    self.origins.push((now, place.pointer()));
                    *slot = rule.clone();
                    return;
                }
                known.push(slot.id.clone());
            }
        }
        let expected = wanted(Message::WantedRuleOfBase, &[("section", "conditions")]);
        let known = known.iter().map(String::as_str);
        faults.not_among(&place.key("id"), FaultCode::UnknownRule, expected, &rule.id, known);
    }

    fn swap<T: Clone + Named>(
        &mut self,
        into: &mut [T],
        rules: &[T],
        section: &str,
        place: &Place<'_>,
        faults: &mut Faults,
    ) {
        let section_place = place.key(section);
        for (position, rule) in rules.iter().enumerate() {
            let here = section_place.at(position);
            self.once(rule.id(), &here.key("id"), faults);
            match into.iter().position(|known| known.id() == rule.id()) {
                Some(at) => {
                    self.origins.push((format!("{}/{section}/{at}", self.prefix), here.pointer()));
                    if let Some(slot) = into.get_mut(at) {
                        *slot = rule.clone();
                    }
                }
                None => {
                    let expected = wanted(Message::WantedRuleOfBase, &[("section", section)]);
                    let known = into.iter().map(Named::id);
                    faults.not_among(&here.key("id"), FaultCode::UnknownRule, expected, rule.id(), known);
                }
            }
        }
    }
}

/// A rule that an overlay can name.
trait Named {
    fn id(&self) -> &str;
}

macro_rules! named {
    ($($sort:ty),*) => {
        $(impl Named for $sort {
            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}

named!(Rule, Trigger, Ceiling, Notice, Quota);
