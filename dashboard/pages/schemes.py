"""Cao-regelingen: who knows each scheme, understands it, sees it applied, and may choose."""

from __future__ import annotations

from typing import Final

from dashboard.figures.dots import DENSE, Canvas, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import band_asked_for, context_line, gap_key, gap_row, value_cell
from dashboard.sentences import DEMONSTRABLE, band_name, interval_of, published, size_words
from dashboard.told import SECTOR, composite_gaps, scheme_answers

SIDES: Final = ("employee", "hr")
# What an employer can tell, and what employees know: compared as one gap.
KNOWLEDGE: Final = ("awareness", "understanding")
PARTS: Final = ("not_offered", "not_eligible")


def asked_items(view: View) -> dict[tuple[str, str], Row]:
    """Return the questions about schemes that were asked at this wave, by scheme and facet."""
    return {
        (item["scheme_id"], item["facet_id"]): item
        for item in view.reader.items("yes_no")
        if item["scheme_id"] and any(view.reader.was_asked(side, item["item_id"]) for side in SIDES)
    }


def group_score(view: View, side: str, item_id: str) -> Row | None:
    """Return the score of the group that the view asks for."""
    band = band_asked_for(view)
    if band is not None:
        group = view.reader.group_of(band, item_id, side, "respondents")
        return view.reader.score(side, "size_band", group, item_id)
    return view.reader.score(side, "sector", "sector", item_id)


def group_name(view: View) -> str:
    """Return the name of the group that the view asks for."""
    band = band_asked_for(view)
    if band is not None:
        return view.say("band_of", band=band_name(view, band))
    return view.say("sector")


def cell(view: View, row: Row | None) -> str:
    """Return a share with its interval, or which kind of empty it is."""
    if not published(row):
        return value_cell(view, row, "share")
    assert row is not None  # noqa: S101
    interval = view.say.interval(row["ci_low"], row["ci_high"], "share")
    return f"{view.say.share(row['value'])} ({interval})"


def grid(view: View, side: str, items: dict[tuple[str, str], Row], own: bool) -> Table:
    """Return one side's four by four: a row per scheme, a column per facet."""
    say, reader = view.say, view.reader
    facets = reader.described("facet")
    rows = []
    for scheme in reader.described("scheme"):
        cells = [say.name(scheme)]
        for facet in facets:
            item = items.get((scheme["scheme_id"], facet["facet_id"]))
            if item is None:
                cells.append(say("status_not_asked"))
            elif own:
                cells.append(cell(view, reader.own_score(item["item_id"])))
            else:
                cells.append(cell(view, group_score(view, side, item["item_id"])))
        rows.append(tuple(cells))
    who = say("schemes_own") if own else group_name(view)
    caption = say("schemes_grid", side=say(f"side_{side}"), group=who)
    heads = (say("scheme_head"), *(say.name(facet) for facet in facets))
    return Table(caption, heads, tuple(rows), is_wordy=True)


def band_table(view: View, side: str, items: dict[tuple[str, str], Row]) -> Table:
    """Return one side by size band: a row per question, a column per band."""
    say, reader = view.say, view.reader
    rows = []
    for item in items.values():
        cells = [say.name(item)]
        for band in reader.bands:
            group = reader.group_of(band["size_band_id"], item["item_id"], side, "respondents")
            score = reader.score(side, "size_band", group, item["item_id"])
            cells.append(value_cell(view, score, "share"))
        rows.append(tuple(cells))
    heads = (say("scheme_head"), *(size_words(view, band) for band in reader.bands))
    return Table(
        say("schemes_by_band_table", side=say(f"side_{side}")), heads, tuple(rows), is_wordy=True
    )


def applies_section(view: View) -> Section | None:
    """Return whom each scheme does not apply to: not offered and not eligible apart from no."""
    say, found = view.say, scheme_answers(view.reader)
    if not found:
        return None
    heads = [say("scheme_head")]
    heads += [say(f"scheme_{part}", side=say(f"side_{s}")) for s in SIDES for part in PARTS]
    rows = []
    for scheme in view.reader.described("scheme"):
        cells = [say.name(scheme)]
        for side in SIDES:
            cells += parts_cells(view, found.get((scheme["scheme_id"], side), {}).get(SECTOR))
        rows.append(tuple(cells))
    table = Table(say("schemes_applies_table"), tuple(heads), tuple(rows), is_wordy=True)
    notes = (say("schemes_applies_note"),)
    return Section(say("schemes_applies"), table=table, notes=notes, is_tucked=True)


