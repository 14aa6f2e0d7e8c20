"""CSV files: read whole, written back in the style in which they came.

UTF-8 only, with or without a byte order mark; between cells a comma, a semicolon or a tab. A file of another encoding
or with a quotation mark that is never closed is refused, for both would shift or swallow cells without a word.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xeploai.errors import FileFormatError
from xeploai.tables import Cell, Row, Table, cell_text

_MARK = "\ufeff"
_DELIMITERS = ",;\t"

Recognise = Callable[[Sequence[str]], int]
"""How many of these titles are known."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a CSV file is written."""

    delimiter: str = ","
    mark: bool = False
    """Whether a byte order mark stands in front; Excel needs it to read UTF-8."""
    newline: str = "\r\n"


def read(path: Path, recognise: Recognise) -> tuple[Table, Style]:
    """The table in a file, and its style."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise FileFormatError("cli.not_utf8", file=path.name) from None
    mark = text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    delimiter = _delimiter(text, recognise)
    first, _, _ = text.partition("\n")
    style = Style(delimiter, mark, "\r\n" if first.endswith("\r") else "\n")
    titles: list[str] = []
    rows: list[Row] = []
    reader = _reader(text, delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                titles = cells
                continue
            width = len(titles)
            padded: list[Cell] = [*cells[:width], *[""] * (width - len(cells))]
            # Empty cells behind the last title are what spreadsheets leave there; anything else is a shifted row.
            beyond: list[Cell] = [*cells[width:]] if any(map(str.strip, cells[width:])) else []
            rows.append(Row(number, padded, beyond))
    except csv.Error:
        raise FileFormatError("cli.bad_csv", file=path.name, row=number + 1) from None
    return Table(path.name, titles, rows), style


def write(file: IO[bytes], lines: Iterable[Sequence[Cell]], style: Style) -> None:
    """Writes titles and rows."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    if style.mark:
        text.write(_MARK)
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator=style.newline)
    for cells in lines:
        writer.writerow([_decimal_comma(cell, style) or cell_text(cell) for cell in cells])
    text.flush()
    text.detach()


def _decimal_comma(cell: Cell, style: Style) -> str | None:
    """A number as a file writes it whose cells are parted by semicolons: that leaves the comma to the decimals."""
    if isinstance(cell, float) and style.delimiter == ";":
        return cell_text(cell).replace(".", ",")
    return None


def _reader(text: str, delimiter: str) -> Iterable[list[str]]:
    # newline="" leaves line breaks inside of cells as they are; strict refuses what is quoted wrongly.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str, recognise: Recognise) -> str:
    """The delimiter by which the first line has most known titles, then most titles.

    Counting marks alone would be wrong for labels, which may well hold commas.
    """

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            titles = next(iter(_reader(text, delimiter)), [])
        except csv.Error:
            return (-1, 0)
        return (recognise(titles), len(titles))

    return max(_DELIMITERS, key=worth)
