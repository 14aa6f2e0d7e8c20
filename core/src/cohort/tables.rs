//! The subjects of a cohort as they come: tables by kind, ids, relations.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::Schema;

use super::problem::{CohortCode, CohortProblem};
use crate::batch::value_at;
use crate::case::{Item, Value};
use crate::catalogue::Message;
use crate::document::Relation;
use crate::fault::wanted;
use crate::text::{misspelt, nfc};

/// The column that names the subject of a row.
pub(crate) const ID: &str = "id";

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 5] = [Self::BelongsTo, Self::Heads, Self::SitsIn, Self::HoldsPost, Self::Below];

    /// The code as programs see it: also the name of the column that states it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelongsTo => "belongs_to",
            Self::Heads => "heads",
            Self::SitsIn => "sits_in",
            Self::HoldsPost => "holds_post",
            Self::Below => "below",
        }
    }
}

/// Where a statement stands: a table and a row of it.
pub(crate) type Origin = (u32, u32);

/// Relations of which it is not known whether they hold: the relation, its subject, its object.
pub(crate) type Doubtful = HashSet<(Relation, u32, u32)>;

/// An arrow of a relation, from its subject to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) subject: u32,
    pub(crate) object: u32,
    pub(crate) origin: Origin,
}

/// The text of a cell; a whole number counts as its digits. Nothing where the cell is empty.
pub(crate) fn text_at(array: &dyn Array, row: usize) -> Option<Cow<'_, str>> {
    let text = match value_at(array, row) {
        Value::Text(text) | Value::Number(text) => text,
        Value::Integer(number) => number.to_string().into(),
        _ => return None,
    };
    let text = match text {
        Cow::Borrowed(text) => nfc(text.trim()),
        Cow::Owned(text) => nfc(text.trim()).into_owned().into(),
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A column by its name.
pub(crate) fn column<'b>(batch: &'b RecordBatch, name: &str) -> Option<&'b ArrayRef> {
    let place = batch.schema_ref().fields().iter().position(|field| nfc(field.name()) == name)?;
    batch.columns().get(place)
}

/// The table of subjects that came one by one: their ids and what else their rows say, as text. Their facts stand beside it.
pub(crate) fn of_records(records: &[super::Record]) -> RecordBatch {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in records.iter().flat_map(|record| &record.columns) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let id: StringArray = records.iter().map(|record| Some(record.id.as_str())).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![(ID, Arc::new(id))];
    for name in names {
        let cell = |record: &super::Record| {
            record.columns.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let column: StringArray = records.iter().map(cell).collect();
        columns.push((name, Arc::new(column)));
    }
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty())))
}

/// Columns of a table of relations or decisions whose names are nearly those that mean something: what stands there would
/// silently be lost.
pub(crate) fn near_columns(table: &str, batch: &RecordBatch, known: &[&str], problems: &mut Vec<CohortProblem>) {
    for field in batch.schema_ref().fields() {
        let name = nfc(field.name());
        let plain = name.trim().to_lowercase();
        if known.contains(&&*name) {
            continue;
        }
        if let Some(near) = misspelt(&plain, known.iter().copied()) {
            let expected = wanted(Message::CohortWantedColumn, &[("near", near)]);
            let problem = CohortProblem::new(CohortCode::NearColumn, table, expected, &*name);
            problems.push(problem.column(&name));
        }
    }
}

/// The subjects by their ids: numbered through all tables, in the order of the rows.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    /// The id of each subject; empty where the row has none.
    pub(crate) names: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
    /// The subjects of second rows of an id, in their order.
    second: Vec<u32>,
}

