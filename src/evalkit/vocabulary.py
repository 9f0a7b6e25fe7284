"""The words that tables, specifications and reports share: column names, codes and their labels.

Codes are language-free; labels in Indonesian and English are joined only where something is shown.
"""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")

#: Who or what an observation comes from.
SOURCES: Final = ("system", "supervisor", "peer", "self", "subordinate", "citizen", "agency_report")

#: What became of an observation. A value is recorded, refused or missing, never filled with zero.
STATUSES: Final = ("recorded", "refused", "missing")

EVENT_KINDS: Final = ("ktp", "birth_certificate", "permit", "complaint")
INTERVENTION_KINDS: Final = ("training", "mentoring", "recognition")
ASSIGNMENTS: Final = ("score", "lot", "volunteer")

#: Ratings of work result and of behaviour under PermenPANRB 6/2022, lowest first.
EXPECTATIONS: Final = ("below", "meets", "above")

#: Predikat under PermenPANRB 6/2022, lowest first.
PREDIKATS: Final = ("sangat_kurang", "kurang", "butuh_perbaikan", "baik", "sangat_baik")

#: The five methods, in the order in which reports show them.
METHODS: Final = ("semarang", "dumai", "bengkulu", "surakarta", "senapelan")

#: Columns that identify one published number, then the number itself (``results.csv``).
RESULT_KEY: Final = (
    "report",
    "quantity",
    "place",
    "unit",
    "period",
    "method_a",
    "method_b",
    "group",
    "item",
)
RESULT_COLUMNS: Final = (*RESULT_KEY, "estimate", "conf_low", "conf_high", "n", "caveat")

#: Types of the outputs through which a notebook hands findings, numbers and tables to the runner.
FINDINGS_MIME: Final = "application/vnd.evalkit.findings+json"
RESULTS_MIME: Final = "application/vnd.evalkit.results+json"
TABLE_MIME: Final = "application/vnd.evalkit.table+json"

LABELS: Final[dict[str, dict[Language, str]]] = {
    "system": {"id": "sistem", "en": "system"},
    "supervisor": {"id": "atasan", "en": "supervisor"},
    "peer": {"id": "rekan kerja", "en": "peer"},
    "self": {"id": "diri sendiri", "en": "self"},
    "subordinate": {"id": "bawahan", "en": "subordinate"},
    "citizen": {"id": "masyarakat", "en": "citizen"},
    "agency_report": {"id": "laporan instansi", "en": "agency report"},
    "recorded": {"id": "tercatat", "en": "recorded"},
    "refused": {"id": "menolak", "en": "refused"},
    "missing": {"id": "tidak ada", "en": "missing"},
    "below": {"id": "di bawah ekspektasi", "en": "below expectation"},
    "meets": {"id": "sesuai ekspektasi", "en": "meets expectation"},
    "above": {"id": "di atas ekspektasi", "en": "above expectation"},
    "sangat_kurang": {"id": "Sangat Kurang", "en": "Sangat Kurang (very poor)"},
    "kurang": {"id": "Kurang", "en": "Kurang (poor)"},
    "butuh_perbaikan": {"id": "Butuh Perbaikan", "en": "Butuh Perbaikan (needs improvement)"},
    "baik": {"id": "Baik", "en": "Baik (good)"},
    "sangat_baik": {"id": "Sangat Baik", "en": "Sangat Baik (very good)"},
    "collusion": {"id": "kolusi antarrekan", "en": "collusion of peers"},
    "inflated_self_rating": {"id": "penilaian diri yang dilebihkan", "en": "inflated self-rating"},
    "leniency_drift": {"id": "penilai yang makin longgar", "en": "raters growing lenient"},
    "straight_lining": {"id": "satu jawaban untuk semua", "en": "one answer for everything"},
    "random_answers": {"id": "jawaban asal", "en": "answers at random"},
    "kpi_gaming": {"id": "rekayasa indikator kinerja", "en": "gaming of indicators"},
    "inaccurate_records": {"id": "catatan tidak akurat", "en": "inaccurate records"},
    "stale_records": {"id": "catatan tidak terkini", "en": "stale records"},
    "refusal": {"id": "penolakan ikut serta", "en": "refusal to take part"},
    "missing_by_value": {"id": "hilang, terutama nilai buruk", "en": "missing, poor values above all"},
    "missing_by_unit": {"id": "hilang, terutama unit lemah", "en": "missing, weak units above all"},
    "missing_at_random": {"id": "hilang secara acak", "en": "missing at random"},
    "another_target": {"id": "sasaran lain", "en": "another target"},
    "unit_level_evidence": {"id": "bukti tingkat unit", "en": "evidence on whole units"},
    "nothing_lost": {"id": "bukti sempurna", "en": "perfect evidence"},
    "scale_categories": {"id": "kategori skala", "en": "categories of a scale"},
    "scale_ceiling": {"id": "batas atas skala", "en": "ceiling of a scale"},
    "scales_and_counts": {"id": "sebaran dan cacahan", "en": "spreads and counts"},
    "raters_and_records": {"id": "galat penilai dan catatan", "en": "error of raters and records"},
    "intraclass_correlation": {"id": "korelasi intrakelas", "en": "intraclass correlation"},
    "d_study": {"id": "studi D", "en": "D-study"},
    "limits_of_agreement": {"id": "batas kesepakatan", "en": "limits of agreement"},
    "mean_differences": {"id": "selisih rerata", "en": "differences of means"},
    "friedman": {"id": "uji Friedman", "en": "Friedman's test"},
    "tost": {"id": "uji kesetaraan (TOST)", "en": "equivalence test (TOST)"},
    "validity_against_overall_verdict": {
        "id": "validitas terhadap penilaian menyeluruh",
        "en": "validity against an overall verdict",
    },
    "pooled": {"id": "semua tempat, digabung", "en": "all places, pooled"},
    "permenpanrb_6_2022": {"id": "PermenPANRB 6/2022", "en": "PermenPANRB 6/2022"},
    "pp_30_2019": {"id": "PP 30/2019", "en": "PP 30/2019"},
    "permenpanrb_14_2017": {"id": "PermenPANRB 14/2017", "en": "PermenPANRB 14/2017"},
    "semarang": {"id": "Semarang", "en": "Semarang"},
    "dumai": {"id": "Dumai", "en": "Dumai"},
    "bengkulu": {"id": "Bengkulu", "en": "Bengkulu"},
    "surakarta": {"id": "Surakarta", "en": "Surakarta"},
    "senapelan": {"id": "Senapelan", "en": "Senapelan"},
}


def label(code: str, lang: Language = "en") -> str:
    """Return the word for people that stands for a code; a code without one stands for itself.

    Examples
    --------
    >>> label("citizen", "id")
    'masyarakat'
    >>> label("integrity")
    'integrity'
    """
    return LABELS.get(code, {}).get(lang, code)
