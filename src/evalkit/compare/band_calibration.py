"""Are the probabilities of IKM bands right? Simulated beforehand, and kept with the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from evalkit.shown import show_frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandCalibration:
    """Said probabilities of bands beside how often the true IKM lay in them.

    Attributes
    ----------
    rows
        One row per design and bin of said probabilities: simulation, design, low, high (ends of the bin),
        n_said probabilities, said (their mean), estimate (share that came true), mc_error (by places), gap.
    """

    rows: pd.DataFrame

    def __post_init__(self) -> None:
        """Hold shares to their bounds, and each gap to its two numbers."""
        if not all(self.rows[name].between(0, 1).all() for name in ("said", "estimate")):
            raise ValueError("probabilities and shares lie between 0 and 1")
        if not np.allclose(self.rows["gap"], self.rows["estimate"] - self.rows["said"], atol=2e-4):
            raise ValueError("a gap is not the share that came true less the probability said")

    def summary(self) -> pd.DataFrame:
        """Return one row per design: mean gap weighed by how often it was said, and the largest one.

        ``error_largest`` is the Monte Carlo error of the largest gap.
        """
        rows = []
        for (name, design), own in self.rows.groupby(["simulation", "design"], sort=False):
            worst = own.sort_values("gap", key=abs, kind="stable").iloc[-1]
            rows.append(
                {
                    "simulation": name,
                    "design": design,
                    "mean_gap": float(np.average(own["gap"].abs(), weights=own["n_said"])),
                    "largest_gap": float(worst["gap"]),
                    "error_largest": float(worst["mc_error"]),
                    "n_said": int(own["n_said"].sum()),
                }
            )
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per design and bin."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the shares that came true as rows of ``results.csv``, two Monte Carlo errors either way."""
        bins = [f"{low:g}-{high:g}" for low, high in zip(self.rows["low"], self.rows["high"], strict=True)]
        rows = self.rows.rename(columns={"simulation": "group", "n_said": "n"}).assign(
            quantity="band_calibration",
            item=bins,
            conf_low=np.maximum(self.rows["estimate"] - 2 * self.rows["mc_error"], 0.0),
            conf_high=np.minimum(self.rows["estimate"] + 2 * self.rows["mc_error"], 1.0),
        )
        return rows[["quantity", "group", "item", "estimate", "conf_low", "conf_high", "n"]]

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def read_band_calibration() -> BandCalibration:
    """Return what ``make coverage`` found of the probabilities of bands.

    Examples
    --------
    >>> bool(read_band_calibration().rows["n_said"].min() > 0)
    True
    """
    return BandCalibration(rows=_read().drop(columns="made_by"))


@cache
def _read() -> pd.DataFrame:
    with files("evalkit.stats").joinpath("band_calibration.csv").open("rb") as file:
        return pd.read_csv(file)
