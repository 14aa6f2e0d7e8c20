"""Who belongs where in the province: organisations, collectives, leaders, and the places of members. It is the same in
every year.

What makes it a province that can be rated in one order, without circles: a leader is a member in a cell that none of
their own ratings rests on. Leaders of the grassroots are members in the agencies of their district (`host`
organisations), leaders of districts and provincial agencies in those of the province, and no leader of this table leads
a host. So everything falls into three stages: what the grassroots are, what districts are, what the province is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from luck import Bools, Ints, Small, share_out, stream

GRASSROOTS, CELLS, MEMBERS, LEADERS = 928, 5_600, 115_000, 3_000
DISTRICTS, AGENCIES, ENTERPRISES = 10, 60, 50
PROVINCE, DISTRICT, BASE, CELL = 0, 1, 2, 3
TIERS = ["province", "district", "grassroots", "cell"]


@dataclass
class Units:
    """Party organisations, the province first, then districts, the grassroots, cells."""

    id: list[str]
    tier: Small
    parent: Ints
    district: Ints
    stage: Small
    host: Bools
    of_members: Bools  # made up of members, not of organisations
    kind: list[str]  # type of organisation, with the district whose authority decides
    below: Ints  # the leader in whose charge it is, or -1
    led: Bools  # some leader directly runs it


@dataclass
class Collectives:
    """Leadership collectives, each of one organisation."""

    id: list[str]
    unit: Ints
    stage: Small
    kind: list[str]


@dataclass
class Leaders:
    """Leaders under the provincial standing committee."""

    id: list[str]
    district: Ints
    stage: Small
    title: list[str]
    unit: Ints  # the organisation that they directly run
    organization: Ints  # the one whose head they are, or -1: it has one head
    collective: Ints  # the one that they head, or -1
    sits_in: Ints
    sits_also: Ints  # or -1
    head: Bools


@dataclass
class Places:
    """Places of members: a person leaves, another one comes."""

    unit: Ints  # the cell, or the grassroots cell
    base: Ints  # the grassroots organisation
    leader: Ints  # the same person as a leader, or -1
    stage: Small


@dataclass
class Province:
    """All of it; districts by code, the two blocks of agencies and of enterprises last."""

    districts: list[str]
    units: Units
    collectives: Collectives
    leaders: Leaders
    places: Places


@dataclass
class _Plan:
    """A grassroots organisation before it has a number."""

    district: int
    cells: int  # 0: a grassroots cell, made up of members itself
    host: bool
    agency: bool


def build(seed: int, scale: float) -> Province:
    """The province of a seed; ``scale`` 1 is its full size."""
    chance = stream(seed, "structure")
    count = min(DISTRICTS, max(2, round(DISTRICTS * scale * 5)))
    codes = [f"HU{number + 1:02}" for number in range(count)] + ["DK01", "DK02"]
    plans = _plan_grassroots(chance, scale, count)
    units = _units(codes, plans)
    collectives = _collectives(codes, units, plans)
    leaders = _leaders(chance, scale, codes, units, collectives)
    places = _places(chance, scale, units, leaders)
    return Province(codes, units, collectives, leaders, places)


def _plan_grassroots(chance: np.random.Generator, scale: float, count: int) -> list[_Plan]:
    """Each district's organisations: ordinary ones, and the agencies in which leaders are members."""
    agencies, enterprises = count, count + 1
    hosts = [*[max(1, round(2 * min(1.0, scale * 5)))] * count, max(1, round(6 * scale)), 1]
    wanted = [0] * (count + 2)
    wanted[agencies], wanted[enterprises] = max(2, round(AGENCIES * scale)), max(2, round(ENTERPRISES * scale))
    left = round(GRASSROOTS * scale) - sum(hosts) - sum(wanted)
    for district, size in enumerate(share_out(chance, left, count, 3, 0.25)):
        wanted[district] = int(size)
    wanted[0] = max(3, wanted[0] + left - sum(wanted[:count]))

    kinds = [
        (district, bool(chance.random() < {agencies: 0.0, enterprises: 0.4}.get(district, 0.55)))
        for district, size in enumerate(wanted)
        for _ in range(size)
    ]
    committees = sum(not lone for _, lone in kinds)
    host_cells = [12 if district != agencies else 9 for district, size in enumerate(hosts) for _ in range(size)]
    if scale < 0.2:
        host_cells = [4] * len(host_cells)
    cells = iter(share_out(chance, round(CELLS * scale) - sum(host_cells), committees, 5, 0.45))
    plans = [_Plan(district, 0 if lone else int(next(cells)), False, district == agencies) for district, lone in kinds]
    sizes = iter(host_cells)
    plans += [_Plan(district, next(sizes), True, False) for district, size in enumerate(hosts) for _ in range(size)]
    return sorted(plans, key=lambda plan: (plan.district, plan.host))


