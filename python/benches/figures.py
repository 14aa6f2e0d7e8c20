"""The figures of the Python face, medians of several runs: `make bench`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import xeploai

MEMBER: dict[str, xeploai._core.FactValue] = {
    "period_end": "2025-12-31",
    "admitted_on": "2010-05-19",
    "exempt_from_activities": False,
    "suspended_from_activities": False,
    "score_general": 28,
    "score_results": 61.99,
    "tasks_assigned": 10,
    "tasks_done": 10,
    "tasks_late": 0,
    "tasks_below_standard": 0,
    "tasks_exceeded": 2,
    "shortcomings_noted": 2,
    "shortcomings_remedied": 2,
    "degradation_concluded": False,
    "conduct_breach_concluded": False,
    "discipline_on_duty": "none",
    "discipline_for_earlier_violation": False,
    "self_detected_and_remedied": False,
}


def microseconds(work: Callable[[], object], number: int = 10_000, runs: int = 15) -> float:
    """The median time of one call."""
    return statistics.median(timeit.repeat(work, number=number, repeat=runs)) / number * 1e6


def import_milliseconds() -> float:
    """The median time of `import xeploai` in an interpreter of its own."""
    code = "import time; t = time.perf_counter(); import xeploai; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(9)]
    return statistics.median(float(run) for run in runs) * 1e3


def main() -> None:
    """Print each figure beside its limit, and write `bench.json`."""
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    text = rulebook.to_json()

    def outcome_and_level() -> tuple[str, str | None]:
        rating = rulebook.rate("member", MEMBER)
        return rating.outcome, rating.level

    record = json.dumps(MEMBER)
    figures = [
        ("dict to outcome and level", microseconds(outcome_and_level), "us", 3.0),
        ("dict to to_dict()", microseconds(lambda: rulebook.rate("member", MEMBER).to_dict()), "us", 8.0),
        ("JSON text to JSON text", microseconds(lambda: rulebook.rate_json("member", record).to_json()), "us", None),
        ("load 366-qd-tw", microseconds(lambda: xeploai.Rulebook.from_json(text), 50) / 1e3, "ms", 2.0),
        ("import xeploai", import_milliseconds(), "ms", 30.0),
    ]
    wheels = sorted(Path("target/wheels").glob("*.whl"))
    if wheels:
        figures.append(("wheel", wheels[-1].stat().st_size / 1e6, "MB", 5.0))
    for name, value, unit, limit in figures:
        print(f"{name:28} {value:8.2f} {unit}" + ("" if limit is None else f"   (at most {limit:g})"))
    rows = [
        {"name": name, "value": round(value, 3), "unit": unit, "limit": limit} for name, value, unit, limit in figures
    ]
    target = Path("bench.json")
    names = {row["name"] for row in rows}
    others = json.loads(target.read_text(encoding="utf-8")) if target.exists() else []
    rows += [other for other in others if other["name"] not in names]
    target.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
