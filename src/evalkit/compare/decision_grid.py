"""How many conditions of two facets are enough? Such as machines, and trials on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.compare.dependability import list_doubts
from evalkit.compare.details import join_details
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import (
    DecisionGrid,
    VarianceComponents,
    combine_codes,
    estimate_decision_grid,
    fit_variance_components,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionDesigns:
    """Dependability of a mean over every number of outer conditions and of trials on each.

    Attributes
    ----------
    designs
        A row per design: place, n_outer, n_inner, estimate (Φ), conf_low, conf_high, sem, sem_low, sem_high,
        n (observations), caveat.
    outer, inner
        Names of the two facets, such as "machine" and "trial".
    place, target, conf_level
        Data set, dependability that counts as enough, level of the intervals.
    """

    designs: pd.DataFrame
    outer: str
    inner: str
    place: str
    target: float
    conf_level: float

    def __post_init__(self) -> None:
        """Hold Φ to rise with the trials."""
        rises = self.designs.sort_values("n_inner").groupby("n_outer")["estimate"].diff().dropna()
        if (rises < -1e-9).any():
            raise ValueError("dependability falls with the number of trials")

    def fewest_inner(self) -> pd.Series:
        """Return the fewest inner conditions that reach the target by number of outer ones; NaN if none."""
        enough = self.designs[self.designs["estimate"] >= self.target]
        return enough.groupby("n_outer")["n_inner"].min().reindex(sorted(self.designs["n_outer"].unique()))

    def to_frame(self) -> pd.DataFrame:
        """Return the designs, one tidy row each."""
        return self.designs.copy()

    def to_results(self) -> pd.DataFrame:
        """Return Φ of each design as rows of ``results.csv``."""
        frame = self.designs
        items = [
            f"n_{self.outer}={outer}, n_{self.inner}={inner}"
            for outer, inner in zip(frame["n_outer"], frame["n_inner"], strict=True)
        ]
        columns = ["quantity", "place", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return frame.assign(quantity="dependability_of_design", item=items)[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.designs)


def measure_decision_designs(
    evidence: Evidence,
    *,
    outer: str,
    inner: str,
    table: str = "",
    rated: str = "employee",
    n_outer: Sequence[int] = (1, 2, 3, 4, 6),
    n_inner: Sequence[int] = (1, 2, 3, 5, 8),
    target: float = 0.8,
    conf_level: float = 0.95,
) -> DecisionDesigns:
    """Project the dependability of a mean over n outer conditions with m trials on each.

    Everyone meets the same outer conditions, so their means are taken out; how a person does on one of them
    (the interaction) divides by n, what is left of one trial by n · m. More trials on one machine cannot
    make up for never having seen another.

    Parameters
    ----------
    evidence
        Evidence of one place and one indicator.
    outer, inner
        Columns of the outer condition, and of the trial within it.
    table
        The study's own table that holds them.

    Raises
    ------
    DesignError
        If there is more than one place or indicator, or the components cannot be told apart.
    """
    rows = _rows(evidence, table)
    fit, both = _fit(rows, rated, outer)
    divided = {both: [outer], "residual": [outer, inner]}
    sizes = {outer: list(n_outer), inner: list(n_inner)}
    grid = estimate_decision_grid(fit, rated, divided, sizes, conf_level=conf_level)
    place = str(rows["place"].iloc[0])
    caveat = "; ".join(filter(None, [*list_doubts(fit), grid.caveat]))
    return DecisionDesigns(
        designs=_lay_out(grid).assign(place=place, n=fit.n, caveat=caveat),
        outer=outer,
        inner=inner,
        place=place,
        target=target,
        conf_level=conf_level,
    )


def _rows(evidence: Evidence, table: str) -> pd.DataFrame:
    """Return recorded observations of the one place and indicator."""
    observations = evidence.observations
    rows = join_details(evidence, table) if table else observations[observations["status"] == "recorded"]
    for column in ("place", "indicator"):
        if rows[column].nunique() != 1:
            raise DesignError(
                f"Designs are projected for one {column} at a time; "
                f"the evidence has {rows[column].nunique()}."
            )
    return rows


def _fit(rows: pd.DataFrame, rated: str, outer: str) -> tuple[VarianceComponents, str]:
    """Fit the rated and their interaction with the outer condition, whose own means are taken out."""
    both = f"{rated}_{outer}"
    factors = {rated: rows[rated].to_numpy(), both: combine_codes(rows[rated], rows[outer])}
    dummies = pd.get_dummies(rows[outer], drop_first=True).to_numpy(dtype=np.float64)
    covariates = np.hstack([np.ones((len(rows), 1)), dummies])
    return fit_variance_components(rows["value"].to_numpy(), factors, covariates=covariates), both


def _lay_out(grid: DecisionGrid) -> pd.DataFrame:
    """Lay out Φ and the standard error of each design, a row each."""
    columns = {
        "n_outer": grid.sizes[:, 0],
        "n_inner": grid.sizes[:, 1],
        "estimate": grid.phi,
        "conf_low": grid.phi_low,
        "conf_high": grid.phi_high,
        "sem": grid.sem,
        "sem_low": grid.sem_low,
        "sem_high": grid.sem_high,
    }
    return pd.DataFrame(columns)
