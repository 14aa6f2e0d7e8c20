//! A cohort that is in order: kinds with their rulebooks, relations in both directions, groups of the quotas, stages.
//! Nothing of it changes while it is rated.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use super::allowance::{Terms, stated_rate};
use super::graph::Arrows;
use super::inputs::{Input, inputs_of};
use super::order::Order;
use super::problem::{CohortCode, CohortProblem};
use super::tables::{Doubtful, Edge, ID, Ids, column, text_at};
use crate::batch::{EPOCH, Rater, value_at};
use crate::case::Value;
use crate::catalogue::Message;
use crate::document::{Quota, Rate, Relation, Subject};
use crate::fault::wanted;
use crate::number::Fraction;
use crate::plan::Plan;
use crate::rulebook::{PolicySet, Rulebook};
use crate::sorted;

/// That somebody is in no group.
pub(crate) const NO_GROUP: u32 = u32::MAX;

/// A kind of subject with its table.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: String,
    /// Nothing where none is in force; nobody of the kind is rated then.
    pub(crate) rules: Option<Rules>,
    pub(crate) batch: RecordBatch,
    /// The number of its first subject.
    pub(crate) first: u32,
}

/// How a kind is rated.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) rulebook: Rulebook,
    pub(crate) place: usize,
    pub(crate) policies: PolicySet,
    pub(crate) rater: Rater,
    /// The columns of the facts.
    pub(crate) facts: Vec<Option<ArrayRef>>,
    /// The facts of subjects that came without a table, row by row.
    pub(crate) records: Vec<Vec<(String, Value<'static>)>>,
    /// The facts that come from other subjects.
    pub(crate) inputs: Vec<Input>,
    pub(crate) quotas: Vec<HeldQuota>,
}

/// A quota with its groupings.
#[derive(Debug)]
pub(crate) struct HeldQuota {
    pub(crate) quota: Quota,
    pub(crate) terms: Terms,
    pub(crate) rate: Option<Fraction>,
    pub(crate) exceptional: Option<Fraction>,
    pub(crate) partitions: Vec<Partition>,
}

/// A grouping of the subjects of a kind.
#[derive(Debug)]
pub(crate) struct Partition {
    /// The name of the grouping.
    pub(crate) name: String,
    /// Whether the table has its columns.
    pub(crate) stated: bool,
    /// For each row of the kind the group, or [`NO_GROUP`].
    pub(crate) group_of: Vec<u32>,
    /// The groups in the order of their names, with their members as numbers of subjects.
    pub(crate) groups: Vec<Group>,
    /// The number of the first of them among all groups of the cohort.
    pub(crate) first_group: usize,
}

/// Those who are counted together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) members: Vec<u32>,
    /// What was recorded for it.
    pub(crate) recorded: Option<GroupRate>,
}

/// The rate of a quota for one group, and the decision that grants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRate {
    /// The id of the quota, such as `member.quota`.
    pub quota: String,
    /// The grouping; empty: whichever the quota has.
    pub grouping: String,
    /// The group: a value of the column of the grouping.
    pub group: String,
    /// The share, such as `25%`: a recorded one, or the exceptional one that the text allows.
    pub rate: String,
    /// The number of the decision that grants it.
    pub decision: String,
}

impl GroupRate {
    /// Whether both are for a group in common.
    pub(crate) fn same_group(&self, other: &Self) -> bool {
        let anyhow = self.grouping.is_empty() || other.grouping.is_empty() || self.grouping == other.grouping;
        self.quota == other.quota && self.group == other.group && anyhow
    }

    /// Whether they say different things of a group.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        self.same_group(other) && (&self.rate, &self.decision) != (&other.rate, &other.decision)
    }
}

/// Where a group stands: kind, quota, grouping, group.
pub(crate) type GroupPlace = (usize, usize, usize, usize);

/// A cohort that is in order.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) ids: Ids,
    /// The kind of each subject.
    pub(crate) kind_of: Vec<u16>,
    /// For each relation those whom a subject names, and those who name it.
    pub(crate) objects: [Arrows; 5],
    pub(crate) subjects: [Arrows; 5],
    /// The relations of which it is not known whether they hold.
    pub(crate) doubtful: Doubtful,
    pub(crate) groups: Vec<GroupPlace>,
    pub(crate) order: Order,
    pub(crate) period_end: i64,
}

impl Scene {
    pub(crate) fn len(&self) -> usize {
        self.kind_of.len()
    }

