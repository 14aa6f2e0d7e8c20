//! An overlay put on its base: a local regulation on top of a central one.
//!
//! What an overlay names must be there, and its base is pinned by id and version. Faults of the rulebook that results
//! are given the place that the faulty part has in the overlay.

use crate::catalogue::Message;
use crate::compile::{self, Faults, Place, Read, quoted};
use crate::document::DecimalRange;
use crate::document::{
    Ceiling, Document, Fact, FactType, Formula, Layer, Measure, Overlay, PointTable, Rule, Rules, Subject,
    SubjectOverlay, Sum, TableSource, Trigger,
};
use crate::fault::{FaultCode, LoadError, wanted};
use crate::number::{format_decimal, parse_decimal};
use crate::rulebook::Rulebook;

/// Whether a text is that of an overlay: an object with the key `extends`.
pub(crate) fn is_overlay(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Probe {
        #[serde(default)]
        extends: Option<serde::de::IgnoredAny>,
    }
    // A text with faults is judged as what its first words make it; both ways every fault is reported.
    match serde_json::from_str::<Probe>(text.trim_start_matches('\u{feff}')) {
        Ok(probe) => probe.extends.is_some(),
        Err(_) => text.contains("\"extends\"") && !text.contains("\"levels\""),
    }
}

/// Where parts of the result stand in the overlay: pointers of the result, and of the overlay.
type Origins = Vec<(String, String)>;

pub(crate) fn apply(base: &Rulebook, overlay: &Overlay) -> Result<Rulebook, LoadError> {
    let mut faults = Faults::default();
    let mut origins = Origins::new();
    let root = Place::ROOT;
    check_base(base, overlay, &mut faults);
    let mut document = base.document().clone();
    document.schema = None;
    document.layers.push(Layer {
        id: base.id().to_owned(),
        version: base.version().to_owned(),
        digest: base.digest().to_owned(),
    });
    document.id.clone_from(&overlay.id);
    document.version.clone_from(&overlay.version);
    document.title = overlay.title.clone();
    for (position, instrument) in overlay.instruments.iter().enumerate() {
        origins.push((format!("/instruments/{}", document.instruments.len()), format!("/instruments/{position}")));
        document.instruments.push(instrument.clone());
    }
    narrow_period(&mut document, overlay, &mut faults);
    choose_policies(&mut document, overlay, &mut faults, &mut origins);
    let subjects = root.key("subjects");
    for (position, change) in overlay.subjects.iter().enumerate() {
        let place = subjects.at(position);
        let kinds: Vec<String> = document.subjects.iter().map(|subject| subject.kind.clone()).collect();
        match kinds.iter().position(|kind| *kind == change.kind) {
            Some(at) => {
                if let Some(subject) = document.subjects.get_mut(at) {
                    let mut merge = Merge { prefix: format!("/subjects/{at}"), origins: &mut origins };
                    merge.subject(subject, change, &place, &mut faults);
                }
            }
            None => {
                let known = kinds.iter().map(String::as_str);
                let kind = place.key("kind");
                faults.not_among(&kind, FaultCode::UnknownName, Message::WantedKindOfBase, &change.kind, known);
            }
        }
    }
    // What the overlay says is judged as a whole, also where it names what the base does not have.
    let mut found = faults.list;
    match Rulebook::made(Read::made(document)) {
        Ok(rulebook) if found.is_empty() => return Ok(rulebook),
        Ok(_) => {}
        Err(error) => {
            for fault in located(error, &origins).faults {
                if !found.iter().any(|known| known.pointer == fault.pointer) {
                    found.push(fault);
                }
            }
        }
    }
    Err(LoadError { faults: found })
}

