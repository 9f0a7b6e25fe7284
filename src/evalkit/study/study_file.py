"""Study folders and their ``study.yaml``: what is compared, in which notebooks, with which settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evalkit.errors import StudyError, UsageError, did_you_mean
from evalkit.study.notebooks import find_own_faults
from evalkit.study.shipped import find_root, is_workbench, shipped_folder
from evalkit.study.study_keys import find_faults
from evalkit.study.texts import Texts, take_texts
from evalkit.vocabulary import Language
from evalkit.yaml_file import Found, YamlFile, read_yaml

#: Environment variable: a folder that is searched for studies before ``data/``.
STUDIES_VARIABLE: Final = "EVALKIT_STUDIES"
_FILE: Final = "study.yaml"


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
        The reports, in reading order: names of shared notebooks without ``.ipynb``, and paths in the folder
        of the study's own with it.
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


def shipped_studies(root: Path | None = None) -> tuple[Study, ...]:
    """Load the studies that are meant where none is named.

    In a workbench these are all in ``data/``; elsewhere the current folder, if it is a study, or else the
    studies in it, or else those that come with evalkit.
    """
    root = root or find_root()
    if is_workbench(root):
        return _load_all(root / "data")
    if (root / _FILE).is_file():
        return (load_study(root),)
    return _load_all(root) or _load_all(shipped_folder() / "data")


def _load_all(folder: Path) -> tuple[Study, ...]:
    """Load every study in a folder, by name."""
    return tuple(load_study(path) for path in sorted(folder.iterdir()) if (path / _FILE).is_file())


def find_study(name_or_path: str | Path, *, root: Path | None = None) -> Study:
    """Load a study by its name in ``data/``, by the path of its folder, or by its name in what is shipped.

    Raises
    ------
    UsageError
        If there is no such study; the message names the nearest one.
    StudyError
        If its ``study.yaml`` cannot be used.
    """
    return load_study(find_study_folder(name_or_path, root=root))


def find_study_folder(name_or_path: str | Path, *, root: Path | None = None) -> Path:
    """Return the folder of a study, found as `find_study` does; its ``study.yaml`` is not read."""
    named = Path(name_or_path)
    shipped = shipped_folder() / "data"
    folders = [folder / named if named.name else named for folder in _searched(root)]
    for folder in (*folders, *_around(named)):
        if (folder / _FILE).is_file():
            return folder
    if without := next((folder for folder in folders if folder.is_dir() and str(name_or_path)), None):
        raise StudyError(
            f"{os.path.relpath(without)} has no study.yaml; every study folder needs one. 'evalkit new' "
            "makes a folder with one."
        )
    if named.name == str(named) and (shipped / named / _FILE).is_file():
        return shipped / named
    if named.is_file():
        raise UsageError(f"{named} is a file; name its folder: {named.parent}")
    known = {file.parent.name for folder in (*_searched(root), shipped) for file in folder.glob(f"*/{_FILE}")}
    raise UsageError(f"There is no study {str(name_or_path)!r}: {did_you_mean(str(name_or_path), known)}")


def _searched(root: Path | None) -> list[Path]:
    """Return the folders whose studies can be named; the first that has one counts."""
    variable = os.environ.get(STUDIES_VARIABLE)
    root = root or find_root()
    own = [root / "data"] if is_workbench(root) else []
    return [*([Path(variable)] if variable else []), *own, Path()]


def _around(named: Path) -> list[Path]:
    """Return the folders upward that have the name, for a notebook that is opened in a study's folder."""
    here = Path.cwd()
    return [folder for folder in (here, *here.parents) if folder.name == str(named)]


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
    found = _find_all(folder, file, content)
    if found:
        raise StudyError(
            _describe(file, name, found), found=[(file.find_line(where), text) for where, text in found]
        )
    return _make_study(folder, content, texts)


def load_valid_part(folder: Path) -> Study:
    """Read what of a ``study.yaml`` is not at fault, so that the rest of the study can be looked at.

    A title, kind or list of notebooks that is at fault is replaced by the least that a study has.

    Raises
    ------
    StudyError
        If the file cannot be read as YAML at all, or holds no keys.
    """
    file = read_yaml(folder / "study.yaml", f"{folder.name}/study.yaml", StudyError)
    content, texts = take_texts(file.content)
    if not isinstance(content, dict):
        raise StudyError(f"{folder.name}/study.yaml holds no keys")
    at_fault = {where[0] for where, _ in _find_all(folder, file, content) if where}
    least = {"title": {"en": folder.name}, "kind": "real", "notebooks": []}
    valid = {key: value for key, value in content.items() if key not in at_fault and str(key) not in at_fault}
    return _make_study(folder, least | valid, texts)


def _find_all(folder: Path, file: YamlFile, content: Any) -> list[Found]:
    found = [*file.repeated, *find_faults(content)]
    if found:
        return found
    patterns, notebooks = content.get("method_files", []), content["notebooks"]
    return [*_check_patterns(folder, patterns), *find_own_faults(folder, notebooks)]


def _make_study(folder: Path, content: Mapping[str, Any], texts: Texts) -> Study:
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
