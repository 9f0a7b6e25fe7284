"""Targets: what a score is held to, as weights of the dimensions and levels of true performance."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.lab.decisions import sum_products
from evalkit.lab.events import KINDS
from evalkit.lab.ratings import ABOUT
from evalkit.lab.records import PERCENTAGES, PRAISE
from evalkit.lab.truth import DIMENSIONS
from evalkit.methods import MethodSpecification
from evalkit.shown import Shown

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
TargetName = Literal["own", "common", "any"]

#: The dimension of performance that each indicator of the laboratory is about; "" is the mean of all.
MEASURED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **ABOUT,
        **{name: about for name, (about, _, _) in PERCENTAGES.items()},
        "praise": PRAISE[0],
        "complaints": KINDS["complaint"].about,
        "complaint_response_days": KINDS["complaint"].about,
        "permits_on_time": KINDS["permit"].about,
        "ktp_days": KINDS["ktp"].about,
        "birth_certificate_days": KINDS["birth_certificate"].about,
        "new_idea": "adaptive",
        "public_satisfaction": "service",
        "complaint_handling": "service",
        "agency_report": "",
    }
)

#: How many targets "any" stands for.
N_DRAWS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetWeights(Shown):
    """Weights of true performance in a target; together they make 1.

    Attributes
    ----------
    employee
        Weight of each of `DIMENSIONS` in what the employee does.
    unit
        Weight of each in what the employee's unit does: the mean of its people.
    """

    employee: tuple[float, ...]
    unit: tuple[float, ...] = (0.0,) * len(DIMENSIONS)


#: Every dimension of the employee's own performance alike.
COMMON_TARGET: Final = TargetWeights(employee=(1 / len(DIMENSIONS),) * len(DIMENSIONS))


def find_own_target(method: MethodSpecification) -> TargetWeights:
    """Return what a method says that it measures, by its own weights.

    The weight of a component goes to the dimensions that its indicators are about, at the component's level.

    Raises
    ------
    DesignError
        If a component reads an indicator that the laboratory does not make.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> own = find_own_target(load_methods()["surakarta"])
    >>> dict(zip(DIMENSIONS, own.employee, strict=True))
    {'task': 0.25, 'service': 0.25, 'adaptive': 0.15, 'collaborative': 0.0, 'disciplined': 0.35}
    """
    weights = {level: np.zeros(len(DIMENSIONS)) for level in ("employee", "unit")}
    for component in method.components:
        for indicator in component.indicators:
            share = component.weight / len(component.indicators)
            weights[component.level] += share * _dimensions_of(indicator, method.name)
    return TargetWeights(**{level: tuple(found.tolist()) for level, found in weights.items()})


def _dimensions_of(indicator: str, method: str) -> Values:
    if indicator not in MEASURED:
        raise DesignError(
            f"{method} reads {indicator!r}, which the laboratory does not make, so that its target cannot be "
            f"known. The laboratory makes {', '.join(MEASURED)}."
        )
    about = MEASURED[indicator]
    k = len(DIMENSIONS)
    return np.eye(k)[DIMENSIONS.index(about)] if about else np.full(k, 1 / k)


def unit_weight(method: MethodSpecification) -> float:
    """Return the share of a method's weight that is known of the whole unit, and so of all its people alike.

    Where it is 1, nothing is said of people within a unit, and no figure about them is estimable.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> {name: unit_weight(method) for name, method in load_methods().items()}
    {'semarang': 0.35, 'dumai': 0.1, 'bengkulu': 0.65, 'surakarta': 0.0, 'senapelan': 0.0}
    """
    return round(sum((part.weight for part in method.components if part.level == "unit"), 0.0), 12)


def draw_targets(n: int = N_DRAWS) -> tuple[TargetWeights, ...]:
    """Return targets of the employee with any weights of the dimensions, all mixtures equally likely.

    Dirichlet(1); always the same ones, so that what is averaged over them can be compared.

    Examples
    --------
    >>> len(draw_targets()), round(sum(draw_targets()[0].employee), 12)
    (16, 1.0)
    """
    rng = np.random.default_rng(np.random.SeedSequence([zlib.crc32(b"target weights")]))
    drawn = rng.dirichlet(np.ones(len(DIMENSIONS)), n)
    return tuple(TargetWeights(employee=tuple(row)) for row in drawn.tolist())


def average_truth(evidence: Evidence) -> Values:
    """Return everyone's true performance, as the mean over the quarters; shape (employee, dimension).

    Employees stand as in ``evidence.employees``.

    Raises
    ------
    DesignError
        If the evidence does not come with the truth on everyone.
    """
    truth = evidence.truth
    found = pd.Index(evidence.employees["employee"]).get_indexer(truth["employee"])
    known = found >= 0
    who = found[known]
    n = np.bincount(who, minlength=len(evidence.employees))
    if not len(n) or n.min() == 0:
        raise DesignError(
            f"True performance is known of {int((n > 0).sum())} of {len(n)} employees; outcomes need all of "
            "them. Only simulated evidence has a truth."
        )
    columns = [np.bincount(who, truth[name].to_numpy(float)[known], len(n)) / n for name in DIMENSIONS]
    return np.stack(columns, axis=1)


def weigh_truth(truth: Values, unit: Codes, targets: Sequence[TargetWeights]) -> Values:
    """Return everyone's performance by each target; shape (target, employee).

    Parameters
    ----------
    truth
        Shape (employee, dimension).
    unit
        Unit of each employee, by number.

    Examples
    --------
    >>> alone = TargetWeights(employee=(1, 0, 0, 0, 0))
    >>> office = TargetWeights(employee=(0,) * 5, unit=(1, 0, 0, 0, 0))
    >>> truth = np.array([[1.0, 0, 0, 0, 0], [3.0, 0, 0, 0, 0]])
    >>> weigh_truth(truth, np.array([0, 0]), [alone, office]).tolist()
    [[1.0, 3.0], [2.0, 2.0]]
    """
    n = np.maximum(np.bincount(unit), 1)
    means = np.stack([np.bincount(unit, column) / n for column in truth.T], axis=1)
    own = sum_products(np.array([target.employee for target in targets]), truth)
    office = sum_products(np.array([target.unit for target in targets]), means)
    weighed: Values = own + office[:, unit]
    return weighed
