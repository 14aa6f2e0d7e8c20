//! What is wrong with the facts of a case: every problem, with the field, what was expected and what was found.

use std::fmt;

use crate::date::format_date;
use crate::fault::codes;
use crate::number::format_decimal;

codes! {
    /// The sorts of problem of a case.
    ProblemCode {
        /// The case is no JSON object of facts.
        NotARecord = "not_a_record",
        /// The rulebook declares no such fact for the kind.
        UnknownFact = "unknown_fact",
        /// The fact stands twice.
        Duplicate = "duplicate",
        /// The value is of another type.
        WrongType = "wrong_type",
        /// A number outside the declared bounds.
        OutOfBounds = "out_of_bounds",
        /// A decimal with more places than declared.
        OutOfScale = "out_of_scale",
        /// None of the codes of the enumeration, or of the levels.
        UnknownCode = "unknown_code",
        /// No such day.
        NoSuchDay = "no_such_day",
        /// Against a constraint between facts.
        Inconsistent = "inconsistent",
        /// The rulebook asks for the fact.
        Required = "required",
        /// A day on which the rulebook is not in force for the kind.
        NotInForce = "not_in_force",
        /// Too many items.
        TooManyItems = "too_many_items",
    }
}

/// What was expected of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A JSON object of facts.
    Record,
    /// A fact that the rulebook declares; perhaps the one that was meant.
    KnownFact {
        /// The nearest declared name.
        near: Option<String>,
    },
    /// The items of a table of points, of which this is the first, in place of their sum.
    Items {
        /// The name of the first item.
        first: String,
    },
    /// The fact a single time.
    Once,
    /// True or false.
    Boolean,
    /// A whole number within bounds.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A decimal within bounds, in units of its scale.
    Decimal {
        /// The number of decimal places.
        scale: u32,
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// One of the codes.
    Code(Vec<String>),
    /// A day `YYYY-MM-DD`.
    Date,
    /// Text.
    Text,
    /// A list of at most so many items.
    List {
        /// The largest number of items.
        most: usize,
    },
    /// An item of a list, with its fields.
    Item {
        /// The names of the fields.
        fields: Vec<String>,
    },
    /// Together at most another fact.
    Together {
        /// The names of the facts that are added up.
        parts: Vec<String>,
        /// Their sum, as text.
        sum: String,
        /// The name of the other fact.
        fact: String,
        /// Its value, as text.
        value: String,
    },
    /// At most another fact.
    AtMost {
        /// The name of the other fact.
        fact: String,
        /// Its value, as text.
        value: String,
    },
    /// A value; it is required.
    Stated,
    /// A day on which the rulebook is in force, both ends included.
    InForce {
        /// The first day.
        from: i64,
        /// The last day, where there is one.
        to: Option<i64>,
    },
}

impl fmt::Display for Expected {
    /// The short form, the same in every language.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record => formatter.write_str("object of facts"),
            Self::KnownFact { near: Some(near) } => {
                write!(formatter, "declared fact (nearest: {near})")
            }
            Self::KnownFact { near: None } => formatter.write_str("declared fact"),
            Self::Items { first } => {
                write!(formatter, "items of the table of points ({first}, ...)")
            }
            Self::Once => formatter.write_str("once"),
            Self::Boolean => formatter.write_str("boolean"),
            Self::Integer { min, max } => write!(formatter, "integer {min}..{max}"),
            Self::Decimal { scale, min, max } => {
                write!(
                    formatter,
                    "decimal({scale}) {}..{}",
                    format_decimal(*min, *scale),
                    format_decimal(*max, *scale)
                )
            }
            Self::Code(codes) => write!(formatter, "one of {}", codes.join(", ")),
            Self::Date => formatter.write_str("date YYYY-MM-DD"),
            Self::Text => formatter.write_str("text"),
            Self::List { most } => write!(formatter, "list of 0..{most} items"),
            Self::Item { fields } => write!(formatter, "object with {}", fields.join(", ")),
            Self::Together { parts, sum, fact, value } => {
                write!(formatter, "{} <= {fact} ({value}), together {sum}", parts.join(" + "))
            }
            Self::AtMost { fact, value } => write!(formatter, "<= {fact} ({value})"),
            Self::Stated => formatter.write_str("value"),
            Self::InForce { from, to } => {
                write!(formatter, "{}..{}", format_date(*from), to.map(format_date).unwrap_or_default())
            }
        }
    }
}

/// One thing that is wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the fact; empty where the case as a whole is meant.
    pub field: String,
    /// The place inside a list, such as `/3/grade` for the grade of its fourth item; empty for the fact itself.
    pub at: String,
    /// What sort of problem it is; stable.
    pub code: ProblemCode,
    /// What was expected.
    pub expected: Expected,
    /// What was found, shortened. It may hold personal data: it belongs in the result, never in a log.
    pub found: String,
}
