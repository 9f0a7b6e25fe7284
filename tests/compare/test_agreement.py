"""Agreement of methods: made evidence with known answers, the shipped studies, and what is refused."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from evidence_maker import make_evidence

from evalkit.compare import Link, compare_agreement, measure_trait_ranks
from evalkit.compare.agreement import NOT_FORMED, ONE_INSTRUMENT
from evalkit.compare.pairs import ONE_PREDIKAT, Resampling, measure_pair
from evalkit.errors import UsageError
from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods
from evalkit.study.study_file import find_study

SHIPPED = Path(__file__).parents[2] / "data"
PAIR = ("dumai", "senapelan")


def rng(seed=1):
    return np.random.default_rng(seed)


def crossed(n=60, *, places=3, units=4, level=0.0, seed=3):
    """Everyone is rated on all that dumai and senapelan read, with a common part in all of it."""
    made = np.random.default_rng(seed)
    methods = load_methods(PAIR)
    rows = []
    for i in range(n):
        place = i % places
        person = made.normal(0, 0.5) + level * place
        where = {"place": f"p{place}", "unit": f"u{i // places % units}", "employee": f"e{i:03d}"}
        read = {
            (indicator, source)
            for method in methods.values()
            for part in method.components
            for indicator in part.indicators
            for source in part.sources
        }
        for indicator, source in sorted(read):
            low, high, middle = (0, 120, 80) if indicator == "target_achievement" else (1, 5, 3)
            if indicator == "public_satisfaction":
                low, high, middle = 1, 4, 2.5
            value = middle + (person + made.normal(0, 0.5)) * (high - low) / 6
            value = float(np.clip(value, low, high))
            items = [f"U{k}" for k in range(1, 10)] if indicator == "public_satisfaction" else [""]
            rows += [
                {**where, "indicator": indicator, "source": source, "rater": f"{source}{k}",
                 "item": item, "value": value, "period": "2025Q1"}
                for k in range(3)
                for item in items
            ]  # fmt: skip
    return make_evidence(rows)


def compare(evidence, methods=PAIR, **options):
    scores = score_methods(evidence, load_methods(methods))
    return compare_agreement(scores, evidence, n_boot=100, rng=rng(), **options)


@pytest.fixture(scope="module")
def evidence():
    return crossed()


@pytest.fixture(scope="module")
def compared(evidence):
    return compare(evidence)


def test_rank_agreement_is_that_of_the_scores_within_each_place(evidence, compared):
    scores = score_methods(evidence, load_methods(PAIR)).scores
    wide = scores.pivot_table(index=["place", "employee"], columns="method", values="score")
    taus = [scipy.stats.kendalltau(*part.to_numpy().T).statistic for _, part in wide.groupby(level="place")]
    row = compared.pairs.iloc[0]
    assert row["estimate"] == pytest.approx(np.mean(taus))  # places of one size, no ties
    assert row["pooled"] == pytest.approx(scipy.stats.kendalltau(*wide.to_numpy().T).statistic)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert (row["n"], row["n_places"], row["n_units"]) == (60, 3, 12)


@pytest.mark.pitfall(1)
def test_places_that_differ_raise_pooled_agreement_and_leave_that_within_alone():
    apart = compare(crossed(level=1.5)).pairs.iloc[0]
    alike = compare(crossed()).pairs.iloc[0]
    assert apart["pooled"] > apart["estimate"] + 0.08
    assert apart["estimate"] == pytest.approx(alike["estimate"], abs=0.25)


def test_shared_evidence_stands_beside_agreement(compared):
    row = compared.pairs.iloc[0]
    assert row["shared_weight"] == 0
    assert row["overlap_alone"] == 0
    assert row["estimate"] > 0.2  # the same people, not the same evidence


@pytest.mark.pitfall(8)
def test_decisions_and_predikats_come_with_chance_and_caveats(compared):
    found = compared.measures.set_index("quantity")
    assert list(found.index) == [
        "recognised_by_both", "trained_by_both", "raw_agreement", "gwet_ac2", "weighted_kappa"
    ]  # fmt: skip
    assert found.loc["recognised_by_both", "by_chance"] == 0.2
    assert (found["conf_low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["conf_high"]).all()
    assert "linear weights" in found.loc["gwet_ac2", "caveat"]


def test_every_pair_has_a_row_and_one_key_in_the_results(compared):
    rows = compared.to_results()
    assert not rows.duplicated(["quantity", "method_a", "method_b"]).any()
    assert rows["quantity"].nunique() == 9
    assert len(compared.scores) == 60
    assert not compared.scores.astype(str).apply(lambda column: column.str.contains("e0")).any().any()


@pytest.mark.pitfall(7)
def test_without_a_link_there_is_no_difference_in_points(compared):
    assert compared.differences.empty
    assert compared.points.empty


@pytest.mark.pitfall(6)
def test_a_link_gives_limits_concordance_and_demings_line(evidence, compared):
    link = Link(method_a="dumai", method_b="senapelan", because="a test says so", slope=2, error_ratio=1.0)
    found = compare(evidence, links=[link])
    rows = found.differences.query("place == 'pooled'").set_index("quantity")
    gap = compared.scores["dumai"] - 2 * compared.scores["senapelan"]
    assert rows.loc["bias", "estimate"] == pytest.approx(gap.mean())  # units of one size
    assert set(rows.index) == {
        "bias", "lower_limit_of_agreement", "upper_limit_of_agreement", "lin_concordance", "deming_slope",
        "deming_intercept",
    }  # fmt: skip
    assert (rows["conf_low"] < rows["estimate"]).all()
    assert (rows["estimate"] < rows["conf_high"]).all()
    assert rows["caveat"].str.startswith("in one unit because a test says so").all()
    assert len(found.points) == 60
    assert found.points["difference"].mean() == pytest.approx(gap.mean())
    results = found.to_results()
    assert not results.duplicated(["quantity", "place", "method_a", "method_b"]).any()
    assert results.query("quantity == 'pooled_bias'")["place"].tolist() == [""]


def test_a_linked_pair_is_measured_within_each_place_first(evidence, compared):
    found = compare(evidence, links=[Link(method_a="dumai", method_b="senapelan", because="x")])
    bias = found.differences.query("quantity == 'bias'")
    assert bias["place"].tolist() == ["p0", "p1", "p2", "pooled"]
    assert bias["n"].tolist() == [20, 20, 20, 60]
    assert bias["estimate"].iloc[:3].mean() == pytest.approx(bias["estimate"].iloc[3])  # units of one size
    assert "3 places together: what sets them apart is part of the limits" in bias["caveat"].iloc[3]


def test_in_one_place_a_linked_pair_has_one_row_a_quantity():
    found = compare(
        crossed(places=1), links=[Link(method_a="dumai", method_b="senapelan", because="x", intercept=3)]
    )
    assert set(found.differences["place"]) == {""}
    assert found.differences["quantity"].tolist() == [
        "bias", "lower_limit_of_agreement", "upper_limit_of_agreement", "lin_concordance"
    ]  # fmt: skip


def test_what_a_link_cannot_answer_is_a_row_with_its_reason():
    """Two units are too few for limits, three for the jackknife of Deming's line."""
    link = Link(method_a="dumai", method_b="senapelan", because="x", error_ratio=1)
    found = compare(crossed(places=1, units=2), links=[link])
    assert found.differences["quantity"].tolist() == ["refused_limits_of_agreement"]
    assert found.differences["caveat"].tolist() == [
        "Limits of agreement need three or more persons or clusters; there are 2."
    ]
    found = compare(crossed(places=1, units=3), links=[link])
    assert found.differences["quantity"].tolist()[-1] == "refused_deming_line"
    assert "at least 4 clusters; there are 3" in found.differences["caveat"].iloc[-1]


