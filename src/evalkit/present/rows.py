"""Tables made ready for people: several columns in one text, codes in words."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare import Ceiling, Dependability, Differences, Family, RankAcceptability, Validation
from evalkit.present.labels import cell_label, name_methods, translate
from evalkit.present.language import Translator, translator
from evalkit.present.tables import MOST_WHOLE
from evalkit.present.wording.evidence import describe_rater_design
from evalkit.vocabulary import Language

_FEW_NAMES: Final = 3
_DESIGN: Final = (
    "place",
    "source",
    "indicator",
    "n_ratees",
    "n_raters",
    "ratings_median",
    "n_components",
    "share_largest",
)


def row_labels(frame: pd.DataFrame, *columns: str, lang: Language | None = None) -> list[str]:
    """Write some columns of each row as one text; what never changes or is empty is left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": ["us", "us"], "indicator": ["case_flow", "integrity"]})
    >>> row_labels(frame, "place", "indicator")
    ['case flow', 'integrity']
    """
    telling = [name for name in columns if frame[name].nunique() > 1] or list(columns[-1:])
    texts = frame[telling].map(lambda value: cell_label(str(value), lang).replace("_", " "))
    return [" · ".join(text for text in row if text) for row in texts.to_numpy()]


def tabulate_designs(designs: pd.DataFrame, *, lang: Language | None = None) -> pd.DataFrame:
    """Return who rated whom with the design in words; indicators of one design share a row."""
    told = designs.assign(design=[describe_rater_design(str(code), lang) for code in designs["raters"]])
    names = [name for name in (*_DESIGN, "design") if name != "indicator"]
    indicators = told.groupby(names, sort=False, dropna=False)["indicator"]
    groups = indicators.agg(lambda found: _enumerate(found, lang)).reset_index()
    order = ["place", "source", "indicator", *names[2:]]
    return groups[order].rename(columns={"ratings_median": "ratings_each", "share_largest": "share_linked"})


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each file at each step, one row a file."""
    wide = steps.pivot_table(index="file", columns="step", values="n_rows", aggfunc="sum", sort=False)
    return wide.astype(int).rename_axis(columns=None).reset_index()


def _enumerate(names: pd.Series[str], lang: Language | None) -> str:
    """Name a few, and count many."""
    if len(names) <= _FEW_NAMES:
        return ", ".join(names)
    return translator(lang).plural("{n} indicator", "{n} indicators", len(names))


def name_places(frame: pd.DataFrame, *, lang: Language | None = None) -> dict[str, str]:
    """Return the label of each place of a frame, in the order in which they appear."""
    return {str(place): cell_label(str(place), lang) for place in frame["place"].unique()}


def curves_of(*found: Dependability) -> pd.DataFrame:
    """Return the dependability curves of several places as one tidy table."""
    columns = ["place", "n_ratings", "estimate", "conf_low", "conf_high"]
    return pd.concat([each.curve[columns] for each in found], ignore_index=True)


def shares_of(*found: Dependability, lang: Language | None = None) -> pd.DataFrame:
    """Return the shares of variance, one row a place: the person rated, the facets together, the residual."""
    tr = translator(lang)
    rows = [_shares(each.components["share"].to_numpy()) for each in found]
    names = [tr.label(each.place) for each in found]
    parts = [tr("the person rated"), tr("raters or conditions"), tr("everything else")]
    return pd.DataFrame(rows, index=names, columns=parts)


def _shares(shares: NDArray[np.float64]) -> tuple[float, float, float]:
    """Add up the facets between the person, who is first, and the residual, which is last."""
    return float(shares[0]), float(shares[1:-1].sum()), float(shares[-1])


