"""The columns of the workload: names, types and bounds, as everything else in this folder uses them.

A table comes in two forms. In the *decimal* form the ten amounts are decimals, two digits after the point for the
criteria, three for bonus and malus. In the *integer* form they are 32-bit thousandths. All else is the same.
"""

from __future__ import annotations

import pyarrow as pa

# The greatest amount of each criterion; the least is zero.
CRITERIA = {"c1": 6, "c2": 6, "c3": 6, "c4": 6, "c5": 6, "c6": 30, "c7": 20, "c8": 20}
BONUS_LIMIT, MALUS_LIMIT = 5, 10
AMOUNTS = (*CRITERIA, "bonus", "malus")

# A row without one of these is invalid; a head needs `unit_rating` too.
REQUIRED = (
    *CRITERIA,
    "tasks_assigned",
    "tasks_done",
    "tasks_over",
    "discipline",
    "months_served",
    "votes_for",
    "votes_total",
)
# What may be absent at all.
NULLABLE = ("unit_rating", "self_rating", "bonus", "malus", *REQUIRED)

UNITS_PER_DISTRICT = 200

TABLE = pa.schema(
    {
        "id": pa.string(),
        "unit_id": pa.int32(),
        "group": pa.int8(),
        "is_head": pa.bool_(),
        "unit_rating": pa.int8(),
        "self_rating": pa.int8(),
        **dict.fromkeys(CRITERIA, pa.decimal128(5, 2)),
        "bonus": pa.decimal128(6, 3),
        "malus": pa.decimal128(6, 3),
        "tasks_assigned": pa.int16(),
        "tasks_done": pa.int16(),
        "tasks_over": pa.int16(),
        "discipline": pa.int8(),
        "months_served": pa.int8(),
        "votes_for": pa.int16(),
        "votes_total": pa.int16(),
        "exempt": pa.bool_(),
        "integrity_violation": pa.bool_(),
        "disunity": pa.bool_(),
    }.items()
)

# One row per person; `total` is in thousandths, and -1 where the status is not 0.
RESULT = pa.schema(
    {
        "id": pa.string(),
        "status": pa.int8(),
        "code": pa.int8(),
        "total": pa.int32(),
        "level": pa.int8(),
        "reasons": pa.int16(),
    }.items()
)

# One row per district: people at each level, not classified, invalid, and shares in hundredths of a percent.
DISTRICTS = pa.schema(
    {
        name: pa.int32() for name in ("district", "n1", "n2", "n3", "n4", "n_not", "n_err", "p1", "p2", "p3", "p4")
    }.items()
)
