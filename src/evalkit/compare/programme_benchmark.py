"""A real training programme: what a lot shows it gained, and what another comparison group makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import FAR_APART, compare_before, estimate_slope

#: Columns of the table of a programme: who was trained, from which sample, what came of it, what was before.
TABLE: Final = "training"
GIVEN: Final = "trt"
SAMPLE: Final = "sample"
OUTCOME: Final = "re78"
BEFORE: Final = ("age", "educ", "black", "hisp", "marr", "nodeg", "re74", "re75")
RANDOMISED: Final = "nsw"
NO_PROGRAMME: Final = "the evidence holds no programme with a randomised group"
_NOT_COMPARABLE: Final = (
    "no estimate of the programme: trained and compared differ by up to {far:.1f} SD beforehand, and "
    "{overlap:.0%} of the compared are people whom the programme could have reached"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProgrammeBenchmark:
    """One programme by several comparison groups.

    Attributes
    ----------
    estimates
        One row per sample that the trained are compared with and adjustment (none; before: for all that is
        known from before): estimate, conf_low, conf_high (robust to unequal variances), n_given, n_others,
        furthest (largest standardised difference beforehand), overlap, comparable, caveat.
    balance
        Standardised difference beforehand by sample and covariate.
    reason
        Why there is nothing; empty where there is something.
    """

    estimates: pd.DataFrame
    balance: pd.DataFrame
    reason: str
    conf_level: float

    def __post_init__(self) -> None:
        """Hold each estimate to its interval."""
        known = self.estimates
        if not ((known["conf_low"] <= known["estimate"]) & (known["estimate"] <= known["conf_high"])).all():
            raise ValueError("an estimate lies outside of its interval")

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates, one tidy row each."""
        return self.estimates.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``; none where there is no programme."""
        n = self.estimates["n_given"] + self.estimates["n_others"]
        rows = self.estimates.assign(
            quantity="programme_effect", group=self.estimates["sample"], item=self.estimates["adjusted"], n=n
        )
        sizes = dict(zip(rows["group"], n, strict=True))
        apart = self.balance.assign(
            quantity="standardised_difference",
            group=self.balance["sample"],
            item=self.balance["covariate"],
            n=self.balance["sample"].map(sizes),
        )
        once = rows.drop_duplicates("group")
        overlap = once[["group", "n"]].assign(quantity="overlap", item="", estimate=once["overlap"])
        columns = ["quantity", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        frames = [one.reindex(columns=columns) for one in (rows, apart, overlap)]
        return pd.concat([one for one in frames if len(one)] or frames[:1], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.estimates)


def compare_programme(evidence: Evidence, *, conf_level: float = 0.95) -> ProgrammeBenchmark:
    """Estimate what a training programme gained by a randomised group, then by one that was not.

    The randomised group answers. The other, people of a survey who were not trained, is what most evaluations
    have; it is estimated for the distance from the answer, with how unlike the groups were beforehand.

    References
    ----------
    LaLonde (1986), American Economic Review 76:604–620; Dehejia & Wahba (1999), Journal of the American
    Statistical Association 94:1053–1062, doi:10.1080/01621459.1999.10473858.
    """
    table = evidence.extras.get(TABLE)
    needed = {GIVEN, SAMPLE, OUTCOME, *BEFORE}
    if table is None or not needed <= set(table.columns) or RANDOMISED not in set(table[SAMPLE]):
        return ProgrammeBenchmark(
            estimates=pd.DataFrame([], columns=_ESTIMATES),
            balance=pd.DataFrame([], columns=_BALANCE),
            reason=NO_PROGRAMME,
            conf_level=conf_level,
        )
    trained = table[(table[SAMPLE] == RANDOMISED) & (table[GIVEN] == 1)]
    estimates, balance = [], []
    for sample, others in table[table[GIVEN] == 0].groupby(SAMPLE):
        rows = pd.concat([trained, others])
        before = compare_before(rows[list(BEFORE)], rows[GIVEN] == 1)
        for name, difference in zip(BEFORE, before.differences, strict=True):
            balance.append({"sample": sample, "covariate": name, "estimate": difference})
        apart = {
            "furthest": float(np.abs(before.differences).max()),
            "overlap": before.overlap,
            "comparable": bool(sample == RANDOMISED),
        }
        estimates += [
            _estimate(rows, str(sample), adjusted, apart, conf_level) for adjusted in ("none", "before")
        ]
    return ProgrammeBenchmark(
        estimates=pd.DataFrame(estimates, columns=_ESTIMATES),
        balance=pd.DataFrame(balance, columns=_BALANCE),
        reason="",
        conf_level=conf_level,
    )


def _estimate(
    rows: pd.DataFrame, sample: str, adjusted: str, apart: dict[str, Any], conf_level: float
) -> dict[str, Any]:
    covariates = rows[list(BEFORE)] if adjusted == "before" else None
    found = estimate_slope(rows[OUTCOME], rows[GIVEN], covariates=covariates, conf_level=conf_level)
    n_given = int((rows[GIVEN] == 1).sum())
    unlike = not apart["comparable"] and apart["furthest"] > FAR_APART
    return {
        "sample": sample,
        "adjusted": adjusted,
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "n_given": n_given,
        "n_others": len(rows) - n_given,
        **apart,
        "caveat": _NOT_COMPARABLE.format(far=apart["furthest"], overlap=apart["overlap"]) if unlike else "",
    }


_ESTIMATES: Final = [
    *("sample", "adjusted", "estimate", "conf_low", "conf_high", "n_given", "n_others"),
    *("furthest", "overlap", "comparable", "caveat"),
]
_BALANCE: Final = ["sample", "covariate", "estimate"]
