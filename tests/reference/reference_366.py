"""A plain, brute-force reference of the rulebook 366-qd-tw (QĐ 366-QĐ/TW of 30/8/2025, with HD 43-HD/BTCTW).

Written from the domain texts alone (`encoding.md`, `facts.md`), never from the implementation, which the differential
test compares with it. Slow and literal on purpose: every unknown is completed in every way, and the intervals of
"How unknowns end" are read off the completions.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

LEVELS = ["not_completed", "completed", "good", "excellent"]  # facts.md, Enumerations: lowest first
KHT, HT, HTT, HTXS = range(4)
TOP = HTXS
FORMS = ["none", "reprimand", "warning", "dismissal", "expulsion"]
IN_FORCE_FROM = datetime.date(2025, 8, 30)  # facts.md, Rulebooks
POLICIES = {"on_gap": ("authority", "lower"), "basic_targets": ("any", "all")}

# ---------------------------------------------------------------------------------------------------------------------
# The typed record (facts.md, Conventions and "Facts by subject kind")

BOOL, DATE, FORM = ("bool",), ("date",), ("form",)
COUNT, TARGETS = ("int", 0, 1_000_000), ("int", 0, 5)
GENERAL, RESULTS = ("dec", 0, 30), ("dec", 0, 70)


def _named(kind: tuple, names: str) -> dict[str, tuple]:
    return dict.fromkeys(names.split(), kind)


_COMMON = {"period_end": DATE, "score_general": GENERAL, "score_results": RESULTS} | _named(
    COUNT, "shortcomings_noted shortcomings_remedied"
)
_OWN = _named(COUNT, "tasks_assigned tasks_done tasks_late tasks_below_standard tasks_exceeded")
_UNIT = {"unit_" + name: kind for name, kind in _OWN.items()}
_BASIC = _named(TARGETS, "basic_targets_assigned basic_targets_met")
_MEMBERS = _named(FORM, "member_discipline_on_duty member_discipline_other") | {"subordinate_unit_disciplined": BOOL}

DECLARED: dict[str, dict[str, tuple]] = {
    "member": _COMMON
    | _OWN
    | _named(BOOL, "exempt_from_activities suspended_from_activities degradation_concluded conduct_breach_concluded")
    | _named(BOOL, "discipline_for_earlier_violation self_detected_and_remedied")
    | {"admitted_on": DATE, "discipline_on_duty": FORM},
    "leader": _COMMON
    | _UNIT
    | _BASIC
    | _named(COUNT, "children_total children_not_completed confidence_votes_total confidence_votes_low")
    | _named(BOOL, "degradation_concluded subordinate_corruption_handled")
    | _named(BOOL, "discipline_for_earlier_violation self_detected_and_remedied")
    | {"discipline_on_duty": FORM},
    "leadership_collective": _COMMON
    | _OWN
    | _BASIC
    | _MEMBERS
    | _named(BOOL, "disunity_concluded personnel_wrongdoing_concluded member_degradation_concluded force_majeure")
    | _named(BOOL, "discipline_for_earlier_violation self_detected_and_remedied"),
    # facts.md declares neither the basic targets nor force majeure for the kind under 366, although encoding.md gives
    # it trigger 4.1.d, whose rows and escape read them. A rule cannot read what a case may not say: see `_triggers`.
    "party_organization": _COMMON | _OWN | _MEMBERS,
}


def _chains(prefix: str) -> list[list[str]]:
    """facts.md, Counts: each chain ascends; it is checked wherever two of it are known."""
    return [
        [prefix + name for name in ("late", "below_standard", "done", "assigned")],
        [prefix + "exceeded", prefix + "done"],
        ["children_not_completed", "children_total"],
        ["shortcomings_remedied", "shortcomings_noted"],
        ["basic_targets_met", "basic_targets_assigned"],
        ["confidence_votes_low", "confidence_votes_total"],
    ]


def _typed(kind: tuple, value: Any) -> Any:
    """The value of a fact as the typed record admits it; ValueError when it does not."""
    if kind == BOOL:
        if isinstance(value, bool):
            return value
    elif kind == FORM:
        if isinstance(value, str) and value in FORMS:
            return FORMS.index(value)
    elif kind == DATE:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return datetime.date.fromisoformat(value)
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
    raise ValueError(kind[0])


def _read(subject: str, facts: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The known facts, typed, and the names of those that are invalid."""
    known: dict[str, Any] = {}
    problems = set()
    for name, value in facts.items():
        if name not in DECLARED[subject]:
            problems.add(name)
        elif value is not None:
            try:
                known[name] = _typed(DECLARED[subject][name], value)
            except ValueError:
                problems.add(name)
    if "period_end" in known and known["period_end"] < IN_FORCE_FROM:
        problems.add("period_end")
    for chain in _chains("unit_tasks_" if subject == "leader" else "tasks_"):
        for at, lesser in enumerate(chain):
            for greater in chain[at + 1 :]:
                if lesser in known and greater in known and known[lesser] > known[greater]:
                    problems.add(lesser)
    return known, problems


