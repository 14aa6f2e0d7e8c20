"""What can go wrong, each error also of the built-in class that general code would catch.

Facts that are not in order are no error: they give a rating whose outcome is ``invalid``, with every problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from xeploai._core import Language, Words

__all__ = [
    "FactsError",
    "FileFormatError",
    "InternalError",
    "LoadError",
    "NotInForceError",
    "PolicyError",
    "RequestError",
    "StatisticsError",
    "TableError",
    "UnknownSubjectError",
    "WordedError",
    "XeploaiError",
]


class Fault(TypedDict):
    """One thing that is wrong with a rulebook.

    ``expected`` is in English, ``found`` the same in every language; ``words`` says all of it in a sentence.
    """

    pointer: str
    code: str
    expected: str
    found: str
    words: Words


class XeploaiError(Exception):
    """The base of every error of this package."""


class LoadError(XeploaiError, ValueError):
    """A rulebook or overlay that cannot be loaded; ``faults`` lists everything that is wrong, each with its place."""

    faults: list[Fault]

    def __init__(self, message: str, faults: list[Fault] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class ColumnFault(TypedDict):
    """One thing that is wrong with the columns of a table.

    ``column`` is empty for the table as a whole; ``expected`` is in English, ``found`` the same in every language.
    """

    column: str
    code: str
    expected: str
    found: str
    words: Words


class TableError(XeploaiError, ValueError):
    """A table that cannot be rated; ``faults`` lists everything that is wrong with its columns. No row was rated."""

    faults: list[ColumnFault]

    def __init__(self, message: str, faults: list[ColumnFault] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class InForce(TypedDict):
    """A rulebook and the days on which its rules for a kind are in force."""

    id: str
    version: str
    first: str
    last: str | None


class NotInForceError(XeploaiError, LookupError):
    """No rulebook is in force on a day for a kind of subject, or more than one.

    ``reason`` is ``unknown_kind``, ``unknown_province``, ``none_in_force`` or ``several_in_force``.
    ``candidates`` lists the rulebooks of the kind that are in force on other days, or those in force together.
    ``words`` says it in both languages.
    """

    def __init__(self, message: str, reason: str, candidates: list[InForce], words: Words) -> None:
        super().__init__(message)
        self.reason = reason
        self.candidates = candidates
        self.words = words


class StatisticsError(XeploaiError, ValueError):
    """Statistics that cannot be made, or a published table that is not understood.

    ``words`` says all of it in both languages; ``row`` and ``column`` tell where: 0 and empty for the whole.
    """

    def __init__(self, message: str, words: Words, row: int, column: str) -> None:
        super().__init__(message)
        self.words = words
        self.row = row
        self.column = column


class RequestError(XeploaiError, ValueError):
    """A request in JSON that is not in order.

    ``place`` tells where, empty for the whole; ``words`` says all of it in both languages.
    """

    def __init__(self, message: str, words: Words, place: str) -> None:
        super().__init__(message)
        self.words = words
        self.place = place


class UnknownSubjectError(XeploaiError, KeyError):
    """A kind of subject that the rulebook does not have."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return str(self.args[0]) if self.args else ""


class PolicyError(XeploaiError, ValueError):
    """A policy or an option that the rulebook does not have."""


class FactsError(XeploaiError, TypeError):
    """Facts that are no mapping of names to values."""


class WordedError(XeploaiError):
    """An error for people: ``key`` names its message in the catalogue, ``values`` fill the places of the message.

    Values are names of files, columns and facts, numbers of rows and ids; never anything else that a file holds.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def text(self, lang: Language) -> str:
        """The message in a language, ``vi`` or ``en``."""
        # Imported here because the core itself imports this module.
        from xeploai.wording import Wording

        return Wording(lang)(self.key, **self.values)

    def __str__(self) -> str:
        return self.text("en")


class FileFormatError(WordedError, ValueError):
    """A file that cannot be rated as a whole."""


class InternalError(XeploaiError, RuntimeError):
    """A defect of this package. The rulebook stays usable; please report it."""
