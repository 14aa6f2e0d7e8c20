"""A year of the sample province rated from its files alone: a plain second reckoning, slow and easy to follow.

Rules are applied by `Rulebook.rate_table`; what this module adds is what lies between subjects: the order, what is
counted from one subject to another, quotas, decisions. A decision counts for whatever rests on its subject, where it
lies within what the rules leave. What is open travels upward as worlds: what facts keep open is at one height in all of
them, from its lowest level to its highest, and what is left to the authority at another. No rule here gives less where
something below is better, so every completion lies between the first and the last world. What is not the same whatever
facts would show is undetermined.

It refuses what it does not do: the level of one of several subjects, quotas by several columns, rows of which it is not
known whether they take part in the rating at all, unless they are invalid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import xeploai

ROOT = Path(__file__).parents[2]
KINDS = ["member", "party_organization", "leadership_collective", "leader"]
RELATIONS = ["belongs_to", "heads", "sits_in", "holds_post", "below"]
LEVELS = ["not_completed", "completed", "good", "excellent"]
FORMS = ["none", "reprimand", "warning", "dismissal", "expulsion"]
ORDERS = dict.fromkeys(("official_rating", "unit_rating", "collective_rating"), LEVELS)
ORDERS |= dict.fromkeys(("member_discipline_on_duty", "member_discipline_other"), FORMS)
LOWEST, GOOD, EXCELLENT = 0, 2, 3
OPEN = ("authority_decides", "undetermined", "invalid")
# Facts that end the matter; a row of which one is missing is refused.
ELIGIBILITY = ["exempt_from_activities", "suspended_from_activities", "admitted_on", "established_on"]
# How high what facts keep open is, and what is left to the authority: from the lowest level to the highest, by every
# one between.
STEPS = range(4)
WORLDS = [(facts, discretion) for facts in STEPS for discretion in STEPS]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Quota:
    """How many of a group may be excellent."""

    column: str
    rate: Fraction
    base: set[int]
    rounding: str
    joins: bool
    at_least_one: bool

    def most(self, candidates: Ints, base: Ints) -> Ints:
        """The largest k that is allowed: k ≤ rate * base, rounded. With ``joins`` those who step down come to a base of
        those good, so that k ≤ rate * (base + candidates - k)."""
        part, whole = self.rate.numerator, self.rate.denominator
        grows = self.joins and self.base == {GOOD}
        top, bottom = (part * (base + candidates), whole + part) if grows else (part * base, whole)
        if self.rounding == "floor":
            k = top // bottom
        elif self.rounding == "nearest":  # k ≤ share + 1/2
            k = (2 * top + whole) // (2 * bottom)
        else:  # k < share + 1
            k = -(-(top + whole) // bottom) - 1
        if self.at_least_one:
            k = np.maximum(k, 1)
        return np.minimum(k, candidates)

    def counts(self, level: Ints) -> Ints:
        """1 where a level is in the base."""
        return np.isin(level, list(self.base)).astype(np.int64)


@dataclass(frozen=True)
class Line:
    """What a quota came to for a group: the smallest and the largest number in any completion."""

    candidates: tuple[int, int]
    base: tuple[int, int]
    most: tuple[int, int]
    over: tuple[int, int]


def line(quota: Quota, low: Ints, high: Ints, invalid: Bools) -> Line:
    """Counts a group: for each number of candidates the smallest and the largest base."""
    # What a member adds to the base as no candidate, at least and at most; an invalid one perhaps nothing.
    levels = np.arange(EXCELLENT)[:, None]
    below = np.where((low <= levels) & (levels <= high), quota.counts(levels), -1)
    stack = np.vstack([below, np.where(invalid, 0, -1)])
    least, largest = np.where(stack < 0, 1, stack).min(axis=0), stack.max(axis=0)
    may = high == EXCELLENT
    sure = may & (low == EXCELLENT) & ~invalid
    either = may & ~sure
    own = int(EXCELLENT in quota.base)
    fixed = own * int(sure.sum())
    more = np.arange(int(either.sum()) + 1)
    # To be a candidate changes what one adds by so much: those come first whom it changes the least, or the most.
    smallest = np.concatenate([[0], np.cumsum(np.sort(own - least[either]))]) + fixed + least[~sure].sum()
    largest_ = np.concatenate([[0], np.cumsum(np.sort(own - largest[either])[::-1])]) + fixed + largest[~sure].sum()
    candidates = int(sure.sum()) + more
    most = np.concatenate([quota.most(candidates, base) for base in (smallest, largest_)])
    over = np.tile(candidates, 2) - most

    def ends(*values: Ints) -> tuple[int, int]:
        return min(int(value.min()) for value in values), max(int(value.max()) for value in values)

    return Line(ends(candidates), ends(smallest, largest_), ends(most), ends(over))


def rulebook(kind: str, day: str) -> xeploai.Rulebook:
    """The province's own rulebook, or the centre's where it has none for the kind."""
    library = xeploai.Library.builtin()
    try:
        return library.in_force(day, kind, "nam-dinh")
    except xeploai.NotInForceError:
        return library.in_force(day, kind)


def quota(book: xeploai.Rulebook, kind: str, chosen: dict[str, str]) -> Quota | None:
    """The quota of a kind, from the rulebook's own file; the overlay may have set its base, or somebody chosen it."""
    oldest = book.layers[0]["id"] if book.layers else book.id
    document = json.loads((ROOT / "core" / "rulebooks" / f"{oldest}.json").read_text(encoding="utf-8"))
    (subject,) = (subject for subject in document["subjects"] if subject["kind"] == kind)
    if not subject.get("quotas"):
        return None
    (stated,) = subject["quotas"]
    policy = {policy["name"]: policy["default"] for policy in book.policies} | chosen
    (column,) = stated["group_by"]
    base, rounding, down, small = (
        policy[stated[name]] for name in ("base", "rounding", "stepping_down", "small_groups")
    )
    levels = {"good": {GOOD}, "good_and_above": {GOOD, EXCELLENT}, "rated": {0, 1, GOOD, EXCELLENT}}[base]
    return Quota(
        column, Fraction(int(stated["rate"].rstrip("%")), 100), levels, rounding, down == "join", small == "one"
    )


