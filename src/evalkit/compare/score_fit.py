"""One method's score in one place: covariance components of its parts, and what they make of the score."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from evalkit.compare.score_parts import LEAST_UNITS, ScoreParts, name_parts
from evalkit.stats import (
    CovarianceComponents,
    ScoreDesigns,
    estimate_covariance_components,
    estimate_score_designs,
)

OCCASIONS: Final = (1, 2, 3, 4, 6, 8, 12)
RATERS: Final = (1, 2, 3, 5, 10)
UNSEEN: Final = (
    "over occasions only: raters cannot be told apart ({why}), so their own views count as the person's"
)
ONE_OCCASION: Final = "over raters only: there is one occasion"
FEW_UNITS: Final = "fewer than 10 units: people are resampled, as if they did not share units"
FEW_OCCASIONS: Final = "fewer than 4 occasions: error over occasions rests on little"

_LEAST_OCCASIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedScore:
    """One method's score in one place: its parts, their covariance components, and its dependability."""

    method: str
    place: str
    parts: ScoreParts
    components: CovarianceComponents
    found: ScoreDesigns
    caveat: str

    @property
    def about(self) -> dict[str, str]:
        """Whom the numbers are about."""
        return {"method": self.method, "place": self.place, "basis": self.parts.basis}


def fit_score(
    about: dict[str, str], parts: ScoreParts, *, n_boot: int, rng: np.random.Generator, conf_level: float
) -> FittedScore:
    """Estimate the covariance components of a score's parts, and project its dependability.

    Raises
    ------
    DesignError
        If the components cannot be told apart, or people do not differ.
    """
    components = estimate_covariance_components(
        parts.levels,
        n_parts=len(parts.parts),
        rated=parts.parts["rated"].tolist(),
        over_occasions=parts.basis != "raters",
        shared_panel=parts.parts["shared"].tolist(),
    )
    found = estimate_score_designs(
        components,
        parts.weights(),
        _list_designs(parts),
        n_boot=n_boot,
        rng=rng,
        clusters=parts.clusters,
        conf_level=conf_level,
    )
    caveat = "; ".join(filter(None, (_caveat(parts), found.caveat)))
    return FittedScore(**about, parts=parts, components=components, found=found, caveat=caveat)


def _list_designs(parts: ScoreParts) -> list[tuple[float, float]]:
    """List the single report first, then what else is tried."""
    occasions = OCCASIONS if parts.basis != "raters" else (1,)
    raters = RATERS if parts.basis != "occasions" else (1,)
    return [(1.0, 1.0), *((float(n), float(times)) for n, times in product(occasions, raters))]


def _caveat(parts: ScoreParts) -> str:
    unseen = parts.parts[parts.parts["unseen"] != ""]
    reasons = [f"{name_parts(group)}: {why}" for why, group in unseen.groupby("unseen", sort=False)]
    texts = [
        UNSEEN.format(why="; ".join(reasons)) if parts.basis == "occasions" else "",
        ONE_OCCASION if parts.basis == "raters" else "",
        FEW_OCCASIONS if parts.basis != "raters" and parts.n_occasions < _LEAST_OCCASIONS else "",
        FEW_UNITS if 1 < parts.n_units < LEAST_UNITS else "",
    ]
    return "; ".join(filter(None, texts))
