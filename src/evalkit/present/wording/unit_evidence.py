"""What was observed of whole units and stands for their people, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.present.language import Translator

_MOST_NAMED = 3


def say_unit_evidence(tr: Translator, weights: Mapping[str, float]) -> list[str]:
    """Say how much of each method was observed of whole units, and that it tells no two people of one apart.

    Parameters
    ----------
    weights
        By method, the mean share of a score that was observed of the whole unit.
    """
    shown = sorted(
        ((name, weight) for name, weight in weights.items() if weight > 0), key=lambda one: -one[1]
    )
    if not shown:
        return []
    parts = [f"{tr.label(name)} {tr.share(weight)}" for name, weight in shown[:_MOST_NAMED]]
    return [
        tr(
            "Part of a score was observed of the whole unit and is the same for everyone in it: {methods}. That part says something "
            "of units, and cannot tell one person of a unit from another.",
            methods=tr.listed(parts),
        )
    ]
