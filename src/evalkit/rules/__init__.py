"""National rules as pure functions, each with its citation."""

from evalkit.rules.distribution import ACHIEVEMENTS, PATTERNS, Bound, BrokenBound, check_distribution
from evalkit.rules.nip import MASK, Nip, holds_nip, is_nip, mask_nip, parse_nip
from evalkit.rules.predikat import PREDIKAT_MATRIX, find_unreachable, rate_matrix
from evalkit.rules.sakip import (
    SAKIP_GRADES,
    SAKIP_WEIGHTS,
    grade_sakip,
    require_comparable_sakip,
    score_sakip,
)
from evalkit.rules.sampling import krejcie_morgan
from evalkit.rules.skm import (
    ELEMENTS,
    BandShift,
    Ikm,
    band_ikm,
    compute_ikm,
    find_band_shifts,
    ikm_of_nrr,
    round_ikm,
)
from evalkit.rules.skp import ASSUMED, LowerCutOffs, average_raters, rate_sum, score_sum

__all__ = [
    "ACHIEVEMENTS",
    "ASSUMED",
    "ELEMENTS",
    "MASK",
    "PATTERNS",
    "PREDIKAT_MATRIX",
    "SAKIP_GRADES",
    "SAKIP_WEIGHTS",
    "BandShift",
    "Bound",
    "BrokenBound",
    "Ikm",
    "LowerCutOffs",
    "Nip",
    "average_raters",
    "band_ikm",
    "check_distribution",
    "compute_ikm",
    "find_band_shifts",
    "find_unreachable",
    "grade_sakip",
    "holds_nip",
    "ikm_of_nrr",
    "is_nip",
    "krejcie_morgan",
    "mask_nip",
    "parse_nip",
    "rate_matrix",
    "rate_sum",
    "require_comparable_sakip",
    "round_ikm",
    "score_sakip",
    "score_sum",
]
