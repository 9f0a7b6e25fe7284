"""What the first cell of every notebook starts: the study's evidence, methods and settings, checked."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from evalkit.study.inputs import (
    NO_METHOD,
    choose_evidence,
    choose_names,
    list_labels,
)
from evalkit.study.people import PEOPLE_VARIABLE, list_names
from evalkit.study.settings import KEEP_VALID_VARIABLE, check_settings
from evalkit.study.shared import SharedResults
from evalkit.study.shared_inputs import (
    find_shared_diagnosis,
    load_known_trainings,
    load_shared_evidence,
    load_shared_specifications,
    simulate_shared_unaffected,
)
from evalkit.study.study_file import Study, find_study
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from evalkit.compare import Criterion, Link
    from evalkit.evidence import Evidence
    from evalkit.lab import Diagnosis
    from evalkit.methods import MethodScores, MethodSpecification

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Session:
    """The evidence and settings that one notebook works with.

    Attributes
    ----------
    evidence
        The study's evidence, only the chosen places and periods.
    methods
        Specifications of the chosen methods, by name.
    profiles
        Specifications that the study brings itself, by name.
    shared
        Results that reports of the study share; see `share`.
    """

    study: Study
    evidence: Evidence
    methods: Mapping[str, MethodSpecification]
    profiles: Mapping[str, MethodSpecification]
    lang: Language
    conf_level: float
    n_boot: int
    seed: int
    shared: SharedResults = field(default_factory=SharedResults, repr=False, compare=False)

    def share(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return ``function(*args, **kwargs)``, computed once for all reports that ask for the same.

        The runner keeps such results on disk, so that a report in the other language, or another report,
        finds them; by hand, the function is simply called. The answer is the same either way: a result is
        found again only for the same code, evidence, settings and random numbers. What is given should be
        the session's own (evidence, scores, ``rng(...)``), a result of `share`, or plain values; with
        anything else, nothing is kept.

        Examples
        --------
        >>> from evalkit.compare import measure_ceiling
        >>> session = start(study="judges")
        >>> session.share(measure_ceiling, session.evidence, conf_level=0.9).conf_level
        0.9
        """
        return self.shared.share(function, *args, **kwargs)

    def select(
        self,
        *,
        places: Sequence[str] = (),
        periods: Sequence[str] = (),
        indicators: Sequence[str] = (),
        sources: Sequence[str] = (),
    ) -> Evidence:
        """Return the evidence of some places, periods, indicators or sources only; empty means all."""
        wanted = {
            "places": tuple(places),
            "periods": tuple(periods),
            "indicators": tuple(indicators),
            "sources": tuple(sources),
        }
        return self.shared.know(self.evidence.select(**wanted), ["selected", self.evidence, wanted])

    @cached_property
    def scores(self) -> MethodScores:
        """Scores of the chosen methods, computed when first asked for."""
        from evalkit.methods import score_methods

        return self.share(score_methods, self.evidence, self.methods, mappings=self.study.mappings)

    def score(self, method: MethodSpecification | None) -> MethodScores:
        """Return the scores of one method alone; of none, where there is none."""
        from evalkit.methods import score_methods

        chosen = {method.name: method} if method else {}
        return self.share(
            score_methods, self.evidence, chosen, mappings=self.study.mappings if method else {}
        )

    @cached_property
    def profile_scores(self) -> MethodScores:
        """Scores of the study's own specifications, computed when first asked for."""
        from evalkit.methods import score_methods

        return self.share(score_methods, self.evidence, self.profiles, mappings=self.study.mappings)

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """What 'evalkit diagnose' found for the study, read when first asked for; none if it never ran."""
        return find_shared_diagnosis(self.study, self.shared)

    @cached_property
    def unaffected(self) -> Mapping[str, Evidence]:
        """By kind of intervention, the same people had it had no effect; none where evidence is real."""
        return simulate_shared_unaffected(self.study, self.shared)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links of the study between the chosen methods."""
        from evalkit.compare import Link

        links = (Link(**link) for link in self.study.links)
        return tuple(link for link in links if {link.method_a, link.method_b} <= set(self.methods))

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Criteria of the study that scores are held to; none where it names none."""
        from evalkit.compare import Criterion

        return tuple(Criterion(**one) for one in self.study.criteria)

    @cached_property
    def trainings(self) -> pd.DataFrame:
        """Catalogue of trainings, the study's own or the shipped one, read when first asked for."""
        return load_known_trainings(self.study, self.evidence, self.shared)

    def rng(self, name: str) -> np.random.Generator:
        """Return a random generator of its own for one use, the same in every run with the same seed.

        A use added or removed elsewhere in the notebook changes nothing here.
        """
        import numpy as np

        return np.random.default_rng(np.random.SeedSequence([self.seed, zlib.crc32(name.encode())]))

    def _repr_html_(self) -> str:
        from html import escape

        from evalkit.present.language import translator

        tr = translator(self.lang)
        kinds = {"real": tr("real evidence"), "synthetic": tr("SYNTHETIC evidence")}
        settings = tr(
            "{level} intervals, {n_boot} bootstrap replicates, seed {seed}",
            level=tr.share(self.conf_level, digits=0 if (100 * self.conf_level).is_integer() else 1),
            n_boot=tr.number(self.n_boot),
            seed=str(self.seed),
        )
        heading = escape(self.study.heading(self.lang))
        return f'<p class="session"><strong>{heading}</strong> ({kinds[self.study.kind]}); {settings}.</p>'


