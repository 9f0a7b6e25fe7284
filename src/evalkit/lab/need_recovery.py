"""Do the needs that are found lie where performance truly is low? Answered where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import pandas as pd

from evalkit.compare import Needs
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.lab.targets import MEASURED
from evalkit.lab.truth import DIMENSIONS
from evalkit.methods import Component, MethodScores
from evalkit.shown import show_frame
from evalkit.stats import estimate_association

UNKNOWN: Final = "True performance is known of simulated evidence only."
NOT_MADE: Final = "the laboratory does not say which true performance this component is about"
FEW_UNITS: Final = "{n} units: an order of so few says nothing"
_FEWEST: Final = 5
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_COLUMNS: Final = ("place", "method", "component", *_ENDS, "n", "caveat")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeedRecovery:
    """How well the levels of units follow true performance.

    Attributes
    ----------
    orders
        One row per place, method and component: Kendall's τ (estimate) between the shrunken levels of units
        and the true performance that the component is about, mean over people and quarters, with interval;
        n (units), caveat. Without an estimate the caveat is the reason.
    conf_level
        Level of the intervals; units are taken as independent.
    """

    orders: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold correlations to their bounds."""
        if not self.orders["estimate"].dropna().astype(float).between(-1, 1).all():
            raise ValueError("a rank correlation lies between -1 and 1")

    def to_frame(self) -> pd.DataFrame:
        """Return the correlations, one tidy row each."""
        return self.orders.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every correlation, and every refusal, as a row of ``results.csv``."""
        rows = self.orders.rename(columns={"method": "method_a", "component": "item"})
        columns = ["quantity", "place", "method_a", "item", *_ENDS, "n", "caveat"]
        return rows.assign(quantity="need_recovery")[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.orders)


def recover_needs(needs: Needs, scores: MethodScores, evidence: Evidence) -> NeedRecovery:
    """Hold the levels of units to true performance, component by component.

    Parameters
    ----------
    scores
        The scores from which the needs were found: their specifications say what a component reads.
    evidence
        Its table of truth is what levels are held to.
    """
    truth = _average_truth(evidence)
    units = needs.units()
    parts = {
        (name, part.name): part
        for name, specification in scores.specifications.items()
        for part in specification.components
    }
    rows: list[dict[str, Any]] = []
    if truth.empty:
        rows.append({"place": "", "method": "", "component": "", "caveat": UNKNOWN})
    else:
        for key, of in units.groupby(["place", "method", "component"], sort=False):
            place, method, component = map(str, cast("tuple[str, str, str]", key))
            about: dict[str, Any] = {"place": place, "method": method, "component": component, "n": len(of)}
            found = _correlate(of, parts[method, component], truth, needs.conf_level)
            rows.append({**about, **found})
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    numbers = {name: frame[name].astype("float64") for name in (*_ENDS, "n")}
    return NeedRecovery(orders=frame.assign(**numbers), conf_level=needs.conf_level)


def _average_truth(evidence: Evidence) -> pd.DataFrame:
    """Return true performance of each place and unit: mean over people, of each their mean over quarters."""
    truth = evidence.truth
    if truth.empty:
        return pd.DataFrame()
    people = truth.groupby("employee")[list(DIMENSIONS)].mean()
    where = evidence.employees.set_index("employee")[["place", "unit"]]
    return people.join(where, how="inner").groupby(["place", "unit"]).mean()


def _correlate(
    units: pd.DataFrame, part: Component, truth: pd.DataFrame, conf_level: float
) -> dict[str, Any]:
    """Return the rank correlation of levels and truth, or the reason why there is none."""
    if not set(part.indicators) <= set(MEASURED):
        return {"caveat": NOT_MADE}
    if len(units) < _FEWEST:
        return {"caveat": FEW_UNITS.format(n=len(units))}
    named = [MEASURED[name] for name in part.indicators]
    columns = list(dict.fromkeys(each for name in named for each in ([name] if name else DIMENSIONS)))
    performance = truth[columns].mean(axis=1).reindex(pd.MultiIndex.from_frame(units[["place", "unit"]]))
    try:
        found = estimate_association(
            units["estimate"].to_numpy(),
            performance.to_numpy(),
            coefficient="kendall",
            conf_level=conf_level,
        )
    except DesignError as error:
        return {"caveat": str(error)}
    return {
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "caveat": "",
    }
