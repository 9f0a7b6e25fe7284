"""The matrix of 2022 beside the sum of 2019, on the same scores."""

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from scipy.stats import beta

from evalkit.compare import compare_rules, national_rules
from evalkit.methods import apply_rules, load_methods, score_methods
from evalkit.vocabulary import PREDIKATS

VALUES = (1.0, 2.0, 3.0, 4.0, 4.5, 5.0)


def evidence_of(values, *, ideas=()):
    """Rate people by Surakarta: three supervisor components and permits, all at one place of the scale."""
    sources = {"discipline": "supervisor", "service_quality": "supervisor", "innovation": "supervisor"}
    rows = [
        {"employee": f"e{i}", "source": source, "rater": "boss", "indicator": indicator, "value": value}
        for i, value in enumerate(values)
        for indicator, source in sources.items()
    ]
    rows += [
        {"employee": f"e{i}", "source": "system", "indicator": "permits_on_time", "value": (value - 1) / 4}
        for i, value in enumerate(values)
    ]
    rows += [{"employee": name, "source": "system", "indicator": "new_idea", "value": 1.0} for name in ideas]
    return make_evidence([{"place": "surakarta", "unit": "u", "period": "2025Q1", **row} for row in rows])


def score(evidence):
    return score_methods(evidence, load_methods(["surakarta"]))


def test_people_whose_predikat_differs_are_counted_with_an_exact_interval():
    evidence = evidence_of(VALUES)
    rated = apply_rules(score(evidence), evidence)
    n_differ = int((rated["predikat_6_2022"] != rated["pp30_category"]).sum())
    (row,) = compare_rules(score(evidence), evidence).to_frame().to_dict("records")
    assert 0 < n_differ < len(VALUES)
    assert (row["estimate"], row["n"]) == (n_differ / len(VALUES), len(VALUES))
    assert row["conf_low"] == pytest.approx(beta.ppf(0.025, n_differ, len(VALUES) - n_differ + 1))


def test_the_share_at_the_assumed_cut_offs_lies_within_that_of_their_ranges():
    (row,) = compare_rules(score(evidence_of(VALUES))).to_frame().to_dict("records")
    assert row["flip_low"] <= row["estimate"] <= row["flip_high"]
    assert row["flip_low"] < row["flip_high"]


def test_without_a_recorded_idea_the_closed_top_band_is_said():
    found = compare_rules(score(evidence_of(VALUES)), evidence_of(VALUES))
    assert found.flips["caveat"].tolist() == [national_rules.NO_IDEA]
    assert (
        found.to_results()
        .query("quantity == 'rule_flip_share'")["caveat"]
        .iloc[0]
        .endswith(national_rules.NO_IDEA)
    )


def test_a_recorded_idea_opens_the_top_band_for_its_author_only():
    evidence = evidence_of((5.0, 5.0), ideas=["e0"])
    found = compare_rules(score(evidence), evidence)
    tops = found.shares.query("predikat == 'sangat_baik'").set_index("rule")["estimate"]
    assert tops.to_dict() == {"permenpanrb_6_2022": 1.0, "pp_30_2019": 0.5}
    assert found.flips["caveat"].tolist() == [""]


def test_shares_cover_every_predikat_and_add_up():
    shares = compare_rules(score(evidence_of(VALUES))).shares
    assert shares.groupby("rule")["predikat"].apply(list).tolist() == [list(PREDIKATS)] * 2
    assert np.allclose(shares.groupby("rule")["estimate"].sum(), 1)


def test_the_crossing_counts_everyone_once():
    assert compare_rules(score(evidence_of(VALUES))).crossing["n_people"].sum() == len(VALUES)


def test_nobody_scored_leaves_empty_tables_and_no_number():
    rows = [{"place": "p", "source": "self", "indicator": "initiative", "employee": "e", "value": 3.0}]
    found = compare_rules(score(make_evidence(rows)))
    assert found.flips.empty
    assert found.to_results().empty


def test_shares_that_do_not_add_up_are_refused():
    found = compare_rules(score(evidence_of(VALUES)))
    with pytest.raises(ValueError, match="do not add up to 1"):
        national_rules.RuleComparison(
            shares=found.shares.head(3), flips=found.flips, crossing=pd.DataFrame(), conf_level=0.95
        )
