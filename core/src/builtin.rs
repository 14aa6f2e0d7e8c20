//! The rulebooks that come with the library, as text: central ones and overlays, a regulation that was amended once for
//! each of its versions. The build packs them (`build.rs`); they are unpacked where they are asked for.

use crate::packed::{packed, unpacked};

/// Id and packed text, in the order of their dates; the versions of one id follow each other.
const BUILTIN: &[(&str, &[u8])] = &[
    ("hd-27-2014", packed!("hd-27-2014")),
    ("nam-dinh-605", packed!("nam-dinh-605")),
    ("nam-dinh-606", packed!("nam-dinh-606")),
    ("132-qd-tw-hd16", packed!("132-qd-tw-hd16")),
    ("nam-dinh-03", packed!("nam-dinh-03")),
    ("132-qd-tw-hd21", packed!("132-qd-tw-hd21")),
    ("nam-dinh-1295", packed!("nam-dinh-1295")),
    ("nd-90-2020", packed!("nd-90-2020")),
    ("nd-90-2020", packed!("nd-90-2020-nd-48-2023")),
    ("124-qd-tw", packed!("124-qd-tw")),
    ("366-qd-tw", packed!("366-qd-tw")),
    ("nd-335-2025", packed!("nd-335-2025")),
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
pub fn all() -> impl Iterator<Item = (&'static str, String)> {
    BUILTIN.iter().map(|(id, packed)| (*id, unpacked(packed)))
}

/// The document of a built-in rulebook, the latest version.
///
/// ```
/// assert!(xeploai::builtin::text("366-qd-tw").is_some_and(|text| text.contains("366-QĐ/TW")));
/// assert_eq!(xeploai::builtin::text("365-qd-tw"), None);
/// ```
pub fn text(id: &str) -> Option<String> {
    BUILTIN.iter().rfind(|(known, _)| *known == id).map(|(_, packed)| unpacked(packed))
}

/// The documents of a built-in rulebook, one for each version, the oldest first.
pub fn versions(id: &str) -> impl Iterator<Item = String> {
    BUILTIN.iter().filter(move |(known, _)| *known == id).map(|(_, packed)| unpacked(packed))
}
