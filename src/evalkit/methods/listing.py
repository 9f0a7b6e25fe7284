"""Methods as text for a terminal: a list of all, or one in full."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Final

from evalkit.methods.specification import Bilingual, Component, MethodSpecification
from evalkit.vocabulary import Language, label

_WORDS: Final[dict[str, Bilingual]] = {
    "method": Bilingual(id="metode", en="method"),
    "principle": Bilingual(id="prinsip", en="principle"),
    "cadence": Bilingual(id="irama", en="cadence"),
    "components": Bilingual(id="komponen", en="components"),
    "component": Bilingual(id="komponen", en="component"),
    "weight": Bilingual(id="bobot", en="weight"),
    "range": Bilingual(id="rentang", en="range"),
    "reads": Bilingual(id="membaca", en="reads"),
    "part": Bilingual(id="bagian", en="part"),
    "result": Bilingual(id="hasil kerja", en="result"),
    "behaviour": Bilingual(id="perilaku", en="behaviour"),
    "unit": Bilingual(id="unit", en="whole unit"),
    "aims": Bilingual(id="tujuan", en="aims"),
    "problems": Bilingual(id="masalah", en="problems"),
    "follow_up": Bilingual(id="tindak lanjut", en="follow-up"),
    "assumptions": Bilingual(id="anggapan (tidak ada dalam teks)", en="assumptions (not in the text)"),
    "text": Bilingual(id="teks", en="text"),
}
_WIDTH: Final = 100


def list_methods(specifications: Mapping[str, MethodSpecification], lang: Language = "en") -> str:
    """Return a short table of methods: name, principle, cadence, number of components.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> print(list_methods(load_methods(["dumai"])))
    method  principle                   cadence     components
    dumai   competency-based appraisal  continuous  7
    """
    header = [_WORDS[key][lang] for key in ("method", "principle", "cadence", "components")]
    rows = [
        [name, one.principle[lang], one.cadence[lang], str(len(one.components))]
        for name, one in specifications.items()
    ]
    return "\n".join(_align([header, *rows]))


def describe_method(specification: MethodSpecification, lang: Language = "en") -> str:
    """Return one method in full: what its text says, what it reads, its weights and its assumptions."""
    blocks = [
        f"{specification.name}: {specification.title[lang]}",
        textwrap.fill(specification.summary[lang], _WIDTH),
        f"{_WORDS['cadence'][lang]}: {specification.cadence[lang]}"
        + (f"; {_WORDS['text'][lang]}: {specification.text}" if specification.text else ""),
        _components(specification, lang),
    ]
    for key in ("aims", "problems", "follow_up"):
        texts = [entry[lang] for entry in getattr(specification, key)]
        blocks += [_bullets(_WORDS[key][lang], texts)] if texts else []
    if specification.assumptions:
        texts = [
            f"{entry.about}: {entry.id if lang == 'id' else entry.en}"
            + (f" [{entry.range[0]:g}–{entry.range[1]:g}]" if entry.range else "")
            for entry in specification.assumptions
        ]
        blocks.append(_bullets(_WORDS["assumptions"][lang], texts))
    return "\n\n".join(blocks)


def _components(specification: MethodSpecification, lang: Language) -> str:
    header = [_WORDS[key][lang] for key in ("component", "weight", "range", "part", "reads")]
    rows = [
        [
            part.name,
            f"{part.weight:.2f}",
            f"{part.range[0]:.2f}–{part.range[1]:.2f}",
            _WORDS[part.part][lang],
            _reads(part, lang),
        ]
        for part in specification.components
    ]
    return "\n".join(_align([header, *rows]))


def _reads(component: Component, lang: Language) -> str:
    sources = ", ".join(label(source, lang) for source in component.sources)
    unit = f" ({_WORDS['unit'][lang]})" if component.level == "unit" else ""
    return f"{', '.join(component.indicators)}: {sources}{unit}"


def _bullets(heading: str, texts: list[str]) -> str:
    lines = [textwrap.fill(text, _WIDTH, initial_indent="  - ", subsequent_indent="    ") for text in texts]
    return "\n".join([f"{heading}:", *lines])


def _align(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
