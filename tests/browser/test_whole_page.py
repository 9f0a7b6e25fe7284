"""The one look at a page sees each fault that a page may have, and none in a page that has none."""

from __future__ import annotations

import pytest

from .pages import Browser
from .whole_page import MOST_BYTES, find_faults

pytestmark = pytest.mark.browser

HEAD = (
    "<meta charset='utf-8'><meta name='viewport' content='width=device-width'><link rel='icon' href='data:,'>"
)
SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
GOOD = f"""<!doctype html><html lang="en"><head>{HEAD}<title>A page</title></head>
<body style="color: #222; background: #fff"><main><h1>A page</h1>
<p class="kind">Synthetic.</p><ul class="findings"><li>0.5 (0.4 to 0.6, n = 43)</li></ul>
<figure><img src="{SVG}" alt="SYNTHETIC, a picture of nothing"></figure>
<p><button>Press</button> <a href="#a">Go</a></p></main></body></html>"""
WIDE = "".join(f"<td>considerable{i}</td>" for i in range(20))
DARK = "@media screen and (prefers-color-scheme: dark) { h1 { color: #999 } }"
#: Letters in the margin of the sheet, and cells that are not printed.
PAPER = "@page { margin: 16mm } @media print { h1 { position: fixed; right: -10mm } td { display: none } }"
#: What is put in place of parts of the good page, and all kinds of fault that follow.
SPOILT = {
    "as it opens": (
        {
            "</main>": f"<!--{'x' * MOST_BYTES}--><script>throw new Error('no')</script></main>",
            "</figure>": "</figure><figure></figure>",
            "SYNTHETIC, a picture": "A picture",
            "0.4 to 0.6, n = 43": "high",
            SVG: "https://example.org/a.png",
        },
        {
            "too large",
            "errors",
            "figures missing",
            "stamps",
            "first screen",
            "requests",
            "figures as it opens",
            "figures",
            "figures in the dark",
        },
    ),
    "by axe and keys": (
        {' lang="en"': "", "<button>": "<button tabindex='-1'>", "<a href": "<a style='outline: none' href"},
        {"axe", "not reached by keys", "focus not seen"},
    ),
    "in the dark": (
        {"</title>": f"</title><style>{DARK}</style>"},
        {"contrast in the dark", "axe in the dark"},
    ),
    "on paper": (
        {
            "</title>": f"</title><style>{PAPER}</style>",
            "</main>": "<table><caption>SYNTHETIC</caption><tr><td>gone</td></tr></table></main>",
        },
        {"cut on paper", "lost on paper"},
    ),
    "too wide": (
        {"</main>": f"<table><caption>SYNTHETIC</caption><tr>{WIDE}</tr></table></main>"},
        {"cut on paper", "lost on paper", "layout on paper", "wider than a phone"},
    ),
    "faint": (
        {"<h1>": "<h1 style='color: #ccc'>"},
        {"contrast", "contrast in the dark", "axe", "axe in the dark"},
    ),
}


@pytest.fixture
def look(browser: Browser, tmp_path):
    """Look at a page of a report that gives intervals; return the kinds of fault that it has."""

    def find(html: str) -> set[str]:
        page = tmp_path / "a_report.en.html"
        page.write_text(html, encoding="utf-8")
        return set(find_faults(browser, page, tmp_path, synthetic=True))

    return find


def test_a_good_page_has_no_fault(look):
    assert look(GOOD) == set()


@pytest.mark.parametrize(("parts", "kinds"), SPOILT.values(), ids=SPOILT)
def test_faults_are_found_and_named(look, parts, kinds):
    html = GOOD
    for part, worse in parts.items():
        assert html.count(part) == 1
        html = html.replace(part, worse)
    assert look(html) == kinds
