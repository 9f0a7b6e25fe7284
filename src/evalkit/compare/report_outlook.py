"""What each report can say of some evidence, and why not more: asked before anything is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import pandas as pd

from evalkit.compare.contamination import INDEPENDENT, Criterion, choose_criteria, list_contamination
from evalkit.compare.design import MethodDesign, answerable, method_design
from evalkit.compare.groupings import find_groupings
from evalkit.errors import EvalkitError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import Shown

#: What a report can say: all that it asks, some of it, nothing; or that nothing is known of it beforehand.
Outlook = Literal["whole", "part", "nothing", "unknown"]
Answer = tuple[Outlook, str]

_WHOLE: Final[Answer] = ("whole", "")
_NO_METHOD: Final = "no method can be formed from this evidence"
_FEWEST_QUARTERS: Final = 3
_PROGRAMME: Final = "training"  # the table of a training programme with its comparison groups


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyFacts(Shown):
    """What decides on what reports can say.

    Attributes
    ----------
    scores
        Scores of the study's methods.
    fairness, families
        Groups and families as ``study.yaml`` declares them.
    n_profiles
        Method specifications that the study brings itself.
    is_diagnosed
        Whether 'evalkit diagnose' ran for the study.
    """

    evidence: Evidence
    scores: MethodScores
    criteria: Sequence[Criterion] = ()
    fairness: Mapping[str, Any] | None = None
    families: Mapping[str, Any] | None = None
    n_profiles: int = 0
    is_diagnosed: bool = False

    @cached_property
    def design(self) -> MethodDesign:
        """Who was scored by which methods."""
        return method_design(self.scores, self.evidence)

    @cached_property
    def questions(self) -> pd.DataFrame:
        """Every question about methods, and why some cannot be answered."""
        return answerable(self.design)

    @cached_property
    def recorded(self) -> pd.DataFrame:
        """Observations with a value."""
        rows = self.evidence.observations
        return rows[rows["status"] == "recorded"]

    @property
    def formed(self) -> tuple[str, ...]:
        """Methods that scored anyone."""
        return self.design.methods

    @property
    def not_formed(self) -> tuple[str, ...]:
        """Methods that could score nobody."""
        return tuple(name for name in self.scores.specifications if name not in self.formed)

    def ask(self, question: str) -> str:
        """Return why a question about methods cannot be answered; nothing where it can."""
        reasons = self.questions.set_index("question")["reason"]
        return str(reasons[question])


def describe_outlook(facts: StudyFacts, notebooks: Sequence[str]) -> pd.DataFrame:
    """Say of each report what it can say from this evidence: report, outlook, reason.

    A notebook that is none of the shipped ones is of unknown outlook.
    """
    rows = [(notebook, *_ask(notebook, facts)) for notebook in notebooks]
    return pd.DataFrame(rows, columns=["report", "outlook", "reason"])


def _ask(notebook: str, facts: StudyFacts) -> Answer:
    try:
        return _QUESTIONS.get(notebook, _unknown)(facts)
    except EvalkitError:
        return "nothing", "a fault of the study stands in the way"


def _unknown(_: StudyFacts) -> Answer:
    return "unknown", "what this notebook needs is known only when it runs"


def _always(_: StudyFacts) -> Answer:
    return _WHOLE


def _methods(facts: StudyFacts) -> Answer:
    if not facts.scores.specifications:
        return "nothing", "study.yaml names no method"
    return _WHOLE


def _scores(facts: StudyFacts) -> Answer:
    if not facts.formed:
        return "nothing", _NO_METHOD
    return ("part", _too_little(facts)) if facts.not_formed else _WHOLE


def _too_little(facts: StudyFacts) -> str:
    return f"too little evidence for {', '.join(facts.not_formed)}"


def _reliability(facts: StudyFacts) -> Answer:
    rows = facts.recorded
    named = rows[rows["rater"] != ""]
    who = ["place", "unit", "employee", "indicator", "source"]
    raters = named.groupby(who, observed=True)["rater"].nunique()
    periods = rows.groupby(who, observed=True)["period"].nunique()
    if not ((raters > 1).any() or (periods > 1).any()):
        return "part", "nobody was rated by two raters, and nothing was observed in two quarters"
    return ("part", _too_little(facts)) if facts.not_formed else _WHOLE


def _agreement(facts: StudyFacts) -> Answer:
    reason = facts.ask("rank_agreement")
    return ("part", reason) if reason else _WHOLE


def _differences(facts: StudyFacts) -> Answer:
    families = facts.families or {}
    if not families:
        return "nothing", "study.yaml declares no family of means to compare"
    asks_methods = any(one.get("by") == "method" for one in families.values() if isinstance(one, Mapping))
    reason = facts.ask("mean_differences") if asks_methods else ""
    if not reason:
        return _WHOLE
    return ("part" if len(families) > 1 else "nothing"), reason


def _validity(facts: StudyFacts) -> Answer:
    if not facts.formed:
        return "nothing", _NO_METHOD
    if not facts.evidence.truth.empty:
        return _WHOLE
    criteria = choose_criteria(facts.evidence, facts.criteria)
    if not criteria:
        return "part", "no outcome is recorded that scores could be held to"
    held = list_contamination(facts.scores, facts.evidence, criteria)
    if not (held["verdict"] == INDEPENDENT).any():
        return "part", "every outcome comes from what is scored, or from those who rated"
    return _WHOLE


def _robustness(facts: StudyFacts) -> Answer:
    return _WHOLE if facts.formed else ("nothing", _NO_METHOD)


def _fairness(facts: StudyFacts) -> Answer:
    if find_groupings(facts.evidence, facts.fairness):
        return _WHOLE
    return (
        "nothing",
        "no two groups of ten people or more are told apart by sex, age, grade, place or a table",
    )


def _follow_up(facts: StudyFacts) -> Answer:
    if not facts.formed:
        return ("part" if _PROGRAMME in facts.evidence.extras else "nothing"), _NO_METHOD
    if facts.evidence.interventions.empty:
        return "part", "no training, mentoring or recognition is recorded, so none can be followed"
    if facts.recorded.loc[facts.recorded["period"] != "", "period"].nunique() < _FEWEST_QUARTERS:
        return "part", "change is followed over three quarters or more, and there are fewer"
    return _WHOLE


def _service(facts: StudyFacts) -> Answer:
    rows = facts.recorded
    asked = (rows["indicator"] == "public_satisfaction") & (rows["source"] == "citizen")
    has_survey, has_cases = bool(asked.any()), not facts.evidence.events.empty
    if has_survey and has_cases:
        return _WHOLE
    if has_survey:
        return "part", "no cases with their days are recorded (table events), so waiting is not shown"
    if has_cases:
        return "part", "no answers of the public satisfaction survey are recorded"
    return (
        "nothing",
        "neither answers of the public satisfaction survey nor cases with their days are recorded",
    )


def _synthesis(facts: StudyFacts) -> Answer:
    if not facts.formed:
        return "nothing", _NO_METHOD
    if not facts.is_diagnosed:
        return "part", "what decisions cost is known only where 'evalkit diagnose' ran on simulated evidence"
    return _WHOLE


def _place(facts: StudyFacts) -> Answer:
    own = {method.place for method in facts.scores.specifications.values()}
    if own & set(facts.evidence.observations["place"].unique()):
        return _WHOLE
    return "nothing", "no method of the study belongs to a place of this evidence"


def _profiles(facts: StudyFacts) -> Answer:
    if facts.n_profiles:
        return _WHOLE
    return "nothing", "the study brings no method specifications of its own"


def _diagnosed(facts: StudyFacts) -> Answer:
    if facts.is_diagnosed:
        return _WHOLE
    return "nothing", "it needs what 'evalkit diagnose' counts, and that takes simulated evidence"


_QUESTIONS: Final[Mapping[str, Callable[[StudyFacts], Answer]]] = {
    "01_methods": _methods,
    "02_evidence": _always,
    "03_scores": _scores,
    "04_reliability": _reliability,
    "05_agreement": _agreement,
    "06_differences": _differences,
    "07_validity": _validity,
    "08_robustness": _robustness,
    "09_fairness": _fairness,
    "10_follow_up": _follow_up,
    "11_service": _service,
    "12_synthesis": _synthesis,
    "place": _place,
    "public": _always,
    "profiles": _profiles,
    "advisor": _diagnosed,
    "pitfalls": _always,
    "validation": _always,
}
