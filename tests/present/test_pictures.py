"""Figures as SVG are the pictures that matplotlib saves, made with less work."""

import re
from io import StringIO

import matplotlib.pyplot as plt
import matplotlib.text
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from evalkit.present import measures, pictures
from evalkit.present.figures.canvas import legend_above, new_axes, new_panels
from evalkit.present.measures import axes_measured_once
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


def draw_panels():
    figure, axes = new_panels(2, 2, sharex=True, sharey="row", layout="constrained", lang="id")
    for i, ax in enumerate(axes.flat):
        ax.plot([0.0001 * i, 1234.5 * i, 3], [0, 1e-7, 2e6 * i])
        ax.set_title(f"panel {i}")
    axes[0, 1].set_xscale("symlog")
    axes[1, 0].twinx().plot([1, 2], [1e9, 1.0000001e9])
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


def list_replaced():
    """Return what stands for a while in matplotlib's place."""
    axis = Axis._update_ticks, Axis._get_ticklabel_bboxes, Axis.get_tightbbox
    return Text._get_layout, *axis, Spine.get_window_extent, Bbox.union, matplotlib.text.TextToPath


@pytest.mark.parametrize("draw", [draw_rows, draw_shades, draw_panels, draw_without_engine])
def test_a_picture_is_the_one_that_is_saved(draw):
    saved, written = (number_names(make(draw())) for make in (save, write_svg))
    assert NUMBER.sub("#", written) == NUMBER.sub("#", saved)
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (written, saved)]
    np.testing.assert_allclose(*numbers, rtol=0, atol=LAST_DIGIT)


def test_a_picture_can_be_written_again_and_the_figure_is_as_it_was():
    figure = draw_rows()
    before = figure.dpi, figure.canvas, figure.get_layout_engine(), *list_replaced()
    assert write_svg(figure) == write_svg(figure)
    assert (figure.dpi, figure.canvas, figure.get_layout_engine(), *list_replaced()) == before


def test_a_figure_that_cannot_be_drawn_leaves_matplotlib_as_it_was():
    before = list_replaced()
    figure = draw_rows()
    figure.axes[0].set_xlabel(r"$\unknown$")
    with pytest.raises(ValueError, match="unknown"):
        write_svg(figure)
    assert list_replaced() == before
    assert figure.get_layout_engine() is not None


def test_a_picture_is_the_same_where_matplotlib_has_no_such_layout(monkeypatch):
    written = number_names(write_svg(draw_rows()))
    lay_out = Text._get_layout
    monkeypatch.setattr(pictures, "Text", type("Renamed", (), {}))
    assert number_names(write_svg(draw_rows())) == written
    assert Text._get_layout is lay_out


def test_a_picture_is_the_same_where_matplotlib_finds_ticks_in_another_way(monkeypatch):
    written = number_names(write_svg(draw_panels()))
    monkeypatch.setattr(measures, "Axis", type("Renamed", (), {}))
    assert number_names(write_svg(draw_panels())) == written


def test_ticks_are_found_far_less_often_than_matplotlib_asks_for_them(monkeypatch):
    counts = []
    find_ticks = Axis._update_ticks
    monkeypatch.setattr(Axis, "_update_ticks", lambda axis: counts.append(axis) or find_ticks(axis))
    write_svg(draw_panels())
    n_found = len(counts)
    counts.clear()
    save(draw_panels())
    assert 0 < n_found <= len(counts) / 4


def test_labels_are_measured_far_less_often_than_matplotlib_asks_for_them(monkeypatch):
    counts = []
    measure = Axis._get_ticklabel_bboxes
    monkeypatch.setattr(Axis, "_get_ticklabel_bboxes", lambda *args: counts.append(args) or measure(*args))
    write_svg(draw_panels())
    n_measured = len(counts)
    counts.clear()
    save(draw_panels())
    assert 0 < n_measured <= len(counts) / 4


def test_labels_are_measured_anew_once_their_axes_have_moved():
    ax = draw_rows().axes[0]
    with axes_measured_once():
        first, again = ax.get_tightbbox(), ax.get_tightbbox()
        ax.set_position([0.3, 0.3, 0.5, 0.5])
        moved = ax.get_tightbbox()
    assert (first.bounds, moved.bounds) == (again.bounds, ax.get_tightbbox().bounds)
    assert moved.x0 != first.x0


def test_the_box_around_boxes_is_the_one_of_matplotlib():
    boxes = [Bbox([[3, 1], [-2, 4]]), Bbox([[0.5, -7], [0.25, 9]]), Bbox.unit()]
    plain = Bbox.union(boxes).bounds
    with axes_measured_once():
        assert Bbox.union(boxes).bounds == plain
        with pytest.raises(ValueError, match="empty"):
            Bbox.union([])


def test_ticks_are_found_anew_once_something_else_is_in_view():
    figure = draw_rows()
    first = write_svg(figure)
    figure.axes[0].set_xlim(-1.5, 2.5)
    second = write_svg(figure)
    assert first != second
    assert number_names(second) == number_names(write_svg(figure))


def test_a_text_is_laid_out_anew_once_it_says_something_else():
    figure = draw_rows()
    first = write_svg(figure)
    figure.axes[0].set_title("Another title")
    second = write_svg(figure)
    assert first != second
    assert number_names(second) == number_names(write_svg(figure))


def test_of_a_figure_without_anything_there_is_no_picture():
    assert write_svg(plt.figure()) is None
