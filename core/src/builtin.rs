//! The rulebooks that come with the library, as text: central ones and overlays, a regulation that was amended once for
//! each of its versions.

/// Id and text, in the order of their dates; the versions of one id follow each other.
const BUILTIN: &[(&str, &str)] = &[
    ("hd-27-2014", include_str!("../rulebooks/hd-27-2014.json")),
    ("nam-dinh-605", include_str!("../rulebooks/nam-dinh-605.json")),
    ("nam-dinh-606", include_str!("../rulebooks/nam-dinh-606.json")),
    ("132-qd-tw-hd16", include_str!("../rulebooks/132-qd-tw-hd16.json")),
    ("nam-dinh-03", include_str!("../rulebooks/nam-dinh-03.json")),
    ("132-qd-tw-hd21", include_str!("../rulebooks/132-qd-tw-hd21.json")),
    ("nam-dinh-1295", include_str!("../rulebooks/nam-dinh-1295.json")),
    ("nd-90-2020", include_str!("../rulebooks/nd-90-2020.json")),
    ("nd-90-2020", include_str!("../rulebooks/nd-90-2020-nd-48-2023.json")),
    ("124-qd-tw", include_str!("../rulebooks/124-qd-tw.json")),
    ("366-qd-tw", include_str!("../rulebooks/366-qd-tw.json")),
    ("nd-335-2025", include_str!("../rulebooks/nd-335-2025.json")),
];

/// The ids of the built-in rulebooks, each once, in the order of their dates.
///
/// ```
/// assert!(xeploai::builtin::ids().any(|id| id == "132-qd-tw-hd21"));
/// ```
pub fn ids() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    BUILTIN.iter().map(|(id, _)| *id).filter(move |id| std::mem::replace(&mut last, id) != *id)
}

/// The texts of every version of every built-in rulebook, each with its id, in the order of their dates.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTIN.iter().copied()
}

/// The document of a built-in rulebook, the latest version.
pub fn text(id: &str) -> Option<&'static str> {
    versions(id).last()
}

/// The documents of a built-in rulebook, one for each version, the oldest first.
pub fn versions(id: &str) -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().filter(move |(known, _)| *known == id).map(|(_, text)| *text)
}