    pub(crate) fn kind(&self, subject: u32) -> Option<&Kind> {
        self.kinds.get(usize::from(*self.kind_of.get(subject as usize)?))
    }

    pub(crate) fn row(&self, subject: u32) -> usize {
        let first = self.kind(subject).map_or(0, |kind| kind.first);
        subject.saturating_sub(first) as usize
    }

    /// Whether it is not known that the other is related to the subject by the relation of an input.
    pub(crate) fn is_doubtful(&self, input: &Input, subject: u32, other: u32) -> bool {
        let (from, to) = if input.names { (subject, other) } else { (other, subject) };
        !self.doubtful.is_empty() && self.doubtful.contains(&(input.relation, from, to))
    }

    /// Those at the other end of a relation, of some kinds.
    pub(crate) fn related<'s>(&'s self, subject: u32, input: &'s Input) -> impl Iterator<Item = u32> + 's {
        let arrows = match input.names {
            true => self.objects.get(input.relation as usize),
            false => self.subjects.get(input.relation as usize),
        };
        let all = arrows.map(|arrows| arrows.of(subject)).unwrap_or_default();
        // Where there are some of a kind, those of the kinds after it are not counted.
        let kind = |other: u32| self.kind_of.get(other as usize).copied();
        let present = |wanted: &u16| all.iter().any(|other| kind(*other) == Some(*wanted));
        let first = if input.first_kind { input.kinds.iter().copied().find(|wanted| present(wanted)) } else { None };
        all.iter().copied().filter(move |other| match (kind(*other), first) {
            (Some(kind), Some(first)) => kind == first,
            (Some(kind), None) => !input.first_kind && input.kinds.contains(&kind),
            (None, _) => false,
        })
    }

    /// The groups that a subject is in, of all quotas of its kind.
    pub(crate) fn groups_of(&self, subject: u32) -> impl Iterator<Item = usize> + '_ {
        let row = self.row(subject);
        let rules = self.kind(subject).and_then(|kind| kind.rules.as_ref());
        let quotas = rules.map(|rules| rules.quotas.as_slice()).unwrap_or_default();
        quotas.iter().flat_map(|quota| &quota.partitions).filter_map(move |partition| {
            let at = partition.group_of.get(row).copied().filter(|at| *at != NO_GROUP)?;
            Some(partition.first_group.saturating_add(at as usize))
        })
    }

    pub(crate) fn group(&self, place: GroupPlace) -> Option<(&Rules, &HeldQuota, &Partition, &Group)> {
        let rules = self.kinds.get(place.0)?.rules.as_ref()?;
        let quota = rules.quotas.get(place.1)?;
        let partition = quota.partitions.get(place.2)?;
        Some((rules, quota, partition, partition.groups.get(place.3)?))
    }
}

impl Rules {
    /// What a row says of a fact, by the place of the fact.
    pub(crate) fn value(&self, fact: usize, name: &str, row: usize) -> Value<'_> {
        if let Some(record) = self.records.get(row)
            && let Some((_, value)) = record.iter().find(|(known, _)| known == name)
        {
            return value.clone();
        }
        match self.facts.get(fact) {
            Some(Some(column)) => value_at(column.as_ref(), row),
            _ => Value::Missing,
        }
    }

    pub(crate) fn plan(&self) -> Option<&Plan> {
        self.rulebook.plan(self.place)
    }

    pub(crate) fn subject(&self) -> Option<&Subject> {
        self.rulebook.document().subjects.get(self.place)
    }
}

/// The table of a kind with the end of the period, where the rulebook asks for it and the table does not say it.
pub(crate) fn with_period_end(batch: &RecordBatch, plan: &Plan, day: i64) -> RecordBatch {
    let name = "period_end";
    if plan.period_end.is_none() || column(batch, name).is_some() {
        return batch.clone();
    }
    let since_epoch = i32::try_from(day.saturating_sub(EPOCH)).unwrap_or(i32::MAX);
    let days: ArrayRef = Arc::new(Date32Array::from(vec![since_epoch; batch.num_rows()]));
    let fields = batch.schema_ref().fields().iter().map(|field| field.as_ref().clone());
    let fields: Vec<Field> = fields.chain([Field::new(name, DataType::Date32, false)]).collect();
    let schema = Schema::new_with_metadata(fields, batch.schema_ref().metadata().clone());
    let columns = batch.columns().iter().cloned().chain([days]).collect();
    RecordBatch::try_new(Arc::new(schema), columns).unwrap_or_else(|_| batch.clone())
}

