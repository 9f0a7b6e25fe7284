"""Dependability of the reported score, under the design that it really has."""

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from score_maker import draw_ratings, evidence_of, gather, make_method

from evalkit.compare import measure_score_dependability
from evalkit.compare.score_fit import FEW_UNITS, ONE_OCCASION
from evalkit.methods import score_methods
from evalkit.stats import combine_dependability
from evalkit.stats.score_designs import FEW_CLUSTERS
from evalkit.study import start

COVARIANCES = {
    "universe": [[100, 60], [60, 80]],
    "occasion": [[20, 5], [5, 30]],
    "rater": [[60, 40], [40, 50]],
    "residual": [[100, 20], [20, 120]],
}
POINTS = 1 / 20  # the scale of -1000 to 1000 becomes 0 to 100
PARTS = [("a", ("peer",), 0.6, "result"), ("b", ("peer",), 0.4, "behaviour")]
WEIGHTS = np.array([0.6, 0.4])


def ratings(n=300, *, n_raters=3, n_occasions=4, seed=3, covariances=COVARIANCES, **options):
    rng = np.random.default_rng(seed)
    return draw_ratings(
        n, n_raters=n_raters, n_occasions=n_occasions, covariances=covariances, rng=rng, **options
    )


def measure(rows, parts=PARTS, **options):
    evidence = gather(rows) if isinstance(rows, list) else rows
    scores = score_methods(evidence, [make_method(parts, minutes=options.pop("minutes", None))])
    return measure_score_dependability(
        scores, evidence, **{"n_boot": 100, "rng": np.random.default_rng(1), **options}
    )


def numbers(found, design="as reported"):
    rows = found.coefficients[found.coefficients["design"] == design]
    return rows.set_index("quantity")


def known(n_occasions, n_raters):
    matrix = {name: np.array(each, dtype=float) for name, each in COVARIANCES.items()}
    error = (
        matrix["occasion"] / n_occasions
        + matrix["rater"] / n_raters
        + matrix["residual"] / (n_occasions * n_raters)
    )
    return combine_dependability(matrix["universe"], error, WEIGHTS)


@pytest.fixture(scope="module")
def units():
    return np.arange(300) % 20


@pytest.fixture(scope="module")
def found(units):
    return measure(evidence_of(ratings(), ["a", "b"], "peer", units=units))


def test_known_components_give_the_known_dependability(found):
    for design, size in (("as reported", 4), ("one occasion", 1)):
        rows, truth = numbers(found, design), known(size, 3)
        phi, sem = rows.loc["score_generalizability"], rows.loc["score_standard_error"]
        assert phi["conf_low"] < truth.phi < phi["conf_high"]
        assert sem["conf_low"] < truth.sem * POINTS < sem["conf_high"]
    assert found.coefficients["basis"].unique().tolist() == ["raters and occasions"]
    assert found.coefficients["caveat"].unique().tolist() == [FEW_CLUSTERS]
    assert found.refused.empty


def test_more_raters_and_occasions_are_projected_as_the_known_components_say(found):
    designs = found.designs.set_index(["n_occasions", "raters"])
    assert len(designs) == 35
    for size, times in ((1, 1.0), (4, 2.0), (12, 10.0)):
        assert designs.loc[(size, times), "estimate"] == pytest.approx(known(size, 3 * times).phi, abs=0.06)


def test_the_cheapest_design_reaches_the_target_with_the_fewest_minutes(units):
    rows = evidence_of(ratings(), ["a", "b"], "peer", units=units)
    found = measure(rows, minutes={"peer": 5.0})
    designs, (cheapest,) = found.designs, found.cheapest().to_dict("records")
    enough = designs[designs["estimate"] >= 0.8]
    assert cheapest["minutes"] == enough["minutes"].min()
    at_hand = designs[(designs["n_occasions"] == 4) & (designs["raters"] == 1)]["minutes"].iloc[0]
    assert at_hand == 4 * 3 * 2 * 5.0
    never = measure(rows, target=0.999).cheapest()
    assert never["minutes"].isna().all()


