"""The array form of each statistic equals the plain one, on whatever input hypothesis finds."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from scipy import stats

from tests.warehouse.stats import scalar_reference as plain
from warehouse.stats.agreement import order_agreement
from warehouse.stats.breakdown import category_difference
from warehouse.stats.change import matched_change, size_mix_change, split_change
from warehouse.stats.consensus import (
    agreement_a,
    centre_raters,
    exposure_balance,
    is_divided,
    polarisation,
)
from warehouse.stats.dialogue import dirichlet_support, support, support_shift
from warehouse.stats.effect import hedges_g
from warehouse.stats.funnel import funnel
from warehouse.stats.quality import (
    individual_variability,
    longstring,
)
from warehouse.stats.rank import bonferroni_rank_intervals, simulated_rank_intervals
from warehouse.stats.trend import comparable_segments, latest_segment, theil_sen, weighted_trend
from warehouse.stats.weights import clustered_mean, intra_class, rake

NAN = math.nan
# Items × waves × sides in front, organisations (or waves, or bands) last.
SHAPES = st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 2), st.integers(1, 7))
MARKS = st.one_of(st.integers(10, 100).map(lambda tenths: tenths / 10), st.just(NAN))
VARIANCES = st.one_of(st.sampled_from([0.01, 0.04, 0.2, 0.94]), st.just(NAN))
COUNTS = st.integers(0, 40).map(float)


def block(shape: tuple[int, ...], elements: st.SearchStrategy[float]) -> st.SearchStrategy:
    """Return arrays of one shape."""
    return arrays_of.arrays(np.float64, shape, elements=elements)


def blocks(*elements: st.SearchStrategy[float]) -> st.SearchStrategy:
    """Return several arrays of one random shape."""
    return SHAPES.flatmap(lambda shape: st.tuples(*(block(shape, one) for one in elements)))


def table(elements: st.SearchStrategy[float], columns: int | None = None) -> st.SearchStrategy:
    """Return a matrix with a random number of rows."""
    width = st.integers(1, 12) if columns is None else st.just(columns)
    shape = st.tuples(st.integers(1, 6), width)
    return shape.flatmap(lambda rows: block(rows, elements))


def series(array: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Return every place of the leading axes."""
    return np.ndindex(array.shape[:-1])


def agree(found: object, expected: object) -> None:
    """Raise where two results differ, nan being equal to nan."""
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


@given(
    blocks(MARKS, COUNTS, COUNTS, st.sampled_from([0.0, 0.94, 2.0]), st.sampled_from([1, 2, 91]))
)
def test_hedges_g(columns: tuple[np.ndarray, ...]) -> None:
    d, n_a, n_b, s2, df = columns
    found = hedges_g(d - 5, n_a, n_b, variance=s2, df=df)
    for place in np.ndindex(d.shape):
        expected = plain.hedges_g(d[place] - 5, n_a[place], n_b[place], s2[place], df[place])
        agree([part[place] for part in found[:3]], expected)


@given(blocks(MARKS, MARKS))
def test_split_change(columns: tuple[np.ndarray, ...]) -> None:
    earlier, later = columns
    found = split_change(earlier, later)
    for at in series(earlier):
        agree([part[at] for part in found], plain.split_change(earlier[at], later[at]))


@given(blocks(MARKS, VARIANCES, MARKS, VARIANCES))
def test_matched_change(columns: tuple[np.ndarray, ...]) -> None:
    found = matched_change(*columns)
    for at in series(columns[0]):
        expected = plain.matched_change(*(column[at] for column in columns))
        agree([part[at] for part in found[:4]], expected)


@given(blocks(MARKS, COUNTS, MARKS, COUNTS))
def test_size_mix(columns: tuple[np.ndarray, ...]) -> None:
    found = size_mix_change(*columns)
    for at in series(columns[0]):
        agree([part[at] for part in found[:3]], plain.size_mix(*(c[at] for c in columns)))


