"""One indicator's ratings over raters or over occasions: components, coefficients, and the mean of more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.dependability import NEVER_SURE, lay_out_curve, list_doubts
from evalkit.compare.rating_layout import RatingLayout
from evalkit.stats import (
    INTRACLASS_FORMS,
    DependabilityCurve,
    IntraclassCorrelation,
    VarianceComponents,
    correlations_of_curve,
    estimate_dependability,
    estimate_intraclass_correlation,
    fit_variance_components,
    profile_interval,
)

Rows = list[dict[Any, Any]]
Ends = tuple[float, float, float]
_COUNTS: Final = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 75, 100)
_ENDS: Final = ("estimate", "conf_low", "conf_high")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FacetStudy:
    """Fitted components of one layout and the curve that follows from them."""

    about: dict[str, str]
    layout: RatingLayout
    fit: VarianceComponents
    curve: DependabilityCurve
    caveat: str

    def coefficients(self) -> Rows:
        """Return intraclass correlations of one rating and of the mean of those that a person has."""
        return [
            {
                **self.about,
                "quantity": f"icc_{one.form}",
                "n_averaged": float(one.n_averaged),
                **dict(zip(_ENDS, (one.estimate, one.conf_low, one.conf_high), strict=True)),
                "n": one.n,
                "n_conditions": one.n_raters,
                "caveat": one.caveat if np.isnan(one.estimate) else self.caveat,
            }
            for one in self._correlations()
        ]

    def components(self) -> Rows:
        """Return the share of each component in the variance of one rating."""
        rated = (float(self.curve.phi[0]), float(self.curve.phi_low[0]), float(self.curve.phi_high[0]))
        ends = {"rated": rated} | self._errors(rated)
        levels = (*self.fit.n_levels, self.fit.n)
        return [
            {
                **self.about,
                "component": name,
                "n_levels": n_levels,
                **dict(zip(_ENDS, ends[name], strict=True)),
                "n": self.fit.n,
                "caveat": self.caveat,
            }
            for name, n_levels in zip(ends, levels, strict=True)
        ]

    def _errors(self, rated: Ends) -> dict[str, Ends]:
        """Return the share of each component that is error; of one alone it is what the rated leave."""
        errors = [name for name in self.fit.components if name != "rated"]
        if len(errors) == 1:
            estimate, low, high = rated
            return {errors[0]: (1.0 - estimate, 1.0 - high, 1.0 - low)}
        shares = {name: _share_of(name) for name in errors}
        conf_level = self.curve.conf_level
        found = profile_interval(self.fit, conf_level=conf_level, functions=shares, components=False)
        return {name: found.interval(name) for name in errors}

    def points(self) -> Rows:
        """Return Φ and the standard error of measurement for each number of ratings."""
        rows = lay_out_curve(self.curve).to_dict("records")
        return [{**self.about, **row, "n": self.fit.n, "caveat": self.caveat} for row in rows]

    def needed(self, target: float) -> Rows:
        """Return how many ratings reach the target."""
        found = self.curve.ratings_needed(target)
        bound = "" if np.isfinite(found.conf_high) else NEVER_SURE
        return [
            {
                **self.about,
                "target": target,
                **dict(zip(_ENDS, (found.estimate, found.conf_low, found.conf_high), strict=True)),
                "n": self.fit.n,
                "caveat": "; ".join(filter(None, [self.caveat, bound])),
            }
        ]

    def _correlations(self) -> tuple[IntraclassCorrelation, ...]:
        """Estimate from mean squares where the table is complete, else from the components."""
        rows = self.layout.rows
        if self.layout.complete:
            table = rows["value"].to_numpy().reshape(rows["ratee"].nunique(), -1)
            return tuple(
                estimate_intraclass_correlation(
                    table, form=form, averaged=averaged, conf_level=self.curve.conf_level
                )
                for form in INTRACLASS_FORMS[1:]
                for averaged in (False, True)
            )
        per_ratee = rows.groupby("ratee").size()
        return correlations_of_curve(
            self.curve,
            n_averaged=float(len(per_ratee) / (1 / per_ratee).sum()),
            crossed=self.layout.crossed,
            n=len(per_ratee),
            n_raters=rows["condition"].nunique() if self.layout.crossed else int(per_ratee.max()),
        )


def study_facet(about: Mapping[str, str], layout: RatingLayout, *, conf_level: float) -> FacetStudy:
    """Fit the components of one layout.

    Raises
    ------
    DesignError
        If they cannot be told apart.
    """
    rows, condition = layout.rows, layout.facet.removesuffix("s")
    factors = {"rated": pd.factorize(rows["ratee"], sort=True)[0]}
    if layout.crossed:
        factors[condition] = pd.factorize(rows["condition"], sort=True)[0]
    fit = fit_variance_components(rows["value"].to_numpy(), factors)
    crossed = [condition] if layout.crossed else []
    curve = estimate_dependability(fit, "rated", crossed=crossed, n_ratings=_COUNTS, conf_level=conf_level)
    return FacetStudy(
        about={**about, "facet": layout.facet},
        layout=layout,
        fit=fit,
        curve=curve,
        caveat="; ".join(dict.fromkeys(filter(None, [layout.caveat, *list_doubts(fit), curve.caveat]))),
    )


def _share_of(name: str) -> Callable[[Mapping[str, float]], float]:
    return lambda components: components[name] / sum(components.values())
