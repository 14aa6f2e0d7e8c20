"""Which column of a table states which fact: by the fact's name or its label, and never by guess.

A title that is nearly a name or a label is refused, because a fact that silently counted as a foreign column would be
missing from every row; so are two columns for one fact. Whoever means a foreign column says so (``keep``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from xeploai.errors import FileFormatError

if TYPE_CHECKING:
    from xeploai import _core


@dataclass(frozen=True, slots=True)
class Field:
    """A fact, or a field of the items of a list fact, as a rulebook declares it."""

    name: str
    kind: str
    label: _core.Words
    help: _core.Words | None
    required: bool
    scale: int | None
    low: str | None
    high: str | None
    values: tuple[_core.Choice, ...]
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, declared: _core.Fact | _core.Field) -> Field:
        """From an entry of ``Rulebook.facts``."""
        low, high = declared["min"], declared["max"]
        # Only facts have a help; what a field means, its label says.
        help = cast("_core.Words | None", declared.get("help"))
        return cls(
            name=declared["name"],
            kind=declared["type"],
            label=declared["label"],
            help=help,
            required=declared["required"],
            scale=declared["scale"],
            low=None if low is None else str(low),
            high=None if high is None else str(high),
            values=tuple(declared["values"] or ()),
            fields=tuple(cls.of(field) for field in declared["fields"] or ()),
        )

    def labels(self) -> tuple[str, str]:
        """Its labels in both languages."""
        return self.label["vi"], self.label["en"]


def normal(title: str) -> str:
    """A title as titles are compared: composed (NFC), without regard to case, white space squeezed."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", title).casefold().split()))


def _plain(title: str) -> str:
    """A title without its diacritics and punctuation, the form in which likeness is measured."""
    bare = unicodedata.normalize("NFD", normal(title).replace("đ", "d"))
    letters = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return " ".join(part for part in re.split(r"[\W_]+", letters) if part)


def _distance(one: str, two: str, most: int) -> int:
    """How many letters must be changed, added, dropped or swapped with their neighbour; above ``most`` just more."""
    if abs(len(one) - len(two)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(two) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, other in enumerate(two, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == two[column - 2] and one[row - 2] == other
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, now
    return last[-1]


class Names:
    """The names and labels by which fields are known."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = {field.name: field for field in fields}
        self._known: dict[str, list[str]] = {}
        for field in self.fields.values():
            for title in {normal(field.name), *map(normal, field.labels())}:
                self._known.setdefault(title, []).append(field.name)
        self._plain = [(_plain(title), names[0]) for title, names in self._known.items()]

    def all(self, title: str) -> list[str]:
        """The fields that a title names: one, none, or several where the rulebook gives two the same label."""
        wanted = normal(title)
        return [wanted] if wanted in self.fields else self._known.get(wanted, [])

    def one(self, title: str) -> str | None:
        """The field that a title names, where it is exactly one."""
        names = self.all(title)
        return names[0] if len(names) == 1 else None

    def near(self, title: str) -> str | None:
        """The field that a title names nearly: but for diacritics, punctuation, or a letter or two."""
        wanted = _plain(title)
        best: tuple[int, str] | None = None
        for known, name in self._plain:
            # The core calls a letter in four near, up to three; a title has to be nearer to be taken for a slip.
            most = min(len(known) // 4, 2)
            distance = _distance(wanted, known, most)
            if distance <= most and (best is None or distance < best[0]):
                best = (distance, name)
        return best[1] if best else None


def match(titles: Sequence[str], names: Names, kept: Collection[str], where: str) -> dict[str, int]:
    """The column of each field that the titles name.

    ``kept`` are normalised titles of columns that are foreign whatever they are called; ``where`` names the table.
    """
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        if not normal(title) or normal(title) in kept:
            continue
        meant = names.all(title)
        if len(meant) > 1:
            raise FileFormatError("cli.ambiguous_column", column=title, facts=", ".join(meant), file=where)
        if meant:
            if meant[0] in found:
                first = titles[found[meant[0]]]
                raise FileFormatError("cli.two_columns", first=first, second=title, fact=meant[0], file=where)
            found[meant[0]] = place
        elif near := names.near(title):
            raise FileFormatError("cli.near_column", column=title, fact=near, file=where)
    return found
