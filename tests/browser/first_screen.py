"""What a reader sees of a report before scrolling: what kind of evidence, what was found, over how many."""

from __future__ import annotations

import re
from typing import Any, Final

#: Reports (of one study, or of all) that estimate nothing or show their intervals elsewhere, and why.
WITHOUT_INTERVAL: Final = {
    "01_methods": "says what texts hold and what had to be assumed",
    "principles/11_service": "counts signals of one real series, whose quarters are not independent",
    "validation": "counts answers that were recomputed; the intervals of coverage stand beside their figure",
}
_NUMBER = r"[-−]?\d[\d.,]*"
#: From one end to the other, or a figure with its Monte Carlo error.
INTERVAL: Final = re.compile(rf"{_NUMBER}(?:[ \u00a0]?%)? (?:to|sampai|±)[ \u00a0]{_NUMBER}")
#: A page all of whose findings say so has nothing to put an interval around.
REFUSAL: Final = re.compile(
    r"\bcannot be said: |\btidak dapat dikatakan: |\bis not validated against|\btidak divalidasi terhadap"
)
#: "n = 43", or a number and what was counted.
COUNT: Final = re.compile(
    rf"\bn[ \u00a0]=[ \u00a0]\d|(?<![.,\d]){_NUMBER} (?!to\b|sampai\b|SD\b|points?\b|poin\b)[^\W\d_]{{3,}}"
)
_SEEN = """() => {
  const onScreen = element => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.bottom <= window.innerHeight;
  };
  const textOf = selector => [...document.querySelectorAll(selector)].filter(onScreen).map(e => e.innerText);
  return {kind: textOf('.kind'), findings: textOf('ul.findings > li')};
}"""


def first_screen_faults(page: Any, report: str, study: str = "") -> list[str]:
    """List what the first screen of an open report lacks."""
    seen = page.evaluate(_SEEN)
    text = "\n".join(seen["findings"])
    faults = [] if any(seen["kind"]) else ["no kind of evidence"]
    if not text:
        return [*faults, "no finding"]
    if not COUNT.search(text):
        faults.append("no n")
    refused = all(map(REFUSAL.search, seen["findings"]))
    excused = {report, f"{study}/{report}"} & set(WITHOUT_INTERVAL)
    if not (INTERVAL.search(text) or refused or excused):
        faults.append("no interval")
    return faults
