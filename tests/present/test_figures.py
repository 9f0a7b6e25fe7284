"""Figures are tested by what they drew."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.present.figures import (
    plot_acceptability,
    plot_dependability,
    plot_heat,
    plot_intervals,
    plot_reference,
    plot_scores,
    plot_shares,
    plot_weights,
)
from evalkit.present.figures.canvas import say_nothing
from evalkit.present.language import translator

FRAME = pd.DataFrame(
    {"estimate": [0.5, 0.9], "conf_low": [0.4, float("nan")], "conf_high": [0.6, float("nan")]}
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_intervals_stand_in_the_order_of_the_rows_from_the_top():
    ax = plot_intervals(FRAME, rows=["first", "second"], xlabel="x", reference=0.8)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["first", "second"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [0.4, 0.6]
    assert ax.lines[0].get_xdata().tolist() == [0.5, 0.9]
    assert ax.lines[1].get_xdata() == [0.8, 0.8]


def test_intervals_refuse_texts_that_do_not_fit_the_rows():
    with pytest.raises(ValueError, match="1 texts for 2 rows"):
        plot_intervals(FRAME, rows=["first"], xlabel="x")


def test_of_many_rows_the_largest_are_drawn_and_counted():
    many = pd.DataFrame({"estimate": np.arange(60) % 50, "conf_low": 0.0, "conf_high": 1.0})
    ax = plot_intervals(many, rows=[f"row {i}" for i in range(60)], xlabel="x", most=2)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["row 49", "row 48"]
    assert ax.lines[0].get_xdata().tolist() == [49, 48]
    assert (ax.get_title("left") or ax.get_title()) == "the 2 largest of 60"
    whole = plot_intervals(many.head(48), rows=["x"] * 48, xlabel="x", most=2)
    assert (len(whole.get_yticklabels()), whole.get_title("left") + whole.get_title()) == (48, "")


def test_a_method_without_scores_keeps_its_row_and_says_so():
    scores = pd.DataFrame({"method": ["dumai"] * 3, "score": [60.0, 70.0, 90.0]})
    ax = plot_scores(scores, names={"dumai": "Dumai", "semarang": "Semarang"}, xlabel="points")
    assert [text.get_text() for text in ax.texts] == ["not estimable"]
    assert sorted(ax.lines[0].get_xdata()) == [60.0, 70.0, 90.0]
    assert ax.collections[0].get_segments()[0][0, 0] == 70.0


def test_a_heat_map_writes_its_numbers_and_leaves_gaps_empty():
    table = pd.DataFrame({"a": [0.25, np.nan], "b": [1.0, 0.0]}, index=["x", "y"])
    ax = plot_heat(table, xlabel="", ylabel="")
    assert [text.get_text() for text in ax.texts] == ["25 %", "100 %", "0 %"]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_figure_without_anything_is_a_line_that_says_why(lang):
    ax = say_nothing("no survey of those who are served", lang=lang)
    ax.figure.canvas.draw()
    (text,), sheet = ax.texts, ax.figure.bbox
    assert text.get_text() == translator(lang)("no survey of those who are served")
    assert sheet.height / ax.figure.dpi < 0.6
    drawn = text.get_window_extent()
    assert all(sheet.contains(*corner) for corner in drawn.corners())


def test_stacked_shares_end_at_one_and_small_ones_go_unlabelled():
    ax = plot_shares(pd.DataFrame({"a": [0.7], "b": [0.28], "c": [0.02]}, index=["x"]), xlabel="")
    assert ax.patches[-1].get_x() + ax.patches[-1].get_width() == pytest.approx(1)
    assert [text.get_text() for text in ax.texts] == ["70 %", "28 %", ""]


def test_dependability_draws_a_curve_a_place_its_band_and_the_target():
    curves = pd.DataFrame(
        {
            "place": ["a", "a"],
            "n_ratings": [1, 2],
            "estimate": [0.3, 0.5],
            "conf_low": [0.2, 0.4],
            "conf_high": [0.4, 0.6],
        }
    )
    ax = plot_dependability(curves, names={"a": "A"}, xlabel="", ylabel="", target=0.75)
    assert ax.lines[0].get_ydata().tolist() == [0.3, 0.5]
    assert ax.lines[1].get_ydata() == [0.75, 0.75]
    assert len(ax.collections) == 1


def test_weights_draw_one_panel_a_method_with_its_ranges():
    weights = pd.DataFrame(
        {
            "method": ["m", "m", "k"],
            "component": ["one", "two", "three"],
            "weight": [0.4, 0.6, 1.0],
            "low": [0.3, 0.5, 0.9],
            "high": [0.5, 0.7, 1.0],
        }
    )
    figure = plot_weights(weights, names={"m": "M", "k": "K"}, xlabel="weight")
    assert [ax.get_title() or ax.get_title("left") for ax in figure.axes] == ["M", "K"]
    assert figure.axes[0].collections[0].get_segments()[1][:, 0].tolist() == [0.5, 0.7]


def test_a_reference_shows_range_overlap_and_observed_value_of_each_pair():
    frame = pd.DataFrame(
        {
            "estimate": [0.9],
            "conf_low": [0.8],
            "conf_high": [0.95],
            "reference_low": [0.7],
            "reference_high": [0.97],
            "overlap_alone": [0.1],
        }
    )
    ax = plot_reference(frame, rows=["a and b"], xlabel="")
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [0.7, 0.97]
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0.1], [0.9]]


def test_acceptability_names_nobody():
    ax = plot_acceptability(
        np.array([[1.0, 0, 0], [0.2, 0.5, 0.3]]), bands=["t", "m", "b"], xlabel="x", ylabel="y"
    )
    assert [patch.get_height() for patch in ax.patches[:2]] == [1.0, 0.2]
    assert list(ax.get_xticklabels()) == []
