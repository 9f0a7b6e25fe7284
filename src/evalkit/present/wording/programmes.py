"""What a real programme gained by lottery, and what another comparison makes of it, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from evalkit.compare import ProgrammeBenchmark
from evalkit.present.language import Translator


def say_programme(tr: Translator, found: ProgrammeBenchmark) -> list[str]:
    """Say what a real programme gained by lot, and what another comparison makes of it."""
    rows = found.estimates[found.estimates["adjusted"] == "none"]
    rows = rows.sort_values("comparable", ascending=False, kind="stable")
    return [_comparison(tr, row) for row in rows.to_dict("records")]


def _comparison(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    sign = -1 if row["estimate"] < 0 else 1
    ends = sorted((sign * row["conf_low"], sign * row["conf_high"]))
    about = {
        "estimate": tr.number(round(sign * row["estimate"])),
        "interval": tr.interval(*ends, digits=0),
        "given": tr.number(int(row["n_given"])),
        "others": tr.number(int(row["n_others"])),
    }
    if row["comparable"] and sign > 0:
        return tr(
            "A real training programme, assigned by lottery, raised yearly earnings by ${estimate} ({interval}; {given} trained, {others} not).",
            **about,
        )
    if row["comparable"]:
        return tr(
            "A real training programme, assigned by lottery, lowered yearly earnings by ${estimate} ({interval}; {given} trained, {others} not).",
            **about,
        )
    unlike = {"far": tr.number(row["furthest"], digits=1), "overlap": tr.share(row["overlap"])}
    if sign < 0:
        return tr(
            "Compared with people of a survey instead, the same trained people seem to have lost ${estimate} a year ({interval}; {others} compared). "
            "That is no effect of the programme: the groups differ by up to {far} SD beforehand, and {overlap} of the compared are people "
            "whom it could have reached. Such a comparison is not to be trusted.",
            **about,
            **unlike,
        )
    return tr(
        "Compared with people of a survey instead, the same trained people seem to have gained ${estimate} a year ({interval}; {others} compared). "
        "That is no effect of the programme: the groups differ by up to {far} SD beforehand, and {overlap} of the compared are people "
        "whom it could have reached. Such a comparison is not to be trusted.",
        **about,
        **unlike,
    )
