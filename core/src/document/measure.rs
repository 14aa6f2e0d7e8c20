//! Measures: exact quantities computed from facts and lists.

use serde::{Deserialize, Serialize};

use super::{Citation, Condition, ItemTest, Provenance, Words};

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
        /// Where the text has the formula or the table of points; results whose score rests on it say so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub source: Option<MeasureSource>,
    }
}

document! {
    /// Where a formula or a table of points comes from.
    pub struct MeasureSource {
        /// The place of the text.
        pub citation: Citation,
        /// How well it is known.
        pub provenance: Provenance,
    }
}

document! {
    /// How a measure is computed. Everything is exact: a mean is a fraction, never rounded.
    pub enum Formula {
        /// Some facts or measures less others.
        Sum(Sum),
        /// Facts or measures, each times a weight, added up.
        Weighted(Weighted),
        /// The mean over the items of a list, each counted by its weight.
        Mean(Mean),
        /// How many items of a list pass a test. An item whose value is missing may or may not pass.
        Count(ItemTest),
        /// How many items that follow each other pass a test: the longest such run of the list.
        LongestRun(ItemTest),
        /// One value where a condition holds and another where it does not.
        Either(Either),
        /// The measure that belongs to the chosen option of a policy.
        Policy(MeasureByPolicy),
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
    /// Facts or measures, each times a weight, added up.
    pub struct Weighted {
        /// What is added.
        pub terms: Vec<Term>,
    }
}

document! {
    /// A part of a weighted sum.
    pub struct Term {
        /// The name of an integer or decimal fact, or of a measure.
        pub name: String,
        /// What it is multiplied by: `2`, `0.5`, `40%` or `70/3`, with `-` before it to subtract.
        pub times: String,
    }
}

document! {
    /// The mean over the items of a list: of the product of the factors of each item, counted by its weight. A list that is
    /// missing, empty or incomplete leaves the mean anywhere between what its factors allow.
    pub struct Mean {
        /// The list.
        pub list: String,
        /// The field that says how much an item counts; its smallest value must be above 0. Absent: every item alike.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub weight: Option<String>,
        /// What is multiplied for each item.
        pub factors: Vec<Factor>,
    }
}

document! {
    /// A factor of an item.
    pub enum Factor {
        /// The value of a field; of a boolean field 1 for true and 0 for false.
        Field(String),
        /// 1 less so much for each, but not below 0.
        Deduction(Deduction),
    }
}

document! {
    /// 1 less a share for each of what a field counts, but not below 0.
    pub struct Deduction {
        /// An integer field that counts, such as delays; never below 0.
        pub field: String,
        /// What each of them takes away: `25%` or `1/4`.
        pub each: String,
    }
}

document! {
    /// One value or the other.
    pub struct Either {
        /// The condition.
        pub condition: Condition,
        /// The value where it holds: `1`, `0.5`, `50%` or `1/2`.
        pub then: String,
        /// The value where it does not hold.
        pub otherwise: String,
    }
}

document! {
    /// A measure for each option of a policy.
    pub struct MeasureByPolicy {
        /// The name of the policy.
        pub name: String,
        /// One entry for each option of the policy.
        pub cases: Vec<MeasureCase>,
    }
}

document! {
    /// The measure that belongs to an option of a policy.
    pub struct MeasureCase {
        /// The code of the option.
        pub option: String,
        /// The name of the measure, or of an integer or decimal fact.
        pub measure: String,
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
