"""The facts of members."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cells_of_arrow import FORMS, coded, dates, graded, hundredths, truths, whole
from luck import stream
from own import DISCIPLINE, HARMLESS, OUTSTANDING, SICK_LEAVE
from plan import Outcome
from structure import Places
from work import POOR, grades, one_of, tasks
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED

CRITERIA = [
    "Chính trị, tư tưởng", "Đạo đức, lối sống", "Ý thức tổ chức kỷ luật", "Tác phong, lề lối làm việc",
    "Thực hiện chức trách, quyền hạn", "Thực hiện nhiệm vụ, chỉ tiêu được giao",
    "Khắc phục hạn chế, khuyết điểm đã chỉ ra",
]  # fmt: skip
RESULTS = [4, 5]
GROUPS = [1, 1, 1, 1, 0, 0, 1]


def facts(seed: int, outcome: Outcome, places: Places) -> dict[str, pa.Array]:
    """Every fact of members that any of the rulebooks knows, for the people of a year."""
    year, own, people = outcome.year, outcome.own["member"], outcome.people
    chance = stream(seed, "facts of members", year.year)
    count = len(own.level)
    level, lacks = own.level, own.lacks
    failed = level == NOT_COMPLETED
    # By discipline, by tasks, by a poor grade, by degradation.
    way = one_of(chance, failed, [0.6, 0.2, 0.15, 0.05])
    # By sick leave alone, where the text knows of it.
    sick = (level == COMPLETED) & (chance.random(count) < 0.04) & year.by_text
    shown = np.where(sick, GOOD, np.where(failed & (way != 2), COMPLETED, level)).astype(np.int8)
    grade, outstanding = grades(chance, shown, RESULTS, len(CRITERIA))
    grade[way == 2, RESULTS[0]] = POOR
    assigned, done = tasks(chance, np.where(sick, GOOD, level), way == 1)

    form = np.where(way == 0, chance.choice([1, 2, 3, 4], count, p=[0.7, 0.2, 0.07, 0.03]), 0)
    on_duty = chance.random(count) < 0.4
    # One violation counts once: some were counted already, and change nothing.
    again = (level >= GOOD) & (chance.random(count) < 0.0006) & ~own.invalid & (lacks == 0) & (not year.all_open)
    form = np.where(again, 1, form)
    duty, other = np.where(on_duty, form, 0), np.where(on_duty, 0, form)
    leave = np.where(chance.random(count) < 0.06, chance.integers(10, 290, count), 0)
    leave = np.where(sick, chance.integers(300, 900, count), leave)

    # Rows that cannot be right: one unit of a column away from what is possible.
    if year.all_open:
        duty = np.where(own.invalid, len(FORMS), duty)
    elif year.by_text:
        beyond = own.invalid & (chance.random(count) < 0.5)
        leave = np.where(beyond, 1250, leave)
        done = np.where(own.invalid & ~beyond, assigned + 1, done)
    else:
        done = np.where(own.invalid, assigned + 1, done)
    harmless = lacks == HARMLESS
    # Without one of these grades it does not matter whether the results are outstanding.
    short = (grade[:, RESULTS] < EXCELLENT).any(axis=1)
    return {
        "admitted_on": dates(people.admitted_on),
        "exempt_from_activities": truths(people.exempt),
        "suspended_from_activities": truths(people.suspended),
        "criteria": graded(grade, CRITERIA, GROUPS),
        "outstanding": truths(outstanding & ~harmless, (lacks == OUTSTANDING) | (harmless & short)),
        "tasks_assigned": whole(assigned),
        "tasks_done": whole(done),
        "degradation_concluded": truths(way == 3),
        "discipline_on_duty": coded(duty, [*FORMS, "phê bình"], harmless if year.all_open else None),
        "discipline_other": coded(other, FORMS, lacks == DISCIPLINE),
        "discipline_already_counted": truths(again),
        "state_employee": truths(places.leader >= 0),
        "sick_leave_months": hundredths(leave, 4, lacks == SICK_LEAVE),
        "excellent_years_in_a_row": whole(outcome.streak["member"]),
    }  # fmt: skip
