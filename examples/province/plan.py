"""A year of the province: from what each achieves of itself to the level that each has in the end.

This is the author's own reckoning of what the rules give for facts that he is about to write; nothing here rates by a
rulebook. `python/tests/province_reference.py` does, from the files alone, and the two must agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

import own as achieved
from luck import Bools, Ints, Small, mark, pick, stream
from own import Own
from people import People, of_year
from quota import settle
from structure import BASE, CELL, DISTRICT, PROVINCE, Province, build
from worlds import Standing, in_charge_cap, organization_cap, tally
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED, YEARS, Year

UNREAD, GAP, OFFICIAL = 3, 4, 5  # reasons of a decision, beside those of the quota


@dataclass
class Outcome:
    """One year: the people, what each kind achieved, and where each stands in the end."""

    year: Year
    people: People
    own: dict[str, Own]
    standing: dict[str, Standing]
    streak: dict[str, Ints]  # years in a row at excellent before this one


def groups(names: list[str] | Ints) -> Ints:
    """A number for each group of equal names."""
    return np.unique(np.asarray(names), return_inverse=True)[1].reshape(-1)


class Plan:
    """The stages of one year."""

    def __init__(self, seed: int, scale: float, year: Year, province: Province) -> None:
        """Draw what everybody achieves."""
        self.year, self.province = year, province
        units, places = province.units, province.places
        merged = (units.tier == CELL) & ~units.host & ~units.led
        self.people = of_year(seed, year.year, places, merged, len(units.id))
        self.chance = stream(seed, "plan", year.year)
        self.own = {
            "member": achieved.members(seed, scale, year, places, self.people),
            "party_organization": achieved.organizations(seed, scale, year, province, self.people),
            "leadership_collective": Own.blank(np.full(len(province.collectives.id), GOOD, np.int8)),
            "leader": achieved.leaders(seed, scale, year, province),
        }
        self.standing = {kind: Standing.blank(len(own.level)) for kind, own in self.own.items()}
        self.rank = {
            kind: stream(seed, "rank", kind, year.year).random(len(own.level)) for kind, own in self.own.items()
        }
        self.failed_collective = pick(self.chance, province.collectives.stage == 0, 0 if scale < 0.2 else 1)
        self.group = {
            "member": groups(places.base),
            "party_organization": groups(units.kind),
            "leadership_collective": groups(province.collectives.kind),
            "leader": groups(province.leaders.title),
        }

    def run(self) -> None:
        """Everything, each after what it rests on."""
        units = self.province.units
        for stage in range(3):
            self.members(self.province.places.stage == stage)
            for tier in (CELL, BASE, DISTRICT, PROVINCE):
                self.organizations((units.tier == tier) & (units.stage == stage))
            self.collectives(self.province.collectives.stage == stage)
            self.leaders(self.province.leaders.stage == stage)

    def write(
        self, kind: str, within: Bools, worlds: list[tuple[Small, Small]], reason: Small | int, wanted: Small
    ) -> None:
        """Take the levels of both worlds (lowest, highest of each); what differs between them is not known."""
        standing, own = self.standing[kind], self.own[kind]
        (worse, worse_top), (better, better_top) = worlds
        unknown = own.invalid | (worse != better) | (worse_top != better_top)
        standing.low[within] = np.where(own.invalid, NOT_COMPLETED, worse)[within]
        standing.high[within] = np.where(own.invalid, EXCELLENT, better_top)[within]
        standing.unknown[within] = unknown[within]
        standing.rated[within] = own.rated[within]
        standing.to_decide[within] = ((worse < better_top) & ~unknown & own.rated)[within]
        standing.reason[within] = np.where(standing.to_decide, reason, 0)[within]
        by_rule = kind in ("member", "leader") or not self.year.all_open
        rate = self.year.member_rate if kind == "member" else 20
        settle(standing, within, self.group[kind], wanted, self.rank[kind], rate, kind == "leader", by_rule)

    def members(self, within: Bools) -> None:
        """A member is not above the rating of the same person as an official."""
        own, year = self.own["member"], self.year
        low, high = own.worlds
        if year.all_open:
            zero, top = np.zeros_like(low), np.full_like(low, EXCELLENT)
            self.write("member", within, [(zero, top), (zero, top)], UNREAD, own.level)
            return
        leader = self.province.places.leader
        official = [np.where(leader >= 0, levels[leader], EXCELLENT) for levels in self.standing["leader"].worlds]
        tops = [np.minimum(level, of) for level, of in zip((low, high), official, strict=True)]
        lows = [top.copy() for top in tops]
        if not year.by_text:
            # HD 16: what an official below `good` may have as a member was not read, up to `good`.
            for level, of, top in zip((low, high), official, tops, strict=True):
                top[of == COMPLETED] = np.minimum(level, GOOD)[of == COMPLETED]
        wanted = np.minimum(own.level, official[1]).astype(np.int8)
        self.write("member", within, list(zip(lows, tops, strict=True)), OFFICIAL, wanted)

    def organizations(self, within: Bools) -> None:
        """An organisation is not above what those below it allow."""
        if not within.any():
            return
        own, year = self.own["party_organization"], self.year
        low, high = own.worlds
        if not year.by_text:
            failed = own.level == NOT_COMPLETED
            zero = np.zeros_like(low)
            tops = [np.where(failed, 0, EXCELLENT if year.all_open else level).astype(np.int8) for level in (low, high)]
            self.write("party_organization", within, [(zero, tops[0]), (zero, tops[1])], UNREAD, own.level)
            return
        places, units = self.province.places, self.province.units
        count = len(units.id)
        levels = []
        for world, level in enumerate((low, high)):
            members, below = self.standing["member"], self.standing["party_organization"]
            total = tally(members.worlds[world], members.rated, places.unit, count)
            others = tally(below.worlds[world], below.rated, units.parent, count)
            cap = organization_cap(*(one + other for one, other in zip(total, others, strict=True)))
            levels.append(np.minimum(level, cap))
        self.write("party_organization", within, [(level, level) for level in levels], 0, own.level)

    def collectives(self, within: Bools) -> None:
        """A collective is not above its unit."""
        collectives, year = self.province.collectives, self.year
        units = self.standing["party_organization"]
        own = self.own["leadership_collective"]
        drawn = achieved.beside_unit(self.chance, units.final[collectives.unit], 0.96, 0.1)
        drawn[mark(len(drawn), self.failed_collective)] = NOT_COMPLETED
        own.level[within] = drawn[within]
        if year.all_open:
            zero, top = np.zeros_like(drawn), np.full_like(drawn, EXCELLENT)
            self.write("leadership_collective", within, [(zero, top), (zero, top)], UNREAD, own.level)
            return
        caps = units.worlds if year.by_text else (np.full_like(units.low, EXCELLENT),) * 2
        levels = [np.minimum(own.level, cap[collectives.unit]) for cap in caps]
        self.write("leadership_collective", within, [(level, level) for level in levels], 0, own.level)

    def leaders(self, within: Bools) -> None:
        """A head is not above the unit and the collective; nobody is above what the units in charge allow."""
        leaders, year, own = self.province.leaders, self.year, self.own["leader"]
        units, collectives = self.standing["party_organization"], self.standing["leadership_collective"]
        if year.by_unit:
            drawn = achieved.beside_unit(self.chance, units.final[leaders.unit], 0.97, 0.1)
            heads = within & leaders.head
            own.level[heads] = drawn[heads]
        worlds = []
        for world, level in enumerate(own.worlds):
            total, failed, good = tally(units.worlds[world], units.rated, self.province.units.below, len(level))
            cap, short = in_charge_cap(total, failed, good)
            top = np.where(total > 0, np.minimum(level, cap), level)
            if year.by_unit:
                # A unit that another one heads is stated, where it has a level in the end.
                stated = units.final[leaders.unit]
                unit = np.where(leaders.organization >= 0, units.worlds[world][leaders.unit], stated)
                unit = np.where(unit < 0, (NOT_COMPLETED, EXCELLENT)[world], unit)
                top = np.where(leaders.head, np.minimum(top, unit), top)
                top[unit == NOT_COMPLETED] = NOT_COMPLETED
            if year.by_text:
                headed = collectives.worlds[world][leaders.collective]
                top = np.where(leaders.head, np.minimum(top, headed), top)
            top = np.where(own.gap, np.minimum(top, COMPLETED), top).astype(np.int8)
            worlds.append((np.where(own.gap | ((total > 0) & short), NOT_COMPLETED, top).astype(np.int8), top))
        self.write("leader", within, worlds, GAP, np.minimum(own.level, worlds[1][1]))


def years_in_a_row(before: Outcome | None, outcome: Outcome) -> dict[str, Ints]:
    """How often each was excellent before, without a year between; a new person begins anew."""
    if before is None:
        return {kind: np.zeros(len(own.level), np.int64) for kind, own in outcome.own.items()}
    row = {
        kind: np.where(standing.final == EXCELLENT, before.streak[kind] + 1, 0)
        for kind, standing in before.standing.items()
    }
    row["member"] = np.where(outcome.people.since == outcome.year.year, 0, row["member"])
    return row


def plan(seed: int, scale: float, until: int, province: Province | None = None) -> list[Outcome]:
    """Every year from the first one on, for excellence in a row needs the years before."""
    province = province or build(seed, scale)
    outcomes: list[Outcome] = []
    for year in range(min(YEARS), until + 1):
        one = Plan(seed, scale, YEARS[year], province)
        one.run()
        outcome = Outcome(YEARS[year], one.people, one.own, one.standing, {})
        before = outcomes[-1] if outcomes else None
        outcomes.append(replace(outcome, streak=years_in_a_row(before, outcome)))
    return outcomes
