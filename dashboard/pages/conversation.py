"""Het goede gesprek: a guide on A4, from the organisation's own results where it has them.

What to celebrate, what to ask, and whose move it is: direction, room, backing. It gives questions,
never answers, and no aspect is called good or bad.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dashboard.grouped import Row
from dashboard.pages.model import Page, Section, Table, ToFillIn, View
from dashboard.pages.parts import context_line
from dashboard.sentences import published, strength

MOST: Final = 3


class Topic(NamedTuple):
    """An aspect to talk about, and why it came up."""

    aspect_id: str
    why: str


def aspect_names(view: View) -> dict[str, Row]:
    """Return the aspects by id."""
    return {row["aspect_id"]: row for row in view.reader.described("aspect")}


def has_own(view: View) -> bool:
    """Return whether the organisation has any aspect of its own."""
    return any(
        published(view.reader.own_score(item["item_id"])) for item in view.reader.items("likert")
    )


def shown_score(view: View, item_id: str) -> Row | None:
    """Return the own score of an item, else that of the own band, else the sector's."""
    own = view.reader.own_score(item_id)
    if published(own):
        return own
    place = view.reader.organisation
    if place is not None and not has_own(view):
        group = view.reader.group_of(place["size_band_id"], item_id, "employee", "respondents")
        band = view.reader.score("employee", "size_band", group, item_id)
        if published(band):
            return band
    if has_own(view):
        return None
    sector = view.reader.score("employee", "sector", "sector", item_id)
    return sector if published(sector) else None


def aspect_items(view: View, kind: str) -> list[Row]:
    """Return the items of a kind that are about an aspect."""
    prefix = {"likert": "aspect_", "mention": "priority_"}[kind]
    return [item for item in view.reader.items(kind) if item["item_id"].startswith(prefix)]


def celebrated(view: View) -> list[Topic]:
    """Return what to celebrate: demonstrably higher than others of this size, else highest.

    What is demonstrably lower than there is not celebrated, however high.
    """
    compared = view.reader.comparisons("size_band")
    items = aspect_items(view, "likert")
    higher = [
        item for item in items if compared.get(item["item_id"], {}).get("verdict") == "higher"
    ]
    if higher:
        higher.sort(key=lambda item: -strength(view, compared[item["item_id"]]))
        return [Topic(item["aspect_id"], view.say("talk_higher")) for item in higher[:MOST]]
    scored = [
        (row["value"], item)
        for item in items
        if compared.get(item["item_id"], {}).get("verdict") != "lower"
        and (row := shown_score(view, item["item_id"]))
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]["item_id"]))
    highest = scored[:MOST]
    count = view.say.count(len(highest))
    return [
        Topic(item["aspect_id"], view.say("talk_valued", value=view.say.number(value), count=count))
        for value, item in highest
    ]


def asked_about(view: View, but: set[str]) -> list[Topic]:
    """Return what to ask about: what most employees put first, and where hr sees it otherwise.

    `but` are aspects that are talked about already.
    """
    found: dict[str, Topic] = {}
    named = [
        (row["value"], item)
        for item in aspect_items(view, "mention")
        if item["aspect_id"] not in but and (row := shown_score(view, item["item_id"]))
    ]
    named.sort(key=lambda pair: (-pair[0], pair[1]["item_id"]))
    for value, item in named[:MOST]:
        why = view.say("talk_named", share=view.say.share(value))
        found[item["aspect_id"]] = Topic(item["aspect_id"], why)
    for topic in seen_differently(view):
        if topic.aspect_id not in but:
            found.setdefault(topic.aspect_id, topic)
    return list(found.values())[: MOST + 1]


def seen_differently(view: View) -> list[Topic]:
    """Return the aspects that hr in comparable organisations demonstrably sees otherwise."""
    own = view.reader.gaps("organisation", view.scope.organisation_id)
    gaps = own or view.reader.band_gaps() or view.reader.gaps("sector", "sector")
    why = view.say("talk_apart_own" if own else "talk_apart")
    rows = [
        gaps[item["item_id"]]
        for item in aspect_items(view, "likert")
        if gaps.get(item["item_id"], {}).get("verdict") in ("higher", "lower")
    ]
    rows.sort(key=lambda row: (-strength(view, row), row["item_id"]))
    return [Topic(view.reader.item(row["item_id"])["aspect_id"], why) for row in rows]


def topic_cells(view: View, topic: Topic) -> tuple[str, ...]:
    """Return an aspect with why it came up, the question to ask, and whose move it is."""
    say, aspect = view.say, aspect_names(view)[topic.aspect_id]
    pillars = {row["pillar_id"]: row for row in view.reader.described("pillar")}
    pillar = aspect["pillar_id"]
    move = say("talk_move", pillar=say.name(pillars[pillar]), who=say(f"talk_move_{pillar}"))
    return say.name(aspect), topic.why, say(f"talk_ask_{topic.aspect_id}"), move


def ask_section(view: View, topics: list[Topic]) -> Section:
    """Return what to ask, as a table with room beside it."""
    say = view.say
    heads = (say("aspect"), say("talk_why"), say("talk_question"), say("talk_whose"))
    rows = tuple(topic_cells(view, topic) for topic in topics)
    table = Table(say("talk_table"), heads, rows, is_wordy=True)
    return Section(say("talk_ask"), (say("talk_ask_how"),), table=table, is_prose=True)


def celebrate_line(view: View, aspect: Row, topic: Topic) -> str:
    """Return what is there and why, by the name and the words of the statement.

    By the name of the aspect alone `workload: higher` would read as more of it.
    """
    items = (one for one in aspect_items(view, "likert") if one["aspect_id"] == topic.aspect_id)
    item = next(items, aspect)
    line = view.say("talk_celebrate_line", aspect=view.say.name(item), why=topic.why)
    asked = item.get(f"question_{view.say.language}")
    return f"{line} {view.say('talk_statement', question=asked)}" if asked else line


def celebrate_section(view: View, topics: list[Topic]) -> Section:
    """Return what to celebrate."""
    names = aspect_names(view)
    lines = tuple(celebrate_line(view, names[topic.aspect_id], topic) for topic in topics)
    return Section(view.say("talk_celebrate"), lines or (view.say("talk_nothing"),))


def closing_sections(view: View) -> tuple[Section, ...]:
    """Return the three pillars as questions to end with, and agreements to write down."""
    say = view.say
    pillars = [row["pillar_id"] for row in view.reader.described("pillar")]
    questions = tuple(say(f"talk_pillar_{pillar}") for pillar in pillars)
    asked = (say("talk_agree_what"), say("talk_agree_who"), say("talk_agree_when"))
    written = tuple(ToFillIn(question) for question in asked)
    return Section(say("talk_pillars"), questions), Section(say("talk_agree"), written)


def build(view: View) -> Page:
    """Return the conversation guide."""
    say, known = view.say, aspect_names(view)
    valued = [topic for topic in celebrated(view) if topic.aspect_id in known]
    asked = asked_about(view, {topic.aspect_id for topic in valued})
    topics = [topic for topic in asked if topic.aspect_id in known]
    if view.scope.organisation_id is None:
        finding = say("talk_finding_sector")
    else:
        finding = say("talk_finding_own" if has_own(view) else "talk_finding_others")
    sections = [celebrate_section(view, valued)]
    sections += [ask_section(view, topics)] if topics else [Section("", (say("talk_nothing"),))]
    sections += closing_sections(view)
    return Page(
        say("page_conversation"), finding, context_line(view), tuple(sections),
        (say("reading_conversation"),),
    )  # fmt: skip
