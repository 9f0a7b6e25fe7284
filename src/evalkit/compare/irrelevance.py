"""Do traits that have nothing to do with the job move ratings? Slopes in standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.details import join_details
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import Slope, estimate_slope

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IrrelevantInfluence:
    """How far traits outside the job move ratings, other traits and circumstances held constant.

    Attributes
    ----------
    slopes
        One row per trait: place, trait, level (of a trait with two levels, the one compared with the other;
        else empty), change of the rating in SD (estimate) for one SD of a measured trait or between the two
        levels, conf_low, conf_high, partial_r2, n (ratings), n_employees, caveat.
    held_constant
        Circumstances that were held constant beside the other traits.
    conf_level
        Level of the intervals, robust to several ratings of one person, t with n_employees - 1.
    """

    slopes: pd.DataFrame
    held_constant: tuple[str, ...]
    conf_level: float

    def __post_init__(self) -> None:
        """Hold partial R² to its bounds."""
        if not self.slopes["partial_r2"].between(-1e-9, 1 + 1e-9).all():
            raise ValueError("a partial R² lies between 0 and 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the slopes, one tidy row per trait."""
        return self.slopes.copy()

    def to_results(self) -> pd.DataFrame:
        """Return slopes and partial R² as rows of ``results.csv``."""
        slopes = self.slopes.rename(columns={"trait": "item", "level": "group"})
        slopes = slopes.assign(quantity="irrelevant_influence")
        partial = slopes.assign(
            quantity="partial_r2",
            estimate=slopes["partial_r2"],
            conf_low=float("nan"),
            conf_high=float("nan"),
        )
        columns = ["quantity", "place", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return pd.concat([slopes[columns], partial[columns]], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.slopes)


def measure_irrelevant_influence(
    evidence: Evidence,
    *,
    table: str,
    traits: Sequence[str],
    held_constant: Sequence[str] = (),
    conf_level: float = 0.95,
) -> IrrelevantInfluence:
    """Measure how far traits outside the job move the ratings of one place.

    One linear model with all traits and circumstances. It shows association: a trait may go with something
    that is part of the job.

    Parameters
    ----------
    evidence
        Evidence of one place and one indicator.
    table
        The study's own table that holds traits and circumstances.

    Raises
    ------
    DesignError
        If there is more than one place or indicator, or a trait has words and more than two levels.
    """
    rows = join_details(evidence, table)
    _refuse(rows, table, [*traits, *held_constant])
    coded = {name: _code(rows[name], name) for name in (*traits, *held_constant)}
    outcome = rows["value"].to_numpy()
    outcome = (outcome - outcome.mean()) / outcome.std(ddof=1)
    slopes = {trait: _slope(outcome, coded, trait, rows["employee"], conf_level) for trait in traits}
    place = str(rows["place"].iloc[0])
    return IrrelevantInfluence(
        slopes=pd.DataFrame([_row(place, trait, coded[trait][1], slope) for trait, slope in slopes.items()]),
        held_constant=tuple(held_constant),
        conf_level=conf_level,
    )


def _slope(
    outcome: Floats, coded: dict[str, tuple[Floats, str]], trait: str, people: pd.Series, conf_level: float
) -> Slope:
    """Regress the ratings on one trait, all other traits and circumstances beside it."""
    others = [values for name, (values, _) in coded.items() if name != trait]
    return estimate_slope(
        outcome,
        coded[trait][0],
        covariates=np.column_stack(others) if others else None,
        clusters=people.to_numpy(),
        conf_level=conf_level,
    )


def _refuse(rows: pd.DataFrame, table: str, columns: Sequence[str]) -> None:
    for column in ("place", "indicator"):
        if rows[column].nunique() != 1:
            raise DesignError(
                f"Influence on ratings is measured for one {column} at a time; the evidence has "
                f"{rows[column].nunique()}. Select one with evidence.select({column}s=[…])."
            )
    for name in columns:
        if name not in rows:
            raise UsageError(
                f"The table {table} has no column {name!r}: {did_you_mean(name, map(str, rows))}"
            )


def _code(column: pd.Series, name: str) -> tuple[Floats, str]:
    """Return a trait as numbers and, of two levels, the one that counts as 1 (the later in the alphabet)."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=np.float64)
        return (values - values.mean()) / values.std(ddof=1), ""
    levels = sorted(column.unique())
    if len(levels) != 2:
        raise DesignError(
            f"{name} has {len(levels)} levels; a trait in words needs two. Combine some, or leave it out."
        )
    return (column == levels[1]).to_numpy(dtype=np.float64), str(levels[1]).lower()


def _row(place: str, trait: str, level: str, slope: Slope) -> dict[str, object]:
    return {
        "place": place,
        "trait": trait,
        "level": level,
        "estimate": slope.estimate,
        "conf_low": slope.conf_low,
        "conf_high": slope.conf_high,
        "partial_r2": slope.partial_r2,
        "n": slope.n,
        "n_employees": slope.n_clusters,
        "caveat": slope.caveat,
    }
