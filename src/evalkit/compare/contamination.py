"""Which criteria are independent of a method? Those outside it, from a source that it does not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.compare.instrument import read_weights
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import Shown

#: What became of the service, as indicators name it: the criteria where a study names none.
OUTCOMES: Final = (
    *("permits_on_time", "ktp_days", "birth_certificate_days", "complaint_response_days"),
    *("complaints", "praise", "public_satisfaction", "complaint_handling", "agency_report", "sakip"),
)
INDEPENDENT: Final = "independent"
CONTAINED: Final = "contained"
OWN_SOURCE: Final = "own_source"
BY_DEFAULT: Final = "an outcome of the service; the study names no criteria of its own"

CONTAMINATION_COLUMNS: Final = (
    *("method", "indicator", "source", "level", "verdict", "contained_weight", "source_weight"),
    *("n", "because"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Shown):
    """What a score ought to go with: an indicator as one source has it, and why."""

    indicator: str
    source: str
    because: str


def choose_criteria(evidence: Evidence, criteria: Iterable[Criterion] = ()) -> tuple[Criterion, ...]:
    """Return the criteria of a study, or by default every outcome of the service that was recorded.

    Raises
    ------
    UsageError
        If a criterion is not in the evidence.
    """
    recorded = evidence.observations[evidence.observations["status"] == "recorded"]
    found = recorded[["indicator", "source"]].drop_duplicates()
    known = list(found.itertuples(index=False, name=None))
    named = tuple(criteria)
    for one in named:
        if (one.indicator, one.source) not in known:
            raise UsageError(_unknown(one, known))
    if named:
        return named
    return tuple(
        Criterion(indicator=indicator, source=source, because=BY_DEFAULT)
        for outcome in OUTCOMES
        for indicator, source in sorted(known)
        if indicator == outcome
    )


def _unknown(one: Criterion, known: Sequence[tuple[str, str]]) -> str:
    sources = sorted(source for indicator, source in known if indicator == one.indicator)
    if sources:
        return (
            f"There is no recorded {one.indicator} from {one.source}; it comes from {', '.join(sources)}. "
            "Name one of these under criteria in study.yaml."
        )
    names = {indicator for indicator, _ in known}
    return f"There is no recorded criterion {one.indicator!r}: {did_you_mean(one.indicator, names)}"


def list_contamination(
    scores: MethodScores, evidence: Evidence, criteria: Sequence[Criterion], *, baseline: str = ""
) -> pd.DataFrame:
    """Return, for each method that scored anyone and each criterion, whether it is independent, or why not.

    A criterion is *contained* where the method scores that very indicator of that source (its mappings
    applied), and of its *own source* where the method scores anything else that this source gave: who rates
    a person highly also rates the outcome highly, and who keeps the records keeps both.

    Parameters
    ----------
    baseline
        Indicator of a single overall rating, held to the same rule; empty: none.

    Returns
    -------
    DataFrame
        method, indicator, source, level (of the criterion: employee or unit), verdict, contained_weight,
        source_weight (share of the method's weight on the indicator, and on anything of the source), n
        (people whom the method scored), because.
    """
    weights = read_weights(scores, evidence)
    counts = scores.scores[scores.scores["status"] == "scored"]["method"].value_counts().to_dict()
    if baseline:
        rated = evidence.observations[evidence.observations["indicator"] == baseline]
        counts[baseline] = rated[rated["status"] == "recorded"]["employee"].nunique()
        weights = pd.concat([weights, _baseline_weights(evidence, baseline)], ignore_index=True)
    of_people = [is_of_people(evidence, criterion) for criterion in criteria]
    rows = [
        {"method": str(method), "n": counts[method], **_judge(read, criterion, people)}
        for method, read in weights.groupby("method", sort=False)
        for criterion, people in zip(criteria, of_people, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(CONTAMINATION_COLUMNS))


def _baseline_weights(evidence: Evidence, baseline: str) -> pd.DataFrame:
    """Return what a single overall rating reads: itself, from whoever gave it."""
    rows = evidence.observations
    rows = rows[(rows["indicator"] == baseline) & (rows["status"] == "recorded")]
    read = rows[["indicator", "source"]].drop_duplicates()
    return read.assign(method=baseline, component=baseline, weight=1 / max(len(read), 1))


def _judge(read: pd.DataFrame, criterion: Criterion, of_people: bool) -> dict[str, object]:
    of_source = read["source"] == criterion.source
    contained = float(read.loc[of_source & (read["indicator"] == criterion.indicator), "weight"].sum())
    own = float(read.loc[of_source, "weight"].sum())
    return {
        "indicator": criterion.indicator,
        "source": criterion.source,
        "level": "employee" if of_people else "unit",
        "verdict": CONTAINED if contained > 0 else OWN_SOURCE if own > 0 else INDEPENDENT,
        "contained_weight": contained,
        "source_weight": own,
        "because": criterion.because,
    }


def select_criterion(evidence: Evidence, criterion: Criterion) -> pd.DataFrame:
    """Return the recorded observations of a criterion."""
    rows = evidence.observations
    rows = rows[rows["indicator"] == criterion.indicator]  # first, so that the rest looks through few rows
    return rows[(rows["source"] == criterion.source) & (rows["status"] == "recorded")]


def is_of_people(evidence: Evidence, criterion: Criterion) -> bool:
    """Tell whether a criterion was observed of single people and not of whole units."""
    return bool((select_criterion(evidence, criterion)["employee"] != "").any())


def refuse_dependent(row: pd.Series) -> None:
    """Refuse a criterion that is not independent of the method.

    Raises
    ------
    DesignError
        With the reason.

    Examples
    --------
    >>> row = pd.Series({"method": "dumai", "indicator": "retention_worthiness", "source": "citizen",
    ...                  "verdict": OWN_SOURCE, "source_weight": 1.0})
    >>> refuse_dependent(row)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    evalkit.errors.DesignError: dumai is not validated against retention_worthiness: it scores what citizen...
    """
    if row["verdict"] == CONTAINED:
        raise DesignError(
            f"{row['method']} is not validated against {row['indicator']}: it scores that very indicator "
            f"from {row['source']} ({row['contained_weight']:.0%} of its weight). Use a criterion outside it."
        )
    if row["verdict"] == OWN_SOURCE:
        raise DesignError(
            f"{row['method']} is not validated against {row['indicator']}: it scores what {row['source']} "
            f"gave ({row['source_weight']:.0%} of its weight), and their correlation would show one view "
            "twice. Use a criterion from another source."
        )
