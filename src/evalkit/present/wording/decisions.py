"""What the error of a rating means for decisions, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

from evalkit.compare import DecisionQuality
from evalkit.present.language import Translator, translator
from evalkit.present.wording.counts import count_facet
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]

FACET_KEY: Final = ["place", "source", "indicator", "facet"]
#: Indicators that are told one by one; the table holds all.
MOST_TOLD: Final = 3


def say_decisions(quality: DecisionQuality, lang: Language | None = None) -> list[str]:
    """Say for the fewest ratings shown how a cut at the middle of the scale decides."""
    tr = translator(lang)
    rows = quality.qualities
    fewest = rows[rows["n_ratings"] == rows["n_ratings"].min()]
    groups = fewest.groupby(FACET_KEY, sort=False)
    found = [{row["quantity"]: row for row in group.to_dict("records")} for _, group in groups]
    known = [each for each in found if not math.isnan(each["decision_kappa"]["estimate"])]
    return [_decision(tr, each) for each in known[:MOST_TOLD]]


def _decision(tr: Translator, found: Mapping[str, Row]) -> str:
    right, again, kappa = (found[f"decision_{name}"] for name in ("accuracy", "consistency", "kappa"))
    return tr(
        "With {by} deciding who is above the middle of the scale ({cut}; {indicator}), {share} end up on the right side ({interval}; "
        "n = {n}). Decided a second time in the same way, {same} would get the same answer ({same_interval}; beyond chance: κ {kappa}, "
        "{kappa_interval}).",
        by=count_facet(tr, str(kappa["facet"]), int(kappa["n_ratings"])),
        cut=tr.number(kappa["cut"], digits=1),
        indicator=tr.label(kappa["indicator"]),
        share=tr.share(right["estimate"]),
        interval=tr.interval(right["conf_low"], right["conf_high"], share=True),
        n=tr.number(int(kappa["n"])),
        same=tr.share(again["estimate"]),
        same_interval=tr.interval(again["conf_low"], again["conf_high"], share=True),
        kappa=tr.number(kappa["estimate"]),
        kappa_interval=tr.interval(kappa["conf_low"], kappa["conf_high"]),
    )
