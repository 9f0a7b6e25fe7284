"""Tables of the service report: IKM with the probability of each band, elements, samples, reports."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import AgencyReports, ServiceSurvey, settled_bands
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, translator
from evalkit.vocabulary import Language

_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_SHARES: Final = ["p_D", "p_C", "p_B", "p_A"]


def tabulate_ikm(found: ServiceSurvey, *, lang: Language = "en") -> pd.DataFrame:
    """Return the IKM of each place with the probability of each band, and how far its units lie apart."""
    wide = found.bands[found.bands["unit"] == ""].pivot_table(
        index="place", columns="band", values="estimate"
    )
    rows = found.places.merge(wide.add_prefix("p_").reset_index(), on="place", how="left")
    spread = _write(found.spreads, lang).rename("spread")
    rows = rows.merge(pd.concat([found.spreads["place"], spread], axis=1), on="place", how="left")
    rows["spread"] = rows["spread"].fillna("–")
    rows = _write_probabilities(rows, lang)
    caveats = [_translate(translator(lang), text) for text in rows["caveat"]]
    columns = ["place", *_ENDS, "band", *_SHARES, "spread", "n", "caveat"]
    return rows.assign(caveat=caveats).reindex(columns=columns)


def tabulate_unit_bands(found: ServiceSurvey, *, lang: Language = "en") -> pd.DataFrame:
    """Return the IKM of each unit, that drawn towards the others, and the probability of each band.

    First come the units whose band is least settled.
    """
    wide = found.bands[found.bands["unit"] != ""].pivot_table(
        index=["place", "unit"], columns="band", values="estimate"
    )
    drawn = found.shrunken.assign(shrunken=_write(found.shrunken, lang))[["place", "unit", "shrunken"]]
    rows = found.units.merge(wide.add_prefix("p_").reset_index(), on=["place", "unit"], how="left")
    rows = rows.merge(drawn, on=["place", "unit"], how="left")
    top = rows.reindex(columns=_SHARES).max(axis=1).fillna(2.0)
    rows = _write_probabilities(rows, lang)
    columns = ["unit", *_ENDS, "band", *_SHARES, "shrunken", "n", "caveat"]
    caveats = [_translate(translator(lang), text) for text in rows["caveat"]]
    return (
        rows.assign(open=1 - top, caveat=caveats)
        .sort_values("open", ascending=False, kind="stable")
        .reindex(columns=[*columns, "open"])
    )


def tabulate_elements(found: ServiceSurvey, *, lang: Language = "en") -> pd.DataFrame:
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


def tabulate_samples_of_units(found: ServiceSurvey, *, lang: Language = "en") -> pd.DataFrame:
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


def tabulate_questions(found: ServiceSurvey, *, lang: Language = "en") -> pd.DataFrame:
    """Return the two further questions of each place."""
    tr = translator(lang)
    rows = found.questions[found.questions["unit"] == ""]
    asked = rows["quantity"].str.removesuffix("_index")
    caveats = [_translate(tr, text) for text in rows["caveat"]]
    return rows.assign(indicator=asked, caveat=caveats)[["place", "indicator", *_ENDS, "n", "caveat"]]


def tabulate_reports(found: AgencyReports, *, lang: Language = "en") -> pd.DataFrame:
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


def tabulate_gaps(*results: ServiceSurvey | AgencyReports, lang: Language = "en") -> pd.DataFrame:
    """Return what cannot be answered and why; places that share a reason stand together."""
    refused = pd.concat([one.refused for one in results], ignore_index=True)
    together = refused.groupby(["quantity", "reason"], sort=False)["place"].agg(", ".join)
    rows = together.reset_index()[["quantity", "place", "reason"]]
    tr = translator(lang)
    return rows.assign(reason=[_translate(tr, text) for text in rows["reason"]])


def count_settled(found: ServiceSurvey) -> tuple[int, int]:
    """Return how many units have one band of at least 95 %, and how many units there are."""
    bands = settled_bands(found)
    return int(bands["settled"].sum()), len(bands)


def _write_probabilities(rows: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Write the probability of each band; none is written as certain or impossible."""
    tr = translator(lang)
    texts = {name: [_write_probability(tr, p) for p in rows[name]] for name in _SHARES if name in rows}
    return rows.assign(**texts)


def _write_probability(tr: Translator, p: float) -> str:
    """Write a probability without a break; near 0 and 1 it is bounded."""
    text = "–" if np.isnan(p) else "< 1 %" if p < 0.01 else "> 99 %" if p > 0.99 else tr.share(p)
    return text.replace(" ", "\u00a0")


def _translate(tr: Translator, text: object) -> str:
    """Write a reason or caveat in the language; none is none."""
    return tr(text) if isinstance(text, str) and text else ""


def _write(rows: pd.DataFrame, lang: Language) -> pd.Series:
    """Write estimates with their intervals in one text; a dash where there is none."""
    tr = translator(lang)
    texts = [
        "–" if np.isnan(estimate) else f"{tr.number(estimate)} ({tr.interval(low, high)})"
        for estimate, low, high in rows[_ENDS].itertuples(index=False)
    ]
    return pd.Series(texts, index=rows.index, dtype="str")
