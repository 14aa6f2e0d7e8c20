"""What differs between the years: how well things went, and which part of the text was not at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

KINDS = ["member", "party_organization", "leadership_collective", "leader"]
NOT_COMPLETED, COMPLETED, GOOD, EXCELLENT = range(4)
LEVELS = ["not_completed", "completed", "good", "excellent"]

Shares = tuple[float, float, float, float]


@dataclass(frozen=True)
class Year:
    """Shares are those of what subjects achieve themselves, lowest level first, before units, quotas and decisions."""

    year: int
    member: Shares
    cell: Shares
    grassroots: Shares
    failed: float  # grassroots organisations at the lowest level
    leader: Shares
    by_text: bool  # the standards of organisations were at hand: since HD 21
    by_unit: bool  # collectives and heads are not above what they lead
    member_rate: int = 20  # the quota of members, in per cent

    @property
    def period_end(self) -> date:
        """The last day of the period, which is the day of rating."""
        return date(self.year, 12, 31)

    @property
    def all_open(self) -> bool:
        """No standard of members, collectives and organisations was at hand: HD 27."""
        return self.year == 2017


def _year(
    year: int,
    low: float,
    poor: float,
    base: float,
    failed: float,
    leader: float,
    by_text: bool,
    by_unit: bool,
    rate: int,
    top: float = 0.45,
) -> Year:
    """Shares at `completed` of members, organisations, leaders (``low``, ``base``, ``leader``); ``poor``: below it."""
    return Year(
        year=year, member=(poor, low, 0.76 - low - poor, 0.24), cell=(0.0015, 0.04, 0.6485, 0.31),
        grassroots=(0.0, base, 0.66 - base, 0.34), failed=failed,
        leader=(0.001, leader, 0.999 - top - leader, top), by_text=by_text, by_unit=by_unit, member_rate=rate,
    )  # fmt: skip


YEARS = {
    year.year: year
    for year in [
        _year(2017, 0.127, 0.0058, 0.088, 0.0054, 0.013, by_text=False, by_unit=False, rate=15, top=0.22),
        _year(2018, 0.119, 0.0054, 0.068, 0.0043, 0.004, by_text=False, by_unit=True, rate=20),
        _year(2019, 0.110, 0.0050, 0.030, 0.0, 0.006, by_text=True, by_unit=True, rate=20),
        _year(2020, 0.099, 0.0046, 0.022, 0.0, 0.007, by_text=True, by_unit=True, rate=20),
        _year(2021, 0.092, 0.0044, 0.018, 0.0033, 0.004, by_text=True, by_unit=True, rate=20),
    ]
}
