"""How far two methods differ for the same person, where a link from other data puts them in one unit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from evalkit.compare import MethodAgreement
from evalkit.present.labels import name_methods
from evalkit.present.language import Translator, translator
from evalkit.vocabulary import Language

Rows = Mapping[str, Mapping[Hashable, Any]]


def say_linked_pairs(agreement: MethodAgreement, lang: Language | None = None) -> list[str]:
    """Say of each pair with a link how far it differs, within places first, or why this cannot be said."""
    tr = translator(lang)
    rows = agreement.differences
    sentences = []
    for (a, b), part in rows.groupby(["method_a", "method_b"], sort=False):
        overall = part["place"].isin(["", "pooled"])
        within = part[~overall & (part["quantity"] == "bias")]["estimate"]
        if len(within):
            sentences.append(_within(tr, str(a), str(b), within.to_list()))
        found = {row["quantity"]: row for row in part[overall].to_dict("records")}
        sentences.append(_pair(tr, str(a), str(b), found))
    return sentences


def _within(tr: Translator, a: str, b: str, bias: Sequence[float]) -> str:
    return tr(
        "Within single places, {a} less {b} is {lowest} to {highest} points on average ({places}).",
        a=tr.label(a),
        b=tr.label(b),
        lowest=tr.number(min(bias)),
        highest=tr.number(max(bias)),
        places=tr.plural("{n} place", "{n} places", len(bias)),
    )


def _pair(tr: Translator, a: str, b: str, rows: Rows) -> str:
    names = {"a": tr.label(a), "b": tr.label(b)}
    if "bias" not in rows:
        whole = name_methods(str(next(iter(rows.values()))["caveat"]), tr.lang)
        reason, *_ = whole.split(". ")
        return tr(
            "Limits of agreement of {a} and {b} are refused. {reason}.",
            **names,
            reason=reason.rstrip("."),
        )
    return tr(
        "Put in one unit by a link from other data, {a} less {b} is {bias} points on average for the same person ({interval}; {people}); "
        "95 % of such differences are expected between {lower} ({lower_interval}) and {upper} ({upper_interval}). Lin's concordance is "
        "{lin} ({lin_interval}).",
        **names,
        people=tr.plural("{n} person", "{n} people", int(rows["bias"]["n"])),
        **_number(tr, rows, "bias", "bias", "interval"),
        **_number(tr, rows, "lower_limit_of_agreement", "lower", "lower_interval"),
        **_number(tr, rows, "upper_limit_of_agreement", "upper", "upper_interval"),
        **_number(tr, rows, "lin_concordance", "lin", "lin_interval"),
    )


def _number(tr: Translator, rows: Rows, quantity: str, name: str, interval: str) -> dict[str, str]:
    row = rows[quantity]
    return {
        name: tr.number(row["estimate"]),
        interval: tr.interval(row["conf_low"], row["conf_high"]),
    }
