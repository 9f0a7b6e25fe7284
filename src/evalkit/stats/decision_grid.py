"""Decision study over several facets: how many raters, on how many occasions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.stats.design_coefficients import DesignCoefficients, name_ends
from evalkit.stats.likelihood_region import ComponentFunction
from evalkit.stats.variance_components import VarianceComponents
from evalkit.stats.variance_intervals import profile_interval


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionGrid(DesignCoefficients):
    """Dependability of a mean over every combination of numbers of conditions.

    Attributes
    ----------
    facets
        Facets, such as ("rater", "occasion").
    sizes
        Conditions of each facet in each design, shape (m, number of facets).
    """

    facets: tuple[str, ...]
    sizes: NDArray[np.int64]

    def fewest(self, facet: str, target: float = 0.80, **given: int) -> float:
        """Return the fewest conditions of a facet with Φ ≥ target, the others as given; infinite if none has.

        Examples
        --------
        >>> parts = {"p": 1.0, "r": 0.2, "residual": 1.2}
        >>> divided = {"r": ["r"], "residual": ["r", "o"]}
        >>> grid = estimate_decision_grid(parts, "p", divided, {"r": [1, 2, 3], "o": [1, 2, 3]})
        >>> grid.fewest("r", 0.7, o=1), grid.fewest("r", 0.9, o=1)
        (inf, inf)
        >>> grid.fewest("r", 0.7, o=2)
        2.0
        """
        if facet not in self.facets or set(given) != set(self.facets) - {facet}:
            raise DesignError(f"Give every facet but one of {', '.join(self.facets)} its number.")
        enough = self.phi >= target - 1e-12
        for name, size in given.items():
            enough &= self.sizes[:, self.facets.index(name)] == size
        found = self.sizes[enough, self.facets.index(facet)]
        return float(found.min()) if len(found) else math.inf


def estimate_decision_grid(
    components: VarianceComponents | Mapping[str, float],
    object_of_measurement: str,
    divided_by: Mapping[str, Collection[str]],
    sizes: Mapping[str, Sequence[int]],
    *,
    crossed: Collection[str] = (),
    conf_level: float = 0.95,
) -> DecisionGrid:
    """Say how dependable a mean over several raters and occasions is, for each number of both.

    Each error component is divided by the numbers of conditions of the facets that it varies with: the rater
    by n(rater), the residual of one rater on one occasion by n(rater) · n(occasion).

    Parameters
    ----------
    components
        A fit, which gives profile-likelihood intervals, or published components by name, which gives none.
    object_of_measurement
        Component whose levels are told apart.
    divided_by
        Facets by which each other component is divided.
    sizes
        Numbers of conditions to try, by facet.
    crossed
        Components that are the same for all objects (a main effect of the shared raters): Eρ²
        leaves them out.

    Raises
    ------
    DesignError
        If a component has no facets, or a facet no numbers.

    References
    ----------
    Brennan (2001), Generalizability Theory, doi:10.1007/978-1-4757-3456-0.

    Examples
    --------
    Persons × tasks, each task with raters of its own:

    >>> parts = {"p": 0.47, "t": 0.33, "r:t": 0.65, "pt": 0.56, "residual": 2.38}
    >>> divided = {"t": ["t"], "r:t": ["t", "r"], "pt": ["t"], "residual": ["t", "r"]}
    >>> grid = estimate_decision_grid(parts, "p", divided, {"t": [3], "r": [4]}, crossed=["t", "r:t"])
    >>> round(float(grid.phi[0]), 2), round(float(grid.generalizability[0]), 2)
    (0.46, 0.55)
    """
    given = components.components if isinstance(components, VarianceComponents) else dict(components)
    _refuse(given, object_of_measurement, divided_by, sizes, crossed)
    designs = [dict(zip(sizes, each, strict=True)) for each in itertools.product(*sizes.values())]
    functions: dict[str, ComponentFunction] = {}
    for i, design in enumerate(designs):
        factors = {name: math.prod(design[facet] for facet in divided_by[name]) for name in divided_by}
        functions |= _functions(i, object_of_measurement, factors, frozenset(crossed))
    ends, caveat = _find_ends(components, given, functions, conf_level)
    phi, rho, error = (
        np.array([ends[f"{kind} {i}"] for i in range(len(designs))]).T for kind in ("phi", "rho", "error")
    )
    return DecisionGrid(
        facets=tuple(sizes),
        sizes=np.array([list(design.values()) for design in designs], dtype=np.int64),
        **name_ends(phi, rho, np.sqrt(error)),
        conf_level=conf_level,
        caveat=caveat,
    )


def _find_ends(
    components: VarianceComponents | Mapping[str, float],
    given: Mapping[str, float],
    functions: Mapping[str, ComponentFunction],
    conf_level: float,
) -> tuple[dict[str, tuple[float, float, float]], str]:
    """Return each function of the components with its interval, which only a fit has, and the doubt."""
    if not isinstance(components, VarianceComponents):
        ends = {name: (function(given), math.nan, math.nan) for name, function in functions.items()}
        return ends, "components without their data have no interval"
    found = profile_interval(components, conf_level=conf_level, functions=functions, components=False)
    doubt = next((text for text in found.caveats if text), "")
    return {name: found.interval(name) for name in functions}, doubt


def _functions(
    i: int, measured: str, factors: Mapping[str, int], crossed: frozenset[str]
) -> dict[str, ComponentFunction]:
    """Write one design's coefficients and error variance as functions of the components."""

    def error(v: Mapping[str, float], left_out: frozenset[str] = frozenset()) -> float:
        return sum(v[name] / factor for name, factor in factors.items() if name not in left_out)

    return {
        f"phi {i}": lambda v: v[measured] / (v[measured] + error(v)),
        f"rho {i}": lambda v: v[measured] / (v[measured] + error(v, crossed)),
        f"error {i}": error,
    }


def _refuse(
    given: Mapping[str, float],
    measured: str,
    divided_by: Mapping[str, Collection[str]],
    sizes: Mapping[str, Sequence[int]],
    crossed: Collection[str],
) -> None:
    if measured not in given or set(divided_by) != set(given) - {measured}:
        raise DesignError(
            f"Say for every component but '{measured}' by which facets it is divided; "
            f"the components are {', '.join(given)}, and {', '.join(divided_by) or 'none'} are divided."
        )
    unknown = {facet for facets in divided_by.values() for facet in facets} - set(sizes)
    if unknown or not sizes or any(not len(each) or min(each) < 1 for each in sizes.values()):
        raise DesignError(
            "Every facet needs numbers of conditions of 1 or more; "
            f"{', '.join(sorted(unknown)) or 'one'} has none."
        )
    if not set(crossed) <= set(divided_by):
        raise DesignError(
            f"Crossed components are among {', '.join(divided_by)}; found {', '.join(crossed)}."
        )
    if any(not value >= 0 for value in given.values()) or sum(given.values()) <= 0:
        raise DesignError("A decision study needs variances ≥ 0, not all zero.")
