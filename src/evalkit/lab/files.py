"""Simulated evidence in files: a study folder, drawn place by place where there are many people."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd

from evalkit.databases import connect
from evalkit.errors import UsageError
from evalkit.evidence import TABLES, Evidence, write_schema
from evalkit.lab.profiles import Profile
from evalkit.lab.service_changes import SERVICE_CHANGES
from evalkit.lab.simulate import SIZES, TABLES_BESIDE, Dose, simulate
from evalkit.lab.streams import Streams

#: People who are drawn together, and written to one file of a table; more are drawn place by place.
MOST_AT_ONCE: Final = 50_000
_FEWEST: Final = 10  # people of a place
_WRITTEN: Final = {
    **{name: TABLES[name] for name in ("evidence", *TABLES_BESIDE)},
    SERVICE_CHANGES.name: SERVICE_CHANGES,
}

_STUDY: Final = """\
# What is run on this evidence. Nothing here is about a real place: all of it was simulated.
title:
  en: "{title_en}"
  id: "{title_id}"
kind: synthetic
languages: [en]
methods: [semarang, dumai, bengkulu, surakarta, senapelan]
notebooks: [01_methods, 02_evidence, 03_scores, 05_agreement]
parameters:
  without: [overall_rating, new_idea]  # an overall verdict, and what is recorded once a year
