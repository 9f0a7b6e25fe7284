"""Main effects of the numbers of raters on a loss: for designs of which no two differ in one thing alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.lab.dose_designs import TRIED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainEffects:
    """Main effects of each number on the loss, by least squares over all designs."""

    levels: Mapping[str, tuple[int, ...]]
    effects: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def _row(self, of: Mapping[str, int]) -> NDArray[np.float64]:
        ones = [float(of[name] == level) for name, levels in self.levels.items() for level in levels[1:]]
        return np.array([1.0, *ones])

    def predict(self, base: Mapping[str, int], changed: Mapping[str, int]) -> tuple[float, float, float]:
        """Return both losses and the error of their difference."""
        first, second = self._row(base), self._row(changed)
        away = first - second
        error = float(np.sqrt(away @ self.covariance @ away))
        return float(first @ self.effects), float(second @ self.effects), error


def fit_main_effects(designs: pd.DataFrame, names: Sequence[str]) -> MainEffects:
    """Fit main effects; citizens and visitors that go in step are one."""
    levels = {name: TRIED[name] for name in names}
    columns = [designs[name].to_numpy(float) == level for name in names for level in levels[name][1:]]
    x = np.column_stack([np.ones(len(designs)), *columns]).astype(float)
    y = designs["estimate"].to_numpy(float)
    inverse = np.linalg.pinv(x.T @ x)
    effects = inverse @ x.T @ y
    free = max(len(y) - x.shape[1], 1)
    left = float(((y - x @ effects) ** 2).sum()) / free
    drawn = float((designs["mc_error"].to_numpy(float) ** 2).mean())
    return MainEffects(levels=levels, effects=effects, covariance=inverse * max(left, drawn))


def predict_minutes(designs: pd.DataFrame, doses: Sequence[str], of: Mapping[str, int]) -> float:
    """Return the minutes of a design: in each quarter so many for each rater, which the designs determine."""
    raters = [name for name in doses if name != "quarters"]
    each = designs[raters].to_numpy(float)
    per_quarter = designs["minutes"].to_numpy(float) / designs["quarters"].to_numpy(float)
    rates = np.linalg.lstsq(np.column_stack([np.ones(len(each)), each]), per_quarter, rcond=None)[0]
    return float(of["quarters"] * (rates[0] + sum(rates[1:] * [of[name] for name in raters])))
