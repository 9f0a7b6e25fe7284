"""Points of components as one table a method and place: one row a person, one column a component."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.decisions import Floats
from evalkit.methods import MethodScores, MethodSpecification
from evalkit.stats import weigh_points

#: People from whom shares of a place are worth saying.
FEWEST: Final = 10
NOBODY: Final = "Nobody has enough evidence for a score."
_WHO: Final = ["unit", "employee"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointTable:
    """Points of the people whom a method scores in a place.

    Attributes
    ----------
    people
        unit and employee, in the order of the rows.
    points
        Shape (n, k), columns in the order of the specification's components; NaN where there are none.
    reason
        Why there is nobody; empty where there is somebody.
    """

    method: str
    place: str
    specification: MethodSpecification
    people: pd.DataFrame
    points: Floats
    reason: str = ""

    def weights(self) -> Floats:
        """Return the declared weights, shape (k,)."""
        return np.array([part.weight for part in self.specification.components])

    def ranges(self) -> tuple[Floats, Floats]:
        """Return the low and the high ends of the declared ranges, each of shape (k,)."""
        ends = np.array([part.range for part in self.specification.components], dtype=np.float64)
        return ends[:, 0], ends[:, 1]

    def part_points(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return the points of work result and of behaviour under each weighting, shapes (n_draws, n)."""
        parts = np.array([part.part for part in self.specification.components])
        result, behaviour = (
            weigh_points(self.points[:, parts == name], weights[:, parts == name])
            for name in ("result", "behaviour")
        )
        return result, behaviour

    def has_both_parts(self) -> bool:
        """Tell whether everyone has points of work result and of behaviour."""
        return all(bool(np.isfinite(each).all()) for each in self.part_points(self.weights()[None]))


def list_point_tables(scores: MethodScores) -> Iterator[PointTable]:
    """Yield the points of each method in each place; a method that scores nobody comes with the reason."""
    scored = scores.scores[scores.scores["status"] == "scored"]
    for method, reason in scores.coverage[["method", "reason"]].itertuples(index=False):
        specification = scores.specifications[str(method)]
        mine = scored[scored["method"] == method]
        if mine.empty:
            why = str(reason).split(" Missing:", maxsplit=1)[0] or NOBODY
            blank = np.empty((0, len(specification.components)))
            yield PointTable(
                method=str(method),
                place="",
                specification=specification,
                people=mine[_WHO],
                points=blank,
                reason=why,
            )
        components = scores.components[scores.components["method"] == method]
        names = [part.name for part in specification.components]
        for place, people in mine.groupby("place", sort=True):
            rows = components[components["place"] == place]
            by_part = rows.set_index([*_WHO, "component"])["points"]
            wide = by_part.unstack("component")  # noqa: PD010 (each occurs once; pivot_table is far slower)
            chosen = pd.MultiIndex.from_frame(people[_WHO])
            yield PointTable(
                method=str(method),
                place=str(place),
                specification=specification,
                people=people[_WHO].reset_index(drop=True),
                points=wide.reindex(index=chosen, columns=names).to_numpy(dtype=np.float64),
            )
