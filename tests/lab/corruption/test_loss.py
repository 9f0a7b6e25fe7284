import numpy as np
import pytest

from evalkit.lab.corruption import Corruption, corrupt

DOSES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
AT_RANDOM_OR_NOT = ("missing_at_random", "missing_by_value")


def spoil(evidence, kind, dose, seed=1):
    return corrupt(evidence, [Corruption(kind, dose)], seed).observations


def lost(evidence, after, status="missing"):
    """Tell which observations were recorded and are lost now."""
    return (evidence.observations["status"] == "recorded") & (after["status"] == status)


@pytest.mark.parametrize("kind", AT_RANDOM_OR_NOT)
@pytest.mark.parametrize("dose", DOSES)
def test_the_dose_is_the_share_that_goes_missing(evidence, kind, dose):
    n = (evidence.observations["status"] == "recorded").sum()
    assert lost(evidence, spoil(evidence, kind, dose)).sum() == round(dose * n)


@pytest.mark.parametrize("kind", ["missing_at_random", "missing_by_value", "missing_by_unit"])
def test_nothing_is_left_at_full_dose_and_nothing_becomes_a_zero(evidence, kind):
    after = spoil(evidence, kind, 1)
    assert after["value"].isna().all()
    assert set(after["status"]) == {"missing", "refused"}  # what was refused before stays refused


def standard_value(evidence):
    """Return values in standard deviations within indicator and source, the better the higher."""
    rows = evidence.observations
    value = rows.groupby(["indicator", "source"])["value"].transform(lambda x: (x - x.mean()) / x.std())
    lower = rows["indicator"].map(evidence.indicators.set_index("indicator")["lower_is_better"])
    return value.where(~lower.astype(bool), -value)


def test_poor_values_go_missing_first_when_it_depends_on_the_value(evidence):
    value = standard_value(evidence)
    left = [value[spoil(evidence, "missing_by_value", dose)["value"].notna()].mean() for dose in DOSES[:-1]]
    assert (np.diff(left) > 0).all()
    gone = lost(evidence, spoil(evidence, "missing_by_value", 0.3))
    assert gone.corr(value) == pytest.approx(-0.54, abs=0.03)  # √½ · φ(z)/√(pq) at p = .3 is .537


def test_where_low_is_good_high_values_go_missing_first(evidence):
    rows = evidence.observations
    complaints = (rows["indicator"] == "complaints") & (rows["status"] == "recorded")
    gone = spoil(evidence, "missing_by_value", 0.3)["value"].isna()[complaints]
    values = rows["value"][complaints]
    assert values[gone].mean() > values[~gone].mean() + values.std() / 2


def test_values_do_not_matter_to_what_goes_missing_at_random(evidence):
    value = standard_value(evidence)
    gone = lost(evidence, spoil(evidence, "missing_at_random", 0.3))
    assert abs(gone.corr(value)) < 3 / np.sqrt(len(value))


@pytest.mark.parametrize("dose", [0.25, 0.5, 0.75])
def test_a_unit_loses_all_or_nothing(evidence, dose):
    gone = lost(evidence, spoil(evidence, "missing_by_unit", dose))
    recorded = evidence.observations["status"] == "recorded"
    shares = gone[recorded].groupby(evidence.observations["unit"]).mean()
    assert set(shares) == {0.0, 1.0}
    assert shares.sum() == round(dose * len(shares))


def test_weak_units_are_more_often_among_those_that_lose_all(evidence):
    by_unit = standard_value(evidence).groupby(evidence.observations["unit"]).mean()
    weak = set(by_unit.nsmallest(4).index)
    n_weak = 0
    for seed in range(40):
        gone = lost(evidence, spoil(evidence, "missing_by_unit", 0.5, seed=seed))
        n_weak += len(weak & set(evidence.observations["unit"][gone]))
    assert n_weak / 40 > 2.5  # of four; two if it were chance


def test_the_share_who_refuse_grows_with_the_dose(evidence):
    rows = evidence.observations
    own = rows["source"] == "self"
    shares = [lost(evidence, spoil(evidence, "refusal", dose), "refused")[own].mean() for dose in DOSES]
    assert (np.diff(shares) > 0).all()
    assert shares[-1] == (rows["status"][own] == "recorded").mean()
    people = rows["employee"][lost(evidence, spoil(evidence, "refusal", 0.5), "refused") & own]
    assert people.nunique() == pytest.approx(40, abs=4 * np.sqrt(20))


def test_who_refuses_rates_nobody_and_enters_nothing(evidence):
    rows, after = evidence.observations, spoil(evidence, "refusal", 0.4)
    gone = lost(evidence, after, "refused")
    recorded = rows["status"] == "recorded"
    refusers = set(rows["employee"][gone & (rows["source"] == "self")])
    for source in ("peer", "subordinate"):
        asked = recorded & (rows["source"] == source)
        assert (gone[asked] == rows["rater"][asked].isin(refusers)).all()
    entries = recorded & (rows["indicator"] == "monitoring_entries")
    assert (gone[entries] == rows["employee"][entries].isin(refusers)).all()


def test_neither_supervisors_nor_citizens_nor_other_records_refuse(evidence):
    gone = lost(evidence, spoil(evidence, "refusal", 1), "refused")
    assert set(evidence.observations["source"][gone]) == {"self", "peer", "subordinate", "system"}
    assert set(evidence.observations.query("source == 'system'")["indicator"][gone]) == {"monitoring_entries"}
