"""What a row says of its result, and how results are counted."""

from __future__ import annotations

from typing import Any

import pytest

import xeploai
from xeploai.results import ResultColumns, Writing
from xeploai.tally import Tally, aligned, summary
from xeploai.wording import Wording

from filing import GOOD

RULEBOOK = xeploai.Rulebook.builtin("366-qd-tw")
REASONS = 7


def reasons(changes: dict[str, Any], *, labels: bool) -> str:
    columns = ResultColumns(RULEBOOK, "member", Writing("en", labels=labels))
    return str(columns.cells(RULEBOOK.rate("member", GOOD | changes)).cells[REASONS])


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"tasks_exceeded": 0}, "explain.met"),  # the level that was reached
        ({"discipline_on_duty": "warning"}, "explain.holds"),  # a trigger
    ],
)
def test_words_say_how_a_rule_came_out(changes: dict[str, Any], begins: str) -> None:
    words = Wording("en")
    assert reasons(changes, labels=True).startswith(words(begins) + ":")
    assert any(line.startswith(words("explain.fails") + ":") for line in reasons({}, labels=True).split("\n"))


def test_codes_name_a_gap_of_the_text() -> None:
    assert "gap" in reasons({"score_results": 65, "tasks_exceeded": 0}, labels=False).split("; ")
    assert "gap" not in reasons({}, labels=False).split("; ")


def test_counts_stand_below_each_other() -> None:
    assert aligned([("a", "1"), ("bb", "10")], right=True) == "a    1\nbb  10"
    assert aligned([("a", "1"), ("bb", "10")]) == "a   1\nbb  10"
    assert aligned([]) == ""


def test_every_outcome_and_level_is_counted_once() -> None:
    tally = Tally()
    cases: list[dict[str, Any]] = [
        {},
        {"exempt_from_activities": True},
        {"tasks_done": 11},
        {"score_general": None},
        {},
    ]
    for changes in cases:
        tally.count(RULEBOOK.rate("member", GOOD | changes))
    lines = [line.rsplit(None, 1) for line in summary(tally, RULEBOOK, Wording("en")).split("\n")]
    good = next(level["label"]["en"] for level in RULEBOOK.levels if level["code"] == "good")
    assert len(lines) == 6 + len(RULEBOOK.levels) + 1
    assert [int(count) for _, count in lines if int(count)] == [2, 2, 1, 1, 1, 5]
    assert [f"  {good}", "2"] in lines
    assert [Wording("en")("cli.total"), "5"] in lines
    assert not tally.clean
