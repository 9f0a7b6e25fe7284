"""The parts of a crate: files that went in and came out, notebooks, licences; each an entity of JSON-LD."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from evalkit.study.declared import list_tables
from evalkit.study.provenance import hash_file
from evalkit.study.study_file import Study

CRATE_FILE: Final = "ro-crate-metadata.json"
_PROVENANCE: Final = "provenance.json"
_SPDX: Final = "https://spdx.org/licenses/"
_OWN_LICENCE: Final = "BSD-3-Clause"
_TYPES: Final = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}

Entity = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Where a crate keeps the files that it is about.

    Attributes
    ----------
    outputs
        Folder of the reports inside the crate, with a slash at its end; empty where it is the crate itself.
    inside
        Paths inside the crate of the inputs that it holds; any other is named by its hash (RFC 6920).
    withheld
        Files of the reports that the crate does not hold, by their path in their folder.
    """

    outputs: str = ""
    inside: Collection[str] = ()
    withheld: Collection[str] = ()

    def output(self, path: str) -> str:
        """Return the identifier of a file of the reports.

        Examples
        --------
        >>> Holding(outputs="reports/judges/").output("index.html")
        'reports/judges/index.html'
        """
        return quote(self.outputs + path)

    def input(self, path: str, sha256: str) -> str:
        """Return the identifier of a file that went in.

        Examples
        --------
        >>> Holding(inside=["data/x/study.yaml"]).input("data/x/study.yaml", "00")
        'data/x/study.yaml'
        >>> Holding().input("data/x/study.yaml", "00ff10")
        'ni:///sha-256;AP8Q'
        """
        if path in self.inside:
            return quote(path)
        digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode("ascii").rstrip("=")
        return f"ni:///sha-256;{digest}"


def refer(entities: Iterable[Entity]) -> list[Entity]:
    """Return references to entities."""
    return [{"@id": entity["@id"]} for entity in entities]


def describe_file(identity: str, path: str, sha256: str = "") -> Entity:
    """Describe one file by its name, type and hash."""
    media = _TYPES.get(Path(path).suffix, "application/octet-stream")
    entity: Entity = {"@id": identity, "@type": "File", "name": path, "encodingFormat": media}
    return entity | ({"sha256": sha256} if sha256 else {})


def describe_outputs(folder: Path, holding: Holding) -> list[Entity]:
    """Describe every file of a study's reports; what names the commit has no hash, as that may differ."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    entities = []
    for name in sorted((names | {_PROVENANCE}) - {CRATE_FILE, *holding.withheld}):
        known = name != _PROVENANCE
        entity = describe_file(holding.output(name), name, hash_file(folder / name) if known else "")
        size = {"contentSize": str((folder / name).stat().st_size)} if known else {}
        entities.append(entity | size)
    return entities


def describe_inputs(study: Study, provenance: Mapping[str, Any], holding: Holding) -> list[Entity]:
    """Describe the files of the study, the shipped methods and the templates, with licence and source."""
    folders = {
        "files": f"data/{study.name}/",
        "methods": "src/evalkit/methods/",
        "templates": "data/templates/",
    }
    tables = list_tables(study)
    entities: dict[str, Entity] = {}
    for part, folder in folders.items():
        for name, digest in provenance.get(part, {}).items():
            entity = describe_file(holding.input(folder + name, digest), folder + name, digest)
            words = _words(tables.get(name, {})) if part == "files" else {}
            entities.setdefault(entity["@id"], entity | words)
    return list(entities.values())


def _words(entry: Mapping[str, Any]) -> Entity:
    words = {
        "description": entry.get("description"),
        "citation": [str(source["title"]) for source in entry.get("sources", ()) if source.get("title")],
        "license": [{"@id": _licence_id(str(one["name"]))} for one in entry.get("licenses", ())],
    }
    return {name: value for name, value in words.items() if value}


def describe_notebooks(used: Iterable[tuple[str, str]], holding: Holding) -> list[Entity]:
    """Describe the notebooks that were executed, given by path and hash."""
    kind = {"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": "Python"}
    return [
        describe_file(holding.input(path, digest), path, digest) | kind
        for path, digest in dict.fromkeys(used)
    ]


def describe_licences(package: Mapping[str, Any]) -> list[Entity]:
    """Describe the licence of what evalkit wrote, and those of the evidence."""
    parts: Sequence[Mapping[str, Any]] = (package, *package.get("resources", ()))
    names = {str(one["name"]) for part in parts for one in part.get("licenses", ()) if one.get("name")}
    others = sorted(names - {_OWN_LICENCE})
    return [
        _licence(_OWN_LICENCE, "The code, and what it wrote beside the evidence."),
        *(_licence(name, "Evidence, as its descriptor says.") for name in others),
    ]


def _licence(name: str, description: str) -> Entity:
    return {"@id": _licence_id(name), "@type": "CreativeWork", "name": name, "description": description}


def _licence_id(name: str) -> str:
    """Return the address of a licence; an expression of several, which SPDX has no page for, stands here."""
    return f"#licence-{quote(name)}" if " " in name else f"{_SPDX}{quote(name)}"
