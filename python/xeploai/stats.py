"""The command ``stats``: counts and shares of rated files, and the check of a published table."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from xeploai import delimited, statistics
from xeploai.delimited import Style
from xeploai.errors import FileFormatError, StatisticsError, WordedError
from xeploai.excel import Book
from xeploai.files import CSV, EXCEL, check_target, replacing
from xeploai.ratedfiles import Ask, Counted, count_rated
from xeploai.shelf import print_json, rulebook_of
from xeploai.statistics import Cell, Table
from xeploai.tables import Cell as SheetCell
from xeploai.tables import Row, cell_text
from xeploai.tables import Table as SheetTable
from xeploai.wording import Wording

_DONE = 0
_FOUND = 1
_CHECK = "check"
_JSON = (".json",)
# Parts the values of the columns by which rows are told apart; no cell holds it.
_APART = "\x1f"
_OPEN = ("authority_decides", "undetermined", "not_rated", "not_reviewed", "invalid")
# How a workbook shows numbers: with so many decimals, perhaps as a percentage.
_SHOWN = re.compile(r"[#,]*0(?:\.(0+))?(%)?")


def stats(options: argparse.Namespace, words: Wording) -> int:
    """Counts rated files, or checks a published table."""
    first, *rest = options.files
    if first != _CHECK:
        return _count(options, words)
    if len(rest) != 1:
        raise WordedError("cli.one_table")
    return _check(Path(rest[0]), options, words)


# ---- counts and shares


def _count(options: argparse.Namespace, words: Wording) -> int:
    files = [Path(file) for file in options.files]
    target = None if options.output is None else Path(options.output)
    if target is not None:
        _check_form(target, CSV + EXCEL + _JSON)
        check_target(target, files)
    by = [*([] if options.unit is None else [options.unit]), *options.by]
    rulebook = None if options.rulebook is None else rulebook_of(options.rulebook)
    levels = _levels(options)
    if levels is None and rulebook is not None:
        levels = [level["code"] for level in rulebook.levels]
    ask = Ask(levels=levels, by=by, prefix=options.prefix, sheet=options.sheet, rulebook=rulebook)
    counted: Counted = Counter()
    kinds, years = _each("--kind", options.kind, files), _each("--year", options.year, files)
    for file, kind, year in zip(files, kinds, years, strict=True):
        count_rated(file, kind, None if year is None else _year(year), ask, counted)
    rows = [
        {"kind": kind, "unit": _APART.join(units), "year": year, "outcome": outcome, "level": level, "reason": reason}
        | {"times": times}
        for (kind, units, year, outcome, level, reason), times in counted.items()
    ]
    try:
        table = statistics.tally(
            rows, levels=levels, decimals=options.decimals, rounding=options.rounding, base=options.base
        )
        over_years = statistics.years(rows, levels=levels, decimals=options.decimals, base=options.base)
    except StatisticsError as error:
        raise WordedError("cli.statistics", found=words.of(error.words)) from error
    titles, lines = _lines(table, by, words)
    print(_aligned([titles, *lines], 2 + len(by)))
    for line in _reasons(table, words):
        print(line)
    several = {(cell["kind"], cell["unit"]) for cell in table["cells"] if cell["changes"]}
    for entry in over_years:
        if (entry["kind"], entry["unit"]) in several:
            name = ", ".join(filter(None, [entry["kind"], *entry["unit"].split(_APART)]))
            label, figure = words.of(entry["label"]), words.of(entry["figure"])
            print(words("cli.stats_years", name=name or words("cli.total"), item=label, figure=figure))
    if target is not None:
        _write(target, table, by, titles, lines)
        print(words("cli.written", file=target))
    return _DONE


def _each(option: str, given: Sequence[str], files: Sequence[Path]) -> Sequence[str | None]:
    """A value for each file: one for all of them, or one each."""
    if len(given) <= 1:
        return [given[0] if given else None] * len(files)
    if len(given) != len(files):
        raise WordedError("cli.one_each", option=option, files=len(files), given=len(given))
    return given


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise WordedError("cli.bad_year", found=text)
    return int(text)


def _levels(options: argparse.Namespace) -> list[str] | None:
    return None if options.levels is None else [code.strip() for code in options.levels.split(",")]


def _lines(table: Table, by: Sequence[str], words: Wording) -> tuple[list[str], list[list[str]]]:
    """The table for people: kinds, units and years, each level with its share, highest first, and what is open."""
    levels = list(reversed(table["levels"]))
    titles = [
        words("cli.stats_kind"),
        *by,
        words("cli.column_year"),
        words("statistics.all"),
        words("statistics.rated"),
    ]
    for level in levels:
        titles += [words.of(level["label"]), "%"]
    titles += [words(f"cli.stats_{code}") for code in _OPEN]
    lines = [_line(cell, [level["code"] for level in levels], len(by), words) for cell in table["cells"]]
    return titles, lines


def _line(cell: Cell, levels: Sequence[str], units: int, words: Wording) -> list[str]:
    counts = cell["counts"]
    named = cell["unit"].split(_APART) if units else []
    line = [cell["kind"], *named, "" if cell["year"] is None else str(cell["year"])]
    line += [str(counts["all"]), str(counts["rated"])]
    for code in levels:
        share = cell["shares"][code]
        shown = "" if share is None else share
        line += [str(counts[code]), shown.replace(".", ",") if words.lang == "vi" else shown]
    return line + [str(counts[code]) for code in _OPEN]


def _reasons(table: Table, words: Wording) -> Iterator[str]:
    """Those who were not rated or not reviewed, by the reason, over the whole table."""
    for part in ("not_rated", "not_reviewed"):
        total: Counter[str] = Counter()
        for cell in table["cells"]:
            total.update(cell["not_rated"] if part == "not_rated" else cell["not_reviewed"])
        for reason, count in sorted(total.items()):
            yield words("cli.stats_reason", outcome=words(f"cli.stats_{part}"), reason=reason, count=count)


def _aligned(lines: Sequence[Sequence[str]], texts: int) -> str:
    """Lines of cells below each other: the first columns are texts, the others numbers, which stand to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = []
    for line in lines:
        cells = enumerate(zip(line, widths, strict=True))
        shown.append("  ".join(cell.ljust(width) if at < texts else cell.rjust(width) for at, (cell, width) in cells))
    return "\n".join(line.rstrip() for line in shown)


