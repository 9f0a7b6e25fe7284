"""What the profiles report found, in sentences."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import Halo, ProfileComparison, RankAcceptability
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

#: The lower end of an interval from which ratings are called close to one opinion.
CLOSE_TO_ONE: Final = 0.7
_MIDDLE: Final = 0.95  # of random draws, and of the weightings in which an official stays in one band
_LIMITS: Final = (
    mark(
        "All ratings come from one source, already averaged. Nothing here tells a common impression from people who are "
        "good at everything."
    ),
    mark("Agreement between weightings of one instrument is no evidence that methods are interchangeable."),
)


def say_profiles(
    profiles: ProfileComparison,
    ranks: RankAcceptability,
    halo: Halo,
    questions: pd.DataFrame,
    lang: Language | None = None,
) -> Findings:
    """Say how far the profiles agree, what random weightings would give, and what cannot be asked."""
    tr = translator(lang)
    return Findings(
        (
            _against_random(tr, profiles),
            _observed(tr, profiles),
            _disjoint(tr, profiles),
            _one_opinion(tr, halo),
            *_ranks(tr, ranks),
            *_refused(tr, questions),
        ),
        tuple(map(tr, _LIMITS)),
    )


def _against_random(tr: Translator, profiles: ProfileComparison) -> str:
    """Say whether the pairs agree otherwise than random weightings do."""
    pairs = profiles.pairs
    inside = int(pairs["estimate"].between(pairs["reference_low"], pairs["reference_high"]).sum())
    like_random = 2 * inside > len(pairs)
    message = (
        mark(
            "That two of these weightings agree says little about them: {count} of {pairs} agree as random ones do "
            "({draws} random mappings with the same weights and overlap)."
        )
        if like_random
        else mark(
            "Some of these weightings agree more, or less, than random ones do: {count} of {pairs} "
            "({draws} random mappings with the same weights and overlap)."
        )
    )
    return tr(
        message,
        count=tr.number(inside if like_random else len(pairs) - inside),
        pairs=tr.plural("{n} pair", "{n} pairs", len(pairs)),
        draws=tr.number(profiles.n_draws),
    )


def _observed(tr: Translator, profiles: ProfileComparison) -> str:
    pairs = profiles.pairs
    return tr(
        "The correlations of the pairs run from {low} to {high} over {officials} (the lowest end of their intervals is {end}).",
        low=tr.number(pairs["estimate"].min()),
        high=tr.number(pairs["estimate"].max()),
        officials=_officials(tr, int(pairs["n"].iloc[0])),
        end=tr.number(pairs["conf_low"].min()),
    )


def _disjoint(tr: Translator, profiles: ProfileComparison) -> str:
    low, middle, high = np.quantile(profiles.disjoint, [(1 - _MIDDLE) / 2, 0.5, (1 + _MIDDLE) / 2])
    alone = profiles.pairs["overlap_alone"]
    return tr(
        "Even two random sets of {size} traits without a common one correlate {middle} ({level} of draws: {interval}). "
        "Were traits unrelated, what the pairs share would give {alone}.",
        size=tr.number(profiles.subset_size),
        middle=tr.number(middle),
        level=tr.share(_MIDDLE),
        interval=tr.interval(low, high),
        alone=tr.interval(alone.min(), alone.max()),
    )


def _one_opinion(tr: Translator, halo: Halo) -> str:
    row = halo.shares.query("quantity == 'first_component_share'").iloc[0]
    message = (
        mark(
            "The reason: the {traits} are close to one opinion. What they have in common explains {share} of their differences ({interval}; n = {n}; first component)."
        )
        if row["conf_low"] > CLOSE_TO_ONE
        else mark(
            "The {traits} say more than one thing. What they have in common explains {share} of their differences ({interval}; n = {n}; first component)."
        )
    )
    return tr(
        message,
        traits=tr.plural("{n} trait", "{n} traits", int(row["n_items"])),
        share=tr.share(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"], share=True),
        n=tr.number(row["n"]),
    )


def _ranks(tr: Translator, ranks: RankAcceptability) -> list[str]:
    """Say for how many the choice of weights matters, and how far it moves the others."""
    summary = ranks.to_frame().set_index("quantity")["estimate"]
    width = float(summary["median_rank_width"])
    whole = math.ceil(width)
    return [
        tr(
            "For {share} of {officials} the weights hardly matter: they stay in the top quarter, the middle or the bottom "
            "quarter in {level} of {draws} random weightings.",
            share=tr.share(summary["share_settled_in_one_band"]),
            officials=_officials(tr, ranks.n),
            level=tr.share(_MIDDLE),
            draws=tr.number(ranks.n_draws),
        ),
        tr.plural(
            "Half of the officials keep to {width} rank in most weightings.",
            "Half of the officials keep to {width} ranks, or fewer, in most weightings.",
            whole,
            width=tr.number(whole) if whole == width else tr.number(width, digits=1),
        ),
    ]


def _refused(tr: Translator, questions: pd.DataFrame) -> list[str]:
    refused = questions.loc[~questions["answerable"], "question"].tolist()
    if not refused:
        return []
    names = tr.listed([tr.label(name) for name in refused])
    return [tr("What one source cannot answer is refused, each with its reason below: {names}.", names=names)]


def _officials(tr: Translator, n: int) -> str:
    return tr.plural("{n} official", "{n} officials", n)
