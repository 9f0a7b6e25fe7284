"""What ``study.yaml`` may hold: its keys, and the rule of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from evalkit.errors import did_you_mean
from evalkit.study.criteria import find_criterion_faults
from evalkit.study.links import find_link_faults
from evalkit.study.notebooks import is_entry
from evalkit.vocabulary import LANGUAGES
from evalkit.yaml_file import Found


def find_faults(content: Any) -> list[Found]:
    """List what is wrong with the keys of a file and their values, each fault with its place."""
    if not isinstance(content, dict):
        found = "it is empty" if content is None else "it holds no keys"
        return [((), f"{found}; it needs at least a title, a kind and notebooks")]
    faults: list[Found] = [
        ((str(key),), f"unknown key {key!r}: {did_you_mean(str(key), _KEYS)}")
        for key in content
        if str(key) not in _KEYS
    ]
    faults += [((), f"the key {key!r} is missing") for key in _REQUIRED if key not in content]
    for key, (is_right, rule) in _KEYS.items():
        if key in content and not is_right(content[key]):
            faults.append(((key,), f"{key} must be {rule}; found {content[key]!r}"))
    return faults + _find_conflicts(content)


def _find_conflicts(content: dict[Any, Any]) -> list[Found]:
    """List what does not go together, and what is wrong inside of lists."""
    faults: list[Found] = []
    links, methods = content.get("links", []), content.get("methods", [])
    if isinstance(links, list) and _is_unique(methods):
        faults += find_link_faults(links, methods)
    if isinstance(criteria := content.get("criteria", []), list):
        faults += find_criterion_faults(criteria)
    if "simulate" in content and content.get("kind") == "real":
        rule = "simulate: evidence that is simulated is synthetic, and kind says real"
        faults.append((("simulate",), rule))
    if "diagnose" in content and "simulate" not in content:
        faults.append((("diagnose",), "diagnose: only evidence that is simulated has a truth to be held to"))
    return faults


def _is_whole(value: Any, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_unique(value: Any) -> bool:
    return _is_text_list(value) and len(set(value)) == len(value)


def _is_title(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


def _is_titles(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) and _is_title(value[key]) for key in value)


def _is_mapping_of_mappings(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())


def _is_targets(value: Any) -> bool:
    return _is_mapping_of_mappings(value) and all(
        set(target) == {"value", "because"}
        and isinstance(target["value"], int | float)
        and not isinstance(target["value"], bool)
        and 0 <= target["value"] <= 120
        and isinstance(target["because"], str)
        and bool(target["because"].strip())
        for target in value.values()
    )


def _is_simulation(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"profile", "seed", "sizes"}
        and isinstance(value.get("profile", ""), str)
        and _is_whole(value.get("seed"), 0)
        and isinstance(value.get("sizes", {}), dict)
    )


def _is_diagnosis(value: Any) -> bool:
    if not isinstance(value, dict) or not _is_share(value.get("target_error")):
        return False
    groups = [group for key, group in value.items() if key not in ("seed", "target_error", "corruptions")]
    return (
        _is_whole(value.get("seed", 0), 0)
        and _is_unique(value.get("corruptions", []))
        and bool(groups)
        and all(map(_is_group, groups))
    )


def _is_group(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"doses", "n_replicates"} <= set(value) <= {"doses", "n_replicates", "target_error"}
        and isinstance(value["doses"], list)
        and all(map(_is_share, value["doses"]))
        and _is_whole(value["n_replicates"], 1)
        and _is_share(value.get("target_error", 1))
    )


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


_REQUIRED: Final = ("title", "kind", "notebooks")
_MAPPING: Final = (lambda value: isinstance(value, dict), "a mapping")
_KEYS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "title": (_is_title, "a mapping of languages (en, id) to titles"),
    "kind": (lambda value: value in ("real", "synthetic"), "real or synthetic"),
    "languages": (
        lambda value: _is_unique(value) and bool(value) and set(value) <= set(LANGUAGES),
        "a list of languages (en, id), each once",
    ),
    "methods": (_is_unique, "a list of method names, each once"),
    "method_files": (
        lambda value: _is_text_list(value) and not any("**" in item for item in value),
        "a list of file names, or patterns with *, inside the study folder",
    ),
    "mappings": (_is_mapping_of_mappings, "a mapping of methods to mappings of their components"),
    "places": (_is_titles, "a mapping of places to mappings of languages (en, id) to names"),
    "notebooks": (
        lambda value: _is_unique(value) and bool(value) and all(map(is_entry, value)),
        "a list of notebook names (letters, digits, - and _, without .ipynb), each once; one of the study's "
        "own is named by its path in the study folder, with .ipynb",
    ),
    "simulate": (
        _is_simulation,
        "a mapping with a seed (a whole number of at least 0), and perhaps a profile and sizes by place",
    ),
    "diagnose": (
        _is_diagnosis,
        "a mapping with a target_error, perhaps a seed and corruptions, and groups of scenarios, each with "
        "doses above 0 up to 1, n_replicates and perhaps a target_error",
    ),
    "parameters": _MAPPING,
    "conf_level": (
        lambda value: isinstance(value, float) and 0 < value < 1,
        "a number between 0 and 1, such as 0.95",
    ),
    "n_boot": (lambda value: _is_whole(value, 1), "a whole number of at least 1"),
    "seed": (lambda value: _is_whole(value, 0), "a whole number of at least 0"),
    "families": _MAPPING,
    "margins": _MAPPING,
    "targets": (
        _is_targets,
        "a mapping of components to mappings with a value in points (0 to 120) and because",
    ),
    "fairness": _MAPPING,
    "links": (
        lambda value: isinstance(value, list),
        "a list, each entry with method_a, method_b and because",
    ),
    "criteria": (
        lambda value: isinstance(value, list),
        "a list, each entry with indicator, source and because",
    ),
}
