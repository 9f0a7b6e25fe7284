"""Evidence of persons and of whole units, side by side, as the crossed design of the laboratory has it."""

from __future__ import annotations

import numpy as np
from evidence_maker import make_evidence

from evalkit.compare import measure_reliability, measure_trait_ranks

OF_PERSONS = ("service_quality", "integrity", "initiative")


def rated(n, indicators, **more):
    rng = np.random.default_rng(3)
    return [
        {
            "place": "here",
            "unit": f"u{i % 4}",
            "source": "citizen",
            "period": f"2025Q{q}",
            "indicator": name,
            "value": float(rng.integers(1, 5)),
            **{key: value.format(i=i) for key, value in more.items()},
        }
        for i in range(n)
        for q in (1, 2)
        for name in indicators
    ]


def test_traits_of_persons_are_not_laid_beside_answers_about_their_unit():
    persons = rated(20, OF_PERSONS, employee="e{i}")
    offices = rated(4, ["public_satisfaction"], employee="", item="U1")
    options = {"n_boot": 50, "conf_level": 0.95}
    alone = measure_trait_ranks(make_evidence(persons), rng=np.random.default_rng(1), **options)
    beside = measure_trait_ranks(make_evidence(persons + offices), rng=np.random.default_rng(1), **options)
    assert beside.concordance["n_traits"].tolist() == [3]
    assert beside.concordance.equals(alone.concordance)


def test_a_mean_that_has_no_coefficient_is_refused_and_does_not_stop_the_others():
    turned = [
        {"place": "here", "unit": unit, "source": "system", "period": f"2025Q{q}", "indicator": "ktp_days"}
        | {"value": float(value)}
        for unit, values in {"u1": (1, 5, 2), "u2": (4, 2, 2.1)}.items()
        for q, value in enumerate(values, 1)
    ]
    others = rated(20, ["service_quality"], employee="e{i}")
    found = measure_reliability(make_evidence(turned + others), n_boot=50, rng=np.random.default_rng(1))
    reasons = found.refused.loc[found.refused["facet"] == "occasions", "reason"].tolist()
    assert len(reasons) == 1
    assert reasons[0].startswith(
        "The mean of 3 ratings has no intraclass correlation (agreement): that of one"
    )
    assert set(found.coefficients["indicator"]) == {"service_quality"}
