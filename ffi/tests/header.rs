//! The committed header is that of the source. `XEPLOAI_WRITE=1` writes it anew.
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

use std::ffi::CStr;
use std::path::Path;

#[test]
fn the_header_is_committed() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(crate_folder.join("cbindgen.toml")).unwrap();
    let bindings =
        cbindgen::Builder::new().with_src(crate_folder.join("src/lib.rs")).with_config(config).generate().unwrap();
    let mut text = Vec::new();
    bindings.write(&mut text);
    let path = crate_folder.join("../include/xeploai.h");
    if std::env::var_os("XEPLOAI_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(std::fs::read(&path).unwrap() == text, "include/xeploai.h has drifted; run `make header`");
}

#[test]
fn the_versions_are_those_of_the_crate() {
    assert_eq!(xeploai_ffi::xeploai_abi_version(), xeploai_ffi::XEPLOAI_ABI_VERSION);
    // SAFETY: the function returns a static text that ends with a zero byte.
    let version = unsafe { CStr::from_ptr(xeploai_ffi::xeploai_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}
