"""What people name in open answers: what helps, what is in the way and whose that is, and why.

And how much space and control both sides see, which are asked in statements.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.figures.dots import DENSE, LIFT, Canvas, DotRow, Mark, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.pages.parts import SIDE_COLORS, band_asked_for, canvas, gap_key
from dashboard.sentences import DEMONSTRABLE, band_name, interval_of, published
from dashboard.told import (
    SECTOR,
    code_labels,
    coded_answers,
    coded_gaps,
    composite_gaps,
    composites,
    group_of_codes,
)

SIDES: Final = ("employee", "hr")
SPHERES: Final = ("own_influence", "commissioner")
# Question, of whom, and whether whose influence it is matters.
ASKED: Final = (
    ("enabler", "all"),
    ("barrier", "all"),
    ("reason", "high"),
    ("reason", "low"),
)
STANCES: Final = ("autonomy_space", "autonomy_control", "autonomy_balance")
Codes = dict[str, dict[str, Row]]


def group_words(view: View, group: str) -> str:
    """Return what a group is called."""
    if group == SECTOR:
        return view.say("sector")
    return view.say("band_of", band=band_name(view, group))


def code_words(view: View, item: str, code: str) -> str:
    """Return what a code is called: in our words, else in those of the questionnaire."""
    if f"code_{code}" in view.say.words:
        return view.say(f"code_{code}")
    return code_labels(view.reader, item).get(code, code)


def is_shown(rows: dict[str, Row]) -> bool:
    """Return whether either side may be shown and does not name a code rarely."""
    return any(published(row) and row["mention_state"] != "rarely_named" for row in rows.values())


def most_named(codes: Codes, level: str = "code") -> list[str]:
    """Return the codes by how often the side that names them most does."""

    def highest(code: str) -> float:
        return max((row["share"] or 0.0 for row in codes[code].values()), default=0.0)

    mine = [code for code, rows in codes.items() if level_of(rows) == level]
    return sorted(mine, key=lambda code: (-highest(code), code))


def level_of(rows: dict[str, Row]) -> str:
    """Return whether rows are of a code, or of a sum of codes."""
    return str(next(iter(rows.values()))["level"])


def share_mark(view: View, row: Row, side: str) -> Mark:
    """Return how often a side names a code, with its interval."""
    label = view.say.share(row["share"])
    interval = view.say.interval(row["ci_low"], row["ci_high"], "share")
    return Mark(
        value=row["share"],
        words=f"{view.say(f'side_{side}')}: {label} ({interval})",
        low=row["ci_low"],
        high=row["ci_high"],
        color=SIDE_COLORS[side],
        label=label,
        lift=LIFT if side == "employee" else -LIFT,
    )


def code_row(view: View, label: str, rows: dict[str, Row], gap: Row | None) -> DotRow:
    """Return both sides of a code on one row; pale where they cannot be told apart."""
    marks = tuple(share_mark(view, rows[s], s) for s in SIDES if s in rows and published(rows[s]))
    if gap is None:
        return DotRow(label, marks)
    return DotRow(label, marks, gap="solid" if gap["verdict"] in DEMONSTRABLE else "pale")


def share_cell(view: View, row: Row | None) -> str:
    """Return how often a side names a code, with its own mark; no cell is blank."""
    if row is None:
        return view.say("status_not_asked")
    if not published(row):
        return view.say(f"status_{row['status']}")
    return view.say(f"mention_{row['mention_state']}", share=view.say.share(row["share"]))


def gap_cell(view: View, gap: Row | None) -> str:
    """Return a difference with its interval and its word."""
    if gap is None:
        return view.say("dash")
    word = view.say(f"gap_word_{gap['verdict']}")
    difference = view.say.difference(gap["difference"], "share")
    return view.say(
        "category_cell", difference=difference, interval=interval_of(view, gap, "share"), word=word
    )


def code_table(view: View, item: str, codes: Codes, gaps: dict[str, Row], caption: str) -> Table:
    """Return every code; of barriers also whose influence they are, first."""
    say = view.say
    spheres = most_named(codes, "sphere") if item == "barrier" else []
    order = [*spheres, *most_named(codes)]
    rows = tuple(
        (
            code_words(view, item, code),
            *(share_cell(view, codes[code].get(side)) for side in SIDES),
            gap_cell(view, gaps.get(code)),
        )
        for code in order
    )
    heads = (say("code_head"), say("by_employees"), say("by_hr"), say("difference"))
    return Table(caption, heads, rows)


def top_sentence(view: View, item: str, codes: Codes) -> str:
    """Return what each side names most."""
    said = []
    for side in SIDES:
        rows = {c: r[side] for c, r in codes.items() if side in r and published(r[side])}
        single = {code: row for code, row in rows.items() if row["level"] == "code"}
        if single:
            code = max(single, key=lambda name: (single[name]["share"], name))
            words = code_words(view, item, code).lower()
            share = view.say.share(single[code]["share"])
            said.append(view.say(f"coded_top_{side}", code=words, share=share))
    return " ".join(said) if said else view.say("coded_hidden")


def sphere_sentence(view: View, codes: Codes) -> list[str]:
    """Return how much of it is the commissioner's, by side."""
    rows = codes.get("commissioner", {})
    shown = {side: row for side, row in rows.items() if published(row)}
    if set(shown) != set(SIDES):
        return []
    shares = {
        side: view.say(
            "share_with_interval",
            share=view.say.share(row["share"]),
            interval=view.say.interval(row["ci_low"], row["ci_high"], "share"),
        )
        for side, row in shown.items()
    }
    return [view.say("coded_commissioner", **shares)]


