"""Selection rates by group, with small cells suppressed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.compare.adverse_impact import (
    COMPLEMENT,
    REFERENCE_SUPPRESSED,
    SUPPRESSED,
    measure_adverse_impact,
)
from evalkit.errors import DesignError
from evalkit.evidence import load_evidence

SHIPPED = Path(__file__).parents[2] / "data"


def people(**counts: tuple[int, int]) -> pd.DataFrame:
    """Make n people of each group, the first k of them selected."""
    rows = [(group, i < k) for group, (k, n) in counts.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["group", "hired"])


def ratios(frame: pd.DataFrame, **options):
    options = {"decisions": ["hired"], "by": "group", "reference": "white", **options}
    return measure_adverse_impact(frame, **options)


def test_the_example_of_the_uniform_guidelines():
    """Questions and Answers 12: 48 of 80 and 12 of 40 hired, ratio .5."""
    found = ratios(people(white=(48, 80), black=(12, 40))).to_frame().set_index("group")
    assert found.loc["black", ["rate", "estimate"]].to_list() == pytest.approx([0.3, 0.5])
    error = np.sqrt(1 / 12 - 1 / 40 + 1 / 48 - 1 / 80)
    ends = 0.5 * np.exp(np.array([-1, 1]) * 1.959964 * error)
    assert found.loc["black", ["conf_low", "conf_high"]].to_list() == pytest.approx(ends.tolist(), rel=1e-5)


def test_the_rates_of_the_firefighters_are_those_of_the_court():
    table = load_evidence(SHIPPED / "principles").extras["ricci_candidates"]
    found = ratios(table, decisions=["passed"], by="race").to_frame().set_index("group")
    assert found["rate"].to_dict() == pytest.approx({"black": 9 / 27, "hispanic": 6 / 23, "white": 41 / 68})
    assert found.loc["black", "estimate"] == pytest.approx((9 / 27) / (41 / 68))


@pytest.mark.parametrize(("k", "n"), [(4, 40), (36, 40), (0, 40), (2, 4)])
def test_a_cell_of_fewer_than_five_is_not_shown(k, n):
    found = ratios(people(white=(48, 80), black=(k, n))).to_frame().set_index("group").loc["black"]
    assert found["caveat"] == SUPPRESSED
    assert found[["rate", "estimate", "conf_low", "conf_high"]].isna().all()


def test_a_small_reference_group_hides_the_ratio_and_not_the_rate():
    found = ratios(people(white=(3, 30), black=(12, 40))).to_frame().set_index("group")
    assert found.loc["black", "rate"] == 0.3
    assert found.loc["black", "caveat"] == REFERENCE_SUPPRESSED
    assert np.isnan(found.loc["black", "estimate"])


def test_a_stratum_that_would_give_a_hidden_one_away_is_hidden_too():
    frame = pd.concat(
        [
            people(white=(30, 60), black=(10, 20)).assign(position="one"),
            people(white=(30, 60), black=(2, 10)).assign(position="two"),
        ]
    )
    found = ratios(frame, within="position").to_frame().query("group == 'black'").set_index("stratum")
    assert found["caveat"].to_dict() == {"": "", "one": COMPLEMENT, "two": SUPPRESSED}
    assert found["rate"].notna().to_dict() == {"": True, "one": False, "two": False}


def test_a_group_that_a_stratum_lacks_is_no_error():
    frame = pd.concat(
        [
            people(white=(30, 60), black=(10, 20)).assign(position="one"),
            people(white=(30, 60)).assign(position="two"),
        ]
    )
    found = ratios(frame, within="position").to_frame().query("group == 'black'").set_index("stratum")
    assert found.loc["two", "n"] == 0


def test_the_order_of_people_changes_nothing():
    frame = people(white=(48, 80), black=(12, 40))
    first, second = (ratios(rows).to_frame() for rows in (frame, frame.sample(frac=1, random_state=1)))
    pd.testing.assert_frame_equal(first, second)


def test_results_have_rates_without_and_ratios_with_intervals():
    rows = ratios(people(white=(48, 80), black=(12, 40))).to_results()
    assert rows.groupby("quantity").size().to_dict() == {"adverse_impact_ratio": 1, "selection_rate": 2}
    assert not rows.duplicated(["quantity", "unit", "group", "item"]).any()


def test_an_unknown_reference_is_refused():
    with pytest.raises(DesignError) as refused:
        ratios(people(white=(48, 80), black=(12, 40)), reference="blue")
    assert str(refused.value) == "There is no group 'blue' in group; there are: black, white."


def test_people_without_a_group_are_refused():
    frame = people(white=(48, 80), black=(12, 40))
    frame.loc[:2, "group"] = None
    with pytest.raises(DesignError, match=r"^3 people have no group; leave them out first, and say so"):
        ratios(frame)