def categories_of(ceiling: Ceiling, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the share of each category of a scale, one row a place and indicator, one column a category."""
    texts = row_labels(ceiling.categories, "place", "indicator", lang=lang)
    labels = pd.Series(texts, index=ceiling.categories.index)
    rows = ceiling.categories.assign(label=labels, category=ceiling.categories["category"].map("{:g}".format))
    return rows.pivot_table(index="label", columns="category", values="share", fill_value=0.0, sort=False)


def positions_of(ceiling: Ceiling) -> pd.DataFrame:
    """Return where the answers lie on each closed scale, in the columns of `plot_intervals`."""
    known = ceiling.shares.dropna(subset=["position"])
    if len(known) > MOST_WHOLE:  # few of them are drawn: of equal medians those with most at the top
        known = known.sort_values("estimate", ascending=False, kind="stable")
    named = {"position": "estimate", "position_low": "conf_low", "position_high": "conf_high"}
    return known[["place", "source", "indicator", *named]].rename(columns=named)


def tabulate_ranks(ranks: RankAcceptability, *, lang: Language | None = None) -> pd.DataFrame:
    """Return in words what the choice of weights can change for the people who are ranked."""
    tr = translator(lang)
    found = ranks.to_frame().set_index("quantity")["estimate"]
    leaders = tr.number(int(found["n_employees_who_can_lead"]))
    highest = tr.share(found["highest_first_rank_acceptability"])
    rows = [
        (
            tr("first in at least 1 % of the weightings"),
            tr("{count} of {n}", count=leaders, n=tr.number(ranks.n)),
        ),
        (tr("most often first"), tr("in {share} of the weightings", share=highest)),
        (
            tr("half of the people move over at most"),
            tr("{n} ranks", n=tr.number(found["median_rank_width"], digits=0)),
        ),
        (
            tr("nobody moves over more than"),
            tr("{n} ranks", n=tr.number(found["widest_rank_width"], digits=0)),
        ),
        (
            tr("in one quarter or the middle in 95 % of the weightings"),
            tr.share(found["share_settled_in_one_band"]),
        ),
    ]
    return pd.DataFrame(rows, columns=["question", "answer"])


def tabulate_families(found: Differences, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what the study asked to compare: unit, people and margin, or why it is refused."""
    tr = translator(lang)
    compared = [
        {
            "family": family.name,
            "place": family.place,
            "unit": family.unit,
            "n": _people(family, tr),
            "margin": _margin(family, tr),
            "because": f"{translate(family.because, lang)} {_why_margin(family, tr)}".strip(),
        }
        for family in found.families
    ]
    refused = found.refused.rename(columns={"reason": "because"}).assign(
        unit=tr("refused"), n="–", margin="–"
    )
    columns = ["family", "place", "unit", "n", "margin", "because"]
    told = refused[columns].assign(because=[name_methods(text, lang) for text in refused["because"]])
    return pd.concat([pd.DataFrame(compared, columns=columns), told], ignore_index=True)


def place_column(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of places for `make_table`, where a table is about more than one; else none.

    Examples
    --------
    >>> place_column(pd.DataFrame({"place": ["here", "here"]}))
    {}
    """
    return {"place": ""} if frame["place"].nunique() > 1 else {}


def source_column(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of sources for `make_table`, where a place has several; else none.

    Examples
    --------
    >>> source_column(pd.DataFrame({"place": ["here", "here"], "source": ["peer", "self"]}))
    {'source': ''}
    """
    several = frame.groupby("place")["source"].nunique().max() > 1
    return {"source": ""} if several else {}


def _margin(family: Family, tr: Translator) -> str:
    margin = family.comparison.margin
    return "–" if np.isnan(margin) else f"± {tr.short(margin)}"


def _people(family: Family, tr: Translator) -> str:
    """Count the people, and the units where these were sampled as a whole."""
    found = family.comparison
    nested = found.group_kind == "units" and found.n_groups < found.n
    n = tr.number(found.n)
    return tr("{n} in {units} units", n=n, units=tr.number(found.n_groups)) if nested else n


def _why_margin(family: Family, tr: Translator) -> str:
    """Write the reason of a margin, or of there being none, as a sentence of its own."""
    text = translate(family.margin_because.rstrip("."), tr.lang)
    lead = "" if np.isnan(family.comparison.margin) else tr("Margin:") + " "
    return f"{lead}{(text[:1].lower() if lead else text[:1].upper())}{text[1:]}."


def closeness_of(validation: Validation) -> pd.DataFrame:
    """Return the largest difference of each entry over its tolerance, in the columns of `plot_intervals`."""
    shares = validation.entries[["entry", "largest_share"]].rename(columns={"largest_share": "estimate"})
    return shares.assign(conf_low=np.nan, conf_high=np.nan)
