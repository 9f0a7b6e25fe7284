"""Write what other packages answer on the random data sets: `make oracles` runs it in .venv-oracles.

Each CSV begins with comment lines that name the package, its version, licence and function, and what the file
was made from. The packages are imported where they are called: most of them are missing from evalkit's own
environment, where the tests read from here how the files are made.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from oracles import random_data

HERE: Final = Path(__file__).parent
Row = Mapping[str, Any]
METRICS: Final = ("nominal", "ordinal", "interval", "ratio")
CORRELATIONS: Final = ("pearson", "spearman", "kendall")
MARGIN: Final = 0.5
KAPPA_WEIGHTS: Final = ("identity", "linear", "quadratic")
MOST_RATERS, MOST_P_VALUES = 6, 12
SETTLED: Final = {"ftol": 1e-14}  # semopy's own stop, 1e-6, leaves the fourth decimal of omega open


class Oracle(NamedTuple):
    """One CSV: what is called, and the function that answers for data set i."""

    package: str
    licence: str
    function: str
    answer: Callable[[int], Row]


def answer_ratings(index: int) -> Row:
    """Ask pingouin for the six intraclass correlations with their 95 % intervals."""
    import pingouin

    x = random_data.draw_ratings(index)
    _show_all_decimals()
    found = pingouin.intraclass_corr(
        _long(x), targets="person", raters="rater", ratings="value", nan_policy="omit"
    )
    row = _identity(x)
    for form, estimate, (low, high) in zip(found["Type"], found["ICC"], found["CI95"], strict=True):
        name = form.removeprefix("ICC(").removesuffix(")").replace(",", "_")
        row |= {name: estimate, f"{name}_low": low, f"{name}_high": high}
    return row


def answer_items(index: int) -> Row:
    """Ask pingouin for Cronbach's alpha with its 95 % interval, rows with gaps left out."""
    import pandas as pd
    import pingouin

    x = random_data.draw_items(index)
    estimate, (low, high) = pingouin.cronbach_alpha(pd.DataFrame(x), nan_policy="listwise")
    return _identity(x) | {"alpha": estimate, "low": low, "high": high}


def answer_ranks(index: int) -> Row:
    """Ask pingouin for Friedman's test of the raters, and Kendall's W of their rankings of persons."""
    import pingouin

    x = random_data.complete_rows(random_data.draw_ratings(index))
    test = {
        method: pingouin.friedman(_long(x), dv="value", within="rater", subject="person", method=method)
        for method in ("chisq", "f")
    }
    rankings = pingouin.friedman(_long(x), dv="value", within="person", subject="rater")
    return _identity(x) | {
        "chi_squared": test["chisq"]["Q"].item(),
        "p": test["chisq"]["p_unc"].item(),
        "f": test["f"]["F"].item(),
        "f_df": test["f"]["ddof1"].item(),
        "f_p": test["f"]["p_unc"].item(),
        "w_of_raters": rankings["W"].item(),
    }


def answer_rank_pairs(index: int) -> Row:
    """Ask scikit-posthocs how far the first rater's mean rank is from that of each other one."""
    import scikit_posthocs

    x = random_data.complete_rows(random_data.draw_ratings(index))
    tables = {
        "nemenyi": scikit_posthocs.posthoc_nemenyi_friedman(x),
        "conover": scikit_posthocs.posthoc_conover_friedman(x, p_adjust=None),
    }
    row = _identity(x)
    for name, table in tables.items():
        found = dict(enumerate(table.to_numpy()[0]))
        row |= {f"{name}_{other}": found.get(other, np.nan) for other in range(1, MOST_RATERS)}
    return row


def answer_pairs(index: int) -> Row:
    """Ask pingouin about the first two raters: equivalence, superiority, correlations."""
    import pingouin

    _show_all_decimals()
    x = random_data.complete_rows(random_data.draw_ratings(index))
    first, second = x[:, 0], x[:, 1]
    row = _identity(x) | {
        "tost": pingouin.tost(first, second, bound=MARGIN, paired=True)["pval"].item(),
        "superiority": pingouin.mwu(first, second)["CLES"].item(),
        "superiority_paired": pingouin.wilcoxon(first, second)["CLES"].item(),
    }
    for method in CORRELATIONS:
        found = pingouin.corr(first, second, method=method)
        low, high = found["CI95"].item()
        row |= {method: found["r"].item(), f"{method}_low": low, f"{method}_high": high}
    return row


