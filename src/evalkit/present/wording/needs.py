"""What units need, and who changed beyond error, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import Needs, ReliableChanges
from evalkit.lab import NeedRecovery
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_NO_NEEDS: Final = mark(
    "What units are strong and weak in, and which training they need, cannot be said: no method has enough evidence to score "
    "anyone here, so there are no components and no targets."
)
_NO_CHANGE: Final = mark(
    "How many people changed beyond error cannot be said: it takes scores of the same people in three quarters or more."
)
_LIMITS: Final = (
    mark(
        "What a training would gain is assumed by the catalogue, not measured: it is the shortfall times the people of the unit "
        "times the share of a shortfall that the training is assumed to close."
    ),
    mark(
        "A low level says that a unit falls short in what is recorded of it, not why: where one supervisor rates a whole unit, a strict "
        "supervisor looks like a weak unit."
    ),
)
_NOBODY: Final = mark(
    "Single people are not shown: levels are those of units of five people or more, changes are counted, and counts under five are "
    "suppressed."
)


def say_needs(found: Needs, changes: ReliableChanges, lang: Language | None = None) -> Findings:
    """Say where most is to be gained, how units stand against their targets, and who changed beyond error."""
    tr = translator(lang)
    if found.levels.empty:
        return Findings((tr(_NO_NEEDS),))
    sentences = [
        *_verdicts(tr, found),
        *_everywhere(tr, found),
        *_greatest(tr, found),
        *_lowest(tr, found),
        *_changes(tr, changes),
    ]
    return Findings(tuple(sentences), tuple(map(tr, (*_LIMITS, _NOBODY))))


def say_need_recovery(recovery: NeedRecovery, lang: Language | None = None) -> Findings:
    """Say how well the levels of units follow true performance, where that is known; nothing elsewhere."""
    tr = translator(lang)
    known = recovery.orders.dropna(subset=["estimate"]).sort_values("estimate", kind="stable")
    if known.empty:
        return Findings(())
    return Findings(
        (
            tr(
                "Here the truth is known. The levels put units in its order with a τ between {low} and {high} "
                "(1: the same order, 0: a lottery): who is last in a list is not always last in truth.",
                low=_order(tr, known.iloc[0]),
                high=_order(tr, known.iloc[-1]),
            ),
        )
    )


def _order(tr: Translator, row: Any) -> str:
    return tr(
        "{tau} ({component} in {place}; {interval}, n = {n})",
        tau=tr.number(row["estimate"]),
        component=tr.label(row["component"]),
        place=tr.label(row["place"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )


def _verdicts(tr: Translator, found: Needs) -> list[str]:
    """Count units whose interval lies below the target, above expectation, or on both sides."""
    units = found.units()
    if units.empty:
        return [
            tr(
                "Units cannot be compared: no place here has two units of five people or more. What follows is about whole places "
                "({people}).",
                people=_people(tr, found.n),
            )
        ]
    counts = units["verdict"].value_counts()
    return [
        tr(
            "{levels} (each unit in each component of the method of its place; {people}): {below} fall short beyond chance, {above} are above "
            "expectation, and {open} the evidence does not settle.",
            levels=tr.plural(
                "{n} level was held to its target", "{n} levels were held to their targets", len(units)
            ),
            people=_people(tr, found.n),
            below=tr.number(int(counts.get("below", 0))),
            above=tr.number(int(counts.get("above", 0))),
            open=tr.number(int(counts.get("not_settled", 0))),
        )
    ]


def _everywhere(tr: Translator, found: Needs) -> list[str]:
    """Name the components in which every unit of a place falls short: that is nobody's need in particular."""
    needs = found.needs[found.needs["extent"] == "every_unit"].drop_duplicates(["place", "component"])
    places = found.levels[found.levels["unit"] == ""]
    rows = places.merge(needs[["place", "method", "component"]], on=["place", "method", "component"])
    if rows.empty:
        return []
    return [
        tr(
            "No unit reaches the target in {parts}: that speaks of the standard, the procedure or the tools, more than of single units.",
            parts=tr.listed([_level(tr, row) for row in rows.to_dict("records")]),
        )
    ]


