"""How the figures of a dialogue are explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import special

from warehouse.explain import estimates
from warehouse.explain.found import Found
from warehouse.explain.lines import figure_line
from warehouse.explain.model import Input, Row
from warehouse.explain.source import Source
from warehouse.stats.shrink import RandomEffects, paule_mandel

RATERS: Final = ("wave_id", "question_id", "rater_side")
CONSTANTS: Final = ("within_variance", "between_variance", "mean")
# What support is drawn towards: the mean of all answers of the question.
PRIOR: Final = ("all_answers", "")
Z90: Final = float(special.ndtri(0.90))


def constants(source: Source, row: Row) -> dict[str, float] | None:
    """Return the constants support rests on, None where the ratings cannot tell them."""
    rows = source.rows("dialogue_parameter", **{name: row[name] for name in RATERS})
    if not rows or any(rows[0][name] is None for name in CONSTANTS):
        return None
    return {name: float(rows[0][name]) for name in CONSTANTS}


def answer(source: Source, row: Row) -> Found | None:
    """Return what the support for an answer is computed from: (K·μ + r·x̄)/(K + r), K = σ²/τ²."""
    found = constants(source, row)
    if found is None:
        return None
    n, mean = float(row["rating_count"]), row["mean_rating"]
    sigma2, tau2 = found["within_variance"], found["between_variance"]
    group = ("raters", row["rater_side"])
    if tau2 == 0:
        prior = figure_line("group", PRIOR, 1.0, found["mean"])
        return Found("support", (prior,), parameters=found)
    k = sigma2 / tau2
    own = Input("group", *group, None, int(n), n, n * mean, n * mean)
    inputs = (figure_line("group", PRIOR, k, found["mean"]), own)
    value = (k * found["mean"] + n * mean) / (k + n)
    low = value - Z90 * np.sqrt(tau2 * (1 - n / (n + k)))
    return Found("support", inputs, (float(low), np.nan), found)


def answer_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the interval of a shift, with the variance within answers."""
    found = constants(source, row)
    if found is None or row["shift"] is None:
        return {}
    wrote, new = row["wrote_count"], row["rating_count"] - row["wrote_count"]
    se = float(np.sqrt(found["within_variance"] * (1 / wrote + 1 / new)))
    return dict(zip(("shift_low", "shift_high"), estimates.normal(row["shift"], se), strict=True))


def effects(source: Source, row: Row) -> RandomEffects | None:
    """Return variance between answers and mean over them, from published means and counts."""
    rows = source.published("dialogue_answer", **{name: row[name] for name in RATERS})
    if row["within_variance"] is None or len(rows) < 2:
        return None
    counts = np.array([float(one["rating_count"]) for one in rows])
    means = [float(one["mean_rating"]) for one in rows]
    return paule_mandel(means, row["within_variance"] / counts, np.ones((len(rows), 1)))


def parameter(source: Source, row: Row) -> Found:
    """Return what the mean over answers is computed from: weights 1/(σ²/r + τ²)."""
    found = effects(source, row)
    if found is None:
        return Found("dialogue_mean")
    rows = source.published("dialogue_answer", **{name: row[name] for name in RATERS})
    inputs = tuple(
        figure_line("group", ("raters", row["rater_side"]),
                    1 / (row["within_variance"] / one["rating_count"] + found.tau2),
                    one["mean_rating"])
        for one in rows
    )  # fmt: skip
    parameters = {"within_variance": row["within_variance"], "between_variance": found.tau2}
    return Found("dialogue_mean", inputs, parameters=parameters)


def parameter_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the variance between answers."""
    found = effects(source, row)
    return {} if found is None else {"between_variance": found.tau2}


def question(_: Source, __: Row) -> Found:
    """Return the words alone: how often each answer was shown is not published."""
    return Found("exposure")


def question_more(_: Source, row: Row) -> Mapping[str, float]:
    """Return the p of the test of equal exposure, from its statistic and degrees of freedom."""
    if row["exposure_statistic"] is None:
        return {}
    return {"exposure_p": float(special.chdtrc(row["exposure_df"], row["exposure_statistic"]))}
