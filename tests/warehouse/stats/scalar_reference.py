"""Every statistic once more, in plain Python over one series at a time: slow, and easy to read.

Nothing here knows arrays. Missing is nan, as in the product; a result that cannot be computed is
nan. Only distribution functions come from a library.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from statistics import NormalDist, mean, median, variance

from scipy import stats

NAN = math.nan
NORMAL = NormalDist()
Numbers = Sequence[float]
FLOOR = 1e-12


def known(*columns: Numbers) -> list[tuple[float, ...]]:
    """Return the rows of some columns that have no nan."""
    rows = zip(*columns, strict=True)
    return [row for row in rows if not any(math.isnan(value) for value in row)]


def normal_interval(difference: float, se: float) -> tuple[float, float]:
    """Return the 95 % normal interval."""
    half = NORMAL.inv_cdf(0.975) * se
    return difference - half, difference + half


def two_sided(z: float) -> float:
    """Return the two-sided normal p."""
    return 2 * NORMAL.cdf(-abs(z))


def hedges_g(d: float, n_a: float, n_b: float, s2: float, df: float) -> tuple[float, ...]:
    """Return g, low and high."""
    if any(math.isnan(x) for x in (d, n_a, n_b, s2, df)) or s2 <= 0 or df <= 1 or min(n_a, n_b) < 1:
        return NAN, NAN, NAN
    correction = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) * math.sqrt(2 / df)
    g = correction * d / math.sqrt(s2)
    se = math.sqrt(1 / n_a + 1 / n_b + g * g / (2 * (n_a + n_b)))
    return g, *normal_interval(g, se)


def split_change(earlier: Numbers, later: Numbers) -> tuple[float, ...]:
    """Return total, matched, composition, matched count, left count and joined count."""
    before = [value for value in earlier if not math.isnan(value)]
    after = [value for value in later if not math.isnan(value)]
    pairs = known(earlier, later)
    total = mean(after) - mean(before) if before and after else NAN
    matched = mean([b - a for a, b in pairs]) if pairs else NAN
    counts = (len(pairs), len(before) - len(pairs), len(after) - len(pairs))
    return total, matched, total - matched, *counts


def matched_change(y0: Numbers, v0: Numbers, y1: Numbers, v1: Numbers) -> tuple[float, ...]:
    """Return change, se, low and high."""
    rows = known(y0, v0, y1, v1)
    if not rows:
        return NAN, NAN, NAN, NAN
    change = mean([b - a for a, _, b, _ in rows])
    se = math.sqrt(sum(a + b for _, a, _, b in rows)) / len(rows)
    return change, se, *normal_interval(change, se)


def size_mix(m0: Numbers, w0: Numbers, m1: Numbers, w1: Numbers) -> tuple[float, float, float]:
    """Return total, within and mix."""
    if sum(w0) <= 0 or sum(w1) <= 0:
        return NAN, NAN, NAN
    within = mix = 0.0
    for a, p, b, q in zip(m0, w0, m1, w1, strict=True):
        share0, share1 = p / sum(w0), q / sum(w1)
        if share0 == 0 and share1 == 0:
            continue
        first = a if share0 > 0 else b
        second = b if share1 > 0 else a
        within += (share0 + share1) / 2 * (second - first)
        mix += (first + second) / 2 * (share1 - share0)
    return within + mix, within, mix


def weighted_trend(t: Numbers, y: Numbers, v: Numbers) -> tuple[float, ...]:
    """Return slope, se, p, q, p of q and span, by the normal equations."""
    rows = known(t, y, v)
    times = [row[0] for row in rows]
    if len(rows) < 3 or max(times) == min(times):
        return (NAN,) * 6
    w = [1 / max(row[2], FLOOR) for row in rows]
    centre = sum(a * b for a, b in zip(w, times, strict=True)) / sum(w)
    level = sum(a * row[1] for a, row in zip(w, rows, strict=True)) / sum(w)
    sxx = sum(a * (b - centre) ** 2 for a, b in zip(w, times, strict=True))
    sxy = sum(a * (x - centre) * (b - level) for a, (x, b, _) in zip(w, rows, strict=True))
    slope = sxy / sxx
    q = sum(
        a * (b - level - slope * (x - centre)) ** 2 for a, (x, b, _) in zip(w, rows, strict=True)
    )
    se = 1 / math.sqrt(sxx)
    q_p = float(stats.chi2.sf(q, len(rows) - 2))
    return slope, se, two_sided(slope / se), q, q_p, max(times) - min(times)


def theil_sen(t: Numbers, y: Numbers) -> float:
    """Return the median of the pairwise slopes."""
    rows = known(t, y)
    pairs = [(a, b) for a, b in itertools.combinations(rows, 2) if a[0] != b[0]]
    if len(rows) < 5 or not pairs:
        return NAN
    return median((b[1] - a[1]) / (b[0] - a[0]) for a, b in pairs)


def segments(classes: Sequence[str]) -> list[int]:
    """Return the segment of each wave, −1 where it was not asked."""
    found, current, before = [], -1, ""
    for name in classes:
        if name and name != before:
            current, before = current + 1, name
        found.append(current if name else -1)
    return found


def quantile(values: Numbers, probability: float) -> float:
    """Return the type 7 quantile."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * probability
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def funnel(y: Numbers, v: Numbers) -> tuple[float, float, float, list[float]]:
    """Return centre, φ, τ² and every adjusted z."""
    rows = known(y, v)
    k = len(rows)
    if k < 2:
        return NAN, NAN, NAN, [NAN] * len(y)
    w = [1 / max(b, FLOOR) for _, b in rows]
    centre = sum(a * row[0] for a, row in zip(w, rows, strict=True)) / sum(w)
    z = [(row[0] - centre) * math.sqrt(a) for a, row in zip(w, rows, strict=True)]
    low, high = quantile(z, 0.1), quantile(z, 0.9)
    phi = sum(min(max(one, low), high) ** 2 for one in z) / k
    room = sum(w) - sum(a * a for a in w) / sum(w)
    tau2 = max(0.0, (k * phi - (k - 1)) / room)
    adjusted = [
        NAN if math.isnan(a + b) else (a - centre) / math.sqrt(max(b, FLOOR) + tau2)
        for a, b in zip(y, v, strict=True)
    ]
    return centre, phi, tau2, adjusted