def apart_sentences(view: View, item: str, gaps: dict[str, Row]) -> list[str]:
    """Return the codes that one side demonstrably names more, the widest first."""
    rows = [g for g in gaps.values() if g["verdict"] in DEMONSTRABLE and g["level"] == "code"]
    rows.sort(key=lambda gap: (-abs(gap["difference"]), gap["code"]))
    return [
        view.say(
            f"coded_apart_{gap['verdict']}",
            code=code_words(view, item, gap["code"]),
            employee=view.say.share(gap["employee_share"]),
            hr=view.say.share(gap["hr_share"]),
        )
        for gap in rows
    ]


def code_section(view: View, band: str | None, item: str, grade_class: str) -> Section | None:
    """Return what is named in answer to one question, None where it was not asked."""
    group = group_of_codes(view.reader, item, grade_class, band)
    codes = coded_answers(view.reader, item, grade_class, group)
    if not codes:
        return None
    say, gaps = view.say, coded_gaps(view.reader, item, grade_class, group)
    name = f"coded_{item}" if grade_class == "all" else f"coded_{item}_{grade_class}"
    grades = {"high": say("coded_high", grade=str(view.settings.method.high_grade_min)),
              "low": say("coded_low", grade=str(view.settings.method.low_grade_max))}  # fmt: skip
    caption = say("table_coded", question=say(name), who=grades.get(grade_class, say("coded_all")),
                  group=group_words(view, group))  # fmt: skip
    drawn = [code for code in most_named(codes) if is_shown(codes[code])]
    if item == "barrier":
        drawn = [*most_named(codes, "sphere"), *drawn]
    rows = [code_row(view, code_words(view, item, c), codes[c], gaps.get(c)) for c in drawn]
    finding = top_sentence(view, item, codes)
    sentences = [finding, *(sphere_sentence(view, codes) if item == "barrier" else [])]
    sentences += apart_sentences(view, item, gaps)
    summary = say("summary_of", chart=caption, finding=finding)
    chart = Chart(
        dot_figure(rows, Canvas("share", say("axis_named"), say.language, DENSE)),
        summary,
        gap_key(view),
    )
    table = code_table(view, item, codes, gaps, caption)
    notes = (counts_words(view, codes), say("coded_note"))
    drawing = chart if rows else None
    return Section(
        say(name), tuple(sentences), drawing, table, notes, is_folded=True, is_tucked=True
    )


