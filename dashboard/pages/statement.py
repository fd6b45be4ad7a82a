"""What an organisation says itself: its employer statement, and what the fund is shown of others.

A statement is one answer given by an institution: no margin stands beside it, and no verdict.
"""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.dots import DENSE, LIFT, DotRow, Mark, dot_figure
from dashboard.grouped import Row
from dashboard.pages.model import AsWritten, Chart, Section, Table, View
from dashboard.pages.parts import canvas, side_mark, value_cell
from dashboard.sentences import published
from dashboard.theme import HR
from warehouse.statements import Statement

CHARTED = "likert"
LEAD = 15  # rows that come first; those of others are folded


def sections(view: View) -> list[Section]:
    """Return the own statement of this wave; for the fund's staff those that they are shown."""
    if view.statements is None:
        return []
    wave = view.state.wave_id
    found = [own_section(view, one) for one in view.statements.own if one.wave_id == wave]
    names = names_of(view) if view.statements.of_fund else {}
    others = [
        (names[one.organisation_id], one)
        for one in view.statements.of_fund
        if one.wave_id == wave and one.organisation_id in names
    ]
    return [*found, fund_section(view, others)] if others else found


def names_of(view: View) -> dict[str, str]:
    """Return the names of the organisations of this wave."""
    query = "select organisation_id, name from organisation where wave_id = ?"
    rows = view.reader.snapshot.rows(query, view.state.wave_id)
    return {row["organisation_id"]: str(row["name"]) for row in rows}


def known_answers(view: View, statement: Statement) -> list[tuple[str, float]]:
    """Return the answers to questions of this release, in the questionnaire's order."""
    answers = dict(statement.answers)
    items = view.reader.snapshot.rows("select item_id from item order by position")
    return [(row["item_id"], answers[row["item_id"]]) for row in items if row["item_id"] in answers]


def answer_words(view: View, item: Row, answer: float) -> str:
    """Return an answer as it was given: yes or no, or a number; a whole one has no decimals."""
    if item["unit"] == "share":
        return view.say("statement_yes" if answer else "statement_no")
    return view.say.number(answer, 0 if answer == int(answer) else 1)


def own_section(view: View, statement: Statement) -> Section:
    """Return the own statement beside the own employees and the hr of the size band."""
    say, answers = view.say, known_answers(view, statement)
    gaps = view.reader.gaps("organisation", view.scope.organisation_id)
    body = []
    for item_id, answer in answers:
        item, gap = view.reader.item(item_id), gaps.get(item_id)
        own = value_cell(view, view.reader.own_score(item_id), item["unit"])
        hr = say("dash") if gap is None else say.value(gap["hr_value"], item["unit"])
        body.append((say.name(item), own, answer_words(view, item, answer), hr))
    heads = ("statement", "own", "statement_column", "statement_band_hr")
    table = Table(say("statement_table"), tuple(say(head) for head in heads), tuple(body))
    count, on = say.count(len(answers)), say.date(statement.consent_on.isoformat())
    given = say("statement_given", count=count, by=statement.consent_by, on=on)
    sentences = (given, say(f"statement_shown_to_{statement.shown_to}"))
    notes, heading = (say("statement_note"),), say("statement_head")
    return Section(heading, sentences, chart(view, answers), table, notes, is_prose=True)


def chart(view: View, answers: list[tuple[str, float]]) -> Chart | None:
    """Return the answers on the scale of the statements, beside the own employees."""
    say, rows = view.say, []
    for item_id, answer in answers:
        item = view.reader.item(item_id)
        if item["unit"] == CHARTED:
            marks = [*employee_marks(view, item_id), statement_mark(view, item, answer)]
            rows.append(DotRow(say.name(item), marks))
    if not rows:
        return None
    figure = dot_figure(rows, canvas(view, CHARTED, DENSE))
    glyphs = [("hr", "statement_key")]
    if any(len(row.marks) > 1 for row in rows):
        glyphs = [("employee", "own"), ("interval", "key_interval"), *glyphs]
    return Chart(figure, say("statement_chart"), tuple((glyph, say(w)) for glyph, w in glyphs))


def employee_marks(view: View, item_id: str) -> list[Mark]:
    """Return the own employees' value with its interval, nothing where it is withheld."""
    own = view.reader.own_score(item_id)
    if own is None or not published(own):
        return []
    return [replace(side_mark(view, own, "employee", CHARTED), lift=LIFT)]


def statement_mark(view: View, item: Row, answer: float) -> Mark:
    """Return an answer of the statement: a dot without a margin, on the lane of hr."""
    label = answer_words(view, item, answer)
    words = f"{view.say('statement_column')}: {label}"
    return Mark(answer, words, color=HR, label=label, lift=-LIFT)


def fund_section(view: View, statements: list[tuple[str, Statement]]) -> Section:
    """Return the statements that organisations show the fund, each with a name, by name."""
    say, body = view.say, []
    for whose, one in sorted(statements, key=lambda pair: pair[0]):
        for item_id, answer in known_answers(view, one):
            item = view.reader.item(item_id)
            words = answer_words(view, item, answer)
            body.append((whose, say.name(item), words, AsWritten(one.consent_by)))
    heads = ("organisation", "statement", "statement_column", "statement_by")
    table = Table(say("statement_table_fund"), tuple(say(head) for head in heads), tuple(body))
    said = (say("statement_fund", count=say.count(len(statements))),)
    notes, heading = (say("statement_note"),), say("statement_fund_head")
    return Section(heading, said, table=table, notes=notes, lead=LEAD)
