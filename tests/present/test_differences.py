"""What the differences and validation reports say and draw: every number is the result's."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.compare import compare_differences, list_elsewhere, validate_statistics
from evalkit.compare.differences import Differences
from evalkit.evidence import load_evidence
from evalkit.present import (
    closeness_of,
    make_table,
    plot_contrasts,
    plot_critical_difference,
    say_differences,
    say_origins,
    say_validation,
    tabulate_families,
)
from evalkit.present.figures.contrasts import draw_ranks, find_bars
from evalkit.study import load_study

from .numbers_said import assert_said_of

SHIPPED = Path(__file__).parents[2] / "data"
NUMBER = re.compile(r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def compared(name, families, n_boot=200):
    study = load_study(SHIPPED / name)
    return compare_differences(
        load_evidence(SHIPPED / name),
        families={key: study.families[key] for key in families},
        margins={key: value for key, value in study.margins.items() if key in families},
        scores={},
        n_boot=n_boot,
        rng=np.random.default_rng(1),
    )


@pytest.fixture(scope="module")
def traits():
    return compared("judges", ["traits"])


@pytest.fixture(scope="module")
def machines():
    return compared("principles", ["machines"])


def refused(reason, family="methods", place=""):
    frame = pd.DataFrame([(family, place, reason)], columns=["family", "place", "reason"])
    return Differences(families=(), refused=frame, conf_level=0.95)


def numbers(*texts):
    return {token for text in texts for token in NUMBER.findall(text)}


@pytest.mark.parametrize("which", ["traits", "machines"])
def test_every_number_in_the_sentences_is_one_of_the_result(which, request):
    found = request.getfixturevalue(which)
    comparison = found.families[0].comparison
    row = comparison.pairs.sort_values("estimate", ascending=False).iloc[0]
    sizes = ["estimate", "conf_low", "conf_high", "effect_size", "effect_low", "effect_high"]
    verdicts = comparison.pairs["verdict"].value_counts()
    slight, differs = verdicts.get("differs_slightly", 0), verdicts.get("differs", 0)
    known = {f"{row[name]:.2f}" for name in sizes}
    known |= {f"{100 * row[name]:.0f}" for name in ("superiority", "superiority_low", "superiority_high")}
    known |= {f"{comparison.critical_difference:.2f}", f"{comparison.friedman.concordance:.2f}"}
    known |= {f"{comparison.margin:.2f}", str(comparison.n), str(len(comparison.pairs))}
    known |= {str(len(comparison.means)), str(int((comparison.pairs["nemenyi_p"] < 0.05).sum()))}
    known |= {str(slight), str(slight + differs), str(verdicts.get("equivalent", 0))}
    known |= {str(verdicts.get("undecided", 0))}
    known |= numbers(found.families[0].unit) | {"0", "1"}  # the ends of Kendall's W
    assert numbers(*say_differences(found).sentences) <= known


def test_traits_are_said_to_be_traits_and_not_methods(traits):
    said = say_differences(traits)
    assert said.sentences[0].startswith(
        "In us judges, judicial integrity stands furthest above oral rulings: by 0.73 on average "
        "(0.59 to 0.86; points on a scale from 0 to 10; 43 people). It is the higher of the two "
        "for 98 % of people "
    )
    assert said.limits[0] == "No difference on this page is one between methods of evaluation."


def test_no_sentence_says_significant(traits, machines):
    for found in (traits, machines):
        said = say_differences(found)
        assert "significan" not in " ".join((*said.sentences, *said.limits)).lower()


def test_without_a_margin_nothing_is_called_equal(machines):
    assert say_differences(machines).sentences[1] == (
        "More than chance explains: 2 of 3 pairs. No margin was fixed beforehand, so none of the other 1 is "
        "shown to be equal."
    )


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("which", ["traits", "machines"])
def test_every_number_is_the_results_in_both_languages(which, lang, request):
    found = request.getfixturevalue(which)
    comparison = found.families[0].comparison
    counts = comparison.pairs["verdict"].value_counts()
    slight, differs = int(counts.get("differs_slightly", 0)), int(counts.get("differs", 0))
    apart = int((comparison.pairs["nemenyi_p"] < 0.05).sum())
    scale = [float(token) for token in NUMBER.findall(found.families[0].unit)]
    declared = (
        *scale,
        len(comparison.pairs),
        slight,
        slight + differs,
        len(comparison.pairs) - slight - differs,
    )
    declared += (int(counts.get("equivalent", 0)), int(counts.get("undecided", 0)), apart, 0, 1)
    sizes = ["estimate", "conf_low", "conf_high", "superiority", "superiority_low", "superiority_high", "n"]
    known = (comparison.pairs[sizes], comparison.margin, comparison.critical_difference, comparison.friedman)
    assert_said_of(say_differences(found, lang), lang, *known, declared=declared)


def test_estimates_come_before_refusals(traits):
    both = Differences(families=traits.families, refused=refused("No dumai.").refused, conf_level=0.95)
    assert "43 people" in say_differences(both).sentences[0]
    assert say_differences(both).sentences[-1] == "How far methods differ cannot be said. No Dumai."


def test_a_refusal_is_said_with_its_reason_and_the_methods_names():
    said = say_differences(refused("It compares methods, and only dumai scored anyone. Map another."))
    assert said.sentences == (
        "How far methods differ cannot be said. Of the methods, only Dumai could be scored from "
        "this evidence.",
    )
    one = say_differences(refused("Too few people.", "traits", "us_judges"))
    assert one.sentences == ("How far traits differ in us judges cannot be said. Too few people.",)


def test_a_refusal_is_said_in_indonesian_though_its_remedy_is_left_to_the_table():
    reason = (
        "A difference of method means needs scores that share a unit by definition; here points are read off "
        "2 kinds of scales: points, 0 to 100, of a scale from 0 to 100 (dumai); points of the public "
        "satisfaction index (semarang). Compare ranks and decisions at equal selection rates instead."
    )
    (said,) = say_differences(refused(reason), "id").sentences
    assert said == (
        "Seberapa jauh metode berbeda tidak dapat dikatakan. Selisih rerata metode memerlukan skor yang "
        "menurut definisi berbagi satuan; di sini poin dibaca dari 2 jenis skala: poin, 0 sampai 100, dari "
        "skala 0 sampai 100 (Dumai); poin dari indeks kepuasan masyarakat (Semarang)."
    )


def test_a_study_without_families_says_so():
    empty = Differences(families=(), refused=refused("x").refused.iloc[:0], conf_level=0.95)
    assert say_differences(empty).sentences == (
        "The study declares no family of comparisons, so no means are compared.",
    )
    assert tabulate_families(empty).empty
    make_table(
        empty.to_frame(), label="tbl-x", caption="None.", columns={"first": "", "estimate": ""}
    ).to_html()
    figure = plot_contrasts(empty, xlabel="x")
    assert [text.get_text() for text in figure.axes[0].texts] == ["nothing could be compared"]


def test_families_stand_beside_refusals(traits):
    both = Differences(families=traits.families, refused=refused("No dumai.").refused, conf_level=0.95)
    table = tabulate_families(both)
    assert table["margin"].tolist() == ["± 0.5", "–"]
    assert table["unit"].tolist() == ["points, 0 to 10", "refused"]
    assert table["because"].iloc[0].endswith("0 to 10 is our assumption.")
    assert table["because"].iloc[1] == "No Dumai."


def test_contrasts_are_drawn_largest_on_top_inside_their_band(traits):
    ax = plot_contrasts(traits, xlabel="difference").axes[0]
    assert ax.lines[1].get_xdata().tolist() == sorted(ax.lines[1].get_xdata(), reverse=True)
    assert len(ax.get_yticklabels()) == 45
    assert ax.get_yticklabels()[0].get_text() == "judicial integrity − oral rulings"
    band = ax.patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == (-0.5, 0.5)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_without_a_margin_there_is_no_band(machines):
    assert len(plot_contrasts(machines, xlabel="difference").axes[0].patches) == 0


def test_bars_join_what_lies_within_one_critical_difference():
    assert find_bars([1.0, 2.0, 3.0], 1.0) == [(0, 1), (1, 2)]
    assert find_bars([1.0, 1.5, 2.0, 4.0], 1.0) == [(0, 2)]
    assert find_bars([1.0, 3.0], 1.0) == []


def test_ranks_are_drawn_where_they_are_with_the_critical_difference():
    ax = plt.subplots()[1]
    draw_ranks(ax, [1.5, 1.8, 2.7], ["a", "b", "c"], 0.5)
    lines = [line.get_xdata() for line in ax.lines]
    assert [list(line) for line in lines[1:6:2]] == [[1.5], [1.8], [2.7]]
    assert lines[6] == pytest.approx([1.46, 1.84])
    assert lines[7] == pytest.approx([1, 1.5])
    assert {text.get_text().strip() for text in ax.texts} == {"a", "b", "c", "critical difference 0.50"}


def test_the_ranks_of_a_family_are_its_mean_ranks(machines):
    ax = plot_critical_difference(machines, xlabel="rank").axes[0]
    drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert drawn == sorted(machines.means()["mean_rank"])


def test_validation_says_how_many_passed_and_names_what_missed():
    found = validate_statistics(
        load_evidence(SHIPPED / "principles"), entries=["four_fifths", "nemenyi_quantiles"]
    )
    largest = found.answers.eval("abs(difference) / tolerance").groupby(found.answers["entry"]).max()
    assert closeness_of(found).set_index("entry")["estimate"].to_dict() == pytest.approx(largest.to_dict())
    assert say_validation(found).sentences == (
        "12 of 12 answers from 2 sources come out here as printed, within their tolerance.",
    )
    missed = found.answers.assign(difference=1.0, passed=False)
    worse = type(found)(answers=missed.iloc[:1], entries=found.entries.iloc[:1], left_out=("lme4_insteval",))
    assert say_validation(worse).sentences == (
        "0 of 1 answer from 1 source come out here as printed, within their tolerance.",
        "Outside the tolerance: 2 treatments (quantiles of Nemenyi).",
        "Left out, since their data are in another study or place: InstEval (lme4).",
    )


def test_origins_count_what_is_quoted_from_memory_and_what_is_not_recomputed():
    found = validate_statistics(load_evidence(SHIPPED / "principles"), entries=["four_fifths", "koo_li_2016"])
    elsewhere = list_elsewhere()
    assert say_origins(found, elsewhere).sentences == (
        "Quoted from memory, since the source was not at hand: 3 answers from 1 source. "
        "A second computation agrees with each.",
        f"{len(elsewhere)} further published examples are not recomputed on this page; "
        "a table below says why.",
    )
    assert "3 jawaban dari 1 sumber" in say_origins(found, elsewhere, lang="id").sentences[0]
    printed = validate_statistics(load_evidence(SHIPPED / "principles"), entries=["koo_li_2016"])
    assert say_origins(printed, elsewhere.iloc[:0]).sentences == ()


def test_a_small_p_value_is_never_shown_as_zero(traits):
    shown = make_table(
        traits.to_frame(), label="tbl-x", caption="p.", columns={"first": "", "p_adjusted": ""}
    ).shown()
    assert shown["p_adjusted"].iloc[-1] != "0.000"
    assert "< 0.001" in set(shown["p_adjusted"])
