"""Sectormonitor, for staff: spread, funnel, response, themes and how far figures can be trusted."""

from __future__ import annotations

from dashboard.pages import funnel, strip, themes, took_part
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line

ITEM = "grade"


def finding(view: View) -> str:
    """Return how organisations are spread, and how many lie outside what is usual."""
    say, box = view.say, view.reader.benchmark("sector", "sector", ITEM)
    places = view.reader.places("organisation_place", ITEM)
    if box is None or box["lower_quartile"] is None or not places:
        return say("monitor_nothing")
    outside = sum(row["place"] not in ("usual", None) for row in places)
    return say(
        "monitor_finding",
        low=say.number(box["lower_quartile"]),
        high=say.number(box["upper_quartile"]),
        count=say.count(outside),
        all=say.count(len(places)),
    )


def flag_rows(view: View) -> list[tuple[str, str, str]]:
    """Return the quality flags of this wave: what, its value, and what it means."""
    reader, say = view.reader, view.say
    found: list[tuple[str, str, str]] = []
    careless = reader.sensitivity(ITEM)
    if careless is not None:
        means = say("flag_careless_large" if careless["is_large"] else "flag_careless_small")
        found.append((say("flag_careless"), say.signed(careless["difference"], 2), means))
    precise = reader.precision(ITEM)
    if precise is not None:
        cost = say.number(precise["weights_design_effect"], 2)
        means = say("flag_weights_means", count=say.count(round(precise["effective_count"])))
        found.append((say("flag_weights"), cost, means))
        if precise["bias_max"] is not None:
            bias = say.number(precise["bias_max"])
            found.append((say("flag_bias"), bias, say("flag_bias_means")))
    for row in reader.held("select * from representativeness where wave_id = ?", reader.wave_id):
        if row["r_indicator"] is not None:
            value = say.number(row["r_indicator"], 2)
            found.append((say("flag_even"), value, say("flag_even_means")))
    return [*found, *indicative_rows(view)]


def indicative_rows(view: View) -> list[tuple[str, str, str]]:
    """Return how many published grades of groups are indicative, per reason."""
    query = """select reason, count(*) as many from indicative_score where wave_id = ?
        and item_id = ? and group_kind <> 'organisation' group by reason order by reason"""
    say, rows = view.say, view.reader.held(query, view.reader.wave_id, ITEM)
    return [
        (say("flag_indicative"), say.count(row["many"]), say(f"flag_indicative_{row['reason']}"))
        for row in rows
    ]


def flag_section(view: View) -> Section | None:
    """Return the quality flags as a table; None where a release holds none."""
    say, rows = view.say, flag_rows(view)
    if not rows:
        return None
    heads = (say("flag_head"), say("flag_value"), say("flag_means"))
    return Section(
        say("flags_head"), table=Table(say("table_flags"), heads, tuple(rows), is_wordy=True)
    )


def build(view: View) -> Page:
    """Return the sector monitor."""
    say = view.say
    parts: tuple[Section | None, ...] = (
        funnel.section(view),
        strip.section(view),
        took_part.section(view, is_whole=True),
        themes.section(view),
        flag_section(view),
    )
    sections = tuple(part for part in parts if part is not None)
    reading = (say("reading_funnel"), say("reading_themes"))
    return Page(say("page_monitor"), finding(view), context_line(view), sections, reading)
