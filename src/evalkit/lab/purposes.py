"""What scores are for, and what each use asks of a method: criteria with fixed anchors, read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import StudyError
from evalkit.lab.purpose_faults import find_purpose_faults
from evalkit.methods import Bilingual
from evalkit.shown import Shown
from evalkit.yaml_file import describe_faults, list_faults, read_yaml

Values = NDArray[np.float64]
Origin = Literal["diagnosis", "units", "specification"]

#: A study's own file; without one the shipped one holds.
PURPOSES_FILE: Final = "purposes.yaml"
_REMEDY: Final = (
    "Correct the file; the one that comes with evalkit (src/evalkit/lab/purposes.yaml) shows how."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick(Shown):
    """A criterion that methods are held to, with its anchors.

    Attributes
    ----------
    origin
        Where its numbers come from: the diagnosis of the laboratory, units in the laboratory, or the
        specification alone.
    quantity
        What is read of the diagnosis.
    corruptions, dial
        Where these are named, the mean of the quantity over evidence that each of them spoils at this dial.
    sources
        Whose share of the weight counts, for a criterion of the specification.
    factor
        The number is drawn between it divided and multiplied by this, as likely above as below.
    worst, best
        Numbers that are worth 0 and 1; fixed beforehand.
    """

    name: str
    title: Bilingual
    because: Bilingual
    origin: Origin
    quantity: str = ""
    corruptions: tuple[str, ...] = ()
    dial: float = 0.0
    sources: tuple[str, ...] = ()
    factor: float = 1.0
    worst: float
    best: float

    @property
    def spoiled(self) -> tuple[str, ...]:
        """Names of the ways in which evidence is spoiled; one that is empty for evidence as it is."""
        return tuple(f"{kind}={self.dial:g}" for kind in self.corruptions) or ("",)

    def value(self, numbers: Values) -> Values:
        """Return what numbers are worth, from 0 at the worst anchor or beyond it to 1 at the best.

        Examples
        --------
        >>> none = Bilingual(id="", en="")
        >>> loss = Yardstick(name="loss", title=none, because=none, origin="diagnosis", worst=1, best=0)
        >>> loss.value(np.array([1.2, 0.25])).tolist()
        [0.0, 0.75]
        """
        worth: Values = np.clip((numbers - self.worst) / (self.best - self.worst), 0, 1)
        return worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose(Shown):
    """A use of scores, and what it asks for.

    Attributes
    ----------
    about
        Whether persons or whole units are decided on.
    criteria
        Names of the criteria that count.
    most_unit_weight
        A method of which more is known of whole units only says too little of persons; 1: no limit.
    least_dependability
        Φ that a method's score must reach in the study's evidence; 0: no limit.
    """

    name: str
    title: Bilingual
    because: Bilingual
    about: Literal["employee", "unit"]
    criteria: tuple[str, ...]
    most_unit_weight: float = 1.0
    least_dependability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purposes(Shown):
    """Criteria and purposes, and the share of draws from which an answer is clear."""

    clear: float
    criteria: Mapping[str, Yardstick]
    purposes: Mapping[str, Purpose]

    def label(self, name: str) -> Bilingual:
        """Return the title of a criterion or of a purpose."""
        return (self.criteria.get(name) or self.purposes[name]).title


def load_purposes(folder: Path | None = None) -> Purposes:
    """Load the purposes of a study: its own ``purposes.yaml``, or else the shipped one.

    Raises
    ------
    StudyError
        If the file cannot be used; every fault at once, with its line.

    Examples
    --------
    >>> list(load_purposes().purposes)
    ['pay', 'training', 'recognition', 'service_improvement', 'public_accountability']
    """
    own = folder / PURPOSES_FILE if folder else None
    file = own if own and own.is_file() else Path(__file__).with_name(PURPOSES_FILE)
    name = f"{file.parent.name}/{file.name}"
    read = read_yaml(file, name, StudyError)
    found = [*read.repeated, *find_purpose_faults(read.content)]
    if found:
        raise StudyError(describe_faults(read, name, found, _REMEDY), found=list_faults(read, found))
    content = read.content
    return Purposes(
        clear=float(content["clear"]),
        criteria={key: _read_criterion(key, one) for key, one in content["criteria"].items()},
        purposes={key: _read_purpose(key, one) for key, one in content["purposes"].items()},
    )


def _read_criterion(name: str, one: Mapping[str, Any]) -> Yardstick:
    reads = dict(one["reads"])
    lists: dict[str, Any] = {key: tuple(reads.pop(key, ())) for key in ("corruptions", "sources")}
    return Yardstick(
        name=name,
        title=Bilingual(**one["title"]),
        because=Bilingual(**one["because"]),
        origin=reads.pop("from"),
        worst=float(one["worst"]),
        best=float(one["best"]),
        **lists,
        **reads,
    )


def _read_purpose(name: str, one: Mapping[str, Any]) -> Purpose:
    rest = {key: one[key] for key in ("most_unit_weight", "least_dependability") if key in one}
    return Purpose(
        name=name,
        title=Bilingual(**one["title"]),
        because=Bilingual(**one["because"]),
        about=one["about"],
        criteria=tuple(one["criteria"]),
        **rest,
    )
