"""A plain reference of nd-335-2025 (NĐ 335/2025/NĐ-CP of 21/12/2025), civil servants.

Written from the domain texts alone; see `plain.py`. The bands of the score are the whole standard.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import plain
from plain import BOOL, COUNT, DATE, FORM, YES, Case, Kind, Limit, Rulebook, Rules, Score, named

PRODUCTS = (
    "list",
    10_000,
    {
        "name": plain.TEXT,
        "weight": ("dec", Fraction(1, 100), 10_000),
        "done": BOOL,
        "content_errors": COUNT,
        "delays": COUNT,
    },
    (),
)
PERIOD_SCORES = ("list", 10_000, {"score": ("dec", 0, 100)}, ())

Part = tuple[Fraction, Fraction, frozenset[str]]  # low, high, the missing fact


def _abc(c: Case) -> list[Part]:
    """a, b, c: a list that is missing, empty or incomplete leaves each of them anywhere in [0, 1]."""
    products = c.known.get("products", [])
    needed = ("weight", "done", "content_errors", "delays")
    if not products or any(item[name] is None for item in products for name in needed):
        return [(Fraction(0), Fraction(1), frozenset({"products"}))] * 3

    def share(quality: Callable[[dict[str, Any]], Fraction]) -> Part:
        whole = sum((item["weight"] for item in products), Fraction(0))
        part = sum((item["weight"] * quality(item) for item in products if item["done"]), Fraction(0))
        return part / whole, part / whole, frozenset()

    return [
        share(lambda item: Fraction(1)),  # noqa: ARG005
        share(lambda item: max(Fraction(0), 1 - Fraction(item["content_errors"], 4))),
        share(lambda item: max(Fraction(0), 1 - Fraction(item["delays"], 4))),
    ]


def _whole_or_half(c: Case, name: str, whole: Callable[[Any], bool]) -> Part:
    """d, đ, e: 1 or 1/2."""
    if name not in c.known:
        return Fraction(1, 2), Fraction(1), frozenset({name})
    value = Fraction(1) if whole(c.known[name]) else Fraction(1, 2)
    return value, value, frozenset()


def _score(c: Case, leading: bool) -> Score:
    if c.policies["score_from"] == "period_scores":
        scores = [item["score"] for item in c.known.get("period_scores", [])]
        if not scores or None in scores:
            return Score(Fraction(0), Fraction(100), frozenset({"period_scores"}))
        mean = sum(scores, Fraction(0)) / len(scores)
        return Score(mean, mean, frozenset())
    parts = _abc(c)
    if leading:
        parts += [
            _whole_or_half(c, "children_not_completed", lambda count: count == 0),
            _whole_or_half(c, "unit_plan_fully_done", bool),
            _whole_or_half(c, "unit_cohesive", bool),
        ]
    return Score(
        low=c.known.get("score_general", Fraction(0)) + 70 * sum(low for low, _, _ in parts) / len(parts),
        high=c.known.get("score_general", Fraction(30)) + 70 * sum(high for _, high, _ in parts) / len(parts),
        missing=frozenset({"score_general"} - c.known.keys()).union(*(missing for _, _, missing in parts)),
    )


def _rules(c: Case, leading: bool) -> Rules:
    triggers = [
        c.flag("degradation_concluded"),
        c.flag("conduct_breach_concluded"),
        c.at_least("discipline_on_duty", "reprimand"),
    ]
    if leading:
        triggers.append(c.flag("subordinate_corruption_handled"))
    return Rules(YES, YES, YES, closed=True, score=_score(c, leading), limits=[Limit(trigger) for trigger in triggers])


_PLAIN = {
    "period_end": DATE,
    "score_general": ("dec", 0, 30),
    "products": PRODUCTS,
    "period_scores": PERIOD_SCORES,
    "degradation_concluded": BOOL,
    "conduct_breach_concluded": BOOL,
    "discipline_on_duty": FORM,
}
_LEADING = (
    _PLAIN
    | {"children_not_completed": COUNT}
    | named(BOOL, "unit_plan_fully_done unit_cohesive subordinate_corruption_handled")
)
_IN_FORCE = ("2026-01-01", "9999-12-31")

RULEBOOKS = {
    "nd-335-2025": Rulebook(
        kinds={
            "civil_servant": Kind(_PLAIN, *_IN_FORCE, lambda c: _rules(c, leading=False)),
            "civil_servant_leader": Kind(_LEADING, *_IN_FORCE, lambda c: _rules(c, leading=True)),
        },
        policies={"score_from": ("products", "period_scores")},
    )
}
DECLARED = {key: {kind: it.declared for kind, it in book.kinds.items()} for key, book in RULEBOOKS.items()}
POLICIES = {key: book.policies for key, book in RULEBOOKS.items()}


def rate(rulebook: str, subject: str, facts: dict[str, Any], policies: dict[str, str] | None = None) -> dict[str, Any]:
    return plain.rate(RULEBOOKS[rulebook], subject, facts, policies)