/// The columns that are no facts but mean something to a cohort.
pub(crate) fn own_columns(subject: &Subject, groups: &Groupings) -> Vec<String> {
    let relations = Relation::ALL.iter().map(|relation| relation.code());
    let named = subject.quotas.iter().flat_map(|quota| &quota.group_by);
    let behind = named.clone().flat_map(|name| groups.columns(name));
    let all = relations.chain([ID, "unit"]).map(str::to_owned);
    all.chain(named.cloned()).chain(behind.map(str::to_owned)).collect()
}

/// Which columns make a grouping, where it is not one column of its name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groupings(pub(crate) Vec<(String, Vec<String>)>);

impl Groupings {
    pub(crate) fn columns<'g>(&'g self, name: &'g str) -> Vec<&'g str> {
        match self.0.iter().find(|(known, _)| known == name) {
            Some((_, columns)) => columns.iter().map(String::as_str).collect(),
            None => vec![name],
        }
    }
}

/// The quotas of a kind with their groups.
pub(crate) fn quotas_of(
    (kind, batch, first): (&str, &RecordBatch, u32),
    (rulebook, policies, subject): (&Rulebook, &PolicySet, &Subject),
    groupings: &Groupings,
    rates: &[GroupRate],
    problems: &mut Vec<CohortProblem>,
) -> Vec<HeldQuota> {
    let mut held = Vec::new();
    for quota in &subject.quotas {
        let terms = Terms::new(rulebook, quota, policies);
        let mut partitions = Vec::new();
        for name in &quota.group_by {
            let columns: Vec<Option<&ArrayRef>> =
                groupings.columns(name).into_iter().map(|name| column(batch, name)).collect();
            let columns: Option<Vec<&ArrayRef>> = columns.into_iter().collect();
            if columns.is_none() {
                let values = [("grouping", name.as_str()), ("level", quota.level.as_str())];
                let expected = wanted(Message::CohortWantedGrouping, &values);
                let problem = CohortProblem::new(CohortCode::NoGrouping, kind, expected, "-");
                problems.push(problem.column(name));
            }
            partitions.push(partition(name, columns, batch.num_rows(), first));
        }
        let (rate, exceptional) = (stated_rate(quota), quota.exceptional_rate.as_deref().and_then(Fraction::parse));
        held.push(HeldQuota { quota: quota.clone(), terms, rate, exceptional, partitions });
    }
    let mut twice: Vec<&GroupRate> = Vec::new();
    for recorded in rates.iter().filter(|recorded| subject.quotas.iter().any(|quota| quota.id == recorded.quota)) {
        // Of two different rates for one group neither counts.
        if rates.iter().any(|other| recorded.contradicts(other)) {
            if !twice.iter().any(|other| recorded.same_group(other)) {
                let found = rates.iter().filter(|other| recorded.same_group(other)).count().to_string();
                let problem = CohortProblem::new(CohortCode::BadRate, "rates", Message::CohortWantedOneRate, found);
                problems.push(problem.column("group").subjects([recorded.group.clone()]));
            }
            twice.push(recorded);
            continue;
        }
        record(recorded, &mut held, problems);
    }
    held
}

fn partition(name: &str, columns: Option<Vec<&ArrayRef>>, rows: usize, first: u32) -> Partition {
    let mut group_of = vec![NO_GROUP; rows];
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for (row, slot) in group_of.iter_mut().enumerate() {
        let Some(columns) = &columns else { break };
        let parts: Option<Vec<_>> = columns.iter().map(|column| text_at(column.as_ref(), row)).collect();
        let Some(parts) = parts else { continue };
        let name = match parts.as_slice() {
            [one] => one.clone().into_owned(),
            _ => parts.join(" / "),
        };
        let next = groups.len() as u32;
        let place = *places.entry(name).or_insert_with_key(|name| {
            groups.push(Group { name: name.clone(), members: Vec::new(), recorded: None });
            next
        });
        *slot = place;
        if let Some(group) = groups.get_mut(place as usize) {
            group.members.push(first.saturating_add(row as u32));
        }
    }
    // In the order of their names, so that the order of the rows does not matter.
    let mut order: Vec<u32> = (0..groups.len() as u32).collect();
    sorted::sort_by(&mut order, |one, two| {
        let name = |place: u32| groups.get(place as usize).map(|group| group.name.as_str());
        name(*one).cmp(&name(*two))
    });
    let mut moved = vec![0_u32; groups.len()];
    for (to, from) in (0_u32..).zip(&order) {
        if let Some(slot) = moved.get_mut(*from as usize) {
            *slot = to;
        }
    }
    for slot in group_of.iter_mut().filter(|slot| **slot != NO_GROUP) {
        *slot = moved.get(*slot as usize).copied().unwrap_or(NO_GROUP);
    }
    sorted::sort_by(&mut groups, |one, two| one.name.cmp(&two.name));
    Partition { name: name.to_owned(), stated: columns.is_some(), group_of, groups, first_group: 0 }
}

