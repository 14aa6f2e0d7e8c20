"""Files of rated rows, as ``xeploai rate`` writes them, read back to be counted.

A row is counted by what a few of its columns say, so that a file of columns is never held as rows. Titles and values
may be codes or, as ``--labels`` writes them, words of either language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from xeploai import _core
from xeploai.columns import normal
from xeploai.errors import FileFormatError
from xeploai.files import TableFile, check_format, is_columns, is_json_lines
from xeploai.jsonlines import read_lines
from xeploai.tables import cell_text
from xeploai.tally import OUTCOMES
from xeploai.wording import LANGUAGES, Wording

# Code, and key of the title in words; the last three are read where they are there.
_RESULT = (
    ("outcome", "cli.column_outcome"),
    ("level", "cli.column_level"),
    ("at_least", "cli.column_at_least"),
    ("at_most", "cli.column_at_most"),
    ("reasons", "cli.column_reasons"),
)
_KINDS = ("subject", "kind")
_YEARS = "year"
_WITH_REASON = ("not_rated", "not_reviewed")
# A rule that holds, in the bits of a reason code.
_TRUE = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """What is read from a file."""

    levels: Sequence[str] | None = None
    by: Sequence[str] = ()
    """The columns by which rows are told apart, beside kind and year."""
    prefix: str = ""
    sheet: str | None = None
    rulebook: _core.Rulebook | None = None
    """By which the reason codes of files of columns are read."""


Group: TypeAlias = tuple[str, tuple[str, ...], int | None, str, str | None, str | None]
"""Rows that are counted together: kind, columns by which they are told apart, year, outcome, level, reason."""

Counted: TypeAlias = "Counter[Group]"


@dataclass(slots=True)
class _Columns:
    """The titles of a file, by what they say."""

    outcome: str
    level: str | None
    at_least: str | None
    at_most: str | None
    reasons: str | None
    kind: str | None
    year: str | None
    by: list[str] = field(default_factory=list)

    def wanted(self) -> list[str]:
        """Every title that is read, each once."""
        named = (self.outcome, self.level, self.at_least, self.at_most, self.kind, self.year, *self.by)
        return list(dict.fromkeys(title for title in named if title is not None))


def count_rated(path: Path, kind: str | None, year: int | None, ask: Ask, counted: Counted) -> None:
    """Adds the rows of a file to ``counted``. ``kind`` and ``year`` stand for what no column says."""
    check_format(path, columns=True)
    words = _Words(ask.levels)
    if is_columns(path):
        rows = _column_rows(path, kind, ask)
    elif is_json_lines(path):
        rows = _line_rows(path, ask)
    else:
        rows = _table_rows(path, ask)
    any_row = False
    for number, values, times in rows:
        any_row = True
        stated = values.kind or kind or ""
        own = _year(values.year, path.name, number) if values.year else year
        outcome = words.outcome(values.outcome)
        if outcome is None:
            raise FileFormatError("cli.no_outcome", file=path.name, row=number, found=values.outcome[:20])
        if outcome in ("authority_decides", "undetermined") and values.level:
            # The rules left it open, and a decision of the authority stands beside it.
            outcome = "rated"
        level = None
        if outcome == "rated":
            text = values.level or (values.at_least if values.at_least == values.at_most else "")
            level = words.level(text)
            if level is None:
                known = ", ".join(words.known)
                raise FileFormatError("cli.no_level", file=path.name, row=number, found=text[:20], known=known)
        reason = (values.reason or None) if outcome in _WITH_REASON else None
        counted[(stated, tuple(values.by), own, outcome, level, reason)] += times
    if not any_row:
        raise FileFormatError("cli.no_rated_row", file=path.name)


@dataclass(slots=True)
class _Values:
    outcome: str = ""
    level: str = ""
    at_least: str = ""
    at_most: str = ""
    reason: str = ""
    kind: str = ""
    year: str = ""
    by: list[str] = field(default_factory=list)


_Rows: TypeAlias = Iterator[tuple[int, _Values, int]]


def _year(text: str, file: str, row: int) -> int:
    whole = text.strip().removesuffix(".0")
    if not (whole.isascii() and whole.isdigit() and len(whole) == 4):
        raise FileFormatError("cli.no_year", file=file, row=row, found=text[:20])
    return int(whole)


class _Words:
    """Outcomes and levels by their codes, and by the words that files of results have for them."""

    def __init__(self, levels: Sequence[str] | None) -> None:
        self._outcomes = {normal(code): code for code in OUTCOMES}
        for code, key in OUTCOMES.items():
            self._outcomes |= {normal(Wording(lang)(key)): code for lang in LANGUAGES}
        self._levels: dict[str, str] = {}
        for rulebook in _core.Library.builtin().rulebooks:
            for level in rulebook.levels:
                texts = (level["label"]["vi"], level["label"]["en"], level["short"] or level["code"])
                self._levels |= {normal(text): level["code"] for text in texts}
            self.known = [level["code"] for level in rulebook.levels]
        if levels is not None:
            self.known = list(levels)
        self._levels |= {normal(code): code for code in self.known}

    def outcome(self, text: str) -> str | None:
        return self._outcomes.get(normal(text))

    def level(self, text: str) -> str | None:
        code = self._levels.get(normal(text))
        return code if code in self.known else None


def _find(titles: Sequence[str], ask: Ask, file: str) -> _Columns:
    """What each title says."""
    known = {normal(title): title for title in titles}

    def result(code: str, key: str) -> str | None:
        names = (code, *(Wording(lang)(key) for lang in LANGUAGES))
        return next((known[name] for name in (normal(ask.prefix + name) for name in names) if name in known), None)

    def column(title: str) -> str:
        if normal(title) not in known:
            raise FileFormatError("cli.no_column", column=title, file=file)
        return known[normal(title)]

    found = {code: result(code, key) for code, key in _RESULT}
    outcome = found.pop("outcome")
    if outcome is None:
        raise FileFormatError("cli.no_outcome_column", column=ask.prefix + "outcome", file=file)
    if found["level"] is None and (found["at_least"] is None or found["at_most"] is None):
        raise FileFormatError("cli.no_column", column=ask.prefix + "level", file=file)
    year_titles = (_YEARS, *(Wording(lang)("cli.column_year") for lang in LANGUAGES))
    kind = next((known[name] for name in _KINDS if name in known), None)
    year = next((known[normal(name)] for name in year_titles if normal(name) in known), None)
    return _Columns(outcome=outcome, kind=kind, year=year, by=[column(title) for title in ask.by], **found)


def _table_rows(path: Path, ask: Ask) -> _Rows:
    table = TableFile.read(path, lambda titles: len({*map(normal, titles)} & {*_codes(ask)}), ask.sheet).table
    columns = _find(table.titles, ask, table.name)
    places = {title: table.column(title) for title in (*columns.wanted(), *filter(None, [columns.reasons]))}

    for row in table.rows:
        if row.empty():
            continue
        if row.beyond:
            raise FileFormatError("cli.too_many_cells", file=table.name, row=row.number)
        texts = {title: cell_text(row.cells[place]).strip() for title, place in places.items()}
        yield row.number, _values(texts, columns, _first_reason(texts.get(columns.reasons or "", ""))), 1


def _codes(ask: Ask) -> Iterator[str]:
    for code, key in _RESULT:
        yield normal(ask.prefix + code)
        for lang in LANGUAGES:
            yield normal(ask.prefix + Wording(lang)(key))


def _values(texts: Mapping[str, str], columns: _Columns, reason: str) -> _Values:
    def text(title: str | None) -> str:
        return texts.get(title, "") if title is not None else ""

    return _Values(
        outcome=text(columns.outcome),
        level=text(columns.level),
        at_least=text(columns.at_least),
        at_most=text(columns.at_most),
        reason=reason,
        kind=text(columns.kind),
        year=text(columns.year),
        by=[text(title) for title in columns.by],
    )


def _first_reason(text: str) -> str:
    # Codes are parted by a semicolon, words by a new line; a rule's id holds neither.
    line = text.split("\n", 1)[0].strip()
    return line.split(";", 1)[0].strip() if " " not in line.split(";", 1)[0].strip() else line


def _column_rows(path: Path, kind: str | None, ask: Ask) -> _Rows:
    titles = _core.file_titles(path)
    columns = _find(titles, ask, path.name)
    wanted = columns.wanted()
    codes: list[str] = []
    if ask.rulebook is not None:
        codes = [title for title in titles if title.removeprefix(ask.prefix).split("_")[0] == "reasons"]
    try:
        counted = _core.count_file(path, wanted, codes)
    except ValueError as error:
        raise FileFormatError("cli.not_of_form", file=path.name, found=str(error)) from error
    decoder = _Decoder(ask)
    for texts, times in counted:
        said = dict(zip(wanted + codes, (text or "" for text in texts), strict=True))
        values = _values(said, columns, "")
        if values.outcome in _WITH_REASON:
            values.reason = decoder.reason(said, values.kind or kind or "")
        yield 0, values, times


class _Decoder:
    """The first rule for which a row was not rated or reviewed, by its reason code."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._places: dict[str, list[_core.ReasonPlace]] = {}

    def reason(self, said: Mapping[str, str], kind: str) -> str:
        for place in self._rules(kind):
            code = said.get(self._ask.prefix + place["column"], "")
            if code and int(code) >> place["shift"] & (1 << place["width"]) - 1 == _TRUE:
                return str(place["of"])
        return ""

    def _rules(self, kind: str) -> list[_core.ReasonPlace]:
        """Where the rules that end a review or a rating stand in the codes of a kind."""
        rulebook = self._ask.rulebook
        if rulebook is None or kind not in rulebook.subjects:
            return []
        if kind not in self._places:
            subjects = json.loads(rulebook.to_json())["subjects"]
            entry = next(entry for entry in subjects if entry["kind"] == kind)
            rules = [rule["id"] for part in _WITH_REASON for rule in entry.get(part, [])]
            self._places[kind] = [place for place in rulebook.reasons(kind) if place["of"] in rules]
        return self._places[kind]


