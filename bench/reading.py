"""The rules of the workload, row by row: the answer the engines are held against.

This is written from the text of the rules and shares with the engines the names of the columns and nothing else, not
even the numbers; it is slow and plain on purpose. All amounts are integers, thousandths, so that nothing is ever
rounded. `R0` to `R8` are the rules' own names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import pyarrow as pa
from columns import DISTRICTS, RESULT, TABLE
from generate import as_integers

CLASSIFIED, NOT_CLASSIFIED, INVALID = 0, 1, 2
MISSING, OUT_OF_BOUNDS, IMPOSSIBLE_VOTE, EXEMPT, TOO_SHORT = 1, 2, 3, 10, 11
LEAST_MONTHS = 6

# Why a row is not a level better.
TOTAL, CRITERIA, TASKS_DONE, TASKS_OVER, VETO, DISCIPLINE, HEAD, VOTES, QUOTA, CLIPPED = (1 << bit for bit in range(10))

LIMITS = (6_000, 6_000, 6_000, 6_000, 6_000, 30_000, 20_000, 20_000)
GOOD = (4_800, 4_800, 4_800, 4_800, 4_800, 24_000, 16_000, 16_000)
FAIR = (3_000, 3_000, 3_000, 3_000, 3_000, 15_000, 10_000, 10_000)


class Person(NamedTuple):
    """One row, its columns in the order of the table; amounts in thousandths."""

    id: str
    unit_id: int
    group: int
    is_head: bool
    unit_rating: int | None
    self_rating: int | None
    c1: int | None
    c2: int | None
    c3: int | None
    c4: int | None
    c5: int | None
    c6: int | None
    c7: int | None
    c8: int | None
    bonus: int | None
    malus: int | None
    tasks_assigned: int | None
    tasks_done: int | None
    tasks_over: int | None
    discipline: int | None
    months_served: int | None
    votes_for: int | None
    votes_total: int | None
    exempt: bool
    integrity_violation: bool
    disunity: bool


class Rating(NamedTuple):
    """What the rules say of one row."""

    status: int
    code: int
    total: int = -1
    level: int = 0
    reasons: int = 0


def rate(person: Person) -> Rating:
    """R0 to R5 and R7 for one row, before any quota."""
    (
        _, _, _, is_head, unit_rating, _, c1, c2, c3, c4, c5, c6, c7, c8, bonus, malus, assigned, done, over,
        discipline, months, votes, cast, exempt, integrity_violation, disunity,
    ) = person  # fmt: skip

    # R0: may the row be classified?
    if (
        c1 is None or c2 is None or c3 is None or c4 is None or c5 is None or c6 is None or c7 is None or c8 is None
        or assigned is None or done is None or over is None or discipline is None or months is None or votes is None
        or cast is None
    ):  # fmt: skip
        return Rating(INVALID, MISSING)
    if is_head and unit_rating is None:
        return Rating(INVALID, MISSING)
    bonus = 0 if bonus is None else bonus
    malus = 0 if malus is None else malus
    criteria = (c1, c2, c3, c4, c5, c6, c7, c8)
    for amount, limit in zip(criteria, LIMITS, strict=True):
        if amount < 0 or amount > limit:
            return Rating(INVALID, OUT_OF_BOUNDS)
    if bonus < 0 or bonus > 5_000 or malus < 0 or malus > 10_000:
        return Rating(INVALID, OUT_OF_BOUNDS)
    if votes > cast or cast <= 0 or votes < 0:
        return Rating(INVALID, IMPOSSIBLE_VOTE)
    if exempt:
        return Rating(NOT_CLASSIFIED, EXEMPT)
    if months < LEAST_MONTHS:
        return Rating(NOT_CLASSIFIED, TOO_SHORT)

    # R1: the total.
    raw = sum(criteria) + bonus - malus
    total = min(max(raw, 0), 100_000)
    reasons = 0 if total == raw else CLIPPED

    # R2: the best of the levels whose every condition holds, and R7: which conditions of the next better one fail.
    failed_1 = (
        (0 if total >= 90_000 else TOTAL)
        | (0 if reaches(criteria, GOOD) else CRITERIA)
        | (0 if done == assigned else TASKS_DONE)
        | (0 if over * 100 >= 50 * assigned else TASKS_OVER)
    )
    failed_2 = (
        (0 if total >= 70_000 else TOTAL)
        | (0 if reaches(criteria, FAIR) else CRITERIA)
        | (0 if done >= assigned else TASKS_DONE)
    )
    failed_3 = (0 if total >= 50_000 else TOTAL) | (0 if done * 100 >= 70 * assigned else TASKS_DONE)
    if not failed_1:
        level = 1
    elif not failed_2:
        level, reasons = 2, reasons | failed_1
    elif not failed_3:
        level, reasons = 3, reasons | failed_2
    else:
        level, reasons = 4, reasons | failed_3

    # R3: misconduct.
    if level < 4 and (discipline >= 2 or integrity_violation or (disunity and is_head)):
        level, reasons = 4, reasons | VETO
    if level < 3 and discipline == 1:
        level, reasons = 3, reasons | DISCIPLINE
    # R4: a head is not better than the unit.
    if is_head and unit_rating is not None and level < unit_rating + 1:
        level, reasons = unit_rating + 1, reasons | HEAD
    # R5: the best level needs two thirds of the votes.
    if level == 1 and votes * 3 < 2 * cast:
        level, reasons = 2, reasons | VOTES
    return Rating(CLASSIFIED, 0, total, level, reasons)


def reaches(criteria: tuple[int, ...], marks: tuple[int, ...]) -> bool:
    """Whether every criterion is at its mark or above."""
    return all(amount >= mark for amount, mark in zip(criteria, marks, strict=True))


def people(table: pa.Table) -> Iterator[list[Person]]:
    """The rows of a table of either form, batch by batch so that a large one fits."""
    for piece in table.select(TABLE.names).to_batches(max_chunksize=131_072):
        whole = as_integers(pa.Table.from_batches([piece]))
        columns = [column.to_pylist() for column in whole.columns]
        yield list(map(Person._make, zip(*columns, strict=True)))


def read(table: pa.Table) -> pa.Table:
    """The rating of each row, in the order of the table, before any quota."""
    pieces = [RESULT.empty_table()]
    for batch in people(table):
        columns = zip(*map(rate, batch), strict=True)
        pieces.append(pa.table([[person.id for person in batch], *columns], schema=RESULT))
    return pa.concat_tables(pieces)


def with_quota(table: pa.Table, result: pa.Table) -> pa.Table:
    """R6: in each group of each district only the best fifth of those at level 1 or 2 keep level 1."""
    levels, reasons, totals, ids = (result[name].to_pylist() for name in ("level", "reasons", "total", "id"))
    units, groups, votes, cast = (table[name].to_pylist() for name in ("unit_id", "group", "votes_for", "votes_total"))
    places: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, level in enumerate(levels):
        if level in (1, 2):
            places[units[row] // 200, groups[row]].append(row)
    for rows in places.values():
        best = [row for row in rows if levels[row] == 1]
        best.sort(key=lambda row: (-totals[row], -Fraction(votes[row], cast[row]), ids[row]))
        for row in best[len(rows) // 5 :]:
            levels[row] = 2
            reasons[row] |= QUOTA
    return pa.table([ids, result["status"], result["code"], result["total"], levels, reasons], schema=RESULT)


def districts(table: pa.Table, result: pa.Table) -> pa.Table:
    """R8: the figures of each district, in the order of their numbers."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
    units, levels, statuses = table["unit_id"].to_pylist(), result["level"].to_pylist(), result["status"].to_pylist()
    for unit, level, status in zip(units, levels, statuses, strict=True):
        counts[unit // 200][level - 1 if status == CLASSIFIED else 3 + status] += 1
    lines = []
    for district, count in sorted(counts.items()):
        classified = sum(count[:4])
        # Half a hundredth of a percent is rounded up.
        shares = [(20_000 * one + classified) // (2 * classified) if classified else 0 for one in count[:4]]
        lines.append([district, *count, *shares])
    return pa.table(list(map(list, zip(*lines, strict=True))), schema=DISTRICTS) if lines else DISTRICTS.empty_table()
