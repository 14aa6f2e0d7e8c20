//! The rulebook as a document: what a JSON file of a regulation says, and nothing that was computed from it.
//!
//! These types are the contract with people who write rulebooks. Their JSON Schema is generated from them
//! (`core/schema/rulebook.schema.json`), their doc comments are its descriptions, and the canonical form of a
//! rulebook, over which its digest is taken, is this model written as compact JSON in the order of its fields.
//! There are no free-form maps here: every list keeps its order and a key given twice is an error.
//! Whether a document makes sense is not judged here but when it is compiled.

/// Derives what every part of the document derives, and refuses keys that the model does not know.
macro_rules! document {
    ($(#[$meta:meta])* $visibility:vis struct $($rest:tt)*) => {
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        $(#[$meta])* $visibility struct $($rest)*
    };
    ($(#[$meta:meta])* $visibility:vis enum $($rest:tt)*) => {
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        $(#[$meta])* $visibility enum $($rest)*
    };
}

mod condition;
mod overlay;

use serde::{Deserialize, Serialize};

pub use condition::*;
pub use overlay::*;

document! {
    /// One regulation with its guidance, as data.
    pub struct Document {
        /// Where an editor finds the schema of this file; without meaning for the rules.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<String>,
        /// The name of the rulebook: lower-case letters, digits and hyphens, such as `366-qd-tw`.
        pub id: String,
        /// The version of this encoding of the text, such as `1.0.0`; it changes whenever a rule does.
        pub version: String,
        /// The name of the regulation.
        pub title: Words,
        /// The rulebooks that this one was built upon, the oldest first; written by the program when an overlay is applied.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub layers: Vec<Layer>,
        /// The texts (văn bản) that the rules cite.
        pub instruments: Vec<Instrument>,
        /// The days on which the rulebook is in force.
        pub in_force: Period,
        /// The levels of a rating (mức xếp loại), lowest first; two to eight.
        pub levels: Vec<Choice>,
        /// Named sets of values that facts may take.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub enumerations: Vec<Enumeration>,
        /// Every choice that the text leaves open, named, with its default.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub policies: Vec<Policy>,
        /// Who is rated, kind by kind.
        pub subjects: Vec<Subject>,
    }
}

document! {
    /// Text for people, in Vietnamese and in English. Neither may be empty.
    pub struct Words {
        /// Vietnamese, NFC.
        pub vi: String,
        /// English.
        pub en: String,
    }
}

document! {
    /// A rulebook that lies under this one.
    pub struct Layer {
        /// The id of that rulebook.
        pub id: String,
        /// Its version.
        pub version: String,
        /// Its digest, `sha256:` and 64 hexadecimal digits.
        pub digest: String,
    }
}

document! {
    /// A legal text (văn bản): number, issuer, date, force.
    pub struct Instrument {
        /// The name by which citations refer to it.
        pub id: String,
        /// The official number, such as `366-QĐ/TW`.
        pub number: String,
        /// What sort of text it is, such as Quy định, Hướng dẫn.
        pub kind: Words,
        /// Who issued it.
        pub issuer: Words,
        /// The day of issue, `YYYY-MM-DD`.
        pub date: String,
        /// The days on which it is in force.
        pub in_force: Period,
        /// The official numbers of the texts that it replaces.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub replaces: Vec<String>,
    }
}

document! {
    /// A span of days, both ends included.
    pub struct Period {
        /// The first day, `YYYY-MM-DD`.
        pub from: String,
        /// The last day, `YYYY-MM-DD`; absent while no end is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to: Option<String>,
    }
}

document! {
    /// A value with a code and words: a level, a value of an enumeration, an option of a policy.
    pub struct Choice {
        /// The code that programs use, such as `not_completed`.
        pub code: String,
        /// The words that people read.
        pub label: Words,
        /// The customary abbreviation, such as `HTXS`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub short: Option<String>,
    }
}

document! {
    /// A named set of values.
    pub struct Enumeration {
        /// The name by which facts refer to it.
        pub name: String,
        /// Whether the values rise, the lowest first, so that "at least" has a meaning.
        pub ordered: bool,
        /// The values.
        pub values: Vec<Choice>,
    }
}

document! {
    /// A choice that the text leaves open.
    pub struct Policy {
        /// Its name, such as `basic_targets`.
        pub name: String,
        /// What is chosen.
        pub label: Words,
        /// The question that the text leaves open, and where the default comes from.
        pub words: Words,
        /// The place of the text.
        pub citation: Citation,
        /// How well the default is known.
        pub provenance: Provenance,
        /// The possible choices.
        pub options: Vec<Choice>,
        /// The code of the option that is taken when a caller does not say otherwise.
        pub default: String,
    }
}

document! {
    /// A kind of subject (loại đối tượng) and all rules for it.
    pub struct Subject {
        /// The code of the kind, such as `member`.
        pub kind: String,
        /// Its name.
        pub label: Words,
        /// The days on which the rules for this kind are in force, where they are not those of the rulebook.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub in_force: Option<Period>,
        /// What a case of this kind may say; at most 256.
        pub facts: Vec<Fact>,
        /// What must be true between facts for a case to be consistent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub constraints: Vec<Constraint>,
        /// Exact quantities computed from facts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub measures: Vec<Measure>,
        /// Whoever one of these holds for is not reviewed (không kiểm điểm) and so not rated.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_reviewed: Vec<Rule>,
        /// Whoever one of these holds for is reviewed but not rated (không xếp loại).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_rated: Vec<Rule>,
        /// What the text asks for each level.
        pub standards: Standards,
        /// Rules any of which gives the lowest level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub triggers: Vec<Trigger>,
        /// Rules that hold a rating at or below a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ceilings: Vec<Ceiling>,
        /// Limits on how many of a group may have a level (tỷ lệ khống chế).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub quotas: Vec<Quota>,
        /// What the text ties to a case without changing its level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notices: Vec<Rule>,
        /// The parts of the text that were not at hand; each leaves the result to the authority.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub unread: Vec<Remark>,
        /// What the text leaves open for this kind, for the reader; decides nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub open_points: Vec<Remark>,
    }
}

document! {
    /// Something that a case may say about its subject.
    pub struct Fact {
        /// English snake_case; the same thing has the same name in every rulebook.
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
        pub min: i64,
        /// The largest value.
        pub max: i64,
    }
}

document! {
    /// The bounds of a decimal, both included, as exact text.
    pub struct DecimalRange {
        /// How many decimal places a value may have, 0 to 6.
        pub scale: u32,
        /// The smallest value, such as `"0"`.
        pub min: String,
        /// The largest value, such as `"30"`.
        pub max: String,
    }
}

document! {
    /// The form of the items of a list.
    pub struct ListType {
        /// The fields of an item; none of them a list.
        pub fields: Vec<Field>,
        /// How many items at most, 1 to 10,000.
        pub max_items: u32,
    }
}

document! {
    /// A field of an item of a list.
    pub struct Field {
        /// English snake_case.
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
        /// Each fact is at most the next one.
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

document! {
    /// An exact quantity computed from facts.
    pub struct Measure {
        /// English snake_case; facts and measures share their names.
        pub name: String,
        /// What people call it.
        pub label: Words,
        /// How it is computed.
        pub formula: Formula,
        /// Limits within which the value is kept; that they acted is noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub clamp: Option<Clamp>,
        /// Where the table of points stands that the measure adds up; results that use it say so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub table: Option<TableSource>,
    }
}

document! {
    /// Where a table of points comes from.
    pub struct TableSource {
        /// The place of the text.
        pub citation: Citation,
        /// How well it is known.
        pub provenance: Provenance,
    }
}

document! {
    /// How a measure is computed.
    pub enum Formula {
        /// Some facts or measures less others.
        Sum(Sum),
    }
}

document! {
    /// Integers or decimals added and subtracted.
    pub struct Sum {
        /// The names of what is added.
        pub plus: Vec<String>,
        /// The names of what is subtracted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub minus: Vec<String>,
    }
}

document! {
    /// Limits within which a value is kept.
    pub struct Clamp {
        /// The smallest value, exact text.
        pub min: String,
        /// The largest value, exact text.
        pub max: String,
    }
}

document! {
    /// The place of the text that a rule comes from (điều, khoản, điểm).
    pub struct Citation {
        /// The id of one of the rulebook's instruments.
        pub instrument: String,
        /// The article and what is below it, as the text numbers it, such as `Điều 11.4.3.a` or `mục 7.5`.
        pub place: String,
    }
}

document! {
    /// How well a rule is known.
    #[derive(Copy, PartialOrd, Ord)]
    pub enum Provenance {
        /// The provision was read.
        Read,
        /// A summary or a description of the provision was read, not its own words.
        Summary,
        /// Taken from memory or inferred; the provision was not read.
        Inferred,
        /// A lower body's own rule, or sample data.
        Local,
    }
}

document! {
    /// A rule: when its condition holds, what its place in the document says follows.
    pub struct Rule {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// When it holds.
        pub condition: Condition,
    }
}

document! {
    /// A rule that gives the lowest level.
    pub struct Trigger {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// When it holds.
        pub condition: Condition,
        /// Where one of these holds too, the authority weighs and decides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub escapes: Vec<Rule>,
    }
}

document! {
    /// A rule that holds the rating at or below a level.
    pub struct Ceiling {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// When it holds.
        pub condition: Condition,
        /// The level that the rating cannot pass.
        pub at_most: Cap,
        /// Where one of these holds too, the authority weighs and decides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub escapes: Vec<Rule>,
    }
}

document! {
    /// The level of a ceiling.
    pub enum Cap {
        /// A level of the rulebook, by its code.
        Level(String),
        /// The level that a fact states, such as `unit_rating`.
        Fact(String),
    }
}

document! {
    /// What the text asks for each level.
    pub struct Standards {
        /// The name of the measure or fact that is the score; absent where the text has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub score: Option<String>,
        /// The name of the policy that decides what a gap of the text gives, with the options `authority` and `lower`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub on_gap: Option<String>,
        /// Whether the text's list for the lowest level is closed ("any of …") or open ("whoever does not reach …").
        pub lowest: Lowest,
        /// One entry for each level, lowest first. Where there is a score, each has its band; the lowest has no conditions.
        pub levels: Vec<Standard>,
    }
}

document! {
    /// How the text gives the lowest level.
    #[derive(Copy)]
    pub enum Lowest {
        /// Only whoever the list names; for others who reach no level the text gives none.
        Closed,
        /// Whoever does not reach the level above.
        Open,
    }
}

document! {
    /// What the text asks for one level: all of its conditions, and a score that reaches its band.
    pub struct Standard {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// The code of the level.
        pub level: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// The scores of the level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub band: Option<Band>,
        /// The conditions, each a rule of its own; all must hold.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub conditions: Vec<Rule>,
    }
}

document! {
    /// The scores of a level. Each band begins where the one below it ends.
    pub struct Band {
        /// The lowest score of the band, included; absent for the lowest level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<String>,
        /// The end of the band, not included; absent for the highest level.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub below: Option<String>,
    }
}

document! {
    /// A limit on how many of a group may have a level. One case alone neither meets nor breaks it.
    pub struct Quota {
        /// The name of the rule, unique in the rulebook.
        pub id: String,
        /// Where the text says so.
        pub citation: Citation,
        /// What the text says, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
        /// The level that is limited.
        pub level: String,
        /// Who is counted together: one or more names of groupings; where several are given, none may be exceeded.
        pub group_by: Vec<String>,
        /// The largest share of the base, such as `20%`.
        pub rate: String,
        /// The rate where a decision of the authority grants it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub exceptional_rate: Option<String>,
        /// The name of the policy that says what the rate is taken of.
        pub base: String,
        /// The name of the policy that says how the number is rounded.
        pub rounding: String,
        /// The name of the policy that says whether those who step down count in the base.
        pub stepping_down: String,
        /// The name of the policy for groups too small for one.
        pub small_groups: String,
    }
}

document! {
    /// A remark on the text: a part that was not read, a question that it leaves open.
    pub struct Remark {
        /// The name of the remark, unique in the rulebook.
        pub id: String,
        /// The place of the text.
        pub citation: Citation,
        /// What was not read, or what is open.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}
