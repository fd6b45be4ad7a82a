"""What a release sums up, again in boring Python: orders, age groups, weights, response.

Beside `tests/reference.py`, from which come the atoms and the gaps. It imports nothing of the
product. Which groups of bands have age groups at all is checked in
tests/warehouse/test_breakdowns.py and is an argument here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scipy import stats

from tests import reference
from tests.reference import ALPHA, DELTA, ORDER, Block, Item, Row, Tables, Wave

AGES = {1: "under_35", 2: "35_to_54", 3: "55_plus"}
PERSISTENCE = 0.8
WIDEST = 0.5
LOWEST_RATE = 0.30
INVITED = 5
UNKNOWN_FEW = 5
ORGANISATIONS = 10
Amount = tuple[int, int]


# --- Orders --------------------------------------------------------------------------------------


def agreements(wave_id: str, gaps: Mapping[tuple[Any, ...], Row], options: Sequence[str]) -> Tables:
    """Return the rows of `order_agreement` that follow from the reference's gaps, by group."""
    groups = sorted({key[1:3] for key in gaps if key[0] == wave_id and key[1] != "organisation"})
    rows: dict[tuple[Any, ...], Row] = {}
    for kind, group in groups:
        found = [gaps.get((wave_id, kind, group, item)) for item in options]
        pairs = [(row["employee_value"], row["hr_value"]) for row in found if row is not None]
        if pairs:
            rows[kind, group] = agreement(pairs) | {"asked_count": len(options)}
    for key, q in adjusted({key: row.pop("p") for key, row in rows.items()}).items():
        rows[key] |= {"q_value": q, "state": state(rows[key]["kendall"], q)}
    return {"order_agreement": rows}


def state(tau: float | None, q: float | None) -> str:
    """Return what two orders may be called."""
    if tau is None or q is None:
        return "no_order"
    if q >= ALPHA or tau == 0:
        return "not_demonstrable"
    return "alike" if tau > 0 else "opposite"


def agreement(pairs: Sequence[tuple[float, float]]) -> Row:
    """Return the three measures of agreement, and the p of the second."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    row: Row = {"item_count": len(pairs)}
    if len(set(one)) == 1 or len(set(other)) == 1:
        return row | dict.fromkeys(("spearman", "kendall", "rank_biased_overlap", "p"))
    score, tau = kendall(pairs)
    return row | {
        "spearman": correlation(ranks(one), ranks(other)),
        "kendall": tau,
        "rank_biased_overlap": overlap(one, other),
        "p": p_of(score, one, other),
    }


def ranks(values: Sequence[float]) -> list[float]:
    """Return mean ranks from the lowest."""
    order = sorted(values)
    return [
        (order.index(value) + 1 + len(order) - order[::-1].index(value)) / 2 for value in values
    ]


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Pearson's correlation."""
    a, b = sum(one) / len(one), sum(other) / len(other)
    both = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    squares = sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other)
    return both / math.sqrt(squares)


def sign(value: float) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


