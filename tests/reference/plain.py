"""A plain, brute-force engine for the references of the rulebooks (`reference_27.py`, `reference_132.py`, …).

Written from the domain texts alone (`facts.md`, `design.md`), never from the implementation, which the differential
tests compare with it. Slow and literal on purpose: every unknown is completed in every way, and the intervals of
"How unknowns end" are read off the completions. It generalises `reference_366.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

LEVELS = ("not_completed", "completed", "good", "excellent")  # facts.md, Enumerations: lowest first
KHT, HT, HTT, HTXS = range(4)
TOP = HTXS

# ---------------------------------------------------------------------------------------------------------------------
# Types of facts (facts.md, Conventions, Enumerations). A type is a tuple that begins with its name:
#   ("bool",)  ("date",)  ("text",)  ("int", low, high)  ("dec", low, high): two decimals  ("enum", codes lowest first)
#   ("list", most items, {field: type}, names of the required fields)

BOOL, DATE, TEXT = ("bool",), ("date",), ("text",)
COUNT = ("int", 0, 1_000_000)
LEVEL = ("enum", LEVELS)
GRADE = ("enum", ("poor", "average", "good", "excellent"))
FORM = ("enum", ("none", "reprimand", "warning", "dismissal", "expulsion"))
MONTHS = ("dec", 0, 12)
CRITERIA = ("list", 10_000, {"name": TEXT, "group": ("enum", ("result", "other")), "grade": GRADE}, ("group",))
YEARS = ("list", 20, {"level": LEVEL}, ())


def named(kind: tuple, names: str) -> dict[str, tuple]:
    """The facts of these names, each of this type."""
    return dict.fromkeys(names.split(), kind)


def _typed(kind: tuple, value: Any) -> Any:
    """The value as the typed record admits it (an enumeration as its place in the codes); ValueError otherwise."""
    if kind == BOOL:
        if isinstance(value, bool):
            return value
    elif kind == TEXT:
        if isinstance(value, str):
            return value
    elif kind == DATE:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return datetime.date.fromisoformat(value)
    elif kind[0] == "enum":
        if isinstance(value, str) and value in kind[1]:
            return kind[1].index(value)
    elif kind[0] == "int":
        if isinstance(value, int) and not isinstance(value, bool) and kind[1] <= value <= kind[2]:
            return value
    elif kind[0] == "dec":  # two decimals: an integer, a float at its shortest form, or text
        text = None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = str(Decimal(repr(value))) if value == value and abs(value) != float("inf") else None
        elif isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            text = value
        if text is not None:
            exact = Fraction(text)
            if (exact * 100).denominator == 1 and kind[1] <= exact <= kind[2]:
                return exact
    elif kind[0] == "list" and isinstance(value, list) and len(value) <= kind[1]:
        return [_item(kind[2], kind[3], item) for item in value]
    raise ValueError(kind[0])


def _item(fields: dict[str, tuple], required: Iterable[str], item: Any) -> dict[str, Any]:
    """An item of a list: an object, or the bare value where there is one field only. A missing value is None."""
    if not isinstance(item, dict):
        if len(fields) > 1:
            raise ValueError("item")
        item = {next(iter(fields)): item}
    if any(name not in fields for name in item) or any(item.get(name) is None for name in required):
        raise ValueError("item")
    return {name: None if item.get(name) is None else _typed(kind, item[name]) for name, kind in fields.items()}


# ---------------------------------------------------------------------------------------------------------------------
# Conditions: True, False or None (unknown), each with the missing facts that make it unknown

Truth = tuple[bool | None, frozenset[str]]
YES: Truth = (True, frozenset())
NO: Truth = (False, frozenset())
UNREAD: Truth = (None, frozenset())  # the standard of a level that was not read: it may be reached, not for certain


def unknown(*names: str) -> Truth:
    return None, frozenset(names)


def all_of(*truths: Truth) -> Truth:
    if any(value is False for value, _ in truths):
        return NO
    return (None if any(v is None for v, _ in truths) else True), frozenset().union(*(m for _, m in truths))


def not_(truth: Truth) -> Truth:
    return (None if truth[0] is None else not truth[0]), truth[1]


def any_of(*truths: Truth) -> Truth:
    return not_(all_of(*map(not_, truths)))


@dataclass(frozen=True)
class Case:
    """The known facts of one case, and the conditions that a text makes of them."""

    declared: dict[str, tuple]
    known: dict[str, Any]
    policies: dict[str, str]

    def where(self, names: str, test: Callable[..., bool]) -> Truth:
        """A test of facts: unknown while one that it reads is missing, whatever bounds and constraints would allow."""
        assert all(name in self.declared for name in names.split()), names
        missing = [name for name in names.split() if name not in self.known]
        return unknown(*missing) if missing else (test(*(self.known[name] for name in names.split())), frozenset())

    def flag(self, name: str) -> Truth:
        return self.where(name, bool)

    def at_least(self, name: str, code: str) -> Truth:
        """`form ≥ reprimand`: an ordered enumeration."""
        return self.where(name, lambda value: value >= self.declared[name][1].index(code))

    def equals(self, name: str, code: str) -> Truth:
        return self.where(name, lambda value: value == self.declared[name][1].index(code))

    def none_of(self, count: str) -> Truth:
        """A count that is 0 (`clean`)."""
        return self.where(count, lambda number: number == 0)

    def share(self, part: str, whole: str, test: Callable[[int, int], bool], if_any: Truth | None = None) -> Truth:
        """A share: a known whole of 0 comes first, unknown naming the whole or, "if any", the stated answer."""
        if self.known.get(whole) == 0:
            return unknown(whole) if if_any is None else if_any
        return self.where(f"{part} {whole}", test)

    def under_six_months(self, since: str) -> Truth:
        """since + 6 calendar months > period_end; a day that the month lacks is its last day."""

        def test(start: datetime.date, end: datetime.date) -> bool:
            year, month = divmod(start.year * 12 + start.month - 1 + 6, 12)  # month 0 is January
            last = 31 if month == 11 else (datetime.date(2000 + year % 400, month + 2, 1) - datetime.timedelta(1)).day
            return (year, month + 1, min(start.day, last)) > (end.year, end.month, end.day)

        return self.where(f"{since} period_end", test)

    def graded(self, result: str, other: str) -> Truth:
        """Every criterion of group result ≥ result and every one of group other ≥ other."""
        needed = {0: GRADE[1].index(result), 1: GRADE[1].index(other)}  # by the place of the group in its codes
        items = self.known.get("criteria", [])
        if any(item["grade"] is not None and item["grade"] < needed[item["group"]] for item in items):
            return NO
        graded = all(item["grade"] is not None for item in items)
        if graded and {item["group"] for item in items} == {0, 1}:
            return YES
        return unknown("criteria")


# ---------------------------------------------------------------------------------------------------------------------
# What a kind of subject is rated by


@dataclass(frozen=True)
class Limit:
    """A trigger (level KHT) or a ceiling: at most `level`, when `when` holds; with the escape, up to the top."""

    when: Truth = YES
    level: int | str = KHT  # or the name of the fact that holds the level
    escape: Truth = NO


@dataclass(frozen=True)
class Score:
    """A score that lies from low to high, and the missing facts that keep it open."""

    low: Fraction
    high: Fraction
    missing: frozenset[str]
    # from each edge up to the next: the levels whose band it may be (one, where the text was read)
    bands: tuple[tuple[int, tuple[int, ...]], ...] = ((0, (KHT,)), (50, (HT,)), (70, (HTT,)), (90, (HTXS,)))


@dataclass(frozen=True)
class Rules:
    """The rules of one kind, looked at with the facts of one case."""

    excellent: Truth
    good: Truth
    completed: Truth
    closed: bool  # is the list of the lowest level closed ("any of …") or open ("whoever does not reach …")?
    score: Score | None = None
    limits: list[Limit] = field(default_factory=list)
    not_reviewed: list[Truth] = field(default_factory=list)
    not_rated: list[Truth] = field(default_factory=list)
    unread: bool = False  # a part of the text was not at hand


@dataclass(frozen=True)
class Kind:
    declared: dict[str, tuple]
    first: str  # in force from and to, by period_end
    last: str
    rules: Callable[[Case], Rules]


@dataclass(frozen=True)
class Rulebook:
    kinds: dict[str, Kind]
    policies: dict[str, tuple[str, ...]]  # the default first


# ---------------------------------------------------------------------------------------------------------------------
# The input


def _chains(prefix: str) -> list[list[str]]:
    """facts.md, Counts: each chain ascends."""
    return [
        [prefix + name for name in ("tasks_late", "tasks_below_standard", "tasks_done", "tasks_assigned")],
        [prefix + "tasks_exceeded", prefix + "tasks_done"],
    ]


CHAINS = _chains("") + _chains("unit_")
CHAINS += [
    [f"{who}_{part}", f"{who}_total"] for who in ("children", "peers") for part in ("not_completed", "good_or_better")
]


def _inconsistent(known: dict[str, Any]) -> set[str]:
    """The facts that stand against a constraint: the lesser side of it. Checked wherever two of a chain are known.

    Parts that together are more than their whole are all named, unless one of them alone is: then that is the fault.
    """
    problems = set()
    for chain in CHAINS:
        for at, lesser in enumerate(chain):
            for greater in chain[at + 1 :]:
                if lesser in known and greater in known and known[lesser] > known[greater]:
                    problems.add(lesser)
    for who in ("children", "peers"):
        parts, whole = [f"{who}_not_completed", f"{who}_good_or_better"], f"{who}_total"
        if problems.intersection(parts) or not all(name in known for name in [*parts, whole]):
            continue
        if sum(known[name] for name in parts) > known[whole]:
            problems.update(parts)
    return problems


def _read(kind: Kind, facts: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The known facts, typed, and the names of those that are invalid (of a list: the name of the list)."""
    known: dict[str, Any] = {}
    problems = set()
    for name, value in facts.items():
        if name not in kind.declared:
            problems.add(name)
        elif value is not None:
            try:
                known[name] = _typed(kind.declared[name], value)
            except ValueError:
                problems.add(name)
    if "period_end" in known and not kind.first <= known["period_end"].isoformat() <= kind.last:
        problems.add("period_end")
    return known, problems | _inconsistent(known)


