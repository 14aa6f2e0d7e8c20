//! What the text asks for each level: bands of a score, and conditions.

use serde::{Deserialize, Serialize};

use super::{Citation, Provenance, Rule, Words};

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
        /// One entry for each level, lowest first; the lowest has no conditions. Where there is a score, each has its band;
        /// where there is none, each level above the lowest has conditions. Where a part of the kind's text was not read
        /// (`unread`), upper levels may lack both: whether they are reached is then not known.
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
