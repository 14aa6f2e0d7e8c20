#!/usr/bin/env bash
# What is slow and rarely changes: the tests in C under AddressSanitizer and valgrind, a minute of threads, Miri over the
# interface's own unsafe code. Each part that cannot be had prints SKIPPED with its reason.
set -euo pipefail
out=target/c
mkdir -p "$out"
export RUST_BACKTRACE=0
flags="-g -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude -Itests/c"
host=$(rustc -vV | sed -n 's/^host: //p')

echo "AddressSanitizer"
# The sanitizer is unstable in Rust, not in the C compiler; the library is linked in, so that its own memory is watched too.
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address" cargo build --locked --quiet -p xeploai-ffi --target "$host" --target-dir target/asan
for test in faces strain; do
  gcc $flags -fsanitize=address "tests/c/$test.c" -o "$out/${test}_asan" "target/asan/$host/debug/libxeploai_ffi.a" -lpthread -ldl -lm
done
nm "$out/strain_asan" | grep __asan_init >/dev/null || { echo "the sanitizer is not on"; exit 1; }
# That it finds what it should: a text that is read after it was freed.
printf '%s\n' '#include "check.h"' 'int main(void) { xeploai_library *all = NULL; xeploai_bytes list = {NULL, 0}; const uint8_t *kept;' \
  'xeploai_library_builtin(&all, NULL); xeploai_library_json(all, &list, NULL); kept = list.data; xeploai_bytes_free(&list);' \
  'CHECK(kept[0] == 91); xeploai_library_free(all); return closing("planted"); }' > "$out/planted.c"
gcc $flags -fsanitize=address "$out/planted.c" -o "$out/planted" "target/asan/$host/debug/libxeploai_ffi.a" -lpthread -ldl -lm
if "$out/planted" > "$out/planted.log" 2>&1; then echo "the sanitizer missed a planted fault"; exit 1; fi
grep -q heap-use-after-free "$out/planted.log"
"$out/faces_asan"
"$out/strain_asan" 60 100 2> "$out/asan.err" || { cat "$out/asan.err"; exit 1; }

echo "valgrind"
if command -v valgrind >/dev/null; then
  cargo build --locked --quiet --release -p xeploai-ffi
  ffi/install.sh target/ffi release
  for test in faces strain; do
    gcc $flags "tests/c/$test.c" -o "$out/${test}_release" -Ltarget/ffi/lib -lxeploai -lpthread
  done
  # The standard library keeps a few bytes of the main thread to the end, which counts as possibly lost, not as lost.
  watched="valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --error-exitcode=9"
  LD_LIBRARY_PATH=target/ffi/lib $watched "$out/faces_release"
  LD_LIBRARY_PATH=target/ffi/lib $watched "$out/strain_release" 1 2 2> "$out/valgrind.err" || { cat "$out/valgrind.err"; exit 1; }
else
  echo "SKIPPED: valgrind is not installed"
fi

echo "Miri"
if rustup run nightly cargo miri --version >/dev/null 2>&1 || rustup component add miri rust-src --toolchain nightly >/dev/null 2>&1; then
  MIRIFLAGS="-Zmiri-disable-isolation" cargo +nightly miri test --locked --quiet -p xeploai-ffi --test boundary --target-dir target/miri
else
  echo "SKIPPED: Miri needs a nightly toolchain with the components miri and rust-src"
fi
