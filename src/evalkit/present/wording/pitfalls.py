"""What traps of analysis make of samples whose truth is known, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evalkit.lab.pitfalls import TRAPS, Pitfalls
from evalkit.present.labels import cell_label
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_NAMES: Final[Mapping[int, str]] = {
    1: mark("Places pooled"),
    2: mark("Raters of units taken for columns"),
    5: mark("Difference regressed on the mean"),
    10: mark("Many pairs, none adjusted"),
    13: mark("Units ignored"),
    14: mark("Regression to the mean"),
    17: mark("Weights drawn unevenly"),
    21: mark("Units read of people"),
}
#: What is true of the samples of a trap.
_DESIGNS: Final[Mapping[int, str]] = {
    1: mark("five places of 40 people; two methods share the level of the place and nothing of the person"),
    2: mark(
        "ten units of eight people, three raters in each; people make half of the variance, raters a quarter"
    ),
    5: mark("100 people rated twice on one scale, once with an error of 0.3 and once of 0.9"),
    10: mark("five methods that do not differ, 60 people, ten pairs"),
    13: mark("three of twelve units of 20 people differ in nothing; units make a fifth of the variance"),
    14: mark("400 people rated twice (r = 0.7); the lowest quarter is trained in between, without effect"),
    17: mark("five weights about which nothing is known; one exceeds all others together, or not"),
    21: mark(
        "40 units of ten people; satisfaction and performance share a fifth of their variance, all of it between units, and "
        "nothing among people of one unit"
    ),
}
_SENTENCES: Final[Mapping[int, str]] = {
    1: mark(
        "Two methods that share nothing within places seem to agree once places are pooled: Kendall's τ {all_places_together}; "
        "within places it is {within_places}, and the truth is {truth}."
    ),
    2: mark(
        "Raters who belong to one unit each, taken for three raters of all, make ratings look less reliable: "
        "{raters_as_columns}; by who rated whom it is {raters_in_units}, and the truth is {truth}."
    ),
    5: mark(
        "Regressing the difference of two ratings on their mean finds one scale wider than the other in {difference_on_mean} of "
        "samples in which it is not; Deming's line does in {deming}."
    ),
    10: mark(
        "Ten pairs of methods that do not differ: some pair seems to differ in {each_pair_alone} of samples, and in {holm} once "
        "Holm has adjusted the p-values."
    ),
    13: mark(
        "Units that differ in nothing seem to differ in {people_as_independent} of samples when people count as independent, in "
        "{cr1} with the common cluster-robust error (CR1), in {cr3} with the one used here (CR3)."
    ),
    14: mark(
        "People trained because they were lowest gain {gain_of_the_trained} SD from a training without effect, and "
        "{gain_beyond_the_rest} SD beyond the others; against what regression to the mean gives anyway it is "
        "{gain_beyond_regression}, at the cut-off {jump_at_the_cut}."
    ),
    17: mark(
        "Weights drawn evenly one by one and then divided by their sum put one weight above all others together in "
        "{uniform_then_normalised} of draws; among all weightings it is {truth} (Dirichlet draws: {dirichlet})."
    ),
    21: mark(
        "A unit's satisfaction read of the people in it: between units it goes with performance (r {units_compared}), and given "
        "to each person it still seems to (r {given_to_people}); among people of one unit it says nothing ({within_units}; the "
        "truth is {truth})."
    ),
}
_IN_NUMBERS: Final = (1, 2, 14, 21)
_LIMITS: Final = (
    mark(
        "Each trap is set in one design of its own, which is named in the table. In others it may be shallower or deeper; what is "
        "shown is the direction. After ± stands one Monte Carlo error."
    ),
)


def say_pitfalls(found: Pitfalls, lang: Language | None = None) -> Findings:
    """Say of each trap what it makes of samples, and what the reading does that reports use."""
    tr = translator(lang)
    rows = found.readings
    told = [_say(tr, int(part["pitfall"].iloc[0]), part) for _, part in rows.groupby("pitfall", sort=False)]
    return Findings((_summary(tr, rows), *told), tuple(map(tr, _LIMITS)))


def describe_pitfalls(found: Pitfalls, lang: Language | None = None) -> pd.DataFrame:
    """Return the readings with the trap, its design and the reading in words."""
    tr = translator(lang)
    rows = found.to_frame()
    return rows.assign(
        trap=[tr(_NAMES[number]) for number in rows["pitfall"]],
        design=[tr(_DESIGNS[number]) for number in rows["pitfall"]],
        reading=[cell_label(name, lang) for name in rows["reading"]],
        holds=[tr("yes") if held else tr("no") for held in rows["holds"]],
    )


def _summary(tr: Translator, rows: pd.DataFrame) -> str:
    traps, used = rows[~rows["sound"]], rows[rows["sound"]]
    return tr(
        "Of {traps} that fall into a trap, {missed} miss the truth by more than three Monte Carlo errors; of {used} that these "
        "reports use, {failed}.",
        traps=tr.plural("{n} reading", "{n} readings", len(traps)),
        missed=tr.number(int((~traps["holds"]).sum())),
        used=tr.number(len(used)),
        failed=tr.number(int((~used["holds"]).sum())),
    )


def _say(tr: Translator, number: int, part: pd.DataFrame) -> str:
    write = tr.number if number in _IN_NUMBERS else tr.share
    fills = {
        row["reading"]: f"{write(row['estimate'])} ± {_error(tr, number, row['mc_error'])}"
        for row in part.to_dict("records")
    }
    return tr(_SENTENCES[number], truth=write(TRAPS[number].truth), **fills)


def _error(tr: Translator, number: int, error: float) -> str:
    return tr.number(error, digits=3) if number in _IN_NUMBERS else tr.share(error, digits=1)
