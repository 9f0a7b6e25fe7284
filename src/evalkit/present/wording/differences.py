"""What the differences report found, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from evalkit.compare import Differences, Family
from evalkit.present.labels import cell_label, name_methods
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count
from evalkit.present.wording.pooled import say_pooled_differences

_MEAN: Final = "A higher mean is not better measurement."
_ALONE: Final = "Each interval holds for its pair alone; p-values are adjusted (Holm) within a family that the study fixed beforehand."
_NO_METHODS: Final = "No difference on this page is one between methods of evaluation."
_NOUNS: Final = {"method": "method", "indicator": "trait"}
_PLACES: Final = {
    "pooled": "all places together",
    "us_judges": "lawyers' ratings of judges",
    "machines": "the scores of factory workers",
}


def say_differences(found: Differences) -> Findings:
    """Say of each family how large its differences are, which matter, and what cannot be answered."""
    between_methods = any(family.by == "method" for family in found.families)
    sentences = [
        *(_refused(row) for row in found.refused.to_dict("records")),
        *(sentence for family in found.families for sentence in _family(family)),
    ]
    return Findings(
        tuple(sentences) or ("The study declares no family of comparisons, so no means are compared.",),
        (_MEAN, _ALONE) if between_methods else (_NO_METHODS, _MEAN, _ALONE),
    )


def _refused(row: Mapping[Hashable, Any]) -> str:
    """Give the reason; what to do instead, its last sentence, stands in the table."""
    *reason, last = row["reason"].rstrip(".").split(". ")
    where = f" in {_place(row['place'])}" if row["place"] else ""
    return f"Differences between {row['family']}{where} are refused. {name_methods('. '.join(reason or [last]))}."


def _family(family: Family) -> list[str]:
    if family.pooled:
        return [say_pooled_differences(family)]
    return [_largest(family), _verdicts(family), _ranks(family)]


def _largest(family: Family) -> str:
    """Give the largest difference: its size, its interval, its people."""
    found = family.comparison
    row = found.pairs.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    return (
        f"{_between(family)} in {_place(family.place)}, the largest difference is that of {_name(row['first'])} over "
        f"{_name(row['second'])}: {format_number(row['estimate'])} ({format_interval(row['conf_low'], row['conf_high'])}; "
        f"{family.unit}), or {format_number(row['effect_size'])} SD "
        f"({format_interval(row['effect_low'], row['effect_high'])}). It is higher in {format_share(row['superiority'])} "
        f"({format_interval(row['superiority_low'], row['superiority_high'], share=True)}) of {_n(family)}, ties counted half."
    )


def _verdicts(family: Family) -> str:
    """Count the pairs by what was shown of them."""
    found = family.comparison
    counts = found.pairs["verdict"].value_counts().to_dict()
    both, differs = counts.get("differs_slightly", 0), counts.get("differs", 0)
    close, n_pairs = counts.get("equivalent", 0), len(found.pairs)
    lead = f"Of {count(n_pairs, 'pair')} of {_noun(family)}s, {both + differs} differ by more than chance would give"
    if not found.margin > 0:
        return f"{lead}; no margin was fixed beforehand, so none of the rest ({n_pairs - differs}) is shown to be equal."
    return (
        f"{lead}, {both} of them by less than the margin of {format_number(found.margin)}; {close} more are shown to lie within "
        f"the margin. Undecided, which is not equal: {counts.get('undecided', 0)}."
    )


def _ranks(family: Family) -> str:
    """Say what ranks alone show, as a check that leans on no scale."""
    found = family.comparison
    apart = int((found.pairs["nemenyi_p"] < 1 - found.conf_level).sum())
    return (
        f"Ranks within each person alone tell {apart} of the {count(len(found.pairs), 'pair')} apart: mean ranks that are more than "
        f"{format_number(found.critical_difference)} apart (Nemenyi), with a concordance of {format_number(found.friedman.concordance)} "
        f"over {_n(family)} (Kendall's W; 0 no common order, 1 the same in all)."
    )


def _between(family: Family) -> str:
    named = count(len(family.comparison.means), _noun(family))
    return f"Between {named}" if family.by == "method" else f"Between {named}, and not between methods,"


def _noun(family: Family) -> str:
    return _NOUNS.get(family.by, family.by.replace("_", " "))


def _name(condition: object) -> str:
    return cell_label(str(condition))


def _n(family: Family) -> str:
    return count(family.comparison.n, "person", "people")


def _place(place: str) -> str:
    return _PLACES.get(place, place.replace("_", " "))
