"""How many may be excellent, and which ones the authority takes: the ones that chance ranks first."""

from __future__ import annotations

import numpy as np

from luck import Bools, Floats, Ints, Small
from worlds import Standing
from years import EXCELLENT, GOOD

WITHIN, BEYOND = 1, 2  # reasons of a decision: within the quota, beyond it


def allowed(base: Ints, rate: int, above: bool) -> Ints:
    """The largest number of excellent out of ``base`` that are good or better.

    Taken of those rated good, those who step down among them (``above`` false): k ≤ rate (base - k).
    """
    return base * rate // (100 if above else 100 + rate)


def settle(
    standing: Standing, within: Bools, group: Ints, wanted: Small, rank: Floats, rate: int, above: bool, by_rule: bool
) -> None:
    """Apply the quota to the subjects ``within``, and take every decision that is left open.

    ``wanted`` is what the authority would give without a quota. ``by_rule`` is false where the rulebook has no quota
    and the authority keeps to one of its own.
    """
    places = np.flatnonzero(within & standing.rated)
    groups = int(group.max()) + 1
    low, high = standing.low[places], standing.high[places]
    of = group[places]

    def count(mask: Bools) -> Ints:
        return np.bincount(of[mask], minlength=groups)

    certain = low == EXCELLENT
    if by_rule:
        least, most = (allowed(count(bound >= GOOD), rate, above) for bound in (low, high))
        none = (most == 0)[of]
        over = (count(high == EXCELLENT) > least)[of] & ~none
        standing.low[places[certain & (none | over)]] = GOOD
        standing.high[places[none & (high == EXCELLENT)]] = GOOD
        standing.to_decide[places[certain & over]] = True
        high = standing.high[places]
        certain &= ~(none | over)

    decide = standing.to_decide[places] & ~standing.unknown[places] & (standing.low[places] < high)
    standing.to_decide[places] = decide
    level = np.minimum(wanted[places], high)
    settled = standing.low[places] == high
    base = count((decide & (level >= GOOD)) | (settled & (high >= GOOD)))
    doubtful = ~decide & ~settled & (high == EXCELLENT)
    left = allowed(base, rate, above) - count(certain & settled) - count(doubtful)
    contend = decide & (level == EXCELLENT)
    order = np.lexsort((rank[places], ~contend, of))
    starts = np.searchsorted(of[order], np.arange(groups))
    place = np.empty(len(places), np.int64)
    place[order] = np.arange(len(places)) - starts[of[order]]
    taken = contend & (place < left[of])
    level = np.where(contend & ~taken, GOOD, level)
    standing.decided[places[decide]] = level[decide]
    quota = contend & (standing.reason[places] == 0)
    standing.reason[places[quota]] = np.where(taken, WITHIN, BEYOND)[quota]
