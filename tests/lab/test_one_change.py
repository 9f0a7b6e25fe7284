"""What one change of a method's raters would do, from the designs that were tried."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import UsageError
from evalkit.lab import compare_changes
from evalkit.lab.one_change import ALONE, HALF_STALE, MAIN, UNREAD, OneChange
from evalkit.methods import load_methods
from lab.diagnosis_maker import make_diagnosis

METHODS = load_methods()
NUMBERS = ("supervisors", "peers", "citizens", "visitors", "quarters")


def remake(loss, minutes=None, *, mc_error=0.0001, diagnosis=None):
    """Return a diagnosis whose losses of Dumai and Surakarta follow a rule of the numbers of a design."""
    diagnosis = diagnosis or make_diagnosis(mc_error=mc_error)
    doses = {one.name: one.dose for one in diagnosis.plan.scenarios}
    quarters = {one.name: one.quarters for one in diagnosis.plan.scenarios}
    summary = diagnosis.summary.copy()
    for i, row in summary.iterrows():
        numbers = {name: getattr(doses[row["scenario"]], name) for name in NUMBERS[:-1]}
        numbers["quarters"] = quarters[row["scenario"]]
        if row["method"] in ("dumai", "surakarta"):
            rule = loss if row["quantity"] == "decision_loss" else minutes or spend
            summary.loc[i, "estimate"] = rule(numbers)
    return replace(diagnosis, summary=summary)


def additive(of):
    return 0.5 - 0.03 * of["supervisors"] - 0.02 * np.log2(of["visitors"] / 10) - 0.01 * of["quarters"]


def spend(of):
    return of["quarters"] * (3.0 + 2 * of["supervisors"] + of["peers"] + 0.5 * of["citizens"])


def test_a_change_of_one_thing_is_the_difference_of_two_designs():
    found = compare_changes(remake(additive), METHODS["surakarta"]).tried().set_index("to")
    assert found.index.tolist() == ["3", "2"]
    assert (found["basis"] == ALONE).all()
    assert found["estimate"].tolist() == pytest.approx([0.06, 0.03])
    assert found["minutes"].tolist() == pytest.approx([4 * 2 * 2, 4 * 2])
    assert found["before"].tolist() == pytest.approx([0.41, 0.41]), "the mean over what it does not read"


def test_main_effects_recover_losses_that_add_up_where_no_two_designs_differ_in_one_thing():
    found = compare_changes(remake(additive), METHODS["dumai"])
    rows = found.tried().set_index(["change", "to"])
    assert (rows["basis"] == MAIN).all()
    gains = {key: rows.loc[key, "estimate"] for key in rows.index}
    assert gains == pytest.approx(
        {
            ("supervisors", "3"): 0.06,
            ("supervisors", "2"): 0.03,
            ("citizens, visitors", "4, 40"): 0.04,
            ("citizens, visitors", "2, 20"): 0.02,
            ("peers", "4"): 0.0,
        }
    )
    assert rows.loc[("supervisors", "2"), "minutes"] == pytest.approx(8)
    assert rows.loc[("peers", "4"), "minutes"] == pytest.approx(8)


def test_what_main_effects_leave_over_makes_their_error():
    def interplay(of):
        return additive(of) + 0.01 * of["supervisors"] * of["quarters"]

    plain, mixed = (compare_changes(remake(rule), METHODS["dumai"]).tried() for rule in (additive, interplay))
    assert (mixed["mc_error"] > 10 * plain["mc_error"].max()).all()


def test_the_error_of_a_difference_is_that_of_two_designs():
    found = compare_changes(remake(additive, mc_error=0.003), METHODS["surakarta"]).tried()
    assert found["mc_error"].tolist() == pytest.approx([np.hypot(0.003, 0.003)] * 2)


def test_the_best_change_is_sure_and_the_cheapest_gains_most_for_its_minutes():
    found = compare_changes(remake(additive), METHODS["dumai"])
    assert (found.best()["change"], found.best()["to"]) == ("supervisors", "3")
    cheap = found.cheapest()
    per_minute = found.tried()["estimate"] / found.tried()["minutes"]
    assert cheap["estimate"] / cheap["minutes"] == pytest.approx(per_minute.max())
    doubtful = compare_changes(remake(additive, mc_error=0.5), METHODS["surakarta"])
    assert doubtful.best() is None
    assert doubtful.cheapest() is None


def test_more_of_those_whom_a_method_does_not_ask_change_nothing():
    rows = compare_changes(remake(additive), METHODS["surakarta"]).changes
    unread = rows[rows["basis"] == UNREAD]
    assert unread["change"].tolist() == ["peers", "citizens", "visitors"]
    assert (unread[["estimate", "mc_error", "minutes"]] == 0).all(axis=None)


def test_fresh_records_are_told_for_records_of_which_half_are_stale_and_come_last():
    diagnosis = remake(additive)
    summary = diagnosis.summary.assign(change=np.nan, change_error=np.nan)
    clean = summary[(summary["quantity"] == "decision_loss") & (summary["method"] == "surakarta")].iloc[[0]]
    stale = clean.assign(corruption="stale_records=0.5", estimate=0.5, change=0.07, change_error=0.01)
    diagnosis = replace(diagnosis, summary=pd.concat([summary, stale], ignore_index=True))
    found = compare_changes(diagnosis, METHODS["surakarta"])
    last = found.changes.iloc[-1]
    assert (last["change"], last["basis"]) == ("stale_records", HALF_STALE)
    assert last[["before", "after", "estimate", "mc_error"]].tolist() == pytest.approx(
        [0.5, 0.43, 0.07, 0.01]
    )
    assert found.to_results()["caveat"].iloc[-1] == f"minutes not known; {HALF_STALE}"
    assert "stale_records" not in found.tried()["change"].tolist()


@pytest.mark.parametrize(
    ("diagnosis", "method", "reason"),
    [
        (None, "dumai", "this study has no diagnosis, which takes evidence that is simulated many times"),
        (make_diagnosis(), "semarang", "the diagnosis of this study has not tried the method"),
        (make_diagnosis(), None, "no method is described for this place"),
    ],
)
def test_what_cannot_be_said_is_a_row_with_its_reason(diagnosis, method, reason):
    found = compare_changes(diagnosis, METHODS[method] if method else None)
    assert found.reason == reason
    rows = found.to_results()
    assert rows[["quantity", "caveat"]].to_numpy().tolist() == [["gain_of_one_change", reason]]
    assert found.best() is None


def test_a_diagnosis_without_other_numbers_of_raters_says_so():
    diagnosis = make_diagnosis()
    scenarios = tuple(replace(one, bundles=False) for one in diagnosis.plan.scenarios)
    plain = replace(diagnosis, plan=replace(diagnosis.plan, scenarios=scenarios))
    assert "tried no other numbers" in compare_changes(plain, METHODS["dumai"]).reason


def test_an_unknown_target_is_refused():
    with pytest.raises(UsageError, match="one of the targets common; found 'mine'"):
        compare_changes(remake(additive), METHODS["dumai"], target="mine")


def test_results_have_a_key_each_and_ends_two_errors_away():
    rows = compare_changes(remake(additive, mc_error=0.003), METHODS["dumai"]).to_results()
    assert not rows.duplicated(["quantity", "item"]).any()
    found = compare_changes(remake(additive, mc_error=0.003), METHODS["dumai"]).changes
    assert (rows["conf_high"] - rows["estimate"]).tolist() == pytest.approx((2 * found["mc_error"]).tolist())


def test_a_gain_that_is_not_the_difference_of_its_losses_is_refused():
    changes = compare_changes(remake(additive), METHODS["surakarta"]).changes.assign(estimate=1.0)
    with pytest.raises(ValueError, match="not the difference of its losses"):
        OneChange(changes=changes, reason="", target="common")
