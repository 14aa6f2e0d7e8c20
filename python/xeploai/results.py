"""What a result says in the columns of a table.

Codes for programs, or words for people. The outcome of a rating is never reduced here: what is open says between which
levels and what is missing, what is invalid says every problem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xeploai import _core
from xeploai.columns import normal
from xeploai.errors import FileFormatError
from xeploai.excel import Added
from xeploai.tables import Cell, Table
from xeploai.tally import OUTCOMES
from xeploai.wording import Wording

if TYPE_CHECKING:
    from xeploai._core import Finding, Language, Problem, Words

# Code, and key of the title in words.
_COLUMNS = (
    ("outcome", "cli.column_outcome"),
    ("level", "cli.column_level"),
    ("at_least", "cli.column_at_least"),
    ("at_most", "cli.column_at_most"),
    ("score", "cli.column_score"),
    ("missing", "cli.column_missing"),
    ("problems", "cli.column_problems"),
    ("reasons", "cli.column_reasons"),
)
_EXPLANATION = ("explanation", "cli.column_explanation")

# How the explanation begins an item.
_ITEM = "- "
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Writing:
    """How results are written beside the rows of a table."""

    lang: Language = "vi"
    labels: bool = False
    """Words in place of codes."""
    explain: bool = False
    """One column more, with the whole explanation."""
    prefix: str = ""
    """Stands before the titles of the columns that are added."""
    excel_csv: bool = False
    """CSV with a byte order mark, as Excel needs it."""


class ResultColumns:
    """The columns that a rating fills."""

    def __init__(self, rulebook: _core.Rulebook, kind: str, writing: Writing) -> None:
        self._words = Wording(writing.lang)
        self._writing = writing
        self._levels = {level["code"]: self._words.of(level["label"]) for level in rulebook.levels}
        self._labels = {fact["name"]: self._words.of(fact["label"]) for fact in rulebook.facts(kind)}
        self._rules = dict(_rule_words(json.loads(rulebook.to_json()))) if writing.labels else {}
        columns = (*_COLUMNS, _EXPLANATION) if writing.explain else _COLUMNS
        self.titles = [writing.prefix + (self._words(key) if writing.labels else code) for code, key in columns]

    def check(self, table: Table) -> None:
        """Refuses a table that already has a column of one of these titles."""
        taken = {normal(title): title for title in table.titles}
        for title in self.titles:
            if normal(title) in taken:
                raise FileFormatError("cli.column_taken", column=taken[normal(title)], file=table.name)

    def cells(self, rating: _core.Rating) -> Added:
        """The cells of a rating, one for each title."""
        words = self._writing.labels
        cells: list[Cell] = [
            self._words(OUTCOMES[rating.outcome]) if words else rating.outcome,
            *(self._level(code) for code in (rating.level, rating.at_least, rating.at_most)),
            _number(rating.score),
            "; ".join(self._labels.get(name, name) if words else name for name in rating.missing),
            "\n".join(self._problems(rating)) if words else "; ".join(map(_problem_code, rating.problems)),
            "\n".join(self._reasons(rating)) if words else "; ".join(_reason_codes(rating)),
        ]
        if self._writing.explain:
            cells.append(rating.explain(self._writing.lang).rstrip("\n"))
        return Added(cells, rating.outcome)

    def _level(self, code: str | None) -> str | None:
        return code if code is None or not self._writing.labels else self._levels.get(code, code)

    def _problems(self, rating: _core.Rating) -> list[str]:
        """The problems in the words of the explanation, of which they are the first items, before the notes."""
        if not rating.problems:
            return []
        lines = rating.explain(self._writing.lang).splitlines()
        items = [line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)]
        return items[: len(rating.problems)]

    def _reasons(self, rating: _core.Rating) -> Iterator[str]:
        if rating.reasons:
            for reason in rating.reasons:
                yield self._words("cli.reason", words=self._words.of(reason["words"]), citation=reason["citation"])
            return
        for note in rating.notes:
            if note["code"] in ("caveat", "gap", "choice", "unread"):
                yield self._words.of(note["words"])
        for finding in _telling(rating):
            words = self._words.of(self._rules[finding["rule"]])
            holds = self._words(_holding(finding))
            yield self._words("explain.finding", holds=holds, words=words, citation=finding["citation"])


def _number(score: str | None) -> Cell:
    """A decimal score as a number, so that a spreadsheet can sort by it; a fraction as its text."""
    return float(score) if score is not None and _DECIMAL.fullmatch(score) else score


def _problem_code(problem: Problem) -> str:
    place = problem["field"] + problem["at"]
    return f"{place}: {problem['code']} (expected {problem['expected']}; found {problem['found']})"


def _decisive(rating: _core.Rating) -> list[Finding]:
    return [finding for finding in rating.findings if finding["decisive"]]


def _telling(rating: _core.Rating) -> list[Finding]:
    """The decisive findings that a cell has room for: what holds the rating down, else the level reached and what keeps
    it from the next one. The explanation has them all."""
    decisive = [finding for finding in _decisive(rating) if finding["kind"] != "unread"]
    if rating.outcome == "undetermined":
        # What is not known stands in the column of what is missing.
        decisive = [finding for finding in decisive if finding["holds"] is not None]
    asked = [finding for finding in decisive if finding["kind"] in ("standard", "condition")]
    limits = [finding for finding in decisive if finding not in asked]
    if limits:
        return limits
    met = [finding for finding in asked if finding["holds"]]
    whole = [finding for finding in met if finding["kind"] == "standard"]
    failed = [finding for finding in asked if not finding["holds"]]
    # Where no condition fails it is the score that does, and the standard as a whole says so.
    why = [finding for finding in failed if finding["kind"] == "condition"] or failed
    return (whole or met) + [finding for finding in why if finding["effect"] == why[0]["effect"]]


def _reason_codes(rating: _core.Rating) -> list[str]:
    if rating.reasons:
        return [reason["rule"] for reason in rating.reasons]
    gap = ["gap"] if any(note["code"] == "gap" for note in rating.notes) else []
    return [finding["rule"] for finding in _decisive(rating)] + gap


def _holding(finding: Finding) -> str:
    if finding["holds"] is None:
        return "explain.unknown"
    if not finding["holds"]:
        return "explain.fails"
    return "explain.met" if finding["kind"] in ("standard", "condition") else "explain.holds"


def _rule_words(part: object) -> Iterator[tuple[str, Words]]:
    """The words of every rule of a rulebook's document, wherever it stands."""
    if isinstance(part, dict):
        if "id" in part and "words" in part:
            yield part["id"], part["words"]
        for inner in part.values():
            yield from _rule_words(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _rule_words(inner)
