#!/usr/bin/env bash
# The libraries for other systems: a Windows DLL by mingw, tried under Wine, and a Linux library for glibc 2.17. What cannot be had
# prints SKIPPED with its reason. They go to target/dist.
set -euo pipefail
root=$(id -u)
dist=target/dist
skipped() { echo "SKIPPED: $1"; }
apt() { [ "$root" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }

echo "Windows, x86_64"
windows=x86_64-pc-windows-gnu
gcc=x86_64-w64-mingw32-gcc
if command -v $gcc >/dev/null || apt gcc-mingw-w64-x86-64; then
  rustup target add $windows >/dev/null 2>&1 || true
  cargo build --locked --quiet --release -p xeploai-ffi --target $windows
  mkdir -p $dist/$windows
  cp target/$windows/release/xeploai_ffi.dll $dist/$windows/xeploai.dll
  cp include/xeploai.h $dist/$windows/
  x86_64-w64-mingw32-objdump -p $dist/$windows/xeploai.dll | tr -d '\r' \
    | sed -n '/\[Ordinal\/Name Pointer\] Table/,/^$/p' | grep -o 'xeploai_[a-z0-9_]*' | sort -u > $dist/exported.txt
  total=$(x86_64-w64-mingw32-objdump -p $dist/$windows/xeploai.dll | tr -d '\r' | sed -n '/\[Ordinal\/Name Pointer\] Table/,/^$/p' | grep -c '^[[:space:]]*\[')
  diff tests/c/symbols.txt $dist/exported.txt
  x86_64-w64-mingw32-strip --strip-all $dist/$windows/xeploai.dll
  # Programs that link find it by the import library, those of MSVC by the list of its functions.
  { echo "LIBRARY xeploai.dll"; echo EXPORTS; cat $dist/exported.txt; } > $dist/$windows/xeploai.def
  x86_64-w64-mingw32-dlltool -d $dist/$windows/xeploai.def -D xeploai.dll -l $dist/$windows/libxeploai.dll.a
  echo "exports: $(wc -l < $dist/exported.txt) of ours, $((total - 1)) in all; $(stat -c %s $dist/$windows/xeploai.dll) bytes"
  for test in version faces strain; do
    $gcc -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Iinclude -Itests/c tests/c/$test.c -o $dist/$windows/$test.exe -L$dist/$windows -lxeploai.dll -Wl,-Bstatic -lpthread
  done
  # Debian's Wine lacks a DLL of Windows that the standard library asks for random numbers.
  printf '#include <stddef.h>\n__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *to, size_t len) { size_t at; for (at = 0; at < len; at++) to[at] = (unsigned char)(at * 167 + 13); return 1; }\n' > $dist/prng.c
  $gcc -shared $dist/prng.c -o $dist/$windows/bcryptprimitives.dll
  wine=$(command -v wine64 || command -v wine || ls /usr/lib/wine/wine64 2>/dev/null || true)
  if [ -n "$wine" ] || { apt wine64 && wine=$(command -v wine64 || ls /usr/lib/wine/wine64); }; then
    export WINEDEBUG=-all WINEPREFIX=$PWD/$dist/wine RUST_BACKTRACE=0
    for test in version faces strain; do
      "$wine" $dist/$windows/$test.exe 2> $dist/$test.err || { tail -5 $dist/$test.err; exit 1; }
    done
  else
    skipped "the tests of the DLL, Wine is not to be had"
  fi
  rm -f $dist/$windows/bcryptprimitives.dll
else
  skipped "the Windows DLL, gcc-mingw-w64-x86-64 is not to be had (not root?)"
fi

echo "Linux, x86_64, glibc 2.17"
linux=x86_64-unknown-linux-gnu
venv=target/zig
if [ -x $venv/bin/cargo-zigbuild ] || { python3 -m venv $venv && $venv/bin/pip install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.0; }; then
  PATH=$PWD/$venv/bin:$PATH cargo zigbuild --locked --quiet --release -p xeploai-ffi --target $linux.2.17
  mkdir -p $dist/$linux
  cp target/$linux/release/libxeploai_ffi.so $dist/$linux/libxeploai.so.1
  ln -sfn libxeploai.so.1 $dist/$linux/libxeploai.so
  cp include/xeploai.h $dist/$linux/
  nm -D --defined-only $dist/$linux/libxeploai.so.1 | awk '{print $3}' | sort | diff tests/c/symbols.txt -
  newest=$(objdump -T $dist/$linux/libxeploai.so.1 | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
  echo "needs $newest; $(stat -c %s $dist/$linux/libxeploai.so.1) bytes"
  [ "$(printf '%s\nGLIBC_2.17\n' "$newest" | sort -V | tail -1)" = GLIBC_2.17 ]
  gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude -Itests/c tests/c/faces.c -o $dist/$linux/faces -L$dist/$linux -lxeploai
  LD_LIBRARY_PATH=$dist/$linux $dist/$linux/faces
else
  skipped "the library for glibc 2.17, zig is not to be had from the package index"
fi
