"""Writes the people of a country that does not exist: the table the engines are measured on.

    python bench/generate.py OUT.arrow --rows 1000000 [--seed 1] [--integers]

The same rows and seed give the same table. Most rows are ordinary; on purpose one in twenty lacks something, one in a
thousand cannot be right, and three in a hundred stand on a threshold or just beside it, for these are the rows on which
engines differ.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from columns import AMOUNTS, CRITERIA, NULLABLE, TABLE

BATCH = 131_072
SEED = 1

MISSING, FAULTY, ON_THRESHOLD = 0.05, 0.001, 0.03
MISSING_TWO = 0.1  # of the rows that lack something

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# The columns of one batch under their names; criteria in hundredths, bonus and malus in thousandths.
Columns = dict[str, Ints]


@dataclass(frozen=True)
class People:
    """What has to be drawn for all rows at once: who belongs where."""

    number: Ints
    unit: Ints
    is_head: Bools
    rating_of_unit: Ints

    @classmethod
    def draw(cls, rows: int, luck: np.random.Generator) -> People:
        """One head to each unit, the others spread over units of very different size."""
        units = min(rows, 52_000, max(400, rows * 52 // 1000))
        size = luck.lognormal(0.0, 1.2, units)
        unit = np.concatenate([np.arange(units), luck.choice(units, rows - units, p=size / size.sum())])
        is_head = np.arange(rows) < units
        order = luck.permutation(rows)
        return cls(
            number=79_000_000_000 + luck.permutation(rows) * 7_919,
            unit=unit[order],
            is_head=is_head[order],
            rating_of_unit=luck.choice(4, units, p=[0.2, 0.6, 0.18, 0.02]),
        )


def ordinary(people: People, at: slice, luck: np.random.Generator) -> Columns:
    """The rows of a batch as most people's are: complete, possible, and by chance only near a threshold."""
    is_head = people.is_head[at]
    rows = len(is_head)
    ability = luck.normal(0.885, 0.07, rows)
    unit_rating = people.rating_of_unit[people.unit[at]]
    columns: Columns = {
        "unit_rating": unit_rating,
        "self_rating": np.clip(unit_rating + luck.integers(-1, 2, rows), 0, 3),
        "group": np.where(is_head, 0, luck.choice(6, rows, p=[0.04, 0.36, 0.25, 0.2, 0.1, 0.05])),
    }
    for name, greatest in CRITERIA.items():
        share = np.clip(ability + luck.normal(0.0, 0.045, rows), 0.0, 1.0)
        # Half of those who give marks give them in tenths.
        step = np.where(luck.random(rows) < 0.5, 10, 1)
        columns[name] = np.rint(share * greatest * 100 / step).astype(np.int64) * step

    few = luck.random(rows)
    columns["bonus"] = np.select(
        [few < 0.7, few < 0.9], [0, 500 * luck.integers(0, 11, rows)], 125 * luck.integers(0, 41, rows)
    )
    deducted = np.minimum(luck.exponential(1.5, rows), 10.0)
    few = luck.random(rows)
    columns["malus"] = np.select(
        [few < 0.75, few < 0.92],
        [0, 500 * np.rint(deducted * 2).astype(np.int64)],
        5 * np.rint(deducted * 200).astype(np.int64),
    )

    assigned = luck.integers(4, 61, rows)
    part = np.minimum(assigned, (assigned * luck.uniform(0.5, 1.02, rows)).astype(np.int64))
    kept = luck.random(rows)
    columns["tasks_assigned"] = assigned
    columns["tasks_done"] = np.select(
        [kept < 0.82, kept < 0.995], [assigned, part], assigned + luck.integers(1, 4, rows)
    )
    above = np.rint(assigned * (ability - 0.3 + luck.normal(0.0, 0.12, rows))).astype(np.int64)
    columns["tasks_over"] = np.clip(above, 0, assigned)

    columns["discipline"] = luck.choice(5, rows, p=[0.985, 0.008, 0.004, 0.002, 0.001])
    columns["months_served"] = np.where(luck.random(rows) < 0.93, 12, luck.integers(0, 12, rows))
    columns["votes_total"] = luck.integers(5, 61, rows)
    favour = np.clip(ability - 0.08 + luck.normal(0.0, 0.08, rows), 0.0, 1.0)
    columns["votes_for"] = luck.binomial(columns["votes_total"], favour)
    columns["exempt"] = (luck.random(rows) < 0.01).astype(np.int64)
    columns["integrity_violation"] = (luck.random(rows) < 0.001).astype(np.int64)
    columns["disunity"] = (luck.random(rows) < 0.003).astype(np.int64)
    return columns


def total_to(columns: Columns, row: int, wanted: int) -> None:
    """Give the row this total in thousandths: the criteria in proportion, bonus or malus for what is left."""
    before = sum(int(columns[name][row]) for name in CRITERIA)
    for name, greatest in CRITERIA.items():
        scaled = int(columns[name][row]) * wanted // (max(before, 1) * 10)
        columns[name][row] = min(max(scaled, 0), greatest * 100)
    left = wanted - 10 * sum(int(columns[name][row]) for name in CRITERIA)
    columns["bonus"][row] = min(max(left, 0), 5_000)
    columns["malus"][row] = max(-left, 0)