def test_a_link_to_a_method_that_scored_nobody_is_refused_by_name(evidence):
    link = Link(method_a="dumai", method_b="bengkulu", because="x")
    found = compare(evidence, methods=(*PAIR, "bengkulu"), links=[link])
    assert found.differences["quantity"].tolist() == ["refused_limits_of_agreement"]
    assert (
        found.differences["caveat"]
        .iloc[0]
        .startswith("An analysis of limits of agreement compares methods, and only dumai scored anyone.")
    )


def test_people_with_one_score_are_left_out_of_a_linked_pair_and_counted(evidence):
    from dataclasses import replace

    rows = evidence.observations
    ours = {part for one in load_methods(["senapelan"]).values() for part in _reads(one)}
    read = pd.Series(list(zip(rows["indicator"], rows["source"], strict=True)), index=rows.index).isin(ours)
    fewer = replace(evidence, observations=rows[~(read & (rows["employee"] == "e000"))])
    found = compare(fewer, links=[Link(method_a="dumai", method_b="senapelan", because="x")])
    caveat = found.differences.query("place == 'pooled'")["caveat"].iloc[0]
    assert "scored by one of the two only and left out: 1" in caveat


def test_a_link_without_a_reason_or_to_nobody_is_refused(evidence):
    with pytest.raises(UsageError, match="needs its reason in `because`"):
        Link(method_a="dumai", method_b="senapelan", because=" ")
    with pytest.raises(UsageError, match="needs a slope above 0 and a finite intercept; they are -1 and 0"):
        Link(method_a="dumai", method_b="senapelan", because="x", slope=-1)
    with pytest.raises(UsageError, match="needs an error ratio above 0; it is 0"):
        Link(method_a="dumai", method_b="senapelan", because="x", error_ratio=0)
    with pytest.raises(UsageError, match="A link of dumai and dumai needs two methods"):
        Link(method_a="dumai", method_b="dumai", because="x")
    with pytest.raises(UsageError, match="names 'senapela', which is none of the methods: did you mean 'sen"):
        compare(evidence, links=[Link(method_a="dumai", method_b="senapela", because="x")])


