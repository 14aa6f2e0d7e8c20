//! An overlay as a document.

use serde::{Deserialize, Serialize};

use super::{Ceiling, Citation, Instrument, Period, Provenance, Rule, Trigger, Words};

document! {
    /// A local regulation on top of another rulebook: tables of points, rules added or replaced, policies chosen.
    pub struct Overlay {
        /// Where an editor finds the schema of this file; without meaning for the rules.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<String>,
        /// The name of the resulting rulebook.
        pub id: String,
        /// The version of this overlay.
        pub version: String,
        /// The name of the local regulation.
        pub title: Words,
        /// The rulebook that it extends.
        pub extends: Base,
        /// The local texts that its rules cite.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub instruments: Vec<Instrument>,
        /// The days on which the overlay is in force, within those of its base; absent: those of its base.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub in_force: Option<Period>,
        /// Policies of the base for which the local text chooses.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub policies: Vec<PolicyChoice>,
        /// What changes for which kind of subject.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub subjects: Vec<SubjectOverlay>,
    }
}

document! {
    /// The rulebook that an overlay extends, pinned.
    pub struct Base {
        /// Its id.
        pub id: String,
        /// Its version.
        pub version: String,
    }
}

document! {
    /// The local choice for a policy of the base.
    pub struct PolicyChoice {
        /// The name of the policy.
        pub name: String,
        /// The code of the option that becomes the default.
        pub default: String,
        /// Where the local text says so.
        pub citation: Citation,
        /// How well it is known.
        pub provenance: Provenance,
    }
}

document! {
    /// What an overlay changes for one kind of subject.
    pub struct SubjectOverlay {
        /// The code of the kind.
        pub kind: String,
        /// Tables of points: each breaks one decimal fact of the base into items.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub points: Vec<PointTable>,
        /// Rules that are added to those of the base.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub add: Option<Rules>,
        /// Rules that take the place of the base's rules of the same id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub replace: Option<Rules>,
    }
}

document! {
    /// Rules by their effect.
    pub struct Rules {
        /// Rules that end the review.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_reviewed: Vec<Rule>,
        /// Rules that end the rating.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_rated: Vec<Rule>,
        /// Rules that give the lowest level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub triggers: Vec<Trigger>,
        /// Rules that hold a rating at or below a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ceilings: Vec<Ceiling>,
        /// Rules that change no level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notices: Vec<Rule>,
    }
}

document! {
    /// A table of points: the items that a decimal fact of the base is the sum of. Their largest points add up to its bound.
    pub struct PointTable {
        /// The decimal fact of the base, such as `score_general`; it becomes the sum of its items.
        pub fact: String,
        /// Where the local text has the table.
        pub citation: Citation,
        /// How well it is known.
        pub provenance: Provenance,
        /// The items, each a fact of its own from 0 to its largest points.
        pub items: Vec<PointItem>,
    }
}

document! {
    /// An item of a table of points.
    pub struct PointItem {
        /// The name of the fact, English snake_case.
        pub name: String,
        /// What people call it.
        pub label: Words,
        /// The largest points, exact text.
        pub max: String,
    }
}
