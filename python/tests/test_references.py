"""The rulebooks against plain references, written apart from them from the same texts (`tests/reference`).

366-qd-tw has a reference of its own (`test_reference`); here are all the others, which share one plain engine.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xeploai

from casefiles import ROOT, exact, of_file

sys.path.insert(0, str(ROOT / "tests/reference"))

import reference_27
import reference_90
import reference_124
import reference_132
import reference_335

# What the rulebooks declare beyond the references: facts that only notices read.
NOTICED = {"excellent_years_in_a_row"}
STEMS = {("nd-90-2020", 1): "nd-90-2020", ("nd-90-2020", 2): "nd-90-2020-nd-48-2023"}


class Target(NamedTuple):
    reference: Any
    key: Any
    kind: str

    @property
    def rulebook(self) -> xeploai.Rulebook:
        return of_file(STEMS.get(self.key, self.key))

    @property
    def declared(self) -> dict[str, tuple[Any, ...]]:
        declared: dict[str, tuple[Any, ...]] = self.reference.DECLARED[self.key][self.kind]
        return declared


def _targets() -> Iterator[Target]:
    for reference in (reference_27, reference_132, reference_124, reference_90, reference_335):
        for key, rulebook in reference.RULEBOOKS.items():
            yield from (Target(reference, key, kind) for kind in rulebook.kinds)


TARGETS = list(_targets())


def each(target: object) -> str:
    assert isinstance(target, Target)
    return f"{STEMS.get(target.key, target.key)}-{target.kind}"


thorough = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rated(target: Target, facts: dict[str, Any], policies: dict[str, str]) -> dict[str, Any]:
    """What the library says, on the reference's keys and in its forms."""
    whole = target.rulebook.rate(target.kind, facts, policies=policies).to_dict()
    keys = ("outcome", "level", "at_least", "at_most", "by_score", "by_conditions")
    result: dict[str, Any] = {key: whole[key] for key in keys}
    score = exact(whole["score"])
    result["score"] = None if score is None else str(score)
    result["missing"] = sorted(whole["missing"])
    result["problems"] = sorted({problem["field"] for problem in whole["problems"]})
    return result


