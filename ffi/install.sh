#!/usr/bin/env bash
# Lays out what a program links: `ffi/install.sh FOLDER PROFILE` puts lib/ (with what pkg-config and CMake read) and include/
# into the folder.
set -euo pipefail
folder=$1 built=target/$2
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
mkdir -p "$folder/lib/pkgconfig" "$folder/lib/cmake/xeploai" "$folder/include"
install -m 644 include/xeploai.h "$folder/include/xeploai.h"
install -m 755 "$built/libxeploai_ffi.so" "$folder/lib/libxeploai.so.1"
ln -sfn libxeploai.so.1 "$folder/lib/libxeploai.so"
install -m 644 "$built/libxeploai_ffi.a" "$folder/lib/libxeploai.a"
sed "s/@VERSION@/$version/" ffi/xeploai.pc.in > "$folder/lib/pkgconfig/xeploai.pc"
install -m 644 ffi/cmake/xeploaiConfig.cmake "$folder/lib/cmake/xeploai/xeploaiConfig.cmake"
sed "s/@VERSION@/$version/" ffi/cmake/xeploaiConfigVersion.cmake.in > "$folder/lib/cmake/xeploai/xeploaiConfigVersion.cmake"
