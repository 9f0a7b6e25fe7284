"""Synthetic evidence for scores: known covariance components, several raters and quarters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from evidence_maker import make_evidence

from evalkit.evidence import Evidence
from evalkit.methods import Bilingual, Component, Expectation, MethodSpecification, Pp30, Transform

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
TEXT = Bilingual(id="-", en="-")


def make_method(parts, *, name="made", raters=None, minutes=None, expectation=None):
    """Make a method of (component, sources, weight, part); every rating is on 0 to 100 already."""
    components = tuple(
        Component(
            name=component,
            indicators=(component,),
            sources=sources,
            part=part,
            transform=Transform(kind="linear", low=-1000, high=1000),
            weight=weight,
            range=(0, 1),
        )
        for component, sources, weight, part in parts
    )
    sources = {source for component in components for source in component.sources}
    return MethodSpecification(
        name=name,
        title=TEXT,
        principle=TEXT,
        cadence=TEXT,
        summary=TEXT,
        components=components,
        raters=raters or dict.fromkeys(sources, 1.0),
        expectation=expectation
        or Expectation(meets=49, above=51, meets_range=(48, 50), above_range=(50, 52)),
        pp30=Pp30(behaviour_weight=0.3, top=120),
        minutes_per_observation=minutes or dict.fromkeys(sources, 1.0),
    )


def draw_ratings(n, *, n_raters, n_occasions, covariances, rng, panel=False, severity=None, shift=None):
    """Draw ratings of k parts, shape (n, occasions, raters, k), from covariances of each source, by name."""

    def draw(name, *shape):
        matrix = np.asarray(covariances[name], dtype=float)
        return rng.multivariate_normal(np.zeros(len(matrix)), matrix, size=shape, method="eigh")

    universe = draw("universe", n)[:, None, None, :]
    occasion = draw("occasion", n, n_occasions)[:, :, None, :]
    rater = draw("rater", n, n_raters)[:, None, :, :]
    values = universe + occasion + rater + draw("residual", n, n_occasions, n_raters)
    if panel:
        values = values + rng.multivariate_normal(
            np.zeros(values.shape[-1]), severity, size=n_raters, method="eigh"
        )
    return values if shift is None else values + np.asarray(shift)[:, None, None]


def evidence_of(values, components, source, *, units=None, panel=False, place="here"):
    """Turn ratings into rows of evidence; points of 50 are a mean of 0 on the scale of -1000 to 1000."""
    n, n_occasions = values.shape[:2]
    units = np.zeros(n, int) if units is None else units
    rows = []
    for (i, o, r, j), value in np.ndenumerate(values):
        rater = f"{source}{r}" if panel else f"{source}{i}.{r}"
        rows.append(
            {
                "place": place,
                "unit": f"u{units[i]:03d}",
                "employee": f"e{i:04d}",
                "period": QUARTERS[o] if n_occasions > 1 else "",
                "indicator": components[j],
                "source": source,
                "rater": "" if source == "system" else rater,
                "value": float(value),
            }
        )
    return rows


def gather(rows) -> Evidence:
    """Make evidence whose indicators are open scales."""
    names = sorted({row["indicator"] for row in rows})
    indicators = pd.DataFrame(
        {
            "indicator": names,
            "unit": "point",
            "low": np.nan,
            "high": np.nan,
            "lower_is_better": False,
            "label_id": names,
            "label_en": names,
        }
    )
    return make_evidence(rows, indicators=indicators)
