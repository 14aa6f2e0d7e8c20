"""Our rulebook on the workload, and its results in the workload's own words.

Everything is told from the outcome, the levels, the score and the reason code of a row: no rule stands here a second
time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from columns import DISTRICTS, RESULT, UNITS_PER_DISTRICT

import xeploai

# The first digits of a unit's number are its district's.
DISTRICT = f"unit_id // {UNITS_PER_DISTRICT}"
HERE = Path(__file__).resolve().parent
TRUE = 3

Column = np.ndarray


def rulebook(form: str) -> xeploai.Rulebook:
    """The rulebook for a form of the table, `dec` or `int`."""
    return xeploai.Rulebook.from_json((HERE / f"rulebook-{form}.json").read_text(encoding="utf-8"))


def rate(rules: xeploai.Rulebook, table: pa.Table, threads: int) -> pa.Table:
    """The table with the results behind it."""
    return pa.table(rules.rate_table("person", table, threads=threads))


def whole(rules: xeploai.Rulebook, table: pa.Table, threads: int) -> tuple[pa.Table, pa.Table]:
    """The table with the results after the quota, and the figures of the districts."""
    rated = rules.rate_table("person", table, threads=threads).collect()
    groups = {"district_group": [DISTRICT, "group"]}
    # The specification counts only those who are classified.
    held = rules.hold_quotas("person", rated, groups=groups, invalid="left_out", threads=threads)
    counted = rules.tally(held.table, [DISTRICT], decimals=2, threads=threads)
    return pa.table(held.table), pa.table(counted)


def figures(counted: pa.Table) -> pa.Table:
    """The figures of the districts as the specification has them: hundredths of a percent, 0 of nobody."""
    counts = {f"n{level}": counted[f"l{level}"] for level in (1, 2, 3, 4)}
    shares = {}
    for level in (1, 2, 3, 4):
        hundredths = pc.multiply(counted[f"share_l{level}"], pa.scalar(100, pa.int64()))
        shares[f"p{level}"] = pc.fill_null(hundredths.cast(pa.int64()), 0)
    others = {"n_not": counted["not_rated"], "n_err": counted["invalid"]}
    district = counted["unit_id"].cast(pa.int64())
    return pa.table({"district": district, **counts, **others, **shares}).cast(DISTRICTS)


class Codes:
    """The reason codes of a rated table, bit by bit."""

    def __init__(self, rules: xeploai.Rulebook, rated: pa.Table) -> None:
        self.places = {(place["sort"], place["of"]): place for place in rules.reasons("person")}
        self.words = {
            name: rated[name].to_numpy()
            for name in {place["column"] for place in self.places.values()}
            if name in rated.column_names
        }

    def of(self, sort: str, name: str = "") -> Column:
        """The value of some bits in every row."""
        place = self.places[sort, name]
        shifted = self.words[place["column"]] >> np.uint64(place["shift"])
        return shifted & np.uint64((1 << place["width"]) - 1)

    def holds(self, rule: str) -> Column:
        """Whether a rule holds."""
        return self.of("rule", f"person.{rule}") == TRUE


def level_of(column: pa.ChunkedArray) -> Column:
    """The workload's number of a level: our code without its letter; 0 where there is none."""
    codes = column.combine_chunks()
    codes = codes if isinstance(codes, pa.DictionaryArray) else codes.chunk(0)
    numbers = np.array([int(code[1:]) for code in codes.dictionary.to_pylist()])
    return np.where(column.is_valid().to_numpy(), numbers[codes.indices.fill_null(0).to_numpy()], 0)


def thousandths(column: pa.ChunkedArray) -> Column:
    """The score; -1 where there is none."""
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.decimal128(38, 3))
        units = [
            np.frombuffer(chunk.buffers()[1], np.int64)[2 * chunk.offset :: 2][: len(chunk)] for chunk in column.chunks
        ]
        return np.where(column.is_valid().to_numpy(), np.concatenate(units), -1)
    return column.fill_null(-1).to_numpy()


def as_result(rules: xeploai.Rulebook, rated: pa.Table) -> pa.Table:
    """The results as the specification has them, before the quota or, of a table after it, with it."""
    codes = Codes(rules, rated)
    outcome = rated["outcome"].cast(pa.string()).to_numpy(zero_copy_only=False)
    invalid, ended = outcome == "invalid", outcome == "not_rated"
    status = np.where(invalid, 2, np.where(ended, 1, 0))

    faults = {name: codes.of(sort, name) for sort, name in codes.places if sort == "fact"}
    absent = np.logical_or.reduce([fault == 1 for fault in faults.values()])
    amounts = np.logical_or.reduce([fault > 0 for name, fault in faults.items() if not name.startswith("votes_")])
    refused = np.where(absent, 1, np.where(amounts, 2, 3))
    code = np.where(invalid, refused, np.where(ended, np.where(codes.holds("exempt"), 10, 11), 0))

    # The level of the standards, before any trigger or ceiling: the highest in reach whose conditions hold.
    band = 4 - codes.of("lowest_band").astype(np.int64)
    meets = {
        1: codes.holds("l1.criteria") & codes.holds("l1.done") & codes.holds("l1.over"),
        2: codes.holds("l2.criteria") & codes.holds("l2.done"),
        3: codes.holds("l3.done"),
    }
    base = np.full(len(rated), 4)
    for level in (3, 2, 1):
        base = np.where(meets[level] & (band <= level), level, base)

    reasons = np.where(codes.of("clamped", "total") > 0, 512, 0)
    failed = {
        1: {1: band > 1, 2: ~codes.holds("l1.criteria"), 4: ~codes.holds("l1.done"), 8: ~codes.holds("l1.over")},
        2: {1: band > 2, 2: ~codes.holds("l2.criteria"), 4: ~codes.holds("l2.done")},
        3: {1: band > 3, 4: ~codes.holds("l3.done")},
    }
    for better, conditions in failed.items():
        for bit, fails in conditions.items():
            reasons |= np.where((base == better + 1) & fails, bit, 0)

    level = base
    veto = codes.holds("discipline") | codes.holds("integrity") | codes.holds("disunity")
    head = np.select([codes.holds("head.3"), codes.holds("head.2"), codes.holds("head.1")], [4, 3, 2], 1)
    votes = np.where(codes.holds("votes"), 2, 1)
    for cap, bit in (
        (np.where(veto, 4, 1), 16),
        (np.where(codes.holds("discipline_1"), 3, 1), 32),
        (head, 64),
        (votes, 128),
    ):
        reasons |= np.where(cap > level, bit, 0)
        level = np.maximum(level, cap)
    rated_level = level_of(rated["at_most"])
    if "own_at_most" in rated.column_names:
        own_level = level_of(rated["own_at_most"])
        reasons |= np.where(rated_level != own_level, 256, 0)
        level = np.where(level == own_level, rated_level, level)
    if not np.array_equal(level[status == 0], rated_level[status == 0]):
        raise AssertionError("the level told from the reason code is not the level of the row")

    fine = status == 0
    columns = {
        "id": rated["id"],
        "status": status.astype(np.int8),
        "code": code.astype(np.int8),
        "total": np.where(fine, thousandths(rated["score"]), -1).astype(np.int32),
        "level": np.where(fine, rated_level, 0).astype(np.int8),
        "reasons": np.where(fine, reasons, 0).astype(np.int16),
    }
    return pa.table(columns).cast(RESULT)
