"""The laboratory: evidence with known truth, calibrated to published figures, and spoiled on purpose."""

from evalkit.lab.corruption import Corruption, corrupt
from evalkit.lab.observations import as_text
from evalkit.lab.profiles import PROFILES, Performance, Profile, Records, Shares, Target, find_profile
from evalkit.lab.scenarios import PARTS, SELF_LENIENCY, Scenario, name_corruptions, vary
from evalkit.lab.scoring import score_at_once
from evalkit.lab.simulate import QUARTERS, SIZES, Dose, simulate
from evalkit.lab.truth import DIMENSIONS

__all__ = [
    "DIMENSIONS",
    "PARTS",
    "PROFILES",
    "QUARTERS",
    "SELF_LENIENCY",
    "SIZES",
    "Corruption",
    "Dose",
    "Performance",
    "Profile",
    "Records",
    "Scenario",
    "Shares",
    "Target",
    "as_text",
    "corrupt",
    "find_profile",
    "name_corruptions",
    "score_at_once",
    "simulate",
    "vary",
]
