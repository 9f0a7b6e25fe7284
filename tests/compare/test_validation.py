"""Every published answer is recomputed within its tolerance; the page and these tests read one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse.linalg
import scipy.stats
from evidence_maker import make_evidence
from plain_factors import fit_plainly, pool, read_groups
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.meta_analysis import combine_effects

from evalkit.compare import list_elsewhere, list_references, validate_statistics
from evalkit.compare.recomputed import RECOMPUTED
from evalkit.compare.recomputed_groups import risks_of_trials, rows_of_tenants
from evalkit.compare.validation import _read
from evalkit.errors import DesignError, UsageError
from evalkit.evidence import load_evidence
from evalkit.stats import estimate_chance_agreement

SHIPPED = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


@pytest.mark.parametrize("entry", sorted(RECOMPUTED))
def test_the_published_answers_are_ours(principles, entry):
    answers = validate_statistics(principles, entries=[entry]).answers
    missed = answers.loc[~answers["passed"], ["quantity", "published", "estimate"]]
    assert missed.to_dict("records") == []
    assert len(answers) > 0


def test_every_entry_has_its_recomputation_and_its_source():
    references = list_references()
    assert set(references["entry"]) == set(RECOMPUTED)
    assert references["entry"].is_unique
    assert references.map(str.strip).ne("").all(axis=None)


def of_grasses(data):
    found = scipy.stats.friedmanchisquare(*np.array(data["scores"]).T)
    assert found.pvalue == pytest.approx(0.044, abs=5e-4)
    return {"chi_squared": found.statistic, "f": 11 * found.statistic / (12 * 3 - found.statistic)}


def of_rankings(data):
    return {"w": scipy.stats.friedmanchisquare(*np.array(data["rankings"]).T).statistic / (3 * 5)}


def of_rates(data):
    rate, other = data["selected"] / data["n"], data["reference_selected"] / data["reference_n"]
    return {"rate": rate, "reference_rate": other, "ratio": rate / other}


def of_diagnoses(data):
    """By the table's own sums, and by own code for any number of raters."""
    shares = np.array(data["counts"]) / 100
    by_chance = shares.sum(axis=0) @ shares.sum(axis=1)
    assert (np.trace(shares), by_chance) == pytest.approx((0.89, 0.66))
    pairs = np.repeat(np.argwhere(shares >= 0), np.array(data["counts"]).ravel(), axis=0)
    found = estimate_chance_agreement(pairs, coefficient="conger")
    assert found.estimate == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    return {"kappa": found.estimate, "std_error": found.std_error * np.sqrt(99 / 100)}  # over n, not n - 1


def of_disagreement(data):
    table = 200 * np.array(data["shares"])
    weighted = cohens_kappa(table, weights=np.array(data["disagreement"]))
    return {"kappa": cohens_kappa(table).kappa, "weighted_kappa": weighted.kappa}


def of_meters(data):
    return {"sd_corrected": (33.2**2 + 21.6**2 / 4 + 28.2**2 / 4) ** 0.5}


def of_change(data):
    sem = 7.5 * 0.2**0.5
    return {"sem": sem, "sem_difference": sem * 2**0.5, "index": -15 / (sem * 2**0.5)}


FACTORS = [0, 0, 0, 1, 1, 1, 2, 2, 2]


def of_scales(data):
    """Alpha by its formula, omega of three items in closed form, and among all nine by plain likelihood."""
    pooled = pool(read_groups(data["schools"]))
    found = {}
    for j, (name, omega) in enumerate(
        zip(("visual", "textual", "speed"), fit_plainly([pooled], FACTORS)[1], strict=True)
    ):
        own = pooled[0][3 * j : 3 * j + 3, 3 * j : 3 * j + 3]
        a, b, c = own[0, 1], own[0, 2], own[1, 2]
        common = (np.sqrt(a * b / c) + np.sqrt(a * c / b) + np.sqrt(b * c / a)) ** 2
        unique = np.trace(own) - a * b / c - a * c / b - b * c / a
        found[f"alpha_{name}"] = 1.5 * (1 - np.trace(own) / own.sum())
        found[f"omega_{name}_alone"] = common / (common + unique)
        found[f"omega_{name}"] = omega
    return found


def of_schools(data):
    groups = read_groups(data["schools"])
    steps = {"configural": (), "metric": ("loadings",), "scalar": ("loadings", "intercepts")}
    fits = {
        f"chi_squared_{name}": fit_plainly(groups, FACTORS, equal=equal)[0] for name, equal in steps.items()
    }
    return {**fits, "df_configural": 108 - 60, "df_metric": 108 - 54, "df_scalar": 108 - 48}


