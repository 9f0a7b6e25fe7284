"""Numbers of every criterion for every method, drawn many times with all that is uncertain about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.purposes import Yardstick
from evalkit.lab.scenario_numbers import ScenarioNumbers, read_scenarios
from evalkit.methods import MethodSpecification
from evalkit.stats import draw_weights

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
Methods = Mapping[str, MethodSpecification]

NO_DIAGNOSIS: Final = (
    "there is no diagnosis (evidence simulated many times), so no decision can be held to a truth"
)
NO_UNITS: Final = "nothing is simulated, so the true service of units is not known"
NOT_DIAGNOSED: Final = "the diagnosis did not try it"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriterionDraws:
    """What each criterion is for each method, in every draw.

    Attributes
    ----------
    methods
        Methods and baselines, in the order of columns.
    numbers
        By criterion, shape (n_draws, k); a column is NaN where the number cannot be known.
    reasons
        By criterion and method, why it cannot be.
    n_replicates
        By criterion, the fewest replicates behind a number; 0 where none is simulated.
    scenarios, kinds
        Names of the scenarios of the diagnosis that are drawn from, and the kind of each.
    scenario
        Which of them a draw is from, shape (n_draws,).
    """

    methods: tuple[str, ...]
    numbers: Mapping[str, Values] = field(repr=False)
    reasons: Mapping[tuple[str, str], str]
    n_replicates: Mapping[str, int]
    scenarios: tuple[str, ...]
    kinds: tuple[str, ...]
    scenario: Codes = field(repr=False)

    def __post_init__(self) -> None:
        """Hold a number to be known in every draw, or in none and then with the reason."""
        for name, numbers in self.numbers.items():
            known = np.isfinite(numbers)
            if (known.any(axis=0) != known.all(axis=0)).any():
                raise ValueError(f"{name} is known in some draws only")
            unknown = {self.methods[i] for i in np.flatnonzero(~known.all(axis=0))}
            if unknown != {method for of, method in self.reasons if of == name}:
                raise ValueError(f"{name} is not known of some method, and it is not said why")

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return len(self.scenario)


def draw_criteria(
    criteria: Mapping[str, Yardstick],
    methods: Methods,
    *,
    diagnosis: Diagnosis | None,
    units: pd.DataFrame,
    target: str,
    n_draws: int,
    rng: np.random.Generator,
) -> CriterionDraws:
    """Draw numbers of criteria: a scenario first, then each number within its Monte Carlo error.

    A draw is from one scenario for all methods and criteria: ratings as they are assumed, another published
    profile, half or twice a variance, or other self-leniency, each kind as often as another and each scenario
    of a kind, too. Errors of methods are drawn apart, although they share people; that makes differences look
    less certain than they are. Weights within a method are drawn evenly within their declared ranges.

    Parameters
    ----------
    units
        What `measure_unit_order_of` found.
    target
        What decisions of the diagnosis are held to: "common" or "any".
    """
    read = read_scenarios(diagnosis, methods, target).with_all_of(criteria.values())
    scenario = read.draw(n_draws, rng)
    numbers: dict[str, Values] = {}
    reasons: dict[tuple[str, str], str] = {}
    n_replicates: dict[str, int] = {}
    for name, one in criteria.items():
        if one.origin == "diagnosis":
            drawn, n = _from_diagnosis(one, read, scenario, rng)
            why = NOT_DIAGNOSED if read.names else NO_DIAGNOSIS
        elif one.origin == "units":
            drawn, n = _from_units(one, units, read, scenario, rng)
            why = NO_UNITS
        else:
            drawn, n = _from_specification(one, methods, n_draws, rng), 0
            why = ""
        numbers[name], n_replicates[name] = drawn, n
        unknown = np.flatnonzero(~np.isfinite(drawn).all(axis=0))
        reasons |= {(name, list(methods)[i]): why for i in unknown}
        drawn[:, unknown] = np.nan
    return CriterionDraws(
        methods=tuple(methods),
        numbers=numbers,
        reasons=reasons,
        n_replicates=n_replicates,
        scenarios=read.names,
        kinds=read.kinds,
        scenario=scenario,
    )


def _from_diagnosis(
    one: Yardstick, read: ScenarioNumbers, scenario: Codes, rng: np.random.Generator
) -> tuple[Values, int]:
    """Draw a quantity, or its mean over some ways of spoiling evidence, in the scenario of each draw."""
    mean, error, n = read.read(one)
    if not len(mean):
        return np.full((len(scenario), len(read.methods)), np.nan), 0
    drawn = mean[scenario] + error[scenario] * rng.standard_normal((len(scenario), mean.shape[1]))
    if one.factor > 1:
        drawn *= one.factor ** rng.uniform(-1, 1, drawn.shape)
    return drawn, n


def _from_units(
    one: Yardstick, units: pd.DataFrame, read: ScenarioNumbers, scenario: Codes, rng: np.random.Generator
) -> tuple[Values, int]:
    """Draw how well units are ordered under the profile of each draw, or the first where it was not tried."""
    rows = units[units["corruption"].isin(one.spoiled)]
    if rows.empty:
        return np.full((len(scenario), len(read.methods)), np.nan), 0
    profiles = list(dict.fromkeys(rows["profile"]))
    mean, error = (
        rows.pivot_table(index="profile", columns="method", values=column, aggfunc="mean")
        .reindex(index=profiles, columns=list(read.methods))
        .to_numpy(float)
        for column in ("estimate", "mc_error")
    )
    of_scenario = [profiles.index(name) if name in profiles else 0 for name in read.profiles] or [0]
    at = np.array(of_scenario)[scenario]
    drawn = mean[at] + error[at] * rng.standard_normal((len(scenario), len(read.methods)))
    return drawn, int(rows["n_replicates"].min())


def _from_specification(one: Yardstick, methods: Methods, n_draws: int, rng: np.random.Generator) -> Values:
    """Draw the share of a method's weight that some sources have."""
    return np.column_stack(
        [_share_of_sources(method, one.sources, n_draws, rng) for method in methods.values()]
    )


def _share_of_sources(
    method: MethodSpecification, sources: tuple[str, ...], n_draws: int, rng: np.random.Generator
) -> Values:
    parts = method.components
    shares = [
        sum(method.raters[name] for name in part.sources if name in sources)
        / sum(method.raters[name] for name in part.sources)
        for part in parts
    ]
    low, high = ([part.range[end] for part in parts] for end in (0, 1))
    weights = draw_weights(low, high, n_draws=n_draws, rng=rng)
    drawn: Values = weights @ np.array(shares)
    return drawn
