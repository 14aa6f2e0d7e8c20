//! Who is rated after whom: from the rules of order and from the facts that come from others; stages, circles, and the
//! groups of the quotas, which are held once all of a group are rated.

use super::graph::Arrows;
use super::inputs::Take;
use super::problem::{CohortCode, CohortProblem};
use super::scene::{GroupPlace, Kind};
use super::tables::Ids;
use crate::catalogue::Message;
use crate::document::{Relation, RelationEnd};
use crate::sorted;

/// The order of a cohort.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// Those who are rated after each subject.
    pub(crate) after: Arrows,
    /// The stage of each subject, from 1.
    pub(crate) stages: Vec<u32>,
    /// The stage after which each group is complete.
    pub(crate) group_stages: Vec<u32>,
    circle_of: Vec<Option<u32>>,
    late: Vec<bool>,
}

impl Order {
    /// Whether two subjects are in one circle: neither waits for the other.
    pub(crate) fn same_circle(&self, one: u32, two: u32) -> bool {
        let circle = |subject: u32| self.circle_of.get(subject as usize).copied().flatten();
        circle(one).is_some() && circle(one) == circle(two)
    }

    /// Whether those who depend on the subject cannot wait for the quota of its group.
    pub(crate) fn is_late(&self, subject: u32) -> bool {
        self.late.get(subject as usize).copied().unwrap_or(false)
    }

    pub(crate) fn stage(&self, subject: u32) -> u32 {
        self.stages.get(subject as usize).copied().unwrap_or(0)
    }

    /// The largest stage.
    pub(crate) fn last(&self) -> u32 {
        self.stages.iter().chain(&self.group_stages).copied().max().unwrap_or(0)
    }

    pub(crate) fn new(
        kinds: &[Kind],
        kind_of: &[u16],
        (objects, subjects): (&[Arrows; 5], &[Arrows; 5]),
        groups: &[GroupPlace],
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) -> Self {
        let mut edges = dependencies(kinds, kind_of, objects, subjects);
        let nodes = kind_of.len();
        let (circle_of, circles) = Arrows::new(nodes, edges.iter().copied()).circles();
        for circle in &circles {
            let first = circle.first().and_then(|first| kind_of.get(*first as usize));
            let table = first.and_then(|kind| kinds.get(usize::from(*kind))).map_or("", |kind| kind.name.as_str());
            let names = circle.iter().map(|subject| ids.name(*subject).to_owned());
            let found = circle.len().to_string();
            let problem = CohortProblem::new(CohortCode::Circle, table, Message::CohortWantedOrder, found);
            problems.push(problem.subjects(names));
        }
        let circle = |node: u32| circle_of.get(node as usize).copied().flatten();
        edges.retain(|(from, to)| circle(*from).is_none() || circle(*from) != circle(*to));

        let mut order = Self {
            after: Arrows::new(nodes, edges.iter().copied()),
            stages: Vec::new(),
            group_stages: Vec::new(),
            circle_of: circle_of.clone(),
            late: vec![false; nodes],
        };
        order.put_in_stages(kinds, kind_of, groups, &edges, ids, problems);
        order
    }

