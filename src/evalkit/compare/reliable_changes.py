"""How many people changed by more than error, from the first quarter to the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.adverse_impact import COMPLEMENT, SUPPRESSED
from evalkit.compare.disclosure import LEAST
from evalkit.compare.quarters import QuarterScores
from evalkit.errors import DesignError
from evalkit.shown import show_frame
from evalkit.stats import estimate_reliable_change, estimate_share

NO_QUARTERS: Final = (
    "Change beyond error needs scores of the same people in three quarters or more, so that error can be "
    "told from change; here are {n}."
)
NO_METHOD: Final = "No method has enough evidence to score anyone here, so nobody's change is known."
_FEWEST_PEOPLE: Final = 10
_KINDS: Final = {"fell": -1, "within_error": 0, "rose": 1}
_ENDS: Final = ("estimate", "conf_low", "conf_high")
_COLUMNS: Final = ("place", "method", "unit", "direction", *_ENDS, "count", "n", "caveat")
_ERRORS: Final = ("place", "method", "n", "reliability", "least", "mean_change", "by_chance")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReliableChanges:
    """Counts and shares of people whose score changed beyond error.

    Attributes
    ----------
    shares
        One row per place, method, unit (empty: the place) and direction (rose, fell, within_error): share of
        n people (estimate) with its exact interval, count, caveat. Nothing is given of cells under five.
    errors
        One row per place and method: people, reliability of one quarter's score, the least change that is
        beyond error (points), the mean change (points), and the share that chance alone puts on each side.
    refused
        place, method, reason.
    first, last
        The two quarters.
    conf_level
        Level of the intervals, and of what counts as beyond error.
    """

    shares: pd.DataFrame
    errors: pd.DataFrame
    refused: pd.DataFrame
    first: str
    last: str
    conf_level: float

    def __post_init__(self) -> None:
        """Refuse to hold a cell that should have been suppressed."""
        shown = self.shares["count"].dropna()
        if (shown < LEAST).any():
            raise ValueError(f"a cell of fewer than {LEAST} people is shown")

    def to_frame(self) -> pd.DataFrame:
        """Return the shares, one tidy row each."""
        return self.shares.copy()

    def to_results(self) -> pd.DataFrame:
        """Return shares, what is beyond error and every refusal as rows of ``results.csv``."""
        shares = self.shares.assign(quantity="share_" + self.shares["direction"].astype("str"))
        least = self.errors.assign(quantity="least_reliable_change", estimate=self.errors["least"])
        mean = self.errors.assign(quantity="mean_change", estimate=self.errors["mean_change"])
        gaps = self.refused.assign(quantity="share_rose").rename(columns={"reason": "caveat"})
        rows = pd.concat([shares, least, mean, gaps], ignore_index=True).rename(
            columns={"method": "method_a"}
        )
        rows = rows.assign(item=f"{self.first} to {self.last}" if self.first else "")
        columns = ["quantity", "place", "unit", "method_a", "item", *_ENDS, "n", "caveat"]
        return rows.reindex(columns=columns)

    def _repr_html_(self) -> str:
        return show_frame(self.shares)


def count_reliable_changes(quarters: QuarterScores, *, conf_level: float = 0.95) -> ReliableChanges:
    """Count whose score changed by more than its error, and never say who.

    The error of one quarter's score is read off how scores jump from one quarter to the next, around what all
    people of the place changed by together: half of the variance of these jumps. What truly changes from one
    quarter to the next counts as error, so that the count is on the safe side. Error that stays, such as a
    strict supervisor, cancels out of a change.

    References
    ----------
    Jacobson & Truax (1991), doi:10.1037/0022-006X.59.1.12; von Neumann et al. (1941), Annals of Mathematical
    Statistics 12:153–162, doi:10.1214/aoms/1177731746 (variance from successive differences).
    """
    shares, errors, refused = [], [], []
    keys = quarters.scores[["place", "method"]].drop_duplicates()
    for place, method in keys.itertuples(index=False, name=None):
        about = {"place": place, "method": method}
        rows = quarters.scores[(quarters.scores["place"] == place) & (quarters.scores["method"] == method)]
        wide = rows.pivot_table(index=["unit", "employee"], columns="period", values="score").dropna()
        try:
            change, error = _measure(wide, conf_level)
        except DesignError as problem:
            refused.append({**about, "reason": str(problem)})
            continue
        errors.append({**about, **error})
        units = wide.index.get_level_values("unit").to_numpy()
        shares.append(_count(change, units, conf_level).assign(**about))
    if keys.empty:
        refused.append({"place": "", "method": "", "reason": NO_METHOD})
    return ReliableChanges(
        shares=pd.concat(shares, ignore_index=True)[list(_COLUMNS)]
        if shares
        else pd.DataFrame(columns=list(_COLUMNS)),
        errors=pd.DataFrame(errors, columns=list(_ERRORS)),
        refused=pd.DataFrame(refused, columns=["place", "method", "reason"]),
        first=quarters.periods[0] if quarters.periods else "",
        last=quarters.periods[-1] if quarters.periods else "",
        conf_level=conf_level,
    )


def _measure(wide: pd.DataFrame, conf_level: float) -> tuple[np.ndarray, dict[str, float]]:
    """Return the direction of each person's change, and what error and everybody's change came to."""
    scores = wide.to_numpy(dtype=np.float64)
    n, n_quarters = scores.shape
    if n_quarters < 3:
        raise DesignError(NO_QUARTERS.format(n=f"{n_quarters} quarter{'' if n_quarters == 1 else 's'}"))
    if n < _FEWEST_PEOPLE:
        raise DesignError(
            f"Change beyond error needs {_FEWEST_PEOPLE} people scored in every quarter; found {n}."
        )
    jumps = np.diff(scores - scores.mean(axis=0), axis=1)
    error = float((jumps**2).sum() / ((n - 1) * (n_quarters - 1)) / 2)
    spread = float(scores[:, 0].var(ddof=1))
    reliability = max(0.0, 1 - error / spread)
    found = estimate_reliable_change(
        scores[:, 0], scores[:, -1], sd=np.sqrt(error / (1 - reliability)), reliability=reliability,
        conf_level=conf_level,
    )  # fmt: skip
    about = {
        "n": n,
        "reliability": reliability,
        "least": found.least,
        "mean_change": float((scores[:, -1] - scores[:, 0]).mean()),
        "by_chance": (1 - conf_level) / 2,
    }
    return found.direction, about


def _count(direction: np.ndarray, units: np.ndarray, conf_level: float) -> pd.DataFrame:
    """Count directions over the place and in each unit; small cells, and what gives them away, are hidden."""
    frame = pd.DataFrame({"unit": units, "direction": direction})
    counts = pd.crosstab(frame["unit"], frame["direction"])
    counts = counts.reindex(columns=list(_KINDS.values()), fill_value=0)
    hidden = _hide(counts)
    rows = [_row("", name, int(counts[code].sum()), len(frame), conf_level) for name, code in _KINDS.items()]
    rows = _hide_place(rows)
    for unit in counts.index:
        of, n = counts.loc[unit], int(counts.loc[unit].sum())
        if unit == "" or len(counts) == 1:
            continue
        for name, code in _KINDS.items():
            row = _row(str(unit), name, int(of[code]), n, conf_level)
            rows.append(_blank(row, hidden[unit]) if hidden[unit] else row)
    return pd.DataFrame(rows)


def _row(unit: str, name: str, count: int, n: int, conf_level: float) -> dict[str, object]:
    share = estimate_share(count, n, conf_level=conf_level)
    numbers = {"estimate": share.estimate, "conf_low": share.conf_low, "conf_high": share.conf_high}
    return {"unit": unit, "direction": name, **numbers, "count": float(count), "n": n, "caveat": ""}


def _blank(row: dict[str, object], why: str) -> dict[str, object]:
    return {**row, **dict.fromkeys((*_ENDS, "count"), np.nan), "caveat": why}


def _hide_place(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Hide the small cells of a place, and further ones until what is hidden cannot be worked out."""
    order = sorted(rows, key=lambda row: float(str(row["count"])))
    small = [row for row in order if float(str(row["count"])) < LEAST]
    n_hidden = len(small)
    while 0 < n_hidden < len(order) and (
        n_hidden == 1 or sum(float(str(row["count"])) for row in order[:n_hidden]) < LEAST
    ):
        n_hidden += 1
    why = {id(row): SUPPRESSED if row in small else COMPLEMENT for row in order[:n_hidden]}
    return [_blank(row, why[id(row)]) if id(row) in why else row for row in rows]


def _hide(counts: pd.DataFrame) -> dict[str, str]:
    """Return why each unit is hidden, empty where it is shown.

    A unit with a small cell is hidden as a whole; and the smallest others with it, until what is left of the
    place's total could be of two units at least and holds no small cell.
    """
    why = dict.fromkeys(counts.index, "")
    why |= dict.fromkeys(counts.index[(counts < LEAST).any(axis=1)], SUPPRESSED)
    for unit in counts.sum(axis=1).sort_values(kind="stable").index:
        hidden = counts.loc[[name for name, text in why.items() if text]]
        if len(hidden) == 0 or (len(hidden) > 1 and (hidden.sum() >= LEAST).all()):
            break
        why[unit] = why[unit] or COMPLEMENT
    return why
