"""All that a page is held to, in one window: opening a page takes longer than most of what is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from .accessibility import RULES_OF_COLOUR, find_violations
from .first_screen import first_screen_faults
from .keyboard import tab_through
from .pages import CONTRAST, Browser, Opened
from .paper import find_cut_text, find_faults_of_layout, find_lost_columns, print_page

MOST_BYTES: Final = 3_000_000
_SCREEN: Final = {"width": 1200, "height": 900}
_PHONE: Final = {"width": 320, "height": 640}
_SAID = "() => [...document.querySelectorAll('main table')].map(table => table.caption?.innerText ?? '')"


def find_faults(browser: Browser, page: Path, folder: Path, *, synthetic: bool) -> dict[str, Any]:
    """List by kind what is wrong with a report or an index: as it opens, on paper, and on screens.

    The folder takes the printed page.
    """
    size = page.stat().st_size
    with browser.open(page, **_SCREEN) as opened:
        faults: dict[str, Any] = {"too large": [size] if size > MOST_BYTES else []}
        faults |= _as_it_opens(opened, page, synthetic=synthetic)
        faults |= _on_paper(opened, folder / "page.pdf")
        opened.page.set_viewport_size(_SCREEN)
        faults |= find_faults_on_screens(opened)
    return {kind: found for kind, found in faults.items() if found}


def find_faults_on_screens(opened: Opened) -> dict[str, Any]:
    """List by kind what is wrong with an open page, unfolded: by axe, by keys, in the dark, on a phone."""
    faults: dict[str, Any] = {
        "axe": find_violations(opened.page),
        "figures": opened.faulty_figures(),
        "contrast": opened.page.evaluate(CONTRAST),
    }
    faults["not reached by keys"], faults["focus not seen"] = tab_through(opened.page)
    faults |= _in_the_dark(opened)
    opened.page.set_viewport_size(_PHONE)
    faults["wider than a phone"] = [width for width in (opened.sideways_scroll(),) if width > 0]
    faults |= {"requests": opened.requests, "errors": opened.errors}
    return {kind: found for kind, found in faults.items() if found}


def _as_it_opens(opened: Opened, page: Path, *, synthetic: bool) -> dict[str, Any]:
    """Look at figures and, in a report, at the first screen and at what is called synthetic."""
    n_figures = page.read_text(encoding="utf-8").count("<figure")
    faults = {
        "figures as it opens": opened.faulty_figures(),
        "figures missing": [n_figures] if len(opened.figures()) < n_figures else [],
    }
    if page.name.startswith("index."):
        return faults
    return faults | {
        "first screen": first_screen_faults(opened.page, page.name.partition(".")[0], study=page.parent.name),
        "stamps": _find_wrong_stamps(opened, synthetic=synthetic),
    }


def _find_wrong_stamps(opened: Opened, *, synthetic: bool) -> list[str]:
    """List figures and captions of tables that wrongly say SYNTHETIC, or wrongly do not."""
    said = [figure["alt"] for figure in opened.figures()] + opened.page.evaluate(_SAID)
    if not said:
        return ["neither a figure nor a table"]
    return [text for text in said if ("SYNTHETIC" in text or "SINTETIS" in text) != synthetic]


def _on_paper(opened: Opened, file: Path) -> dict[str, Any]:
    document = print_page(opened.page, file)
    return {
        "cut on paper": find_cut_text(document),
        "lost on paper": find_lost_columns(opened.page, document),
        "layout on paper": find_faults_of_layout(opened.page),
    }


def _in_the_dark(opened: Opened) -> dict[str, Any]:
    opened.page.emulate_media(color_scheme="dark")
    return {
        "figures in the dark": opened.faulty_figures(),
        "contrast in the dark": opened.page.evaluate(CONTRAST),
        "axe in the dark": find_violations(opened.page, only=RULES_OF_COLOUR),
    }
