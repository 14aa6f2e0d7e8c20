"""Party members of 366-QĐ/TW as a table: whole numbers of 32 bits, decimals, enumerations as dictionaries, days."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

# Facts that are mostly stated in the same way, with how often they are true in a thousand.
RARE = {
    "exempt_from_activities": 10,
    "suspended_from_activities": 5,
    "degradation_concluded": 2,
    "conduct_breach_concluded": 2,
    "discipline_for_earlier_violation": 4,
    "self_detected_and_remedied": 3,
}
FORMS = ["none", "reprimand", "warning", "dismissal", "expulsion"]
DAY = np.datetime64("1970-01-01")


def decimals(units: np.ndarray, empty: np.ndarray | None) -> pa.Array:
    """Hundredths as decimals of 128 bits."""
    halves = np.empty((len(units), 2), np.int64)
    halves[:, 0] = units
    halves[:, 1] = units >> 63
    valid = None if empty is None else pa.py_buffer(np.packbits(~empty, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.decimal128(5, 2), len(units), [valid, pa.py_buffer(halves)])


def generate(rows: int, seed: int, empty_share: float = 0.0) -> pa.Table:
    """A table of members; of each column so great a share of the cells is empty."""
    rng = np.random.default_rng([seed, rows])
    able = rng.normal(0.86, 0.08, rows)

    def empty() -> np.ndarray | None:
        return rng.random(rows) < empty_share if empty_share else None

    def count(values: np.ndarray) -> pa.Array:
        return pa.array(values.astype(np.int32), pa.int32(), mask=empty())

    assigned = rng.integers(4, 31, rows)
    done = np.where(rng.random(rows) < 0.9, assigned, np.minimum(assigned, (assigned * 0.9).astype(int)))
    late = np.minimum(np.where(rng.random(rows) < 0.9, 0, rng.integers(0, 3, rows)), done)
    below = np.maximum(late, np.minimum(np.where(rng.random(rows) < 0.95, 0, 1), done))
    exceeded = np.clip(np.rint(done * (able - 0.55)), 0, done).astype(int)
    noted = rng.integers(0, 4, rows)
    general = np.clip(np.rint(able * 3000 + rng.normal(0, 100, rows)), 0, 3000).astype(np.int64)
    results = np.clip(np.rint(able * 7000 + rng.normal(0, 250, rows)), 0, 7000).astype(np.int64)
    form = rng.choice(len(FORMS), rows, p=[0.985, 0.008, 0.004, 0.002, 0.001]).astype(np.int8)
    end = int((np.datetime64("2025-12-31") - DAY).astype(int))
    columns: dict[str, pa.Array] = {
        "id": pa.array(np.arange(rows, dtype=np.int64)),
        "period_end": pa.array(np.full(rows, end, np.int32), pa.date32(), mask=empty()),
        "admitted_on": pa.array((end - rng.integers(0, 15_000, rows)).astype(np.int32), pa.date32(), mask=empty()),
        "score_general": decimals(general, empty()),
        "score_results": decimals(results, empty()),
        "tasks_assigned": count(assigned),
        "tasks_done": count(done),
        "tasks_late": count(late),
        "tasks_below_standard": count(below),
        "tasks_exceeded": count(exceeded),
        "shortcomings_noted": count(noted),
        "shortcomings_remedied": count(np.minimum(noted, rng.integers(0, 5, rows))),
        "discipline_on_duty": pa.DictionaryArray.from_arrays(pa.array(form, mask=empty()), pa.array(FORMS)),
    }
    for name, often in RARE.items():
        columns[name] = pa.array(rng.random(rows) < often / 1000, mask=empty())
    return pa.table(columns)
