"""Simulate how often every interval of evalkit.stats holds the truth; writes src/evalkit/stats/coverage.csv.

Each simulation draws data from a known population and asks for intervals. Its streams hang on its name, the
seed and the number of the batch alone, so any number of workers gives the same figures. An interval that was
withheld (NaN) is no replicate. ``--only NAME`` simulates some again and keeps the other rows.
"""

from benchmarks.coverage import (
    agreement,
    cases,
    categories,
    criteria,
    differences,
    effects,
    few_people,
    groups,
    predikats,
    reliability,
    shares,
    surveys,
    units,
)
from benchmarks.coverage.simulation import REGISTERED, Simulation

TOPICS = (
    shares,
    reliability,
    categories,
    agreement,
    predikats,
    differences,
    groups,
    criteria,
    units,
    effects,
    surveys,
    few_people,
    cases,
)

#: In the order of the table.
SIMULATIONS: dict[str, Simulation] = {
    found.name: found for topic in TOPICS for found in REGISTERED if found.draw.__module__ == topic.__name__
}
