"""What decisions get wrong, and what lies on the front of loss against minutes, over all that is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.lab.criterion_draws import CriterionDraws, Values
from evalkit.lab.purposes import Yardstick
from evalkit.methods import Bilingual

_NO_WORDS: Final = Bilingual(id="", en="")
#: Decisions, with the quantity of the diagnosis that says how many of those who should be selected are; for
#: pay, how many of the pairs one standard deviation apart are told apart.
MISTAKES: Final[Mapping[str, str]] = MappingProxyType(
    {"pay": "power", "training": "sensitivity_training", "recognition": "sensitivity_recognition"}
)
LOSS: Final = "decision_loss"
MINUTES: Final = "minutes"


def _plain(quantity: str, factor: float = 1.0) -> Yardstick:
    return Yardstick(
        name=quantity, title=_NO_WORDS, because=_NO_WORDS, origin="diagnosis", quantity=quantity,
        factor=factor, worst=0, best=1,
    )  # fmt: skip


#: What is drawn beside the criteria of a study; minutes may be half or twice what is assumed.
READ_BESIDE: Final[Mapping[str, Yardstick]] = MappingProxyType(
    {
        **{f"beside {quantity}": _plain(quantity) for quantity in (*MISTAKES.values(), LOSS)},
        f"beside {MINUTES}": _plain(MINUTES, factor=2),
    }
)


def measure_mistakes(draws: CriterionDraws, methods: Sequence[str]) -> pd.DataFrame:
    """Return the share of those whom each method selects who are not among those truly to be selected.

    As many are selected as should be, so the same share of those who should be selected is passed over. Of
    pay, the share of pairs one standard deviation of performance apart that are not told apart.
    """
    rows = []
    for decision, quantity in MISTAKES.items():
        numbers = draws.numbers[f"beside {quantity}"]
        for method in methods:
            wrong = 1 - numbers[:, draws.methods.index(method)]
            low, high = np.quantile(wrong, [0.025, 0.975])
            rows.append(
                (decision, method, np.median(wrong), low, high, draws.n_replicates[f"beside {quantity}"])
            )
    columns = ["decision", "method", "estimate", "conf_low", "conf_high", "n_replicates"]
    return pd.DataFrame(rows, columns=columns).dropna(subset=["estimate"]).reset_index(drop=True)


def trace_front(draws: CriterionDraws) -> pd.DataFrame:
    """Return loss and minutes of each method and baseline, and how often nothing beats it on both."""
    loss, minutes = (draws.numbers[f"beside {name}"] for name in (LOSS, MINUTES))
    known = np.flatnonzero(np.isfinite(loss).all(axis=0) & np.isfinite(minutes).all(axis=0))
    loss, minutes = loss[:, known], minutes[:, known]
    rows = pd.DataFrame({"method": [draws.methods[i] for i in known]})
    for name, drawn in ((LOSS, loss), (MINUTES, minutes)):
        rows[name] = np.median(drawn, axis=0)
        rows[f"{name}_low"], rows[f"{name}_high"] = (
            np.quantile(drawn, end, axis=0) if len(known) else [] for end in (0.025, 0.975)
        )
    rows["front_share"] = find_front(loss, minutes).mean(axis=0)
    return rows


def find_front(loss: Values, minutes: Values) -> NDArray[np.bool_]:
    """Return whether each alternative is on the front in each draw; shape (n_draws, k) each.

    Examples
    --------
    >>> find_front(np.array([[0.2, 0.4, 0.5]]), np.array([[30.0, 10.0, 20.0]])).tolist()
    [[True, True, False]]
    """
    no_worse = (loss[:, None, :] <= loss[:, :, None]) & (minutes[:, None, :] <= minutes[:, :, None])
    better = (loss[:, None, :] < loss[:, :, None]) | (minutes[:, None, :] < minutes[:, :, None])
    return np.asarray(~(no_worse & better).any(axis=2))
