//! The JSON Schemas of the documents that people write: unpacked when the first asks for them, and the same ever after.

use std::sync::OnceLock;

use crate::packed::{packed, unpacked};

/// The JSON Schema of a rulebook document.
///
/// ```
/// assert!(xeploai::rulebook_schema().contains("\"title\": \"Document\""));
/// ```
pub fn rulebook_schema() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| unpacked(packed!("rulebook.schema")))
}

/// The JSON Schema of an overlay. [`crate::Rulebook::overlay_schema`] has the names of one rulebook in it.
///
/// ```
/// assert!(xeploai::overlay_schema().contains("\"title\": \"Overlay\""));
/// ```
pub fn overlay_schema() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| unpacked(packed!("overlay.schema")))
}
