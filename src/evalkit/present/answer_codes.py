"""What the validation page calls published answers and the tables that they come from, in both languages.

A symbol such as ``ac1`` stands for itself and needs no words.
"""

from __future__ import annotations

from typing import Final

from evalkit.vocabulary import Language

#: An EWMA is named by its weight and by the shift that it has to find.
_SHIFTS: Final[dict[str, dict[Language, str]]] = {
    "": {"en": "no shift", "id": "tanpa pergeseran"},
    "_half": {"en": "half a sigma", "id": "setengah sigma"},
    "_one": {"en": "one sigma", "id": "satu sigma"},
    "_two": {"en": "two sigma", "id": "dua sigma"},
}
_RUN_LENGTHS: Final[dict[str, dict[Language, str]]] = {
    f"weight_{weight}{shift}": {
        "en": f"weight .{weight}, {words['en']}",
        "id": f"bobot 0,{weight}, {words['id']}",
    }
    for weight in ("05", "10", "20", "25", "40")
    for shift, words in _SHIFTS.items()
}
#: Entries of ``stats/reference_values.yaml``, and their answers.
ANSWERS: Final[dict[str, dict[Language, str]]] = {
    "aer_teaching_ratings": {"en": "teaching ratings (AER)", "id": "penilaian pengajaran (AER)"},
    "bcg_trials": {"en": "BCG trials", "id": "percobaan BCG"},
    "berkeley_admissions": {"en": "Berkeley admissions", "id": "penerimaan mahasiswa Berkeley"},
    "bland_altman_1986": {"en": "Bland & Altman 1986", "id": "Bland & Altman 1986"},
    "bland_altman_1986_limits": {"en": "Bland & Altman 1986, limits", "id": "Bland & Altman 1986, batas"},
    "bland_altman_1986_replicates": {
        "en": "Bland & Altman 1986, replicates",
        "id": "Bland & Altman 1986, berulang",
    },
    "conover_grasses": {"en": "grasses (Conover)", "id": "rumput (Conover)"},
    "demsar_2006": {"en": "Demšar 2006", "id": "Demšar 2006"},
    "ewma_run_lengths": {"en": "run lengths of EWMA", "id": "panjang runtun EWMA"},
    "fallback_of_the_improved": {"en": "fallback of the improved", "id": "kemunduran yang membaik"},
    "four_fifths": {"en": "four fifths", "id": "empat per lima"},
    "holzinger_swineford_consistency": {
        "en": "Holzinger & Swineford, consistency",
        "id": "Holzinger & Swineford, konsistensi",
    },
    "holzinger_swineford_factors": {
        "en": "Holzinger & Swineford, factors",
        "id": "Holzinger & Swineford, faktor",
    },
    "holzinger_swineford_invariance": {
        "en": "Holzinger & Swineford, invariance",
        "id": "Holzinger & Swineford, invariansi",
    },
    "housing_satisfaction": {"en": "satisfaction with housing", "id": "kepuasan atas perumahan"},
    "jacobson_truax_1991": {"en": "Jacobson & Truax 1991", "id": "Jacobson & Truax 1991"},
    "koo_li_2016": {"en": "Koo & Li 2016", "id": "Koo & Li 2016"},
    "livingston_lewis": {"en": "Livingston & Lewis", "id": "Livingston & Lewis"},
    "lme4_dyestuff": {"en": "Dyestuff (lme4)", "id": "Dyestuff (lme4)"},
    "lme4_insteval": {"en": "InstEval (lme4)", "id": "InstEval (lme4)"},
    "mantel_haenszel": {"en": "Mantel & Haenszel", "id": "Mantel & Haenszel"},
    "nemenyi_quantiles": {"en": "quantiles of Nemenyi", "id": "kuantil Nemenyi"},
    "rdrobust_by_formula": {"en": "rdrobust, by formula", "id": "rdrobust, menurut rumus"},
    "rdrobust_senate": {"en": "rdrobust, Senate", "id": "rdrobust, Senat"},
    "regression_discontinuity": {"en": "regression discontinuity", "id": "regresi diskontinuitas"},
    "regression_to_the_mean": {"en": "regression to the mean", "id": "regresi ke arah rerata"},
    "remissions_6mp": {"en": "remissions under 6-MP", "id": "remisi dengan 6-MP"},
    "run_rules": {"en": "run rules", "id": "aturan runtun"},
    "shrout_fleiss_1979": {"en": "Shrout & Fleiss 1979", "id": "Shrout & Fleiss 1979"},
    "smaa_central_weights": {"en": "SMAA, central weights", "id": "SMAA, bobot pusat"},
    "smaa_three_alternatives": {"en": "SMAA, three alternatives", "id": "SMAA, tiga pilihan"},
    "computed_elsewhere": {"en": "computed elsewhere", "id": "dihitung di tempat lain"},
    "cohen_1968": {"en": "Cohen 1968", "id": "Cohen 1968"},
    "dehejia_wahba_1999": {"en": "Dehejia & Wahba 1999", "id": "Dehejia & Wahba 1999"},
    "fleiss_1971": {"en": "Fleiss 1971", "id": "Fleiss 1971"},
    "fleiss_1981": {"en": "Fleiss 1981", "id": "Fleiss 1981"},
    "gwet_2014": {"en": "Gwet 2014", "id": "Gwet 2014"},
    "krippendorff_2011": {"en": "Krippendorff 2011", "id": "Krippendorff 2011"},
    "siegel_1956": {"en": "Siegel 1956", "id": "Siegel 1956"},
    # Answers
    "chi_squared": {"en": "chi-squared", "id": "khi-kuadrat"},
    "critical_difference_05": {"en": "critical difference at .05", "id": "selisih kritis pada 0,05"},
    "critical_difference_10": {"en": "critical difference at .10", "id": "selisih kritis pada 0,10"},
    "k_2": {"en": "2 treatments", "id": "2 perlakuan"},
    "k_3": {"en": "3 treatments", "id": "3 perlakuan"},
    "k_4": {"en": "4 treatments", "id": "4 perlakuan"},
    "k_5": {"en": "5 treatments", "id": "5 perlakuan"},
    "k_6": {"en": "6 treatments", "id": "6 perlakuan"},
    "k_7": {"en": "7 treatments", "id": "7 perlakuan"},
    "k_8": {"en": "8 treatments", "id": "8 perlakuan"},
    "k_9": {"en": "9 treatments", "id": "9 perlakuan"},
    "k_10": {"en": "10 treatments", "id": "10 perlakuan"},
    "mean_rank_c45": {"en": "mean rank of C4.5", "id": "rerata peringkat C4.5"},
    "mean_rank_c45_cf": {"en": "mean rank of C4.5+cf", "id": "rerata peringkat C4.5+cf"},
    "mean_rank_c45_m": {"en": "mean rank of C4.5+m", "id": "rerata peringkat C4.5+m"},
    "mean_rank_c45_m_cf": {"en": "mean rank of C4.5+m+cf", "id": "rerata peringkat C4.5+m+cf"},
    "good_to": {"en": "good, up to", "id": "baik, sampai"},
    "moderate_from": {"en": "moderate, from", "id": "sedang, dari"},
    "moderate_to": {"en": "moderate, up to", "id": "sedang, sampai"},
    "reference_rate": {"en": "rate of the reference", "id": "tingkat kelompok acuan"},
    "std_error": {"en": "standard error", "id": "galat baku"},
    "z_cf": {"en": "z of C4.5+cf", "id": "z C4.5+cf"},
    "z_m": {"en": "z of C4.5+m", "id": "z C4.5+m"},
    "z_m_cf": {"en": "z of C4.5+m+cf", "id": "z C4.5+m+cf"},
    **_RUN_LENGTHS,
}