def _units(codes: list[str], plans: list[_Plan]) -> Units:
    """Numbers, parents and stages."""
    agencies = len(codes) - 2
    rows: list[tuple[str, int, int, int, int, bool, bool, str]] = [
        ("TU01", PROVINCE, -1, agencies, 2, False, False, "Đảng bộ tỉnh")
    ]
    for number, code in enumerate(codes):
        kind = {agencies: "Đảng bộ khối các cơ quan", agencies + 1: "Đảng bộ khối doanh nghiệp"}.get(
            number, "Đảng bộ huyện, thành phố"
        )
        rows.append((code, DISTRICT, 0, number, 2 if number == agencies else 1, False, False, kind))
    for number, plan in enumerate(plans, start=1):
        host_stage = 2 if plan.district == agencies else 1
        name = "Đảng bộ cơ quan" if plan.host else "Đảng bộ cơ sở" if plan.cells else "Chi bộ cơ sở"
        rows.append((
            f"{'DB' if plan.cells else 'CS'}{number:04}", BASE, 1 + plan.district, plan.district,
            host_stage if plan.host else 0, plan.host, plan.cells == 0, f"{name}, {codes[plan.district]}",
        ))  # fmt: skip
    first = 1 + len(codes)
    cell = 0
    for number, plan in enumerate(plans):
        name = "Chi bộ trực thuộc đảng bộ cơ quan" if plan.host else "Chi bộ trực thuộc đảng bộ cơ sở"
        for _ in range(plan.cells):
            cell += 1
            rows.append((
                f"CB{cell:05}", CELL, first + number, plan.district, rows[first + number][4], plan.host, True,
                f"{name}, {codes[plan.district]}",
            ))  # fmt: skip
    ids, tier, parent, district, stage, host, of_members, kinds = zip(*rows, strict=True)
    return Units(
        id=list(ids), tier=np.array(tier, np.int8), parent=np.array(parent), district=np.array(district),
        stage=np.array(stage, np.int8), host=np.array(host), of_members=np.array(of_members), kind=list(kinds),
        below=np.full(len(rows), -1), led=np.zeros(len(rows), np.bool_),
    )  # fmt: skip


def _collectives(codes: list[str], units: Units, plans: list[_Plan]) -> Collectives:
    """One for each grassroots organisation and district; one more for the government of a district."""
    agencies = len(codes) - 2
    rows = [(0, "Ban thường vụ Tỉnh ủy")]
    for number in range(len(codes)):
        block = {agencies: "các cơ quan", agencies + 1: "doanh nghiệp"}.get(number)
        name = f"Ban thường vụ Đảng ủy khối {block}" if block else "Ban thường vụ huyện ủy, thành ủy"
        rows.append((1 + number, name))
    rows += [(1 + number, "Tập thể lãnh đạo ủy ban nhân dân cấp huyện") for number in range(agencies)]
    for number, plan in enumerate(plans, start=1 + len(codes)):
        name = "Đảng ủy cơ quan" if plan.host else "Đảng ủy cơ sở" if plan.cells else "Chi ủy cơ sở"
        rows.append((number, "Tập thể lãnh đạo sở, ban, ngành" if plan.agency else f"{name}, {codes[plan.district]}"))
    unit = np.array([unit for unit, _ in rows])
    ids = [f"TT{number:04}" for number in range(1, len(rows) + 1)]
    return Collectives(ids, unit, units.stage[unit], [kind for _, kind in rows])


