"""The words that a page itself says, around what its notebook says."""

from __future__ import annotations

from typing import Final

from evalkit.vocabulary import Language

_WORDS: Final[dict[str, dict[Language, str]]] = {
    "all_reports": {"en": "All reports", "id": "Semua laporan"},
    "cite": {"en": "Cite this report", "id": "Kutip laporan ini"},
    "code_cell": {"en": "Code", "id": "Kode"},
    "code": {"en": "Show the code", "id": "Tampilkan kode"},
    "contents": {"en": "Contents", "id": "Daftar isi"},
    "failed": {"en": "This report is not whole", "id": "Laporan ini tidak lengkap"},
    "failed_mark": {"en": "not whole", "id": "tidak lengkap"},
    "files": {"en": "Files", "id": "Berkas"},
    "findings": {"en": "What was found", "id": "Temuan"},
    "made": {"en": "How this page was made", "id": "Bagaimana laporan ini dibuat"},
    "no_findings": {"en": "States no findings.", "id": "Tidak memuat temuan."},
    "notebook": {"en": "Executed notebook", "id": "Notebook yang dijalankan"},
    "numbers": {"en": "Every published number (CSV)", "id": "Semua angka yang diterbitkan (CSV)"},
    "provenance": {"en": "Versions, hashes and seed (JSON)", "id": "Versi, hash, dan benih (JSON)"},
    "real": {
        "en": "Real evidence: observed, not simulated.",
        "id": "Bukti nyata: hasil pengamatan, bukan simulasi.",
    },
    "skip": {"en": "Skip to the content", "id": "Langsung ke isi"},
    "synthetic": {
        "en": "SYNTHETIC evidence: simulated, about nobody. It shows what would follow from such evidence.",
        "id": "Bukti SINTETIS: simulasi, bukan tentang siapa pun. Menunjukkan akibat bukti seperti ini.",
    },
    "synthetic_mark": {"en": "SYNTHETIC", "id": "SINTETIS"},
    # People whom no source has published.
    "people_mark": {"en": "PERSON-LEVEL", "id": "DATA PERORANGAN"},
    "people_hidden": {
        "en": "Numbers that would tell something of fewer than five people are left out.",
        "id": "Angka yang dapat mengungkap kurang dari lima orang tidak ditampilkan.",
    },
    "people_shown": {
        "en": "PERSON-LEVEL: tells of single people, only for those entitled to see it. Not to be passed on.",
        "id": "DATA PERORANGAN: memuat keterangan tentang orang per orang, hanya bagi yang berhak. "
        "Jangan diteruskan.",
    },
    "error_withheld": {
        "en": "{error}; its message is left out, since it may tell of single people. "
        "'evalkit run --people' shows it.",
        "id": "{error}; pesannya tidak ditampilkan karena dapat memuat data perorangan. "
        "'evalkit run --people' menampilkannya.",
    },
    "error_message_withheld": {
        "en": "left out, since it may tell of single people",
        "id": "tidak ditampilkan karena dapat memuat data perorangan",
    },
    "figure_filtered": {
        "en": "Here without single people, and without what would tell something of fewer than five.",
        "id": "Di sini tanpa data perorangan, dan tanpa yang dapat mengungkap kurang dari lima orang.",
    },
    "figure_withheld": {
        "en": "Left out: this figure tells of single people. 'evalkit run --people' shows it, apart.",
        "id": "Tidak ditampilkan: gambar ini memuat data perorangan. 'evalkit run --people' membuatnya "
        "terpisah.",
    },
    "output_withheld": {
        "en": "Left out: it may tell of single people. 'evalkit run --people' shows it, apart.",
        "id": "Tidak ditampilkan: dapat memuat data perorangan. 'evalkit run --people' membuatnya terpisah.",
    },
    "sentences_withheld": {
        "en": "Findings left out, since they would tell something of fewer than five people: {n}.",
        "id": "Temuan yang tidak ditampilkan karena dapat mengungkap kurang dari lima orang: {n}.",
    },
    "workbench": {
        "en": "Ways of evaluating civil servants, compared",
        "id": "Perbandingan cara menilai kinerja ASN",
    },
    # How a page was made, and how it is cited.
    "cited_as": {
        "en": "{study_title}. evalkit {version}, study {study}, report {report}.",
        "id": "{study_title}. evalkit {version}, studi {study}, laporan {report}.",
    },
    "conf_level": {"en": "Confidence level", "id": "Taraf kepercayaan"},
    "hashed_evidence": {"en": "Evidence", "id": "Bukti"},
    "hashed_notebook": {"en": "Notebook", "id": "Notebook"},
    "hashed_package": {"en": "Code", "id": "Kode"},
    "n_boot": {"en": "Bootstrap resamples", "id": "Sampel ulang bootstrap"},
    "seed": {"en": "Seed", "id": "Benih"},
    # What helps to read a page.
    "all": {"en": "All", "id": "Semua"},
    "bibtex": {"en": "BibTeX", "id": "BibTeX"},
    "to_copy": {"en": "Copy", "id": "Salin"},
    "copied": {"en": "Copied", "id": "Tersalin"},
    "data_behind": {"en": "Data behind this figure", "id": "Data di balik gambar ini"},
    "download": {"en": "Download as CSV, unrounded", "id": "Unduh sebagai CSV, tanpa pembulatan"},
    "evidence_date": {"en": "Evidence from", "id": "Bukti dari"},
    "figure": {"en": "Figure", "id": "Gambar"},
    "glossary": {"en": "Terms", "id": "Istilah"},
    "filter_date": {"en": "Evidence from", "id": "Bukti dari"},
    "filter_kind": {"en": "Evidence", "id": "Bukti"},
    "filter_status": {"en": "Status", "id": "Status"},
    "language": {"en": "English", "id": "Bahasa Indonesia"},
    "more_findings": {"en": "{n} more findings", "id": "{n} temuan lagi"},
    "next": {"en": "Next", "id": "Berikutnya"},
    "none_found": {"en": "No report matches.", "id": "Tidak ada laporan yang cocok."},
    "previous": {"en": "Previous", "id": "Sebelumnya"},
    "real_mark": {"en": "real", "id": "nyata"},
    "reports": {"en": "Reports of this study", "id": "Laporan studi ini"},
    "search": {"en": "Search titles and findings", "id": "Cari judul dan temuan"},
    "shown": {"en": "Reports shown", "id": "Laporan ditampilkan"},
    "sort_by": {"en": "Sort by", "id": "Urutkan menurut"},
    "summed_up": {"en": "Summed up in", "id": "Dirangkum dalam"},
    "table": {"en": "Table", "id": "Tabel"},
    "tables": {"en": "Tables (CSV)", "id": "Tabel (CSV)"},
    "whole_mark": {"en": "whole", "id": "lengkap"},
}


def say_in(text: str, lang: Language) -> str:
    """Return what code said in English in the language of a page; English needs no catalogue.

    Examples
    --------
    >>> say_in("Mend this and run again.", "id")
    'Perbaiki hal ini lalu jalankan lagi.'
    """
    if lang == "en":
        return text
    from evalkit.present.labels import translate

    return translate(text, lang)


def words(lang: Language) -> dict[str, str]:
    """Return the words of a page in a language.

    Examples
    --------
    >>> words("id")["contents"]
    'Daftar isi'
    """
    return {name: text[lang] for name, text in _WORDS.items()}
