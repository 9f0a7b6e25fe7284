import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.rules import krejcie_morgan


@pytest.mark.parametrize(
    ("population", "sample"),
    [(10, 10), (50, 44), (100, 80), (200, 132), (500, 217), (1_000, 278), (10_000, 370), (1_000_000, 384)],
)
def test_the_sizes_are_those_of_the_published_table(population, sample):
    assert krejcie_morgan(population) == sample


@given(st.integers(1, 10**7))
def test_the_sample_fits_into_its_population_and_grows_with_it(population):
    sample = krejcie_morgan(population)
    assert 1 <= sample <= population
    assert sample <= krejcie_morgan(population + 1) <= 385


def test_a_smaller_margin_asks_for_more():
    assert krejcie_morgan(1000, margin=0.03) > krejcie_morgan(1000) > krejcie_morgan(1000, margin=0.1)


def test_an_empty_population_is_refused():
    with pytest.raises(ValueError, match=r"^population must be at least 1; found 0$"):
        krejcie_morgan(0)


@pytest.mark.parametrize("options", [{"margin": 0}, {"proportion": 1}, {"chi_squared": 0}])
def test_impossible_options_are_refused(options):
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        krejcie_morgan(100, **options)
