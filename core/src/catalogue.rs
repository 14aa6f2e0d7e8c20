//! The one catalogue of messages for people, each in Vietnamese and in English.
//!
//! A message is a template with named places such as `{found}`; the texts stand in `messages.rs`. That both languages are
//! there is checked when that is compiled; that they name the same places, by a test.

pub use crate::messages::Message;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Tiếng Việt.
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Vietnamese, Self::English];

    /// The language of a code, `vi` or `en`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vietnamese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

macro_rules! catalogue {
    ($($variant:ident $key:literal $vi:literal $en:literal)*) => {
        /// A message of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "a message is documented by its words")]
        pub enum Message { $($variant,)* }

        impl Message {
            /// Every message.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The key by which faces name the message.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The template in a language.
            pub const fn template(self, language: $crate::catalogue::Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, $crate::catalogue::Language::Vietnamese) => $vi, (Self::$variant, $crate::catalogue::Language::English) => $en,)*
                }
            }

            /// The message of a key.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|message| message.key() == key)
            }
        }
    };
}

pub(crate) use catalogue;

/// Puts values into the places of a message.
///
/// ```
/// use xeploai::catalogue::{fill, Language, Message};
/// assert_eq!(fill(Message::ExplainShort, Language::English, &[("by", "0.01")]), "0.01 short");
/// ```
pub fn fill(message: Message, language: Language, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = message.template(language);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            text.push_str(value);
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            template.split('{').skip(1).map(|part| part.split_once('}').expect("a closing brace").0).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_are_complete_and_name_the_same_places() {
        let mut keys = std::collections::HashSet::new();
        for message in Message::ALL {
            let [vi, en] = Language::ALL.map(|language| message.template(language));
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{}", message.key());
            assert_eq!(places(vi), places(en), "{}", message.key());
            assert_eq!(crate::text::nfc(vi), vi, "{}", message.key());
            assert!(keys.insert(message.key()), "{} twice", message.key());
            assert_eq!(Message::from_key(message.key()), Some(*message));
        }
    }

    #[test]
    fn every_outcome_problem_and_fault_has_a_message() {
        for outcome in crate::Outcome::ALL {
            assert!(Message::from_key(&format!("outcome.{}", outcome.code())).is_some(), "{}", outcome.code());
        }
        for code in crate::ProblemCode::ALL {
            assert!(Message::from_key(&format!("problem.{}", code.name())).is_some(), "{}", code.name());
        }
        for part in crate::changes::Part::ALL {
            assert!(Message::from_key(&format!("part.{}", part.code())).is_some(), "{}", part.code());
        }
        for code in crate::FaultCode::ALL {
            assert!(Message::from_key(&format!("fault.code.{}", code.name())).is_some(), "{}", code.name());
        }
    }
}
