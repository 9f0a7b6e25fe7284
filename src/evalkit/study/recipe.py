"""What a result is made from, written so that equal recipes mean equal results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, ValuesView
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from inspect import signature
from typing import Any, Final

_PLAIN: Final = (type(None), bool, int, float, complex, str, bytes)
#: Layers whose code decides numbers; the others word, draw or run, and may depend on the language.
_COMPUTING: Final = tuple(
    f"evalkit.{layer}." for layer in ("rules", "evidence", "stats", "methods", "compare", "lab")
)


class UnknownOriginError(TypeError):
    """A value that cannot be written down: a result of it cannot be known again."""


def name_function(function: Callable[..., Any]) -> str:
    """Return a computing function's full name.

    Raises
    ------
    UnknownOriginError
        If it is none of this package's, so that a change of its code would go unseen, or it has no name
        by which it could be found.

    Examples
    --------
    >>> from evalkit.compare import measure_ceiling
    >>> name_function(measure_ceiling)
    'evalkit.compare.ceiling.measure_ceiling'
    """
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '<none>')}"
    if not name.startswith(_COMPUTING) or "<" in name or hasattr(function, "__self__"):
        raise UnknownOriginError(f"{name} is no computing function of evalkit")
    return name


def leave_out_defaults(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given to a function by name, without numbers and texts that it would take by itself.

    Examples
    --------
    >>> leave_out_defaults(sorted, {"reverse": False, "key": "a"})
    {'key': 'a'}
    """
    known = signature(function).parameters
    return {
        name: value
        for name, value in given.items()
        if name not in known or not _is_same(value, known[name].default)
    }


def _is_same(value: Any, default: Any) -> bool:
    return {type(value), type(default)} <= set(_PLAIN) and describe(value) == describe(default)


def hash_recipe(recipe: Any) -> str:
    """Return the SHA-256 of a recipe: of lists and texts."""
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()


def describe(value: Any, find_origin: Callable[[Any], str | None] = lambda value: None) -> Any:
    """Write a value as lists and texts, from which it could be told from any other.

    Values are written with their type; a mapping in its order, which may change a result. A random generator
    is written as its state.

    Parameters
    ----------
    find_origin
        Returns the recipe's hash of a value that is known by where it came from, such as evidence.

    Raises
    ------
    UnknownOriginError
        If it is, or holds, something else, such as a table.

    Examples
    --------
    >>> describe({"level": 0.95})
    ['dict', ['str', 'level'], ['float', '0.95']]
    >>> describe((1, True)) == describe((1, 1))
    False
    """
    if isinstance(value, _PLAIN) and type(value) in _PLAIN:
        return [type(value).__name__, value if isinstance(value, str) else repr(value)]
    if (origin := find_origin(value)) is not None:
        return ["origin", origin]
    for kind, parts in _WRITERS:
        if kind(value):
            return [_name_type(value), *(describe(part, find_origin) for part in parts(value))]
    raise UnknownOriginError(f"nothing says where a {_name_type(value)} comes from")


def list_parts(value: Any) -> list[tuple[str, Any]]:
    """List the tables, arrays and results that one of this package's results consists of, by name."""
    parts = [(field.name, getattr(value, field.name)) for field in fields(value)] if _is_own(value) else []
    return [(name, part) for name, part in parts if _is_own(part) or _is_content(part)]


def _is_content(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] in {"pandas", "numpy"} and hasattr(value, "shape")


def _name_type(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _is_own(value: Any) -> bool:
    return (
        is_dataclass(value) and not isinstance(value, type) and type(value).__module__.startswith("evalkit.")
    )


def _is_numpy(*names: str) -> Callable[[Any], bool]:
    """Tell numpy's kinds without importing numpy."""
    return lambda value: (
        type(value).__module__.startswith("numpy")
        and any(kind.__name__ in names for kind in type(value).__mro__)
        and not getattr(getattr(value, "dtype", None), "hasobject", False)
    )


#: Kinds of values that have parts: how each is told, and its parts.
_WRITERS: Final[tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...]] = (
    (lambda value: isinstance(value, Enum), lambda value: [value.name]),
    (lambda value: isinstance(value, date), lambda value: [value.isoformat()]),
    (
        lambda value: isinstance(value, Mapping),
        lambda value: [part for item in value.items() for part in item],
    ),
    (lambda value: isinstance(value, (list, tuple, ValuesView)), list),
    (lambda value: isinstance(value, (set, frozenset)), lambda value: sorted(value, key=repr)),
    (_is_own, lambda value: [getattr(value, field.name) for field in fields(value)]),
    (_is_numpy("Generator"), lambda value: [value.bit_generator.state]),
    (_is_numpy("generic"), lambda value: [value.dtype.str, value.item()]),
    (
        _is_numpy("ndarray"),
        lambda value: [value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).hexdigest()],
    ),
)
