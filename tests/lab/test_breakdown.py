"""From which dial on a method decides worse than the next one, or than a baseline."""

import numpy as np
import pytest
from diagnosis_maker import CLEAN, DIALS, RISE, make_diagnosis

from evalkit.lab import find_breakdowns


@pytest.fixture
def rng():
    return np.random.default_rng(20260824)


def rows(found, **wanted):
    table = found.of_base()
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table


def test_lines_cross_where_algebra_says(rng):
    """Dumai .20 + .40 d against Semarang's .30: from .25 on; against .35 of the baseline from .375 on."""
    found = find_breakdowns(make_diagnosis(), rng=rng)
    (row,) = rows(found, corruption="refusal", method="dumai", against="next").to_dict("records")
    assert (row["other"], row["verdict"]) == ("semarang", "within")
    assert row["estimate"] == pytest.approx(0.25)
    # the difference rises by .4 a dial and has an error of .001 at the dial itself
    assert row["mc_error"] == pytest.approx(0.001 / 0.4, rel=0.15)
    (row,) = rows(found, corruption="refusal", method="dumai", against="overall_rating").to_dict("records")
    assert row["estimate"] == pytest.approx(0.375)


def test_never_and_from_the_start_are_answers(rng):
    found = find_breakdowns(make_diagnosis(), rng=rng)
    stale = rows(found, corruption="stale_records")
    verdicts = stale.set_index(["method", "against"])["verdict"].to_dict()
    assert verdicts == {
        ("dumai", "next"): "never",
        ("dumai", "overall_rating"): "never",
        ("dumai", "all_evidence"): "from the start",
        ("semarang", "overall_rating"): "never",
        ("semarang", "all_evidence"): "from the start",
    }
    assert stale[stale["verdict"] == "never"]["estimate"].isna().all()


def test_the_last_method_has_no_next_one_and_corruptions_that_come_together_are_not_read(rng):
    found = find_breakdowns(make_diagnosis(), rng=rng)
    assert rows(found, method="semarang", against="next").empty
    assert set(found.levels["corruption"]) == {"refusal", "stale_records"}
    assert set(found.curves["dial"]) == {0.0, *DIALS}


def test_replicates_that_say_too_little_leave_it_unclear(rng):
    found = find_breakdowns(make_diagnosis(error=0.3), rng=rng)
    assert set(rows(found, against="next")["verdict"]) == {"unclear"}


def test_conclusions_are_counted_in_other_scenarios(rng):
    """Nothing changes in the first; in the other Dumai stands every refusal, which turns two of its answers.

    That it is worse than the mean of all evidence from the start is one answer, whatever is spoiled.
    """
    other = {"refusal": dict.fromkeys(CLEAN, 0.0), "stale_records": RISE["stale_records"]}
    names = ("administrative", "administrative half halo", "research")
    found = find_breakdowns(make_diagnosis(scenarios=names, rises={"research": other}), rng=rng)
    counts = found.conclusions.set_index(["scenario", "method"])
    assert counts.loc[("administrative half halo", "dumai"), ["n_held", "n"]].tolist() == [5, 5]
    changed = counts.loc[("research", "dumai"), ["n_held", "n_other", "n_unclear", "n"]].tolist()
    assert changed == [3, 2, 0, 5]
    assert counts.loc[("research", "semarang"), "held_share"] == 1
    assert "administrative" not in counts.index.get_level_values("scenario")


def test_the_next_method_is_that_of_the_base_scenario_and_target(rng):
    found = find_breakdowns(make_diagnosis(targets=("common", "own")), rng=rng, target="own")
    assert found.target == "own"
    assert len(found.levels) == len(find_breakdowns(make_diagnosis(), rng=rng).levels)


def test_results_hold_the_base_scenario_with_errors_and_nothing_infinite(rng):
    names = ("administrative", "research")
    table = find_breakdowns(make_diagnosis(scenarios=names), rng=rng).to_results()
    levels = table[table["quantity"] == "breakdown_dial"]
    assert set(levels["group"]) == {"administrative"}
    assert levels["caveat"].str.contains("Monte Carlo error").all()
    assert not np.isinf(table[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=float)).any()
    assert (table["quantity"] == "conclusions_held_share").sum() == 2


def test_without_a_diagnosis_there_is_nothing(rng):
    found = find_breakdowns(None, rng=rng)
    assert found.levels.empty
    assert found.conclusions.empty
    assert found.curves.empty
    assert found.to_results().empty
