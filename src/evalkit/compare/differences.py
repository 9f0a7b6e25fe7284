"""Do means differ, and by how much? Families of comparisons that the study fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.families import FamilyTable, check_families, read_family
from evalkit.compare.pairwise import MeanComparison, compare_means
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

NO_MARGIN: Final = "no margin was fixed beforehand: equivalence is not judged"
#: Columns of the pairs and of the means, when there are no rows too.
PAIR_COLUMNS: Final = (
    *("family", "place", "by", "first", "second", "estimate", "conf_low", "conf_high", "std_error"),
    *("effect_size", "effect_low", "effect_high", "superiority", "superiority_low", "superiority_high"),
    *("p_value", "p_adjusted", "p_flipped", "equivalence_low", "equivalence_high", "equivalence_p"),
    *("equivalence_p_adjusted", "nemenyi_p", "conover_p_adjusted", "verdict", "n", "n_groups", "caveat"),
)
MEAN_COLUMNS: Final = ("family", "condition", "estimate", "conf_low", "conf_high", "mean_rank", "n")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """One family of comparisons in one place.

    Attributes
    ----------
    name, by, place
        Name in ``study.yaml``, what is compared ("method", "indicator" or a column), and where.
    unit
        What one unit of a difference is, in words.
    comparison
        The pairs, the means and Friedman's test.
    because, margin_because
        Why the family and its margin were chosen.
    """

    name: str
    by: str
    place: str
    unit: str
    comparison: MeanComparison
    because: str = ""
    margin_because: str = ""

    def to_results(self) -> pd.DataFrame:
        """Return differences, effect sizes, superiority, means and Friedman as rows of ``results.csv``."""
        pairs, means = self.comparison.pairs, self.comparison.means
        parts = [
            self._pairs(pairs, "mean_difference", "estimate", "conf_low", "conf_high"),
            self._pairs(pairs, "standardised_difference", "effect_size", "effect_low", "effect_high"),
            self._pairs(
                pairs, "probability_of_superiority", "superiority", "superiority_low", "superiority_high"
            ),
            self._pairs(pairs, "holm_p_value", "p_adjusted"),
            self._pairs(pairs, "equivalence_holm_p_value", "equivalence_p_adjusted"),
            self._named(means.rename(columns={"condition": "first"})).assign(quantity="mean"),
            pd.DataFrame([*self._friedman()]),
        ]
        return pd.concat(parts, ignore_index=True).assign(place=self.place, group=self.name)[_COLUMNS]

    def _pairs(
        self, pairs: pd.DataFrame, quantity: str, value: str, low: str = "", high: str = ""
    ) -> pd.DataFrame:
        ends = {"conf_low": pairs[low] if low else np.nan, "conf_high": pairs[high] if high else np.nan}
        return self._named(pairs.assign(quantity=quantity, estimate=pairs[value], **ends))

    def _named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Put what is compared where ``results.csv`` looks for it."""
        second = rows["second"] if "second" in rows else pd.Series("", index=rows.index)
        if self.by == "method":
            named = rows.assign(method_a=rows["first"], method_b=second, item="")
        else:
            item = rows["first"].where(second == "", rows["first"] + " - " + second)
            named = rows.assign(method_a="", method_b="", item=item)
        return named if "caveat" in named else named.assign(caveat="")

    def _friedman(self) -> list[dict[str, object]]:
        found = self.comparison.friedman
        about = {"method_a": "", "method_b": "", "item": "", "conf_low": np.nan, "conf_high": np.nan}
        degrees = f"F({found.f_df[0]}, {found.f_df[1]}), p = {found.f_p_value:.3g}"
        rows = [
            ("friedman_f", found.f_statistic, degrees),
            ("concordance_of_ranks", found.concordance, "Kendall's W, no interval"),
            ("nemenyi_critical_difference", self.comparison.critical_difference, "of mean ranks"),
        ]
        return [
            {**about, "quantity": name, "estimate": value, "n": found.n, "caveat": caveat}
            for name, value, caveat in rows
        ]


_COLUMNS: Final = [
    "quantity", "place", "method_a", "method_b", "group", "item",
    "estimate", "conf_low", "conf_high", "n", "caveat",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Differences:
    """What the families of a study found, and which of them the evidence cannot answer.

    Attributes
    ----------
    families
        One per family and place that could be compared.
    refused
        One row per family, or place of it, that was refused: family, place, reason.
    conf_level
        Level of the intervals.
    """

    families: tuple[Family, ...]
    refused: pd.DataFrame
    conf_level: float

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs of all families, one tidy row each."""
        frames = [
            family.comparison.pairs.assign(family=family.name, place=family.place, by=family.by)
            for family in self.families
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(PAIR_COLUMNS))

    def means(self) -> pd.DataFrame:
        """Return the means of all families, one tidy row per condition."""
        frames = [family.comparison.means.assign(family=family.name) for family in self.families]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(MEAN_COLUMNS))

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        gaps = self.refused.rename(columns={"family": "group", "reason": "caveat"})
        frames = [family.to_results() for family in self.families]
        return pd.concat([*frames, gaps.assign(quantity="refused_difference")], ignore_index=True)

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)


def compare_differences(
    evidence: Evidence,
    *,
    families: Mapping[str, Any],
    margins: Mapping[str, Any],
    scores: Mapping[str, MethodScores],
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> Differences:
    """Compare the means of every family that the study declares, place by place; refusals say why.

    A higher mean is not better measurement.

    Parameters
    ----------
    families
        By name: ``by`` ("method", "indicator" or a column of ``table``), which ``places``, ``sources`` and
        ``indicators`` belong to it, and ``because`` of what.
    margins
        By family: ``value``, the largest difference that does not matter, in the family's unit, and
        ``because``.
    scores
        Scores of the families by method, under the family's name.

    Raises
    ------
    StudyError
        If a family or margin cannot be read.
    """
    check_families(families, margins)
    found: list[Family] = []
    refused: list[tuple[str, str, str]] = []
    for name, declared in families.items():
        try:
            tables = read_family(evidence, declared, scores.get(name))
        except DesignError as error:
            refused.append((name, "", str(error)))
            continue
        for table in tables:
            margin = margins.get(name, {})
            try:
                comparison = _compare(table, margin, n_boot, rng, conf_level)
            except DesignError as error:
                refused.append((name, table.place, str(error)))
                continue
            found.append(_family(name, declared, margin, table, comparison))
    reasons = pd.DataFrame(refused, columns=["family", "place", "reason"], dtype=object)
    return Differences(families=tuple(found), refused=reasons, conf_level=conf_level)


def _compare(
    table: FamilyTable,
    margin: Mapping[str, Any],
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float,
) -> MeanComparison:
    return compare_means(
        table.values,
        table.units,
        margin=float(margin.get("value", "nan")),
        n_boot=n_boot,
        rng=rng,
        conf_level=conf_level,
    )


def _family(
    name: str,
    declared: Mapping[str, Any],
    margin: Mapping[str, Any],
    table: FamilyTable,
    comparison: MeanComparison,
) -> Family:
    return Family(
        name=name,
        by=str(declared["by"]),
        place=table.place,
        unit=table.unit_of_measure,
        comparison=comparison,
        because=str(declared.get("because", "")).strip(),
        margin_because=str(margin.get("because", NO_MARGIN)).strip(),
    )
