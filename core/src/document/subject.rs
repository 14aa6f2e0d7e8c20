//! A kind of subject and all rules for it.

use serde::{Deserialize, Serialize};

use super::{
    Ceiling, Constraint, DecisionRules, Fact, Measure, Notice, OrderRule, Period, Quota, Remark, Rule, Standards,
    Trigger, Words,
};

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
        /// Who is rated before this kind; those whose level a fact is computed from go first without being named here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub after: Vec<OrderRule>,
        /// How the authority decides on this kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub decisions: Option<DecisionRules>,
        /// What the text ties to a case without changing its level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notices: Vec<Notice>,
        /// The parts of the text that were not at hand; each leaves the result to the authority.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub unread: Vec<Remark>,
        /// What the text leaves open for this kind, for the reader; decides nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub open_points: Vec<Remark>,
    }
}
