"""Study folders and their ``study.yaml``: what is compared, in which notebooks, with which settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from evalkit.errors import StudyError, UsageError, did_you_mean
from evalkit.vocabulary import LANGUAGES, Language

#: Environment variable: a folder that is searched for studies before ``data/``.
STUDIES_VARIABLE: Final = "EVALKIT_STUDIES"


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
    notebooks
        The reports, in reading order: names of notebooks without ``.ipynb``.
    parameters
        Values for parameters of these notebooks, fixed beforehand.
    """

    name: str
    folder: Path
    title: Mapping[str, str]
    kind: str
    languages: tuple[Language, ...] = ("en",)
    methods: tuple[str, ...] = ()
    method_files: tuple[str, ...] = ()
    mappings: Mapping[str, Any] = field(default_factory=dict)
    notebooks: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    conf_level: float = 0.95
    n_boot: int = 2000
    seed: int = 1
    families: Mapping[str, Any] = field(default_factory=dict)
    margins: Mapping[str, Any] = field(default_factory=dict)

    def heading(self, lang: Language = "en") -> str:
        """Return the title in a language, or in the first one that the study has."""
        return self.title.get(lang) or next(iter(self.title.values()))

    def fixed(self) -> dict[str, Any]:
        """Return the parameter values that the study fixes for its notebooks."""
        settings = {"conf_level": self.conf_level, "n_boot": self.n_boot, "seed": self.seed}
        return settings | dict(self.parameters)


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder upward with data/ and notebooks/, or else the checkout of the package."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if (folder / "data").is_dir() and (folder / "notebooks").is_dir():
            return folder
    raise StudyError(
        f"No workbench was found: neither {here} nor a folder above it holds both data/ and notebooks/. "
        "Change into a clone of the evalkit repository and run the command again."
    )


def shipped_studies(root: Path | None = None) -> tuple[Study, ...]:
    """Load every study in ``data/``, by name."""
    folder = (root or find_root()) / "data"
    return tuple(load_study(path.parent) for path in sorted(folder.glob("*/study.yaml")))


def find_study(name_or_path: str | Path, *, root: Path | None = None) -> Study:
    """Load a study by its name in ``data/`` or by the path of its folder.

    Raises
    ------
    UsageError
        If there is no such study; the message names the nearest one.
    StudyError
        If its ``study.yaml`` cannot be used.
    """
    searched = _searched(root)
    for folder in searched:
        if (folder / name_or_path / "study.yaml").is_file():
            return load_study(folder / name_or_path)
    path = Path(name_or_path)
    if (path / "study.yaml").is_file():
        return load_study(path)
    if path.is_dir():
        raise StudyError(f"{path} has no study.yaml; every study folder needs one (see data/README.md)")
    known = {found.parent.name for folder in searched for found in folder.glob("*/study.yaml")}
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
    file = folder / "study.yaml"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{folder.name}/study.yaml is not YAML in UTF-8: {error}") from error
    values = content if isinstance(content, dict) else {}
    faults = _faults(values) if values else ["it is empty; it needs at least a title, a kind and notebooks"]
    patterns = values.get("method_files", []) if not faults else []
    files, missing = _method_files(folder, patterns)
    if faults + missing:
        lines = "\n".join(f"  - {fault}" for fault in faults + missing)
        raise StudyError(f"{folder.name}/study.yaml cannot be used:\n{lines}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Study(name=folder.resolve().name, folder=folder.resolve(), **{**values, "method_files": files})


def _method_files(folder: Path, patterns: list[str]) -> tuple[tuple[str, ...], list[str]]:
    found = {pattern: sorted(folder.glob(pattern)) for pattern in patterns}
    files = sorted({path.relative_to(folder).as_posix() for paths in found.values() for path in paths})
    return tuple(files), [
        f"method_files: no file matches {key!r}" for key, paths in found.items() if not paths
    ]


def _faults(values: Mapping[Any, Any]) -> list[str]:
    faults = [
        f"unknown key {key!r}: {did_you_mean(str(key), _KEYS)}" for key in values if str(key) not in _KEYS
    ]
    faults += [f"the key {key!r} is missing" for key in _REQUIRED if key not in values]
    for key, (is_right, rule) in _KEYS.items():
        if key in values and not is_right(values[key]):
            faults.append(f"{key} must be {rule}; found {values[key]!r}")
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
    "method_files": (_is_text_list, "a list of file names or patterns inside the study folder"),
    "mappings": _MAPPING,
    "notebooks": (
        lambda value: _is_unique(value) and bool(value) and all(map(_PLAIN_NAME.fullmatch, value)),
        "a list of notebook names (letters, digits, - and _, without .ipynb), each once",
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
}
