from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.rules import band_ikm, compute_ikm, find_band_shifts, ikm_of_nrr, round_ikm

NAN = float("nan")
answer = st.sampled_from([1.0, 2.0, 3.0, 4.0, NAN])
sheets = st.lists(st.lists(answer, min_size=9, max_size=9), min_size=1, max_size=8).map(
    lambda rows: [[1.0] * 9, *rows]
)


@pytest.mark.parametrize(
    ("ikm", "band"),
    [
        (25, "D"),
        (64.99, "D"),
        (65, "C"),
        (76.60, "C"),
        (76.61, "B"),
        (88.30, "B"),
        (88.31, "A"),
        (100, "A"),
    ],
)
def test_each_edge_of_the_bands_belongs_to_its_printed_band(ikm, band):
    assert band_ikm(ikm) == band


@pytest.mark.parametrize(
    ("ikm", "band"),
    [
        (64.994, "D"),
        (64.995, "C"),
        (76.604, "C"),
        (76.605, "B"),
        (88.304, "B"),
        (88.305, "A"),
        (Fraction(17661, 200), "A"),  # 88.305 exactly
        ("64.9949999", "D"),
    ],
)
def test_a_value_in_the_gap_between_two_bands_is_rounded_half_up_and_has_a_band(ikm, band):
    assert band_ikm(ikm) == band


@given(st.fractions(25, 100))
def test_every_ikm_has_a_band_and_a_higher_one_never_a_lower_band(ikm):
    assert band_ikm(ikm) in "ABCD"
    assert band_ikm(ikm) >= band_ikm(min(ikm + 1, Fraction(100)))  # A sorts before D


def test_the_cut_off_of_c_is_65_and_not_66_14():
    assert [band_ikm(value) for value in (65.00, 66.13, 66.14)] == ["C", "C", "C"]


def test_the_cut_off_of_b_is_76_61_and_not_76_01():
    assert [band_ikm(value) for value in (76.00, 76.01, 76.60)] == ["C", "C", "C"]


def test_half_a_hundredth_is_rounded_up_where_binary_floats_would_round_down():
    assert round_ikm(76.605) == Decimal("76.61")
    assert round_ikm(88.305) == Decimal("88.31")
    assert round_ikm(2.675) == Decimal("2.68")  # round(2.675, 2) is 2.67
    assert round_ikm(Fraction(1, 3)) == Decimal("0.33")


@pytest.mark.parametrize("ikm", [24.99, 100.01, 0, -5])
def test_an_ikm_off_its_scale_is_refused(ikm):
    with pytest.raises(ValueError, match=rf"^an IKM lies between 25 and 100; found {ikm}$"):
        band_ikm(ikm)


@pytest.mark.parametrize(("answer", "ikm"), [(1, 25.0), (2, 50.0), (3, 75.0), (4, 100.0)])
def test_equal_answers_give_exactly_25_times_the_answer(answer, ikm):
    found = compute_ikm(np.full((7, 9), answer))
    assert (found.value, found.rounded) == (ikm, ikm)
    assert found.nrr == (answer,) * 9
    assert found.n_answers == (7,) * 9


def test_the_ikm_is_worked_out_in_exact_ninths():
    answers = [[4, 4, 4, 4, 4, 4, 4, 4, 3], [4, 4, 4, 4, 4, 4, 4, 3, 3], [4, 4, 4, 4, 4, 4, 4, 4, 3]]
    # sums 12 × 7, 11, 9 of three respondents: Σ NRR = 104/3, IKM = 25 · 104 / 27
    assert compute_ikm(answers).value == float(Fraction(25 * 104, 27))
    assert compute_ikm(answers).rounded == 96.3


def test_a_missing_answer_leaves_both_the_sum_and_the_count():
    answers = [[4] * 9, [NAN, *[4] * 8], [4] * 9]
    assert compute_ikm(answers).value == 100.0
    # divided by all three questionnaires, as defective sheets do, U1 would be 8/3 and the IKM 96.3
    assert ikm_of_nrr([Fraction(8, 3), *[4] * 8]) == pytest.approx(96.2963, abs=1e-4)


@given(sheets)
def test_the_ikm_is_25_times_the_mean_of_the_nine_element_means(rows):
    table = np.array(rows)
    means = np.nanmean(table, axis=0)
    found = compute_ikm(table)
    assert found.value == pytest.approx(25 * means.mean(), rel=1e-12)
    assert found.nrr == pytest.approx(means, rel=1e-12)


@given(sheets, st.randoms(use_true_random=False))
def test_the_order_of_respondents_and_of_elements_changes_nothing(rows, random):
    shuffled = [list(row) for row in rows]
    random.shuffle(shuffled)
    order = random.sample(range(9), 9)
    assert compute_ikm(shuffled).value == compute_ikm(rows).value
    assert compute_ikm([[row[i] for i in order] for row in rows]).value == compute_ikm(rows).value


@given(sheets)
def test_turning_the_scale_round_mirrors_the_ikm(rows):
    assert compute_ikm(5 - np.array(rows)).value == pytest.approx(125 - compute_ikm(rows).value, rel=1e-12)


def test_an_element_that_nobody_answered_is_refused_and_named():
    answers = np.full((3, 9), 4.0)
    answers[:, [3, 8]] = NAN
    with pytest.raises(ValueError, match=r"^every element needs an answer; nobody answered U4, U9$"):
        compute_ikm(answers)


def test_answers_off_the_scale_are_counted_and_refused():
    with pytest.raises(ValueError, match=r"^an answer must be 1, 2, 3 or 4; 2 of 18 are not$"):
        compute_ikm([[4] * 9, [5, 0, *[3] * 7]])


@pytest.mark.parametrize("shape", [(0,), (3, 8), (9,)])
def test_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="answers must have nine columns, U1 to U9"):
        compute_ikm(np.ones(shape))


def test_no_respondent_at_all_is_refused():
    with pytest.raises(ValueError, match="nobody answered U1, U2"):
        compute_ikm(np.ones((0, 9)))


def test_a_recap_needs_nine_element_means():
    with pytest.raises(ValueError, match="nine element means between 1 and 4; found 8"):
        ikm_of_nrr([3.0] * 8)


def ranges(weight):
    return [(s.low, s.high, s.band, s.shifted_band) for s in find_band_shifts(weight)]


def test_a_weight_of_0_11_moves_exactly_these_ikm_down_a_band():
    assert ranges("0.11") == [
        (65.00, 65.65, "C", "D"),
        (76.61, 77.37, "B", "C"),
        (88.31, 89.19, "A", "B"),
    ]


def test_a_weight_of_0_111_moves_exactly_these_ikm_down_a_band():
    # 0.999 · 65.06 = 64.99494 and 0.999 · 65.07 = 65.00493; likewise 76.68 | 76.69 and 88.39 | 88.40
    assert ranges("0.111") == [
        (65.00, 65.06, "C", "D"),
        (76.61, 76.68, "B", "C"),
        (88.31, 88.39, "A", "B"),
    ]


def test_a_weight_of_0_1111_moves_only_the_three_lower_edges():
    assert ranges("0.1111") == [(65.0, 65.0, "C", "D"), (76.61, 76.61, "B", "C"), (88.31, 88.31, "A", "B")]


def test_the_exact_weight_moves_nothing():
    assert find_band_shifts(Fraction(1, 9)) == ()


def test_with_a_weight_of_0_11_an_ikm_of_100_is_out_of_reach():
    assert round_ikm(9 * Fraction("0.11") * 100) == Decimal("99.00")
