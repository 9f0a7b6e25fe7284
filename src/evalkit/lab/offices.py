"""What offices do and write down: interventions, and predikats within the pattern of the agency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import TABLES
from evalkit.lab.people import Codes, People
from evalkit.lab.profiles import Profile
from evalkit.lab.streams import Streams
from evalkit.lab.truth import DIMENSIONS, Truth
from evalkit.rules import ACHIEVEMENTS
from evalkit.vocabulary import PREDIKATS

Values = NDArray[np.float64]

#: Of each place: the share that is trained (the lowest, or those who improved most) and the highest that is
#: recognised, by the supervisor's mean rating; the share that a lot gives a mentor; the share that asks for
#: training.
TRAINED: Final = 0.2
RECOGNISED: Final = 0.1
MENTORED: Final = 0.15
VOLUNTEERS: Final = 0.1
_WILL: Final = 0.8  # a standard deviation of adaptive performance, on the logarithm of the odds to volunteer

#: Places that train who improved most from the first quarter to the second, as Bengkulu's text says; the
#: others train who was lowest in the first. Numbered places of one name count alike.
TRAINS_IMPROVED: Final = ("bengkulu",)

#: Points of the agency report from which an agency's achievement is the next higher one.
ACHIEVED_FROM: Final = (45.0, 55.0, 65.0, 80.0)

_DIGITS: Final = 9  # of a difference of two means
_HALF: Final = 1e-9  # a float just below a half is rounded up, as the half that it stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """One intervention: who got it, by number, when, and how they were chosen."""

    who: Codes
    period: int
    kind: str
    by: str
    provider: str


def intervene(
    truth: Truth, ratings: Values, people: People, profile: Profile, streams: Streams
) -> tuple[Truth, list[Assigned]]:
    """Assign interventions, and add what they do to performance from the next quarter on.

    Parameters
    ----------
    ratings
        Mean rating by the supervisor in the first two quarters (or the only one), shape (employee, quarter).

    Returns
    -------
    tuple
        Performance with the effects, and the interventions.
    """
    changed = truth.copy()
    assigned: list[Assigned] = []
    for way in _WAYS:
        if way.at >= truth.shape[1]:
            continue
        who = way.choose(truth, ratings, people, streams(f"interventions {way.kind} {way.by}"))
        for earlier in assigned:  # nobody gets the same twice
            who = np.setdiff1d(who, earlier.who) if earlier.kind == way.kind else who
        gain = draw_effects(way.kind, people, profile, streams)[people.unit[who]]
        changed[who, way.at + 1 :] += gain[:, None, None]
        assigned.append(Assigned(who=who, period=way.at, kind=way.kind, by=way.by, provider=way.provider))
    return changed, assigned


def draw_effects(kind: str, people: People, profile: Profile, streams: Streams) -> Values:
    """Return what an intervention adds to every dimension, by unit: leaders make more or less of it."""
    effect, spread = profile.effects.get(kind, 0.0), profile.effect_spread.get(kind, 0.0)
    if not spread:
        return np.full(people.n_units, effect)
    drawn = streams(f"leaders {kind}").standard_normal(people.n_units)
    return np.asarray(effect * (1 + spread * drawn))


def _lowest(truth: Truth, ratings: Values, people: People, rng: np.random.Generator) -> Codes:
    low = ratings[:, 0] <= _cut(ratings[:, 0], people, TRAINED)
    return np.flatnonzero(low & ~_trains_improved(people))


def _improved(truth: Truth, ratings: Values, people: People, rng: np.random.Generator) -> Codes:
    gain = np.round(ratings[:, 1] - ratings[:, 0], _DIGITS)  # equal gains stay equal
    return np.flatnonzero((gain >= _cut(gain, people, 1 - TRAINED)) & _trains_improved(people))


def _trains_improved(people: People) -> NDArray[np.bool_]:
    """Tell of everyone whether the place trains who improved."""
    named = [place.rsplit("-", 1)[0] if place[-1:].isdigit() else place for place in people.places]
    return np.isin(named, TRAINS_IMPROVED)[people.place]


def _highest(truth: Truth, ratings: Values, people: People, rng: np.random.Generator) -> Codes:
    return np.flatnonzero(ratings[:, 0] >= _cut(ratings[:, 0], people, 1 - RECOGNISED))


def _cut(scores: Values, people: People, share: float) -> Values:
    """Return for everyone the score at which the people of the same place are cut."""
    cuts = [np.quantile(scores[people.place == i], share) for i in range(len(people.places))]
    return np.array(cuts)[people.place]


def _drawn(truth: Truth, ratings: Values, people: People, rng: np.random.Generator) -> Codes:
    return np.flatnonzero(rng.random(people.n) < MENTORED)


def _willing(truth: Truth, ratings: Values, people: People, rng: np.random.Generator) -> Codes:
    odds = VOLUNTEERS / (1 - VOLUNTEERS) * np.exp(_WILL * truth[:, 0, DIMENSIONS.index("adaptive")])
    return np.flatnonzero(rng.random(people.n) < odds / (1 + odds))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one kind of intervention is given: how people are chosen, in which quarter, and who gives it."""

    kind: str
    by: str
    at: int
    provider: str
    choose: Callable[[Truth, Values, People, np.random.Generator], Codes]


