"""What a kernel tells the runner that it left out, so that sentences and figures leave it out, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.present.numbers import format_number, format_share
from evalkit.present.suppression import Suppressed
from evalkit.vocabulary import Language

P = ParamSpec("P")
T = TypeVar("T")
#: Texts of numbers that were left out; the runner takes the bundle out before anything is written.
WITHHELD_MIME: Final = "application/vnd.evalkit.withheld+json"
_DIGITS: Final = (0, 1, 2)
_ABOUT_PEOPLE: Final = "_evalkit_draws_people"
_OWN: Final = "_evalkit_own"
_FILTERED: Final = "_evalkit_filtered"


def list_withheld(found: Suppressed, lang: Language) -> list[str]:
    """Return every text that a sentence may write for the numbers that were left out, counts aside.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"estimate": [0.037], "n": [27]})
    >>> found = Suppressed(frame=frame * np.nan, hidden=frame.notna(), numbers=frame)
    >>> format_share(0.037, digits=1) in list_withheld(found, "en")
    True
    """
    texts: set[str] = set()
    for name in found.numbers.select_dtypes("number"):
        if str(name) == "n" or str(name).startswith("n_"):
            continue
        for value in found.numbers[name][found.hidden[name]].astype(float).dropna():
            texts |= {format_number(value, digits=digits, lang=lang) for digits in _DIGITS[1:]}
            if abs(value) <= 1:
                texts |= {format_share(value, digits=digits, lang=lang) for digits in _DIGITS}
    return sorted(texts)


def draws_people(plot: Callable[P, T]) -> Callable[P, T]:
    """Mark what a function draws as about single people: reports on protected people leave it out."""

    @wraps(plot)
    def marked(*args: P.args, **kwargs: P.kwargs) -> T:
        drawn = plot(*args, **kwargs)
        _mark(drawn, _ABOUT_PEOPLE)
        return drawn

    return marked


def draws_aggregates(plot: Callable[P, T]) -> Callable[P, T]:
    """Mark what a function draws as about nobody, though its table has numbers that are left out.

    Such are coefficients and correlations: no value of a person can be read from one.
    """

    @wraps(plot)
    def marked(*args: P.args, **kwargs: P.kwargs) -> T:
        drawn = plot(*args, **kwargs)
        _mark(drawn, _FILTERED)
        return drawn

    return marked


def mark_own(figure: Figure) -> None:
    """Mark a figure as one that evalkit draws, so that it is known what is on it."""
    setattr(figure, _OWN, True)


def mark_filtered(figure: Any) -> None:
    """Mark a figure that leaves out by itself what its tables leave out."""
    setattr(figure, _FILTERED, True)


def told_of(figure: Figure) -> str:
    """Return whether a figure is about nobody in particular: ``aggregates``, ``filtered`` or ``people``.

    One that evalkit did not begin may hold anything, and counts as about people.
    """
    if getattr(figure, _ABOUT_PEOPLE, False) or not getattr(figure, _OWN, False):
        return "people"
    return "filtered" if getattr(figure, _FILTERED, False) else "aggregates"


def _mark(drawn: Any, name: str) -> None:
    """Mark the figure that a function drew on, whether it returns that, its axes or several of them."""
    for item in np.ravel(np.asarray(drawn, dtype=object)):
        figure = item.get_figure(root=True) if isinstance(item, Axes) else item
        if isinstance(figure, Figure):
            setattr(figure, name, True)
