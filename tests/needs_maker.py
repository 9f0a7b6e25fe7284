"""Scores of units with known levels, over four quarters, and a small catalogue of trainings."""

from dataclasses import replace

import numpy as np
import pandas as pd
from evidence_maker import make_evidence
from score_maker import make_method

from evalkit.compare import score_quarters
from evalkit.methods import Expectation, score_methods

QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
PARTS = [("integrity", ("supervisor",), 0.5, "result"), ("discipline", ("supervisor",), 0.5, "behaviour")]
WIDE = Expectation(meets=50, above=60, meets_range=(48, 50), above_range=(50, 62))
CATALOGUE = pd.DataFrame(
    {
        "training": ["short", "long", "other"],
        "name_id": ["pendek", "panjang", "lain"],
        "name_en": ["short one", "long one", "another"],
        "topic": "discipline",
        "indicators": [("integrity",), ("integrity", "praise"), ("innovation",)],
        "provider": "",
        "hours": [4.0, 16.0, 8.0],
        "effect": [0.25, 0.25, 0.5],
        "effect_low": 0.1,
        "effect_high": 0.4,
    }
)


def make_scores(
    levels, *, size=20, spread=6.0, error=4.0, seed=1, place="here", jump=None, quarters=QUARTERS
):
    """Score units with these mean points, by one method; `jump` is added in the last quarter, by person."""
    rng = np.random.default_rng(seed)
    rows = []
    for u, level in enumerate(levels):
        for i in range(size[u] if isinstance(size, list) else size):
            person = level + spread * rng.normal()
            for q, period in enumerate(quarters):
                extra = jump(u, i) if jump and q == len(quarters) - 1 else 0.0
                rows += [
                    {
                        "place": place,
                        "unit": f"u{u}",
                        "employee": f"p{u}-{i}",
                        "period": period,
                        "indicator": name,
                        "source": "supervisor",
                        "rater": f"s{u}",
                        "value": 20 * (person + extra + error * rng.normal())
                        - 1000,  # points on -1000 to 1000
                    }
                    for name, *_ in PARTS
                ]
    evidence = make_evidence(rows)
    method = replace(make_method(PARTS, expectation=WIDE), place="here")
    scores = score_methods(evidence, {"made": method})
    return scores, score_quarters(evidence, scores)