def onto_threshold(columns: Columns, row: int, luck: np.random.Generator) -> None:
    """Push one row onto a threshold of the rules, or one step of its unit to either side."""
    beside = int(luck.integers(-1, 2))
    # Two thirds of these rows are about the total, where most of the rules meet.
    kind = int(luck.integers(0, 15))
    if kind < 10:
        # Level 1 is where ties matter most; 100 and 0 are where the total is clipped.
        threshold = int(luck.choice([90_000, 70_000, 50_000, 100_000, 0], p=[0.5, 0.2, 0.2, 0.07, 0.03]))
        total_to(columns, row, threshold + beside * int(luck.choice([1, 5])))
    elif kind == 10:
        name = str(luck.choice(list(CRITERIA)))
        columns[name][row] = CRITERIA[name] * int(luck.choice([80, 50])) + beside
    elif kind == 11:
        # Of a multiple of ten both 70 % and 50 % are whole numbers.
        assigned = 10 * int(luck.integers(1, 7))
        columns["tasks_assigned"][row] = assigned
        columns["tasks_done"][row] = assigned * 7 // 10 + beside
    elif kind == 12:
        assigned = 2 * int(luck.integers(2, 31))
        columns["tasks_assigned"][row] = columns["tasks_done"][row] = assigned
        columns["tasks_over"][row] = assigned // 2 + beside
    elif kind == 13:
        cast = 3 * int(luck.integers(2, 21))
        columns["votes_total"][row] = cast
        columns["votes_for"][row] = cast * 2 // 3 + beside
    else:
        columns["months_served"][row] = 6 + beside


def into_fault(columns: Columns, row: int, luck: np.random.Generator) -> None:
    """Make one row impossible, in one of the ways the rules know."""
    name = str(luck.choice(list(CRITERIA)))
    much = int(luck.integers(1, 150))
    match int(luck.integers(0, 12)):
        case 0 | 1 | 2:
            columns[name][row] = CRITERIA[name] * 100 + much
        case 3:
            columns[name][row] = -much
        case 4:
            columns["bonus"][row] = 5_000 + much
        case 5:
            columns["bonus"][row] = -much
        case 6:
            columns["malus"][row] = 10_000 + much
        case 7:
            columns["malus"][row] = -much
        case 8 | 9:
            columns["votes_for"][row] = columns["votes_total"][row] + 1 + much % 5
        case 10:
            columns["votes_total"][row] = -(much % 2)
            columns["votes_for"][row] = columns["votes_total"][row]
        case _:
            columns["votes_for"][row] = -much


def gaps(rows: int, luck: np.random.Generator) -> dict[str, Bools]:
    """Where nothing stands: in most rows nowhere, in some in one column, in a few in two."""
    lacking = luck.random(rows) < MISSING
    two = lacking & (luck.random(rows) < MISSING_TWO)
    first, second = luck.integers(0, len(NULLABLE), (2, rows))
    return {name: (lacking & (first == at)) | (two & (second == at)) for at, name in enumerate(NULLABLE)}


def batch(people: People, at: slice, luck: np.random.Generator) -> pa.RecordBatch:
    """One record batch of the table."""
    columns = ordinary(people, at, luck)
    rows = len(columns["group"])
    for row in np.flatnonzero(luck.random(rows) < ON_THRESHOLD):
        onto_threshold(columns, int(row), luck)
    for row in np.flatnonzero(luck.random(rows) < FAULTY):
        into_fault(columns, int(row), luck)
    absent = gaps(rows, luck)

    arrays = {
        "id": pc.utf8_lpad(pa.array(people.number[at]).cast(pa.string()), 12, "0"),
        "unit_id": pa.array(people.unit[at], pa.int32()),
        "is_head": pa.array(people.is_head[at]),
    }
    for name, values in columns.items():
        array = pa.array(values, pa.int32(), mask=absent.get(name))
        if name in AMOUNTS:
            last_digit = Decimal("0.01") if name in CRITERIA else Decimal("0.001")
            array = pc.multiply(array.cast(pa.decimal128(10, 0)), pa.scalar(last_digit))
        arrays[name] = array.cast(TABLE.field(name).type)
    return pa.record_batch([arrays[name] for name in TABLE.names], schema=TABLE)


def generate(rows: int, seed: int = SEED) -> pa.Table:
    """The table of so many rows, in record batches of `BATCH`."""
    people = People.draw(rows, np.random.default_rng([seed, rows]))
    batches = [
        batch(people, slice(start, start + BATCH), np.random.default_rng([seed, rows, start + 1]))
        for start in range(0, rows, BATCH)
    ]
    return pa.Table.from_batches(batches, schema=TABLE)


def as_integers(table: pa.Table) -> pa.Table:
    """The same table with its amounts as 32-bit thousandths: exact, or an error; what is null stays null.

    A table that has them already stays as it is.
    """
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            thousandths = pc.multiply(table.column(at), pa.scalar(Decimal(1000)))
            table = table.set_column(at, field.name, thousandths.cast(pa.int32(), safe=True))
    return table


def write(table: pa.Table, path: Path) -> None:
    """An uncompressed Arrow IPC file, put in place only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with pa.ipc.new_file(unfinished, table.schema) as file:
        file.write_table(table, max_chunksize=BATCH)
    unfinished.replace(path)


def main() -> None:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--integers", action="store_true", help="amounts as thousandths and not as decimals")
    options = parser.parse_args()
    table = generate(options.rows, options.seed)
    write(as_integers(table) if options.integers else table, options.out)


if __name__ == "__main__":
    main()
