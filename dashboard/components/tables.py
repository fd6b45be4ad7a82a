"""A table with caption, column heads and row heads, that scrolls by itself on a phone."""

from __future__ import annotations

from typing import Any

from dashboard.components.markup import html
from dashboard.pages.model import Table, language_of


def table_cell(text: str) -> Any:
    """Return a cell; a text in another language says so, for who listens to it."""
    return html.Td(text, **language_of(text))


def table_row(cells: tuple[str, ...]) -> Any:
    """Return a row; its first cell is its head."""
    head = html.Th(cells[0], scope="row", **language_of(cells[0]))
    return html.Tr([head, *(table_cell(cell) for cell in cells[1:])])


def table_block(table: Table) -> Any:
    """Return a table."""
    heads = html.Tr([html.Th(name, scope="col") for name in table.columns])
    parts = [
        html.Caption(html.Span(table.caption, className="caption")),
        html.Thead(heads),
        html.Tbody([table_row(row) for row in table.rows]),
    ]
    return html.Div(
        html.Table(parts, className="figures"),
        className="table-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": table.caption},
    )


def folded_table(table: Table, summary: str, is_open: bool) -> Any:
    """Return a table that may be folded away; one that is open is so on a wide screen only."""
    parts = [html.Summary(summary), table_block(table)]
    return html.Details(parts, open=is_open, className="fold roomy" if is_open else "fold")
