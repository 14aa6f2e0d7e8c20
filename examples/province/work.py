"""What facts of all kinds have in common: graded criteria and counts of tasks that give a level, and no higher one."""

from __future__ import annotations

import numpy as np

from luck import Bools, Ints, Small
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED

POOR, AVERAGE = 0, 1  # grades; `good` and `excellent` have the numbers of the levels of that name

Facts = dict[str, Ints]


def grades(chance: np.random.Generator, level: Small, results: list[int], width: int) -> tuple[Small, Bools]:
    """Grades that give each level, and whether results are outstanding; ``results``: which criteria are those.

    Of ``good`` some have every grade that ``excellent`` asks for and are not outstanding, others the other way round.
    """
    count = len(level)
    usual = chance.choice([AVERAGE, GOOD, EXCELLENT], (count, width), p=[0.08, 0.72, 0.2])
    better = chance.choice([GOOD, EXCELLENT], (count, width), p=[0.7, 0.3])
    grade = np.where((level == EXCELLENT)[:, None], better, usual)
    at = np.arange(count)
    weakest = np.array(results)[chance.integers(0, len(results), count)]
    top = (chance.random(count) < 0.1) & (level == GOOD)
    grade[:, results] = np.where((level == EXCELLENT)[:, None], EXCELLENT, np.maximum(grade[:, results], GOOD))
    grade[top] = better[top]
    grade[np.ix_(top, results)] = EXCELLENT
    held = (level == GOOD) & ~top
    grade[at[held], weakest[held]] = GOOD
    low = level == COMPLETED
    grade[low] = np.minimum(grade[low], GOOD)
    grade[at[low], weakest[low]] = AVERAGE
    failed = level == NOT_COMPLETED
    grade[failed] = np.minimum(grade[failed], GOOD)
    outstanding = (level == EXCELLENT) | (held & (chance.random(count) < 0.05))
    return grade.astype(np.int8), outstanding


def tasks(chance: np.random.Generator, level: Small, short: Bools) -> tuple[Ints, Ints]:
    """Tasks assigned and done; ``short``: fewer than half of them are done."""
    assigned = chance.integers(6, 25, len(level))
    left = np.where(level <= COMPLETED, chance.integers(0, 3, len(level)), 0)
    done = np.where(short, chance.integers(0, (assigned + 1) // 2), assigned - left)
    return assigned, done


def one_of(chance: np.random.Generator, among: Bools, weights: list[float]) -> Ints:
    """For those that ``among`` marks, the number of a way; -1 for all others."""
    return np.where(among, chance.choice(len(weights), len(among), p=weights), -1)
