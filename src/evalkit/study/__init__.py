"""Studies: their files, their notebooks, their reports."""
