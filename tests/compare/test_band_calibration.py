"""Probabilities of bands of the IKM: whether they came true, by simulations that stand in the repository."""

import importlib
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.compare import BandCalibration, read_band_calibration
from evalkit.compare.survey_bands import BAND_LIMITS, BAND_NAMES, rate_bands
from evalkit.present import plot_band_calibration, say_band_calibration
from evalkit.rules import band_ikm

ROOT = Path(__file__).parents[2]
#: Monte Carlo errors within which nearly every of 72 ranges lies: 3.4 for one in 1 500.
NEARLY_ALL = 3.5


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        yield importlib.import_module("benchmarks.band_calibration")


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(ROOT / "src" / "evalkit" / "stats" / "band_calibration.csv")


def test_the_shipped_table_was_made_by_the_code_that_stands_here(script, table):
    assert set(table["made_by"]) == {script.made_by()}, "run `python -m benchmarks.band_calibration`"
    assert list(table["simulation"].unique()) == list(script.DESIGNS)
    counts = table.groupby("simulation")["n_said"].sum()
    most = pd.Series({name: 4 * one.n_units * one.n_places for name, one in script.DESIGNS.items()})
    share = counts / most[counts.index]
    assert share.between(0.99, 1).all(), "only a unit whose answers are all alike has no probability"


def test_where_true_ikms_are_as_assumed_bands_come_true_as_often_as_said(table):
    rows = table[~table["simulation"].isin(["skewed", "two_kinds"])]
    assert (rows["gap"].abs() <= np.maximum(NEARLY_ALL * rows["mc_error"], 0.005)).all()


def test_where_they_are_not_the_gap_stays_small():
    assert read_band_calibration().summary()["mean_gap"].max() < 0.02


def test_a_simulation_run_again_agrees_with_the_table(script, table, monkeypatch):
    monkeypatch.setitem(script.DESIGNS, "two_units", replace(script.DESIGNS["two_units"], n_places=400))
    rows = pd.DataFrame(script.rows_of("two_units")).astype({"estimate": float, "mc_error": float})
    kept = table[table["simulation"] == "two_units"]
    error = np.hypot(rows["mc_error"].to_numpy(), kept["mc_error"].to_numpy())
    far = np.abs(rows["estimate"].to_numpy() - kept["estimate"].to_numpy()) > NEARLY_ALL * error + 0.005
    assert not far.any()


def test_limits_of_bands_are_where_the_rule_changes_its_band():
    for limit, below, above in zip(BAND_LIMITS, BAND_NAMES[:-1], BAND_NAMES[1:], strict=True):
        assert (band_ikm(round(limit - 0.001, 3)), band_ikm(round(limit, 3))) == (below, above)


def test_a_unit_alone_has_the_probabilities_of_its_t_interval():
    found = rate_bands([BAND_LIMITS[1]], [2.0], dfs=[39]).probabilities[0]
    assert found[:2].sum() == pytest.approx(0.5)
    assert found.sum() == pytest.approx(1)


@pytest.fixture
def found():
    shared = {"design": "20 units of 40 respondents, true IKMs normal", "simulation": "s", "mc_error": 0.01}
    return BandCalibration(
        rows=pd.DataFrame(
            [
                {
                    **shared,
                    "low": 0.0,
                    "high": 0.5,
                    "n_said": 300,
                    "said": 0.2,
                    "estimate": 0.21,
                    "gap": 0.01,
                },
                {
                    **shared,
                    "low": 0.5,
                    "high": 1.0,
                    "n_said": 100,
                    "said": 0.8,
                    "estimate": 0.77,
                    "gap": -0.03,
                },
            ]
        )
    )


def test_a_gap_that_does_not_follow_is_refused(found):
    with pytest.raises(ValueError, match="a gap is not the share that came true less the probability said"):
        BandCalibration(rows=found.rows.assign(gap=0.0))
    with pytest.raises(ValueError, match="lie between 0 and 1"):
        BandCalibration(rows=found.rows.assign(said=1.2))


def test_the_sentence_names_the_mean_and_the_largest_gap(found):
    said = say_band_calibration(found).sentences[0]
    assert "over 400 probabilities in 1 simulated populations" in said
    assert "differ by 1.5 percentage points at most on average" in said
    assert "by 3.0 in any range of probabilities (Monte Carlo error 1.0)" in said


def test_results_carry_two_monte_carlo_errors(found):
    rows = found.to_results()
    assert rows["conf_low"].tolist() == pytest.approx([0.19, 0.75])
    assert rows["item"].tolist() == ["0-0.5", "0.5-1"]


def test_the_figure_draws_each_range_of_each_population():
    shipped = read_band_calibration()
    figure = plot_band_calibration(shipped)
    drawn = [ax.lines[1].get_xydata() for ax in figure.axes if len(ax.lines) > 1]
    assert np.concatenate(drawn).tolist() == shipped.rows[["said", "estimate"]].to_numpy().tolist()
    plt.close("all")