# ---------------------------------------------------------------------------------------------------------------------
# Conditions: True, False or None (unknown), each with the missing facts that make it unknown

Truth = tuple[bool | None, frozenset[str]]
YES: Truth = (True, frozenset())
NO: Truth = (False, frozenset())


def _unknown(*names: str) -> Truth:
    return None, frozenset(names)


def _where(known: dict, names: list[str], test: Callable[..., bool]) -> Truth:
    """A test of facts: unknown while one that it reads is missing, whatever bounds and constraints would allow."""
    missing = [name for name in names if name not in known]
    return _unknown(*missing) if missing else (test(*(known[name] for name in names)), frozenset())


def _share(known: dict, part: str, whole: str, test: Callable[[int, int], bool], if_any: Truth | None = None) -> Truth:
    """A share: a known whole of 0 comes first, unknown naming the whole or, "if any", the stated answer."""
    if known.get(whole) == 0:
        return _unknown(whole) if if_any is None else if_any
    return _where(known, [part, whole], test)


def _all(*truths: Truth) -> Truth:
    if any(value is False for value, _ in truths):
        return NO
    return (None if any(v is None for v, _ in truths) else True), frozenset().union(*(m for _, m in truths))


def _not(truth: Truth) -> Truth:
    return (None if truth[0] is None else not truth[0]), truth[1]


def _any(*truths: Truth) -> Truth:
    return _not(_all(*map(_not, truths)))


def _eligibility(subject: str, known: dict) -> list[Truth]:
    """Member only, Đ5.2.1: exempt, suspended, under 6 months(admitted_on), each not_reviewed."""

    def under_six_months(admitted: datetime.date, end: datetime.date) -> bool:
        year, month = divmod(admitted.year * 12 + admitted.month - 1 + 6, 12)  # month 0 is January
        last = 31 if month == 11 else (datetime.date(2000 + year % 400, month + 2, 1) - datetime.timedelta(1)).day
        return (year, month + 1, min(admitted.day, last)) > (end.year, end.month, end.day)

    if subject != "member":
        return []
    return [
        _where(known, ["exempt_from_activities"], bool),
        _where(known, ["suspended_from_activities"], bool),
        _where(known, ["admitted_on", "period_end"], under_six_months),
    ]


def _conditions(subject: str, known: dict) -> dict[int, Truth]:
    """encoding.md, 366-qd-tw, first table: the own conditions of each level."""
    tasks = "unit_tasks_" if subject == "leader" else "tasks_"
    done = _share(known, tasks + "done", tasks + "assigned", lambda part, whole: part == whole)
    clean = _where(known, [tasks + "below_standard"], lambda count: count == 0)
    exceeded = _share(known, tasks + "exceeded", tasks + "assigned", lambda part, whole: 100 * part >= 30 * whole)
    on_time = _share(known, tasks + "late", tasks + "assigned", lambda part, whole: 100 * part <= 20 * whole)
    remedied = _any(
        _where(known, ["shortcomings_noted"], lambda noted: noted == 0),
        _where(known, ["shortcomings_remedied", "shortcomings_noted"], lambda remedied, noted: remedied == noted),
    )
    if subject == "member":
        excellent = _all(done, clean, exceeded, remedied)  # Đ11.1.3, 11.1.4
    elif subject == "leader":
        excellent = _all(done, exceeded, remedied)  # Đ11.1.2: not clean, as written
    else:  # Đ11.1.1, of the collective and of the Party organisation
        disciplined = [
            _where(known, ["subordinate_unit_disciplined"], bool),
            _where(known, ["member_discipline_on_duty"], lambda form: form >= FORMS.index("reprimand")),
            _where(known, ["member_discipline_other"], lambda form: form >= FORMS.index("reprimand")),
        ]
        excellent = _all(done, clean, exceeded, remedied, *map(_not, disciplined))
    return {HTXS: excellent, HTT: _all(done, clean), HT: _all(done, on_time)}


