"""Which questions about methods can the design of the evidence answer? Asked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from evalkit.compare.instrument import read_weights
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import show_frame

Crossing = Literal["crossed", "nested", "partly crossed", "one method", "no method"]
#: A source and a rater whose ratings a method reads.
Reading = tuple[str, str]

#: Questions about methods, and what each takes methods to be.
QUESTIONS: Final[dict[str, str]] = {
    "intraclass_correlation": "An intraclass correlation between methods",
    "d_study": "A D-study over methods or raters",
    "limits_of_agreement": "An analysis of limits of agreement",
    "mean_differences": "A difference of method means",
    "friedman": "Friedman's test",
    "tost": "A test of equivalence (TOST)",
    "validity_against_overall_verdict": "Validity against an overall verdict",
    "rank_agreement": "Rank agreement",
    "random_mappings": "Agreement against random mappings",
    "rank_acceptability": "Rank acceptability",
}
_SEPARATE: Final = (
    "intraclass_correlation",
    "d_study",
    "limits_of_agreement",
    "mean_differences",
    "friedman",
    "tost",
)
#: Questions that are answered for the people with every score, with how many were left out.
_OF_COMPLETE: Final = ("mean_differences", "friedman", "tost")
_FEWEST_COMPLETE: Final = 3
_INSTEAD: Final = "Compare rank agreement with random mappings of the same overlap instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodDesign:
    """Who was scored by which methods, and what these methods read.

    Attributes
    ----------
    methods
        Methods that scored anyone, in order.
    crossing
        "crossed": everyone scored has a score from every method. "nested": nobody has two. "partly crossed":
        in between; means are compared over the people with every score.
    n_employees, n_complete
        Scored by any method, and by every one.
    readings
        Pairs of source and rater whose ratings each method reads.
    verdict
        Indicator of an overall verdict; empty where there is none.
    verdict_readings
        Pairs of source and rater that gave it.
    """

    methods: tuple[str, ...]
    crossing: Crossing
    n_employees: int
    n_complete: int
    readings: Mapping[str, frozenset[Reading]]
    verdict: str = ""
    verdict_readings: frozenset[Reading] = frozenset()

    @property
    def one_instrument(self) -> bool:
        """Whether all methods, two at least, read the same raters of one source."""
        read = set(self.readings.values())
        return len(self.methods) > 1 and len(read) == 1 and len({source for source, _ in min(read)}) == 1

    @property
    def averaged_ratings(self) -> bool:
        """Whether one rater stands for everybody's ratings: an average, or one person who rated all."""
        return len(frozenset().union(*self.readings.values())) == 1 if self.readings else False

    def to_frame(self) -> pd.DataFrame:
        """Return one row per method: the sources it reads, and how many raters."""
        rows = [
            (method, ", ".join(sorted({source for source, _ in read})), len(read))
            for method, read in self.readings.items()
        ]
        return pd.DataFrame(rows, columns=["method", "sources", "n_raters"])

    def _repr_html_(self) -> str:
        return show_frame(self.to_frame())


def method_design(scores: MethodScores, evidence: Evidence, *, verdict: str = "") -> MethodDesign:
    """Read from the scores and the evidence how methods and employees were combined.

    Parameters
    ----------
    verdict
        Indicator of an overall verdict on the employees, such as ``retention_worthiness``.
    """
    scored = scores.scores[scores.scores["status"] == "scored"]
    counts = scored.groupby("employee")["method"].nunique()
    methods = tuple(scored["method"].unique().tolist())
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    used = read_weights(scores, evidence)
    seen = recorded[["indicator", "source", "rater"]].drop_duplicates()
    return MethodDesign(
        methods=methods,
        crossing=_crossing(len(methods), counts),
        n_employees=len(counts),
        n_complete=int((counts == len(methods)).sum()),
        readings={method: _readings(seen, used[used["method"] == method]) for method in methods},
        verdict=verdict,
        verdict_readings=_pairs(seen[seen["indicator"] == verdict]),
    )


def answerable(design: MethodDesign) -> pd.DataFrame:
    """List every question, whether this design can answer it, and the reason where it cannot."""
    reasons = [_reason(question, design) for question in QUESTIONS]
    return pd.DataFrame(
        {"question": list(QUESTIONS), "answerable": [not reason for reason in reasons], "reason": reasons}
    )


