"""The long table of observations, made of blocks of numbers; names are joined as categories at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.lab.events import starts_of
from evalkit.lab.people import Codes, People
from evalkit.lab.ratings import Panel
from evalkit.lab.records import ELEMENTS_ASKED
from evalkit.lab.streams import Streams

Values = NDArray[np.float64]

_NAMED: Final = ("place", "unit", "employee", "period", "indicator", "source", "rater", "item", "status")
_MOST_DAYS: Final = 10  # after the end of the quarter, until it is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Values of one source, with what each stands for as arrays that broadcast to its shape.

    Attributes
    ----------
    rater
        Number among ``raters``; -1 where nobody rates.
    employee
        Number; -1 where the unit is what is observed.
    """

    source: str
    indicators: Sequence[str]
    items: Sequence[str]
    raters: Sequence[str]
    value: Values
    unit: Codes
    employee: Codes
    rater: Codes
    quarter: Codes


def block_of_panel(panel: Panel, rated: Values, people: People) -> Block:
    """Return the ratings of a panel, shape (employee, rater, period, indicator)."""
    n = np.arange(people.n)[:, None, None, None]
    return Block(
        source=panel.source,
        indicators=panel.indicators,
        items=("",) * len(panel.indicators),
        raters=panel.raters.names,
        value=rated,
        unit=people.unit[:, None, None, None],
        employee=n,
        rater=panel.raters.number[..., None],
        quarter=np.arange(rated.shape[2])[:, None],
    )


def blocks_of_records(
    records: Mapping[tuple[str, str], Values], people: People, *, of_units: bool = False, first: int = 0
) -> Iterator[Block]:
    """Yield the records of each source, shape (employee or unit, period, indicator), from a period on."""
    owner = np.arange(people.n_units if of_units else people.n)[:, None, None]
    for source in dict.fromkeys(source for _, source in records):
        names = [name for name, other in records if other == source]
        values = np.stack([records[name, source] for name in names], axis=2)
        yield Block(
            source=source,
            indicators=names,
            items=("",) * len(names),
            raters=(),
            value=values,
            unit=owner if of_units else people.unit[:, None, None],
            employee=np.array(-1) if of_units else owner,
            rater=np.array(-1),
            quarter=first + np.arange(values.shape[1])[:, None],
        )


def block_of_survey(answers: Values, people: People, periods: Sequence[str]) -> Block:
    """Return the survey of visitors, shape (unit, respondent, period, question)."""
    n_units, n, n_periods, _ = answers.shape
    names = [
        f"{unit}-visitor-{period}-{i:03d}"
        for unit in people.unit_names
        for i in range(1, n + 1)
        for period in periods
    ]
    return Block(
        source="citizen",
        indicators=["public_satisfaction" if q.startswith("U") else q for q in ELEMENTS_ASKED],
        items=[q if q.startswith("U") else "" for q in ELEMENTS_ASKED],
        raters=names,
        value=answers,
        unit=np.arange(n_units)[:, None, None, None],
        employee=np.array(-1),
        rater=np.arange(n_units * n * n_periods).reshape(n_units, n, n_periods, 1),
        quarter=np.arange(n_periods)[:, None],
    )


def stack(
    blocks: Sequence[Block], people: People, periods: tuple[str, ...], streams: Streams
) -> pd.DataFrame:
    """Return the observations of all blocks; a value that does not exist is missing, never zero.

    Text columns are categories, which take little room; `as_text` turns them into text.
    """
    names = _Names()
    columns: dict[str, list[np.ndarray]] = {name: [] for name in (*_NAMED, "value", "recorded_on")}
    ends = starts_of(periods)[1:].astype("datetime64[us]")
    for block in blocks:
        late = streams(f"days {block.source} {block.indicators[0]}").integers(
            0, _MOST_DAYS, (people.n_units, len(periods))
        )
        for name, codes in _codes(block, people, names).items():
            narrow = codes.astype(np.min_scalar_type(-1 - int(codes.max(initial=0))))
            columns[name].append(np.broadcast_to(narrow, block.value.shape).ravel())
        recorded = ends[block.quarter] + late[block.unit, block.quarter].astype("timedelta64[D]")
        columns["recorded_on"].append(np.broadcast_to(recorded, block.value.shape).ravel())
        columns["value"].append(block.value.ravel())
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    categories = {
        **names.categories,
        "place": list(people.places),
        "unit": people.unit_names,
        "employee": [*people.names, ""],
        "period": list(periods),
        "status": ["recorded", "missing"],
    }
    order = (*_NAMED[:8], "value", "recorded_on", "status")
    frame = {
        name: pd.Categorical.from_codes(joined[name], categories[name], validate=False)  # type: ignore[call-overload]
        if name in categories
        else joined[name]
        for name in order
    }
    return pd.DataFrame(frame, copy=False)


class _Names:
    """Names met so far, each with its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, dict[str, int]] = {
            name: {} for name in ("indicator", "source", "item", "rater")
        }
        self.numbers["rater"][""] = 0

    def number(self, column: str, names: Sequence[str]) -> Codes:
        """Return the number of each name; a new one gets the next."""
        known = self.numbers[column]
        return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.intp)

    @property
    def categories(self) -> dict[str, list[str]]:
        """All names of each column, in the order of their numbers."""
        return {column: list(known) for column, known in self.numbers.items()}


def _codes(block: Block, people: People, names: _Names) -> dict[str, np.ndarray]:
    raters = np.append(names.number("rater", block.raters), 0)  # the last one, of number -1, is nobody
    return {
        "place": people.place_of_unit[block.unit],
        "unit": block.unit,
        "employee": np.where(block.employee < 0, people.n, block.employee),
        "period": block.quarter,
        "indicator": names.number("indicator", block.indicators),
        "source": names.number("source", [block.source]),
        "rater": raters[block.rater],
        "item": names.number("item", block.items),
        "status": np.isnan(block.value),
    }


def as_text(evidence: Evidence) -> Evidence:
    """Return evidence whose text columns are text, as in evidence that was read from files."""
    observations = evidence.observations
    columns = {}
    for name in observations.columns:
        column = observations[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            text = column.cat.categories.to_numpy(dtype=object)[column.cat.codes]
            columns[name] = pd.Series(text, index=column.index, dtype="str")
        else:
            columns[name] = column
    return replace(evidence, observations=pd.DataFrame(columns))
