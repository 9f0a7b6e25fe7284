"""The language of the reader: what everything that is shown is written in, unless a call says otherwise."""

from __future__ import annotations

from typing import Final

from evalkit.vocabulary import Language

_CHOSEN: Final[dict[str, Language]] = {"lang": "en"}


def use_language(lang: Language) -> None:
    """Write in this language from here on; a notebook's session sets it.

    Examples
    --------
    >>> use_language("id")
    >>> reader_language(), reader_language("en")
    ('id', 'en')
    >>> use_language("en")
    """
    _CHOSEN["lang"] = lang


def reader_language(lang: Language | None = None) -> Language:
    """Return the language that was asked for, else the reader's."""
    return lang or _CHOSEN["lang"]
