"""What became of a delivery, for a person at a terminal. No answer of anybody is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import duckdb
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from etl.reasons import masked
from warehouse.ledger import Delivery

Outcome = Literal["landed", "unchanged", "refused", "checked"]
# row, column, rule, masked value, reason
Example = tuple[int, str, str, str, str]

EXAMPLES = """
    SELECT row_number, column_name, rule, coalesce(value, ''), reason FROM violation
    QUALIFY row_number() OVER (PARTITION BY rule ORDER BY row_number, column_name) <= 3
    ORDER BY rule, row_number, column_name
"""


@dataclass(frozen=True)
class LoadReport:
    """What became of one delivery, with counts per rule and the first examples of each.

    `offered` is the name under which a known delivery was offered again.
    """

    delivery: Delivery
    outcome: Outcome
    rule_counts: dict[str, int] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    offered: str | None = None
    flag_counts: dict[str, int] = field(default_factory=dict)


def examples_of(connection: duckdb.DuckDBPyConnection) -> list[Example]:
    """Return the first three violations of each rule, their values masked."""
    return [
        (row, column, rule, masked(value), reason)
        for row, column, rule, value, reason in connection.execute(EXAMPLES).fetchall()
    ]


def render_report(report: LoadReport) -> RenderableType:
    """Return a report as text and tables for the terminal."""
    parts: list[RenderableType] = [Text(summary(report))]
    if report.rule_counts:
        parts += [counts_table(report), examples_table(report)]
    if any(report.flag_counts.values()):
        parts.append(flags_table(report))
    return Group(*parts)


def summary(report: LoadReport) -> str:
    """Return in one line what became of a delivery."""
    delivery = report.delivery
    if report.outcome == "unchanged":
        twin = "" if report.offered == delivery.file_name else f" as {delivery.file_name}"
        state = f"{delivery.state} in wave {delivery.wave_id}"
        return f"{report.offered}: unchanged, already {state}{twin}."
    if report.outcome == "refused":
        return f"{delivery.file_name}: refused. {delivery.reason}"
    if report.outcome == "checked":
        return (
            f"{delivery.file_name}: would be taken, {delivery.accepted_count} of "
            f"{delivery.row_count} rows; {delivery.refused_count} would be refused."
        )
    return (
        f"{delivery.file_name}: landed in wave {delivery.wave_id}, {delivery.accepted_count} of "
        f"{delivery.row_count} rows; {delivery.refused_count} refused."
    )


def counts_table(report: LoadReport) -> Table:
    """Return how often each rule was broken."""
    table = Table("rule", "count", title="Refused, per rule")
    for rule, count in report.rule_counts.items():
        table.add_row(rule, str(count))
    return table


def flags_table(report: LoadReport) -> Table:
    """Return how often each flag was raised."""
    table = Table("flag", "count", title="Flagged, and taken unless a rule above refused it")
    for flag, count in report.flag_counts.items():
        table.add_row(flag, str(count))
    return table


def examples_table(report: LoadReport) -> Table:
    """Return the first examples, their values masked."""
    table = Table("file", "row", "column", "value", "reason", title="First examples")
    for row, column, _, value, reason in report.examples:
        cells = (report.delivery.file_name, str(row), column, value, reason)
        table.add_row(*(Text(cell) for cell in cells))
    return table
