"""A table as a file holds it: titles, rows, and the number by which a spreadsheet shows each row.

Nothing is read into the cells here; what a cell means is decided by the declared type of its fact, in the core.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from xeploai.columns import normal
from xeploai.errors import FileFormatError

Cell: TypeAlias = str | int | float | bool | date | None

# The titles under which an id stands when nobody names its column. They are names of a format, not words to people.
ID_TITLES = ("id", "mã")


@dataclass(slots=True)
class Row:
    """One row below the titles."""

    number: int
    """The number that a spreadsheet shows beside it; the titles are row 1."""
    cells: list[Cell]
    """One cell for each title."""
    beyond: list[Cell] = field(default_factory=list)
    """Cells that stand under no title. Then nobody knows which cell is under which title."""

    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return all(not cell_text(cell).strip() for cell in (*self.cells, *self.beyond))


@dataclass(slots=True)
class Table:
    """Titles and rows."""

    name: str
    """The file or sheet, for messages."""
    titles: list[str]
    rows: list[Row]

    def column(self, title: str) -> int:
        """The place of the one column of this title."""
        places = [place for place, other in enumerate(self.titles) if normal(other) == normal(title)]
        if not places:
            raise FileFormatError("cli.no_column", column=title, file=self.name)
        if len(places) > 1:
            raise FileFormatError("cli.column_twice", column=title, file=self.name)
        return places[0]

    def id_column(self, wanted: str | None) -> int:
        """The column of the ids: the one that is wanted, else ``id``, else ``mã``, else the first."""
        if wanted is not None:
            return self.column(wanted)
        known = [normal(title) for title in self.titles]
        for title in ID_TITLES:
            if title in known:
                return self.column(title)
        return 0


@dataclass(frozen=True, slots=True)
class Stray:
    """An item of a list whose id no row has."""

    fact: str
    table: str
    row: int
    id: str


def cell_text(cell: Cell) -> str:
    """A cell as text: an id to compare, a cell of another format to write."""
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == datetime.min.time():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case str():
            return cell
        case _:
            return str(cell)


def id_text(cell: Cell) -> str:
    """The id in a cell: 7, 7.0 and ``"7 "`` are the same id, composed and decomposed letters too."""
    return unicodedata.normalize("NFC", cell_text(cell)).strip()