def require(question: str, design: MethodDesign) -> None:
    """Refuse a question that the design cannot answer.

    Raises
    ------
    DesignError
        With the whole reason.
    UsageError
        If there is no such question.

    Examples
    --------
    >>> alone = MethodDesign(methods=("dumai",), crossing="one method", n_employees=43, n_complete=43,
    ...                      readings={"dumai": frozenset({("citizen", "lawyers")})})
    >>> require("friedman", alone)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    evalkit.errors.DesignError: Friedman's test compares methods, and only dumai scored anyone. ...
    """
    if question not in QUESTIONS:
        raise UsageError(f"There is no question {question!r}: {did_you_mean(question, QUESTIONS)}")
    reason = _reason(question, design)
    if reason:
        raise DesignError(reason)


def _crossing(n_methods: int, counts: pd.Series[int]) -> Crossing:
    if n_methods < 2:
        return "one method" if n_methods else "no method"
    if (counts == n_methods).all():
        return "crossed"
    return "nested" if (counts == 1).all() else "partly crossed"


def _readings(seen: pd.DataFrame, used: pd.DataFrame) -> frozenset[Reading]:
    """Return the raters of the indicators and sources that one method uses."""
    pairs = used[["indicator", "source"]].drop_duplicates()
    return _pairs(seen.merge(pairs, on=["indicator", "source"]))


def _pairs(rows: pd.DataFrame) -> frozenset[Reading]:
    found = rows[["source", "rater"]].drop_duplicates()
    return frozenset(zip(found["source"].tolist(), found["rater"].tolist(), strict=True))


def _reason(question: str, design: MethodDesign) -> str:
    """Say why the design cannot answer a question; nothing where it can."""
    if question == "validity_against_overall_verdict":
        return _no_validity(design)
    if question == "rank_acceptability":
        return "" if design.methods else _too_few(question, design)
    if len(design.methods) < 2:
        return _too_few(question, design)
    if question in _SEPARATE and design.one_instrument:
        return _one_instrument(question, design)
    if question == "random_mappings" and not design.one_instrument:
        return (
            f"{QUESTIONS[question]} is the reference for weightings of one instrument; "
            f"{_listed(design.methods)} do not read the same raters of one source. Use rank_agreement."
        )
    return _not_crossed(question, design)


def _too_few(question: str, design: MethodDesign) -> str:
    scored = f"only {design.methods[0]}" if design.methods else "none"
    return (
        f"{QUESTIONS[question]} compares methods, and {scored} scored anyone. "
        "Map the evidence to the components of a second method, or choose a study with crossed methods."
    )


def _one_instrument(question: str, design: MethodDesign) -> str:
    return (
        f"{QUESTIONS[question]} takes methods as separate measurements of the same people. "
        f"{_listed(design.methods)} are weightings of one instrument: each reads the ratings of "
        f"{_who(design.readings[design.methods[0]])} and nothing else, so they share their errors and agree "
        f"whatever they measure. {_INSTEAD}"
    )


def _no_validity(design: MethodDesign) -> str:
    """Refuse a criterion that comes from those whose ratings were scored."""
    if not design.verdict_readings:
        named = f"no recorded {design.verdict!r}" if design.verdict else "no overall verdict"
        return f"Validity against an overall verdict needs one, and the evidence has {named}."
    shared = [method for method, read in design.readings.items() if read & design.verdict_readings]
    if not shared:
        return "" if design.methods else _too_few("validity_against_overall_verdict", design)
    return (
        f"Validity against an overall verdict needs a criterion from another source. {design.verdict} was "
        f"given by {_who(design.verdict_readings)}, whose ratings {_listed(shared)} also "
        f"{_verb(shared, 'score')}: their correlation would show one opinion twice. "
        "Use a criterion that these raters did not give."
    )


def _not_crossed(question: str, design: MethodDesign) -> str:
    """Refuse to compare methods over different people."""
    n, n_incomplete = design.n_employees, design.n_employees - design.n_complete
    if not n_incomplete:
        return ""
    if design.crossing == "nested":
        return (
            f"{QUESTIONS[question]} needs every method scored for every employee; here each of the {n} "
            "employees was scored by one method only, so method and place cannot be told apart."
        )
    if question in _OF_COMPLETE and design.n_complete >= _FEWEST_COMPLETE:
        return ""
    return (
        f"{QUESTIONS[question]} needs every method scored for every employee; {n_incomplete} of {n} "
        "employees are incomplete. Drop them first, and say so."
    )


def _who(readings: frozenset[Reading]) -> str:
    """Name the source, and the rater where there is one; else their number."""
    sources = "source " + _listed(sorted({source for source, _ in readings}))
    raters = sorted({rater for _, rater in readings if rater})
    if not raters:
        return sources
    return f"{sources} ({raters[0] if len(raters) == 1 else f'{len(raters):,} raters'})"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _verb(subjects: list[str], verb: str) -> str:
    return verb if len(subjects) > 1 else f"{verb}s"
