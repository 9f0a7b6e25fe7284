"""Notebook parameters: read from the cell tagged ``parameters``, checked before anything runs."""

from __future__ import annotations

import ast
import io
import json
import math
import tokenize
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from evalkit.errors import StudyError, UsageError, did_you_mean

#: Parameters that the command line sets by its own options.
SET_BY_OPTIONS: Final = {
    "study": "name the study: evalkit run STUDY",
    "lang": "use --lang",
    "place": "name the report of the place, such as --only place_dumai",
}

_RESTORE: Final = "Restore it from git, or save it again in JupyterLab."


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a notebook.

    Attributes
    ----------
    type
        ``str``, ``int``, ``float``, ``bool`` or ``list[str]``.
    comment
        What it means, from the comment behind it.
    """

    name: str
    type: str
    default: Any
    comment: str


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters of a notebook from its cell tagged ``parameters``.

    Raises
    ------
    StudyError
        If the notebook cannot be read, has no such cell, or the cell holds anything but annotated,
        commented assignments of plain values.
    """
    for cell in _read_cells(notebook):
        if "parameters" in cell["metadata"].get("tags", []):
            return dict(_parse_once("".join(cell["source"]), notebook.name))
    raise StudyError(
        f"{notebook.name} has no cell tagged 'parameters'. Give its first code cell this tag "
        "(JupyterLab: the gear icon at the right, Cell tags)."
    )


def _read_cells(notebook: Path) -> list[Mapping[str, Any]]:
    broken = f"{notebook.name} is not a readable notebook"
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(f"{broken}: {error.strerror}. Check its permissions.") from None
    except (ValueError, RecursionError) as error:
        raise StudyError(f"{broken}, which is JSON in UTF-8: {error}. {_RESTORE}") from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(map(_is_cell, cells)):
        raise StudyError(f"{broken}: its cells are missing or broken. {_RESTORE}")
    return cells


def _is_cell(cell: Any) -> bool:
    return (
        isinstance(cell, dict)
        and isinstance(cell.get("metadata"), dict)
        and isinstance(cell.get("source"), str | list)
        and cell.get("cell_type") in ("code", "markdown", "raw")
    )


def parse_parameters(source: str, place: str = "the parameters cell") -> dict[str, Parameter]:
    """Read annotated assignments with comments.

    Examples
    --------
    >>> parse_parameters("n_boot: int = 2000  # bootstrap replicates")["n_boot"]
    Parameter(name='n_boot', type='int', default=2000, comment='bootstrap replicates')
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise StudyError(f"{place}, parameters cell, line {error.lineno}: {error.msg}") from error
    comments = _comments(source)
    parameters: dict[str, Parameter] = {}
    for statement in statements:
        parameter = _parameter(statement, comments, place)
        if parameter.name in parameters:
            raise StudyError(f"{place} defines the parameter {parameter.name!r} twice")
        parameters[parameter.name] = parameter
    return parameters


@cache
def _parse_once(source: str, place: str) -> Mapping[str, Parameter]:
    """Parse a cell; a run asks for that of one notebook once for each study, and more."""
    return parse_parameters(source, place)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _parameter(statement: ast.stmt, comments: Mapping[int, str], place: str) -> Parameter:
    where = f"{place}, parameters cell, line {statement.lineno}"
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
        raise StudyError(
            f"{where}: expected 'name: type = default  # meaning', found {ast.unparse(statement)!r}"
        )
    name, kind = statement.target.id, ast.unparse(statement.annotation)
    comment = comments.get(statement.end_lineno or statement.lineno, "")
    if kind not in _TYPES:
        raise StudyError(f"{where}: the type of {name} is {kind!r}; it must be one of {', '.join(_TYPES)}")
    if not comment:
        raise StudyError(f"{where}: {name} needs a comment that says what it means")
    try:
        default = ast.literal_eval(statement.value) if statement.value else None
    except ValueError:
        default = None
    if not _TYPES[kind].is_right(default):
        raise StudyError(f"{where}: the default of {name} must be {_TYPES[kind].words}")
    return Parameter(name=name, type=kind, default=default, comment=comment)


def parse_settings(settings: Sequence[str]) -> dict[str, str]:
    """Split the ``name=value`` settings of ``-p``.

    Examples
    --------
    >>> parse_settings(["n_boot=500"])
    {'n_boot': '500'}
    """
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"-p {setting!r} is not name=value, for example: -p n_boot=500")
        if name in values:
            raise UsageError(f"-p {name} is given twice; give it once")
        if name in SET_BY_OPTIONS:
            raise UsageError(f"-p {name} cannot be set; {SET_BY_OPTIONS[name]}")
        values[name] = value
    return values


def check_known(names: Iterable[str], reports: Mapping[str, Mapping[str, Parameter]], *, where: str) -> None:
    """Raise if a parameter exists in none of the reports."""
    known = {name for parameters in reports.values() for name in parameters} - set(SET_BY_OPTIONS)
    unknown = [name for name in names if name not in known]
    if unknown:
        lines = [f"{where}: there is no parameter {name!r}: {did_you_mean(name, known)}" for name in unknown]
        shown = " ".join(sorted(reports)) if len(reports) == 1 else "REPORT"
        raise UsageError("\n".join([*lines, f"'evalkit parameters {shown}' lists them."]))


def convert(parameter: Parameter, value: Any, *, where: str) -> Any:
    """Return a value in the parameter's type; text is read as the command line writes it.

    Examples
    --------
    >>> places = Parameter(name="places", type="list[str]", default=[], comment="places")
    >>> convert(places, "insteval, ricci", where="-p")
    ['insteval', 'ricci']
    """
    kind = _TYPES[parameter.type]
    try:
        result = kind.read(value) if isinstance(value, str) else value
    except ValueError:
        result = None
    if parameter.type == "float" and isinstance(result, int) and not isinstance(result, bool):
        result = float(result)
    if not kind.is_right(result):
        raise UsageError(f"{where}: {parameter.name} must be {kind.words}; found {value!r}")
    return result


def describe_parameters(parameters: Mapping[str, Parameter]) -> str:
    """Lay parameters out as text: name, type, default, meaning.

    Examples
    --------
    >>> print(describe_parameters(parse_parameters("seed: int = 1  # seed of all randomness")))
      seed: int = 1
          seed of all randomness
    """
    return "\n".join(
        f"  {item.name}: {item.type} = {item.default!r}\n      {item.comment}" for item in parameters.values()
    )


@dataclass(frozen=True, slots=True)
class _Type:
    is_right: Callable[[Any], bool]
    read: Callable[[str], Any]
    words: str


def _read_bool(text: str) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.strip().lower() not in words:
        raise ValueError(text)
    return words[text.strip().lower()]


_TYPES: Final = {
    "str": _Type(lambda value: isinstance(value, str), str, "text"),
    "int": _Type(lambda value: isinstance(value, int) and not isinstance(value, bool), int, "a whole number"),
    "float": _Type(
        lambda value: isinstance(value, float) and math.isfinite(value),
        float,
        "a number, with a decimal point and not a comma",
    ),
    "bool": _Type(lambda value: isinstance(value, bool), _read_bool, "true or false"),
    "list[str]": _Type(
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        lambda text: [item.strip() for item in text.split(",") if item.strip()],
        "a list of names, on the command line with commas between them",
    ),
}
