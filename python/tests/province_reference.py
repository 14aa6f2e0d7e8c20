"""A year of the sample province rated from its files alone: a plain second reckoning, slow and easy to follow.

Rules are applied by `Rulebook.rate_table`; what this module adds is what lies between subjects: the order, what is
counted from one subject to another, quotas, decisions. A decision counts for whatever rests on its subject. An open
level travels upward as two worlds: in one all that is open is at its lowest, in the other at its highest. No rule here
gives less where something below is better, so every completion lies between the two.

It refuses what it does not do: several leadership collectives headed by one person, quotas by several columns.
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
LOWEST, GOOD, EXCELLENT = 0, 2, 3
OPEN = ("authority_decides", "undetermined", "invalid")

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Quota:
    """At most `rate` of those good (or good and above) in each group are excellent; rounded down, nobody by right."""

    column: str
    rate: Fraction
    above: bool

    def allowed(self, base: Ints) -> Ints:
        """How many, where `base` are good or better: those who step down from excellent are among them."""
        share = self.rate if self.above else self.rate / (1 + self.rate)
        return base * share.numerator // share.denominator


def rulebook(kind: str, day: str) -> xeploai.Rulebook:
    """The province's own rulebook, or the centre's where it has none for the kind."""
    library = xeploai.Library.builtin()
    try:
        return library.in_force(day, kind, "nam-dinh")
    except xeploai.NotInForceError:
        return library.in_force(day, kind)


def quota(book: xeploai.Rulebook, kind: str) -> Quota | None:
    """The quota of a kind, from the rulebook's own file; the overlay may have set its base."""
    oldest = book.layers[0]["id"] if book.layers else book.id
    document = json.loads((ROOT / "core" / "rulebooks" / f"{oldest}.json").read_text(encoding="utf-8"))
    (subject,) = (subject for subject in document["subjects"] if subject["kind"] == kind)
    if not subject.get("quotas"):
        return None
    (stated,) = subject["quotas"]
    policy = {policy["name"]: policy["default"] for policy in book.policies}
    assert [policy[stated[name]] for name in ("rounding", "stepping_down", "small_groups")] == ["floor", "join", "none"]
    assert policy[stated["base"]] in ("good", "good_and_above")
    (column,) = stated["group_by"]
    return Quota(column, Fraction(int(stated["rate"].rstrip("%")), 100), policy[stated["base"]] == "good_and_above")


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
    """Where each subject stands, by its number. `low` and `high` are what the rules leave, quotas included."""

    outcome: npt.NDArray[np.str_]
    low: Ints
    high: Ints
    decided: Ints
    problems: list[str] = field(default_factory=list)

    @property
    def final(self) -> Ints:
        """The level in the end: what the rules give, else what was decided, else -1."""
        return np.where(self.outcome == "rated", self.low, np.where(self.decided >= 0, self.decided, -1))

    @property
    def counted(self) -> Bools:
        """Who takes part in what is counted; a row that is invalid does, at a level that is not known."""
        return np.isin(self.outcome, ["rated", *OPEN])

    def world(self, best: bool) -> Ints:
        """The levels in the best or the worst world; what is final is the same in both."""
        return np.where(self.final >= 0, self.final, self.high if best else self.low)


