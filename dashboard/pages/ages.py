"""Age groups beside each other, in the sector and where it is proven safe in the own size band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from dashboard.figures.dots import DENSE, DotRow, Form, Mark, dot_figure
from dashboard.grouped import Row
from dashboard.pages import categories
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.pages.parts import canvas, interval_cell, own_band, value_cell, words_of
from dashboard.sentences import band_name, published
from dashboard.theme import EMPLOYEE

UNIT = "likert"
FORMS: Final[tuple[Form, ...]] = ("youngest", "between", "oldest")
Group = tuple[str, str, str]


def groups(view: View, band: str | None) -> Iterator[Group]:
    """Yield kind of group, its id before the category, and its words: sector, then a band."""
    yield "sector", "", view.say("sector")
    for breakdown in dict.fromkeys(row["breakdown_id"] for row in view.reader.categories):
        group = view.reader.category_group(breakdown, band)
        if group is not None:
            yield "size_band", f"{group}|", view.say("band_of", band=band_name(view, group))


def label_of(view: View, category: Row) -> str:
    """Return the words of a category: ours where we have them, else those of the export."""
    key = f"category_{category['category_id']}"
    if key in view.say.words:
        return view.say(f"category_{category['category_id']}")
    return str(category["label"] or category["category_id"])


def scores(view: View, group: Group, item: Row) -> list[Row]:
    """Return the published scores of the categories of an item, in the questionnaire's order."""
    kind, before, _ = group
    found = []
    for category in view.reader.categories:
        name = f"{kind}_{category['breakdown_id']}"
        score = view.reader.score(
            "employee", name, before + category["category_id"], item["item_id"]
        )
        if score is not None and published(score):
            found.append(score | {"label": label_of(view, category), "place": category["position"]})
    return found


def asked(view: View, group: Group) -> list[tuple[Row, list[Row]]]:
    """Return the items of which at least two categories are published, widest apart first."""
    found = []
    for item in view.reader.items(UNIT):
        rows = scores(view, group, item)
        if len(rows) > 1:
            found.append((item, rows))
    return sorted(found, key=lambda pair: -spread(pair[1]))


def spread(rows: list[Row]) -> float:
    """Return how far the categories of an item lie apart."""
    values = [row["value"] for row in rows]
    return float(max(values) - min(values))


def mark(view: View, row: Row, last: int) -> Mark:
    """Return a category as a mark: the form says which, the colour that employees speak."""
    place = 0 if row["place"] == 1 else 2 if row["place"] == last else 1
    return Mark(
        value=row["value"],
        words=words_of(view, row["label"], row, UNIT),
        low=row["ci_low"],
        high=row["ci_high"],
        color=EMPLOYEE,
        form=FORMS[place],
        lift=(0.16, 0.0, -0.16)[place],
    )


def section(view: View, group: Group) -> Section | None:
    """Return chart and table of the age groups of a group of people, None where there are none."""
    say, found = view.say, asked(view, group)
    if not found:
        return None
    last = max(category["position"] for category in view.reader.categories)
    rows = [
        DotRow(say.name(item), tuple(mark(view, row, last) for row in those))
        for item, those in found
    ]
    heading = say("ages_head", group=group[2])
    is_sector = group[0] == "sector"
    said = categories.sentences(view) if is_sector and view.reader.category_differences else ()
    chart = Chart(
        dot_figure(rows, canvas(view, UNIT, DENSE)),
        say("ages_chart", group=group[2]),
        key(view, last),
    )
    # The band's groups are smaller and say less: they wait until somebody asks for them.
    return Section(
        heading, said, chart, table(view, group[2], found), (say("ages_note"),), is_folded=True,
        is_tucked=is_sector, is_spare=not is_sector,
    )  # fmt: skip


def key(view: View, last: int) -> tuple[tuple[str, str], ...]:
    """Return the key: which form is which category."""
    names: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for category in view.reader.categories:
        place = 0 if category["position"] == 1 else 2 if category["position"] == last else 1
        names[place].append(label_of(view, category))
    shown = [(FORMS[place], ", ".join(words)) for place, words in names.items() if words]
    return (*shown, ("interval", view.say("key_interval")))


def table(view: View, group: str, found: list[tuple[Row, list[Row]]]) -> Table:
    """Return every category of every item with its interval."""
    say = view.say
    labels = [label_of(view, category) for category in view.reader.categories]
    rows = []
    for item, scored in found:
        cells = [say.name(item)]
        by_label = {row["label"]: row for row in scored}
        for name in labels:
            row = by_label.get(name)
            cells += [
                say("status_withheld") if row is None else value_cell(view, row, UNIT),
                interval_cell(view, row, UNIT),
            ]
        rows.append(tuple(cells))
    heads = [head for name in labels for head in (name, say("interval_head"))]
    return Table(say("table_ages", group=group), (say("statement"), *heads), tuple(rows))


def sections(view: View) -> list[Section]:
    """Return a section per group of people that has age groups: the sector and the own band."""
    return view.shared_sections("ages", own_band(view), of_band)


def of_band(view: View, band: str | None) -> list[Section]:
    """Return the sections of the sector and a size band."""
    found = [section(view, group) for group in groups(view, band)]
    told = categories.section(view)
    if told is not None and found[0] is None:  # no picture above it says what stands out
        told = replace(told, sentences=categories.sentences(view), is_spare=False)
    return [one for one in (*found, told) if one is not None]
