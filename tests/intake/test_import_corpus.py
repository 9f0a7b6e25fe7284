"""The corpus of sheets, imported: the same rows from every kind of file, and none that are wrong."""

from __future__ import annotations

import pytest

from evalkit.evidence import standard_indicators
from evalkit.intake.files import read_workbook
from evalkit.intake.importing import Given, ImportRefusedError, make_batch
from evalkit.intake.layouts import read_tables
from evalkit.intake.pseudonyms import PseudonymKey

from .sheets import SPOILED, write_corpus

KEY = PseudonymKey(b"k" * 32)
#: These make evidence wrong; the others what was recorded, which is taken as it is.
REFUSED = {"elements_exchanged": "contradict each other", "codes_reversed": "wrong way round"}
COMPARED = ("evidence", "recorded")


def take(path, layout):
    (reading,) = read_tables(read_workbook(path), layout=layout)
    scale = (0.0, 100.0) if layout == "raters" else None
    about = Given(place="dumai", unit="Dinas", period="2024Q4", indicator="overall_rating", scale=scale)
    return make_batch(reading, about, KEY, standard_indicators())


def values(batch):
    """Return what a batch holds, without raters: the names of respondents count rows of their file."""
    evidence, recorded = (batch.tables[name] for name in COMPARED)
    return (
        evidence[["unit", "employee", "indicator", "source", "item", "value", "status"]].to_numpy().tolist(),
        recorded.drop(columns="place").to_numpy().tolist(),
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.mark.parametrize("layout", ["skm", "skm-recap", "siasn", "raters", "sakip"])
def test_a_clean_sheet_gives_the_same_rows_from_every_kind_of_file(corpus, layout):
    stems = (layout, f"{layout}-utf16", f"{layout}-1252")
    batches = [take(path, layout) for path in corpus if path.stem in stems and path.suffix != ".sav"]
    assert len(batches) == 5
    assert all(not batch.faults for batch in batches)
    assert all(values(batch) == values(batches[0]) for batch in batches)
    assert sum(map(len, values(batches[0]))) > 0


@pytest.mark.parametrize("layout", ["skm", "siasn"])
def test_a_file_of_spss_gives_the_same_evidence(corpus, layout):
    (sav,) = [path for path in corpus if path.name == f"{layout}.sav"]
    (xlsx,) = [path for path in corpus if path.name == f"{layout}.xlsx"]
    columns = ["indicator", "item", "value", "status"]
    first, second = (take(path, layout).tables["evidence"][columns] for path in (sav, xlsx))
    assert first.to_numpy().tolist() == second.to_numpy().tolist()


@pytest.mark.parametrize("number", range(1, len(SPOILED) + 1))
def test_a_spoiled_sheet_gives_the_right_evidence_or_none(corpus, number):
    layout, options, defect = SPOILED[number - 1]
    (path,) = [path for path in corpus if path.name.startswith(f"{layout}-{number:02}-")]
    if defect in REFUSED and not (layout == "siasn" and options.get("words", True)) and layout != "skm-recap":
        with pytest.raises(ImportRefusedError, match=REFUSED[defect]):
            take(path, layout)
        return
    (clean,) = [each for each in corpus if each.name == f"{layout}.xlsx"]
    batch = take(path, layout)
    assert batch.audit.verdict(defect) == "found"
    assert values(batch)[0] == values(take(clean, layout))[0]
