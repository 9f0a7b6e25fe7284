"""What no person rates: records of systems, counts, surveys of an office's visitors, and agency reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.lab.events import Cases, mean_by
from evalkit.lab.people import People
from evalkit.lab.profiles import Profile
from evalkit.lab.ratings import CUTS_OF_FOUR, categorise
from evalkit.lab.streams import Streams
from evalkit.lab.truth import DIMENSIONS, Truth

Values = NDArray[np.float64]

#: Percentages of a target: dimension, mean and standard deviation.
PERCENTAGES: Final = {
    "productivity": ("task", 92.0, 12.0),
    "improvement": ("adaptive", 88.0, 15.0),
    "monitoring_entries": ("disciplined", 90.0, 14.0),
}
#: Praise of a quarter: dimension, mean, and what a standard deviation does to its logarithm.
PRAISE: Final = ("service", 0.6, 0.4)
_TOLD: Final = 0.5  # share of complaints and praise that the survey of citizens hears of as well
_NEW_IDEAS: Final = 0.1  # share of people with one in the year
_REPORT: Final = (72.0, 12.0, 5.0)  # mean, points a standard deviation of the unit's mean, error

#: Questions of the survey of an office's visitors; the last one is Bengkulu's on complaints and requests.
ELEMENTS_ASKED: Final = (*(f"U{i}" for i in range(1, 10)), "complaint_handling")
_SURVEY: Final = (0.3, 0.35)  # variance of the respondent, and what the unit's mean is multiplied by


def draw_records(
    people: People, truth: Truth, cases: Mapping[str, Cases], profile: Profile, streams: Streams
) -> dict[tuple[str, str], Values]:
    """Return what is recorded of each employee, by indicator and source; shape (employee, period)."""
    shape = (people.n, truth.shape[1])
    found = {
        (name, "system"): _percentage(truth, name, profile, streams(f"records {name}"))
        for name in PERCENTAGES
    }
    permits, complaints = cases["permit"], cases["complaint"]
    on_time = 1 - mean_by(permits.overdue, permits.employee, permits.quarter, shape)
    filed = np.bincount(complaints.employee * shape[1] + complaints.quarter, minlength=shape[0] * shape[1])
    found["permits_on_time", "system"] = on_time
    found["complaints", "system"] = filed.reshape(shape).astype(float)
    about, mean, more = PRAISE
    rng = streams("records praise")
    service = truth[..., DIMENSIONS.index(about)]
    found["praise", "system"] = rng.poisson(mean * np.exp(more * service)).astype(float)
    told = streams("records told by citizens")
    for name in ("complaints", "praise"):
        found[name, "citizen"] = told.binomial(found[name, "system"].astype(int), _TOLD).astype(float)
    return found


def _percentage(truth: Truth, name: str, profile: Profile, rng: np.random.Generator) -> Values:
    """Add circumstances that stay and chance to performance, and write it as a percentage of a target."""
    about, mean, spread = PERCENTAGES[name]
    n, n_periods, _ = truth.shape
    of = profile.records
    seen = np.sqrt(of.ratee) * truth[..., DIMENSIONS.index(about)]
    stays = np.sqrt(of.circumstances) * rng.standard_normal((n, 1))
    chance = np.sqrt(of.error) * rng.standard_normal((n, n_periods))
    percentages: Values = np.round(np.maximum(mean + spread * (seen + stays + chance), 0), 1)
    return percentages


def draw_new_ideas(truth: Truth, streams: Streams) -> dict[tuple[str, str], Values]:
    """Return who had a new idea in the year, as it is recorded in the last quarter."""
    adaptive = truth[:, -1:, DIMENSIONS.index("adaptive")]
    had = streams("records new ideas").random(adaptive.shape) < _NEW_IDEAS * np.exp(0.5 * adaptive)
    return {("new_idea", "system"): had.astype(float)}


def draw_office_records(
    people: People, truth: Truth, cases: Mapping[str, Cases], streams: Streams
) -> dict[tuple[str, str], Values]:
    """Return what is recorded of each unit, by indicator and source; shape (unit, period)."""
    shape = (people.n_units, truth.shape[1])
    days: dict[tuple[str, str], Values] = {}
    for kind, name in (
        ("ktp", "ktp_days"),
        ("birth_certificate", "birth_certificate_days"),
        ("complaint", "complaint_response_days"),
    ):
        of = cases[kind]
        days[name, "system"] = np.round(mean_by(of.closed - of.opened, of.unit, of.quarter, shape), 2)
    mean, slope, error = _REPORT
    whole = people.unit_means(truth.mean(axis=2))
    report: Values = mean + slope * whole + error * streams("agency reports").standard_normal(shape)
    bounded: Values = np.minimum(np.maximum(report, 0), 100)
    days["agency_report", "agency_report"] = np.round(bounded, 1)
    return days


def draw_survey(people: People, truth: Truth, n_respondents: int, streams: Streams) -> Values:
    """Return the answers of each unit's visitors; shape (unit, respondent, period, question)."""
    rng = streams("survey")
    variance, weight = _SURVEY
    n_periods = truth.shape[1]
    office = weight * people.unit_means(truth[..., DIMENSIONS.index("service")])
    person = np.sqrt(variance) * rng.standard_normal((people.n_units, n_respondents, n_periods, 1))
    shape = (people.n_units, n_respondents, n_periods, len(ELEMENTS_ASKED))
    error = np.sqrt(1 - variance) * rng.standard_normal(shape)
    return categorise(office[:, None, :, None] + person + error, CUTS_OF_FOUR)
