"""Reports of agencies: whether they are there, in time, and right."""

import numpy as np
import pytest
from evidence_maker import make_evidence
from service_maker import answer, record_ikm, report

from evalkit.compare import measure_agency_reports
from evalkit.errors import UsageError
from evalkit.rules import compute_ikm

PERIODS = ("2025Q1", "2025Q2")


def sakip(year, value, item="", unit="office"):
    about = {"place": "here", "unit": unit, "indicator": "sakip", "source": "agency_report"}
    return {**about, "period": f"{year}Q4", "item": item, "value": value}


@pytest.fixture(scope="module")
def found():
    rows = [
        report("a", "2025Q1", "2025-04-03"),  # 3 days after the end of the quarter
        report("a", "2025Q2", "2025-07-20"),  # 20 days
        report("b", "2025Q1", None, status="missing"),
        # of unit b and the second quarter there is not even a row
    ]
    return measure_agency_reports(make_evidence(rows))


def test_a_report_without_a_row_is_missing_too(found):
    row = found.completeness.iloc[0]
    assert (row["n_there"], row["n"], row["estimate"]) == (2, 4, 0.5)


def test_days_count_from_the_end_of_the_quarter(found):
    row = found.timeliness.iloc[0]
    assert (row["n_timely"], row["n"]) == (1, 2)
    assert (row["least_days"], row["median_days"], row["most_days"]) == (3, 11.5, 20)


def test_a_deadline_is_itself_in_time():
    rows = [report("a", "2025Q1", "2025-04-07"), report("a", "2025Q2", "2025-07-08")]
    assert measure_agency_reports(make_evidence(rows)).timeliness["n_timely"].tolist() == [1]
    assert measure_agency_reports(make_evidence(rows), deadline_days=8).timeliness["n_timely"].tolist() == [2]


def test_without_dates_timeliness_is_refused_and_completeness_is_not():
    found = measure_agency_reports(make_evidence([report("a", period, None) for period in PERIODS]))
    assert found.completeness["estimate"].tolist() == [1.0]
    reasons = found.refused.set_index("quantity")["reason"]
    assert reasons["report_timeliness"] == "No report has a date, so nobody can tell whether it came in time."


def test_reports_without_a_period_are_refused():
    found = measure_agency_reports(make_evidence([report("a", "", "2025-04-03")]))
    assert found.completeness.empty
    assert found.refused.set_index("quantity")["reason"]["report_completeness"].startswith(
        "The reports name no period"
    )


def test_a_negative_deadline_is_no_deadline():
    with pytest.raises(UsageError, match="A deadline is a number of days from 0 on; found -1"):
        measure_agency_reports(make_evidence([report("a", "2025Q1", None)]), deadline_days=-1)


def test_sakip_years_of_one_rule_are_compared():
    found = measure_agency_reports(make_evidence([sakip(2023, 66.0), sakip(2024, 71.5)]))
    assert found.sakip["grade"].tolist() == ["B", "BB"]
    assert found.sakip["change"].tolist()[1] == 5.5
    assert found.to_results().query("quantity == 'sakip_change'")["estimate"].tolist() == [5.5]


def test_sakip_years_on_both_sides_of_the_line_are_refused():
    found = measure_agency_reports(make_evidence([sakip(2020, 66.0), sakip(2024, 71.5)]))
    assert found.sakip["change"].isna().all()
    assert found.sakip["caveat"].iloc[0].startswith("from before 2022")
    reason = found.refused.set_index("quantity")["reason"]["sakip_change"]
    assert "different weights; 2020 and 2024 lie on both sides of 2022" in reason


def test_sakip_components_give_the_score_and_hold_one_that_is_given():
    parts = {"planning": 80, "measurement": 70, "reporting": 60, "evaluation": 40}
    rows = [sakip(2024, float(value), item=name) for name, value in parts.items()]
    assert measure_agency_reports(make_evidence(rows)).sakip["estimate"].tolist() == [64.0]
    given = measure_agency_reports(make_evidence([*rows, sakip(2024, 70.0)])).sakip
    assert given["estimate"].tolist() == [70.0]
    assert given["caveat"].tolist() == ["the given score is not that of its components"]
    lacking = measure_agency_reports(make_evidence(rows[:3])).sakip
    assert np.isnan(lacking["estimate"].iloc[0])


ROWS = answer("a", 20, seed=5, missing=0.1)


def exact_ikm():
    wide = make_evidence(ROWS).observations.pivot_table(index="rater", columns="item", values="value")
    return compute_ikm(wide.to_numpy()), wide.to_numpy()


def recorded(value):
    found = measure_agency_reports(make_evidence(ROWS, recorded=record_ikm(("a", "2025Q1", value))))
    return found, found.recorded_ikm.iloc[0]


def test_a_recorded_ikm_that_is_right_is_told_so():
    found, row = recorded(exact_ikm()[0].rounded)
    assert (row["difference"], row["explained"]) == (0, "")
    assert found.agreeing()[["estimate", "n"]].to_numpy().tolist() == [[1.0, 1]]
    assert found.to_results().query("quantity == 'ikm_recorded_difference'").empty


def test_the_usual_defects_explain_a_recorded_ikm():
    ikm, answers = exact_ikm()
    short = recorded(round(9 * 0.11 * ikm.value, 2))[1]
    assert short["explained"] == "short_weight"
    divided = recorded(round(25 * np.nansum(answers) / answers.size, 2))[1]
    assert divided["explained"] == "missing_answers_divided"
    other = recorded(round(ikm.value + 3, 2))[1]
    assert (other["explained"], other["difference"]) == ("", pytest.approx(3, abs=0.02))


def test_what_is_absent_is_refused_for_each_place():
    found = measure_agency_reports(make_evidence(answer("a", 6)))
    assert set(found.refused["quantity"]) == {
        "report_completeness",
        "report_timeliness",
        "sakip_score",
        "ikm_recorded_as_recomputed",
    }
    assert found.to_results()["estimate"].isna().all()