/// Puts a recorded rate to its group.
fn record(recorded: &GroupRate, held: &mut [HeldQuota], problems: &mut Vec<CohortProblem>) {
    const TABLE: &str = "rates";
    let Some(quota) = held.iter_mut().find(|quota| quota.quota.id == recorded.quota) else { return };
    let share = Fraction::parse(&recorded.rate);
    let most = match quota.quota.rate {
        Rate::Recorded(_) => Some(Fraction::ONE),
        Rate::Share(_) => quota.exceptional.or(quota.rate),
    };
    let fits = share.zip(most).is_some_and(|(share, most)| share <= most);
    // A share above that of the text is granted by a decision, or it does not count.
    let granted = !recorded.decision.is_empty() || share.zip(quota.rate).is_none_or(|(share, rate)| share <= rate);
    if fits && !granted {
        let expected = Message::CohortWantedGrant;
        let problem = CohortProblem::new(CohortCode::BadRate, TABLE, expected, recorded.rate.clone());
        problems.push(problem.column("decision").subjects([recorded.group.clone()]));
        return;
    }
    if !fits {
        let most = quota.quota.exceptional_rate.as_deref().unwrap_or("100%");
        let expected = wanted(Message::CohortWantedShare, &[("most", most)]);
        let problem = CohortProblem::new(CohortCode::BadRate, TABLE, expected, recorded.rate.clone());
        problems.push(problem.column("rate").subjects([recorded.group.clone()]));
        return;
    }
    let mut found = false;
    for partition in &mut quota.partitions {
        if !recorded.grouping.is_empty() && recorded.grouping != partition.name {
            continue;
        }
        for group in partition.groups.iter_mut().filter(|group| group.name == recorded.group) {
            group.recorded = Some(recorded.clone());
            found = true;
        }
    }
    if !found {
        let problem = CohortProblem::new(
            CohortCode::GroupOfNobody,
            TABLE,
            Message::CohortWantedMembers,
            recorded.group.clone(),
        );
        problems.push(problem.column("group"));
    }
}

impl Kind {
    /// The rules with everything that belongs to them.
    #[expect(clippy::too_many_arguments, reason = "everything that a kind is rated by")]
    pub(crate) fn rules(
        name: &str,
        batch: &RecordBatch,
        first: u32,
        kinds: &[&str],
        (rulebook, place, policies, rater): (Rulebook, usize, PolicySet, Rater),
        groupings: &Groupings,
        rates: &[GroupRate],
        problems: &mut Vec<CohortProblem>,
    ) -> Option<Rules> {
        let subject = rulebook.document().subjects.get(place)?;
        let plan = rulebook.plan(place)?;
        let inputs = inputs_of(&rulebook, subject, kinds);
        let of_rules = (&rulebook, &policies, subject);
        let quotas = quotas_of((name, batch, first), of_rules, groupings, rates, problems);
        let facts = plan.facts.iter().map(|fact| column(batch, rulebook.text(fact.name)).cloned()).collect();
        Some(Rules { rulebook, place, policies, rater, facts, records: Vec::new(), inputs, quotas })
    }
}

/// The relations as arrows in both directions.
pub(crate) fn arrows(edges: &[Vec<Edge>; 5], nodes: usize) -> ([Arrows; 5], [Arrows; 5]) {
    let forward = |list: &Vec<Edge>| Arrows::new(nodes, list.iter().map(|edge| (edge.subject, edge.object)));
    let backward = |list: &Vec<Edge>| Arrows::new(nodes, list.iter().map(|edge| (edge.object, edge.subject)));
    (edges.each_ref().map(forward), edges.each_ref().map(backward))
}
