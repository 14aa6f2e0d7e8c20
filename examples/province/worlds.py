"""Levels that may still be open: every subject with the lowest and the highest level that is possible.

Every rule of these rulebooks gives more where what it rests on is better, so all that is possible lies between two
worlds: one in which all that is not known is as bad as can be, and one in which it is as good as can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from luck import Bools, Ints, Small
from years import COMPLETED, EXCELLENT, GOOD, NOT_COMPLETED


@dataclass
class Standing:
    """Of every subject of a kind: what is possible, whether it is counted, and what was decided."""

    low: Small
    high: Small
    rated: Bools  # takes part in the rating at all
    unknown: Bools  # a missing fact keeps it open
    to_decide: Bools
    decided: Small  # or -1
    reason: Small  # why it had to be decided

    @classmethod
    def blank(cls, count: int) -> Standing:
        """Nothing known yet."""
        no = np.zeros(count, np.bool_)
        return cls(
            low=np.zeros(count, np.int8), high=np.full(count, EXCELLENT, np.int8), rated=~no, unknown=no.copy(),
            to_decide=no.copy(), decided=np.full(count, -1, np.int8), reason=np.zeros(count, np.int8),
        )  # fmt: skip

    @property
    def worlds(self) -> tuple[Small, Small]:
        """The levels in the worse and in the better world; what was decided is the same in both."""
        done = self.decided >= 0
        return np.where(done, self.decided, self.low), np.where(done, self.decided, self.high)

    @property
    def final(self) -> Small:
        """The level in the end, or -1."""
        low, high = self.worlds
        return np.where(self.rated & (low == high), low, np.int8(-1)).astype(np.int8)


def tally(levels: Small, rated: Bools, above: Ints, length: int) -> tuple[Ints, Ints, Ints]:
    """For each that something is below: how many are rated, at the lowest level, good or better."""
    counted = rated & (above >= 0)

    def of(mask: Bools) -> Ints:
        return np.bincount(above[mask], minlength=length)

    return of(counted), of(counted & (levels == NOT_COMPLETED)), of(counted & (levels >= GOOD))


def organization_cap(total: Ints, failed: Ints, good: Ints) -> Small:
    """HD 21: what an organisation may have by what is below it."""
    levels = [NOT_COMPLETED, EXCELLENT, GOOD]
    held = [5 * failed > total, (failed == 0) & (10 * good >= 8 * total), (failed == 0) & (2 * good >= total)]
    return np.select(held, levels, COMPLETED).astype(np.int8)


def in_charge_cap(total: Ints, failed: Ints, good: Ints) -> tuple[Small, Bools]:
    """QĐ 89: what a leader may have by the units in charge; and whether even `completed` is not met."""
    held = [(failed == 0) & (10 * good >= 7 * total), failed == 0]
    cap = np.select(held, [EXCELLENT, GOOD], COMPLETED).astype(np.int8)
    return cap, 10 * (total - failed) < 7 * total
