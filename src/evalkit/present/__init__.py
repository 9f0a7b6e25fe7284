"""Figures, tables and words."""
