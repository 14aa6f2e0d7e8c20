# `make demo` and `make test` do all set-up themselves. Everything they install besides system packages stays in this
# folder (.venv, target).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEELS := target/wheels
# What the wheel is made of.
SOURCES := $(shell find core/src core/rulebooks core/schema python/src python/xeploai -type f -not -name '*.pyc' 2>/dev/null) \
	Cargo.toml Cargo.lock core/Cargo.toml python/Cargo.toml python/pyproject.toml

.PHONY: demo test build tools lint format schema header bench docs clean test-rust test-python test-c

demo: build
	$(BIN)/python examples/demo.py

# ---- set-up

$(VENV)/.tools: python/requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r python/requirements-dev.txt
	touch $@

$(VENV)/.wheel: $(VENV)/.tools $(SOURCES)
	rm -rf $(WHEELS)
	env -u CONDA_PREFIX $(BIN)/maturin build --release --locked --quiet --manifest-path python/Cargo.toml --out $(WHEELS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(WHEELS)/*.whl
	touch $@

build: $(VENV)/.wheel