@dataclass
class Province:
    """The files of a year. Subjects of all kinds are numbered through; relations are pairs of numbers."""

    day: str
    tables: dict[str, pa.Table]
    ids: pa.Array
    kind: Ints
    row: Ints
    pairs: dict[str, tuple[Ints, Ints]]
    decisions: pa.Table

    @classmethod
    def read(cls, folder: Path) -> Province:
        """Reads a folder such as `province/2021`."""
        tables = {kind: pq.read_table(folder / f"{kind}.parquet") for kind in KINDS}
        ids = pa.concat_arrays([tables[kind]["id"].combine_chunks() for kind in KINDS])
        assert pc.count_distinct(ids).as_py() == len(ids), "an id stands twice"
        further = pq.read_table(folder / "relations.parquet")
        pairs = {}
        for relation in RELATIONS:
            stated = [(t["id"], t[relation].cast(pa.string())) for t in tables.values() if relation in t.column_names]
            more = further.filter(pc.equal(further["relation"], relation))
            stated.append((more["subject"], more["object"]))
            pairs[relation] = cls._numbers(ids, stated)
        sizes = [len(tables[kind]) for kind in KINDS]
        return cls(
            day=f"{folder.name}-12-31",
            tables=tables,
            ids=ids,
            kind=np.repeat(np.arange(len(KINDS)), sizes),
            row=np.concatenate([np.arange(size) for size in sizes]),
            pairs=pairs,
            decisions=pq.read_table(folder / "decisions.parquet"),
        )

    @staticmethod
    def _numbers(ids: pa.Array, stated: list[tuple[Any, Any]]) -> tuple[Ints, Ints]:
        """Pairs of ids as pairs of numbers, without those that are empty."""
        subjects, objects = (
            pa.chunked_array([c for part in side for c in part.chunks], pa.string())
            for side in zip(*stated, strict=True)
        )
        there = objects.is_valid()
        found = [pc.index_in(column.filter(there), ids) for column in (subjects, objects)]
        assert not any(column.null_count for column in found), "a relation names an id that does not exist"
        subject, thing = (np.asarray(column.combine_chunks(), np.int64) for column in found)
        return subject, thing

    def of_kind(self, kind: str) -> Bools:
        """Which numbers are of a kind."""
        return self.kind == KINDS.index(kind)

    def between(self, relation: str, subject: str, thing: str) -> tuple[Ints, Ints]:
        """The pairs of a relation from one kind to another."""
        one, other = self.pairs[relation]
        held = self.of_kind(subject)[one] & self.of_kind(thing)[other]
        return one[held], other[held]

    def sources(self) -> tuple[Ints, Ints]:
        """Pairs (later, earlier): what has to be rated after what. Only an organisation rests on what belongs to it."""
        after = []
        for kind in ("member", "party_organization"):
            below, above = self.between("belongs_to", kind, "party_organization")
            after.append((above, below))
        after.append(self.between("belongs_to", "leadership_collective", "party_organization"))
        after += [self.pairs["heads"], self.pairs["sits_in"], self.pairs["holds_post"]]
        unit, leader = self.pairs["below"]
        after.append((leader, unit))
        later, earlier = (np.concatenate(side) for side in zip(*after, strict=True))
        return later, earlier