def _triggers(subject: str, known: dict, policies: dict[str, str]) -> list[tuple[Truth, Truth]]:
    """encoding.md, 366-qd-tw, second table: the triggers of KHT, each with its escape (NO where there is none)."""

    def flag(name: str) -> Truth:
        return _where(known, [name], bool)

    def disciplined(name: str) -> Truth:
        return _where(known, [name], lambda form: form >= FORMS.index("reprimand"))

    def less_than_70(tasks: str) -> Truth:
        return _share(known, tasks + "done", tasks + "assigned", lambda part, whole: 100 * part < 70 * whole)

    def more_than_half(part: str, whole: str) -> Truth:
        return _share(known, part, whole, lambda a, b: 100 * a > 50 * b, if_any=NO)

    def basic_targets_missed() -> Truth:
        if known.get("basic_targets_assigned") == 0:  # if any: no
            return NO
        if policies["basic_targets"] == "all":  # "met = 0": a count, so one that is met settles it (Kleene)
            there_are = _where(known, ["basic_targets_assigned"], lambda assigned: assigned > 0)
            return _all(there_are, _where(known, ["basic_targets_met"], lambda met: met == 0))
        return _where(known, ["basic_targets_met", "basic_targets_assigned"], lambda met, assigned: met < assigned)

    def remedied() -> Truth:
        return flag("self_detected_and_remedied")

    def remedied_or_earlier() -> Truth:  # note 1 of Đ11: a second escape of every discipline trigger
        return _any(remedied(), flag("discipline_for_earlier_violation"))

    if subject == "member":
        not_done = _share(known, "tasks_done", "tasks_assigned", lambda part, whole: 100 * (whole - part) > 50 * whole)
        return [
            (flag("degradation_concluded"), remedied()),  # 4.3.a
            (disciplined("discipline_on_duty"), remedied_or_earlier()),  # 4.3.a
            (flag("conduct_breach_concluded"), remedied()),  # 4.3.a
            (not_done, NO),  # 4.3.b
        ]
    if subject == "leader":
        return [
            (less_than_70("unit_tasks_"), NO),  # 4.2.a
            (basic_targets_missed(), NO),  # 4.2.a
            (more_than_half("children_not_completed", "children_total"), NO),  # 4.2.a
            (more_than_half("confidence_votes_low", "confidence_votes_total"), NO),  # 4.2.b
            (disciplined("discipline_on_duty"), remedied_or_earlier()),  # 4.2.c
            (flag("degradation_concluded"), remedied()),  # 4.2.d
            (flag("subordinate_corruption_handled"), remedied()),  # 4.2.e
        ]
    if subject == "party_organization":  # of the triggers 4.1.d only, as far as the kind's facts reach
        return [(less_than_70("tasks_"), NO)]
    return [
        (flag("personnel_wrongdoing_concluded"), remedied()),  # 4.1.a
        (flag("disunity_concluded"), remedied()),  # 4.1.a
        (disciplined("member_discipline_on_duty"), remedied_or_earlier()),  # 4.1.b
        (flag("member_degradation_concluded"), NO),  # 4.1.c
        (less_than_70("tasks_"), flag("force_majeure")),  # 4.1.d
        (basic_targets_missed(), flag("force_majeure")),  # 4.1.d
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The standard (design.md, "Rating one case" 3 and 4)


def _bands(low: Fraction, high: Fraction) -> list[int]:
    """The bands in which a score from low to high may lie."""
    edges = [0, 50, 70, 90, 101]
    return [level for level in range(4) if low < edges[level + 1] and high >= edges[level]]


def _standard(by_score: int, holds: dict[int, bool], on_gap: str) -> tuple[int, int, int]:
    """`by_conditions` and the interval of the level, with everything known."""
    by_conditions = max((level for level in (HT, HTT, HTXS) if holds[level] and by_score >= level), default=KHT)
    if by_conditions == by_score:
        return by_conditions, by_score, by_score
    # A gap. The lowest level's list is closed: where no level's conditions hold, KHT is not given by the text either.
    high = max(by_score - 1, HT) if by_conditions == KHT else by_score - 1
    return by_conditions, by_conditions, by_conditions if on_gap == "lower" else high


def _options(truth: Truth) -> list[bool]:
    return [True, False] if truth[0] is None else [truth[0]]


def rate(subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None) -> dict[str, Any]:
    """The rating of one case: the keys of `cases.json`, with `missing` and `problems` always there."""
    chosen = {name: options[0] for name, options in POLICIES.items()} | (policies or {})
    if any(name not in POLICIES or option not in POLICIES[name] for name, option in chosen.items()):
        raise ValueError("an unknown policy")
    result: dict[str, Any] = dict.fromkeys(
        ["outcome", "level", "at_least", "at_most", "by_score", "by_conditions", "score"]
    ) | {"missing": [], "problems": []}
    known, problems = _read(subject, facts)
    if problems:
        return result | {"outcome": "invalid", "problems": sorted(problems)}
    eligibility = _eligibility(subject, known)
    if any(value for value, _ in eligibility):
        return result | {"outcome": "not_reviewed"}

    # The components of the standard: the score, then the conditions of HTXS, HTT and HT; and its completions.
    parts = {"score_general": 30, "score_results": 70}
    low = sum((known.get(name, Fraction(0)) for name in parts), Fraction(0))
    high = sum((known.get(name, Fraction(bound)) for name, bound in parts.items()), Fraction(0))
    conditions = _conditions(subject, known)
    bands = _bands(low, high)
    components = [frozenset(name for name in parts if name not in known)]
    components += [conditions[level][1] for level in (HTXS, HTT, HT)]
    completions = {
        given: _standard(given[0], dict(zip((HTXS, HTT, HT), given[1:], strict=True)), chosen["on_gap"])
        for given in product(bands, *(_options(conditions[level]) for level in (HTXS, HTT, HT)))
    }

    # Every rule as the intervals that it may give: the standard first, then each trigger.
    triggers = _triggers(subject, known, chosen)
    rules = [[(lo, hi) for _, lo, hi in completions.values()]]
    rules += [
        [
            (TOP, TOP) if not fires else (KHT, TOP) if escaped else (KHT, KHT)
            for fires, escaped in product(_options(trigger), _options(escape))
        ]
        for trigger, escape in triggers
    ]
    min_w = min(min(lo for lo, _ in rule) for rule in rules)
    min_b = min(max(lo for lo, _ in rule) for rule in rules)
    min_best = min(max(hi for _, hi in rule) for rule in rules)

    # What matters: facts.md, "How unknowns end", 4.
    missing: set[str] = set()
    for at, names in enumerate(components):
        cuts: dict[tuple, set[tuple[int, int]]] = {}
        for given, (_, lo, hi) in completions.items():
            cuts.setdefault(given[:at] + given[at + 1 :], set()).add((min(lo, min_b), min(hi, min_best)))
        if any(len(intervals) > 1 for intervals in cuts.values()):
            missing |= names
    for (trigger, escape), rule in zip(triggers, rules[1:], strict=True):
        if min(hi for _, hi in rule) < min_best or min(lo for lo, _ in rule) < min_b:
            missing |= trigger[1] | escape[1]
    missing |= frozenset().union(*(names for _, names in eligibility))

    given_conditions = {by_conditions for by_conditions, _, _ in completions.values()}
    outcome = "undetermined" if missing else "rated" if min_w == min_best else "authority_decides"
    return result | {
        "outcome": outcome,
        "level": LEVELS[min_w] if outcome == "rated" else None,
        "at_least": LEVELS[min_w],
        "at_most": LEVELS[min_best],
        "by_score": LEVELS[bands[0]] if len(bands) == 1 else None,
        "by_conditions": LEVELS[given_conditions.pop()] if len(given_conditions) == 1 else None,
        "score": str(low) if low == high else None,
        "missing": sorted(missing),
    }
