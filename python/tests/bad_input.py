"""Every sort of bad input that the README shows, and what the library answers: the README's table is made of this.

`python python/tests/bad_input.py` prints the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xeploai

ROOT = Path(__file__).parents[2]
MEMBER: dict[str, Any] = {
    "period_end": "2025-12-31",
    "admitted_on": "2010-05-19",
    "exempt_from_activities": False,
    "suspended_from_activities": False,
    "score_general": 28,
    "score_results": 65,
    "tasks_assigned": 10,
    "tasks_done": 10,
    "tasks_late": 0,
    "tasks_below_standard": 0,
    "tasks_exceeded": 3,
    "shortcomings_noted": 0,
    "degradation_concluded": False,
    "conduct_breach_concluded": False,
    "discipline_on_duty": "none",
}


def rulebook() -> xeploai.Rulebook:
    return xeploai.Rulebook.builtin("366-qd-tw")


def told(rating: xeploai.Rating) -> str:
    """The answer to a case in a line."""
    if rating.problems:
        problem = rating.problems[0]
        found = problem["found"] if len(problem["found"]) <= 20 else problem["found"][:12] + "…"
        return f"{rating.outcome}: {problem['field']} {problem['code']}, expected {problem['expected']}, found {found}"
    if rating.missing:
        names = rating.missing
        rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return f"{rating.outcome}: needs {names[0]}{rest}"
    return f"{rating.outcome}: {rating.level}"


def member(**change: Any) -> str:
    """The answer to a complete case with a change."""
    return told(rulebook().rate("member", MEMBER | change))


def refused(load: Callable[[], object]) -> str:
    """The fault for which a document is refused."""
    try:
        load()
    except xeploai.LoadError as error:
        fault = error.faults[0]
        place = fault["pointer"] or "the document"
        return f"LoadError: {place} {fault['code']}, expected {fault['expected']}, found {fault['found']}"
    return "loaded"


def overlay_of_nothing() -> str:
    overlay = json.loads((ROOT / "examples/overlays/thanh-pho-mau.json").read_text(encoding="utf-8"))
    rule = json.loads(rulebook().to_json())["subjects"][0]["triggers"][0] | {"id": "member.trigger.nothing"}
    overlay["subjects"][0]["replace"] = {"triggers": [rule]}
    return refused(lambda: rulebook().with_overlay(overlay))


def half_a_rulebook() -> str:
    text = rulebook().to_json()
    return refused(lambda: xeploai.Rulebook.from_json(text[:1000]))


def strange_operator() -> str:
    text = rulebook().to_json().replace('"op":">="', '"op":">>="', 1)
    return refused(lambda: xeploai.Rulebook.from_json(text))


#: What is tried, in English and in Vietnamese, and the answer.
ROWS: list[tuple[str, str, Callable[[], str]]] = [
    ("an empty case", "hồ sơ trống", lambda: told(rulebook().rate("member", {}))),
    (
        'a word where a number belongs: `tasks_done = "ten"`',
        'chữ ở chỗ của số: `tasks_done = "ten"`',
        lambda: member(tasks_done="ten"),
    ),
    ("a misspelt fact: `task_done`", "tên trường viết sai: `task_done`", lambda: member(task_done=10)),
    (
        "only one fact: `degradation_concluded = true`",
        "chỉ có một trường: `degradation_concluded = true`",
        lambda: told(rulebook().rate("member", {"degradation_concluded": True})),
    ),
    (
        "a value out of bounds: `score_general = 31`",
        "giá trị ngoài giới hạn: `score_general = 31`",
        lambda: member(score_general=31),
    ),
    ("null: `tasks_done = null`", "null: `tasks_done = null`", lambda: member(tasks_done=None)),
    (
        "too many decimals: `score_results = 61.995`",
        "quá nhiều chữ số thập phân: `score_results = 61.995`",
        lambda: member(score_results=61.995),
    ),
    (
        "30/02: `admitted_on = 2025-02-30`",
        "30/02: `admitted_on = 2025-02-30`",
        lambda: member(admitted_on="2025-02-30"),
    ),
    (
        "an overlay that names a rule which does not exist",
        "quy định bổ sung nêu một quy tắc không tồn tại",
        overlay_of_nothing,
    ),
    ("a rulebook cut in half", "bộ quy định bị cắt một nửa", half_a_rulebook),
    ("a rulebook with `>>=`", "bộ quy định có `>>=`", strange_operator),
    (
        "two values for one fact",
        "hai giá trị cho một trường",
        lambda: told(rulebook().rate_json("member", '{"tasks_done": 3, "tasks_done": 4}')),
    ),
    ("NaN: `score_general = NaN`", "NaN: `score_general = NaN`", lambda: member(score_general=float("nan"))),
    (
        "a 10 MB string in `discipline_on_duty`",
        "chuỗi 10 MB trong `discipline_on_duty`",
        lambda: member(discipline_on_duty="x" * 10_000_000),
    ),
    ("done > assigned: 11 of 10", "hoàn thành > được giao: 11 trên 10", lambda: member(tasks_done=11)),
    ("assigned = 0", "được giao = 0", lambda: member(tasks_assigned=0, tasks_done=0, tasks_exceeded=0)),
]


def table(column: int) -> list[str]:
    """The rows of the table of a README; column 0 is English, 1 is Vietnamese."""
    return [f"| {row[column]} | {row[2]()} |" for row in ROWS]


if __name__ == "__main__":
    for line in (*table(0), "", *table(1)):
        print(line)
