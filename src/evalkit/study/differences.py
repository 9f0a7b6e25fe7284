"""Compare numbers with the expected ones, one by one, and say what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from evalkit.study.expected import VALUES, Numbers, name_number
from evalkit.study.tolerances import Tolerances, load_tolerances
from evalkit.vocabulary import RESULT_KEY

_SHOWN: Final = 20
_QUANTITY: Final = RESULT_KEY.index("quantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not the expected one, or a number that only one side has.

    Attributes
    ----------
    column
        Which of its values differs; empty where the whole number is missing or additional.
    expected, found
        The values as text; empty where there is none.
    allowed
        The distance that would have counted as none.
    """

    kind: Literal["differs", "missing", "additional"]
    key: tuple[str, ...]
    column: str = ""
    expected: str = ""
    found: str = ""
    allowed: float = 0.0

    def describe(self) -> str:
        """Write the difference for people: the number, the expected and the found value."""
        name = name_number(self.key)
        if self.kind == "missing":
            return f"{name}: expected {self.expected or 'no estimate'}, not found"
        if self.kind == "additional":
            return f"{name}: not expected, found {self.found or 'no estimate'}"
        values = f"expected {self.expected or 'none'}, found {self.found or 'none'}"
        if not (self.expected and self.found):
            return f"{name}, {self.column}: {values}"
        distance = abs(float(self.found) - float(self.expected))
        return f"{name}, {self.column}: {values} (apart by {distance:.2g}, allowed {self.allowed:.2g})"


def compare_numbers(
    expected: Numbers, found: Numbers, tolerances: Tolerances | None = None
) -> tuple[Difference, ...]:
    """Compare every number of one side with that of the other.

    Examples
    --------
    >>> key = ("01_methods", "shared_weight", "", "", "", "bengkulu", "dumai", "", "")
    >>> [one.describe() for one in compare_numbers({key: ("0.4", "", "", "")}, {key: ("0.5", "", "", "")})]
    ['01_methods shared_weight (method_a=bengkulu, method_b=dumai), estimate: expected 0.4, found 0.5 \
(apart by 0.1, allowed 5e-07)']
    """
    tolerances = tolerances or load_tolerances()
    differences: list[Difference] = []
    for key in sorted({*expected, *found}):
        if key not in found:
            differences.append(Difference(kind="missing", key=key, expected=expected[key][0]))
        elif key not in expected:
            differences.append(Difference(kind="additional", key=key, found=found[key][0]))
        else:
            differences += _compare_values(key, expected[key], found[key], tolerances)
    return tuple(differences)


def _compare_values(
    key: tuple[str, ...], expected: Sequence[str], found: Sequence[str], tolerances: Tolerances
) -> list[Difference]:
    tolerance = tolerances.of(key[_QUANTITY])
    differences = []
    for column, old, new in zip(VALUES, expected, found, strict=True):
        if old == new:
            continue
        both = bool(old and new)
        if both and tolerance.covers(float(old), float(new)):
            continue
        allowed = tolerance.allowed(float(old), float(new)) if both else 0.0
        differences.append(
            Difference(kind="differs", key=key, column=column, expected=old, found=new, allowed=allowed)
        )
    return differences


def describe_differences(differences: Sequence[Difference], *, shown: int = _SHOWN) -> str:
    """Count differences by report and quantity, and show the first of each before the second of any.

    Parameters
    ----------
    shown
        The most that are shown one by one.
    """
    kinds = Counter(f"{one.key[0]} {one.key[1]}: {_WORDS[one.kind]}" for one in differences)
    lines = [f"  {count:,} × {kind}" for kind, count in kinds.most_common(shown)]
    if len(kinds) > shown:
        lines.append(f"  … and {len(kinds) - shown:,} more kinds")
    chosen = _choose(differences, shown)
    lines += ["", *(f"  {one.describe()}" for one in chosen)]
    if len(differences) > len(chosen):
        lines.append(f"  … and {len(differences) - len(chosen):,} more; --all shows them")
    return "\n".join(lines)


_WORDS: Final = {"differs": "differs", "missing": "missing", "additional": "not expected"}


def _choose(differences: Sequence[Difference], shown: int) -> list[Difference]:
    seen: Counter[tuple[str, ...]] = Counter()
    turns = []
    for number, one in enumerate(differences):
        seen[one.key[: _QUANTITY + 1]] += 1
        turns.append((seen[one.key[: _QUANTITY + 1]], number, one))
    return [one for _, _, one in sorted(turns, key=lambda turn: turn[:2])[:shown]]
