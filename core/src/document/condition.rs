//! Conditions: when a rule holds.

use serde::{Deserialize, Serialize};

document! {
    /// When a rule holds: true, false, or unknown where facts are missing.
    pub enum Condition {
        /// It always holds.
        Always,
        /// Every one of them holds.
        All(Vec<Condition>),
        /// At least one of them holds.
        Any(Vec<Condition>),
        /// It does not hold.
        Not(Box<Condition>),
        /// The boolean fact of this name is true.
        Holds(String),
        /// A fact or measure compared with a value, or with another one.
        Compare(Compare),
        /// A share, part of a whole, compared exactly; unknown while part or whole is missing, or the whole is 0.
        Share(Share),
        /// Every item of a list passes; false as soon as one fails, unknown where a value is missing or no item is chosen.
        Every(ItemTest),
        /// Fewer than so many calendar months lie between two days.
        UnderMonths(UnderMonths),
        /// The condition that belongs to the chosen option of a policy.
        Policy(ByPolicy),
    }
}

document! {
    /// A fact or measure compared with a value, or with another one.
    pub struct Compare {
        /// The name of an integer, decimal, enumeration, level or date fact, or of a measure.
        pub left: String,
        /// How it is compared. Only ordered enumerations know more than `=` and `!=`.
        pub op: Op,
        /// A number (decimals and fractions as text), a code, a date, or `{"name": …}` for another fact or measure of the same type.
        pub right: Operand,
    }
}

document! {
    /// How two values are compared.
    #[derive(Copy)]
    pub enum Op {
        /// Equal.
        #[serde(rename = "=")]
        Equal,
        /// Not equal.
        #[serde(rename = "!=")]
        NotEqual,
        /// Less than ("dưới").
        #[serde(rename = "<")]
        Less,
        /// At most ("không quá").
        #[serde(rename = "<=")]
        AtMost,
        /// Greater than ("trên").
        #[serde(rename = ">")]
        Greater,
        /// At least ("từ … trở lên").
        #[serde(rename = ">=")]
        AtLeast,
    }
}

document! {
    /// A value written in a rulebook: a whole number, true or false, or text (a decimal, a code, a date).
    #[serde(untagged)]
    pub enum Literal {
        /// A whole number.
        Integer(i64),
        /// True or false.
        Boolean(bool),
        /// A decimal such as `"62.5"`, a code such as `"warning"`, a date such as `"2025-12-31"`.
        Text(String),
    }
}

document! {
    /// The right side of a comparison.
    #[serde(untagged)]
    pub enum Operand {
        /// A whole number.
        Integer(i64),
        /// A decimal, a code or a date.
        Text(String),
        /// Another fact or measure.
        Name(Name),
    }
}

document! {
    /// Another fact or measure.
    pub struct Name {
        /// Its name.
        pub name: String,
    }
}

document! {
    /// A share compared with a threshold.
    pub struct Share {
        /// The fact or measure that is the part.
        pub part: String,
        /// The fact or measure that is the whole.
        pub whole: String,
        /// How the share is compared.
        pub op: Op,
        /// The threshold: `30%`, `66.5%` or `2/3`.
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^\\d+(\\.\\d+)?%$|^\\d+/\\d+$")))]
        pub than: String,
        /// The answer where the whole is 0 and the text says "if any"; without it the share of nothing is unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub if_none: Option<bool>,
    }
}

document! {
    /// A test of the items of a list.
    pub struct ItemTest {
        /// The list.
        pub list: String,
        /// Only items whose field has this value are tested.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub only: Option<Only>,
        /// The field that is compared.
        pub field: String,
        /// How it is compared.
        pub op: Op,
        /// The value that it is compared with.
        pub value: Literal,
    }
}

document! {
    /// Which items of a list are meant.
    pub struct Only {
        /// A field of the items.
        pub field: String,
        /// Its value.
        pub is: Literal,
    }
}

document! {
    /// Fewer than so many calendar months lie between two days: `since` plus the months is after `until`.
    /// A day that the last month lacks is its last day.
    pub struct UnderMonths {
        /// The date fact from which is counted.
        pub since: String,
        /// The date fact up to which is counted.
        pub until: String,
        /// How many months, 1 to 1,200.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1200)))]
        pub months: u32,
    }
}

document! {
    /// A condition for each option of a policy.
    pub struct ByPolicy {
        /// The name of the policy.
        pub name: String,
        /// One entry for each option of the policy.
        pub cases: Vec<PolicyCase>,
    }
}

document! {
    /// The condition that belongs to an option of a policy.
    pub struct PolicyCase {
        /// The code of the option.
        pub option: String,
        /// The condition.
        pub condition: Condition,
    }
}
