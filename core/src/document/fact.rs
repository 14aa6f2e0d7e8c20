//! What a case may say: facts with their types and bounds, and what must be true between them.

use serde::{Deserialize, Serialize};

use super::{Condition, FromCohort, Literal, Words};

document! {
    /// Something that a case may say about its subject.
    pub struct Fact {
        /// English snake_case; the same thing has the same name in every rulebook.
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[a-z][a-z0-9_]*$")))]
        pub name: String,
        /// What values it takes.
        #[serde(rename = "type")]
        pub kind: FactType,
        /// What people call it; a file may use this as the title of a column.
        pub label: Words,
        /// What exactly is meant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub help: Option<Words>,
        /// What absence means; unless stated, the fact is unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub absent: Option<Absent>,
        /// How a cohort computes it from other subjects; it may also be given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from_cohort: Option<FromCohort>,
    }
}

document! {
    /// The type of a fact, with its bounds. A level is one of the rulebook's levels, a date a calendar day.
    pub enum FactType {
        /// True or false.
        Boolean,
        /// A whole number.
        Integer(IntegerRange),
        /// An exact decimal.
        Decimal(DecimalRange),
        /// One of the values of a named enumeration.
        Enumeration(String),
        /// A calendar day.
        Date,
        /// One of the levels of the rulebook.
        Level,
        /// Several items of the same form.
        List(ListType),
    }
}

document! {
    /// The bounds of a whole number, both included; between -1,000,000,000 and 1,000,000,000.
    pub struct IntegerRange {
        /// The smallest value.
        #[cfg_attr(feature = "schema", schemars(range(min = -1_000_000_000, max = 1_000_000_000)))]
        pub min: i64,
        /// The largest value.
        #[cfg_attr(feature = "schema", schemars(range(min = -1_000_000_000, max = 1_000_000_000)))]
        pub max: i64,
    }
}

document! {
    /// The bounds of a decimal, both included, as exact text.
    pub struct DecimalRange {
        /// How many decimal places a value may have, 0 to 6.
        #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 6)))]
        pub scale: u32,
        /// The smallest value, such as `"0"`.
        pub min: String,
        /// The largest value, such as `"30"`.
        pub max: String,
    }
}

document! {
    /// The form of the items of a list. An item of a list with a single field may be given as the bare value of that field.
    pub struct ListType {
        /// The fields of an item; none of them a list.
        pub fields: Vec<Field>,
        /// How many items at most, 1 to 10,000.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10000)))]
        pub max_items: u32,
    }
}

document! {
    /// A field of an item of a list.
    pub struct Field {
        /// English snake_case.
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[a-z][a-z0-9_]*$")))]
        pub name: String,
        /// What values it takes; not a list. `text` is for reading only, no rule compares it.
        #[serde(rename = "type")]
        pub kind: FieldType,
        /// What people call it.
        pub label: Words,
        /// Whether an item without it is invalid; otherwise the item is incomplete and what reads it is unknown.
        #[serde(default, skip_serializing_if = "is_false")]
        pub required: bool,
    }
}

document! {
    /// The type of a field of an item.
    pub enum FieldType {
        /// True or false.
        Boolean,
        /// A whole number.
        Integer(IntegerRange),
        /// An exact decimal.
        Decimal(DecimalRange),
        /// One of the values of a named enumeration.
        Enumeration(String),
        /// A calendar day.
        Date,
        /// One of the levels of the rulebook.
        Level,
        /// Free text that no rule reads.
        Text,
    }
}

document! {
    /// What it means that a case does not state a fact.
    pub enum Absent {
        /// The case is invalid.
        Invalid,
        /// The case is invalid where the condition holds.
        InvalidWhen(Condition),
        /// The fact has this value.
        StandsFor(Literal),
    }
}

document! {
    /// What must be true between facts, wherever those that it names are known.
    pub enum Constraint {
        /// Each fact is at most the next one: numbers, or days.
        Rising(Vec<String>),
        /// The parts together are at most the whole.
        SumAtMost(SumAtMost),
    }
}

document! {
    /// The parts of a whole.
    pub struct SumAtMost {
        /// Integer facts that are counted once in the whole.
        pub parts: Vec<String>,
        /// The integer fact that they are parts of.
        pub whole: String,
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}
