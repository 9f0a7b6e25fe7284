"""Compare ways of evaluating the performance of civil servants, on evidence, with intervals."""

__version__ = "0.1.0"

#: The day of this version: what a description of reports gives as date where the evidence has none.
RELEASED = "2026-11-22"
