"""The words of the sheets: headings, ratings, predikats, bands and rows that close a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from evalkit.intake.files import Value

_NO_LETTER: Final = re.compile(r"[\W_]+")
_ELEMENT: Final = re.compile(r"\s*(?:u|unsur|nrr\s*u|nilai\s*u)\s*\.?\s*-?\s*([1-9])(?!\d)", re.IGNORECASE)
#: What the nine elements of PermenPANRB 14/2017 are called, by a word that only one of them has.
_ELEMENT_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "U1": ("persyaratan",),
        "U2": ("prosedur", "mekanisme"),
        "U3": ("waktupenyelesaian", "waktupelayanan", "kecepatan"),
        "U4": ("biaya", "tarif"),
        "U5": ("produk", "spesifikasi"),
        "U6": ("kompetensi", "kemampuanpetugas"),
        "U7": ("perilaku", "kesopanan"),
        "U8": ("pengaduan", "saran", "aduan"),
        "U9": ("sarana", "prasarana", "fasilitas"),
    }
)
_EXPECTATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "diatasekspektasi": "above",
        "melebihiekspektasi": "above",
        "diatas": "above",
        "sesuaiekspektasi": "meets",
        "sesuai": "meets",
        "dibawahekspektasi": "below",
        "dibawah": "below",
    }
)
#: Cukup is the older word for Butuh Perbaikan, and Buruk for what PermenPANRB 6/2022 calls Kurang: not read.
_PREDIKATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sangatbaik": "sangat_baik",
        "baik": "baik",
        "butuhperbaikan": "butuh_perbaikan",
        "cukup": "butuh_perbaikan",
        "kurang": "kurang",
        "misconduct": "kurang",
        "kurangmisconduct": "kurang",
        "sangatkurang": "sangat_kurang",
    }
)
_BANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sangatbaik": "A",
        "baik": "B",
        "kurangbaik": "C",
        "tidakbaik": "D",
        "a": "A",
        "b": "B",
        "c": "C",
        "d": "D",
    }
)
_SEXES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("l", "lk", "laki", "lakilaki", "pria", "m", "male", "man"), "man")
    | dict.fromkeys(("p", "pr", "perempuan", "wanita", "w", "f", "female", "woman"), "woman")
)
_SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(
        ("atasan", "atasanlangsung", "pimpinan", "supervisor", "penilaianatasan", "superior"), "supervisor")
    | dict.fromkeys(
        ("rekan", "rekankerja", "rekansejawat", "sejawat", "teman", "temansejawat", "peer", "setingkat",
         "penilaianrekankerja"), "peer")
    | dict.fromkeys(("bawahan", "bawahanlangsung", "staf", "subordinate", "penilaianbawahan"), "subordinate")
    | dict.fromkeys(("dirisendiri", "diri", "self", "sendiri", "penilaiandiri"), "self")
    | dict.fromkeys(("masyarakat", "pelanggan", "pengguna", "citizen", "penggunalayanan"), "citizen")
)  # fmt: skip
#: Rows that close a table, by what their label holds; the first that fits is meant.
_CLOSING: Final = (
    ("weighted", ("tertimbang",)),
    ("ikm", ("ikm", "indekskepuasan", "nilaiskm", "nilaiindeks")),
    ("category", ("mutu", "kategori", "kinerjaunit", "predikat")),
    ("mean", ("nrr", "ratarata", "rerata", "average", "mean")),
    ("sum", ("jumlah", "total")),
    ("note", ("keterangan", "catatan", "mengetahui", "sumber", "unsurpelayanan", "penyusun", "kepaladinas")),
)
#: How the label of a closing row begins where units or people stand in the same column: "Dinas Kependudukan
#: dan Pencatatan Sipil" holds "catatan", and is no note.
_BEGINNING: Final = re.compile(
    r"\W*(?:\d+\s*[.)]\s*)?(?:(?:sub|grand|nilai|bobot|indeks|skor)\b[\s-]*)?"
    r"(?:jumlah|total|rata[\s-]*rata|rerata|nrr|average|mean|tertimbang|kepuasan\b"
    r"|(?:ikm|skm)\W*(?:$|kota|kab\w*|pemerintah|gabungan|keseluruhan|unit|total|rata))\b"
    r"|\W*(?:(?:keterangan|catatan|sumber|mengetahui|penyusun)\s*(?:[:,]|$))",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    r"""Return a text in small letters, without anything that is no letter and no digit.

    Examples
    --------
    >>> plain("Di  atas\nEkspektasi"), plain("hasilKinerja_Nilai")
    ('diatasekspektasi', 'hasilkinerjanilai')
    """
    return _NO_LETTER.sub("", text).lower()


def element_by_number(text: str) -> str | None:
    """Return the element that a heading numbers.

    Examples
    --------
    >>> element_by_number("U8 Penanganan pengaduan"), element_by_number("Umur"), element_by_number("U12")
    ('U8', None, None)
    """
    found = _ELEMENT.match(text)
    return f"U{found[1]}" if found else None


def element_by_name(text: str) -> str | None:
    """Return the element that a heading or an item names; of a text that names two, none.

    Examples
    --------
    >>> element_by_name("U8. Sarana dan prasarana"), element_by_name("Sarana pengaduan")
    ('U9', 'U8')
    """
    letters = plain(text)
    found = [name for name, words in _ELEMENT_WORDS.items() if any(word in letters for word in words)]
    if set(found) == {"U8", "U9"}:  # the regulation's own name: "penanganan pengaduan, saran dan masukan"
        return "U8" if "pengaduan" in letters else "U9"
    return found[0] if len(found) == 1 else None


def read_expectation(value: Value) -> str | None:
    """Return below, meets or above for a rating in words.

    Examples
    --------
    >>> read_expectation("Diatas Ekspektasi"), read_expectation("SESUAI"), read_expectation("bagus")
    ('above', 'meets', None)
    """
    return _EXPECTATIONS.get(plain(value)) if isinstance(value, str) else None


def read_predikat(value: Value) -> str | None:
    """Return the code of a predikat in words.

    Examples
    --------
    >>> read_predikat("Butuh perbaikan"), read_predikat("Cukup"), read_predikat("Kurang (Misconduct)")
    ('butuh_perbaikan', 'butuh_perbaikan', 'kurang')
    """
    return _PREDIKATS.get(plain(value)) if isinstance(value, str) else None


def rank_answer(text: str) -> int | None:
    """Return what an answer in words is worth, 1 to 4, where its first word tells.

    Examples
    --------
    >>> [rank_answer(text) for text in ("Tidak baik", "Kurang sesuai", "Baik", "Sangat mudah", "Gratis")]
    [1, 2, 3, 4, None]
    """
    words = re.findall(r"[a-z]+", text.lower())
    if not words:
        return None
    first = {"tidak": 1, "kurang": 2, "sangat": 4}.get(words[0])
    return 3 if first is None and words in (["baik"], ["sesuai"], ["mudah"], ["cepat"], ["puas"]) else first


def read_sex(value: Value) -> str | None:
    """Return man or woman for a word or letter; a bare number tells nothing.

    Examples
    --------
    >>> read_sex("L"), read_sex("Perempuan"), read_sex("1")
    ('man', 'woman', None)
    """
    return _SEXES.get(plain(value)) if isinstance(value, str) else None


def read_source(value: Value) -> str | None:
    """Return who rated, by a word of what the rater is to the one who is rated.

    Examples
    --------
    >>> read_source("Atasan langsung"), read_source("Rekan kerja"), read_source("Ketua")
    ('supervisor', 'peer', None)
    """
    return _SOURCES.get(plain(value)) if isinstance(value, str) else None


def read_band(value: Value) -> str | None:
    """Return the band of an IKM, A to D, from its letter, its words or both.

    Examples
    --------
    >>> read_band("B (Baik)"), read_band("kurang baik"), read_band("A / Baik"), read_band("Mutu: A")
    ('B', 'C', None, 'A')
    """
    if not isinstance(value, str):
        return None
    letters = plain(value.rpartition(":")[2])
    if letters in _BANDS:
        return _BANDS[letters]
    first, last = letters[:1], letters[-1:]
    if first in "abcd" and _BANDS.get(letters[1:]) == first.upper():
        return first.upper()
    return last.upper() if last in "abcd" and _BANDS.get(letters[:-1]) == last.upper() else None


@lru_cache(maxsize=65_536)
def closing_row(text: str) -> str | None:
    """Return what kind of closing row a label announces; None for a label of another row.

    Examples
    --------
    >>> closing_row("NRR tertimbang per unsur"), closing_row("JUMLAH"), closing_row("Loket 3")
    ('weighted', 'sum', None)
    """
    letters = plain(text)
    return next((kind for kind, words in _CLOSING if any(word in letters for word in words)), None)


@lru_cache(maxsize=65_536)
def begins_closing(text: str) -> bool:
    """Tell whether a text begins as the label of a closing row does: it may also name a unit or a person.

    Examples
    --------
    >>> begins_closing("Jumlah"), begins_closing("Rata - rata kota"), begins_closing("IKM Kabupaten")
    (True, True, True)
    >>> begins_closing("Dinas Kependudukan dan Pencatatan Sipil"), begins_closing("Sumber Daya Air")
    (False, False)
    """
    return _BEGINNING.match(text) is not None