/// Gives the faults of the result the places of the overlay.
fn located(error: LoadError, origins: &Origins) -> LoadError {
    let faults = error.faults.into_iter().map(|mut fault| {
        let origin = origins.iter().filter(|(now, _)| {
            fault.pointer.strip_prefix(now.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if let Some((now, before)) = origin.max_by_key(|(now, _)| now.len()) {
            let rest = fault.pointer.strip_prefix(now.as_str()).unwrap_or("").to_owned();
            fault.pointer = format!("{before}{rest}");
        }
        fault
    });
    LoadError { faults: faults.collect() }
}

fn check_base(base: &Rulebook, overlay: &Overlay, faults: &mut Faults) {
    let root = Place::ROOT;
    let extends = root.key("extends");
    for (key, expected, found) in
        [("id", base.id(), &overlay.extends.id), ("version", base.version(), &overlay.extends.version)]
    {
        if expected != found {
            let expected = wanted(Message::WantedOfBase, &[("value", &quoted(expected))]);
            faults.add(&extends.key(key), FaultCode::WrongBase, expected, quoted(found));
        }
    }
    if overlay.id == base.id() {
        faults.add(&root.key("id"), FaultCode::DuplicateName, Message::WantedOwnId, quoted(&overlay.id));
    }
}

fn narrow_period(document: &mut Document, overlay: &Overlay, faults: &mut Faults) {
    let Some(own) = &overlay.in_force else { return };
    let root = Place::ROOT;
    let place = root.key("in_force");
    let (from, to) = compile::check_period(own, &place, faults);
    let base = (
        crate::date::parse_date(&document.in_force.from).unwrap_or(i64::MIN),
        document.in_force.to.as_deref().and_then(crate::date::parse_date).unwrap_or(i64::MAX),
    );
    if from < base.0 || (own.to.is_some() && to > base.1) {
        faults.add(&place, FaultCode::BadDate, Message::WantedPeriodOfBase, compile::shown_period(own));
    }
    document.in_force.from.clone_from(&own.from);
    if own.to.is_some() {
        document.in_force.to.clone_from(&own.to);
    }
    for subject in &mut document.subjects {
        // A kind that is in force for a shorter time keeps its own days where they are narrower.
        if let Some(period) = &mut subject.in_force
            && period.from < own.from
        {
            period.from.clone_from(&own.from);
        }
    }
}

fn choose_policies(document: &mut Document, overlay: &Overlay, faults: &mut Faults, origins: &mut Origins) {
    let root = Place::ROOT;
    let policies = root.key("policies");
    let names: Vec<String> = document.policies.iter().map(|policy| policy.name.clone()).collect();
    for (position, choice) in overlay.policies.iter().enumerate() {
        let place = policies.at(position);
        match names.iter().position(|name| *name == choice.name) {
            Some(at) => {
                if let Some(policy) = document.policies.get_mut(at) {
                    policy.default.clone_from(&choice.default);
                    policy.citation.clone_from(&choice.citation);
                    policy.provenance = choice.provenance;
                    origins.push((format!("/policies/{at}/default"), format!("/policies/{position}/default")));
                    origins.push((format!("/policies/{at}/citation"), format!("/policies/{position}/citation")));
                }
            }
            None => {
                let known = names.iter().map(String::as_str);
                let name = place.key("name");
                faults.not_among(&name, FaultCode::UnknownName, Message::WantedPolicyOfBase, &choice.name, known);
            }
        }
    }
}

struct Merge<'o> {
    /// The pointer of the subject in the result.
    prefix: String,
    origins: &'o mut Origins,
}

impl Merge<'_> {
    fn subject(&mut self, subject: &mut Subject, change: &SubjectOverlay, place: &Place<'_>, faults: &mut Faults) {
        let points = place.key("points");
        for (position, table) in change.points.iter().enumerate() {
            self.points(subject, table, &points.at(position), faults);
        }
        if let Some(add) = &change.add {
            self.add(subject, add, &place.key("add"));
        }
        if let Some(replace) = &change.replace {
            self.replace(subject, replace, &place.key("replace"), faults);
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
            let fact = Fact { name: item.name.clone(), kind, label: item.label.clone(), help: None, absent: None };
            subject.facts.insert(to.min(subject.facts.len()), fact);
        }
        let plus = table.items.iter().map(|item| item.name.clone()).collect();
        let sum = Formula::Sum(Sum { plus, minus: Vec::new() });
        let source = TableSource { citation: table.citation.clone(), provenance: table.provenance };
        let name = table.fact.clone();
        self.origins.push((format!("{}/measures/{}/table", self.prefix, subject.measures.len()), place.pointer()));
        subject.measures.push(Measure { name, label, formula: sum, clamp: None, table: Some(source) });
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

    fn add(&mut self, subject: &mut Subject, rules: &Rules, place: &Place<'_>) {
        self.append(&mut subject.not_reviewed, &rules.not_reviewed, "not_reviewed", place);
        self.append(&mut subject.not_rated, &rules.not_rated, "not_rated", place);
        self.append(&mut subject.triggers, &rules.triggers, "triggers", place);
        self.append(&mut subject.ceilings, &rules.ceilings, "ceilings", place);
        self.append(&mut subject.notices, &rules.notices, "notices", place);
    }

    fn append<T: Clone>(&mut self, into: &mut Vec<T>, rules: &[T], section: &str, place: &Place<'_>) {
        let section_place = place.key(section);
        for (position, rule) in rules.iter().enumerate() {
            let now = format!("{}/{section}/{}", self.prefix, into.len());
            self.origins.push((now, section_place.at(position).pointer()));
            into.push(rule.clone());
        }
    }

    fn replace(&mut self, subject: &mut Subject, rules: &Rules, place: &Place<'_>, faults: &mut Faults) {
        self.swap(&mut subject.not_reviewed, &rules.not_reviewed, "not_reviewed", place, faults);
        self.swap(&mut subject.not_rated, &rules.not_rated, "not_rated", place, faults);
        self.swap(&mut subject.triggers, &rules.triggers, "triggers", place, faults);
        self.swap(&mut subject.ceilings, &rules.ceilings, "ceilings", place, faults);
        self.swap(&mut subject.notices, &rules.notices, "notices", place, faults);
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

impl Named for Rule {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Trigger {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Ceiling {
    fn id(&self) -> &str {
        &self.id
    }
}
