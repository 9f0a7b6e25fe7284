"""Whether what was given helped, in plain sentences."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from evalkit.compare import InterventionEffects, ProgrammeBenchmark
from evalkit.present.effect_rows import name_given, name_where
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.programmes import say_programme
from evalkit.vocabulary import Language

_RATING: Final = "supervisor"
_ORDER: Final = {
    name: i
    for i, name in enumerate(
        (
            *("training", "mentoring", "recognition", "score", "lot", "volunteer"),
            *("lowest", "improved", "highest", "fell", ""),
        )
    )
}
_NOTHING: Final = mark(
    "Whether training, mentoring or recognition helped cannot be said: the evidence has no table of what was given to whom."
)
_LIMITS: Final = {
    "score": mark(
        "Where a score decided, the effect is that on people at the cut-off; those far from it may gain more or less."
    ),
    "volunteer": mark(
        "Volunteers are compared with people who did not ask. Equal change before is no proof of equal change after: "
        "that effect is the least certain of all."
    ),
    "lot": mark(
        "Where a lottery decided, nothing but chance made the groups differ, and the interval covers that."
    ),
}
_OPEN: Final = mark(
    "An effect that is not shown is not shown to be none: the interval says what is possible."
)


def say_effects(
    found: InterventionEffects, programme: ProgrammeBenchmark, lang: Language | None = None
) -> Findings:
    """Say what each intervention did, what would have been seen anyway, and how a real programme fared."""
    tr = translator(lang)
    rows = _choose(found.main[found.main["outcome"] == _RATING])
    sentences = [_effect(tr, row, found) for row in _list(rows)]
    sentences += [
        *(_change(tr, row) for row in _list(_choose(found.benchmarks))),
        *_known(tr, found),
        *_spread(tr, found),
        *_refused(tr, found),
        *say_programme(tr, programme),
    ]
    given = set(rows["assigned_by"])
    limits = [_LIMITS[by] for by in ("score", "lot", "volunteer") if by in given]
    if not given and found.refused["kind"].eq("").all():
        sentences.append(tr(_NOTHING))
    return Findings(tuple(sentences), tuple(tr(one) for one in [*limits, *([_OPEN] if given else [])]))


def _choose(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row of each kind and rule: all places of one rule together, else the largest place."""
    ordered = rows.assign(together=rows["place"] == "").sort_values(
        ["together", "n"], ascending=False, kind="stable"
    )
    once = ordered.drop_duplicates(["kind", "assigned_by", "rule"])
    return once.sort_values(
        ["kind", "assigned_by", "rule"], key=lambda names: names.map(_ORDER), kind="stable"
    )


