"""Evidence with known truth: everyone observed through every source that the five methods read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from evalkit.errors import UsageError
from evalkit.evidence import TABLES, Evidence, standard_indicators
from evalkit.lab.events import Cases, draw_cases, list_events, starts_of
from evalkit.lab.observations import block_of_panel, block_of_survey, blocks_of_records, stack
from evalkit.lab.offices import Assigned, intervene, list_interventions, list_recorded
from evalkit.lab.people import People, describe_employees, settle
from evalkit.lab.profiles import Profile, find_profile
from evalkit.lab.ratings import ASKED, Panel, Values, draw_panel, seat_raters
from evalkit.lab.records import draw_new_ideas, draw_office_records, draw_records, draw_survey
from evalkit.lab.service_changes import (
    SERVICE_CHANGES,
    ServiceChange,
    draw_service_changes,
    list_service_changes,
)
from evalkit.lab.streams import Streams
from evalkit.lab.truth import Truth, draw_truth, list_truth
from evalkit.rules import ELEMENTS
from evalkit.shown import Shown

#: People of each place, in the proportions of the real ones.
SIZES: Final[Mapping[str, int]] = MappingProxyType(
    {"semarang": 1200, "surakarta": 400, "bengkulu": 250, "dumai": 150, "senapelan": 27}
)
#: Tables that are drawn beside the observations.
TABLES_BESIDE: Final = ("employees", "events", "interventions", "recorded", "truth")
QUARTERS: Final = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
_MOST_PEERS: Final = 4  # a unit may have five people


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Shown):
    """How many raters there are.

    Attributes
    ----------
    supervisors, peers
        Of each employee.
    citizens, visitors
        Who rate an employee, and who answer the survey of a unit, in each quarter.
    """

    supervisors: int = 1
    peers: int = 2
    citizens: int = 1
    visitors: int = 10

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        counts = {name: getattr(self, name) for name in ("supervisors", "peers", "citizens", "visitors")}
        wrong = [f"{name}: {count!r}" for name, count in counts.items() if count < 1]
        if self.peers > _MOST_PEERS:
            wrong.append(f"peers: {self.peers}, of at most {_MOST_PEERS}")
        if wrong:
            raise UsageError(f"Each source needs at least one rater; found {', '.join(wrong)}.")

    def of(self, source: str) -> int:
        """Return the number of raters of one employee."""
        known = {"supervisor": self.supervisors, "peer": self.peers, "citizen": self.citizens}
        return known.get(source, 1)


def simulate(
    sizes: Mapping[str, int] = SIZES,
    *,
    seed: int,
    profile: str | Profile = "administrative",
    dose: Dose | None = None,
    periods: Sequence[str] = QUARTERS,
    study: str = "laboratory",
    tables: Collection[str] = TABLES_BESIDE,
) -> Evidence:
    """Simulate the evidence of employees in units in places, with their true performance beside it.

    Everyone is observed through every source that the five shipped methods read, so that all five can score
    everyone. Each table and source has a random stream of its own, so that changing one changes no other;
    only what supervisors gave in the first two quarters reaches further, since it decides who is trained.
    In each place of three units or more, one becomes slower on a day: the extra table ``service_changes``.

    Parameters
    ----------
    sizes
        People of each place.
    profile
        What the evidence is calibrated to: a profile, or the name of one in `PROFILES`.
    dose
        How many raters of each source there are.
    periods
        Quarters that follow one another.
    tables
        Tables that are wanted beside the observations; the others stay empty, which takes half the time.

    Returns
    -------
    Evidence
        Of kind "synthetic". Text columns of the observations are categories; `as_text` makes them text.

    Raises
    ------
    UsageError
        If there is no such profile, or a place is too small.

    Examples
    --------
    >>> evidence = simulate({"semarang": 40}, seed=1)
    >>> evidence.kind, len(evidence.employees), sorted(evidence.truth.columns)[:2]
    ('synthetic', 40, ['adaptive', 'collaborative'])
    """
    of = find_profile(profile) if isinstance(profile, str) else profile
    world = _draw(settle(sizes), tuple(periods), of, dose or Dose(), Streams(seed))
    changes = list_service_changes(world.changes, world.people, starts_of(world.periods)[0])
    return _evidence(study, _observe(world), _tabulate(world, tables), {SERVICE_CHANGES.name: changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """Everything that was drawn, as numbers."""

    people: People
    periods: tuple[str, ...]
    profile: Profile
    streams: Streams
    panels: Mapping[str, Panel]
    rated: Mapping[str, Values]
    truth: Truth
    assigned: Sequence[Assigned]
    changes: Sequence[ServiceChange]
    cases: Mapping[str, Cases]
    offices: Mapping[tuple[str, str], Values]
    answers: Values


def _draw(people: People, periods: tuple[str, ...], of: Profile, dose: Dose, streams: Streams) -> _World:
    """Draw performance, what raters make of it, interventions by the early ratings, and what follows."""
    before = draw_truth(people, len(periods), of.performance, streams)
    panels = {}
    for source in ASKED:
        raters = seat_raters(source, people, periods, dose.of(source), streams)
        panels[source] = draw_panel(source, people, raters, of, streams)
    rated = panels["supervisor"].rate(before, of)  # no effect begins before the third quarter
    truth, assigned = intervene(before, rated[:, :, :2].mean(axis=(1, 3)), people, of, streams)
    starts = starts_of(periods)
    changes = draw_service_changes(people, int((starts[-1] - starts[0]).astype(int)), streams)
    cases = draw_cases(people, truth, periods, streams, changes)
    return _World(
        people=people,
        periods=periods,
        profile=of,
        streams=streams,
        panels=panels,
        rated={source: panel.rate(truth, of) for source, panel in panels.items()},
        truth=truth,
        assigned=assigned,
        changes=changes,
        cases=cases,
        offices=draw_office_records(people, truth, cases, streams),
        answers=draw_survey(people, truth, dose.visitors, streams),
    )


def _observe(world: _World) -> pd.DataFrame:
    """Return the table of observations."""
    people, streams = world.people, world.streams
    records = draw_records(people, world.truth, world.cases, world.profile, streams)
    ideas = draw_new_ideas(world.truth, streams)
    blocks = [
        *(block_of_panel(panel, world.rated[source], people) for source, panel in world.panels.items()),
        *blocks_of_records(records, people),
        *blocks_of_records(ideas, people, first=len(world.periods) - 1),
        *blocks_of_records(world.offices, people, of_units=True),
        block_of_survey(world.answers, people, world.periods),
    ]
    return stack(blocks, people, world.periods, streams)


def _tabulate(world: _World, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Return the wanted tables, and the others empty."""
    people, periods = world.people, world.periods
    write: dict[str, Callable[[], pd.DataFrame]] = {
        "employees": lambda: describe_employees(people, periods, world.streams),
        "events": lambda: list_events(world.cases, people, periods),
        "interventions": lambda: list_interventions(world.assigned, people, periods),
        "recorded": lambda: _list_recorded(world),
        "truth": lambda: list_truth(world.truth, people, periods),
    }
    return {
        name: table() if name in wanted else pd.DataFrame(columns=list(TABLES[name].column_names))
        for name, table in write.items()
    }


