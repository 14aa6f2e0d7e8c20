"""JSON Lines: one case a line, rated line by line, with nothing lost on the way.

What stood in a line is written back in its own words (numbers with every digit, keys in their order, twice where they
stood twice), and the facts reach the core as the text that they are: no number passes through a binary float here.
A line that is no JSON object becomes a line that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from xeploai import _core
from xeploai.columns import Field, Names, normal
from xeploai.errors import FileFormatError
from xeploai.files import replacing
from xeploai.tables import ID_TITLES, id_text
from xeploai.tally import Tally

Members: TypeAlias = list[tuple[str, str]]
"""The members of an object: key, and the text of the value."""

Progress: TypeAlias = Callable[[int, int], None]

_SPACE = re.compile(r"[ \t\n\r]*")
_FACTS = "facts"
_RATING = "rating"


def _refuse(word: str) -> object:
    raise ValueError(word)


# Numbers stay text: here only their place in the line matters. NaN and the like are no JSON.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)


def members(text: str) -> Members:
    """The members of the object that a line holds, in their order.

    >>> members('{"id": 7, "score": 1.50, "id": 8}')
    [('id', '7'), ('score', '1.50'), ('id', '8')]

    Raises ``ValueError`` where the line holds anything else.
    """
    found: Members = []
    place = _expect(text, 0, "{")
    if text.startswith("}", place):
        place += 1
    else:
        while True:
            key, end = _DECODER.raw_decode(text, place)
            if not isinstance(key, str) or text[place] != '"':
                raise ValueError(place)
            start = _expect(text, _skip(text, end), ":")
            _, end = _DECODER.raw_decode(text, start)
            found.append((key, text[start:end]))
            place = _skip(text, end)
            if text.startswith("}", place):
                place += 1
                break
            place = _expect(text, place, ",")
    if _skip(text, place) != len(text):
        raise ValueError(place)
    return found


def _skip(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _expect(text: str, place: int, mark: str) -> int:
    place = _skip(text, place)
    if not text.startswith(mark, place):
        raise ValueError(place)
    return _skip(text, place + 1)


class LineCases:
    """The lines of a file as cases of one kind of subject."""

    def __init__(self, rulebook: _core.Rulebook, kind: str, keep: Collection[str]) -> None:
        self._rulebook = rulebook
        self._kind = kind
        self._names = Names(Field.of(fact) for fact in rulebook.facts(kind))
        self._kept = {normal(title) for title in keep}
        self._stated: dict[str, bool] = {}
        self.any_fact = False

    def rate(self, row: Members, policies: Mapping[str, str]) -> _core.Rating:
        """Rates a line: the object under ``facts``, or the members that are facts."""
        records = [value for key, value in row if key == _FACTS]
        if len(records) > 1:
            return self.invalid(_FACTS, "duplicate", f"{len(records)} records")
        if records:
            text = records[0]
        else:
            # Passed on as it stands, also a fact that stands twice: the core sees that and says so.
            stated = (f"{json.dumps(key)}:{value}" for key, value in row if self._states(key))
            text = "{" + ",".join(stated) + "}"
        self.any_fact = self.any_fact or bool(records) or text != "{}"
        return self._rulebook.rate_json(self._kind, text, policies=policies or None)

    def invalid(self, field: str, code: str, found: str) -> _core.Rating:
        """The rating of a line that the core never saw."""
        return _core.invalid(self._rulebook, self._kind, field, code, found)

    def _states(self, key: str) -> bool:
        """Whether a key states a fact: it is the name of one, or so nearly that the core must refuse it."""
        if key not in self._stated:
            meant = key in self._names.fields or self._names.near(key) is not None
            self._stated[key] = meant and normal(key) not in self._kept
        return self._stated[key]


def read_lines(path: Path) -> Iterator[tuple[int, Members | str]]:
    """Number and members of each line that is not blank; of one that is no JSON object, where it breaks."""
    with path.open("rb") as file:
        for number, data in enumerate(file, start=1):
            if number == 1:
                data = data.removeprefix(b"\xef\xbb\xbf")
            if not data.strip():
                continue
            try:
                yield number, members(data.decode("utf-8"))
            except json.JSONDecodeError as error:
                yield number, f"line {number}, column {error.pos + 1}"
            except (ValueError, RecursionError):
                yield number, f"line {number}"


def rate_lines(
    source: Path,
    target: Path,
    cases: LineCases,
    policies: Mapping[str, str],
    progress: Progress,
) -> Tally:
    """Rates every line of a file into another."""
    tally = Tally()
    with source.open("rb") as file:
        total = sum(1 for line in file if line.strip())
    with replacing(target) as out:
        for number, row in read_lines(source):
            if isinstance(row, str):
                rating = cases.invalid("", "not_a_record", row)
                row = [("line", str(number))]
            else:
                rating = cases.rate(row, policies)
                row = _before(row)
            row.append((_RATING, rating.to_json()))
            # Half a surrogate pair, which a key may hold as an escape, is written as that escape again.
            text = ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {value}" for key, value in row)
            out.write(b"{" + text.encode("utf-8", "backslashreplace") + b"}\n")
            tally.count(rating)
            progress(tally.rows, total)
        if tally.rows == 0:
            raise FileFormatError("cli.no_rows", file=source.name)
        if not cases.any_fact and tally.outcomes["invalid"] < tally.rows:
            raise FileFormatError("cli.no_fact_key", file=source.name)
    return tally


def _before(row: Members) -> Members:
    """The members with an older rating under a name of its own, so that nothing is lost."""
    taken = {key for key, _ in row}
    kept: Members = []
    for key, value in row:
        if key == _RATING:
            key, count = f"{_RATING}_before", 1
            while key in taken:
                count += 1
                key = f"{_RATING}_before_{count}"
            taken.add(key)
        kept.append((key, value))
    return kept


def pick_line(source: Path, id_key: str | None, wanted: str) -> Members:
    """The members of the one line of an id."""
    found: list[tuple[int, Members]] = []
    for number, row in read_lines(source):
        if isinstance(row, str):
            continue
        keys = [id_key] if id_key is not None else ID_TITLES
        ids = [value for key, value in row if normal(key) in {normal(key) for key in keys}]
        if any(id_text(_plain(value)) == id_text(wanted) for value in ids):
            found.append((number, row))
    if not found:
        raise FileFormatError("cli.no_such_row", id=wanted, file=source.name)
    if len(found) > 1:
        rows = ", ".join(str(number) for number, _ in found)
        raise FileFormatError("cli.id_twice", id=wanted, rows=rows, file=source.name)
    return found[0][1]


def _plain(value: str) -> str:
    return str(_DECODER.decode(value))
