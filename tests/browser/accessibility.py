"""What axe-core finds on a page: the rules of WCAG 2.2 AA, and its best practices."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations
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


def find_violations(page: Any, *, unfold: bool = True) -> list[tuple[str, int, str]]:
    """List what breaks a rule on an open page, with everything unfolded: rule, how often, the first place."""
    if unfold:
        page.evaluate(_UNFOLD)
    page.evaluate(axe_source())
    return [tuple(found) for found in page.evaluate(_RUN, list(RULES))]
