"""Who took part: response and coverage, own, size band and sector, and what changed since."""

from __future__ import annotations

from dashboard.figures.dots import DENSE, Canvas, DotRow, Mark, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Linked, Section, Table, View
from dashboard.pages.parts import status_words
from dashboard.sentences import DEMONSTRABLE, band_short, published
from dashboard.theme import EMPLOYEE

Group = tuple[str, Row | None, int | None]


def group_rows(view: View, is_whole: bool) -> list[Group]:
    """Return name, response and number of organisations in the register per group.

    The own organisation and its band, then the sector; every band where `is_whole`.
    """
    reader, say = view.reader, view.say
    own = reader.organisation
    bands = [row["size_band_id"] for row in reader.bands]
    if not is_whole:
        bands = [band for band in bands if own and band == own["size_band_id"]]
    rows: list[Group] = []
    if view.scope.organisation_id is not None:
        rows.append((say("own"), reader.response("organisation", view.scope.organisation_id), None))
    counts = reader.member_counts
    for band in bands:
        name = say("employees_of_band", band=band_short(view, band))
        rows.append((name, reader.response("size_band", band), counts.get(band, 0)))
    return [*rows, (say("sector"), reader.response("sector", "sector"), sum(counts.values()))]


def rate_text(view: View, row: Row | None) -> str:
    """Return a response rate, or why there is none."""
    if row is None or not row["respondent_count"]:
        return view.say("status_no_data")
    if not published(row):
        return status_words(view, row["status"])
    rate = row["response_rate"]
    return view.say("rate_unknown") if rate is None else view.say.share(rate)


def number(view: View, value: int | None) -> str:
    """Return a count, a dash where there is none."""
    return view.say("dash") if value is None else view.say.count(value)


def cells(view: View, group: Group) -> tuple[str, ...]:
    """Return the cells of a group."""
    name, row, members = group
    found = row or {}
    counts = [number(view, found.get(key)) for key in ("respondent_count", "invited")]
    dash = view.say("dash")
    if members is None:
        return (name, rate_text(view, row), *counts, dash, dash)
    there = view.say(
        "took_part_of",
        count=number(view, found.get("organisation_count")),
        members=view.say.count(members),
    )
    return (name, rate_text(view, row), *counts, there, number(view, found.get("own_result_count")))


def rate_row(view: View, group: Group) -> DotRow:
    """Return a group's response rate as a mark; it is counted, so it has no interval."""
    name, row, _ = group
    if row is None or not published(row) or row["response_rate"] is None:
        return DotRow(name, note=rate_text(view, row))
    text = view.say.share(row["response_rate"])
    mark = Mark(row["response_rate"], f"{name}: {text}", color=EMPLOYEE, label=text)
    return DotRow(name, (mark,))


def section(view: View, is_whole: bool = False) -> Section:
    """Return response and coverage; every size band where `is_whole`."""
    say, groups = view.say, group_rows(view, is_whole)
    heads = ("group", "response_rate_head", "answers", "invited_head", "organisations", "own_head")
    table = Table(
        say("table_took_part"),
        tuple(say(head) for head in heads),
        tuple(cells(view, group) for group in groups),
    )
    chart = None
    if is_whole:
        drawn = Canvas("share", say("axis_response"), say.language, DENSE)
        figure = dot_figure([rate_row(view, one) for one in groups], drawn)
        chart = Chart(figure, say("took_part_chart"))
    sentences = (coverage_sentence(view, groups[-1]),)
    notes = (say("took_part_note"),)
    return Section(say("took_part"), sentences, chart, table, notes, is_folded=not is_whole)


def coverage_sentence(view: View, sector: Group) -> str:
    """Return how many organisations of the register took part."""
    _, row, members = sector
    there = int((row or {}).get("organisation_count") or 0)
    own = int((row or {}).get("own_result_count") or 0)
    count = view.say.count
    values = {"count": count(there), "members": count(members or 0), "own": count(own)}
    return view.say("coverage", **values)


def moved_sentence(view: View, who: str) -> str | None:
    """Return on how many questions there is a demonstrable change since the wave before."""
    rows = view.reader.changes_to(view.state.wave_id)
    if not rows:
        return None
    apart = sum(row["verdict"] in DEMONSTRABLE for row in rows)
    key = "moved_none" if apart == 0 else "moved_some"
    values = {"count": view.say.count(apart), "items": view.say.count(len(rows))}
    return Linked(view.say(key, who=view.say(f"who_all_{who}"), **values), "trends")


def answers_moved(view: View) -> str | None:
    """Return how many took part, beside the wave before; None without one."""
    waves = [wave["wave_id"] for wave in view.reader.waves]
    place = waves.index(view.state.wave_id)
    if place == 0:
        return None
    own = view.scope.organisation_id
    kind, group = ("organisation", own) if own is not None else ("sector", "sector")
    before = view.reader.at(waves[place - 1]).response(kind, group)
    now = view.reader.response(kind, group)
    if before is None or now is None:
        return None
    names = {wave["wave_id"]: view.say.name(wave) for wave in view.reader.waves}
    return view.say(
        "answers_moved",
        old=view.say.count(before["respondent_count"] or 0),
        new=view.say.count(now["respondent_count"] or 0),
        wave=view.say.inner(names[waves[place - 1]]),
    )
