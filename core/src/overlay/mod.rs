//! An overlay put on its base: a local regulation on top of a central one.
//!
//! What an overlay names must be there, and its base is pinned by id and version. Faults of the rulebook that results
//! are given the place that the faulty part has in the overlay.

mod merge;
mod start;
mod tighten;

use crate::catalogue::Message;
use crate::compile::{self, Faults, Place, Read, quoted};
use crate::document::{Document, Layer, Overlay};
use crate::fault::{FaultCode, LoadError, wanted};
use crate::ranks::Ranks;
use crate::rulebook::Rulebook;
use merge::Merge;

/// Whether a text is that of an overlay, not of a rulebook of its own: an object with the key `extends`.
///
/// ```
/// let text = xeploai::builtin::text("nam-dinh-1295").unwrap();
/// assert!(xeploai::is_overlay(&text));
/// ```
pub fn is_overlay(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Probe {
        #[serde(default)]
        extends: Option<serde::de::IgnoredAny>,
    }
    // A text with faults is judged as what its first words make it; both ways every fault is reported.
    match crate::strict::from_str::<Probe>(text.trim_start_matches('\u{feff}')) {
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
    if overlay.province.is_some() {
        document.province.clone_from(&overlay.province);
    }
    append(&mut document.instruments, &overlay.instruments, ("/instruments", "/instruments"), &mut origins);
    append(&mut document.caveats, &overlay.caveats, ("/caveats", "/caveats"), &mut origins);
    append(&mut document.enumerations, &overlay.enumerations, ("/enumerations", "/enumerations"), &mut origins);
    choose_policies(&mut document, overlay, &mut faults, &mut origins);
    append(&mut document.policies, &overlay.new_policies, ("/policies", "/new_policies"), &mut origins);
    keep_kinds(&mut document, overlay, &mut faults);
    narrow_period(&mut document, overlay, &mut faults);
    let subjects = root.key("subjects");
    for (position, change) in overlay.subjects.iter().enumerate() {
        let place = subjects.at(position);
        let kinds: Vec<String> = document.subjects.iter().map(|subject| subject.kind.clone()).collect();
        match kinds.iter().position(|kind| *kind == change.kind) {
            Some(at) => {
                let ranks = Ranks::of(&document);
                if let Some(subject) = document.subjects.get_mut(at) {
                    let mut merge = Merge {
                        prefix: format!("/subjects/{at}"),
                        origins: &mut origins,
                        ranks,
                        changed: Vec::new(),
                    };
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
    match Rulebook::made_on(Read::made(document), Some(base)) {
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

/// Adds the parts of the overlay behind those of the base; `places` are their pointers in the result and in the overlay.
fn append<T: Clone>(into: &mut Vec<T>, parts: &[T], places: (&str, &str), origins: &mut Origins) {
    for (position, part) in parts.iter().enumerate() {
        origins.push((format!("{}/{}", places.0, into.len()), format!("{}/{position}", places.1)));
        into.push(part.clone());
    }
}

/// Leaves out the kinds that the overlay is not for.
fn keep_kinds(document: &mut Document, overlay: &Overlay, faults: &mut Faults) {
    let root = Place::ROOT;
    let kinds = root.key("kinds");
    for (position, kind) in overlay.kinds.iter().enumerate() {
        let known = document.subjects.iter().map(|subject| subject.kind.as_str());
        if !known.clone().any(|other| other == kind) {
            let here = kinds.at(position);
            faults.not_among(&here, FaultCode::UnknownName, Message::WantedKindOfBase, kind, known);
        }
    }
    if !overlay.kinds.is_empty() {
        document.subjects.retain(|subject| overlay.kinds.contains(&subject.kind));
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
    for period in document.subjects.iter_mut().filter_map(|subject| subject.in_force.as_mut()) {
        // A kind that is in force for a shorter time keeps its own days where they are narrower.
        if period.from < own.from {
            period.from.clone_from(&own.from);
        }
        if let Some(to) = own.to.as_ref().filter(|to| period.to.as_ref().is_none_or(|known| known > *to)) {
            period.to = Some(to.clone());
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
                    if let Some(words) = &choice.words {
                        policy.words.clone_from(words);
                    }
                    origins.push((format!("/policies/{at}/default"), format!("/policies/{position}/default")));
                    origins.push((format!("/policies/{at}/citation"), format!("/policies/{position}/citation")));
                    origins.push((format!("/policies/{at}/words"), format!("/policies/{position}/words")));
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
