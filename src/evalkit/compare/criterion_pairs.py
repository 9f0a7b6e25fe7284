"""One score beside one criterion: the same people, or the same units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.contamination import Criterion, select_criterion
from evalkit.compare.pairs import FEW_UNITS, MANY_UNITS, Resampling, choose_clusters
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.stats import (
    disattenuate,
    estimate_criterion_correlation,
    estimate_criterion_increment,
    estimate_intraclass_correlation,
)
from evalkit.stats.cluster_sums import LEVELS, Level

ONLY_UNITS: Final = "between units only: it says nothing of people within a unit"
NO_RELIABILITY: Final = "not freed of error: {what} is not known"
_WHO: Final = ["place", "unit", "employee"]
_NAMES: Final[dict[Level, str]] = dict(
    zip(LEVELS, ("estimate", "pooled", "within_units", "between_units"), strict=True)
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriterionPair:
    """A method's score and a criterion of the same people or units.

    Attributes
    ----------
    table
        Columns place, unit, score, value (of the criterion, more is better), indexed as the table of scores.
    of_people
        Whether rows are people, and not units.
    reliability
        Of the criterion, over the periods at hand; NaN where it is not known.
    """

    method: str
    criterion: Criterion
    table: pd.DataFrame
    of_people: bool
    reliability: float

    @property
    def about(self) -> dict[str, str]:
        """What a row is about."""
        level = "employee" if self.of_people else "unit"
        return {"indicator": self.criterion.indicator, "source": self.criterion.source, "level": level}

    @property
    def clusters(self) -> tuple[np.ndarray | None, str]:
        """Return what is resampled, and what to say of it."""
        place, unit = self.table["place"].to_numpy(), self.table["unit"].to_numpy()
        if self.of_people:
            return choose_clusters(place, unit)
        return None, FEW_UNITS.format(n=len(place)) if len(place) < MANY_UNITS else ""


def pair_criterion(score: pd.Series, evidence: Evidence, criterion: Criterion) -> CriterionPair:
    """Bring a score, by place, unit and employee, and a criterion together; who lacks one is left out.

    Raises
    ------
    DesignError
        If fewer than five people, or units, have both.
    """
    rows = select_criterion(evidence, criterion)
    of_people = bool((rows["employee"] != "").any())
    who = _WHO if of_people else _WHO[:2]
    rows = rows[rows["employee"] != ""] if of_people else rows
    sign = -1.0 if _lower_is_better(evidence, criterion) else 1.0
    values = sign * rows.groupby(who)["value"].mean()
    known = score.dropna()
    mine = known if of_people else known.groupby(level=who).mean()
    both = pd.concat([mine.rename("score"), values.rename("value")], axis=1, join="inner").sort_index()
    if len(both) < 5:
        raise DesignError(
            f"Only {len(both)} {'people' if of_people else 'units'} have both a score of {score.name} and "
            f"{criterion.indicator}; a correlation needs five."
        )
    return CriterionPair(
        method=str(score.name),
        criterion=criterion,
        table=both.assign(**{name: both.index.get_level_values(name) for name in who[:2]}),
        of_people=of_people,
        reliability=_reliability(rows, who),
    )


def measure_pair(
    pair: CriterionPair, reliabilities: Mapping[str, float], sampling: Resampling
) -> dict[str, Any]:
    """Return the row of one score and one criterion."""
    clusters, doubt = pair.clusters
    found = estimate_criterion_correlation(
        pair.table["score"],
        pair.table["value"],
        strata=pair.table["place"].to_numpy(),
        clusters=clusters,
        **sampling.options(),
    )
    numbers = {
        _name_end(level, end): float(getattr(found, f"{level}{end}"))
        for level in LEVELS
        for end in ("", "_low", "_high")
    }
    mine = reliabilities.get(pair.method, np.nan) if pair.of_people else np.nan
    freed, why_not = _disattenuate(numbers["estimate"], mine, pair.reliability)
    n_units = len(pair.table[["place", "unit"]].drop_duplicates())
    return {
        "method": pair.method,
        **pair.about,
        **numbers,
        "disattenuated": freed,
        "score_reliability": mine,
        "criterion_reliability": pair.reliability,
        "n": found.n,
        "n_units": n_units,
        "n_places": found.n_strata,
        "caveat": "; ".join(filter(None, ("" if pair.of_people else ONLY_UNITS, why_not, doubt))),
    }


def measure_increment(pair: CriterionPair, other: CriterionPair, sampling: Resampling) -> dict[str, Any]:
    """Return what one score adds to another on the people, or units, that have both."""
    about = {"method": pair.method, "over": other.method, **pair.about}
    both = pair.table.join(other.table["score"].rename("over"), how="inner")
    one = replace(pair, table=both)
    clusters, doubt = one.clusters
    try:
        found = estimate_criterion_increment(
            both["score"],
            both["value"],
            both["over"],
            strata=both["place"].to_numpy(),
            clusters=clusters,
            **sampling.options(),
        )
    except DesignError as error:
        blank = dict.fromkeys(("estimate", "r2_before"), np.nan)
        return {**about, **blank, "n": len(both), "caveat": str(error)}
    fields = ("estimate", "conf_low", "conf_high", "semipartial", "semipartial_low", "semipartial_high")
    return {
        **about,
        **{name: getattr(found, name) for name in (*fields, "r2_before", "n")},
        "n_units": len(both[["place", "unit"]].drop_duplicates()),
        "caveat": "; ".join(filter(None, ("" if pair.of_people else ONLY_UNITS, doubt))),
    }


def _name_end(level: Level, end: str) -> str:
    """Return the column of a level's estimate or end; that within places is the main one."""
    return f"conf{end}" if level == "within" and end else f"{_NAMES[level]}{end}"


def _lower_is_better(evidence: Evidence, criterion: Criterion) -> bool:
    flags = evidence.indicators.set_index("indicator")["lower_is_better"]
    return bool(flags[criterion.indicator])


def _reliability(rows: pd.DataFrame, who: list[str]) -> float:
    """Return the consistency of the mean over periods, within places; NaN where there is one period."""
    wide = rows.pivot_table(index=who, columns="period", values="value", aggfunc="mean").dropna()
    if wide.shape[1] < 2 or len(wide) < 5:
        return float("nan")
    centred = wide - wide.groupby(level="place").transform("mean")
    try:
        found = estimate_intraclass_correlation(centred.to_numpy(), form="consistency", averaged=True)
    except DesignError:
        return float("nan")
    return found.estimate


def _disattenuate(r: float, score: float, criterion: float) -> tuple[float, str]:
    """Return r freed of the error of both, and why not where that is not possible."""
    if score > 0 and criterion > 0:
        return disattenuate(r, score, criterion), ""
    what = "the reliability of the score" if not score > 0 else "the reliability of the criterion"
    return float("nan"), NO_RELIABILITY.format(what=what)
