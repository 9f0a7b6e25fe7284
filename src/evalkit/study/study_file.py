"""Study folders and their ``study.yaml``: what is compared, in which notebooks, with which settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evalkit.errors import StudyError, UsageError, did_you_mean
from evalkit.study.criteria import find_criterion_faults
from evalkit.study.links import find_link_faults
from evalkit.study.texts import take_texts
from evalkit.vocabulary import LANGUAGES, Language
from evalkit.yaml_file import Found, YamlFile, read_yaml

#: Environment variable: a folder that is searched for studies before ``data/``.
STUDIES_VARIABLE: Final = "EVALKIT_STUDIES"
_CHANGE_FOLDER: Final = "Change into a clone of the evalkit repository and run the command again."


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study as its ``study.yaml`` describes it.

    Attributes
    ----------
    name
        Name of the study folder.
    folder
        The folder itself, absolute.
    kind
        ``real`` or ``synthetic``.
    methods
        Names of the methods that the study compares.
    method_files
        The study's own method specifications, as paths inside its folder.
    mappings
        By method and component, which evidence of the study stands for it, and why.
    places
        By place of the evidence, its name in reports, in one language or more.
    notebooks
        The reports, in reading order: names of notebooks without ``.ipynb``.
    simulate
        What the laboratory simulates in place of files, for synthetic evidence: profile, seed, sizes.
    diagnose
        What the laboratory tries on such evidence (`evalkit.lab.plans.build_plan`).
    parameters
        Values for parameters of these notebooks, fixed beforehand.
    families, margins
        Which means are compared, and the largest difference that does not matter.
    targets
        Points that a component of a method is to reach, where it is not what the method calls meeting
        expectation.
    fairness
        Groups of people that the study's own tables tell apart, beside sex, age, grade and place.
    links
        What puts the scores of two methods in one unit, as the file has it.
    criteria
        What scores are held to, as the file has it; by default every outcome of the service.
    texts
        Sentences that the file says in several languages, by the English one.
    """

    name: str
    folder: Path
    title: Mapping[str, str]
    kind: str
    languages: tuple[Language, ...] = ("en",)
    methods: tuple[str, ...] = ()
    method_files: tuple[str, ...] = ()
    mappings: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    notebooks: tuple[str, ...] = ()
    simulate: Mapping[str, Any] = field(default_factory=dict)
    diagnose: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    conf_level: float = 0.95
    n_boot: int = 2000
    seed: int = 1
    families: Mapping[str, Any] = field(default_factory=dict)
    margins: Mapping[str, Any] = field(default_factory=dict)
    targets: Mapping[str, Any] = field(default_factory=dict)
    fairness: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[Mapping[str, Any], ...] = ()
    criteria: tuple[Mapping[str, Any], ...] = ()
    texts: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)

    def heading(self, lang: Language = "en") -> str:
        """Return the title in a language, or in the first one that the study has."""
        return self.title.get(lang) or next(iter(self.title.values()))

    def fixed(self) -> dict[str, Any]:
        """Return the parameter values that the study fixes for its notebooks."""
        settings = {"conf_level": self.conf_level, "n_boot": self.n_boot, "seed": self.seed}
        return settings | dict(self.parameters)


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder upward with data/ and notebooks/, or else the checkout of the package."""
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise StudyError(f"The current folder no longer exists. {_CHANGE_FOLDER}") from None
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if (folder / "data").is_dir() and (folder / "notebooks").is_dir():
            return folder
    raise StudyError(
        f"No workbench was found: neither {here} nor a folder above it holds both data/ and notebooks/. "
        f"{_CHANGE_FOLDER}"
    )


def templates_folder(start: Path | None = None) -> Path:
    """Return the folder with the files that a study without its own reads, such as ``trainings.csv``."""
    return find_root(start) / "data" / "templates"


def shipped_studies(root: Path | None = None) -> tuple[Study, ...]:
    """Load every study in ``data/``, by name."""
    folder = (root or find_root()) / "data"
    return tuple(load_study(path) for path in sorted(folder.iterdir()) if (path / "study.yaml").is_file())


def find_study(name_or_path: str | Path, *, root: Path | None = None) -> Study:
    """Load a study by its name in ``data/`` or by the path of its folder.

    Raises
    ------
    UsageError
        If there is no such study; the message names the nearest one.
    StudyError
        If its ``study.yaml`` cannot be used.
    """
    named = Path(name_or_path)
    folders = [*(folder / named for folder in _searched(root)), named] if named.name else [named]
    for folder in folders:
        if (folder / "study.yaml").is_file():
            return load_study(folder)
    for folder in folders:
        if folder.is_dir() and str(name_or_path):
            raise StudyError(
                f"{os.path.relpath(folder)} has no study.yaml; "
                "every study folder needs one (see data/README.md)"
            )
    if named.is_file():
        raise UsageError(f"{named} is a file; name its folder: {named.parent}")
    known = {found.parent.name for folder in _searched(root) for found in folder.glob("*/study.yaml")}
    raise UsageError(f"There is no study {str(name_or_path)!r}: {did_you_mean(str(name_or_path), known)}")


def _searched(root: Path | None) -> list[Path]:
    named = os.environ.get(STUDIES_VARIABLE)
    return ([Path(named)] if named else []) + [(root or find_root()) / "data"]


def load_study(folder: Path) -> Study:
    """Read a study folder's ``study.yaml``; every fault is reported at once.

    Raises
    ------
    StudyError
        If the file is not YAML, a key is unknown or missing, or a value is of the wrong kind.
    """
    name = f"{folder.name}/study.yaml"
    file = read_yaml(folder / "study.yaml", name, StudyError)
    content, texts = take_texts(file.content)
    found = [*file.repeated, *_faults(content)]
    if not found:
        found = _check_patterns(folder, content.get("method_files", []))
    if found:
        raise StudyError(_describe(file, name, found))
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
    }
    files = _method_files(folder, values.get("method_files", ()))
    values = {**values, "method_files": files, "texts": texts}
    return Study(name=folder.resolve().name, folder=folder.resolve(), **values)


def _describe(file: YamlFile, name: str, found: Sequence[Found]) -> str:
    lines = [f"  - line {file.find_line(where)}: {text}" if where else f"  - {text}" for where, text in found]
    return "\n".join([f"{name} cannot be used:", *lines])


def _check_patterns(folder: Path, patterns: Sequence[str]) -> list[Found]:
    """List the patterns that name no file inside the study folder."""
    found: list[Found] = []
    for i, pattern in enumerate(patterns):
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            found.append((("method_files", i), f"{pattern!r} must lie inside the study folder"))
        elif not _method_files(folder, [pattern]):
            found.append((("method_files", i), f"method_files: no file matches {pattern!r}"))
    return found


def _method_files(folder: Path, patterns: Sequence[str]) -> tuple[str, ...]:
    paths = {path for pattern in patterns for path in folder.glob(pattern)}
    return tuple(sorted(path.relative_to(folder).as_posix() for path in paths))


def _faults(content: Any) -> list[Found]:
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
    links, methods = content.get("links", []), content.get("methods", [])
    if isinstance(links, list) and _is_unique(methods):
        faults += find_link_faults(links, methods)
    if isinstance(criteria := content.get("criteria", []), list):
        faults += find_criterion_faults(criteria)
    if "simulate" in content and content.get("kind") == "real":
        faults.append(
            (("simulate",), "simulate: evidence that is simulated is synthetic, and kind says real")
        )
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


_PLAIN_NAME: Final = re.compile(r"[\w-]+")
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
        lambda value: _is_unique(value) and bool(value) and all(map(_PLAIN_NAME.fullmatch, value)),
        "a list of notebook names (letters, digits, - and _, without .ipynb), each once",
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