def _line_rows(path: Path, ask: Ask) -> _Rows:
    # A key that one line lacks is empty there; one that no line has was never meant.
    unseen = {normal(title): title for title in ask.by}
    for number, row in read_lines(path):
        if isinstance(row, str):
            raise FileFormatError("cli.not_of_form", file=path.name, found=row)
        members = {normal(key): value for key, value in row}
        rating = json.loads(members["rating"]) if "rating" in members else None
        if not isinstance(rating, dict) or not isinstance(rating.get("outcome"), str):
            raise FileFormatError("cli.no_rating_key", file=path.name, row=number)
        by = [_plain(members.get(normal(title), "null")) for title in ask.by]
        unseen = {name: title for name, title in unseen.items() if name not in members}
        year = next((_plain(members[name]) for name in (_YEARS, *_year_titles()) if name in members), "")
        kind = next((_plain(members[name]) for name in _KINDS if name in members), rating.get("subject") or "")
        reasons = rating.get("reasons") or []
        reason = reasons[0].get("rule", "") if reasons and isinstance(reasons[0], dict) else ""
        level = rating.get("level") or ""
        yield number, _Values(rating["outcome"], level, "", "", reason, kind, year, by), 1
    for title in unseen.values():
        raise FileFormatError("cli.no_column", column=title, file=path.name)


def _year_titles() -> list[str]:
    return [normal(Wording(lang)("cli.column_year")) for lang in LANGUAGES]


def _plain(text: str) -> str:
    value = json.loads(text)
    return "" if value is None else str(value)
