"""Where the Tab key leads on a page."""

from __future__ import annotations

from typing import Any

_MARK = """() => {
  const stops = [...document.querySelectorAll(
    'a[href], button, input, select, summary, [tabindex="0"]')].filter(
    element => element.checkVisibility({visibilityProperty: true}) && !element.closest('[popover]'));
  stops.forEach((element, i) => { element.dataset.stop = i; });
  return stops.map(element => element.outerHTML.slice(0, 100));
}"""
_HERE = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const seen = style.outlineStyle !== 'none', html = element.outerHTML.slice(0, 100);
  return {stop: element.dataset.stop ?? null, seen, html};
}"""


def tab_through(page: Any) -> tuple[list[str], list[str]]:
    """Press Tab from the top to the end; return what was not reached, and what shows no focus."""
    stops = page.evaluate(_MARK)
    reached: set[int] = set()
    unseen = []
    for _ in range(len(stops) + 10):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here["stop"] is None:
            continue
        if int(here["stop"]) in reached:
            break
        reached.add(int(here["stop"]))
        if not here["seen"]:
            unseen.append(here["html"])
    return [html for i, html in enumerate(stops) if i not in reached], unseen
