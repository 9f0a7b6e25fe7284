"""What stands around the notebook on its page: neighbouring reports and how to cite it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def neighbours(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reports before and after a page in reading order, as ``before`` and ``after``.

    Examples
    --------
    >>> reports = [{"title": "A", "page": "a.html"}, {"title": "B", "page": "b.html"}]
    >>> neighbours({"stem": "a", "reports": reports})["after"]["title"]
    'B'
    """
    reports = list(page.get("reports", []))
    own = f"{page.get('stem', '')}.html"
    at = next((i for i, report in enumerate(reports) if report["page"] == own), None)
    if at is None:
        return {"before": None, "after": None}
    return {
        "before": reports[at - 1] if at else None,
        "after": reports[at + 1] if at + 1 < len(reports) else None,
    }


def bibtex(page: Mapping[str, Any]) -> str:
    """Return an entry for BibTeX; a page has no date of its own, so its evidence gives the year, if known.

    Examples
    --------
    >>> print(bibtex({"title": "Who agrees?", "study": "Judges", "stem": "05_agreement", "date": "1977"}))
    @techreport{evalkit_05_agreement,
      title = {Who agrees?},
      author = {{The evalkit contributors}},
      institution = {evalkit},
      type = {Report of the study “Judges”},
      note = {Evidence from 1977}
    }
    """
    key = re.sub(r"\W+", "_", f"evalkit_{page.get('stem') or page.get('title', '')}")
    fields = {
        "title": page.get("title", ""),
        "author": "{The evalkit contributors}",
        "institution": "evalkit",
        "type": f"Report of the study “{page.get('study', '')}”",
        "note": f"Evidence from {page['date']}" if page.get("date") else "",
    }
    lines = ",\n".join(f"  {name} = {{{_plain(value)}}}" for name, value in fields.items() if value)
    return f"@techreport{{{key},\n{lines}\n}}"


def _plain(value: str) -> str:
    """Escape what BibTeX would take for a command."""
    return re.sub(r"([&%$#_])", r"\\\1", value)
