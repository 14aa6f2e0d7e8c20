//! The committed JSON Schemas are those of the document model. `XEPLOAI_WRITE=1` writes them anew.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test"
)]

use std::path::Path;

fn committed(name: &str, schema: &schemars::Schema) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("XEPLOAI_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(found == text, "{name} is not the schema of the model; run `make schema`");
}

#[test]
fn the_schema_of_rulebooks_is_committed() {
    committed("rulebook.schema.json", &schemars::schema_for!(xeploai::document::Document));
}

#[test]
fn the_schema_of_overlays_is_committed() {
    committed("overlay.schema.json", &schemars::schema_for!(xeploai::document::Overlay));
}
