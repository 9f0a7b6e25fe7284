"""How dependable is each method's reported score? Under the design that it really has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.score_fit import FittedScore, fit_score
from evalkit.compare.score_parts import lay_out_parts
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, list_rating_points
from evalkit.shown import show_frame

NOBODY: Final = "Nobody has enough evidence for a score."

_ENDS: Final = ("estimate", "conf_low", "conf_high")
_QUANTITIES: Final = {
    "score_dependability": "phi",
    "score_generalizability": "generalizability",
    "score_standard_error": "sem",
}
_KEY: Final = ["method", "place", "basis"]
_COLUMNS: Final[dict[str, list[str]]] = {
    "coefficients": [*_KEY, "design", "quantity", *_ENDS, "n", "caveat"],
    "designs": [
        *[*_KEY, "n_occasions", "raters", "minutes", *_ENDS],
        *["sem", "sem_low", "sem_high", "n", "caveat"],
    ],
    "parts": ["method", "place", "component", "source", "weight", "universe_share", "error_share"],
    "refused": ["method", "place", "reason"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreDependability:
    """Dependability of each method's score, by place, and the reason where it cannot be estimated.

    Attributes
    ----------
    coefficients
        A row per method, place, design ("as reported"; "one occasion": a single report) and quantity:
        score_dependability (Φ), score_generalizability (Eρ²), score_standard_error (in points), with
        interval, n (people) and caveat. ``basis`` says over what: raters and occasions, occasions, or raters.
    designs
        Φ and the standard error with n_occasions occasions and ``raters`` times the raters at hand; minutes
        of work a person.
    parts
        Weight of each part, and its share in the score's universe and error variance.
    refused
        method, place (empty: everywhere), reason.
    target, conf_level, n_boot
        Dependability that counts as enough, level of intervals, resamples behind them.
    """

    coefficients: pd.DataFrame
    designs: pd.DataFrame
    parts: pd.DataFrame
    refused: pd.DataFrame
    target: float
    conf_level: float
    n_boot: int
    fits: tuple[FittedScore, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Hold shares to their sum, and Φ to be at most Eρ²."""
        sums = self.parts.groupby(["method", "place"])["universe_share"].sum()
        if (abs(sums - 1) > 1e-9).any():
            raise ValueError("the parts' shares of the variance of a score do not add up to 1")
        wide = self.coefficients.pivot_table(index=[*_KEY, "design"], columns="quantity", values="estimate")
        if len(wide) and (wide["score_dependability"] > wide["score_generalizability"] + 1e-9).any():
            raise ValueError("agreement on a score exceeds agreement on the order")

    def cheapest(self) -> pd.DataFrame:
        """Return the design with the fewest minutes that reaches the target, a row a score; NaN if none."""
        enough = self.designs[self.designs["estimate"] >= self.target]
        order = enough.sort_values(["minutes", "n_occasions", "raters"], kind="stable")
        known = self.designs[_KEY].drop_duplicates()
        return known.merge(order.drop_duplicates(_KEY), on=_KEY, how="left").assign(target=self.target)

    def to_frame(self) -> pd.DataFrame:
        """Return the coefficients, one tidy row each."""
        return self.coefficients.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        found = self.coefficients.assign(item=self.coefficients["design"])
        sizes = zip(self.designs["n_occasions"], self.designs["raters"], strict=True)
        items = [f"n_occasions={occasions:g}, raters_times={raters:g}" for occasions, raters in sizes]
        designs = self.designs.assign(quantity="score_dependability_of_design", item=items)
        refused = self.refused.assign(quantity="score_dependability").rename(columns={"reason": "caveat"})
        rows = pd.concat([found, designs, refused]).rename(columns={"method": "method_a", "basis": "group"})
        columns = ["quantity", "place", "method_a", "group", "item", *_ENDS, "n", "caveat"]
        return rows[columns].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.coefficients)


