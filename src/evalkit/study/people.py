"""Whether reports may tell something of single people, and the names by which these would be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from evalkit.databases import connect
from evalkit.errors import UsageError
from evalkit.study.declared import read_package, read_persons
from evalkit.study.study_file import Study
from evalkit.vocabulary import LABELS

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence import Evidence

#: published: a source names them; hidden: reports are about five people or more; shown: they are not.
People = Literal["published", "hidden", "shown"]
#: Environment variable: ``hidden`` where notebooks are to leave out what tells something of single people.
PEOPLE_VARIABLE: Final = "EVALKIT_PEOPLE"
#: What the folder of reports about single people ends with.
APART: Final = ".people"
_COLUMNS: Final = ("employee", "rater", "supervisor")
_SHORTEST: Final = 4  # characters of a name that is looked for; shorter ones are in any number and word
_SHORTEST_NUMBER: Final = 8


def people_of(study: Study, *, shown: bool = False) -> People:
    """Return what reports of a study may tell of single people.

    Parameters
    ----------
    shown
        Whether reports about single people were asked for.

    Raises
    ------
    UsageError
        If they were, and nothing is left out of the study's reports anyway.
    """
    protected = _is_protected(study)
    if shown and not protected:
        raise UsageError(
            f"The people of {study.name} are published, so its reports leave nothing out. Run it without "
            "--people."
        )
    if not protected:
        return "published"
    return "shown" if shown else "hidden"


def _is_protected(study: Study) -> bool:
    try:
        return read_persons(read_package(study)) == "protected"
    except (OSError, ValueError, RecursionError):
        return study.kind != "synthetic"  # what cannot be read is refused when evidence is checked


def name_reports(study: str, people: str) -> str:
    """Return the name of the folder in ``reports/`` for a study.

    Examples
    --------
    >>> name_reports("mine", "hidden"), name_reports("mine", "shown")
    ('mine', 'mine.people')
    """
    return study + APART if people == "shown" else study


def say_run(reports: str) -> str:
    """Return the command that builds a folder of `reports/`.

    Examples
    --------
    >>> say_run("mine"), say_run("mine.people")
    ('evalkit run mine', 'evalkit run mine --people')
    """
    study = reports.removesuffix(APART)
    return f"evalkit run {study}" + (" --people" if study != reports else "")


def list_names(evidence: Evidence) -> frozenset[str]:
    """Return what the people of some evidence are known by, as far as it can be told from other words."""
    tables = (evidence.observations, evidence.employees, evidence.interventions, evidence.recorded)
    return _telling(name for table in tables for name in _names_in(table))


def read_names(study: Study) -> frozenset[str]:
    """Return the same from the files of a study; files that cannot be read have none."""
    names: set[str] = set()
    with (
        connect(threads=1) as connection,
        suppress(OSError, ValueError, KeyError, TypeError),
    ):
        for entry in read_package(study).get("resources", ()):
            for path in _paths(study.folder, entry):
                names.update(_read_names(connection, path))
    return _telling(names)


def _paths(folder: Path, entry: Mapping[str, Any]) -> Iterator[Path]:
    path = entry["path"]
    yield from (folder / one for one in (path if isinstance(path, list) else [path]))


def _read_names(connection: Any, path: Path) -> Iterator[str]:
    import duckdb

    reader = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, all_varchar = true)"
    with suppress(duckdb.Error):
        table = connection.sql(f"SELECT * FROM {reader}", params=[str(path)])
        columns = [name for name in _COLUMNS if name in table.columns]
        lists = (f'list(DISTINCT "{name}"::VARCHAR)' for name in columns)
        found = table.aggregate(", ".join(lists)).fetchall() if columns else []
        yield from (value for values in chain(*found) for value in values or () if value)


def _names_in(table: pd.DataFrame) -> Iterator[str]:
    for column in (name for name in _COLUMNS if name in table.columns):
        yield from map(str, table[column].dropna().unique())


def _telling(names: Iterable[str]) -> frozenset[str]:
    """Return the names that a text cannot hold by chance: no code, no short number, no few letters."""
    return frozenset(
        name
        for name in names
        if name not in LABELS and len(name) >= (_SHORTEST_NUMBER if name.isdigit() else _SHORTEST)
    )
