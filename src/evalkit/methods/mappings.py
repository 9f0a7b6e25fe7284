"""What of a study's own evidence stands for a component of a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from evalkit.errors import SpecificationError, did_you_mean
from evalkit.methods.specification import Component, MethodSpecification
from evalkit.vocabulary import SOURCES

#: By method, by component: ``indicators``, ``sources`` and ``because``, as in ``study.yaml``.
Mappings = Mapping[str, Mapping[str, Mapping[str, Any]]]

_KEYS: Final = ("indicators", "sources", "because")


def apply_mappings(specification: MethodSpecification, mappings: Mappings | None) -> MethodSpecification:
    """Return a method that reads a study's own evidence in place of what its components name.

    Weights, ranges and minimum evidence stay as they are, and so does the transform: a linear one uses the
    scales of the study's indicators. Items are no longer chosen. Components without a mapping are unchanged.

    Raises
    ------
    SpecificationError
        If a mapping names an unknown component, source or key, or gives no reason; every fault at once.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> mapped = {"integrity": {"indicators": ["honesty"], "sources": ["citizen"], "because": "nearest word"}}
    >>> apply_mappings(load_methods()["dumai"], {"dumai": mapped}).components[4].indicators
    ('honesty',)
    """
    own = (mappings or {}).get(specification.name) or {}
    known = [component.name for component in specification.components]
    faults = [f"{name}: unknown component; {did_you_mean(name, known)}" for name in own if name not in known]
    for name, mapping in own.items():
        faults += [f"{name}.{text}" for text in _check(mapping, specification)]
    if faults:
        lines = "\n".join(f"  mappings.{specification.name}.{text}" for text in faults)
        raise SpecificationError(f"The evidence cannot be mapped to {specification.name}:\n{lines}")
    components = [_read_instead(component, own.get(component.name)) for component in specification.components]
    return replace(specification, components=tuple(components))


def _check(mapping: Mapping[str, Any], specification: MethodSpecification) -> list[str]:
    if not isinstance(mapping, Mapping):
        return ["must hold indicators, sources and because"]
    faults = [f"{key}: unknown key; {did_you_mean(str(key), _KEYS)}" for key in mapping if key not in _KEYS]
    for key in ("indicators", "sources"):
        values = mapping.get(key)
        if not isinstance(values, Sequence) or isinstance(values, str) or not values:
            faults.append(f"{key} must be a list with at least one name")
    sources = mapping.get("sources")
    for source in sources if isinstance(sources, list | tuple) else ():
        if source not in SOURCES:
            faults.append(f"sources: unknown source {source!r}; {did_you_mean(str(source), SOURCES)}")
        elif source not in specification.raters:
            faults.append(f"sources: {source!r} has no weight under raters of {specification.name}")
    if not str(mapping.get("because") or "").strip():
        faults.append("because must say why this evidence stands for the component")
    return faults


def _read_instead(component: Component, mapping: Mapping[str, Any] | None) -> Component:
    if mapping is None:
        return component
    indicators, sources = tuple(mapping["indicators"]), tuple(mapping["sources"])
    return replace(component, indicators=indicators, sources=sources, items=())
