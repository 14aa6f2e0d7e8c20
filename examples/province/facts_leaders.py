"""The facts of leaders."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cells_of_arrow import FORMS, coded, hundredths, truths, whole
from luck import Bools, Ints, stream
from own import DISCIPLINE, HARMLESS, OUTSTANDING, SICK_LEAVE
from plan import Outcome
from structure import Province
from work import one_of
from years import COMPLETED, EXCELLENT, GOOD, LEVELS, NOT_COMPLETED


def _ways(seed: int, outcome: Outcome) -> Ints:
    """How those fail who do: by discipline, by the unit's tasks, by corruption below."""
    failed = outcome.own["leader"].level == NOT_COMPLETED
    return one_of(stream(seed, "failing leaders", outcome.year.year), failed, [0.6, 0.25, 0.15])


def discipline(seed: int, outcome: Outcome) -> tuple[Ints, Ints, Bools]:
    """The forms on duty and otherwise, and of whom the latter is not stated. None is graver than a reprimand: from a
    warning on it would be a matter of the collective too."""
    count = len(outcome.own["leader"].level)
    form = np.where(_ways(seed, outcome) == 0, FORMS.index("reprimand"), 0)
    on_duty = stream(seed, "discipline of leaders", outcome.year.year).random(count) < 0.6
    return np.where(on_duty, form, 0), np.where(on_duty, 0, form), outcome.own["leader"].lacks == DISCIPLINE


def facts(seed: int, outcome: Outcome, province: Province) -> dict[str, pa.Array]:
    """Every fact of leaders that any of the rulebooks knows."""
    year, own, leaders = outcome.year, outcome.own["leader"], province.leaders
    chance = stream(seed, "facts of leaders", year.year)
    count = len(own.level)
    level, lacks = own.level, own.lacks
    failed = level == NOT_COMPLETED
    way = _ways(seed, outcome)
    sick = (level == COMPLETED) & (chance.random(count) < 0.2) & ~own.gap & year.by_text
    weak = (level == COMPLETED) & ~sick

    assigned = chance.integers(8, 21, count)
    # The gap: not everything is done, and not half of it is left.
    done = np.where(own.gap, assigned - 1, assigned)
    below = np.where((weak | failed) & ~own.gap, chance.integers(1, 1 + assigned // 5), 0)
    units = chance.integers(10, 31, count)
    units_done = np.where(weak, units - chance.integers(1, np.maximum(2, units // 4)), units)
    units_done = np.where(way == 1, chance.integers(0, units // 2), units_done)
    units_below = np.where(level >= GOOD, chance.integers(0, 1 + units // 5), chance.integers(0, 2, count))
    units_below = np.where(level == EXCELLENT, 0, np.minimum(units_below, units_done))

    # Of `good` some are outstanding and their units have not exceeded half of the targets, others the other way round.
    half = (units + 1) // 2
    near = chance.random(count)
    many = (level == EXCELLENT) | ((level == GOOD) & (near < 0.2)) | (lacks == OUTSTANDING)
    exceeded = np.where(many, chance.integers(half, units + 1), chance.integers(0, half))
    exceeded = np.minimum(exceeded, units_done)
    exceeded = np.where(own.invalid, units_done + 1, exceeded)
    outstanding = (level == EXCELLENT) | ((level == GOOD) & (near > 0.95))

    on_duty, otherwise, unstated = discipline(seed, outcome)
    leave = np.where(sick, chance.integers(300, 700, count), np.where(chance.random(count) < 0.04, 50, 0))
    harmless = (lacks == HARMLESS) & (exceeded < half)
    charged = np.bincount(province.units.below[province.units.below >= 0], minlength=count) > 0
    run = outcome.standing["party_organization"].final[leaders.unit]
    return {
        # What a cohort cannot find: that there is no unit in charge, and how a unit is rated that another one heads.
        "children_total": whole(np.zeros(count, np.int64), charged),
        "unit_rating": coded(np.maximum(run, 0), LEVELS, (leaders.organization >= 0) | (run < 0)),
        "exemplary": truths(way != 0),
        "outstanding": truths(outstanding & (lacks != HARMLESS), (lacks == OUTSTANDING) | harmless),
        "tasks_assigned": whole(assigned),
        "tasks_done": whole(done),
        "tasks_below_standard": whole(below),
        "unit_tasks_assigned": whole(units),
        "unit_tasks_done": whole(units_done),
        "unit_tasks_below_standard": whole(units_below),
        "unit_tasks_exceeded": whole(exceeded),
        "degradation_concluded": truths(np.zeros(count, np.bool_)),
        "discipline_on_duty": coded(on_duty, FORMS),
        "discipline_other": coded(otherwise, FORMS, unstated),
        "discipline_already_counted": truths(np.zeros(count, np.bool_)),
        "subordinate_corruption_handled": truths(way == 2),
        "self_detected_and_remedied": truths(np.zeros(count, np.bool_)),
        "heads_unit": truths(leaders.head),
        "sick_leave_months": hundredths(leave, 4, lacks == SICK_LEAVE),
    }
