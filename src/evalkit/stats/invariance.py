"""Does an instrument measure the same in several groups? Steps of a multi-group factor model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.confirmatory import FactorModel, fit_confirmatory_factors
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.factor_likelihood import INVARIANCES
from evalkit.stats.reliability import check_items

#: Rows per group below which invariance is refused by default.
MIN_PER_GROUP: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InvarianceComparison(Shown):
    """Three factor models of several groups, each demanding more of them to be equal than the one before.

    Attributes
    ----------
    models
        Nothing equal (configural), loadings equal (metric), loadings and intercepts equal (scalar).
    statistic, df, p_value
        Rise of chi-squared and of its degrees of freedom by the second and the third, shape (2,), and the
        probability of such a rise where the demand holds.
    cfi_change
        Change of the CFI, shape (2,); a fall of more than .01 is commonly read as a demand
        that does not hold.
    caveat
        Doubt about the comparison, empty where there is none.
    """

    models: tuple[FactorModel, ...]
    statistic: Floats
    df: tuple[int, ...]
    p_value: Floats
    cfi_change: Floats
    caveat: str


def compare_invariance(
    items: ArrayLike,
    factor_of: Sequence[Hashable],
    groups: ArrayLike,
    *,
    min_per_group: int = MIN_PER_GROUP,
) -> InvarianceComparison:
    """Compare what may be taken as equal in the groups before their means are compared.

    Equal loadings: a point on the factor is worth the same in each group. Equal intercepts: people who are
    alike on the factor get the same ratings on average, whatever their group.

    Parameters
    ----------
    items, factor_of, groups
        As in `fit_confirmatory_factors`.
    min_per_group
        Fewest rows of a group. In small groups a demand that fails is seldom noticed; below the default the
        result carries that as its caveat.

    Raises
    ------
    DesignError
        If there is one group only, or a group has too few rows; and as `fit_confirmatory_factors`.

    Notes
    -----
    With few rows chi-squared notices little, with very many it notices what does not matter; the change of
    the CFI depends less on their number, and its limit of .01 was found by simulation.

    References
    ----------
    Meredith (1993), Psychometrika 58:525–543, doi:10.1007/BF02294825; Cheung & Rensvold (2002), Structural
    Equation Modeling 9:233–255, doi:10.1207/S15328007SEM0902_5 (change of the CFI); Meade, Johnson & Braddy
    (2008), Journal of Applied Psychology 93:568–592, doi:10.1037/0021-9010.93.3.568 (number of rows).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> items = rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))
    >>> found = compare_invariance(items, ["f"] * 4, np.repeat(["men", "women"], 300))
    >>> found.df, bool((found.p_value > 0.05).all())
    ((3, 3), True)
    """
    x, labels = check_items(items), np.asarray(groups)
    smallest = _refuse(x, labels, min_per_group)
    models = tuple(
        fit_confirmatory_factors(x, factor_of, groups=labels, invariance=invariance)
        for invariance in INVARIANCES
    )
    statistic = np.diff([model.fit.statistic for model in models])
    df = tuple(np.diff([model.fit.df for model in models]).tolist())
    few = f"groups from {smallest} rows, fewer than {MIN_PER_GROUP}: unequal measurement may go unnoticed"
    doubts = [f"{model.invariance}: {model.caveat}" for model in models if model.caveat]
    return InvarianceComparison(
        models=models,
        statistic=statistic,
        df=df,
        p_value=np.asarray(chi2.sf(statistic, df)),
        cfi_change=np.diff([model.fit.cfi for model in models]),
        caveat="; ".join(([few] if smallest < MIN_PER_GROUP else []) + doubts),
    )


def _refuse(x: Floats, labels: np.ndarray[tuple[int, ...], np.dtype[np.generic]], min_per_group: int) -> int:
    """Return the rows of the smallest group, or refuse the groups."""
    if labels.shape != (len(x),):
        raise DesignError(f"Groups need one label per row; there are {labels.size} for {len(x)} rows.")
    names, counts = np.unique(labels, return_counts=True)
    if len(names) < 2:
        raise DesignError(f"Invariance compares groups; there is one, {names[0]}.")
    small = [f"{name} ({count})" for name, count in zip(names, counts, strict=True) if count < min_per_group]
    if small:
        raise DesignError(
            f"Invariance needs {min_per_group} rows in each group; these have fewer: {', '.join(small)}. "
            "In small groups unequal measurement goes unnoticed: join groups, or compare none."
        )
    return int(counts.min())