def _list(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _effect(tr: Translator, row: dict[str, Any], found: InterventionEffects) -> str:
    about = {
        "given": _sentence_case(name_given(tr, row["kind"], row["assigned_by"], row["rule"])),
        "estimate": tr.number(row["estimate"]),
        "interval": tr.interval(row["conf_low"], row["conf_high"]),
        "n": tr.number(int(row["n"])),
        "where": name_where(tr, row["place"]),
    }
    if row["assigned_by"] == "volunteer" and row["conf_low"] > 0:
        sentence = tr(
            "{given}: the supervisor's rating rose by {estimate} SD more than that of people who did not ask ({interval}; n = {n}; {where}): the training, "
            "or what made them ask.",
            **about,
        )
    elif row["conf_low"] > 0:
        sentence = tr(
            "{given}, helped: the supervisor's rating a quarter later is {estimate} SD higher for it ({interval}; n = {n}; {where}).",
            **about,
        )
    elif row["conf_high"] < 0:
        sentence = tr(
            "{given}, did harm: the supervisor's rating a quarter later moved by {estimate} SD for it ({interval}; n = {n}; {where}).",
            **about,
        )
    else:
        sentence = tr(
            "{given}: no effect is shown. The estimate is {estimate} SD of the supervisor's rating a quarter later, and anything "
            "from {interval} is possible (n = {n}; {where}).",
            **about,
        )
    return f"{sentence} {_before(tr, row, found)}".rstrip()


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _before(tr: Translator, row: dict[str, Any], found: InterventionEffects) -> str:
    """Say of volunteers how they had changed before."""
    tests = found.tests
    same = (tests["place"] == row["place"]) & (tests["kind"] == row["kind"])
    own = tests[same & (tests["quantity"] == "pre_trend") & (tests["outcome"] == _RATING)]
    if row["assigned_by"] != "volunteer" or own.empty:
        return ""
    return tr(
        "Two quarters before it, they stood {estimate} SD from where equal change would have put them (p = {p}).",
        estimate=tr.number(own["estimate"].iloc[0]),
        p=tr.p_value(own["p_value"].iloc[0]),
    )


def _change(tr: Translator, row: dict[str, Any]) -> str:
    """Say how those chosen changed, and what of it chance alone explains."""
    about = {
        "given": _sentence_case(name_given(tr, row["kind"], row["assigned_by"], row["rule"])),
        "observed": tr.number(row["observed_change"]),
        "expected": tr.number(row["expected_change"]),
        "n": tr.number(int(row["n_given"])),
        "where": name_where(tr, row["place"]),
    }
    messages = {
        "lowest": tr(
            "{given}: the ratings of those chosen rose by {observed} SD, but {expected} would have been seen without it, since a lowest rating is "
            "partly bad luck (n = {n}; {where}).",
            **about,
        ),
        "highest": tr(
            "{given}: the ratings of those chosen changed by {observed} SD; {expected} would have been seen without it, since a highest rating is "
            "partly good luck (n = {n}; {where}).",
            **about,
        ),
        "improved": tr(
            "{given}: the ratings of those chosen changed by {observed} SD. Without it a loss was to be expected ({expected} SD), since who rises "
            "most was partly lucky: staying level is a gain (n = {n}; {where}).",
            **about,
        ),
        "fell": tr(
            "{given}: the ratings of those chosen changed by {observed} SD; {expected} would have been seen without it, since who falls most was "
            "partly unlucky (n = {n}; {where}).",
            **about,
        ),
    }
    return messages[row["rule"]]


def _known(tr: Translator, found: InterventionEffects) -> list[str]:
    """Say how many intervals hold the true effect, where it is known."""
    known = found.main.dropna(subset=["known_effect"])
    if known.empty:
        return []
    held = known["known_effect"].between(known["conf_low"], known["conf_high"])
    none = known[(known["known_effect"].abs() < 1e-9)]
    claimed = int((none["conf_low"] > 0).sum())
    sentence = tr(
        "The true effects are known here: {k} of {n} intervals hold them.",
        k=tr.number(int(held.sum())),
        n=tr.number(len(known)),
    )
    if none.empty:
        return [sentence]
    more = tr("Of {n} with no true effect, {k} claim a gain.", n=tr.number(len(none)), k=tr.number(claimed))
    return [f"{sentence} {more}"]


def _spread(tr: Translator, found: InterventionEffects) -> list[str]:
    """Say how far mentoring does more under some leaders than under others."""
    rows = found.spread[(found.spread["outcome"] == _RATING) & found.spread["estimate"].notna()]
    rows = rows.assign(together=rows["place"] == "").sort_values("together", ascending=False, kind="stable")
    sentences = []
    for row in rows.drop_duplicates("kind").to_dict("records"):
        about = {
            "kind": tr.label(row["kind"]),
            "estimate": tr.number(row["estimate"]),
            "interval": tr.interval(row["conf_low"], row["conf_high"]),
            "n": tr.number(int(row["n"])),
        }
        if pd.isna(row["conf_high"]):
            sentences.append(
                tr(
                    "It is not shown that leaders differ in what {kind} does: the effects under {n} leaders lie closer together than "
                    "chance lets expect.",
                    **about,
                )
            )
        elif row["conf_low"] > 0:
            sentences.append(
                tr("Leaders differ in what {kind} does: by {estimate} SD ({interval}; {n} leaders).", **about)
            )
        else:
            sentences.append(
                tr(
                    "It is not shown that leaders differ in what {kind} does: the spread is {estimate} SD, and zero is within the interval "
                    "({interval}; {n} leaders).",
                    **about,
                )
            )
    return sentences


def _refused(tr: Translator, found: InterventionEffects) -> list[str]:
    """Say how much cannot be estimated, and why it mostly cannot."""
    n = len(found.refused[found.refused["kind"] != ""])
    if not n:
        return []
    return [
        tr.plural(
            "{n} case cannot be estimated: too few people, too few different scores, no later quarter, or no score that "
            "parts who was given it.",
            "{n} cases cannot be estimated: too few people, too few different scores, no later quarter, or no score that "
            "parts who was given it.",
            n,
        )
    ]
