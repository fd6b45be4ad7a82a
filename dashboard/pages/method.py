"""Hoe is dit berekend? In short, then the parameters in force, then every statistic by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.methods import chapters as document_chapters
from dashboard.pages.explain import chapters
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line
from dashboard.parameters import in_words, parameters
from dashboard.prose import Chapter

IN_SHORT: Final = (
    "grade", "interval", "benchmark", "verdict", "floor", "atoms", "mentions", "gap", "size",
    "trend", "demo",
)  # fmt: skip
# Where the page of a figure leads to; a name of docs/methods.md.
SECTION_OF: Final = {
    "overview": "s1b",
    "floor": "planner",
    "monitor": "s11",
    "compare": "s3",
    "size_bands": "s12b",
    "aspects": "s17",
    "gap": "s15",
    "trends": "s6",
    "findings": "findings",
    "schemes": "scheme-answers",
    "dialogue": "s19",
}


def method_version(view: View) -> str:
    """Return which method this release was made with, and whether the parameters are newer."""
    released = view.reader.release["method_version"]
    current = view.settings.method.method_version
    name = "method_version_same" if released == current else "method_version_other"
    return view.say(name, released=str(released), current=current)


def parameter_section(view: View) -> Section:
    """Return the parameters that are in force, as `config/` has them."""
    say = view.say
    rows = tuple(
        (say(f"parameter_{name.replace('.', '_')}"), in_words(name, value, say), name)
        for name, value in parameters(view.settings).items()
    )
    heads = (say("parameter"), say("parameter_value"), say("parameter_key"))
    table = Table(say("parameter_caption"), heads, rows)
    return Section(
        say("parameter_head"),
        sentences=(method_version(view),),
        table=table,
        is_folded=True,
        anchor="parameters",
    )


def section_of(chapter: Chapter) -> Section:
    """Return a chapter of the document as a section."""
    return Section(
        chapter.title,
        anchor=chapter.anchor,
        level=chapter.level,
        prose=chapter.blocks,
        program=chapter.program,
    )


def document_sections(view: View) -> Iterator[Section]:
    """Yield how to read the document, then its parts and sections.

    Its first paragraph is for who reads the file, not the page.
    """
    first, *rest = document_chapters(view.settings, view.say)
    yield Section(view.say("method_reading"), anchor="reading", prose=first.blocks[1:])
    yield from map(section_of, rest)


def build(view: View) -> Page:
    """Return the method page."""
    say = view.say
    sections = (
        Section(say("method_in_short"), anchor="in-short"),
        *chapters(view, "method", IN_SHORT, level=3),
        parameter_section(view),
        *document_sections(view),
    )
    context = context_line(view)
    finding = say("method_finding", floor=str(view.settings.disclosure.persons_min))
    return Page(say("page_method"), finding, context, sections, has_contents=True)
