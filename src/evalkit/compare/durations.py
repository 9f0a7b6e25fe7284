"""How long people wait: until a card, a certificate or a permit is issued, or a complaint is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.cases import FEW_CASES, FEWEST_CASES, NO_CASES, read_cases
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import Survival, estimate_share, estimate_survival

Values = NDArray[np.float64]

_NO_DEADLINE: Final = "no deadline is recorded"
_NONE_DUE: Final = "no deadline had passed by the last day"
_NOT_REACHED: Final = "fewer than half were closed"
_OPEN_END: Final = "the upper end of the interval is not reached"
_MEDIAN: Final = ("median", "median_low", "median_high")
_SHARE: Final = ("on_time", "on_time_low", "on_time_high")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Durations:
    """Durations of cases by place and kind, and by unit.

    Attributes
    ----------
    rows
        One row per place and kind (unit empty) and per unit and kind: n, n_open, median days with interval,
        deadline_days, n_due, share closed within the deadline (on_time) with its exact interval;
        caveat_median and caveat_share say what is doubtful or missing.
    curves
        Share still open by age, of each place and kind: place, kind, days, estimate, conf_low, conf_high.
    last_day
        Day until which cases were seen; those open then are censored.
    missing
        Places and kinds without a case.
    """

    rows: pd.DataFrame
    curves: pd.DataFrame
    last_day: pd.Timestamp
    missing: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold shares to their bounds, and intervals to hold their estimate."""
        for estimate, low, high in (_MEDIAN, _SHARE):
            known = self.rows.dropna(subset=[estimate, low])
            if not ((known[low] <= known[estimate]) & ~(known[high] < known[estimate])).all():
                raise ValueError(f"an interval of {estimate} does not hold it")

    @property
    def places(self) -> pd.DataFrame:
        """The rows of whole places."""
        return self.rows[self.rows["unit"] == ""].reset_index(drop=True)

    @property
    def units(self) -> pd.DataFrame:
        """The rows of units."""
        return self.rows[self.rows["unit"] != ""].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per place or unit and kind."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return medians, shares and counts of open cases; what is missing has the reason in ``caveat``."""
        rows = self.rows.rename(columns={"kind": "item"})
        named = {
            "median_days": (*_MEDIAN, "n", "caveat_median"),
            "share_within_deadline": (*_SHARE, "n_due", "caveat_share"),
        }
        parts = [
            rows[["place", "unit", "item"]].assign(
                quantity=quantity,
                **dict(
                    zip(
                        ("estimate", "conf_low", "conf_high", "n", "caveat"),
                        (rows[c] for c in columns),
                        strict=True,
                    )
                ),
            )
            for quantity, columns in named.items()
        ]
        whole = self.places.rename(columns={"kind": "item", "n_open": "estimate"})
        parts.append(whole[["place", "item", "estimate", "n"]].assign(quantity="open_cases"))
        gaps = self.missing.rename(columns={"kind": "item"}).assign(n=0, caveat=NO_CASES)
        parts += [gaps.assign(quantity=quantity) for quantity in named]
        return pd.concat(parts, ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.places)


def measure_durations(evidence: Evidence, *, conf_level: float = 0.95) -> Durations:
    """Measure how long cases take and how many meet their deadline, by place and unit.

    Open cases are censored and not dropped (Kaplan–Meier). Shares within the deadline count the cases whose
    deadline had passed by the last day, closed or not, and no other. Intervals take cases as independent,
    given the units that there are.
    """
    cases = read_cases(evidence)
    rows: list[dict[str, Any]] = []
    curves = []
    for (place, kind), of in cases.rows.groupby(["place", "kind"], sort=False):
        found, survival = _measure(of, conf_level)
        rows.append({"place": place, "unit": "", "kind": kind, **found})
        if survival is not None:
            curves.append(_curve(survival).assign(place=str(place), kind=str(kind)))
        rows += [
            {"place": place, "unit": unit, "kind": kind, **_measure(part, conf_level)[0]}
            for unit, part in of.groupby("unit")
            if unit
        ]
    return Durations(
        rows=pd.DataFrame(rows, columns=_columns()),
        curves=pd.concat(curves, ignore_index=True) if curves else _no_curves(),
        last_day=cases.last_day,
        missing=cases.missing,
        conf_level=conf_level,
    )


def _columns() -> list[str]:
    key = ["place", "unit", "kind", "n", "n_open", *_MEDIAN, "caveat_median"]
    return [*key, "deadline_days", "n_due", *_SHARE, "caveat_share"]


def _no_curves() -> pd.DataFrame:
    return pd.DataFrame(columns=["place", "kind", "days", "estimate", "conf_low", "conf_high"])


def _measure(of: pd.DataFrame, conf_level: float) -> tuple[dict[str, Any], Survival | None]:
    """Return the row of some cases, and their survival where it is known."""
    closed, deadline = of["is_closed"].to_numpy(), of["deadline_days"].to_numpy()
    row: dict[str, Any] = {"n": len(of), "n_open": int((~closed).sum())}
    row |= dict.fromkeys((*_MEDIAN, *_SHARE), np.nan)
    row |= {"n_due": int(of["is_due"].to_numpy().sum()), "deadline_days": _only(deadline)}
    if len(of) < FEWEST_CASES:
        return row | {"caveat_median": FEW_CASES, "caveat_share": FEW_CASES}, None
    row |= _share(of["is_late"].to_numpy(), deadline, conf_level)
    try:
        survival = estimate_survival(of["days"].to_numpy(), closed, conf_level=conf_level)
    except DesignError as error:
        return row | {"caveat_median": str(error)}, None
    ends = [getattr(survival, name) for name in _MEDIAN]
    row |= dict(zip(_MEDIAN, np.where(np.isinf(ends), np.nan, ends).tolist(), strict=True))
    doubt = _NOT_REACHED if np.isinf(ends[0]) else _OPEN_END if np.isinf(ends[2]) else ""
    return row | {"caveat_median": doubt}, survival


def _share(late: Values, deadline: Values, conf_level: float) -> dict[str, Any]:
    """Return the share within the deadline, of cases whose deadline has passed."""
    due = late[~np.isnan(late)]
    if not len(due):
        return {"caveat_share": _NO_DEADLINE if np.isnan(deadline).all() else _NONE_DUE}
    found = estimate_share(int((due == 0).sum()), len(due), conf_level=conf_level)
    values = dict(zip(_SHARE, (found.estimate, found.conf_low, found.conf_high), strict=True))
    n_without = int(np.isnan(deadline).sum())
    return {**values, "caveat_share": f"{n_without} cases have no deadline" if n_without else ""}


def _only(deadline: Values) -> float:
    """Return the deadline that all cases share; NaN where there are several."""
    known = np.unique(deadline[~np.isnan(deadline)])
    return float(known[0]) if len(known) == 1 else np.nan


def _curve(found: Survival) -> pd.DataFrame:
    names = {"estimate": found.share_open, "conf_low": found.conf_low, "conf_high": found.conf_high}
    return pd.DataFrame({"days": found.days, **names})
