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
from ._core import Rating, Rulebook, __version__, builtin_ids, invalid, message
from .errors import (
    FactsError,
    FileFormatError,
    InternalError,
    LoadError,
    PolicyError,
    UnknownSubjectError,
    XeploaiError,
)

__all__ = [
    "FactsError",
    "FileFormatError",
    "InternalError",
    "LoadError",
    "PolicyError",
    "Rating",
    "Rulebook",
    "UnknownSubjectError",
    "XeploaiError",
    "__version__",
    "invalid",
    "message",
    "rulebooks",
]


def rulebooks() -> list[Rulebook]:
    """The built-in rulebooks, in the order of their dates.

    >>> [rulebook.id for rulebook in rulebooks()]
    ['366-qd-tw']
    """
    return [Rulebook.builtin(id) for id in builtin_ids()]
