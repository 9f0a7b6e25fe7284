"""How well a place's method would serve it: many samples of a place of that size, with the truth known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import UsageError
from evalkit.lab.baselines import load_baselines
from evalkit.lab.montecarlo import mean_and_error
from evalkit.lab.replicate import run_scenario
from evalkit.lab.scenarios import Scenario
from evalkit.lab.simulate import SIZES
from evalkit.methods import MethodSpecification
from evalkit.shown import show_frame

#: What is shown, the primary quantity first.
SHOWN: Final = ("decision_loss", "rank_recovery", "sensitivity_training", "sensitivity_recognition")
#: Baseline beside the method: what one supervisor's single rating would do.
BESIDE: Final = "overall_rating"
REAL: Final = "true performance is not known of real evidence"
_USUAL: Final = (0.1, 0.9)
_COLUMNS: Final = ("method", "quantity", "estimate", "mc_error", "usual_low", "usual_high", "n", "caveat")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceOutlook:
    """What a method gets right in places like this one, over samples of their people and evidence.

    Attributes
    ----------
    figures
        method (the place's own, and one overall rating), quantity (`SHOWN`), estimate (mean over samples),
        mc_error, usual_low and usual_high (the middle 80 % of the samples: how much one place of this size
        may differ from another), n (samples), caveat.
    n_people
        Of the place.
    reason
        Why there is nothing; else empty.
    target
        What performance is held to.
    """

    figures: pd.DataFrame
    n_people: int
    reason: str
    target: str

    def __post_init__(self) -> None:
        """Hold the usual range to its order."""
        if (self.figures["usual_low"] > self.figures["usual_high"]).any():
            raise ValueError("a range of samples is out of order")

    def of(self, method: str, quantity: str) -> Mapping[str, Any]:
        """Return one figure."""
        rows = self.figures
        found = rows[(rows["method"] == method) & (rows["quantity"] == quantity)]
        return found.iloc[0].to_dict()  # type: ignore[return-value]

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per method and quantity."""
        return self.figures.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the figures as rows of ``results.csv``; ends are those of the middle 80 % of the samples."""
        if self.reason:
            return pd.DataFrame([{"quantity": f"{name}_in_place", "caveat": self.reason} for name in SHOWN])
        rows = self.figures
        return pd.DataFrame(
            {
                "quantity": rows["quantity"] + "_in_place",
                "method_a": rows["method"],
                "group": self.target,
                "estimate": rows["estimate"],
                "conf_low": rows["usual_low"],
                "conf_high": rows["usual_high"],
                "n": rows["n"],
                "caveat": [
                    f"ends: the middle 80 % of {self.n_people}-person samples; Monte Carlo error {error:.4f}"
                    for error in rows["mc_error"]
                ],
            }
        )

    def _repr_html_(self) -> str:
        return show_frame(self.figures)


def foresee_place(
    simulate: Mapping[str, Any],
    method: MethodSpecification | None,
    *,
    place: str,
    seed: int,
    n_replicates: int = 20,
    target: str = "common",
) -> PlaceOutlook:
    """Simulate a place of this size again and again, and count what its method gets right.

    Parameters
    ----------
    simulate
        How the study's evidence is simulated (profile, sizes); empty for real evidence, which has no truth.
    method
        The method of the place; none where none is described for it.
    n_replicates
        Samples; one needs two at least for a Monte Carlo error.

    Raises
    ------
    UsageError
        If there are fewer than two samples.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> dumai = load_methods()["dumai"]
    >>> found = foresee_place({"sizes": {"dumai": 40}}, dumai, place="dumai", seed=1, n_replicates=3)
    >>> found.n_people, len(found.figures), bool((found.figures["mc_error"] > 0).all())
    (40, 8, True)
    """
    if n_replicates < 2:
        raise UsageError(f"A Monte Carlo error needs two samples or more; found {n_replicates}.")
    n_people = int(simulate.get("sizes", SIZES).get(place, 0)) if simulate else 0
    reason = "" if simulate else REAL
    if method is None:
        reason = "no method is described for this place"
    if reason or method is None:
        figures = pd.DataFrame(columns=list(_COLUMNS))
        return PlaceOutlook(figures=figures, n_people=n_people, reason=reason, target=target)
    profile = simulate.get("profile", "administrative")
    scenario = Scenario(name=place, profile=profile, n_replicates=n_replicates)
    methods = {method.name: method, BESIDE: load_baselines()[BESIDE]}
    rows = pd.concat(
        run_scenario(scenario, i, seed=seed, sizes={place: n_people}, methods=methods)
        for i in range(n_replicates)
    )
    return PlaceOutlook(figures=_gather(rows, target), n_people=n_people, reason="", target=target)


def _gather(rows: pd.DataFrame, target: str) -> pd.DataFrame:
    chosen = rows[(rows["target"] == target) & rows["quantity"].isin(SHOWN)]
    wide = chosen.pivot_table(
        index=["method", "quantity"], columns="replicate", values="value", dropna=False, sort=False
    )
    estimate, error, n = mean_and_error(wide.to_numpy(float))
    low, high = np.nanquantile(wide.to_numpy(float), _USUAL, axis=1)
    found = wide.index.to_frame(index=False).assign(
        estimate=estimate, mc_error=error, usual_low=low, usual_high=high, n=n, caveat=""
    )
    order = found["quantity"].map(SHOWN.index)
    return found.loc[order.sort_values(kind="stable").index, list(_COLUMNS)].reset_index(drop=True)
