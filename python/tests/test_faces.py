"""The cases that every face answers with the same bytes: `tests/cases/faces.tsv`, asked in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import xeploai

import rows

FILE = Path(__file__).resolve().parents[2] / "tests" / "cases" / "faces.tsv"
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\\\": "\\"}


def cases() -> list[list[str]]:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    told = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [[re.sub(r"\\[tn\\]", lambda found: ESCAPES[found[0]], field) for field in line] for line in told]


def rulebook(id: str, on: str) -> xeploai.Rulebook:
    return xeploai.Rulebook.builtin(id, on or None)


def rating(id: str, on: str, subject: str, policies: str, facts: str) -> xeploai.Rating:
    chosen = json.loads(policies) if policies else None
    return rulebook(id, on).rate_json(subject, facts, policies=chosen)


def cohort(request: str) -> xeploai.RatedCohort:
    return xeploai.Cohort.from_json(request).rate()


def batch(request: str, kind: str, told: str, id: str, rate: str, hold: str, count: str) -> str:
    """A table of a cohort rated once more, after its quotas, what they came to, and counted."""
    made = xeploai.Cohort.from_json(request)
    if told:
        assert rows.text(rows.table(told)) == told
        made.add(kind, rows.table(told))
    members = made.rate().table(kind)
    rulebook = xeploai.Rulebook.builtin(id)
    rating, holding, counting = (json.loads(options or "{}") for options in (rate, hold, count))

    def again() -> xeploai.RatedTable:
        return rulebook.rate_table(kind, members, **rating)

    rated = pa.table(again())
    held = rulebook.hold_quotas(kind, again(), **holding)
    counts = rulebook.tally(again(), **counting)
    tables = (rated, pa.table(held.table), pa.table(counts))
    return "\n".join([rows.text(tables[0]), rows.text(tables[1]), held.quotas_json(), rows.text(tables[2])])


ANSWERS: dict[str, Callable[..., str]] = {
    "rate": lambda *asked: rating(*asked).to_json(),
    "explain": lambda *asked: rating(*asked[:-1]).explain(asked[-1]),
    "digest": lambda id, on: rulebook(id, on).digest,
    "summary": lambda id, on: rulebook(id, on).summary_json(),
    "load": lambda text: xeploai.Rulebook.from_json(text).digest,
    "overlay": lambda id, text: rulebook(id, "").with_overlay(json.loads(text)).digest,
    "in_force": lambda day, subject, province: (
        xeploai.Library.builtin().in_force(day, subject, province or None).digest
    ),
    "plan": lambda request: xeploai.Cohort.from_json(request).plan_json(),
    "cohort": lambda request: cohort(request).to_json(),
    "batch": batch,
    "cohort_explain": lambda request, id, lang: cohort(request).rating(id).explain(lang),
    "what_if": lambda request, changes: cohort(request).what_if_json(changes),
    "statistics": lambda question, request: xeploai._core.statistics(question, request),
}

ERRORS: dict[str, type[Exception] | tuple[type[Exception], ...]] = {
    "load": xeploai.LoadError,
    "not_found": xeploai.LoadError,
    "unknown_subject": xeploai.UnknownSubjectError,
    "policy": xeploai.PolicyError,
    "not_in_force": (xeploai.NotInForceError, xeploai.LoadError),
    "request": ValueError,
    "table": xeploai.TableError,
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: " ".join(case[:2])[:60])
def test_python_answers_as_the_file_says(case: list[str]) -> None:
    *asked, status, answer, vi, en = case
    ask = ANSWERS[asked[0]]
    if status == "ok":
        assert ask(*asked[1:]) == answer
        return
    with pytest.raises(ERRORS[status]) as raised:
        ask(*asked[1:])
    error = raised.value
    # A KeyError shows its message in quotation marks.
    assert str(error.args[0]) == en
    if isinstance(error, (xeploai.LoadError, xeploai.TableError)):
        assert "\n".join(fault["words"]["vi"] for fault in error.faults) == vi
    elif hasattr(error, "words"):
        assert error.words["vi"] == vi


def test_the_file_asks_enough() -> None:
    assert len(cases()) > 100
    assert {case[0] for case in cases()} == set(ANSWERS)
