"""How organisations are spread: a strip with the middle half, and the own place in words."""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.dots import TALL, DotRow, Mark, Place, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.pages.parts import (
    band_mark,
    canvas,
    count_cell,
    expected_mark,
    own_mark,
    quartile_box,
    sector_mark,
    status_words,
)
from dashboard.sentences import band_name, published

ITEM, UNIT = "grade", "grade"
AGAINST = {"size_band": "band", "sector": "sector"}


def groups(view: View) -> list[tuple[str, str, Row | None]]:
    """Return kind, name and benchmark of the own band and the sector; for staff every band."""
    reader, say = view.reader, view.say
    found: list[tuple[str, str, Row | None]] = []
    if view.scope.organisation_id is not None:
        row = reader.band_benchmark(ITEM)
        name = say("band_of", band=band_name(view, row["group_id"])) if row else say("band")
        found.append(("size_band", name, row))
    else:
        found += [("size_band", band_name(view, g), b) for g, b in band_benchmarks(view)]
    return [*found, ("sector", say("strip_sector"), reader.benchmark("sector", "sector", ITEM))]


def band_benchmarks(view: View) -> list[tuple[str, Row | None]]:
    """Return every published group of size bands with its benchmark, smallest first."""
    reader = view.reader
    bands = [row["size_band_id"] for row in reader.bands]
    names = (reader.group_of(band, ITEM, "employee", "organisations") for band in bands)
    there = dict.fromkeys(name for name in names if name is not None)
    return [(name, reader.benchmark("size_band", name, ITEM)) for name in there]


def expected(view: View) -> list[Mark]:
    """Return the ring of what is expected at the own size, where that is published."""
    row = view.reader.expected_range(ITEM)
    if row is None or not published(row):
        return []
    return [expected_mark(view, row["expected_value"], UNIT)]


def strip_row(view: View, kind: str, name: str, row: Row | None) -> DotRow:
    """Return a group as a strip: its middle half, its mean, and the own organisation in it."""
    if row is None or not published(row):
        return DotRow(name, note=view.say("status_too_few_organisations"))
    mean = row["mean_of_organisations"]
    marks = [sector_mark(view, mean, UNIT) if kind == "sector" else band_mark(view, row, UNIT)]
    own = view.reader.own_score(ITEM)
    if published(own) and own is not None:
        ring = expected(view) if kind == "size_band" else []
        # The value stands on the side away from the mean, clear of strip and ring.
        place: Place = "left" if own["value"] < mean else "right"
        marks += [*ring, replace(own_mark(view, own, UNIT), place=place)]
    return DotRow(name, tuple(marks), quartile_box(row))


def half_sentence(view: View, name: str, row: Row | None) -> str | None:
    """Return between which grades the middle half of a group lies."""
    box = quartile_box(row)
    if box is None or not published(row):
        return None
    low, high = (view.say.value(end, UNIT) for end in box)
    return view.say("strip_half", group=view.say.inner(name), low=low, high=high)


def place_sentence(view: View, against: str) -> str | None:
    """Return the own place among a group in words; a rank is nowhere."""
    row = view.reader.comparison(against, ITEM)
    if row is None or row["position"] is None:
        return None
    return view.say(
        f"strip_place_{row['position']}", group=view.say(f"strip_{AGAINST[against]}_in")
    )


def sentences(view: View) -> tuple[str, ...]:
    """Return per group the own place and where the middle half lies; for staff the sector's."""
    shown = groups(view) if view.scope.organisation_id is not None else groups(view)[-1:]
    found = []
    for kind, name, row in shown:
        said = (place_sentence(view, kind), half_sentence(view, name, row))
        found.append(" ".join(one for one in said if one is not None))
    return tuple(one for one in found if one)


def quartile_cell(view: View, row: Row | None, column: str) -> str:
    """Return a quartile, or why there is none."""
    if row is None or not published(row):
        return view.say("status_too_few_organisations")
    if row[column] is None:
        return status_words(view, "too_few_organisations")
    return view.say.value(row[column], UNIT)


def section(view: View) -> Section:
    """Return the strips with their table; never an organisation but the own one."""
    say, rows = view.say, groups(view)
    figure = dot_figure([strip_row(view, *row) for row in rows], canvas(view, UNIT, TALL))
    band = "key_band" if view.scope.organisation_id is not None else "key_band_of_row"
    glyphs = [("box", "key_box_middle"), ("band", band), ("sector", "key_sector")]
    if published(view.reader.own_score(ITEM)):
        glyphs.insert(0, ("own", "key_own"))
        glyphs += [("expected", "key_expected")] if expected(view) else []
    chart = Chart(figure, say("strip_chart"), tuple((glyph, say(name)) for glyph, name in glyphs))
    heads = ("group", "lower_quartile_head", "median_head", "upper_quartile_head", "organisations")
    columns = ("lower_quartile", "median", "upper_quartile")
    body = tuple(
        (
            name,
            *(quartile_cell(view, row, column) for column in columns),
            count_cell(view, row, "organisation_count"),
        )
        for _, name, row in rows
    )
    table = Table(say("table_strip"), tuple(say(head) for head in heads), body)
    notes = (say("strip_note"),)
    return Section(say("strip_head"), sentences(view), chart, table, notes, is_folded=True)