    /// Each subject is a node where it is rated and another where its quotas are held; between them stand its groups.
    fn put_in_stages(
        &mut self,
        kinds: &[Kind],
        kind_of: &[u16],
        groups: &[GroupPlace],
        edges: &[(u32, u32)],
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) {
        let nodes = kind_of.len() as u32;
        let held = |subject: u32| nodes.saturating_add(groups.len() as u32).saturating_add(subject);
        let group = |place: usize| nodes.saturating_add(place as u32);
        let all = (nodes as usize).saturating_mul(2).saturating_add(groups.len());
        let members = |place: &GroupPlace| {
            let rules = kinds.get(place.0).and_then(|kind| kind.rules.as_ref());
            let quota = rules.and_then(|rules| rules.quotas.get(place.1));
            let found = quota.and_then(|quota| quota.partitions.get(place.2)?.groups.get(place.3));
            found.map(|group| group.members.as_slice()).unwrap_or_default()
        };
        let arrows = |late: &[bool]| {
            let mut list: Vec<(u32, u32)> = (0..nodes).map(|subject| (subject, held(subject))).collect();
            list.extend(edges.iter().map(|(from, to)| (held(*from), *to)));
            for (place, found) in groups.iter().enumerate() {
                list.extend(members(found).iter().map(|member| (*member, group(place))));
                if !late.get(place).copied().unwrap_or(false) {
                    list.extend(members(found).iter().map(|member| (group(place), held(*member))));
                }
            }
            Arrows::new(all, list.into_iter().collect::<Vec<_>>().iter().copied())
        };
        let mut late = vec![false; groups.len()];
        let mut graph = arrows(&late);
        let (mut sorted, mut stages) = graph.stages(|node| node < nodes);
        if sorted.len() < all {
            let (circle_of, _) = graph.circles();
            for (place, found) in groups.iter().enumerate() {
                if circle_of.get(group(place) as usize).copied().flatten().is_none() {
                    continue;
                }
                if let Some(slot) = late.get_mut(place) {
                    *slot = true;
                }
                for member in members(found) {
                    if let Some(slot) = self.late.get_mut(*member as usize) {
                        *slot = true;
                    }
                }
                problems.push(quota_circle(kinds, found, members(found), ids));
            }
            graph = arrows(&late);
            (sorted, stages) = graph.stages(|node| node < nodes);
        }
        debug_assert_eq!(sorted.len(), all, "a graph without circles has an order");
        self.stages = stages.get(..nodes as usize).unwrap_or_default().to_vec();
        let behind = (nodes as usize).saturating_add(groups.len());
        self.group_stages = stages.get(nodes as usize..behind).unwrap_or_default().to_vec();
    }
}

fn quota_circle(kinds: &[Kind], place: &GroupPlace, members: &[u32], ids: &Ids) -> CohortProblem {
    let kind = kinds.get(place.0);
    let quota = kind.and_then(|kind| kind.rules.as_ref()).and_then(|rules| rules.quotas.get(place.1));
    let partition = quota.and_then(|quota| quota.partitions.get(place.2));
    let name = partition.and_then(|partition| partition.groups.get(place.3)).map_or("", |group| &group.name);
    let table = kind.map_or("", |kind| kind.name.as_str());
    let problem = CohortProblem::new(CohortCode::QuotaCircle, table, Message::CohortWantedLateQuota, name);
    let names = members.iter().map(|member| ids.name(*member).to_owned());
    problem.column(partition.map_or("", |partition| &partition.name)).subjects(names)
}

/// From each subject to those who are rated after it, each pair once.
fn dependencies(kinds: &[Kind], kind_of: &[u16], objects: &[Arrows; 5], subjects: &[Arrows; 5]) -> Vec<(u32, u32)> {
    let mut edges = Vec::new();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    for kind in kinds {
        let Some(rules) = &kind.rules else { continue };
        // Whether only those of the first kind go first of which there are any, as for the fact that comes from them.
        let mut links: Vec<(Relation, bool, bool, Vec<u16>)> = rules
            .inputs
            .iter()
            .filter(|input| matches!(input.take, Take::Level | Take::Count { .. }))
            .map(|input| (input.relation, input.names, input.first_kind, input.kinds.clone()))
            .collect();
        for rule in rules.subject().map(|subject| subject.after.as_slice()).unwrap_or_default() {
            let place = |name: &String| names.iter().position(|known| known == name);
            let kinds = rule.kinds.iter().filter_map(place).filter_map(|place| u16::try_from(place).ok());
            links.push((rule.relation, rule.first == RelationEnd::Object, false, kinds.collect()));
        }
        sorted::sort_by(&mut links, Ord::cmp);
        links.dedup();
        let count = kind.batch.num_rows() as u32;
        for (relation, names, first_kind, kinds) in links {
            let arrows = if names { objects } else { subjects };
            let Some(arrows) = arrows.get(relation as usize) else { continue };
            for subject in kind.first..kind.first.saturating_add(count) {
                let others = || arrows.of(subject).iter().copied();
                let kind = |other: u32| kind_of.get(other as usize).copied();
                let present = |wanted: &u16| others().any(|other| kind(other) == Some(*wanted));
                let first = kinds.iter().position(present).filter(|_| first_kind);
                let counted = first.map_or(kinds.as_slice(), |first| kinds.get(first..=first).unwrap_or_default());
                let meant = |other: &u32| kind(*other).is_some_and(|kind| counted.contains(&kind));
                edges.extend(others().filter(meant).map(|other| (other, subject)));
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}