def counts_words(view: View, codes: Codes) -> str:
    """Return on how many answers of each side the shares stand."""
    rows = next(iter(codes.values()))
    counts = {
        side: view.say.count(rows[side]["respondent_count"])
        if side in rows and published(rows[side])
        else view.say("dash")
        for side in SIDES
    }
    return view.say("coded_counts", **counts)


def stance_section(view: View, band: str | None) -> Section | None:
    """Return how much space and how much control both sides see, None where it was not asked."""
    gaps = composite_gaps(view.reader, band)
    found = [gaps[name] for name in STANCES if name in gaps]
    if not found:
        return None
    say, lines = view.say, [row for row in found if row["composite_id"] != "autonomy_balance"]
    rows = [stance_row(view, row) for row in lines]
    sentences = tuple(stance_sentence(view, row) for row in found)
    group = group_words(view, found[0]["group_id"])
    caption = say("table_stances", group=group)
    chart = None
    if rows:
        summary = say("summary_of", chart=caption, finding=sentences[0])
        chart = Chart(dot_figure(rows, canvas(view, "likert", DENSE)), summary, gap_key(view))
    heads = (
        say("statement"),
        say("head_employee"),
        say("head_hr"),
        say("difference"),
        say("interval_head"),
        say("verdict_head"),
    )
    cells = tuple(
        (
            say(row["composite_id"]),
            say.number(row["employee_value"]),
            say.number(row["hr_value"]),
            say.signed(row["difference"]),
            interval_of(view, row, "likert"),
            say(f"gap_word_{row['verdict']}"),
        )
        for row in found
    )
    table = Table(caption, heads, cells)
    notes = (say("stances_note"),)
    return Section(
        say("stances_heading"), sentences, chart, table, notes, is_folded=True, is_tucked=True
    )


def stance_row(view: View, gap: Row) -> DotRow:
    """Return both sides of a mean of statements on one row."""
    marks = []
    for side in SIDES:
        rows = composites(view.reader, side, gap["group_kind"], gap["group_id"])
        value, row = gap[f"{side}_value"], rows.get(gap["composite_id"])
        label = view.say.number(value)
        marks.append(
            Mark(
                value=value,
                words=f"{view.say(f'side_{side}')}: {label}",
                low=row["ci_low"] if row else None,
                high=row["ci_high"] if row else None,
                color=SIDE_COLORS[side],
                label=label,
                lift=LIFT if side == "employee" else -LIFT,
            )
        )
    solid = gap["verdict"] in DEMONSTRABLE
    return DotRow(view.say(gap["composite_id"]), marks, gap="solid" if solid else "pale")


def stance_sentence(view: View, row: Row) -> str:
    """Return what both sides see, and whether that can be told apart."""
    return view.say(
        f"stances_{row['verdict']}",
        what=view.say(row["composite_id"]),
        employee=view.say.number(row["employee_value"]),
        hr=view.say.number(row["hr_value"]),
        interval=interval_of(view, row, "likert"),
    )


def sections(view: View) -> list[Section]:
    """Return what open answers name, and space against control, of sector or own band."""
    return view.shared_sections("codes", band_asked_for(view), of_band)


def of_band(view: View, band: str | None) -> list[Section]:
    """Return the sections of a size band, of the sector for None."""
    found = [code_section(view, band, item, grade_class) for item, grade_class in ASKED]
    coded = [section for section in found if section is not None]
    # How open answers became codes is told once, below the first.
    coded[1:] = [replace(section, notes=section.notes[:1]) for section in coded[1:]]
    stances = stance_section(view, band)
    return coded if stances is None else [*coded, stances]
