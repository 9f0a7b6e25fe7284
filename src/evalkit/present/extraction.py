"""Find the English texts that reports show, for the catalogue.

They stand in notebooks, in reasons that hold values, and in two files beside the statistics.

Babel calls these functions as ``babel.cfg`` says. What is written through a translator (``tr``) is found by
Babel's own extractor of Python.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any, BinaryIO, Final

import yaml

from evalkit.vocabulary import LANGUAGES

#: Arguments of calls in a notebook that hold words for readers; of a mapping, its values do.
_WORDS: Final = frozenset({"caption", "xlabel", "ylabel", "note", "empty", "columns", "bands", "headings"})
_FIGURE_WORDS: Final = re.compile(r"^#\| ?fig-(?:cap|alt): *(.+)$", re.MULTILINE)
#: Errors that a report catches and shows as a reason; others stop a run, in the language of the code.
_SHOWN_ERRORS: Final = frozenset({"DesignError"})
#: What is no sentence: statements of SQL, queries of frames, names of formats.
_CODE: Final = re.compile(
    r"\n|==|::|<>|=\{|=\d|\[str|\bshapes?\b| in @"
    r"|\b(?:SELECT|FROM|WHERE|CREATE|COPY|INSERT|JOIN|SET|CASE|COLUMNS)\b"
)
#: A value of a text that is formatted later, and how it is written.
_FORMAT: Final = re.compile(r"\{(\w+)[:!][^{}]*\}")
#: Lists of headings, patterns, and names of tables of a study with their column.
_NO_ENGLISH: Final = re.compile(r"\||\\[a-z]|\?:|^(?:evidence|recorded): \w+$|^indicator, item$|: $|^ that")
_WORD: Final = re.compile(r"[A-Za-zα-ωΑ-Ω]{2,}")
_MOST_FORMS: Final = 16
#: What an entry of the published answers, and a row of the simulated coverage, says in words.
_OF_ANSWERS: Final = ("statistic", "because", "agrees_with", "elsewhere")
_OF_COVERAGE: Final = ("interval", "design")

Message = tuple[int, str, str, list[str]]


def extract_notebook(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    r"""Yield the captions, headings, axes and notes of a notebook's code cells.

    Examples
    --------
    >>> from io import BytesIO
    >>> code = '#| fig-cap: "Dots."\nplot(x, xlabel="points");'
    >>> notebook = json.dumps({"cells": [{"cell_type": "code", "source": code}]})
    >>> [text for _, _, text, _ in extract_notebook(BytesIO(notebook.encode()))]
    ['Dots.', 'points']
    """
    for number, cell in enumerate(json.load(file)["cells"], start=1):
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        for text in [*_figure_words(source), *_words_of_calls(ast.parse(source))]:
            yield number, "", text, []


def extract_reasons(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    r"""Yield the sentences of a module that are no docstring; a value inside one becomes a ``{name}``.

    Examples
    --------
    >>> from io import BytesIO
    >>> code = 'caveat = f"only {len(people)} of {n_all} people{\' here\' if here else \'\'}"'
    >>> [text for _, _, text, _ in extract_reasons(BytesIO(code.encode()))]
    ['only {people} of {n_all} people here', 'only {people} of {n_all} people']
    """
    for node in _texts(ast.parse(file.read())):
        for text in _forms(node):
            if _is_sentence(text):
                yield node.lineno, "", text, []


def extract_errors(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    r"""Yield the sentences of a module that reads files of offices: also those of errors that stop it.

    Examples
    --------
    >>> from io import BytesIO
    >>> code = 'raise LayoutError(f"{name} is empty. Copy it anew.")\nheads = "Nilai U1|Unsur U1"'
    >>> [text for _, _, text, _ in extract_errors(BytesIO(code.encode()))]
    ['{name} is empty. Copy it anew.']
    """
    for node in _texts(ast.parse(file.read()), errors=True):
        for text in _forms(node):
            if _is_sentence(text) and not _NO_ENGLISH.search(text):
                yield node.lineno, "", text, []


def extract_answers(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    """Yield what the published answers say in words: not their names and citations.

    Examples
    --------
    >>> from io import BytesIO
    >>> text = "- {name: x_1999, statistic: mean of two, citation: X (1999), because: exact to the end}"
    >>> [text for _, _, text, _ in extract_answers(BytesIO(text.encode()))]
    ['mean of two', 'exact to the end']
    """
    for number, entry in enumerate(yaml.safe_load(file), start=1):
        for text in (str(entry.get(name, "")) for name in _OF_ANSWERS):
            if _is_told_in_words(text):
                yield number, "", text, []


def extract_coverage(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    """Yield the names of intervals, and of what they were simulated in.

    Examples
    --------
    >>> from io import BytesIO
    >>> rows = "interval,design,coverage" + chr(10) + "Pearson,43 pairs,0.95"
    >>> [text for _, _, text, _ in extract_coverage(BytesIO(rows.encode()))]
    ['43 pairs']
    """
    for number, row in enumerate(csv.DictReader(file.read().decode("utf-8").splitlines()), start=2):
        for text in (row[name] for name in _OF_COVERAGE):
            if _is_told_in_words(text):
                yield number, "", text, []


def _is_told_in_words(text: str) -> bool:
    """Tell whether a text is more than one name or symbol."""
    return re.search("[a-z]{2}", text) is not None and (" " in text or text.islower())


def _figure_words(source: str) -> Iterator[str]:
    for written in _FIGURE_WORDS.findall(source):
        yield str(yaml.safe_load(written)) if written.startswith(("'", '"')) else written.strip()


def _words_of_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _WORDS:
            yield from filter(None, _constants(node.value))


def _constants(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an argument may be: both of a choice, all of a list, the values of a mapping."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from [*_constants(node.body), *_constants(node.orelse)]
    elif isinstance(node, ast.List | ast.Tuple):
        yield from (text for part in node.elts for text in _constants(part))
    elif isinstance(node, ast.Dict):
        yield from (text for part in node.values for text in _constants(part))


def _texts(node: ast.AST, *, errors: bool = False) -> Iterator[ast.expr]:
    """Yield the outermost texts of a module, without docstrings and without errors that no report shows."""
    if not errors and isinstance(node, ast.Raise) and _name_error(node) not in _SHOWN_ERRORS:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Dict) and _is_told(node):
        return
    if isinstance(node, ast.keyword) and node.arg in LANGUAGES:
        return
    if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) and _is_text(node):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, errors=errors)


def _is_told(node: ast.Dict) -> bool:
    """Tell whether a mapping says something in languages already."""
    keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return bool(keys) and keys <= set(LANGUAGES)


def _name_error(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised.id if isinstance(raised, ast.Name) else ""


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and _is_text(node.left) and _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _forms(node: ast.expr) -> list[str]:
    """Return the forms of a text: one, or several where a part of it is one of two constants."""
    names: dict[str, str] = {}
    parts = [[str(part)] if isinstance(part, str) else _choices(part, names) for part in _parts(node)]
    forms = ["".join(form) for form in product(*parts)]
    return list(dict.fromkeys(forms))[:_MOST_FORMS]


def _parts(node: ast.expr) -> Iterator[str | ast.expr]:
    if isinstance(node, ast.BinOp) and _is_text(node):
        yield from [*_parts(node.left), *_parts(node.right)]
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _parts(part.value if isinstance(part, ast.FormattedValue) else part)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _FORMAT.sub(r"{\1}", node.value)
    else:
        yield node


def _choices(node: ast.expr, names: dict[str, str]) -> list[str]:
    if isinstance(node, ast.IfExp) and _is_text(node.body) and _is_text(node.orelse):
        return ["".join(_name_parts(branch, names)) for branch in (node.body, node.orelse)]
    return [_place(node, names)]


def _name_parts(node: ast.expr, names: dict[str, str]) -> Iterator[str]:
    for part in _parts(node):
        yield part if isinstance(part, str) else _place(part, names)


def _place(node: ast.expr, names: dict[str, str]) -> str:
    """Return ``{name}`` for a value, the same for the same expression and another for another one."""
    code = ast.unparse(node)
    if code not in names:
        name = _name(node)
        n_same = sum(re.fullmatch(rf"{name}(_\d+)?", used) is not None for used in names.values())
        names[code] = f"{name}_{n_same + 1}" if n_same else name
    return f"{{{names[code]}}}"


def _name(node: ast.AST) -> str:
    """Return a short name for an expression: its own, or that of what it is made of."""
    if isinstance(node, ast.Name):
        return node.id.strip("_")
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Subscript):
        return _name(node.slice if isinstance(node.slice, ast.Constant) else node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return node.value
    if isinstance(node, ast.Call):
        return _name(node.args[0] if node.args else node.func)
    inner = next((part for part in ast.walk(node) if isinstance(part, ast.Name)), None)
    return inner.id.strip("_") if inner is not None else "value"


def _is_sentence(text: str) -> bool:
    plain = re.sub(r"\{\w+\}", "", text)
    return " " in plain.strip() and len(_WORD.findall(plain)) > 1 and not _CODE.search(text)
