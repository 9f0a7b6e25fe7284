"""The public satisfaction survey (SKM) and its index, IKM, in exact arithmetic.

Nine elements, each answered 1 to 4: U1 requirements, U2 procedure, U3 completion time, U4 cost, U5 product,
U6 staff competence, U7 staff behaviour, U8 complaint handling, U9 facilities. The NRR of an element is its
mean over those who answered it, and IKM = 25 · Σ NRR / 9.

Source: Peraturan Menteri PANRB 14/2017 on the guidelines for the public satisfaction survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from evalkit.shown import Shown

Band = Literal["A", "B", "C", "D"]
Exact = float | str | Decimal | Fraction

ELEMENTS: Final = tuple(f"U{i}" for i in range(1, 10))
#: Lowest IKM of each band, best first; the regulation prints all limits with two decimals.
BANDS: Final[tuple[tuple[Band, Fraction], ...]] = (
    ("A", Fraction("88.31")),
    ("B", Fraction("76.61")),
    ("C", Fraction("65.00")),
    ("D", Fraction("25.00")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikm(Shown):
    """The index of one survey.

    Attributes
    ----------
    value
        IKM, 25 to 100, not rounded.
    rounded
        IKM with two decimals, half rounded up: the number that is published and banded.
    band
        A (sangat baik), B (baik), C (kurang baik) or D (tidak baik).
    nrr
        Mean of each element over those who answered it, 1 to 4.
    n_answers
        Number of answers to each element.
    """

    value: float
    rounded: float
    band: Band
    nrr: tuple[float, ...]
    n_answers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandShift:
    """A range of IKM whose band changes under an element weight other than 1/9; both ends belong to it."""

    low: float
    high: float
    band: Band
    shifted_band: Band


def compute_ikm(answers: ArrayLike) -> Ikm:
    """Compute the IKM from the answers of the respondents.

    Parameters
    ----------
    answers
        Shape (respondents, 9), values 1 to 4, NaN where a respondent did not answer. A missing answer leaves
        both the sum and the count of its element; nothing is divided by the number of questionnaires.

    Raises
    ------
    ValueError
        If the shape is another, an answer is off the scale, or an element has no answer at all.

    Examples
    --------
    >>> ikm = compute_ikm([[3] * 9, [4] * 9, [float("nan"), *[4] * 8]])
    >>> ikm.rounded, ikm.band, ikm.n_answers[0]
    (91.2, 'A', 2)
    """
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(ELEMENTS):
        raise ValueError(f"answers must have nine columns, U1 to U9; found shape {table.shape}")
    answered = ~np.isnan(table)
    n_off = int((answered & ~np.isin(table, (1, 2, 3, 4))).sum())
    if n_off:
        raise ValueError(f"an answer must be 1, 2, 3 or 4; {n_off} of {int(answered.sum())} are not")
    counts, sums = answered.sum(axis=0), np.where(answered, table, 0).sum(axis=0)
    if not counts.all():
        empty = ", ".join(name for name, count in zip(ELEMENTS, counts, strict=True) if not count)
        raise ValueError(f"every element needs an answer; nobody answered {empty}")
    nrr = [Fraction(int(total), int(count)) for total, count in zip(sums, counts, strict=True)]
    exact = _ikm(nrr)
    return Ikm(
        value=float(exact),
        rounded=float(round_ikm(exact)),
        band=band_ikm(exact),
        nrr=tuple(float(mean) for mean in nrr),
        n_answers=tuple(int(count) for count in counts),
    )


def ikm_of_nrr(nrr: list[Exact] | tuple[Exact, ...]) -> float:
    """Return the IKM, not rounded, of nine element means as a recap sheet prints them.

    A float is taken for the decimal number that it prints as: 3.1 is exactly 31/10.

    Examples
    --------
    >>> ikm_of_nrr([3.1] * 9)
    77.5
    """
    exact = [_exact(mean) for mean in nrr]
    if len(exact) != len(ELEMENTS) or not all(1 <= mean <= 4 for mean in exact):
        raise ValueError(
            f"an IKM needs nine element means between 1 and 4; found {len(exact)}: {list(map(str, nrr))}"
        )
    return float(_ikm(exact))


def round_ikm(ikm: Exact) -> Decimal:
    """Round to two decimals, half up, as the printed limits of the bands ask for.

    Examples
    --------
    >>> round_ikm(76.605), round_ikm(76.604)
    (Decimal('76.61'), Decimal('76.60'))
    """
    hundredths = (_exact(ikm) * 100 + Fraction(1, 2)).__floor__()
    return Decimal(hundredths).scaleb(-2)


def band_ikm(ikm: Exact) -> Band:
    """Return the band of an IKM; it is rounded to two decimals first, so none falls into a gap between bands.

    Raises
    ------
    ValueError
        If the rounded IKM lies outside 25 to 100.

    Examples
    --------
    >>> [band_ikm(value) for value in (88.305, 88.304, 76.61, 65, 64.99)]
    ['A', 'B', 'B', 'C', 'D']
    """
    rounded = Fraction(round_ikm(ikm))
    if not 25 <= rounded <= 100:
        raise ValueError(f"an IKM lies between 25 and 100; found {ikm}")
    return next(band for band, low in BANDS if rounded >= low)


def find_band_shifts(element_weight: Exact) -> tuple[BandShift, ...]:
    """List the ranges of two-decimal IKM that change band when the elements are weighted other than by 1/9.

    Sheets are met that type 0.11, 0.111 or 0.1111 for 1/9; an IKM of 100 is then out of reach.

    Examples
    --------
    >>> [(shift.low, shift.high) for shift in find_band_shifts("0.11")]
    [(65.0, 65.65), (76.61, 77.37), (88.31, 89.19)]
    """
    factor = 9 * _exact(element_weight)
    shifts: list[BandShift] = []
    for hundredths in range(2500, 10001):
        ikm = Fraction(hundredths, 100)
        band, shifted = band_ikm(ikm), _band_within(factor * ikm)
        if band == shifted:
            continue
        last = shifts[-1] if shifts else None
        joins = last is not None and (last.band, last.shifted_band) == (band, shifted)
        if last is not None and joins and round(100 * last.high) == hundredths - 1:
            shifts[-1] = BandShift(low=last.low, high=float(ikm), band=band, shifted_band=shifted)
        else:
            shifts.append(BandShift(low=float(ikm), high=float(ikm), band=band, shifted_band=shifted))
    return tuple(shifts)


def _band_within(ikm: Fraction) -> Band:
    """Return the band of an IKM that a wrong weight may have pushed past the ends of the scale."""
    return band_ikm(min(max(ikm, Fraction(25)), Fraction(100)))


def _ikm(nrr: list[Fraction]) -> Fraction:
    return 25 * sum(nrr, Fraction(0)) / len(ELEMENTS)


def _exact(number: Exact) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(str(number))
