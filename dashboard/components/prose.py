"""A part of a document: paragraphs, lists, tables, formulas, code, and a list of what there is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from dashboard.components.markup import html
from dashboard.pages.model import Page, Section
from dashboard.prose import Block, Bullets, Grid, Span, Spans, label_of, text_of
from dashboard.texts import Texts

# What stands lower or higher: n_j, I_{r/k}, x_(r), p^(d − 1).
SCRIPT = re.compile(r"([_^])(\{[^}]*\}|\([^)]*\)|[A-Za-zα-ωΑ-Ω]+)")
# Names of files, commands and columns, which are no formulas.
NAME = re.compile(r"[a-z]{3,}([_ ][a-z]+)*|[\w.-]+/([\w./-]*(\.\w+|/))?", re.ASCII)


def formula_parts(text: str) -> list[Any]:
    """Return a formula with what stands lower or higher as such; readable without any script."""
    parts: list[Any] = []
    end = 0
    for found in SCRIPT.finditer(text):
        sign, script = found.groups()
        inner = script[1:-1] if sign + script[0] in ("_{", "^{", "^(") else script
        parts += [text[end : found.start()], (html.Sub if sign == "_" else html.Sup)(inner)]
        end = found.end()
    return [part for part in (*parts, text[end:]) if part]


def code(text: str) -> Any:
    """Return what stands in code style: a formula, or the name of something."""
    if NAME.fullmatch(text):
        return html.Code(text)
    return html.Code(formula_parts(text), className="formula")


def run(span: Span) -> Any:
    """Return a run of text; links of the document lead to files that a page does not have."""
    if span.style == "code":
        return code(span.text)
    if span.style == "strong":
        return html.Strong(span.text)
    return html.Em(span.text) if span.style == "em" else span.text


def runs(spans: Spans) -> list[Any]:
    """Return runs of text."""
    return [run(span) for span in spans]


def grid(block: Grid) -> Any:
    """Return a table of a document, that scrolls by itself on a phone."""
    heads = [html.Th(runs(cell), scope="col") for cell in block.heads]
    rows = [
        html.Tr([html.Th(runs(row[0]), scope="row"), *(html.Td(runs(cell)) for cell in row[1:])])
        for row in block.rows
    ]
    label = ", ".join(text_of(cell) for cell in block.heads)
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="figures grid")
    return frame(table, label)


def frame(inside: Any, label: str) -> Any:
    """Return something wide in a box that scrolls, by keyboard too."""
    name = {"aria-label": label}
    return html.Div(inside, className="table-frame", tabIndex=0, role="group", **name)


def block(part: Block) -> Any:
    """Return a paragraph, list or table."""
    if isinstance(part, Grid):
        return grid(part)
    if isinstance(part, Bullets):
        return html.Ul([html.Li(runs(item)) for item in part.items])
    return html.P(runs(part.spans), className="labelled" if label_of(part) else None)


def prose_blocks(section: Section, say: Texts) -> list[Any]:
    """Return the blocks of a section, and its code folded away; code is in English."""
    parts = [block(part) for part in section.prose]
    if section.program:
        label = say("method_program", section=section.heading)
        listing = frame(html.Pre(html.Code(section.program, lang="en")), label)
        summary = html.Summary(say("method_recompute"))
        parts.append(html.Details([summary, listing], className="fold"))
    return parts


def link_list(sections: Sequence[Section], label: str) -> list[Any]:
    """Return links to sections of the page as a named list, none where there are no sections."""
    if not sections:
        return []
    links = [html.Li(html.A(one.heading, href=f"#{one.anchor}")) for one in sections]
    return [html.Nav(html.Ul(links), className="contents", **{"aria-label": label})]


def contents(page: Page, say: Texts) -> list[Any]:
    """Return the parts of a long page as links."""
    parts = [one for one in page.sections if page.has_contents and one.anchor and one.level == 2]
    return link_list(parts, say("contents"))


def inside_part(page: Page, section: Section) -> list[Any]:
    """Return the sections inside a part as links: those with an anchor, up to the next part."""
    if not page.has_contents or section.level != 2:
        return []
    after = page.sections[page.sections.index(section) + 1 :]
    inside = itertools.takewhile(lambda one: one.level > 2, after)
    return link_list([one for one in inside if one.anchor], section.heading)
