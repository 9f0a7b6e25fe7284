"""The layouts that are known: which columns they have, and how people head them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from evalkit.intake.layouts.items import item_fields
from evalkit.intake.layouts.layout import Kind, Layout, make_layout
from evalkit.intake.layouts.raters import MANY, numbered_fields
from evalkit.rules import ELEMENTS

_YEAR: Final[tuple[Kind, str]] = ("year", "Tahun|year|Tahun Penilaian|Tahun Survei|Tahun Anggaran")
_PERIOD: Final[tuple[Kind, str]] = (
    "period",
    "Periode|Periode Penilaian|Periode Survei|period|Triwulan|TW|Kuartal|Quarter|Bulan|Month|Semester|Bulan "
    "Penilaian|Triwulan Penilaian",
)
_DATE: Final[tuple[Kind, str]] = (
    "date",
    "Tanggal|Tgl|Tgl.|date|Tanggal Survei|Tanggal Pengisian|Tanggal Penilaian|Waktu Pengisian|Timestamp|"
    "Stempel waktu|Cap waktu",
)
_SEX: Final[tuple[Kind, str]] = ("sex", "Jenis Kelamin|JK|L/P|Sex|Gender|Kelamin")
_TEXT: Final[tuple[Kind, str]] = (
    "text",
    "Saran|Kritik|Kritik dan Saran|Kritik & Saran|Saran/Masukan|Saran dan Masukan|Saran/Kritik|Masukan|"
    "Komentar|Catatan|Keterangan|Umpan Balik|Feedback|Comment|Comments|Suggestions|Alasan|Uraian|"
    "Rekomendasi|Kesan dan Pesan",
)
_UNIT: Final[tuple[Kind, str]] = (
    "aside",
    "OPD|Unit|Unit Kerja|Unit Layanan|Unit Pelayanan|Perangkat Daerah|Nama OPD|SKPD|Satuan Kerja|"
    "Unit Organisasi|Bidang",
)
_EMPLOYEE: Final[dict[str, tuple[Kind, str]]] = {
    "unit": _UNIT,
    "position": ("aside", "Jabatan|Nama Jabatan|Jabatan Pegawai|position|Jenis Jabatan"),
    "rank": (
        "aside",
        "Golongan|Gol|Gol.|Pangkat|Pangkat/Golongan|Pangkat/Gol|Golongan Ruang|Gol/Ruang|Pangkat/Gol. Ruang",
    ),
    "sex": _SEX,
    "year": _YEAR,
    "period": _PERIOD,
}
_ALL_ELEMENTS: Final = tuple(frozenset({element}) for element in ELEMENTS)
_RESPONDENT: Final = (
    "aside",
    "No|No.|Nomor|No Urut|No Urut Responden|No. Responden|Nomor Responden|Responden|Nomor Urut "
    "Responden|No Resp|id",
)
SKM: Final = make_layout(
    "skm",
    {
        "respondent": _RESPONDENT,
        "unit": _UNIT,
        "year": _YEAR,
        "period": _PERIOD,
        "date": _DATE,
        "sex": _SEX,
        "text": _TEXT,
    },
    _ALL_ELEMENTS,
    elements="answer",
)
RECAP: Final = make_layout(
    "skm-recap",
    {
        "unit": (
            "aside",
            "OPP|OPD|Unit|Unit Kerja|Unit Pelayanan|Perangkat Daerah|Nama OPD|Nama OPP|SKPD|UPP|Nama Unit",
        ),
        "sum_weighted": (
            "points",
            "NRR Tertimbang|NRR Tertimbang Unsur|Nilai Rata-rata Tertimbang|Jumlah NRR Tertimbang|Jumlah "
            "Tertimbang",
        ),
        "ikm": (
            "points",
            "Nilai IKM|IKM|Indeks|Nilai SKM|SKM|Nilai Indeks|Indeks Kepuasan Masyarakat|IKM Unit Pelayanan",
        ),
        "band": (
            "band",
            "Kategori|Mutu|Mutu Pelayanan|Mutu Unit Pelayanan|Kategori Mutu|Kinerja Unit "
            "Pelayanan|Predikat|Ket",
        ),
        "year": _YEAR,
        "period": _PERIOD,
    },
    (*_ALL_ELEMENTS, frozenset({"unit"}), frozenset({"ikm", "band"})),
    elements="mean",
)
SIASN: Final = make_layout(
    "siasn",
    {
        "work_result": (
            "expectation",
            "hasilKinerja|Hasil Kerja|Rating Hasil Kerja|Hasil Kinerja|Penilaian Hasil Kerja",
        ),
        "work_result_code": (
            "expectation_code",
            "hasilKinerjaNilai|Hasil Kerja Nilai|Nilai Hasil Kerja|Kode Hasil Kerja",
        ),
        "behaviour": (
            "expectation",
            "perilakuKerja|Rating Perilaku Kerja|Rating Perilaku|Perilaku|Penilaian Perilaku Kerja",
        ),
        "behaviour_code": ("expectation_code", "PerilakuKerjaNilai|Kode Perilaku Kerja"),
        "predikat": (
            "predikat",
            "kuadranKinerja|Predikat Kinerja|Predikat Kinerja Pegawai|Predikat|Kuadran|Kuadran Kinerja "
            "Pegawai",
        ),
        "predikat_code": ("predikat_code", "KuadranKinerjaNilai|Kode Predikat|Kode Kuadran|Nilai Kuadran"),
        "skp": ("points", "Nilai SKP|Nilai Capaian SKP|SKP"),
        "behaviour_points": ("points", "Nilai Perilaku|Nilai Perilaku Kerja|Skor Perilaku"),
        "score": (
            "points",
            "Nilai Prestasi Kerja|Nilai Kinerja|Nilai Akhir|Nilai Kinerja PNS|Nilai Prestasi|Skor Akhir",
        ),
        "person": ("person", "pnsDinilaiId|NIP|NIP Pegawai|Nama|Nama Pegawai|nipNrp"),
        "rater": (
            "person",
            "nipNrpPenilai|NIP Penilai|namaPenilai|Nama Penilai|Pejabat Penilai|NIP Pejabat Penilai|Penilai",
        ),
        **_EMPLOYEE,
        "text": _TEXT,
    },
    (
        frozenset({"work_result", "work_result_code", "skp"}),
        frozenset({"behaviour", "behaviour_code", "behaviour_points"}),
        frozenset({"predikat", "predikat_code", "score"}),
    ),
)
_RATED: Final[dict[str, tuple[Kind, str]]] = {
    "ratee": (
        "person",
        "Dinilai|Pegawai|Nama|Nama Pegawai|NIP|NIP Pegawai|Pegawai yang dinilai|Yang Dinilai|ratee|Kode "
        "Pegawai|No Pegawai",
    ),
    "rater": ("person", "Penilai|rater|Kode Penilai|Nama Penilai|NIP Penilai"),
    "source": (
        "source",
        "Sumber Penilaian|Hubungan|Peran Penilai|Jenis Penilai|Kategori Penilai|Penilai Sebagai|source|"
        "Status Penilai",
    ),
    **_EMPLOYEE,
    "date": _DATE,
    "text": _TEXT,
}
RATERS: Final = make_layout(
    "raters",
    {
        **_RATED,
        "item": ("person", "item|Butir|Indikator|Aspek|Pertanyaan|Unsur"),
        "value": ("points", "Nilai|value|Skor|score"),
        "supervisor": ("points", "Atasan|Nilai Atasan|Atasan Langsung|supervisor|Penilaian Atasan"),
        "peer": ("points", "Rekan|Rekan Kerja|Rekan Sejawat|Sejawat|peer|Nilai Rekan|Penilaian Rekan Kerja"),
        "subordinate": ("points", "Bawahan|subordinate|Nilai Bawahan|Penilaian Bawahan"),
        "self": ("points", "Diri Sendiri|Diri|self|Nilai Diri|Penilaian Diri|Nilai Diri Sendiri"),
        "mean": (
            "points",
            "Rata-rata|Rerata|Nilai Rata-rata|mean|average|Nilai Akhir|Rata Rata|Rata-rata Nilai",
        ),
    },
    (
        frozenset({"ratee"}),
        frozenset({"value", "supervisor", *numbered_fields()}),
        frozenset({"rater", "peer", "self", "subordinate", *numbered_fields()}),
    ),
    rates=True,
    many=MANY,
)
_ITEMS: Final[dict[str, Kind]] = dict.fromkeys(item_fields(), "points")
RATER_ITEMS: Final = replace(
    make_layout("rater-items", _RATED, (frozenset({"ratee"}),)),
    kinds=_ITEMS | {name: kind for name, (kind, _) in _RATED.items()},
    items=True,
    rates=True,
)
SAKIP: Final = make_layout(
    "sakip",
    {
        "unit": ("aside", "OPD|Unit|Unit Kerja|Perangkat Daerah|Nama OPD|Instansi|SKPD|Satuan Kerja"),
        "year": ("number", "Tahun|Tahun Evaluasi|year"),
        "planning": ("points", "Perencanaan Kinerja|Perencanaan"),
        "measurement": ("points", "Pengukuran Kinerja|Pengukuran"),
        "reporting": ("points", "Pelaporan Kinerja|Pelaporan"),
        "evaluation": (
            "points",
            "Evaluasi Akuntabilitas Kinerja Internal|Evaluasi Internal|Evaluasi|Evaluasi Akuntabilitas "
            "Kinerja",
        ),
        "score": (
            "points",
            "Nilai SAKIP|Nilai AKIP|Nilai|Nilai Akuntabilitas Kinerja|Nilai Akhir|Total Nilai|Total|Hasil "
            "Evaluasi|Nilai Hasil Evaluasi",
        ),
        "grade": ("aside", "Predikat|Kategori|Nilai Huruf|Grade"),
    },
    tuple(frozenset({each}) for each in ("planning", "measurement", "reporting", "evaluation", "score")),
)

#: What is tried, the most demanding first: a recap has all that a sheet of respondents has.
LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {layout.name: layout for layout in (RECAP, SKM, SIASN, SAKIP, RATERS, RATER_ITEMS)}
)
