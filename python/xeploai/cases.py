"""A table read as cases: which cells of a row are facts, and the items of its lists, which stand in other tables.

What is wrong with the table as such (two columns for a fact, a misspelt title, an id that stands twice) is refused
before any row is rated. What is wrong with a row belongs to the rating of that row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from xeploai import _core
from xeploai.columns import Field, Names, match, normal
from xeploai.errors import FileFormatError
from xeploai.files import TableFile, is_table
from xeploai.tables import Cell, Row, Stray, Table, id_text

Item: TypeAlias = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cases stand in their file."""

    sheet: str | None = None
    """The sheet of a workbook; the first one unless named."""
    id_column: str | None = None
    """The title of the column of ids; ``id``, ``mã`` or the first column unless named."""
    keep: Collection[str] = ()
    """Titles of columns that state no fact, whatever they are called."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """For a list fact, the file or the sheet of the workbook in which its items stand, each with the id of its row."""


class Cases:
    """The rows of a table as cases of one kind of subject."""

    def __init__(self, source: TableFile, rulebook: _core.Rulebook, kind: str, reading: Reading) -> None:
        fields = [Field.of(fact) for fact in rulebook.facts(kind)]
        self.source = source
        self.table = source.table
        self._rulebook = rulebook
        self._kind = kind
        self._kept = {normal(title) for title in reading.keep}
        self._columns = match(self.table.titles, Names(fields), self._kept, self.table.name)
        for fact in fields:
            if fact.kind == "list" and fact.name in self._columns:
                title = self.table.titles[self._columns[fact.name]]
                raise FileFormatError("cli.list_column", column=title, fact=fact.name, file=self.table.name)
        if not self._columns:
            raise FileFormatError("cli.no_fact_column", file=self.table.name, subject=kind)
        self._id_title = reading.id_column
        self._id = self._id_column() if reading.lists or reading.id_column is not None else None
        self.strays: list[Stray] = []
        self._items: dict[str, dict[str, list[Item]]] = {}
        tables = [self.table]
        known = self._ids(self._id) if self._id is not None and reading.lists else set()
        for name, place in reading.lists.items():
            declared = next((fact for fact in fields if fact.name == name and fact.kind == "list"), None)
            if declared is None:
                lists = ", ".join(fact.name for fact in fields if fact.kind == "list")
                raise FileFormatError("cli.no_such_list", fact=name, known=lists or "-")
            table = self._list_table(declared, place)
            tables.append(table)
            self._items[name] = self._read_items(declared, table, reading.id_column, known)
        for title in reading.keep:
            if not any(normal(title) == normal(other) for table in tables for other in table.titles):
                raise FileFormatError("cli.no_column", column=title, file=self.table.name)

    def foreign(self) -> list[str]:
        """The titles of the columns that are no facts and stay as they are."""
        used = {*self._columns.values(), *([] if self._id is None else [self._id])}
        return [title for place, title in enumerate(self.table.titles) if place not in used and title.strip()]

    def rows(self) -> Iterator[Row]:
        """The rows in which something stands."""
        return (row for row in self.table.rows if not row.empty())

    def pick(self, wanted: str) -> Row:
        """The one row of an id."""
        place = self._id_column()
        found = [row for row in self.rows() if id_text(row.cells[place]) == id_text(wanted)]
        if not found:
            raise FileFormatError("cli.no_such_row", id=wanted, file=self.table.name)
        if len(found) > 1:
            rows = ", ".join(str(row.number) for row in found)
            raise FileFormatError("cli.id_twice", id=wanted, rows=rows, file=self.table.name)
        return found[0]

    def rate(self, row: Row, policies: Mapping[str, str]) -> _core.Rating:
        """Rates a row."""
        if row.beyond:
            # Some cell was split or is one too many: every cell behind it stands under a wrong title.
            width = len(row.cells)
            found = f"{width + len(row.beyond)} > {width}"
            return _core.invalid(self._rulebook, self._kind, "", "not_a_record", found)
        cells: dict[str, Any] = {name: row.cells[place] for name, place in self._columns.items()}
        if self._items and self._id is not None:
            owner = id_text(row.cells[self._id])
            for name, items in self._items.items():
                if owner in items:
                    cells[name] = items[owner]
        facts = self._rulebook.read_cells(self._kind, cells)
        return self._rulebook.rate(self._kind, facts, policies=policies or None)

    def _id_column(self) -> int:
        """The column of the ids, which is none of a fact."""
        place = self.table.id_column(self._id_title)
        if place in self._columns.values():
            raise FileFormatError("cli.no_id_column", file=self.table.name)
        return place

    def _ids(self, place: int) -> set[str]:
        """The ids of the rows; none may stand twice, for then nobody knows whose an item is."""
        seen: dict[str, int] = {}
        for row in self.rows():
            owner = id_text(row.cells[place])
            if owner and owner in seen:
                rows = f"{seen[owner]}, {row.number}"
                raise FileFormatError("cli.id_twice", id=owner, rows=rows, file=self.table.name)
            seen[owner] = row.number
        return set(seen) - {""}

    def _list_table(self, declared: Field, place: str) -> Table:
        path = Path(place)
        if is_table(path):
            names = Names(declared.fields)
            return TableFile.read(path, lambda titles: known_titles(titles, names)).table
        return self.source.other_sheet(place)

    def _read_items(
        self, declared: Field, table: Table, id_title: str | None, known: Collection[str]
    ) -> dict[str, list[Item]]:
        if not table.titles:
            raise FileFormatError("cli.no_field_column", file=table.name, fact=declared.name)
        owner_place = table.id_column(id_title)
        kept = self._kept | {normal(table.titles[owner_place])}
        columns = match(table.titles, Names(declared.fields), kept, table.name)
        if not columns:
            raise FileFormatError("cli.no_field_column", file=table.name, fact=declared.name)
        items: dict[str, list[Item]] = {}
        for row in table.rows:
            if row.empty():
                continue
            owner = id_text(row.cells[owner_place])
            if row.beyond:
                raise FileFormatError("cli.too_many_cells", file=table.name, row=row.number)
            if owner in known:
                items.setdefault(owner, []).append({name: row.cells[place] for name, place in columns.items()})
            else:
                self.strays.append(Stray(declared.name, table.name, row.number, owner))
        return items


def known_titles(titles: Sequence[str], names: Names) -> int:
    """How many titles name a field."""
    return sum(1 for title in titles if names.all(title))
