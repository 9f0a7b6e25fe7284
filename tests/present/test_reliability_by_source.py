"""Where indicators and places are many, their reliability is told and drawn by source."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import (
    average_components,
    is_told_by_source,
    mark_kinds,
    measure_decision_quality,
    measure_reliability,
    middle_curves,
    summarise_by_source,
)
from evalkit.evidence import describe_designs
from evalkit.present import (
    plot_coefficients,
    plot_components,
    plot_curves,
    say_reliability,
    source_column,
    tabulate_coefficients,
    tabulate_decisions,
    tabulate_refusals,
)
from evalkit.present.language import translator
from evalkit.present.wording.evidence import _raters

from .numbers_said import assert_said_of

INDICATORS = ["work_result", "service_quality", "adaptability", "collaboration", "discipline", "integrity"]
PLACES = ["dumai", "bengkulu"]
REFUSED = pd.DataFrame({"method": ["dumai"], "place": ["dumai"]})


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def evidence():
    """Citizens rate everyone; one supervisor a person rates in three quarters: 12 panels each."""
    rng = np.random.default_rng(3)
    rows = []
    for place in PLACES:
        for indicator in INDICATORS:
            for person, at in enumerate(rng.normal(3, 0.7, size=10)):
                about = {"place": place, "indicator": indicator, "unit": "u", "employee": f"e{person}"}
                for i in range(3):
                    value = float(np.clip(round(at + rng.normal(0, 0.6)), 1, 5))
                    rows.append({**about, "source": "citizen", "rater": f"c{i}", "value": value})
                    own = {"source": "supervisor", "rater": f"s{person}", "period": f"2025Q{i + 1}"}
                    rows.append({**about, **own, "value": float(np.clip(value + rng.integers(-1, 2), 1, 5))})
    return make_evidence(rows)


@pytest.fixture(scope="module")
def found(evidence):
    return measure_reliability(evidence, n_boot=20, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def quality(found, evidence):
    return measure_decision_quality(found, evidence)


@pytest.fixture(scope="module")
def few(evidence):
    return measure_reliability(evidence.select(places=["dumai"]), n_boot=20, rng=np.random.default_rng(1))


def test_more_than_twelve_panels_are_told_by_source(found, few):
    assert (is_told_by_source(found), is_told_by_source(few)) == (True, False)


def test_the_summary_is_that_of_the_coefficients(found):
    summary = summarise_by_source(found).set_index(["source", "kind"])
    rows = found.coefficients
    mine = rows[(rows["source"] == "citizen") & (rows["quantity"] == "icc_agreement")]
    means = mine[mine["n_averaged"] > 1]
    row = summary.loc[("citizen", "at_hand")]
    assert row["n"] == len(means) == 12
    assert row[["lowest", "middle", "highest"]].tolist() == means["estimate"].quantile([0, 0.5, 1]).tolist()
    assert row["n_enough"] == int((means["conf_low"] >= 0.8).sum())
    assert summary.loc[("citizen", "one"), "middle"] < row["middle"]
    assert "parts" in set(mark_kinds(found)["kind"])


def test_mean_shares_add_up_to_one_and_curves_rise(found):
    shares = average_components(found)
    assert shares.drop(columns="n").sum(axis=1).tolist() == pytest.approx([1, 1])
    assert shares["n"].tolist() == [12, 12]
    for _, curve in middle_curves(found).groupby("source"):
        assert (np.diff(curve["estimate"]) > 0).all()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_each_source_is_one_sentence_with_numbers_of_the_summary(found, quality, lang):
    scores = SimpleNamespace(refused=REFUSED, coefficients=REFUSED.assign(place="bengkulu"))
    said = say_reliability(found, scores, quality, lang)
    summary = summarise_by_source(found)
    kept = summary[summary["kind"] != "parts"]
    accuracy = quality.qualities.query("quantity == 'decision_accuracy' and n_ratings == 1")["estimate"]
    n_parts = summary.loc[summary["kind"] == "parts", "n"].sum()
    middle = [accuracy.min(), accuracy.median(), accuracy.max(), len(accuracy), int(n_parts)]
    n_refused = int((found.refused["facet"] == "raters").sum())
    assert_said_of(said, lang, summary, declared=(*middle, found.target, n_refused, 1, 2))
    assert len(said.sentences) == len(kept) // 2 + 4
    if lang == "en":
        assert said.sentences[0].startswith("Citizen: two raters ")
        assert "cannot be told for 1 of 2 pairs of a method and a place" in said.sentences[-1]


def test_where_a_place_has_several_designs_they_are_told_by_source(evidence):
    said = _raters(translator("en"), describe_designs(evidence))
    assert said[0].startswith("6 indicators of citizen (2 places): every rater rates everyone, so ")
    assert said[1].startswith("6 indicators of supervisor (2 places): each person has one rater")


def test_figures_hold_a_dot_for_each_and_one_row_a_source(found, few):
    ax = plot_coefficients(tabulate_coefficients(found), found, xlabel="x")
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert "citizen · one rater (12)" in labels
    assert "supervisor · mean of the occasions at hand (12)" in labels
    dots = ax.lines[2 * labels.index("citizen · one rater (12)")].get_xdata()
    singles = mark_kinds(found).query("kind == 'one' and source == 'citizen'")["estimate"]
    assert sorted(dots) == sorted(singles)
    bars = plot_components(found, xlabel="x")
    assert [text.get_text() for text in bars.get_yticklabels()] == [
        "citizen · over raters (12)",
        "supervisor · over occasions (12)",
    ]
    curves = plot_curves(found, xlabel="x", ylabel="y")
    assert len(curves.lines) == 3
    one_by_one = plot_coefficients(tabulate_coefficients(few).head(3), few, xlabel="x")
    assert len(one_by_one.get_yticklabels()) == 3


def test_decisions_of_two_sources_on_one_indicator_keep_a_row_each(quality):
    table = tabulate_decisions(quality)
    keys = ["place", "source", "indicator", "n_ratings"]
    assert not table.duplicated(keys).any()
    assert len(table) == len(quality.qualities[[*keys, "facet"]].drop_duplicates())
    assert source_column(table) == {"source": ""}


def test_places_refused_for_one_reason_share_a_row(found):
    table = tabulate_refusals(found)
    supervisors = table[(table["source"] == "supervisor") & (table["quantity"] == "over raters")]
    assert supervisors["place"].tolist() == ["Bengkulu, Dumai"]
    assert supervisors["indicator"].tolist() == ["6 indicators"]