def start(
    *,
    study: str,
    lang: str = "en",
    methods: Sequence[str] = (),
    places: Sequence[str] = (),
    place: str = "",
    periods: Sequence[str] = (),
    conf_level: float = 0.95,
    n_boot: int = 2000,
    seed: int = 1,
) -> Session:
    """Start a notebook: load and check the study's evidence and methods, set the look of figures, and labels.

    Empty ``methods``, ``places`` and ``periods`` mean all that the study has.

    Parameters
    ----------
    place
        The one place that the notebook is about, of those that are kept; by default all of them.

    Raises
    ------
    UsageError
        If a setting is out of range, or a method, place or period does not exist.
    """
    check_settings(lang=lang, conf_level=conf_level, n_boot=n_boot, seed=seed)
    found = find_study(study)
    shared = SharedResults.from_environment()
    evidence = load_shared_evidence(found, shared, keep_valid=os.environ.get(KEEP_VALID_VARIABLE) == "1")
    hidden = os.environ.get(PEOPLE_VARIABLE) == "hidden"
    evidence = _without_comments(evidence, shared) if hidden else evidence
    specifications, profiles = load_shared_specifications(found, evidence, shared)
    specifications = {**specifications, **profiles}
    chosen = choose_names(methods or found.methods, specifications, refusal=NO_METHOD)
    everything = evidence
    evidence = choose_evidence(evidence, places=places, periods=periods)
    evidence = choose_evidence(evidence, places=[place] if place else (), periods=())
    if evidence is not everything:
        shared.know(evidence, ["chosen", everything, list(places), place, list(periods)])
    from evalkit.present.suppression import protect_people

    reader: Language = "id" if lang == "id" else "en"
    names = shared.recall(["listed names", everything], lambda: list_names(everything)) if hidden else ()
    protect_people(names, on=hidden)
    _prepare_words(found, evidence, reader)
    _prepare_figures()
    return Session(
        study=found,
        evidence=evidence,
        methods=chosen,
        profiles=profiles,
        lang=reader,
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
        shared=shared,
    )


def _without_comments(evidence: Evidence, shared: SharedResults) -> Evidence:
    """Leave out what people wrote in words: no number of people makes it a statement about a group."""
    from evalkit.evidence import COMMENTS  # not ahead: what runs reports needs no tables

    if COMMENTS.name not in evidence.extras:
        return evidence
    extras = {name: table for name, table in evidence.extras.items() if name != COMMENTS.name}
    left = replace(evidence, extras=extras)
    shared.know(left, ["without comments", evidence])
    return left


def _prepare_words(study: Study, evidence: Evidence, lang: Language) -> None:
    """Write in the language from here on, with the study's own labels; words of reports come first."""
    from evalkit.present.labels import use_labels, use_texts
    from evalkit.present.language import use_language

    use_language(lang)
    use_texts(study.texts)
    use_labels(list_labels(study, evidence))


def _prepare_figures() -> None:
    """Set the look of figures; in a notebook, show them as SVG."""
    import sys

    from evalkit.present.theme import use_theme

    use_theme()
    if "ipykernel" in sys.modules:
        from IPython.core.interactiveshell import InteractiveShell
        from matplotlib.figure import Figure
        from matplotlib.pyplot import uninstall_repl_displayhook
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        from evalkit.present.pictures import write_marked_svg

        set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]
        if shown := InteractiveShell.instance().display_formatter:
            shown.formatters["image/svg+xml"].for_type(Figure, write_marked_svg)
        uninstall_repl_displayhook()  # it draws every figure once more after each cell, for nobody to see
