"""What a decision study over two facets found, in a sentence."""

from __future__ import annotations

from evalkit.compare import DecisionDesigns
from evalkit.present.language import mark, translator
from evalkit.present.wording.counts import count_facet
from evalkit.vocabulary import Language


def say_designs(designs: DecisionDesigns, lang: Language | None = None) -> str:
    """Say which numbers of two facets reach the target, and which do not at any number that was tried."""
    tr = translator(lang)
    frame, fewest = designs.designs, designs.fewest_inner()
    about = {"target": tr.number(designs.target), "place": tr.label(designs.place)}
    about["scores"] = tr.plural("{n} score", "{n} scores", int(frame["n"].iloc[0]))
    most = count_facet(tr, designs.inner, int(frame["n_inner"].max()))
    never = [int(n) for n in fewest[fewest.isna()].index]
    if len(never) == len(fewest):
        outer = count_facet(tr, designs.outer, max(never))
        return tr(
            "Nothing up to {outer} with {inner} on each reaches Φ ≥ {target} ({scores}; {place}).",
            outer=outer,
            inner=most,
            **about,
        )
    n_outer = int(fewest.dropna().index[0])
    n_inner = int(fewest[n_outer])
    at = frame[(frame["n_outer"] == n_outer) & (frame["n_inner"] == n_inner)].iloc[0]
    about |= {"phi": tr.number(at["estimate"]), "interval": tr.interval(at["conf_low"], at["conf_high"])}
    about |= {
        "outer": count_facet(tr, designs.outer, n_outer),
        "inner": count_facet(tr, designs.inner, n_inner),
    }
    if not never:
        return tr(
            "{outer} with {inner} on each reach Φ ≥ {target} ({phi}, {interval}; {scores}; {place}).", **about
        )
    one = mark(
        "{outer} with {inner} on each reach Φ ≥ {target} ({phi}, {interval}; {scores}; {place}); {less} does not at any number up to {most}."
    )
    many = mark(
        "{outer} with {inner} on each reach Φ ≥ {target} ({phi}, {interval}; {scores}; {place}); {less} do not at any number up to {most}."
    )
    less = count_facet(tr, designs.outer, max(never))
    return tr(one if max(never) == 1 else many, less=less, most=most, **about)
