"""A headless browser without a network. Where there is none, the tests are skipped and say how to get it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from .pages import Browser

HOW = (
    "no Chromium was found; install it (Debian, Ubuntu: sudo apt-get install chromium) "
    "or set CHROMIUM to its path"
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of a Chromium, the one that CHROMIUM names before others."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser that opens files only."""
    executable = find_chromium()
    if executable is None:
        pytest.skip(HOW)
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
