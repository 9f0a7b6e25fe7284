"""Which numbers about people may be shown where single people are to stay unknown, in every report alike.

Tables, published numbers and figures are held to the same rules:

- a number about one to four people is left out with everything else in its row;
- a share of people stands only if five or more are in it and five or more are not: 0 % and 100 % tell
  something of everybody;
- a quartile stands on five people or more beyond it, and an extreme value never;
- where what is left out could be had by subtraction, the smallest of what is left goes, too;
- a table that names people is left out as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.disclosure import LEAST

#: Columns that say who somebody is.
NAMING: Final = frozenset(
    {"employee", "rater", "supervisor", "event", "nip", "nik", "name", "nama", "candidate"}
)
#: Counts of something else than people.
_NOT_PEOPLE: Final = frozenset(
    {
        *("n_units", "n_occasions", "n_items", "n_indicators", "n_traits", "n_replicates", "n_ratings"),
        *("n_levels", "n_boot", "n_draws", "n_averaged", "n_assumptions", "n_components", "n_answers"),
        *("n_passed", "n_said", "n_shown", "n_hidden"),
    }
)
#: Columns of values at a position among people, and the least number of people for that position.
_POSITIONS: Final = {
    "median": 2 * LEAST,
    "lower_quartile": 4 * LEAST,
    "upper_quartile": 4 * LEAST,
}
_EXTREMES: Final = frozenset({"minimum", "maximum", "min", "max", "smallest_score", "largest_score"})
#: Columns over whose values the same people are told apart, so that what is left out could be subtracted.
_PARTS: Final = ("place", "unit", "group", "item", "direction", "predikat", "position", "grade", "sex")
#: Quantities of results.csv called shares that are no share of people.
_SHARES_OF_ELSE: Final = frozenset(
    {
        *("ceiling_share", "conclusions_held_share", "first_component_share", "first_rank_share"),
        *("first_rank_share_in_scenario", "first_rank_share_without", "front_share", "given_share"),
        *("rank_share", "share_of_loss_variance", "share_recorded", "share_settled_in_one_band"),
        *("share_within_deadline", "shared_weight", "variance_share", "weights_changed_share"),
        *("winning_share", "public_complete_share", "public_on_time_share", "public_predikat_share"),
    }
)
_SHARE: Final = re.compile(r"(?:^|_)share(?:_|$)")
_ENDS: Final = ("conf_low", "conf_high")
#: Columns of text that say what a row is about, or why something is not there.
_KEYS: Final = frozenset(
    {*_PARTS, "method", "method_a", "method_b", "source", "indicator", "quantity", "caveat", "reason", "file"}
)
Cells = NDArray[np.bool_]
Counts = NDArray[np.float64]


@dataclass
class _Protection:
    """Whether people are protected in this process, and by which names they would be known."""

    on: bool = False
    names: frozenset[str] = field(default_factory=frozenset)


_state = _Protection()


def protect_people(names: Iterable[str] = (), *, on: bool = True) -> None:
    """Leave out, from here on, what tells something of single people.

    Parameters
    ----------
    names
        What people of the study are known by; a table with one of them in a cell is left out.
    on
        False shows everything again.
    """
    _state.on, _state.names = on, frozenset(names) if on else frozenset()


def is_protecting() -> bool:
    """Tell whether single people are to stay unknown in what this process shows."""
    return _state.on


@dataclass(frozen=True, kw_only=True)
class Suppressed:
    """A frame without what may not be shown.

    Attributes
    ----------
    frame
        The same rows and columns; what is left out is NaN.
    hidden
        Mask of what was left out, of the shape of the frame.
    numbers
        The frame as it was.
    """

    frame: pd.DataFrame
    hidden: pd.DataFrame
    numbers: pd.DataFrame

    @property
    def rows(self) -> Cells:
        """Which rows miss something."""
        return np.asarray(self.hidden.any(axis=1), dtype=bool)


def names_people(frame: pd.DataFrame) -> bool:
    """Tell whether a table says who somebody is, by its columns or in a cell.

    Examples
    --------
    >>> names_people(pd.DataFrame({"employee": ["p1"], "score": [71.0]}))
    True
    """
    if NAMING & {str(column).lower() for column in frame.columns}:
        return True
    texts = frame.select_dtypes(exclude=["number", "bool"])
    return any(_state.names & set(texts[column].astype(str)) for column in texts)


def suppress(frame: pd.DataFrame, *, shares: Collection[str] = ()) -> Suppressed:
    """Leave out of a table what tells something of fewer than five people.

    Parameters
    ----------
    shares
        Columns of shares. With the number of people in ``n`` they say how many are in them; where the rows
        are about an ``indicator``, they are shares of answers, and 0 % and 100 % may stand.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["a", "b", "c"], "estimate": [70.0, 75.0, 80.0], "n": [12, 3, 9]})
    >>> suppress(table).frame["estimate"].tolist()  # c goes with b: b is the whole less a and c
    [70.0, nan, nan]
    """
    frame = frame.reset_index(drop=True)
    numeric = [str(name) for name in frame.select_dtypes("number").columns]
    hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    small = _has_few(frame, numeric)
    small |= _subtractable(frame, small, _people(frame))
    hidden.loc[small, numeric] = True
    for column in (name for name in frame.columns if name not in (*numeric, *_KEYS)):
        hidden[column] = small & frame[column].astype(str).str.contains(r"\d").to_numpy()
    of_answers = "indicator" in frame.columns
    for column in (name for name in shares if name in numeric):
        _hide_share(frame, hidden, column, ends=not of_answers)
    for column in numeric:
        if column in _EXTREMES:
            hidden[column] = True
        elif column in _POSITIONS:
            hidden[column] |= _people(frame) < _POSITIONS[column]
    return _blank(frame, hidden)


def suppress_results(rows: pd.DataFrame) -> Suppressed:
    """Leave out of rows for ``results.csv`` what tells something of fewer than five people, and say so.

    Examples
    --------
    >>> columns = {"quantity": "predikat_share", "item": ["baik", "kurang"], "estimate": [0.98, 0.02]}
    >>> suppress_results(pd.DataFrame({**columns, "n": 100})).frame["estimate"].tolist()
    [nan, nan]
    """
    rows = rows.reset_index(drop=True)
    numbers = [name for name in ("estimate", *_ENDS, "n") if name in rows]
    hidden = pd.DataFrame(False, index=rows.index, columns=rows.columns)
    small = _has_few(rows, ["n"] if "n" in rows else [])
    small |= _subtractable(rows, small, _people(rows))
    hidden.loc[small, numbers] = True
    quantities = rows["quantity"].astype(str)
    of_people = [bool(_SHARE.search(name)) and name not in _SHARES_OF_ELSE for name in quantities]
    if any(of_people):
        part = hidden[of_people].reset_index(drop=True)
        _hide_share(rows[of_people].reset_index(drop=True), part, "estimate", ends=True)
        hidden.loc[of_people] = part.to_numpy()
    extremes = quantities.isin(_EXTREMES) & rows["estimate"].notna()
    hidden.loc[extremes, numbers] = True
    return _blank(rows, hidden)


def _people(frame: pd.DataFrame) -> Counts:
    """Return the number of people of each row; NaN where a table does not say."""
    name = next((name for name in ("n", "n_people", "n_employees", "people") if name in frame), "")
    values = pd.to_numeric(frame[name], errors="coerce") if name else pd.Series(np.nan, index=frame.index)
    return np.asarray(values, dtype=np.float64)


def _has_few(frame: pd.DataFrame, numeric: Iterable[str]) -> Cells:
    """Return which rows count one to four people in some column."""
    few = np.zeros(len(frame), dtype=bool)
    for name in numeric:
        if name in ("n", "people") or (name.startswith("n_") and name not in _NOT_PEOPLE):
            count = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
            few |= (count > 0) & (count < LEAST)
    return few


def _hide_share(frame: pd.DataFrame, hidden: pd.DataFrame, column: str, *, ends: bool) -> None:
    """Hide shares with fewer than five people in them or outside them, and what would give them away."""
    n = _people(frame)
    share = frame[column].to_numpy(dtype=float)
    inside = np.round(share * n)
    few = [(count > 0) & (count < LEAST) for count in (inside, n - inside)]
    small = few[0] | few[1]
    if ends:
        small |= (inside == 0) | (inside == n)
    small |= _subtractable(frame, small, inside)
    hidden.loc[small, column] = True
    if column == "estimate":
        for end in (name for name in _ENDS if name in frame):
            hidden.loc[small, end] = True


def _subtractable(frame: pd.DataFrame, small: Cells, size: Counts) -> Cells:
    """Return what else must go, since the rest would tell what is left out.

    Among the parts of one whole, one that is left out alone, or several of fewer than five people together,
    can be had by subtraction; then the smallest of those that stay goes with them.
    """
    more = np.zeros(len(frame), dtype=bool)
    for rows in _wholes(frame) if small.any() else ():
        out = small[rows] | more[rows]
        left = [row for row, gone in zip(rows, out, strict=True) if not gone and size[row] > 0]
        total = np.nansum(size[rows[out]])
        if out.any() and left and (out.sum() == 1 or total < LEAST):
            more[min(left, key=lambda row: size[row])] = True
    return more


def _wholes(frame: pd.DataFrame) -> Iterator[NDArray[np.intp]]:
    """Yield the rows of each whole: they differ in one column of parts alone, and are no total over it."""
    texts = [
        str(name)
        for name in frame.columns
        if name != "caveat" and not pd.api.types.is_numeric_dtype(frame[name])
    ]
    for part in (name for name in _PARTS if name in texts):
        rest = [name for name in texts if name != part]
        parts = frame[frame[part].astype(str) != ""]
        groups = parts.groupby(rest, dropna=False, sort=False) if rest else [((), parts)]
        for _, group in groups:
            if len(group) > 1:
                yield group.index.to_numpy()


def _blank(frame: pd.DataFrame, hidden: pd.DataFrame) -> Suppressed:
    hidden &= frame.notna()
    shown = frame.copy()
    for name in frame.columns:
        if hidden[name].any() and pd.api.types.is_numeric_dtype(frame[name]):
            shown[name] = shown[name].astype(float).mask(hidden[name])
        elif hidden[name].any():
            shown[name] = shown[name].mask(hidden[name], None)
    return Suppressed(frame=shown, hidden=hidden, numbers=frame)
