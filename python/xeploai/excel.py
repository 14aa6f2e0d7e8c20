"""Excel workbooks (.xlsx), through openpyxl, which is asked for only when a workbook is.

A workbook is read by its values: a formula stands for the value that the spreadsheet program last computed. A formula
that was never computed is passed on as its text, so that no fact is silently missing. Written is the workbook that was
read, with columns added to one sheet; its other sheets keep their values.
"""

from __future__ import annotations

import contextlib
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from xeploai.columns import normal
from xeploai.errors import FileFormatError
from xeploai.tables import Cell, Row, Table

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TINTS = {"invalid": "FFF8D7DA", "undetermined": "FFFFF3CD"}
_FORMULA = re.compile(rb"<(\w+:)?f[ >]")
# The height of a line of text, in points.
_LINE = 15
_WIDEST = 60
_NARROWEST = 9


class Book:
    """A workbook: read, added to, and written."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self._workbook = workbook
        self._name = name

    @classmethod
    def read(cls, path: Path) -> Book:
        """The workbook in a file."""
        workbook = _load(path, values=True)
        if _has_formulas(path):
            _restore_uncomputed(workbook, _load(path, values=False))
        return cls(workbook, path.name)

    @classmethod
    def new(cls, table: Table) -> Book:
        """A workbook of one sheet that holds a table as text."""
        workbook = blank()
        sheet = workbook.create_sheet()
        for row in [Row(1, [*table.titles]), *table.rows]:
            for place, cell in enumerate(row.cells, start=1):
                put(sheet.cell(row.number, place), cell)
        fit(sheet)
        return cls(workbook, table.name)

    def sheets(self) -> list[str]:
        """The names of its sheets, in their order."""
        return list(self._workbook.sheetnames)

    def table(self, sheet: str | None) -> Table:
        """The table in a sheet; in the first one, where none is named."""
        found = self._sheet(sheet)
        lines: list[list[Cell]] = [[_cell(value) for value in line] for line in found.iter_rows(values_only=True)]
        # Sheets are often formatted far beyond what is written in them.
        width = max((_last(line) for line in lines), default=0)
        titles = ["" if cell is None else str(cell) for cell in (lines[0] if lines else [])][:width]
        rows = [Row(number, line[:width]) for number, line in enumerate(lines[1:], start=2)]
        while rows and rows[-1].empty():
            rows.pop()
        return Table(f"{self._name} [{found.title}]", titles, rows)

    def formatted(self, sheet: str | None) -> list[list[tuple[Cell, str]]]:
        """Every cell of a sheet with the form in which its number is shown."""
        return [
            [(_cell(cell.value), str(cell.number_format)) for cell in line] for line in self._sheet(sheet).iter_rows()
        ]

    def add(self, sheet: str | None, table: Table, titles: Sequence[str], added: Sequence[Added | None]) -> None:
        """Adds columns to the right of a table, and makes the sheet one to work with: bold, fixed titles, a filter."""
        from openpyxl.styles import Alignment, PatternFill

        found = self._sheet(sheet)
        start = len(table.titles) + 1
        # A merged cell that reaches into the new columns would swallow what is written there.
        for merged in [area for area in found.merged_cells.ranges if area.max_col >= start]:
            found.unmerge_cells(merged.coord)
        for place, title in enumerate(titles, start):
            put(found.cell(1, place), title)
        for place in range(1, start + len(titles)):
            font: Any = copy(found.cell(1, place).font)
            font.b = True
            found.cell(1, place).font = font
        for row, cells in zip(table.rows, added, strict=True):
            if cells is None:
                continue
            for place, cell in enumerate([*cells.cells, *row.beyond], start):
                target = found.cell(row.number, place)
                put(target, cell)
                target.alignment = Alignment(wrap_text=isinstance(cell, str) and len(cell) > 30, vertical="top")
            if tint := _TINTS.get(cells.outcome):
                fill = PatternFill("solid", fgColor=tint)
                for place in range(1, start + len(titles)):
                    found.cell(row.number, place).fill = fill
        if found.freeze_panes is None:
            found.freeze_panes = "A2"
        # A filter over a table of Excel, which has its own, makes the file one that Excel must repair.
        if not found.tables and table.rows:
            last = found.cell(table.rows[-1].number, start + len(titles) - 1).coordinate
            found.auto_filter.ref = f"A1:{last}"
        fit(found, start)
        for row, cells in zip(table.rows, added, strict=True):
            if cells is not None:
                _heighten(found, row.number, [*cells.cells, *row.beyond], start)

    def save(self, file: IO[bytes]) -> None:
        """Writes the workbook."""
        self._workbook.save(file)

    def _sheet(self, name: str | None) -> Worksheet:
        sheets = self._workbook.worksheets
        if name is None and sheets:
            return sheets[0]
        for sheet in sheets:
            if name is not None and normal(sheet.title) == normal(name):
                return sheet
        known = ", ".join(sheet.title for sheet in sheets)
        raise FileFormatError("cli.no_sheet", sheet=name or "", file=self._name, known=known)


class Added:
    """What is added to a row: cells, and the outcome by which the row is coloured."""

    __slots__ = ("cells", "outcome")

    def __init__(self, cells: Sequence[Cell], outcome: str) -> None:
        self.cells = cells
        self.outcome = outcome


def blank() -> Workbook:
    """A workbook without any sheet."""
    _require()
    from openpyxl import Workbook

    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    return workbook


def put(target: SheetCell | MergedCell, cell: Cell) -> None:
    """Writes a cell. Text stays text, also where it begins like a formula; what no workbook can hold is marked."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(cell, str):
        target.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell)
        target.data_type = "s"
    else:
        target.value = cell