def _write(target: Path, table: Table, by: Sequence[str], titles: list[str], lines: list[list[str]]) -> None:
    """Writes the table: for people, or, as JSON, all that is known."""
    suffix = target.suffix.lower()
    with replacing(target) as file:
        if suffix in _JSON:
            file.write((json.dumps(_named(table, by), ensure_ascii=False, indent=2) + "\n").encode())
        elif suffix in EXCEL:
            cells: list[list[SheetCell]] = [[*map(_number, line)] for line in lines]
            rows = [Row(number, line) for number, line in enumerate(cells, start=2)]
            Book.new(SheetTable(target.name, titles, rows)).save(file)
        else:
            delimited.write(file, [titles, *lines], Style(mark=True))


def _number(text: str) -> SheetCell:
    """A number as a workbook has it; a share is shown there as it is read."""
    plain = text.replace(",", ".")
    if re.fullmatch(r"\d{1,15}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"\d{1,3}\.\d+", plain) else text


def _named(table: Table, by: Sequence[str]) -> dict[str, object]:
    """The table with the values of the columns by which it is told apart under their titles."""
    cells = []
    for cell in table["cells"]:
        units = dict(zip(by, cell["unit"].split(_APART), strict=True)) if by else {}
        cells.append({**cell, "unit": ", ".join(units.values()), "by": units})
    return {"levels": table["levels"], "cells": cells}


# ---- a published table


def _check(path: Path, options: argparse.Namespace, words: Wording) -> int:
    request = _published(path, options.sheet)
    for option, value in (("quota", options.quota), ("levels", _levels(options))):
        if value is not None:
            request[option] = value
    if options.keep:
        request["keep"] = options.keep
    try:
        found = statistics.check_table(request)
    except StatisticsError as error:
        raise WordedError("cli.in_table", file=path.name, found=words.of(error.words)) from error
    if options.json:
        print_json(found)
        return _DONE if found["clean"] else _FOUND
    for finding in found["findings"]:
        told = {"row": finding["row"], "population": finding["population"], "words": words.of(finding["words"])}
        print(words(f"cli.stats_{finding['weight']}", **told))
    weights = Counter(finding["weight"] for finding in found["findings"])
    counts = {"wrong": weights["wrong"], "odd": weights["odd"], "note": weights["note"]}
    print(words("cli.stats_checked", count=len(found["populations"]), **counts))
    return _DONE if found["clean"] else _FOUND


def _published(path: Path, sheet: str | None) -> dict[str, object]:
    """The table in a file, as the core reads it: every cell as the text that people see."""
    suffix = path.suffix.lower()
    _check_form(path, CSV + EXCEL + _JSON)
    if suffix in _JSON:
        return _published_json(path)
    if suffix in EXCEL:
        titles, rows = shown_cells(path, sheet)
        return {"name": path.stem, "titles": titles, "rows": rows}
    if sheet is not None:
        raise FileFormatError("cli.sheet_of_csv", sheet=sheet, file=path.name)
    table, _ = delimited.read(path, lambda titles: sum(1 for title in titles if title.strip()))
    cells = [(row.number, [*map(cell_text, row.cells), *map(cell_text, row.beyond)]) for row in table.rows]
    return {"name": path.stem, "titles": table.titles, "rows": cells}


def _published_json(path: Path) -> dict[str, object]:
    try:
        # A number keeps the digits that stand there: 68.10 has two decimals.
        read = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)
    except UnicodeDecodeError:
        raise FileFormatError("cli.not_utf8", file=path.name) from None
    except ValueError as error:
        raise FileFormatError("cli.not_of_form", file=path.name, found=str(error)) from None
    if isinstance(read, list):
        read = {"populations": read}
    if not isinstance(read, dict):
        raise FileFormatError("cli.not_of_form", file=path.name, found=type(read).__name__)
    table: dict[str, object] = read if {"populations", "titles"} & read.keys() else {"populations": [read]}
    return {"name": path.stem, **table}


