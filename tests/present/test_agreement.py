"""Sentences and figures of agreement carry the numbers of their results, and no others."""

import dataclasses
import re
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.compare import MethodAgreement, compare_agreement, compare_sources, measure_trait_ranks
from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods
from evalkit.present import make_table, plot_intervals, publish, row_labels
from evalkit.present.figures import plot_differences, plot_multitrait, plot_overlap, plot_rank_slopes
from evalkit.present.wording import say_agreement
from evalkit.study.study_file import find_study

from .numbers_said import assert_said_of

SHIPPED = Path(__file__).parents[2] / "data"
PAIRS = pd.DataFrame({
    "method_a": ["dumai", "dumai", "semarang"],
    "method_b": ["semarang", "senapelan", "senapelan"],
    "shared_weight": [0.1, 0.0, 0.0],
    "shared_raters": ["", "", ""],
    "overlap_alone": [0.064, 0.0, 0.0],
    "estimate": [0.42, 0.31, np.nan],
    "conf_low": [0.35, 0.22, np.nan],
    "conf_high": [0.49, 0.40, np.nan],
    "pooled": [0.6, 0.5, np.nan],
    "n": [150.0, 140.0, np.nan],
    "caveat": ["", "", "not formed"],
})  # fmt: skip
MEASURES = pd.DataFrame({
    "quantity": ["recognised_by_both"] * 2,
    "method_a": ["dumai"] * 2,
    "method_b": ["semarang", "senapelan"],
    "estimate": [0.55, 0.47],
    "conf_low": [0.45, 0.37],
    "conf_high": [0.65, 0.57],
    "by_chance": [0.2, 0.2],
    "n": [150, 140],
    "caveat": ["", ""],
})  # fmt: skip
LIMITS = pd.DataFrame({
    "quantity": ["bias", "lower_limit_of_agreement", "upper_limit_of_agreement", "lin_concordance"],
    "method_a": ["dumai"] * 4,
    "method_b": ["semarang"] * 4,
    "place": [""] * 4,
    "estimate": [1.0, -9.0, 11.0, 0.8],
    "conf_low": [0.5, -10.0, 10.0, 0.7],
    "conf_high": [1.5, -8.0, 12.0, 0.9],
    "n": [150] * 4,
    "caveat": ["in one unit because x"] * 4,
})  # fmt: skip
POINTS = pd.DataFrame({
    "method_a": ["dumai"] * 3,
    "method_b": ["semarang"] * 3,
    "mean": [50.0, 60.0, 70.0],
    "difference": [1.0, -2.0, 4.0],
})  # fmt: skip


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


@pytest.fixture(scope="module")
def sources(principles):
    return compare_sources(principles)


@cache
def study_findings(name):
    evidence = load_evidence(SHIPPED / name)
    scores = score_methods(evidence, load_methods(), mappings=find_study(name).mappings)
    rng = np.random.default_rng(1)
    agreement = compare_agreement(scores, evidence, n_boot=50, rng=rng)
    traits = measure_trait_ranks(evidence, without=["retention_worthiness"], n_boot=50, rng=rng)
    sources = compare_sources(evidence)
    return say_agreement(agreement, traits, sources, scores), agreement, traits, sources, scores


def made_agreement(**changes):
    fields = {
        "pairs": PAIRS,
        "measures": MEASURES,
        "differences": LIMITS,
        "points": POINTS,
        "scores": pd.DataFrame(),
        "ranks": pd.DataFrame(),
        "refusals": pd.DataFrame(columns=["question", "reason"]),
        "selected_share": 0.2,
        "n_boot": 100,
        "conf_level": 0.95,
    }
    return MethodAgreement(**{**fields, **changes})


def numbers_of(sentence):
    """Return the numbers of a sentence, percentages as shares, without those that are part of a name."""
    found = re.findall(r"(?<![\w.])(-?\d+(?:[.,]\d+)*)( %)?", sentence.replace("−", "-"))
    return {float(text.replace(",", "")) / (100 if percent else 1) for text, percent in found}


def known(*frames):
    """Return the numbers of frames as sentences round them: to 2 decimals, shares to none."""
    values = {1.0}
    for frame in frames:
        for name in frame.select_dtypes("number"):
            values |= {round(float(value), 2) + 0.0 for value in frame[name].dropna()}
    return values


