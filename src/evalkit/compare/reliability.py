"""Would other raters, occasions or items say the same? What the design identifies, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.facet_study import Rows, study_facet
from evalkit.compare.internal_consistency import Parts, find_parts, measure_parts, tabulate_parts
from evalkit.compare.rating_layout import RatingLayout, lay_out_ratings, name_ratees
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import name_reliability

_GROUP: Final = ["place", "source", "indicator"]
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_COLUMNS: Final[dict[str, list[str]]] = {
    "coefficients": [
        *[*_GROUP, "facet", "quantity", "n_averaged", *_ENDS],
        *["band_low", "band_high", "n", "n_conditions", "caveat"],
    ],
    "components": [*_GROUP, "facet", "component", "n_levels", *_ENDS, "n", "caveat"],
    "curves": [*_GROUP, "facet", "n_ratings", *_ENDS, "sem", "sem_low", "sem_high", "n", "caveat"],
    "needed": [*_GROUP, "facet", "target", *_ENDS, "n", "caveat"],
    "refused": [*_GROUP, "facet", "quantity", "reason"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """Coefficients that the design of the evidence identifies, and reasons for those that it does not.

    Attributes
    ----------
    coefficients
        A row per place, source, indicator (empty: over indicators), facet (raters, occasions, indicators,
        items), quantity (icc_one_way, icc_agreement, icc_consistency, cronbach_alpha, omega_total) and
        n_averaged (1: of one rating): estimate, conf_low, conf_high, band_low and band_high (the words for
        both ends), n (rated), n_conditions, caveat.
    components
        Share of the variance of one rating by component, the rated first and the residual last.
    curves
        Φ and the standard error of measurement (sem) of the mean of n_ratings, with intervals.
    needed
        Ratings for Φ ≥ target, with the least and the most that the interval of Φ allows.
    refused
        What cannot be estimated, and why.
    target, conf_level, n_boot
        Dependability that counts as enough, level of intervals, resamples behind omega's.
    """

    coefficients: pd.DataFrame
    components: pd.DataFrame
    curves: pd.DataFrame
    needed: pd.DataFrame
    refused: pd.DataFrame
    target: float
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold shares to their sum, and estimates to their intervals."""
        sums = self.components.groupby([*_GROUP, "facet"])["estimate"].sum()
        if (abs(sums - 1) > 1e-9).any():
            raise ValueError("the shares of the components do not add up to 1")
        found = self.coefficients.dropna(subset=["conf_low", "conf_high"])
        if (found["conf_low"] > found["conf_high"]).any():
            raise ValueError("an interval ends below its start")

    def to_frame(self) -> pd.DataFrame:
        """Return the coefficients, one tidy row each."""
        return self.coefficients.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        found = self.coefficients.assign(item=_items(self.coefficients, "n_averaged"))
        parts = self.components.assign(
            quantity="variance_share",
            item=_items(self.components, "component"),
            n=self.components["n_levels"],
        )
        curves = self.curves.assign(quantity="dependability", item=_items(self.curves, "n_ratings"))
        sem = curves.assign(
            quantity="standard_error_of_measurement",
            estimate=curves["sem"],
            conf_low=curves["sem_low"],
            conf_high=curves["sem_high"],
        )
        needed = self.needed.assign(quantity="ratings_needed", item=_items(self.needed, "target"))
        refused = self.refused.assign(item=_items(self.refused, "")).rename(columns={"reason": "caveat"})
        rows = pd.concat([found, parts, curves, sem, needed.replace(np.inf, np.nan), refused])
        rows = rows.rename(columns={"source": "group"})
        columns = ["quantity", "place", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows[columns].reset_index(drop=True)

    def _repr_html_(self) -> str:
        return show_frame(self.coefficients)


def measure_reliability(
    evidence: Evidence,
    *,
    n_boot: int,
    rng: np.random.Generator,
    without: Sequence[str] = (),
    target: float = 0.8,
    conf_level: float = 0.95,
) -> Reliability:
    """Estimate each reliability that the design of the evidence identifies, and say why not the others.

    Each place, source and indicator by itself. Raters shared by several persons give agreement (severity
    counts as error) and consistency (it does not); raters of one person each give the one-way form; one
    rater a person, an average, or a count gives consistency over occasions where there are several, and
    nothing about raters. Several indicators of one source give alpha and omega: over parts only. A complete
    table gets exact intervals (McGraw and Wong's for agreement), any other REML components and profile
    intervals.

    Parameters
    ----------
    without
        Indicators to leave out, such as an overall verdict or a sum of others.
    target
        Dependability Φ that counts as enough for a decision on a person.

    Raises
    ------
    DesignError
        If nothing is recorded.
    """
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    rows = name_ratees(recorded[~recorded["indicator"].isin(list(without))])
    if rows.empty:
        raise DesignError("Reliability needs recorded observations; there are none but what is left out.")
    tables: dict[str, Rows] = {name: [] for name in _COLUMNS}
    parts = list(find_parts(rows))
    for key, group in rows.groupby(_GROUP, sort=True):
        about = dict(zip(_GROUP, map(str, key), strict=True))
        layout = lay_out_ratings(group)
        _add_facet(about, layout, tables, target=target, conf_level=conf_level)
        if layout.shared_items:
            parts.append(Parts(**about, facet="items", table=tabulate_parts(group, "item")))
    for each in parts:
        found, refused = measure_parts(
            each, evidence.indicators, n_boot=n_boot, rng=rng, conf_level=conf_level
        )
        tables["coefficients"] += found
        tables["refused"] += refused
    for row in tables["coefficients"]:
        row |= {f"band_{end}": name_reliability(row[f"conf_{end}"]) for end in ("low", "high")}
    frames = {name: pd.DataFrame(tables[name], columns=columns) for name, columns in _COLUMNS.items()}
    return Reliability(**frames, target=target, conf_level=conf_level, n_boot=n_boot)


def _add_facet(
    about: dict[str, str],
    layout: RatingLayout,
    tables: dict[str, Rows],
    *,
    target: float,
    conf_level: float,
) -> None:
    """Add what raters or occasions allow, and why the rest cannot be estimated."""
    refusal = {**about, "facet": "raters", "quantity": "icc"}
    if layout.refused:
        tables["refused"].append({**refusal, "reason": layout.refused})
    if not layout.facet:
        return
    try:
        study = study_facet(about, layout, conf_level=conf_level)
        coefficients = study.coefficients()
    except DesignError as error:
        tables["refused"].append({**refusal, "facet": layout.facet, "reason": str(error)})
        return
    tables["coefficients"] += coefficients
    tables["components"] += study.components()
    tables["curves"] += study.points()
    tables["needed"] += study.needed(target)


def _items(frame: pd.DataFrame, detail: str) -> pd.Series:
    """Name what a number is about: indicator, facet, and the number or name of a column."""
    texts = frame["indicator"] + " over " + frame["facet"]
    if not detail:
        return texts.str.strip()
    values = frame[detail].map(lambda value: value if isinstance(value, str) else f"{detail}={value:g}")
    return (texts + ", " + values).str.strip()