def fit(sheet: Worksheet, start: int = 1) -> None:
    """Gives columns a width by what stands in them, from the column ``start`` on."""
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(sheet.iter_cols(min_col=start, values_only=True), start):
        longest = max(len(line) for value in column for line in str(value or "").split("\n"))
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, _NARROWEST), _WIDEST)


def _heighten(sheet: Worksheet, row: int, cells: Sequence[Cell], start: int) -> None:
    """Gives a row the height that its wrapped cells need: not every program finds it by itself."""
    from openpyxl.utils import get_column_letter

    most = 1
    for place, cell in enumerate(cells, start):
        width = int(sheet.column_dimensions[get_column_letter(place)].width)
        most = max(most, sum(-(-max(len(line), 1) // width) for line in str(cell or "").split("\n")))
    if most > 1:
        sheet.row_dimensions[row].height = most * _LINE
        # What stood there before begins on the same line as what was added.
        for place in range(1, start):
            alignment: Any = copy(sheet.cell(row, place).alignment)
            alignment.vertical = "top"
            sheet.cell(row, place).alignment = alignment


def _require() -> None:
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise FileFormatError("cli.no_openpyxl") from None


def _load(path: Path, *, values: bool) -> Workbook:
    _require()
    from openpyxl import load_workbook

    with _quietly(), path.open("rb") as file:
        try:
            return load_workbook(file, data_only=values)
        except OSError:
            raise
        # What a broken or encrypted workbook makes openpyxl raise is documented nowhere.
        except Exception:
            raise FileFormatError("cli.bad_excel", file=path.name) from None


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    # openpyxl warns of ornaments that it does not keep; values are all that is promised.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _has_formulas(path: Path) -> bool:
    """Whether any sheet holds a formula; most do not, and then the workbook need not be read twice."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(data) for data in map(archive.read, names))


def _restore_uncomputed(values: Workbook, formulas: Workbook) -> None:
    """Puts a formula back where no value was ever computed for it."""
    for sheet in formulas.worksheets:
        for computed, written in zip(values[sheet.title].iter_rows(), sheet.iter_rows(), strict=False):
            for target, source in zip(computed, written, strict=False):
                if source.data_type != "f" or target.value is not None:
                    continue
                if target.data_type == "str":
                    # Computed, and the result was the empty text: the cell is empty.
                    target.data_type = "n"
                else:
                    target.value = source.value


def _last(line: Sequence[Cell]) -> int:
    """How many cells a line has up to the last that is written in."""
    return max((place for place, cell in enumerate(line, 1) if cell not in (None, "")), default=0)


def _cell(value: object) -> Cell:
    """A cell as the core reads it; what is neither number, text nor day is passed on as its text."""
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)