@dataclass
class Result:
    """Where each subject stands, by its number. ``low`` and ``high`` are what the rules leave, quotas included, and
    ``own_…`` what they left before."""

    outcome: npt.NDArray[np.str_]
    low: Ints
    high: Ints
    decided: Ints
    own_outcome: npt.NDArray[np.str_]
    own_low: Ints
    own_high: Ints
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def blank(cls, count: int) -> Result:
        """Nobody is rated."""
        outcome, zero = np.full(count, "", "<U17"), np.zeros(count, np.int64)
        return cls(outcome, zero, zero.copy(), np.full(count, -1), outcome.copy(), zero.copy(), zero.copy())

    @property
    def final(self) -> Ints:
        """The level in the end: what the rules give, else what was decided, else -1."""
        return np.where(self.outcome == "rated", self.low, np.where(self.decided >= 0, self.decided, -1))

    @property
    def counted(self) -> Bools:
        """Who takes part in what is counted; a row that is invalid does, at a level that is not known."""
        return np.isin(self.outcome, ["rated", *OPEN])

    def world(self, facts: int, discretion: int) -> Ints:
        """The levels in a world; what is final is the same in all of them."""
        step = np.where(self.outcome == "authority_decides", discretion, facts)
        between = self.low + ((self.high - self.low) * step + 1) // STEPS[-1]
        return np.where(self.final >= 0, self.final, between)


