"""Tables made ready for people: several columns in one text, codes in words."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare import Ceiling, Dependability, Differences, Family, RankAcceptability, Validation
from evalkit.present.labels import cell_label, name_methods
from evalkit.present.numbers import format_share
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


def row_labels(frame: pd.DataFrame, *columns: str, lang: Language = "en") -> list[str]:
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


def tabulate_designs(designs: pd.DataFrame) -> pd.DataFrame:
    """Return who rated whom with the design in words; indicators of one design share a row."""
    told = designs.assign(design=designs["raters"].map(describe_rater_design))
    names = [name for name in (*_DESIGN, "design") if name != "indicator"]
    groups = told.groupby(names, sort=False, dropna=False)["indicator"].agg(_enumerate).reset_index()
    order = ["place", "source", "indicator", *names[2:]]
    return groups[order].rename(columns={"ratings_median": "ratings_each", "share_largest": "share_linked"})


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each file at each step, one row a file."""
    wide = steps.pivot_table(index="file", columns="step", values="n_rows", aggfunc="sum", sort=False)
    return wide.astype(int).rename_axis(columns=None).reset_index()


def _enumerate(names: pd.Series[str]) -> str:
    """Name a few, and count many."""
    return ", ".join(names) if len(names) <= _FEW_NAMES else f"{len(names)} indicators"


def curves_of(*found: Dependability) -> pd.DataFrame:
    """Return the dependability curves of several places as one tidy table."""
    columns = ["place", "n_ratings", "estimate", "conf_low", "conf_high"]
    return pd.concat([each.curve[columns] for each in found], ignore_index=True)


def shares_of(*found: Dependability) -> pd.DataFrame:
    """Return the shares of variance, one row a place: the person rated, the facets together, the residual."""
    rows = [_shares(each.components["share"].to_numpy()) for each in found]
    names = [str(each.place).replace("_", " ") for each in found]
    return pd.DataFrame(
        rows, index=names, columns=["the person rated", "raters or conditions", "everything else"]
    )


def _shares(shares: NDArray[np.float64]) -> tuple[float, float, float]:
    """Add up the facets between the person, who is first, and the residual, which is last."""
    return float(shares[0]), float(shares[1:-1].sum()), float(shares[-1])


def categories_of(ceiling: Ceiling) -> pd.DataFrame:
    """Return the share of each category of a scale, one row a place and indicator, one column a category."""
    labels = pd.Series(row_labels(ceiling.categories, "place", "indicator"), index=ceiling.categories.index)
    rows = ceiling.categories.assign(label=labels, category=ceiling.categories["category"].map("{:g}".format))
    return rows.pivot_table(index="label", columns="category", values="share", fill_value=0.0, sort=False)


def positions_of(ceiling: Ceiling) -> pd.DataFrame:
    """Return where the answers lie on each closed scale, in the columns of `plot_intervals`."""
    known = ceiling.shares.dropna(subset=["position"])
    named = {"position": "estimate", "position_low": "conf_low", "position_high": "conf_high"}
    return known[["place", "indicator", *named]].rename(columns=named)


def tabulate_ranks(ranks: RankAcceptability) -> pd.DataFrame:
    """Return in words what the choice of weights can change for the people who are ranked."""
    found = ranks.to_frame().set_index("quantity")["estimate"]
    rows = [
        ("first in at least 1 % of the weightings", f"{found['n_employees_who_can_lead']:.0f} of {ranks.n}"),
        (
            "most often first",
            f"in {format_share(found['highest_first_rank_acceptability'])} of the weightings",
        ),
        ("half of the people move over at most", f"{found['median_rank_width']:.0f} ranks"),
        ("nobody moves over more than", f"{found['widest_rank_width']:.0f} ranks"),
        (
            "in one quarter or the middle in 95 % of the weightings",
            format_share(found["share_settled_in_one_band"]),
        ),
    ]
    return pd.DataFrame(rows, columns=["question", "answer"])


def tabulate_families(found: Differences) -> pd.DataFrame:
    """Return what the study asked to compare: unit, people and margin, or why it is refused."""
    compared = [
        {
            "family": family.name,
            "place": family.place,
            "unit": family.unit,
            "n": _people(family),
            "margin": "none" if np.isnan(family.comparison.margin) else f"± {family.comparison.margin:g}",
            "because": f"{family.because} {_why_margin(family)}".strip(),
        }
        for family in found.families
    ]
    refused = found.refused.rename(columns={"reason": "because"}).assign(unit="refused", n="–", margin="–")
    columns = ["family", "place", "unit", "n", "margin", "because"]
    told = refused[columns].assign(because=refused["because"].map(name_methods))
    return pd.concat([pd.DataFrame(compared, columns=columns), told], ignore_index=True)


def place_column(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of places for `make_table`, where a table is about more than one; else none.

    Examples
    --------
    >>> place_column(pd.DataFrame({"place": ["here", "here"]}))
    {}
    """
    return {"place": ""} if frame["place"].nunique() > 1 else {}


def _people(family: Family) -> str:
    """Count the people, and the units where these were sampled as a whole."""
    found = family.comparison
    nested = found.group_kind == "units" and found.n_groups < found.n
    return f"{found.n} in {found.n_groups} units" if nested else str(found.n)


def _why_margin(family: Family) -> str:
    """Write the reason of a margin, or of there being none, as a sentence of its own."""
    text = family.margin_because.rstrip(".")
    lead = "" if np.isnan(family.comparison.margin) else "Margin: "
    return f"{lead}{(text[:1].lower() if lead else text[:1].upper())}{text[1:]}."


def closeness_of(validation: Validation) -> pd.DataFrame:
    """Return the largest difference of each entry over its tolerance, in the columns of `plot_intervals`."""
    shares = validation.entries[["entry", "largest_share"]].rename(columns={"largest_share": "estimate"})
    return shares.assign(conf_low=np.nan, conf_high=np.nan)