def of_admissions(data):
    a, b, c, d = np.array(data["departments"], dtype=float).T
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    ratio = r.sum() / s.sum()
    variance = (p @ r) / (2 * r.sum() ** 2) + (q @ s) / (2 * s.sum() ** 2)
    variance += (p @ s + q @ r) / (2 * r.sum() * s.sum())
    half = 1.959963984540054 * np.sqrt(variance)
    expected = (a + b) * (a + c) / n
    spread = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
    chi_squared = (abs((a - expected).sum()) - 0.5) ** 2 / spread.sum()
    return {
        "odds_ratio": ratio,
        "conf_low": ratio * np.exp(-half),
        "conf_high": ratio * np.exp(half),
        "chi_squared": chi_squared,
        "p": scipy.stats.chi2.sf(chi_squared, 1),
    }


def of_tenants(data):
    y, X = rows_of_tenants(data["counts"])
    model = OrderedModel(y, X, distr="logit")
    found = model.fit(method="newton", disp=0)
    thresholds = model.transform_threshold_params(found.params[6:])[1:-1]
    names = ("influence_medium", "influence_high", "apartment", "atrium", "terrace", "contact_high")
    answers = dict(zip(names, found.params[:6], strict=True))
    return {**answers, "low_medium": thresholds[0], "medium_high": thresholds[1], "deviance": -2 * found.llf}


def of_trials(data):
    y, v = risks_of_trials(data["trials"])
    iterated = combine_effects(y, v, method_re="iterated")

    def q(variance):
        return np.sum((y - np.average(y, weights=1 / (v + variance))) ** 2 / (v + variance))

    ends = [
        scipy.optimize.bisect(lambda x, at=at: q(x) - scipy.stats.chi2.ppf(at, 12), 0, 10)
        for at in (0.975, 0.025)
    ]
    return {"variance": iterated.tau2, "variance_low": ends[0], "variance_high": ends[1], "q": q(0)}


def of_remissions(data):
    found = SurvfuncRight(np.array(data["weeks"]), np.array(data["ended"]))
    shares = {f"week_{day}": share for day, share in zip(found.surv_times, found.surv_prob, strict=True)}
    low, _ = found.quantile_ci(0.5, method="cloglog")
    return {**shares, "median": found.quantile(0.5), "median_low": low}


def of_rules(data):
    """A chain over the signed zones of the last four points and the length of the run on one side."""
    return {
        **{f"rules_{digits}": run_length_of(digits) for digits in data["rules"]},
        "rules_1_shifted": run_length_of("1", shift=1.0),
    }


def run_length_of(digits, shift=0.0):
    cuts = scipy.stats.norm.cdf(np.array([-np.inf, -3, -2, -1, 0, 1, 2, 3, np.inf]) - shift)
    chances = dict(zip((-4, -3, -2, -1, 1, 2, 3, 4), np.diff(cuts), strict=True))
    states, rows, left = {((), 0): 0}, [], [((), 0)]
    for zones, run in left:  # grows while it is walked through
        for zone, chance in chances.items():
            last = (*zones, zone)
            length = run + np.sign(zone) if run * zone >= 0 else np.sign(zone)
            if signals(digits, last, length):
                continue
            after = (last[-4:], int(np.clip(length, -7, 7)) if "4" in digits else 0)
            if after not in states:
                states[after] = len(states)
                left.append(after)
            rows.append((states[zones, run], states[after], chance))
    i, j, chance = (np.array(part) for part in zip(*rows, strict=True))
    chain = scipy.sparse.csc_array((chance, (i, j)), shape=(len(states), len(states)))
    stay = scipy.sparse.eye_array(len(states), format="csc") - chain
    return scipy.sparse.linalg.spsolve(stay, np.ones(len(states)))[0]


def signals(digits, last, length):
    side = np.sign(last[-1])
    zones = side * np.array(last)
    beyond = {
        "1": zones[-1] == 4,
        "2": zones[-1] >= 3 and np.sum(zones[-3:] >= 3) >= 2,
        "3": zones[-1] >= 2 and np.sum(zones[-5:] >= 2) >= 4,
        "4": abs(length) >= 8,
    }
    return any(beyond[digit] for digit in digits)


def of_moving_averages(data):
    suffixes = {"": 0.0, "_half": 0.5, "_one": 1.0, "_two": 2.0}
    return {
        f"weight_{name}{suffix}": chain_of_moving_average(*chart, shift)
        for name, chart in data["charts"].items()
        for suffix, shift in suffixes.items()
    }


