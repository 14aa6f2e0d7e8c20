#!/usr/bin/env bash
# Compiles the C# face with mcs, warnings as errors, and runs its tests under Mono: `ffi/csharp/test.sh LIB`, LIB being the
# folder of libxeploai.so. From the folder of the repository. The programs of the documentation are compiled and run too.
set -euo pipefail
lib=$(cd "$1" && pwd)
out=target/csharp
# Mono 6.8 stops at 7.2; the sources need nothing of 7.3.
compile="mcs -langversion:7.2 -warnaserror -warn:4"
rm -rf "$out"
mkdir -p "$out/other"
$compile -optimize+ -target:library -out:$out/Xeploai.dll -doc:$out/Xeploai.xml ffi/csharp/Xeploai/*.cs
$compile -r:$out/Xeploai.dll -out:$out/Xeploai.Tests.exe ffi/csharp/tests/*.cs
$compile -optimize+ -r:$out/Xeploai.dll -out:$out/Bench.exe ffi/csharp/bench/*.cs
gcc -shared -fPIC -o $out/other/libxeploai.so ffi/csharp/tests/other_abi.c
LD_LIBRARY_PATH="$out/other" mono $out/Xeploai.Tests.exe . --other-abi

# The blocks of code of a page are programs; the block behind each is what it prints.
pages=0
for page in docs/csharp.md docs/csharp.vi.md; do
  name=$(basename "$page" .md)
  rm -f "$out/$name".*
  awk -v base="$out/$name" '
    /^```csharp$/ { number++; file = base "." number ".cs"; next }
    /^```text$/ { file = base "." number ".txt"; next }
    /^```/ { file = ""; next }
    file { print > file }' "$page"
  for program in "$out/$name".*.cs; do
    $compile -r:$out/Xeploai.dll -out:"${program%.cs}.exe" "$program"
    LD_LIBRARY_PATH="$lib" LC_ALL=C mono "${program%.cs}.exe" > "${program%.cs}.out"
    diff "${program%.cs}.txt" "${program%.cs}.out"
    pages=$((pages + 1))
  done
done
test "$pages" -ge 4
for program in $out/csharp.*.cs; do
  # Both pages show the same programs.
  test "$(basename "$program" | cut -d. -f2)" = vi || diff "$program" "${program/csharp./csharp.vi.}"
done
echo "C#: $pages programs of the documentation print what it says"

LD_LIBRARY_PATH="$lib" mono --debug $out/Xeploai.Tests.exe .
