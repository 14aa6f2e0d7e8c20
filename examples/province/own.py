"""What each subject achieves of itself in a year, before anything that it rests on; and what is wrong with its row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from luck import Bools, Floats, Small, mark, parts, pick, stream
from people import People, days
from structure import BASE, CELL, DISTRICT, PROVINCE, Leaders, Places, Province
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED, Shares, Year

# What a row lacks.
NOTHING, OUTSTANDING, SICK_LEAVE, DISCIPLINE, HARMLESS = range(5)


@dataclass
class Own:
    """A level of each subject; ``gap``: no level's conditions hold, and no case of the lowest level either."""

    level: Small
    lacks: Small
    invalid: Bools
    gap: Bools
    rated: Bools
    listed: Bools  # stands in the table at all

    @classmethod
    def blank(cls, level: Small) -> Own:
        """Rows in order."""
        no = np.zeros(len(level), np.bool_)
        return cls(level, np.zeros(len(level), np.int8), no, no.copy(), ~no, ~no)

    @property
    def worlds(self) -> tuple[Small, Small]:
        """The level in the worse and in the better world."""
        low = np.select(
            [self.invalid, self.lacks == OUTSTANDING, self.lacks == SICK_LEAVE, self.lacks == DISCIPLINE],
            [NOT_COMPLETED, GOOD, np.minimum(self.level, COMPLETED), NOT_COMPLETED],
            self.level,
        )
        return low.astype(np.int8), np.where(self.invalid, EXCELLENT, self.level).astype(np.int8)


def ranked(chance: np.random.Generator, ability: Floats, among: Bools, shares: Shares) -> Small:
    """Levels in these shares, the able ones mostly higher: what people do in one year resembles the year before."""
    level = np.full(len(ability), GOOD, np.int8)
    places = np.flatnonzero(among)
    order = places[np.argsort(ability[places] + chance.normal(0.0, 0.8, len(places)), kind="stable")]
    ends = np.cumsum(parts(len(order), shares))
    for rank, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        level[order[begin:end]] = rank
    return level


def lacking(chance: np.random.Generator, own: Own, ordinary: Bools, of_thousand: dict[int, float]) -> None:
    """Leave facts out of so many rows in a thousand, and where they may matter, unless harmless."""
    for what, share in of_thousand.items():
        at_least = {OUTSTANDING: EXCELLENT, SICK_LEAVE: GOOD, DISCIPLINE: COMPLETED}.get(what, NOT_COMPLETED)
        may = ordinary & (own.lacks == NOTHING) & ~own.invalid & (own.level >= at_least)
        if what == HARMLESS:
            may &= own.level < EXCELLENT
        own.lacks[pick(chance, may, round(len(own.level) * share / 1000))] = what


def members(seed: int, scale: float, year: Year, places: Places, people: People) -> Own:
    """Members: those at the lowest level stand one to a cell, for two of them would pull down a small one."""
    chance = stream(seed, "own members", year.year)
    count = len(places.unit)
    ability = stream(seed, "ability of members").normal(0.0, 1.0, count)
    own = Own.blank(np.full(count, GOOD, np.int8))
    new = people.admitted_on >= days(f"{year.year}-07-01")
    if year.all_open:
        own.listed = ~people.exempt & ~people.suspended
        own.rated = own.listed.copy()
    else:
        own.rated = ~people.exempt & ~new
        if year.by_text:
            own.rated &= ~people.suspended
    ordinary = own.rated & (places.leader < 0)
    large = np.bincount(places.unit[own.rated], minlength=int(places.unit.max()) + 1) >= 6
    mixed = chance.permutation(np.flatnonzero(ordinary & large[places.unit]))
    _, first = np.unique(places.unit[mixed], return_index=True)
    failed = mark(count, mixed[np.sort(first)[: round(year.member[0] * int(own.rated.sum()))]])
    own.level = ranked(chance, ability, own.rated & ~failed, (0.0, *year.member[1:]))
    own.level[failed] = NOT_COMPLETED
    own.invalid = mark(count, pick(chance, ordinary & ~failed & (own.level < EXCELLENT), max(1, round(6 * scale))))
    if year.all_open:
        lacking(chance, own, ordinary, {HARMLESS: 0.8})
    else:
        sick = {SICK_LEAVE: 0.4} if year.by_text else {}
        lacking(chance, own, ordinary, {OUTSTANDING: 0.7, DISCIPLINE: 0.06, HARMLESS: 0.6, **sick})
    return own


def organizations(seed: int, scale: float, year: Year, province: Province, people: People) -> Own:
    """Organisations: which cells and which grassroots organisations fail is drawn among the ordinary ones."""
    chance = stream(seed, "own organizations", year.year)
    units = province.units
    count = len(units.id)
    ability = stream(seed, "ability of organizations").normal(0.0, 1.0, count)
    own = Own.blank(np.full(count, GOOD, np.int8))
    if not year.all_open:
        own.rated = people.cell_since < days(f"{year.year}-07-01")
    cell, base = units.tier == CELL, units.tier == BASE
    failing = (cell & ~units.host & own.rated, round(year.cell[0] * int(cell.sum())))
    # Those that fail are not spread over all districts: each would pull down its own.
    unlucky = (units.district == 0) | (units.district == 1)
    failed_base = (base & ~units.host & unlucky, round(year.failed * int(base.sum())))
    for mask, shares, (among, number) in [(cell, year.cell, failing), (base, year.grassroots, failed_base)]:
        failed = mark(count, pick(chance, among, number))
        level = ranked(chance, ability, mask & ~failed, (0.0, *shares[1:]))
        own.level = np.where(failed, NOT_COMPLETED, np.where(mask, level, own.level)).astype(np.int8)
    top = (units.tier == DISTRICT) | (units.tier == PROVINCE)
    own.level[top] = np.where(chance.random(int(top.sum())) < 0.35, EXCELLENT, GOOD)
    usual = cell & own.rated & ~units.led & (own.level > NOT_COMPLETED)
    own.invalid = mark(count, pick(chance, usual & (own.level < EXCELLENT), max(1, round(2 * scale))))
    if not year.all_open:
        lacking(chance, own, usual, {OUTSTANDING: 0.6, HARMLESS: 0.6})
    return own


def leaders(seed: int, scale: float, year: Year, province: Province) -> Own:
    """Leaders; what heads achieve goes with what they lead, where the text binds them to it (``heads``)."""
    chance = stream(seed, "own leaders", year.year)
    everyone: Leaders = province.leaders
    count = len(everyone.id)
    ability = stream(seed, "ability of leaders").normal(0.0, 1.0, count)
    own = Own.blank(ranked(chance, ability, np.ones(count, np.bool_), year.leader))
    if year.by_unit:
        own.level[everyone.head] = GOOD
    usual = ~everyone.head & (own.level > NOT_COMPLETED)
    own.invalid = mark(count, pick(chance, usual & (own.level < EXCELLENT), max(1, round(2 * scale))))
    own.gap = mark(count, pick(chance, usual & ~own.invalid & (own.level == COMPLETED), max(1, round(4 * scale))))
    lacking(chance, own, usual & ~own.gap, {OUTSTANDING: 1.0, DISCIPLINE: 0.7, HARMLESS: 1.0})
    return own


def beside_unit(chance: np.random.Generator, unit: Small, excellent: float, otherwise: float) -> Small:
    """The level of something that goes with its unit: excellent with this chance where the unit is, else with that."""
    return np.where(
        chance.random(len(unit)) < np.where(unit == EXCELLENT, excellent, otherwise), EXCELLENT, GOOD
    ).astype(np.int8)
