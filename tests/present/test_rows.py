"""Tables made ready for people."""

import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import Dependability, measure_ceiling
from evalkit.compare.acceptability import RankAcceptability
from evalkit.evidence import describe_designs
from evalkit.methods import load_methods, score_methods
from evalkit.present import (
    categories_of,
    curves_of,
    positions_of,
    row_labels,
    shares_of,
    tabulate_assumptions,
    tabulate_components,
    tabulate_designs,
    tabulate_mappings,
    tabulate_methods,
    tabulate_ranks,
    tabulate_steps,
    tabulate_texts,
)
from evalkit.stats.dependability import RatingsNeeded

ROWS = [
    {"place": "p", "source": "peer", "employee": f"e{i}", "rater": f"r{j}", "indicator": name, "value": value}
    for i in range(3)
    for j in range(2)
    for name, value in [
        ("initiative", 5.0),
        ("integrity", 1.0 + i),
        ("adaptability", 2.0),
        ("innovation", 4.0),
    ]
]


def dependability(place, *variances):
    components = pd.DataFrame({"component": range(len(variances)), "share": variances})
    curve = pd.DataFrame({"place": place, "n_ratings": [1, 2], "estimate": [0.2, 0.3]})
    curve = curve.assign(conf_low=0.1, conf_high=0.4, sem=1.0, sem_low=0.9, sem_high=1.1, n=9, caveat="")
    return Dependability(
        components=components,
        curve=curve,
        ratings_needed=RatingsNeeded(target=0.8, estimate=20, conf_low=10, conf_high=30),
        place=place,
        rated="employee",
        conf_level=0.95,
        n=9,
        reml_criterion=0.0,
    )


def test_a_text_that_is_empty_leaves_no_separator():
    frame = pd.DataFrame({"trait": ["beauty", "gender"], "level": ["", "male"]})
    assert row_labels(frame, "trait", "level") == ["beauty", "gender · male"]


def test_no_rows_have_no_labels():
    assert row_labels(pd.DataFrame({"a": [], "b": []}), "a", "b") == []


def test_indicators_of_one_design_share_a_row():
    (row,) = tabulate_designs(describe_designs(make_evidence(ROWS))).to_dict("records")
    assert (row["indicator"], row["n_ratees"], row["n_raters"]) == ("4 indicators", 3, 2)
    assert row["design"].startswith("every rater rates everyone")


def test_steps_stand_in_one_row_a_file():
    steps = pd.DataFrame(
        [("a.csv", "read", 5), ("a.csv", "kept", 4), ("b.csv", "read", 2), ("b.csv", "kept", 2)],
        columns=["file", "step", "n_rows"],
    )
    assert tabulate_steps(steps).to_dict("records") == [
        {"file": "a.csv", "read": 5, "kept": 4},
        {"file": "b.csv", "read": 2, "kept": 2},
    ]


def test_facets_between_person_and_residual_are_added_up():
    shares = shares_of(dependability("one", 0.5, 0.2, 0.1, 0.2), dependability("two_places", 0.4, 0.6))
    assert shares.to_numpy().ravel().tolist() == pytest.approx([0.5, 0.3, 0.2, 0.4, 0.0, 0.6])
    assert shares.index.tolist() == ["one", "two places"]


def test_curves_keep_their_places():
    curves = curves_of(dependability("one", 0.5, 0.5), dependability("two", 0.4, 0.6))
    assert curves["place"].tolist() == ["one", "one", "two", "two"]


def test_categories_of_each_indicator_add_up_to_one():
    wide = categories_of(measure_ceiling(make_evidence(ROWS)))
    assert wide.sum(axis=1).tolist() == pytest.approx([1.0] * 4)
    assert wide.loc["integrity"].to_dict() == pytest.approx(
        {"1": 1 / 3, "2": 1 / 3, "3": 1 / 3, "4": 0, "5": 0}
    )


def test_positions_are_named_as_the_figure_wants_them():
    positions = positions_of(measure_ceiling(make_evidence(ROWS))).set_index("indicator")
    assert positions.loc["initiative", ["conf_low", "estimate", "conf_high"]].tolist() == [1.0, 1.0, 1.0]


def test_ranks_are_told_without_naming_anyone():
    found = tabulate_ranks(
        RankAcceptability(shares=pd.DataFrame([[0.75, 0.25], [0.25, 0.75]]).to_numpy(), n_draws=4)
    )
    assert found["answer"].tolist() == ["2 of 2", "in 75 % of the weightings", "2 ranks", "2 ranks", "0 %"]


class TestSpecifications:
    methods = load_methods()

    def test_every_method_and_component_has_its_row(self):
        n_components = sum(len(spec.components) for spec in self.methods.values())
        assert len(tabulate_methods(self.methods)) == len(tabulate_texts(self.methods)) == 5
        components = tabulate_components(self.methods)
        assert len(components) == n_components
        assert components.groupby("method")["weight"].sum().tolist() == pytest.approx([1.0] * 5)

    def test_every_assumption_is_listed_in_both_languages(self):
        english, indonesian = (tabulate_assumptions(self.methods, lang=lang) for lang in ("en", "id"))
        assert len(english) == len(indonesian) == sum(len(spec.assumptions) for spec in self.methods.values())
        assert (english["assumed"] != indonesian["assumed"]).all()
        assert (english["assumed"].str.len() > 10).all()

    def test_no_mapping_leaves_an_empty_table(self):
        assert tabulate_mappings(score_methods(make_evidence(ROWS), self.methods)).empty