def parts_cells(view: View, row: Row | None) -> list[str]:
    """Return the shares to whom a scheme does not apply, or which kind of empty they are."""
    if row is None or not published(row):
        return [value_cell(view, row, "share")] * len(PARTS)
    return [view.say.share(row[f"{part}_share"]) for part in PARTS]


def applies_bands(view: View, side: str) -> Section | None:
    """Return to whom schemes do not apply by size band, None where no band may be told."""
    found = scheme_answers(view.reader)
    groups = {scheme: rows for (scheme, of), rows in found.items() if of == side and len(rows) > 1}
    if not groups:
        return None
    say, reader = view.say, view.reader
    rows = [
        (say("scheme_part", scheme=say.name(scheme), part=say(f"part_{part}")), *cells)
        for scheme in reader.described("scheme")
        if scheme["scheme_id"] in groups
        for part, cells in zip(PARTS, band_cells(view, groups[scheme["scheme_id"]]), strict=True)
    ]
    heads = (say("scheme_head"), *(size_words(view, band) for band in reader.bands))
    table = Table(
        say("schemes_applies_band", side=say(f"side_{side}")), heads, tuple(rows), is_wordy=True
    )
    return Section(say("schemes_applies_bands"), table=table, is_spare=True,
                   notes=(say("schemes_together"),))  # fmt: skip


def band_cells(view: View, groups: dict[str, Row]) -> list[tuple[str, ...]]:
    """Return a row of cells per part, a cell per size band; bands told together say the same."""
    columns = []
    for band in view.reader.bands:
        name = band["size_band_id"]
        row = next((r for g, r in groups.items() if name in view.reader.bands_of(g)), None)
        columns.append(parts_cells(view, row))
    return [tuple(column[place] for column in columns) for place in range(len(PARTS))]


def side_heading(view: View, side: str) -> str:
    """Return whose grid it is: the side, and the group that the view asks for."""
    name = view.say.heading(view.say(f"side_{side}"))
    return view.say("schemes_side_of", side=name, group=view.say.inner(group_name(view)))


def group_gaps(view: View) -> dict[str, Row]:
    """Return the gaps of the group that the view asks for."""
    band = band_asked_for(view)
    return view.reader.gaps("sector", "sector") if band is None else view.reader.gaps_of_band(band)


def facet_rows(view: View, items: dict[tuple[str, str], Row], facet: str) -> list[Row]:
    """Return what both sides say of a facet of each scheme, the widest gap first."""
    gaps = group_gaps(view)
    found = [
        gaps[item["item_id"]]
        for (_, of), item in items.items()
        if of == facet and item["item_id"] in gaps
    ]
    return sorted(found, key=lambda row: (-abs(row["difference"]), row["item_id"]))


def knowledge_sentence(view: View, row: Row) -> str:
    """Return one gap between what hr knows and what employees know."""
    say = view.say
    kind = row["verdict"] if row["verdict"] in DEMONSTRABLE else "not_demonstrable"
    return say(
        f"knowledge_{kind}",
        item=say.name(view.reader.item(row["item_id"])),
        employee=say.share(row["employee_value"]),
        hr=say.share(row["hr_value"]),
        interval=interval_of(view, row, "share"),
    )


def together(view: View, facet: str) -> Row | None:
    """Return the gap in a facet over all schemes, for the group that the view asks for."""
    return composite_gaps(view.reader, band_asked_for(view)).get(f"scheme_{facet}")


def together_sentence(view: View, facet: str, row: Row) -> str:
    """Return the gap over all schemes with its interval and its word."""
    say = view.say
    return say(
        f"{facet}_{row['verdict']}",
        group=group_words(view, row),
        employee=say.share(row["employee_value"]),
        hr=say.share(row["hr_value"]),
        difference=say.difference(row["difference"], "share"),
        interval=interval_of(view, row, "share"),
    )


def group_words(view: View, row: Row) -> str:
    """Return whose row it is: the sector's, or that of a group of bands."""
    if row["group_kind"] == SECTOR:
        return view.say("sector")
    return view.say("band_of", band=band_name(view, row["group_id"]))


