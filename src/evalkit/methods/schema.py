"""The JSON Schema of a method specification, and what breaks it in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.lean_imports import import_jsonschema
from evalkit.yaml_file import Found

_TYPES: Final = {
    "object": "a mapping of keys to values",
    "array": "a list",
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
}


@cache
def specification_schema() -> dict[str, Any]:
    """Return the JSON Schema of a method specification."""
    text = files("evalkit.methods").joinpath("specification.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_schema(data: Any) -> list[Found]:
    """List every breach of the JSON Schema, in words."""
    if data is None:
        needed = ", ".join(specification_schema()["required"])
        return [((), f"is empty; a specification needs {needed}")]
    errors = sorted(
        _validator().iter_errors(data), key=lambda error: [str(key) for key in error.absolute_path]
    )
    found: list[Found] = []
    for error in errors:
        found += _name_keys(error, found)
    return found


@cache
def _validator() -> Any:
    return import_jsonschema().Draft202012Validator(specification_schema())


def _name_keys(error: Any, before: list[Found]) -> list[Found]:
    """Give one breach its place and words; a key that is unknown or missing has a place of its own."""
    where = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = [key for key in error.instance if key not in known]
        return [((*where, key), f"unknown key {key!r}; {did_you_mean(key, known)}") for key in unknown]
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        named = any(text.startswith(f"{missing[0]!r}") and at == where for at, text in before)
        return [] if named else [(where, f"{key!r} is missing") for key in missing]
    if error.validator == "enum":
        known = [str(value) for value in error.validator_value]
        return [(where, f"unknown value {error.instance!r}; {did_you_mean(str(error.instance), known)}")]
    words = _WORDS.get(str(error.validator))
    return [(where, words(error.validator_value, error.instance) if words else error.message)]


_WORDS: Final[dict[str, Callable[[Any, Any], str]]] = {
    "type": lambda kind, value: f"must be {_TYPES[kind]}; found {_show(value)}",
    "minimum": lambda low, value: f"must be at least {low:g}; found {value:g}",
    "maximum": lambda high, value: f"must be at most {high:g}; found {value:g}",
    "exclusiveMinimum": lambda low, value: f"must be more than {low:g}; found {value:g}",
    "minLength": lambda _, value: f"must not be empty; found {value!r}",
    "minItems": lambda n, value: f"must list at least {n}; found {len(value)}",
    "maxItems": lambda n, value: f"must list at most {n}; found {len(value)}",
    "uniqueItems": lambda _, value: f"must name each only once; found {_show(value)}",
    "pattern": lambda _, value: (
        f"must be lower-case letters and digits, with single _ or - between; found {value!r}"
    ),
}


def _show(value: Any, limit: int = 60) -> str:
    text = repr(value) if isinstance(value, str | list | dict) else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
