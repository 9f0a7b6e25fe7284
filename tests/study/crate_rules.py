"""What RO-Crate 1.1 and its profile Process Run Crate ask of a description; faults as sentences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:")
NOT_OF_THE_CRATE = ("https://w3id.org/", "http://schema.org/")


def crate_faults(crate: dict[str, Any], folder: Path | None = None) -> list[str]:
    """Return every rule that a crate breaks; ``folder`` holds its files, where they are to be found too."""
    graph = crate["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    faults = [] if crate["@context"] == CONTEXT else ["the context is not that of RO-Crate 1.1"]
    faults += ["two entities have the same @id"] if len(by_id) != len(graph) else []
    faults += [f"{key} has no @type" for key, entity in by_id.items() if not entity.get("@type")]
    faults += [
        f"{key} holds a bare space or backslash" for key in by_id if re.search(r"[\s\\<>\"{}|^`]", key)
    ]
    faults += _descriptor_faults(by_id) + _root_faults(by_id)
    faults += [
        f"{key} refers to {reference}, which is not described"
        for key, entity in by_id.items()
        for reference in references(entity)
        if reference not in by_id and not reference.startswith(NOT_OF_THE_CRATE)
    ]
    for key, entity in by_id.items():
        faults += _file_faults(key, entity, by_id["./"], folder) if is_of(entity, "File") else []
        faults += _action_faults(key, entity, by_id) if is_of(entity, "CreateAction") else []
    return faults


def is_of(entity: dict[str, Any], kind: str) -> bool:
    return kind in (entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]])


def references(entity: dict[str, Any]) -> list[str]:
    values = [item for value in entity.values() for item in (value if isinstance(value, list) else [value])]
    return [value["@id"] for value in values if isinstance(value, dict)]


def _descriptor_faults(by_id: dict[str, Any]) -> list[str]:
    found = by_id.get("ro-crate-metadata.json", {})
    wanted = {
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    return [f"the descriptor's {key} is wrong" for key, value in wanted.items() if found.get(key) != value]


def _root_faults(by_id: dict[str, Any]) -> list[str]:
    root = by_id.get("./", {})
    faults = [
        f"the root has no {key}"
        for key in ("name", "description", "datePublished", "license")
        if not root.get(key)
    ]
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", root.get("datePublished", "")):
        faults.append("datePublished is no day")
    actions = {key for key, entity in by_id.items() if is_of(entity, "CreateAction")}
    if actions != {one["@id"] for one in root.get("mentions", [])}:
        faults.append("the root does not mention every action")
    return faults + ([] if is_of(root, "Dataset") else ["the root is no Dataset"])


def _file_faults(key: str, entity: dict[str, Any], root: dict[str, Any], folder: Path | None) -> list[str]:
    faults = [] if {"@id": key} in root["hasPart"] else [f"{key} is no part of the root"]
    faults += [f"{key} has no {name}" for name in ("name", "encodingFormat") if not entity.get(name)]
    if key.startswith(("/", "#", "..")):
        faults.append(f"{key} is no relative path inside the crate, and no address")
    if folder and not ADDRESS.match(key) and not (folder / unquote(key)).is_file():
        faults.append(f"{key} does not exist")
    return faults


def _action_faults(key: str, entity: dict[str, Any], by_id: dict[str, Any]) -> list[str]:
    tools = [by_id.get(one["@id"], {"@type": ""}) for one in entity.get("instrument", [])]
    software = all(is_of(one, "SoftwareSourceCode") or is_of(one, "SoftwareApplication") for one in tools)
    faults = [] if tools and software else [f"{key} has an instrument that is no software"]
    return faults + [f"{key} has no {name}" for name in ("name", "object", "result") if not entity.get(name)]
