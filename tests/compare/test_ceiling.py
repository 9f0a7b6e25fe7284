"""Use of the scale, and how often its best end was given."""

from pathlib import Path

import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare.ceiling import FINE, REPEATED, measure_ceiling
from evalkit.errors import DesignError
from evalkit.evidence import Evidence, load_evidence

SHIPPED = Path(__file__).parents[2] / "data"

ROWS = pd.DataFrame({"employee": list("abcdefghij"), "value": [5.0] * 3 + [4.0] * 5 + [2.0] * 2})


def rated(rows: pd.DataFrame, *, low=1.0, high=5.0, lower_is_better=False) -> Evidence:
    scale = {"indicator": ["rating"], "low": low, "high": high, "lower_is_better": lower_is_better}
    about = {"place": "here", "source": "citizen", "indicator": "rating"}
    observations = [{**about, **row} for row in rows.to_dict("records")]
    return make_evidence(observations, indicators=pd.DataFrame(scale))


def test_the_share_at_the_top_has_its_exact_interval():
    """Clopper and Pearson for 3 of 10: .0667 to .6525, as R's binom.test prints them."""
    row = measure_ceiling(rated(ROWS)).to_frame().iloc[0]
    assert (row["estimate"], row["n"], row["caveat"]) == (0.3, 10, "")
    assert [row["conf_low"], row["conf_high"]] == pytest.approx([0.06674, 0.65245], abs=1e-5)


def test_where_low_is_good_the_best_end_is_the_low_one():
    rows = ROWS.assign(value=6 - ROWS["value"])
    row = measure_ceiling(rated(rows, lower_is_better=True)).to_frame().iloc[0]
    assert row["estimate"] == 0.3


def test_categories_are_counted_and_add_up():
    categories = measure_ceiling(rated(ROWS)).categories
    assert categories["category"].to_list() == [2, 4, 5]
    assert categories["n_values"].to_list() == [2, 5, 3]
    assert categories["share"].sum() == pytest.approx(1)


def test_refused_and_missing_ratings_do_not_count():
    rows = pd.concat([ROWS, ROWS.head(2).assign(value=float("nan"), status="refused")])
    rows["status"] = rows["status"].fillna("recorded")
    assert measure_ceiling(rated(rows)).to_frame()["n"].to_list() == [10]


def test_the_order_of_rows_changes_nothing():
    shuffled = ROWS.sample(frac=1, random_state=1)
    first, second = (measure_ceiling(rated(rows)).to_frame() for rows in (ROWS, shuffled))
    pd.testing.assert_frame_equal(first, second)


def test_an_open_scale_has_no_ceiling():
    with pytest.raises(DesignError, match="none has a ceiling"):
        measure_ceiling(rated(ROWS, low=0.0, high=float("nan")))


def test_shipped_sets_say_what_hides_or_widens_their_ceiling():
    shares = measure_ceiling(load_evidence(SHIPPED / "principles")).to_frame().set_index("indicator")
    assert shares.loc["teaching_rating", "caveat"] == REPEATED
    assert shares.loc["teaching_rating", "estimate"] == pytest.approx(15_754 / 73_421)
    assert shares.loc["demeanor", "caveat"] == FINE
    assert "machine_productivity" not in shares.index


def test_results_have_one_key_a_row():
    rows = measure_ceiling(load_evidence(SHIPPED / "principles")).to_results()
    assert not rows.duplicated(["quantity", "place", "group", "item"]).any()
    assert set(rows["quantity"]) == {"ceiling_share"}


def test_positions_run_from_the_worst_to_the_best_value():
    row = measure_ceiling(rated(ROWS)).to_frame().iloc[0]
    assert [row["position_low"], row["position"], row["position_high"]] == [0.25, 0.75, 1.0]


def test_positions_are_the_same_where_low_is_good():
    turned = measure_ceiling(rated(ROWS.assign(value=6 - ROWS["value"]), lower_is_better=True)).to_frame()
    columns = ["position_low", "position", "position_high"]
    pd.testing.assert_frame_equal(turned[columns], measure_ceiling(rated(ROWS)).to_frame()[columns])