_WAYS: Final = (
    _Way(kind="training", by="score", at=1, provider="education_partner", choose=_lowest),
    _Way(kind="mentoring", by="lot", at=1, provider="senior_colleague", choose=_drawn),
    _Way(kind="recognition", by="score", at=1, provider="head_of_place", choose=_highest),
    _Way(kind="training", by="score", at=2, provider="education_partner", choose=_improved),
    _Way(kind="training", by="volunteer", at=2, provider="education_partner", choose=_willing),
)


def list_interventions(assigned: Sequence[Assigned], people: People, periods: Sequence[str]) -> pd.DataFrame:
    """Return the table of interventions."""
    names = np.array(people.names, dtype=object)
    parts = [
        pd.DataFrame(
            {
                "employee": names[one.who],
                "period": periods[one.period],
                "kind": one.kind,
                "assigned_by": one.by,
                "provider": one.provider,
            }
        )
        for one in assigned
    ]
    columns = list(TABLES["interventions"].column_names)
    return pd.concat([pd.DataFrame(columns=columns), *parts], ignore_index=True).astype("str")


def achievements(report: Values) -> Codes:
    """Return the achievement of each unit and quarter, as its place in `ACHIEVEMENTS`."""
    return np.searchsorted(ACHIEVED_FROM, report, side="right")


def count_predikats(achievement: str, n: int) -> tuple[int, ...]:
    """Return how many of n people get each predikat, lowest first, within the pattern of the achievement.

    Examples
    --------
    >>> count_predikats("baik", 20)
    (0, 0, 2, 13, 5)
    """
    most, some, few = -(-62 * n // 100), 15 * n // 100, 5 * n // 100
    tenth = max(1, round(n / 10))
    if achievement == "istimewa":
        best = 60 * n // 100
        return 0, 0, 0, n - best, best
    if achievement == "baik":
        good = 65 * n // 100
        return 0, 0, tenth, good, n - good - tenth
    if achievement == "butuh_perbaikan":
        return 0, few, most, n - few - most - few, few
    if achievement == "kurang":
        needs = max(-(-n // 10), some)
        return 0, most, needs, n - most - needs, 0
    return most, some, n - most - some, 0, 0


def list_recorded(
    people: People,
    periods: Sequence[str],
    *,
    ratings: Values,
    report: Values,
    ikm: Values,
    streams: Streams,
) -> pd.DataFrame:
    """Return what offices wrote down: predikats by rank inside the pattern of the unit, and IKMs of units.

    Parameters
    ----------
    ratings
        Mean rating by the supervisor, shape (employee, period): what people of a unit are ranked by.
    report, ikm
        Agency report and IKM, shape (unit, period).
    """
    employee, quarter = (axis.ravel() for axis in np.indices(ratings.shape))
    ties = streams("ties of predikats").random(ratings.shape)
    predikat = _distribute(people, ratings, achievements(report), ties)
    persons = _recorded(people, employee, people.unit[employee], quarter, periods)
    persons["predikat"] = np.array(PREDIKATS, dtype=object)[predikat.ravel()]
    unit, quarter = (axis.ravel() for axis in np.indices(ikm.shape))
    units = _recorded(people, np.full(len(unit), -1), unit, quarter, periods)
    units["ikm"] = np.floor(100 * ikm.ravel() + 0.5 + _HALF) / 100
    frame = pd.concat([persons, units], ignore_index=True)
    texts: Mapping[str, str] = dict.fromkeys(["place", "unit", "employee", "period", "predikat"], "str")
    return frame.astype({**texts, "score": "float64", "ikm": "float64"})


def _distribute(people: People, ratings: Values, achieved: Codes, ties: Values) -> Codes:
    """Return the predikat of everyone in every quarter, by rank in the unit and the pattern of the unit."""
    predikats = np.empty(ratings.shape, dtype=np.intp)
    for unit, (first, n) in enumerate(zip(people.first, people.unit_sizes, strict=True)):
        here = slice(first, first + n)
        for quarter, achievement in enumerate(achieved[unit]):
            order = np.lexsort((ties[here, quarter], ratings[here, quarter]))
            counts = count_predikats(ACHIEVEMENTS[achievement], int(n))
            predikats[first + order, quarter] = np.repeat(np.arange(len(counts)), counts)
    return predikats


def _recorded(
    people: People, employee: Codes, unit: Codes, quarter: Codes, periods: Sequence[str]
) -> pd.DataFrame:
    columns = {
        "place": np.array(people.places, dtype=object)[people.place_of_unit[unit]],
        "unit": np.array(people.unit_names, dtype=object)[unit],
        "employee": np.array([*people.names, ""], dtype=object)[employee],
        "period": np.array(periods, dtype=object)[quarter],
        "predikat": "",
        "score": np.nan,
        "ikm": np.nan,
    }
    return pd.DataFrame(columns, columns=list(TABLES["recorded"].column_names))
