"""What a method of evaluation is: components with weights, rater weights, minimum evidence, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from evalkit.shown import Shown
from evalkit.vocabulary import Language

Level = Literal["employee", "unit"]
Part = Literal["result", "behaviour"]
TransformKind = Literal["linear", "percent_of_target", "standard_over_actual", "share", "skm"]

#: Percentages above the target, and days below the standard, count up to here (as PP 30/2019 caps scores).
CAP: Final = 120

#: Sources that are persons, and so have raters.
PERSONS: Final = ("supervisor", "peer", "self", "subordinate", "citizen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """One text in Indonesian and English."""

    id: str
    en: str

    def __getitem__(self, lang: Language) -> str:
        return self.id if lang == "id" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Bilingual):
    """An aim, a problem or a follow-up that a text names, and what a report can show of it.

    Attributes
    ----------
    code
        Its name in ``results.csv``; empty where nothing is shown of it.
    through
        What shows it: components of the method, kinds of spoiling (of a problem), kinds of intervention (of
        a follow-up), sources of ratings.
    note
        Why nothing shows it, or what is left open by what does.
    """

    code: str = ""
    through: tuple[str, ...] = ()
    note: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """How one observation becomes points.

    Attributes
    ----------
    kind
        linear: the scale's two ends become 0 and 100, reversed where lower is better. percent_of_target: the
        percentage, at most 120. standard_over_actual: 100 × standard ÷ value, at most 120. share: × 100. skm:
        × 25, averaged over respondents within each question first, as satisfaction surveys are.
    low, high
        Ends of a linear scale where they are not the indicator's own; values beyond them count as the end.
    standard
        What counts as 100, for standard_over_actual, in the indicator's unit.
    """

    kind: TransformKind
    low: float | None = None
    high: float | None = None
    standard: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumEvidence:
    """The least evidence on which a component is scored.

    Attributes
    ----------
    observations
        Recorded values, over all occasions.
    raters
        Ratings by different persons in the fullest occasion; 0 where no person rates.
    occasions
        Periods with at least one recorded value.
    """

    observations: int = 1
    raters: int = 0
    occasions: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a method.

    Attributes
    ----------
    indicators
        What is read; several are averaged within a rater.
    sources
        Whose observations are read.
    items
        Which items are read; empty: all.
    level
        Whether the employee or the whole unit is what is observed.
    part
        Work result or behaviour: which rating of PermenPANRB 6/2022 the component belongs to.
    weight, range
        Weight in the score, and the lowest and highest weight that a sensitivity analysis tries.
    """

    name: str
    indicators: tuple[str, ...]
    sources: tuple[str, ...]
    items: tuple[str, ...] = ()
    level: Level = "employee"
    part: Part
    transform: Transform
    weight: float
    range: tuple[float, float]
    minimum: MinimumEvidence = MinimumEvidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Points from which a part meets expectation or is above it, with the ranges that are tried."""

    meets: float
    above: float
    meets_range: tuple[float, float]
    above_range: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pp30:
    """How points enter the weighted sum of PP 30/2019.

    Attributes
    ----------
    behaviour_weight
        .3, or .4 where peers and subordinates are heard.
    top
        The score on 0 to 120 that 100 points stand for.
    """

    behaviour_weight: float
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One choice that the text leaves open: what it is about, what was chosen, the range of a number."""

    about: str
    id: str
    en: str
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSpecification(Shown):
    """One way of evaluating employees, complete enough to be computed.

    Attributes
    ----------
    text
        File name of the essay that the method is described in; empty where there is none.
    raters
        Weight of each source where a component has several; those without a value are left out.
    minimum_weight
        Share of the weight that an employee's evidence must cover to get a score.
    minutes_per_observation
        Working minutes that one observation of a source costs.
    """

    name: str
    title: Bilingual
    place: str = ""
    text: str = ""
    principle: Bilingual
    cadence: Bilingual
    summary: Bilingual
    aims: tuple[Named, ...] = ()
    problems: tuple[Named, ...] = ()
    follow_up: tuple[Named, ...] = ()
    national_rules: tuple[str, ...] = ()
    components: tuple[Component, ...]
    raters: Mapping[str, float]
    minimum_weight: float = 0.6
    expectation: Expectation
    pp30: Pp30
    minutes_per_observation: Mapping[str, float]
    assumptions: tuple[Assumption, ...] = ()

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of all indicators that are read, in the order of the components."""
        return tuple(dict.fromkeys(name for part in self.components for name in part.indicators))

    @property
    def sources(self) -> tuple[str, ...]:
        """Codes of all sources that are read, in the order of the components."""
        return tuple(dict.fromkeys(name for part in self.components for name in part.sources))

    def part_weight(self, part: Part) -> float:
        """Return the weight that the work result or the behaviour has in the score."""
        return sum(component.weight for component in self.components if component.part == part)
