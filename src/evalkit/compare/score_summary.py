"""How do the scores of each method spread? Mean, spread and crowded ends, and who could not be scored."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.compare.groups import FEWEST
from evalkit.methods import MethodScores
from evalkit.shown import show_frame
from evalkit.stats import bootstrap, estimate_contrast, estimate_share, weighted_mean

#: Points at which the top and the bottom of a score lie.
TOP, BOTTOM = 100.0, 0.0
_WHOLE_UNITS = "observed of the whole unit: it cannot tell people of one unit apart"
FEW_UNITS = "{n} units, under {fewest}: cluster-robust (CR3) with t({df}), since so few cannot be resampled"
_ONE_UNIT = "all in one unit: people are resampled, and what a unit has in common is not seen"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreSummary:
    """Scores of each method in each place, summed up so that nobody is singled out.

    Attributes
    ----------
    summary
        One row per estimable method and place: mean score (estimate) with its bootstrap interval, standard
        deviation, quartiles, n (scored), n_insufficient, shares at or above the top and at or below the
        bottom with exact intervals, unit_weight (mean weight of what was observed of the whole unit), caveat.
    coverage
        One row per method: covered_weight, estimable, reason.
    n_boot, conf_level
        Resamples of units (of people where there is one unit), and level of the intervals.
    """

    summary: pd.DataFrame
    coverage: pd.DataFrame
    n_boot: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the quartiles to their order."""
        ordered = self.summary[["lower_quartile", "median", "upper_quartile"]].dropna()
        if not (ordered.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None):
            raise ValueError("the quartiles of a score are out of order")

    def to_frame(self) -> pd.DataFrame:
        """Return the summary, one tidy row per method and place."""
        return self.summary.copy()

    def unit_weights(self) -> dict[str, float]:
        """Return by method the mean weight, over people, of what was observed of whole units."""
        rows = self.summary.reindex(columns=["method", "n", "unit_weight"])
        rows = rows[rows["n"] > 0]
        total = (rows["unit_weight"] * rows["n"]).groupby(rows["method"], sort=False).sum()
        n = rows.groupby("method", sort=False)["n"].sum()
        return {str(method): float(weight) for method, weight in (total / n).items()}

    def to_results(self) -> pd.DataFrame:
        """Return coverage, means and shares as rows of ``results.csv``, with reasons for gaps."""
        named = self.summary.rename(columns={"method": "method_a"})
        mean = named.assign(quantity="mean_score")
        ends = [
            named.assign(
                quantity=f"{end}_share_of_scores",
                estimate=named[f"{end}_share"],
                conf_low=named[f"{end}_low"],
                conf_high=named[f"{end}_high"],
                caveat="",
            )
            for end in ("top", "bottom")
        ]
        whole = named.rename(columns={"unit_weight": "share"}).drop(
            columns=["estimate", "conf_low", "conf_high"]
        )
        whole = whole.rename(columns={"share": "estimate"}).assign(
            quantity="unit_weight", caveat=_WHOLE_UNITS
        )
        columns = ["quantity", "method_a", "place", "estimate", "conf_low", "conf_high", "n", "caveat"]
        scored = pd.concat([mean, *ends, whole.reindex(columns=columns)])[columns]
        return pd.concat([self._coverage(), scored], ignore_index=True)

    def _coverage(self) -> pd.DataFrame:
        rows = self.coverage.rename(
            columns={"method": "method_a", "covered_weight": "estimate", "reason": "caveat"}
        )
        return rows[["method_a", "estimate", "caveat"]].assign(quantity="covered_weight")

    def _repr_html_(self) -> str:
        return show_frame(self.summary)


def summarise_scores(
    scores: MethodScores, *, n_boot: int, rng: np.random.Generator, conf_level: float = 0.95
) -> ScoreSummary:
    """Sum up the scores of each method within each place.

    The interval of the mean resamples whole units, since people of one unit are not independent. Fewer than
    ten units cannot be resampled: t on their number less one takes its place. With one unit people are
    resampled, and it is said. With nobody scored there is no mean.
    """
    groups = scores.scores.groupby(["method", "place"], sort=False)
    rows = [_summarise(key, rows, n_boot, rng, conf_level) for key, rows in groups]
    columns = [
        "method",
        "place",
        "estimate",
        "conf_low",
        "conf_high",
        "lower_quartile",
        "median",
        "upper_quartile",
    ]
    return ScoreSummary(
        summary=pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*columns, "n", "caveat", *_SHARES]),
        coverage=scores.coverage,
        n_boot=n_boot,
        conf_level=conf_level,
    )


_SHARES = [f"{end}_{part}" for end in ("top", "bottom") for part in ("share", "low", "high")]


def _summarise(
    key: tuple[Hashable, ...], rows: pd.DataFrame, n_boot: int, rng: np.random.Generator, conf_level: float
) -> dict[str, object]:
    scored = rows[rows["status"] == "scored"]
    values = scored["score"].to_numpy(dtype=float)
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75]) if len(values) else (np.nan,) * 3
    return {
        **dict(zip(("method", "place"), key, strict=True)),
        "n": len(values),
        "n_insufficient": len(rows) - len(values),
        **summarise_mean(values, scored["unit"].to_numpy(), n_boot, rng, conf_level),
        "sd": values.std(ddof=1) if len(values) > 1 else np.nan,
        "lower_quartile": lower,
        "median": median,
        "upper_quartile": upper,
        **_end("top", values >= TOP, conf_level),
        **_end("bottom", values <= BOTTOM, conf_level),
        "unit_weight": scored["unit_weight"].mean(),
    }


def summarise_mean(
    values: np.ndarray, units: np.ndarray, n_boot: int, rng: np.random.Generator, conf_level: float
) -> dict[str, object]:
    """Return a mean with its interval, as far as the number of units and people allows one.

    Parameters
    ----------
    units
        Unit of each value; units are resampled, and people where there is one unit alone.
    """
    if len(values) < 2:
        estimate = float(values[0]) if len(values) else np.nan
        return _named(estimate, np.nan, np.nan, "fewer than two people: no interval")
    n_units = len(set(units))
    if 1 < n_units < min(FEWEST, len(values)):
        contrast = estimate_contrast(values, clusters=units, conf_level=conf_level)
        doubt = FEW_UNITS.format(n=n_units, fewest=FEWEST, df=n_units - 1)
        return _named(contrast.estimate, contrast.conf_low, contrast.conf_high, doubt)
    clustered = n_units > 1
    found = bootstrap(
        weighted_mean,
        values,
        n_boot=n_boot,
        rng=rng,
        clusters=units if clustered else None,
        conf_level=conf_level,
    )
    caveat = "" if clustered else _ONE_UNIT
    return _named(float(found.estimate), float(found.conf_low), float(found.conf_high), caveat)


def _named(estimate: float, low: float, high: float, caveat: str) -> dict[str, object]:
    return {"estimate": estimate, "conf_low": low, "conf_high": high, "caveat": caveat}


def _end(name: str, reached: np.ndarray, conf_level: float) -> dict[str, float]:
    if not len(reached):
        return dict.fromkeys((f"{name}_share", f"{name}_low", f"{name}_high"), np.nan)
    share = estimate_share(int(reached.sum()), len(reached), conf_level=conf_level)
    return {f"{name}_share": share.estimate, f"{name}_low": share.conf_low, f"{name}_high": share.conf_high}
