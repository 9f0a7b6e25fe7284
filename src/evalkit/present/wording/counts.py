"""Counts of what ratings are averaged over."""

from __future__ import annotations

from evalkit.present.language import Translator


def count_facet(tr: Translator, facet: str, n: int) -> str:
    """Write a count of a facet, such as raters; one without a noun in the catalogue keeps its column's name.

    Examples
    --------
    >>> from evalkit.present.language import translator
    >>> count_facet(translator("en"), "raters", 2), count_facet(translator("en"), "trial", 1)
    ('2 raters', '1 trial')
    """
    messages = {
        "machine": tr.plural("{n} machine", "{n} machines", n),
        "trial": tr.plural("{n} trial", "{n} trials", n),
        "rater": tr.plural("{n} rater", "{n} raters", n),
        "occasion": tr.plural("{n} occasion", "{n} occasions", n),
        "supervisor": tr.plural("{n} supervisor", "{n} supervisors", n),
        "quarter": tr.plural("{n} quarter", "{n} quarters", n),
        "peer": tr.plural("{n} peer", "{n} peers", n),
        "citizen": tr.plural("{n} citizen", "{n} citizens", n),
        "visitor": tr.plural("{n} visitor", "{n} visitors", n),
    }
    return messages.get(facet.removesuffix("s"), f"{tr.number(n)} × {tr.label(facet)}")
