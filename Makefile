# `make demo` and `make test` do all set-up themselves. Everything they install besides system packages stays in this
# folder (.venv, target).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEELS := target/wheels
# What the wheel is made of.
SOURCES := $(shell find core/src core/rulebooks core/schema python/src python/xeploai -type f -not -name '*.pyc' 2>/dev/null) \
	.cargo/config.toml Cargo.toml Cargo.lock core/Cargo.toml core/build.rs python/Cargo.toml python/pyproject.toml

.PHONY: demo test build spark spark-with-java check-bench system lint format schema header coverage bench bench-c bench-java strain dist \
	clean test-rust test-python test-c test-java ffi-debug

## demo: build the wheel, write a made-up commune, rate it, show one explanation in Vietnamese
demo: build
	$(BIN)/python examples/demo.py

# ---- set-up

# What no package manager of a language brings: a C compiler, and the module that makes virtual environments.
system:
	@command -v gcc >/dev/null && command -v g++ >/dev/null && $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc g++ libc6-dev python3-venv; } || \
	  { echo "gcc, g++ and python3-venv are needed; install them, or run make as root"; exit 1; }

$(VENV)/.tools: python/requirements-dev.txt | system
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r python/requirements-dev.txt
	touch $@

# The features of the release profile make this build slow; it is done only when a source has changed.
$(VENV)/.wheel: $(VENV)/.tools $(SOURCES)
	rm -rf $(WHEELS)
	env -u CONDA_PREFIX $(BIN)/maturin build --release --locked --quiet --manifest-path python/Cargo.toml --out $(WHEELS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(WHEELS)/*.whl
	touch $@

## build: the wheel, installed into .venv
build: $(VENV)/.wheel

# ---- tests

## test: every test of every language
test: test-rust test-c test-csharp test-java test-python

test-rust: | system
	cargo test --locked --quiet --workspace --exclude xeploai-python --features xeploai/schema,xeploai/files
	RUST_BACKTRACE=0 cargo test --locked --quiet -p xeploai-ffi --features provoke --test provoke 2>/dev/null

# What a program in C, C# or Java links, built to be tested: lib/, lib/pkgconfig/ and include/.
FFI ?= target/ffi-debug
ffi-debug: | system
	cargo build --locked --quiet -p xeploai-ffi
	ffi/install.sh $(FFI) debug

test-c: ffi-debug
	tests/c/run.sh $(FFI)

test-python: build
	$(BIN)/pytest -c python/pyproject.toml python/tests

# Java: JNA on the JDK that Maven runs on, java.lang.foreign on one of 22 or later where there is one.
JAVA_DIR := ffi/java
JAVA_OUT := target/java
MAVEN := mvn -B -ntp -f $(JAVA_DIR)/pom.xml
# The JDK for java.lang.foreign: JAVA22_HOME, else the first of 22 or later where the system keeps them.
find-java22 = for home in "$$JAVA22_HOME" /usr/lib/jvm/*; do \
	  version=$$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$$home/release" 2>/dev/null); \
	  if test -x "$$home/bin/javac" && test "$${version:-0}" -ge 22; then echo "$$home"; break; fi; done
# Maven and a JDK, installed where they are missing and that may be done; else the reason why nothing is done.
with-java = { command -v mvn && command -v javac; } >/dev/null || \
	  { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq --no-install-recommends maven default-jdk-headless; } \
	    >/dev/null 2>&1 || { echo "SKIPPED: the Java tests, no Maven or no JDK; install them, or run make as root"; exit 0; }

## test-java: the Java library by JNA and, where there is a JDK 22 or later (JAVA22_HOME), by java.lang.foreign
test-java: ffi-debug
	@$(with-java); \
	mkdir -p $(JAVA_OUT); home=$$($(find-java22)); \
	$(MAVEN) verify -Dxeploai.library.path="$(CURDIR)/$(FFI)/lib" $${home:+-Djava22.home="$$home"} >$(JAVA_OUT)/test.log 2>&1 || \
	  { cat $(JAVA_OUT)/test.log; exit 1; }; \
	grep -E 'surefire.*:test \(|Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$$' $(JAVA_OUT)/test.log; \
	test -n "$$home" || echo "SKIPPED: the foreign tests, no JDK 22 or later was found"

## bench-java: one case from Java, in microseconds, by each binding that there is (BENCH_LIB=…: the folder of the library)
BENCH_LIB ?= $(FFI)/lib
bench-java:
	@$(with-java); \
	home=$$($(find-java22)); \
	$(MAVEN) -q verify -DskipTests $${home:+-Djava22.home="$$home"} && \
	for java in java $${home:+"$$home/bin/java --enable-native-access=ALL-UNNAMED"}; do \
	  $$java -Dxeploai.library.path="$(BENCH_LIB)" -cp "$(JAVA_OUT)/*:$(JAVA_OUT)/lib/*:$(JAVA_OUT)/test-classes" vn.xeploai.Bench || exit 1; \
	done

# ---- what a change must keep

## lint: format, clippy, ruff, mypy, stubs, docs
lint: build
	rustup component add rustfmt clippy >/dev/null 2>&1 || true
	cargo fmt --all --check
	cargo clippy --locked --quiet --workspace --exclude xeploai-python --all-targets --features xeploai/schema,xeploai/files -- -D warnings
	for features in '' arrow files; do RUSTFLAGS='-D warnings' cargo check --locked --quiet --target-dir target/features -p xeploai --no-default-features --features "$$features" || exit 1; done
	cargo clippy --locked --quiet -p xeploai-python -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --quiet --no-deps -p xeploai -p xeploai-ffi
	$(BIN)/ruff check python examples tests bench
	$(BIN)/ruff format --check python examples tests bench
	cd python && ../$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest xeploai._core --allowlist python/stubtest.allow

## format: put the sources into shape
format: $(VENV)/.tools
	cargo fmt --all
	$(BIN)/ruff format python examples tests bench

## schema: write the JSON Schemas of rulebooks and overlays anew
schema:
	XEPLOAI_WRITE=1 cargo test --locked --quiet -p xeploai --features schema --test schema

## header: write the C header anew
header:
	XEPLOAI_WRITE=1 cargo test --locked --quiet -p xeploai-ffi --test header

## coverage: for each rulebook, how many of its rules the cases beside it bring out true and false
coverage:
	XEPLOAI_REPORT=1 cargo test --locked --quiet -p xeploai --test shared covers -- --nocapture

## bench: the figures: one case, the reference workload beside polars and DuckDB, files (ROWS=…); writes bench.json
ROWS ?= 5400000
bench: build
	cargo bench --locked -p xeploai --bench rate
	$(BIN)/python python/benches/figures.py
	$(BIN)/python bench/run.py --rows $(ROWS) --repeat 5 --by-hand --out bench.json
	$(BIN)/python bench/beside.py --rows $(ROWS) --repeat 5 --out bench.json

## check-bench: ours, the repo's own peers and those of the shared folder, all held against the reading (ROWS=…)
check-bench: build
	$(BIN)/python bench/check.py --rows $(ROWS) --seeds 1
	$(BIN)/python bench/check_shared.py

# Spark is large and runs on Java: it has a virtual environment of its own, and no other target needs it.
SPARK := .venv-spark

$(SPARK)/.tools: examples/spark/requirements.txt $(VENV)/.wheel
	test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check -r examples/spark/requirements.txt
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(WHEELS)/*.whl
	touch $@

## spark: the reference workload on PySpark, held against the single machine (SPARK_ROWS=…); not part of `make test`
SPARK_ROWS ?= 200000
spark:
	@java -version >/dev/null 2>&1 || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends default-jre-headless; } >/dev/null 2>&1 || true
	@if java -version >/dev/null 2>&1; then $(MAKE) --no-print-directory spark-with-java; \
	  else echo "SKIPPED: Spark needs Java and there is none; install a JDK, or run make as root"; fi

spark-with-java: $(SPARK)/.tools
	$(SPARK)/bin/python examples/spark/national.py --rows $(SPARK_ROWS) --check

## strain: the C interface under AddressSanitizer, valgrind, a minute of threads, and Miri; slow, not part of `make test`
strain: | system
	ffi/strain.sh

## dist: the Windows DLL, tried under Wine, and the library for glibc 2.17, in target/dist; slow, not part of `make test`
dist: | system
	ffi/dist.sh

## bench-c: the figures of the C interface, beside the core without it
bench-c: | system
	cargo build --locked --quiet --release -p xeploai-ffi
	ffi/install.sh target/ffi release
	mkdir -p target/c
	gcc -O2 -std=c99 -Iinclude -Itests/c tests/c/figures.c -o target/c/figures -Ltarget/ffi/lib -lxeploai -lpthread
	LD_LIBRARY_PATH=target/ffi/lib target/c/figures
	cargo bench --locked --quiet -p xeploai-ffi --bench table
	@size=$$(stat -c %s target/ffi/lib/libxeploai.so.1); echo "the library, stripped: $$size bytes (limit 5000000)$$(test $$size -le 5000000 || echo ' MISSED')"

# ---- C#

.PHONY: mono test-csharp bench-csharp

# A compiler and a runtime for C#, where there are none and we may install them.
mono:
	@command -v mcs >/dev/null && command -v mono >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends mono-mcs mono-runtime; } >/dev/null 2>&1 || true

## test-csharp: the C# face under Mono, and the programs of its documentation
test-csharp: ffi-debug | mono
	@if command -v mcs >/dev/null && command -v mono >/dev/null; then ffi/csharp/test.sh $(FFI)/lib; \
	  else echo "SKIPPED: C# needs Mono and there is none; install mono-mcs and mono-runtime, or run make as root"; fi

## bench-csharp: what one case costs through C#, with the library in CSHARP_LIB
CSHARP_LIB ?= $(FFI)/lib
bench-csharp: | mono
	@if command -v mcs >/dev/null && command -v mono >/dev/null; then mkdir -p target/csharp && \
	  mcs -langversion:7.2 -optimize+ -target:library -out:target/csharp/Xeploai.dll ffi/csharp/Xeploai/*.cs && \
	  mcs -langversion:7.2 -optimize+ -r:target/csharp/Xeploai.dll -out:target/csharp/Bench.exe ffi/csharp/bench/*.cs && \
	  LD_LIBRARY_PATH=$(CSHARP_LIB) mono target/csharp/Bench.exe; \
	  else echo "SKIPPED: C# needs Mono and there is none; install mono-mcs and mono-runtime, or run make as root"; fi

## clean: remove what was built
clean:
	rm -rf target $(VENV) $(SPARK) demo
