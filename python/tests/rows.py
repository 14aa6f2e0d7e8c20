"""Tables as texts, in and out, for the shared cases: every face writes and reads the same text by its own means.

The first line names the columns, ``name:format|name:format``, in the formats of the C data interface of Arrow;
``c of u`` is a dictionary. Then a line for each row, its cells apart by ``|``: ``-`` is null, numbers stand in decimal,
decimals as their unscaled number (its low 64 bits), days as numbers from 1970-01-01, ``true`` and ``false``; of a
dictionary the value. A column of any other format is ``?``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

FORMATS = {
    pa.string(): "u",
    pa.bool_(): "b",
    pa.int8(): "c",
    pa.int16(): "s",
    pa.int32(): "i",
    pa.int64(): "l",
    pa.uint8(): "C",
    pa.uint16(): "S",
    pa.uint32(): "I",
    pa.uint64(): "L",
    pa.date32(): "tdD",
}
TYPES = {told: of for of, told in FORMATS.items()}
EPOCH = date(1970, 1, 1)


def _format(of: pa.DataType) -> str:
    if pa.types.is_dictionary(of):
        return f"{_format(of.index_type)} of {_format(of.value_type)}"
    if pa.types.is_decimal128(of):
        return f"d:{of.precision},{of.scale}"
    return FORMATS.get(of, "?")


def _cell(of: pa.DataType, value: object) -> str:
    if value is None:
        return "-"
    if pa.types.is_dictionary(of):
        return _cell(of.value_type, value)
    if _format(of) == "?":
        return "?"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        unscaled = int(value.scaleb(of.scale))
        return str((unscaled + 2**63) % 2**64 - 2**63)
    if isinstance(value, date):
        return str((value - EPOCH).days)
    return str(value)


def text(table: pa.Table) -> str:
    """The text of a table."""
    lines = ["|".join(f"{field.name}:{_format(field.type)}" for field in table.schema)]
    columns = [[_cell(column.type, value) for value in column.to_pylist()] for column in table.columns]
    lines += ["|".join(row) for row in zip(*columns, strict=True)]
    return "\n".join(lines)


def _value(of: pa.DataType, cell: str) -> object:
    if cell == "-":
        return None
    if pa.types.is_string(of):
        return cell
    if pa.types.is_boolean(of):
        return cell == "true"
    if pa.types.is_decimal128(of):
        return Decimal(int(cell)).scaleb(-of.scale)
    return int(cell)


def table(told: str) -> pa.Table:
    """The table of a text. Its columns begin behind another row, so that none begins where its memory does."""
    head, *rows = [line.split("|") for line in told.split("\n")]
    columns = {}
    for place, named in enumerate(head):
        name, _, format = named.partition(":")
        scaled = format.removeprefix("d:").split(",")
        of = pa.decimal128(*map(int, scaled)) if format.startswith("d:") else TYPES[format]
        columns[name] = pa.array([_value(of, row[place]) for row in [rows[0], *rows]], of)
    return pa.table(columns).slice(1)
