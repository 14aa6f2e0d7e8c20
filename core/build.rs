//! Packs the built-in rulebooks and the schemas: a tenth of their text is left, and every program that links the library
//! carries them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a build that cannot read its own files has to stop")]

use std::path::Path;
use std::{env, fs};

fn main() {
    let out = env::var_os("OUT_DIR").expect("cargo names the folder");
    for folder in ["rulebooks", "schema"] {
        println!("cargo::rerun-if-changed={folder}");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.ends_with(".json") && !name.ends_with(".cases.json") {
                let packed = miniz_oxide::deflate::compress_to_vec(&fs::read(&path).unwrap(), 9);
                fs::write(Path::new(&out).join(name), packed).unwrap();
            }
        }
    }
}
