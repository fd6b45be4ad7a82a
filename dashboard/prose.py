"""A document in Markdown as plain values: chapters of paragraphs, lists and tables.

Only what the documents use is known here; anything else is an error, so that no HTML of a document
reaches a page. A line `<a id="s1"></a>` names the chapter whose heading follows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Style = Literal["", "code", "strong", "em"]
ANCHOR = re.compile(r'<a id="([a-z0-9-]+)">')


@dataclass(frozen=True)
class Span:
    """A run of text in one style; `href` where it is a link."""

    text: str
    style: Style = ""
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True)
class Bullets:
    """A list without an order."""

    items: tuple[Spans, ...]


@dataclass(frozen=True)
class Grid:
    """A table: heads of the columns and rows of cells; the first cell of a row is its head."""

    heads: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


Block = Paragraph | Bullets | Grid


@dataclass(frozen=True)
class Chapter:
    """What stands under one heading; `program` is the code that recomputes its example."""

    anchor: str
    level: int
    title: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    program: str = ""


def text_of(spans: Spans) -> str:
    """Return spans as plain text."""
    return "".join(span.text for span in spans)


def label_of(block: Block) -> str:
    """Return the word a paragraph opens with, such as `Formula`; empty when it has none."""
    if isinstance(block, Paragraph) and block.spans[0].style == "strong":
        return block.spans[0].text.removesuffix(".")
    return ""


def read_chapters(text: str) -> tuple[Chapter, ...]:
    """Return the chapters of a document in order; the first one has its title.

    Errors: ValueError for Markdown that the product does not draw.
    """
    found: list[Chapter] = []
    anchor = ""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    for node in tree.children:
        named = ANCHOR.match(node.children[0].content) if node.type == "paragraph" else None
        if named:
            anchor = named[1]
        elif node.type == "heading":
            found.append(Chapter(anchor, int(node.tag[1]), text_of(inline(node))))
            anchor = ""
        elif node.type == "fence":
            found[-1] = replace(found[-1], program=found[-1].program + node.content)
        else:
            found[-1] = replace(found[-1], blocks=(*found[-1].blocks, block_of(node)))
    return tuple(found)


def block_of(node: SyntaxTreeNode) -> Block:
    """Return a node of the document as a block."""
    if node.type == "paragraph":
        return Paragraph(inline(node))
    if node.type == "bullet_list":
        return Bullets(tuple(inline(item.children[0]) for item in node.children))
    if node.type == "table":
        head, body = node.children
        rows = [tuple(inline(cell) for cell in row.children) for row in body.children]
        return Grid(tuple(inline(cell) for cell in head.children[0].children), tuple(rows))
    raise ValueError(f"documents have no {node.type}")


def inline(node: SyntaxTreeNode) -> Spans:
    """Return the text of a paragraph, heading or cell."""
    children = node.children[0].children if node.children else []
    spans = (span for child in children for span in spans_of(child) if span.text)
    # Lines of one paragraph are one run of text.
    runs = (list(run) for _, run in itertools.groupby(spans, lambda one: (one.style, one.href)))
    return tuple(replace(run[0], text=text_of(tuple(run))) for run in runs)


def spans_of(node: SyntaxTreeNode) -> Iterator[Span]:
    """Yield the spans of an inline node; styles are not nested."""
    if node.type == "text":
        yield Span(node.content)
    elif node.type == "softbreak":
        yield Span(" ")
    elif node.type == "code_inline":
        yield Span(node.content, "code")
    elif node.type in ("strong", "em"):
        style: Style = "strong" if node.type == "strong" else "em"
        yield Span(text_within(node), style)
    elif node.type == "link":
        yield Span(text_within(node), href=str(node.attrs["href"]))
    else:
        raise ValueError(f"documents have no {node.type}")


def text_within(node: SyntaxTreeNode) -> str:
    """Return the plain text inside an inline node."""
    return text_of(tuple(span for child in node.children for span in spans_of(child)))
