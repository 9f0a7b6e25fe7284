"""Tables of a public edition: one a topic, what is not shown with its reason."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import PublicEdition
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, mark, translator
from evalkit.rules import band_ikm
from evalkit.vocabulary import Language

_ENDS: Final = ["estimate", "conf_low", "conf_high", "n", "caveat"]
_TOPICS: Final = {
    "public_mean_score": mark("mean scores"),
    "public_predikat_share": mark("predikats"),
    "public_ikm": mark("satisfaction (IKM)"),
    "public_on_time_share": mark("shares in time"),
    "public_median_days": mark("days to process"),
    "public_complete_share": mark("complete evidence"),
    "public_people": mark("people by description"),
}


def tabulate_public_units(
    edition: PublicEdition, quantity: str, *, lang: Language | None = None
) -> pd.DataFrame:
    """Return a number of the place and of its units in the last quarter, where shown; of an IKM its band."""
    rows = edition.pick(quantity, period=_last(edition))
    names = [_name_unit(unit, translator(lang)) for unit in rows["unit"]]
    table = rows.assign(unit=names)[["unit", "item", *_ENDS]]
    table = table[table["estimate"].notna() | (rows["unit"] == "")]
    if (table["item"] == "").all():
        table = table.drop(columns="item")
    if quantity == "public_ikm":
        bands = ["" if np.isnan(ikm) else band_ikm(ikm) for ikm in table["estimate"]]
        table.insert(1, "band", bands)
    return table.reset_index(drop=True)


def tabulate_public_quarters(edition: PublicEdition, quantity: str) -> pd.DataFrame:
    """Return a number of the whole place, one row a quarter and what it is about."""
    rows = edition.pick(quantity, units=False)
    about = rows["item"].where(rows["item"] != "", rows["group"])
    table = rows.assign(about=about).sort_values(["about", "period"], kind="stable")
    order = ["about", "period", *_ENDS] if (about != "").any() else ["period", *_ENDS]
    if quantity == "public_predikat_share":  # in the order of the regulation, the lowest first
        table = rows.assign(about=about).sort_values("period", kind="stable")
    return table[order].reset_index(drop=True)


def tabulate_public_people(edition: PublicEdition, *, lang: Language | None = None) -> pd.DataFrame:
    """Return how many people of each description there are, in the last quarter."""
    tr = translator(lang)
    rows = edition.pick("public_people", period=_last(edition))
    texts = [", ".join(tr.label(word) for word in group.split(", ")) for group in rows["group"]]
    table: pd.DataFrame = rows.assign(group=texts)[["group", "conf_low", "conf_high", "caveat"]]
    return table.reset_index(drop=True)


def tabulate_not_shown(edition: PublicEdition, *, lang: Language | None = None) -> pd.DataFrame:
    """Count what is shown and what is not, by topic and reason."""
    tr = translator(lang)
    cells = edition.to_frame()
    hidden = cells["estimate"].isna()
    rows = [
        {
            "topic": tr(_TOPICS[str(quantity)]),
            "n_shown": int((~hidden[of.index]).sum()),
            "n_hidden": int(hidden[of.index].sum()),
            "reason": "; ".join(dict.fromkeys(of.loc[hidden[of.index], "caveat"])) or "–",
        }
        for quantity, of in cells.groupby("quantity", sort=False)
    ]
    return pd.DataFrame(rows)


def tabulate_public_cells(edition: PublicEdition) -> pd.DataFrame:
    """Return every number of the edition, as ``results.csv`` has them: what a study keeps as published."""
    cells = edition.to_results()
    return cells[["place", *[name for name in cells if name != "place"]]]


def _last(edition: PublicEdition) -> str:
    return edition.periods[-1]


def _name_unit(unit: str, tr: Translator) -> str:
    """Write one unit, or several that are shown together."""
    if not unit:
        return tr("the whole place")
    return tr.listed([cell_label(one, tr.lang) for one in unit.split("+")])
