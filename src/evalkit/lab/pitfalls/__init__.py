"""Traps of analysis, each set in a design whose truth is known: what the trap says, and what holds."""

from evalkit.lab.pitfalls.measure import Pitfalls, show_pitfalls
from evalkit.lab.pitfalls.traps import TRAPS, Trap

__all__ = ["TRAPS", "Pitfalls", "Trap", "show_pitfalls"]
