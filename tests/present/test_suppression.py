"""Numbers about fewer than five people are left out, and cannot be had by subtraction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from evalkit.present import make_table, plot_intervals, publish
from evalkit.present.figures.agreement import plot_differences
from evalkit.present.figures.scores import plot_scores
from evalkit.present.published import FEW
from evalkit.present.suppression import names_people, protect_people, suppress, suppress_results
from evalkit.present.withheld import WITHHELD_MIME, told_of
from evalkit.vocabulary import RESULTS_MIME, TABLE_MIME


@pytest.fixture
def protecting():
    protect_people(["asn-000001", "Ratna Prameswari"])
    yield
    protect_people(on=False)


def units(*sizes: int) -> pd.DataFrame:
    names = [f"u{i}" for i in range(len(sizes))]
    return pd.DataFrame({"unit": names, "estimate": np.linspace(60, 80, len(sizes)), "n": sizes})


def gaps(frame: pd.DataFrame, column: str = "estimate") -> list[bool]:
    return frame[column].isna().tolist()


@pytest.mark.parametrize(
    ("sizes", "out"),
    [
        ((12, 9, 5), [False, False, False]),
        ((12, 3, 9), [False, True, True]),  # b alone could be had by subtraction
        ((12, 3, 2), [False, True, True]),  # five together
        ((12, 9, 2, 2), [False, True, True, True]),  # four together are fewer than five
        ((4,), [True]),
    ],
)
def test_a_unit_under_five_goes_and_takes_the_smallest_with_it(sizes, out):
    assert gaps(suppress(units(*sizes)).frame) == out


def test_what_is_left_out_is_never_what_remains_of_the_whole():
    rng = np.random.default_rng(7)
    for _ in range(300):
        sizes = rng.integers(1, 12, size=int(rng.integers(2, 8)))
        out = np.array(gaps(suppress(units(*sizes)).frame))
        assert out[sizes < 5].all()
        assert not out.any() or out.all() or (sizes[out].sum() >= 5 and out.sum() >= 2)


@pytest.mark.parametrize(
    ("share", "out"), [(0.0, True), (1.0, True), (0.04, True), (0.96, True), (0.05, False), (0.5, False)]
)
def test_a_share_needs_five_inside_and_five_outside(share, out):
    frame = pd.DataFrame(
        {"method": ["a"], "estimate": [share], "conf_low": 0.0, "conf_high": 1.0, "n": [100]}
    )
    shown = suppress(frame, shares=("estimate",)).frame
    assert gaps(shown) == gaps(shown, "conf_low") == gaps(shown, "conf_high") == [out]
    assert shown.loc[0, "n"] == 100


def test_shares_of_answers_may_be_all_or_none_but_not_of_few():
    frame = pd.DataFrame({"indicator": ["x", "y", "z"], "estimate": [1.0, 0.0, 0.99], "n": [200, 200, 200]})
    assert gaps(suppress(frame, shares=("estimate",)).frame) == [False, False, True]


def test_categories_of_one_whole_do_not_tell_the_one_that_is_left_out():
    items = ["sangat_kurang", "kurang", "butuh_perbaikan", "baik", "sangat_baik"]
    frame = pd.DataFrame(
        {"quantity": "predikat_share", "item": items, "estimate": [0.1, 0.02, 0.2, 0.5, 0.18], "n": 100}
    )
    assert gaps(suppress_results(frame).frame) == [True, True, False, False, False]


def test_numbers_that_are_no_people_stay():
    frame = pd.DataFrame(
        {"quantity": ["covered_weight", "variance_share"], "estimate": [1.0, 0.0], "n": np.nan}
    )
    assert gaps(suppress_results(frame).frame) == [False, False]
    assert gaps(suppress(pd.DataFrame({"estimate": [1.0], "n_units": [2], "n": [50]})).frame) == [False]


def test_quartiles_need_five_beyond_them_and_extremes_are_never_shown():
    frame = pd.DataFrame(
        {"place": ["a", "b"], "median": [70.0, 71.0], "lower_quartile": 60.0, "maximum": 99.0, "n": [19, 20]}
    )
    shown = suppress(frame).frame
    assert gaps(shown, "lower_quartile") == [True, False]
    assert gaps(shown, "median") == [False, False]
    assert gaps(shown, "maximum") == [True, True]


def test_text_with_numbers_goes_with_its_row_and_names_of_rows_stay():
    frame = pd.DataFrame({"unit": ["u1"], "changed": ["3 % ± 0.1"], "estimate": [0.1], "n": [3]})
    shown = suppress(frame).frame
    assert shown.loc[0, "unit"] == "u1"
    assert pd.isna(shown.loc[0, "changed"])


@pytest.mark.parametrize("column", ["employee", "rater", "nip", "nama"])
def test_a_table_with_a_column_of_people_names_them(column):
    assert names_people(pd.DataFrame({column: ["x"], "score": [1.0]}))


def test_a_table_that_names_somebody_in_a_cell_is_left_out(protecting):
    table = make_table(
        pd.DataFrame({"who": ["Ratna Prameswari"], "score": [71.0]}), label="tbl-x", caption="X."
    )
    bundle = table._repr_mimebundle_()
    assert bundle[TABLE_MIME]["rows"] == []
    assert "Ratna" not in str(bundle)
    assert "71" not in str(bundle)


def test_a_table_says_below_it_that_something_is_left_out(protecting):
    bundle = make_table(units(12, 3, 9), label="tbl-x", caption="X.")._repr_mimebundle_()
    assert "fewer than five people" in bundle["text/html"]
    assert [row[1] for row in bundle[TABLE_MIME]["rows"]] == [60.0, None, None]
    assert bundle[WITHHELD_MIME]["n"] == 2
    assert "70.0" in bundle[WITHHELD_MIME]["texts"]


def test_published_numbers_say_why_one_is_missing(protecting):
    rows = units(12, 3, 9).assign(quantity="mean_score")
    published = publish(rows)._repr_mimebundle_()[RESULTS_MIME]
    assert [(row["estimate"], row["n"], row["caveat"]) for row in published] == [
        (60.0, 12, ""), (None, None, FEW), (None, None, FEW),
    ]  # fmt: skip


def test_nothing_is_left_out_of_studies_whose_people_are_published():
    bundle = make_table(units(12, 3, 9), label="tbl-x", caption="X.")._repr_mimebundle_()
    assert [row[1] for row in bundle[TABLE_MIME]["rows"]] == [60.0, 70.0, 80.0]
    assert WITHHELD_MIME not in bundle


def test_dots_of_people_are_not_drawn_and_bars_only_of_twenty(protecting):
    scores = pd.DataFrame({"method": ["a"] * 25 + ["b"] * 19, "score": np.arange(44.0)})
    ax = plot_scores(scores, names={"a": "A", "b": "B"}, xlabel="points")
    assert not ax.lines
    assert len(ax.patches) == 1
    assert told_of(ax.figure) == "filtered"
    plt.close("all")


def test_intervals_are_not_drawn_where_their_row_is_left_out(protecting):
    frame = units(12, 3, 9).assign(conf_low=1.0, conf_high=2.0)
    ax = plot_intervals(frame, rows=["a", "b", "c"], xlabel="points")
    assert ax.lines[0].get_xdata().tolist() == [60.0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a"]
    ax = plot_intervals(frame.assign(n=3), rows=["a", "b", "c"], xlabel="points")
    assert np.isnan(ax.lines[0].get_xdata()).all()
    plt.close("all")


def test_a_figure_that_evalkit_did_not_draw_counts_as_about_people():
    assert told_of(plt.figure()) == "people"
    assert hasattr(plot_differences, "__wrapped__")  # marked: people one by one
    plt.close("all")
