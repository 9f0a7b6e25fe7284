"""What axe-core finds on a page: the rules of WCAG 2.2 AA, and its best practices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules that look at colours: all that may differ between two colour schemes of the same page.
RULES_OF_COLOUR: Final = ("color-contrast", "link-in-text-block")
_RUN = """async ([type, values]) => (await axe.run(document, {
    runOnly: {type, values}, resultTypes: ['violations']})).violations
  .map(found => [found.id, found.nodes.length, found.nodes[0].html.slice(0, 160)])"""
_UNFOLD = """() => {
  document.querySelectorAll('details').forEach(part => { part.open = true; });
  const code = document.querySelector('#show-code');
  if (code) code.checked = true;
}"""


@cache
def axe_source() -> str:
    """Return axe-core as the package that brings it has it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def find_violations(page: Any, *, only: Sequence[str] = ()) -> list[tuple[str, int, str]]:
    """List what breaks a rule on an open page, with everything unfolded: rule, how often, the first place."""
    page.evaluate(_UNFOLD)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    chosen = ["rule", list(only)] if only else ["tag", list(RULES)]
    return [tuple(found) for found in page.evaluate(_RUN, chosen)]