def shown_cells(path: Path, sheet: str | None) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles and rows of a sheet as a spreadsheet program shows them: 0.1567 as a percentage is 15.67 %."""
    lines = [[shown(value, form) for value, form in line] for line in Book.read(path).formatted(sheet)]
    width = max((at for line in lines for at, cell in enumerate(line, 1) if cell), default=0)
    titles = lines[0][:width] if lines else []
    return titles, [(number, line[:width]) for number, line in enumerate(lines[1:], start=2)]


def shown(value: SheetCell, form: str) -> str:
    """A cell as it is shown.

    >>> shown(0.15686274509803921, "0.00%"), shown(68.1, "0.00"), shown(2645, "#,##0"), shown("nearly 120", "General")
    ('15.69%', '68.10', '2645', 'nearly 120')
    """
    match = _SHOWN.fullmatch(form)
    if not isinstance(value, int | float) or isinstance(value, bool) or match is None:
        return cell_text(value)
    number = Decimal(str(value)) * (100 if match[2] else 1)
    decimals = Decimal(1).scaleb(-len(match[1] or ""))
    return f"{number.quantize(decimals, ROUND_HALF_UP)}{match[2] or ''}"


def _check_form(path: Path, known: Sequence[str]) -> None:
    if path.suffix.lower() not in known:
        raise FileFormatError("cli.unknown_format", file=path.name, known=", ".join(known))
