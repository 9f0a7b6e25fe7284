"""What a reader gets from a page: its figures, its width, and every request that it tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Lists every text whose contrast is under WCAG AA.
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
_FIGURES = """() => [...document.querySelectorAll('img, main svg')].map(element => {
  const box = element.getBoundingClientRect();
  const isImage = element.tagName === 'IMG';
  return {
    alt: isImage ? element.alt : (element.getAttribute('aria-label') || ''),
    loaded: isImage ? element.complete && element.naturalWidth > 0 : true,
    width: box.width, height: box.height,
  };
})"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Opened:
    """An open page and what it did.

    Attributes
    ----------
    requests
        Every address that it asked for besides its own.
    errors
        What the console and the page itself reported as errors.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def figures(self) -> list[dict[str, Any]]:
        """Return every picture with its alt text, whether it loaded, and the size at which it is shown."""
        return self.page.evaluate(_FIGURES)

    def sideways_scroll(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return self.page.evaluate(_OVERFLOW)

    def assert_quiet(self) -> None:
        """Check that no request was tried and nothing went wrong."""
        assert self.requests == []
        assert self.errors == []

    def faulty_figures(self) -> list[dict[str, Any]]:
        """List the pictures that did not load, have no size, or have no words or those of a placeholder."""
        return [figure for figure in self.figures() if not _is_shown(figure)]

    def assert_figures_shown(self, *, at_least: int = 0) -> None:
        """Check that there are pictures, and that each is shown and has words."""
        assert len(self.figures()) >= at_least
        assert self.faulty_figures() == []


def _is_shown(figure: dict[str, Any]) -> bool:
    """Tell whether a picture loaded, has a size, and has words that are not a placeholder."""
    is_there = figure["loaded"] and min(figure["width"], figure["height"]) > 1
    is_said = len(figure["alt"].strip()) > 10 and "No description has been provided" not in figure["alt"]
    return is_there and is_said


class Browser:
    """Opens pages from files with the network off."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def open(
        self,
        file: Path,
        *,
        width: int = 1200,
        height: int = 900,
        scheme: str = "light",
        scripts: bool = True,
    ) -> Iterator[Opened]:
        """Open a file offline in a window of some size, in a colour scheme."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            offline=True,
            java_script_enabled=scripts,
        )
        try:
            opened = Opened(context.new_page())
            address = file.resolve().as_uri()
            own = {address, "data:,"}
            opened.page.on(
                "request",
                lambda request: (
                    opened.requests.append(request.url)
                    if request.url not in own and not request.url.startswith("data:")
                    else None
                ),
            )
            opened.page.on(
                "console",
                lambda message: opened.errors.append(message.text) if message.type == "error" else None,
            )
            opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
            opened.page.goto(address, wait_until="load")
            yield opened
        finally:
            context.close()
