"""Dialoog: the answers of the online dialogue, how they are supported, and people's own words."""

from __future__ import annotations

from typing import Final

from dashboard.figures.dots import DENSE, LIFT, Canvas, DotRow, Mark, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import AsWritten, Chart, Page, Section, Table, View
from dashboard.pages.parts import SIDE_COLORS, context_line, status_words
from dashboard.sentences import DEMONSTRABLE, interval_of
from dashboard.told import dialogue_answers, dialogue_mentions, dialogue_questions, quotes

SIDES: Final = ("employee", "hr")
MOST_QUOTES: Final = 12
MOST_DRAWN: Final = 8
# Characters of an answer that fit above its row on a phone.
LABEL: Final = 104  # three lines on a phone
# What helps; what is in the way, within one's own influence or of the commissioner; what to do.
THEMES: Final = ("enabler", "barrier_own", "barrier_commissioner", "intervention", "other")
Answer = dict[str, Row]


def is_open(row: Row | None, status: str = "status") -> bool:
    """Return whether a row's figures may be shown."""
    return row is not None and row[status] == "published"


def support_cell(view: View, row: Row | None) -> str:
    """Return the support by one group of raters with its lower bound, or why there is none."""
    if row is None or not is_open(row):
        return status_words(view, row["status"] if row else "no_data")
    say = view.say
    if row["support_low"] is None:
        return say("support_no_order", support=say.signed(row["support"]))
    low = say.signed(row["support_low"])
    count = say.count(row["rating_count"])
    return say("support_cell", support=say.signed(row["support"]), low=low, count=count)


def agreement_cell(view: View, answer: Answer) -> str:
    """Return how much raters agree, in a word and a number."""
    row = next((answer[g] for g in ("total", *SIDES) if is_open(answer.get(g))), None)
    if row is None:
        return view.say("dash")
    if row["is_divided"] and not is_open(row, "spread_status"):
        return view.say("word_divided")
    if not is_open(row, "spread_status"):
        return status_words(view, row["spread_status"])
    key = "spread_divided" if row["is_divided"] else "spread_cell"
    return view.say(
        key,
        agreement=view.say.number(row["consensus"]),
        polarisation=view.say.number(row["polarisation"], 2),
    )


def words_of(view: View, answer: Answer) -> str:
    """Return the text of an answer, or that it was not released."""
    text = next(iter(answer.values()))["text"]
    return AsWritten(text) if text else view.say("text_not_released")


def author_words(view: View, row: Row) -> str:
    """Return who wrote a text: the role, and nothing else."""
    return view.say(f"author_{row['author_side']}") if row["author_side"] else view.say("dash")


def answer_cells(view: View, answer: Answer) -> tuple[str, ...]:
    """Return an answer's cells."""
    first = next(iter(answer.values()))
    return (
        words_of(view, answer),
        author_words(view, first),
        *(support_cell(view, answer.get(side)) for side in SIDES),
        agreement_cell(view, answer),
    )


def question_section(view: View, question: Row) -> Section:
    """Return a question with its answers, best supported first."""
    say = view.say
    answers = dialogue_answers(view.reader, question["question_id"])
    heads = (say("answer_head"), say("author_head"), say("support_employee"), say("support_hr"))
    rows = tuple(answer_cells(view, answer) for answer in answers.values())
    table = Table(say("dialogue_table"), (*heads, say("agreement_head")), rows)
    title = question[f"question_{say.language}"]
    notes = (exposure_words(view, question), say("dialogue_note"))
    sentences = tuple(view_sentences(view, question, answers))
    chart = support_chart(view, answers)
    return Section(title, sentences, chart, table if rows else None, notes)


def drawn_answers(answers: dict[str, Answer]) -> list[Answer]:
    """Return the answers to draw: the best supported, then those that divide raters."""
    shown = [a for a in answers.values() if any(is_open(a.get(side)) for side in SIDES)]
    first = shown[:MOST_DRAWN]
    return first + [a for a in shown[MOST_DRAWN:] if is_divided(a)]


def is_divided(answer: Answer) -> bool:
    """Return whether any group of raters falls into two camps over an answer."""
    return any(is_open(row) and row["is_divided"] for row in answer.values())


