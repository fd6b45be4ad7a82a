"""Where a published figure comes from: inputs, formula, parameters, and the value recomputed.

Published side: everything is read from a released file. Which organisations may be a line of their
own is an argument (`shown`); the others then stand there as sums, which the published figure gives
away already. A figure that a release gives no way to recompute says so in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Final

from warehouse.explain.found import number
from warehouse.explain.hidden import HIDDEN
from warehouse.explain.kinds import KINDS, others_of
from warehouse.explain.model import Ask, Cell, Explanation, Figure, Row
from warehouse.explain.not_recomputed import BY_DESIGN, FOR_STAFF, NEVER, NO_TOTALS, Words
from warehouse.explain.source import KEYS, Source, asking
from warehouse.explain.verdicts import verdict_words
from warehouse.explain.words import FORMULAS
from warehouse.rounding import rounded_half_up

__all__ = ["KEYS", "VALUES", "Explanation", "asking", "explain", "rounded_half_up"]

# The column of the first figure of a row, and of the bounds of its interval.
VALUES: Final[Mapping[str, tuple[str, ...]]] = {name: one.values for name, one in KINDS.items()}


def explain(
    ask: Ask,
    table: str,
    key: Mapping[str, str],
    shown: Set[str] | None = None,
    decimals: Mapping[str, int] | None = None,
    *,
    with_cells: bool = True,
) -> Explanation:
    """Return where a figure of a released file comes from.

    `ask` reads the file (`asking` makes it of a connection); `key` has the columns `KEYS[table]`;
    `shown` are the organisations whose rows may be shown, None all of them; what the others give
    together is rounded to `decimals` by unit, so that it says no more than a rounded figure. The
    other figures of the row take rows of its whole family; `with_cells` False leaves them out.

    Missing: a hidden figure has words and no number; a figure that is not recomputed has words; a
    release from before totals were published has no inputs.
    Errors: UnknownFigureError for what is not there, or not for this viewer.
    Source: methods.md, Check a figure.
    """
    source = Source(ask, None if shown is None else frozenset(shown), decimals or {})
    row = source.find(table, key)
    kind = KINDS[table]
    named = {name: str(row[name]) for name in KEYS[table]}
    status = row.get("status", "published")
    if status != "published":
        return hidden(table, named, status)
    released = Figure(*(row[column] for column in kind.values))
    found = kind.find(source, row)
    if found is None:
        note = NO_TOTALS if released.value is not None else ("", "")
        return described(table, named, kind.statistic, released=released, note=note, **judged(row))
    recomputed = found.recomputed
    note = why_not(source, table, row, kind.values[0], recomputed.value)
    return described(
        table,
        named,
        found.statistic,
        released=released,
        recomputed=recomputed,
        inputs=found.inputs,
        parameters=found.parameters,
        form=found.form,
        cells=tuple(cells(source, table, row)) if with_cells else (),
        note=note,
        **judged(row),
    )


def judged(row: Row) -> dict[str, str]:
    """Return what a row calls its difference, and by which rule."""
    nl, en = verdict_words(row)
    return {"verdict": row["verdict"], "verdict_nl": nl, "verdict_en": en} if nl else {}


def why_not(source: Source, table: str, row: Row, column: str, recomputed: float | None) -> Words:
    """Return why a figure is not recomputed; empty where it is, or where there is none."""
    if row[column] is None or recomputed is not None:
        return "", ""
    if not KINDS[table].gives(source, row) and (table, column) not in NEVER:
        return FOR_STAFF
    return BY_DESIGN.get((table, column), NO_TOTALS)


def cells(source: Source, table: str, row: Row) -> Iterator[Cell]:
    """Yield the other figures of a row, recomputed for whoever may see what they are made of."""
    kind = KINDS[table]
    found: dict[str, float] = {}
    if kind.gives(source, row):
        for more in kind.more:
            found |= more(source, row)
    for column in others_of(table):
        if row.get(column) is None:
            continue
        recomputed = number(found[column]) if column in found else None
        nl, en = why_not(source, table, row, column, recomputed)
        yield Cell(column, float(row[column]), recomputed, nl, en)


def described(
    table: str,
    key: Mapping[str, str],
    statistic: str,
    status: str = "published",
    note: Words = ("", ""),
    **more: object,
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
        note_nl=note[0],
        note_en=note[1],
        **more,  # type: ignore[arg-type]
    )


def hidden(table: str, key: Mapping[str, str], status: str) -> Explanation:
    """Return which kind of hidden a figure is, and what would help."""
    nl, en = HIDDEN[status]
    return described(table, key, KINDS[table].statistic, status, hidden_nl=nl, hidden_en=en)
