"""Intervals of comparisons between groups of people."""

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import Ends, ends, simulate
from evalkit import stats


@simulate("2 groups of about 150 in 6 strata, odds ratio e^.5", delta_Mantel_Haenszel=2.35 * -0.5)
def mantel_haenszel(rng: Generator) -> Ends:
    strata, focal = rng.integers(0, 6, 300), rng.random(300) < 0.5
    passed = strata / 2 - 1 - 0.5 * focal + rng.logistic(size=300) > 0
    return ends(stats.estimate_mantel_haenszel(passed, focal, strata))


@simulate("2 groups of about 200, 5 categories, log odds -.4", uniform_item_bias=-0.4)
def ordinal_dif(rng: Generator) -> Ends:
    standing, focal = rng.normal(size=400), rng.random(400) < 0.5
    ratings = np.digitize(1.5 * standing - 0.4 * focal + rng.logistic(size=400), [-3.0, -1.5, 0.0, 1.5])
    return ends(stats.estimate_ordinal_dif(ratings, focal, standing))


@simulate("20 raters, SD .3, sampling variances .02 to .2", spread_Q_profile=0.3, mean_Knapp_Hartung=0.2)
def heterogeneity(rng: Generator) -> Ends:
    variances = rng.uniform(0.02, 0.2, 20)
    found = stats.estimate_heterogeneity(rng.normal(0.2, np.sqrt(0.09 + variances)), variances)
    return ends(found, "conf", "mean")
