"""A mapping file: which heading of a sheet is which field, where the headings are an office's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from evalkit.errors import EvalkitError, did_you_mean
from evalkit.intake.layouts import LAYOUTS
from evalkit.yaml_file import Found, describe_faults, read_yaml

_FIELDS: Final = "fields"
_REMEDY: Final = "A mapping file holds fields, and below it a heading and its field on each line: Butir 1: U1"


class MappingError(EvalkitError):
    """A mapping file that cannot be used, with the line of every fault."""


def read_mapping(path: Path) -> dict[str, str]:
    """Return the field of each heading that a mapping file names.

    Raises
    ------
    MappingError
        If it is no YAML, or names a field that no layout has.
    """
    file = read_yaml(path, path.name, MappingError)
    faults = [*file.repeated, *_find_faults(file.content)]
    if faults:
        raise MappingError(describe_faults(file, path.name, faults, _REMEDY))
    return {str(heading): field for heading, field in file.content[_FIELDS].items()}


def _find_faults(content: Any) -> list[Found]:
    if not isinstance(content, dict) or not isinstance(content.get(_FIELDS), dict):
        return [((), f"the key {_FIELDS!r} is missing, or holds no headings")]
    known = sorted({field for layout in LAYOUTS.values() for field in layout.kinds})
    faults: list[Found] = [((str(key),), f"unknown key {key!r}") for key in content if key != _FIELDS]
    for heading, field in content[_FIELDS].items():
        if field not in known:
            faults.append(
                ((_FIELDS, str(heading)), f"unknown field {field!r}; {did_you_mean(str(field), known)}")
            )
    return faults
