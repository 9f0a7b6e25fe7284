"""Scenarios of the laboratory, named for readers."""

from __future__ import annotations

from typing import Final

from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import Language

_PROFILES: Final = {
    "administrative": mark("administrative ratings"),
    "research": mark("ratings for research"),
    "scullen": mark("ratings as in Scullen et al."),
    "insteval": mark("citizens as the students of InstEval"),
}
_PARTS: Final = {
    "ratee": mark("what ratings hold of the person"),
    "view": mark("the view of a source"),
    "severity": mark("the severity of raters"),
    "halo": mark("halo"),
    "occasion": mark("the occasion"),
    "error": mark("error"),
    "circumstances": mark("circumstances behind records"),
    "unit": mark("differences of units"),
    "place": mark("differences of places"),
    "growth_spread": mark("differences of growth"),
    "wobble": mark("ups and downs of performance"),
}
_FACTORS: Final = {"half": mark("half the variance: {part}"), "double": mark("double the variance: {part}")}
_LENIENCY: Final = "self-leniency"


def name_scenario(name: str, lang: Language | None = None) -> str:
    """Return the name of a scenario in words; one that is not known stands as it is.

    Examples
    --------
    >>> name_scenario("administrative half halo"), name_scenario("administrative self-leniency 0.6")
    ('half the variance: halo', 'leniency of self-ratings 0.60')
    >>> name_scenario("research", "id")
    'penilaian untuk penelitian'
    """
    tr = translator(lang)
    _, *rest = name.split(" ")
    match rest:
        case [factor, part] if factor in _FACTORS and part in _PARTS:
            return tr(_FACTORS[factor], part=tr(_PARTS[part]))
        case [word, size] if word == _LENIENCY:
            return _leniency(size, tr)
    return tr(_PROFILES[name]) if name in _PROFILES else name.replace("_", " ")


def _leniency(size: str, tr: Translator) -> str:
    return tr("leniency of self-ratings {size}", size=tr.number(float(size)))
