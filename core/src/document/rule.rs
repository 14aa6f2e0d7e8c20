//! Rules: what follows where a condition holds, and what a reader has to know.

use serde::{Deserialize, Serialize};

use super::{Citation, Condition, Provenance, Words};

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
    /// What the text ties to a case without changing its level. It is told where its condition holds.
    pub struct Notice {
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
        /// Only of a case that is rated at one of these levels; absent: whatever the level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub levels: Vec<String>,
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
        /// The largest share of the base.
        pub rate: Rate,
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
        /// The name of the policy that says what happens to those over, with the options `authority` and `step_down`;
        /// absent: the authority decides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub over_quota: Option<String>,
        /// By what those who may have the level are ranked, the weightiest first. Only a local rule may say so.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ranking: Vec<RankKey>,
    }
}

document! {
    /// By what those who may have a level are ranked.
    pub struct RankKey {
        /// The number.
        pub by: RankBy,
        /// Whether the lowest comes first.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub lowest_first: bool,
    }
}

document! {
    /// A number by which subjects are ranked.
    pub enum RankBy {
        /// The score of the rating.
        Score,
        /// A fact: a number, a day, or a value of an ordered enumeration.
        Fact(String),
        /// The share of two facts that are whole numbers.
        Share(RankShare),
        /// The id of the row, as text: it breaks every tie.
        Id,
    }
}

document! {
    /// A share of two facts.
    pub struct RankShare {
        /// The part.
        pub part: String,
        /// The whole.
        pub whole: String,
    }
}

document! {
    /// The rate of a quota.
    #[serde(untagged)]
    pub enum Rate {
        /// A constant, such as `20%`.
        Share(String),
        /// A share that is recorded for the group, such as that of the Party members of the same body.
        Recorded(Recorded),
    }
}

document! {
    /// A share that is recorded for a group, not stated by the text.
    pub struct Recorded {
        /// Its name, English snake_case.
        pub recorded: String,
        /// What people call it.
        pub label: Words,
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
