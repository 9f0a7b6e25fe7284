"""What those who are served say: IKM of places and units, its bands and elements, and how many were asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.compare.survey_answers import read_survey
from evalkit.compare.survey_elements import judge_elements
from evalkit.compare.survey_place import measure_place
from evalkit.compare.survey_questions import measure_questions
from evalkit.compare.survey_samples import STATED, count_served, tabulate_samples
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import adjust_p_values

_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_PLACED: Final = ["place", "unit", "period"]
_ELEMENT_COLUMNS: Final = (
    *("place", "item", *_ENDS, "n", "caveat", "gap", "gap_error", "p_mean"),
    *("importance", "importance_low", "importance_high", "importance_gap", "importance_gap_error"),
    *("p_importance", "n_complete", "importance_caveat"),
)
#: What a survey is asked for; each is refused for a place that has none.
QUANTITIES: Final = (
    "ikm",
    "ikm_change",
    "band_probability",
    "element_mean",
    "element_importance",
    "sample_needed",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServiceSurvey:
    """The public satisfaction survey of places and their units.

    Attributes
    ----------
    indices
        One row per place (unit and period empty), per place and period, and per place and unit: IKM
        (estimate) with its interval, std_error, df, n respondents, n_clusters, band of the estimate, caveat.
    changes
        One row per place: change of the IKM from the first to the last quarter (start, end) with its
        interval, p_value, p_adjusted (Holm over places), n, caveat.
    bands
        One row per place or unit and band: its probability (estimate) and what that assumes.
    shrunken
        IKM of each unit drawn towards the others of its place, with its interval.
    spreads
        Of each place of three or more units: standard deviation of their true IKMs, with its interval, n.
    elements
        One row per place and element: mean, interval, n; derived importance with its interval; quadrant.
    unit_elements
        One row per unit and element: mean, interval, n.
    samples
        One row per unit: respondents, number asked for, population and where it is from, half the width of
        the interval of its IKM.
    questions
        Handling of complaints and conduct of staff, as IKM on 25 to 100, per place and per unit.
    refused
        quantity, place and reason of what the evidence cannot answer.
    n_observations
        Observations of the evidence, of whatever kind.
    conf_level
        Level of all intervals.
    """

    indices: pd.DataFrame
    changes: pd.DataFrame
    bands: pd.DataFrame
    shrunken: pd.DataFrame
    spreads: pd.DataFrame
    elements: pd.DataFrame
    unit_elements: pd.DataFrame
    samples: pd.DataFrame
    questions: pd.DataFrame
    refused: pd.DataFrame
    n_observations: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the bands to their sum."""
        sums = self.bands.groupby(["place", "unit"])["estimate"].sum()
        if not ((sums - 1).abs() < 1e-9).all():
            raise ValueError("the probabilities of the four bands do not add up to 1")

    @property
    def places(self) -> pd.DataFrame:
        """IKM of each place over all units and periods."""
        return self.indices[(self.indices["unit"] == "") & (self.indices["period"] == "")]

    @property
    def units(self) -> pd.DataFrame:
        """IKM of each unit over all periods."""
        return self.indices[self.indices["unit"] != ""]

    def to_frame(self) -> pd.DataFrame:
        """Return the IKM of places and units, one tidy row each."""
        return self.indices.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as rows of ``results.csv``; what is refused has no estimate."""
        importance = self.elements.drop(columns="caveat").rename(
            columns={
                "estimate": "mean",
                "importance": "estimate",
                "conf_low": "mean_low",
                "conf_high": "mean_high",
                "importance_low": "conf_low",
                "importance_high": "conf_high",
                "n": "n_answers",
                "n_complete": "n",
                "importance_caveat": "caveat",
            }
        )
        frames = {
            "ikm": self.indices,
            "ikm_change": self.changes,
            "ikm_shrunken": self.shrunken,
            "ikm_spread_of_units": self.spreads,
            "band_probability": self.bands.rename(columns={"band": "item"}),
            "element_mean": pd.concat([self.elements, self.unit_elements]),
            "element_importance": importance,
            "sample_needed": self.samples.rename(columns={"needed": "estimate"}),
        }
        parts = [frame.assign(quantity=name) for name, frame in frames.items()]
        named = self.refused.rename(columns={"reason": "caveat"})
        columns = ["quantity", *_PLACED, "item", *_ENDS, "n", "caveat"]
        return pd.concat([*parts, self.questions, named], ignore_index=True).reindex(columns=columns)

    def _repr_html_(self) -> str:
        return show_frame(self.indices)


def measure_service_survey(evidence: Evidence, *, conf_level: float = 0.95) -> ServiceSurvey:
    """Measure what those who are served say of places and units.

    The IKM of several units counts every respondent alike. Respondents are taken as drawn independently in
    their unit, or days where a unit has ten or more of them; units are all that there are, and no sample.
    Where the study says how many were served (``survey_population``), errors of units are those of a sample
    without replacement.

    What the evidence cannot answer stands in ``refused``; a cell of under five respondents has no estimate.

    Examples
    --------
    >>> from evalkit.lab import simulate
    >>> found = measure_service_survey(simulate({"senapelan": 27}, seed=1))
    >>> found.places["n"].tolist(), found.places["band"].tolist()
    ([80], ['B'])
    """
    answers, refused = read_survey(evidence)
    served = count_served(evidence, sorted(answers["period"].unique()))
    stated = served[served["population_of"] == STATED].set_index(["place", "unit"])["population"]
    measured = [measure_place(rows, stated, conf_level) for _, rows in answers.groupby("place", sort=False)]
    indices = _join(
        measured, "indices", [*_PLACED, *_ENDS, "std_error", "df", "n", "n_clusters", "band", "caveat"]
    )
    changes = _join(measured, "changes", ["place", "start", "end", *_ENDS, "p_value", "n", "caveat"])
    questions, unanswered = measure_questions(evidence, conf_level=conf_level)
    gaps = [(name, place, reason) for place, reason in refused.items() for name in QUANTITIES]
    return ServiceSurvey(
        indices=indices,
        changes=changes.assign(p_adjusted=adjust_p_values(changes["p_value"].astype(float))),
        bands=_join(measured, "bands", ["place", "unit", "band", "estimate", "n", "caveat"]),
        shrunken=_join(measured, "shrunken", ["place", "unit", *_ENDS, "n", "caveat"]),
        spreads=_join(measured, "spreads", ["place", *_ENDS, "n"]),
        elements=judge_elements(_join(measured, "elements", list(_ELEMENT_COLUMNS)), conf_level),
        unit_elements=_join(measured, "unit_elements", ["place", "unit", "item", *_ENDS, "n", "caveat"]),
        samples=tabulate_samples(indices[indices["unit"] != ""], served),
        questions=questions,
        refused=pd.DataFrame([*gaps, *unanswered], columns=["quantity", "place", "reason"], dtype="str"),
        n_observations=len(evidence.observations),
        conf_level=conf_level,
    )


def _join(measured: list[dict[str, pd.DataFrame]], name: str, columns: list[str]) -> pd.DataFrame:
    """Put the frames of all places below one another."""
    frames = [one[name] for one in measured if len(one[name])]
    empty = pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True).reindex(columns=columns) if frames else empty


def settled_bands(found: ServiceSurvey, probability: float = 0.95) -> pd.DataFrame:
    """Return the most probable band of each unit, its probability, and whether that settles it.

    Examples
    --------
    >>> from evalkit.lab import simulate
    >>> settled_bands(measure_service_survey(simulate({"senapelan": 27}, seed=1)))["settled"].tolist()
    [True, False]
    """
    units = found.bands[found.bands["unit"] != ""]
    top = units.loc[units.groupby(["place", "unit"], sort=False)["estimate"].idxmax()]
    shown = found.units.set_index(["place", "unit"])["band"]
    own = [shown[key] for key in zip(top["place"], top["unit"], strict=True)]
    return top.assign(settled=top["estimate"] >= probability, shown_band=own).reset_index(drop=True)
