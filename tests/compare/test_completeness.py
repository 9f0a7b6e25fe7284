import pandas as pd
import pytest
from evidence_maker import make_evidence
from scipy.stats import beta

from evalkit.compare.completeness import Completeness, measure_completeness
from evalkit.errors import DesignError


def row(status="recorded", **columns):
    value = 3.0 if status == "recorded" else float("nan")
    return {
        "place": "a",
        "source": "peer",
        "indicator": "initiative",
        "value": value,
        "status": status,
        **columns,
    }


def test_counts_what_was_recorded_refused_and_missing_with_an_exact_interval():
    rows = [row(employee=str(i), rater="r") for i in range(8)] + [row("refused"), row("missing")]
    (counts,) = measure_completeness(make_evidence(rows)).counts.to_dict("records")
    assert (counts["n"], counts["n_recorded"], counts["n_refused"], counts["n_missing"]) == (10, 8, 1, 1)
    assert (counts["n_employees"], counts["n_raters"], counts["n_units"]) == (8, 1, 0)
    assert counts["estimate"] == 0.8
    assert counts["conf_low"] == pytest.approx(beta.ppf(0.025, 8, 3))
    assert counts["conf_high"] == pytest.approx(beta.ppf(0.975, 9, 2))


def test_the_order_of_rows_changes_nothing():
    rows = [
        row(place=place, status=status) for place in "ab" for status in ("recorded", "refused", "recorded")
    ]
    forwards, backwards = (measure_completeness(make_evidence(list(r))) for r in (rows, reversed(rows)))
    pd.testing.assert_frame_equal(forwards.to_frame(), backwards.to_frame())


def test_everything_recorded_still_has_a_lower_bound_below_one():
    (counts,) = measure_completeness(make_evidence([row()] * 20)).counts.to_dict("records")
    assert counts["estimate"] == counts["conf_high"] == 1
    assert counts["conf_low"] == pytest.approx(0.025 ** (1 / 20))


def test_no_observation_is_refused():
    with pytest.raises(
        DesignError, match=r"^The evidence of made has no observation left\. Widen the choice"
    ):
        measure_completeness(make_evidence([]))


def test_published_rows_name_place_source_and_indicator():
    (published,) = measure_completeness(make_evidence([row()])).to_results().to_dict("records")
    assert published["quantity"] == "share_recorded"
    assert (published["place"], published["group"], published["item"], published["n"]) == (
        "a",
        "peer",
        "initiative",
        1,
    )


def test_counts_that_do_not_add_up_are_refused():
    counts = pd.DataFrame({"n": [3], "n_recorded": [1], "n_refused": [1], "n_missing": [0]})
    with pytest.raises(ValueError, match="do not add up"):
        Completeness(counts=counts, steps=pd.DataFrame(), conf_level=0.95)
