"""A table with caption, column heads and row heads, that scrolls by itself on a phone.

One that holds sentences (`is_wordy`) does not scroll there: each of its rows becomes a block that
names its columns, so that nothing that matters stands out of sight.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.components.markup import html
from dashboard.pages.model import Section, Table, language_of
from dashboard.texts import Texts


def role(table: Table, name: str) -> dict[str, str]:
    """Return the role of a part of a table whose form a phone changes, which would take it away."""
    return {"role": name} if table.is_wordy else {}


def table_cell(table: Table, text: str, place: int) -> Any:
    """Return a cell; a text in another language says so, for who listens to it."""
    if not table.is_wordy:
        return html.Td(text, **language_of(text))
    named = {"data-head": table.columns[place]}
    return html.Td(text, **language_of(text), **named, **role(table, "cell"))


def table_row(table: Table, cells: tuple[str, ...]) -> Any:
    """Return a row; its first cell is its head."""
    if not table.is_wordy and all(type(text) is str for text in cells):
        # Nothing to mark: most of the hundreds of cells of a page.
        return html.Tr([html.Th(cells[0], scope="row"), *map(html.Td, cells[1:])])
    first = language_of(cells[0]) | role(table, "rowheader")
    head = html.Th(cells[0], scope="row", **first)
    rest = [table_cell(table, text, place) for place, text in enumerate(cells[1:], 1)]
    return html.Tr([head, *rest], **role(table, "row"))


def table_block(table: Table, heading: str = "") -> Any:
    """Return a table; a caption that repeats the heading above it is only heard."""
    names = [html.Th(name, scope="col", **role(table, "columnheader")) for name in table.columns]
    is_said = table.caption == heading
    caption = html.Span(table.caption, className="caption unseen" if is_said else "caption")
    rows = [table_row(table, row) for row in table.rows]
    parts = [
        html.Caption(caption),
        html.Thead(html.Tr(names, **role(table, "row")), **role(table, "rowgroup")),
        html.Tbody(rows, **role(table, "rowgroup")),
    ]
    look = "figures wordy" if table.is_wordy else "figures"
    return html.Div(
        html.Table(parts, className=look, **role(table, "table")),
        className="table-frame",
        tabIndex=0,
        role="group",
        **{"aria-label": table.caption},
    )


def long_table(table: Table, section: Section, say: Texts) -> list[Any]:
    """Return a table, its first rows only where the section says so; the others are folded."""
    if not section.lead or len(table.rows) <= section.lead:
        return [table_block(table, section.heading)]
    rest = replace(table, rows=table.rows[section.lead :])
    summary = html.Summary(say("rows_more", count=say.count(len(rest.rows))))
    more = html.Details([summary, table_block(rest)], className="fold")
    return [table_block(replace(table, rows=table.rows[: section.lead]), section.heading), more]


def folded_table(table: Table, section: Section, say: Texts) -> Any:
    """Return a table that may be folded away; one that is open is so on a wide screen only."""
    is_open = not section.is_folded
    words = say("table_head") if section.chart is not None else table.caption
    parts = [html.Summary(words), *long_table(table, section, say)]
    return html.Details(parts, open=is_open, className="fold roomy" if is_open else "fold")
