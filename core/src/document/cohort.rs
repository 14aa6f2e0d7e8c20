//! What a rulebook says of subjects that are rated together: who goes first, which facts come from others, how the
//! authority decides.

use serde::{Deserialize, Serialize};

use super::{Citation, Provenance, Words};

document! {
    /// A relation between two subjects. A row of it names a subject and an object.
    #[derive(Copy, Hash, PartialOrd, Ord)]
    pub enum Relation {
        /// The subject belongs to the object: a member to the cell, a cell to the grassroots organisation, a collective to
        /// the organisation that it leads. One object at most.
        BelongsTo,
        /// The subject is the head (người đứng đầu) of the object. One head at most for each object.
        Heads,
        /// The subject is a member of the object, a leadership collective.
        SitsIn,
        /// The object is the same person, rated in an official post. One object at most.
        HoldsPost,
        /// The subject, a unit, is in the charge of the object, a leader, or directly below it.
        Below,
    }
}

document! {
    /// An end of a relation.
    #[derive(Copy)]
    pub enum RelationEnd {
        /// Those that name this subject as their object.
        Subject,
        /// Those that this subject names.
        Object,
    }
}

document! {
    /// How a cohort computes a fact from the subjects that are related to this one. Without any such subject it computes nothing.
    pub enum FromCohort {
        /// The level of the one that this subject names. For facts that are levels.
        LevelOf(Related),
        /// How many of those that name this subject are rated, at some levels. For whole numbers.
        CountOf(CountOf),
        /// Whether a fact of those that name this subject is true of any. For facts that are true or false.
        AnyOf(FactOf),
        /// The lowest value of an enumeration where it is that of each of those that name this subject; else nothing, as
        /// the text counts only some cases of the higher values and people say which. For enumerations.
        LowestOfAll(FactOf),
    }
}

document! {
    /// Subjects that are related.
    pub struct Related {
        /// The relation.
        pub relation: Relation,
        /// The kinds of subject that are meant, of this rulebook or another; where there are some of one, those after it
        /// are not counted.
        pub kinds: Vec<String>,
    }
}

document! {
    /// Related subjects that are rated at some levels.
    pub struct CountOf {
        /// The relation.
        pub relation: Relation,
        /// The kinds of subject that are meant; where there are some of one, those after it are not counted.
        pub kinds: Vec<String>,
        /// The lowest level that counts; absent: every one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at_least: Option<String>,
        /// The highest level that counts; absent: every one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at_most: Option<String>,
    }
}

document! {
    /// A fact of related subjects: one that they state, not one that is computed in its turn. Reading it does not make them
    /// go first.
    pub struct FactOf {
        /// The relation.
        pub relation: Relation,
        /// The kinds of subject that are meant, all of them.
        pub kinds: Vec<String>,
        /// The name of the fact, in their rulebooks.
        pub fact: String,
    }
}

document! {
    /// That some are rated before this kind of subject.
    pub struct OrderRule {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// The relation.
        pub relation: Relation,
        /// The end of it that goes first.
        pub first: RelationEnd,
        /// The kinds of subject that go first.
        pub kinds: Vec<String>,
    }
}

document! {
    /// How the authority (cấp có thẩm quyền) decides, as far as the text says.
    #[derive(Default)]
    pub struct DecisionRules {
        /// The share of votes that a level needs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub majorities: Vec<Majority>,
        /// The day before which the decision is made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub deadlines: Vec<Deadline>,
        /// Who decides; nobody decides on their own rating.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub authority: Vec<super::Remark>,
    }
}

document! {
    /// The share of votes that a level needs. What counts as the whole is said in its words.
    pub struct Majority {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short; also whose votes are the whole.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// The level.
        pub level: String,
        /// The share of those entitled to vote, such as `2/3`.
        pub share: String,
        /// Whether the share itself does not suffice.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub more_than: bool,
    }
}

document! {
    /// The day before which a decision is made.
    pub struct Deadline {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// The day, month and day of the month as `MM-DD`.
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^\\d{2}-\\d{2}$")))]
        pub day: String,
        /// How many years after that in which the period ends.
        #[serde(default, skip_serializing_if = "is_zero")]
        pub years_later: u8,
    }
}

fn is_zero(years: &u8) -> bool {
    *years == 0
}
