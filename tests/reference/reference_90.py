"""A plain reference of nd-90-2020 (NĐ 90/2020/NĐ-CP; version 2 with NĐ 48/2023/NĐ-CP).

Written from the domain texts alone; see `plain.py`. Keyed by (rulebook, version).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plain
from plain import (
    BOOL,
    COUNT,
    DATE,
    FORM,
    HT,
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

CONDUCT = ("enum", ("not_met", "met", "well"))


def _disciplined(c: Case) -> Truth:
    any_form = any_of(c.at_least("discipline_on_duty", "reprimand"), c.at_least("discipline_other", "reprimand"))
    if "discipline_already_counted" in c.declared:  # Đ2.5.b, c of NĐ 48/2023
        return all_of(any_form, not_(c.flag("discipline_already_counted")))
    return any_form


def _rules(c: Case, leading: bool) -> Rules:
    def own(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("tasks_" + part, "tasks_assigned", test)

    def unit(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("unit_tasks_" + part, "unit_tasks_assigned", test)

    def children(part: str, test: Callable[[int, int], bool]) -> Truth:
        return c.share("children_" + part, "children_total", test, if_any=YES)

    well, met = c.at_least("general_conduct", "well"), c.at_least("general_conduct", "met")
    done = own("done", lambda done, assigned: done == assigned)
    clean = c.none_of("tasks_below_standard")
    excellent, good = [well, done, clean], [met, done, clean]
    completed = [met, done, own("below_standard", lambda below, assigned: 100 * below <= 20 * assigned)]
    triggers = [
        c.flag("degradation_concluded"),
        own("done", lambda done, assigned: 100 * (assigned - done) > 50 * assigned),
        _disciplined(c),
    ]
    if leading:
        unit_done = unit("done", lambda done, assigned: done == assigned)
        units_well = [
            children("not_completed", lambda failed, _total: failed == 0),
            children("good_or_better", lambda good, total: 100 * good >= 70 * total),
        ]
        excellent += [unit_done, unit("exceeded", lambda over, assigned: 100 * over >= 50 * assigned), *units_well]
        good += [unit_done, unit("below_standard", lambda below, assigned: 100 * below <= 20 * assigned), *units_well]
        completed += [
            unit("done", lambda done, assigned: 100 * done > 70 * assigned),
            children("not_completed", lambda failed, total: 100 * (total - failed) >= 70 * total),
        ]
        triggers += [
            unit("done", lambda done, assigned: 100 * done < 50 * assigned),
            c.flag("subordinate_corruption_handled"),
        ]
    else:
        excellent += [own("exceeded", lambda exceeded, assigned: 100 * exceeded >= 50 * assigned)]
    return Rules(
        excellent=all_of(*excellent),
        good=all_of(*good),
        completed=all_of(*completed),
        closed=True,
        limits=[
            *map(Limit, triggers),
            Limit(c.where("leave_months", lambda months: 3 <= months < 6), HT),
        ],
        not_rated=[all_of(c.where("months_worked", lambda months: months < 6), not_(c.flag("maternity_leave")))],
    )


_PLAIN = (
    {"period_end": DATE, "general_conduct": CONDUCT}
    | named(COUNT, "tasks_assigned tasks_done tasks_below_standard tasks_exceeded")
    | named(MONTHS, "months_worked leave_months")
    | named(BOOL, "maternity_leave degradation_concluded")
    | named(FORM, "discipline_on_duty discipline_other")
)
_LEADING = (
    _PLAIN
    | named(COUNT, "unit_tasks_assigned unit_tasks_done unit_tasks_below_standard unit_tasks_exceeded")
    | named(COUNT, "children_total children_not_completed children_good_or_better")
    | {"subordinate_corruption_handled": BOOL}
)


def _rulebook(more: dict[str, tuple], first: str, last: str, last_public_employees: str) -> Rulebook:
    def kind(leading: bool, last: str) -> Kind:
        return Kind((_LEADING if leading else _PLAIN) | more, first, last, lambda c: _rules(c, leading))

    return Rulebook(
        kinds={
            "civil_servant": kind(False, last),
            "civil_servant_leader": kind(True, last),
            "public_employee": kind(False, last_public_employees),
            "public_employee_leader": kind(True, last_public_employees),
            "official": kind(True, last),
        },
        policies={"on_gap": ("authority", "lower")},
    )


RULEBOOKS = {
    ("nd-90-2020", 1): _rulebook({}, "2020-08-20", "2023-09-14", "2023-09-14"),
    ("nd-90-2020", 2): _rulebook({"discipline_already_counted": BOOL}, "2023-09-15", "2025-12-31", "2026-06-30"),
}
DECLARED = {key: {kind: it.declared for kind, it in book.kinds.items()} for key, book in RULEBOOKS.items()}
POLICIES = {key: book.policies for key, book in RULEBOOKS.items()}


def rate(
    rulebook: tuple[str, int], subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None
) -> dict[str, Any]:
    return plain.rate(RULEBOOKS[rulebook], subject, facts, policies)
