"""Read method specifications from YAML and hold them to the schema and to their own arithmetic."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jsonschema
import pandas as pd
import yaml

from evalkit.errors import SpecificationError, UsageError, did_you_mean
from evalkit.evidence import standard_indicators
from evalkit.methods.checking import Found, check_specification
from evalkit.methods.specification import (
    Assumption,
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Pp30,
    Transform,
)
from evalkit.vocabulary import METHODS

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
    if folder is None:
        paths = [Path(str(files("evalkit.methods") / f"{name}.yaml")) for name in METHODS]
        indicators = standard_indicators() if indicators is None else indicators
    else:
        paths = sorted(Path(folder).glob("*.yaml"))
    by_name = {path.stem: path for path in paths}
    wanted = list(by_name) if names is None else list(names)
    for name in wanted:
        if name not in by_name:
            raise UsageError(f"There is no method {name!r}: {did_you_mean(name, by_name)}")
    return {name: load_specification(by_name[name], indicators=indicators) for name in wanted}


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
    try:
        text = path.read_text(encoding="utf-8")
        node, data = yaml.compose(text), yaml.safe_load(text)
    except OSError as error:
        raise SpecificationError(f"{path.name} cannot be read: {error.strerror}. Check its path.") from None
    except UnicodeDecodeError as error:
        raise SpecificationError(
            f"{path.name} is not UTF-8 (byte {error.start}). Save it as UTF-8 in your editor."
        ) from None
    except yaml.YAMLError as error:
        raise SpecificationError(
            f"{path.name} is not YAML: {error}. Mind the indentation and quotes."
        ) from None
    found = [*_check_repeated_keys(node), *_check_schema(data)]
    if not found:
        specification = _build(data)
        found = check_specification(specification, indicators)
        if path.stem != specification.name:
            found.append((("name",), f"must be the file's name, {path.stem!r}; found {specification.name!r}"))
    if found:
        raise SpecificationError(_describe(path.name, found, node))
    return specification


@cache
def specification_schema() -> dict[str, Any]:
    """Return the JSON Schema of a method specification."""
    text = files("evalkit.methods").joinpath("specification.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _check_schema(data: Any) -> list[Found]:
    """List every breach of the JSON Schema, in words."""
    validator = jsonschema.Draft202012Validator(specification_schema())
    found: list[Found] = []
    for error in sorted(
        validator.iter_errors(data), key=lambda error: [str(key) for key in error.absolute_path]
    ):
        where = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            unknown = [key for key in error.instance if key not in known]
            found += [((*where, key), f"unknown key {key!r}; {did_you_mean(key, known)}") for key in unknown]
        elif error.validator == "enum":
            known = [str(value) for value in error.validator_value]
            found.append(
                (where, f"unknown value {error.instance!r}; {did_you_mean(str(error.instance), known)}")
            )
        elif error.validator == "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            if not any(text.startswith(f"{missing[0]!r}") and at == where for at, text in found):
                found += [(where, f"{key!r} is missing") for key in missing]
        else:
            found.append((where, error.message))
    return found


def _check_repeated_keys(node: yaml.Node | None, where: tuple[str | int, ...] = ()) -> list[Found]:
    """List keys that stand twice in one mapping; YAML would silently keep the last."""
    found: list[Found] = []
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        found += [((*where, key), f"key {key!r} stands twice") for key in set(keys) if keys.count(key) > 1]
        for key, child in node.value:
            found += _check_repeated_keys(child, (*where, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            found += _check_repeated_keys(child, (*where, i))
    return found


def _describe(file: str, found: Sequence[Found], node: yaml.Node | None) -> str:
    lines = [f"{len(found)} fault{'s' if len(found) > 1 else ''} in {file}:"]
    for where, text in found:
        lines.append(f"  line {_line(node, where)}, {_path(where) or 'the file'}: {text}")
    return "\n".join([*lines, _REMEDY])


def _path(where: Sequence[str | int]) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in where).removeprefix(".")


def _line(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """Return the line on which the deepest part of a place that exists in the file starts."""
    line = node.start_mark.line + 1 if node is not None else 1
    for key in where:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pairs = [(name, child) for name, child in node.value if name.value == key]
            if not pairs:
                break
            line, node = pairs[-1][0].start_mark.line + 1, pairs[-1][1]
        else:
            break
    return line


def _build(data: Mapping[str, Any]) -> MethodSpecification:
    """Make the specification of data that passed the schema."""
    texts: dict[str, Any] = {
        key: Bilingual(**data[key]) for key in ("title", "principle", "cadence", "summary")
    }
    lists: dict[str, Any] = {
        key: tuple(Bilingual(**entry) for entry in data.get(key, ()))
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


def _build_component(data: Mapping[str, Any]) -> Component:
    values = {key: _pair(value) for key, value in data.items()}
    values["transform"] = Transform(**data["transform"])
    values["minimum"] = MinimumEvidence(**data.get("minimum", {}))
    return Component(**values)


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
