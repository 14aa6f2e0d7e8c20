//! A cohort as data, and the ways of handing it over: tables or records, relations in columns or in a table of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use xeploai::cohort::{Cohort, GroupRate, Record};
use xeploai::date::parse_date;
use xeploai::document::Relation;
use xeploai::{Library, Rulebook, Value};

use crate::rules::{Kind, Terms, Type, facts, rulebook};

/// What is stated of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Given {
    Count(i64),
    Flag(bool),
    Code(&'static str),
}

impl Given {
    pub(crate) fn value(self) -> Value<'static> {
        match self {
            Self::Count(count) => Value::Integer(count),
            Self::Flag(flag) => Value::Boolean(flag),
            Self::Code(code) => Value::Text(code.into()),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) facts: BTreeMap<&'static str, Given>,
    /// The groups of the quotas, by grouping.
    pub(crate) groups: BTreeMap<&'static str, String>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.id)?;
        let plain = [Given::Flag(false), Given::Code("none"), Given::Count(0)];
        for (name, given) in self.facts.iter().filter(|(_, given)| !plain.contains(given)) {
            write!(formatter, " {name}={given:?}")?;
        }
        let unknown = facts(self.kind).into_iter().filter(|fact| !self.facts.contains_key(fact.name));
        unknown.map(|fact| write!(formatter, " {}=?", fact.name)).collect::<Result<Vec<()>, _>>()?;
        write!(formatter, " {:?}", self.groups)
    }
}

impl std::fmt::Debug for Town {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = |row: usize| self.subjects[row].id.as_str();
        writeln!(formatter, "{:?}", self.terms)?;
        self.subjects.iter().try_for_each(|subject| writeln!(formatter, "  {subject:?}"))?;
        self.edges.iter().try_for_each(|(from, relation, to)| {
            writeln!(formatter, "  {} {} {}", id(*from), relation.code(), id(*to))
        })?;
        self.rates.iter().try_for_each(|rate| writeln!(formatter, "  {rate:?}"))?;
        self.decisions.iter().try_for_each(|decision| writeln!(formatter, "  {} {decision:?}", id(decision.0)))
    }
}

