"""One family over several places: the people of all of them, who are still compared within their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from evalkit.compare.families import FamilyTable
from evalkit.errors import DesignError

#: Stands where a place is named, for what was found over several.
POOLED: Final = "pooled"
NOT_EVERYWHERE: Final = "not found in every place and left out: {names}"


def pool_places(tables: Sequence[FamilyTable], compared: Sequence[FamilyTable], by: str) -> FamilyTable:
    """Put the people of several places into one table, with the conditions that every place has.

    Parameters
    ----------
    tables, compared
        The places of a family, and those of them that could be compared by themselves.
    by
        What is compared, for the message.

    Raises
    ------
    DesignError
        If fewer than two conditions are found in every place, or fewer than two places can be compared.
    """
    conditions = [list(table.people.columns) for table in tables]
    everywhere = [name for name in conditions[0] if all(name in names for names in conditions)]
    if len(everywhere) < 2:
        found = f"only {everywhere[0]} is" if everywhere else f"no {by} is"
        raise DesignError(
            f"Pooling over places needs two conditions that every place has; {found} found in all "
            f"{len(tables)}, so place and {by} cannot be told apart. Read each place by itself."
        )
    if len(compared) < 2:
        raise DesignError(
            f"Pooling over places needs two that can be compared; of {len(tables)}, {len(compared)} can. "
            "Read each place by itself."
        )
    absent = sorted({str(name) for names in conditions for name in names if name not in everywhere})
    return FamilyTable(
        place=POOLED,
        people=pd.concat([table.people.reindex(columns=everywhere) for table in compared], ignore_index=True),
        units=pd.concat([table.units for table in compared], ignore_index=True),
        places=pd.concat([table.places for table in compared], ignore_index=True),
        unit_of_measure=tables[0].unit_of_measure,
        caveat=NOT_EVERYWHERE.format(names=", ".join(absent)) if absent else "",
    )
