"""Tables of the fairness report: what belongs together in one row, the furthest from equal first."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import Fairness, ItemBias, RaterBias
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, translator
from evalkit.vocabulary import Language

#: Rows of a table; all are in results.csv.
MOST: Final = 20
_KEY: Final = ["measure", "by", "group", "reference"]
#: By how many of these hold: one factor fits, and nothing gets worse when parts are equal.
_VERDICTS: Final = (mark("one factor does not fit"), mark("measured unlike"), mark("measured alike"))
_ENDS: Final = ["estimate", "conf_low", "conf_high"]


def name_contrasts(rows: pd.DataFrame, *, lang: Language | None = None) -> list[str]:
    """Write which group is compared with which.

    Examples
    --------
    >>> rows = [("age", "20–29", "30–39"), ("sex", "man", "woman")]
    >>> name_contrasts(pd.DataFrame(rows, columns=["by", "group", "reference"]))
    ['age: 20–29 against 30–39', 'men against women']
    """
    tr = translator(lang)
    texts = []
    for by, group, reference in rows[["by", "group", "reference"]].itertuples(index=False):
        pair = tr("{group} against {reference}", group=tr.label(group), reference=tr.label(reference))
        plain = by in ("sex", "race", "place")
        texts.append(pair if plain else f"{tr.label(by)}: {pair}")
    return texts


def pick_furthest(rows: pd.DataFrame, most: int = MOST, *, equal: float = 0.0) -> pd.DataFrame:
    """Return the rows furthest from equal, the furthest first; ratios by their logarithm."""
    known = rows.dropna(subset=["estimate"])
    values = known["estimate"].to_numpy(dtype=float)
    distance = np.abs(np.log(values)) if equal == 1 else np.abs(values - equal)
    return known.iloc[np.argsort(-distance, kind="stable")[:most]]


def tabulate_impact(found: Fairness, *, lang: Language | None = None) -> pd.DataFrame:
    """Return ratios of selection rates, the furthest from 1 first, then those that are not shown."""
    rows = found.decisions[found.decisions["group"] != found.decisions["reference"]]
    kept = pd.concat([pick_furthest(rows, equal=1.0), rows[rows["estimate"].isna()].head(MOST)])
    within = [f" ({cell_label(name, lang)})" if name else "" for name in kept["stratum"]]
    names = [f"{name}{where}" for name, where in zip(name_contrasts(kept, lang=lang), within, strict=True)]
    columns = ["contrast", "decision", "measure", "n", "rate", *_ENDS, "p_adjusted", "caveat"]
    return kept.assign(contrast=names)[columns]


def tabulate_group_differences(found: Fairness, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the difference of means of each comparison, beside it that at equal performance, if known."""
    means, given = (
        found.contrasts[found.contrasts["quantity"] == name].set_index(_KEY)
        for name in ("group_difference", "conditional_difference")
    )
    beside = given[_ENDS].add_prefix("given_")
    rows = means.join(beside).join(found.verdicts().set_index(_KEY)["verdict"]).reset_index()
    furthest = rows.assign(estimate=rows["given_estimate"].fillna(rows["estimate"]))
    kept = rows.loc[pick_furthest(furthest).index]
    tr = translator(lang)
    texts = [tr.measured(*ends) for ends in kept[beside.columns].itertuples(index=False)]
    columns = ["contrast", "measure", *_ENDS, "given", "verdict", "n", "caveat"]
    return kept.assign(contrast=name_contrasts(kept, lang=lang), given=texts)[columns]


def tabulate_predictions(found: Fairness, *, lang: Language | None = None) -> pd.DataFrame:
    """Return differences of intercept and slope, the furthest from none first."""
    rows = found.contrasts[found.contrasts["quantity"].str.startswith("prediction")]
    kept = pick_furthest(rows)
    columns = ["contrast", "measure", "quantity", *_ENDS, "p_adjusted", "n", "caveat"]
    return kept.assign(contrast=name_contrasts(kept, lang=lang))[columns]


def tabulate_item_bias(found: ItemBias, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the items furthest from equal, with both procedures."""
    kept = pick_furthest(found.items)
    names = kept[["item", "source"]].map(cell_label, lang=lang)
    columns = ["item", "contrast", *_ENDS, "mantel_size", "log_odds", "ordinal_size", "n"]
    return kept.assign(
        contrast=name_contrasts(kept, lang=lang), item=names["item"] + " (" + names["source"] + ")"
    )[columns]


def tabulate_invariance(found: ItemBias, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what may be taken as equal, one row a source and grouping; refusals with their reason."""
    tr = translator(lang)
    rows = [
        {
            "source": source,
            "by": by,
            "cfi": of["cfi"].iloc[0],
            "metric": of["cfi_change"].iloc[1],
            "scalar": of["cfi_change"].iloc[2],
            "verdict": tr(_VERDICTS[int(of["holds"].iloc[0]) + int(of["holds"].all())]),
            "n": of["n"].iloc[0],
            "caveat": of["caveat"].iloc[0],
        }
        for (source, by), of in found.invariance.groupby(["source", "by"], sort=False)
    ]
    gaps = found.refused[found.refused["question"] == "invariance"]
    refused = [
        {"source": gap["source"], "by": gap["by"], "verdict": tr("refused"), "caveat": gap["reason"]}
        for gap in gaps.to_dict("records")
    ]
    columns = ["source", "by", "cfi", "metric", "scalar", "verdict", "n", "caveat"]
    return pd.DataFrame([*rows, *refused], columns=columns)


def tabulate_rater_bias(found: RaterBias, *, lang: Language | None = None) -> pd.DataFrame:
    """Return whether differences depend on the rater, the furthest from none first."""
    kept = pick_furthest(found.contrasts)
    columns = ["source", "contrast", "quantity", *_ENDS, "p_adjusted", "n", "n_raters", "caveat"]
    return kept.assign(contrast=name_contrasts(kept, lang=lang))[columns]
