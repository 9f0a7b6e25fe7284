"""The gate between a notebook that ran on protected people and everything that is written of it.

Kernels leave out numbers about few people (`evalkit.present.suppression`). What they show in any other way is
left out here, before it is in a file: what is not a table, number, finding or figure of evalkit's own,
figures of people one by one, sentences that tell a number that was left out, messages of errors, and whatever
names somebody. Nothing is let through because it looks harmless.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any, Final

from evalkit.present.withheld import WITHHELD_MIME
from evalkit.rules import holds_nip, mask_nip
from evalkit.study.execute import OWN_REMEDY, Failure
from evalkit.study.harvest import is_figure
from evalkit.study.html.words import say_in, words
from evalkit.study.options import read_options
from evalkit.study.references import data_of
from evalkit.vocabulary import FINDINGS_MIME, RESULTS_MIME, TABLE_MIME, Language

_SVG: Final = "image/svg+xml"
_OWN: Final = (TABLE_MIME, FINDINGS_MIME, RESULTS_MIME)
_SESSION: Final = '<p class="session">'
_TOKEN: Final = re.compile(r"[\w.-]*\w")
_NUMBER: Final = re.compile(r"\d(?:[\d.,]*\d)?(?:\s%)?")
_FEW: Final = re.compile(
    r"(?<![\d.,])[0-4] (?:people|persons|employees|officials|orang|pegawai|pejabat)\b"
    r"|\b(?:nobody|no one|one person|everybody|everyone|seorang|tidak ada (?:orang|pegawai))\b",
    re.IGNORECASE,
)
_NAME: Final = "…"


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What may not be in anything that is written.

    Attributes
    ----------
    names
        What the study's people are known by.
    """

    names: frozenset[str]
    lang: Language

    def guard(self, notebook: Any) -> Any:
        """Leave out of an executed notebook what tells something of single people, in place."""
        for cell in _code_cells(notebook):
            cell["outputs"] = [
                self._notice(output) if _is_foreign(output) else output for output in cell["outputs"]
            ]
        told = [dict(data) for data in _pop_withheld(notebook)]
        texts = frozenset(text for data in told for text in data.get("texts", ()))
        tables = frozenset(data["label"] for data in told if data.get("n"))
        for cell in _code_cells(notebook):
            source = "".join(cell["source"])
            guarded = (self._output(output, source, texts, tables) for output in cell["outputs"])
            cell["outputs"] = _once_each(output for output in guarded if output)
        return notebook

    def failure(self, failure: Failure) -> Failure:
        """Return a failure without the names and values that its message may hold."""
        own = failure.remedy == OWN_REMEDY
        cause = (
            self._mask(failure.cause)
            if own
            else words("en")["error_withheld"].format(
                error=failure.cause.partition(":")[0] if failure.cell else "Error"
            )
        )
        return replace(failure, cause=cause, source=self._mask(failure.source))

    def _mask(self, text: str) -> str:
        for name in sorted((name for name in self.names if name in text), key=len, reverse=True):
            text = text.replace(name, _NAME)
        return mask_nip(text)

    def _output(self, output: Any, source: str, texts: frozenset[str], tables: frozenset[str]) -> Any:
        """Return an output as it may be written; None where nothing is left."""
        if output["output_type"] == "error":
            output["evalue"], output["traceback"] = words(self.lang)["error_message_withheld"], []
            return output
        data = output.get("data", {})
        if FINDINGS_MIME in data:
            self._keep_sentences(data, lambda text: self._is_told(text) or _tells(text, texts))
        elif is_figure(output):
            self._keep_figure(output, source, tables)
        elif not _is_own(data):
            return self._notice(output)
        if self._names_somebody(data):
            return self._notice(output) if not is_figure(output) else self._withhold_figure(output)
        return output

    def _names_somebody(self, value: Any) -> bool:
        return any(self._is_told(text) for text in _strings(value))

    def _is_told(self, text: str) -> bool:
        if holds_nip(text) or not self.names.isdisjoint(_TOKEN.findall(text)):
            return True
        return any(name in text for name in self._spaced)

    @cached_property
    def _spaced(self) -> list[str]:
        return [name for name in self.names if not _TOKEN.fullmatch(name)]

    def _notice(self, output: Any) -> Any:
        """Return what stands in place of an output."""
        text = words(self.lang)["output_withheld"]
        data = {"text/html": f'<p class="table-note">{escape(text)}</p>', "text/plain": text}
        return type(output)({"output_type": "display_data", "data": data, "metadata": {}})

    def _keep_sentences(self, data: Any, tells: Callable[[str], bool]) -> None:
        """Leave out the sentences that tell something of few people, and say how many these were."""
        from evalkit.present.published import Findings

        found = data[FINDINGS_MIME]
        kept = [text for text in found["findings"] if not tells(text)]
        limits = [text for text in found.get("limits", ()) if not tells(text)]
        n_out = len(found["findings"]) - len(kept)
        if n_out:
            limits.append(words(self.lang)["sentences_withheld"].format(n=n_out))
        data.update(Findings(tuple(kept), tuple(limits))._repr_mimebundle_())

    def _keep_figure(self, output: Any, source: str, tables: frozenset[str]) -> None:
        """Leave a figure out unless it is one of evalkit's own about nobody in particular."""
        mark = output.get("metadata", {}).pop(_SVG, {}).get("evalkit", "")
        label = str(read_options(source)[0].get("label", ""))
        draws_left_out = mark != "filtered" and not tables.isdisjoint(data_of(source, label))
        if mark not in ("aggregates", "filtered") or draws_left_out:
            self._withhold_figure(output)
        elif mark == "filtered":
            self._say_filtered(output, source)

    def _say_filtered(self, output: Any, source: str) -> None:
        """Add to the words of a figure that it leaves single people out."""
        known = {**read_options(source)[0], **output["metadata"].get("evalkit", {})}
        more = words(self.lang)["figure_filtered"]
        said = {
            name: f"{say_in(str(known[name]), self.lang)} {more}"
            for name in ("fig-cap", "fig-alt")
            if known.get(name)
        }
        output["metadata"]["evalkit"] = {**output["metadata"].get("evalkit", {}), **said}

    def _withhold_figure(self, output: Any) -> Any:
        text = words(self.lang)["figure_withheld"]
        output["data"] = type(output["data"])({_SVG: _picture(text), "text/plain": text})
        said = {"fig-cap": text, "fig-alt": text}
        output["metadata"] = type(output["metadata"])({"evalkit": said})
        return output


