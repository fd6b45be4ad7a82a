"""Where a published figure comes from: inputs, formula, parameters, and the value recomputed.

Published side: everything is read from a released file. Which organisations may be a line of their
own is an argument (`shown`); the others then stand there as sums, which the published figure gives
away already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Final

from warehouse.explain import figures
from warehouse.explain.figures import Found
from warehouse.explain.model import Ask, Explanation, Figure, Row
from warehouse.explain.source import KEYS, Source, asking
from warehouse.explain.words import FORMULAS, HIDDEN
from warehouse.rounding import rounded_half_up

__all__ = ["KEYS", "VALUES", "Explanation", "asking", "explain", "rounded_half_up"]

# The column of the value, and of the bounds of its interval.
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "score": ("value", "ci_low", "ci_high"),
    "benchmark": ("mean_of_organisations", "mean_ci_low", "mean_ci_high"),
    "comparison": ("difference", "ci_low", "ci_high"),
    "gap": ("difference", "ci_low", "ci_high"),
    "trend": ("change", "ci_low", "ci_high"),
    "response": ("response_rate",),
}
FIND: Final[Mapping[str, Callable[[Source, Row], Found | None]]] = {
    "score": figures.score,
    "benchmark": figures.benchmark,
    "comparison": figures.comparison,
    "gap": figures.gap,
    "trend": figures.trend,
    "response": figures.response,
}
UNEXPLAINED: Final = {
    "score": "group_mean",
    "benchmark": "mean_of_organisations",
    "comparison": "comparison",
    "gap": "gap_mean",
    "trend": "trend",
    "response": "response_rate",
}


def explain(
    ask: Ask,
    table: str,
    key: Mapping[str, str],
    shown: Set[str] | None = None,
    decimals: Mapping[str, int] | None = None,
) -> Explanation:
    """Return where a figure of a released file comes from.

    `ask` reads the file (`asking` makes it of a connection); `key` has the columns `KEYS[table]`;
    `shown` are the organisations whose rows may be shown, None all of them; what the others give
    together is rounded to `decimals` by unit, so that it says no more than a rounded figure.

    Missing: a hidden figure has words and no number; a release from before totals were published
    has no inputs.
    Errors: UnknownFigureError for what is not there, or not for this viewer.
    Source: methods.md, Check a figure.
    """
    source = Source(ask, None if shown is None else frozenset(shown), decimals or {})
    row = source.find(table, key)
    named = {name: str(row[name]) for name in KEYS[table]}
    if row["status"] != "published":
        return hidden(table, named, row["status"])
    released = Figure(*(row[column] for column in VALUES[table]))
    found = FIND[table](source, row)
    if found is None:
        return described(table, named, UNEXPLAINED[table], released=released)
    return described(
        table,
        named,
        found.statistic,
        released=released,
        recomputed=found.recomputed,
        inputs=found.inputs,
        parameters=found.parameters,
        form=found.form,
    )


def described(
    table: str, key: Mapping[str, str], statistic: str, status: str = "published", **more: object
) -> Explanation:
    """Return an explanation with the words of its statistic."""
    formula = FORMULAS[statistic]
    return Explanation(
        table=table,
        key=key,
        status=status,
        statistic=statistic,
        anchor=formula.anchor,
        formula_nl=formula.nl,
        formula_en=formula.en,
        **more,  # type: ignore[arg-type]
    )


def hidden(table: str, key: Mapping[str, str], status: str) -> Explanation:
    """Return which kind of hidden a figure is, and what would help."""
    nl, en = HIDDEN[status]
    return described(table, key, UNEXPLAINED[table], status, hidden_nl=nl, hidden_en=en)
