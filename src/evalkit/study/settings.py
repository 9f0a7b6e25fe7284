"""The settings that every notebook has, and the rule of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from evalkit.errors import UsageError
from evalkit.vocabulary import LANGUAGES

#: Environment variable: "1" when faulty rows are left out instead of refused (``--keep-valid``).
KEEP_VALID_VARIABLE: Final = "EVALKIT_KEEP_VALID"
_MOST_REPLICATES: Final = 1_000_000  # more is a slip of the hand that would fill the memory


def check_settings(
    *, lang: str, conf_level: float, n_boot: int, seed: int, where: Mapping[str, str] | None = None
) -> None:
    """Raise if a setting that every notebook has is out of range; all faults at once.

    Parameters
    ----------
    where
        Who set a setting, by its name; for the message.
    """
    rules: list[tuple[str, object, Callable[[], bool], str]] = [
        ("lang", lang, lambda: lang in LANGUAGES, f"one of {', '.join(LANGUAGES)}"),
        ("conf_level", conf_level, lambda: 0 < conf_level < 1, "between 0 and 1, such as 0.95"),
        ("n_boot", n_boot, lambda: 1 <= n_boot <= _MOST_REPLICATES, f"1 to {_MOST_REPLICATES:,}"),
        ("seed", seed, lambda: seed >= 0, "at least 0"),
    ]
    faults = [
        f"{(where or {}).get(name, '')}{name} must be {rule}; found {value!r}"
        for name, value, holds, rule in rules
        if not holds()
    ]
    if faults:
        raise UsageError("\n".join(faults))
