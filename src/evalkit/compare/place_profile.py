"""What one place's method reads, how much of it was given, and what stands for what its text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.named_things import list_named, measure_given
from evalkit.compare.score_summary import summarise_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, MethodSpecification
from evalkit.shown import show_frame
from evalkit.stats import estimate_contrast
from evalkit.vocabulary import SOURCES

NO_METHOD: Final = "no method is described for this place"
_FEW_UNITS: Final = 10
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_COLUMNS: Final[dict[str, list[str]]] = {
    "components": [*["component", "level", "weight", "low", "high"], *_ENDS, "n", "n_units", "caveat"],
    "named": ["about", "code", "through", *_ENDS, "n", "caveat"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceProfile:
    """One place and its method, in numbers about all of its people.

    Attributes
    ----------
    place, method
        Names; the method is empty where none is described for the place.
    components
        component, level, weight with its range (low, high), mean points with interval (estimate, conf_low,
        conf_high), n (people, or units where the unit is observed), n_units, caveat.
    sources
        Share of what each source was asked for that was given, with its exact interval; n asked for.
    named
        Aims and follow-ups that the text names (about, code), what shows each (through) and its number, or
        no number and the reason. A follow-up is counted in interventions.
    facts
        n_people, n_units, n_occasions, n_observations, unit_weight (weight that is observed on units).
    """

    place: str
    method: str
    components: pd.DataFrame
    sources: pd.DataFrame
    named: pd.DataFrame
    facts: Mapping[str, float]

    def __post_init__(self) -> None:
        """Hold weights to their sum, and every missing figure to a reason."""
        if self.method and not np.isclose(self.components["weight"].sum(), 1):
            raise ValueError("the weights of a method do not add up to 1")
        for frame in (self.components, self.named):
            if (frame["estimate"].isna() & (frame["caveat"] == "")).any():
                raise ValueError("a figure is missing without a reason")

    def to_frame(self) -> pd.DataFrame:
        """Return the components, one tidy row each."""
        return self.components.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what cannot be given with its reason, as rows of ``results.csv``."""
        parts = [
            self.components.assign(quantity="component_points", item=self.components["component"]),
            self._weights(),
            self.sources.assign(quantity="given_share", item=self.sources["source"]),
            self.named.assign(
                quantity=self.named["about"], group=self.named["code"], item=self.named["through"]
            ),
            pd.DataFrame([{"quantity": name, "estimate": value} for name, value in self.facts.items()]),
        ]
        if not self.method:
            parts.append(pd.DataFrame([{"quantity": "component_points", "caveat": NO_METHOD}]))
        rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
        rows = rows.assign(place=self.place, method_a=self.method)
        columns = ["quantity", "place", "method_a", "group", "item", *_ENDS, "n", "caveat"]
        return rows.reindex(columns=columns)

    def _weights(self) -> pd.DataFrame:
        rows = self.components
        return pd.DataFrame(
            {
                "quantity": "component_weight",
                "item": rows["component"],
                "estimate": rows["weight"],
                "conf_low": rows["low"],
                "conf_high": rows["high"],
                "caveat": "assumed; the ends are the range to try, and no interval",
            }
        )

    def _repr_html_(self) -> str:
        return show_frame(self.components)


def find_method_of(methods: Mapping[str, MethodSpecification], place: str) -> MethodSpecification | None:
    """Return the method that is described for a place; none where there is none.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> find_method_of(load_methods(), "dumai").name
    'dumai'
    """
    return next((one for one in methods.values() if one.place == place), None)


def profile_place(
    scores: MethodScores,
    evidence: Evidence,
    method: MethodSpecification | None,
    *,
    place: str,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> PlaceProfile:
    """Describe what a place's method reads and finds there, as far as the evidence goes.

    Nothing is about a single person. Means resample units (people where there is one unit).

    Parameters
    ----------
    scores, evidence
        Of this place; scores at least of its method.
    method
        The method of the place; none where none is described for it.
    """
    components = _components(scores, method, n_boot=n_boot, rng=rng, conf_level=conf_level)
    named = list(list_named(method, components, evidence, conf_level)) if method else []
    return PlaceProfile(
        place=place,
        method=method.name if method else "",
        components=components,
        sources=measure_given(evidence, method.sources if method else SOURCES, conf_level),
        named=pd.DataFrame(named, columns=_COLUMNS["named"]).astype({"estimate": float}),
        facts=_facts(evidence, method),
    )


def _facts(evidence: Evidence, method: MethodSpecification | None) -> dict[str, float]:
    rows = evidence.observations
    people = {*evidence.employees["employee"], *rows["employee"].unique()} - {""}
    units = {*evidence.employees["unit"], *rows["unit"].unique()} - {""}
    facts: dict[str, float] = {
        "n_people": len(people),
        "n_units": len(units),
        "n_occasions": rows.loc[rows["period"] != "", "period"].nunique(),
        "n_observations": len(rows),
    }
    if method:
        on_units = sum(part.weight for part in method.components if part.level == "unit")
        facts["weight_on_units"] = on_units
    return {name: float(value) for name, value in facts.items()}


def _components(
    scores: MethodScores,
    method: MethodSpecification | None,
    *,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float,
) -> pd.DataFrame:
    rows = scores.components
    found: list[dict[str, Any]] = []
    for part in method.components if method else ():
        mine = rows[(rows["method"] == method.name) & (rows["component"] == part.name)] if method else rows
        known = mine[mine["points"].notna()]
        if part.level == "unit":
            known = known.drop_duplicates("unit")
        points, units = known["points"].to_numpy(float), known["unit"].to_numpy()
        found.append(
            {
                "component": part.name,
                "level": part.level,
                "weight": part.weight,
                "low": part.range[0],
                "high": part.range[1],
                **_mean(points, units, n_boot=n_boot, rng=rng, conf_level=conf_level),
                "n": len(known),
                "n_units": len(set(units)),
            }
        )
    return pd.DataFrame(found, columns=_COLUMNS["components"])


def _mean(
    points: NDArray[np.float64],
    units: NDArray[np.object_],
    *,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float,
) -> dict[str, Any]:
    """Return a mean whose interval resamples units; with few of them, that of t(units - 1)."""
    n_units = len(set(units))
    if not len(points):
        return {"estimate": np.nan, "caveat": "nobody has enough evidence of it"}
    if not 1 < n_units < _FEW_UNITS:
        return summarise_mean(points, units, n_boot, rng, conf_level)
    found = estimate_contrast(points, clusters=units, conf_level=conf_level)
    ends = (found.estimate, found.conf_low, found.conf_high)
    return {**dict(zip(_ENDS, ends, strict=True)), "caveat": f"from {n_units} units, with t({n_units - 1})"}