def _greatest(tr: Translator, found: Needs) -> list[str]:
    """Name the unit with the largest expected gain where others reach the target, and the most of a place."""
    known = found.needs.dropna(subset=["estimate"])
    if known.empty:
        none = tr("No unit falls short of a target for which the catalogue has a training.")
        return [none] if len(found.units()) else []
    most = found.totals().iloc[0]
    place = tr(
        "Over a whole place “{training}” would gain most: {gain} points in {place}, for {units} with {people}.",
        training=found.names[most["training"]][tr.lang],
        gain=tr.number(most["estimate"], digits=0),
        place=tr.label(most["place"]),
        units=tr.plural("{n} unit", "{n} units", int(most["n_units"])),
        people=_people(tr, int(most["people"])),
    )
    some = known[known["extent"] == "some_units"]
    if some.empty:
        return [place]
    row = some.iloc[0]
    return [
        tr(
            "Where other units reach the target, most is to be gained in {unit} ({place}): {component} stands {shortfall} points below the target of {target}, for {people}. "
            "“{training}” would gain {gain} points added up over them ({interval}), if it closes {effect} of a shortfall; that is assumed, and may be {range}.",
            unit=tr.label(row["unit"]),
            place=tr.label(row["place"]),
            component=tr.label(row["component"]),
            shortfall=tr.number(row["shortfall"], digits=1),
            target=tr.number(row["target"], digits=0),
            people=_people(tr, int(row["n"])),
            training=found.names[row["training"]][tr.lang],
            gain=tr.number(row["estimate"], digits=0),
            interval=tr.interval(row["conf_low"], row["conf_high"], digits=0),
            effect=tr.share(row["effect"]),
            range=tr.interval(row["effect_low"], row["effect_high"], share=True),
        ),
        place,
    ]


def _lowest(tr: Translator, found: Needs) -> list[str]:
    """Name the component of each place that is lowest against its target, on average over units."""
    places = found.levels[found.levels["unit"] == ""]
    order = places.assign(gap=places["estimate"] - places["target"]).sort_values("gap", kind="stable")
    lowest = order.drop_duplicates("place").set_index("place").loc[list(dict.fromkeys(places["place"]))]
    parts = [_level(tr, row) for row in lowest.reset_index().to_dict("records")]
    return [
        tr(
            "Lowest against its target, on average over the units of a place: {parts}.",
            parts=tr.listed(parts),
        )
    ]


def _level(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    """Give the mean of a component over the units of a place, with interval and target."""
    return tr(
        "{component} in {place} ({level} points, {interval}; target {target})",
        place=tr.label(row["place"]),
        component=tr.label(row["component"]),
        level=tr.number(row["estimate"], digits=1),
        interval=tr.interval(row["conf_low"], row["conf_high"], digits=1),
        target=tr.number(row["target"], digits=0),
    )


def _changes(tr: Translator, changes: ReliableChanges) -> list[str]:
    """Say in the place with most people, under one method, how many rose and fell beyond error."""
    places = changes.shares[changes.shares["unit"] == ""]
    if places.empty:
        return [tr(_NO_CHANGE)]
    most = places.sort_values("n", ascending=False, kind="stable").iloc[0]
    of = places[(places["place"] == most["place"]) & (places["method"] == most["method"])]
    error = changes.errors.set_index(["place", "method"]).loc[(most["place"], most["method"])]
    return [
        tr(
            "From {first} to {last} the score of {rose} rose and that of {fell} fell by more than its error ({least} points or more), in {place} "
            "({people}); chance alone puts {chance} on each side. On average scores changed by {mean} points.",
            first=changes.first,
            last=changes.last,
            rose=_share(tr, of, "rose"),
            fell=_share(tr, of, "fell"),
            least=tr.number(error["least"], digits=1),
            place=tr.label(of["place"].iloc[0]),
            people=_people(tr, int(error["n"])),
            chance=tr.share(error["by_chance"], digits=1),
            mean=tr.number(error["mean_change"], digits=1),
        )
    ]


def _where(tr: Translator, changes: ReliableChanges, place: str, method: str) -> str:
    """Name a place, and the method where several score it."""
    several = (changes.errors["place"] == place).sum() > 1
    return f"{tr.label(place)} ({tr.label(method)})" if several else tr.label(place)


def _share(tr: Translator, rows: pd.DataFrame, direction: str) -> str:
    row: Any = rows.set_index("direction").loc[direction]
    if pd.isna(row["estimate"]):
        return tr("fewer people than can be shown")
    interval = tr.interval(row["conf_low"], row["conf_high"], share=True, digits=1)
    return f"{tr.share(row['estimate'], digits=1)} ({interval})"


def _people(tr: Translator, n: int) -> str:
    return tr.plural("{n} person", "{n} people", n)
