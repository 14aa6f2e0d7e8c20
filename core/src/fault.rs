//! What is wrong with a rulebook that was refused: every fault at once, each with its place in the document.

use std::fmt;

use crate::catalogue::{Language, Message, fill};
use crate::document::Words;

/// One thing that is wrong with a rulebook document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place: a JSON pointer (RFC 6901), empty for the document as a whole.
    pub pointer: String,
    /// What sort of fault it is; stable.
    pub code: FaultCode,
    /// What was expected there.
    pub expected: Words,
    /// What was found there, the same in every language: the user's text in backticks, a number, the outline of a
    /// JSON value such as `[3]` for a list of three, or `-` where nothing stands.
    pub found: String,
}

impl Fault {
    /// The fault as one sentence: its place, its sort, what was expected and what was found.
    ///
    /// ```
    /// use xeploai::{Language, Rulebook};
    /// let error = Rulebook::from_json("[]").unwrap_err();
    /// let words = error.faults[0].words(Language::English);
    /// assert_eq!(words, "the document: a value of the wrong type: expected an object, found []");
    /// ```
    pub fn words(&self, language: Language) -> String {
        let place = if self.pointer.is_empty() { Message::FaultDocument.template(language) } else { &self.pointer };
        let values = [
            ("place", place),
            ("sort", self.code.words(language)),
            ("expected", self.expected.get(language)),
            ("found", &self.found),
        ];
        fill(Message::FaultLine, language, &values)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words(Language::English))
    }
}

/// What was expected, in every language.
#[derive(Debug, Clone)]
pub(crate) struct Wanted(Words);

/// What was expected: a message of the catalogue and the values of its places.
pub(crate) fn wanted(message: Message, values: &[(&str, &str)]) -> Wanted {
    Wanted::in_each(|language| fill(message, language, values))
}

impl Wanted {
    fn in_each(say: impl Fn(Language) -> String) -> Self {
        Self(Words { vi: say(Language::Vietnamese), en: say(Language::English) })
    }

    /// This, or something else.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self::in_each(|language| {
            fill(Message::WantedEither, language, &[("one", self.0.get(language)), ("other", other.0.get(language))])
        })
    }

    /// This, and what was most likely meant.
    pub(crate) fn near(&self, near: &str) -> Self {
        Self::in_each(|language| {
            fill(Message::WantedNear, language, &[("what", self.0.get(language)), ("near", near)])
        })
    }
}

/// A message without places.
impl From<Message> for Wanted {
    fn from(message: Message) -> Self {
        wanted(message, &[])
    }
}

impl From<Wanted> for Words {
    fn from(wanted: Wanted) -> Self {
        wanted.0
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
        /// An overlay that names a rule which the base does not have.
        UnknownRule = "unknown_rule",
        /// A day on which no version of the rulebook is in force.
        NotInForce = "not_in_force",
        /// An overlay that was to tighten a number and does not.
        NotStricter = "not_stricter",
    }
}

impl FaultCode {
    /// The sort of fault in a few words.
    pub fn words(self, language: Language) -> &'static str {
        let message = Message::from_key(&format!("fault.code.{}", self.name()));
        message.map_or(self.name(), |message| message.template(language))
    }
}

/// A rulebook or overlay that cannot be loaded, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// Every fault, in the order of the document; never empty.
    pub faults: Vec<Fault>,
}

impl LoadError {
    pub(crate) fn one(pointer: &str, code: FaultCode, expected: impl Into<Wanted>, found: impl Into<String>) -> Self {
        let expected = expected.into().into();
        Self { faults: vec![Fault { pointer: pointer.to_owned(), code, expected, found: found.into() }] }
    }

    /// Every fault in words, each on a line of its own.
    pub fn explain(&self, language: Language) -> String {
        let lines: Vec<String> = self.faults.iter().map(|fault| fault.words(language)).collect();
        lines.join("\n")
    }
}

/// Bytes that are no text: the fault names the first that is out of place.
impl From<std::string::FromUtf8Error> for LoadError {
    fn from(error: std::string::FromUtf8Error) -> Self {
        let position = error.utf8_error().valid_up_to();
        let found = error.as_bytes().get(position).map(|byte| format!("0x{byte:02X}")).unwrap_or_default();
        Self::one("", FaultCode::Syntax, wanted(Message::WantedUtf8, &[("position", &position.to_string())]), found)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.explain(Language::English))
    }
}

impl std::error::Error for LoadError {}
