"""Links between the scores of two methods, as ``study.yaml`` lists them: what each entry must hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.yaml_file import Found

_REQUIRED: Final = ("method_a", "method_b", "because")


def find_link_faults(links: Sequence[Any], methods: Sequence[str]) -> list[Found]:
    """List what is wrong with the links of a study, each with its place in the file.

    Parameters
    ----------
    methods
        Methods that the study compares.

    Examples
    --------
    >>> find_link_faults([{"method_a": "dumai", "method_b": "semarang"}], ["dumai", "semarang"])
    [(('links', 0), "the key 'because' is missing")]
    """
    found: list[Found] = []
    pairs: list[frozenset[str]] = []
    for i, link in enumerate(links):
        faults = _entry_faults(link, i, methods)
        if not faults:
            pair = frozenset((link["method_a"], link["method_b"]))
            faults = _pair_faults(pair, pairs, i)
            pairs.append(pair)
        found += faults
    return found


def _entry_faults(link: Any, i: int, methods: Sequence[str]) -> list[Found]:
    if not isinstance(link, Mapping):
        return [
            (("links", i), f"a link must be a mapping with method_a, method_b and because; found {link!r}")
        ]
    found: list[Found] = [
        (("links", i, str(key)), f"unknown key {key!r}: {did_you_mean(str(key), _KEYS)}")
        for key in link
        if str(key) not in _KEYS
    ]
    found += [(("links", i), f"the key {key!r} is missing") for key in _REQUIRED if key not in link]
    found += [
        (("links", i, key), f"{key} must be {rule}; found {link[key]!r}")
        for key, (is_right, rule) in _KEYS.items()
        if key in link and not is_right(link[key])
    ]
    if not found:
        found = [
            (("links", i, key), f"{key}: methods has no {link[key]!r}: {did_you_mean(link[key], methods)}")
            for key in ("method_a", "method_b")
            if link[key] not in methods
        ]
    return found


def _pair_faults(pair: frozenset[str], before: Sequence[frozenset[str]], i: int) -> list[Found]:
    if len(pair) < 2:
        return [(("links", i), f"a link needs two methods; both are {min(pair)!r}")]
    if pair in before:
        return [(("links", i), f"{' and '.join(sorted(pair))} are linked twice")]
    return []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0


_KEYS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "method_a": (_is_text, "the name of a method"),
    "method_b": (_is_text, "the name of a method"),
    "slope": (_is_positive, "a number above 0"),
    "intercept": (_is_number, "a number"),
    "error_ratio": (_is_positive, "a number above 0"),
    "because": (_is_text, "the reason, in words"),
}
