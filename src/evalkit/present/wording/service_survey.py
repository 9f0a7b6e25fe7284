"""What those who are served say, and what agencies report, in plain sentences."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from evalkit.compare import AgencyReports, ServiceSurvey, settled_bands
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.agency_reports import say_reports
from evalkit.vocabulary import Language

_NOTHING: Final = mark(
    "How well people are served cannot be said: among {observations} there is no answer to the nine elements of the public satisfaction "
    "survey, to further questions about service, no agency report and no SAKIP score."
)
_NOBODY_ASKED: Final = mark(
    "How satisfied those who are served are cannot be said: among {observations} there is no answer to the nine elements of the public "
    "satisfaction survey."
)
_LIMITS: Final = (
    mark(
        "An IKM speaks for those who came and answered. Nothing here shows that they were drawn at random, and who stays away is not in any "
        "interval."
    ),
    mark(
        "The survey is evidence on units and places. It cannot tell employees of a unit apart, and must not be read as a mark of any of them."
    ),
    mark(
        "Probabilities of bands take true IKMs of the units of a place for draws from one normal distribution; with under three units each "
        "stands for itself. How well they hold is simulated on the page on validation."
    ),
)


def say_service_survey(
    found: ServiceSurvey, reports: AgencyReports, lang: Language | None = None
) -> Findings:
    """Say how satisfied those who are served are, how sure that is, and whether agencies report."""
    tr = translator(lang)
    beside = [*_questions(tr, found), *say_reports(tr, reports)]
    observations = tr.plural("{n} observation", "{n} observations", found.n_observations)
    if found.places["estimate"].dropna().empty:
        if not beside and reports.sakip.empty:
            return Findings((tr(_NOTHING, observations=observations),))
        nobody = tr(_NOBODY_ASKED, observations=observations)
        return Findings((nobody, *beside, *_unanswered(tr, found, reports)))
    sentences = [
        _places(tr, found),
        *_changes(tr, found),
        *_units(tr, found),
        *_elements(tr, found),
        _samples(tr, found),
        *beside,
        *_unanswered(tr, found, reports),
    ]
    return Findings(tuple(sentences), tuple(map(tr, _LIMITS)))


def _places(tr: Translator, found: ServiceSurvey) -> str:
    """Give the highest and the lowest IKM, and how sure their bands are."""
    places = found.places.dropna(subset=["estimate"]).sort_values("estimate", ascending=False, kind="stable")
    top = found.bands[found.bands["unit"] == ""].groupby("place")["estimate"].max()
    first, last = places.iloc[0], places.iloc[-1]
    if len(places) == 1:
        return tr(
            "Those who are served in {place} give it an IKM of {ikm} on 25 to 100; its band is {band} with a probability of {sure}.",
            place=tr.label(first["place"]),
            ikm=_ikm(tr, first),
            band=str(first["band"]),
            sure=_sure(tr, float(top[first["place"]])),
        )
    counts = places["band"].value_counts()
    bands = (
        tr("All are in band {band}", band=str(counts.index[0]))
        if len(counts) == 1
        else tr(
            "Their bands are {bands}",
            bands=tr.listed([f"{band} ({tr.number(int(n))})" for band, n in counts.items()]),
        )
    )
    told = tr(
        "Of {n} places, {best} has the highest IKM, {highest}, and {worst} the lowest, {lowest}, on 25 to 100. {bands}; the least sure of them has "
        "a probability of {sure}.",
        n=tr.number(len(places)),
        best=tr.label(first["place"]),
        highest=_ikm(tr, first),
        worst=tr.label(last["place"]),
        lowest=_ikm(tr, last),
        bands=bands,
        sure=_sure(tr, float(top.min())),
    )
    if float(first["conf_low"]) > float(last["conf_high"]):
        return told
    return f"{told} " + tr("The intervals of the highest and the lowest overlap.")


def _changes(tr: Translator, found: ServiceSurvey) -> list[str]:
    """Say where the IKM changed beyond chance since the first quarter, and by how much at most."""
    known = found.changes.dropna(subset=["estimate"])
    if known.empty:
        return []
    apart = known[known["p_adjusted"] < 1 - found.conf_level]
    rows = (apart if len(apart) else known).sort_values("estimate", key=abs, kind="stable")
    most = rows.iloc[-1]
    return [
        tr(
            "From the first to the last quarter the IKM changed beyond chance in {k} of {places}; {which} is that of {place}, {change} points "
            "({interval}; n = {n}).",
            k=tr.number(len(apart)),
            places=tr.plural("{n} place", "{n} places", len(known)),
            which=tr("the largest change") if len(known) > 1 else tr("the change"),
            place=tr.label(most["place"]),
            change=tr.number(most["estimate"]),
            interval=tr.interval(most["conf_low"], most["conf_high"]),
            n=tr.number(int(most["n"])),
        )
    ]


def _units(tr: Translator, found: ServiceSurvey) -> list[str]:
    """Say in how many units the band is settled, and which one is least so."""
    bands = settled_bands(found)
    if bands.empty:
        return []
    least = bands.sort_values("estimate", kind="stable").iloc[0]
    own = found.units[(found.units["place"] == least["place"]) & (found.units["unit"] == least["unit"])].iloc[
        0
    ]
    n_open = int((~bands["settled"]).sum())
    settled = tr(
        "Units: in {k} of {units} one band is at least 95 % probable.",
        k=tr.number(len(bands) - n_open),
        units=tr.plural("{n} unit", "{n} units", len(bands)),
    )
    if not n_open:
        return [settled]
    return [
        settled
        + " "
        + tr(
            "In the other {n} the answers leave more than one band open; least settled is {unit}: its IKM of {ikm} is printed as {shown}, and "
            "{band} has a probability of {share}.",
            n=tr.number(n_open),
            unit=str(least["unit"]),
            ikm=_ikm(tr, own),
            shown=str(least["shown_band"]),
            band=str(least["band"]),
            share=tr.share(float(least["estimate"])),
        )
    ]


def _elements(tr: Translator, found: ServiceSurvey) -> list[str]:
    """Say which elements lie off the others, and which to work on first."""
    rows = found.elements.sort_values("gap", kind="stable")
    apart = rows[rows["side"] != 0]
    lowest = (apart if len(apart) else rows).iloc[0]
    about = {
        "item": tr.label(lowest["item"]),
        "place": tr.label(lowest["place"]),
        "mean": tr.number(lowest["estimate"]),
        "interval": tr.interval(lowest["conf_low"], lowest["conf_high"]),
        "n": tr.number(int(lowest["n"])),
    }
    if apart.empty:
        return [
            tr(
                "Elements: none lies above or below the mean of the nine beyond chance, so nothing says which one to work on first. Furthest "
                "below is {item} in {place}, {mean} on 1 to 4 ({interval}; n = {n}).",
                **about,
            )
        ]
    told = tr(
        "Elements: told apart from the mean of the nine of their place, beyond chance: {k} of {all}. The lowest of these is {item} in {place}, "
        "{mean} on 1 to 4 ({interval}; n = {n}).",
        k=tr.number(len(apart)),
        all=tr.number(len(rows)),
        **about,
    )
    first = rows[rows["quadrant"] == "concentrate_here"].to_dict("records")
    if not first:
        return [told]
    names = tr.listed([f"{tr.label(row['item'])} ({tr.label(row['place'])})" for row in first])
    return [
        f"{told} "
        + tr("Low, and going along with the whole impression, so to work on first: {names}.", names=names)
    ]


def _samples(tr: Translator, found: ServiceSurvey) -> str:
    """Set the number of respondents beside that asked for, and say how precise the IKM is all the same."""
    known = found.samples.dropna(subset=["needed"])
    reach = tr.number(float(found.samples["reach"].median()), digits=1)
    if known.empty:
        return tr(
            "Sample: nobody says how many were served, so the number of respondents that the guidelines ask for cannot be told. Half of the units "
            "have an IKM known to ± {reach} points or closer.",
            reach=reach,
        )
    return tr(
        "Sample: {k} of {units} have as many respondents as the guidelines ask for by Krejcie and Morgan's formula (median: {answered} of {needed}). "
        "That formula is about a share in a simple random sample and says nothing of an IKM: half of the units have theirs known to ± {reach} "
        "points or closer.",
        k=tr.number(int((known["n"] >= known["needed"]).sum())),
        units=tr.plural("{n} unit", "{n} units", len(known)),
        answered=tr.number(float(known["n"].median()), digits=0),
        needed=tr.number(float(known["needed"].median()), digits=0),
        reach=reach,
    )


def _questions(tr: Translator, found: ServiceSurvey) -> list[str]:
    """Give the lowest place of each further question."""
    rows = found.questions[found.questions["unit"] == ""].dropna(subset=["estimate"])
    parts = []
    for quantity, own in rows.groupby("quantity", sort=False):
        low = own.sort_values("estimate", kind="stable").iloc[0]
        parts.append(
            tr(
                "{question} lowest in {place}, {ikm}",
                question=tr.label(quantity),
                place=tr.label(low["place"]),
                ikm=_ikm(tr, low),
            )
        )
    if not parts:
        return []
    return [tr("Asked beside the nine elements, in the same points: {parts}.", parts=tr.listed(parts))]


def _unanswered(tr: Translator, found: ServiceSurvey, reports: AgencyReports) -> list[str]:
    """Say in one sentence what cannot be answered at all."""
    refused = pd.concat([found.refused, reports.refused])
    known = {*found.questions["quantity"], *(["sakip_score"] if len(reports.sakip) else [])}
    measured = {
        "ikm": found.places,
        "report_completeness": reports.completeness,
        "report_timeliness": reports.timeliness,
        "ikm_recorded_as_recomputed": reports.recorded_ikm,
    }
    names = [
        name
        for name in refused["quantity"].unique()
        if name not in known
        and name in {*measured, "sakip_score", "complaint_handling_index", "staff_conduct_index"}
        and (name not in measured or measured[name].empty)
        and name != "ikm"  # said first
    ]
    if not names:
        return []
    return [
        tr(
            "Not in this evidence, so not answered: {names}.",
            names=tr.listed([tr.label(name) for name in names]),
        )
    ]


def _ikm(tr: Translator, row: Any) -> str:
    """Write an IKM with its interval and number."""
    return tr(
        "{ikm} ({interval}; n = {n})",
        ikm=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )


def _sure(tr: Translator, probability: float) -> str:
    """Write a probability; one that would round to certainty is more than 99 %."""
    return tr("over 99 %") if probability > 0.99 else tr.share(probability)
