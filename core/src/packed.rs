//! Texts that the build packs (`build.rs`).

/// The packed text of a file of rulebooks or schemas.
macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".json"))
    };
}

pub(crate) use packed;

/// What the build packed. Were it spoilt nothing would be left, and nothing is no rulebook and no schema.
pub(crate) fn unpacked(packed: &[u8]) -> String {
    let bytes = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
