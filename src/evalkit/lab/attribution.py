"""What makes decisions good: who is asked, how answers are weighed, and how many are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.lab.bundles import split_bundle
from evalkit.lab.diagnosis import Diagnosis, require_diagnosis
from evalkit.shown import show_frame

Values = NDArray[np.float64]

FACTORS: Final = ("principle", "aggregation", "dose")
_DRAWS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """How the loss of decisions depends on principle, aggregation and dose.

    Attributes
    ----------
    shares
        One row per factor and one for their interplay: factor, estimate (share of the variance between
        designs), mc_error.
    levels
        One row per principle and aggregation: principle, aggregation, estimate (mean loss over doses),
        mc_error (at most), lowest and highest (over doses).
    n_designs
        Designs that were tried: principles by aggregations by doses.
    """

    shares: pd.DataFrame
    levels: pd.DataFrame
    n_designs: int

    def __post_init__(self) -> None:
        """Hold the shares to their sum."""
        if not np.isclose(self.shares["estimate"].sum(), 1):
            raise ValueError("the shares of factors and of their interplay do not make 1")

    def to_results(self) -> pd.DataFrame:
        """Return shares and mean losses as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        shares = self.shares.assign(quantity="share_of_loss_variance", item=self.shares["factor"])
        levels = self.levels.assign(
            quantity="mean_loss_of_bundle", item=self.levels["principle"], group=self.levels["aggregation"]
        )
        rows = pd.concat([shares, levels], ignore_index=True)
        reach = 2 * rows["mc_error"]
        rows = rows.assign(
            conf_low=rows["estimate"] - reach, conf_high=rows["estimate"] + reach, n=self.n_designs
        )
        return rows[["quantity", "item", "group", "estimate", "conf_low", "conf_high", "n"]]

    def _repr_html_(self) -> str:
        return show_frame(self.shares)


def attribute_loss(
    diagnosis: Diagnosis | None, *, target: str = "common", quantity: str = "decision_loss", seed: int = 1
) -> Attribution:
    """Split the differences between designs into principle, aggregation, dose and their interplay.

    An analysis of variance of the mean losses of a full factorial (every bundle under every dose). The Monte
    Carlo errors of the shares come from redrawing each mean with its own error.

    Raises
    ------
    DesignError
        If there is no diagnosis, or it holds no bundles.
    """
    rows = require_diagnosis(diagnosis).summary
    rows = rows[(rows["quantity"] == quantity) & (rows["target"] == target) & (rows["corruption"] == "")]
    bundles = pd.DataFrame(
        [split_bundle(str(name)) for name in rows["method"]], columns=["principle", "aggregation"]
    )
    rows = rows.reset_index(drop=True).join(bundles)
    rows = rows[rows["principle"] != ""]
    if rows.empty:
        raise DesignError(
            "This diagnosis tried no bundles of one principle and one aggregation, so that the differences "
            "between methods cannot be attributed."
        )
    crossed = ["principle", "aggregation", "scenario"]
    cells = rows.set_index(crossed)[["estimate", "mc_error"]].sort_index()
    shape = tuple(rows[name].nunique() for name in crossed)
    means, errors = (cells[name].to_numpy(float).reshape(shape) for name in ("estimate", "mc_error"))
    rng = np.random.default_rng(seed)
    drawn = np.stack([_split(means + errors * rng.standard_normal(means.shape)) for _ in range(_DRAWS)])
    shares = pd.DataFrame(
        {"factor": [*FACTORS, "interplay"], "estimate": _split(means), "mc_error": drawn.std(axis=0, ddof=1)}
    )
    return Attribution(shares=shares, levels=_levels(rows), n_designs=means.size)


def _split(means: Values) -> Values:
    """Return the share of each factor's main effect, and the rest, in the variance of all cells.

    Examples
    --------
    >>> cells = np.zeros((2, 2, 2))
    >>> cells[1] += 1
    >>> _split(cells).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    away = means - means.mean()
    total = float((away**2).mean())
    mains = [float((away.mean(axis=others) ** 2).mean()) for others in ((1, 2), (0, 2), (0, 1))]
    found: Values = np.array([*mains, total - sum(mains)]) / total
    return found


def _levels(rows: pd.DataFrame) -> pd.DataFrame:
    groups = rows.groupby(["principle", "aggregation"], as_index=False, sort=False)
    return groups.agg(
        estimate=("estimate", "mean"),
        mc_error=("mc_error", "mean"),
        lowest=("estimate", "min"),
        highest=("estimate", "max"),
    )