def _picture(text: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="60" viewBox="0 0 720 60" role="img">'
        '<text x="360" y="34" text-anchor="middle" style="font-family: sans-serif; font-size: 14px; '
        f'fill: #666666">{escape(text)}</text></svg>\n'
    )


def _tells(text: str, texts: frozenset[str]) -> bool:
    return bool(_FEW.search(text)) or any(number in texts for number in _NUMBER.findall(text))


def _is_own(data: Mapping[str, Any]) -> bool:
    """Tell whether an output was shown by evalkit, which left out of it what had to be."""
    html = "".join(data.get("text/html", ""))
    return any(mime in data for mime in _OWN) or html.startswith(_SESSION)


def _is_foreign(output: Any) -> bool:
    """Tell whether an output looks like a table or numbers of evalkit's own, but was not made by it."""
    data = output.get("data", {})
    return (TABLE_MIME in data or RESULTS_MIME in data) and WITHHELD_MIME not in data


def _pop_withheld(notebook: Any) -> Iterator[Mapping[str, Any]]:
    """Take out what kernels say that they left out."""
    for cell in _code_cells(notebook):
        for output in cell["outputs"]:
            told = output.get("data", {}).pop(WITHHELD_MIME, None)
            if told:
                yield told


def _once_each(outputs: Iterator[Any]) -> list[Any]:
    """Return the outputs of a cell without the same notice twice in a row."""
    kept: list[Any] = []
    for output in outputs:
        if not kept or output.get("data", {}) != kept[-1].get("data", {}):
            kept.append(output)
    return kept


def _code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
