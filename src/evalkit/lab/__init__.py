"""The laboratory: evidence with known truth, calibrated to published figures, and spoiled on purpose."""

from evalkit.lab.corruption import Corruption, corrupt
from evalkit.lab.observations import as_text
from evalkit.lab.pitfalls import Pitfalls, show_pitfalls
from evalkit.lab.profiles import PROFILES, Performance, Profile, Records, Shares, Target, find_profile
from evalkit.lab.scoring import score_at_once
from evalkit.lab.simulate import QUARTERS, SIZES, Dose, simulate
from evalkit.lab.truth import DIMENSIONS

__all__ = [
    "DIMENSIONS",
    "PROFILES",
    "QUARTERS",
    "SIZES",
    "Corruption",
    "Dose",
    "Performance",
    "Pitfalls",
    "Profile",
    "Records",
    "Shares",
    "Target",
    "as_text",
    "corrupt",
    "find_profile",
    "score_at_once",
    "show_pitfalls",
    "simulate",
]
