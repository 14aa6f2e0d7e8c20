"""Columns of Arrow out of whole numbers: texts by their number, exact decimals, dates, lists of graded criteria."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luck import Bools, Ints, Small

Numbers = npt.NDArray[np.integer]

FORMS = ["none", "reprimand", "warning", "dismissal", "expulsion"]
GRADES = ["poor", "average", "good", "excellent"]
GROUPS = ["result", "other"]


def truths(values: Bools, empty: Bools | None = None) -> pa.Array:
    """A column of booleans."""
    return pa.array(values, pa.bool_(), mask=empty)


def whole(values: Numbers, empty: Bools | None = None) -> pa.Array:
    """A column of int32."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=empty)


def dates(days: Ints, empty: Bools | None = None) -> pa.Array:
    """A column of dates, from days since 1970-01-01."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=empty).cast(pa.date32())


def hundredths(values: Numbers, precision: int, empty: Bools | None = None) -> pa.Array:
    """A column of decimals of scale 2, from whole hundredths."""
    halves = np.empty((len(values), 2), np.int64)
    halves[:, 0] = values
    halves[:, 1] = values >> 63
    valid = None if empty is None else pa.array(~empty).buffers()[1]
    kind = pa.decimal128(precision, 2)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(halves.tobytes())])


def coded(numbers: Numbers, texts: Sequence[str], empty: Bools | None = None) -> pa.Array:
    """A dictionary column: each number stands for its text."""
    codes = pa.array(numbers.astype(np.int32), pa.int32(), mask=empty)
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def named(texts: Sequence[str]) -> pa.Array:
    """A dictionary column of texts, most of which stand several times."""
    return pa.array(texts, pa.string()).dictionary_encode()


def pointing(places: Ints, ids: pa.Array) -> pa.Array:
    """A column of ids of other subjects; -1 is none."""
    return ids.take(pa.array(places, pa.int64(), mask=places < 0))


def graded(grades: Small, names: Sequence[str], groups: Sequence[int]) -> pa.Array:
    """The criteria of each row: a row of grades for each subject, a column for each criterion."""
    rows, width = grades.shape
    items = pa.StructArray.from_arrays(
        [
            coded(np.tile(np.arange(width), rows), names),
            coded(np.tile(np.array(groups), rows), GROUPS),
            coded(grades.reshape(-1), GRADES),
        ],
        ["name", "group", "grade"],
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1) * width, pa.int32()), items)