# ---------------------------------------------------------------------------------------------------------------------
# The rating


def _options(truth: Truth) -> list[bool]:
    return [True, False] if truth[0] is None else [truth[0]]


def _by_score(score: Score | None) -> list[int | None]:
    """The levels in whose band the score may lie; without a score only None."""
    if score is None:
        return [None]
    ends = [edge for edge, _ in score.bands[1:]] + [score.high + 1]
    parts = zip(score.bands, ends, strict=True)
    return [level for (start, levels), end in parts if score.low < end and score.high >= start for level in levels]


def _standard(by_score: int | None, holds: dict[int, bool], closed: bool, on_gap: str) -> tuple[int, int, int]:
    """`by_conditions` and the interval of the level, with everything known (design.md, "Rating one case" 3 and 4)."""
    reached = [level for level in (HT, HTT, HTXS) if holds[level] and (by_score is None or by_score >= level)]
    by_conditions = max(reached, default=KHT)
    if by_conditions == by_score or (by_score is None and (reached or not closed)):
        return by_conditions, by_conditions, by_conditions
    # A gap. Where no level's conditions hold and the lowest level's list is closed, the text does not give KHT either.
    high = by_conditions if by_score is None else by_score - 1
    if not reached and closed:
        high = max(high, HT)
    return by_conditions, by_conditions, by_conditions if on_gap == "lower" else high


