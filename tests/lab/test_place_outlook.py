"""Many simulated places of one size: means, their errors, and how far single places lie apart."""

import numpy as np
import pytest

from evalkit.errors import UsageError
from evalkit.lab import Scenario, foresee_place, load_baselines, run_scenario
from evalkit.lab.place_outlook import REAL, SHOWN, PlaceOutlook
from evalkit.methods import load_methods

METHODS = load_methods()
SIMULATE = {"seed": 1, "sizes": {"dumai": 40, "semarang": 900}}


@pytest.fixture(scope="module")
def outlook():
    return foresee_place(SIMULATE, METHODS["dumai"], place="dumai", seed=7, n_replicates=4)


def test_figures_are_those_of_the_replicates_of_a_place_of_that_size(outlook):
    methods = {"dumai": METHODS["dumai"], "overall_rating": load_baselines()["overall_rating"]}
    scenario = Scenario(name="dumai", n_replicates=4)
    runs = [run_scenario(scenario, i, seed=7, sizes={"dumai": 40}, methods=methods) for i in range(4)]
    values = [
        run.query("method == 'dumai' and target == 'common' and quantity == 'decision_loss'")["value"].item()
        for run in runs
    ]
    found = outlook.of("dumai", "decision_loss")
    assert found["estimate"] == pytest.approx(np.mean(values))
    assert found["mc_error"] == pytest.approx(np.std(values, ddof=1) / 2)
    assert (found["usual_low"], found["usual_high"]) == pytest.approx(tuple(np.quantile(values, (0.1, 0.9))))


def test_the_method_and_one_overall_rating_are_told_in_every_quantity(outlook):
    assert set(outlook.figures["method"]) == {"dumai", "overall_rating"}
    assert list(dict.fromkeys(outlook.figures["quantity"])) == list(SHOWN)
    assert outlook.n_people == 40
    assert (outlook.figures["n"] == 4).all()


def test_the_same_seed_gives_the_same_figures(outlook):
    again = foresee_place(SIMULATE, METHODS["dumai"], place="dumai", seed=7, n_replicates=4)
    assert again.figures.equals(outlook.figures)


@pytest.mark.parametrize(
    ("simulate", "method", "reason"),
    [({}, METHODS["dumai"], REAL), (SIMULATE, None, "no method is described for this place")],
)
def test_what_cannot_be_simulated_says_why(simulate, method, reason):
    found = foresee_place(simulate, method, place="dumai", seed=7)
    assert found.figures.empty
    assert found.to_results()["caveat"].tolist() == [reason] * len(SHOWN)


def test_one_sample_has_no_error_and_is_refused():
    with pytest.raises(UsageError, match="two samples or more; found 1"):
        foresee_place(SIMULATE, METHODS["dumai"], place="dumai", seed=7, n_replicates=1)


def test_a_range_out_of_order_is_refused(outlook):
    figures = outlook.figures.assign(usual_low=2.0)
    with pytest.raises(ValueError, match="out of order"):
        PlaceOutlook(figures=figures, n_people=40, reason="", target="common")
