"""Public means: scores of people, and satisfaction of those who were served, by unit and quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.disclosure import LEAST, ShownMean, protect_mean, round_outward
from evalkit.compare.public_cells import AT_END, OUTWARD, TOO_FEW, Cell, Workplace, cell
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.rules import ELEMENTS, compute_ikm
from evalkit.stats import GroupMeans, estimate_group_means

#: Spread of scores, in points, that intervals have at least: less would say that people are all alike.
LEAST_SD: Final = 5.0
IKM_RANGE: Final = (25.0, 100.0)
IKM_BASE: Final = 0.01
NO_RESPONDENTS: Final = "the answers are not kept by respondent, so it is not known how many people gave them"
NO_ANSWERS: Final = "no answers to the nine elements of the survey"
UNANSWERED: Final = "an element of the survey was answered by nobody"


def list_scores(scores: MethodScores, people: Workplace, period: str, conf_level: float) -> list[Cell]:
    """Return the mean score of the place and of its units in one quarter."""
    named = {"period": period, "method_a": str(scores.coverage["method"].iloc[0])}
    scored = scores.scores[(scores.scores["status"] == "scored") & (scores.scores["place"] == people.place)]
    if len(scored) < LEAST:
        reason = str(scores.coverage["reason"].iloc[0]).split(" Missing:", maxsplit=1)[0]
        return [cell("public_mean_score", caveat=reason or TOO_FEW, **named)]
    units = people.join(scored["unit"].value_counts())
    names, groups = _number(scored["unit"].map(units) if units else scored["unit"].map(lambda _: ""))
    found = estimate_group_means(scored["score"], groups, least_sd=LEAST_SD, conf_level=conf_level)
    whole = _mean_cell("public_mean_score", found, None, protect_mean(found.overall, len(scored)), named)
    if not units:
        return [whole]
    means = [protect_mean(mean, n) for mean, n in zip(found.estimate, found.n.tolist(), strict=True)]
    parts = [
        _mean_cell("public_mean_score", found, at, mean, {**named, "unit": name})
        for at, (name, mean) in enumerate(zip(names, means, strict=True))
    ]
    return [whole, *parts]


def list_satisfaction(evidence: Evidence, people: Workplace, period: str, conf_level: float) -> list[Cell]:
    """Return the IKM of the place and of its units in one quarter, from the respondents of each."""
    rows = evidence.observations
    rows = rows[
        (rows["place"] == people.place)
        & (rows["indicator"] == "public_satisfaction")
        & (rows["status"] == "recorded")
        & rows["item"].isin(ELEMENTS)
    ]
    if rows.empty:
        return [cell("public_ikm", period=period, caveat=NO_ANSWERS)]
    if (rows["rater"] == "").any():
        return [cell("public_ikm", period=period, caveat=NO_RESPONDENTS)]
    wide = rows.pivot_table(index=["unit", "rater"], columns="item", values="value", aggfunc="first")
    answers = wide.reindex(columns=list(ELEMENTS))
    if len(answers) < LEAST:
        return [cell("public_ikm", period=period, caveat=TOO_FEW)]
    return _ikm_cells(answers, people, period, conf_level)


def _ikm_cells(answers: pd.DataFrame, people: Workplace, period: str, conf_level: float) -> list[Cell]:
    own = pd.Series(answers.index.get_level_values("unit"), dtype="str")
    units = people.join(own.value_counts())
    names, groups = _number(own.map(units) if units else own.map(lambda _: ""))
    table = answers.to_numpy(dtype=np.float64)
    indices = 25 * np.nanmean(table, axis=1)
    found = estimate_group_means(indices, groups, least_sd=LEAST_SD, conf_level=conf_level)
    cells = [_ikm_cell(found, None, table, period=period)]
    if units:
        cells += [
            _ikm_cell(found, at, table[groups == at], period=period, unit=name)
            for at, name in enumerate(names)
        ]
    return cells


def _ikm_cell(found: GroupMeans, at: int | None, answers: NDArray[np.float64], **named: Any) -> Cell:
    if np.isnan(answers).all(axis=0).any():
        return cell("public_ikm", caveat=UNANSWERED, **named)
    low, high = IKM_RANGE
    mean = protect_mean(compute_ikm(answers).value, len(answers), low=low, high=high, base=IKM_BASE)
    return _mean_cell("public_ikm", found, at, mean, named, scale=IKM_RANGE, outward=1.0)


def _mean_cell(
    quantity: str,
    found: GroupMeans,
    at: int | None,
    shown: ShownMean,
    named: Mapping[str, Any],
    *,
    scale: tuple[float, float] = (0.0, np.inf),
    outward: float = 0.0,
) -> Cell:
    """Return a mean with an interval around what is shown, which tells nothing more of the mean itself."""
    half = found.overall_high - found.overall if at is None else found.conf_high[at] - found.estimate[at]
    reach = float(half) + shown.base / 2
    low, high = round_outward(shown.value - reach, shown.value + reach, outward or shown.base)
    n = int(found.n.sum() if at is None else found.n[at])
    caveat = f"{OUTWARD}; {AT_END}" if shown.at_end else OUTWARD
    return cell(
        quantity,
        estimate=shown.value,
        conf_low=max(low, scale[0]),
        conf_high=min(high, scale[1]),
        n=n,
        caveat=caveat,
        **named,
    )


def _number(names: pd.Series) -> tuple[list[str], NDArray[np.intp]]:
    """Return the sorted names, and the number of each value's name."""
    known = sorted(set(names))
    return known, np.searchsorted(known, names.to_numpy(dtype="str")).astype(np.intp)
