"""What agencies report, in plain sentences."""

from __future__ import annotations

from evalkit.compare import AgencyReports
from evalkit.present.language import Translator


def say_reports(tr: Translator, found: AgencyReports) -> list[str]:
    """Say how many reports are there and in time, and whether recorded IKM hold."""
    parts = [*_completeness(tr, found), *_timeliness(tr, found), *_recorded(tr, found)]
    return [" ".join(parts)] if parts else []


def _completeness(tr: Translator, found: AgencyReports) -> list[str]:
    rows = found.completeness
    if rows.empty:
        return []
    n_there, n_due = int(rows["n_there"].sum()), int(rows["n"].sum())
    few = rows.sort_values("estimate", kind="stable").iloc[0]
    return [
        tr("Agency reports: all {n} that were due are there.", n=tr.number(n_due))
        if n_there == n_due
        else tr(
            "Agency reports: {k} of {n} that were due are there; fewest in {place}, {share} ({interval}; n = {of}).",
            k=tr.number(n_there),
            n=tr.number(n_due),
            share=tr.share(few["estimate"]),
            interval=tr.interval(few["conf_low"], few["conf_high"], share=True),
            of=tr.number(int(few["n"])),
            place=tr.label(few["place"]),
        )
    ]


def _timeliness(tr: Translator, found: AgencyReports) -> list[str]:
    if found.timeliness.empty:
        return []
    late = found.timeliness.sort_values("estimate", kind="stable").iloc[0]
    return [
        tr(
            "Within {days} days after the quarter, a deadline that is assumed, came fewest in {place}: {share} ({interval}; n = {n}).",
            days=tr.number(found.deadline_days),
            share=tr.share(late["estimate"]),
            interval=tr.interval(late["conf_low"], late["conf_high"], share=True),
            n=tr.number(int(late["n"])),
            place=tr.label(late["place"]),
        )
    ]


def _recorded(tr: Translator, found: AgencyReports) -> list[str]:
    """Say whether recorded IKMs are those of the answers."""
    rows = found.recorded_ikm
    if rows.empty:
        return []
    wrong = rows[rows["difference"] != 0]
    n = tr.number(len(rows))
    if wrong.empty:
        return [tr("All {n} recorded IKM are those of the answers, to two decimals.", n=n)]
    worst = wrong.sort_values("difference", key=abs, kind="stable").iloc[-1]
    return [
        tr(
            "Of {n} recorded IKM, {k} are not those of the answers, and {bands} would be in another band. The largest difference is {difference} "
            "points ({unit}, {period}).",
            n=n,
            k=tr.number(len(wrong)),
            bands=tr.number(int((wrong["recorded_band"] != wrong["recomputed_band"]).sum())),
            difference=tr.number(worst["difference"]),
            unit=str(worst["unit"]),
            period=f"{str(worst['period'])[:4]} {str(worst['period'])[4:]}",
        )
    ]
