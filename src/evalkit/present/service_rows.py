"""Tables of the service report: IKM with the probability of each band, elements, samples, reports."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import AgencyReports, ServiceSurvey
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, translator
from evalkit.vocabulary import Language

_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_LEAST: Final = 0.01  # a band that is less probable is not written


def tabulate_ikm(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the IKM of each place with its probable bands, and how far its units lie apart."""
    spread = _write(found.spreads, lang).rename("spread")
    rows = found.places.merge(_list_probable(found, lang), on=["place", "unit"], how="left")
    rows = rows.merge(pd.concat([found.spreads["place"], spread], axis=1), on="place", how="left")
    texts = rows[["bands", "spread"]].fillna("–")
    caveats = [_translate(translator(lang), text) for text in rows["caveat"]]
    columns = ["place", *_ENDS, "band", "bands", "spread", "n", "caveat"]
    return rows.assign(**texts, caveat=caveats).reindex(columns=columns)


def tabulate_unit_bands(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the IKM of each unit, that drawn towards the others, and its probable bands.

    First come the units whose band is least settled; what has no band comes last.
    """
    drawn = found.shrunken[["place", "unit", "estimate"]].rename(columns={"estimate": "shrunken"})
    rows = found.units.merge(_list_probable(found, lang), on=["place", "unit"], how="left")
    rows = rows.merge(drawn, on=["place", "unit"], how="left").sort_values("top", kind="stable")
    caveats = [_translate(translator(lang), text) for text in rows["caveat"]]
    columns = ["unit", *_ENDS, "band", "shrunken", "bands", "n", "caveat"]
    return rows.assign(bands=rows["bands"].fillna("–"), caveat=caveats).reindex(columns=columns)


def tabulate_elements(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the mean and derived importance of each element, those furthest below the others first."""
    ends = found.elements[["importance", "importance_low", "importance_high"]].set_axis(_ENDS, axis=1)
    names = [cell_label(str(item), lang) for item in found.elements["item"]]
    rows = found.elements.assign(item=names, importance=_write(ends, lang)).sort_values("gap", kind="stable")
    return rows[["place", "item", *_ENDS, "importance", "quadrant", "n"]]


def tabulate_periods(found: ServiceSurvey) -> pd.DataFrame:
    """Return the IKM of each place in each period."""
    return found.indices.loc[
        found.indices["period"] != "", ["place", "period", *_ENDS, "band", "n", "caveat"]
    ]


def tabulate_ikm_changes(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the change of the IKM of each place from the first to the last period."""
    caveats = [_translate(translator(lang), text) for text in found.changes["caveat"]]
    columns = ["place", "start", "end", *_ENDS, "p_adjusted", "n", "caveat"]
    return found.changes.assign(caveat=caveats)[columns]


def tabulate_samples_of_units(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return over the units of each place: respondents, number asked for, units with enough, precision."""
    tr, rows = translator(lang), []
    for place, own in found.samples.groupby("place", sort=True):
        known = own.dropna(subset=["needed"])
        rows.append(
            {
                "place": place,
                "units": len(own),
                "answered": own["n"].median(),
                "population": known["population"].median(),
                "needed": known["needed"].median(),
                "reached": float((known["n"] >= known["needed"]).mean()) if len(known) else np.nan,
                "reach": own["reach"].median(),
                "caveat": _translate(tr, own["caveat"].iloc[0]),
            }
        )
    return pd.DataFrame(
        rows, columns=["place", "units", "answered", "population", "needed", "reached", "reach", "caveat"]
    )


def tabulate_questions(found: ServiceSurvey, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the two further questions of each place."""
    tr = translator(lang)
    rows = found.questions[found.questions["unit"] == ""]
    asked = rows["quantity"].str.removesuffix("_index")
    caveats = [_translate(tr, text) for text in rows["caveat"]]
    return rows.assign(indicator=asked, caveat=caveats)[["place", "indicator", *_ENDS, "n", "caveat"]]


def tabulate_reports(found: AgencyReports, *, lang: Language | None = None) -> pd.DataFrame:
    """Return of each place: reports that are there, in time, and IKMs that are those of the answers."""
    tr = translator(lang)
    parts = {
        tr("reports that are there"): found.completeness,
        tr("of these, within {n} days after the quarter", n=tr.number(found.deadline_days)): found.timeliness,
        tr("recorded IKM as recomputed"): found.agreeing(),
    }
    rows = [frame.assign(question=name) for name, frame in parts.items() if len(frame)]
    columns = ["place", "question", *_ENDS, "n"]
    return pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)


def tabulate_recorded(found: AgencyReports) -> pd.DataFrame:
    """Return recorded IKMs that are not those of the answers, the largest difference first."""
    rows = found.recorded_ikm[found.recorded_ikm["difference"] != 0]
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    bands = rows["recorded_band"] + " / " + rows["recomputed_band"]
    columns = ["unit", "period", "recorded", "recomputed", "difference", "bands", "explained", "n"]
    return rows.assign(bands=bands).loc[order, columns]


def tabulate_gaps(*results: ServiceSurvey | AgencyReports, lang: Language | None = None) -> pd.DataFrame:
    """Return what cannot be answered and why; places that share a reason stand together."""
    refused = pd.concat([one.refused for one in results], ignore_index=True)
    together = refused.groupby(["quantity", "reason"], sort=False)["place"].agg(", ".join)
    rows = together.reset_index()[["quantity", "place", "reason"]]
    tr = translator(lang)
    return rows.assign(reason=[_translate(tr, text) for text in rows["reason"]])


def _list_probable(found: ServiceSurvey, lang: Language | None) -> pd.DataFrame:
    """Write the bands of 1 % or more of each place and unit, the most probable first."""
    tr, rows = translator(lang), []
    for (place, unit), own in found.bands.groupby(["place", "unit"], sort=False):
        likely = own[own["estimate"] >= _LEAST].sort_values("estimate", ascending=False, kind="stable")
        top = float(likely["estimate"].iloc[0])
        texts = [
            f"{band} > 99 %" if p > 1 - _LEAST else f"{band} {tr.share(p)}"
            for band, p in zip(likely["band"], likely["estimate"], strict=True)
        ]
        shown = ", ".join(texts).replace(" %", "\u00a0%")
        rows.append({"place": place, "unit": unit, "bands": shown, "top": top})
    return pd.DataFrame(rows, columns=["place", "unit", "bands", "top"])


def _translate(tr: Translator, text: object) -> str:
    """Write a reason or caveat in the language; none is none."""
    return tr(text) if isinstance(text, str) and text else ""


def _write(rows: pd.DataFrame, lang: Language | None) -> pd.Series:
    """Write estimates with their intervals in one text; a dash where there is none."""
    tr = translator(lang)
    texts = [tr.measured(*ends) for ends in rows[_ENDS].itertuples(index=False)]
    return pd.Series(texts, index=rows.index, dtype="str")
