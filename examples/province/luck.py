"""Chance that repeats: a stream of random numbers for each use, found by its name, so that no use disturbs another."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """The stream of this name."""
    words = [crc32(part.encode()) if isinstance(part, str) else part for part in name]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def parts(total: int, shares: Sequence[float]) -> list[int]:
    """``total`` in whole parts near these shares; the last one takes what is left."""
    counts = [round(total * share) for share in shares[:-1]]
    return [*counts, total - sum(counts)]


def pick(chance: np.random.Generator, among: Bools, count: int) -> Ints:
    """Where ``count`` of those that may be picked stand; fewer where there are fewer."""
    places = np.flatnonzero(among)
    return chance.choice(places, min(count, len(places)), replace=False)


def mark(length: int, places: Ints) -> Bools:
    """A mask of these places."""
    mask = np.zeros(length, np.bool_)
    mask[places] = True
    return mask


def share_out(chance: np.random.Generator, total: int, groups: int, least: int, spread: float) -> Ints:
    """About ``total`` things over groups of unequal size, at least ``least`` each."""
    weight = chance.lognormal(0.0, spread, groups)
    left = max(0, total - groups * least)
    return least + np.rint(left * weight / weight.sum()).astype(np.int64)
