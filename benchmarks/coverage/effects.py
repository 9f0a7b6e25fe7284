"""Effects of what was given: by a score, by lot, to volunteers."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import Ends, ends, simulate
from evalkit import stats
from evalkit.lab.offices import Assigned, intervene
from evalkit.lab.people import People, settle
from evalkit.lab.profiles import find_profile
from evalkit.lab.ratings import draw_panel, seat_raters
from evalkit.lab.simulate import QUARTERS, SIZES
from evalkit.lab.streams import Streams
from evalkit.lab.truth import draw_truth
from evalkit.stats.regression_discontinuity import FEWEST_VALUES

CUT = -0.84  # the lowest fifth is below


def chosen_by_score(rng: Generator, n: int, step: float, effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw a score, in steps or not, and an outcome that bends with it and jumps by the effect at the cut."""
    x = rng.normal(size=n)
    x = np.round(x / step) * step + step / 2 if step else x
    y = 0.7 * x - 0.05 * x**2 + effect * (x >= CUT) + np.sqrt(0.51) * rng.normal(size=n)
    return x, y


@simulate("400 people, continuous score, the lowest fifth", jump_robust=0.3)
def discontinuity(rng: Generator) -> Ends:
    x, y = chosen_by_score(rng, 400, 0.0, 0.3)
    return ends(stats.estimate_discontinuity(x, y, cutoff=CUT))


@simulate("1 000 people, score of steps of .12 SD, the lowest fifth", jump_robust_in_steps=0.0)
def discontinuity_in_steps(rng: Generator) -> Ends:
    x, y = chosen_by_score(rng, 1000, 0.12, 0.0)
    return ends(stats.estimate_discontinuity(x, y, cutoff=CUT))


@simulate("250 people, score of steps of .12 SD, the lowest fifth", jump_robust_in_steps=0.3)
def discontinuity_of_a_place(rng: Generator) -> Ends:
    while True:
        x, y = chosen_by_score(rng, 250, 0.12, 0.3)
        if len(np.unique(x[x < CUT])) >= FEWEST_VALUES:  # else it is refused
            return ends(stats.estimate_discontinuity(x, y, cutoff=CUT))


@simulate("1 000 people, score of steps of .12 SD, the lowest fifth", exact=True, jump_bounded_in_steps=0.0)
def bounded_discontinuity(rng: Generator) -> Ends:
    x, y = chosen_by_score(rng, 1000, 0.12, 0.0)
    return ends(stats.estimate_bounded_discontinuity(x, y, cutoff=CUT))


@simulate("250 people, score of steps of .12 SD, the lowest fifth", exact=True, jump_bounded_in_steps=0.3)
def bounded_discontinuity_of_a_place(rng: Generator) -> Ends:
    x, y = chosen_by_score(rng, 250, 0.12, 0.3)
    return ends(stats.estimate_bounded_discontinuity(x, y, cutoff=CUT))


