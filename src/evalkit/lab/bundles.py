"""Bundles: evidence of one principle, put together in one way; what the five methods are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from evalkit.lab.baselines import load_baselines
from evalkit.methods import Bilingual, MethodSpecification

#: Sources of each principle.
PRINCIPLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "records": ("system", "agency_report"),
        "supervisor": ("supervisor",),
        "peer": ("peer",),
        "self": ("self",),
        "citizen": ("citizen",),
        "everyone": ("system", "agency_report", "supervisor", "peer", "self", "citizen"),
    }
)
#: How indicators are weighed: all alike, or one of them with `LEADS` of the weight.
AGGREGATIONS: Final = ("alike", "one_leads")
LEADS: Final = 0.6


def load_bundles() -> dict[str, MethodSpecification]:
    """Return a specification for each principle and aggregation, named such as ``peer alike``.

    A bundle reads every indicator that any of the five methods reads from the principle's sources. The five
    methods differ in principle, weights and raters at once; bundles differ in one of them at a time.

    Examples
    --------
    >>> bundles = load_bundles()
    >>> len(bundles), [round(part.weight, 2) for part in bundles["self one_leads"].components]
    (12, [0.6, 0.13, 0.13, 0.13])
    """
    everything = load_baselines()["all_evidence"]
    return {
        f"{principle} {aggregation}": _bundle(everything, principle, aggregation)
        for principle in PRINCIPLES
        for aggregation in AGGREGATIONS
    }


def split_bundle(name: str) -> tuple[str, str]:
    """Return principle and aggregation of a bundle; two empty texts for anything else.

    Examples
    --------
    >>> split_bundle("peer alike"), split_bundle("semarang")
    (('peer', 'alike'), ('', ''))
    """
    principle, _, aggregation = name.partition(" ")
    return (principle, aggregation) if aggregation in AGGREGATIONS else ("", "")


def _bundle(everything: MethodSpecification, principle: str, aggregation: str) -> MethodSpecification:
    sources = PRINCIPLES[principle]
    parts = [part for part in everything.components if set(part.sources) & set(sources)]
    others = len(parts) - 1
    weights = [1 / len(parts)] * len(parts)
    if aggregation == "one_leads":
        weights = [LEADS, *([(1 - LEADS) / others] * others)]
    components = tuple(
        replace(part, sources=tuple(source for source in part.sources if source in sources), weight=weight)
        for part, weight in zip(parts, weights, strict=True)
    )
    name = f"{principle} {aggregation}"
    title = Bilingual(id=name, en=name)
    return replace(everything, name=name, title=title, principle=title, summary=title, components=components)
