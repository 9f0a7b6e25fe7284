"""What the profiles report found, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.compare import Halo, ProfileComparison, RankAcceptability
from evalkit.present.labels import cell_label
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed

_LIMITS = (
    "All ratings come from one source, already averaged; nothing here tells a common impression from people who are good at "
    "everything.",
    "Agreement between weightings of one instrument is no evidence that methods are interchangeable.",
)


def say_profiles(
    profiles: ProfileComparison, ranks: RankAcceptability, halo: Halo, questions: pd.DataFrame
) -> Findings:
    """Say how far the profiles agree, what random weightings would give, and what cannot be asked."""
    return Findings(
        (_observed(profiles), _disjoint(profiles), _one_opinion(halo), _ranks(ranks), *_refused(questions)),
        _LIMITS,
    )


def _observed(profiles: ProfileComparison) -> str:
    pairs = profiles.pairs
    inside = pairs["estimate"].between(pairs["reference_low"], pairs["reference_high"])
    return (
        f"The {count(len(pairs), 'pair')} of profiles correlate {format_number(pairs['estimate'].min())} to "
        f"{format_number(pairs['estimate'].max())} over {int(pairs['n'].iloc[0])} officials (lowest end of an interval "
        f"{format_number(pairs['conf_low'].min())}). That says little: {int(inside.sum())} of {len(pairs)} lie within what "
        f"{profiles.n_draws:,} random mappings with the same weights and overlap give."
    )


def _disjoint(profiles: ProfileComparison) -> str:
    low, middle, high = np.quantile(profiles.disjoint, [0.025, 0.5, 0.975])
    return (
        f"Two random sets of {profiles.subset_size} traits that share none correlate {format_number(middle)} (middle 95 % of "
        f"draws: {format_interval(low, high)}); shared traits alone would give {_alone(profiles)}."
    )


def _alone(profiles: ProfileComparison) -> str:
    alone = profiles.pairs["overlap_alone"]
    return f"{format_number(alone.min())} to {format_number(alone.max())}"


def _one_opinion(halo: Halo) -> str:
    row = halo.shares.query("quantity == 'first_component_share'").iloc[0]
    return (
        f"The reason: one component carries {format_share(row['estimate'])} "
        f"({format_interval(row['conf_low'], row['conf_high'], share=True)}) of {count(int(row['n_items']), 'trait')}."
    )


def _ranks(ranks: RankAcceptability) -> str:
    summary = ranks.to_frame().set_index("quantity")["estimate"]
    return (
        f"Over all weightings, {format_share(summary['share_settled_in_one_band'])} of the officials stay in one band (top "
        f"quarter, middle or bottom quarter) in 95 % of them; half of the officials move over "
        f"{count(round(summary['median_rank_width']), 'rank')} or fewer."
    )


def _refused(questions: pd.DataFrame) -> list[str]:
    refused = questions.loc[~questions["answerable"], "question"].tolist()
    if not refused:
        return []
    return [f"Refused, each with its reason below: {listed([cell_label(name) for name in refused])}."]
