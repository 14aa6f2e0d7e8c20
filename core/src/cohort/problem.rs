//! What is wrong with a cohort: each thing with its table, its rows and whom it concerns. The rest is rated.

use crate::catalogue::{Language, Message, fill};
use crate::document::Words;
use crate::fault::{Wanted, codes};

codes! {
    /// The sorts of problem of a cohort.
    CohortCode {
        /// A row of a table of subjects has no id.
        NoId = "no_id",
        /// Two rows have one id: it means the first, and the second may be somebody else or nobody.
        SameId = "same_id",
        /// A relation that there is not.
        UnknownRelation = "unknown_relation",
        /// A relation to nobody, or of nobody.
        Nobody = "nobody",
        /// A relation of a subject to itself.
        Itself = "itself",
        /// A subject belongs to two others.
        TwoParents = "two_parents",
        /// One has two heads.
        TwoHeads = "two_heads",
        /// A person is in two official posts.
        TwoPosts = "two_posts",
        /// Two persons hold one official post.
        TwoHolders = "two_holders",
        /// Subjects each of which would have to be rated before the other.
        Circle = "circle",
        /// A group of a quota some of whom can only be rated after the quota was held.
        QuotaCircle = "quota_circle",
        /// No rulebook is in force for the kind on the day.
        NoRulebook = "no_rulebook",
        /// The rulebook has no such kind of subject.
        UnknownKind = "unknown_kind",
        /// A stated fact contradicts what the other subjects give.
        Contradiction = "contradiction",
        /// A quota names a grouping that no column of the table states.
        NoGrouping = "no_grouping",
        /// A subject that may have the limited level is in no group.
        NoGroup = "no_group",
        /// The rate of the group is to be recorded and was not.
        NoRate = "no_rate",
        /// A rate is recorded for a group of nobody.
        GroupOfNobody = "group_of_nobody",
        /// A column of relations or decisions whose name is nearly one that means something.
        NearColumn = "near_column",
        /// A rate above the share that the text allows, or no share.
        BadRate = "bad_rate",
    }
}

/// One thing that is wrong with a cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortProblem {
    /// What sort of problem it is; stable.
    pub code: CohortCode,
    /// The table: a kind of subject, `relations`, `rates` or `decisions`.
    pub table: String,
    /// The rows, counted from 1 without the titles; empty where it concerns the whole table.
    pub rows: Vec<u64>,
    /// The column; empty where it concerns none.
    pub column: String,
    /// The ids of whom it concerns.
    pub subjects: Vec<String>,
    /// What was expected.
    pub expected: Words,
    /// What was found, the same in every language; `-` where nothing is.
    pub found: String,
}

/// How many rows and ids a message names.
const NAMED: usize = 10;

impl CohortProblem {
    pub(crate) fn new(code: CohortCode, table: &str, expected: impl Into<Wanted>, found: impl Into<String>) -> Self {
        let (rows, subjects) = (Vec::new(), Vec::new());
        let (table, column, expected) = (table.to_owned(), String::new(), expected.into().into());
        Self { code, table, rows, column, subjects, expected, found: found.into() }
    }

    pub(crate) fn rows(mut self, rows: impl IntoIterator<Item = u32>) -> Self {
        self.rows = rows.into_iter().map(|row| u64::from(row).saturating_add(1)).collect();
        self
    }

    pub(crate) fn column(mut self, column: &str) -> Self {
        column.clone_into(&mut self.column);
        self
    }

    pub(crate) fn subjects(mut self, subjects: impl IntoIterator<Item = String>) -> Self {
        self.subjects = subjects.into_iter().collect();
        self
    }

    /// The problem as one sentence: its place, its sort, what was expected and what was found.
    pub fn words(&self, language: Language) -> String {
        let mut place = self.table.clone();
        if !self.rows.is_empty() {
            let rows = named(self.rows.iter().map(u64::to_string));
            place.push_str(&fill(Message::CohortRows, language, &[("rows", &rows)]));
        }
        if !self.column.is_empty() {
            place.push_str(&fill(Message::CohortColumn, language, &[("column", &self.column)]));
        }
        if !self.subjects.is_empty() {
            let ids = named(self.subjects.iter().cloned());
            place.push_str(&fill(Message::CohortSubjects, language, &[("ids", &ids)]));
        }
        let sort = Message::from_key(&format!("cohort.code.{}", self.code.name()));
        let values = [
            ("place", place.as_str()),
            ("sort", sort.map_or(self.code.name(), |sort| sort.template(language))),
            ("expected", self.expected.get(language)),
            ("found", &self.found),
        ];
        fill(Message::FaultLine, language, &values)
    }
}

/// The first few of a list, and how many more there are.
pub(crate) fn named(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let mut text = all.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" … (+{more})"));
    }
    text
}
