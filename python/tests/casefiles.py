"""The case files: those that every face must answer alike, and the one beside each built-in rulebook."""

from __future__ import annotations

import functools
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import xeploai

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "core/rulebooks"
STEMS = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json") if ".cases." not in path.name)


def read(path: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return cases


@functools.cache
def of_file(stem: str) -> xeploai.Rulebook:
    """The rulebook of a file beside which cases stand."""
    return xeploai.Rulebook.load(FOLDER / f"{stem}.json")


@functools.cache
def builtin(id: str, on: str | None) -> xeploai.Rulebook:
    return xeploai.Rulebook.builtin(id, on)


SHARED = [(builtin(case["rulebook"], case.get("on")), case) for case in read(ROOT / "tests/cases/rate.json")]
OWN = [(of_file(stem), case) for stem in STEMS for case in read(FOLDER / f"{stem}.cases.json")]


def name(part: object) -> str | None:
    """The name of a case in a test's report."""
    return part["id"] if isinstance(part, dict) else None


def exact(score: str | None) -> Fraction | None:
    """The score of a result or of a case: a decimal, a fraction, or a truncated decimal with the fraction beside it."""
    if score is None:
        return None
    return Fraction(score.split("(")[1].rstrip(")") if "(" in score else score)


def differences(rating: xeploai.Rating, expect: dict[str, Any]) -> list[str]:
    """The keys in which a rating is not as a case expects."""
    result: dict[str, Any] = {**rating.to_dict()}
    wrong = []
    for key, expected in expect.items():
        match key:
            case "score":
                same = exact(result[key]) == exact(expected) == rating.score_fraction
            case "problems":
                same = {problem["field"] for problem in result[key]} == set(expected)
            case "missing":
                same = set(result[key]) == set(expected)
            case "notes" | "no_notes":
                told = {word for note in result["notes"] for word in (note["code"], note["rule"])}
                same = set(expected) <= told if key == "notes" else not told & set(expected)
            case _:
                same = result[key] == expected
        if not same:
            wrong.append(f"{key}: expected {expected}, found {result.get(key)}")
    return wrong
