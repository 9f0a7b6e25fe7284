"""What a diagnosis would hold whose decision losses are straight lines."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

DIALS = (0.25, 0.5, 1.0)
#: Decision loss with clean evidence, and what a full dial of each corruption adds.
CLEAN = {"dumai": 0.20, "semarang": 0.30, "overall_rating": 0.35, "all_evidence": 0.10}
RISE = {
    "refusal": {"dumai": 0.40},
    "stale_records": {"semarang": 0.02},
}


def make_diagnosis(*, error=0.001, scenarios=("administrative",), rises=None, targets=("common",)):
    """Return summary and contrasts; ``rises`` gives scenarios of their own lines."""
    summary, contrasts = [], []
    for scenario in scenarios:
        rise = (rises or {}).get(scenario, RISE)
        for target in targets:
            about = {"scenario": scenario, "target": target, "quantity": "decision_loss"}
            for corruption, kind, dial in _ways(rise):
                loss = {name: each + dial * rise.get(kind, {}).get(name, 0) for name, each in CLEAN.items()}
                row = {**about, "corruption": corruption, "mc_error": error, "n_replicates": 50}
                summary += [
                    {**row, "method": name, "estimate": each, "n_failed": 0} for name, each in loss.items()
                ]
                contrasts += [
                    {**row, "method_a": a, "method_b": b, "estimate": loss[a] - loss[b]}
                    for i, a in enumerate(loss)
                    for b in list(loss)[i + 1 :]
                ]
    return SimpleNamespace(summary=pd.DataFrame(summary), contrasts=pd.DataFrame(contrasts))


def _ways(rise):
    """Yield clean evidence, two corruptions at once, and every dial of each."""
    yield "", "", 0.0
    yield "refusal=0.5+stale_records=0.5", "", 0.0
    for kind in rise:
        for dial in DIALS:
            yield f"{kind}={dial:g}", kind, dial