def rank_intervals(y: Numbers, v: Numbers) -> list[tuple[float, float, float]]:
    """Return rank, low and high per organisation, by Bonferroni."""
    present = [i for i in range(len(y)) if not math.isnan(y[i] + v[i])]
    k = len(present)
    critical = NORMAL.inv_cdf(1 - 0.05 / (2 * max(k - 1, 1)))
    found = []
    for j in range(len(y)):
        if j not in present:
            found.append((NAN, NAN, NAN))
            continue
        rank, low, high = 1, 1, k
        for i in present:
            z = (y[i] - y[j]) / math.sqrt(max(v[i], FLOOR) + max(v[j], FLOOR))
            rank += y[i] > y[j]
            low += z > critical
            high -= z < -critical
        found.append((rank, low, high))
    return found


def intra_class(groups: Sequence[Numbers]) -> tuple[float, float]:
    """Return ICC1 and ICC2 from the answers themselves."""
    filled = [[Fraction(y) for y in group] for group in groups if len(group)]
    answers = [y for group in filled for y in group]
    k, n = len(filled), len(answers)
    if k < 2 or n == k:
        return NAN, NAN
    grand = mean(answers)
    between = sum(len(group) * (mean(group) - grand) ** 2 for group in filled) / (k - 1)
    within = sum((y - mean(group)) ** 2 for group in filled for y in group) / (n - k)
    room = between + (Fraction(n, k) - 1) * within
    icc1 = float((between - within) / room) if room else NAN
    return icc1, float((between - within) / between) if between else NAN


def clustered_mean(groups: Sequence[Numbers]) -> tuple[float, float]:
    """Return mean and clustered standard error from the answers themselves."""
    filled = [group for group in groups if len(group)]
    answers = [y for group in filled for y in group]
    if not answers:
        return NAN, NAN
    centre, k = mean(answers), len(filled)
    if k < 2:
        return centre, NAN
    z = [sum(y - centre for y in group) / len(answers) for group in filled]
    return centre, math.sqrt(k / (k - 1) * sum(part * part for part in z))


def rake(counts: Sequence[Numbers], rows: Numbers, columns: Numbers) -> list[list[float]]:
    """Return the weights of a two-way table after a thousand rounds."""
    w = [[1.0] * len(columns) for _ in rows]
    for _ in range(1000):
        for i, target in enumerate(rows):
            have = sum(n * a for n, a in zip(counts[i], w[i], strict=True))
            w[i] = [a * target / have for a in w[i]]
        for j, target in enumerate(columns):
            have = sum(counts[i][j] * w[i][j] for i in range(len(rows)))
            for i in range(len(rows)):
                w[i][j] *= target / have
    return w


