"""The facts of leadership collectives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cells_of_arrow import FORMS, coded, dates, graded, truths, whole
from luck import stream
from people import days
from plan import Outcome
from work import grades, one_of, tasks
from years import COMPLETED, GOOD, NOT_COMPLETED

CRITERIA = [
    "Tập trung dân chủ, quy chế làm việc, đoàn kết nội bộ", "Kết quả lãnh đạo thực hiện nhiệm vụ chính trị được giao",
    "Kết quả xây dựng tập thể và đơn vị", "Phòng, chống tham nhũng, lãng phí", "Cải cách hành chính, đổi mới lề lối",
    "Khắc phục hạn chế, khuyết điểm đã chỉ ra",
]  # fmt: skip
RESULTS = [1, 2]
GROUPS = [1, 0, 0, 1, 1, 1]


def facts(seed: int, outcome: Outcome) -> dict[str, pa.Array]:
    """Every fact of collectives that any of the rulebooks knows."""
    own = outcome.own["leadership_collective"]
    chance = stream(seed, "facts of collectives", outcome.year.year)
    count = len(own.level)
    failed = own.level == NOT_COMPLETED
    way = one_of(chance, failed, [0.5, 0.25, 0.25])
    grade, outstanding = grades(chance, np.where(failed, COMPLETED, own.level).astype(np.int8), RESULTS, len(CRITERIA))
    assigned, done = tasks(chance, own.level, way == 0)
    # A reprimand of one member is no matter of the collective; a warning is.
    form = np.where(failed & (way != 0), 0, np.where(chance.random(count) < 0.004, 1, 0))
    nobody = np.zeros(count, np.bool_)
    return {
        "established_on": dates(chance.integers(days("1990-01-01"), days("2016-07-01"), count)),
        "criteria": graded(grade, CRITERIA, GROUPS),
        "outstanding": truths(outstanding),
        "tasks_assigned": whole(assigned),
        "tasks_done": whole(done),
        "key_tasks_all_done": truths((own.level >= GOOD) & (way != 0)),
        "disciplined": truths(way == 1),
        "member_discipline_on_duty": coded(np.zeros(count, np.int64), FORMS),
        "member_discipline_other": coded(form, FORMS),
        "discipline_already_counted": truths(nobody),
        "disunity_concluded": truths(way == 2),
        "member_degradation_concluded": truths(nobody),
        "force_majeure": truths(nobody),
    }