@pytest.mark.parametrize("study", ["judges", "principles"])
def test_every_number_in_a_sentence_is_one_of_the_results(study):
    found, agreement, traits, sources, scores = study_findings(study)
    years = {1967.0, 1997.0, 2005.0}
    counts = {float(len(agreement.pairs)), float(scores.scores["employee"].nunique())}
    allowed = (
        known(agreement.pairs, traits.concordance, sources.traits, sources.correlations) | years | counts
    )
    for sentence in found.sentences:
        assert numbers_of(sentence) <= allowed, sentence


@pytest.mark.parametrize("study", ["judges", "principles"])
def test_the_first_sentence_says_what_cannot_be_compared(study):
    found = study_findings(study)[0]
    assert found.sentences[0].startswith("Whether the methods agree cannot be told here: ")
    assert "10 pairs, none comparable" in found.sentences[0]
    assert not any("significant" in sentence for sentence in (*found.sentences, *found.limits))


def test_compared_methods_are_named_with_interval_and_n(principles):
    _, _, traits, sources, scores = study_findings("judges")
    sentences = say_agreement(made_agreement(), traits, sources, scores).sentences
    assert sentences[0] == (
        "Only some methods can be compared, 2 of 3 pairs: Dumai could be formed from this evidence "
        "(43 people scored)."
    )
    assert sentences[1] == (
        "Within a place, Dumai and Semarang put people most nearly in the same order: τ 0.42 (0.35 to 0.49; "
        "n = 150). Dumai and Senapelan do so least: τ 0.31 (0.22 to 0.40; n = 140). "
        "(Kendall's τ; 1: the same order, 0: no relation.)"
    )
    assert sentences[2] == (
        "If each method picks the best 20 % of a place, Dumai and Senapelan pick the same people least "
        "often: 47 % of them (37 % to 57 %; n = 140). Chance alone would give 20 %."
    )


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("study", ["judges", "principles"])
def test_every_number_is_the_results_in_both_languages(study, lang):
    _, agreement, traits, sources, scores = study_findings(study)
    said = say_agreement(agreement, traits, sources, scores, lang)
    years = (1967, 1997, 2005)
    n_scored = scores.scores["employee"].nunique()
    results = (agreement.pairs, traits.concordance, sources.traits, sources.correlations)
    assert_said_of(said, lang, *results, declared=(*years, len(agreement.pairs), n_scored, 1))


@pytest.mark.parametrize("lang", ["en", "id"])
def test_compared_methods_have_their_numbers_in_both_languages(lang):
    _, _, traits, sources, scores = study_findings("judges")
    made = made_agreement(differences=LIMITS.iloc[:0].assign(place=""))
    said = say_agreement(made, traits, sources, scores, lang)
    declared = (len(PAIRS), made.n_compared, made.selected_share, 43, 1, 0)
    assert_said_of(said, lang, PAIRS, MEASURES, traits.concordance, declared=declared)


def test_one_pair_that_can_be_compared_is_said_alone():
    _, _, traits, sources, scores = study_findings("judges")
    said = say_agreement(made_agreement(pairs=PAIRS.iloc[:1]), traits, sources, scores).sentences
    assert said[0] == "Every pair of methods can be compared (1 pair)."
    assert said[1].endswith("in this much the same order: τ 0.42 (0.35 to 0.49; n = 150).")


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "cannot be told here: no place has"), ("id", "di sini: tidak ada tempat yang")]
)
def test_traits_that_cannot_be_compared_are_one_sentence_and_no_figure(lang, text):
    _, _, _, sources, scores = study_findings("judges")
    evidence = load_evidence(SHIPPED / "judges").select(indicators=("demeanor", "diligence"))
    none = measure_trait_ranks(evidence, n_boot=5, rng=np.random.default_rng(1))
    said = say_agreement(made_agreement(), none, sources, scores, lang).sentences
    assert sum(text in sentence for sentence in said) == 1
    labels = row_labels(none.estimated, "place", "source")
    assert plot_intervals(none.estimated, rows=labels, xlabel="") is None
    assert publish(none).rows["caveat"].tolist() == [none.refused]