@given(blocks(MARKS, COUNTS, MARKS, COUNTS))
def test_size_mix_adds_up_to_the_change_of_the_weighted_mean(
    columns: tuple[np.ndarray, ...],
) -> None:
    m0, w0, m1, w1 = (np.where(np.isnan(column), 7.0, column) for column in columns)
    found = size_mix_change(m0, w0 + 1, m1, w1 + 1)
    crude = np.sum((w1 + 1) * m1, -1) / np.sum(w1 + 1, -1)
    crude -= np.sum((w0 + 1) * m0, -1) / np.sum(w0 + 1, -1)
    agree(found.total, crude)


@given(blocks(st.integers(0, 5).map(float), MARKS, VARIANCES))
def test_weighted_trend(columns: tuple[np.ndarray, ...]) -> None:
    found = weighted_trend(*columns)
    for at in series(columns[0]):
        slope, se, p, q, q_p, span = plain.weighted_trend(*(column[at] for column in columns))
        agree([found.slope[at], found.se[at], found.span[at]], [slope, se, span])
        agree([found.p[at], found.q[at], found.q_p[at]], [p, q, q_p])


@given(blocks(MARKS), st.permutations(range(7)))
def test_theil_sen(columns: tuple[np.ndarray, ...], order: list[int]) -> None:
    means = columns[0]
    times = np.broadcast_to(np.array(order[: means.shape[-1]], dtype=float), means.shape)
    slope, low, high = theil_sen(times, means)
    for at in series(times):
        agree(slope[at], plain.theil_sen(times[at], means[at]))
        kept = ~np.isnan(means[at])
        if kept.sum() >= 5 and len(set(means[at][kept])) > 1:
            theirs = stats.theilslopes(means[at][kept], times[at][kept])
            agree([low[at], high[at]], [theirs.low_slope, theirs.high_slope])


@given(st.lists(st.lists(st.sampled_from(["", "a", "b"]), min_size=5, max_size=5), min_size=1))
def test_segments(classes: list[list[str]]) -> None:
    expected = [plain.segments(one) for one in classes]
    assert comparable_segments(classes).tolist() == expected
    last = [[label >= 0 and label == max(one) for label in one] for one in expected]
    assert latest_segment(classes).tolist() == last


@given(blocks(MARKS, VARIANCES))
def test_funnel(columns: tuple[np.ndarray, ...]) -> None:
    found = funnel(*columns)
    for at in series(columns[0]):
        centre, phi, tau2, adjusted = plain.funnel(*(column[at] for column in columns))
        agree([found.centre[at], found.phi[at], found.tau2[at]], [centre, phi, tau2])
        agree(found.z_adjusted[at], adjusted)


@given(blocks(MARKS, VARIANCES), st.integers(0, 9))
def test_rank_intervals(columns: tuple[np.ndarray, ...], seed: int) -> None:
    found = bonferroni_rank_intervals(*columns)
    for at in series(columns[0]):
        expected = plain.rank_intervals(*(column[at] for column in columns))
        agree(np.column_stack([part[at] for part in found]), expected)
    drawn = simulated_rank_intervals(*columns, np.random.default_rng(seed), draws=200)
    holds = (drawn.low <= drawn.rank) & (drawn.rank <= drawn.high)
    assert (holds | np.isnan(drawn.rank)).all()


@given(st.lists(st.lists(st.integers(1, 10), max_size=6), min_size=1, max_size=5))
def test_clusters(groups: list[list[int]]) -> None:
    moments = [[sum(y**power for y in group) for group in groups] for power in (0, 1, 2)]
    found, mean = intra_class(*moments), clustered_mean(*moments[:2])
    icc1, icc2 = plain.intra_class(groups)
    agree([found.icc1, found.icc2], [icc1, icc2])
    agree([mean.mean, mean.se], plain.clustered_mean(groups))


@given(block((3, 2), st.integers(1, 40).map(float)), block((3, 2), st.integers(1, 90).map(float)))
def test_raking(counts: np.ndarray, people: np.ndarray) -> None:
    margins = (people.sum(axis=1), people.sum(axis=0))
    np.testing.assert_allclose(rake(counts, margins), plain.rake(counts, *margins), rtol=1e-6)