def answer_codes(index: int) -> Row:
    """Ask krippendorff for alpha under each metric."""
    import krippendorff

    x = random_data.draw_codes(index)
    return _identity(x) | {metric: krippendorff.alpha(x.T, level_of_measurement=metric) for metric in METRICS}


def answer_kappa(index: int) -> Row:
    """Ask scikit-learn for Cohen's kappa of the first two coders, units with a gap left out."""
    from sklearn.metrics import cohen_kappa_score

    x = random_data.draw_codes(index)
    pairs = random_data.complete_rows(x[:, :2])
    labels = np.arange(np.nanmin(x), np.nanmax(x) + 1)
    found = {
        weights: cohen_kappa_score(
            *pairs.T, labels=labels, weights=None if weights == "identity" else weights
        )
        for weights in KAPPA_WEIGHTS
    }
    return _identity(x) | found


def answer_p_values(index: int) -> Row:
    """Ask pingouin for Holm's adjustment of a family of p-values."""
    import pingouin

    p = random_data.draw_p_values(index)
    found = dict(enumerate(pingouin.multicomp(p, method="holm")[1]))
    return _identity(p[:, None]) | {f"p_{i}": found.get(i, np.nan) for i in range(MOST_P_VALUES)}


def answer_components(index: int) -> Row:
    """Ask mixedlm for the REML components of ratees and raters."""
    import mixedlm
    import pandas as pd

    drawn = random_data.draw_components(index)
    frame = pd.DataFrame({"y": drawn["y"], **{name: drawn[name].astype(str) for name in ("ratee", "rater")}})
    fit = mixedlm.lmer("y ~ 1 + (1 | ratee) + (1 | rater)", frame)
    variances = {name: float(group.variance["(Intercept)"]) for name, group in fit.VarCorr().groups.items()}
    return {
        "n": len(frame),
        "mean": frame["y"].mean(),
        "ratee": variances["ratee"],
        "rater": variances["rater"],
        "residual": fit.sigma**2,
        "intercept": fit.fixef()["(Intercept)"],
        "intercept_std_error": float(np.sqrt(fit.vcov()[0, 0])),
        "reml_criterion": fit.REMLcrit(),
    }


def answer_factor(index: int) -> Row:
    """Ask semopy for one factor of standardised items, by least squares and by maximum likelihood."""
    x = random_data.draw_factor(index)
    sd = x.std(axis=0, ddof=1)
    row = _identity(x)
    for name in ("ULS", "MLW"):
        loadings, unique = _one_factor((x - x.mean(axis=0)) / sd, name)
        common = float((sd * loadings).sum() ** 2)
        omega = common / (common + float((sd**2 * unique).sum()))
        row |= {f"omega_{name.lower()}": omega, f"least_unique_{name.lower()}": float(unique.min())}
    return row


def answer_factors(index: int) -> Row:
    """Ask semopy for correlated factors of standardised items by maximum likelihood, and their fit."""
    import semopy

    x, factor = random_data.draw_factors(index)
    model, found = _factors((x - x.mean(axis=0)) / x.std(axis=0), factor)
    fit = semopy.calc_stats(model).iloc[0]
    scale = np.array([found[f"f{j}", "~~", f"f{j}"] for j in range(factor.max() + 1)]) ** 0.5
    last = len(factor) - 1
    pair = ("f0", "~~", "f1") if ("f0", "~~", "f1") in found else ("f1", "~~", "f0")
    return _identity(x) | {
        "chi_squared": fit["chi2"],
        "df": int(fit["DoF"]),
        "chi_squared_unrelated": fit["chi2 Baseline"],
        "cfi": fit["CFI"],
        "tli": fit["TLI"],
        "rmsea": fit["RMSEA"],
        "first_loading": found["x0", "~", "f0"] * scale[0],
        "last_loading": found[f"x{last}", "~", f"f{factor[last]}"] * scale[-1],
        "correlation": found[pair] / (scale[0] * scale[1]),
        "least_unique": min(found[f"x{i}", "~~", f"x{i}"] for i in range(len(factor))),
    }


