"""Compare ways of evaluating the performance of civil servants, on evidence, with intervals."""

__version__ = "0.1.0"