class Reckoning:
    """Rates a province of a year."""

    def __init__(self, province: Province, chosen: dict[str, str] | None = None) -> None:
        """Prepare the order; a circle is refused. ``chosen``: options of the policies of the quotas."""
        self.province = province
        self.books = {kind: rulebook(kind, province.day) for kind in KINDS}
        self.quotas = {kind: quota(self.books[kind], kind, chosen or {}) for kind in KINDS}
        self.group = self._groups()
        self.layer = layers(self.group, province.sources())
        self.decision = self._latest_decisions()
        self.result = Result.blank(len(province.ids))
        for kind, name in ((kind, name) for kind in KINDS for name in ELIGIBILITY):
            table = province.tables[kind]
            assert name not in table.column_names or not table[name].null_count, f"{name} is missing"

    def run(self) -> Result:
        """Layer by layer: rate, apply quotas, take decisions."""
        for kind, numbers in self._portions():
            self._rate(kind, numbers)
            if (stated := self.quotas[kind]) is not None:
                self._apply(kind, stated, numbers)
            self._decide(numbers)
        self._check_quotas()
        return self.result

    def _groups(self) -> Ints:
        """Who is counted together; a subject of a kind without a quota is a group of its own."""
        group = np.arange(len(self.province.ids))
        for kind, stated in self.quotas.items():
            if stated is None:
                continue
            at = np.flatnonzero(self.province.of_kind(kind))
            codes = (
                self.province.tables[kind][stated.column].combine_chunks().cast(pa.string()).dictionary_encode().indices
            )
            assert codes.null_count == 0
            _, first = np.unique(np.asarray(codes), return_index=True)
            group[at] = at[first][np.unique(np.asarray(codes), return_inverse=True)[1]]
        return group

    def _portions(self) -> Iterator[tuple[str, Ints]]:
        for layer in range(int(self.layer.max()) + 1):
            for kind in KINDS:
                numbers = np.flatnonzero((self.layer == layer) & self.province.of_kind(kind))
                if len(numbers):
                    yield kind, numbers

    def _latest_decisions(self) -> Ints:
        """The level that was decided for each subject, or -1. A later row replaces an earlier one by its number."""
        table = self.province.decisions
        latest = np.full(len(self.province.ids), -1)
        numbers: dict[str, str] = {}
        for one in (
            table.select(["subject", "level", "number", "replaces"]).sort_by([("subject", "ascending")]).to_pylist()
        ):
            if one["replaces"] is not None:
                assert numbers[one["subject"]] == one["replaces"]
            else:
                assert one["subject"] not in numbers, "two decisions, and neither replaces the other"
            numbers[one["subject"]] = one["number"]
        last = pc.index_in(table["subject"], self.province.ids).combine_chunks()
        assert last.null_count == 0, "a decision names an id that does not exist"
        # In the file the later row stands after the one that it replaces.
        latest[np.asarray(last)] = np.asarray(pc.index_in(table["level"], pa.array(LEVELS)).combine_chunks())
        return latest

    # ---- from one subject to another

    def _children(self, declared: set[str], pairs: tuple[Ints, Ints], world: tuple[int, int]) -> dict[str, Ints]:
        """The three counts, for every number; -1 where nobody is tied to it."""
        parent, child = pairs
        counted = self.result.counted[child]
        level = self.result.world(*world)[child]
        count = len(self.province.ids)
        none = np.bincount(parent, minlength=count) == 0
        made = {
            "children_total": np.bincount(parent[counted], minlength=count),
            "children_not_completed": np.bincount(parent[counted & (level == LOWEST)], minlength=count),
            "children_good_or_better": np.bincount(parent[counted & (level >= GOOD)], minlength=count),
        }
        return {name: np.where(none, -1, values) for name, values in made.items() if name in declared}

    def _below(self) -> tuple[Ints, Ints]:
        """Organisations with what is below them: other organisations, or else members."""
        province = self.province
        unit, above = province.between("belongs_to", "party_organization", "party_organization")
        member, cell = province.between("belongs_to", "member", "party_organization")
        of_members = ~np.isin(cell, above)
        return np.concatenate([above, cell[of_members]]), np.concatenate([unit, member[of_members]])

    def _level_of(self, pairs: tuple[Ints, Ints], world: tuple[int, int]) -> Ints:
        """For every number the level of the one subject that it is tied to, or -1."""
        subject, thing = pairs
        assert len(np.unique(subject)) == len(subject), "tied to several"
        level = np.full(len(self.province.ids), -1)
        level[subject] = np.where(self.result.counted[thing], self.result.world(*world)[thing], -1)
        return level

    def _of_members(self, fact: str) -> tuple[Ints, Ints]:
        """Pairs of a collective and what the fact of one who sits in it is: its place in its order, or -1."""
        province = self.province
        member, collective = province.between("sits_in", "leader", "leadership_collective")
        column = province.tables["leader"][fact].combine_chunks()
        if pa.types.is_boolean(column.type):
            values = column.cast(pa.int64())
        else:
            values = pc.index_in(column.cast(pa.string()), pa.array(FORMS)).cast(pa.int64())
        return collective, np.asarray(pc.fill_null(values, -1))[province.row[member]]

    def computed(self, kind: str, world: tuple[int, int]) -> dict[str, Ints]:
        """The facts that follow from other subjects, for every number; by rank or number, -1 where there is none."""
        province, count = self.province, len(self.province.ids)
        declared = {fact["name"] for fact in self.books[kind].facts(kind)}
        made: dict[str, Ints] = {}
        if kind == "member":
            made["official_rating"] = self._level_of(province.pairs["holds_post"], world)
        elif kind == "party_organization":
            made |= self._children(declared, self._below(), world)
        elif kind == "leadership_collective":
            made["unit_rating"] = self._level_of(province.between("belongs_to", kind, "party_organization"), world)
            for name in sorted(declared & {"member_discipline_on_duty", "member_discipline_other"}):
                collective, form = self._of_members(name.removeprefix("member_"))
                # Where all of them have none; what one of them has may be no matter of this collective.
                some, free = (np.bincount(collective[mask], minlength=count) for mask in (form != 0, form == 0))
                made[name] = np.where((some == 0) & (free > 0), 0, -1)
            if "member_degradation_concluded" in declared:
                collective, concluded = self._of_members("degradation_concluded")
                yes, open_, no = (np.bincount(collective[concluded == value], minlength=count) for value in (1, -1, 0))
                made["member_degradation_concluded"] = np.where(yes > 0, 1, np.where((open_ == 0) & (no > 0), 0, -1))
        else:
            made |= self._children(declared, province.between("below", "party_organization", kind)[::-1], world)
            made["unit_rating"] = self._level_of(province.between("heads", kind, "party_organization"), world)
            made["collective_rating"] = self._level_of(province.between("heads", kind, "leadership_collective"), world)
        return {name: values for name, values in made.items() if name in declared}

    def _inputs(self, kind: str, numbers: Ints) -> list[dict[str, Ints]]:
        """What is computed for these numbers in each world; where a row states the fact, that counts."""
        worlds = [{name: values[numbers] for name, values in self.computed(kind, world).items()} for world in WORLDS]
        table = self.province.tables[kind]
        for name in worlds[0]:
            if name not in table.column_names:
                continue
            column = table[name].combine_chunks().take(pa.array(self.province.row[numbers]))
            if (order := ORDERS.get(name)) is not None:
                column = pc.index_in(column.cast(pa.string()), pa.array(order))
            stated = np.asarray(pc.fill_null(column.cast(pa.int64()), -1))
            found = np.stack([world[name] for world in worlds])
            there = (stated >= 0) & (found >= 0).all(axis=0)
            against = there & ((stated < found.min(axis=0)) | (stated > found.max(axis=0)))
            names = [self.province.ids[int(number)].as_py() for number in numbers[against]]
            self.result.problems += [f"{one}: {name} contradicts what is computed" for one in names]
            for world in worlds:
                world[name] = np.where(against, -1, np.where(stated >= 0, stated, world[name]))
        return worlds

    # ---- rating, quotas, decisions

    def _rate(self, kind: str, numbers: Ints) -> None:
        """All worlds. What differs between those of facts is undetermined, the rest is for the authority."""
        result, worlds = self.result, self._inputs(kind, numbers)
        outcome, low, high = self._rate_in(kind, numbers, worlds[0])
        differs = np.zeros(len(numbers), np.bool_)
        for world in worlds[1:]:
            for name, values in worlds[0].items():
                differs |= values != world[name]
        differs &= np.isin(outcome, ["rated", "authority_decides", "undetermined"])
        if differs.any():
            some = [{name: values[differs] for name, values in world.items()} for world in worlds]
            found = [self._rate_in(kind, numbers[differs], world) for world in some]
            unknown = np.any([one[0] == "undetermined" for one in found], axis=0)
            steps = (len(STEPS), len(STEPS), -1)
            lows = np.stack([one[1] for one in found]).reshape(steps).min(axis=1)
            highs = np.stack([one[2] for one in found]).reshape(steps).max(axis=1)
            unknown |= (lows != lows[0]).any(axis=0) | (highs != highs[0]).any(axis=0)
            low[differs], high[differs] = lows.min(axis=0), highs.max(axis=0)
            one = low[differs] == high[differs]
            outcome[differs] = np.where(unknown, "undetermined", np.where(one, "rated", "authority_decides"))
        invalid = outcome == "invalid"
        result.outcome[numbers] = result.own_outcome[numbers] = outcome
        result.low[numbers] = result.own_low[numbers] = np.where(invalid, LOWEST, low)
        result.high[numbers] = result.own_high[numbers] = np.where(invalid, EXCELLENT, high)

    def _rate_in(self, kind: str, numbers: Ints, computed: dict[str, Ints]) -> tuple[Any, Ints, Ints]:
        """One world: outcome, lowest and highest level (0 and 0 where there is none)."""
        book = self.books[kind]
        table = self.province.tables[kind].take(pa.array(self.province.row[numbers]))
        table = table.append_column("period_end", pa.array([self.province.day] * len(numbers), pa.string()))
        for name, values in computed.items():
            column = pa.array(values, mask=values < 0)
            if (order := ORDERS.get(name)) is not None:
                column = pa.array(order).take(column)
            elif name == "member_degradation_concluded":
                column = column.cast(pa.bool_())
            if name in table.column_names:
                table = table.drop_columns([name])
            table = table.append_column(name, column)
        rated = pa.table(book.rate_table(kind, table, prefix="result_"))
        levels = pa.array(LEVELS)

        def rank(column: str) -> Ints:
            found = pc.fill_null(pc.index_in(rated[column].cast(pa.string()), levels), 0)
            return np.asarray(found.combine_chunks(), np.int64)

        outcome = np.array(rated["result_outcome"].cast(pa.string()).to_pylist(), "<U17")
        return outcome, rank("result_at_least"), rank("result_at_most")

    def _apply(self, kind: str, stated: Quota, numbers: Ints) -> None:
        """Where more could be excellent than are allowed, the rules do not say who; only what every completion of the
        group allows stays `rated`."""
        result, names = self.result, self.province.tables[kind][stated.column]
        for group in np.unique(self.group[numbers]):
            members = numbers[self.group[numbers] == group]
            name = names[int(self.province.row[members[0]])].as_py()
            members = members[result.counted[members]]
            low, high = result.low[members], result.high[members]
            found = line(stated, low, high, result.outcome[members] == "invalid")
            result.lines[kind, name] = found
            certain = low == EXCELLENT
            if found.most[1] == 0:
                result.low[members], result.high[members] = np.minimum(low, GOOD), np.minimum(high, GOOD)
                settled = members[(high == EXCELLENT) & (low >= GOOD)]
                result.outcome[settled] = "rated"
            elif found.over[1] > 0:
                result.low[members] = np.minimum(low, GOOD)
                result.outcome[members[certain]] = "authority_decides"

    def _decide(self, numbers: Ints) -> None:
        """Decisions close what is open, where they lie within; none is missing, and none was taken for nothing."""
        result, level, outcome = self.result, self.decision[numbers], self.result.outcome[numbers]
        waiting = outcome == "authority_decides"
        within = (level >= result.low[numbers]) & (level <= result.high[numbers])
        within &= np.isin(outcome, ["rated", "authority_decides", "undetermined"])
        for mask, what in [
            (waiting & (level < 0), "left open without a decision"),
            (~waiting & (level >= 0), "decided although nothing is left to decide"),
            ((level >= 0) & ~within, "decided outside of what the rules leave"),
        ]:
            result.problems += [f"{self.province.ids[int(number)]}: {what}" for number in numbers[mask]]
        result.decided[numbers] = np.where(within, level, -1)

    def _check_quotas(self) -> None:
        """In the end no group has more excellent than its base allows."""
        final = self.result.final
        for kind, stated in self.quotas.items():
            if stated is None:
                continue
            of = self.group[self.province.of_kind(kind)]
            level = final[self.province.of_kind(kind)]
            excellent = np.bincount(of[level == EXCELLENT], minlength=int(of.max()) + 1)
            base = np.bincount(of[np.isin(level, list(stated.base))], minlength=len(excellent))
            limit = base * stated.rate.numerator // stated.rate.denominator
            for group in np.flatnonzero(excellent > limit):
                self.result.problems.append(f"{kind}: the group of {self.province.ids[int(group)]} is over its quota")


def layers(group: Ints, pairs: tuple[Ints, Ints]) -> Ints:
    """For each subject the layer of its group: one above the highest layer that any of the group rests on.

    A group is settled as a whole, so a circle of groups is a circle; it is refused.
    """
    later, earlier = (group[side] for side in pairs)
    edges = np.unique(np.stack([later, earlier]), axis=1)
    layer = np.full(len(group), -1)
    waiting = np.unique(group)
    for number in range(len(group)):
        if not len(waiting):
            return layer[group]
        held = np.unique(edges[0])
        ready = waiting[~np.isin(waiting, held)]
        if not len(ready):
            raise ValueError(f"a circle among {len(waiting)} groups")
        layer[ready] = number
        waiting = waiting[np.isin(waiting, held)]
        edges = edges[:, ~np.isin(edges[1], ready)]
    return layer[group]


def reckon(folder: Path) -> tuple[Province, Result]:
    """A year of a province, rated."""
    province = Province.read(folder)
    return province, Reckoning(province).run()
