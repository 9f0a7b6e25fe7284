"""Whether probabilities of bands hold, in sentences."""

from __future__ import annotations

from typing import Final

from evalkit.compare import BandCalibration
from evalkit.present.language import mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

#: Designs of the benchmark, so that each has its translation.
DESIGNS: Final = (
    mark("20 units of 40 respondents, true IKMs normal"),
    mark("20 units of 10 respondents, true IKMs normal"),
    mark("4 units of 40 respondents, true IKMs normal"),
    mark("2 units of 40 respondents, each for itself"),
    mark("20 units of 40 respondents, a few far below"),
    mark("20 units of 40 respondents, good and poor ones"),
)


def say_band_calibration(found: BandCalibration, lang: Language | None = None) -> Findings:
    """Say how far said probabilities of bands are from what came true."""
    tr = translator(lang)
    rows = found.summary()
    worst = rows.sort_values("mean_gap", kind="stable").iloc[-1]
    largest = rows.sort_values("largest_gap", key=abs, kind="stable").iloc[-1]
    return Findings(
        (
            tr(
                "Probabilities of IKM bands came true about as often as they said: over {n} probabilities in {k} simulated populations the two "
                "differ by {mean} percentage points at most on average ({design}), and by {largest} in any range of probabilities (Monte Carlo "
                "error {error}).",
                n=tr.number(int(rows["n_said"].sum())),
                k=tr.number(len(rows)),
                mean=tr.number(100 * float(worst["mean_gap"]), digits=1),
                design=tr(str(worst["design"])),
                largest=tr.number(100 * abs(float(largest["largest_gap"])), digits=1),
                error=tr.number(100 * float(largest["error_largest"]), digits=1),
            ),
        ),
        (
            tr(
                "That holds also where true IKMs are not normal, as is assumed. Errors beside those of the answers, such as of who comes, are not in it."
            ),
        ),
    )
