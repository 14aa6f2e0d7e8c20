"""The catalogue of messages in one language.

Every text for people comes from the catalogue of the core, by its key; no other module holds words of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xeploai import _core

if TYPE_CHECKING:
    from xeploai._core import Language, Words

LANGUAGES: tuple[Language, ...] = ("vi", "en")


class Wording:
    """The messages of the catalogue in one language.

    >>> Wording("en")("word.yes")
    'Yes'
    """

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        """The message of a key, with values in its places."""
        return _core.message(key, self.lang, **{name: str(value) for name, value in values.items()})

    def of(self, words: Words) -> str:
        """The words of a rulebook, which are there in every language."""
        return words[self.lang]