def test_a_raters_view_that_lasts_is_error_only_where_raters_can_be_told_apart(units):
    """One rater a person, four quarters: the rater's view counts as the person's, and that is said."""
    found = measure(evidence_of(ratings(n_raters=1), ["a", "b"], "peer", units=units))
    row = numbers(found).loc["score_generalizability"]
    matrix = {name: np.array(each, dtype=float) for name, each in COVARIANCES.items()}
    truth = combine_dependability(
        matrix["universe"] + matrix["rater"], (matrix["occasion"] + matrix["residual"]) / 4, WEIGHTS
    )
    assert row["conf_low"] < truth.phi < row["conf_high"]
    assert row["basis"] == "occasions"
    assert row["caveat"] == (
        "over occasions only: raters cannot be told apart (a, b (peer): most are rated by one rater), so "
        f"their own views count as the person's; {FEW_CLUSTERS}"
    )
    assert found.designs["raters"].unique().tolist() == [1]


def test_one_source_whose_raters_are_one_each_takes_raters_from_the_whole_score(units):
    parts = [("a", ("peer", "supervisor"), 1.0, "result")]
    rows = evidence_of(ratings()[..., :1], ["a"], "peer", units=units)
    rows += evidence_of(ratings(n_raters=1, seed=2)[..., :1], ["a"], "supervisor", units=units)
    found = measure(rows, parts)
    assert found.coefficients["basis"].unique().tolist() == ["occasions"]
    assert "a (supervisor): most are rated by one rater" in found.coefficients["caveat"].iloc[0]
    assert "peer" not in found.coefficients["caveat"].iloc[0]


def test_what_no_person_counts_has_no_raters_to_tell_apart(units):
    parts = [("a", ("peer",), 0.5, "result"), ("c", ("system",), 0.5, "result")]
    rows = evidence_of(ratings()[..., :1], ["a"], "peer", units=units)
    rows += evidence_of(ratings(n_raters=1, seed=2)[..., :1], ["c"], "system", units=units)
    found = measure(rows, parts)
    assert found.coefficients["basis"].unique().tolist() == ["raters and occasions"]
    many = found.designs[found.designs["n_occasions"] == 4].set_index("raters")["sem"]
    counted = (20 + 60 + 100) / 4 * 0.25 * POINTS**2
    assert many[10.0] ** 2 > counted * 0.8


def test_oneself_is_a_rater_of_whom_there_is_no_other(units):
    found = measure(
        evidence_of(ratings(n_raters=1)[..., :1], ["a"], "self", units=units),
        [("a", ("self",), 1.0, "result")],
    )
    assert "one can rate oneself only once" in found.coefficients["caveat"].iloc[0]


def test_raters_on_one_occasion_give_dependability_over_raters(units):
    found = measure(evidence_of(ratings(n_occasions=1), ["a", "b"], "peer", units=units))
    assert found.coefficients["basis"].unique().tolist() == ["raters"]
    assert found.coefficients["caveat"].unique().tolist() == [f"{ONE_OCCASION}; {FEW_CLUSTERS}"]
    assert found.coefficients["design"].unique().tolist() == ["as reported"]
    assert found.designs["n_occasions"].unique().tolist() == [1]


def test_a_panel_that_rates_everyone_counts_severity_for_the_score_and_not_for_the_order(units):
    severe = ratings(panel=True, severity=np.full((2, 2), 900.0), n_raters=6)
    rows = numbers(measure(evidence_of(severe, ["a", "b"], "peer", units=units, panel=True)))
    phi, order = (rows.loc[name, "estimate"] for name in ("score_dependability", "score_generalizability"))
    assert phi < order - 0.1
    assert order == pytest.approx(known(4, 6).phi, abs=0.06)


def test_one_rater_on_one_occasion_is_refused_with_the_parts_that_stand_in_the_way(units):
    rows = evidence_of(ratings(n_occasions=1, n_raters=1), ["a", "b"], "peer", units=units)
    (refused,) = measure(rows).refused.to_dict("records")
    assert refused == {
        "method": "made",
        "place": "here",
        "reason": "Dependability needs several raters or several occasions of every part of the score: of "
        "a, b (peer) there is one value a person, by one rater on one occasion.",
    }


def test_averaged_ratings_are_refused_and_say_what_alpha_would_be():
    session = start(study="judges")
    found = measure_score_dependability(
        session.scores, session.evidence, n_boot=10, rng=np.random.default_rng(1)
    )
    reasons = found.refused.set_index("method")["reason"]
    assert list(reasons.index) == ["semarang", "dumai", "bengkulu", "surakarta", "senapelan"]
    assert "one rater name for each source (lawyers)" in reasons["dumai"]
    assert "Alpha over its parts would be internal consistency." in reasons["dumai"]
    assert reasons.drop("dumai").str.startswith("Not estimable").all()
    rows = found.to_results()
    assert rows["estimate"].isna().all()
    assert (rows["caveat"] != "").all()


