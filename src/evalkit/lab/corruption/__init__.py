"""Evidence spoiled on purpose: what the five texts complain of, each on a dial from 0 to 1."""

from evalkit.lab.corruption.apply import Corruption, corrupt
from evalkit.lab.corruption.kinds import KINDS, Kind

__all__ = ["KINDS", "Corruption", "Kind", "corrupt"]
