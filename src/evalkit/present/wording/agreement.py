"""What the agreement report found, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import MethodAgreement, PublishedMatrices, TraitRanks
from evalkit.methods import MethodScores
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.links import say_linked_pairs
from evalkit.present.wording.matrices import say_matrices
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any] | pd.Series

_MOST_NAMED: Final = 3

_LIMITS: Final = (
    mark("Two methods that agree may be wrong together; agreement is not validity."),
    mark(
        "Scores of different methods have no common unit, so no difference in points is shown unless a link from other data "
        "puts them in one."
    ),
    mark(
        "What was observed of a whole unit is the same for everyone in it: methods that read it order units alike, and say nothing "
        "of one person of a unit against another."
    ),
)


def say_agreement(
    agreement: MethodAgreement,
    traits: TraitRanks,
    sources: PublishedMatrices,
    scores: MethodScores,
    lang: Language | None = None,
) -> Findings:
    """Say whether the methods can be compared, how far they agree, and what else agrees in this evidence."""
    tr = translator(lang)
    return Findings(
        (
            _comparable(tr, agreement, scores),
            *_compared(tr, agreement),
            *_selected(tr, agreement),
            *say_linked_pairs(agreement, lang),
            *say_matrices(sources, lang),
            _traits(tr, traits),
            _shared(tr, agreement),
        ),
        tuple(map(tr, _LIMITS)),
    )


def _comparable(tr: Translator, agreement: MethodAgreement, scores: MethodScores) -> str:
    """Say how many pairs can be compared, and which methods there are."""
    found, n = agreement.n_compared, len(agreement.pairs)
    pairs = tr.plural("{n} pair", "{n} pairs", n)
    if found == n:
        return tr("Every pair of methods can be compared ({pairs}).", pairs=pairs)
    coverage = scores.coverage
    formed = [tr.label(name) for name in coverage[coverage["estimable"].astype(bool)]["method"]]
    if not formed:
        return tr(
            "Whether the methods agree cannot be told here: none of them could be formed from this evidence ({pairs}, none comparable).",
            pairs=pairs,
        )
    scored = scores.scores[scores.scores["status"] == "scored"]["employee"].nunique()
    about = {
        "methods": tr.listed(formed),
        "people": tr.plural("{n} person", "{n} people", scored),
        "pairs": pairs,
    }
    if not found:
        return tr(
            "Whether the methods agree cannot be told here: only {methods} could be formed from this evidence ({people} scored; "
            "{pairs}, none comparable).",
            **about,
        )
    return tr(
        "Only some methods can be compared, {found} of {pairs}: {methods} could be formed from this evidence ({people} scored).",
        found=tr.number(found),
        **about,
    )


def _compared(tr: Translator, agreement: MethodAgreement) -> list[str]:
    """Say the range of rank agreement."""
    pairs = agreement.pairs[agreement.pairs["estimate"].notna()].sort_values("estimate")
    if pairs.empty:
        return []
    first, last = pairs.iloc[0], pairs.iloc[-1]
    if len(pairs) == 1:
        return [
            tr(
                "Within a place, {pair} put people in this much the same order: τ {number}.",
                pair=_pair(tr, last),
                number=_number(tr, last),
            )
        ]
    return [
        tr(
            "Within a place, {most} put people most nearly in the same order: τ {most_number}. {least} do so least: τ {least_number}. "
            "(Kendall's τ; 1: the same order, 0: no relation.)",
            most=_pair(tr, last),
            most_number=_number(tr, last),
            least=_pair(tr, first),
            least_number=_number(tr, first),
        )
    ]


def _selected(tr: Translator, agreement: MethodAgreement) -> list[str]:
    """Say how often two methods choose the same people."""
    measures = agreement.measures
    chosen = measures[measures["quantity"] == "recognised_by_both"].sort_values("estimate")
    if chosen.empty:
        return []
    low = chosen.iloc[0]
    return [
        tr(
            "If each method picks the best {selected} of a place, {pair} pick the same people least often: {share} of them ({interval}; "
            "n = {n}). Chance alone would give {chance}.",
            selected=tr.share(agreement.selected_share),
            pair=_pair(tr, low),
            share=tr.share(low["estimate"]),
            interval=tr.interval(low["conf_low"], low["conf_high"], share=True),
            n=tr.number(int(low["n"])),
            chance=tr.share(low["by_chance"]),
        )
    ]


def _traits(tr: Translator, traits: TraitRanks) -> str:
    """Say how alike the traits of one source rank people, and what that is not."""
    rows = traits.estimated.sort_values("estimate", kind="stable")
    if rows.empty:
        return tr(
            "Whether several traits rank people alike cannot be told here: no place has three traits or more, rated by one source, "
            "of enough people."
        )
    if len(rows) > _MOST_NAMED:
        return _many_traits(tr, rows)
    parts = [
        tr(
            "{place} {w} ({interval}; {traits}; n = {n})",
            place=tr.label(row["place"]),
            w=tr.number(row["estimate"]),
            interval=tr.interval(row["conf_low"], row["conf_high"]),
            traits=tr.plural("{n} trait", "{n} traits", int(row["n_traits"])),
            n=tr.number(int(row["n"])),
        )
        for row in traits.estimated.to_dict("records")
    ]
    return tr(
        "Traits rated by one source put people in a more or less common order: {parts} (Kendall's W; 1: one order). That is one impression, "
        "or people who are good at everything, and no agreement between methods.",
        parts=tr.listed(parts),
    )


def _many_traits(tr: Translator, rows: pd.DataFrame) -> str:
    """Say how far the tables of many places and sources lie apart."""
    low, high = rows.iloc[0], rows.iloc[-1]
    return tr(
        "Traits rated by one source put people in a more or less common order: least from the source “{low_source}” in {low_place}, {low}, "
        "most from “{high_source}” in {high_place}, {high} (Kendall's W of {tables}; 1: one order). That is one impression, or people who are good at "
        "everything, and no agreement between methods.",
        low_source=tr.label(low["source"]),
        low_place=tr.label(low["place"]),
        low=_number(tr, low),
        high_source=tr.label(high["source"]),
        high_place=tr.label(high["place"]),
        high=_number(tr, high),
        tables=tr.plural("{n} place and source", "{n} places and sources", len(rows)),
    )


def _shared(tr: Translator, agreement: MethodAgreement) -> str:
    """Say what shared evidence alone would give at most."""
    most = agreement.pairs.sort_values(["overlap_alone", "shared_weight"]).iloc[-1]
    if most["shared_weight"] == 0:
        return tr("No two methods read the same evidence, so none would agree for that reason alone.")
    return tr(
        "Methods that read the same evidence agree in part for that reason alone. {pair} share the most: {share} of their weight, which "
        "alone would give a τ of {alone} (from the specifications, not estimated).",
        pair=_pair(tr, most),
        share=tr.share(most["shared_weight"]),
        alone=tr.number(most["overlap_alone"]),
    )


def _pair(tr: Translator, row: Row) -> str:
    return tr.listed([tr.label(row["method_a"]), tr.label(row["method_b"])])


def _number(tr: Translator, row: Row) -> str:
    interval = tr.interval(float(row["conf_low"]), float(row["conf_high"]))
    return f"{tr.number(float(row['estimate']))} ({interval}; n = {tr.number(int(row['n']))})"
