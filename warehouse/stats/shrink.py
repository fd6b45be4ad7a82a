"""Between-organisation variance, and estimates that borrow strength from the others."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from warehouse.stats.types import Floats, broadcast

# Everyone giving the same answer makes a sampling variance 0 and a weight infinite; this floor
# (a millionth of a mark, squared) keeps the arithmetic finite and no reader can see it.
VARIANCE_FLOOR = 1e-12


class RandomEffects(NamedTuple):
    """Variance τ² between organisations, and the regression it leaves."""

    tau2: float
    coefficients: Floats
    covariance: Floats


class Shrunken(NamedTuple):
    """Empirical Bayes value and posterior variance per organisation."""

    values: Floats
    posterior_variances: Floats
    tau2: float
    coefficients: Floats


def paule_mandel(means: ArrayLike, variances: ArrayLike, design: ArrayLike) -> RandomEffects:
    """Return τ² by Paule–Mandel, with the weighted regression on the design at that τ².

    τ² is the root of Σ(ȳ−Xβ)²/(v+τ²) = k−p, and 0 when the left side is already below k−p at 0.

    Shape: k means and variances, k×p design; p coefficients, p×p covariance.
    Units: τ² in the square of the mean's unit.
    Missing: an organisation with a nan mean or variance is left out.
    Errors: ValueError when k ≤ p, the design has dependent columns or a variance is negative.
    Source: methods.md#s12, Paule and Mandel (1982), J. Res. NBS 87, 377–385.
    """
    given, errors, columns = _arranged(means, variances, design)
    present = ~np.isnan(given + errors)
    y, v, x = given[present], errors[present], columns[present]
    _refuse_unsolvable(x)
    freedom = y.size - x.shape[1]

    def excess(tau2: float) -> float:
        coefficients, _ = _weighted_fit(y, v + tau2, x)
        squares: Floats = (y - x @ coefficients) ** 2 / (v + tau2)
        return float(squares.sum()) - float(freedom)

    tau2 = _root(excess, float(np.var(y)) + float(np.max(v)))
    return RandomEffects(tau2, *_weighted_fit(y, v + tau2, x))


def _arranged(
    means: ArrayLike, variances: ArrayLike, design: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    given, errors = broadcast(means, variances)
    if np.any(errors < 0):
        raise ValueError("a sampling variance is negative")
    return given, np.maximum(errors, VARIANCE_FLOOR), np.asarray(design, dtype=np.float64)


def _refuse_unsolvable(design: Floats) -> None:
    k, p = design.shape
    if k <= p:
        raise ValueError(f"{k} organisations are too few for {p} coefficients")
    if np.linalg.matrix_rank(design) < p:
        raise ValueError("the design has dependent columns (an empty band, or one headcount)")


def _weighted_fit(y: Floats, variances: Floats, x: Floats) -> tuple[Floats, Floats]:
    weighted = x.T / variances
    covariance = np.asarray(np.linalg.inv(weighted @ x), dtype=np.float64)
    return covariance @ (weighted @ y), covariance


def _root(excess: Callable[[float], float], upper: float) -> float:
    if excess(0.0) <= 0:
        return 0.0
    while excess(upper) > 0:
        upper *= 2
    return float(optimize.brentq(excess, 0.0, upper, xtol=1e-15, rtol=1e-15))


def empirical_bayes(means: ArrayLike, variances: ArrayLike, design: ArrayLike) -> Shrunken:
    """Return each organisation's mean, drawn towards what its design row predicts.

    B = τ²/(τ²+v), value = x'β + B(ȳ−x'β), posterior variance = Bv + (1−B)²x'Var(β)x.

    Shape: one value per organisation, in the order given.
    Units: those of the means; posterior variances in their square.
    Missing: an organisation with a nan mean or variance is left out of the fit and stays nan.
    Errors: as `paule_mandel`.
    Source: methods.md#s12, Morris (1983), JASA 78, 47–55.
    """
    given, errors, x = _arranged(means, variances, design)
    model = paule_mandel(given, errors, x)
    fitted = x @ model.coefficients
    kept = model.tau2 / (model.tau2 + errors)
    fit_variance = np.einsum("ij,jk,ik->i", x, model.covariance, x)
    posterior = kept * errors + (1 - kept) ** 2 * fit_variance
    posterior = np.where(np.isnan(given), np.nan, posterior)
    values = fitted + kept * (given - fitted)
    return Shrunken(values, posterior, model.tau2, model.coefficients)


def constraint_factor(values: ArrayLike, posterior_variances: ArrayLike) -> float:
    """Return a = sqrt(1 + (1−1/k)ΣV/Σ(θ−θ̄)²), by which constrained values spread out.

    Missing: nan values are left out; values that do not differ give 1.
    Source: methods.md#s12, Louis (1984), JASA 79, 393–398; Ghosh (1992), JASA 87, 533–540.
    """
    given, errors = broadcast(values, posterior_variances)
    present = ~np.isnan(given + errors)
    shown, posterior = given[present], errors[present]
    # Equal fitted values may differ in the last bit, and any real spread is far above this.
    if shown.size < 2 or np.ptp(shown) < 1e-9:
        return 1.0
    spread = float(np.sum((shown - shown.mean()) ** 2))
    return float(np.sqrt(1 + (1 - 1 / shown.size) * float(np.sum(posterior)) / spread))


def constrained(values: ArrayLike, posterior_variances: ArrayLike) -> Floats:
    """Return empirical Bayes values, spread out to the true spread between organisations.

    Shape: one value per organisation, in the order given.
    Units: those of the values.
    Missing: nan stays nan; values that do not differ come back as they are.
    Source: methods.md#s12, Louis (1984), JASA 79, 393–398; Ghosh (1992), JASA 87, 533–540.
    """
    given, errors = broadcast(values, posterior_variances)
    factor = constraint_factor(given, errors)
    if factor == 1.0:
        return given.copy()
    centre = float(np.mean(given[~np.isnan(given + errors)]))
    return np.where(np.isnan(errors), np.nan, centre + factor * (given - centre))
