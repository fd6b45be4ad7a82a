"""Wat is er gevraagd? Every question of a wave: its words, who was asked, and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.grouped import Row
from dashboard.pages.codebook_tables import SIDES, instrument_sections, sides_of
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line

KINDS = ("grade", "likert", "mention", "yes_no")
# Questions of which no mean or share is published.
OTHER_KINDS = ("category", "attribute", "text")


def sides_asked(view: View, item_id: str) -> tuple[str, ...]:
    """Return the sides that were asked a question at this wave."""
    return tuple(side for side in SIDES if view.reader.was_asked(side, item_id))


def answers(view: View, item: Row) -> str:
    """Return the answers a question allows, in words."""
    if item["unit"] == "share":
        return view.say("codebook_yes_no")
    if item["scale_min"] is None or item["scale_max"] is None:
        return "–"
    low, high = (f"{item[end]:g}" for end in ("scale_min", "scale_max"))
    return view.say("codebook_scale", low=low, high=high)


def question_row(view: View, item: Row, sides: Sequence[str]) -> tuple[str, ...]:
    """Return a question as a row: subject, words, who was asked, answers."""
    say = view.say
    asked = say.listed([say(f"codebook_side_{side}") for side in sides])
    words = item[f"question_{say.language}"] or "–"
    return (say.name(item), words, f"{answers(view, item)}; {asked}")


def kind_section(view: View, kind: str, asked: Sequence[tuple[Row, tuple[str, ...]]]) -> Section:
    """Return the questions of a kind."""
    say = view.say
    heads = (say("statement"), say("codebook_question"), say("codebook_answers"))
    rows = tuple(question_row(view, item, sides) for item, sides in asked)
    heading = say(f"codebook_kind_{kind}")
    return Section(heading, table=Table(say("codebook_caption"), heads, rows, is_wordy=True))


def other_section(view: View) -> Iterator[Section]:
    """Yield the questions without a mean or share of their own, where there are any."""
    say = view.say
    items = view.reader.instrument_rows("instrument_item")
    others = [item for item in items if item["kind"] in OTHER_KINDS]
    if not others:
        return
    heads = (say("statement"), say("codebook_question"), say("codebook_answers"))
    rows = tuple(
        (
            say.name(item),
            item[f"question_{say.language}"] or say("dash"),
            f"{say('codebook_kind_' + item['kind'])}; {sides_of(view, item)}",
        )
        for item in others
    )
    table = Table(say("codebook_caption"), heads, rows, is_wordy=True)
    yield Section(say("codebook_others"), table=table)


def build(view: View) -> Page:
    """Return the page of the questionnaire."""
    say = view.say
    kinds = {
        kind: [
            (item, sides)
            for item in view.reader.items(kind)
            if (sides := sides_asked(view, item["item_id"]))
        ]
        for kind in KINDS
    }
    found = [sides for asked in kinds.values() for _, sides in asked]
    counts = {side: str(sum(side in sides for sides in found)) for side in SIDES}
    is_alone = counts["hr"] == "0"
    finding = say("codebook_finding_employee" if is_alone else "codebook_finding", **counts)
    sections = [kind_section(view, kind, asked) for kind, asked in kinds.items() if asked]
    sections += [*other_section(view), *instrument_sections(view)]
    return Page(say("page_codebook"), finding, context_line(view), tuple(sections))
