from itertools import pairwise

import pytest

from evalkit.rules import PREDIKAT_MATRIX, find_unreachable, rate_matrix
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS


@pytest.mark.parametrize(
    ("work_result", "behaviour", "predikat"),
    [
        ("above", "below", "kurang"),
        ("above", "meets", "baik"),
        ("above", "above", "sangat_baik"),
        ("meets", "below", "kurang"),
        ("meets", "meets", "baik"),
        ("meets", "above", "baik"),
        ("below", "below", "sangat_kurang"),
        ("below", "meets", "butuh_perbaikan"),
        ("below", "above", "butuh_perbaikan"),
    ],
)
def test_each_of_the_nine_cells_is_that_of_permenpanrb_6_2022(work_result, behaviour, predikat):
    assert rate_matrix(work_result, behaviour) == predikat


def test_the_matrix_has_no_more_and_no_fewer_cells_than_the_two_ratings_make():
    assert set(PREDIKAT_MATRIX) == {
        (result, behaviour) for result in EXPECTATIONS for behaviour in EXPECTATIONS
    }


def test_a_better_rating_never_lowers_the_predikat():
    order = PREDIKATS.index
    for low, high in pairwise(EXPECTATIONS):
        for other in EXPECTATIONS:
            assert order(rate_matrix(low, other)) <= order(rate_matrix(high, other))
            assert order(rate_matrix(other, low)) <= order(rate_matrix(other, high))


def test_the_matrix_reaches_all_five_predikats():
    assert find_unreachable() == ()


def test_a_quadrant_formula_that_can_never_give_kurang_is_found():
    def quadrant(work_result, behaviour):  # as met in sheets: the lower of the two ratings decides
        lower = min(EXPECTATIONS.index(work_result), EXPECTATIONS.index(behaviour))
        return ("butuh_perbaikan", "baik", "sangat_baik")[lower]

    tabulated = {cell: quadrant(*cell) for cell in PREDIKAT_MATRIX}

    assert find_unreachable(tabulated) == ("sangat_kurang", "kurang")


def test_an_unknown_rating_is_refused_with_its_part():
    with pytest.raises(ValueError, match=r"^behaviour must be one of below, meets, above; found 'diatas'$"):
        rate_matrix("above", "diatas")
