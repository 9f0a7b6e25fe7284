"""Column headings for people. Tables keep their code names; headings are joined here, at the last moment."""

from __future__ import annotations

import re
from typing import Final

from evalkit.vocabulary import LABELS, METHODS, Language

# a name such as ktp_days, and not a file such as machine_trials.csv
_NAME: Final = re.compile(r"(?<![\w.])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w.]*\.[a-z])", re.IGNORECASE)

_METHOD: Final = re.compile(rf"\b(?:{'|'.join(METHODS)})\b")

COLUMNS: Final[dict[str, dict[Language, str]]] = {
    "about": {"en": "About", "id": "Tentang"},
    "answerable": {"en": "Answered", "id": "Terjawab"},
    "caveat": {"en": "Caveat", "id": "Catatan"},
    "component": {"en": "Component", "id": "Komponen"},
    "covered_weight": {"en": "Weight covered", "id": "Bobot tercakup"},
    "employee": {"en": "Employee", "id": "Pegawai"},
    "estimate": {"en": "Estimate", "id": "Taksiran"},
    "estimable": {"en": "Can be estimated", "id": "Dapat ditaksir"},
    "file": {"en": "File", "id": "Berkas"},
    "group": {"en": "Group", "id": "Kelompok"},
    "indicator": {"en": "Indicator", "id": "Indikator"},
    "interval": {"en": "Interval", "id": "Selang"},
    "item": {"en": "Item", "id": "Butir"},
    "mean": {"en": "Mean", "id": "Rerata"},
    "method": {"en": "Method", "id": "Metode"},
    "method_a": {"en": "Method A", "id": "Metode A"},
    "method_b": {"en": "Method B", "id": "Metode B"},
    "n": {"en": "n", "id": "n"},
    "n_employees": {"en": "People", "id": "Orang"},
    "n_observations": {"en": "Observations", "id": "Amatan"},
    "n_components": {"en": "Linked groups", "id": "Kelompok terhubung"},
    "n_ratees": {"en": "Rated", "id": "Yang dinilai"},
    "n_raters": {"en": "Raters", "id": "Penilai"},
    "n_rows": {"en": "Rows", "id": "Baris"},
    "period": {"en": "Period", "id": "Periode"},
    "place": {"en": "Place", "id": "Tempat"},
    "quantity": {"en": "Quantity", "id": "Besaran"},
    "question": {"en": "Question", "id": "Pertanyaan"},
    "reason": {"en": "Reason", "id": "Alasan"},
    "score": {"en": "Score", "id": "Skor"},
    "ratings_each": {"en": "Ratings each (median)", "id": "Penilaian per orang (median)"},
    "share_linked": {"en": "In the largest group", "id": "Di kelompok terbesar"},
    "share": {"en": "Share", "id": "Bagian"},
    "source": {"en": "Source", "id": "Sumber"},
    "status": {"en": "Status", "id": "Status"},
    "step": {"en": "Step", "id": "Langkah"},
    "unit": {"en": "Unit", "id": "Unit"},
    "weight": {"en": "Weight", "id": "Bobot"},
}


def heading(column: str, lang: Language = "en") -> str:
    """Return the heading of a column: its label, or its name with the underscores opened.

    Examples
    --------
    >>> heading("n_raters", "id")
    'Penilai'
    >>> heading("shared_weight")
    'Shared weight'
    """
    words = column.replace("_", " ")
    return COLUMNS.get(column, {}).get(lang, words[:1].upper() + words[1:])


def name_methods(text: str, lang: Language = "en") -> str:
    """Write the five methods in a text as readers know them.

    Examples
    --------
    >>> name_methods("only dumai scored anyone")
    'only Dumai scored anyone'
    """
    return _METHOD.sub(lambda name: LABELS[name[0]][lang], text)


def cell_label(value: str, lang: Language = "en") -> str:
    """Return the label of a code; in any other text the underscores of names are opened.

    Examples
    --------
    >>> cell_label("citizen", "id"), cell_label("ktp_days (from system)"), cell_label("evidence.csv")
    ('masyarakat', 'ktp days (from system)', 'evidence.csv')
    """
    known = LABELS.get(value, {}).get(lang)
    return known or _NAME.sub(lambda name: name[0].replace("_", " "), value)
