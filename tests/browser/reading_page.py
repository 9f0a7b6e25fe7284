"""A report with everything that a page can hold, made without a kernel, and the indexes over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from study.conftest import cell

from evalkit.present import make_table
from evalkit.present.published import Findings
from evalkit.study.html import IndexedStudy, IndexEntry, render_study_index, render_workbench_index
from evalkit.study.html.exporter import render_report
from evalkit.vocabulary import Language

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    '<path d="M0 200 400 0" stroke="black"/><text x="9" y="19">Φ</text></svg>'
)
PROSE = """# A page to read

What is asked here, in one sentence.
"""
TEXT = r"""## Where it stands

Dependability Φ is shown in @fig-line and counted in @tbl-scores; κ is not.
A formula: $\Phi = \frac{\sigma^2_p}{n}$.

| a | b |
|---|--:|
| x | 1 |

```python
print("an answer that is longer than any phone is wide, so that it has to scroll sideways in its own box")
```

### Further down
""" + "\n\n".join(f"Paragraph {i} fills the page, so that there is something to scroll." for i in range(60))


def make_notebook() -> Any:
    """Return an executed notebook with findings, a figure, tables long, wide and empty, and printed text."""
    frame = pd.DataFrame(
        {"name": ["b", "a", "c"], "score": [10.5, 9.25, None], "n": [1200, 30, 4], "caveat": ["", "few", ""]}
    )
    wide = pd.DataFrame({f"considerable column {i}": ["satisfaction"] * 2 for i in range(12)})
    tables = [
        make_table(frame, label="tbl-scores", caption="Scores."),
        make_table(wide, label="tbl-wide", caption="A table wider than a sheet."),
        make_table(frame.head(0), label="tbl-none", caption="Nothing.", empty="Nothing to show."),
    ]
    findings = Findings(
        tuple(f"Finding {i}: Φ is 0.{i} (0.1 to 0.9; n = 43)." for i in range(10)), ("A limit.",)
    )
    cells = [
        cell("markdown", PROSE),
        cell("markdown", "## Findings"),
        code("say()", shown(findings._repr_mimebundle_())),
        cell("markdown", TEXT),
        code(
            "#| label: fig-line\n#| data: tbl-scores\n#| fig-cap: A line.\n"
            "#| fig-alt: A line that rises.\nplot()",
            shown({"image/svg+xml": SVG}),
        ),
        code("make_table(frame)", *(shown(table._repr_mimebundle_()) for table in tables)),
    ]
    for number, item in enumerate(cells):
        item["id"] = f"c{number}"
    return nbformat.v4.new_notebook(cells=cells)


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {**cell("code", source), "outputs": list(outputs)}


def shown(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def write_pages(folder: Path) -> dict[str, Path]:
    """Write the report in both languages, and the indexes; return the files by name."""
    other: dict[Language, Language] = {"en": "id", "id": "en"}
    for lang, alternate in other.items():
        page = {
            "title": "A page to read",
            "study": "Reading",
            "kind": "synthetic",
            "failure": "",
            "facts": [("seed", "1")],
            "cite": "A page to read. evalkit.",
            "stem": f"reading.{lang}",
            "date": "1977",
            "index": "index.html" if lang == "en" else "index.id.html",
            "alternate": f"reading.{alternate}.html",
            "alternate_lang": alternate,
            "alternate_name": "the other one",
            "reports": [
                {"title": "A page to read", "page": f"reading.{lang}.html"},
                {"title": "Another", "page": "another.html"},
            ],
        }
        html = render_report(make_notebook(), page, lang=lang)
        (folder / f"reading.{lang}.html").write_text(html, encoding="utf-8")
    _write_indexes(folder)
    return {path.name: path for path in folder.glob("*.html")}


def _write_indexes(folder: Path) -> None:
    entries = [
        IndexEntry(
            report=report,
            lang=lang,
            title=f"{title} ({lang})",
            page=f"{report}.{lang}.html",
            findings=[f"{title} found {i}." for i in range(5)],
            failed=title == "Reliability",
            tables=[("tables/a.csv", "Scores.")],
        )
        for report, title in (("reading", "Reading"), ("reliability", "Reliability"))
        for lang in ("en", "id")
    ]
    study = IndexedStudy(
        name="one", titles={"en": "One", "id": "Satu"}, kind="real", entries=entries, languages=("en", "id")
    )
    second = IndexedStudy(
        name="two", titles={"en": "Two"}, kind="synthetic", entries=entries[:1], date="2025"
    )
    for lang, file in (("en", "index.html"), ("id", "index.id.html")):
        (folder / file).write_text(render_study_index(study, lang), encoding="utf-8")
        (folder / f"all.{file}").write_text(render_workbench_index([study, second], lang), encoding="utf-8")
