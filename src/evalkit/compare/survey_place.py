"""The survey of one place: over all its units, by period, by unit, and how probable each band is."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.survey_answers import (
    COMPLEMENT,
    SUPPRESSED,
    answers_of,
    clusters_of,
    find_hidden,
    strata_of,
)
from evalkit.compare.survey_bands import ALONE, BAND_NAMES, POOLED, rate_bands
from evalkit.compare.survey_elements import describe_elements, means_of
from evalkit.errors import DesignError
from evalkit.rules import compute_ikm
from evalkit.stats import ElementIndex, PartialPooling, estimate_element_index, estimate_index_change

#: Why there is no change.
ONE_PERIOD: Final = "answers of one quarter alone show no change"


def measure_place(rows: pd.DataFrame, stated: pd.Series, conf_level: float) -> dict[str, pd.DataFrame]:
    """Measure one place: over all units, by period, and by unit."""
    place = str(rows["place"].iloc[0])
    found = _estimate(rows, conf_level, strata=strata_of(rows))
    later = find_hidden(rows["period"].value_counts())
    by_period = {
        str(period): (own, later.get(str(period)) or _estimate(own, conf_level, strata=strata_of(own)))
        for period, own in rows.groupby("period", sort=True)
    }
    indices = [_describe(rows, found, place)]
    if len(by_period) > 1:
        indices += [_describe(own, one, place, period=period) for period, (own, one) in by_period.items()]
    units, elements = _measure_units(rows, place, stated, conf_level)
    bands, shrunken, spreads = _rate(pd.DataFrame(units), pd.DataFrame(indices[:1]), conf_level)
    whole = describe_elements(rows, found, conf_level) if isinstance(found, ElementIndex) else pd.DataFrame()
    return {
        "indices": pd.DataFrame([*indices, *units]),
        "bands": bands,
        "shrunken": shrunken,
        "spreads": spreads,
        "elements": whole.assign(place=place),
        "unit_elements": pd.concat(elements) if elements else pd.DataFrame(),
        "changes": _change({name: one for name, (_, one) in by_period.items()}, place, conf_level),
    }


def _measure_units(
    rows: pd.DataFrame, place: str, stated: pd.Series, conf_level: float
) -> tuple[list[dict[str, object]], list[pd.DataFrame]]:
    """Return IKM and elements of each unit that has a name."""
    units, elements = [], []
    hidden = find_hidden(rows["unit"].value_counts())
    for unit, own in rows[rows["unit"] != ""].groupby("unit", sort=True):
        population = stated.get((place, unit), np.nan)
        found = hidden.get(str(unit)) or _estimate(
            own, conf_level, clusters=clusters_of(own), population=population
        )
        units.append(_describe(own, found, place, unit=str(unit)))
        if isinstance(found, ElementIndex):
            elements.append(means_of(found).assign(place=place, unit=str(unit)))
    return units, elements


def _change(by_period: dict[str, ElementIndex | str], place: str, conf_level: float) -> pd.DataFrame:
    """Return the change from the first to the last period that has an IKM."""
    known = [(name, one) for name, one in by_period.items() if isinstance(one, ElementIndex)]
    if len(known) < 2:
        return pd.DataFrame([{"place": place, "caveat": ONE_PERIOD}])
    (start, first), (end, last) = known[0], known[-1]
    change = estimate_index_change(first, last, conf_level=conf_level)
    ends = {
        name: getattr(change, name) for name in ("estimate", "conf_low", "conf_high", "p_value", "caveat")
    }
    return pd.DataFrame([{"place": place, "start": start, "end": end, **ends, "n": first.n + last.n}])


def _estimate(
    rows: pd.DataFrame,
    conf_level: float,
    *,
    strata: pd.Series | None = None,
    clusters: pd.Series | None = None,
    population: float = np.nan,
) -> ElementIndex | str:
    """Estimate an IKM, or say why there is none."""
    if len(rows) < LEAST:
        return SUPPRESSED
    known = None if np.isnan(population) else max(population, len(rows))
    try:
        return estimate_element_index(
            answers_of(rows), strata=strata, clusters=clusters, population=known, conf_level=conf_level
        )
    except DesignError as reason:
        return str(reason)


def _describe(
    rows: pd.DataFrame, found: ElementIndex | str, place: str, *, unit: str = "", period: str = ""
) -> dict[str, object]:
    """Return the row of one IKM; a small cell shows neither its number nor how many answered."""
    about = {"place": place, "unit": unit, "period": period}
    if isinstance(found, str):
        return {
            **about,
            "n": np.nan if found in (SUPPRESSED, COMPLEMENT) else len(rows),
            "band": "",
            "caveat": found,
        }
    return {
        **about,
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "std_error": found.std_error,
        "df": found.df,
        "n": found.n,
        "n_clusters": found.n_clusters,
        "band": compute_ikm(answers_of(rows)).band,
        "caveat": found.caveat,
    }


def _rate(
    units: pd.DataFrame, whole: pd.DataFrame, conf_level: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return probabilities of bands of a place and its units, the units drawn together, and their spread."""
    bands: list[pd.DataFrame] = []
    empty = pd.DataFrame()
    for rows in (whole, units):
        known = rows[rows["std_error"] > 0] if "std_error" in rows else empty
        if known.empty:
            return pd.concat(bands) if bands else empty, empty, empty
        found = rate_bands(known["estimate"], known["std_error"], dfs=known["df"], conf_level=conf_level)
        caveat = "" if rows is whole else POOLED if found.pooled else ALONE
        bands.append(_list_bands(known, found.probabilities, caveat))
    about = known[["place", "unit", "n"]]
    if found.pooled is None:
        return pd.concat(bands), about.assign(estimate=np.nan, caveat=ALONE), empty
    return pd.concat(bands), _list_shrunken(about, found.pooled), _list_spread(about, found.pooled)


def _list_shrunken(about: pd.DataFrame, pooled: PartialPooling) -> pd.DataFrame:
    """Return the IKM of each unit drawn towards the others, inside the scale."""
    return about.assign(
        estimate=pooled.estimate,
        conf_low=np.maximum(pooled.conf_low, 25.0),
        conf_high=np.minimum(pooled.conf_high, 100.0),
        caveat="",
    )


def _list_spread(about: pd.DataFrame, pooled: PartialPooling) -> pd.DataFrame:
    """Return how far the true IKMs of the units of a place lie apart."""
    ends = {"estimate": pooled.spread, "conf_low": pooled.spread_low, "conf_high": pooled.spread_high}
    return pd.DataFrame([{"place": about["place"].iloc[0], **ends, "n": len(about)}])


def _list_bands(rows: pd.DataFrame, probabilities: np.ndarray, caveat: str) -> pd.DataFrame:
    """Return one row per place or unit and band."""
    wide = pd.DataFrame(probabilities, columns=list(BAND_NAMES))
    named = rows[["place", "unit", "n"]].reset_index(drop=True).join(wide)
    long = named.melt(id_vars=["place", "unit", "n"], var_name="band", value_name="estimate")
    return long.assign(caveat=caveat)