def measure_score_dependability(
    scores: MethodScores,
    evidence: Evidence,
    *,
    n_boot: int,
    rng: np.random.Generator,
    target: float = 0.8,
    conf_level: float = 0.95,
) -> ScoreDependability:
    """Estimate how dependable each method's reported score is, within each place.

    A score adds up parts (a component as one source sees it), each a mean over raters, then occasions. Their
    covariances over people, occasions and raters are estimated from the evidence and combined by the method's
    weights. Where some part has raters that cannot be told apart (one supervisor a person, an average,
    oneself), the score is compared over occasions only, and says so; where that is not possible either, it is
    refused. Intervals resample units, or people where there are fewer than ten units.

    Parameters
    ----------
    scores
        Of the same evidence.
    target
        Dependability Φ that counts as enough for a decision on a person.
    """
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _COLUMNS}
    fits = []
    for each in _fit_all(scores, evidence, n_boot=n_boot, rng=rng, conf_level=conf_level):
        if isinstance(each, dict):
            tables["refused"].append(each)
            continue
        fits.append(each)
        tables["coefficients"] += _coefficients(each)
        tables["designs"] += _designs(each)
        tables["parts"] += _parts(each)
    frames = {name: pd.DataFrame(tables[name], columns=columns) for name, columns in _COLUMNS.items()}
    return ScoreDependability(**frames, target=target, conf_level=conf_level, n_boot=n_boot, fits=tuple(fits))


def _fit_all(
    scores: MethodScores, evidence: Evidence, *, n_boot: int, rng: np.random.Generator, conf_level: float
) -> Iterator[FittedScore | dict[str, Any]]:
    """Fit each method in each place, or say why not."""
    scored = scores.scores[scores.scores["status"] == "scored"]
    chosen = {name: scores.specifications[name] for name in scored["method"].unique()}
    points = dict(iter(list_rating_points(evidence, chosen).groupby(["method", "place"])))
    for method, reason in scores.coverage[["method", "reason"]].itertuples(index=False):
        mine = scored[scored["method"] == method]
        if mine.empty:
            why = reason.split(" Missing:", maxsplit=1)[0] or NOBODY
            yield {"method": method, "place": "", "reason": why}
        for place, people in mine.groupby("place", sort=True):
            about = {"method": str(method), "place": str(place)}
            try:
                parts = lay_out_parts(points[method, place], people[["unit", "employee"]], chosen[method])
                yield fit_score(about, parts, n_boot=n_boot, rng=rng, conf_level=conf_level)
            except DesignError as error:
                yield {**about, "reason": str(error)}


def _ends(fit: FittedScore, name: str, i: int) -> tuple[float, ...]:
    """Return a number of one design with its interval."""
    return tuple(float(getattr(fit.found, f"{name}{end}")[i]) for end in ("", "_low", "_high"))


def _coefficients(fit: FittedScore) -> list[dict[str, Any]]:
    names = ["as reported"] if fit.parts.n_occasions == 1 else ["as reported", "one occasion"]
    return [
        {
            **fit.about,
            "design": design,
            "quantity": quantity,
            **dict(zip(_ENDS, _ends(fit, name, i), strict=True)),
            "n": fit.components.n,
            "caveat": fit.caveat,
        }
        for i, design in enumerate(names)
        for quantity, name in _QUANTITIES.items()
    ]


def _designs(fit: FittedScore) -> list[dict[str, Any]]:
    rated, other = fit.parts.minutes
    return [
        {
            **fit.about,
            "n_occasions": int(fit.found.n_occasions[i]),
            "raters": float(fit.found.raters[i]),
            "minutes": (rated * fit.found.raters[i] + other)
            * fit.found.n_occasions[i]
            / fit.parts.n_occasions,
            **dict(zip(_ENDS, _ends(fit, "phi", i), strict=True)),
            **dict(zip(("sem", "sem_low", "sem_high"), _ends(fit, "sem", i), strict=True)),
            "n": fit.components.n,
            "caveat": fit.caveat,
        }
        for i in range(2, len(fit.found.phi))
    ]


def _parts(fit: FittedScore) -> list[dict[str, Any]]:
    shares = zip(fit.found.universe_shares, fit.found.error_shares, strict=True)
    rows: list[Any] = fit.parts.parts[["component", "source", "weight"]].to_dict("records")
    return [
        {"method": fit.method, "place": fit.place, **row, "universe_share": universe, "error_share": error}
        for row, (universe, error) in zip(rows, shares, strict=True)
    ]
