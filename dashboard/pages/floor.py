"""Onder de drempel: what most organisations can know, and how many answers would say more."""

from __future__ import annotations

import math
from typing import Final

from dashboard.figures.dots import TALL, DotRow, dot_figure
from dashboard.figures.plane import Curve, Dot, Plane, Scale, plane_figure
from dashboard.pages import overview, took_part
from dashboard.pages.model import Chart, Linked, Page, Section, Table, View
from dashboard.pages.parts import canvas, context_line, interval_cell, side_mark, value_cell
from dashboard.planner import Plan, answers_for, half_width, plan_of
from dashboard.sentences import (
    answers_sentence,
    answers_taken,
    band_name,
    below_floor_sentence,
    has_own_results,
    is_too_small,
    published,
)
from dashboard.theme import EMPLOYEE, NEUTRAL

ITEM: Final = "grade"
WIDEST: Final = 1.0


def plan(view: View) -> Plan | None:
    """Return what the own next wave is planned from; None where no own result can come of it."""
    organisation = view.reader.organisation
    variance = view.reader.parameter("employee", ITEM, "pooled_variance")
    if organisation is None or not variance or not has_own_results(view) or is_too_small(view):
        return None
    return plan_of(variance, organisation["headcount"], view.settings.method)


def margins(view: View) -> dict[str, float]:
    """Return the margins to plan for, widest first, each under the name of what it rests on."""
    method = view.settings.method
    found = {
        "indicative": method.indicative_half_width,
        "usual": method.planner_half_width,
        "smallest": method.smallest_difference.grade,
    }
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def usual(view: View) -> float:
    """Return the margin that is named first."""
    return view.settings.method.planner_half_width


def needed(view: View, found: Plan, half: float | None) -> int:
    """Return the answers a margin asks for, the floor at least; None asks for an own result."""
    floor = view.settings.disclosure.persons_min
    return floor if half is None else max(floor, answers_for(found, half))


def plan_row(view: View, found: Plan, rests_on: str, half: float | None) -> tuple[str, ...]:
    """Return a goal with the answers that it asks for and those still missing."""
    say, count = view.say, needed(view, found, half)
    goal = say("plan_own")
    if half is not None:
        goal = say(f"plan_margin_{rests_on}", half=say.number(half))
    lacking = max(0, count - answers_taken(view))
    if found.headcount is not None and count > found.headcount:
        return goal, say("plan_never"), say.count(answers_taken(view)), say("dash")
    more = say("plan_more", count=say.count(lacking)) if lacking else say("plan_enough")
    return goal, say.count(count), say.count(answers_taken(view)), more


def plan_chart(view: View, found: Plan) -> Chart:
    """Return the margin over the number of answers, the own number on it."""
    say, now, floor = view.say, answers_taken(view), view.settings.disclosure.persons_min
    last = max(floor * 2, round(1.2 * max(now, needed(view, found, min(margins(view).values())))))
    last = min(last, found.headcount) if found.headcount else last
    xs = [float(x) for x in range(min(4, last), last + 1)]
    ys = [half_width(found, int(x)) for x in xs]
    step = max(1, round(last / 6 / 5) * 5)
    ticks = [(float(x), say.count(x)) for x in range(0, last + 1, step)]
    y_ticks = [(k / 5, f"± {say.number(k / 5)}") for k in range(6)]
    guides = (
        Curve((floor, floor), (0.0, WIDEST), True),
        Curve((0.0, last), (usual(view), usual(view)), True),
    )
    # On the side of the line where a phone has room for it.
    side = "top left" if floor <= last / 2 else "top right"
    words = ((floor, WIDEST, say("plan_floor", floor=str(floor)), side),)
    plane = Plane(
        Scale(0.0, float(last), say("axis_answers"), ticks),
        Scale(0.0, WIDEST, say("axis_margin"), y_ticks),
        say.language, 340, words, guides=guides,
    )  # fmt: skip
    shown = [(x, y) for x, y in zip(xs, ys, strict=True) if y <= WIDEST]
    curve = Curve([x for x, _ in shown], [y for _, y in shown])
    guided = say("key_plan_guides", half=say.number(usual(view)))
    key = (("line", say("key_plan_line")), ("dashed", guided))
    dots = now_dots(view, found, now)
    glyph = () if not dots else ((dots[0].form, say("key_plan_now")),)
    figure = plane_figure(dots, [curve], plane)
    return Chart(figure, say("plan_chart"), (*glyph, *key))


def now_dots(view: View, found: Plan, now: int) -> list[Dot]:
    """Return where this wave stands: filled with an own result, hollow below the floor."""
    if now < 1 or (found.headcount is not None and now > found.headcount):
        return []
    is_own = published(view.reader.own_score(ITEM))
    height = min(WIDEST, half_width(found, now))
    # Outward, as the bounds are.
    half = math.ceil(height * 10) / 10
    words = view.say("plan_now", count=view.say.count(now), half=view.say.number(half))
    color = EMPLOYEE if is_own else NEUTRAL
    return [Dot(float(now), height, words, "own" if is_own else "expected", color)]


def plan_section(view: View, found: Plan) -> Section:
    """Return the planner."""
    say = view.say
    heads = ("plan_goal", "plan_answers", "plan_taken", "plan_lacking")
    goals = (("own", None), *margins(view).items())
    rows = tuple(plan_row(view, found, name, half) for name, half in goals)
    table = Table(say("table_plan"), tuple(say(head) for head in heads), rows, is_wordy=True)
    notes = (say("plan_note"),)
    chart = plan_chart(view, found)
    return Section(say("plan_head"), (plan_sentence(view, found),), chart, table, notes)


