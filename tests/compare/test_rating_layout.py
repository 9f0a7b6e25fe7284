"""What one indicator's ratings can be compared over."""

import numpy as np
import pandas as pd
import pytest

from evalkit.compare.rating_layout import AVERAGED_PAIRS, lay_out_ratings


def ratings():
    """Return 200 ratings of 20 people by 6 raters, some of them twice."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "employee": [f"e{i}" for i in rng.integers(0, 20, 200)],
            "rater": [f"r{i}" for i in rng.integers(0, 6, 200)],
            "value": rng.normal(size=200),
        }
    )
    one = {"place": "p", "unit": "u", "source": "peer", "indicator": "i", "item": "", "period": ""}
    return rows.assign(**one, status="recorded")


def test_each_pair_has_the_mean_of_its_values():
    rows = ratings()
    layout = lay_out_ratings(rows.sample(frac=1, random_state=1))
    wanted = rows.groupby(["employee", "rater"])["value"].mean().reset_index()
    assert layout.rows["ratee"].astype(str).tolist() == wanted["employee"].tolist()
    assert layout.rows["condition"].astype(str).tolist() == wanted["rater"].tolist()
    assert layout.rows["value"].to_numpy() == pytest.approx(wanted["value"].to_numpy(), rel=1e-12)
    assert (layout.facet, layout.crossed, layout.caveat) == ("raters", True, AVERAGED_PAIRS)


def test_nobody_to_compare_leaves_an_empty_layout():
    layout = lay_out_ratings(ratings().assign(employee="e0"))
    assert (layout.facet, len(layout.rows)) == ("", 0)
    assert list(layout.rows) == ["ratee", "condition", "value"]
    assert layout.rows["value"].dtype == np.float64