def is_known(answer: Answer) -> bool:
    """Return whether it may be said of any group of raters if an answer divides it."""
    rows = [row for row in answer.values() if is_open(row)]
    return any(row["is_divided"] or is_open(row, "spread_status") for row in rows)


def support_chart(view: View, answers: dict[str, Answer]) -> Chart | None:
    """Return the support of each answer by both sides, each with its lower bound."""
    drawn, say = drawn_answers(answers), view.say
    if not drawn:
        return None
    rows = [support_row(view, answer) for answer in drawn]
    where = Canvas("support", say("axis_support"), say.language, DENSE)
    summary = say(
        "support_summary", count=say.count(len(rows)), text=short(words_of(view, drawn[0]))
    )
    glyphs = (("employee", "side_employee"), ("hr", "side_hr"))
    key = tuple((glyph, say(words)) for glyph, words in glyphs)
    return Chart(dot_figure(rows, where), summary, key)


def support_row(view: View, answer: Answer) -> DotRow:
    """Return an answer as a row; where raters fall into two camps, the row says so."""
    marks = [support_mark(view, answer[side], side) for side in SIDES if is_open(answer.get(side))]
    divided = view.say("word_divided") if is_divided(answer) else ""
    return DotRow(short(words_of(view, answer)), marks, figure_text=divided)


def support_mark(view: View, row: Row, side: str) -> Mark:
    """Return a side's support; its line ends at the lower bound, and nowhere above."""
    say, low = view.say, row["support_low"]
    return Mark(
        value=row["support"],
        words=f"{say(f'side_{side}')}: {support_cell(view, row)}",
        low=low,
        high=row["support"] if low is not None else None,
        color=SIDE_COLORS[side],
        label=say.signed(row["support"]),
        lift=LIFT if side == "employee" else -LIFT,
    )


def short(text: str) -> str:
    """Return a text as a label, cut at a word; the table holds the whole."""
    if len(text) <= LABEL:
        return text
    return text[:LABEL].rsplit(" ", 1)[0] + " …"


def mention_section(view: View, question: Row) -> Section | None:
    """Return whether aspects were named otherwise in round 2, None where that was not asked."""
    rows = dialogue_mentions(view.reader, question["question_id"])
    if not rows:
        return None
    say = view.say
    open_rows = [row for row in rows if is_open(row)]
    if not open_rows:
        return Section(say("mentions_heading"), (say("mentions_hidden"),))
    apart = [row for row in open_rows if row["verdict"] in DEMONSTRABLE]
    first, second = (say.count(open_rows[0][f"{stage}_count"]) for stage in ("first", "second"))
    sentences = [mention_sentence(view, row) for row in apart] or [say("mentions_same")]
    aspects = {row["aspect_id"]: row for row in view.reader.described("aspect")}
    cells = tuple(
        (
            say.name(aspects[row["aspect_id"]]),
            say.share(row["first_share"]),
            say.share(row["second_share"]),
            say.difference(row["shift"], "share"),
            interval_of(view, row, "share"),
            say(f"word_{row['verdict']}"),
        )
        for row in open_rows
    )
    heads = (say("aspect"), say("round_first"), say("round_second"), say("difference"))
    table = Table(say("mentions_table"), (*heads, say("interval_head"), say("verdict_head")), cells)
    note = say("mentions_note", first=first, second=second)
    return Section(say("mentions_heading"), tuple(sentences), None, table, (note,), is_folded=True)


def mention_sentence(view: View, row: Row) -> str:
    """Return one aspect that is demonstrably named more, or less, in round 2."""
    aspects = {one["aspect_id"]: one for one in view.reader.described("aspect")}
    key = "mentions_more" if row["shift"] > 0 else "mentions_less"
    return view.say(
        key,
        aspect=view.say.name(aspects[row["aspect_id"]]),
        first=view.say.share(row["first_share"]),
        second=view.say.share(row["second_share"]),
        interval=interval_of(view, row, "share"),
    )


