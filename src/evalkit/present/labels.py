"""Words for people. Tables keep their code names; headings and labels are joined here, at the last moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from evalkit.present.catalogue import forms, read_catalogue
from evalkit.present.reader import reader_language
from evalkit.vocabulary import LABELS, METHODS, Language

# a name such as ktp_days, and not a file such as machine_trials.csv
_NAME: Final = re.compile(r"(?<![\w.])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w.]*\.[a-z])", re.IGNORECASE)

_METHOD: Final = re.compile(rf"\b(?:{'|'.join(METHODS)})\b")

# a number that stands for itself in a sentence, such as 1,234 or 12 %
_NUMBER: Final = re.compile(r"[-−±+]?\d[\d,]*(?:\.\d+)?(?: ?%)?")
_SWAP: Final = str.maketrans({",": ".", ".": ","})
_MOST_WORDS: Final = 4  # of a value that is not known; of more, the message was another one
_JOINTS: Final = re.compile(r"(; |, and | and | or |, )")
_JOINTS_OF: Final = {", and ": ", dan ", " and ": " dan ", " or ": " atau "}

_OF_STUDY: Final[dict[str, Mapping[Language, str]]] = {}
#: Sentences of a study in another language than English, by the English one.
_TEXTS: Final[dict[str, Mapping[Language, str]]] = {}

#: Codes that only reports show.
CODES: Final[dict[str, dict[Language, str]]] = {
    "all_evidence": {"en": "mean of all evidence", "id": "rerata semua bukti"},
    "any": {"en": "any weighting", "id": "sembarang pembobotan"},
    "aim": {"en": "aim", "id": "tujuan"},
    "auc_recognition": {"en": "area under ROC, recognition", "id": "luas di bawah ROC, penghargaan"},
    "auc_training": {"en": "area under ROC, training", "id": "luas di bawah ROC, pelatihan"},
    "decision_loss": {"en": "loss of decisions", "id": "kerugian keputusan"},
    "common": {"en": "all dimensions alike", "id": "semua dimensi sama berat"},
    "employee_and_unit": {"en": "employee and unit", "id": "pegawai dan unit"},
    "own": {"en": "its own", "id": "milik metode itu"},
    "rank_recovery": {"en": "order in a place (τ)", "id": "urutan di satu tempat (τ)"},
    "rank_recovery_in_units": {"en": "order in a unit (τ)", "id": "urutan di satu unit (τ)"},
    "rmse": {"en": "error (SD of truth)", "id": "galat (SD nilai sebenarnya)"},
    "sensitivity_recognition": {"en": "deserving found", "id": "yang layak ditemukan"},
    "sensitivity_training": {"en": "in need found", "id": "yang butuh ditemukan"},
    "age": {"en": "age", "id": "usia"},
    "aggregation": {"en": "how it is weighed", "id": "cara pembobotan"},
    "alike": {"en": "all alike", "id": "semua sama"},
    "all_places_together": {"en": "all places together", "id": "semua tempat bersama"},
    "beauty": {"en": "beauty", "id": "penampilan menarik"},
    "behaviour": {"en": "behaviour", "id": "perilaku"},
    "black": {"en": "Black", "id": "kulit hitam"},
    "conditional_difference": {"en": "score at equal performance", "id": "skor pada kinerja yang sama"},
    "cr1": {"en": "clusters, CR1", "id": "klaster, CR1"},
    "cr3": {"en": "clusters, CR3", "id": "klaster, CR3"},
    "cronbach_alpha": {"en": "Cronbach's alpha", "id": "alfa Cronbach"},
    "decision_loss_of_design": {"en": "loss of a design", "id": "kerugian suatu rancangan"},
    "deming": {"en": "Deming's line", "id": "garis Deming"},
    "difference_on_mean": {"en": "difference on mean", "id": "selisih atas rerata"},
    "dirichlet": {"en": "Dirichlet draws", "id": "undian Dirichlet"},
    "dose": {"en": "how many and how often", "id": "berapa banyak dan seberapa sering"},
    "each_pair_alone": {"en": "each pair alone", "id": "tiap pasangan sendiri"},
    "eligible": {"en": "eligible for promotion", "id": "memenuhi syarat promosi"},
    "employee": {"en": "person rated", "id": "yang dinilai"},
    "employee_machine": {"en": "person on a machine", "id": "orang pada suatu mesin"},
    "everyone": {"en": "everyone and all records", "id": "semua orang dan semua catatan"},
    "first_component_share": {"en": "share of the first component", "id": "bagian komponen pertama"},
    "gain_beyond_regression": {"en": "gain beyond regression", "id": "kenaikan di luar regresi"},
    "gain_beyond_the_rest": {"en": "gain beyond the others", "id": "kenaikan melebihi yang lain"},
    "gain_of_the_trained": {"en": "gain of those trained", "id": "kenaikan yang dilatih"},
    "gender": {"en": "gender", "id": "jenis kelamin"},
    "grade": {"en": "grade", "id": "golongan"},
    "group_difference": {"en": "difference of means", "id": "selisih rerata"},
    "hispanic": {"en": "Hispanic", "id": "Hispanik"},
    "holm": {"en": "adjusted (Holm)", "id": "disesuaikan (Holm)"},
    "interplay": {"en": "their interplay", "id": "gabungannya"},
    "jump_at_the_cut": {"en": "jump at the cut-off", "id": "lompatan di batas"},
    "male": {"en": "male", "id": "laki-laki"},
    "man": {"en": "men", "id": "laki-laki"},
    "mean_correlation": {"en": "mean correlation", "id": "rerata korelasi"},
    "mean_loss_of_bundle": {"en": "mean loss of a bundle", "id": "rerata kerugian suatu paket"},
    "means_only": {"en": "means only", "id": "hanya rerata"},
    "minority": {"en": "minority", "id": "minoritas"},
    "native": {"en": "native speaker", "id": "penutur asli"},
    "no": {"en": "no", "id": "tidak"},
    "not_told_apart": {"en": "not told apart", "id": "tidak terbedakan"},
    "one_leads": {"en": "one leads", "id": "satu memimpin"},
    "own_group": {"en": "favour for one's own group", "id": "keberpihakan pada kelompok sendiri"},
    "pay": {"en": "pay", "id": "tunjangan"},
    "passed": {"en": "passed", "id": "lulus"},
    "people_as_independent": {"en": "people as independent", "id": "orang dianggap bebas"},
    "pitfall_reading": {"en": "reading of a trap", "id": "bacaan jebakan"},
    "prediction_intercept": {"en": "level", "id": "taraf"},
    "prediction_slope": {"en": "steepness", "id": "kecuraman"},
    "principle": {"en": "who is asked", "id": "siapa yang ditanya"},
    "race": {"en": "race", "id": "ras"},
    "rater": {"en": "rater", "id": "penilai"},
    "rater_spread": {"en": "spread among raters", "id": "keragaman antarpenilai"},
    "raters_as_columns": {"en": "raters as columns", "id": "penilai sebagai kolom"},
    "raters_in_units": {"en": "raters within units", "id": "penilai di dalam unit"},
    "records": {"en": "records", "id": "catatan"},
    "residual": {"en": "everything else", "id": "selebihnya"},
    "result": {"en": "work result", "id": "hasil kerja"},
    "sex": {"en": "sex", "id": "jenis kelamin"},
    "share_of_loss_variance": {"en": "share of the differences in loss", "id": "bagian perbedaan kerugian"},
    "predikat": {"en": "predikat", "id": "predikat"},
    "recognition": {"en": "recognition", "id": "penghargaan"},
    "training": {"en": "training", "id": "pelatihan"},
    "supervisors": {"en": "supervisors", "id": "atasan"},
    "peers": {"en": "peers", "id": "rekan kerja"},
    "citizens": {"en": "citizens an employee", "id": "warga per pegawai"},
    "visitors": {"en": "visitors a unit", "id": "pengunjung per unit"},
    "quarters": {"en": "quarters", "id": "triwulan"},
    "follow_up": {"en": "follow-up", "id": "tindak lanjut"},
    "mentoring": {"en": "mentoring", "id": "pembimbingan"},
    "before": {"en": "all from before", "id": "semua dari sebelumnya"},
    "bounded_discontinuity": {"en": "jump, curvature bounded", "id": "lompatan, lengkungan dibatasi"},
    "covariance_analysis": {"en": "analysis of covariance", "id": "analisis kovarians"},
    "density_break": {"en": "break of the density (log ratio)", "id": "patahan kepadatan (log rasio)"},
    "discontinuity": {"en": "jump, robust", "id": "lompatan, tegar"},
    "educ": {"en": "years of education", "id": "tahun pendidikan"},
    "event_study": {"en": "event study", "id": "studi peristiwa"},
    "hisp": {"en": "Hispanic", "id": "Hispanik"},
    "marr": {"en": "married", "id": "menikah"},
    "nodeg": {"en": "without a degree", "id": "tanpa ijazah"},
    "none": {"en": "nothing", "id": "tidak ada"},
    "nsw": {"en": "those not drawn by lottery", "id": "yang tidak terpilih undian"},
    "pre_trend": {"en": "two quarters before", "id": "dua triwulan sebelumnya"},
    "psid1": {"en": "people of a survey", "id": "peserta survei"},
    "re74": {"en": "earnings in 1974", "id": "penghasilan 1974"},
    "re75": {"en": "earnings in 1975", "id": "penghasilan 1975"},
    "score_heaping": {
        "en": "share at the first score that counts, of three",
        "id": "bagian pada skor pertama yang berlaku, dari tiga",
    },
    "True": {"en": "yes", "id": "ya"},
    "true_performance": {"en": "true performance", "id": "kinerja sebenarnya"},
    "unequal": {"en": "unequal at equal performance", "id": "tidak sama pada kinerja yang sama"},
    "uniform_then_normalised": {"en": "uniform, then normalised", "id": "seragam, lalu dinormalkan"},
    "unknown": {"en": "means differ, performance unknown", "id": "rerata berbeda, kinerja tidak diketahui"},
    "white": {"en": "white", "id": "kulit putih"},
    "within_places": {"en": "within places", "id": "di dalam tempat"},
    "within_units": {"en": "within units", "id": "di dalam unit"},
    "units_compared": {"en": "units compared", "id": "unit dibandingkan"},
    "given_to_people": {"en": "given to each person", "id": "diberikan kepada tiap orang"},
    "woman": {"en": "women", "id": "perempuan"},
    "functional": {"en": "functional posts", "id": "jabatan fungsional"},
    "no_predikat": {"en": "no predikat", "id": "tanpa predikat"},
    "not_stated": {"en": "not stated", "id": "tidak disebut"},
    "public_complete_share": {"en": "complete evidence, public", "id": "bukti lengkap, publik"},
    "public_ikm": {"en": "IKM, public", "id": "IKM, publik"},
    "public_mean_score": {"en": "mean score, public", "id": "rerata skor, publik"},
    "public_median_days": {"en": "median days, public", "id": "median hari, publik"},
    "public_on_time_share": {"en": "closed in time, public", "id": "selesai tepat waktu, publik"},
    "public_people": {"en": "people, public", "id": "orang, publik"},
    "public_predikat_share": {"en": "predikat, public", "id": "predikat, publik"},
    "staff": {"en": "staff", "id": "pelaksana"},
    "structural": {"en": "structural posts", "id": "jabatan struktural"},
    "birth_certificate": {"en": "birth certificates", "id": "akta kelahiran"},
    "complaint": {"en": "complaints", "id": "pengaduan"},
    "ewma": {"en": "moving average (EWMA)", "id": "rerata bergerak (EWMA)"},
    "faster": {"en": "faster", "id": "lebih cepat"},
    "individuals": {"en": "single cases (I)", "id": "kasus tunggal (I)"},
    "ktp": {"en": "identity cards (KTP)", "id": "KTP"},
    "permit": {"en": "permits", "id": "izin"},
    "presidential_approval": {
        "en": "approval of United States presidents",
        "id": "dukungan bagi presiden Amerika Serikat",
    },
    "shares": {"en": "share late, by week (p)", "id": "bagian terlambat per minggu (p)"},
    "slower": {"en": "slower", "id": "lebih lambat"},
    "steady": {"en": "no change beyond chance", "id": "tiada perubahan di luar kebetulan"},
    "we_1": {"en": "Western Electric 1", "id": "Western Electric 1"},
    "we_1_2": {"en": "Western Electric 1 and 2", "id": "Western Electric 1 dan 2"},
    "we_1_2_3": {"en": "Western Electric 1 to 3", "id": "Western Electric 1 sampai 3"},
    "we_1_2_3_4": {"en": "Western Electric 1 to 4", "id": "Western Electric 1 sampai 4"},
    "we_1_nelson_2": {"en": "Western Electric 1, Nelson 2", "id": "Western Electric 1, Nelson 2"},
    "yes": {"en": "yes", "id": "ya"},
    "discipline": {"en": "discipline", "id": "disiplin"},
    "complaint_response": {"en": "answers to complaints", "id": "jawaban atas pengaduan"},
    "education_partner": {"en": "education partner", "id": "mitra pendidikan"},
    "senior_colleague": {"en": "senior colleague", "id": "pegawai senior"},
    "inspectorate": {"en": "inspectorate", "id": "inspektorat"},
    "every_unit": {"en": "every unit", "id": "semua unit"},
    "some_units": {"en": "some units", "id": "sebagian unit"},
    "fell": {"en": "fell", "id": "turun"},
    "it": {"en": "information technology", "id": "teknologi informasi"},
    "not_settled": {"en": "not settled", "id": "belum pasti"},
    "rose": {"en": "rose", "id": "naik"},
    "within_error": {"en": "within error", "id": "dalam galat"},
    "U1": {"en": "U1 requirements", "id": "U1 persyaratan"},
    "U2": {"en": "U2 procedure", "id": "U2 prosedur"},
    "U3": {"en": "U3 completion time", "id": "U3 waktu penyelesaian"},
    "U4": {"en": "U4 cost", "id": "U4 biaya"},
    "U5": {"en": "U5 product", "id": "U5 produk"},
    "U6": {"en": "U6 staff competence", "id": "U6 kompetensi petugas"},
    "U7": {"en": "U7 staff behaviour", "id": "U7 perilaku petugas"},
    "U8": {"en": "U8 complaint handling", "id": "U8 penanganan pengaduan"},
    "U9": {"en": "U9 facilities", "id": "U9 sarana"},
    "band_probability": {"en": "probability of a band", "id": "peluang kategori"},
    "complaint_handling_index": {"en": "handling of complaints", "id": "penanganan pengaduan"},
    "concentrate_here": {"en": "work on this first", "id": "prioritas utama"},
    "element_importance": {"en": "importance of an element", "id": "kepentingan unsur"},
    "element_mean": {"en": "mean of an element", "id": "rerata unsur"},
    "ikm": {"en": "IKM", "id": "IKM"},
    "ikm_change": {"en": "change of IKM", "id": "perubahan IKM"},
    "ikm_recorded_as_recomputed": {"en": "recorded IKM held to answers", "id": "IKM tercatat diuji"},
    "keep_up": {"en": "keep it up", "id": "pertahankan"},
    "low_priority": {"en": "low priority", "id": "prioritas rendah"},
    "missing_answers_divided": {
        "en": "divided by all questionnaires",
        "id": "dibagi semua kuesioner",
    },
    "possible_overkill": {"en": "possibly more than needed", "id": "mungkin berlebihan"},
    "report_completeness": {"en": "reports there", "id": "kelengkapan laporan"},
    "report_timeliness": {"en": "reports in time", "id": "ketepatan waktu laporan"},
    "sakip_change": {"en": "change of SAKIP", "id": "perubahan SAKIP"},
    "sakip_score": {"en": "SAKIP score", "id": "nilai SAKIP"},
    "sample_needed": {"en": "respondents asked for", "id": "responden yang diminta"},
    "short_weight": {"en": "element weight typed short of 1/9", "id": "bobot unsur kurang dari 1/9"},
    "staff_conduct_index": {"en": "conduct of staff", "id": "perilaku petugas"},
    "raters": {"en": "raters", "id": "penilai"},
    "occasions": {"en": "occasions", "id": "waktu penilaian"},
    "occasion": {"en": "occasion", "id": "waktu penilaian"},
    "indicators": {"en": "indicators", "id": "indikator"},
    "items": {"en": "items", "id": "butir"},
    "item": {"en": "item", "id": "butir"},
    "machine": {"en": "machine", "id": "mesin"},
    "trial": {"en": "trial", "id": "percobaan"},
    "replicate": {"en": "replicate", "id": "ulangan"},
    "weights": {"en": "weights", "id": "bobot"},
    "expectation": {"en": "expectation", "id": "ekspektasi"},
    "pp30": {"en": "pp30", "id": "PP 30/2019"},
    "minutes": {"en": "minutes", "id": "menit"},
    "scale": {"en": "scale", "id": "skala"},
    "survey": {"en": "survey", "id": "survei"},
    "parts": {"en": "parts", "id": "bagian skor"},
    "combination": {"en": "combination", "id": "penggabungan"},
    "rater_weights": {"en": "rater weights", "id": "bobot penilai"},
    "complaints_and_praise": {"en": "complaints and praise", "id": "keluhan dan pujian"},
    "unit_evidence": {"en": "unit evidence", "id": "bukti unit"},
    "minimum_weight": {"en": "minimum weight", "id": "bobot minimum"},
    "minimum_evidence": {"en": "minimum evidence", "id": "bukti minimum"},
    "cap": {"en": "cap", "id": "batas atas"},
    "rank_agreement": {"en": "rank agreement", "id": "kesepakatan peringkat"},
    "random_mappings": {"en": "random mappings", "id": "pemetaan acak"},
    "rank_acceptability": {"en": "rank acceptability", "id": "akseptabilitas peringkat"},
    "rated": {"en": "rated", "id": "yang dinilai"},
    "recognised_by_both": {"en": "recognised by both", "id": "diberi penghargaan oleh keduanya"},
    "trained_by_both": {"en": "trained by both", "id": "dilatih menurut keduanya"},
    "raw_agreement": {"en": "raw agreement", "id": "kesepakatan mentah"},
    "gwet_ac2": {"en": "gwet ac2", "id": "AC2 Gwet"},
    "weighted_kappa": {"en": "weighted kappa", "id": "kappa berbobot"},
    "traits": {"en": "traits", "id": "sifat"},
    "methods": {"en": "methods", "id": "metode"},
    "profiles": {"en": "profiles", "id": "profil"},
    "equivalent": {"en": "equivalent", "id": "setara"},
    "differs_slightly": {"en": "differs slightly", "id": "sedikit berbeda"},
    "undecided": {"en": "undecided", "id": "belum dapat diputuskan"},
    "differs": {"en": "differs", "id": "berbeda"},
    "service": {"en": "service", "id": "layanan"},
    "predikats": {"en": "predikats", "id": "predikat"},
    "rounded": {"en": "rounded", "id": "dibulatkan"},
    "balanced": {"en": "balanced", "id": "seimbang"},
    "craft": {"en": "craft", "id": "keahlian"},
    "management": {"en": "management", "id": "pengelolaan"},
    "wave_1": {"en": "wave 1", "id": "gelombang 1"},
    "wave_2": {"en": "wave 2", "id": "gelombang 2"},
    "wave_3": {"en": "wave 3", "id": "gelombang 3"},
    "captain": {"en": "captain", "id": "kapten"},
    "lieutenant": {"en": "lieutenant", "id": "letnan"},
    "published": {"en": "published", "id": "terbitan"},
    "analytic": {"en": "analytic", "id": "analitis"},
    "recalled": {"en": "recalled", "id": "diingat"},
    "approximate": {"en": "approximate", "id": "hampiran"},
    "exact": {"en": "exact", "id": "eksak"},
    "within": {"en": "within", "id": "di dalam"},
    "points": {"en": "points", "id": "poin"},
    "score": {"en": "score", "id": "skor"},
    "scored": {"en": "scored", "id": "diberi skor"},
    "insufficient evidence": {"en": "insufficient evidence", "id": "bukti tidak cukup"},
    "true": {"en": "true", "id": "ya"},
    "superior": {"en": "superior", "id": "atasan"},
    "quality": {"en": "quality", "id": "mutu"},
    "ability": {"en": "ability", "id": "kemampuan"},
    "effort": {"en": "effort", "id": "usaha"},
}

COLUMNS: Final[dict[str, dict[Language, str]]] = {
    "about": {"en": "About", "id": "Tentang"},
    "aims": {"en": "Aims", "id": "Tujuan"},
    "answer": {"en": "Answer", "id": "Jawaban"},
    "answerable": {"en": "Answered", "id": "Terjawab"},
    "assumed": {"en": "Assumed", "id": "Asumsi"},
    "because": {"en": "Because", "id": "Karena"},
    "behaviour_weight": {"en": "Behaviour weight", "id": "Bobot perilaku"},
    "cadence": {"en": "Cadence", "id": "Irama"},
    "caveat": {"en": "Caveat", "id": "Catatan"},
    "components": {"en": "Components", "id": "Komponen"},
    "component": {"en": "Component", "id": "Komponen"},
    "corruption": {"en": "Spoiling", "id": "Kerusakan"},
    "criterion": {"en": "Criterion", "id": "Kriteria"},
    "corrected": {"en": "Corrected", "id": "Dikoreksi"},
    "covered_weight": {"en": "Weight covered", "id": "Bobot tercakup"},
    "design": {"en": "Design", "id": "Rancangan"},
    "direction": {"en": "Direction", "id": "Arah"},
    "employee": {"en": "Employee", "id": "Pegawai"},
    "estimable": {"en": "Can be estimated", "id": "Dapat ditaksir"},
    "estimate": {"en": "Estimate", "id": "Taksiran"},
    "family": {"en": "Family", "id": "Keluarga"},
    "file": {"en": "File", "id": "Berkas"},
    "follow_up": {"en": "Follow-up", "id": "Tindak lanjut"},
    "group": {"en": "Group", "id": "Kelompok"},
    "indicator": {"en": "Indicator", "id": "Indikator"},
    "indicator_a": {"en": "Indicator A", "id": "Indikator A"},
    "indicator_b": {"en": "Indicator B", "id": "Indikator B"},
    "indicators": {"en": "Indicators", "id": "Indikator"},
    "interval": {"en": "Interval", "id": "Selang"},
    "item": {"en": "Item", "id": "Butir"},
    "kept": {"en": "Kept", "id": "Dipakai"},
    "margin": {"en": "Margin", "id": "Margin"},
    "mean": {"en": "Mean", "id": "Rerata"},
    "method": {"en": "Method", "id": "Metode"},
    "method_a": {"en": "Method A", "id": "Metode A"},
    "method_b": {"en": "Method B", "id": "Metode B"},
    "n": {"en": "n", "id": "n"},
    "n_assumptions": {"en": "Assumptions", "id": "Asumsi"},
    "n_components": {"en": "Linked groups", "id": "Kelompok terhubung"},
    "n_employees": {"en": "People", "id": "Orang"},
    "n_observations": {"en": "Observations", "id": "Amatan"},
    "n_ratees": {"en": "Rated", "id": "Yang dinilai"},
    "n_raters": {"en": "Raters", "id": "Penilai"},
    "n_rows": {"en": "Rows", "id": "Baris"},
    "period": {"en": "Period", "id": "Periode"},
    "place": {"en": "Place", "id": "Tempat"},
    "problems_named": {"en": "Problems named", "id": "Masalah yang disebut"},
    "quantity": {"en": "Quantity", "id": "Besaran"},
    "question": {"en": "Question", "id": "Pertanyaan"},
    "range": {"en": "Range", "id": "Rentang"},
    "ratings_each": {"en": "Ratings each (median)", "id": "Penilaian per orang (median)"},
    "read": {"en": "Read", "id": "Dibaca"},
    "reason": {"en": "Reason", "id": "Alasan"},
    "rejected": {"en": "Rejected", "id": "Ditolak"},
    "result_weight": {"en": "Result weight", "id": "Bobot hasil"},
    "score": {"en": "Score", "id": "Skor"},
    "share": {"en": "Share", "id": "Bagian"},
    "share_linked": {"en": "In the largest group", "id": "Di kelompok terbesar"},
    "shared_indicators": {"en": "Shared indicators", "id": "Indikator bersama"},
    "shared_raters": {"en": "Shared raters", "id": "Penilai bersama"},
    "shared_weight": {"en": "Shared weight", "id": "Bobot bersama"},
    "source": {"en": "Source", "id": "Sumber"},
    "sources": {"en": "Sources", "id": "Sumber"},
    "status": {"en": "Status", "id": "Status"},
    "step": {"en": "Step", "id": "Langkah"},
    "title": {"en": "Title", "id": "Judul"},
    "unit": {"en": "Unit", "id": "Unit"},
    "variance": {"en": "Variance", "id": "Ragam"},
    "weight": {"en": "Weight", "id": "Bobot"},
    "what_the_text_says": {"en": "What the text says", "id": "Isi naskah"},
}


def heading(column: str, lang: Language | None = None) -> str:
    """Return the heading of a column: its label, or its name with the underscores opened.

    Examples
    --------
    >>> heading("n_raters", "id")
    'Penilai'
    >>> heading("shared_weight")
    'Shared weight'
    """
    words = column.replace("_", " ")
    return COLUMNS.get(column, {}).get(reader_language(lang), words[:1].upper() + words[1:])


def name_methods(text: str, lang: Language | None = None) -> str:
    """Write a reason as readers know it: in their language, with the five methods by their names.

    Examples
    --------
    >>> name_methods("only dumai scored anyone")
    'only Dumai scored anyone'
    """
    lang = reader_language(lang)
    return _METHOD.sub(lambda name: LABELS[name[0]][lang], translate(text, lang))


def cell_label(value: str, lang: Language | None = None) -> str:
    """Return the label of a code, or of several with commas, or a sentence in the language.

    Any other text has its underscores opened.

    Examples
    --------
    >>> cell_label("citizen", "id"), cell_label("ktp_days (from system)"), cell_label("evidence.csv")
    ('masyarakat', 'ktp days (from system)', 'evidence.csv')
    >>> cell_label("citizen, peer", "id")
    'masyarakat, rekan kerja'
    """
    lang = reader_language(lang)
    known = [_find_label(code, lang) for code in value.split(", ")]
    if all(known):
        return ", ".join(known)
    return _NAME.sub(lambda name: name[0].replace("_", " "), translate(value, lang))


def translate(text: str, lang: Language | None = None) -> str:
    """Return a sentence that was written in English, in the language; one that is not known as it is.

    Reasons and doubts are written where they arise, with numbers and codes in them, in English: so they stand
    in the numbers that are published. Here the catalogue finds the message that a sentence was written from,
    and writes it anew with the same values.

    Examples
    --------
    >>> translate("only 1,200 people were scored by both", "id")
    'hanya 1.200 orang diberi skor oleh keduanya'
    >>> translate("no score for citizen and peer", "id")
    'no score for citizen and peer'
    """
    lang = reader_language(lang)
    if lang == "en" or not text.strip():
        return text
    return _translate_whole(text, lang) or _translate_parts(text, lang) or text


def _translate_whole(text: str, lang: Language) -> str:
    for form, restore in forms(text):
        if form in _TEXTS:
            return restore(_TEXTS[form].get(lang, form))
    for message, values in read_catalogue(lang).find(text):
        told = {name: _translate_value(value, lang) for name, value in values.items()}
        if not any(len(told[name].split()) > _MOST_WORDS and told[name] == values[name] for name in told):
            return message.format(**told)
    return ""


def _translate_parts(text: str, lang: Language) -> str:
    """Translate sentences one by one, or doubts that semicolons divide; nothing if none is known."""
    for divider in (r"(?<=[.?]) ", "; "):
        parts = re.split(divider, text)
        if len(parts) > 1:
            told = [_translate_whole(part, lang) or _translate_parts(part, lang) for part in parts]
            if any(told):
                joint = "; " if divider == "; " else " "
                return joint.join(new or old for new, old in zip(told, parts, strict=True))
    return ""


def _translate_value(value: str, lang: Language) -> str:
    """Translate what stands in a sentence: a number, a code, a sentence, or several of these."""
    if _NUMBER.fullmatch(value):
        return value.translate(_SWAP)
    if known := _find_label(value, lang) or _translate_whole(value, lang):
        return known
    parts = _JOINTS.split(value)
    if len(parts) == 1:
        return cell_label(value, lang)
    return "".join(
        _JOINTS_OF.get(part, part) if number % 2 else _translate_value(part, lang)
        for number, part in enumerate(parts)
    )


def use_labels(labels: Mapping[str, Mapping[Language, str]]) -> None:
    """Set the labels of a study's places and indicators; they replace those of the study before.

    Examples
    --------
    >>> use_labels({"us_judges": {"en": "judges", "id": "hakim"}})
    >>> cell_label("us_judges", "id")
    'hakim'
    >>> use_labels({})
    >>> cell_label("us_judges", "id")
    'us judges'
    """
    _OF_STUDY.clear()
    _OF_STUDY.update(labels)


def use_texts(texts: Mapping[str, Mapping[Language, str]]) -> None:
    """Set the sentences that a study says in several languages, by the English one; as `use_labels`.

    Examples
    --------
    >>> use_texts({"It was asked.": {"id": "Itu ditanyakan."}})
    >>> translate("It was asked.", "id")
    'Itu ditanyakan.'
    >>> use_texts({})
    """
    _TEXTS.clear()
    _TEXTS.update(texts)


def _find_label(code: str, lang: Language) -> str:
    """Return a label in the language, else in another one, else nothing."""
    for known in (_OF_STUDY, LABELS, CODES):
        if code in known:
            return known[code].get(lang) or next(iter(known[code].values()))
    return ""
