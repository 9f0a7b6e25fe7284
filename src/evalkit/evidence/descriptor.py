"""``datapackage.json``: which files a study has, in which format, with which columns and hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal, cast

from evalkit.errors import StudyError
from evalkit.evidence.schema import FIELD_KINDS, TABLES, Table, table_from_schema

DESCRIPTOR: Final = "datapackage.json"
#: Whether a published source names the people of a study, or numbers about single people are to stay inside.
PERSONS: Final = ("published", "protected")
Format = Literal["csv", "parquet"]
#: Tables that are small, and whose rows refer to one another or to all others.
_ONE_FILE: Final = ("indicators", "corrections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One file of a study.

    Attributes
    ----------
    name
        Name of the table.
    part
        Name of this file among all: that of the table, and where it has several files, their own beside it.
    file
        Path inside the study folder.
    format
        csv or parquet.
    table
        What the file must hold.
    sha256
        Hash that the descriptor states, in lower case; empty where it states none.
    """

    name: str
    file: str
    format: Format
    table: Table
    sha256: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What ``datapackage.json`` says: the kind of evidence and the files."""

    kind: Literal["real", "synthetic"]
    never_scored: tuple[str, ...]
    resources: tuple[Resource, ...]


def read_descriptor(folder: Path) -> Descriptor:
    """Read and check the ``datapackage.json`` of a study folder.

    Raises
    ------
    StudyError
        If it is missing, is no JSON, or says something that cannot be used; all of it at once.
    """
    package = _read_json(folder / DESCRIPTOR)
    problems: list[str] = []
    about = package.get("evalkit")
    kind, never_scored = (
        (about.get("kind"), about.get("never_scored", [])) if isinstance(about, dict) else ("", [])
    )
    if kind not in ("real", "synthetic"):
        problems.append('"evalkit": {"kind": …} must be "real" or "synthetic"')
    if not isinstance(never_scored, list) or not all(isinstance(name, str) for name in never_scored):
        problems.append('"evalkit": {"never_scored": …} must be a list of indicators')
    if isinstance(about, dict) and not isinstance(about.get("observed", ""), str):
        problems.append('"evalkit": {"observed": …} must be text, such as "1977" or "2025Q1–2025Q4"')
    if isinstance(about, dict) and about.get("persons", PERSONS[0]) not in PERSONS:
        problems.append('"evalkit": {"persons": …} must be "published" or "protected"')
    entries = package.get("resources")
    if not isinstance(entries, list):
        problems.append('"resources" must list the study\'s tables: "resources": [{"name": …, "path": …}, …]')
        entries = []
    resources = [each for i, entry in enumerate(entries) for each in _resources(entry, i, problems)]
    names = [name for entry in entries if isinstance(entry, dict) and (name := str(entry.get("name", "")))]
    problems += [f"two resources are named {name!r}" for name in sorted(set(names)) if names.count(name) > 1]
    if not problems and "evidence" not in names:
        problems.append(f'no resource is named "evidence"; found: {", ".join(names) or "none"}')
    if problems:
        raise StudyError(
            f"{folder / DESCRIPTOR} cannot be used:\n" + "\n".join(f"  {p}" for p in problems),
            found=[(0, problem) for problem in problems],
        )
    return Descriptor(
        kind=cast(Literal["real", "synthetic"], kind),
        never_scored=tuple(never_scored),
        resources=tuple(resources),
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        package = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once_each)
    except FileNotFoundError:
        raise StudyError(
            f"{path} is missing. A study folder needs it: it names the study's tables and their files."
        ) from None
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not UTF-8 at byte {error.start + 1}. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise StudyError(
            f"{path} is not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from None
    except KeyError as error:
        raise StudyError(
            f"{path} has the key {error.args[0]!r} twice in one object. Take one of them out."
        ) from None
    except RecursionError:
        raise StudyError(f"{path} is nested too deeply to be read.") from None
    if not isinstance(package, dict):
        raise StudyError(f"{path} must hold one JSON object, {{…}}.")
    return package


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; JSON would silently keep the last value of a repeated key."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise KeyError(key)
        values[key] = value
    return values


def _resources(entry: object, index: int, problems: list[str]) -> list[Resource]:
    """Read the files of one resource; add what is wrong with them to the problems."""
    where = f"resources[{index}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        problems.append(f'{where} must be an object with a "name"')
        return []
    name, files = entry["name"], entry.get("path")
    where += f" ({name})"
    if not isinstance(files, list):
        resource = _resource(entry, files, entry.get("hash", ""), where, problems)
        return [resource] if resource else []
    if fault := _list_fault(entry, files):
        problems.append(f"{where}: {fault}")
        return []
    hashes = entry.get("hashes", {})
    stated = hashes if isinstance(hashes, dict) else {}
    read = [_resource(entry, file, stated.get(file, ""), where, problems) for file in files]
    return [replace(each, part=f"{name}: {each.file}") for each in read if each]


def _list_fault(entry: Mapping[str, Any], files: list[object]) -> str:
    """Say why a table cannot be read from these files; empty where it can."""
    if entry.get("format") == "parquet" or any(str(file).endswith(".parquet") for file in files):
        return (
            f'"path" lists {len(files)} files, and a table in Parquet is read from one. Join them; evidence '
            "that is too large for that is scored by evalkit.methods.score_parquet"
        )
    if entry["name"] in _ONE_FILE:
        return f'"path" lists {len(files)} files, and this table is read from one. Join them'
    if not files:
        return '"path" lists no file; name one at least'
    twice = sorted({str(file) for file in files if files.count(file) > 1})
    return f'"path" lists {", ".join(twice)} twice; take one of them out' if twice else ""


def _resource(
    entry: Mapping[str, Any], file: object, stated: object, where: str, problems: list[str]
) -> Resource | None:
    """Read one file of a resource; add what is wrong with it to the problems and return None."""
    name, n_before = entry["name"], len(problems)
    if not isinstance(file, str) or not _inside(file):
        problems.append(f'{where}: "path" must name one file inside the study folder, found {file!r}')
    file_format = entry.get("format") or PurePosixPath(str(file)).suffix.lstrip(".")
    if file_format not in ("csv", "parquet"):
        problems.append(f'{where}: "format" must be csv or parquet, found {file_format!r}')
    sha256 = str(stated)
    if sha256 and not sha256.startswith("sha256:"):
        problems.append(f'{where}: "hash" must start with "sha256:", found {sha256[:20]!r}')
    table = TABLES.get(name) or _extra(name, entry.get("schema"), where, problems)
    if table is None or len(problems) > n_before:
        return None
    return Resource(
        name=name,
        file=str(file),
        format=cast(Format, file_format),
        table=table,
        sha256=sha256.removeprefix("sha256:").lower(),
        part=name,
    )


def _inside(file: str) -> bool:
    path = PurePosixPath(file)
    return (
        file.isprintable()
        and bool(file)
        and not path.is_absolute()
        and ".." not in path.parts
        and "\\" not in file
    )


def _extra(name: str, schema: object, where: str, problems: list[str]) -> Table | None:
    """Read the table of a resource that is none of the standard ones."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("fields"), list):
        problems.append(
            f'{where}: a table of your own needs "schema": {{"fields": […]}}. '
            f"The standard tables are {', '.join(TABLES)}."
        )
        return None
    try:
        return table_from_schema(name, schema)
    except (KeyError, TypeError, AttributeError):
        problems.append(
            f'{where}: each of "fields" needs a "name" and a "type" that is one of {", ".join(FIELD_KINDS)}'
        )
        return None
