"""The laboratory: evidence with known truth, calibrated to published figures, and spoiled on purpose."""

from evalkit.lab.corruption import Corruption, corrupt
from evalkit.lab.files import divide, simulate_to_files
from evalkit.lab.observations import as_text
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
    "Profile",
    "Records",
    "Shares",
    "Target",
    "as_text",
    "corrupt",
    "divide",
    "find_profile",
    "score_at_once",
    "simulate",
    "simulate_to_files",
]