seed: {seed}
"""


def divide(n_people: int, *, at_once: int = MOST_AT_ONCE) -> dict[str, int]:
    """Divide people among five places in the proportions of `SIZES`; many among several such fives.

    Raises
    ------
    UsageError
        If they are too few for five places.

    Examples
    --------
    >>> divide(100)
    {'semarang': 48, 'surakarta': 20, 'bengkulu': 12, 'dumai': 10, 'senapelan': 10}
    >>> list(divide(120_000))[4:6]
    ['senapelan-1', 'semarang-2']
    """
    if n_people < _FEWEST * len(SIZES):
        raise UsageError(
            f"Five places need at least {_FEWEST * len(SIZES)} people, {_FEWEST} each; found {n_people}."
        )
    n_fives = -(-n_people // at_once)
    sizes: dict[str, int] = {}
    for i in range(n_fives):
        n, name = n_people // n_fives + (i < n_people % n_fives), f"-{i + 1:0{len(str(n_fives))}d}"
        five = {place: max(_FEWEST, round(n * size / sum(SIZES.values()))) for place, size in SIZES.items()}
        five["semarang"] += n - sum(five.values())
        sizes |= {place + (name if n_fives > 1 else ""): size for place, size in five.items()}
    return sizes


def simulate_to_files(
    sizes: Mapping[str, int],
    folder: str | Path,
    *,
    seed: int,
    profile: str | Profile = "administrative",
    dose: Dose | None = None,
    at_once: int = MOST_AT_ONCE,
    report: Callable[[str], None] = lambda line: None,
) -> int:
    """Write a study folder with simulated evidence: tables in Parquet, truth among them, and what is run.

    Up to ``at_once`` people are drawn as `simulate` draws them, and each table is one file, so that the
    folder can be run as any study. More are drawn place by place, so that memory stays bounded, and each
    table is a folder with a file for each place, which `evalkit.methods.score_parquet` scores. There each
    place has a seed of its own, made of the seed and its name: it does not depend on the other places.

    The folder appears when all of it is written; what an interrupted run has written is removed.

    Parameters
    ----------
    sizes
        People of each place, as `divide` makes them.
    folder
        A new folder, or an empty one.
    seed, profile, dose
        As for `simulate`.
    report
        Gets a line for each place or study that was written.

    Returns
    -------
    int
        Number of observations.

    Raises
    ------
    UsageError
        If the folder is not empty, another run is writing it, a place has more than ``at_once`` people, or
        the seed is no whole number of at least 0.
    """
    if seed < 0:
        raise UsageError(f"The seed must be a whole number of at least 0; found {seed}.")
    pieces = list(_cut(sizes, seed, at_once))
    n_rows = 0
    files: dict[str, list[str]] = {name: [] for name in _WRITTEN}
    with new_folder(Path(folder)) as building:
        for number, (some, own_seed) in enumerate(pieces, start=1):
            evidence = simulate(some, seed=own_seed, profile=profile, dose=dose)
            if len(pieces) > 1:
                evidence = _name_events(evidence)
            for name, file in _write_tables(evidence, building, number if len(pieces) > 1 else 0):
                files[name].append(file)
            n_rows += len(evidence.observations)
            report(
                f"[{number}/{len(pieces)}] {', '.join(some)}: {sum(some.values()):,} people, "
                f"{len(evidence.observations):,} observations"
            )
        _describe(building, files, sum(sizes.values()), seed)
    return n_rows


def _cut(sizes: Mapping[str, int], seed: int, at_once: int) -> Iterator[tuple[dict[str, int], int]]:
    """Yield the places that are drawn together, and their seed."""
    if sum(sizes.values()) <= at_once:
        yield dict(sizes), seed
        return
    if large := [f"{place}: {n:,}" for place, n in sizes.items() if n > at_once]:
        raise UsageError(
            f"A place is drawn as a whole and may have {at_once:,} people; found {', '.join(large)}. "
            "Divide it into several places."
        )
    for place, n in sizes.items():
        yield {place: n}, Streams(seed).derive(f"place {place}")


def _name_events(evidence: Evidence) -> Evidence:
    """Put the place before the number of each event, as numbers begin anew in each place."""
    events = evidence.events
    return replace(evidence, events=events.assign(event=events["place"] + "-" + events["event"]))


def _write_tables(evidence: Evidence, folder: Path, number: int) -> Iterator[tuple[str, str]]:
    """Write every table to one file, or to the file with a number; yield its name and the file."""
    beside = {name: getattr(evidence, name) for name in TABLES_BESIDE}
    for name, frame in {"evidence": evidence.observations, **beside, **evidence.extras}.items():
        file = f"{name}/{number:04d}.parquet" if number else f"{name}.parquet"
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        try:
            _write_table(frame, path)
        except duckdb.IOException as error:
            raise OSError(errno.EIO, "it cannot be written; the disk may be full", str(path)) from error
        yield name, file


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    dates = [
        f"{column}::DATE AS {column}"
        for column in map(str, frame)
        if column.endswith("_on") or pd.api.types.is_datetime64_any_dtype(frame[column])
    ]
    columns = f"* REPLACE ({', '.join(dates)})" if dates else "*"
    with connect(threads=1) as connection:  # one, so that the rows keep their order
        connection.register("rows", frame)
        connection.sql(f"SELECT {columns} FROM rows").write_parquet(str(path))


def _describe(folder: Path, files: Mapping[str, list[str]], n_people: int, seed: int) -> None:
    """Write ``datapackage.json`` and ``study.yaml``."""
    package = {
        "profile": "data-package",
        "name": "simulated",
        "description": "Simulated by evalkit; about nobody, and no real place is like it.",
        "evalkit": {"kind": "synthetic"},
        "licenses": [{"name": "CC0-1.0", "title": "Simulated: nobody's data"}],
        "resources": [
            {
                "name": name,
                "path": paths[0] if len(paths) == 1 else paths,
                "format": "parquet",
                "schema": write_schema(_WRITTEN[name]),
            }
            for name, paths in files.items()
        ],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False)
    (folder / "datapackage.json").write_text(f"{text}\n", encoding="utf-8")
    study = _STUDY.format(
        title_en=f"{n_people:,} simulated people, seed {seed}",
        title_id=f"{n_people:,} orang simulasi, benih {seed}".replace(",", "."),
        seed=seed,
    )
    (folder / "study.yaml").write_text(study, encoding="utf-8")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder that takes the place of a new one at the end, and is removed if that fails.

    Raises
    ------
    UsageError
        If there is something in the folder already, or another run is writing it.
    """
    folder = folder.resolve()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} exists already, and is not empty. Name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.with_name(f".{folder.name}.part")
    building.mkdir(exist_ok=True)
    handle = os.open(building, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"Another run is writing {folder}; wait until it ends.") from error
        try:
            _clear(building)  # what a killed run has left
            yield building
            building.rename(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
