"""The rules of the workload in polars: lazy expressions, no Python per row.

Written to be fast, for our own figures are held against it: the streaming engine is quicker here than the one in
memory, `when` than multiplying a boolean, comparing each criterion than taking their least. What is used twice is named
in a step of its own, since the streaming engine would work it out twice. The expressions are made once, as a rulebook
is loaded once.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import polars as pl
import pyarrow as pa
from columns import BONUS_LIMIT, CRITERIA, DISTRICTS, MALUS_LIMIT, REQUIRED, RESULT, UNITS_PER_DISTRICT
from polars import col, lit, when

# The reasons of a failed condition fit into fewer bits than all reasons.
FEW_BITS, BITS, LEVEL, AMOUNT = pl.Int8, pl.Int16, pl.Int8, pl.Int32

Step = dict[str, pl.Expr]


class Rated(NamedTuple):
    """The people of the result, and the figures of the districts where the quota was asked for."""

    people: pl.DataFrame
    districts: pl.DataFrame | None


def load(table: pa.Table) -> pl.DataFrame:
    """The table as polars holds it."""
    frame = pl.from_arrow(table, rechunk=False)
    assert isinstance(frame, pl.DataFrame)
    return frame


def rate(data: pl.DataFrame, *, quota: bool = False) -> Rated:
    """The rating of each row, of a table of either form; `quota`: with R6 and R8."""
    people = before_quota(data, ["unit_id", "group", "votes_for", "votes_total"] if quota else [])
    if not quota:
        return Rated(people.collect(engine="streaming"), None)
    rated = with_quota(people.collect(engine="streaming"))
    return Rated(rated.select(RESULT.names), districts(rated))


def as_table(rated: Rated) -> pa.Table:
    """The people of a result in the common form."""
    return rated.people.to_arrow().cast(RESULT)


def districts_as_table(rated: Rated) -> pa.Table:
    """The districts of a result in the common form."""
    assert rated.districts is not None
    return rated.districts.to_arrow().cast(DISTRICTS)


def amount(value: int) -> pl.Expr:
    """A whole amount as thousandths."""
    return lit(value * 1000, AMOUNT)


def share(greatest: int, percent: int) -> pl.Expr:
    """So many percent of an amount, as thousandths."""
    return lit(greatest * percent * 10, AMOUNT)


def level(value: int) -> pl.Expr:
    """A level as a literal of the type levels have."""
    return lit(value, LEVEL)


def flag(condition: pl.Expr, bit: int, kind: type[pl.DataType] = BITS) -> pl.Expr:
    """A reason, where the condition holds."""
    return when(condition).then(lit(bit, kind)).otherwise(lit(0, kind))


def thousandths(data: pl.DataFrame) -> pl.LazyFrame:
    """The amounts as 32-bit thousandths. Of a decimal polars holds digits and scale, so this is exact.

    Rules on decimals themselves take almost twice as long, for polars compares and adds them in 128 bits.
    """
    frame = data.lazy()
    kinds = {name: kind for name, kind in data.schema.items() if isinstance(kind, pl.Decimal)}
    return frame.with_columns(
        col(name).to_physical().cast(AMOUNT) * lit(10 ** (3 - kind.scale), AMOUNT) for name, kind in kinds.items()
    )


def steps() -> list[Step]:
    """R0 to R5: what each step finds, by name."""
    bonus, malus = col("bonus").fill_null(amount(0)), col("malus").fill_null(amount(0))
    assigned, done, over, votes, cast = (
        col(name).cast(pl.Int32) for name in ("tasks_assigned", "tasks_done", "tasks_over", "votes_for", "votes_total")
    )
    is_head, unit_rating, discipline = col("is_head"), col("unit_rating"), col("discipline")

    missing = reduce(or_, (col(name).is_null() for name in REQUIRED)) | (is_head & unit_rating.is_null())
    limits = [(col(name), greatest) for name, greatest in CRITERIA.items()] + [
        (bonus, BONUS_LIMIT),
        (malus, MALUS_LIMIT),
    ]
    out_of_bounds = reduce(or_, ((value < amount(0)) | (value > amount(limit)) for value, limit in limits))
    impossible_vote = (votes > cast) | (cast <= 0) | (votes < 0)
    code = (
        when(missing).then(level(1))
        .when(out_of_bounds).then(level(2))
        .when(impossible_vote).then(level(3))
        .when(col("exempt")).then(level(10))
        .when(col("months_served") < 6).then(level(11))
        .otherwise(level(0))
    )  # fmt: skip
    raw = reduce(pl.Expr.add, (col(name) for name in CRITERIA)) + bonus - malus
    total = (
        when(col("raw") < amount(0)).then(amount(0)).when(col("raw") > amount(100)).then(amount(100)).otherwise("raw")
    )
    good, fair = (
        reduce(and_, (col(name) >= share(greatest, percent) for name, greatest in CRITERIA.items()))
        for percent in (80, 50)
    )
    failed_1 = (
        flag(col("total") < amount(90), 1, FEW_BITS)
        + flag(~good, 2, FEW_BITS)
        + flag(done != assigned, 4, FEW_BITS)
        + flag(over * 100 < assigned * 50, 8, FEW_BITS)
    )
    failed_2 = (
        flag(col("total") < amount(70), 1, FEW_BITS) + flag(~fair, 2, FEW_BITS) + flag(done < assigned, 4, FEW_BITS)
    )
    failed_3 = flag(col("total") < amount(50), 1, FEW_BITS) + flag(done * 100 < assigned * 70, 4, FEW_BITS)
    base = (
        when(col("failed_1") == 0).then(level(1))
        .when(col("failed_2") == 0).then(level(2))
        .when(col("failed_3") == 0).then(level(3))
        .otherwise(level(4))
    )  # fmt: skip
    failed = (
        when(col("base") == 1).then(lit(0, FEW_BITS))
        .when(col("base") == 2).then("failed_1")
        .when(col("base") == 3).then("failed_2")
        .otherwise("failed_3")
    )  # fmt: skip
    veto = (discipline >= 2) | col("integrity_violation") | (col("disunity") & is_head)
    of_unit = unit_rating + level(1)
    return [
        {"code": code, "raw": raw},
        {"total": total},
        {"failed_1": failed_1, "failed_2": failed_2, "failed_3": failed_3},
        {"base": base},
        {"failed": failed, "after_veto": when(veto).then(level(4)).otherwise("base")},
        {"after_discipline": when((discipline == 1) & (col("after_veto") < 3)).then(level(3)).otherwise("after_veto")},
        {"after_head": when(is_head & (of_unit > col("after_discipline"))).then(of_unit).otherwise("after_discipline")},
        {"after_votes": when((col("after_head") == 1) & (votes * 3 < cast * 2)).then(level(2)).otherwise("after_head")},
    ]


def outcome() -> Step:
    """The columns of the result, R7 among them."""
    classified = col("code") == 0
    reasons = (
        col("failed").cast(BITS)
        + flag(col("after_veto") != col("base"), 16)
        + flag(col("after_discipline") != col("after_veto"), 32)
        + flag(col("after_head") != col("after_discipline"), 64)
        + flag(col("after_votes") != col("after_head"), 128)
        + flag(col("total") != col("raw"), 512)
    )
    return {
        "id": col("id"),
        "status": when(classified).then(level(0)).when(col("code") >= 10).then(level(1)).otherwise(level(2)),
        "code": col("code"),
        "total": when(classified).then("total").otherwise(lit(-1, AMOUNT)),
        "level": when(classified).then("after_votes").otherwise(level(0)),
        "reasons": when(classified).then(reasons).otherwise(lit(0, BITS)),
    }


STEPS, OUTCOME = steps(), outcome()


def before_quota(data: pl.DataFrame, also: list[str]) -> pl.LazyFrame:
    """R0 to R5 and R7; `also`: columns to carry along."""
    frame = thousandths(data)
    for step in STEPS:
        frame = frame.with_columns(**step)
    return frame.select(*also, **OUTCOME)


def with_quota(people: pl.DataFrame) -> pl.DataFrame:
    """R6: those of level 1 beyond their group's fifth go to level 2."""
    place = (col("unit_id") // UNITS_PER_DISTRICT, col("group"))
    # Counts of 16 bits: unlike ratios are unlike as floats too, and stand in the same order.
    ranking = pl.struct(-col("total"), -(col("votes_for") / col("votes_total")), "id")
    beyond = (
        people.lazy()
        .with_row_index("row")
        .filter(col("level").is_between(1, 2))
        .with_columns(quota=pl.len().over(*place) // 5)
        .filter(col("level") == 1)
        .filter(ranking.rank("ordinal").over(*place) > col("quota"))
        .select("row")
        .collect()
        .to_series()
    )
    steps_down = pl.repeat(False, len(people), eager=True).scatter(beyond, True)
    return people.with_columns(
        level=when(steps_down).then(level(2)).otherwise("level"), reasons=col("reasons") + flag(lit(steps_down), 256)
    )


def districts(people: pl.DataFrame) -> pl.DataFrame:
    """R8: how many people each district has of each kind, and the shares of the levels."""
    levels = {f"n{number}": (col("level") == number).sum().cast(pl.Int64) for number in (1, 2, 3, 4)}
    classified = pl.sum_horizontal(*levels)
    shares = {
        f"p{number}": when(classified > 0)
        .then((20_000 * col(f"n{number}") + classified) // (2 * classified))
        .otherwise(lit(0, pl.Int64))
        for number in (1, 2, 3, 4)
    }
    return (
        people.lazy()
        .group_by(district=col("unit_id") // UNITS_PER_DISTRICT)
        .agg(**levels, n_not=(col("status") == 1).sum(), n_err=(col("status") == 2).sum())
        .with_columns(**shares)
        .sort("district")
        .collect()
    )
