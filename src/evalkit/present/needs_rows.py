"""Tables of needs: which unit needs what, which training fits, and who changed beyond error."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare import Needs, ReliableChanges
from evalkit.compare.needs import VERDICTS
from evalkit.lab import NeedRecovery
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.reader import reader_language
from evalkit.vocabulary import Language

#: Rows of a table; all are in results.csv.
MOST: Final = 15
_PART: Final = ["place", "method", "component"]
_ENDS: Final = ["estimate", "conf_low", "conf_high"]


def name_trainings(codes: pd.Series, found: Needs, *, lang: Language | None = None) -> list[str]:
    """Return the names of trainings as the catalogue has them; none where there is no training."""
    return [found.names[code][reader_language(lang)] if code else "" for code in codes]


def tabulate_needs(found: Needs, *, lang: Language | None = None) -> pd.DataFrame:
    """Return of each place and component the unit with the largest expected gain; four a place, 15 in all."""
    known = found.needs.dropna(subset=["estimate"])
    n_short = known.groupby(_PART)["unit"].size().rename("n_short")
    n_units = found.units().groupby(_PART)["unit"].size().rename("n_units")
    first = known.drop_duplicates(_PART).join(n_short, on=_PART).join(n_units, on=_PART)
    kept = first[first.groupby("place", sort=False).cumcount() < 4].head(MOST)
    tr = translator(lang)
    pairs = zip(kept["n_short"], kept["n_units"], strict=True)
    short = [tr("{k} of {n}", k=tr.number(int(k)), n=tr.number(int(n))) for k, n in pairs]
    level = kept["target"] - kept["shortfall"]
    columns = ["place", "component", "short", "training", "unit", "n", "level", "target"]
    columns += [*_ENDS, "caveat"]
    return kept.assign(short=short, level=level, training=name_trainings(kept["training"], found, lang=lang))[
        columns
    ]


def tabulate_levels(found: Needs, recovery: NeedRecovery) -> pd.DataFrame:
    """Return each component of each place: mean of the units, target, how many units stand where, true order.

    ``order`` is Kendall's τ of the units' levels with true performance, where that is known.
    """
    places = found.levels[found.levels["unit"] == ""]
    rows = places.merge(found.counts(), on=_PART, how="left")
    orders = recovery.orders.set_index(_PART)["estimate"].rename("order")
    rows = rows.join(orders, on=_PART)
    columns = [*_PART, *_ENDS, "target", *VERDICTS, "order", "n", "caveat"]
    return rows[columns]


def tabulate_extremes(found: Needs) -> pd.DataFrame:
    """Return of each place the strongest and the weakest unit and component, beside the other units.

    Only what the interval tells apart from the mean of the units; deviations in points of the component.
    """
    units = found.units()
    apart = units[(units["deviation_low"] > 0) | (units["deviation_high"] < 0)]
    order = apart.sort_values("deviation", kind="stable")
    kept = pd.concat(
        [of.iloc[[0, -1]] if len(of) > 1 else of for _, of in order.groupby("place", sort=False)] or [order]
    )
    named = kept.drop(columns=_ENDS).rename(
        columns={"deviation": "estimate", "deviation_low": "conf_low", "deviation_high": "conf_high"}
    )
    columns = ["place", "unit", "component", *_ENDS, "n", "caveat"]
    return named[columns]


def tabulate_trainings(found: Needs, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what each training would gain in each place, the largest gain of a place first."""
    rows = found.totals()
    order = rows.groupby("place", sort=False)["estimate"].transform("max")
    kept = rows.assign(order=order).sort_values(
        ["order", "place", "estimate"], ascending=[False, True, False]
    )
    columns = ["place", "training", "topic", "provider", "n_units", "people", "total_hours", "gain"]
    return kept.assign(gain=kept["estimate"], training=name_trainings(kept["training"], found, lang=lang))[
        columns
    ].reset_index(drop=True)


def tabulate_catalogue(found: Needs, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the catalogue: what each training is for, who gives it, how long, and what is assumed of it."""
    rows = found.catalogue
    indicators = [", ".join(cell_label(name, lang) for name in names) for names in rows["indicators"]]
    tr = translator(lang)
    ends = zip(rows["effect_low"], rows["effect_high"], strict=True)
    ranges = [tr.interval(low, high, share=True) for low, high in ends]
    columns = ["training", "topic", "provider", "raises", "hours", "effect", "range"]
    return rows.assign(training=rows[f"name_{reader_language(lang)}"], raises=indicators, range=ranges)[
        columns
    ]


def tabulate_reliable_changes(found: ReliableChanges) -> pd.DataFrame:
    """Return who rose, fell or stayed within error, by place, then by those units that can be shown."""
    rows = found.shares
    kept = rows[(rows["unit"] == "") | rows["estimate"].notna()]
    errors = found.errors.set_index(["place", "method"])["least"].rename("least")
    columns = ["place", "unit", "direction", *_ENDS, "least", "n", "caveat"]
    joined = kept.join(errors, on=["place", "method"])
    return joined[columns]
