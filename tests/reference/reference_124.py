"""A plain reference of 124-qd-tw (QĐ 124-QĐ/TW of 4/10/2023, with HD 25-HD/BTCTW).

Written from the domain texts alone; see `plain.py`. Every kind: the lowest level's list is closed, and a part of the
text was not read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plain
from plain import (
    BOOL,
    COUNT,
    CRITERIA,
    DATE,
    FORM,
    YES,
    Case,
    Kind,
    Limit,
    Rulebook,
    Rules,
    Truth,
    all_of,
    any_of,
    named,
    not_,
)


def _remedied(c: Case) -> Truth:
    return c.flag("self_detected_and_remedied")


def _no_discipline(c: Case) -> Truth:
    """(on_duty = none and other = none) or self_detected_and_remedied."""
    return any_of(
        all_of(c.equals("discipline_on_duty", "none"), c.equals("discipline_other", "none")),
        _remedied(c),
    )


def _disciplined(c: Case) -> Truth:
    """(on_duty or other) ≥ reprimand and not self_detected_and_remedied."""
    any_form = any_of(c.at_least("discipline_on_duty", "reprimand"), c.at_least("discipline_other", "reprimand"))
    return all_of(any_form, not_(_remedied(c)))


def _under_half(c: Case, tasks: str) -> Truth:
    return c.share(f"{tasks}_done", f"{tasks}_assigned", lambda done, assigned: 100 * done < 50 * assigned)


def _member(c: Case) -> Rules:
    return Rules(
        excellent=all_of(
            c.flag("outstanding"),
            c.graded("excellent", "good"),
            c.share("tasks_done", "tasks_assigned", lambda done, assigned: done == assigned),
            c.none_of("tasks_below_standard"),
            c.share("tasks_exceeded", "tasks_assigned", lambda exceeded, assigned: 100 * exceeded >= 50 * assigned),
        ),
        good=all_of(c.graded("good", "average"), _no_discipline(c)),
        completed=all_of(c.graded("average", "average"), _no_discipline(c)),
        closed=True,
        limits=[Limit(c.flag("degradation_concluded")), Limit(_under_half(c, "tasks")), Limit(_disciplined(c))],
        not_reviewed=[
            c.flag("exempt_from_activities"),
            c.flag("suspended_from_activities"),
            c.under_six_months("admitted_on"),
        ],
        unread=True,
    )


def _leader(c: Case) -> Rules:
    def own(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("tasks_" + part, "tasks_assigned", test)

    def unit(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("unit_tasks_" + part, "unit_tasks_assigned", test)

    def children(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("children_" + part, "children_total", test, if_any=YES)

    return Rules(
        excellent=all_of(
            c.flag("outstanding"),
            c.graded("excellent", "good"),
            own("done", lambda done, assigned: done == assigned),
            c.none_of("tasks_below_standard"),
            unit("done", lambda done, assigned: done == assigned),
            unit("exceeded", lambda exceeded, assigned: 100 * exceeded >= 50 * assigned),
            children("not_completed", lambda failed, _total: failed == 0),
            children("good_or_better", lambda good, total: 100 * good >= 70 * total),
        ),
        good=all_of(
            c.graded("good", "average"),
            _no_discipline(c),
            unit("late", lambda late, assigned: 100 * late <= 20 * assigned),
        ),
        completed=all_of(
            c.graded("average", "average"),
            _no_discipline(c),
            own("below_standard", lambda below, assigned: 100 * below <= 20 * assigned),
            children("not_completed", lambda failed, total: 100 * (total - failed) > 70 * total),
        ),
        closed=True,
        limits=[
            Limit(c.flag("degradation_concluded")),
            Limit(_under_half(c, "tasks")),
            Limit(_under_half(c, "unit_tasks")),
            Limit(_disciplined(c)),
            Limit(all_of(c.flag("subordinate_corruption_handled"), not_(_remedied(c)))),
        ],
        unread=True,
    )


def _leadership_collective(c: Case) -> Rules:
    sound = any_of(not_(c.flag("disciplined")), _remedied(c))
    few, key = _under_half(c, "tasks"), c.flag("key_tasks_all_done")
    missed = {"and": all_of(few, not_(key)), "or": any_of(few, not_(key)), "half_only": few}
    return Rules(
        excellent=all_of(
            c.flag("outstanding"),
            c.graded("excellent", "good"),
            not_(c.flag("subordinate_unit_disciplined")),
            c.equals("member_discipline_on_duty", "none"),
            c.equals("member_discipline_other", "none"),
        ),
        good=all_of(c.graded("good", "average"), sound),
        completed=all_of(c.graded("average", "average"), sound),
        closed=True,
        limits=[
            Limit(all_of(c.flag("disciplined"), not_(_remedied(c)))),
            Limit(missed[c.policies["key_tasks"]]),
        ],
        unread=True,
    )


def _party_organization(c: Case) -> Rules:
    sound = any_of(not_(c.flag("disciplined")), _remedied(c))
    return Rules(
        excellent=all_of(c.flag("outstanding"), c.graded("excellent", "good")),
        good=all_of(c.graded("good", "average"), sound),
        completed=all_of(c.graded("average", "average"), sound),
        closed=True,
        limits=[Limit(all_of(c.flag("disciplined"), not_(_remedied(c)))), Limit(_under_half(c, "tasks"))],
        unread=True,
    )


_COMMON = {"period_end": DATE, "criteria": CRITERIA, "self_detected_and_remedied": BOOL}
_TASKS = named(COUNT, "tasks_assigned tasks_done tasks_late tasks_below_standard tasks_exceeded")
_UNIT_TASKS = {"unit_" + name: kind for name, kind in _TASKS.items()}
_DISCIPLINE = named(FORM, "discipline_on_duty discipline_other") | {"degradation_concluded": BOOL}
_MEMBER = (
    _COMMON
    | _TASKS
    | _DISCIPLINE
    | named(BOOL, "outstanding exempt_from_activities suspended_from_activities")
    | {"admitted_on": DATE}
)
_LEADER = (
    _COMMON
    | _UNIT_TASKS
    | _DISCIPLINE
    | named(COUNT, "tasks_assigned tasks_done tasks_below_standard")
    | named(COUNT, "children_total children_not_completed children_good_or_better")
    | named(BOOL, "outstanding subordinate_corruption_handled")
)
_COLLECTIVE = (
    _COMMON
    | _TASKS
    | named(BOOL, "outstanding key_tasks_all_done disciplined subordinate_unit_disciplined")
    | named(FORM, "member_discipline_on_duty member_discipline_other")
)
_ORGANIZATION = _COMMON | named(COUNT, "tasks_assigned tasks_done") | named(BOOL, "outstanding disciplined")
_IN_FORCE = ("2023-10-04", "2025-08-29")

RULEBOOKS = {
    "124-qd-tw": Rulebook(
        kinds={
            "member": Kind(_MEMBER, *_IN_FORCE, _member),
            "leader": Kind(_LEADER, *_IN_FORCE, _leader),
            "leadership_collective": Kind(_COLLECTIVE, *_IN_FORCE, _leadership_collective),
            "party_organization": Kind(_ORGANIZATION, *_IN_FORCE, _party_organization),
        },
        policies={"on_gap": ("authority", "lower"), "key_tasks": ("and", "or", "half_only")},
    )
}
DECLARED = {key: {kind: it.declared for kind, it in book.kinds.items()} for key, book in RULEBOOKS.items()}
POLICIES = {key: book.policies for key, book in RULEBOOKS.items()}


def rate(rulebook: str, subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None) -> dict[str, Any]:
    return plain.rate(RULEBOOKS[rulebook], subject, facts, policies)
