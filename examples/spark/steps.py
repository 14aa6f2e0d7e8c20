"""The two steps that a Spark worker takes, as plain functions on Arrow: nothing here knows of Spark.

`rated` rates one batch of people, `held` holds the quota of one group. Both take the rulebook as its JSON text, which
is read once in a process. What they return has only types that Spark has: text in place of dictionaries, and reason
codes as signed numbers of the same 64 bits.
"""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

import xeploai

UNITS_PER_DISTRICT = 200
# What tells a person, the group of the quota and the keys of its ranking; all of it goes on with the results.
OWN = {
    "id": pa.string(),
    "district": pa.int32(),
    "group": pa.int8(),
    "votes_for": pa.int16(),
    "votes_total": pa.int16(),
}
LEVELS = ("outcome", "at_least", "at_most")
RATED = pa.schema(
    {**OWN, **dict.fromkeys(LEVELS, pa.string()), "score": pa.decimal128(18, 3), "reasons": pa.int64()}.items()
)
# After the quota; `own_…` is what the case alone would be given.
HELD = pa.schema(
    {
        **{name: OWN[name] for name in ("id", "district", "group")},
        **dict.fromkeys((*LEVELS, *(f"own_{name}" for name in LEVELS)), pa.string()),
    }.items()
)


@functools.cache
def rulebook(text: str) -> xeploai.Rulebook:
    """The rulebook of a text, read once in each process."""
    return xeploai.Rulebook.from_json(text)


def in_types(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of a schema in its types; where it has signed numbers for unsigned ones, the bits stay the same."""
    columns = [
        pa.chunked_array([chunk.view(field.type) for chunk in table[field.name].chunks], field.type)
        if pa.types.is_uint64(table[field.name].type)
        else table[field.name].cast(field.type)
        for field in schema
    ]
    return pa.table(columns, names=schema.names)


def rated(text: str, batch: pa.RecordBatch) -> pa.Table:
    """The people of a batch with their district and their results; the facts that went into them stay behind."""
    people = pa.table(rulebook(text).rate_table("person", batch, threads=1))
    # Both are whole and none is below zero, so the division rounds as Python's does.
    district = pc.divide(people["unit_id"], pa.scalar(UNITS_PER_DISTRICT, pa.int32()))
    return in_types(people.append_column("district", district), RATED)


def held(text: str, group: pa.Table) -> pa.Table:
    """All the people of one group of one district, after its quota."""
    at = group.schema.get_field_index("reasons")
    codes = pa.chunked_array([chunk.view(pa.uint64()) for chunk in group["reasons"].chunks], pa.uint64())
    quota = rulebook(text).hold_quotas(
        "person",
        group.set_column(at, "reasons", codes),
        groups={"district_group": ["district", "group"]},
        invalid="left_out",
        threads=1,
    )
    return in_types(pa.table(quota.table), HELD)