def ranks(values: Numbers) -> list[float]:
    """Return average ranks, the highest first."""
    return [
        sum(other > one for other in values) + (sum(other == one for other in values) + 1) / 2
        for one in values
    ]


def spearman(a: Numbers, b: Numbers) -> float:
    """Return the correlation of average ranks."""
    x, y = ranks(a), ranks(b)
    mx, my = mean(x), mean(y)
    shared = sum((p - mx) * (q - my) for p, q in zip(x, y, strict=True))
    return shared / math.sqrt(sum((p - mx) ** 2 for p in x) * sum((q - my) ** 2 for q in y))


def kendall(a: Numbers, b: Numbers) -> float:
    """Return τ_b over all pairs."""
    signed = untied_a = untied_b = 0
    for i, j in itertools.combinations(range(len(a)), 2):
        x, y = (int(one[i] > one[j]) - int(one[i] < one[j]) for one in (a, b))
        signed, untied_a, untied_b = signed + x * y, untied_a + abs(x), untied_b + abs(y)
    return signed / math.sqrt(untied_a * untied_b)


def rank_biased_overlap(a: Numbers, b: Numbers, p: float = 0.8) -> float:
    """Return RBO, extrapolated beyond the end of the lists."""
    total = overlap = 0.0
    for depth in range(1, len(a) + 1):
        top_a = {i for i, one in enumerate(a) if sum(other > one for other in a) < depth}
        top_b = {i for i, one in enumerate(b) if sum(other > one for other in b) < depth}
        overlap = 2 * len(top_a & top_b) / (len(top_a) + len(top_b))
        total += (1 - p) * p ** (depth - 1) * overlap
    return total + p ** len(a) * overlap


def ratings(counts: Numbers) -> list[int]:
    """Return the ratings −3 … +3 one by one."""
    return [score for score, n in zip(range(-3, 4), counts, strict=True) for _ in range(int(n))]


def support(table: Sequence[Numbers]) -> list[tuple[float, float, float]]:
    """Return support, sd and lower bound per answer, τ² by bisection; nan where undefined."""
    answers = [ratings(row) for row in table]
    rated = [one for one in answers if one]
    df = sum(len(one) - 1 for one in rated)
    if len(rated) < 2 or df == 0:
        return [(NAN, NAN, NAN)] * len(answers)
    sigma2 = sum(sum((x - mean(one)) ** 2 for x in one) for one in rated) / df

    def fit(tau2: float) -> tuple[float, float]:
        w = [1 / (max(sigma2 / len(one), FLOOR) + tau2) for one in rated]
        mu = sum(a * mean(one) for a, one in zip(w, rated, strict=True)) / sum(w)
        q = sum(a * (mean(one) - mu) ** 2 for a, one in zip(w, rated, strict=True))
        return mu, q - (len(rated) - 1)

    low, high = 0.0, 100.0
    if fit(0.0)[1] <= 0:
        return [(fit(0.0)[0], NAN, NAN)] * len(answers)
    for _ in range(300):
        middle = (low + high) / 2
        low, high = (middle, high) if fit(middle)[1] > 0 else (low, middle)
    mu, found = fit(high)[0], []
    for one in answers:
        # K·τ² = σ², so this is (Kμ+Σx)/(K+r) and σ/√(K+r), multiplied through by τ².
        room = sigma2 + high * len(one)
        post = (sigma2 * mu + high * sum(one)) / room if room > 0 else mu
        sd = math.sqrt(sigma2 * high / room) if room > 0 else math.sqrt(high)
        found.append((post, sd, post - NORMAL.inv_cdf(0.9) * sd))
    return found


def dirichlet(table: Sequence[Numbers]) -> list[tuple[float, float]]:
    """Return posterior mean and sd of the mean rating, per answer."""
    pooled = [sum(row[c] for row in table) for c in range(7)]
    found = []
    for row in table:
        alpha = [n + 7 * part / sum(pooled) for n, part in zip(row, pooled, strict=True)]
        p = [a / sum(alpha) for a in alpha]
        centre = sum(s * q for s, q in zip(range(-3, 4), p, strict=True))
        square = sum(s * s * q for s, q in zip(range(-3, 4), p, strict=True))
        found.append((centre, math.sqrt(max(0.0, (square - centre**2) / (sum(alpha) + 1)))))
    return found