def test_a_missing_estimate_needs_a_reason():
    with pytest.raises(ValueError, match="neither an estimate nor a reason"):
        made_agreement(pairs=PAIRS.assign(caveat=""))
    with pytest.raises(ValueError, match="3 methods have 3 pairs; there are 2"):
        made_agreement(pairs=PAIRS.iloc[:2])


def test_overlap_draws_a_mark_for_every_pair_and_an_interval_where_there_is_one():
    ax = plot_overlap(PAIRS, rows=["a", "b", "c"], xlabel="τ")
    assert ax.lines[0].get_xdata().tolist() == [0.064, 0, 0]
    assert ax.lines[1].get_xdata()[:2].tolist() == [0.42, 0.31]
    none = plot_overlap(PAIRS.assign(estimate=np.nan, conf_low=np.nan), rows=["a", "b", "c"], xlabel="τ")
    assert len(none.lines) == 1


def test_a_bland_altman_panel_draws_bias_limits_and_their_bands():
    names = {"dumai": "Dumai", "semarang": "Semarang"}
    figure = plot_differences(POINTS, LIMITS, names=names, unit="points")
    (ax,) = figure.axes
    assert ax.lines[0].get_ydata().tolist() == [1, -2, 4]
    assert [line.get_ydata()[0] for line in ax.lines[1:]] == [1, -9, 11]
    assert len(ax.patches) == 3
    assert ax.get_title("left") == "Dumai less Semarang" or ax.get_title() == "Dumai less Semarang"
    assert plot_differences(POINTS.iloc[:0], LIMITS.iloc[:0], names=names, unit="points") is None


def test_rank_slopes_draw_a_line_a_person_and_nothing_for_one_method():
    scores = pd.DataFrame({"dumai": [50.0, 70.0, 60.0], "semarang": [40.0, 30.0, np.nan]})
    ax = plot_rank_slopes(scores, names={"dumai": "Dumai", "semarang": "Semarang"}, ylabel="rank")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2, 1], [1, 2]]
    assert plot_rank_slopes(scores[["dumai"]], names={}, ylabel="rank") is None


def test_a_multitrait_map_frames_the_same_trait_of_two_sources(sources):
    ax = plot_multitrait(sources.matrices, rows={"quality_peer": "Quality by peers"})
    framed = {(int(patch.get_x()), int(patch.get_y())) for patch in ax.patches}
    assert len(framed) == 9
    assert (0, 2) in framed  # quality of superior in the first column, of peer in the third row
    assert ax.get_yticklabels()[2].get_text() == "Quality by peers"
    assert len(ax.texts) == 35
    assert plot_multitrait({}, rows={}) is None


def test_a_table_without_rows_is_its_sentence():
    table = make_table(
        MEASURES.iloc[:0], label="tbl-x", caption="Caption.", empty="Nothing to show: because."
    )
    assert table.to_html() == '<p class="table-note" id="tbl-x">Nothing to show: because.</p>'
    assert "<table" in make_table(MEASURES, label="tbl-x", caption="Caption.", empty="Nothing.").to_html()


def test_of_many_people_some_lines_are_drawn_and_the_axis_says_how_many():
    scores = pd.DataFrame(np.random.default_rng(1).normal(size=(200, 2)), columns=["dumai", "semarang"])
    ax = plot_rank_slopes(scores, names={"dumai": "Dumai", "semarang": "Semarang"}, ylabel="rank")
    first = [line.get_ydata()[0] for line in ax.lines]
    assert (len(first), min(first), max(first)) == (60, 1, 200)
    assert ax.get_ylabel() == "rank (60 of 200 people)"


@pytest.mark.parametrize("lang", ["en", "id"])
def test_many_tables_of_traits_are_said_by_the_least_and_the_most(lang):
    _, agreement, traits, sources, scores = study_findings("principles")
    rows = pd.concat([traits.concordance] * 3, ignore_index=True)
    rows["estimate"] = np.linspace(0.2, 0.8, len(rows))
    many = dataclasses.replace(traits, concordance=rows)
    (said,) = [
        text
        for text in say_agreement(agreement, many, sources, scores, lang).sentences
        if "Kendall" in text and str(len(rows)) in text
    ]
    assert_said_of(said, lang, rows.iloc[[0, -1]], declared=(len(rows), 1))
