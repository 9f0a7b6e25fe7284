"""The observations that one corruption reads, as arrays, and what the corruptions do with them in common."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.lab.corruption.scales import Codes, Flags, Scale, Values


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """The observations that one corruption reads, whatever their status.

    Draws are made for all of these rows, so that what was lost to another corruption changes no draw.

    Attributes
    ----------
    observations
        All observations.
    positions
        Positions of the rows among all observations.
    scale
        Scale of each row.
    coded
        Columns of text as numbers, with the name of each number; filled when first asked for.
    """

    observations: pd.DataFrame
    positions: Codes
    scale: Scale
    coded: dict[str, tuple[Codes, pd.Index[str]]]

    def keep(self, kept: Flags) -> Rows:
        """Return some of the rows."""
        if kept.all():
            return self
        return Rows(
            observations=self.observations,
            positions=self.positions[kept],
            scale=self.scale.take(np.flatnonzero(kept)),
            coded={name: (codes[kept], names) for name, (codes, names) in self.coded.items()},
        )

    def codes(self, column: str) -> Codes:
        """Return the values of a column of text as numbers."""
        return self._code(column)[0]

    def is_one_of(self, column: str, *values: str) -> Flags:
        """Tell which rows have one of some values in a column of text."""
        codes, names = self._code(column)
        found: Flags = names.isin(values)
        return found[codes]

    def number(self, *columns: str) -> Codes:
        """Return the number of each row's combination of values in some columns of text."""
        return number_rows(*(self._code(name) for name in columns))

    def _code(self, column: str) -> tuple[Codes, pd.Index[str]]:
        if column not in self.coded:
            self.coded[column] = code_column(self.observations[column].iloc[self.positions])
        return self.coded[column]

    @cached_property
    def value(self) -> Values:
        """Value of each row, NaN where it is refused or missing."""
        value: Values = self.observations["value"].to_numpy(float)
        return value[self.positions]

    @cached_property
    def recorded(self) -> Flags:
        """Whether each row has a value."""
        return ~np.isnan(self.value)

    @cached_property
    def whole(self) -> Flags:
        """Whether all values of the row's indicator are whole numbers, so that a changed one must be, too."""
        indicator = self.codes("indicator")
        has_broken: Flags = np.bincount(indicator, self.recorded & (self.value != np.floor(self.value))) > 0
        return ~has_broken[indicator]

    @cached_property
    def occasion(self) -> Codes:
        """Number of each row's period among those that occur, the first one 0."""
        codes, names = self._code("period")
        order: Codes = names.argsort().argsort()
        return np.unique(order[codes], return_inverse=True)[1]

    @cached_property
    def raters_and_ratees(self) -> tuple[Codes, Codes]:
        """Who gave each value and whom it is about, as numbers of persons within places.

        Employees need not be named as raters of themselves.
        """
        rater, raters = self._code("rater")
        employee, employees = self._code("employee")
        persons, _ = pd.factorize(raters.append(employees))
        ratee = persons[len(raters) :][employee]
        giver = np.where(self.is_one_of("rater", ""), ratee, persons[: len(raters)][rater])
        place, places = self._code("place")
        within = np.concatenate([giver, ratee]) * len(places) + np.tile(place, 2)
        numbers, _ = pd.factorize(within)
        return numbers[: len(giver)], numbers[len(giver) :]

    @cached_property
    def raters(self) -> Codes:
        """Who gave each value, as numbers of persons within places."""
        if self.is_one_of("rater", "").any():
            return self.raters_and_ratees[0]
        return self.number("rater", "place")  # the same numbers, without a look at employees

    def fit(self, value: Values, chance: Values | float = 0.5) -> Values:
        """Put values on the scale of their row: inside its ends, whole where its indicator is.

        A value between two whole numbers becomes the higher one if its distance from the lower one and
        `chance` come to 1: rounding by default; with numbers drawn from 0 to 1, the mean stays what it is.
        """
        rounded = np.where(self.whole, np.floor(value + chance), value)
        return np.clip(rounded, self.scale.low, self.scale.high)

    def standardised(self) -> Values:
        """Return values in standard deviations within their indicator and source; higher is better."""
        group = self.number("indicator", "source")
        weight = self.recorded.astype(float)
        n = np.maximum(np.bincount(group, weight), 1)
        value = np.where(self.recorded, self.value, 0.0)
        away = value - (np.bincount(group, value) / n)[group]
        spread = np.sqrt(np.bincount(group, weight * away**2) / n)[group]
        away = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
        return np.where(self.recorded, self.scale.better * away, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spoiled:
    """What a corruption made of its rows.

    Attributes
    ----------
    value
        Value of each row, NaN where it is lost.
    status
        What became of values that were recorded and are lost now.
    recorded_on
        Dates of the rows, where these changed.
    """

    value: Values
    status: Literal["missing", "refused"] = "missing"
    recorded_on: NDArray[np.datetime64] | None = None


def code_column(column: pd.Series) -> tuple[Codes, pd.Index[str]]:
    """Return a column of text, or of categories, as numbers, with the name of each number."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        of_categories: Codes = np.asarray(column.cat.codes, dtype=np.intp)
        return of_categories, column.cat.categories
    codes, names = pd.factorize(column)
    return codes, pd.Index(names)


def number_rows(*columns: tuple[Codes, Sized]) -> Codes:
    """Return the number of each row's combination of codes, in the order in which they first occur.

    Each column comes with the names of its codes.
    """
    combined, _ = pd.factorize(columns[0][0])
    for codes, names in columns[1:]:
        combined, _ = pd.factorize(combined * len(names) + codes)
    return combined


def draw_each(codes: Codes, rng: np.random.Generator) -> Values:
    """Draw one number from 0 to 1 for each code, and return that of each row."""
    drawn: Values = rng.random(int(codes.max(initial=-1)) + 1)
    return drawn[codes]


def lowest(tendency: Values, share: float) -> Flags:
    """Mark the lowest numbers, a share of those that are not NaN; a greater share marks the same and more.

    Examples
    --------
    >>> lowest(np.array([3.0, np.nan, 1.0, 2.0, 4.0]), 0.5).tolist()
    [False, False, True, True, False]
    """
    marked = np.zeros(len(tendency), dtype=bool)
    known = np.flatnonzero(~np.isnan(tendency))
    count = round(share * len(known))
    if count:
        marked[known[np.argpartition(tendency[known], count - 1)[:count]]] = True
    return marked
