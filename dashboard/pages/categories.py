"""Differences between categories of people, such as age groups: sentences and a table."""

from __future__ import annotations

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View
from dashboard.sentences import AT_MOST, DEMONSTRABLE, interval_of, strength

UNITS = ("grade", "likert")


def is_little(view: View, row: Row) -> bool:
    """Return whether a difference is demonstrable and yet smaller than what counts as one.

    Among thousands of answers a difference of a hundredth is demonstrable too; that says nothing.
    """
    method, q = view.settings.method, row["q_value"]
    is_certain = q is not None and q < method.alpha
    is_small = row["verdict"] not in DEMONSTRABLE
    return bool(is_small and is_certain and strength(view, row) >= method.little_share)


def word_of(view: View, row: Row) -> str:
    """Return what a difference may be called, without `comparable` where it is certain."""
    if is_little(view, row):
        return "little_higher" if row["difference"] > 0 else "little_lower"
    return str(row["verdict"])


def people_of(view: View, row: Row) -> str:
    """Return a category inside a sentence: in our words, else in those of the questionnaire."""
    if f"people_{row['group_id']}" in view.say.words:
        return view.say(f"people_{row['group_id']}")
    return view.say("people_of_category", category=str(row["label"] or row["group_id"]))


def standing_out(view: View) -> list[Row]:
    """Return the demonstrable differences, the widest first, one per question.

    Each category stands against the others, so that where one is lower another is often higher.
    """
    rows = [
        row
        for row in view.reader.category_differences
        if not row["item_id"].startswith("scheme_")
        and (row["verdict"] in DEMONSTRABLE or is_little(view, row))
    ]
    rows.sort(key=lambda row: (-strength(view, row), row["item_id"], row["group_id"]))
    widest: dict[str, Row] = {}
    for row in rows:
        widest.setdefault(row["item_id"], row)
    return list(widest.values())


def sentence(view: View, row: Row) -> str:
    """Return one difference in words."""
    item = view.reader.item(row["item_id"])
    kind = "mention" if item["kind"] == "mention" else "score"
    unit = item["unit"]
    return view.say(
        f"category_{kind}_{word_of(view, row)}",
        people=people_of(view, row),
        item=view.say.name(item),
        difference=view.say.difference(row["difference"], unit),
        interval=interval_of(view, row, unit),
        smallest=smallest_words(view, unit),
    )


def smallest_words(view: View, unit: str) -> str:
    """Return the smallest difference that counts as one, in the unit's words."""
    smallest = float(getattr(view.settings.method.smallest_difference, unit))
    if unit == "share":
        return view.say("points", number=view.say.number(100 * smallest, 0))
    return view.say("category_points", number=view.say.number(smallest))


def sentences(view: View) -> tuple[str, ...]:
    """Return what stands out between categories, at most five; or that nothing does."""
    found = [sentence(view, row) for row in standing_out(view)[:AT_MOST]]
    return tuple(found) or (view.say("category_none"),)


def cell(view: View, row: Row | None, unit: str) -> str:
    """Return a difference with its margin and its word."""
    if row is None:
        return view.say("status_too_few_organisations")
    difference = view.say.difference(row["difference"], unit)
    word = view.say(f"category_word_{word_of(view, row)}")
    return view.say(
        "category_cell", difference=difference, interval=interval_of(view, row, unit), word=word
    )


def table(view: View, rows: tuple[Row, ...]) -> Table:
    """Return the differences of grade and statements, a column per category."""
    labels = list(dict.fromkeys((row["group_id"], row["label"]) for row in rows))
    by_place = {(row["item_id"], row["group_id"]): row for row in rows}
    items = [item for unit in UNITS for item in view.reader.items(unit)]
    asked = [i for i in items if any((i["item_id"], name) in by_place for name, _ in labels)]
    body = tuple(
        (
            view.say.name(item),
            *(cell(view, by_place.get((item["item_id"], n)), item["unit"]) for n, _ in labels),
        )
        for item in asked
    )
    heads = tuple(people_of(view, {"group_id": name, "label": label}) for name, label in labels)
    return Table(view.say("table_categories"), (view.say("statement"), *heads), body, is_wordy=True)


def section(view: View) -> Section | None:
    """Return the section of differences between categories, None where none is published."""
    rows, say = view.reader.category_differences, view.say
    if not rows:
        return None
    key = f"category_head_{rows[0]['breakdown_id']}"
    head = say(key) if key in say.words else say("category_head")
    notes = (say("category_note"),)
    # The pictures of the ages say first what stands out; this is the evidence.
    return Section(head, (), None, table(view, rows), notes, is_spare=True)
