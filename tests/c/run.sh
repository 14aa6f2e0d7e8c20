#!/usr/bin/env bash
# Compiles and runs the tests in C and C++ against what `ffi/install.sh` laid out: `tests/c/run.sh FOLDER`.
set -euo pipefail
folder=$1 out=target/c
mkdir -p "$out"
strict="-Wall -Wextra -Wpedantic -Werror -I$folder/include -Itests/c"
shared="-L$folder/lib -lxeploai -lpthread"
export LD_LIBRARY_PATH=$folder/lib RUST_BACKTRACE=0

# What is exported is what the list says.
nm -D --defined-only "$folder/lib/libxeploai.so.1" | awk '{print $3}' | sort | diff tests/c/symbols.txt - \
  || { echo "the exported symbols are not those of tests/c/symbols.txt"; exit 1; }
readelf -d "$folder/lib/libxeploai.so.1" | grep 'SONAME.*\[libxeploai.so.1\]' >/dev/null

# The example of the header, word for word.
sed -n '/^ \* AN EXAMPLE/,/^ \* OWNERSHIP/p' include/xeploai.h | sed -n 's/^ \*     //p; s/^ \*$//p' > "$out/example.c"
for source in example version faces strain; do
  from=tests/c/$source.c
  [ "$source" = example ] && from=$out/example.c
  gcc -g -std=c99 $strict "$from" -o "$out/$source" $shared
  g++ -g -x c++ -std=c++11 $strict "$from" -o "$out/${source}_cpp" -x none $shared
done
# Linked into the program.
gcc -g -std=c99 $strict tests/c/version.c -o "$out/version_static" "$folder/lib/libxeploai.a" -lpthread -ldl -lm
"$out/version_static"
"$out/version_cpp"
"$out/example" | grep '"outcome":"not_reviewed"' >/dev/null
"$out/example_cpp" | grep '"outcome":"not_reviewed"' >/dev/null
"$out/faces"
"$out/faces_cpp"
"$out/strain" 1 100 2> "$out/strain.err" || { cat "$out/strain.err"; exit 1; }
# By what the installed folder says of itself.
if command -v pkg-config >/dev/null; then
  export PKG_CONFIG_PATH=$folder/lib/pkgconfig
  gcc -std=c99 tests/c/version.c -o "$out/version_pc" $(pkg-config --cflags --libs xeploai)
  "$out/version_pc"
else
  echo "SKIPPED: the .pc file was not tried, there is no pkg-config"
fi
if command -v cmake >/dev/null; then
  version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
  rm -rf "$out/cmake"
  configure() { cmake -S tests/c/cmake -B "$out/cmake" -DCMAKE_PREFIX_PATH="$(cd "$folder" && pwd)" -DWANTED="$1"; }
  if configure 99.0 >/dev/null 2>&1; then echo "CMake took version $version for 99.0"; exit 1; fi
  rm -rf "$out/cmake"
  { configure "$version" && cmake --build "$out/cmake"; } > "$out/cmake.log" 2>&1 || { cat "$out/cmake.log"; exit 1; }
  "$out/cmake/by_xeploai"
  "$out/cmake/by_static"
else
  echo "SKIPPED: the CMake package was not tried, there is no cmake"
fi
# A second compiler reads the header and the tests.
if command -v clang >/dev/null; then
  clang -std=c99 $strict tests/c/faces.c -o "$out/faces_clang" $shared
  "$out/faces_clang"
else
  echo "SKIPPED: clang was not tried, there is none"
fi
