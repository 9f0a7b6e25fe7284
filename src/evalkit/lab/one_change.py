"""What would change most if one thing were done otherwise: one more rater, more respondents, more often."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.lab.advice import advise
from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.dose_designs import TRIED, find_doses
from evalkit.lab.main_effects import MainEffects, fit_main_effects, predict_minutes
from evalkit.lab.named_problems import measure_problems
from evalkit.lab.simulate import QUARTERS, Dose
from evalkit.methods import MethodSpecification, Named
from evalkit.shown import show_frame

ALONE: Final = "alone"
MAIN: Final = "main effects"
#: Why the second basis is a rougher answer.
MAIN_CAVEAT: Final = (
    "no two designs that were tried differ in this alone; the effect is averaged over the designs, and its "
    "error is what such effects leave unexplained"
)
#: If records were so stale, what fresh ones would win back.
STALE: Final = "stale_records"
HALF_STALE: Final = "if half of the records were stale"
_HALF: Final = 0.5
UNREAD: Final = "the method asks none of them"
_COLUMNS: Final = (
    *("method", "change", "from", "to", "before", "after", "estimate", "mc_error", "minutes"),
    *("basis", "n", "caveat"),
)
#: What goes in step in the designs: who rates an employee, and who answers the survey of a unit.
_IN_STEP: Final = ("citizens", "visitors")
_REACH: Final = 2  # Monte Carlo errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneChange:
    """What each change of one thing would do to the decisions of a method.

    Attributes
    ----------
    changes
        method, change (what there would be more of; "citizens, visitors" where both go in step), from, to,
        before and after (decision loss), estimate (loss that it takes away), mc_error, minutes (added per
        employee-year; NaN where nobody knows), basis ("alone": two designs differ in nothing else; "main
        effects": fitted over all; `HALF_STALE`: what fresh records win back then; `UNREAD`: not asked, so
        that more do nothing), n (replicates), caveat. The largest gain first, stale records last.
    reason
        Why there is nothing; else empty.
    target
        What the loss is measured on.
    """

    changes: pd.DataFrame
    reason: str
    target: str

    def __post_init__(self) -> None:
        """Hold gains to their two losses."""
        gains = self.changes["before"] - self.changes["after"]
        if not np.allclose(gains.astype(float), self.changes["estimate"].astype(float)):
            raise ValueError("a gain is not the difference of its losses")

    def tried(self) -> pd.DataFrame:
        """Return the changes of whom the method asks; nobody knows how stale the records of a place are."""
        return self.changes[self.changes["basis"].isin([ALONE, MAIN])].reset_index(drop=True)

    def best(self) -> Mapping[Hashable, Any] | None:
        """Return the change that takes away most, of those that gain more than two Monte Carlo errors."""
        return _first(self._sure())

    def cheapest(self) -> Mapping[Hashable, Any] | None:
        """Return the change that takes away most for its minutes, of the same."""
        sure = self._sure()
        return _first(sure.loc[(-sure["estimate"] / sure["minutes"]).sort_values(kind="stable").index])

    def _sure(self) -> pd.DataFrame:
        rows = self.tried()
        return rows[rows["estimate"] > _REACH * rows["mc_error"]]

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per change."""
        return self.changes.copy()

    def to_results(self) -> pd.DataFrame:
        """Return gains as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        rows, reach = self.changes, _REACH * self.changes["mc_error"]
        found = rows.assign(
            quantity="gain_of_one_change",
            method_a=rows["method"],
            group=self.target,
            item=[f"{name}={to}" for name, to in rows[["change", "to"]].to_numpy()],
            conf_low=rows["estimate"] - reach,
            conf_high=rows["estimate"] + reach,
            caveat=[
                "; ".join(filter(None, (_price(minutes), str(doubt))))
                for minutes, doubt in rows[["minutes", "caveat"]].to_numpy()
            ],
        )
        columns = [
            "quantity",
            "method_a",
            "group",
            "item",
            "estimate",
            "conf_low",
            "conf_high",
            "n",
            "caveat",
        ]
        found = found[columns]
        if self.reason:
            found = pd.DataFrame([{"quantity": "gain_of_one_change", "caveat": self.reason}])
        return found

    def _repr_html_(self) -> str:
        return show_frame(self.changes)


def _price(minutes: float) -> str:
    return "minutes not known" if np.isnan(minutes) else f"{minutes:+.1f} minutes per employee-year"


def _first(rows: pd.DataFrame) -> Mapping[Hashable, Any] | None:
    return None if rows.empty else rows.to_dict("records")[0]


def compare_changes(
    diagnosis: Diagnosis | None, method: MethodSpecification | None, *, target: str = "common"
) -> OneChange:
    """Compare what one change of a method's raters, respondents or quarters would do to its decisions.

    The evidence as it usually is (one supervisor, two peers, one citizen, ten visitors of a unit, each
    quarter) is held against designs with more of one thing. Designs share people, so that a difference is
    more certain than its error says.

    Parameters
    ----------
    method
        None where no method is described for the place.
    target
        As in `advise`.
    """
    reason = _find_reason(diagnosis, method)
    if reason or method is None:
        return OneChange(changes=pd.DataFrame(columns=list(_COLUMNS)), reason=reason, target=target)
    designs = advise(diagnosis, {method.name: method}, target=target).designs
    tried = sorted(_list_changes(designs, method), key=lambda row: -row["estimate"])
    found = [*tried, *_unread(designs, method), *_fresher(diagnosis, method, target)]
    return OneChange(changes=pd.DataFrame(found, columns=list(_COLUMNS)), reason="", target=target)


def _find_reason(diagnosis: Diagnosis | None, method: MethodSpecification | None) -> str:
    if method is None:
        return "no method is described for this place"
    if diagnosis is None:
        return "this study has no diagnosis, which takes evidence that is simulated many times"
    if not any(one.bundles for one in diagnosis.plan.scenarios):
        return "the diagnosis of this study tried no other numbers of raters than the usual ones"
    return (
        ""
        if method.name in diagnosis.plan.methods
        else "the diagnosis of this study has not tried the method"
    )


def _usual() -> dict[str, int]:
    dose = Dose()
    return {name: len(QUARTERS) if name == "quarters" else getattr(dose, name) for name in TRIED}


def _list_changes(designs: pd.DataFrame, method: MethodSpecification) -> Iterator[dict[str, Any]]:
    """Yield a row for each higher number of each thing that a method reads."""
    doses, usual = list(find_doses(method)), _usual()
    base = {name: usual[name] for name in doses}
    fitted = fit_main_effects(designs, [some[0] for some in _group(doses).values()])
    for name, some in _group(doses).items():
        lead = some[0]
        for level, value in enumerate(TRIED[lead]):
            changed = {**base, **{each: TRIED[each][level] for each in some}}
            if value > usual[lead]:
                yield {
                    "method": method.name,
                    "change": name,
                    "from": ", ".join(str(base[each]) for each in some),
                    "to": ", ".join(str(changed[each]) for each in some),
                    "minutes": predict_minutes(designs, doses, changed)
                    - predict_minutes(designs, doses, base),
                    **_compare(designs, fitted, base, changed),
                }


def _fresher(
    diagnosis: Diagnosis | None, method: MethodSpecification, target: str
) -> Iterator[dict[str, Any]]:
    """Yield what fresh records would win back if half of them were stale, where that was tried."""
    problem = Named(id=STALE, en=STALE, code=STALE, through=(STALE,))
    stale = measure_problems(diagnosis, replace(method, problems=(problem,)), target=target)
    for row in stale.at(_HALF).to_dict("records"):
        losses = float(row["loss"]), float(row["loss"] - row["estimate"])
        found = _row(
            *losses, float(row["mc_error"]), basis=HALF_STALE, n=row["n"], caveat=_join(row["caveat"])
        )
        yield {"method": method.name, "change": STALE, "from": "0.5", "to": "0", "minutes": np.nan, **found}


def _unread(designs: pd.DataFrame, method: MethodSpecification) -> Iterator[dict[str, Any]]:
    """Yield what more of those would do whom the method does not ask: nothing."""
    doses, usual = find_doses(method), _usual()
    whole = _find(designs, {name: usual[name] for name in doses})
    loss = float(designs["estimate"].mean() if whole is None else whole["estimate"])
    for name, levels in TRIED.items():
        if name not in doses:
            found = _row(loss, loss, 0.0, basis=UNREAD, n=int(designs["n_replicates"].min()), caveat=UNREAD)
            ends = {"from": str(usual[name]), "to": str(levels[-1])}
            yield {"method": method.name, "change": name, **ends, "minutes": 0.0, **found}


def _join(caveat: str) -> str:
    return "; ".join(filter(None, (HALF_STALE, caveat)))


def _group(doses: list[str]) -> dict[str, list[str]]:
    """Return what is changed together, by its name."""
    both = [name for name in doses if name in _IN_STEP]
    groups = {name: [name] for name in doses if name not in _IN_STEP}
    return {**groups, ", ".join(both): both} if both else groups


def _compare(
    designs: pd.DataFrame, fitted: MainEffects, base: Mapping[str, int], changed: Mapping[str, int]
) -> dict[str, Any]:
    """Return the losses of two designs and their difference, from the designs alone where both were tried."""
    before, after = (_find(designs, one) for one in (base, changed))
    n = int(designs["n_replicates"].min())
    if before is not None and after is not None:
        error = float(np.hypot(before["mc_error"], after["mc_error"]))
        losses = float(before["estimate"]), float(after["estimate"])
        return _row(*losses, error, basis=ALONE, n=n, caveat="")
    return _row(*fitted.predict(base, changed), basis=MAIN, n=n, caveat=MAIN_CAVEAT)


def _row(before: float, after: float, error: float, **rest: Any) -> dict[str, Any]:
    return {"before": before, "after": after, "estimate": before - after, "mc_error": error, **rest}


def _find(designs: pd.DataFrame, wanted: Mapping[str, int]) -> Mapping[str, Any] | None:
    rows = designs[(designs[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    return None if rows.empty else rows.iloc[0].to_dict()  # type: ignore[return-value]