impl Ids {
    /// Numbers the rows of a table.
    pub(crate) fn add(&mut self, table: &str, batch: &RecordBatch, problems: &mut Vec<CohortProblem>) {
        let column = column(batch, ID);
        let (mut without, first) = (Vec::new(), self.names.len());
        let mut same: Vec<(u32, Box<str>)> = Vec::new();
        self.names.reserve(batch.num_rows());
        self.places.reserve(batch.num_rows());
        for row in 0..batch.num_rows() {
            let id: Box<str> = column.and_then(|column| text_at(column.as_ref(), row)).unwrap_or_default().into();
            let place = self.names.len() as u32;
            if id.is_empty() {
                without.push(row as u32);
            } else if self.places.contains_key(&id) {
                same.push((row as u32, id.clone()));
                self.second.push(place);
            } else {
                self.places.insert(id.clone(), place);
            }
            self.names.push(id);
        }
        if !without.is_empty() {
            let found = if column.is_some() { "-" } else { "- (id)" };
            let problem = CohortProblem::new(CohortCode::NoId, table, Message::CohortWantedId, found);
            problems.push(problem.rows(without).column(ID));
        }
        for (row, id) in same {
            let earlier = self.find(&id).filter(|place| *place as usize >= first);
            let rows = earlier.map(|place| place.saturating_sub(first as u32)).into_iter().chain([row]);
            let problem = CohortProblem::new(CohortCode::SameId, table, Message::CohortWantedId, &*id);
            problems.push(problem.rows(rows).column(ID));
        }
    }

    /// The subject of an id.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        // Ids are kept composed, whatever form they came in.
        self.places.get(&*nfc(id)).copied()
    }

    /// The id of a subject.
    pub(crate) fn name(&self, subject: u32) -> &str {
        self.names.get(subject as usize).map(|name| &**name).unwrap_or_default()
    }

    /// Whether it is a second row of an id: the same subject again or another one, nobody knows.
    pub(crate) fn is_second(&self, subject: u32) -> bool {
        self.second.binary_search(&subject).is_ok()
    }
}

/// The relations while they are read.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    edges: [Vec<Edge>; 5],
    /// Those of second rows of an id.
    of_second: Vec<(Relation, Edge)>,
}

impl Relations {
    /// Reads the columns of a table of subjects that are named like relations.
    pub(crate) fn read_columns(
        &mut self,
        (table, number): (&str, u32),
        (batch, first): (&RecordBatch, u32),
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) {
        for relation in Relation::ALL {
            let Some(column) = column(batch, relation.code()) else { continue };
            for row in 0..batch.num_rows() {
                let subject = first.saturating_add(row as u32);
                let mut add = |name: &str| {
                    let place = (table, relation.code(), row as u32);
                    self.add(relation, subject, name, (number, row as u32), place, ids, problems);
                };
                match value_at(column.as_ref(), row) {
                    Value::List(items) => items.iter().for_each(|item| {
                        if let Item::Bare(Value::Text(name)) = item {
                            add(&nfc(name.trim()));
                        }
                    }),
                    _ => {
                        if let Some(name) = text_at(column.as_ref(), row) {
                            add(&name);
                        }
                    }
                }
            }
        }
    }

