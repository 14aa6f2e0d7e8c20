"""A plain reference of 132-qd-tw-hd16 and 132-qd-tw-hd21 (QĐ 132-QĐ/TW of 2018; HD 16 of 2018, HD 21 of 2019).

Written from the domain texts alone; see `plain.py`. Leaders and terms are rated under QĐ 89: see `reference_27.py`.
"""

from __future__ import annotations

from typing import Any

import plain
from plain import (
    BOOL,
    COUNT,
    CRITERIA,
    DATE,
    FORM,
    HT,
    LEVEL,
    MONTHS,
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
from reference_27 import LEADER, LEADER_TERM, disciplined, leader_standards, leader_term, own_not_done, unit_under_half

# ---------------------------------------------------------------------------------------------------------------------
# Conditions that several kinds share


def under_half(c: Case) -> Truth:
    return c.share("tasks_done", "tasks_assigned", lambda done, assigned: 100 * done < 50 * assigned)


def key_tasks_missed(c: Case) -> Truth:
    """ "< 50 %, key tasks not at 100 %": the policy says how the two halves combine."""
    few, key = under_half(c), c.flag("key_tasks_all_done")
    return {"and": all_of(few, not_(key)), "or": any_of(few, not_(key)), "half_only": few}[c.policies["key_tasks"]]


def official(c: Case, level: str) -> Truth:
    """official ≥ level: not `state_employee`, or `official_rating` ≥ it."""
    return any_of(not_(c.flag("state_employee")), c.at_least("official_rating", level))


def except_(when: Truth, exception: Truth) -> Truth:
    """ "trừ trường hợp": the rule does not hold; a part of its condition."""
    return all_of(when, not_(exception))


def _official_failed(c: Case) -> Truth:
    return all_of(c.flag("state_employee"), c.equals("official_rating", "not_completed"))


def _long_sick(c: Case) -> Limit:
    return Limit(c.where("sick_leave_months", lambda months: months >= 3), HT)


# ---------------------------------------------------------------------------------------------------------------------
# HD 21


def _member_21(c: Case) -> Rules:
    return Rules(
        excellent=all_of(c.flag("outstanding"), c.graded("excellent", "good"), official(c, "excellent")),
        good=all_of(c.graded("good", "average"), official(c, "good")),
        completed=all_of(c.graded("average", "average"), official(c, "completed")),
        closed=False,
        limits=[
            Limit(c.flag("degradation_concluded")),
            Limit(under_half(c)),
            Limit(_official_failed(c)),
            Limit(except_(disciplined(c), c.flag("discipline_already_counted"))),
            _long_sick(c),
        ],
        not_reviewed=[c.flag("exempt_from_activities"), c.flag("suspended_from_activities")],
        not_rated=[c.under_six_months("admitted_on")],
    )


def _party_organization_21(c: Case) -> Rules:
    no_child_failed = c.share("children_not_completed", "children_total", lambda failed, _total: failed == 0)
    sound = any_of(not_(c.flag("disciplined")), c.flag("self_detected_and_remedied"))
    return Rules(
        excellent=all_of(
            c.flag("outstanding"),
            c.graded("excellent", "good"),
            no_child_failed,
            c.share("children_good_or_better", "children_total", lambda good, total: 100 * good >= 80 * total),
            c.share("peers_good_or_better", "peers_total", lambda good, total: good == total, if_any=YES),
            sound,
        ),
        good=all_of(
            c.graded("good", "average"),
            no_child_failed,
            c.share("children_good_or_better", "children_total", lambda good, total: 100 * good >= 50 * total),
            c.share("peers_not_completed", "peers_total", lambda failed, _total: failed == 0, if_any=YES),
            sound,
        ),
        completed=all_of(c.graded("average", "average"), sound),
        closed=False,
        limits=[
            Limit(except_(under_half(c), c.flag("force_majeure"))),
            Limit(c.share("children_not_completed", "children_total", lambda part, total: 100 * part > 20 * total)),
        ],
        not_rated=[c.under_six_months("established_on")],
    )


def _leadership_collective_21(c: Case) -> Rules:
    member_warned = disciplined(c, "warning", prefix="member_")
    return Rules(
        excellent=all_of(c.flag("outstanding"), c.graded("excellent", "good")),
        good=c.graded("good", "average"),
        completed=c.graded("average", "average"),
        closed=False,
        limits=[
            Limit(c.flag("disunity_concluded")),
            Limit(c.flag("member_degradation_concluded")),
            Limit(c.flag("disciplined")),
            Limit(except_(key_tasks_missed(c), c.flag("force_majeure"))),
            Limit(except_(member_warned, c.flag("discipline_already_counted"))),
            Limit(YES, "unit_rating"),
        ],
        not_rated=[c.under_six_months("established_on")],
    )


def _leader_triggers(c: Case) -> list[Limit]:
    return [
        Limit(except_(disciplined(c), c.flag("discipline_already_counted"))),
        Limit(c.flag("degradation_concluded")),
        Limit(own_not_done(c)),
        Limit(unit_under_half(c)),
        Limit(c.equals("unit_rating", "not_completed")),
        Limit(except_(c.flag("subordinate_corruption_handled"), c.flag("self_detected_and_remedied"))),
    ]


def _leader_21(c: Case) -> Rules:
    head = c.flag("heads_unit")
    ceilings = [_long_sick(c), Limit(head, "unit_rating"), Limit(head, "collective_rating")]
    return Rules(**leader_standards(c), limits=_leader_triggers(c) + ceilings)


# ---------------------------------------------------------------------------------------------------------------------
# HD 16


def _member_16(c: Case) -> Rules:
    official_below_good = all_of(c.flag("state_employee"), not_(c.at_least("official_rating", "good")))
    return Rules(
        excellent=all_of(c.flag("outstanding"), c.graded("excellent", "good"), official(c, "excellent")),
        good=c.graded("good", "average"),
        completed=c.graded("average", "average"),
        closed=False,
        limits=[
            Limit(c.flag("degradation_concluded")),
            Limit(under_half(c)),
            Limit(_official_failed(c)),
            Limit(except_(disciplined(c), c.flag("discipline_already_counted"))),
            Limit(official_below_good, HT, escape=YES),  # whether HD 16 asks for that rating was not read
        ],
        not_reviewed=[c.flag("exempt_from_activities")],
        not_rated=[c.under_six_months("admitted_on")],
    )


def _graded_16(c: Case, limits: list[Limit], unread: bool) -> Rules:
    return Rules(
        excellent=all_of(c.flag("outstanding"), c.graded("excellent", "good")),
        good=c.graded("good", "average"),
        completed=c.graded("average", "average"),
        closed=True,
        limits=limits,
        not_rated=[c.under_six_months("established_on")],
        unread=unread,
    )


def _leadership_collective_16(c: Case) -> Rules:
    triggers = [
        Limit(c.flag("disunity_concluded")),
        Limit(c.flag("member_degradation_concluded")),
        Limit(c.flag("disciplined")),
        Limit(except_(key_tasks_missed(c), c.flag("force_majeure"))),
    ]
    return _graded_16(c, triggers, unread=False)


def _party_organization_16(c: Case) -> Rules:
    return _graded_16(c, [Limit(under_half(c))], unread=True)


def _leader_16(c: Case) -> Rules:
    ceiling = Limit(c.flag("heads_unit"), "unit_rating")
    return Rules(**leader_standards(c), limits=[*_leader_triggers(c), ceiling])


# ---------------------------------------------------------------------------------------------------------------------
# What is declared

_OWN = {"criteria": CRITERIA, "outstanding": BOOL} | named(COUNT, "tasks_assigned tasks_done")
_MEMBER_16 = (
    _OWN
    | named(DATE, "period_end admitted_on")
    | named(BOOL, "exempt_from_activities degradation_concluded discipline_already_counted state_employee")
    | named(FORM, "discipline_on_duty discipline_other")
    | {"official_rating": LEVEL}
)
_MEMBER_21 = _MEMBER_16 | {"suspended_from_activities": BOOL, "sick_leave_months": MONTHS}
_LEADER_16 = (
    LEADER | named(BOOL, "discipline_already_counted self_detected_and_remedied heads_unit") | {"unit_rating": LEVEL}
)
_LEADER_21 = _LEADER_16 | {"collective_rating": LEVEL, "sick_leave_months": MONTHS}
_ORGANIZATION_16 = _OWN | named(DATE, "period_end established_on")
_ORGANIZATION_21 = (
    _ORGANIZATION_16
    | named(COUNT, "children_total children_not_completed children_good_or_better")
    | named(COUNT, "peers_total peers_not_completed peers_good_or_better")
    | named(BOOL, "disciplined self_detected_and_remedied force_majeure")
)
_COLLECTIVE_16 = _ORGANIZATION_16 | named(
    BOOL, "key_tasks_all_done disciplined disunity_concluded member_degradation_concluded force_majeure"
)
_COLLECTIVE_21 = (
    _COLLECTIVE_16
    | {"unit_rating": LEVEL, "discipline_already_counted": BOOL}
    | named(FORM, "member_discipline_on_duty member_discipline_other")
)

_HD_16, _HD_21 = ("2018-03-08", "2019-10-17"), ("2019-10-18", "2023-10-03")
_POLICIES = {"on_gap": ("authority", "lower"), "key_tasks": ("and", "or", "half_only")}

RULEBOOKS = {
    "132-qd-tw-hd16": Rulebook(
        kinds={
            "member": Kind(_MEMBER_16, *_HD_16, _member_16),
            "leader": Kind(_LEADER_16, *_HD_16, _leader_16),
            "leader_term": Kind(LEADER_TERM, *_HD_16, leader_term),
            "leadership_collective": Kind(_COLLECTIVE_16, *_HD_16, _leadership_collective_16),
            "party_organization": Kind(_ORGANIZATION_16, *_HD_16, _party_organization_16),
        },
        policies=_POLICIES,
    ),
    "132-qd-tw-hd21": Rulebook(
        kinds={
            "member": Kind(_MEMBER_21, *_HD_21, _member_21),
            "leader": Kind(_LEADER_21, *_HD_21, _leader_21),
            "leader_term": Kind(LEADER_TERM, *_HD_21, leader_term),
            "leadership_collective": Kind(_COLLECTIVE_21, *_HD_21, _leadership_collective_21),
            "party_organization": Kind(_ORGANIZATION_21, *_HD_21, _party_organization_21),
        },
        policies=_POLICIES,
    ),
}
DECLARED = {key: {kind: it.declared for kind, it in book.kinds.items()} for key, book in RULEBOOKS.items()}
POLICIES = {key: book.policies for key, book in RULEBOOKS.items()}


def rate(rulebook: str, subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None) -> dict[str, Any]:
    return plain.rate(RULEBOOKS[rulebook], subject, facts, policies)
