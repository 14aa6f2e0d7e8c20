"""The authority's decisions of a year: for whom the rules leave something open, by whom, when, with how many votes.

What is below is decided earlier. One decision of a body covers many subjects, so its number stands in many rows. A few
were decided twice: the later row names the number of the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cells_of_arrow import Numbers, coded, dates, whole
from luck import Bools, Ints, Small, pick, stream
from people import days
from plan import GAP, OFFICIAL, UNREAD, Outcome
from quota import BEYOND, WITHIN
from structure import BASE, CELL, DISTRICT, PROVINCE, Province
from years import EXCELLENT, GOOD, LEVELS

REASONS = {
    WITHIN: "Đủ điều kiện hoàn thành xuất sắc, được chọn trong giới hạn tỷ lệ.",
    BEYOND: "Đủ điều kiện hoàn thành xuất sắc nhưng ngoài giới hạn tỷ lệ; xếp hoàn thành tốt.",
    UNREAD: "Văn bản để cấp có thẩm quyền quyết định; căn cứ kết quả kiểm điểm và bỏ phiếu.",
    GAP: "Không đủ điều kiện của mức nào, không thuộc trường hợp không hoàn thành; xét mức độ, nguyên nhân.",
    OFFICIAL: "Căn cứ mức xếp loại cán bộ, công chức, viên chức của đảng viên.",
}
REVIEWED = "Xét lại sau khi có ý kiến của tập thể; thay quyết định trước."
TWICE = 3  # decided twice, at full size
# The day of December on which each stage decides on members, cells, grassroots, districts, the province, collectives,
# leaders.
DAYS = [[2, 4, 6, 0, 0, 8, 10], [12, 14, 16, 18, 0, 19, 20], [21, 23, 25, 27, 29, 30, 0]]
MEMBERS, COLLECTIVES, LEADERS = 0, 5, 6
ORGANIZATIONS = {CELL: 1, BASE: 2, DISTRICT: 3, PROVINCE: 4}


@dataclass
class _Rows:
    """Decisions of one kind: for whom, which level, why, and by whose body (-1: above the province)."""

    subject: pa.Array
    level: Small
    reason: Small
    body: Ints
    step: Ints
    stage: Small


def _bodies(province: Province) -> tuple[list[str], list[str]]:
    """What the deciding body of each organisation is called, and how its documents are numbered; last the centre."""
    units = province.units
    names, suffixes = [], []
    for code, tier, lone in zip(units.id, units.tier, units.of_members, strict=True):
        if tier == PROVINCE:
            names.append("Ban Thường vụ Tỉnh ủy")
            suffixes.append("QĐ/TU")
        elif tier == DISTRICT:
            block = code.startswith("DK")
            names.append(f"Ban Thường vụ Đảng ủy khối {code}" if block else f"Ban Thường vụ cấp ủy huyện {code}")
            suffixes.append("QĐ/ĐUK" if block else "QĐ/HU")
        else:
            names.append(f"Chi ủy {code}" if lone else f"Ban Thường vụ Đảng ủy {code}")
            suffixes.append("QĐ/CU" if lone else "QĐ/ĐU")
    return [*names, "Ban Bí thư"], [*suffixes, "QĐ/TW"]


def _kinds(outcome: Outcome, province: Province, ids: dict[str, pa.Array]) -> list[_Rows]:
    """The decisions of each kind, in the order of the tables."""
    units, collectives, places = province.units, province.collectives, province.places
    made: list[_Rows] = []

    def add(kind: str, body: Ints, step: Ints, stage: Small) -> None:
        standing = outcome.standing[kind]
        at = np.flatnonzero(standing.decided >= 0)
        made.append(
            _Rows(
                ids[kind].take(pa.array(at)), standing.decided[at], standing.reason[at], body[at], step[at], stage[at]
            )
        )

    add("member", places.base, np.full(len(places.base), MEMBERS), places.stage)
    add("party_organization", units.parent, np.vectorize(ORGANIZATIONS.get)(units.tier), units.stage)
    above = np.where(units.tier[collectives.unit] == BASE, units.parent[collectives.unit], 0)
    above = np.where(units.tier[collectives.unit] == PROVINCE, -1, above)
    add("leadership_collective", above, np.full(len(above), COLLECTIVES), collectives.stage)
    count = len(province.leaders.id)
    add("leader", np.zeros(count, np.int64), np.full(count, LEADERS), province.leaders.stage)
    return made


def table(seed: int, scale: float, outcome: Outcome, province: Province, ids: dict[str, pa.Array]) -> pa.Table:
    """All decisions of a year."""
    chance = stream(seed, "decisions", outcome.year.year)
    names, suffixes = _bodies(province)
    kinds = _kinds(outcome, province, ids)
    subject = pa.concat_arrays([rows.subject for rows in kinds])
    level, reason, body, step, stage = (
        np.concatenate([np.asarray(getattr(rows, part), np.int64) for rows in kinds])
        for part in ("level", "reason", "body", "step", "stage")
    )
    body = np.where(body < 0, len(names) - 1, body)
    day = days(f"{outcome.year.year}-11-30") + np.array(DAYS)[stage, step]
    # A body's documents of a year in the order of their days, one for each kind of subject.
    number = 10 + 10 * stage + step
    seats = stream(seed, "seats").choice([9, 11, 13, 15], len(names))[body]
    votes = chance.integers((2 * seats + 2) // 3, seats + 1)
    series = sorted(set(suffixes))
    texts = [f"{document:02}-{suffix}" for document in range(100) for suffix in series]
    written = number * len(series) + np.array([series.index(suffix) for suffix in suffixes])[body]

    again = _reviewed(chance, scale, level, reason, len(kinds[0].level))
    order = np.argsort(np.concatenate([np.arange(len(level)), again + 0.5]), kind="stable")
    later = np.zeros(len(level) + len(again), np.bool_)
    later[len(level) :] = True
    source = np.concatenate([np.arange(len(level)), again])[order]
    later = later[order]
    first = np.zeros(len(level), np.bool_)
    first[again] = True
    first = first[source] & ~later

    def text(values: Numbers, of: list[str], empty: Bools | None = None) -> pa.Array:
        return coded(values, of, empty).cast(pa.string())

    codes = [REASONS.get(code, "") for code in range(max(REASONS) + 1)]
    return pa.table({
        "subject": subject.take(pa.array(source)),
        "level": text(np.where(first, GOOD, level[source]), LEVELS),
        "number": text(written[source] + np.where(later, 60 * len(series), 0), texts),
        "date": dates(day[source] + later),
        "body": text(body[source], names),
        "reason": text(np.where(later, len(codes), np.where(first, BEYOND, reason[source])), [*codes, REVIEWED]),
        "votes_for": whole(votes[source]),
        "votes_entitled": whole(seats[source]),
        "replaces": text(written[source], texts, ~later),
    })  # fmt: skip


def _reviewed(chance: np.random.Generator, scale: float, level: Ints, reason: Ints, members: int) -> Ints:
    """Members who were first left out of the quota, and taken in on a second look."""
    chosen = (level == EXCELLENT) & (np.arange(len(level)) < members) & ((reason == WITHIN) | (reason == UNREAD))
    return np.sort(pick(chance, chosen, max(1, round(TWICE * scale))))
