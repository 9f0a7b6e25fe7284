"""What one family of comparisons found, in one place or over several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.pairwise import MeanComparison
from evalkit.compare.pooled import POOLED
from evalkit.shown import Shown

RANKS_ALONE: Final = "people are taken as independent, though some are of one unit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family(Shown):
    """One family of comparisons in one place, or over several of them together.

    Attributes
    ----------
    name, by, place
        Name in ``study.yaml``, what is compared ("method", "indicator" or a column), and where; "pooled" over
        several places.
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

    @property
    def pooled(self) -> bool:
        """Whether these are people of several places."""
        return self.place == POOLED

    def to_results(self) -> pd.DataFrame:
        """Return differences, effect sizes, superiority, means and Friedman as rows of ``results.csv``.

        What was found over several places has no place, and a quantity that begins with "pooled".
        """
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
        rows = pd.concat(parts, ignore_index=True).assign(place=self.place, group=self.name)[_COLUMNS]
        return rows.assign(place="", quantity="pooled_" + rows["quantity"]) if self.pooled else rows

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
        clustered = self.comparison.n_groups < self.comparison.n
        doubt = f"; {RANKS_ALONE}" if clustered else ""
        rows = [
            ("friedman_f", found.f_statistic, degrees + doubt),
            ("concordance_of_ranks", found.concordance, "Kendall's W, no interval" + doubt),
            ("nemenyi_critical_difference", self.comparison.critical_difference, "of mean ranks" + doubt),
        ]
        return [
            {**about, "quantity": name, "estimate": value, "n": found.n, "caveat": caveat}
            for name, value, caveat in rows
        ]


_COLUMNS: Final = [
    "quantity", "place", "method_a", "method_b", "group", "item",
    "estimate", "conf_low", "conf_high", "n", "caveat",
]  # fmt: skip