def test_the_same_officials_rated_by_two_panels_have_a_dependability():
    session = start(study="judges")
    rows = session.evidence.observations
    noise = np.random.default_rng(1).normal(0, 0.3, size=len(rows))
    second = rows.assign(rater="others", value=(rows["value"] + noise).clip(0, 10))
    both = pd.concat([rows, second], ignore_index=True)
    evidence = make_evidence(both.to_dict("records"), indicators=session.evidence.indicators)
    scores = score_methods(evidence, session.methods, mappings=session.study.mappings)
    found = measure_score_dependability(scores, evidence, n_boot=50, rng=np.random.default_rng(1))
    assert found.coefficients["method"].unique().tolist() == ["dumai"]
    assert found.coefficients["basis"].unique().tolist() == ["raters"]
    assert 0.9 < numbers(found).loc["score_dependability", "estimate"] < 1


def test_few_people_are_refused():
    (refused,) = measure(evidence_of(ratings(9), ["a", "b"], "peer")).refused.to_dict("records")
    assert refused["reason"].startswith("9 people have a score; with fewer than 10")


def test_few_units_resample_people_and_say_so():
    found = measure(evidence_of(ratings(60), ["a", "b"], "peer", units=np.arange(60) % 3))
    assert found.coefficients["caveat"].unique().tolist() == [f"{FEW_UNITS}; {FEW_CLUSTERS}"]
    assert found.coefficients["conf_low"].notna().all()


def survey(n_units, n_people, *, seed=4):
    """Make peers' ratings of people, and of each unit what 30 citizens answer in each of four quarters."""
    rng = np.random.default_rng(seed)
    unit = np.arange(n_people) % n_units
    rows = evidence_of(ratings(n_people)[..., :1], ["a"], "peer", units=unit)
    answers = evidence_of(
        rng.normal(0, 9, size=(n_units, 1, 1, 1)) + rng.normal(0, 20, size=(n_units, 4, 30, 1)),
        ["s"],
        "citizen",
        units=np.arange(n_units),
    )
    rows += [{**row, "employee": ""} for row in answers]
    method = make_method([("a", ("peer",), 0.5, "result"), ("s", ("citizen",), 0.5, "result")])
    component = method.components[1]
    object.__setattr__(component, "level", "unit")
    evidence = gather(rows)
    return measure_score_dependability(
        score_methods(evidence, [method]), evidence, n_boot=50, rng=np.random.default_rng(1)
    )


def test_what_is_known_of_units_counts_as_a_part_of_everyone_in_them():
    found = survey(30, 120)
    assert found.coefficients["conf_low"].notna().all()
    assert found.parts["component"].tolist() == ["a", "s"]
    assert found.coefficients["basis"].unique().tolist() == ["raters and occasions"]


def test_what_is_known_of_few_units_is_refused():
    (refused,) = survey(6, 120).refused.to_dict("records")
    assert refused["reason"] == (
        "Known of whole units alone, of which there are 6: s (citizen). What tells people apart between "
        "units takes 10 of them or more to estimate."
    )


def test_each_place_is_measured_by_itself(units):
    rows = evidence_of(ratings(60), ["a", "b"], "peer", place="one")
    noisy = {**COVARIANCES, "residual": np.diag([4000.0, 4000.0])}
    rows += evidence_of(ratings(60, covariances=noisy), ["a", "b"], "peer", place="two")
    found = measure(rows)
    phi = numbers(found).loc["score_dependability"].set_index("place")["estimate"]
    assert phi["two"] < phi["one"] - 0.2


def test_results_have_one_row_a_number(found):
    rows = found.to_results()
    key = ["quantity", "place", "method_a", "group", "item"]
    assert not rows.duplicated(key).any()
    assert len(rows) == len(found.coefficients) + len(found.designs)
    assert set(rows["group"]) == {"raters and occasions"}


def test_the_order_of_rows_changes_nothing(units):
    rows = evidence_of(ratings(60), ["a", "b"], "peer", units=units[:60])
    shuffled = [rows[i] for i in np.random.default_rng(2).permutation(len(rows))]
    first, second = (measure(each).coefficients["estimate"] for each in (rows, shuffled))
    np.testing.assert_allclose(first, second, rtol=1e-9)
