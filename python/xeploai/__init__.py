"""Rate people and organisations by the dated Vietnamese regulations, with the article behind every step.

>>> import xeploai
>>> rulebook = xeploai.Rulebook.builtin("366-qd-tw")
>>> rating = rulebook.rate("member", {"exempt_from_activities": True})
>>> rating.outcome
'not_reviewed'
>>> rating.reasons[0]["citation"]
'366-QĐ/TW Điều 5.2.1'
"""

from __future__ import annotations

from . import errors as errors
from . import statistics as statistics
from ._core import (
    ArrowTable,
    Cohort,
    HeldTable,
    Library,
    RatedCohort,
    RatedTable,
    Rating,
    Rulebook,
    __version__,
    invalid,
    message,
    schema,
)
from .errors import (
    FactsError,
    FileFormatError,
    InternalError,
    LoadError,
    NotInForceError,
    PolicyError,
    RequestError,
    StatisticsError,
    TableError,
    UnknownSubjectError,
    XeploaiError,
)

__all__ = [
    "ArrowTable",
    "Cohort",
    "FactsError",
    "FileFormatError",
    "HeldTable",
    "InternalError",
    "Library",
    "LoadError",
    "NotInForceError",
    "PolicyError",
    "RatedCohort",
    "RatedTable",
    "Rating",
    "RequestError",
    "Rulebook",
    "StatisticsError",
    "TableError",
    "UnknownSubjectError",
    "XeploaiError",
    "__version__",
    "invalid",
    "message",
    "rulebooks",
    "schema",
    "statistics",
]


def rulebooks() -> list[Rulebook]:
    """The built-in rulebooks, every version of each, in the order of their dates.

    >>> [rulebook.id for rulebook in rulebooks()][-3:]
    ['124-qd-tw', '366-qd-tw', 'nd-335-2025']
    """
    return Library.builtin().rulebooks
