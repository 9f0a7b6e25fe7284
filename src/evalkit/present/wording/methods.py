"""What the methods report found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evalkit.methods import MethodSpecification
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_LIMITS: Final = (
    mark(
        "Each method is described for one place only. Evidence in which each place uses its own method can therefore "
        "never say which method is better."
    ),
    mark("The texts are essays. They hold no number, no sample and no weight."),
)


def say_methods(
    methods: Mapping[str, MethodSpecification], overlap: pd.DataFrame, lang: Language | None = None
) -> Findings:
    """Say what the methods read, how much was assumed, and how much they share."""
    tr = translator(lang)
    return Findings(
        (_assumed(tr, methods), _sources(tr, methods), *_overlap(tr, overlap)), tuple(map(tr, _LIMITS))
    )


def _assumed(tr: Translator, methods: Mapping[str, MethodSpecification]) -> str:
    n_components = sum(len(spec.components) for spec in methods.values())
    n_assumptions = sum(len(spec.assumptions) for spec in methods.values())
    return tr(
        "No text gives a weight, a scale or a cut-off, so every score rests on assumptions: {components} with an assumed "
        "weight and range, and {choices} ({methods}).",
        components=tr.plural("{n} component", "{n} components", n_components),
        choices=tr.plural("{n} further choice", "{n} further choices", n_assumptions),
        methods=tr.plural("{n} method", "{n} methods", len(methods)),
    )


def _sources(tr: Translator, methods: Mapping[str, MethodSpecification]) -> str:
    """Say on whom each method leans most."""
    parts = []
    for spec in methods.values():
        weights = source_weights(spec)
        source = max(weights, key=lambda name: weights[name])
        parts.append(f"{tr.label(spec.name)}, {tr.label(source)} ({tr.share(weights[source])})")
    return tr("The source that counts most, with its share of the weight: {parts}.", parts="; ".join(parts))


def source_weights(spec: MethodSpecification) -> dict[str, float]:
    """Add up the weight of each source; a component's weight is split over its sources by their weights."""
    weights = dict.fromkeys(spec.sources, 0.0)
    for component in spec.components:
        total = sum(spec.raters[source] for source in component.sources)
        for source in component.sources:
            weights[source] += component.weight * spec.raters[source] / total
    return weights


def _overlap(tr: Translator, overlap: pd.DataFrame) -> list[str]:
    if overlap.empty:
        return []
    most = overlap.iloc[int(overlap["shared_weight"].round(9).argmax())]  # of equals, the first
    if most["shared_weight"] == 0:
        return [tr("No two methods read the same evidence, so none can agree because of it.")]
    return [
        tr(
            "Methods that read the same evidence agree in part because of it. {method_a} and {method_b} share the most "
            "({share} of their weight); {n_none} of {pairs} share nothing.",
            method_a=tr.label(most["method_a"]),
            method_b=tr.label(most["method_b"]),
            share=tr.share(most["shared_weight"]),
            n_none=tr.number(int((overlap["shared_weight"] == 0).sum())),
            pairs=tr.plural("{n} pair", "{n} pairs", len(overlap)),
        )
    ]