def kendall(pairs: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """Return agreeing minus differing pairs, and tau-b."""
    score = one_tied = other_tied = every = 0
    for place, (a, b) in enumerate(pairs):
        for c, d in pairs[:place]:
            every += 1
            one_tied += a == c
            other_tied += b == d
            score += sign(a - c) * sign(b - d)
    return score, score / math.sqrt((every - one_tied) * (every - other_tied))


def p_of(score: int, one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p of a Kendall score: counted without ties, else by the normal."""
    n = len(one)
    if len(set(one)) == n and len(set(other)) == n:
        return counted_p(n, score)
    t, u = ties(one), ties(other)
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = (sum(k * (k - 1) * (2 * k + 5) for k in side) for side in (t, u))
    pairs = [sum(k * (k - 1) for k in side) for side in (t, u)]
    triples = [sum(k * (k - 1) * (k - 2) for k in side) for side in (t, u)]
    variance = (v0 - vt - vu) / 18 + pairs[0] * pairs[1] / (2 * n * (n - 1))
    variance += triples[0] * triples[1] / (9 * n * (n - 1) * (n - 2))
    return math.erfc(abs(score) / math.sqrt(2 * variance))


def ties(values: Sequence[float]) -> list[int]:
    """Return how often each value stands in a side."""
    return [values.count(value) for value in set(values)]


def counted_p(n: int, score: int) -> float:
    """Return how many of all n! orders lie at least as far from no agreement."""
    ways = {0: 1}
    for size in range(2, n + 1):
        longer: dict[int, int] = defaultdict(int)
        for turned, many in ways.items():
            for more in range(size):
                longer[turned + more] += many
        ways = longer
    every = n * (n - 1) // 2
    far = sum(many for turned, many in ways.items() if abs(every - 2 * turned) >= abs(score))
    return far / math.factorial(n)


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Return rank-biased overlap, ties entering a top together."""
    found, last = 0.0, 0.0
    for depth in range(1, len(one) + 1):
        tops = [
            {place for place, value in enumerate(side) if sorted(side)[::-1].index(value) < depth}
            for side in (one, other)
        ]
        last = 2 * len(tops[0] & tops[1]) / (len(tops[0]) + len(tops[1]))
        found += 0.2 * PERSISTENCE ** (depth - 1) * last
    return found + PERSISTENCE ** len(one) * last


def adjusted(p: Mapping[Any, float | None]) -> dict[Any, float | None]:
    """Return Benjamini and Hochberg's q of one family."""
    tested = sorted((value, key) for key, value in p.items() if value is not None)
    found: dict[Any, float | None] = dict.fromkeys(p)
    q = 1.0
    for rank in range(len(tested), 0, -1):
        value, key = tested[rank - 1]
        q = min(q, value * len(tested) / rank)
        found[key] = q
    return found


# --- Age groups ----------------------------------------------------------------------------------


def employees(wave: Wave, item: Item) -> Block:
    """Return the employees' atoms of an item."""
    return reference.employee_block(wave, item, reference.base_atoms(wave))


def ages_in(block: Block, bands: Iterable[str]) -> dict[str, Amount]:
    """Return answers and sum per age group, over the organisations in the atoms of bands."""
    names = {name for atom in block.inside(bands) for name in atom.organisations}
    given: dict[str, list[int]] = defaultdict(list)
    for row in block.wave.rows:
        answer = row["answers"].get(block.item.item_id)
        on_scale = answer is not None and block.item.lowest <= answer <= block.item.highest
        is_here = row["side"] == "employee" and row["organisation_id"] in names
        if is_here and on_scale and row["age_group"] in AGES:
            given[AGES[row["age_group"]]].append(answer)
    return {age: (len(answers), sum(answers)) for age, answers in given.items()}


def spread(block: Block, groups: Sequence[Sequence[str]]) -> float:
    """Return the variance of answers inside groups of bands: inside atoms and between them."""
    squares, freedom = 0.0, 0
    for bands in groups:
        atoms = block.inside(bands)
        if atoms:
            n = sum(atom.n for atom in atoms)
            centre = sum(sum(atom.answers) for atom in atoms) / n
            squares += sum((atom.n - 1) * block.pooled_variance for atom in atoms)
            squares += sum(atom.n * (atom.mean - centre) ** 2 for atom in atoms)
            freedom += n - 1
    return squares / freedom


def age_rows(block: Block, groups: Sequence[Sequence[str]]) -> dict[tuple[str, str], Row]:
    """Return each age group against the others, of the sector and of groups of bands.

    `groups` are the groups of bands whose age groups are published; none: the sector alone.
    """
    strata = [tuple(group) for group in groups] or [ORDER]
    variance = spread(block, strata)
    rows = {}
    for kind, prefix, parts in [
        ("sector_age", "", strata),
        *(("size_band_age", "+".join(group) + "|", [tuple(group)]) for group in groups),
    ]:
        amounts = [ages_in(block, bands) for bands in parts]
        for age in AGES.values():
            row = against_others(amounts, age, variance, block.freedom)
            if row is not None:
                rows[kind, prefix + age] = row
    return rows


def against_others(
    parts: Sequence[Mapping[str, Amount]], age: str, variance: float, freedom: int
) -> Row | None:
    """Return one age group against the others in some groups of bands."""
    people = others_people = 0
    weight = amount = 0.0
    for part in parts:
        n, total = part.get(age, (0, 0))
        rest = sum(count for name, (count, _) in part.items() if name != age)
        rest_total = sum(sums for name, (_, sums) in part.items() if name != age)
        if n == 0 or rest == 0:
            continue
        people, others_people = people + n, others_people + rest
        weight += n * rest / (n + rest)
        amount += n * rest / (n + rest) * (total / n - rest_total / rest)
    if weight == 0:
        return None
    difference, se = amount / weight, math.sqrt(variance / weight)
    outer, inner = (float(stats.t.ppf(p, freedom)) * se for p in (0.975, 0.95))
    p = 2 * float(stats.t.cdf(-abs(difference) / se, freedom)) if se > 0 else None
    return {
        "respondent_count": people,
        "others_count": others_people,
        "difference": difference,
        "ci_low": difference - outer,
        "ci_high": difference + outer,
        "p": p,
        "inner": inner,
    }


def judged(rows: Mapping[Any, Row], items: Mapping[Any, Item]) -> dict[Any, Row]:
    """Return rows of one family with q-value and word."""
    q = adjusted({key: row["p"] for key, row in rows.items()})
    return {
        key: {name: cell for name, cell in row.items() if name not in ("p", "inner")}
        | {"q_value": q[key], "verdict": word(row, q[key], DELTA[items[key].kind])}
        for key, row in rows.items()
    }


def word(row: Row, q: float | None, delta: float) -> str:
    """Return what a difference may be called."""
    value = row["difference"]
    is_printed_apart = row["ci_low"] > 0 or row["ci_high"] < 0
    if q is not None and q < ALPHA and abs(value) >= delta - 1e-9 and is_printed_apart:
        return "higher" if value > 0 else "lower"
    inside = value - row["inner"] >= -delta and value + row["inner"] <= delta
    return "comparable" if inside else "not_demonstrable"


# --- Precision -----------------------------------------------------------------------------------


def evenness(participants: Mapping[str, int], register: Sequence[Row]) -> Row | str:
    """Return how evenly a response is spread over organisations, or why that is not shown."""
    asked, unknown = [], 0
    for row in register:
        people, invited = participants.get(row["organisation_id"], 0), row["employees_invited"]
        if invited:
            asked.append((invited, min(1.0, people / invited)))
        elif invited is None and people:
            unknown += 1
    if not asked or 0 < unknown < UNKNOWN_FEW:
        return "no_data"
    if len(asked) < ORGANISATIONS:
        return "too_few_organisations"
    everybody = sum(invited for invited, _ in asked)
    mean = sum(invited * rate for invited, rate in asked) / everybody
    people = [rate for invited, rate in asked for _ in range(invited)]
    variance = sum((rate - mean) ** 2 for rate in people) / (everybody - 1)
    return {
        "organisation_count": len(asked),
        "mean_propensity": mean,
        "r_indicator": 1 - 2 * math.sqrt(variance),
    }


def precision(block: Block, even: Row | str) -> Row | str:
    """Return what the weights of the sector's mean cost, or why there is none."""
    if block.sector_figure() is None:
        return "too_few_organisations"
    each = [
        w for w, a in zip(block.weights(block.atoms), block.atoms, strict=True) for _ in a.answers
    ]
    effective = sum(each) ** 2 / sum(w * w for w in each)
    sd = math.sqrt(spread(block, [ORDER]))
    bias = None
    if not isinstance(even, str):
        bias = (1 - even["r_indicator"]) * sd / (2 * even["mean_propensity"])
    return {
        "answer_count": len(each),
        "effective_count": effective,
        "weights_design_effect": len(each) / effective,
        "answer_sd": sd,
        "bias_max": bias,
    }


def indicative(score: Row, is_grade: bool, rate: float | None) -> str | None:
    """Return why a published score is indicative, None where it is not."""
    wide = is_grade and (score["ci_high"] - score["ci_low"]) / 2 > WIDEST + 1e-9
    low = rate is not None and rate < LOWEST_RATE - 1e-9
    if wide and low:
        return "both"
    return "wide_interval" if wide else "low_response" if low else None
