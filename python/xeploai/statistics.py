"""Statistics: counts and shares of ratings, years, the official form 6F, and the check of a published table.

>>> from xeploai import statistics
>>> statistics.shares([8, 35, 8], decimals=2)
['15.69', '68.63', '15.69']
>>> statistics.shares([8, 35, 8], decimals=2, rounding="largest_remainder")
['15.69', '68.63', '15.68']

Shares are text with all of their decimals, never binary floats; a share of nothing is ``None``. What cannot be counted,
or is not understood, raises ``StatisticsError`` with its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from xeploai import _core

if TYPE_CHECKING:
    from xeploai._core import Words

__all__ = ["check_form_6f", "check_table", "form_6f", "shares", "tally", "years"]

Rounding: TypeAlias = Literal["half_up", "largest_remainder", "truncated"]

Row: TypeAlias = "_core.Rating | Mapping[str, object]"
"""A rating, or a mapping with ``outcome`` and, as far as it has them, ``kind``, ``unit``, ``year``, ``level``,
``reason`` and ``times``."""


class Level(TypedDict):
    """A level of the scale."""

    code: str
    label: Words


class Change(TypedDict):
    """What became of a level since the year before; ``points`` are percentage points."""

    before: int
    after: int
    difference: int
    share_before: str | None
    share_after: str | None
    points: str | None


class Cell(TypedDict):
    """The counts and shares of one kind, unit and year."""

    kind: str
    unit: str
    year: int | None
    counts: dict[str, int]
    """How many, by level, by outcome, and together: ``all``, ``reviewed``, ``rated``, ``good_and_above`` …"""
    base: str
    shares: dict[str, str | None]
    not_rated: dict[str, int]
    """By the first reason of each row."""
    not_reviewed: dict[str, int]
    changes: dict[str, Change] | None
    """Nothing where the year before is not there."""


class Table(TypedDict):
    """Counts by kind, unit and year."""

    levels: list[Level]
    cells: list[Cell]


class Years(TypedDict):
    """Between which shares an item moved over the years."""

    kind: str
    unit: str
    item: str
    label: Words
    lowest: str | None
    lowest_in: int | None
    highest: str | None
    highest_in: int | None
    none_in: list[int]
    unknown_in: list[int]
    figure: Words


class Base(TypedDict):
    """How the limit is kept on a base: ``held``, ``broken`` or ``open``."""

    base: str
    label: Words
    kept: Literal["held", "broken", "open"]


class Finding(TypedDict):
    """One thing that was found in a published table."""

    weight: Literal["note", "odd", "wrong"]
    sort: str
    population: str
    item: str | None
    row: int
    column: str
    expected: Words | None
    found: Words | None
    base: str | None
    count: int | None
    bases: list[Base]
    words: Words


class Check(TypedDict):
    """What was found; ``clean`` where nothing weighs more than a note."""

    populations: list[str]
    clean: bool
    findings: list[Finding]


class FormFinding(TypedDict):
    """An identity of form 6F that is not kept."""

    column: str
    row: str
    expected: str
    found: int
    words: Words


def tally(
    rows: Iterable[Row],
    *,
    levels: Sequence[str] | None = None,
    decimals: int = 2,
    rounding: Rounding = "half_up",
    base: str = "rated",
) -> Table:
    """Counts ratings, or rows that were rated elsewhere, and gives the shares of their levels.

    >>> from xeploai import statistics
    >>> rows = [{"outcome": "rated", "level": "good", "times": 2}, {"outcome": "rated", "level": "excellent"}]
    >>> statistics.tally(rows)["cells"][0]["shares"]["excellent"]
    '33.33'

    ``levels`` are the codes of the scale, lowest first; without them the four levels of the Party's regulations.
    """
    table: Table = _answer("tally", _request(rows, levels, decimals, rounding, base))
    return table


def years(
    rows: Iterable[Row],
    *,
    items: Sequence[str] | None = None,
    levels: Sequence[str] | None = None,
    decimals: int = 2,
    base: str = "rated",
) -> list[Years]:
    """Between which shares each kind and unit moved over the years, as the founding article tells it.

    >>> from xeploai import statistics
    >>> rows = [{"kind": "member", "year": 2020, "outcome": "rated", "level": "good", "times": 9},
    ...         {"kind": "member", "year": 2020, "outcome": "rated", "level": "completed"},
    ...         {"kind": "member", "year": 2021, "outcome": "rated", "level": "good"}]
    >>> statistics.years(rows, items=["good_and_above"])[0]["figure"]["en"]
    '90% to 100% a year'
    """
    request = _request(rows, levels, decimals, "half_up", base)
    lines: list[Years] = _answer("years", request if items is None else {**request, "items": list(items)})
    return lines


def shares(
    parts: Sequence[int], base: int | None = None, *, decimals: int = 2, rounding: Rounding = "half_up"
) -> list[str | None]:
    """The shares of ``parts`` in a ``base``, their sum where none is given; ``None`` for each share of nothing."""
    request = {"parts": list(parts), "base": base, "decimals": decimals, "rounding": rounding}
    found: list[str | None] = _answer("shares", request)
    return found


def check_table(table: Mapping[str, object]) -> Check:
    """Checks a published table: its sums, its shares and their bases, and the limit on the highest level.

    >>> from xeploai import statistics
    >>> leaders = {"name": "leaders", "all": 353, "reviewed": "352/353 = 99,43 %"}
    >>> statistics.check_table({"populations": [leaders]})["findings"][0]["words"]["en"]
    'reviewed: 352/353 is 99.72%, printed as 99.43% (no base of the table gives that); 99.43% would be 351/353'

    A table is ``populations``, each a mapping whose keys are titles (perhaps with ``counts``, ``shares`` and ``bases``
    inside), or ``titles`` and ``rows``, each row a pair of its number and its cells. ``name``, ``keep``, ``quota`` and
    ``levels`` may stand beside.
    """
    check: Check = _answer("check_table", table)
    return check


def form_6f(rows: Iterable[Row], *, collectives: Sequence[str] = ()) -> dict[str, dict[str, int]]:
    """The rows 1 to 3.4 of Biểu 6F-BTCTW that ratings can fill, for each kind.

    ``collectives`` names the kinds that are collectives: those that are new stand in row 3.1, new members in 3.2.
    """
    request = {**_request(rows, None, 2, "half_up", "rated"), "items": list(collectives)}
    form: dict[str, dict[str, int]] = _answer("form_6f", request)
    return form


def check_form_6f(columns: Mapping[str, Mapping[str, int]]) -> list[FormFinding]:
    """Checks the identities of Biểu 6F-BTCTW; ``columns`` has for each column what its rows say, by their numbers.

    >>> from xeploai import statistics
    >>> statistics.check_form_6f({"members": {"1": 10, "2": 8, "3": 1}})[0]["words"]["en"]
    'row 1 says 10, expected row 2 (8) + row 3 (1) = 9'
    """
    findings: list[FormFinding] = _answer("check_form_6f", columns)
    return findings


def _request(
    rows: Iterable[Row], levels: Sequence[str] | None, decimals: int, rounding: str, base: str
) -> dict[str, object]:
    request: dict[str, object] = {"rows": [_row(row) for row in rows], "decimals": decimals}
    request |= {"rounding": rounding, "base": base}
    return request if levels is None else {**request, "levels": list(levels)}


def _row(row: Row) -> Mapping[str, object]:
    if not isinstance(row, _core.Rating):
        return row
    reason = row.reasons[0]["rule"] if row.reasons else None
    return {"kind": row.subject, "outcome": row.outcome, "level": row.level, "reason": reason}


def _answer(what: str, request: Mapping[str, Any]) -> Any:
    return json.loads(_core.statistics(what, json.dumps(request, ensure_ascii=False)))
