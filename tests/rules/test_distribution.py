import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.rules import ACHIEVEMENTS, PATTERNS, check_distribution
from evalkit.vocabulary import PREDIKATS


def broken(achievement, **counts):
    return [(b.bound.relation, *b.bound.predikats) for b in check_distribution(counts, achievement)]


@pytest.mark.parametrize(
    ("achievement", "counts", "bounds"),
    [
        ("istimewa", {"sangat_baik": 70, "baik": 30}, []),
        ("istimewa", {"sangat_baik": 71, "baik": 29}, [("at_most", "sangat_baik")]),
        ("baik", {"baik": 70, "sangat_baik": 29, "kurang": 1}, []),
        ("baik", {"baik": 70, "sangat_baik": 29, "butuh_perbaikan": 1}, []),
        ("baik", {"baik": 71, "butuh_perbaikan": 29}, [("at_most", "baik")]),
        ("baik", {"baik": 70, "sangat_baik": 30}, [("some", "butuh_perbaikan", "kurang")]),
        ("butuh_perbaikan", {"butuh_perbaikan": 60, "sangat_baik": 10, "baik": 30}, []),
        (
            "butuh_perbaikan",
            {"butuh_perbaikan": 59, "sangat_baik": 11, "baik": 30},
            [("at_least", "butuh_perbaikan"), ("at_most", "sangat_baik")],
        ),
        ("kurang", {"kurang": 60, "butuh_perbaikan": 10, "sangat_baik": 10, "baik": 20}, []),
        (
            "kurang",
            {"kurang": 59, "butuh_perbaikan": 9, "sangat_baik": 11, "baik": 21},
            [("at_least", "kurang"), ("at_least", "butuh_perbaikan"), ("at_most", "sangat_baik")],
        ),
        ("sangat_kurang", {"sangat_kurang": 60, "baik": 40}, []),
        (
            "sangat_kurang",
            {"sangat_kurang": 59, "baik": 40, "sangat_baik": 1},
            [("at_least", "sangat_kurang"), ("none", "sangat_baik")],
        ),
    ],
)
def test_each_bound_holds_at_its_edge_and_breaks_one_person_past_it(achievement, counts, bounds):
    assert broken(achievement, **counts) == bounds


def test_a_broken_bound_carries_its_counts():
    (only,) = check_distribution({"sangat_baik": 8, "baik": 2}, "istimewa")
    assert (only.n, only.n_employees, only.bound.percent) == (8, 10, 70)


def test_every_achievement_has_a_pattern():
    assert set(PATTERNS) == set(ACHIEVEMENTS)


counts = st.fixed_dictionaries({name: st.integers(0, 30) for name in PREDIKATS}).filter(
    lambda c: sum(c.values())
)


@given(counts, st.sampled_from(ACHIEVEMENTS), st.integers(2, 50))
def test_an_agency_k_times_as_large_breaks_the_same_bounds(shares, achievement, k):
    larger = {name: k * n for name, n in shares.items()}
    assert broken(achievement, **larger) == broken(achievement, **shares)


def test_an_unknown_achievement_is_refused():
    with pytest.raises(
        ValueError, match="achievement must be one of sangat_kurang, kurang, butuh_perbaikan, baik"
    ):
        check_distribution({"baik": 1}, "hebat")


def test_an_unknown_predikat_is_refused():
    with pytest.raises(ValueError, match=r"a predikat must be one of .*; found cukup$"):
        check_distribution({"cukup": 1}, "baik")


@pytest.mark.parametrize("counts", [{}, {"baik": 0}, {"baik": 3, "kurang": -1}])
def test_counts_of_nobody_are_refused(counts):
    with pytest.raises(ValueError, match="counts must be those of at least one employee"):
        check_distribution(counts, "baik")
