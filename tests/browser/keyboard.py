"""Where the Tab key leads on a page."""

from __future__ import annotations

from typing import Any

_MARK = """() => {
  const stops = [...document.querySelectorAll(
    'a[href], button, input, select, summary, [tabindex="0"]')].filter(
    element => element.checkVisibility({visibilityProperty: true}) && !element.closest('[popover]'));
  stops.forEach((element, i) => { element.dataset.stop = i; });
  window.visits = [];
  document.addEventListener('focusin', ({target}) => window.visits.push([
    target.dataset.stop ?? null, getComputedStyle(target).outlineStyle !== 'none',
    target.outerHTML.slice(0, 100)]));
  return stops.map(element => element.outerHTML.slice(0, 100));
}"""


def tab_through(page: Any) -> tuple[list[str], list[str]]:
    """Press Tab from the top to the end; return what was not reached, and what shows no focus.

    The page notes where the focus goes, so that a key costs one message to the browser.
    """
    stops = page.evaluate(_MARK)
    for _ in range(len(stops) + 10):
        page.keyboard.press("Tab")
    visits = [visit for visit in page.evaluate("window.visits") if visit[0] is not None]
    reached = {int(stop) for stop, _, _ in visits}
    unseen = {html: None for _, seen, html in visits if not seen}
    return [html for i, html in enumerate(stops) if i not in reached], list(unseen)