def _list_recorded(world: _World) -> pd.DataFrame:
    return list_recorded(
        world.people,
        world.periods,
        ratings=world.rated["supervisor"].mean(axis=(1, 3)),
        report=world.offices["agency_report", "agency_report"],
        ikm=25 * world.answers[..., : len(ELEMENTS)].mean(axis=(1, 3)),  # nobody left an answer out
        streams=world.streams,
    )


def _evidence(
    study: str,
    observations: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    extras: Mapping[str, pd.DataFrame],
) -> Evidence:
    frames = {"evidence": observations, **tables, **extras}
    counts = {name: len(frame) for name, frame in frames.items()}
    steps = [
        (name, step, n if step in ("read", "kept") else 0)
        for name, n in counts.items()
        for step in ("read", "corrected", "rejected", "kept")
    ]
    return Evidence(
        study=study,
        kind="synthetic",
        observations=observations,
        indicators=standard_indicators(),
        employees=tables["employees"],
        events=tables["events"],
        interventions=tables["interventions"],
        recorded=tables["recorded"],
        truth=tables["truth"],
        extras=extras,
        corrections=pd.DataFrame(columns=list(TABLES["corrections"].column_names), dtype="str"),
        steps=pd.DataFrame(steps, columns=["file", "step", "n_rows"]),
    )
