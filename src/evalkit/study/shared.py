"""Heavy results, computed once for all reports of a study and both of its languages."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from evalkit.study.recipe import (
    UnknownOriginError,
    describe,
    hash_recipe,
    leave_out_defaults,
    list_parts,
    name_function,
)
from evalkit.study.shared_folder import SHARED_VARIABLE, find_or_compute

P = ParamSpec("P")
T = TypeVar("T")


class SharedResults:
    """What one kernel knows of the results that kernels share.

    A result is known by its recipe: the function, and what it was given. Values are written out; evidence and
    earlier results are known by where they came from, for their content is large. The folder belongs to one
    state of the code (`evalkit.study.shared_folder.prepare_shared`).

    Parameters
    ----------
    folder
        Where results are kept; none: everything is computed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.recalled: list[str] = []  # keys of inputs, in contrast to what is computed of them
        self._origins: dict[int, tuple[Any, str]] = {}  # holds the values, so that no id is given twice

    @classmethod
    def from_environment(cls) -> SharedResults:
        """Use the folder that the runner names; none where a notebook is run by hand."""
        named = os.environ.get(SHARED_VARIABLE, "")
        return cls(Path(named) if named and Path(named).is_dir() else None)

    @property
    def is_kept(self) -> bool:
        """Whether results are kept at all."""
        return self._folder is not None

    def know(self, value: T, origin: Any) -> T:
        """Remember where a value comes from, and return it.

        Parameters
        ----------
        origin
            Everything that decides it, as `evalkit.study.recipe.describe` can write it.
        """
        if self.is_kept:
            self._remember(value, hash_recipe(describe(origin, self._find_origin)))
        return value

    def share(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return ``function(*args, **kwargs)``, computed once for all kernels that ask for the same."""
        if not self.is_kept:
            return function(*args, **kwargs)
        try:
            recipe = [
                name_function(function),
                [describe(value, self._find_origin) for value in args],
                [
                    [name, describe(value, self._find_origin)]
                    for name, value in sorted(leave_out_defaults(function, kwargs).items())
                ],
            ]
        except UnknownOriginError:
            return function(*args, **kwargs)
        return self._recall(hash_recipe(recipe), lambda: function(*args, **kwargs), (args, kwargs))

    def recall(self, origin: Any, compute: Callable[[], T]) -> T:
        """Return what is computed from an origin; for what `share` cannot write down, such as files."""
        if not self.is_kept:
            return compute()
        key = hash_recipe(describe(origin, self._find_origin))
        self.recalled.append(key)
        return self._recall(key, compute, ((), {}))

    def _recall(
        self, key: str, compute: Callable[[], T], given: tuple[tuple[Any, ...], Mapping[str, Any]]
    ) -> T:
        assert self._folder is not None
        generators = [value for value in (*given[0], *given[1].values()) if _is_generator(value)]
        value: T
        value, states = find_or_compute(self._folder, key, lambda: _compute(compute, generators))
        for generator, state in zip(generators, states, strict=True):
            generator.bit_generator.state = state  # as if the draws had been made here
        self._remember(value, key)
        return value

    def _remember(self, value: Any, origin: str) -> None:
        """Remember a value, and what it consists of: a table of a result comes from where the result does."""
        self._origins[id(value)] = value, origin
        for name, part in list_parts(value):
            self._origins.setdefault(id(part), (part, f"{origin}.{name}"))

    def _find_origin(self, value: Any) -> str | None:
        found = self._origins.get(id(value))
        return found[1] if found else None


def _is_generator(value: Any) -> bool:
    return hasattr(value, "bit_generator")


def _compute(compute: Callable[[], T], generators: list[Any]) -> tuple[tuple[T, list[Any]], bool]:
    """Compute, and tell whether the result may be kept: not if a warning would be missed the next time."""
    with warnings.catch_warnings(record=True) as caught:
        value = compute()
    for warning in caught:
        warnings.showwarning(
            warning.message, warning.category, warning.filename, warning.lineno, warning.file, warning.line
        )
    return (value, [generator.bit_generator.state for generator in generators]), not caught
