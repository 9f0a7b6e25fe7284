"""Intervals of surveys of those who are served."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr

from benchmarks.coverage.simulation import Ends, ends, simulate
from evalkit import stats

#: The survey of the laboratory: cuts of the four answers, and the share of variance that is the respondent's.
CUTS = np.array([-2.2, -1.2, 0.5])
PERSON = 0.3


def true_ikm(office: np.ndarray) -> np.ndarray:
    """Return the IKM that infinitely many respondents would give an office of some quality."""
    return 25 * (1 + ndtr(np.asarray(office)[..., None] - CUTS).sum(axis=-1))


def draw_answers(
    rng: Generator, office: float, n: int, *, missing: float = 0.0, day: float = 0.0, days: int = 0
) -> np.ndarray:
    """Draw the answers of n respondents to nine elements; those of one day share a part of their variance."""
    whole = rng.normal(size=(n, 1)) * np.sqrt(PERSON - day)
    if days:
        whole += (rng.normal(size=days) * np.sqrt(day))[np.arange(n) % days, None]
    latent = office + whole + np.sqrt(1 - PERSON) * rng.normal(size=(n, 9))
    answers = 1.0 + (latent[..., None] > CUTS).sum(axis=-1)
    return np.where(rng.random((n, 9)) < missing, np.nan, answers)


@simulate(
    "40 respondents, 5 % of answers left out", IKM=float(true_ikm(0.0)), element=float(true_ikm(0.0)) / 25
)
def survey_index(rng: Generator) -> Ends:
    found = stats.estimate_element_index(draw_answers(rng, 0.0, 40, missing=0.05))
    return [*ends(found), (found.means_low[0], found.means_high[0])]


@simulate("10 respondents", n=2020, IKM_of_few=float(true_ikm(0.0)), element_of_few=float(true_ikm(0.0)) / 25)
def survey_index_few(rng: Generator) -> Ends:
    found = stats.estimate_element_index(draw_answers(rng, 0.0, 10))
    return [*ends(found), (found.means_low[0], found.means_high[0])]


@simulate("12 days of 5 respondents who are alike on one day", IKM_by_day=float(true_ikm(0.0)))
def survey_index_days(rng: Generator) -> Ends:
    answers = draw_answers(rng, 0.0, 60, day=0.1, days=12)
    return ends(stats.estimate_element_index(answers, clusters=np.arange(60) % 12))


@simulate("2 units of 40 respondents", IKM_of_a_place=float(true_ikm(np.array([-0.2, 0.3])).mean()))
def survey_index_units(rng: Generator) -> Ends:
    answers = np.concatenate([draw_answers(rng, office, 40) for office in (-0.2, 0.3)])
    return ends(stats.estimate_element_index(answers, strata=np.repeat([0, 1], 40)))


@simulate("10 respondents, then 25 of a better unit", change=float(true_ikm(0.4) - true_ikm(0.0)))
def index_change(rng: Generator) -> Ends:
    first, last = (
        stats.estimate_element_index(draw_answers(rng, office, n)) for office, n in ((0.0, 10), (0.4, 25))
    )
    return ends(stats.estimate_index_change(first, last))


@simulate(
    "20 true IKM, SD 3, errors 2; the first of them in each sample", pooled_IKM=0.0, spread_of_true_IKM=3.0
)
def partial_pooling(rng: Generator) -> Ends:
    truth = rng.normal(76, 3, size=20)
    found = stats.pool_partially(truth + 2 * rng.normal(size=20), np.full(20, 2.0))
    first = (float(found.conf_low[0] - truth[0]), float(found.conf_high[0] - truth[0]))
    return [first, *ends(found, "spread")]


@simulate("4 true IKM, SD 3, errors 2; the first of them in each sample", pooled_IKM_of_few=0.0)
def partial_pooling_few(rng: Generator) -> Ends:
    truth = rng.normal(76, 3, size=4)
    found = stats.pool_partially(truth + 2 * rng.normal(size=4), np.full(4, 2.0))
    return [(float(found.conf_low[0] - truth[0]), float(found.conf_high[0] - truth[0]))]


@simulate("6 units of 40, three normal elements at .5 and one at .2", importance=0.6 / (1.25 * 4.44) ** 0.5)
def derived_importance(rng: Generator) -> Ends:
    weights = np.array([0.5, 0.5, 0.5, 0.2])
    units = np.repeat(np.arange(6), 40)
    answers = rng.normal(size=(240, 1)) * weights + rng.normal(size=(240, 4)) + rng.normal(size=(6, 4))[units]
    found = stats.estimate_derived_importance(answers, strata=units)
    return [(float(found.conf_low[0]), float(found.conf_high[0]))]
