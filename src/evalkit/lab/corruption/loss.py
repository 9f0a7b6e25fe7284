"""What is lost: evidence that people refuse to give, and evidence that goes missing."""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from evalkit.lab.corruption.rows import Rows, Spoiled, draw_each, lowest
from evalkit.lab.corruption.scales import Values

#: Correlation between what makes evidence go missing and the value or unit: half of its variance.
DEPENDENCE: Final = sqrt(0.5)


def refuse(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Let people refuse what they are asked for.

    Each person refuses with probability `dose`: rates neither themselves nor others, and enters nothing
    into the monitoring application. The status is refused. At dose 1 everyone does.

    Reads self-ratings, ratings by peers and subordinates that name their rater, and entries in the
    monitoring application. Resistance is named in all five texts; Dumai's adds trouble with new software.
    Assumed: who refuses does not depend on performance, and refuses for good; supervisors and citizens do
    not.
    """
    refuses = draw_each(rows.raters, rng) < dose
    return Spoiled(value=np.where(refuses, np.nan, rows.value), status="refused")


def lose_at_random(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Lose a share `dose` of all that is recorded, completely at random.

    At dose 1 nothing is left. Reads every source. Semarang's text says that performance is poorly
    documented. Assumed: each observation is lost by itself.
    """
    drawn = np.where(rows.recorded, rng.random(len(rows.positions)), np.nan)
    return Spoiled(value=np.where(lowest(drawn, dose), np.nan, rows.value))


def lose_by_value(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Lose a share `dose` of all that is recorded, poor values rather than good ones.

    As many are lost as at random; which ones depends half on the value, in standard deviations within its
    indicator and source, and half on chance (a correlation of √½). At dose 1 nothing is left. Reads every
    source. Semarang's text says that performance is poorly documented and that people fear results.
    Assumed: the two go together.
    """
    return Spoiled(value=np.where(lowest(_mix(rows.standardised(), rng), dose), np.nan, rows.value))


def lose_by_unit(rows: Rows, dose: float, rng: np.random.Generator) -> Spoiled:
    """Lose all evidence of a share `dose` of the units, poor units rather than good ones.

    Which units depends half on the mean of their evidence, in standard deviations within indicators and
    sources, and half on chance (a correlation of √½). At dose 1 nothing is left. Reads every source, where
    the unit is named. Semarang's text says that systems are not integrated and performance is poorly
    documented. Assumed: a unit that does not document loses all.
    """
    unit = rows.number("place", "unit")
    n = np.bincount(unit, rows.recorded)
    total = np.bincount(unit, np.where(rows.recorded, rows.standardised(), 0.0))
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    lost = lowest(_mix(_standardise(mean), rng), dose)[unit]
    return Spoiled(value=np.where(lost, np.nan, rows.value))


def _mix(value: Values, rng: np.random.Generator) -> Values:
    """Mix standardised values with chance; NaN stays."""
    chance: Values = rng.standard_normal(len(value))
    return DEPENDENCE * value + sqrt(1 - DEPENDENCE**2) * chance


def _standardise(value: Values) -> Values:
    """Return values less their mean, in standard deviations; all 0 where they do not differ."""
    known = value[~np.isnan(value)]
    if not len(known):
        return value
    standardised: Values = (value - known.mean()) / (known.std() or 1.0)
    return standardised
