"""The facts of Party organisations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cells_of_arrow import coded, dates, graded, hundredths, truths, whole
from luck import stream
from own import HARMLESS, OUTSTANDING
from plan import Outcome
from structure import CELL, Units
from work import POOR, grades, one_of, tasks
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED

CRITERIA = [
    "Công tác chính trị, tư tưởng", "Công tác tổ chức, cán bộ, xây dựng cấp ủy, chi bộ",
    "Lãnh đạo chính quyền, Mặt trận Tổ quốc và đoàn thể", "Kiểm tra, giám sát, kỷ luật đảng",
    "Cụ thể hóa và thực hiện chương trình, kế hoạch công tác năm",
    "Lãnh đạo phát triển kinh tế - xã hội, bảo đảm quốc phòng, an ninh", "Khắc phục hạn chế, khuyết điểm đã chỉ ra",
]  # fmt: skip
RESULTS = [4, 5]
GROUPS = [1, 1, 1, 1, 0, 0, 1]


def facts(seed: int, outcome: Outcome, units: Units) -> dict[str, pa.Array]:
    """Every fact of organisations that any of the rulebooks knows."""
    year, own = outcome.year, outcome.own["party_organization"]
    chance = stream(seed, "facts of organizations", year.year)
    count = len(own.level)
    level, lacks = own.level, own.lacks
    failed = level == NOT_COMPLETED
    # By tasks; by a poor grade or by discipline, where the standards were at hand.
    way = one_of(chance, failed, [0.6, 0.2, 0.2] if year.by_text else [1.0, 0.0, 0.0])
    grade, outstanding = grades(chance, np.where(way >= 0, COMPLETED, level).astype(np.int8), RESULTS, len(CRITERIA))
    grade[way == 1, RESULTS[1]] = POOR
    assigned, done = tasks(chance, level, way == 0)
    if not year.all_open:
        done = np.where(own.invalid, assigned + 1, done)
    # Force majeure excuses those few who did less than half, and what they did otherwise counts.
    excused = (level == COMPLETED) & (chance.random(count) < 0.02) & year.by_text & (lacks == 0)
    done = np.where(excused, assigned // 2 - 1, done)
    remedied = (level > NOT_COMPLETED) & (chance.random(count) < 0.001) & (lacks == 0)

    # HD 27: points, or one of the cases that make an organisation weak whatever its points.
    weak = one_of(chance, failed, [0.4, 0.3, 0.3])
    points = np.select(
        [level == EXCELLENT, level == GOOD, level == COMPLETED],
        [chance.integers(9000, 9800, count), chance.integers(7500, 9000, count), chance.integers(5500, 7500, count)],
        np.where(weak == 0, chance.integers(3500, 4999, count), chance.integers(5000, 7000, count)),
    )
    points = np.where(own.invalid, 10_100, points)

    peers = np.where(units.tier == CELL, 0, np.where(units.of_members, 2, 6))
    # `excellent` asks that all of them be good or better; `good`, that none failed.
    weaker = np.where((level < EXCELLENT) & (chance.random(count) < 0.3), chance.integers(0, 2, count), 0)
    harmless = lacks == HARMLESS
    # Without one of these grades it does not matter whether the results are outstanding.
    short = (grade[:, RESULTS] < EXCELLENT).any(axis=1)
    return {
        "score": hundredths(points, 5),
        "children_kind": coded(np.where(units.of_members, 1, 0), ["organizations", "members"]),
        "government_rated_lowest": truths(weak == 1),
        "mass_organizations_rated_lowest": whole((chance.random(count) < 0.01).astype(np.int64)),
        "disunity_concluded": truths(weak == 2),
        "member_corruption_disciplined": truths(np.zeros(count, np.bool_)),
        "established_on": dates(outcome.people.cell_since),
        "criteria": graded(grade, CRITERIA, GROUPS),
        "outstanding": truths(outstanding & ~harmless, (lacks == OUTSTANDING) | (harmless & short)),
        "tasks_assigned": whole(assigned),
        "tasks_done": whole(done),
        "peers_total": whole(peers),
        "peers_not_completed": whole(np.zeros(count, np.int64)),
        "peers_good_or_better": whole(np.maximum(peers - weaker, 0)),
        "disciplined": truths((way == 2) | remedied),
        "self_detected_and_remedied": truths(remedied),
        "force_majeure": truths(excused),
        "excellent_years_in_a_row": whole(outcome.streak["party_organization"]),
    }  # fmt: skip
