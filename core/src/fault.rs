//! What is wrong with a rulebook that was refused: every fault at once, each with its place in the document.

use std::fmt;

/// One thing that is wrong with a rulebook document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place: a JSON pointer (RFC 6901), empty for the document as a whole.
    pub pointer: String,
    /// What sort of fault it is; stable.
    pub code: FaultCode,
    /// What was expected there.
    pub expected: String,
    /// What was found there.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "(document)" } else { &self.pointer };
        write!(formatter, "{place}: {}: expected {}, found {}", self.code.name(), self.expected, self.found)
    }
}

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as programs see it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// The sorts of fault of a rulebook.
    FaultCode {
        /// The text is no JSON.
        Syntax = "syntax",
        /// A key stands twice in one object.
        DuplicateKey = "duplicate_key",
        /// A key that the schema does not know.
        UnknownKey = "unknown_key",
        /// A key that the schema asks for is absent.
        MissingKey = "missing_key",
        /// The value is of another type than the schema says.
        WrongType = "wrong_type",
        /// None of the values or forms that the schema lists.
        NotListed = "not_listed",
        /// A name that nothing here bears: a fact, measure, list, field, policy, option, level, enumeration, instrument.
        UnknownName = "unknown_name",
        /// Two of a kind bear one name.
        DuplicateName = "duplicate_name",
        /// A name of a wrong form.
        BadName = "bad_name",
        /// A label, a citation or words that are empty.
        EmptyText = "empty_text",
        /// A date that does not exist, or a period that ends before it begins.
        BadDate = "bad_date",
        /// A number that is none, does not fit its scale, or lies outside what is allowed.
        BadNumber = "bad_number",
        /// The lower bound lies above the upper one.
        BoundsReversed = "bounds_reversed",
        /// A value whose type does not fit what it is compared with or used for.
        TypeMismatch = "type_mismatch",
        /// Bands that overlap, leave a hole, or are missing where there is a score.
        BadBand = "bad_band",
        /// Measures that need each other.
        Circle = "circle",
        /// Too few or too many of something.
        BadCount = "bad_count",
        /// The base of an overlay is another rulebook or another version.
        WrongBase = "wrong_base",
        /// The items of a table of points do not add up to the base's bound.
        BadSum = "bad_sum",
        /// An overlay that replaces a rule which the base does not have.
        UnknownRule = "unknown_rule",
    }
}

/// A rulebook or overlay that cannot be loaded, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// Every fault, in the order of the document; never empty.
    pub faults: Vec<Fault>,
}

impl LoadError {
    pub(crate) fn one(pointer: &str, code: FaultCode, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            faults: vec![Fault { pointer: pointer.to_owned(), code, expected: expected.into(), found: found.into() }],
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.faults.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
