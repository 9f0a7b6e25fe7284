"""Decisions at the middle of a scale: what an interval of them holds, and who is too few."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import measure_decision_quality
from evalkit.stats import estimate_classification


def measure(n, *, phi, low, high):
    """Classify n people rated once each, about 3.6 on 1 to 5, with Φ and its interval given."""
    values = 3.6 + 0.7 * np.linspace(-1, 1, n)
    about = {"place": "here", "source": "supervisor", "indicator": "integrity"}
    rows = [{**about, "unit": "u", "employee": f"e{i}", "value": value} for i, value in enumerate(values)]
    sem = float(values.std(ddof=1)) * np.sqrt(1 - phi)
    point = {**about, "facet": "raters", "n_ratings": 1, "estimate": phi, "conf_low": low, "conf_high": high}
    curves = pd.DataFrame([{**point, "sem": sem, "sem_low": sem, "sem_high": sem, "caveat": ""}])
    reliability = SimpleNamespace(curves=curves, conf_level=0.95)
    return measure_decision_quality(reliability, make_evidence(rows)), values


def test_an_interval_of_decisions_holds_what_every_phi_between_its_ends_gives():
    """Accuracy falls and rises again with Φ, so its lowest value lies between the ends."""
    found, values = measure(30, phi=0.4, low=0.05, high=0.98)
    row = found.qualities.set_index("quantity").loc["decision_accuracy"]
    at = [
        estimate_classification(values.mean(), values.std(ddof=1), phi, low=1, high=5, cuts=[3]).accuracy
        for phi in (0.05, 0.98)
    ]
    assert row["conf_low"] < min(at)
    assert row["conf_low"] <= row["estimate"] <= row["conf_high"]


def test_decisions_about_fewer_than_ten_are_refused_with_the_number():
    found, _ = measure(9, phi=0.4, low=0.05, high=0.98)
    rows = found.qualities[found.qualities["quantity"].str.startswith("decision")]
    assert rows["estimate"].isna().all()
    assert set(rows["caveat"]) == {"9 are rated; their mean and spread, which are held, take 10 or more"}


def test_an_interval_beside_its_estimate_is_refused():
    found, _ = measure(30, phi=0.4, low=0.05, high=0.98)
    with pytest.raises(ValueError, match="does not hold its estimate"):
        replace(found, qualities=found.qualities.assign(conf_low=found.qualities["estimate"] + 0.01))
