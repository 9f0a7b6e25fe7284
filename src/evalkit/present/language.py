"""Sentences in the reader's language: a gettext catalogue, and numbers and lists as it writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations

from evalkit.present.catalogue import CATALOGUES, read_catalogue
from evalkit.present.labels import cell_label
from evalkit.present.numbers import (
    format_interval,
    format_measured,
    format_number,
    format_p_value,
    format_share,
)
from evalkit.present.reader import reader_language, use_language
from evalkit.vocabulary import Language

__all__ = ["CATALOGUES", "Translator", "mark", "reader_language", "translator", "use_language"]


@dataclass(frozen=True, kw_only=True)
class Translator:
    """Writes messages in one language; called with an English message and what to fill in.

    Values are texts: a number is written by a method of this class first, so that it is in the same language.

    Examples
    --------
    >>> tr = translator("id")
    >>> tr.number(1234.5, digits=1), tr.share(0.7), tr.interval(0.1, 0.25)
    ('1.234,5', '70 %', '0,10 sampai 0,25')
    >>> tr.listed(["Semarang", "Bengkulu", "Surakarta"])
    'Semarang, Bengkulu, dan Surakarta'
    >>> translator("en").listed(["Semarang", "Bengkulu", "Surakarta"])
    'Semarang, Bengkulu and Surakarta'
    """

    lang: Language
    catalogue: NullTranslations

    def __call__(self, message: str, /, **values: str) -> str:
        """Return a message in the language, its ``{names}`` replaced by values; no message is no text."""
        if not message:
            return ""
        return self.catalogue.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: str) -> str:
        """Return the message for a count; ``{n}`` is the count itself.

        Examples
        --------
        >>> translator("en").plural("{n} person", "{n} people", 2)
        '2 people'
        """
        return self.catalogue.ngettext(one, many, n).format(**{"n": self.number(n), **values})

    def number(self, value: float, *, digits: int = 2) -> str:
        """Write a number; see `format_number`."""
        return format_number(value, digits=digits, lang=self.lang)

    def short(self, value: float) -> str:
        """Write a number as short as it is, such as 0.5 and 2.

        Examples
        --------
        >>> translator("id").short(0.5), translator("id").short(2.0)
        ('0,5', '2')
        """
        return f"{value:g}".replace(".", ",") if self.lang == "id" else f"{value:g}"

    def share(self, value: float, *, digits: int = 0) -> str:
        """Write a share between 0 and 1 as a percentage."""
        return format_share(value, digits=digits, lang=self.lang)

    def p_value(self, value: float) -> str:
        """Write a p-value."""
        return format_p_value(value, lang=self.lang)

    def interval(self, low: float, high: float, *, digits: int | None = None, share: bool = False) -> str:
        """Write both ends of an interval."""
        return format_interval(low, high, digits=digits, share=share, lang=self.lang)

    def measured(
        self, value: float, low: float, high: float, *, digits: int | None = None, share: bool = False
    ) -> str:
        """Write a number with its interval in brackets; a gap is a dash."""
        return format_measured(value, low, high, digits=digits, share=share, lang=self.lang)

    def listed(self, names: Sequence[str]) -> str:
        """Join names as a sentence does."""
        *first, last = names
        if not first:
            return last
        tr = self
        joined = ", ".join(first)
        if len(first) == 1 or self.lang == "en":
            return tr("{first} and {last}", first=joined, last=last)
        return tr("{first}, and {last}", first=joined, last=last)

    def label(self, code: object) -> str:
        """Return the label of a code, or the code with its underscores opened."""
        return cell_label(str(code), self.lang)


def translator(lang: Language | None = None) -> Translator:
    """Return the writer of a language, by default of the reader's."""
    return _translator(reader_language(lang))


@cache
def _translator(lang: Language) -> Translator:
    return Translator(lang=lang, catalogue=read_catalogue(lang).translations)


def mark(message: str) -> str:
    """Return a message unchanged; the catalogue takes it up, and a translator is called with it later."""
    return message
