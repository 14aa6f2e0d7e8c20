"""A plain reference of hd-27-2014 (HD 27-HD/BTCTW of 2014; leaders and terms: QĐ 89-QĐ/TW of 2017).

Written from the domain texts alone; see `plain.py`. QĐ 89 stays in use under QĐ 132: `reference_132.py` takes it here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import plain
from plain import (
    BOOL,
    COUNT,
    DATE,
    FORM,
    HT,
    HTT,
    HTXS,
    KHT,
    NO,
    UNREAD,
    YEARS,
    YES,
    Case,
    Kind,
    Limit,
    Rulebook,
    Rules,
    Score,
    Truth,
    all_of,
    any_of,
    named,
    not_,
    unknown,
)

# ---------------------------------------------------------------------------------------------------------------------
# QĐ 89, III.1: leaders

LEADER = (
    {"period_end": DATE}
    | named(BOOL, "exemplary outstanding degradation_concluded subordinate_corruption_handled")
    | named(COUNT, "tasks_assigned tasks_done tasks_below_standard")
    | named(COUNT, "unit_tasks_assigned unit_tasks_done unit_tasks_below_standard unit_tasks_exceeded")
    | named(COUNT, "children_total children_not_completed children_good_or_better")
    | named(FORM, "discipline_on_duty discipline_other")
)


def leader_standards(c: Case) -> dict[str, Any]:
    """encoding.md, 132-qd-tw-hd21, the row of leaders: the standards of the three upper levels."""

    def own(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("tasks_" + part, "tasks_assigned", test)

    def unit(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("unit_tasks_" + part, "unit_tasks_assigned", test)

    def children(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("children_" + part, "children_total", test, if_any=YES)

    exemplary = c.flag("exemplary")
    own_done = own("done", lambda done, assigned: done == assigned)
    own_clean = c.none_of("tasks_below_standard")
    unit_done = unit("done", lambda done, assigned: done == assigned)
    no_child_failed = children("not_completed", lambda failed, _total: failed == 0)
    return {
        "excellent": all_of(
            exemplary,
            c.flag("outstanding"),
            own_done,
            own_clean,
            unit_done,
            unit("exceeded", lambda exceeded, assigned: 100 * exceeded >= 50 * assigned),
            no_child_failed,
            children("good_or_better", lambda good, total: 100 * good >= 70 * total),
        ),
        "good": all_of(
            exemplary,
            own_done,
            own_clean,
            unit_done,
            unit("below_standard", lambda below, assigned: 100 * below <= 20 * assigned),
            no_child_failed,
        ),
        "completed": all_of(
            exemplary,
            own_done,
            own("below_standard", lambda below, assigned: 100 * below <= 20 * assigned),
            unit("done", lambda done, assigned: 100 * done > 70 * assigned),
            children("not_completed", lambda failed, total: 100 * (total - failed) >= 70 * total),
        ),
        "closed": True,
    }


def own_not_done(c: Case) -> Truth:
    return c.share("tasks_done", "tasks_assigned", lambda done, assigned: 100 * (assigned - done) > 50 * assigned)


def unit_under_half(c: Case) -> Truth:
    return c.share("unit_tasks_done", "unit_tasks_assigned", lambda done, assigned: 100 * done < 50 * assigned)


def disciplined(c: Case, form: str = "reprimand", prefix: str = "") -> Truth:
    """(`discipline_on_duty` or `discipline_other`) ≥ the form."""
    return any_of(*(c.at_least(f"{prefix}discipline_{why}", form) for why in ("on_duty", "other")))


def _leader(c: Case) -> Rules:
    return Rules(
        **leader_standards(c),
        limits=[
            Limit(c.flag("degradation_concluded")),
            Limit(own_not_done(c)),
            Limit(unit_under_half(c)),
            Limit(disciplined(c)),
            Limit(c.flag("subordinate_corruption_handled")),
        ],
    )


# ---------------------------------------------------------------------------------------------------------------------
# QĐ 89: the term

LEADER_TERM = {"period_end": DATE, "year_levels": YEARS}


def leader_term(c: Case) -> Rules:
    """encoding.md, "Quota and term": a missing year may or may not count; each condition for itself."""
    years = c.known.get("year_levels", [])

    def at_least(number: int, counts: Callable[[int], bool]) -> Truth:
        """At least that number of years of which the test holds."""
        low = sum(1 for year in years if year["level"] is not None and counts(year["level"]))
        high = low + sum(1 for year in years if year["level"] is None) if years else 20
        return YES if low >= number else NO if high < number else unknown("year_levels")

    return Rules(
        excellent=at_least(4, lambda level: level == HTXS),
        good=all_of(at_least(3, lambda level: level >= HTT), not_(at_least(1, lambda level: level == KHT))),
        completed=at_least(3, lambda level: level >= HT),
        closed=True,
        limits=[Limit(at_least(2, lambda level: level == KHT))],
    )


# ---------------------------------------------------------------------------------------------------------------------
# HD 27: of the 100-point scale only the edge at 50 was read, and the triggers of the lowest level


def _party_organization(c: Case) -> Rules:
    def failed(kind: str, test: Callable[[int, int], bool]) -> Truth:
        return all_of(c.equals("children_kind", kind), c.share("children_not_completed", "children_total", test))

    missing = frozenset() if "score" in c.known else frozenset({"score"})
    return Rules(
        excellent=UNREAD,
        good=UNREAD,
        completed=UNREAD,
        closed=True,
        score=Score(
            low=c.known.get("score", Fraction(0)),
            high=c.known.get("score", Fraction(100)),
            missing=missing,
            bands=((0, (KHT,)), (50, (HT, HTT, HTXS))),
        ),
        limits=[
            Limit(c.flag("disunity_concluded")),
            Limit(c.flag("member_corruption_disciplined")),
            Limit(c.flag("government_rated_lowest")),
            Limit(c.where("mass_organizations_rated_lowest", lambda count: count >= 2)),
            Limit(failed("organizations", lambda part, total: 3 * part > total)),  # > 1/3
            Limit(failed("members", lambda part, total: 2 * part > total)),  # > 1/2
        ],
        unread=True,
    )


def _nothing_read(c: Case) -> Rules:  # noqa: ARG001
    return Rules(UNREAD, UNREAD, UNREAD, closed=True, unread=True)


_HD_27, _QD_89 = ("2014-09-25", "2018-03-07"), ("2017-08-04", "2018-03-07")
_MEMBER = (
    named(DATE, "period_end admitted_on")
    | named(BOOL, "exempt_from_activities suspended_from_activities degradation_concluded")
    | {"discipline_on_duty": FORM}
)
_PARTY_ORGANIZATION = (
    {"period_end": DATE, "score": ("dec", 0, 100), "children_kind": ("enum", ("organizations", "members"))}
    | named(COUNT, "children_total children_not_completed mass_organizations_rated_lowest")
    | named(BOOL, "government_rated_lowest disunity_concluded member_corruption_disciplined")
)

RULEBOOKS = {
    "hd-27-2014": Rulebook(
        kinds={
            "party_organization": Kind(_PARTY_ORGANIZATION, *_HD_27, _party_organization),
            "leader": Kind(LEADER, *_QD_89, _leader),
            "leader_term": Kind(LEADER_TERM, *_QD_89, leader_term),
            "member": Kind(_MEMBER, *_HD_27, _nothing_read),
            "leadership_collective": Kind({"period_end": DATE}, *_HD_27, _nothing_read),
        },
        policies={"on_gap": ("authority", "lower")},
    )
}
DECLARED = {key: {kind: it.declared for kind, it in book.kinds.items()} for key, book in RULEBOOKS.items()}
POLICIES = {key: book.policies for key, book in RULEBOOKS.items()}


def rate(rulebook: str, subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None) -> dict[str, Any]:
    return plain.rate(RULEBOOKS[rulebook], subject, facts, policies)
