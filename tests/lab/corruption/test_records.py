import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.lab.corruption import Corruption, corrupt

DOSES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def spoil(evidence, kind, dose, seed=1):
    return corrupt(evidence, [Corruption(kind, dose)], seed).observations


def curve(evidence, kind, measure):
    """Measure the observations at every dose."""
    return np.array([measure(spoil(evidence, kind, dose)) for dose in DOSES])


def records(rows, indicator):
    return rows.query("source == 'system' and status == 'recorded' and indicator == @indicator")["value"]


def chain(values, **cells):
    """Make one record a quarter, dated at its end."""
    return [
        {
            "place": "p", "unit": "u", "employee": "e", "source": "system", "indicator": "productivity",
            "period": f"2025Q{i}", "recorded_on": pd.Timestamp(2025, 3 * i, 28), "value": value,
            "status": "missing" if np.isnan(value) else "recorded", **cells,
        }
        for i, value in enumerate(values, 1)
    ]  # fmt: skip


def test_fewer_and_fewer_miss_the_target_and_nobody_at_full_dose(evidence):
    missed = curve(evidence, "kpi_gaming", lambda rows: (records(rows, "productivity") < 100).mean())
    assert (np.diff(missed) < 0).all()
    assert missed[0] > 0.5
    assert missed[-1] == 0


def test_gaming_reaches_the_target_and_leaves_what_is_above(evidence):
    before, after = evidence.observations, spoil(evidence, "kpi_gaming", 1)
    for indicator in ("productivity", "improvement", "monitoring_entries"):
        honest, gamed = records(before, indicator), records(after, indicator)
        pd.testing.assert_series_equal(gamed, honest.clip(lower=100))


@pytest.mark.parametrize(
    ("indicator", "lower_is_better"), [("ktp_days", True), ("complaints", True), ("permits_on_time", False)]
)
def test_without_a_target_what_the_best_quarter_reaches_is_the_target(evidence, indicator, lower_is_better):
    honest = records(evidence.observations, indicator)
    gamed = records(spoil(evidence, "kpi_gaming", 1), indicator)
    target = gamed.max() if lower_is_better else gamed.min()
    expected = honest.clip(upper=target) if lower_is_better else honest.clip(lower=target)
    pd.testing.assert_series_equal(gamed, expected)
    reach = (honest <= target) if lower_is_better else (honest >= target)
    assert target in set(honest)
    n_tied = (honest == target).sum()  # counts are tied
    assert 0.25 * len(honest) - 1 <= reach.sum() <= 0.25 * len(honest) + n_tied + 1


def test_who_games_does_so_with_every_indicator_in_every_quarter(evidence):
    before, after = evidence.observations, spoil(evidence, "kpi_gaming", 0.4)
    percent = before["indicator"].isin(["productivity", "improvement", "monitoring_entries"])
    missing_target = percent & (before["value"] < 100)
    gamed = (after["value"] == 100)[missing_target].groupby(before["employee"]).mean()
    assert set(gamed) == {0.0, 1.0}


def test_the_correlation_with_the_true_record_falls_to_one_less_the_dose(evidence):
    honest = records(evidence.observations, "productivity")
    kept = curve(evidence, "inaccurate_records", lambda rows: records(rows, "productivity").corr(honest))
    margin = 4 / np.sqrt(len(honest))
    assert (np.diff(kept) < 0).all()
    assert kept == pytest.approx(1 - np.array(DOSES), abs=margin)


def test_a_wrong_record_holds_another_one_of_the_same_place_and_indicator(evidence):
    before, after = evidence.observations, spoil(evidence, "inaccurate_records", 1)
    read = before["source"].isin(["system", "agency_report"]) & (before["status"] == "recorded")
    by = ["place", "indicator", "source"]
    known = before[read].groupby(by)["value"].agg(set)
    found = after[read].groupby(by)["value"].agg(set)
    assert all(values <= known[key] for key, values in found.items())
    assert (after["value"] != before["value"])[read].mean() > 0.8


def test_records_become_older_with_the_dose(evidence):
    ages = curve(evidence, "stale_records", lambda rows: -rows["recorded_on"].astype("int64").mean())
    assert (np.diff(ages) > 0).all()


def test_at_full_dose_every_record_is_the_first_one_of_its_person_and_indicator():
    made = make_evidence([*chain([1, 2, 3, 4]), *chain([50, 60, 70, 80], employee="f")])
    after = spoil(made, "stale_records", 1)
    assert after["value"].tolist() == [1] * 4 + [50] * 4
    assert set(after["recorded_on"]) == {pd.Timestamp(2025, 3, 28)}
    assert after["period"].tolist() == made.observations["period"].tolist()


def test_a_stale_record_repeats_the_last_one_that_was_brought_up_to_date():
    made = make_evidence([row for i in range(300) for row in chain([1, 2, 3, 4], employee=f"e{i}")])
    found = {tuple(group["value"]) for _, group in spoil(made, "stale_records", 0.5).groupby("employee")}
    assert found == {
        (1, second, third, fourth) for second in (1, 2) for third in (second, 3) for fourth in (third, 4)
    }  # every way in which each of the three is its own or the one before


def test_the_order_of_rows_is_no_matter_to_what_is_earlier():
    made = make_evidence(chain([1, 2, 3, 4])[::-1])
    assert spoil(made, "stale_records", 1)["value"].tolist() == [1] * 4


def test_a_gap_is_no_record_to_repeat_and_stays_a_gap():
    after = spoil(make_evidence(chain([np.nan, 2, np.nan, 4])), "stale_records", 1)
    assert after["value"].fillna(-1).tolist() == [-1, 2, -1, 2]
    assert after["status"].tolist() == ["missing", "recorded", "missing", "recorded"]


def test_a_record_without_a_period_is_never_stale():
    made = make_evidence([*chain([1, 2]), *chain([9], period="")])
    assert spoil(made, "stale_records", 1)["value"].tolist() == [1, 1, 9]
