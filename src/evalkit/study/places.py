"""The places that a study's evidence is about, remembered as long as its files are the same.

Reading evidence takes the packages that a run without anything to build can do without.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from evalkit.study.declared import DESCRIPTOR, find_evidence
from evalkit.study.provenance import combine, hash_file
from evalkit.study.study_file import Study
from evalkit.study.workspace import PRIVATE, private_folder
from evalkit.whole_file import write_whole

_REMEMBERED: Final = "places"


def list_places(study: Study, root: Path) -> tuple[str, ...]:
    """Return the places of a study's evidence, in the order in which they come; nothing else is checked here.

    Raises
    ------
    StudyError
        If ``datapackage.json`` cannot be used.
    """
    if study.simulate:
        if "sizes" in study.simulate:
            return tuple(study.simulate["sizes"])
        from evalkit.lab import SIZES

        return tuple(SIZES)
    made_from = _hash(study)
    file = root / PRIVATE / _REMEMBERED / f"{study.name}.json"
    return _recall(file, made_from) or _read(study, file, made_from, root)


def _hash(study: Study) -> str:
    """Return one hash of the files that places are read from; empty where they cannot be named."""
    tables = find_evidence(study)
    files = {name: study.folder / name for name in (DESCRIPTOR, *tables)}
    if not tables or not all(path.is_file() for path in files.values()):
        return ""
    return combine({name: hash_file(path) for name, path in files.items()})


def _recall(file: Path, made_from: str) -> tuple[str, ...]:
    """Return the places that were kept for the same files; none where there are none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if made_from and kept["made_from"] == made_from:
            return tuple(map(str, kept["places"]))
    return ()


def _read(study: Study, file: Path, made_from: str, root: Path) -> tuple[str, ...]:
    """Read the places, and keep them if that can be done."""
    from evalkit.evidence import read_places

    places = read_places(study.folder)
    if made_from and places:
        with suppress(OSError):
            (private_folder(root) / _REMEMBERED).mkdir(exist_ok=True)
            write_whole(file, json.dumps({"made_from": made_from, "places": places}))
    return places
