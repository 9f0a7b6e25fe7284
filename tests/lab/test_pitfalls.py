"""Traps in samples with a known truth: each does what it is said to do, and the sound reading does not."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from present.numbers_said import assert_said_of

from evalkit.errors import UsageError
from evalkit.lab import Pitfalls, show_pitfalls
from evalkit.lab.pitfalls import TRAPS
from evalkit.present import describe_pitfalls, plot_pitfalls, say_pitfalls

SEED = 20250701
#: Samples that keep a trap's error small enough to see it, and the test fast.
FEW = {1: 60, 2: 60, 5: 200, 10: 300, 13: 300, 14: 200, 17: 2000, 21: 60}


@pytest.fixture(scope="module")
def found():
    parts = [show_pitfalls([number], seed=SEED, n_replicates=n).readings for number, n in FEW.items()]
    return Pitfalls(readings=pd.concat(parts, ignore_index=True))


def of(found, number):
    rows = found.readings
    return rows[rows["pitfall"] == number].set_index("reading")


def test_every_trap_is_tried():
    assert set(FEW) == set(TRAPS)


def assert_trap(found, number, reading, direction):
    """A trap misses the truth by more than five errors in a direction; what reports use holds."""
    rows = of(found, number)
    away = (rows.loc[reading, "estimate"] - rows.loc[reading, "truth"]) / rows.loc[reading, "mc_error"]
    assert direction * away > 5
    assert not rows.loc[reading, "holds"]
    assert rows.loc[rows["sound"], "holds"].all()


@pytest.mark.pitfall(1)
def test_1_places_pooled_agree_where_nobody_does(found):
    assert_trap(found, 1, "all_places_together", +1)


@pytest.mark.pitfall(2)
def test_2_raters_of_units_taken_for_columns_look_less_reliable(found):
    assert_trap(found, 2, "raters_as_columns", -1)


@pytest.mark.pitfall(5)
def test_5_the_difference_on_the_mean_finds_a_scale_that_is_not_wider(found):
    assert_trap(found, 5, "difference_on_mean", +1)


@pytest.mark.pitfall(10)
def test_10_one_pair_of_ten_seems_to_differ(found):
    assert_trap(found, 10, "each_pair_alone", +1)


@pytest.mark.pitfall(13)
def test_13_units_seem_to_differ_when_they_are_ignored(found):
    assert_trap(found, 13, "people_as_independent", +1)
    rows = of(found, 13)["estimate"]
    assert rows["people_as_independent"] > rows["cr1"] > rows["cr3"]


@pytest.mark.pitfall(14)
def test_14_those_who_were_lowest_gain_from_nothing(found):
    assert_trap(found, 14, "gain_of_the_trained", +1)
    assert_trap(found, 14, "gain_beyond_the_rest", +1)


@pytest.mark.pitfall(17)
def test_17_weights_drawn_one_by_one_and_normalised_are_not_all_weightings(found):
    """The largest of k weights exceeds the others together with chance k / 2^(k - 1) among all weightings."""
    assert_trap(found, 17, "uniform_then_normalised", -1)
    assert TRAPS[17].truth == 5 / 2**4


@pytest.mark.pitfall(18)
def test_18_a_monte_carlo_figure_without_its_error_is_refused(found):
    for column, value in (("mc_error", 0.0), ("mc_error", np.nan), ("n_replicates", 1)):
        with pytest.raises(ValueError, match="needs its error"):
            Pitfalls(readings=found.readings.assign(**{column: value}))
    with pytest.raises(UsageError, match="needs at least 2 samples; found 1"):
        show_pitfalls([17], seed=1, n_replicates=1)


@pytest.mark.pitfall(18)
def test_18_a_share_of_nothing_in_all_samples_still_has_an_error():
    rows = of(show_pitfalls([5], seed=3, n_replicates=4), 5)
    assert rows.loc["deming", "estimate"] in {0.0, 0.25}
    assert (rows["mc_error"] > 0).all()


@pytest.mark.pitfall(18)
def test_18_the_figure_draws_two_errors_to_each_side_of_every_reading(found):
    figure = plot_pitfalls(found, xlabel="mean")
    drawn = [
        segment[:, 0]
        for ax in figure.axes
        for collection in ax.collections
        for segment in collection.get_segments()
    ]
    reach = 2 * found.readings["mc_error"]
    ends = np.column_stack([found.readings["estimate"] - reach, found.readings["estimate"] + reach])
    assert np.array(drawn) == pytest.approx(ends)
    assert [ax.get_title("left") or ax.get_title() for ax in figure.axes] == list(
        describe_pitfalls(found)["trap"].unique()
    )
    plt.close(figure)


def test_the_error_of_a_mean_is_the_spread_of_samples_by_the_root_of_their_number():
    once, four_times = (
        of(show_pitfalls([17], seed=5, n_replicates=n), 17).loc["dirichlet", "mc_error"] for n in (500, 2000)
    )
    assert once / four_times == pytest.approx(2, rel=0.1)
    share = of(show_pitfalls([17], seed=5, n_replicates=2000), 17).loc["dirichlet"]
    assert share["mc_error"] == pytest.approx(
        (share["estimate"] * (1 - share["estimate"]) / 2000) ** 0.5, rel=0.01
    )


def test_a_seed_gives_the_same_samples_and_each_trap_has_its_own():
    alone = show_pitfalls([10], seed=4, n_replicates=5).readings
    both = show_pitfalls([1, 10], seed=4, n_replicates=5).readings
    again = both[both["pitfall"] == 10].reset_index(drop=True)
    assert again.equals(alone)
    assert (
        not show_pitfalls([1], seed=5, n_replicates=5)
        .readings["estimate"]
        .equals(both.loc[both["pitfall"] == 1, "estimate"].reset_index(drop=True))
    )


def test_an_unknown_trap_is_refused():
    with pytest.raises(UsageError) as refused:
        show_pitfalls([1, 99], seed=1)
    assert str(refused.value) == "There is no trap 99; there are 1, 2, 5, 10, 13, 14, 17, 21."


@pytest.mark.parametrize("lang", ["en", "id"])
def test_sentences_say_the_numbers_of_the_readings(found, lang):
    findings = say_pitfalls(found, lang)
    rows = found.readings
    held = rows.groupby("sound")["holds"]
    counts = [*held.size(), *(held.size() - held.sum())]
    assert_said_of(findings, lang, rows, declared=[5, *counts, 3, 95, 1])
    assert len(findings.sentences) == 1 + len(TRAPS)


def test_results_name_the_trap_the_reading_and_the_truth(found):
    rows = found.to_results()
    assert set(rows["item"]) == {f"pitfall_{number}" for number in TRAPS}
    assert rows["caveat"].str.contains("truth").all()
    assert (rows["conf_low"] < rows["estimate"]).all()


@pytest.mark.pitfall(21)
def test_21_a_unit_s_value_given_to_its_people_seems_to_say_something_of_them(found):
    """Means of ten share .2 of their variance of .28, so r is .71; given to people it is .2/√.28, .38."""
    assert_trap(found, 21, "units_compared", +1)
    assert_trap(found, 21, "given_to_people", +1)
    rows = of(found, 21)
    assert rows.loc["units_compared", "estimate"] == pytest.approx(0.2 / 0.28, abs=0.05)
    assert rows.loc["given_to_people", "estimate"] == pytest.approx(0.2 / 0.28**0.5, abs=0.05)
