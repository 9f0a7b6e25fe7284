"""What the methods report found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalkit.methods import MethodSpecification
from evalkit.present.numbers import format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed
from evalkit.vocabulary import label

_LIMITS = (
    "Each method is described for one place only, so place and method cannot be told apart: no evidence in which each "
    "place uses its own method can say which is better.",
    "The texts are essays. They hold no number, no sample and no weight.",
)


def say_methods(methods: Mapping[str, MethodSpecification], overlap: pd.DataFrame) -> Findings:
    """Say what the methods read, how much was assumed, and how much they share."""
    n_components = sum(len(spec.components) for spec in methods.values())
    n_assumptions = sum(len(spec.assumptions) for spec in methods.values())
    return Findings(
        (
            f"{count(len(methods), 'method')} with {count(n_components, 'component')}: no text gives a weight, a scale or a "
            f"cut-off, so all {n_components} weights are assumptions with a range, and "
            f"{count(n_assumptions, 'further choice')} had to be made to compute anything.",
            _sources(methods),
            *_overlap(methods, overlap),
        ),
        _LIMITS,
    )


def _sources(methods: Mapping[str, MethodSpecification]) -> str:
    """Say on whom each method leans most."""
    parts = []
    for spec in methods.values():
        weights = _source_weights(spec)
        source = max(weights, key=lambda name: weights[name])
        parts.append(
            f"{_name(spec.name)} on the {label(source).replace('_', ' ')} ({format_share(weights[source])})"
        )
    return f"They lean on different sources: {listed(parts)}."


def _source_weights(spec: MethodSpecification) -> dict[str, float]:
    """Add up the weight of each source; a component's weight is split over its sources by their weights."""
    weights = dict.fromkeys(spec.sources, 0.0)
    for component in spec.components:
        total = sum(spec.raters[source] for source in component.sources)
        for source in component.sources:
            weights[source] += component.weight * spec.raters[source] / total
    return weights


def _overlap(methods: Mapping[str, MethodSpecification], overlap: pd.DataFrame) -> list[str]:
    if overlap.empty:
        return []
    most = overlap.sort_values("shared_weight").iloc[-1]
    n_none = int((overlap["shared_weight"] == 0).sum())
    if most["shared_weight"] == 0:
        return ["No two methods read the same evidence."]
    return [
        f"{_name(most['method_a'])} and {_name(most['method_b'])} share the most evidence, "
        f"{format_share(most['shared_weight'])} of their weight; {n_none} of {count(len(overlap), 'pair')} share none, so their "
        "agreement could not come from shared evidence."
    ]


def _name(method: str) -> str:
    return label(method)
