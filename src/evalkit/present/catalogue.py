"""What English texts are in another language: by the text itself, or by a text with values in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from evalkit.vocabulary import Language

#: One folder a language; English is the text in the code itself.
CATALOGUES: Final = Path(__file__).parent / "catalogues"

_PLACE: Final = re.compile(r"\{(\w+)\}")
_LEAST_LETTERS: Final = 8  # in a template, lest "{a} of {b}" should fit everything


@dataclass(frozen=True)
class Template:
    """A message with values in it, and what finds these values in a text that was written from it."""

    message: str

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """What is fixed of the message, in its order."""
        return tuple(piece for piece in _PLACE.split(self.message)[::2] if piece)

    @cached_property
    def word(self) -> str:
        """The longest word that is whole between blanks in a fixed piece; empty where there is none."""
        inner = [word for piece in self.pieces for word in f"|{piece}|".split()[1:-1]]
        return max(inner, key=len, default="")

    @cached_property
    def n_letters(self) -> int:
        """How much of the message is fixed: the more, the surer a match."""
        return sum(map(len, self.pieces))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds the values; a name that occurs twice stands for one value."""
        pattern, seen = "", set()
        for number, part in enumerate(_PLACE.split(self.message)):
            if number % 2 == 0:
                pattern += re.escape(part)
            else:
                pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.*?)"
                seen.add(part)
        return re.compile(pattern, re.DOTALL)

    def read(self, text: str) -> Mapping[str, str] | None:
        """Return the values with which a text was written, or none if it was not."""
        if not all(piece in text for piece in self.pieces):
            return None
        match = self.pattern.fullmatch(text)
        return match.groupdict() if match else None


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language."""

    translations: NullTranslations
    templates: tuple[Template, ...] = ()

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[int, ...]]:
        """The templates by a word that each text written from them holds; by none where no word is sure."""
        places: dict[str, list[int]] = {}
        for place, template in enumerate(self.templates):
            places.setdefault(template.word, []).append(place)
        return {word: tuple(found) for word, found in places.items()}

    def _may_fit(self, text: str) -> Iterator[Template]:
        """Yield the templates whose word is in a text, in their order: few of thousands."""
        found = {place for word in ("", *text.split()) for place in self._by_word.get(word, ())}
        return (self.templates[place] for place in sorted(found))

    def find(self, text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield messages that a text may have been written from, the surest first, with the values it holds.

        A text is found without its full stop too, and whether it begins a sentence or not.

        Examples
        --------
        >>> next(read_catalogue("id").find("only 3 people were scored by both"))
        ('hanya {n} orang diberi skor oleh keduanya', {'n': '3'})
        >>> list(read_catalogue("id").find("nobody knows this"))
        []
        """
        for form, restore in forms(text):
            if form and (message := self.translations.gettext(form)) != form:
                yield restore(message), {}
        for form, restore in forms(text):
            for template in self._may_fit(form):
                if (values := template.read(form)) is not None:
                    yield restore(self.translations.gettext(template.message)), values


@cache
def read_catalogue(lang: Language) -> Catalogue:
    """Read a catalogue as translators edit it; there is no compiled one that could be out of date."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    file = CATALOGUES / lang / "LC_MESSAGES" / "evalkit.po"
    if not file.exists():
        return Catalogue(NullTranslations())
    with file.open("rb") as text:
        messages = read_po(text)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    singular = (message.id for message in messages if isinstance(message.id, str))
    return Catalogue(GNUTranslations(compiled), tuple(_templates(singular)))


def _templates(messages: Iterable[str]) -> list[Template]:
    """Return the messages with values in them, those with most fixed letters first."""
    found = (Template(message) for message in messages if _PLACE.search(message))
    telling = [each for each in found if each.n_letters >= _LEAST_LETTERS]
    return sorted(telling, key=lambda each: -each.n_letters)


def forms(text: str) -> Iterator[tuple[str, _Restore]]:
    """Yield a text as it is, with or without its full stop, and with a first letter of the other case."""
    first = text[:1].lower() if text[:1].isupper() else text[:1].upper()
    for begun, flipped in ((text, False), (first + text[1:], True)):
        yield begun, _Restore(flipped=flipped, stop="")
        if begun.endswith("."):
            yield begun[:-1], _Restore(flipped=flipped, stop="add")
        else:
            yield f"{begun}.", _Restore(flipped=flipped, stop="drop")


@dataclass(frozen=True)
class _Restore:
    """Gives a message the first letter and the full stop of the text that was looked up."""

    flipped: bool
    stop: str

    def __call__(self, message: str) -> str:
        if self.stop == "add":
            message += "."
        elif self.stop == "drop":
            message = message.removesuffix(".")
        if not self.flipped or message.startswith("{"):
            return message
        first = message[:1].lower() if message[:1].isupper() else message[:1].upper()
        return first + message[1:]