class Reckoning:
    """Rates a province of a year."""

    def __init__(self, province: Province) -> None:
        """Prepare the order; a circle is refused."""
        self.province = province
        count = len(province.ids)
        self.books = {kind: rulebook(kind, province.day) for kind in KINDS}
        self.quotas = {kind: quota(self.books[kind], kind) for kind in KINDS}
        self.group = self._groups()
        self.layer = layers(self.group, province.sources())
        self.decision = self._latest_decisions()
        self.result = Result(
            np.full(count, "", "<U17"), np.zeros(count, np.int64), np.zeros(count, np.int64), np.full(count, -1)
        )

    def run(self) -> Result:
        """Layer by layer: rate, apply quotas, take decisions."""
        for kind, numbers in self._portions():
            self._rate(kind, numbers)
            if (stated := self.quotas[kind]) is not None:
                self._apply(stated, numbers)
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

    def _children(self, declared: set[str], pairs: list[tuple[Ints, Ints]], best: bool) -> dict[str, Ints]:
        """The three counts, for every number."""
        parent, child = (np.concatenate(side) for side in zip(*pairs, strict=True))
        counted = self.result.counted[child]
        level = self.result.world(best)[child]
        count = len(self.province.ids)
        made = {
            "children_total": np.bincount(parent[counted], minlength=count),
            "children_not_completed": np.bincount(parent[counted & (level == LOWEST)], minlength=count),
            "children_good_or_better": np.bincount(parent[counted & (level >= GOOD)], minlength=count),
        }
        return {name: values for name, values in made.items() if name in declared}

    def _level_of(self, pairs: tuple[Ints, Ints], best: bool) -> Ints:
        """For every number the level of the one subject that it is tied to, or -1."""
        subject, thing = pairs
        assert len(np.unique(subject)) == len(subject), "tied to several"
        level = np.full(len(self.province.ids), -1)
        level[subject] = np.where(self.result.counted[thing], self.result.world(best)[thing], -1)
        return level

    def computed(self, kind: str, best: bool) -> dict[str, Ints]:
        """The facts that follow from other subjects, for every number; levels by rank, -1 where there is none."""
        province = self.province
        declared = {fact["name"] for fact in self.books[kind].facts(kind)}
        made: dict[str, Ints] = {}
        if kind == "member":
            made["official_rating"] = self._level_of(province.pairs["holds_post"], best)
        elif kind == "party_organization":
            pairs = [province.between("belongs_to", child, kind)[::-1] for child in ("member", kind)]
            made |= self._children(declared, pairs, best)
        elif kind == "leadership_collective":
            made["unit_rating"] = self._level_of(province.between("belongs_to", kind, "party_organization"), best)
        else:
            made |= self._children(declared, [province.pairs["below"][::-1]], best)
            made["unit_rating"] = self._level_of(province.between("heads", kind, "party_organization"), best)
            made["collective_rating"] = self._level_of(province.between("heads", kind, "leadership_collective"), best)
        return {name: values for name, values in made.items() if name in declared}

    # ---- rating, quotas, decisions

    def _rate(self, kind: str, numbers: Ints) -> None:
        """Both worlds; where they differ, a missing fact of another subject keeps the case open."""
        result, worlds = self.result, [self.computed(kind, best) for best in (False, True)]
        outcome, low, high = self._rate_in(kind, numbers, worlds[0])
        differs = np.zeros(len(numbers), np.bool_)
        for name, values in worlds[0].items():
            differs |= values[numbers] != worlds[1][name][numbers]
        if differs.any():
            outcome_, low_, high_ = self._rate_in(kind, numbers[differs], worlds[1])
            same = (outcome[differs] == outcome_) & (low[differs] == low_) & (high[differs] == high_)
            outcome[differs] = np.where(same, outcome_, "undetermined")
            high[differs] = np.maximum(high[differs], high_)
            low[differs] = np.minimum(low[differs], low_)
        invalid = outcome == "invalid"
        result.outcome[numbers] = outcome
        result.low[numbers] = np.where(invalid, LOWEST, low)
        result.high[numbers] = np.where(invalid, EXCELLENT, high)

    def _rate_in(self, kind: str, numbers: Ints, computed: dict[str, Ints]) -> tuple[Any, Ints, Ints]:
        """One world: outcome, lowest and highest level (0 and 0 where there is none)."""
        book = self.books[kind]
        table = self.province.tables[kind].take(pa.array(self.province.row[numbers]))
        table = table.append_column("period_end", pa.array([self.province.day] * len(numbers), pa.string()))
        for name, values in computed.items():
            here = values[numbers]
            column = (
                pa.array(LEVELS).take(pa.array(here, mask=here < 0)) if name.endswith("_rating") else pa.array(here)
            )
            table = table.append_column(name, column)
        rated = pa.table(book.rate_table(kind, table, prefix="result_"))
        levels = pa.array(LEVELS)

        def rank(column: str) -> Ints:
            found = pc.fill_null(pc.index_in(rated[column].cast(pa.string()), levels), 0)
            return np.asarray(found.combine_chunks(), np.int64)

        outcome = np.array(rated["result_outcome"].cast(pa.string()).to_pylist(), "<U17")
        return outcome, rank("result_at_least"), rank("result_at_most")

    def _apply(self, stated: Quota, numbers: Ints) -> None:
        """Where more could be excellent than are allowed, the rules do not say who; only what every completion of the
        group allows stays `rated`."""
        result = self.result
        here = numbers[result.counted[numbers]]
        group = np.unique(self.group[here], return_inverse=True)[1]
        low, high = result.low[here], result.high[here]

        def count(mask: Bools) -> Ints:
            return np.bincount(group[mask], minlength=int(group.max()) + 1)

        least, most = (stated.allowed(count(bound >= GOOD)) for bound in (low, high))
        none = (most == 0)[group]
        over = (count(high == EXCELLENT) > least)[group] & ~none
        certain = low == EXCELLENT
        result.low[here] = np.where(certain & (none | over), GOOD, low)
        result.high[here] = np.where(none, np.minimum(high, GOOD), high)
        result.outcome[here[certain & over]] = "authority_decides"
        closed = none & (high == EXCELLENT) & (result.low[here] == GOOD) & (result.outcome[here] != "invalid")
        result.outcome[here[closed]] = "rated"

    def _decide(self, numbers: Ints) -> None:
        """Decisions close what is left to the authority, and nothing else; none is missing."""
        result, level = self.result, self.decision[numbers]
        waiting = result.outcome[numbers] == "authority_decides"
        within = (level >= result.low[numbers]) & (level <= result.high[numbers])
        for mask, what in [
            (waiting & (level < 0), "left open without a decision"),
            (~waiting & (level >= 0), "decided although nothing is left to decide"),
            (waiting & (level >= 0) & ~within, "decided outside of what the rules leave"),
        ]:
            result.problems += [f"{self.province.ids[int(number)]}: {what}" for number in numbers[mask]]
        result.decided[numbers] = np.where(waiting & within, level, -1)

    def _check_quotas(self) -> None:
        """In the end no group has more excellent than its base allows."""
        final = self.result.final
        for kind, stated in self.quotas.items():
            if stated is None:
                continue
            of = self.group[self.province.of_kind(kind)]
            level = final[self.province.of_kind(kind)]
            excellent = np.bincount(of[level == EXCELLENT], minlength=int(of.max()) + 1)
            base = np.bincount(of[level >= (GOOD if stated.above else EXCELLENT)], minlength=len(excellent))
            good = np.bincount(of[level == GOOD], minlength=len(excellent))
            limit = (base if stated.above else good) * stated.rate.numerator // stated.rate.denominator
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
