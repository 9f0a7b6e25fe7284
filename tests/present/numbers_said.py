"""Numbers in sentences, and whether each is a number of the result that the sentence speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from numbers import Real

import numpy as np
import pandas as pd

#: Digits that name something and count nothing: regulations, and years of papers.
NAMES = re.compile(r"PermenPANRB \d+/\d{4}|PP \d+/\d{4}|\b(?:and|dan|et al\.) [A-Z]\w+ \d{4}")
NUMBER = {
    "en": re.compile(r"(?<![\w.,])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d])"),
    "id": re.compile(r"(?<![\w.,])[-−]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?![\d])"),
}
#: A number as the other language writes it: 0,55 in English, 0.55 in Indonesian.
FOREIGN = {"en": re.compile(r"\d,(?!\d{3}(?!\d))\d"), "id": re.compile(r"\d\.(?!\d{3}(?!\d))\d")}
#: Beyond half of the last printed digit, since 0.125 and 0.375 may be rounded either way.
SLACK = 1e-9


@dataclass(frozen=True)
class Said:
    """A number as a sentence prints it."""

    text: str
    value: float
    digits: int
    percent: bool

    def is_said_of(self, value: float) -> bool:
        """Tell whether a value, at the printed digits, is this number."""
        shown = 100 * value if self.percent else value
        return abs(shown - self.value) <= 0.5 * 10**-self.digits + SLACK


def numbers_in(sentence, lang):
    """Return every number of a sentence, as the language writes it; names with digits are passed over."""
    plain = NAMES.sub("", sentence)
    assert not FOREIGN[lang].search(plain), f"a number of another language: {sentence}"
    return [_read(plain, match, lang) for match in NUMBER[lang].finditer(plain)]


def _read(sentence, match, lang):
    point = {"en": ".", "id": ","}[lang]
    whole, _, decimals = match.group().replace("−", "-").partition(point)
    value = float(f"{re.sub('[.,]', '', whole)}.{decimals or 0}")
    return Said(
        match.group(), value, len(decimals), sentence[match.end() :].lstrip(" \u00a0").startswith("%")
    )


def numbers_of(*sources) -> set[float]:
    """Return every number that results hold: of frames, arrays, mappings and the fields of dataclasses."""
    return {float(number) for source in sources for number in _walk(source) if np.isfinite(number)}


def _walk(source) -> Iterator[Real]:
    if isinstance(source, pd.DataFrame):
        yield from source.select_dtypes(["number"]).to_numpy(dtype=float).ravel()
    elif isinstance(source, pd.Series | np.ndarray):
        if source.dtype.kind in "iuf":
            yield from np.asarray(source, dtype=float).ravel()
    elif isinstance(source, Real):
        yield source
    elif is_dataclass(source):
        for field in fields(source):
            yield from _walk(getattr(source, field.name))
    elif isinstance(source, Mapping):
        yield from _walk(list(source.values()))
    elif isinstance(source, Iterable) and not isinstance(source, str):
        for part in source:
            yield from _walk(part)


def assert_said_of(findings, lang, *sources, declared=()):
    """Hold every number of findings, or of one sentence, to the results; and keep a word out of them.

    Parameters
    ----------
    sources
        Results, frames or numbers that the sentences speak of.
    declared
        Further numbers that may be said, each worked out in the test: counts, levels, limits.
    """
    sentences = [findings] if isinstance(findings, str) else [*findings.sentences, *findings.limits]
    known = np.array(sorted(numbers_of(*sources, declared)))
    for sentence in sentences:
        assert not re.search("signific|signifikan", sentence, re.IGNORECASE), sentence
        assert not re.search(r"\{|\}|\bnan\b|_", sentence), f"something was not filled in: {sentence}"
        for said in numbers_in(sentence, lang):
            assert any(said.is_said_of(value) for value in known), (
                f"{said.text} is no number of it: {sentence}"
            )
