//! The order of a cohort as the stages of a timetable.

use std::collections::BTreeMap;

use super::decide::cited;
use super::scene::Scene;

/// What is rated in one stage of a kind, and which quotas are held after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its number, from 1. Whatever has a smaller one goes first.
    pub number: u32,
    /// The kind of subject.
    pub kind: String,
    /// How many of the kind are rated in this stage.
    pub subjects: u64,
    /// The quotas that are held after it, by id and grouping, with the number of groups.
    pub quotas: Vec<(String, String, u64)>,
    /// The places of the text that put the kind after others.
    pub citations: Vec<String>,
}

/// The stages of a cohort, kind by kind.
pub(crate) fn timetable(scene: &Scene) -> Vec<Stage> {
    let mut counts: BTreeMap<(u32, usize), u64> = BTreeMap::new();
    for (subject, kind) in (0_u32..).zip(&scene.kind_of) {
        let count = counts.entry((scene.order.stage(subject), usize::from(*kind))).or_default();
        *count = count.saturating_add(1);
    }
    let mut quotas: BTreeMap<(u32, usize), BTreeMap<(String, String), u64>> = BTreeMap::new();
    for (place, stage) in scene.groups.iter().zip(&scene.order.group_stages) {
        let Some((_, quota, partition, _)) = scene.group(*place) else { continue };
        let of_stage = quotas.entry((*stage, place.0)).or_default();
        let count = of_stage.entry((quota.quota.id.clone(), partition.name.clone())).or_default();
        *count = count.saturating_add(1);
    }
    let stage = |((number, kind), subjects): ((u32, usize), u64)| {
        let found = scene.kinds.get(kind);
        let rules = found.and_then(|kind| kind.rules.as_ref());
        let after =
            rules.and_then(|rules| rules.subject()).map(|subject| subject.after.as_slice()).unwrap_or_default();
        let mut citations: Vec<String> = Vec::new();
        if let Some(rules) = rules {
            for rule in after {
                let place = cited(&rules.rulebook, &rule.citation);
                if !citations.contains(&place) {
                    citations.push(place);
                }
            }
        }
        let held = quotas.get(&(number, kind)).into_iter().flatten();
        Stage {
            number,
            kind: found.map_or(String::new(), |kind| kind.name.clone()),
            subjects,
            quotas: held.map(|((quota, grouping), groups)| (quota.clone(), grouping.clone(), *groups)).collect(),
            citations,
        }
    };
    counts.into_iter().map(stage).collect()
}
