//! An overlay as a document.

use serde::{Deserialize, Serialize};

use super::{
    Ceiling, Citation, Constraint, Enumeration, Fact, Instrument, Literal, Measure, Notice, OrderRule, Period,
    Policy, Provenance, Quota, Remark, Rule, Trigger, Words,
};

document! {
    /// A local regulation on top of another rulebook: tables of points, rules added, replaced or tightened, policies chosen.
    pub struct Overlay {
        /// Where an editor finds the schema of this file; without meaning for the rules.
        #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<String>,
        /// A remark for whoever edits the file; without meaning for the rules.
        #[serde(rename = "$comment", default, skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
        /// The name of the resulting rulebook.
        pub id: String,
        /// The version of this overlay.
        pub version: String,
        /// The name of the local regulation.
        pub title: Words,
        /// The province, or other body, whose regulation it is, such as `nam-dinh`: letters from a to z, digits, `-`, `_` and `.`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub province: Option<String>,
        /// The rulebook that it extends.
        pub extends: Base,
        /// The local texts that its rules cite.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub instruments: Vec<Instrument>,
        /// The days on which the overlay is in force, within those of its base; absent: those of its base.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub in_force: Option<Period>,
        /// The kinds of subject that the local text is for; the others are not in the result. Absent: all of the base's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub kinds: Vec<String>,
        /// What a reader of every result has to know, such as that the local text was not read; changes no level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub caveats: Vec<Remark>,
        /// Sets of values for facts that the overlay adds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub enumerations: Vec<Enumeration>,
        /// Choices that the local text leaves open itself, for rules and quotas of the overlay.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub new_policies: Vec<Policy>,
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
        /// What the local text says, in place of the base's words, which tell of the base's default; absent: those stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub words: Option<Words>,
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
        /// What is added to the base.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub add: Option<Additions>,
        /// Rules that take the place of the base's rules of the same id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub replace: Option<Replacements>,
        /// Numbers of the base's rules that the local text makes stricter. One that is more lenient is refused.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tighten: Vec<Tightening>,
    }
}

document! {
    /// What is added to a kind of subject, by its effect.
    #[derive(Default)]
    pub struct Additions {
        /// Facts that the rules of the overlay read.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub facts: Vec<Fact>,
        /// What must be true between facts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub constraints: Vec<Constraint>,
        /// Quantities computed from facts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub measures: Vec<Measure>,
        /// Rules that end the review.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_reviewed: Vec<Rule>,
        /// Rules that end the rating.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_rated: Vec<Rule>,
        /// Conditions on top of those of a level's standard.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub conditions: Vec<LevelConditions>,
        /// Rules that give the lowest level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub triggers: Vec<Trigger>,
        /// Rules that hold a rating at or below a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ceilings: Vec<Ceiling>,
        /// Limits on how many of a group may have a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub quotas: Vec<Quota>,
        /// Who is rated before this kind.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub after: Vec<OrderRule>,
        /// Rules that change no level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notices: Vec<Notice>,
        /// Parts of the local text that were not at hand; each leaves the result to the authority.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub unread: Vec<Remark>,
        /// What the local text leaves open, for the reader; decides nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub open_points: Vec<Remark>,
    }
}

document! {
    /// Conditions of one level's standard.
    pub struct LevelConditions {
        /// The code of the level; not the lowest, whose standard has no conditions.
        pub level: String,
        /// The conditions.
        pub conditions: Vec<Rule>,
    }
}

document! {
    /// Rules that take the place of the base's rules of the same id, by their effect.
    #[derive(Default)]
    pub struct Replacements {
        /// Rules that end the review.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_reviewed: Vec<Rule>,
        /// Rules that end the rating.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_rated: Vec<Rule>,
        /// Conditions of the standards, whatever their level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub conditions: Vec<Rule>,
        /// Rules that give the lowest level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub triggers: Vec<Trigger>,
        /// Rules that hold a rating at or below a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ceilings: Vec<Ceiling>,
        /// Limits on how many of a group may have a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub quotas: Vec<Quota>,
        /// Rules that change no level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notices: Vec<Notice>,
    }
}

document! {
    /// The number of one rule of the base, made stricter: the threshold of a condition, trigger or ceiling that compares one
    /// share or number, the lower limit of a standard's band, or the rate of a quota.
    pub struct Tightening {
        /// The id of the rule, of the standard (its band), or of the quota (its rate).
        pub rule: String,
        /// The new number, written as the base writes the old one: `"40%"`, `3`, `"92.5"`.
        pub to: Literal,
        /// Where the local text says so.
        pub citation: Citation,
        /// What the rule says now, in short.
        pub words: Words,
        /// How well it is known.
        pub provenance: Provenance,
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
