"""Files as such: their formats, reading a table from one, and writing one whole or not at all.

Written is a new file beside the old one, which takes its place only when everything went well: after an error the old
file is as it was and nothing else is left. A file is never written over one that was read.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xeploai import delimited
from xeploai.delimited import Recognise, Style
from xeploai.errors import FileFormatError
from xeploai.excel import Added, Book
from xeploai.tables import Cell, Table

JSON_LINES = (".jsonl", ".ndjson")
CSV = (".csv",)
EXCEL = (".xlsx",)
# Rated column by column: much faster, and larger than memory.
COLUMNS = (".parquet", ".arrow", ".feather", ".ipc", ".arrows")


def is_json_lines(path: Path) -> bool:
    """Whether a file holds JSON Lines, by the end of its name."""
    return path.suffix.lower() in JSON_LINES


def is_table(path: Path) -> bool:
    """Whether a file holds a table, by the end of its name."""
    return path.suffix.lower() in CSV + EXCEL


def is_columns(path: Path) -> bool:
    """Whether a file holds columns (Parquet, Arrow), by the end of its name."""
    return path.suffix.lower() in COLUMNS


def check_format(path: Path, *, columns: bool = False) -> None:
    """Refuses a file of a format that is not known; ``columns``: Parquet and Arrow will do too."""
    known = JSON_LINES + CSV + EXCEL + (COLUMNS if columns else ())
    if path.suffix.lower() not in known:
        raise FileFormatError("cli.unknown_format", file=path.name, known=", ".join(known))


def check_target(target: Path, sources: Iterable[Path]) -> None:
    """Refuses to write over a file that is read."""
    for source in sources:
        same = target.resolve() == source.resolve()
        if same or (target.exists() and source.exists() and target.samefile(source)):
            raise FileFormatError("cli.over_input", file=target.name)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table, and what is needed to write it back as it came."""

    table: Table
    style: Style | None = None
    book: Book | None = None
    sheet: str | None = None

    @classmethod
    def read(cls, path: Path, recognise: Recognise, sheet: str | None = None) -> TableFile:
        """The table in a workbook, or in a CSV file. ``recognise`` counts the titles that are known."""
        if path.suffix.lower() in EXCEL:
            book = Book.read(path)
            return cls(book.table(sheet), book=book, sheet=sheet)
        if sheet is not None:
            raise FileFormatError("cli.sheet_of_csv", sheet=sheet, file=path.name)
        table, style = delimited.read(path, recognise)
        return cls(table, style=style)

    def other_sheet(self, name: str) -> Table:
        """The table in another sheet of the same workbook."""
        if self.book is None:
            raise FileFormatError("cli.sheet_of_csv", sheet=name, file=self.table.name)
        return self.book.table(name)

    def write(self, target: Path, titles: Sequence[str], added: Sequence[Added | None], *, excel_csv: bool) -> None:
        """Writes the table with columns added; a row with nothing added stays as it is."""
        if target.suffix.lower() in EXCEL:
            book = self.book or Book.new(self.table)
            book.add(self.sheet, self.table, titles, added)
            with replacing(target) as file:
                book.save(file)
            return
        style = self.style or Style()
        style = Style(style.delimiter, style.mark or excel_csv, style.newline)
        nothing: list[Cell] = [None] * len(titles)
        with replacing(target) as file:
            lines: list[Sequence[Cell]] = [[*self.table.titles, *titles]]
            for row, cells in zip(self.table.rows, added, strict=True):
                lines.append([*row.cells, *(nothing if cells is None else cells.cells), *row.beyond])
            delimited.write(file, lines, style)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, that takes the place of ``path`` when the block ends well, and goes away when it does not.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(pathlib.Path(folder, "out.txt")) as file:
    ...         _ = file.write(b"all or nothing")
    ...     pathlib.Path(folder, "out.txt").read_bytes()
    b'all or nothing'
    """
    # A link stays a link: what it points to is replaced.
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    with _naming(path, beside):
        # Not a temporary file of the system's kind: the new file has the rights that any other new file would have.
        file = beside.open("xb")
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _naming(path: Path, beside: Path) -> Iterator[None]:
    """Lets an error of the system name the file that was asked for, not the one beside it, and never none at all."""
    try:
        yield
    except OSError as error:
        if error.filename in (None, str(beside)):
            error.filename = str(path)
        raise
