"""How high each unit stands in each component of the method by which it is judged, shrunken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.quarters import QuarterScores, list_own_methods
from evalkit.errors import DesignError
from evalkit.methods import Component, MethodScores
from evalkit.stats import ShrunkenMeans, shrink_group_means

#: Sources in which one person rates many people of a unit, so that strictness looks like weakness.
_SHARED: Final = ("supervisor",)
OF_QUARTERS: Final = "observed of the unit as a whole: error from how its quarters differ"
ONE_RATER: Final = "one supervisor may rate all of a unit: a strict one looks like a weak unit"
ONE_UNIT: Final = "one unit, or none recorded: nothing to compare it with"
FEW_UNITS: Final = (
    "{n} units, under 10: how far units differ is hardly known, and intervals may miss too often"
)
NOTHING: Final = "nothing is recorded here from which this component could be scored"
_FEW: Final = 10
#: Numbers of a unit in a component: points.
LEVEL_COLUMNS: Final = (
    *("place", "method", "unit", "component", "level", "weight", "n", "n_values", "points"),
    *("estimate", "conf_low", "conf_high", "deviation", "deviation_low", "deviation_high"),
    *("target", "exceeds_from", "probability_below", "caveat"),
)


def estimate_unit_levels(
    scores: MethodScores,
    quarters: QuarterScores,
    *,
    targets: Mapping[str, float],
    conf_level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the level of every unit in every component, and what cannot be estimated with its reason.

    Parameters
    ----------
    targets
        Points to be reached, by component, where it is not what the method calls meeting expectation.

    Returns
    -------
    levels
        `LEVEL_COLUMNS`; a row with an empty unit is the mean of the units of the place. Units of under five
        people are left out.
    refused
        place, method, component, reason.
    """
    levels, refused = [], []
    for about, values in _list_values(scores, quarters):
        component = about.pop("specification")
        if values.empty:
            refused.append({**about, "reason": NOTHING})
            continue
        try:
            found = shrink_group_means(values["points"], values["unit"], conf_level=conf_level)
        except DesignError as error:
            refused.append({**about, "reason": str(error)})
            continue
        target = targets.get(component.name, about.pop("meets"))
        rows = _tabulate(found, values, component, target=target)
        levels.append(rows.assign(**about, target=target))
    return (
        pd.concat(levels, ignore_index=True)[list(LEVEL_COLUMNS)]
        if levels
        else pd.DataFrame(columns=list(LEVEL_COLUMNS)),
        pd.DataFrame(refused, columns=["place", "method", "component", "reason"]),
    )


def _list_values(
    scores: MethodScores, quarters: QuarterScores
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Yield each component of the methods of each place, with the values that stand for its units.

    Where persons are observed each person is a value, the mean over quarters. Where the unit is observed as a
    whole each of its quarters is one.
    """
    for place, methods in list_own_methods(scores).items():
        for method in methods:
            specification = scores.specifications[method]
            mine, quarterly = (
                frame[(frame["place"] == place) & (frame["method"] == method)].dropna(subset=["points"])
                for frame in (scores.components, quarters.components)
            )
            sizes = mine.groupby("unit")["employee"].nunique()
            for component in specification.components:
                about = {
                    "place": place,
                    "method": method,
                    "component": component.name,
                    "specification": component,
                    "meets": specification.expectation.meets,
                    "exceeds_from": specification.expectation.above,
                }
                rows = mine if component.level == "employee" else quarterly
                rows = rows[rows["component"] == component.name]
                if component.level == "unit":
                    rows = rows.drop_duplicates(["unit", "period"])
                yield about, rows.assign(n=rows["unit"].map(sizes))


def _tabulate(
    found: ShrunkenMeans, values: pd.DataFrame, component: Component, *, target: float
) -> pd.DataFrame:
    """Return a row for the place, then one for each unit of five people or more."""
    units, sizes = np.unique(values["unit"], return_index=True)
    people = values["n"].to_numpy()[sizes]
    frame = pd.DataFrame(
        {
            "unit": units,
            "n": people,
            "n_values": found.n,
            "points": found.means,
            "estimate": found.estimates,
            "conf_low": found.conf_low,
            "conf_high": found.conf_high,
            "deviation": found.deviations,
            "deviation_low": found.deviation_low,
            "deviation_high": found.deviation_high,
            "probability_below": found.probability_below(target),
        }
    )
    place = {
        "unit": "",
        "n": people.sum(),
        "n_values": found.n.sum(),
        "points": values["points"].mean(),
        "estimate": found.overall,
        "conf_low": found.overall_low,
        "conf_high": found.overall_high,
    }
    several = frame[(frame["n"] >= LEAST) & (len(units) > 1)]
    rows = pd.concat([pd.DataFrame([place]), several], ignore_index=True)
    return rows.assign(level=component.level, weight=component.weight, caveat=_doubt(component, len(units)))


def _doubt(component: Component, n_units: int) -> str:
    """Say what limits the numbers of a component."""
    parts = (
        OF_QUARTERS if component.level == "unit" else "",
        ONE_RATER if component.level == "employee" and set(_SHARED) & set(component.sources) else "",
        ONE_UNIT if n_units == 1 else "",
        FEW_UNITS.format(n=n_units) if 1 < n_units < _FEW else "",
    )
    return "; ".join(filter(None, parts))
