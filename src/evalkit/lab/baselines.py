"""The two baselines that always run beside the methods: the least that a method should beat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from evalkit.methods import (
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Pp30,
    Transform,
    load_methods,
)

BASELINES: Final = ("overall_rating", "all_evidence")

_NONE: Final = Bilingual(id="tidak ditetapkan", en="not stated")
_EXPECTATION: Final = Expectation(meets=50, above=75, meets_range=(40, 60), above_range=(65, 90))
_MINUTES: Final = 3  # of one rating by a supervisor, as in most of the methods


def load_baselines() -> dict[str, MethodSpecification]:
    """Return the two baselines, specified like methods.

    ``overall_rating`` is one supervisor's single overall rating of a quarter, averaged over quarters as in
    every method. ``all_evidence`` is the unweighted mean of all indicators that the five methods read, each
    from all of its sources and turned into points as the methods do.

    Examples
    --------
    >>> baselines = load_baselines()
    >>> list(baselines), len(baselines["all_evidence"].components)
    (['overall_rating', 'all_evidence'], 26)
    """
    return {"overall_rating": _overall_rating(), "all_evidence": _all_evidence(load_methods())}


def _overall_rating() -> MethodSpecification:
    component = Component(
        name="overall_rating",
        indicators=("overall_rating",),
        sources=("supervisor",),
        part="result",
        transform=Transform(kind="linear"),
        weight=1,
        range=(1, 1),
        minimum=MinimumEvidence(raters=1),
    )
    title = Bilingual(id="Satu nilai umum dari atasan", en="One overall rating by the supervisor")
    return _specify("overall_rating", title, (component,), {"supervisor": _MINUTES})


def _all_evidence(methods: Mapping[str, MethodSpecification]) -> MethodSpecification:
    parts = [part for method in methods.values() for part in method.components]
    indicators = list(dict.fromkeys(name for part in parts for name in part.indicators))
    components = tuple(_component(name, parts, 1 / len(indicators)) for name in indicators)
    minutes: dict[str, float] = {}
    for method in methods.values():
        for source, cost in method.minutes_per_observation.items():
            minutes[source] = max(cost, minutes.get(source, 0))
    title = Bilingual(id="Rata-rata seluruh bukti tanpa bobot", en="Unweighted mean of all evidence")
    return _specify("all_evidence", title, components, minutes)


def _component(indicator: str, parts: Iterable[Component], weight: float) -> Component:
    """Return the component of one indicator, read from every source that a method reads it from."""
    reading = [part for part in parts if indicator in part.indicators]
    sources = tuple(dict.fromkeys(source for part in reading for source in part.sources))
    return replace(
        reading[0],
        name=indicator,
        indicators=(indicator,),
        sources=sources,
        weight=weight,
        range=(0, 1),
        minimum=MinimumEvidence(),
    )


def _specify(
    name: str, title: Bilingual, components: tuple[Component, ...], minutes: Mapping[str, float]
) -> MethodSpecification:
    return MethodSpecification(
        name=name,
        title=title,
        principle=title,
        cadence=_NONE,
        summary=title,
        components=components,
        raters=dict.fromkeys(minutes, 1.0),
        expectation=_EXPECTATION,
        pp30=Pp30(behaviour_weight=0.3, top=100),
        minutes_per_observation=minutes,
    )
