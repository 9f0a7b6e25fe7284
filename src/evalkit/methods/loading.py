"""Read method specifications from YAML and hold them to the schema and to their own arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalkit.errors import SpecificationError, UsageError, did_you_mean
from evalkit.evidence import standard_indicators
from evalkit.methods.checking import check_specification
from evalkit.methods.schema import check_schema
from evalkit.methods.specification import (
    Assumption,
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Named,
    Pp30,
    Transform,
)
from evalkit.vocabulary import METHODS
from evalkit.yaml_file import describe_faults, list_faults, read_yaml

_REMEDY: Final = (
    "Correct the file; specification.schema.json, beside the shipped methods, says what it may hold."
)


def load_methods(
    names: Iterable[str] | None = None,
    folder: str | Path | None = None,
    *,
    indicators: pd.DataFrame | None = None,
) -> dict[str, MethodSpecification]:
    """Load method specifications by name: the five shipped ones, or the files of a folder.

    Parameters
    ----------
    names
        Names of methods, in the order wanted; all by default.
    folder
        Folder with ``*.yaml`` files of your own; the shipped ones by default.
    indicators
        The indicators that components may read; by default, for shipped methods, the standard ones.

    Raises
    ------
    UsageError
        If there is no such method.
    SpecificationError
        If a file breaks the schema or its own arithmetic; every fault at once.

    Examples
    --------
    >>> list(load_methods())
    ['semarang', 'dumai', 'bengkulu', 'surakarta', 'senapelan']
    >>> load_methods(["dumai"])["dumai"].sources
    ('supervisor', 'citizen', 'peer')
    """
    paths = [_shipped(name) for name in METHODS] if folder is None else sorted(Path(folder).glob("*.yaml"))
    by_name = {path.stem: path for path in paths}
    wanted = list(by_name) if names is None else list(names)
    for name in wanted:
        if name not in by_name:
            raise UsageError(f"There is no method {name!r}: {did_you_mean(name, by_name)}")
    if folder is None and indicators is None:
        return {name: _copy(_load_shipped(name)) for name in wanted}
    return {name: load_specification(by_name[name], indicators=indicators) for name in wanted}


def _shipped(name: str) -> Path:
    return Path(str(files("evalkit.methods") / f"{name}.yaml"))


@cache
def _load_shipped(name: str) -> MethodSpecification:
    return load_specification(_shipped(name), indicators=standard_indicators())


def _copy(method: MethodSpecification) -> MethodSpecification:
    """Copy a specification with its mappings, which nothing keeps from being changed."""
    minutes = dict(method.minutes_per_observation)
    return replace(method, raters=dict(method.raters), minutes_per_observation=minutes)


def load_specification(path: str | Path, *, indicators: pd.DataFrame | None = None) -> MethodSpecification:
    """Load one method specification and report every fault of the file at once.

    Parameters
    ----------
    path
        A YAML file in the format of ``specification.schema.json``.
    indicators
        The indicators that components may read, with their scales; not checked where it is left out
        (`score_methods` checks them against the study's).

    Raises
    ------
    SpecificationError
        If the file cannot be read, breaks the schema, or its weights do not sum to one; with lines.
    """
    path = Path(path)
    file = read_yaml(path, path.name, SpecificationError)
    found = [*file.repeated, *check_schema(file.content)]
    if not found:
        specification = _build(file.content)
        found = check_specification(specification, indicators)
        if path.stem != specification.name:
            found.append((("name",), f"must be the file's name, {path.stem!r}; found {specification.name!r}"))
    if found:
        raise SpecificationError(
            describe_faults(file, path.name, found, _REMEDY), found=list_faults(file, found)
        )
    return specification


def _build(data: Mapping[str, Any]) -> MethodSpecification:
    """Make the specification of data that passed the schema."""
    texts: dict[str, Any] = {
        key: Bilingual(**data[key]) for key in ("title", "principle", "cadence", "summary")
    }
    lists: dict[str, Any] = {
        key: tuple(_build_named(entry) for entry in data.get(key, ()))
        for key in ("aims", "problems", "follow_up")
    }
    expectation = {key: _pair(value) for key, value in data["expectation"].items()}
    return MethodSpecification(
        **{key: data[key] for key in ("name", "place", "text", "minimum_weight") if key in data},
        **texts,
        **lists,
        national_rules=tuple(data.get("national_rules", ())),
        components=tuple(_build_component(component) for component in data["components"]),
        raters=dict(data["raters"]),
        expectation=Expectation(**expectation),
        pp30=Pp30(**data["pp30"]),
        minutes_per_observation=dict(data["minutes_per_observation"]),
        assumptions=tuple(
            Assumption(**{key: _pair(value) for key, value in entry.items()})
            for entry in data.get("assumptions", ())
        ),
    )


def _build_named(data: Mapping[str, Any]) -> Named:
    values = {key: _pair(value) for key, value in data.items()}
    if "note" in data:
        values["note"] = Bilingual(**data["note"])
    return Named(**values)


def _build_component(data: Mapping[str, Any]) -> Component:
    values = {key: _pair(value) for key, value in data.items()}
    values["transform"] = Transform(**data["transform"])
    values["minimum"] = MinimumEvidence(**data.get("minimum", {}))
    return Component(**values)


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