ORACLES: Final = {
    "intraclass_correlations": Oracle(
        "pingouin", "GPL-3.0", "intraclass_corr(nan_policy='omit')", answer_ratings
    ),
    "cronbach_alpha": Oracle("pingouin", "GPL-3.0", "cronbach_alpha(nan_policy='listwise')", answer_items),
    "rank_tests": Oracle("pingouin", "GPL-3.0", "friedman(method='chisq' or 'f')", answer_ranks),
    "paired_scores": Oracle(
        "pingouin", "GPL-3.0", "tost(bound=0.5, paired=True), mwu, wilcoxon, corr", answer_pairs
    ),
    "rank_pairs": Oracle(
        "scikit-posthocs",
        "MIT",
        "posthoc_nemenyi_friedman, posthoc_conover_friedman(p_adjust=None)",
        answer_rank_pairs,
    ),
    "holm": Oracle("pingouin", "GPL-3.0", "multicomp(method='holm')", answer_p_values),
    "cohen_kappa": Oracle(
        "scikit-learn", "BSD-3-Clause", "cohen_kappa_score(labels=…, weights=…)", answer_kappa
    ),
    "krippendorff_alpha": Oracle(
        "krippendorff", "GPL-3.0-or-later", "alpha(level_of_measurement=…)", answer_codes
    ),
    "variance_components": Oracle(
        "mixedlm", "MIT", "lmer('y ~ 1 + (1 | ratee) + (1 | rater)')", answer_components
    ),
    "one_factor_omega": Oracle(
        "semopy", "MIT", "Model('f =~ …').fit(obj='ULS' or 'MLW', options={'ftol': 1e-14})", answer_factor
    ),
    "correlated_factors": Oracle(
        "semopy",
        "MIT",
        "Model('f0 =~ …').fit(obj='MLW', options={'ftol': 1e-14}), calc_stats",
        answer_factors,
    ),
}


def made_from() -> str:
    """Return the digest of what decides the numbers besides the packages: the data sets and the questions."""
    files = (HERE / "random_data.py", HERE / "write_oracles.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def write(name: str, oracle: Oracle) -> None:
    """Write one CSV."""
    rows = [{"set": index, **oracle.answer(index)} for index in range(random_data.N_SETS)]
    about = {
        "package": oracle.package,
        "version": version(oracle.package),
        "licence": oracle.licence,
        "function": oracle.function,
        "numpy": version("numpy"),
        "made from": made_from(),
    }
    lines = [f"# {key}: {value}" for key, value in about.items()]
    lines.append(",".join(rows[0]))
    lines += [",".join(_text(value) for value in row.values()) for row in rows]
    (HERE / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}.csv: {len(rows)} data sets, {oracle.package} {about['version']}", flush=True)


def _identity(x: random_data.Floats) -> dict[str, Any]:
    """Return what tells whether the same data set was drawn."""
    return {"n": len(x), "k": x.shape[1], "mean": float(np.nanmean(x))}


def _show_all_decimals() -> None:
    """Let pingouin report intervals as it computed them, not with two decimals."""
    import pingouin

    pingouin.options["round.column.CI95"] = None


def _long(x: random_data.Floats) -> Any:
    import pandas as pd

    person, rater = np.indices(x.shape)
    return pd.DataFrame({"person": person.ravel(), "rater": rater.ravel(), "value": x.ravel()})


def _one_factor(x: random_data.Floats, objective: str) -> tuple[random_data.Floats, random_data.Floats]:
    """Return loadings and unique variances of the items, as a factor of variance one would have them."""
    import pandas as pd
    import semopy

    names = [f"x{i}" for i in range(x.shape[1])]
    model = semopy.Model(f"f =~ {' + '.join(names)}")
    model.fit(pd.DataFrame(x, columns=names), obj=objective, options=dict(SETTLED))
    found = model.inspect(std_est=False).set_index(["lval", "op", "rval"])["Estimate"].astype(float)
    scale = np.sqrt(found["f", "~~", "f"])
    loadings = np.array([found[name, "~", "f"] for name in names]) * scale
    return loadings, np.array([found[name, "~~", name] for name in names])


def _factors(x: random_data.Floats, factor: Any) -> tuple[Any, Any]:
    """Return the fitted model of correlated factors, and its estimates by (left, operator, right)."""
    import pandas as pd
    import semopy

    names = np.array([f"x{i}" for i in range(x.shape[1])])
    lines = [f"f{j} =~ {' + '.join(names[factor == j])}" for j in range(factor.max() + 1)]
    model = semopy.Model("\n".join(lines))
    model.fit(pd.DataFrame(x, columns=names), obj="MLW", options=dict(SETTLED))
    return model, model.inspect(std_est=False).set_index(["lval", "op", "rval"])["Estimate"].astype(float)


def _text(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9g}"


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # the packages' own; the numbers are what is compared
    for key, asked in ORACLES.items():
        write(key, asked)
