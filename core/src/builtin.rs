//! The rulebooks that come with the library, as text.

const BUILTIN: &[(&str, &str)] = &[("366-qd-tw", include_str!("../rulebooks/366-qd-tw.json"))];

/// The ids of the built-in rulebooks, in the order of their dates.
pub fn ids() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(id, _)| *id)
}

/// The document of a built-in rulebook.
pub fn text(id: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}