def _limit(limit: Limit, case: Case) -> tuple[list[tuple[int, int]], frozenset[str]]:
    """The intervals that the limit may give, and the missing facts that it reads."""
    missing = limit.when[1] | limit.escape[1]
    if isinstance(limit.level, int):
        levels = [limit.level]
    elif limit.level in case.known:
        levels = [case.known[limit.level]]
    else:
        assert case.declared[limit.level] == LEVEL
        levels, missing = [KHT, HT, HTT, HTXS], missing | {limit.level}
    intervals = [
        (level, TOP if escaped else level) if applies else (TOP, TOP)
        for applies, level, escaped in product(_options(limit.when), levels, _options(limit.escape))
    ]
    return intervals, missing


def rate(
    rulebook: Rulebook, subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None
) -> dict[str, Any]:
    """The rating of one case: the keys of `cases.json`, with `missing` and `problems` always there."""
    chosen = {name: options[0] for name, options in rulebook.policies.items()} | (policies or {})
    if any(name not in rulebook.policies or option not in rulebook.policies[name] for name, option in chosen.items()):
        raise ValueError("an unknown policy")
    result: dict[str, Any] = dict.fromkeys(
        ["outcome", "level", "at_least", "at_most", "by_score", "by_conditions", "score"]
    ) | {"missing": [], "problems": []}
    kind = rulebook.kinds[subject]
    known, problems = _read(kind, facts)
    if problems:
        return result | {"outcome": "invalid", "problems": sorted(problems)}

    case = Case(kind.declared, known, chosen)
    rules = kind.rules(case)

    # Eligibility: facts.md, "How unknowns end", 1 and 2.
    if any(value for value, _ in rules.not_reviewed):
        return result | {"outcome": "not_reviewed"}
    reviewed = frozenset().union(*(missing for _, missing in rules.not_reviewed))
    if any(value for value, _ in rules.not_rated):
        if reviewed:
            return result | {"outcome": "undetermined", "missing": sorted(reviewed)}
        return result | {"outcome": "not_rated"}

    # The components of the standard: the score, then the conditions of HTXS, HTT and HT; and its completions.
    conditions = [rules.excellent, rules.good, rules.completed]
    bands = _by_score(rules.score)
    components = [rules.score.missing if rules.score else frozenset(), *(missing for _, missing in conditions)]
    on_gap = chosen.get("on_gap", "authority")
    completions = {
        (by_score, *holds): _standard(by_score, dict(zip((HTXS, HTT, HT), holds, strict=True)), rules.closed, on_gap)
        for by_score in bands
        for holds in product(*map(_options, conditions))
    }

    # Every rule as the intervals that it may give: the standard first, then each limit, then what was not read.
    limits = [_limit(limit, case) for limit in rules.limits]
    intervals = [[(lo, hi) for _, lo, hi in completions.values()]] + [ways for ways, _ in limits]
    if rules.unread:
        intervals.append([(KHT, TOP)])
    min_w = min(min(lo for lo, _ in ways) for ways in intervals)
    min_b = min(max(lo for lo, _ in ways) for ways in intervals)
    min_best = min(max(hi for _, hi in ways) for ways in intervals)

    # What matters: facts.md, "How unknowns end", 4.
    missing = set(reviewed).union(*(names for _, names in rules.not_rated))
    for at, names in enumerate(components):
        cuts: dict[tuple, set[tuple[int, int]]] = {}
        for given, (_, lo, hi) in completions.items():
            cuts.setdefault(given[:at] + given[at + 1 :], set()).add((min(lo, min_b), min(hi, min_best)))
        if any(len(cut) > 1 for cut in cuts.values()):
            missing |= names
    for ways, names in limits:
        if min(hi for _, hi in ways) < min_best or min(lo for lo, _ in ways) < min_b:
            missing |= names

    by_conditions = {level for level, _, _ in completions.values()}
    outcome = "undetermined" if missing else "rated" if min_w == min_best else "authority_decides"
    return result | {
        "outcome": outcome,
        "level": LEVELS[min_w] if outcome == "rated" else None,
        "at_least": LEVELS[min_w],
        "at_most": LEVELS[min_best],
        "by_score": LEVELS[bands[0]] if len(bands) == 1 and bands[0] is not None else None,
        "by_conditions": LEVELS[by_conditions.pop()] if len(by_conditions) == 1 else None,
        "score": str(rules.score.low) if rules.score and rules.score.low == rules.score.high else None,
        "missing": sorted(missing),
    }