def view_sentences(view: View, question: Row, answers: dict[str, Answer]) -> list[str]:
    """Return who took part, what divides raters, and what changed between the rounds."""
    say = view.say
    listed, total = say.count(question["listed_count"]), say.count(question["answer_count"])
    employees, hr = say.count(question["employee_count"]), say.count(question["hr_count"])
    found = [say("dialogue_people", employees=employees, hr=hr, listed=listed, total=total)]
    divided = sum(is_divided(answer) for answer in answers.values())
    known = sum(is_known(answer) for answer in answers.values())
    count = {"count": say.count(divided), "known": say.count(known)}
    key = "dialogue_divided" if divided else "dialogue_divided_none"
    key = key if known else "dialogue_divided_hidden"
    return [*found, say(key, **count), shift_words(view, answers)]


def shift_words(view: View, answers: dict[str, Answer]) -> str:
    """Return for how many answers those new in round 2 demonstrably rate otherwise."""
    rows = [r for a in answers.values() for r in a.values() if is_open(r, "shift_status")]
    apart = [row for row in rows if row["shift_low"] > 0 or row["shift_high"] < 0]
    if not rows:
        return view.say("dialogue_shift_hidden")
    return view.say(
        "dialogue_shift", count=view.say.count(len(apart)), total=view.say.count(len(rows))
    )


def exposure_words(view: View, question: Row) -> str:
    """Return whether answers were shown equally often."""
    if question["exposure_p"] is None:
        return view.say("exposure_unknown")
    key = "exposure_even" if question["exposure_p"] >= 0.05 else "exposure_uneven"
    shown = question["shown_per_rater"]
    return view.say(
        key,
        ratio=view.say.share(question["exposure_ratio"]),
        shown=view.say("dash") if shown is None else view.say.number(shown, 0),
    )


def theme_of(row: Row) -> str:
    """Return under which heading a quote stands: what helps, what is in the way and whose, …"""
    if row["kind"] == "barrier":
        return f"barrier_{row['sphere'] or 'own'}"
    return row["kind"] or "other"


def quote_sections(view: View) -> list[Section]:
    """Return people's own words by what they are about; their order means nothing."""
    found = quotes(view.reader)
    parts = [(theme, [row for row in found if theme_of(row) == theme]) for theme in THEMES]
    return [quote_section(view, theme, rows[:MOST_QUOTES]) for theme, rows in parts if rows]


def quote_section(view: View, theme: str, rows: list[Row]) -> Section:
    """Return the quotes of one theme with the role of who wrote them."""
    say, aspects = view.say, {row["aspect_id"]: row for row in view.reader.described("aspect")}
    cells = tuple(
        (
            AsWritten(row["text"]),
            author_words(view, row),
            say.name(aspects[row["aspect_id"]]) if row["aspect_id"] in aspects else say("dash"),
        )
        for row in rows
    )
    heads = (say("quote_head"), say("author_head"), say("aspect"))
    heading = say(f"quotes_{theme}")
    return Section(
        heading, table=Table(heading, heads, cells, is_wordy=True), notes=(say("quotes_note"),)
    )


def best_supported(view: View, question: Row) -> Answer | None:
    """Return the best supported answer of which the text was released."""
    answers = dialogue_answers(view.reader, question["question_id"]).values()
    return next((a for a in answers if next(iter(a.values()))["text"]), None)


def build(view: View) -> Page:
    """Return the page of the dialogue; without one, what people explained."""
    say = view.say
    questions = dialogue_questions(view.reader)
    said = quote_sections(view)
    if not questions:
        origin = (say("dialogue_none_quotes"),) if said else ()
        empty = Section("", (say("dialogue_none_why"), *origin))
        finding = say("dialogue_none")
        return Page(say("page_dialogue"), finding, context_line(view), (empty, *said))
    best = best_supported(view, questions[0])
    text = next(iter(best.values()))["text"] if best else ""
    finding = say("dialogue_best", text=text) if best else say("dialogue_no_texts")
    asked = [
        section
        for question in questions
        for section in (question_section(view, question), mention_section(view, question))
        if section is not None
    ]
    sections = (*asked, *said)
    reading = (say("reading_dialogue"), say("reading_quotes"))
    return Page(say("page_dialogue"), finding, context_line(view), sections, reading)