@given(table(st.integers(0, 4).map(lambda tenths: tenths / 10)), st.randoms())
def test_order_agreement(shares: np.ndarray, random: object) -> None:
    other = np.array([sorted(row, key=lambda _: random.random()) for row in shares])
    found = order_agreement(shares, other)
    for row in range(shares.shape[0]):
        a, b = shares[row], other[row]
        ordered = len(set(a)) > 1 and len(set(b)) > 1
        assert str(found.state[row]) == ("ordered" if ordered else "no_order")
        expected = [plain.spearman, plain.kendall, plain.rank_biased_overlap]
        values = [one(a, b) if ordered else NAN for one in expected]
        agree([found.spearman[row], found.kendall[row], found.rbo[row]], values)


@given(table(st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0]), 7))
def test_support(counts: np.ndarray) -> None:
    found, expected = support(counts), np.array(plain.support(counts))
    np.testing.assert_allclose(found.support, expected[:, 0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.sd, expected[:, 1], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.low, expected[:, 2], rtol=1e-5, atol=1e-5)


@given(table(COUNTS, 7))
def test_dirichlet(counts: np.ndarray) -> None:
    counts[0, 3] += 1
    means, spreads = dirichlet_support(counts)
    agree(np.column_stack([means, spreads]), plain.dirichlet(counts))


@given(table(COUNTS, 7), table(COUNTS, 7))
def test_support_shift(first: np.ndarray, second: np.ndarray) -> None:
    before, after = first[:1], second
    shift, low, high, _ = support_shift(before, after, 2.5)
    for row, counts in enumerate(after):
        a, b = plain.ratings(before[0]), plain.ratings(counts)
        if not a or not b:
            assert np.isnan([shift[row], low[row], high[row]]).all()
            continue
        d = sum(b) / len(b) - sum(a) / len(a)
        interval = plain.normal_interval(d, math.sqrt(2.5 / len(a) + 2.5 / len(b)))
        agree([shift[row], low[row], high[row]], [d, *interval])


@given(st.integers(3, 8).flatmap(lambda categories: table(COUNTS, categories)))
def test_agreement_a(counts: np.ndarray) -> None:
    found = agreement_a(counts)
    agree(found, [plain.agreement_a(row) for row in counts])
    agree(found, agreement_a(counts[:, ::-1]))


@given(table(st.integers(0, 9).map(float), 7))
def test_polarisation_and_division(counts: np.ndarray) -> None:
    agree(polarisation(counts), [plain.polarisation(row) for row in counts])
    for row, flag in zip(counts, is_divided(counts), strict=True):
        r, ends = sum(row), (row[0] + row[1], row[5] + row[6])
        # A layer that A calls 0 may come out a hair beside it.
        if r and abs(plain.agreement_a(row)) < 1e-12:
            continue
        assert flag == (r >= 10 and plain.agreement_a(row) < 0 and min(ends) >= r / 4)


@given(table(st.one_of(st.integers(-3, 3).map(float), st.just(NAN))))
def test_centre_raters(ratings: np.ndarray) -> None:
    agree(centre_raters(ratings), plain.centre_raters(ratings))


@given(table(st.one_of(COUNTS, st.just(NAN))), st.sampled_from([1.0, 2.0, 5.0]))
def test_exposure(counts: np.ndarray, shown: float) -> None:
    found = exposure_balance(counts, shown_per_rater=shown)
    parts = np.column_stack([found.statistic, found.p, found.ratio])
    agree(parts, [plain.exposure(row, shown) for row in counts])


@given(blocks(MARKS, COUNTS, MARKS, COUNTS), st.sampled_from([0.0, 0.94]), st.sampled_from([0, 91]))
def test_category_difference(columns: tuple[np.ndarray, ...], s2: float, df: int) -> None:
    found = category_difference(*columns, variance=s2, df=df)
    for at in series(columns[0]):
        rows = list(zip(*(column[at] for column in columns), strict=True))
        d, se, p, low, high = plain.category_difference(rows, s2, df)
        # Without degrees of freedom the product still gives the difference itself.
        agree([found.se[at], found.p[at]], [se, p])
        agree([found.low[at], found.high[at]], [low, high])
        if df:
            agree(found.difference[at], d)


@given(table(st.one_of(st.integers(1, 3).map(float), st.just(NAN))))
def test_careless_answering(answers: np.ndarray) -> None:
    runs = [plain.longstring(row) for row in answers]
    assert longstring(answers).tolist() == runs
    agree(individual_variability(answers), [plain.irv(row) for row in answers])
