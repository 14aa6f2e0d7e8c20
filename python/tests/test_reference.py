"""The rulebook 366-qd-tw against a plain reference, written apart from it from the same texts (`tests/reference`)."""

from __future__ import annotations

import datetime
import importlib.util
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xeploai

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("reference_366", ROOT / "tests/reference/reference_366.py")
assert _spec is not None
assert _spec.loader is not None
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)

RULEBOOK = xeploai.Rulebook.builtin("366-qd-tw")
KINDS = sorted(reference.DECLARED)
CASES = [
    told
    for told in json.loads((ROOT / "core/rulebooks/366-qd-tw.cases.json").read_text(encoding="utf-8"))
    if not any(name.startswith("quarters_") for name in told["facts"])
]

thorough = settings(
    max_examples=2000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


lawful = settings(thorough, max_examples=500)


def rated(kind: str, facts: dict[str, Any], policies: dict[str, str]) -> dict[str, Any]:
    """What the library says, on the reference's keys and in its forms."""
    whole = RULEBOOK.rate(kind, facts, policies=policies).to_dict()
    result: dict[str, Any] = {
        key: whole[key] for key in ("outcome", "level", "at_least", "at_most", "by_score", "by_conditions")
    }
    result["score"] = None if whole["score"] is None else str(Fraction(whole["score"]))
    result["missing"] = sorted(whole["missing"])
    result["problems"] = sorted({problem["field"] for problem in whole["problems"]})
    return result


# ---- typed records

POLICIES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(options) for name, options in reference.POLICIES.items()}
)
SMALL = st.integers(0, 12)
WHOLES = st.one_of(SMALL, st.sampled_from([10, 20, 100, 101, 1_000_000]))
TOTALS = st.one_of(
    st.sampled_from([0, 4999, 5000, 5001, 6999, 7000, 7001, 8999, 9000, 9001, 10000]), st.integers(0, 10_000)
)
ENDS = ["2025-08-30", "2025-12-31", "2026-02-27", "2026-02-28", "2026-06-29", "2026-06-30", "2028-02-28", "2028-02-29"]
ADMISSIONS = ["2010-05-19", "2025-06-30", "2025-07-01", "2025-08-28", "2025-08-31", "2025-12-31", "2027-08-29"]
JUNK: dict[str, list[Any]] = {
    "bool": [0, 1, "true", "có", 1.0],
    "int": [-1, 1_000_001, 10**30, "3", 3.0, True, [], "x"],
    "dec": ["28,5", "-0.01", "70.01", "1.005", 1.005, True, "", "1e1", "+5", " 5", "5.", ".5", float("nan"), 10**30],
    "date": ["2025-02-29", "31/12/2025", "2025-13-01", "2025-1-1", 20251231, True, ""],
    "form": ["None", "khiển trách", 0, 1, "", False],
}


