"""The predikat of PermenPANRB 6/2022: a matrix of work result and work behaviour, not a sum.

Source: Peraturan Menteri PANRB 6/2022 on performance management of civil servants, the matrix of the
periodic and the annual predikat. The regulation gives no numeric cut-offs for the two ratings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

#: Predikat by (work result, behaviour).
PREDIKAT_MATRIX: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("above", "below"): "kurang",
        ("above", "meets"): "baik",
        ("above", "above"): "sangat_baik",
        ("meets", "below"): "kurang",
        ("meets", "meets"): "baik",
        ("meets", "above"): "baik",
        ("below", "below"): "sangat_kurang",
        ("below", "meets"): "butuh_perbaikan",
        ("below", "above"): "butuh_perbaikan",
    }
)


def rate_matrix(work_result: str, behaviour: str) -> str:
    """Return the predikat of a work result and a behaviour, each below, meets or above expectation.

    Neither part makes up for the other, and they are not exchangeable: a result above with behaviour below
    is kurang, a result below with behaviour above is butuh_perbaikan.

    Raises
    ------
    ValueError
        If a rating is not one of below, meets, above.

    Examples
    --------
    >>> rate_matrix("above", "below"), rate_matrix("below", "above")
    ('kurang', 'butuh_perbaikan')
    """
    for part, rating in (("work_result", work_result), ("behaviour", behaviour)):
        if rating not in EXPECTATIONS:
            raise ValueError(f"{part} must be one of {', '.join(EXPECTATIONS)}; found {rating!r}")
    return PREDIKAT_MATRIX[work_result, behaviour]


def find_unreachable(matrix: Mapping[tuple[str, str], str] = PREDIKAT_MATRIX) -> tuple[str, ...]:
    """List the predikats that a matrix can never give, lowest first; the regulation's own leaves none out.

    Spreadsheets are met whose quadrant formula can never give kurang; tabulate the formula and pass it here.

    Examples
    --------
    >>> find_unreachable({**PREDIKAT_MATRIX, ("above", "below"): "baik", ("meets", "below"): "baik"})
    ('kurang',)
    """
    given = set(matrix.values())
    return tuple(predikat for predikat in PREDIKATS if predikat not in given)