def chain_of_moving_average(weight, width, shift, n=501):
    """Brook and Evans (1972): the range between the limits cut into as many states."""
    limit = width * np.sqrt(weight / (2 - weight))
    edges = np.linspace(-limit, limit, n + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    cuts = scipy.stats.norm.cdf((edges[None, :] - (1 - weight) * middle[:, None]) / weight - shift)
    return np.linalg.solve(np.eye(n) - np.diff(cuts, axis=1), np.ones(n))[n // 2]


AGREES = {
    "remissions_6mp": of_remissions,
    "run_rules": of_rules,
    "ewma_run_lengths": of_moving_averages,
    "berkeley_admissions": of_admissions,
    "housing_satisfaction": of_tenants,
    "bcg_trials": of_trials,
    "holzinger_swineford_consistency": of_scales,
    "holzinger_swineford_invariance": of_schools,
    "conover_grasses": of_grasses,
    "siegel_1956": of_rankings,
    "four_fifths": of_rates,
    "fleiss_1981": of_diagnoses,
    "cohen_1968": of_disagreement,
    "bland_altman_1986_replicates": of_meters,
    "jacobson_truax_1991": of_change,
}


@pytest.mark.parametrize(
    "entry",
    [entry for entry in _read() if entry.get("origin") == "recalled"],
    ids=lambda entry: entry["name"],
)
def test_what_is_recalled_agrees_with_a_second_source(entry):
    """The book was not at hand: scipy, statsmodels, another formula or paper gives the answer as well."""
    other = AGREES[entry["name"]](entry["data"])
    tolerance = entry["tolerance"]
    for name, value in entry["expected"].items():
        allowed = tolerance.get(name, tolerance.get("default"))
        assert other[name] == pytest.approx(value, abs=max(allowed, 1e-9)), name


def test_only_what_is_recalled_names_what_agrees_with_it():
    entries = [entry for entry in _read() if "elsewhere" not in entry]
    assert {entry["origin"] for entry in entries} == {
        "published",
        "recalled",
        "analytic",
        "computed elsewhere",
    }
    assert all(("agrees_with" in entry) == (entry["origin"] == "recalled") for entry in entries)
    origins = list_references().set_index("entry")["origin"]
    assert origins["cohen_1968"] == "recalled; agrees with weighted kappa of statsmodels"
    assert origins["fleiss_1971"] == "published"


def test_answers_that_are_not_on_the_page_say_why():
    elsewhere = list_elsewhere()
    assert not set(elsewhere["entry"]) & set(RECOMPUTED)
    assert elsewhere.map(str.strip).ne("").all(axis=None)
    assert not any(
        {"data", "expected", "tolerance"} & set(entry) for entry in _read() if "elsewhere" in entry
    )


def test_an_answer_outside_its_tolerance_is_shown_as_missed(principles, monkeypatch):
    monkeypatch.setitem(
        RECOMPUTED, "four_fifths", lambda data, evidence: {"rate": 0.3, "reference_rate": 0.6, "ratio": 0.51}
    )
    found = validate_statistics(principles, entries=["four_fifths"])
    assert found.answers["passed"].tolist() == [True, True, False]
    assert found.entries[["n_answers", "n_passed"]].to_numpy().tolist() == [[3, 2]]
    assert found.to_results()["caveat"].iloc[2] == "recalled 0.5, tolerance 1e-09: MISSED"


def test_an_answer_that_is_missing_is_an_error(principles, monkeypatch):
    monkeypatch.setitem(RECOMPUTED, "four_fifths", lambda data, evidence: {"rate": 0.3})
    with pytest.raises(KeyError):
        validate_statistics(principles, entries=["four_fifths"])


def test_nan_never_passes(principles, monkeypatch):
    values = dict.fromkeys(("rate", "reference_rate", "ratio"), np.nan)
    monkeypatch.setitem(RECOMPUTED, "four_fifths", lambda data, evidence: values)
    assert not validate_statistics(principles, entries=["four_fifths"]).answers["passed"].any()


def test_entries_whose_data_are_elsewhere_are_named():
    found = validate_statistics(make_evidence([]))
    assert found.left_out == ("lme4_insteval", "aer_teaching_ratings", "dehejia_wahba_1999")
    with pytest.raises(DesignError) as refused:
        validate_statistics(make_evidence([]), entries=["lme4_insteval"])
    assert str(refused.value) == (
        "The evidence of made holds the data of none of these: lme4_insteval. They need the study "
        "principles, with all its places."
    )


def test_an_unknown_entry_names_the_nearest(principles):
    with pytest.raises(UsageError, match="There is no published answer 'demsar': did you mean 'demsar_2006'"):
        validate_statistics(principles, entries=["demsar"])
