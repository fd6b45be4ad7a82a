"""How far figures can be trusted: what is indicative, and how even the response is (S14).

All of it follows from intervals, from who was invited and from who took part, or from totals that
are published; nothing looks at an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from warehouse.band_groups import bands_of
from warehouse.benchmark.blocks import Block, Frame
from warehouse.benchmark.collusion import weights
from warehouse.benchmark.comparisons import none_if_nan
from warehouse.benchmark.facts import Participants
from warehouse.benchmark.provenance import parameters
from warehouse.benchmark.scores import Row, keys, sector_estimate
from warehouse.settings import Method
from warehouse.stats.breakdown import stratum_variance
from warehouse.stats.design import kish_effective_count
from warehouse.stats.interval import PooledVariance
from warehouse.stats.representativeness import Representativeness, r_indicator
from warehouse.stats.types import Floats
from warehouse.stats.weights import bias_bound, precision_word

KEY: Final = ("wave_id", "side", "group_kind", "group_id", "item_id")
Rates = Mapping[tuple[str, str, str], tuple[float, float]]


def took_part(frame: Frame, people: Participants) -> tuple[Floats, Floats]:
    """Return who took part and who was invited, per organisation of the register."""
    answered = [people.get(member.organisation_id, 0) for member in frame.members]
    invited = [member.employees_invited for member in frame.members]
    asked = [np.nan if count is None else float(count) for count in invited]
    return np.array(answered, dtype=np.float64), np.array(asked, dtype=np.float64)


def evenness(frame: Frame, people: Participants) -> Representativeness | str:
    """Return how evenly a wave's response is spread over organisations, or why that is not shown.

    One to four organisations that took part with nobody knows how many invited would be what the
    sector's response minus this one leaves: how many took part is for the own organisation.
    """
    answered, invited = took_part(frame, people)
    policy = frame.settings.disclosure
    unknown = int((np.isnan(invited) & (answered > 0)).sum())
    found = r_indicator(answered, invited)
    if found.organisation_count == 0 or 0 < unknown < policy.benchmark_organisations_min:
        return "no_data"
    if found.organisation_count < policy.quartile_organisations_min:
        return "too_few_organisations"
    return found


def representativeness_row(frame: Frame, people: Participants) -> Row:
    """Return the row of `representativeness` of a wave."""
    key: Row = {"wave_id": frame.wave.wave_id}
    found = evenness(frame, people)
    if isinstance(found, str):
        return key | {"status": found}
    return key | {
        "organisation_count": found.organisation_count,
        "mean_propensity": found.mean_propensity,
        "r_indicator": found.r_indicator,
        "status": "published",
    }


def sector_precisions(blocks: Sequence[Block], people: Participants) -> Iterator[Row]:
    """Yield the rows of `sector_precision` of a wave's employee blocks."""
    even = evenness(blocks[0].frame, people) if blocks else "no_data"
    for block in blocks:
        if sector_estimate(block) is None:
            yield keys(block) | {"status": "too_few_organisations"}
            continue
        n = float(block.n.sum())
        effective = kish_effective_count(weights(block) / block.n, block.n)
        sd = answer_sd(block)
        yield keys(block) | {
            "answer_count": int(n),
            "effective_count": effective,
            "weights_design_effect": n / effective,
            "answer_sd": none_if_nan(sd),
            "bias_max": largest_bias(even, sd),
            "status": "published",
        }


def answer_sd(block: Block) -> float:
    """Return the standard deviation of the sector's answers, NaN where too few share it."""
    within = released_spread(block)
    if within is None:
        return float("nan")
    everybody = np.zeros(len(block.n), dtype=np.int64)
    return float(np.sqrt(stratum_variance(block.n, block.total, everybody, within.variance)))


def released_spread(block: Block) -> PooledVariance | None:
    """Return the pooled variance as the release gives it, None where too few groups share it."""
    found = {str(row["name"]): row["value"] for row in parameters(block)}
    if "pooled_variance" not in found:
        return None
    return PooledVariance(float(str(found["pooled_variance"])), block.pooled.df)


def largest_bias(even: Representativeness | str, sd: float) -> float | None:
    """Return the most that uneven response can move a mean, None where it is not known."""
    if isinstance(even, str):
        return None
    return none_if_nan(float(bias_bound(even.r_indicator, sd, even.mean_propensity)))


# --- What is indicative --------------------------------------------------------------------------


def rates_of(responses: Sequence[Row]) -> Rates:
    """Return who took part and who was invited, by wave, kind and group; NaN where not known."""
    return {
        (str(row["wave_id"]), str(row["group_kind"]), str(row["group_id"])): (
            float(str(row["respondent_count"])),
            float("nan") if row["invited"] is None else float(str(row["invited"])),
        )
        for row in responses
    }


def rate_of(row: Row, rates: Rates, order: Sequence[str], method: Method) -> float:
    """Return the response of the group a score is of, NaN where it is not known.

    A category of a breakdown has that of the group it lies in. Nobody is told how many were
    invited of the small organisations of a band.
    """
    kind, group = str(row["group_kind"]), str(row["group_id"])
    wave = str(row["wave_id"])
    if row["side"] != "employee" or kind == "size_band_rest":
        return float("nan")
    if kind.startswith("sector"):
        parts = [(wave, "sector", "sector")]
    elif kind == "organisation":
        parts = [(wave, kind, group)]
    else:
        bands = bands_of(group.rpartition("|")[0] or group, order)
        parts = [(wave, "size_band", band) for band in bands]
    unknown = (float("nan"), float("nan"))
    people, invited = np.sum([rates.get(part, unknown) for part in parts], axis=0)
    return min(1.0, people / invited) if invited >= method.invited_min else float("nan")


def half_width(row: Row, grades: set[str]) -> float:
    """Return half the interval of a grade, 0 for other items, NaN without an interval."""
    if row["item_id"] not in grades:
        return 0.0
    ends = [row.get(name) for name in ("ci_low", "ci_high")]
    low, high = (float("nan") if end is None else float(str(end)) for end in ends)
    return (high - low) / 2


def indicative_scores(rows: Mapping[str, Sequence[Row]], frame: Frame) -> Iterator[Row]:
    """Yield the rows of `indicative_score`: published scores to be read with care, and why.

    `rows` are those of the tables item, response and score.
    """
    method, order, rates = frame.settings.method, frame.bands, rates_of(rows["response"])
    limits = {"widest": method.indicative_half_width, "lowest_rate": method.indicative_rate_min}
    grades = {str(row["item_id"]) for row in rows["item"] if row["unit"] == "grade"}
    shown = [row for row in rows.get("score", ()) if row["status"] == "published"]
    halves = np.array([half_width(row, grades) for row in shown])
    response = np.array([rate_of(row, rates, order, method) for row in shown])
    wide = precision_word(halves, np.full(len(shown), np.nan), **limits) != ""
    low = precision_word(np.zeros(len(shown)), response, **limits) != ""
    reasons = np.select([wide & low, wide, low], ["both", "wide_interval", "low_response"], "")
    for row, reason in zip(shown, reasons.tolist(), strict=True):
        if reason:
            yield {name: row[name] for name in KEY} | {"reason": reason}
