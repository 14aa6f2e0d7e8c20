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

mod cohort;
mod condition;
mod fact;
mod measure;
mod overlay;
mod rule;
mod standard;
mod subject;

use serde::{Deserialize, Serialize};

pub use cohort::*;
pub use condition::*;
pub use fact::*;
pub use measure::*;
pub use overlay::*;
pub use rule::*;
pub use standard::*;
pub use subject::*;

document! {
    /// One regulation with its guidance, as data.
    pub struct Document {
        /// Where an editor finds the schema of this file; without meaning for the rules.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<String>,
        /// The name of the rulebook: letters from a to z, digits, `-`, `_` and `.`, such as `366-qd-tw`.
        pub id: String,
        /// The version of this encoding of the text, such as `1.0.0`; it changes whenever a rule does.
        pub version: String,
        /// The name of the regulation.
        pub title: Words,
        /// The province, or other body below the centre, whose rulebook this is, such as `nam-dinh`; absent for a central text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub province: Option<String>,
        /// The rulebooks that this one was built upon, the oldest first; written by the program when an overlay is applied.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub layers: Vec<Layer>,
        /// The texts (văn bản) that the rules cite.
        pub instruments: Vec<Instrument>,
        /// The days on which the rulebook is in force.
        pub in_force: Period,
        /// What a reader of every result has to know, such as a text that was not read; changes no level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub caveats: Vec<Remark>,
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
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^\\d{4}-\\d{2}-\\d{2}$")))]
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
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^\\d{4}-\\d{2}-\\d{2}$")))]
        pub from: String,
        /// The last day, `YYYY-MM-DD`; absent while no end is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^\\d{4}-\\d{2}-\\d{2}$")))]
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