def _leaders(
    chance: np.random.Generator, scale: float, codes: list[str], units: Units, collectives: Collectives
) -> Leaders:
    """Heads, and those who lead a part; who has which units in charge is written into ``units``."""
    agencies = len(codes) - 2
    committee = {int(unit): number for number, unit in reversed(list(enumerate(collectives.unit)))}
    government = {1 + number: len(codes) + 1 + number for number in range(agencies)}
    rows: list[tuple[int, int, str, int, int, int, int, bool]] = []

    def add(district: int, stage: int, title: str, unit: int, heads: int, sits: int, also: int = -1) -> int:
        rows.append((district, stage, title, unit, heads, sits, also, heads >= 0))
        units.led[unit] = True
        return len(rows) - 1

    def charge(group: list[int], under: Ints) -> None:
        units.below[under] = np.array(group)[np.arange(len(under)) % len(group)]

    ordinary = np.flatnonzero((units.tier == BASE) & ~units.host)
    officers = max(2, round(20 * min(1.0, 5 * scale)))
    for number in range(len(codes)):
        unit = 1 + number
        if number == agencies:
            continue
        add(number, 1, "Bí thư cấp huyện", unit, committee[unit], committee[unit])
        if unit in government:
            add(
                number,
                1,
                "Chủ tịch ủy ban nhân dân cấp huyện",
                unit,
                government[unit],
                government[unit],
                committee[unit],
            )
        own = chance.permutation(ordinary[units.district[ordinary] == number])
        group = [
            add(number, 1, "Ủy viên ban thường vụ cấp huyện", int(run), -1, committee[unit])
            for run in own[np.arange(officers) % len(own)]
        ]
        charge(group, own)

    committees = ordinary[~units.of_members[ordinary]]
    provincial = units.district == agencies
    others = committees[~provincial[committees]]
    wanted = max(
        len(others), round(LEADERS * scale) - len(rows) - len(ordinary) - 4 * int(provincial[committees].sum())
    )
    drawn = chance.integers(0, len(others), wanted - len(others))
    deputies = dict(zip(others.tolist(), 1 + np.bincount(drawn, minlength=len(others)), strict=True))
    for unit in ordinary:
        district, agency = int(units.district[unit]), bool(provincial[unit])
        title = "Bí thư chi bộ cơ sở" if units.of_members[unit] else "Bí thư đảng ủy cơ sở"
        title = "Giám đốc sở và tương đương" if agency else title
        where = "" if agency else f", {codes[district]}"
        add(district, 0, title + where, int(unit), committee[int(unit)], committee[int(unit)])
        if units.of_members[unit]:
            continue
        title = "Phó giám đốc sở và tương đương" if agency else "Phó bí thư, cấp phó ở cơ sở"
        cells = chance.permutation(np.flatnonzero(units.parent == unit))
        number = 4 if agency else int(deputies[unit])
        group = [
            add(district, 0, title + where, int(run), -1, committee[int(unit)])
            for run in cells[np.arange(number) % len(cells)]
        ]
        charge(group, cells)
    district_, stage, title_, unit_, heads, sits, also, head = zip(*rows, strict=True)
    # The head of a district's government runs the district too, but its Party organisation is headed by the secretary.
    organization = [
        unit if committee.get(unit, -2) == headed else -1 for unit, headed in zip(unit_, heads, strict=True)
    ]
    return Leaders(
        id=[f"LD{number:05}" for number in range(1, len(rows) + 1)], district=np.array(district_),
        stage=np.array(stage, np.int8), title=list(title_), unit=np.array(unit_), organization=np.array(organization),
        collective=np.array(heads), sits_in=np.array(sits), sits_also=np.array(also), head=np.array(head),
    )  # fmt: skip


def _places(chance: np.random.Generator, scale: float, units: Units, leaders: Leaders) -> Places:
    """Ordinary members in every cell; each leader in a cell of a host."""
    agencies = int(units.district[0])
    ordinary = np.flatnonzero(units.of_members & ~units.host)
    lone = units.tier[ordinary] == BASE
    total = round(MEMBERS * scale) - len(leaders.id) * 23 // 20
    sizes = np.where(lone, share_out(chance, 13 * len(ordinary), len(ordinary), 7, 0.5), 0)
    sizes[~lone] = share_out(chance, total - int(sizes.sum()), int((~lone).sum()), 7, 0.4)
    unit = [np.repeat(ordinary, sizes)]
    leader = [np.full(int(sizes.sum()), -1)]
    home = np.where(leaders.stage == 0, leaders.district, agencies)
    home[leaders.district == agencies] = agencies
    for district in np.unique(home):
        cells = np.flatnonzero(units.of_members & units.host & (units.district == district))
        people = np.flatnonzero(home == district)
        staff = max(len(people) * 3 // 20, 7 * len(cells) - len(people))
        unit.append(cells[np.arange(len(people) + staff) % len(cells)])
        leader.append(np.concatenate([people, np.full(staff, -1)]))
    units_, leaders_ = np.concatenate(unit), np.concatenate(leader)
    order = np.argsort(units_, kind="stable")
    units_, leaders_ = units_[order], leaders_[order]
    base = np.where(units.tier[units_] == BASE, units_, units.parent[units_])
    return Places(units_, base, leaders_, units.stage[units_])
