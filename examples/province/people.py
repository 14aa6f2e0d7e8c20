"""Who holds the places of members in a year: some leave, others come, and new members are not rated for half a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from luck import Bools, Ints, stream
from structure import Places
from years import YEARS

RENEWED = 0.014  # of the places, each year
EXEMPT, SUSPENDED = 0.017, 0.0004


@dataclass
class People:
    """The members of a year, place by place. Dates are days since 1970-01-01."""

    number: Ints
    admitted_on: Ints
    exempt: Bools
    suspended: Bools
    since: Ints  # the year in which the person came; 0: before the first one
    cell_since: Ints  # of each organisation: the day on which it was set up


def days(day: str) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(day, "D").astype(np.int64))


def of_year(seed: int, year: int, places: Places, merged: Bools, units: int) -> People:
    """The people of a year; ``merged`` tells which organisations may have been set up anew from others."""
    count = len(places.unit)
    chance = stream(seed, "people")
    number = np.arange(1, count + 1)
    admitted = np.where(
        chance.random(count) < 0.3,
        chance.integers(days("1965-01-03"), days("1995-01-01"), count),
        chance.integers(days("1995-01-01"), days("2017-01-01"), count),
    )
    exempt = (chance.random(count) < EXEMPT * 3.2) & (admitted < days("1995-01-01")) & (places.leader < 0)
    since = np.zeros(count, np.int64)
    cell_since = chance.integers(days("1975-01-01"), days("2016-01-01"), units)
    last = count
    for past in range(min(YEARS), year + 1):
        chance = stream(seed, "people", past)
        new = np.flatnonzero((chance.random(count) < RENEWED) & (places.leader < 0))
        number[new] = last + 1 + np.arange(len(new))
        last += len(new)
        admitted[new] = chance.integers(days(f"{past}-01-01"), days(f"{past + 1}-01-01"), len(new))
        exempt[new] = False
        since[new] = past
        suspended = (chance.random(count) < SUSPENDED) & (places.leader < 0)
        anew = merged & (chance.random(units) < 0.002)
        cell_since[anew] = chance.integers(days(f"{past}-01-01"), days(f"{past + 1}-01-01"), int(anew.sum()))
    return People(number, admitted, exempt, suspended, since, cell_since)