@pytest.mark.pitfall(23)
def test_weightings_of_one_instrument_have_no_limits_of_agreement():
    judges = load_evidence(SHIPPED / "judges")
    profiles = load_methods(folder=SHIPPED / "judges" / "profiles", indicators=judges.indicators)
    scores = score_methods(judges, profiles)
    link = Link(method_a="craft", method_b="conduct", because="x")
    found = compare_agreement(scores, judges, n_boot=20, rng=rng(), links=[link])
    assert found.differences["quantity"].tolist() == ["refused_limits_of_agreement"]
    assert "craft and conduct are weightings of one instrument" in found.differences["caveat"].iloc[0]
    assert found.points.empty
    assert set(found.pairs["caveat"]) == {ONE_INSTRUMENT}
    assert found.ranks.loc[0, "estimate"] > 0.9
    assert "limits_of_agreement" in set(found.refusals["question"])


@pytest.mark.parametrize("study", ["judges", "principles"])
def test_the_shipped_studies_say_for_each_pair_why_it_cannot_be_compared(study):
    evidence = load_evidence(SHIPPED / study)
    scores = score_methods(evidence, load_methods(), mappings=find_study(study).mappings)
    found = compare_agreement(scores, evidence, n_boot=20, rng=rng())
    assert len(found.pairs) == 10
    assert found.n_compared == 0
    assert set(found.pairs["caveat"]) == {NOT_FORMED}
    assert found.measures.empty
    assert found.ranks.empty
    rows = found.to_results()
    assert (rows["estimate"].notna() | (rows["caveat"] != "")).all()
    assert set(found.refusals["question"]) == {"rank_agreement", "limits_of_agreement"}


def test_methods_over_different_people_are_not_compared():
    whole = crossed()
    rows = whole.observations
    first = rows["employee"] < "e030"
    ours = {part for one in load_methods(["senapelan"]).values() for part in _reads(one)}
    reads = pd.Series(list(zip(rows["indicator"], rows["source"], strict=True)), index=rows.index).isin(ours)
    from dataclasses import replace

    nested = compare(replace(whole, observations=rows[(first & reads) | (~first & ~reads)]))
    row = nested.pairs.iloc[0]
    assert np.isnan(row["estimate"])
    assert "each of the 60 employees was scored by one method only" in row["caveat"]


def _reads(method):
    return {(i, s) for part in method.components for i in part.indicators for s in part.sources}


