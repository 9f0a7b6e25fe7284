"""A small synthetic study whose people two methods scored: agreement and differences, from file to page."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.study.runner import run_studies

ROOT = Path(__file__).parents[2]
METHOD = """\
name: {name}
title: {{id: "{name}", en: "{name}"}}
principle: {{id: "x", en: "x"}}
cadence: {{id: "x", en: "x"}}
summary: {{id: "x", en: "x"}}
components:
  - name: one
    indicators: [integrity, initiative, discipline]
    sources: [{source}]
    part: result
    transform: {{kind: linear}}
    weight: 1.0
    range: [1.0, 1.0]
raters: {{{source}: 1.0}}
expectation: {{meets: 50, above: 80, meets_range: [40, 60], above_range: [70, 90]}}
pp30: {{behaviour_weight: 0.3, top: 120}}
minutes_per_observation: {{{source}: 1}}
"""
STUDY = """\
title: {en: Two methods over the same people}
kind: synthetic
languages: [en]
methods: [first, second]
method_files: [methods/*.yaml]
notebooks: [05_agreement, 06_differences]
families:
  methods: {by: method, because: Both read one scale.}
margins:
  methods: {value: 10, because: Four tenths of a step of the scale.}
links:
  - method_a: first
    method_b: second
    slope: 1.0
    intercept: 2.0
    error_ratio: 1.5
    because: Another 60 people were scored by both.
n_boot: 60
"""
COLUMNS = ["place", "unit", "employee", "period", "indicator", "source", "rater", "item", "value", "status"]


def write_crossed(folder: Path) -> Path:
    """Write two places of 24 people in eight units, rated by a citizen and a peer on three indicators."""
    rng = np.random.default_rng(11)
    rows = []
    for place, level in (("north", 2.6), ("south", 3.2)):
        for i in range(24):
            person = level + rng.normal(0, 0.4)
            rows += [
                (
                    *(
                        place,
                        f"u{i % 8}",
                        f"{place}{i:02d}",
                        "2025Q1",
                        indicator,
                        source,
                        f"{source}-{i % 8}",
                    ),
                    *("", round(float(np.clip(person + lift + rng.normal(0, 0.3), 1, 5)), 3), "recorded"),
                )
                for indicator in ("integrity", "initiative", "discipline")
                for source, lift in (("citizen", 0.0), ("peer", 0.3))
            ]
    (folder / "methods").mkdir(parents=True)
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "evidence.csv", index=False)
    for name, source in (("first", "citizen"), ("second", "peer")):
        (folder / f"methods/{name}.yaml").write_text(METHOD.format(name=name, source=source), "utf-8")
    (folder / "study.yaml").write_text(STUDY, "utf-8")
    fields = [{"name": name, "type": "number" if name == "value" else "string"} for name in COLUMNS]
    package = {
        "name": folder.name,
        "title": "Made",
        "evalkit": {"kind": "synthetic"},
        "licenses": [{"name": "CC0-1.0"}],
        "sources": [{"title": "made up for a test"}],
        "resources": [
            {"name": "evidence", "path": "evidence.csv", "format": "csv", "schema": {"fields": fields}}
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The study built once: its folder of reports, and the rows of its results."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("crossed") / "bench"
        write_crossed(root / "data/crossed")
        (root / "notebooks").mkdir()
        for name in ("05_agreement", "06_differences"):
            shutil.copy(ROOT / f"notebooks/{name}.ipynb", root / "notebooks")
        patch.chdir(root)
        run = run_studies(stream=io.StringIO(), jobs=2)
        assert [outcome.failure for outcome in run.failed] == []
        with (root / "reports/crossed/results.csv").open(encoding="utf-8") as file:
            return root / "reports/crossed", list(csv.DictReader(file))


@pytest.fixture(scope="module")
def scores(built):
    """Mean points of each person: the position between 1 and 5 of the mean of three ratings."""
    frame = pd.read_csv(built[0].parents[1] / "data/crossed/evidence.csv")
    means = frame.pivot_table(index=["place", "employee"], columns="source", values="value")
    return 25 * (means - 1)


def quantity(rows, name, **where):
    found = [row for row in rows if row["quantity"] == name and where.items() <= row.items()]
    assert len(found) == 1, (name, where, len(found))
    return found[0]


def test_the_link_of_the_study_gives_limits_within_each_place_and_over_both(built, scores):
    gap = scores["citizen"] - (2 + scores["peer"])
    for place in ("north", "south"):
        row = quantity(built[1], "bias", place=place)
        assert float(row["estimate"]) == pytest.approx(gap[place].mean())
        assert row["n"] == "24"
    row = quantity(built[1], "pooled_bias")
    assert float(row["estimate"]) == pytest.approx(gap.mean())
    assert row["caveat"].startswith("in one unit because Another 60 people were scored by both; 2 places")
    limit = quantity(built[1], "pooled_upper_limit_of_agreement")
    assert float(row["conf_high"]) < float(limit["conf_low"])
    quantity(built[1], "pooled_deming_slope")
    quantity(built[1], "pooled_lin_concordance")


def test_a_family_over_both_places_stands_beside_each_of_them(built, scores):
    gap = scores["peer"] - scores["citizen"]
    where = {"group": "methods", "method_a": "second", "method_b": "first"}
    for place in ("north", "south"):
        row = quantity(built[1], "mean_difference", place=place, **where)
        assert float(row["estimate"]) == pytest.approx(gap[place].mean())
    row = quantity(built[1], "pooled_mean_difference", **where)
    assert float(row["estimate"]) == pytest.approx(gap.mean())
    assert "16 units: cluster-robust (CR3)" in row["caveat"]
    assert row["place"] == ""


def test_the_pages_say_and_draw_both(built):
    agreement = (built[0] / "05_agreement.html").read_text(encoding="utf-8")
    assert "Put in one unit by a link from other data, first less second is" in agreement
    assert "Within single places, first less second is" in agreement
    assert (built[0] / "figures/05_agreement-fig-limits.svg").is_file()
    assert (built[0] / "tables/05_agreement-tbl-links.csv").is_file()
    differences = (built[0] / "06_differences.html").read_text(encoding="utf-8")
    assert "Pooled over 2 places (these and no others, every person counting alike)" in differences
    assert "all places, pooled" in differences
    assert differences.index("Pooled over 2 places") < differences.index("In north, ")