/// A decision: whom it is on, the level, its number and that which it replaces.
pub(crate) type Decided = (usize, &'static str, &'static str, &'static str);

/// A cohort.
#[derive(Clone)]
pub(crate) struct Town {
    pub(crate) terms: Terms,
    pub(crate) subjects: Vec<Subject>,
    /// Subject, relation, object.
    pub(crate) edges: Vec<(usize, Relation, usize)>,
    /// Kind, grouping, group, rate.
    pub(crate) rates: Vec<(Kind, &'static str, String, &'static str)>,
    /// Subject, level, number, the number that it replaces.
    pub(crate) decisions: Vec<(usize, &'static str, &'static str, &'static str)>,
}

/// How it is handed over.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// Kinds whose subjects come as records, not as tables.
    pub(crate) records: Vec<Kind>,
    /// Whether relations stand in a table of their own.
    pub(crate) apart: bool,
    /// How many tables each kind is split into.
    pub(crate) parts: usize,
    pub(crate) threads: usize,
    /// The order of the subjects; empty: as they are.
    pub(crate) order: Vec<usize>,
    pub(crate) kinds: [Kind; 4],
}

impl Default for Form {
    fn default() -> Self {
        Self { records: Vec::new(), apart: true, parts: 1, threads: 1, order: Vec::new(), kinds: Kind::ALL }
    }
}

impl Town {
    pub(crate) fn new(terms: Terms) -> Self {
        let (subjects, edges, rates, decisions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { terms, subjects, edges, rates, decisions }
    }

    /// Adds a subject without faults that has points alone to tell for it: 3 are excellent. Counts are those of nobody.
    pub(crate) fn add(&mut self, id: &str, kind: Kind, points: i64) -> usize {
        let mut known = BTreeMap::new();
        for fact in facts(kind) {
            let given = match (fact.name, fact.kind) {
                ("points", _) => Given::Count(points),
                (_, Type::Count(_)) => Given::Count(0),
                (_, Type::Flag) => Given::Flag(false),
                (_, Type::Form) => Given::Code("none"),
                (_, Type::Level) => continue,
            };
            known.insert(fact.name, given);
        }
        self.subjects.push(Subject { id: id.to_owned(), kind, facts: known, groups: BTreeMap::new() });
        self.subjects.len() - 1
    }

    pub(crate) fn put(&mut self, subject: usize, grouping: &'static str, group: &str) {
        self.subjects[subject].groups.insert(grouping, group.to_owned());
    }

    pub(crate) fn relate(&mut self, subject: usize, relation: Relation, object: usize) {
        self.edges.push((subject, relation, object));
        // What is computed is not stated too.
        for end in [subject, object] {
            for fact in facts(self.subjects[end].kind) {
                if !matches!(fact.from, crate::rules::From::Stated) && !self.related(end, &fact.from).is_empty() {
                    self.subjects[end].facts.remove(fact.name);
                }
            }
        }
    }

    pub(crate) fn set(&mut self, subject: usize, fact: &'static str, given: Option<Given>) {
        match given {
            Some(given) => self.subjects[subject].facts.insert(fact, given),
            None => self.subjects[subject].facts.remove(fact),
        };
    }

    /// Those whom a fact of a subject comes from.
    pub(crate) fn related(&self, subject: usize, from: &crate::rules::From) -> Vec<usize> {
        use crate::rules::From;
        let kind = |other: &usize| self.subjects[*other].kind;
        let ends = |relation: Relation, names: bool| {
            let edges = self.edges.iter().filter(move |edge| edge.1 == relation);
            let mut others: Vec<usize> = edges
                .filter_map(|(from, _, to)| match names {
                    true => (*from == subject).then_some(*to),
                    false => (*to == subject).then_some(*from),
                })
                .collect();
            others.sort_unstable();
            others.dedup();
            others
        };
        match from {
            From::Stated => Vec::new(),
            From::Level(relation, kinds) => {
                ends(*relation, true).into_iter().filter(|other| kinds.contains(&kind(other))).collect()
            }
            From::Any(relation, kinds, _) | From::Lowest(relation, kinds, _) => {
                ends(*relation, false).into_iter().filter(|other| kinds.contains(&kind(other))).collect()
            }
            From::Count(relation, kinds, _, _) => {
                let others = ends(*relation, false);
                let first = kinds.iter().find(|wanted| others.iter().any(|other| kind(other) == **wanted));
                others.into_iter().filter(|other| Some(&kind(other)) == first).collect()
            }
        }
    }

    pub(crate) fn rulebook(&self) -> Rulebook {
        rulebook(&self.terms)
    }

    /// The cohort of the library.
    pub(crate) fn cohort(&self, form: &Form) -> Cohort {
        let mut cohort = Cohort::new(Library::new([self.rulebook()]), parse_date("2025-12-31").unwrap());
        cohort.threads(form.threads);
        for (name, option) in self.terms.policies() {
            cohort.policy(name, option);
        }
        let order: Vec<usize> =
            if form.order.is_empty() { (0..self.subjects.len()).collect() } else { form.order.clone() };
        for kind in form.kinds {
            let rows: Vec<usize> = order.iter().copied().filter(|row| self.subjects[*row].kind == kind).collect();
            if rows.is_empty() {
                continue;
            }
            if form.records.contains(&kind) {
                cohort.add_records(kind.code(), rows.iter().map(|row| self.record(*row)));
            } else {
                let size = rows.len().div_ceil(form.parts.max(1));
                rows.chunks(size).for_each(|rows| {
                    cohort.add(kind.code(), self.table(kind, rows, form.apart));
                });
            }
        }
        // Rows of records state only one object of a relation; the rest stands in the table of relations.
        let mut apart: Vec<&(usize, Relation, usize)> = self
            .edges
            .iter()
            .filter(|(from, ..)| form.apart || form.records.contains(&self.subjects[*from].kind))
            .collect();
        if !form.order.is_empty() {
            apart.reverse();
        }
        if !apart.is_empty() {
            let id = |row: usize| self.subjects[row].id.as_str();
            cohort.relate(text_table(&[
                ("subject", apart.iter().map(|edge| Some(id(edge.0))).collect()),
                ("relation", apart.iter().map(|edge| Some(edge.1.code())).collect()),
                ("object", apart.iter().map(|edge| Some(id(edge.2))).collect()),
            ]));
        }
        for (kind, grouping, group, rate) in &self.rates {
            cohort.rate_of_group(GroupRate {
                quota: format!("{}.quota", kind.code()),
                grouping: (*grouping).to_owned(),
                group: group.clone(),
                rate: (*rate).to_owned(),
                decision: "7".to_owned(),
            });
        }
        if !self.decisions.is_empty() {
            let column = |pick: &dyn Fn(&Decided) -> &'static str| {
                self.decisions.iter().map(|decision| Some(pick(decision))).collect::<Vec<_>>()
            };
            cohort.decide(text_table(&[
                (
                    "subject",
                    self.decisions.iter().map(|decision| Some(self.subjects[decision.0].id.as_str())).collect(),
                ),
                ("level", column(&|decision| decision.1)),
                ("number", column(&|decision| decision.2)),
                ("replaces", column(&|decision| decision.3)),
            ]));
        }
        cohort
    }

    fn record(&self, row: usize) -> Record {
        let subject = &self.subjects[row];
        Record {
            id: subject.id.clone(),
            facts: subject.facts.iter().map(|(name, given)| ((*name).to_owned(), given.value())).collect(),
            // Nobody lacks the column, though some are in no group.
            columns: subject
                .kind
                .groupings(&self.terms)
                .iter()
                .map(|name| ((*name).to_owned(), subject.groups.get(name).cloned().unwrap_or_default()))
                .collect(),
        }
    }

    pub(crate) fn table(&self, kind: Kind, rows: &[usize], apart: bool) -> RecordBatch {
        let subjects = || rows.iter().map(|row| &self.subjects[*row]);
        let ids: StringArray = subjects().map(|subject| Some(subject.id.as_str())).collect();
        let mut columns: Vec<(&str, ArrayRef)> = vec![("id", Arc::new(ids))];
        for fact in facts(kind) {
            let given = || subjects().map(|subject| subject.facts.get(fact.name).copied());
            let column: ArrayRef = match fact.kind {
                Type::Count(_) => Arc::new(
                    given()
                        .map(|given| if let Some(Given::Count(count)) = given { Some(count) } else { None })
                        .collect::<Int64Array>(),
                ),
                Type::Flag => Arc::new(
                    given()
                        .map(|given| if let Some(Given::Flag(flag)) = given { Some(flag) } else { None })
                        .collect::<BooleanArray>(),
                ),
                Type::Form | Type::Level => Arc::new(
                    given()
                        .map(|given| if let Some(Given::Code(code)) = given { Some(code) } else { None })
                        .collect::<StringArray>(),
                ),
            };
            columns.push((fact.name, column));
        }
        for grouping in kind.groupings(&self.terms) {
            let column: StringArray = subjects().map(|subject| subject.groups.get(grouping)).collect();
            columns.push((grouping, Arc::new(column)));
        }
        if !apart {
            for relation in Relation::ALL {
                let named = |row: usize| {
                    let edges = self.edges.iter().filter(move |edge| edge.0 == row && edge.1 == relation);
                    edges.map(|edge| self.subjects[edge.2].id.as_str())
                };
                let column: ArrayRef = match relation {
                    Relation::BelongsTo | Relation::HoldsPost => {
                        Arc::new(rows.iter().map(|row| named(*row).next()).collect::<StringArray>())
                    }
                    _ => {
                        let mut lists = ListBuilder::new(StringBuilder::new());
                        for row in rows {
                            named(*row).for_each(|id| lists.values().append_value(id));
                            lists.append(true);
                        }
                        Arc::new(lists.finish())
                    }
                };
                columns.push((relation.code(), column));
            }
        }
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .unwrap()
    }
}

/// A table of texts.
pub(crate) fn text_table(columns: &[(&str, Vec<Option<&str>>)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, cells)| {
        let column: ArrayRef = Arc::new(cells.iter().copied().collect::<StringArray>());
        (*name, column, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}