def facet_section(view: View, items: dict[tuple[str, str], Row], facet: str) -> Section | None:
    """Return one facet of all schemes: both sides, and the gap over all of them first."""
    say, rows, whole = view.say, facet_rows(view, items, facet), together(view, facet)
    if not rows:
        return None
    lines = [gap_row(view, r, "share", say.name(view.reader.item(r["item_id"]))) for r in rows]
    apart = [knowledge_sentence(view, r) for r in rows if r["verdict"] in DEMONSTRABLE]
    first = [] if whole is None else [together_sentence(view, facet, whole)]
    chart_name = say(f"{facet}_chart")
    summary = say("summary_of", chart=chart_name, finding=(first or [facet_count(view, rows)])[0])
    where = Canvas("share", say("axis_yes"), say.language, DENSE)
    chart = Chart(dot_figure(lines, where), summary, gap_key(view))
    heads = (
        say("scheme_head"),
        say("head_employee"),
        say("head_hr"),
        say("difference"),
        say("interval_head"),
        say("verdict_head"),
    )
    cells = [gap_cells(view, r, say.name(view.reader.item(r["item_id"]))) for r in rows]
    if whole is not None:
        # The group of the view may have no such row; then the sector's stands here, and says so.
        name = say("schemes_all_of", group=group_words(view, whole))
        cells.insert(0, gap_cells(view, whole, name))
    name = next(say.name(row) for row in view.reader.described("facet") if row["facet_id"] == facet)
    table = Table(
        say("knowledge_table", facet=name, group=say.inner(group_name(view))), heads, tuple(cells)
    )
    notes = (say(f"{facet}_note"), say("schemes_all_note"))
    return Section(say(f"{facet}_heading"), (*first, *apart), chart, table, notes)


def gap_cells(view: View, row: Row, name: str) -> tuple[str, ...]:
    """Return a gap between the sides as cells."""
    say = view.say
    return (
        name,
        say.share(row["employee_value"]),
        say.share(row["hr_value"]),
        say.difference(row["difference"], "share"),
        interval_of(view, row, "share"),
        say(f"gap_word_{row['verdict']}"),
    )


def facet_count(view: View, rows: list[Row]) -> str:
    """Return of how many questions employees know less than hr."""
    less = [row for row in rows if row["verdict"] == "lower"]
    if not rows:
        return view.say("schemes_no_gap")
    count, total = view.say.count(len(less)), view.say.count(len(rows))
    return view.say("schemes_less" if less else "schemes_alike", count=count, total=total)


def page_finding(view: View, items: dict[tuple[str, str], Row]) -> str:
    """Return the finding: what both sides know of all schemes together, else of how many."""
    whole = together(view, KNOWLEDGE[0])
    if whole is not None:
        return view.say(
            f"schemes_finding_{whole['verdict']}",
            employee=view.say.share(whole["employee_value"]),
            hr=view.say.share(whole["hr_value"]),
            group=group_words(view, whole),
        )
    return facet_count(view, [row for f in KNOWLEDGE for row in facet_rows(view, items, f)])


def build(view: View) -> Page:
    """Return the page of the cao's schemes."""
    say, items = view.say, asked_items(view)
    if not items:
        section = Section("", (say("schemes_not_asked_why"),))
        return Page(say("page_schemes"), say("schemes_not_asked"), context_line(view), (section,))
    found = [facet_section(view, items, facet) for facet in KNOWLEDGE]
    if view.reader.organisation is not None:
        found.append(Section(say("schemes_own"), table=grid(view, "employee", items, own=True)))
    found += [
        Section(side_heading(view, s), table=grid(view, s, items, own=False), is_tucked=True)
        for s in SIDES
    ]
    found += [applies_section(view), *(applies_bands(view, side) for side in SIDES)]
    found += [
        Section(
            say("schemes_by_band", side=say(f"side_{side}")),
            table=band_table(view, side, items),
            is_spare=True,
        )
        for side in SIDES
    ]
    sections = tuple(section for section in found if section is not None)
    finding = page_finding(view, items)
    reading = (say("reading_schemes"), say("reading_schemes_empty"))
    return Page(say("page_schemes"), finding, context_line(view), sections, reading)
