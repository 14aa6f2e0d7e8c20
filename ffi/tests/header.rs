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

/// The macros of the version, from the crate's own.
fn versions() -> String {
    let number = |text: &str| text.parse::<u32>().unwrap();
    let (major, minor, patch) = (
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    );
    let whole = major * 1_000_000 + minor * 1_000 + patch;
    format!(
        "\n/** The version of the library that this header belongs to. */\n\
         #define XEPLOAI_VERSION \"{}\"\n#define XEPLOAI_VERSION_MAJOR {major}\n#define XEPLOAI_VERSION_MINOR {minor}\n\
         #define XEPLOAI_VERSION_PATCH {patch}\n/** As one number: major, minor and patch, three digits each. */\n\
         #define XEPLOAI_VERSION_NUMBER {whole}\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// The sections on safety are for readers of Rust; the head of the header says the same to readers of C.
fn without_safety(text: &str) -> String {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        inside |= line.trim() == "* # Safety";
        inside &= line.trim() != "*/";
        if !inside {
            // The empty line before the section went with it.
            if line.trim() == "*/" && kept.last() == Some(&" *") {
                kept.pop();
            }
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}

#[test]
fn the_header_is_committed() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(crate_folder.join("cbindgen.toml")).unwrap();
    let includes = config.after_includes.take().unwrap_or_default();
    config.after_includes = Some(versions() + &includes);
    let bindings =
        cbindgen::Builder::new().with_src(crate_folder.join("src/lib.rs")).with_config(config).generate().unwrap();
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = without_safety(&String::from_utf8(text).unwrap()).into_bytes();
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

/// What a library of another interface cannot be asked to tell stands in C# and Java too, word for word.
#[test]
fn the_refusal_of_another_interface_is_that_of_the_catalogue() {
    use xeploai::catalogue::{Language, Message};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["csharp/Xeploai/About.cs", "java/src/main/java/vn/xeploai/Binding.java"] {
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        for language in Language::ALL {
            let told = Message::CallAbi.template(language);
            for part in told.split(['{', '}']).filter(|part| !matches!(*part, "expected" | "found" | "")) {
                assert!(source.contains(&format!("\"{part}")), "{file}: {part}");
            }
        }
    }
}
