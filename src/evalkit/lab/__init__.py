"""The laboratory: evidence with known truth, and evidence spoiled on purpose."""

from evalkit.lab.corruption import Corruption, corrupt

__all__ = ["Corruption", "corrupt"]
