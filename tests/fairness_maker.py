"""People of two groups who perform alike or not, and are scored alike or not, by a known amount."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from evidence_maker import make_evidence

from evalkit.evidence import TABLES

#: Where no method can be scored, single indicators are compared.
_COLUMNS = ["method", "place", "unit", "employee", "score", "status"]
NO_SCORES = SimpleNamespace(scores=pd.DataFrame(columns=_COLUMNS))
INDICATOR = "integrity"


def make_people(n, *, performance=0.0, treatment=0.0, truth=True, seed=1, units=30):
    """Make scores of n people; women perform and are scored so many SD otherwise than men.

    Truth has a standard deviation of 1, and so has the error of a score.
    """
    rng = np.random.default_rng(seed)
    woman = rng.random(n) < 0.45
    level = rng.normal(size=n) + performance * woman
    score = level + treatment * woman + rng.normal(size=n)
    who = [f"p{i:04d}" for i in range(n)]
    unit = [f"u{i % units:02d}" for i in range(n)]
    rows = [
        {"place": "here", "unit": u, "employee": p, "indicator": INDICATOR, "source": "supervisor",
         "value": v, "period": "2025Q4"}
        for u, p, v in zip(unit, who, score, strict=True)
    ]  # fmt: skip
    employees = tabulate_employees(who, unit, np.where(woman, "woman", "man"))
    known = pd.DataFrame({"employee": who, "period": "2025Q4", "task": level, "service": level})
    return make_evidence(rows, employees=employees, **({"truth": known} if truth else {}))


def tabulate_employees(who, unit, sex):
    """Return the table of employees of one place."""
    frame = pd.DataFrame({"employee": who, "place": "here", "unit": unit, "sex": sex})
    return frame.reindex(columns=list(TABLES["employees"].column_names))


def make_ratings(n, items, *, shift=None, seed=2, rater_shift=0.0, units=30, slope=0.8):
    """Make ratings 1 to 5 of n people by the supervisor of their unit; women get `shift` points more.

    Half of the supervisors give women `rater_shift` points more, half as many less.
    """
    rng = np.random.default_rng(seed)
    woman = np.arange(n) // units % 2 == 1
    level = rng.normal(size=n)
    lean = np.where(np.arange(n) % units % 2 == 0, rater_shift, -rater_shift)
    rows = []
    for item in items:
        extra = (shift or {}).get(item, 0.0) + lean
        value = 3 + slope * level + rng.normal(scale=0.6, size=n) + extra * woman
        rows += [
            {"place": "here", "unit": f"u{i % units:02d}", "employee": f"p{i:04d}", "indicator": item,
             "source": "supervisor", "rater": f"s{i % units:02d}", "value": v, "period": "2025Q4"}
            for i, v in enumerate(np.clip(np.round(value), 1, 5))
        ]  # fmt: skip
    who = [f"p{i:04d}" for i in range(n)]
    unit = [f"u{i % units:02d}" for i in range(n)]
    return make_evidence(rows, employees=tabulate_employees(who, unit, np.where(woman, "woman", "man")))
