"""What the minutes that there are buy best: which method, with how many raters and quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError, UsageError
from evalkit.lab.diagnosis import Diagnosis, require_diagnosis
from evalkit.lab.dose_designs import TRIED, find_doses
from evalkit.methods import MethodSpecification
from evalkit.shown import show_frame

QUANTITIES: Final = ("decision_loss", "training_loss", "recognition_loss")
_KEYS: Final = ["method", *TRIED]
_WHOLE: Final = 1e-6  # minutes that a budget may be exceeded by


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Advice:
    """Designs that were tried, with what each costs and loses.

    Attributes
    ----------
    designs
        One row per method and design: method, supervisors, peers, citizens, visitors, quarters (NA where the
        method does not depend on it), minutes (per employee-year), estimate (expected loss: 0 the best
        possible decisions, 1 a lot), mc_error (at most so large), n_replicates, on_front (nothing tried
        costs less and loses no more).
    target, quantity
        What the loss is measured on.
    """

    designs: pd.DataFrame
    target: str
    quantity: str

    def __post_init__(self) -> None:
        """Refuse a figure without its Monte Carlo error."""
        if not (self.designs["mc_error"] > 0).all():
            raise ValueError("a Monte Carlo figure needs its error")

    def within(self, minutes: float) -> pd.DataFrame:
        """Return the best design of each method that costs at most so many minutes, the best method first.

        Raises
        ------
        UsageError
            If the minutes are no positive number.
        """
        if not 0 < minutes < np.inf:
            raise UsageError(f"A budget is a number of minutes above 0; found {minutes!r}.")
        affordable = self.designs[self.designs["minutes"] <= minutes + _WHOLE]
        best = affordable.sort_values(["estimate", "minutes"], kind="stable").drop_duplicates("method")
        return best.reset_index(drop=True)

    def over(self, budgets: Sequence[float]) -> pd.DataFrame:
        """Return the best design of each method for several budgets, with the column budget first."""
        parts = [self.within(minutes).assign(budget=float(minutes)) for minutes in budgets]
        found = pd.concat(parts, ignore_index=True)
        return found[["budget", *[name for name in found.columns if name != "budget"]]]

    def front(self) -> pd.DataFrame:
        """Return the designs on the Pareto front, the cheapest first."""
        chosen = self.designs[self.designs["on_front"]]
        return chosen.sort_values("minutes", kind="stable").reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per method and design."""
        return self.designs.copy()

    def to_results(self) -> pd.DataFrame:
        """Return losses as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        rows = self.designs
        designs = [
            " ".join(f"{name}={row[name]}" for name in TRIED if not pd.isna(row[name]))
            for row in rows.to_dict("records")
        ]
        reach = 2 * rows["mc_error"]
        return pd.DataFrame(
            {
                "quantity": f"{self.quantity}_of_design",
                "method_a": rows["method"],
                "group": self.target,
                "item": designs,
                "estimate": rows["estimate"],
                "conf_low": rows["estimate"] - reach,
                "conf_high": rows["estimate"] + reach,
                "n": rows["n_replicates"],
                "caveat": [f"{minutes:.1f} minutes per employee-year" for minutes in rows["minutes"]],
            }
        )

    def _repr_html_(self) -> str:
        return show_frame(self.front())


def advise(
    diagnosis: Diagnosis | None,
    methods: Mapping[str, MethodSpecification],
    *,
    target: str = "common",
    quantity: str = "decision_loss",
) -> Advice:
    """Set what each design costs beside what its decisions lose.

    Designs come from the diagnosis: evidence as it is, with different numbers of raters and quarters.
    Scenarios that differ only in what a method does not read count as one design; as they share people, the
    Monte Carlo error of their mean is at most the mean of theirs, and that is what is shown.

    Parameters
    ----------
    methods
        Specifications of methods in the diagnosis.
    target
        "common" (all dimensions of the employee alike), "own" or "any".
    quantity
        One of `QUANTITIES`.

    Raises
    ------
    DesignError
        If there is no diagnosis, or it varied no numbers of raters.
    UsageError
        If there is no such quantity or target.
    """
    diagnosis = require_diagnosis(diagnosis)
    if quantity not in QUANTITIES:
        raise UsageError(f"A design is judged by one of {', '.join(QUANTITIES)}; found {quantity!r}.")
    tried = _read_designs(diagnosis)
    rows = diagnosis.summary.merge(tried, on="scenario")
    rows = rows[(rows["corruption"] == "") & rows["method"].isin(list(methods))]
    known = sorted(rows.loc[rows["quantity"] == quantity, "target"].unique())
    if target not in known:
        raise UsageError(f"A loss is measured on one of the targets {', '.join(known)}; found {target!r}.")
    losses = rows[(rows["quantity"] == quantity) & (rows["target"] == target)]
    minutes = rows[rows["quantity"] == "minutes"].drop_duplicates(["scenario", "method"])
    found = losses.merge(
        minutes[["scenario", "method", "estimate"]].rename(columns={"estimate": "minutes"}),
        on=["scenario", "method"],
    )
    designs = pd.concat([_of_method(found, name, method) for name, method in methods.items()])
    designs = designs.reset_index(drop=True)
    return Advice(designs=designs.assign(on_front=mark_front(designs)), target=target, quantity=quantity)


def _read_designs(diagnosis: Diagnosis) -> pd.DataFrame:
    """Return the numbers of raters and quarters of each scenario that tried different ones."""
    rows = [
        {
            "scenario": one.name,
            **{name: getattr(one.dose, name) for name in TRIED if name != "quarters"},
            "quarters": one.quarters,
        }
        for one in diagnosis.plan.scenarios
        if one.bundles
    ]
    if not rows:
        raise DesignError(
            "This diagnosis tried no other numbers of raters than the usual ones, so that nothing can be "
            "said of what more of them would buy. Add the group raters to diagnose in study.yaml, and run "
            "'evalkit diagnose' again."
        )
    return pd.DataFrame(rows)


def _of_method(found: pd.DataFrame, name: str, method: MethodSpecification) -> pd.DataFrame:
    """Average over what the method does not read."""
    doses = list(find_doses(method))
    groups = found[found["method"] == name].groupby(doses, as_index=False)
    rows = groups[["minutes", "estimate", "mc_error", "n_replicates"]].mean()
    rows = rows.assign(method=name).reindex(
        columns=[*_KEYS, "minutes", "estimate", "mc_error", "n_replicates"]
    )
    return rows.astype(dict.fromkeys(TRIED, "Int64"))


def mark_front(designs: pd.DataFrame) -> pd.Series:
    """Mark designs than which nothing costs less, or as much, and loses less; a row each.

    Examples
    --------
    >>> designs = pd.DataFrame({"minutes": [30.0, 10.0, 20.0], "estimate": [0.2, 0.4, 0.5]})
    >>> mark_front(designs).tolist()
    [True, True, False]
    """
    order = designs.sort_values(["minutes", "estimate"], kind="stable")
    best_before = order["estimate"].cummin().shift(fill_value=np.inf)
    return (order["estimate"] < best_before).reindex(designs.index)
