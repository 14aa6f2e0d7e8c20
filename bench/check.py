"""Holds ours and the peers against the reading, on tables of several seeds, with and without the quota.

    python bench/check.py [--rows 200000] [--seeds 1 2 3]

Prints how many rows differ; the exit code is 0 where none does.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import ours
import peer_duckdb
import peer_polars
import pyarrow as pa
from compare import compare
from generate import as_integers, generate
from reading import districts, read, with_quota

Counts = dict[str, int]


def peers(table: pa.Table, *, quota: bool) -> Iterator[tuple[str, pa.Table, pa.Table | None]]:
    """Each peer's name, people and districts."""
    for name, form in (("polars Decimal", table), ("polars int", as_integers(table))):
        frame = peer_polars.rate(peer_polars.load(form), quota=quota)
        yield name, peer_polars.as_table(frame), peer_polars.districts_as_table(frame) if quota else None
    rated = peer_duckdb.rate(peer_duckdb.load(table), quota=quota)
    yield "duckdb DECIMAL", peer_duckdb.as_table(rated), peer_duckdb.districts_as_table(rated) if quota else None


def of_ours(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """What our rulebooks say of both forms of the table, before the quota."""
    for name, form, rows in (("xeploai dec", "dec", table), ("xeploai int", "int", as_integers(table))):
        rules = ours.rulebook(form)
        yield name, ours.as_result(rules, ours.rate(rules, rows, threads=2))


def whole_of_ours(table: pa.Table) -> Iterator[tuple[str, pa.Table, pa.Table]]:
    """What our rulebooks say of both forms, with the quota, and of the districts."""
    for name, form, rows in (("xeploai dec", "dec", table), ("xeploai int", "int", as_integers(table))):
        rules = ours.rulebook(form)
        held, counted = ours.whole(rules, rows, threads=2)
        yield name, ours.as_result(rules, held), ours.figures(counted)


def differences(table: pa.Table) -> Iterator[tuple[str, Counts]]:
    """What ours and each peer have otherwise than the reading."""
    before = read(table)
    for name, people in of_ours(table):
        yield name, compare(before, people)
    for name, people, _ in peers(table, quota=False):
        yield name, compare(before, people)
    after = with_quota(table, before)
    of_districts = districts(table, after)
    for name, people, figures in (*whole_of_ours(table), *peers(table, quota=True)):
        yield f"{name}, quota", compare(after, people)
        yield f"{name}, districts", compare(of_districts, figures, "district")


def told(name: str, counts: Counts) -> bool:
    """Print one comparison; whether it found nothing."""
    wrong = {column: count for column, count in counts.items() if count}
    print(f"{name:44} {wrong or 'equal'}", flush=True)
    return not wrong


def main() -> int:
    """Compare on each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    fine = [
        told(f"seed {seed}: {name}", counts)
        for seed in options.seeds
        for name, counts in differences(generate(options.rows, seed))
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
