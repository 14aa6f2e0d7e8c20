"""The facts of leadership collectives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cells_of_arrow import FORMS, coded, dates, graded, truths, whole
from facts_leaders import discipline
from luck import Bools, Ints, stream
from people import days
from plan import Outcome
from structure import Leaders
from work import grades, one_of, tasks
from years import COMPLETED, GOOD, NOT_COMPLETED

CRITERIA = [
    "Tập trung dân chủ, quy chế làm việc, đoàn kết nội bộ", "Kết quả lãnh đạo thực hiện nhiệm vụ chính trị được giao",
    "Kết quả xây dựng tập thể và đơn vị", "Phòng, chống tham nhũng, lãng phí", "Cải cách hành chính, đổi mới lề lối",
    "Khắc phục hạn chế, khuyết điểm đã chỉ ra",
]  # fmt: skip
RESULTS = [1, 2]
GROUPS = [1, 0, 0, 1, 1, 1]


def of_members(leaders: Leaders, stated: Ints, missing: Bools, count: int) -> tuple[Ints, Bools]:
    """For each collective the highest of those who sit in it, and where it must be stated: where not all of them are
    known to have none, or nobody of the table sits there."""
    sits = [(places, places >= 0) for places in (leaders.sits_in, leaders.sits_also)]
    seat = np.concatenate([places[there] for places, there in sits])
    person = np.concatenate([np.flatnonzero(there) for _, there in sits])
    highest = np.zeros(count, np.int64)
    np.maximum.at(highest, seat, stated[person])
    needed = np.bincount(seat, minlength=count) == 0
    needed[seat[missing[person] | (stated[person] > 0)]] = True
    return highest, needed


def facts(seed: int, outcome: Outcome, leaders: Leaders) -> dict[str, pa.Array]:
    """Every fact of collectives that any of the rulebooks knows."""
    own = outcome.own["leadership_collective"]
    chance = stream(seed, "facts of collectives", outcome.year.year)
    count = len(own.level)
    failed = own.level == NOT_COMPLETED
    way = one_of(chance, failed, [0.5, 0.25, 0.25])
    grade, outstanding = grades(chance, np.where(failed, COMPLETED, own.level).astype(np.int8), RESULTS, len(CRITERIA))
    assigned, done = tasks(chance, own.level, way == 0)
    on_duty, otherwise, unstated = discipline(seed, outcome)
    duty, duty_needed = of_members(leaders, on_duty, np.zeros_like(unstated), count)
    other, other_needed = of_members(leaders, np.where(unstated, 0, otherwise), unstated, count)
    nobody = np.zeros(count, np.bool_)
    _, alone = of_members(leaders, np.zeros_like(on_duty), np.zeros_like(unstated), count)
    return {
        "established_on": dates(chance.integers(days("1990-01-01"), days("2016-07-01"), count)),
        "criteria": graded(grade, CRITERIA, GROUPS),
        "outstanding": truths(outstanding),
        "tasks_assigned": whole(assigned),
        "tasks_done": whole(done),
        "key_tasks_all_done": truths((own.level >= GOOD) & (way != 0)),
        "disciplined": truths(way == 1),
        "member_discipline_on_duty": coded(duty, FORMS, ~duty_needed),
        "member_discipline_other": coded(other, FORMS, ~other_needed),
        "discipline_already_counted": truths(nobody),
        "disunity_concluded": truths(way == 2),
        "member_degradation_concluded": truths(nobody, ~alone),
        "force_majeure": truths(nobody),
    }