    /// Reads a table with the columns `subject`, `relation` and `object`.
    pub(crate) fn read_table(
        &mut self,
        number: u32,
        batch: &RecordBatch,
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) {
        const TABLE: &str = "relations";
        let cell = |name: &str, row: usize| column(batch, name).and_then(|column| text_at(column.as_ref(), row));
        for row in 0..batch.num_rows() {
            let named = cell("relation", row);
            let relation = Relation::ALL.into_iter().find(|relation| named.as_deref() == Some(relation.code()));
            let Some(relation) = relation else {
                let codes = Relation::ALL.map(Relation::code).join(", ");
                let expected = wanted(Message::CohortWantedRelation, &[("relations", &codes)]);
                let found = named.unwrap_or("-".into());
                let problem = CohortProblem::new(CohortCode::UnknownRelation, TABLE, expected, found);
                problems.push(problem.rows([row as u32]).column("relation"));
                continue;
            };
            let subject = cell("subject", row).unwrap_or_default();
            let object = cell("object", row).unwrap_or_default();
            match ids.find(&subject) {
                Some(subject) => {
                    let place = (TABLE, "object", row as u32);
                    self.add(relation, subject, &object, (number, row as u32), place, ids, problems);
                }
                None => problems.push(nobody((TABLE, "subject", row as u32), &subject)),
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a statement, and where it stands")]
    fn add(
        &mut self,
        relation: Relation,
        subject: u32,
        name: &str,
        origin: Origin,
        place: (&str, &str, u32),
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) {
        let Some(object) = ids.find(name) else {
            problems.push(nobody(place, name));
            return;
        };
        if object == subject {
            let (table, column, row) = place;
            let problem = CohortProblem::new(CohortCode::Itself, table, Message::CohortWantedOther, name);
            problems.push(problem.rows([row]).column(column));
        } else if ids.is_second(subject) {
            self.of_second.push((relation, Edge { subject, object, origin }));
        } else if let Some(edges) = self.edges.get_mut(relation as usize) {
            edges.push(Edge { subject, object, origin });
        }
    }

    /// The relations, each once, and those of which it is not known whether they hold: only one may be and more are, or a
    /// second row of an id states them.
    pub(crate) fn sound(
        self,
        tables: &[&str],
        ids: &Ids,
        problems: &mut Vec<CohortProblem>,
    ) -> ([Vec<Edge>; 5], Doubtful) {
        let mut edges = self.edges;
        let mut doubtful = Doubtful::default();
        for (list, relation) in edges.iter_mut().zip(Relation::ALL) {
            list.sort_unstable();
            list.dedup_by_key(|edge| (edge.subject, edge.object));
            let (by_subject, by_object) = match relation {
                Relation::BelongsTo => (Some(CohortCode::TwoParents), None),
                Relation::Heads => (None, Some(CohortCode::TwoHeads)),
                Relation::HoldsPost => (Some(CohortCode::TwoPosts), Some(CohortCode::TwoHolders)),
                Relation::SitsIn | Relation::Below => (None, None),
            };
            let mut refused = Vec::new();
            if let Some(code) = by_subject {
                refused.extend(repeated(list, |edge| edge.subject, code, relation, (tables, ids), problems));
            }
            if let Some(code) = by_object {
                refused.extend(repeated(list, |edge| edge.object, code, relation, (tables, ids), problems));
            }
            doubtful.extend(refused.iter().map(|edge| (relation, edge.subject, edge.object)));
        }
        for (relation, edge) in self.of_second {
            if doubtful.insert((relation, edge.subject, edge.object))
                && let Some(list) = edges.get_mut(relation as usize)
            {
                list.push(edge);
            }
        }
        (edges, doubtful)
    }
}

/// The edges that share an end of which there may be one only; each such end becomes a problem.
fn repeated(
    list: &[Edge],
    end: impl Fn(&Edge) -> u32,
    code: CohortCode,
    relation: Relation,
    (tables, ids): (&[&str], &Ids),
    problems: &mut Vec<CohortProblem>,
) -> Vec<Edge> {
    let mut sorted = list.to_vec();
    sorted.sort_by_key(|edge| (end(edge), *edge));
    let mut refused = Vec::new();
    for same in sorted.chunk_by(|one, two| end(one) == end(two)).filter(|same| same.len() > 1) {
        let Some(first) = same.first() else { continue };
        let one = ids.name(end(first));
        let others = same.iter().map(|edge| if end(edge) == edge.subject { edge.object } else { edge.subject });
        let subjects = std::iter::once(one.to_owned()).chain(others.map(|other| ids.name(other).to_owned()));
        // The rows of the table in which the first of them stands.
        let rows = same.iter().filter(|edge| edge.origin.0 == first.origin.0).map(|edge| edge.origin.1);
        let table = tables.get(first.origin.0 as usize).copied().unwrap_or("relations");
        let column = if table == "relations" { "object" } else { relation.code() };
        let found = same.len().to_string();
        let problem = CohortProblem::new(code, table, Message::CohortWantedOne, found);
        problems.push(problem.rows(rows).column(column).subjects(subjects));
        refused.extend_from_slice(same);
    }
    refused
}

fn nobody((table, column, row): (&str, &str, u32), name: &str) -> CohortProblem {
    let found = if name.is_empty() { "-" } else { name };
    let problem = CohortProblem::new(CohortCode::Nobody, table, Message::CohortWantedSomebody, found);
    problem.rows([row]).column(column)
}
