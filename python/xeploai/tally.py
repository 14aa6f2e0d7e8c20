"""How many rows ended how, and the table of that which a run prints at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from xeploai import _core
from xeploai.tables import Stray
from xeploai.wording import Wording

OUTCOMES = {
    "rated": "outcome.rated",
    "authority_decides": "outcome.authority_decides",
    "undetermined": "outcome.undetermined",
    "not_rated": "outcome.not_rated",
    "not_reviewed": "outcome.not_reviewed",
    "invalid": "outcome.invalid",
}


@dataclass(slots=True)
class Tally:
    """How many rows ended how."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    strays: list[Stray] = field(default_factory=list)
    """Items of lists that belong to no row."""
    foreign: list[str] = field(default_factory=list)
    """The titles of the columns that are no facts."""
    absent: list[str] = field(default_factory=list)
    """The facts that no column of a file of columns states; they are not known in any row."""
    single_rows: int = 0
    """How many rows of a file of columns were rated one by one."""
    why_single: _core.Words | None = None
    """Why they were."""

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


def aligned(lines: Sequence[tuple[str, ...]], *, right: bool = False) -> str:
    """Lines of cells below each other; the last column to the right where it holds numbers."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    pad: list[Callable[[str, int], str]] = [str.ljust] * len(widths)
    if right and pad:
        pad[-1] = str.rjust
    return "\n".join(
        "  ".join(put(cell, width) for put, cell, width in zip(pad, line, widths, strict=True)).rstrip()
        for line in lines
    )