def referred(target: Target, facts: dict[str, Any], policies: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = target.reference.rate(target.key, target.kind, facts, policies)
    return result


# ---- typed records: mostly of somebody who did well, so that every level is met

SMALL = st.sampled_from([0, 1, 2, 3, 5, 9, 10, 10, 10, 20, 50, 100, 101])
# Parts near the shares that the texts name.
PERCENTS = (0, 20, 30, 33, 50, 70, 80, 100)
GOOD = {"outstanding", "exemplary", "key_tasks_all_done", "unit_plan_fully_done", "unit_cohesive"}
NEUTRAL = {"state_employee", "heads_unit", "maternity_leave", "force_majeure", "self_detected_and_remedied"}
PARTS = {
    "tasks_done": "tasks_assigned",
    "tasks_below_standard": "tasks_done",
    "tasks_late": "tasks_below_standard",
    "tasks_exceeded": "tasks_done",
    "children_not_completed": "children_total",
    "children_good_or_better": "children_total",
    "peers_not_completed": "peers_total",
    "peers_good_or_better": "peers_total",
}
PARTS |= {f"unit_{part}": f"unit_{whole}" for part, whole in PARTS.items() if part.startswith("tasks_")}


def _part(draw: st.DrawFn, name: str, whole: int) -> int:
    best = 0 if name.endswith(("below_standard", "late", "not_completed")) else whole
    near = [whole * percent // 100 + more for percent in PERCENTS for more in (0, 1)]
    return draw(st.sampled_from([best] * 20 + [part for part in near if part <= whole]))


def _value(draw: st.DrawFn, name: str, type_: tuple[Any, ...], end: datetime.date) -> Any:
    match type_[0]:
        case "bool" if name in GOOD:
            return draw(st.sampled_from([True, True, True, False]))
        case "bool" if name in NEUTRAL:
            return draw(st.booleans())
        case "bool":
            return draw(st.sampled_from([False] * 12 + [True]))
        case "enum" if "discipline" in name:
            return draw(st.sampled_from(["none"] * 8 + list(type_[1])))
        case "enum":
            return draw(st.sampled_from([type_[1][-1]] * 3 + list(type_[1])))
        case "int":
            return draw(SMALL)
        case "dec":
            edges = [0, 299, 300, 599, 600, 4999, 5000, 6999, 7000, 8999, 9000, 10000, 3000, 1200]
            hundredths = draw(st.one_of(st.sampled_from(edges), st.integers(0, type_[2] * 100)))
            return str(float(Fraction(min(hundredths, type_[2] * 100), 100)))
        case "date":
            return (
                end - datetime.timedelta(days=draw(st.sampled_from([0, 180, 183, 184, 185, 3000, 3000])))
            ).isoformat()
        case _:
            return draw(_items(type_))


@st.composite
def _items(draw: st.DrawFn, type_: tuple[Any, ...]) -> list[Any]:
    """The items of a list; now and then one lacks a value."""
    fields = type_[2]
    items: list[Any] = []
    # Graded criteria have both groups; other lists are as long as they are.
    groups = ["result", "other", None, None] if "group" in fields else [None] * 5
    for group in groups[: draw(st.integers(0 if draw(st.integers(0, 9)) == 0 else 2, len(groups)))]:
        item: dict[str, Any] = {}
        for field, kind in fields.items():
            if kind[0] == "text" or (field not in type_[3] and draw(st.integers(0, 40)) == 0):
                continue
            if field == "group":
                item[field] = group or draw(st.sampled_from(["result", "other"]))
            elif kind[0] == "enum":
                item[field] = draw(st.sampled_from([kind[1][-1]] * 4 + [kind[1][-2]] * 3 + list(kind[1])))
            elif kind[0] == "bool":
                item[field] = draw(st.sampled_from([True] * 6 + [False]))
            elif kind[0] == "int":
                item[field] = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
            else:
                item[field] = draw(
                    st.sampled_from(["90", "89.99", "70", "50"] if field == "score" else ["1", "2.5", 3])
                )
        bare = len(fields) == 1 and draw(st.booleans())
        items.append(item.get(next(iter(fields))) if bare else item)
    return items


@st.composite
def records(draw: st.DrawFn, target: Target) -> dict[str, Any]:
    """A whole record of a kind, in order."""
    kind = target.reference.RULEBOOKS[target.key].kinds[target.kind]
    first = datetime.date.fromisoformat(kind.first)
    last = min(datetime.date.fromisoformat(kind.last), first + datetime.timedelta(days=1200))
    end = draw(st.dates(first, last))
    facts: dict[str, Any] = {}
    for name, type_ in target.declared.items():
        if name == "period_end":
            facts[name] = end.isoformat()
        elif name not in PARTS:
            facts[name] = _value(draw, name, type_, end)
    # Wholes stand; then the parts in the order in which each needs the one before.
    for name, whole in PARTS.items():
        if name in target.declared:
            facts[name] = _part(draw, name, facts[whole]) if whole in facts else draw(SMALL)
    for group in ("children", "peers"):
        parts = [f"{group}_{part}" for part in ("not_completed", "good_or_better")]
        if f"{group}_total" in facts and all(part in facts for part in parts):
            facts[parts[1]] = min(facts[parts[1]], facts[f"{group}_total"] - facts[parts[0]])
    if facts.get("children_not_completed") and "children_total" not in facts:
        facts["children_not_completed"] = draw(st.sampled_from([0, 1]))
    return facts


@st.composite
def cases(draw: st.DrawFn, target: Target) -> dict[str, Any]:
    """A record with gaps, now and then with values that are out of order or contradict each other."""
    facts = draw(records(target))
    most = draw(st.sampled_from([0, 0, 1, 2, 4, len(facts)]))
    gone = draw(st.sets(st.sampled_from(sorted(facts)), max_size=most))
    null = draw(st.booleans())
    facts = {name: None if name in gone else value for name, value in facts.items() if null or name not in gone}
    match draw(st.integers(0, 14)):
        case 0:
            name = draw(st.sampled_from(sorted(target.declared)))
            facts[name] = draw(st.sampled_from([-1, 10**7, "x", 1.005, True, [], [{"x": 1}], ["x"], "2025-02-30"]))
        case 1:
            counts = [name for name, type_ in target.declared.items() if type_[0] == "int"]
            if counts:
                facts |= draw(st.dictionaries(st.sampled_from(counts), st.integers(0, 6), max_size=4))
        case 2:
            facts |= draw(st.sampled_from([{"rank": 1}, {"rank": None}, {"period_end": "2010-01-01"}]))
    return facts


def policies(target: Target) -> st.SearchStrategy[dict[str, str]]:
    options = {name: st.sampled_from(known) for name, known in target.reference.POLICIES[target.key].items()}
    return st.fixed_dictionaries({}, optional=options)


# ---- the tests


@pytest.mark.parametrize("target", TARGETS, ids=each)
def test_both_declare_the_same_facts(target: Target) -> None:
    assert {fact["name"] for fact in target.rulebook.facts(target.kind)} - NOTICED == set(target.declared)


@pytest.mark.parametrize("target", TARGETS, ids=each)
def test_the_library_rates_as_the_reference(target: Target) -> None:
    met: set[Any] = set()

    @thorough
    @given(cases(target), policies(target))
    def check(facts: dict[str, Any], policies: dict[str, str]) -> None:
        found = rated(target, facts, policies)
        assert found == referred(target, facts, policies)
        met.add(found["level"] or found["outcome"])

    check()
    # The records are worth something only where they do not all end alike.
    assert len(met) >= 2


@pytest.mark.parametrize("target", TARGETS, ids=each)
def test_filling_in_a_fact_never_widens_the_interval(target: Target) -> None:
    at = ["not_completed", "completed", "good", "excellent"].index

    @settings(thorough, max_examples=60)
    @given(st.data(), policies(target))
    def check(data: st.DataObject, policies: dict[str, str]) -> None:
        whole = data.draw(records(target))
        gone = data.draw(st.sets(st.sampled_from(sorted(whole)), min_size=1, max_size=4))
        before = {name: value for name, value in whole.items() if name not in gone}
        name = data.draw(st.sampled_from(sorted(gone)))
        first = rated(target, before, policies)
        then = rated(target, before | {name: whole[name]}, policies)
        if first["at_least"] is not None and then["at_least"] is not None:
            assert at(first["at_least"]) <= at(then["at_least"]) <= at(then["at_most"]) <= at(first["at_most"])

    check()
