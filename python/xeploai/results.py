"""What a result says in the columns of a table, and how often each result came.

Codes for programs, or words for people. The outcome of a rating is never reduced here: what is open says between which
levels and what is missing, what is invalid says every problem.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xeploai import _core
from xeploai.columns import normal
from xeploai.errors import FileFormatError
from xeploai.excel import Added
from xeploai.tables import Cell, Stray, Table
from xeploai.wording import Wording

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

OUTCOMES = {
    "rated": "outcome.rated",
    "authority_decides": "outcome.authority_decides",
    "undetermined": "outcome.undetermined",
    "not_rated": "outcome.not_rated",
    "not_reviewed": "outcome.not_reviewed",
    "invalid": "outcome.invalid",
}
_PROBLEMS = {
    "not_a_record": "problem.not_a_record",
    "unknown_fact": "problem.unknown_fact",
    "duplicate": "problem.duplicate",
    "wrong_type": "problem.wrong_type",
    "out_of_bounds": "problem.out_of_bounds",
    "out_of_scale": "problem.out_of_scale",
    "unknown_code": "problem.unknown_code",
    "no_such_day": "problem.no_such_day",
    "inconsistent": "problem.inconsistent",
    "required": "problem.required",
    "not_in_force": "problem.not_in_force",
    "too_many_items": "problem.too_many_items",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """How results are written beside the rows of a table."""

    lang: str = "vi"
    labels: bool = False
    """Words in place of codes."""
    explain: bool = False
    """One column more, with the whole explanation."""
    prefix: str = ""
    """Stands before the titles of the columns that are added."""
    excel_csv: bool = False
    """CSV with a byte order mark, as Excel needs it."""


@dataclass(slots=True)
class Tally:
    """How many rows ended how."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    strays: list[Stray] = field(default_factory=list)
    """Items of lists that belong to no row."""

    def count(self, rating: _core.Rating) -> None:
        """Counts a rating."""
        self.rows += 1
        self.outcomes[rating.outcome] += 1
        if rating.level is not None:
            self.levels[rating.level] += 1

    @property
    def clean(self) -> bool:
        """Whether every row was rated or is honestly open."""
        return not self.outcomes["invalid"] and not self.strays


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
            "\n".join(map(self._problem, rating.problems)) if words else "; ".join(map(_problem_code, rating.problems)),
            "\n".join(self._reasons(rating)) if words else "; ".join(_reason_codes(rating)),
        ]
        if self._writing.explain:
            cells.append(rating.explain(self._writing.lang).rstrip("\n"))
        return Added(cells, rating.outcome)

    def _level(self, code: str | None) -> str | None:
        return code if code is None or not self._writing.labels else self._levels.get(code, code)

    def _problem(self, problem: Mapping[str, Any]) -> str:
        name = problem["field"] + problem["at"]
        label = self._labels.get(problem["field"])
        return self._words(
            _PROBLEMS.get(problem["code"], "problem.wrong_type"),
            field=label + problem["at"] if label else name,
            expected=problem["expected"],
            found=problem["found"],
        )

    def _reasons(self, rating: _core.Rating) -> Iterator[str]:
        if rating.reasons:
            for reason in rating.reasons:
                yield self._words(
                    "cli.reason", words=self._words.of(reason["words"]), citation=reason["citation"]
                )
            return
        for finding in _decisive(rating):
            if finding["kind"] != "unread":
                words = self._words.of(self._rules[finding["rule"]])
                holds = self._words(_holding(finding))
                yield self._words("explain.finding", holds=holds, words=words, citation=finding["citation"])
        for note in rating.notes:
            if note["code"] in ("gap", "unread"):
                yield self._words.of(note["words"])


def summary(tally: Tally, rulebook: _core.Rulebook, words: Wording) -> str:
    """The counts as a table: each outcome, and each level under the outcome that gives one."""
    lines: list[tuple[str, str]] = []
    for outcome, key in OUTCOMES.items():
        lines.append((words(key), str(tally.outcomes[outcome])))
        if outcome == "rated":
            for level in reversed(rulebook.levels):
                lines.append(("  " + words.of(level["label"]), str(tally.levels[level["code"]])))
    lines.append((words("cli.total"), str(tally.rows)))
    return aligned(lines, right=True)


def aligned(lines: list[tuple[str, ...]] | list[tuple[str, str]], *, right: bool = False) -> str:
    """Lines of cells below each other; the last column to the right where it holds numbers."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    pad: list[Callable[[str, int], str]] = [str.ljust] * len(widths)
    if right and pad:
        pad[-1] = str.rjust
    return "\n".join(
        "  ".join(put(cell, width) for put, cell, width in zip(pad, line, widths, strict=True)).rstrip()
        for line in lines
    )


def _number(score: str | None) -> Cell:
    """A decimal score as a number, so that a spreadsheet can sort by it; a fraction as its text."""
    if score is None or "/" in score:
        return score
    return float(score)


def _problem_code(problem: Mapping[str, Any]) -> str:
    return f"{problem['field']}{problem['at']}: {problem['code']} (expected {problem['expected']}; found {problem['found']})"


def _decisive(rating: _core.Rating) -> list[Any]:
    return [finding for finding in rating.findings if finding["decisive"]]


def _reason_codes(rating: _core.Rating) -> list[str]:
    if rating.reasons:
        return [reason["rule"] for reason in rating.reasons]
    gap = ["gap"] if any(note["code"] == "gap" for note in rating.notes) else []
    return [finding["rule"] for finding in _decisive(rating)] + gap


def _holding(finding: Mapping[str, Any]) -> str:
    if finding["holds"] is None:
        return "explain.unknown"
    if not finding["holds"]:
        return "explain.fails"
    return "explain.met" if finding["kind"] in ("standard", "condition") else "explain.holds"


def _rule_words(part: object) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The words of every rule of a rulebook's document, wherever it stands."""
    if isinstance(part, dict):
        if "id" in part and "words" in part:
            yield part["id"], part["words"]
        for inner in part.values():
            yield from _rule_words(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _rule_words(inner)
