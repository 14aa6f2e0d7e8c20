"""An empty file with the right columns, for people who fill in cases by hand.

A workbook has a second sheet that says of each column what belongs there, and cells that offer the values of a list. A
list fact, which no cell can hold, gets a sheet of its own with the id of the row that each item belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xeploai import _core, delimited
from xeploai.columns import Field, normal
from xeploai.errors import FileFormatError
from xeploai.excel import blank, fit, put
from xeploai.files import EXCEL, JSON_LINES, check_format, replacing
from xeploai.wording import Wording

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# So many rows below the titles offer the values of their list.
_ROWS = 5000
_DATE = "dd/mm/yyyy"


def write_template(rulebook: _core.Rulebook, kind: str, target: Path, words: Wording) -> list[str]:
    """Writes the file; gives the names of the list facts for which it has no room, which are those of a CSV file."""
    check_format(target)
    facts = [Field.of(fact) for fact in rulebook.facts(kind)]
    columns = [fact for fact in facts if fact.kind != "list"]
    lists = [fact for fact in facts if fact.kind == "list"]
    if target.suffix.lower() in JSON_LINES:
        raise FileFormatError("cli.no_template", file=target.name)
    if target.suffix.lower() in EXCEL:
        workbook = _workbook(rulebook, kind, columns, lists, words)
        with replacing(target) as file:
            workbook.save(file)
        return []
    with replacing(target) as file:
        delimited.write(file, [_titles(columns, words)], delimited.Style(mark=True))
    return [fact.name for fact in lists]


def _titles(fields: Sequence[Field], words: Wording) -> list[str]:
    """The column of the ids, then one for each field: its label, or its name where two share a label."""
    labels = [words.of(field.label) for field in fields]
    every = [normal(label) for field in fields for label in set(field.labels())]
    named = zip(labels, fields, strict=True)
    return [
        words("cli.column_id"),
        *(label if every.count(normal(label)) == 1 else field.name for label, field in named),
    ]


def _workbook(
    rulebook: _core.Rulebook, kind: str, columns: Sequence[Field], lists: Sequence[Field], words: Wording
) -> Workbook:
    workbook = blank()
    main = workbook.create_sheet(words("cli.sheet_cases"))
    notes = workbook.create_sheet(words("cli.sheet_columns"))
    choices = Choices(workbook.create_sheet(words("cli.sheet_choices")), words)
    _fill(main, columns, choices, words)
    for fact in lists:
        # The name by which `--list name=sheet` finds it; a sheet's name has at most 31 letters.
        _fill(workbook.create_sheet(fact.name[:31], 1), fact.fields, choices, words)
    _explain(notes, rulebook, kind, [*columns, *lists], words)
    choices.sheet.sheet_state = "hidden"
    return workbook


def _fill(sheet: Worksheet, fields: Sequence[Field], choices: Choices, words: Wording) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, title in enumerate(_titles(fields, words), start=1):
        cell = sheet.cell(1, place)
        put(cell, title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = 18
    for place, field in enumerate(fields, start=2):
        letter = get_column_letter(place)
        if area := choices.area(field):
            offer = DataValidation(type="list", formula1=area, allow_blank=True)
            offer.add(f"{letter}2:{letter}{_ROWS + 1}")
            sheet.add_data_validation(offer)
        if field.kind == "date":
            sheet.column_dimensions[letter].number_format = _DATE
    sheet.freeze_panes = "B2"


class Choices:
    """A hidden sheet with the values that cells offer; a list inside a cell's rule is short and cannot hold commas."""

    def __init__(self, sheet: Worksheet, words: Wording) -> None:
        self.sheet = sheet
        self._words = words
        self._areas: dict[tuple[str, ...], str] = {}

    def area(self, field: Field) -> str | None:
        """Where the values of a field stand; nothing where it has no list of values."""
        from openpyxl.utils import get_column_letter, quote_sheetname

        values = value_words(field, self._words)
        if not values:
            return None
        if values not in self._areas:
            column = len(self._areas) + 1
            for row, value in enumerate(values, start=1):
                put(self.sheet.cell(row, column), value)
            letter = get_column_letter(column)
            self._areas[values] = f"{quote_sheetname(self.sheet.title)}!${letter}$1:${letter}${len(values)}"
        return self._areas[values]


def value_words(field: Field, words: Wording) -> tuple[str, ...]:
    """The values among which a cell of this field chooses, in words."""
    if field.kind == "boolean":
        return (words("word.yes"), words("word.no"))
    return tuple(words.of(value["label"]) for value in field.values)


def form_words(field: Field, words: Wording) -> str:
    """What may stand in a cell of this field, in words."""
    values = value_words(field, words)
    if values:
        return "; ".join(values)
    bounds = {"min": field.low or "", "max": field.high or ""}
    match field.kind:
        case "integer":
            return words("expected.integer", **bounds)
        case "decimal":
            return words("expected.decimal", **bounds, scale=field.scale or 0)
        case "date":
            return words("cli.form_date")
        case "list":
            return words("cli.form_list", option=f"--list {field.name}={field.name[:31]}")
        case _:
            return words("expected.text")


def _explain(sheet: Worksheet, rulebook: _core.Rulebook, kind: str, fields: Sequence[Field], words: Wording) -> None:
    from openpyxl.styles import Alignment, Font

    title = f"{words.of(rulebook.title)} ({rulebook.id} {rulebook.version}): {words.of(rulebook.subject_label(kind))}"
    put(sheet.cell(1, 1), title)
    heads = ("cli.head_column", "cli.head_fact", "cli.head_form", "cli.head_required", "cli.head_help")
    for place, key in enumerate(heads, start=1):
        put(sheet.cell(3, place), words(key))
        sheet.cell(3, place).font = Font(bold=True)
    for row, field in enumerate(fields, start=4):
        cells = (
            words.of(field.label),
            field.name,
            form_words(field, words),
            words("word.yes" if field.required else "word.no"),
            words.of(field.help) if field.help else "",
        )
        for place, text in enumerate(cells, start=1):
            put(sheet.cell(row, place), text)
            sheet.cell(row, place).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True)
    fit(sheet)
