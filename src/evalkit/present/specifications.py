"""Method specifications laid out for people: tidy tables that notebooks show."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalkit.methods import Bilingual, Component, MethodScores, MethodSpecification
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, reader_language, translator
from evalkit.present.numbers import format_interval
from evalkit.vocabulary import Language

Specifications = Mapping[str, MethodSpecification]

#: Parts of reasons about methods: what a component reads, whom a weighting reads, how many scored.
_PARTS = (
    mark("{name} ({indicators} from {sources})"),
    mark("source {source} ({raters})"),
    mark("Not estimable: the evidence carries {covered} of the weight, and {minimum_weight} is needed."),
)


def tabulate_methods(methods: Specifications, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what each method is: principle, sources, cadence, rules, minutes; one row a method."""
    rows = [
        {
            "method": title_of(spec, lang),
            "title": spec.title[reader_language(lang)],
            "sources": ", ".join(cell_label(source, lang) for source in spec.sources),
            "cadence": spec.cadence[reader_language(lang)],
            "result_weight": spec.part_weight("result"),
            "behaviour_weight": spec.part_weight("behaviour"),
            "components": len(spec.components),
            "n_assumptions": len(spec.assumptions),
        }
        for spec in methods.values()
    ]
    return pd.DataFrame(rows)


def tabulate_texts(methods: Specifications, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what each text says, in our words: summary, aims, problems and follow-up; one row a method."""
    rows = [
        {
            "method": title_of(spec, lang),
            "what_the_text_says": spec.summary[reader_language(lang)],
            "aims": _joined(spec.aims, lang),
            "problems_named": _joined(spec.problems, lang),
            "follow_up": _joined(spec.follow_up, lang),
        }
        for spec in methods.values()
    ]
    return pd.DataFrame(rows)


def tabulate_components(methods: Specifications, *, lang: Language | None = None) -> pd.DataFrame:
    """Return every component of every method: evidence, part, weight with its range (low, high), minimum."""
    rows = [
        _component(name, spec, component, lang)
        for name, spec in methods.items()
        for component in spec.components
    ]
    return pd.DataFrame(rows)


def tabulate_assumptions(methods: Specifications, *, lang: Language | None = None) -> pd.DataFrame:
    """Return every choice that a text leaves open, with what was assumed and the range that is tried."""
    tr = translator(lang)
    rows = [
        {
            "method": title_of(spec, lang),
            "about": cell_label(assumption.about, lang),
            "assumed": assumption.id if reader_language(lang) == "id" else assumption.en,
            "range": "" if assumption.range is None else " – ".join(map(tr.short, assumption.range)),
        }
        for spec in methods.values()
        for assumption in spec.assumptions
    ]
    return pd.DataFrame(rows, columns=["method", "about", "assumed", "range"])


def _component(
    name: str, spec: MethodSpecification, component: Component, lang: Language | None
) -> dict[str, object]:
    low, high = component.range
    return {
        "method": name,
        "title": title_of(spec, lang),
        "component": cell_label(component.name, lang),
        "indicators": ", ".join(component.indicators),
        "sources": ", ".join(cell_label(source, lang) for source in component.sources),
        "level": component.level,
        "part": component.part,
        "weight": component.weight,
        "low": low,
        "high": high,
        "range": format_interval(low, high, share=True, lang=lang),
        "minimum_observations": component.minimum.observations,
        "minimum_raters": component.minimum.raters,
    }


def _joined(texts: tuple[Bilingual, ...], lang: Language | None) -> str:
    return "; ".join(text[reader_language(lang)] for text in texts)


def title_of(spec: MethodSpecification, lang: Language | None = None) -> str:
    """Return what people call a method: its place, or its title where it has none."""
    return cell_label(spec.place, lang) or spec.title[reader_language(lang)]


def titles(methods: Specifications, lang: Language | None = None) -> dict[str, str]:
    """Return what people call each method, by its code."""
    return {name: title_of(spec, lang) for name, spec in methods.items()}


def tabulate_mappings(scores: MethodScores) -> pd.DataFrame:
    """Return what of a study's own evidence stands for which component, and why it may."""
    rows = [
        {
            "method": method,
            "component": component,
            "indicators": ", ".join(mapping["indicators"]),
            "sources": ", ".join(mapping["sources"]),
            "because": mapping["because"].strip(),
        }
        for method, components in scores.mappings.items()
        for component, mapping in components.items()
    ]
    return pd.DataFrame(rows, columns=["method", "component", "indicators", "sources", "because"])
