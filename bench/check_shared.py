"""Holds this folder against the reference it was written after, where that is at hand.

    python bench/check_shared.py [FOLDER] [--rows 200000]

On the reference's own data our reading must equal its classification of every row, and our peers must equal our
reading; on our data its peers, with their quota and districts, must equal our reading with both. A clone has no
reference folder: then it prints SKIPPED and the exit code is 0.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import peer_duckdb
import peer_polars
import pyarrow as pa
from check import Counts, differences, told
from columns import RESULT
from compare import compare
from generate import as_integers, generate
from reading import districts, read, with_quota

DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "bench"
MODULES = ("gen", "impl_python", "impl_polars", "impl_duckdb")


def row_by_row(theirs: ModuleType, table: pa.Table) -> pa.Table:
    """The reference's classification of each row before the quota, in the common form."""
    rows = theirs.load(table, "arrow", "dec")
    found = zip(*(theirs.classify(row) for row in rows), strict=True)
    status, code, total, level, reasons = found
    thousandths = [-1 if amount == -1 else int(amount * 1000) for amount in total]
    return pa.table([[row[0] for row in rows], status, code, thousandths, level, reasons], schema=RESULT)


def in_common_form(output: tuple[dict[str, Any], dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    """People and districts as the reference's implementations hand them over."""
    people, figures = output
    return pa.table(people), pa.table(figures)


def with_their_quota(shared: dict[str, ModuleType], table: pa.Table) -> Iterator[tuple[str, pa.Table, pa.Table]]:
    """The names, people and districts of the reference's implementations on a table."""
    python, polars, duckdb = (shared[name] for name in MODULES[1:])
    rows = python.load(table, "arrow", "dec")
    yield "impl_python", *in_common_form(python.output(rows, python.evaluate(rows, "dec")))
    for mode, form in (("int", as_integers(table)), ("dec", table)):
        frame = peer_polars.load(form)
        yield f"impl_polars {mode}", *in_common_form(polars.output(frame, polars.evaluate(frame, mode)))
    connection = peer_duckdb.load(table)
    yield "impl_duckdb dec", *in_common_form(duckdb.output(connection, duckdb.evaluate(connection, "dec")))


def comparisons(shared: dict[str, ModuleType], rows: int) -> Iterator[tuple[str, Counts]]:
    """All there is to compare."""
    table = shared["gen"].generate(rows)
    yield "their data: reading, impl_python", compare(row_by_row(shared["impl_python"], table), read(table))
    for name, counts in differences(table):
        yield f"their data: {name}", counts
    table = generate(rows)
    before = read(table)
    yield "our data: reading, impl_python", compare(row_by_row(shared["impl_python"], table), before)
    after = with_quota(table, before)
    figures = districts(table, after)
    for name, people, of_districts in with_their_quota(shared, table):
        yield f"our data: {name}", compare(after, people)
        yield f"our data: {name}, districts", compare(figures, of_districts, "district")


def main() -> int:
    """Compare, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    folder = options.folder.resolve()
    if lacking := [f"{name}.py" for name in MODULES if not (folder / f"{name}.py").exists()]:
        print(f"SKIPPED: {folder} has no {', '.join(lacking)}")
        return 0
    # Not a byte is written there, and the SQL is found from there.
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    with contextlib.chdir(folder):
        shared = {name: importlib.import_module(name) for name in MODULES}
        fine = [told(name, counts) for name, counts in comparisons(shared, options.rows)]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
