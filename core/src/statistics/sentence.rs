//! A message of the catalogue with what stands in its places, said in a language only when it is asked for: numbers are
//! written, and items named, as that language does.

use crate::catalogue::{Language, Message, fill};
use crate::document::Words;
use crate::statistics::share::Percent;

/// What stands in a place of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A count, with its thousands set apart.
    Count(u128),
    /// A share.
    Share(Percent),
    /// The name of an item or level.
    Words(Words),
    /// A text that is the same in every language, such as what a cell holds.
    Text(String),
    /// Sentences one behind the other, parted by a text.
    Several(Vec<Told>, &'static str),
    /// Another message.
    Sentence(Sentence),
}

impl Told {
    /// For people.
    pub fn shown(&self, language: Language) -> String {
        match self {
            Self::Count(count) => grouped(*count, language),
            Self::Share(share) => share.shown(language),
            Self::Words(words) => words.get(language).to_owned(),
            Self::Text(text) => text.clone(),
            Self::Several(parts, between) => {
                parts.iter().map(|part| part.shown(language)).collect::<Vec<_>>().join(between)
            }
            Self::Sentence(sentence) => sentence.words(language),
        }
    }
}

impl From<u64> for Told {
    fn from(count: u64) -> Self {
        Self::Count(u128::from(count))
    }
}

impl From<Percent> for Told {
    fn from(share: Percent) -> Self {
        Self::Share(share)
    }
}

impl From<Words> for Told {
    fn from(words: Words) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Told {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Sentence> for Told {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

/// A message with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    message: Message,
    values: Vec<(&'static str, Told)>,
}

impl Sentence {
    /// A message whose places are filled by [`Sentence::with`].
    pub(crate) fn new(message: Message) -> Self {
        Self { message, values: Vec::new() }
    }

    /// With a value in a place.
    pub(crate) fn with(mut self, place: &'static str, value: impl Into<Told>) -> Self {
        self.values.push((place, value.into()));
        self
    }

    /// The message.
    pub fn message(&self) -> Message {
        self.message
    }

    /// The sentence in a language.
    pub fn words(&self, language: Language) -> String {
        let shown: Vec<(&str, String)> =
            self.values.iter().map(|(place, value)| (*place, value.shown(language))).collect();
        let values: Vec<(&str, &str)> = shown.iter().map(|(place, value)| (*place, value.as_str())).collect();
        fill(self.message, language, &values)
    }
}

/// A count with its thousands set apart: `2.645` in Vietnamese, `2,645` in English.
fn grouped(count: u128, language: Language) -> String {
    let mark = match language {
        Language::Vietnamese => '.',
        Language::English => ',',
    };
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        let behind = digits.len().saturating_sub(place);
        if place > 0 && behind.checked_rem(3) == Some(0) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}
