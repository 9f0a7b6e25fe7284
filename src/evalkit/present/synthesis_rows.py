"""The synthesis made ready for people: purposes, criteria, opinions, and what would change an answer."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.lab import Purposes, Synthesis
from evalkit.lab.fitness import AT_MOST, UNFIT, UNIT_LEVEL
from evalkit.lab.purpose_ranks import CLEAR, PurposeRanks
from evalkit.present.language import Translator, mark, translator
from evalkit.present.reader import reader_language
from evalkit.vocabulary import Language

_SELDOM: Final = 0.01  # best in fewer draws: no opinion worth telling
_FAVOURED: Final = 2  # criteria that are named of an opinion
_ORIGINS: Final = {
    "diagnosis": mark("the laboratory"),
    "units": mark("samples drawn for this"),
    "specification": mark("the specification"),
}


def tabulate_purposes(found: Synthesis, *, lang: Language | None = None) -> pd.DataFrame:
    """Return one row a purpose: who leads, in which share of draws, who may not serve it, what it asks."""
    tr = translator(lang)
    rows = []
    for name, purpose in found.purposes.purposes.items():
        one = found.ranks.get(name)
        about = {
            "purpose": purpose.title[reader_language(lang)],
            "because": purpose.because[reader_language(lang)],
        }
        answer = tr("no answer") if one is None else _answer(one, tr)
        leads = "–" if one is None else _scenarios(one, tr)
        rows.append({**about, "answer": answer, "leads": leads, "not_fit": _not_fit(found, name, tr)})
    return pd.DataFrame(rows, columns=["purpose", "answer", "leads", "not_fit", "because"])


def _scenarios(one: PurposeRanks, tr: Translator) -> str:
    """Say in how many scenarios the first method is most often best."""
    n = sum(row["method"] == one.leaders[0] for row in one.scenarios)
    return tr("{k} of {n}", k=tr.number(n), n=tr.number(len(one.scenarios)))


def _answer(one: PurposeRanks, tr: Translator) -> str:
    names = [f"{tr.label(name)} ({tr.share(one.share(name))})" for name in one.leaders]
    if one.verdict == CLEAR:
        return names[0]
    return tr("no clear winner: {names}", names=tr.listed(names))


def _not_fit(found: Synthesis, purpose: str, tr: Translator) -> str:
    """Name the methods that may not serve a purpose, and those that are not shown to be dependable enough."""
    rows = found.fitness[found.fitness["purpose"] == purpose]
    texts = [
        (
            (UNIT_LEVEL,),
            mark("{names}: about units, not persons"),
        ),
        ((UNFIT,), mark("{names}: not dependable enough")),
        ((AT_MOST, "unclear"), mark("{names}: not shown to be dependable enough")),
    ]
    told = []
    for verdicts, message in texts:
        names = [tr.label(name) for name in rows.loc[rows["verdict"].isin(verdicts), "method"]]
        if names:
            told.append(tr(message, names=tr.listed(names)))
    missing = found.refused.loc[
        (found.refused["purpose"] == purpose) & (found.refused["method"] != ""), "method"
    ]
    if len(missing):
        told.append(tr("{names}: not known enough", names=tr.listed([tr.label(name) for name in missing])))
    return "; ".join(told) or "–"


def tabulate_criteria(found: Synthesis, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what each criterion is worth for each method, 0 to 1; a column a method, named in words."""
    tr = translator(lang)
    wide = found.criteria.pivot_table(index="criterion", columns="method", values="value", dropna=False)
    wide = wide.reindex(index=list(found.purposes.criteria), columns=list(found.methods))
    titles = [one.title[reader_language(lang)] for one in found.purposes.criteria.values()]
    wide = wide.rename(columns=tr.label).rename_axis(columns=None).reset_index(drop=True)
    wide.insert(0, "criterion", titles)
    return wide


def tabulate_anchors(purposes: Purposes, *, lang: Language | None = None) -> pd.DataFrame:
    """Return each criterion's anchors with their reason, where its numbers come from, and where it counts."""
    tr = translator(lang)
    rows = [
        {
            "criterion": one.title[reader_language(lang)],
            "anchors": tr("{worst} to {best}", worst=_plain(one.worst, tr), best=_plain(one.best, tr)),
            "because": one.because[reader_language(lang)],
            "from": tr(_ORIGINS[one.origin]),
            "counts_for": ", ".join(
                use.title[reader_language(lang)] for use in purposes.purposes.values() if name in use.criteria
            ),
        }
        for name, one in purposes.criteria.items()
    ]
    return pd.DataFrame(rows, columns=["criterion", "anchors", "because", "from", "counts_for"])


def _plain(number: float, tr: Translator) -> str:
    return tr.number(int(number)) if float(number).is_integer() else tr.number(number)


def tabulate_opinions(found: Synthesis, *, lang: Language | None = None) -> pd.DataFrame:
    """Return for each purpose and method which opinion makes it the best: what weighs most then."""
    tr = translator(lang)
    rows = []
    for one in found.ranks.values():
        for i, method in enumerate(one.methods):
            if one.share(method) < _SELDOM:
                continue
            rows.append(
                {
                    "purpose": one.purpose.title[reader_language(lang)],
                    "method": method,
                    "estimate": one.share(method),
                    "confidence": float(one.found.confidence[i]),
                    "favours": _favours(found, one, i, tr),
                }
            )
    return pd.DataFrame(rows, columns=["purpose", "method", "estimate", "confidence", "favours"])


def _favours(found: Synthesis, one: PurposeRanks, i: int, tr: Translator) -> str:
    """Name the criteria that weigh most above an even share under the central weights."""
    weights = one.found.central[i]
    order = np.argsort(-weights, kind="stable")[:_FAVOURED]
    return ", ".join(
        f"{found.purposes.criteria[one.purpose.criteria[j]].title[tr.lang]} ({tr.share(weights[j])})"
        for j in order
        if weights[j] > 1 / len(weights)
    )


def tabulate_without(found: Synthesis, *, lang: Language | None = None) -> pd.DataFrame:
    """Return who leads when one criterion does not count, where that changes."""
    tr = translator(lang)
    rows = [
        {
            "purpose": one.purpose.title[reader_language(lang)],
            "criterion": found.purposes.criteria[row["criterion"]].title[reader_language(lang)],
            "before": tr.listed([tr.label(name) for name in one.leaders]),
            "after": tr.listed([tr.label(name) for name in row["leaders"]]),
        }
        for one in found.ranks.values()
        for row in one.without
        if not row["held"]
    ]
    return pd.DataFrame(rows, columns=["purpose", "criterion", "before", "after"])


def tabulate_mistakes(found: Synthesis) -> pd.DataFrame:
    """Return the share of wrong selections of each method, a row a method and decision."""
    order = found.mistakes.sort_values(["decision", "estimate"], kind="stable", ascending=[False, True])
    return order.reset_index(drop=True)


def tabulate_front(found: Synthesis, *, lang: Language | None = None) -> pd.DataFrame:
    """Return minutes and loss of each method and baseline, with what they may be, the cheapest first."""
    tr = translator(lang)
    rows = found.front.sort_values("minutes", kind="stable").reset_index(drop=True)
    ends = {
        "minutes_range": [
            tr.interval(low, high, digits=0)
            for low, high in rows[["minutes_low", "minutes_high"]].itertuples(index=False)
        ],
        "loss_range": [
            tr.interval(low, high, share=True)
            for low, high in rows[["decision_loss_low", "decision_loss_high"]].itertuples(index=False)
        ],
    }
    return rows.assign(**ends)