def plan_sentence(view: View, found: Plan) -> str:
    """Return how many answers the usual margin asks for."""
    say, half = view.say, usual(view)
    count = needed(view, found, half)
    lacking = count - answers_taken(view)
    if lacking <= 0:
        return say("plan_reached", half=say.number(half))
    key = "plan_lacks_one" if lacking == 1 else "plan_lacks"
    return say(key, half=say.number(half), count=say.count(lacking), all=say.count(count))


def others_section(view: View) -> Section:
    """Return band, small organisations of the band together, and sector."""
    say = view.say
    figure = dot_figure(overview.rows_of(view), canvas(view, ITEM, TALL))
    chart = Chart(figure, say("overview_chart"), overview.key(view))
    sentence = Linked(say("floor_all_questions"), "compare")
    table = overview.grade_table(view)
    return Section(say("floor_others"), (sentence,), chart, table, is_folded=True)


def conclude_section(view: View) -> Section:
    """Return what one may say with this, and what not."""
    say = view.say
    is_own = published(view.reader.own_score(ITEM))
    own = ("floor_may_own", "floor_may_others") if is_own else ("floor_may", "floor_may_not")
    words = tuple(say(name) for name in (*own, "floor_may_rest"))
    return Section(say("floor_conclude"), words)


def next_section(view: View) -> Section:
    """Return why there is no own result, and what can be done without one."""
    say = view.say
    step = Linked(say("floor_step"), "conversation")
    words = (answers_sentence(view), *band_kept(view), step)
    return Section(say("floor_next"), words)


def band_kept(view: View) -> tuple[str, ...]:
    """Return why an organisation stands among others than those of its headcount, if it does."""
    own = view.reader.organisation
    band = next(
        (b for b in view.reader.bands if own and b["size_band_id"] == own["size_band_id"]), None
    )
    if own is None or band is None or own["headcount"] is None:
        return ()
    low, high = band["headcount_min"], band["headcount_max"]
    if low <= own["headcount"] and (high is None or own["headcount"] <= high):
        return ()
    return (view.say("band_kept", band=band_name(view, band["size_band_id"])),)


def finding(view: View, found: Plan | None) -> str:
    """Return what comes first: how far the own result is, or how precise it is."""
    own = view.reader.own_score(ITEM)
    if published(own) and own is not None and found is not None:
        # Outward, as the bounds are.
        half = math.ceil((own["ci_high"] - own["ci_low"]) * 5) / 10
        values = {"grade": view.say.number(own["value"]), "half": view.say.number(half)}
        return view.say("floor_above", **values)
    return below_floor_sentence(view)


def build(view: View) -> Page:
    """Return the page of organisations below the floor; for staff that of all of them."""
    if view.scope.organisation_id is None:
        return sector_page(view)
    say, found = view.say, plan(view)
    sections = [others_section(view), conclude_section(view), took_part.section(view)]
    if found is not None:
        sections.insert(0, plan_section(view, found))
    if not published(view.reader.own_score(ITEM)):
        sections.insert(1, next_section(view))
    return Page(say("page_floor"), finding(view, found), context_line(view), tuple(sections))


def rest_rows(view: View) -> list[tuple[str, DotRow, tuple[str, ...]]]:
    """Return the organisations without an own result of every band together, as row and cells."""
    reader = view.reader
    found: list[tuple[str, DotRow, tuple[str, ...]]] = []
    for band in (row["size_band_id"] for row in reader.bands):
        name = band_name(view, band)
        score = reader.score("employee", "size_band_rest", band, ITEM)
        is_none = score is None and everybody_has_own(view, band)
        text = view.say("rest_none") if is_none else value_cell(view, score, ITEM)
        if score is not None and published(score):
            row = DotRow(name, (side_mark(view, score, "employee", ITEM),))
        else:
            row = DotRow(name, note=text)
        found.append((name, row, (name, text, interval_cell(view, score, ITEM))))
    return found


def everybody_has_own(view: View, band: str) -> bool:
    """Return whether every organisation of a band that took part has a grade of its own."""
    row = view.reader.response("size_band", band)
    if row is None or not row["organisation_count"]:
        return False
    return bool(row["organisation_count"] == row["own_result_count"])


def sector_page(view: View) -> Page:
    """Return what is known of the organisations below the floor, band by band."""
    say, rows = view.say, rest_rows(view)
    response = view.reader.response("sector", "sector") or {}
    there, own = (int(response.get(k) or 0) for k in ("organisation_count", "own_result_count"))
    figure = dot_figure([row for _, row, _ in rows], canvas(view, ITEM, TALL))
    chart = Chart(figure, say("floor_sector_chart"), (("interval", say("key_interval")),))
    heads = (say("group"), say("grade"), say("interval_head"))
    table = Table(say("table_rest"), heads, tuple(cells for _, _, cells in rows))
    sections = (Section(chart=chart, table=table), took_part.section(view, is_whole=True))
    counts = {"count": say.count(there - own), "all": say.count(there)}
    text = say("floor_sector", **counts)
    return Page(say("page_floor"), text, context_line(view), sections, (say("reading_floor"),))
