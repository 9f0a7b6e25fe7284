"""Figures as SVG are the pictures that matplotlib saves, made with less work."""

import re
from io import StringIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from evalkit.present import pictures
from evalkit.present.figures.canvas import legend_above, new_axes, new_panels
from evalkit.present.pictures import write_svg
from evalkit.present.theme import use_theme
from evalkit.study.svg import number_names

#: Of a picture's points: matplotlib scales its paper by 72 / dpi, which may turn a last digit.
LAST_DIGIT = 2e-6
NUMBER = re.compile(r"-?\d+\.\d+")


@pytest.fixture(autouse=True)
def theme():
    with plt.rc_context():
        use_theme()
        yield
    plt.close("all")


def draw_rows():
    ax = new_axes(height=5.0)
    ax.errorbar(np.linspace(0, 1, 12), range(12), xerr=0.1, fmt="o", label="estimate")
    ax.set_yticks(range(12), [f"row number {i}" for i in range(12)])
    ax.set_title("A title\nin two lines", linespacing=2)
    ax.text(0.5, 4, "aslant", rotation=30, rotation_mode="anchor")
    ax.text(0.5, 6, "aslant", rotation=60, multialignment="right")
    legend_above(ax, n_columns=2)
    return ax.figure


def draw_shades():
    figure, axes = new_panels(1, 2, layout="constrained")
    picture = axes[0].imshow(np.arange(12.0).reshape(3, 4))
    figure.colorbar(picture, ax=axes[0])
    axes[1].set_xlabel("wrapped, since it is far too long for the place that it stands in", wrap=True)
    return figure


def draw_without_engine():
    figure = plt.figure(layout="none")
    figure.add_subplot(projection="polar").plot([0, 1, 2], [1, 2, 1])
    return figure


def save(figure):
    text = StringIO()
    figure.savefig(
        text, format="svg", dpi=figure.dpi, bbox_inches="tight", facecolor="white", metadata={"Date": None}
    )
    return text.getvalue()


@pytest.mark.parametrize("draw", [draw_rows, draw_shades, draw_without_engine])
def test_a_picture_is_the_one_that_is_saved(draw):
    saved, written = (number_names(make(draw())) for make in (save, write_svg))
    assert NUMBER.sub("#", written) == NUMBER.sub("#", saved)
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (written, saved)]
    np.testing.assert_allclose(*numbers, rtol=0, atol=LAST_DIGIT)


def test_a_picture_can_be_written_again_and_the_figure_is_as_it_was():
    figure = draw_rows()
    before = figure.dpi, figure.canvas, figure.get_layout_engine(), Text._get_layout
    assert write_svg(figure) == write_svg(figure)
    assert (figure.dpi, figure.canvas, figure.get_layout_engine(), Text._get_layout) == before


def test_a_figure_that_cannot_be_drawn_leaves_matplotlib_as_it_was():
    before = Text._get_layout
    figure = draw_rows()
    figure.axes[0].set_xlabel(r"$\unknown$")
    with pytest.raises(ValueError, match="unknown"):
        write_svg(figure)
    assert Text._get_layout is before
    assert figure.get_layout_engine() is not None


def test_a_picture_is_the_same_where_matplotlib_has_no_such_layout(monkeypatch):
    written = number_names(write_svg(draw_rows()))
    lay_out = Text._get_layout
    monkeypatch.setattr(pictures, "Text", type("Renamed", (), {}))
    assert number_names(write_svg(draw_rows())) == written
    assert Text._get_layout is lay_out


def test_a_text_is_laid_out_anew_once_it_says_something_else():
    figure = draw_rows()
    first = write_svg(figure)
    figure.axes[0].set_title("Another title")
    second = write_svg(figure)
    assert first != second
    assert number_names(second) == number_names(write_svg(figure))


def test_of_a_figure_without_anything_there_is_no_picture():
    assert write_svg(plt.figure()) is None
