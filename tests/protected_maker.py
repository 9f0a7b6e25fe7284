"""A study on people whom no source has published: simulated, and named by what must never be found again."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from evalkit.lab.files import divide, simulate_to_files

#: What every fifth person is known by; composed here, as no number of a person may stand in a file.
_NAMES = ("Ratnawulan Prameswari", "Hadikusumo Wirjawan", "Dyahayu Kencanawati")
_TABLES = ("evidence", "employees", "events", "interventions", "recorded")


def plant(number: int) -> str:
    """Return what one person is known by: a pseudonym, or every fifth time a name."""
    if number % 5 == 0:
        return f"{_NAMES[number % len(_NAMES)]} {number}"
    return f"asn-{(number * 2654435761) % 2**32:08x}"


def write_protected_study(
    folder: Path, *, n_people: int = 60, notebooks: str = "[02_evidence, 03_scores]"
) -> frozenset[str]:
    """Write a study of real kind, and return what its people are known by."""
    simulate_to_files(divide(n_people), folder, seed=5)
    for name in ("truth", "service_changes"):
        (folder / f"{name}.parquet").unlink()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["evalkit"] = {"kind": "real"}
    package["resources"] = [
        {key: value for key, value in entry.items() if key != "hash"}
        for entry in package["resources"]
        if entry["name"] not in ("truth", "service_changes")
    ]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    study = (folder / "study.yaml").read_text(encoding="utf-8").replace("kind: synthetic", "kind: real")
    head, *_ = study.partition("notebooks: ")
    study = f"{head}notebooks: {notebooks}\nseed: 5\n"
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    return _rename(folder)


def _rename(folder: Path) -> frozenset[str]:
    """Give everybody in the tables another name, raters too."""
    with duckdb.connect(config={"threads": 1}) as connection:
        people = connection.sql(f"SELECT employee FROM '{folder}/employees.parquet' ORDER BY 1").fetchall()
        names = {person: plant(i) for i, (person,) in enumerate(people)}
        connection.execute("CREATE TABLE names (old VARCHAR, new VARCHAR)")
        connection.executemany("INSERT INTO names VALUES (?, ?)", list(names.items()))
        for table in _TABLES:
            _rename_in(connection, folder / f"{table}.parquet")
    return frozenset(names.values())


def _rename_in(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    columns = connection.sql(f"SELECT * FROM '{path}'").columns
    renamed = [
        f"coalesce((SELECT new FROM names WHERE old = t.{name}), t.{name}) AS {name}"
        for name in ("employee", "rater", "supervisor")
        if name in columns
    ]
    new = path.with_suffix(".new")
    select = f"SELECT * REPLACE ({', '.join(renamed)}) FROM '{path}' t"
    connection.execute(f"COPY ({select}) TO '{new}' (FORMAT parquet)")
    new.replace(path)
