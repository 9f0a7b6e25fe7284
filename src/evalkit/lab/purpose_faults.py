"""What is wrong with a file of purposes: every fault, with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.lab.corruption import KINDS
from evalkit.lab.outcomes import QUANTITIES
from evalkit.vocabulary import LANGUAGES, SOURCES
from evalkit.yaml_file import Found, Place

_Test = tuple[Callable[[Any], bool], str]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 < value <= 1


def _is_words(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


_WORDS: Final[_Test] = (_is_words, "a text in each language (en, id)")
_MAPPING: Final[_Test] = (lambda value: isinstance(value, Mapping) and bool(value), "a mapping")
_NUMBER: Final[_Test] = (_is_number, "a number")
_SHARE: Final[_Test] = (_is_share, "a share above 0 up to 1")
_NAMES: Final[_Test] = (_is_names, "a list of names")
_ABOUT: Final[_Test] = (lambda value: value in ("employee", "unit"), "employee or unit")
_FACTOR: Final[_Test] = (lambda value: _is_number(value) and value >= 1, "a number of at least 1")

_TOP: Final = {"clear": _SHARE, "criteria": _MAPPING, "purposes": _MAPPING}
_CRITERION: Final = {"title": _WORDS, "because": _WORDS, "reads": _MAPPING, "worst": _NUMBER, "best": _NUMBER}
_PURPOSE: Final = {"title": _WORDS, "because": _WORDS, "about": _ABOUT, "criteria": _NAMES}
_LIMITS: Final = {"most_unit_weight": _SHARE, "least_dependability": _SHARE}
#: What each origin reads: what it must name, and what it may.
_READS: Final[Mapping[str, tuple[Mapping[str, _Test], Mapping[str, _Test]]]] = {
    "diagnosis": (
        {"quantity": (lambda value: isinstance(value, str), "a quantity of the diagnosis")},
        {"corruptions": _NAMES, "dial": _SHARE, "factor": _FACTOR},
    ),
    "units": ({}, {"corruptions": _NAMES, "dial": _SHARE}),
    "specification": ({"sources": _NAMES}, {}),
}


def find_purpose_faults(content: Any) -> list[Found]:
    """List what is wrong with a file of purposes, each with its place.

    Examples
    --------
    >>> find_purpose_faults({"clear": 2, "criteria": {}})[0]
    (('clear',), 'must be a share above 0 up to 1; found 2')
    """
    if not isinstance(content, Mapping):
        return [((), "it holds no keys; it needs clear, criteria and purposes")]
    found = list(_check(content, _TOP, {}, ()))
    criteria, purposes = (content.get(name) for name in ("criteria", "purposes"))
    known = criteria if isinstance(criteria, Mapping) else {}
    for name, one in known.items():
        found += _criterion(one, ("criteria", str(name)))
    for name, one in (purposes if isinstance(purposes, Mapping) else {}).items():
        found += _purpose(one, ("purposes", str(name)), known)
    return found


def _check(
    one: Any, needed: Mapping[str, _Test], allowed: Mapping[str, _Test], where: Place
) -> Iterator[Found]:
    """Yield unknown and missing keys, and values of the wrong kind."""
    if not isinstance(one, Mapping):
        yield where, f"must be a mapping with {', '.join(needed)}; found {one!r}"
        return
    tests = {**needed, **allowed}
    for key in one:
        if key not in tests:
            yield (*where, str(key)), f"unknown key {key!r}: {did_you_mean(str(key), tests)}"
    for key, (is_right, rule) in tests.items():
        if key in needed and key not in one:
            yield where, f"the key {key!r} is missing"
        elif key in one and not is_right(one[key]):
            yield (*where, key), f"must be {rule}; found {one[key]!r}"


def _criterion(one: Any, where: Place) -> list[Found]:
    found = list(_check(one, _CRITERION, {}, where))
    if found:
        return found
    if one["worst"] == one["best"]:
        found.append(((*where, "best"), f"worst and best must differ; both are {one['best']!r}"))
    return found + _reads(one["reads"], (*where, "reads"))


def _reads(reads: Mapping[str, Any], where: Place) -> list[Found]:
    origin = reads.get("from")
    if origin not in _READS:
        return [((*where, "from"), f"must be one of {', '.join(_READS)}; found {origin!r}")]
    needed, allowed = _READS[str(origin)]
    rest = {key: value for key, value in reads.items() if key != "from"}
    found = list(_check(rest, needed, allowed, where))
    if found:
        return found
    if "quantity" in rest:
        found += _unknown([rest["quantity"]], (*QUANTITIES, "minutes"), (*where, "quantity"))
    found += _unknown(rest.get("corruptions", ()), KINDS, (*where, "corruptions"))
    found += _unknown(rest.get("sources", ()), SOURCES, (*where, "sources"))
    if ("corruptions" in rest) != ("dial" in rest):
        found.append((where, "corruptions and dial go together"))
    return found


def _purpose(one: Any, where: Place, criteria: Collection[str]) -> list[Found]:
    found = list(_check(one, _PURPOSE, _LIMITS, where))
    if found:
        return found
    names = one["criteria"]
    if len(set(names)) < len(names):
        found.append(((*where, "criteria"), "each criterion counts once"))
    return found + _unknown(names, criteria, (*where, "criteria"))


def _unknown(names: Collection[str], known: Collection[str], where: Place) -> list[Found]:
    return [(where, f"unknown {name!r}: {did_you_mean(name, known)}") for name in names if name not in known]