def agreement_a(counts: Numbers) -> float:
    """Return van der Eijk's A by peeling off layers, counting triples one by one."""
    left, total, found = list(counts), sum(counts), 0.0
    categories = len(left)
    while any(n > 0 for n in left):
        height = min(n for n in left if n > 0)
        pattern = [n > 0 for n in left]
        unimodal = bimodal = 0
        for a, b, c in itertools.combinations(pattern, 3):
            unimodal += (a, b, c) in ((True, True, False), (False, True, True))
            bimodal += (a, b, c) == (True, False, True)
        u = 1.0
        if unimodal + bimodal:
            u = (categories - 2) * unimodal - (categories - 1) * bimodal
            u /= (categories - 2) * (unimodal + bimodal)
        found += sum(pattern) * height / total * u * (1 - (sum(pattern) - 1) / (categories - 1))
        left = [n - height if n > 0 else n for n in left]
    return found if total else NAN


def polarisation(counts: Numbers) -> float:
    """Return the population variance of the ratings over 9."""
    given = ratings(counts)
    return mean([(x - mean(given)) ** 2 for x in given]) / 9 if given else NAN


def centre_raters(table: Sequence[Numbers]) -> list[list[float]]:
    """Return ratings without the rater's own mean, for raters of five or more."""
    every = [x for row in table for x in row if not math.isnan(x)]
    found = []
    for row in table:
        own = [x for x in row if not math.isnan(x)]
        shift = mean(every) - mean(own) if len(own) >= 5 else 0.0
        found.append([x + shift for x in row])
    return found


def exposure(counts: Numbers, shown: float) -> tuple[float, float, float]:
    """Return the statistic, its p and min/max."""
    offered = [n for n in counts if not math.isnan(n)]
    ratio = min(offered) / max(offered) if offered and max(offered) > 0 else NAN
    if len(offered) < 2 or sum(offered) == 0 or shown >= len(offered):
        return NAN, NAN, ratio
    even = mean(offered)
    factor = (len(offered) - 1) / (len(offered) - shown)
    statistic = factor * sum((n - even) ** 2 for n in offered) / even
    return statistic, float(stats.chi2.sf(statistic, len(offered) - 1)), ratio


def category_difference(
    rows: Sequence[tuple[float, float, float, float]], s2: float, df: float
) -> tuple[float, float, float, float, float]:
    """Return difference, se, p, low and high from rows of (mean a, n a, mean b, n b)."""
    used = [row for row in rows if row[1] > 0 and row[3] > 0 and not math.isnan(row[0] + row[2])]
    if not used or df < 1:
        return NAN, NAN, NAN, NAN, NAN
    h = [1 / (1 / row[1] + 1 / row[3]) for row in used]
    d = sum(a * (row[0] - row[2]) for a, row in zip(h, used, strict=True)) / sum(h)
    se = math.sqrt(s2 / sum(h))
    p = float(2 * stats.t.sf(abs(d / se), df)) if se > 0 else NAN
    half = float(stats.t.ppf(0.975, df)) * se
    return d, se, p, d - half, d + half


def longstring(answers: Numbers) -> int:
    """Return the longest run of equal answers."""
    runs = [list(run) for _, run in itertools.groupby(answers, key=lambda x: None if x != x else x)]
    return max((len(run) for run in runs if run[0] == run[0]), default=0)


def irv(answers: Numbers) -> float:
    """Return the standard deviation of one person's answers."""
    given = [x for x in answers if not math.isnan(x)]
    return math.sqrt(variance(given)) if len(given) >= 2 else NAN


def krippendorff_alpha(table: Sequence[Numbers], *, ordinal: bool) -> float:
    """Return Krippendorff's α of ratings −3 … +3, by coincidences (Krippendorff 2011)."""
    units = [list(row) for row in table if sum(row) >= 2]
    together = [[0.0] * 7 for _ in range(7)]
    for row in units:
        for c, d in itertools.product(range(7), range(7)):
            together[c][d] += row[c] * (row[d] - (c == d)) / (sum(row) - 1)
    n = [sum(row) for row in together]

    def apart(c: int, d: int) -> float:
        if not ordinal:
            return float((c - d) ** 2)
        low, high = min(c, d), max(c, d)
        return (sum(n[low : high + 1]) - (n[low] + n[high]) / 2) ** 2

    pairs = list(itertools.product(range(7), range(7)))
    observed = sum(together[c][d] * apart(c, d) for c, d in pairs)
    expected = sum(n[c] * n[d] * apart(c, d) for c, d in pairs) / (sum(n) - 1)
    return 1 - observed / expected