def _number(draw: st.DrawFn, hundredths: int) -> str | int | float:
    """A number of hundredths in one of the forms that a typed record takes."""
    forms: list[str | int | float] = [f"{hundredths // 100}.{hundredths % 100:02}", hundredths / 100]
    if hundredths % 100 == 0:
        forms.append(hundredths // 100)
    return draw(st.sampled_from(forms))


def _part(draw: st.DrawFn, whole: int) -> int:
    """A part of a whole: all of it, none, near a share that the text names, or anything."""
    near = [0, 1, whole, whole - 1]
    near += [whole * percent // 100 + more for percent in (20, 30, 50, 70) for more in (0, 1)]
    return draw(st.sampled_from([part for part in near if 0 <= part <= whole] + [whole] * 4))


@st.composite
def records(draw: st.DrawFn, kind: str, *, no_empty_wholes: bool = False) -> dict[str, Any]:
    """A whole record of a kind, in order and consistent."""
    facts: dict[str, Any] = {}
    tasks = "unit_tasks_" if kind == "leader" else "tasks_"
    assigned = draw(WHOLES.filter(bool) if no_empty_wholes else WHOLES)
    done = assigned if draw(st.booleans()) else _part(draw, assigned)
    below = 0 if draw(st.booleans()) else _part(draw, done)
    facts[tasks + "assigned"] = assigned
    facts[tasks + "done"] = done
    facts[tasks + "below_standard"] = below
    facts[tasks + "late"] = min(below, _part(draw, assigned))
    facts[tasks + "exceeded"] = min(done, _part(draw, assigned))
    total = draw(TOTALS)
    general = draw(st.integers(max(0, total - 7000), min(3000, total)))
    facts["score_general"] = _number(draw, general)
    facts["score_results"] = _number(draw, total - general)
    for part, whole, wholes in (
        ("shortcomings_remedied", "shortcomings_noted", WHOLES),
        ("basic_targets_met", "basic_targets_assigned", st.integers(0, 5)),
        ("children_not_completed", "children_total", WHOLES),
        ("confidence_votes_low", "confidence_votes_total", WHOLES),
    ):
        if whole in reference.DECLARED[kind]:
            facts[whole] = draw(wholes)
            facts[part] = _part(draw, facts[whole])
    dates = st.one_of(st.sampled_from(ADMISSIONS), st.dates(datetime.date(2025, 1, 1), datetime.date(2028, 12, 31)))
    for name, type_ in reference.DECLARED[kind].items():
        if name == "period_end":
            end = draw(st.sampled_from(ENDS))
            facts[name] = draw(st.sampled_from([end, datetime.date.fromisoformat(end)]))
        elif type_[0] == "date":
            facts[name] = draw(dates)
        elif type_[0] == "bool":
            facts[name] = draw(st.sampled_from([False, False, False, True]))
        elif type_[0] == "form":
            facts[name] = draw(st.sampled_from(["none"] * 4 + reference.FORMS[1:]))
    return facts


@st.composite
def partial(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """The record with some facts absent or null."""
    most = draw(st.sampled_from([0, 1, 2, 4, len(whole)]))
    gone = draw(st.sets(st.sampled_from(sorted(whole)), max_size=most))
    null = draw(st.booleans())
    return {name: None if name in gone else value for name, value in whole.items() if null or name not in gone}


@st.composite
def cases(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A record with gaps, now and then with values that are out of order or contradict each other."""
    facts = draw(partial(draw(records(kind))))
    match draw(st.integers(0, 11)):
        case 0:
            name = draw(st.sampled_from(sorted(reference.DECLARED[kind])))
            facts[name] = draw(st.sampled_from(JUNK[reference.DECLARED[kind][name][0]]))
        case 1:
            counts = [name for name, type_ in reference.DECLARED[kind].items() if type_[0] == "int"]
            facts |= draw(st.dictionaries(st.sampled_from(counts), st.integers(0, 6), max_size=4))
        case 2:
            facts |= draw(
                st.sampled_from([{"rank": 1}, {"rank": None}, {"period_end": "2025-08-29"}, {"established_on": None}])
            )
    return facts


# ---- the tests


@pytest.mark.parametrize("told", CASES, ids=[told["id"] for told in CASES])
def test_the_reference_gives_the_case_file(told: dict[str, Any]) -> None:
    found = reference.rate(told["subject"], told["facts"], told.get("policies"))
    # Notices are no part of a level; the reference does not know them.
    expect = {key: value for key, value in told["expect"].items() if key not in ("notes", "no_notes")}
    assert {key: found[key] for key in expect} == expect


@pytest.mark.parametrize("kind", KINDS)
def test_both_declare_the_same_facts(kind: str) -> None:
    # What only notices read, the reference does not know.
    noticed = {"quarters_not_completed", "quarters_not_completed_in_a_row"}
    assert {fact["name"] for fact in RULEBOOK.facts(kind)} - noticed == set(reference.DECLARED[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_the_library_rates_as_the_reference(kind: str) -> None:
    @thorough
    @given(cases(kind), POLICIES)
    def check(facts: dict[str, Any], policies: dict[str, str]) -> None:
        assert rated(kind, facts, policies) == reference.rate(kind, facts, policies)

    check()


@pytest.mark.parametrize("kind", ["leader", "leadership_collective"])
def test_all_targets_with_one_met(kind: str) -> None:
    """Policy `all`: the trigger is "met = 0, if any". One target met settles it, however many were assigned."""
    facts = {"score_general": 28, "score_results": 65, "basic_targets_met": 1}
    policies = {"basic_targets": "all"}
    assert rated(kind, facts, policies) == reference.rate(kind, facts, policies)


@pytest.mark.parametrize("kind", KINDS)
def test_filling_in_a_fact_never_widens_the_interval(kind: str) -> None:
    @lawful
    @given(st.data(), POLICIES)
    def check(data: st.DataObject, policies: dict[str, str]) -> None:
        whole = data.draw(records(kind))
        before = {name: value for name, value in data.draw(partial(whole)).items() if value is not None}
        gone = sorted(set(whole) - set(before))
        if not gone:
            return
        name = data.draw(st.sampled_from(gone))
        first = rated(kind, before, policies)
        then = rated(kind, before | {name: whole[name]}, policies)
        assert "invalid" not in (first["outcome"], then["outcome"])
        if first["at_least"] is None:  # no interval, and none comes back
            assert then["at_least"] is None
        elif then["at_least"] is not None:
            at = reference.LEVELS.index
            assert at(first["at_least"]) <= at(then["at_least"]) <= at(then["at_most"]) <= at(first["at_most"])
        if first["outcome"] in ("rated", "authority_decides", "not_reviewed"):  # nothing missing could matter
            keys = ("outcome", "level", "at_least", "at_most", "missing")
            assert [then[key] for key in keys] == [first[key] for key in keys]

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_stating_all_that_is_missing_ends_undetermined(kind: str) -> None:
    @lawful
    @given(st.data(), POLICIES)
    def check(data: st.DataObject, policies: dict[str, str]) -> None:
        # A stated whole of 0 counts among the missing facts, and stating 0 again would close nothing.
        whole = data.draw(records(kind, no_empty_wholes=True))
        before = data.draw(partial(whole))
        first = rated(kind, before, policies)
        assert (first["outcome"] == "undetermined") == bool(first["missing"])
        assert all(before.get(name) is None for name in first["missing"])
        then = rated(kind, before | {name: whole[name] for name in first["missing"]}, policies)
        assert then["outcome"] != "undetermined"

    check()
