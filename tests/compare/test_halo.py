"""How much several ratings of the same people say one thing."""

from pathlib import Path

import numpy as np
import pytest
from evidence_maker import make_evidence

from evalkit.compare.halo import measure_halo
from evalkit.errors import DesignError
from evalkit.evidence import load_evidence

SHIPPED = Path(__file__).parents[2] / "data"
NAMES = ("adaptability", "collaboration", "initiative", "integrity")


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def rated(values: np.ndarray, names=NAMES):
    about = {"place": "here", "source": "peer", "rater": "r"}
    rows = [
        {**about, "employee": f"e{i:03d}", "indicator": name, "value": value}
        for i, row in enumerate(values)
        for name, value in zip(names, row, strict=True)
    ]
    return make_evidence([row for row in rows if not np.isnan(row["value"])])


def quantities(evidence, **options):
    halo = measure_halo(evidence, n_boot=200, rng=rng(), **options)
    return halo.to_frame().set_index("quantity")


@pytest.fixture(scope="module")
def judges():
    return load_evidence(SHIPPED / "judges")


def test_the_judges_have_a_first_component_of_92_percent_and_mean_r_91(judges):
    found = quantities(judges, without=["retention_worthiness"])
    assert found.loc["first_component_share", "estimate"] == pytest.approx(0.92, abs=0.005)
    assert found.loc["mean_correlation", "estimate"] == pytest.approx(0.91, abs=0.005)
    assert set(found["n"]) == {43}
    assert set(found["n_items"]) == {10}
    assert (found["conf_low"] < found["estimate"]).all()
    assert (found["estimate"] < found["conf_high"]).all()


def test_what_is_left_out_does_not_count(judges):
    assert set(quantities(judges)["n_items"]) == {11}


def test_alpha_of_equally_correlated_items_follows_from_their_mean_r(judges):
    """Standardised alpha is k r / (1 + (k - 1) r); the raw one is close where variances are alike."""
    found = quantities(judges, without=["retention_worthiness"])["estimate"]
    r = found["mean_correlation"]
    assert found["cronbach_alpha"] == pytest.approx(10 * r / (1 + 9 * r), abs=0.01)


def test_copies_of_one_rating_are_one_component():
    values = np.random.default_rng(2).normal(3, 0.5, (40, 1)).repeat(4, axis=1)
    found = quantities(rated(values))["estimate"]
    assert found.to_dict() == pytest.approx(
        {"first_component_share": 1, "mean_correlation": 1, "cronbach_alpha": 1}
    )


def test_relabelling_and_rescaling_all_ratings_changes_nothing():
    values = np.random.default_rng(3).normal(3, 0.5, (40, 4))
    first, second = quantities(rated(values)), quantities(rated(2 * values + 1, NAMES[::-1]))
    np.testing.assert_allclose(first["estimate"], second["estimate"])


def test_a_person_with_a_gap_is_left_out_and_counted():
    values = np.random.default_rng(4).normal(3, 0.5, (40, 4))
    values[0, 0] = np.nan
    found = quantities(rated(values))
    assert set(found["n"]) == {39}
    assert set(found["caveat"]) == {"rows with a gap were left out: 1"}


def test_an_indicator_where_low_is_good_is_turned_round():
    """Complaints fall as praise and integrity rise: one impression, not two."""
    values = np.random.default_rng(6).normal(3, 0.5, (40, 1)).repeat(3, axis=1)
    values[:, 2] = 5 - values[:, 2]
    found = quantities(rated(values, ("praise", "integrity", "complaints")))["estimate"]
    assert found.to_dict() == pytest.approx(
        {"first_component_share": 1, "mean_correlation": 1, "cronbach_alpha": 1}
    )


def test_two_indicators_are_refused():
    values = np.random.default_rng(5).normal(3, 0.5, (40, 2))
    with pytest.raises(DesignError) as refused:
        quantities(rated(values, NAMES[:2]))
    assert str(refused.value) == (
        "Halo is measured over three indicators or more from one source in one place; no place has them."
    )


def test_results_have_one_key_a_row(judges):
    rows = measure_halo(judges, n_boot=50, rng=rng()).to_results()
    assert not rows.duplicated(["quantity", "place", "group"]).any()
    assert set(rows.columns) == {
        "quantity", "place", "group", "estimate", "conf_low", "conf_high", "n", "caveat"
    }  # fmt: skip