def chosen_by_lot(rng: Generator, n_units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw who has a mentor, a score before and after, and units; leaders make more or less of mentoring."""
    units = np.repeat(np.arange(n_units), 20)
    given = rng.random(len(units)) < 0.15
    steady = np.sqrt(0.15) * rng.normal(size=n_units)[units] + np.sqrt(0.55) * rng.normal(size=len(units))
    before, after = steady + np.sqrt(0.3) * rng.normal(size=(2, len(units)))
    gain = (0.15 + 0.1 * rng.normal(size=n_units))[units]
    return given, before, after + gain * given, units


@simulate("20 units of 20, 15 % by lot, effects vary over units", covariance_analysis_CR3=0.15)
def lot(rng: Generator) -> Ends:
    given, before, after, units = chosen_by_lot(rng, 20)
    return ends(stats.estimate_slope(after, given.astype(float), covariates=before, clusters=units))


@simulate("100 units of 20, 15 % by lot, effects vary over units", covariance_analysis=0.15)
def large_lot(rng: Generator) -> Ends:
    given, before, after, units = chosen_by_lot(rng, 100)
    return ends(stats.estimate_slope(after, given.astype(float), covariates=before, clusters=units))


@simulate("20 units of 20, a tenth volunteers in the third of four quarters", event_study=0.3)
def event_study(rng: Generator) -> Ends:
    units = np.repeat(np.arange(20), 20)
    given = np.where(rng.random(400) < 0.1, 2, -1)
    y = np.sqrt(0.6) * rng.normal(size=(400, 1)) + np.sqrt(0.1) * rng.normal(size=(20, 4))[units]
    y = y + np.sqrt(0.3) * rng.normal(size=(400, 4))
    y[given == 2, 3] += 0.3
    found = stats.estimate_event_study(y, given, clusters=units)
    return [(found.conf_low[-1], found.conf_high[-1])]


def draw_laboratory(rng: Generator) -> tuple[People, np.ndarray, np.ndarray, list[Assigned]]:
    """Draw the people of the five places: mean ratings of two quarters, true performance, what was given."""
    people, of, streams = settle(SIZES), find_profile("administrative"), Streams(int(rng.integers(2**62)))
    truth = draw_truth(people, len(QUARTERS), of.performance, streams)
    raters = seat_raters("supervisor", people, QUARTERS, 1, streams)
    panel = draw_panel("supervisor", people, raters, of, streams)
    early = panel.rate(truth, of)[:, :, :2].mean(axis=(1, 3))
    after, assigned = intervene(truth, early, people, of, streams)
    return people, early, after.mean(axis=2), assigned


def around_cut(people: People, score: np.ndarray, given: np.ndarray, places: list[int]) -> np.ndarray:
    """Return how far each person of some places is from the cut-off of the place; NaN elsewhere."""
    distance = np.full(people.n, np.nan)
    for place in places:
        here = people.place == place
        chosen = np.isin(np.arange(people.n), given) & here
        own, others = score[chosen], score[here & ~chosen]
        below = own.max() < others.min()
        cut = (own.max() + others.min()) / 2 if below else (own.min() + others.max()) / 2
        distance[here] = score[here] - cut
    return distance


def less_place(people: People, values: np.ndarray) -> np.ndarray:
    """Take the mean of each place away."""
    means = np.bincount(people.place, values) / np.bincount(people.place)
    return values - means[people.place]


@simulate(
    "the laboratory's 2 027 people, true performance after",
    training_of_the_lowest_robust=0.3,
    mentoring_by_lot=0.15,
)
def laboratory(rng: Generator) -> Ends:
    people, early, truth, (lowest, mentored, *_) = draw_laboratory(rng)
    x = around_cut(people, early[:, 0], lowest.who, [0, 1, 3, 4])
    known, y = ~np.isnan(x), less_place(people, truth[:, 2])
    jump = stats.estimate_discontinuity(-x[known], y[known], cutoff=0.0)
    given = less_place(people, np.isin(np.arange(people.n), mentored.who).astype(float))
    before = less_place(people, truth[:, :2].mean(axis=1))
    lot = stats.estimate_slope(y, given, covariates=before, clusters=people.unit)
    return [*ends(jump), *ends(lot)]


@simulate(
    "the laboratory's 2 027 people, true performance after",
    exact=True,
    training_of_the_lowest_bounded=0.3,
    recognition_of_the_highest_bounded=0.0,
    training_of_the_improved_bounded=0.27,
)
def laboratory_in_steps(rng: Generator) -> Ends:
    people, early, truth, (lowest, _, recognised, improved, _) = draw_laboratory(rng)
    gain = np.round(early[:, 1] - early[:, 0], 9)
    cases = [
        (-1, early[:, 0], lowest.who, [0, 1, 3, 4], truth[:, 2]),
        (1, early[:, 0], recognised.who, [0, 1, 2, 3, 4], truth[:, 2]),
        (1, gain, improved.who, [2], truth[:, 3]),
    ]
    found = []
    for sign, score, given, places, y in cases:
        x = around_cut(people, score, given, places)
        known = ~np.isnan(x)
        found += ends(
            stats.estimate_bounded_discontinuity(sign * x[known], less_place(people, y)[known], cutoff=0.0)
        )
    return found
