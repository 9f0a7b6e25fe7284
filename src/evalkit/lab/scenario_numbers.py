"""Numbers of a diagnosis by scenario, of those that differ in how the world is and not in what is spent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import UsageError
from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.purposes import Yardstick
from evalkit.lab.scenarios import Scenario

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

TARGETS: Final = ("common", "any")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioNumbers:
    """Numbers of a diagnosis, by scenario and method.

    Attributes
    ----------
    names, profiles, kinds
        Of each scenario: its name, its profile, and in what it differs (base, profile, variance,
        self_leniency).
    methods
        In the order of columns.
    """

    names: tuple[str, ...]
    profiles: tuple[str, ...]
    kinds: tuple[str, ...]
    methods: tuple[str, ...]
    summary: pd.DataFrame = field(repr=False)

    def draw(self, n_draws: int, rng: np.random.Generator) -> Codes:
        """Draw scenarios: each kind as often as another, and each scenario of a kind, too."""
        if not self.names:
            return np.zeros(n_draws, dtype=np.intp)
        counts = {kind: self.kinds.count(kind) for kind in self.kinds}
        chance = np.array([1 / counts[kind] / len(counts) for kind in self.kinds])
        drawn: Codes = rng.choice(len(self.names), size=n_draws, p=chance)
        return drawn

    def with_all_of(self, criteria: Iterable[Yardstick]) -> ScenarioNumbers:
        """Return the scenarios in which every criterion of the diagnosis was tried; all, if none is."""
        known = np.ones(len(self.names), dtype=bool)
        for one in criteria:
            if one.origin == "diagnosis":
                mean = self.read(one)[0]
                known &= np.isfinite(mean).any(axis=1)
        kept = np.flatnonzero(known) if known.any() else np.arange(len(known))
        chosen = {
            name: tuple(getattr(self, name)[i] for i in kept) for name in ("names", "profiles", "kinds")
        }
        return replace(self, **chosen)  # type: ignore[arg-type]

    def read(self, one: Yardstick) -> tuple[Values, Values, int]:
        """Return means and Monte Carlo errors, shape (scenario, method), and the fewest replicates.

        Over several ways of spoiling evidence it is the mean of those that were tried, whose error is at most
        the mean of theirs, as they share people. What was not tried is NaN; without scenarios there are no
        rows.
        """
        if not self.names:
            return np.empty((0, len(self.methods))), np.empty((0, len(self.methods))), 0
        rows = self.summary[
            (self.summary["quantity"] == one.quantity) & self.summary["corruption"].isin(one.spoiled)
        ]
        mean, error = (
            rows.pivot_table(index="scenario", columns="method", values=column, aggfunc="mean")
            .reindex(index=list(self.names), columns=list(self.methods))
            .to_numpy(float)
            for column in ("estimate", "mc_error")
        )
        return mean, error, int(rows["n_replicates"].min()) if len(rows) else 0


def read_scenarios(diagnosis: Diagnosis | None, methods: Collection[str], target: str) -> ScenarioNumbers:
    """Return the numbers of the scenarios with the usual numbers of raters; none without a diagnosis.

    Raises
    ------
    UsageError
        If there is no such target.
    """
    if target not in TARGETS:
        raise UsageError(f"Methods are held to one of the targets {', '.join(TARGETS)}; found {target!r}.")
    scenarios = [one for one in diagnosis.plan.scenarios if not one.bundles] if diagnosis else []
    summary = (
        diagnosis.summary
        if diagnosis
        else pd.DataFrame(columns=["scenario", "target", "quantity", "corruption"])
    )
    names = [one.name for one in scenarios]
    chosen = summary["scenario"].isin(names) & summary["target"].isin([target, ""])
    return ScenarioNumbers(
        names=tuple(names),
        profiles=tuple(one.profile for one in scenarios),
        kinds=tuple(_kind(one, i) for i, one in enumerate(scenarios)),
        methods=tuple(methods),
        # looked through once or twice for each criterion: categories are compared far faster than texts
        summary=summary[chosen].astype({"quantity": "category", "corruption": "category"}),
    )


def _kind(scenario: Scenario, position: int) -> str:
    if scenario.part:
        return "variance"
    if scenario.self_leniency is not None:
        return "self_leniency"
    return "profile" if position else "base"