def test_the_order_of_the_rows_changes_nothing(evidence, compared):
    from dataclasses import replace

    shuffled = replace(evidence, observations=evidence.observations.sample(frac=1, random_state=5))
    pd.testing.assert_frame_equal(compare(shuffled).pairs, compared.pairs)


def pair_of(first, second, predikats=("baik", "baik")):
    index = pd.MultiIndex.from_tuples(
        [("p", "u", f"e{i}") for i in range(len(first))], names=["place", "unit", "employee"]
    )
    table = pd.DataFrame({"a": first, "b": second}, index=index)
    given = pd.DataFrame({"a": predikats[0], "b": predikats[1]}, index=index)
    sampling = Resampling(n_boot=50, rng=rng(), conf_level=0.95)
    return measure_pair(table, given, ("a", "b"), 0.2, sampling)


def test_one_predikat_for_all_has_no_kappa_and_says_so():
    found = {row["quantity"]: row for row in pair_of(np.arange(10.0), np.arange(10.0))["measures"]}
    assert found["raw_agreement"]["estimate"] == 1
    assert np.isnan(found["weighted_kappa"]["estimate"])
    assert ONE_PREDIKAT in found["weighted_kappa"]["caveat"]


def test_people_with_one_score_are_left_out_and_counted():
    second = np.arange(10.0)
    second[3] = np.nan
    found = pair_of(np.arange(10.0), second)
    assert found["n"] == 9
    assert found["caveat"].startswith("scored by one of the two only and left out: 1")
    assert "all in one unit" in found["caveat"]


def test_traits_of_the_judges_rank_them_almost_alike():
    found = measure_trait_ranks(
        load_evidence(SHIPPED / "judges"), without=["retention_worthiness"], n_boot=100, rng=rng()
    )
    row = found.concordance.iloc[0]
    assert (row["n"], row["n_traits"]) == (43, 10)
    assert row["conf_low"] > 0.8
    assert "no agreement between methods" in row["caveat"]
    assert not found.to_results().duplicated(["quantity", "place", "group"]).any()


def test_a_trait_where_low_is_good_is_turned_round():
    """Complaints fall as praise rises: as ranks they agree."""
    rows = [
        {"place": "p", "employee": f"e{i}", "indicator": name, "source": "citizen", "value": value}
        for i in range(8)
        for name, value in (("complaints", 8.0 - i), ("praise", float(i)), ("integrity", 1 + i / 2))
    ]
    found = measure_trait_ranks(make_evidence(rows), n_boot=20, rng=rng())
    assert found.concordance["estimate"].tolist() == pytest.approx([1])


def test_two_traits_are_refused_with_a_reason_and_nothing_else_is():
    evidence = load_evidence(SHIPPED / "judges").select(indicators=("demeanor", "diligence"))
    found = measure_trait_ranks(evidence, n_boot=5, rng=rng())
    assert found.concordance.empty
    assert found.refused.startswith(
        "Kendall's W is measured over three indicators or more from one source in "
    )
    assert found.to_results()[["quantity", "caveat"]].to_numpy().tolist() == [
        ["kendall_w_of_traits", found.refused]
    ]


def test_traits_of_too_few_people_have_the_reason_in_place_of_a_number():
    rows = [
        {"place": place, "employee": f"e{i}", "indicator": name, "source": "peer", "value": float(i * k % 5)}
        for place, n in (("p", 8), ("q", 2))
        for i in range(n)
        for k, name in enumerate(("integrity", "discipline", "initiative"), 1)
    ]
    found = measure_trait_ranks(make_evidence(rows), n_boot=20, rng=rng())
    assert found.estimated["place"].tolist() == ["p"]
    assert found.concordance.set_index("place").loc["q", ["n", "n_traits", "caveat"]].tolist() == [
        *(2, 3, "Kendall's W needs three or more people; there are 2."),
    ]


def test_rows_of_traits_and_a_reason_for_none_exclude_each_other():
    found = measure_trait_ranks(
        load_evidence(SHIPPED / "judges"), without=["retention_worthiness"], n_boot=20, rng=rng()
    )
    with pytest.raises(ValueError, match="either there are rows, or there is a reason"):
        dataclasses.replace(found, refused="none")
