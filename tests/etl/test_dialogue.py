"""Dialogues: real conversations come back from the facts; wrong rows are kept with a reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.pipeline import LoadReport
from etl.target import Spoken
from tests.etl.builders import World, write
from tests.shared_data import shared
from warehouse.dialogue import Dialogue, Part
from warehouse.settings import read_toml

POLIS = Path(__file__).parent / "dialogues" / "polis.toml"
# ../shared/data/README.md: unique voter × statement, and the rows there are.
CONVERSATIONS = {
    "london.youth.policing": (638, 640),
    "scoop-hivemind.ubi": (7153, 7174),
    "brexit-consensus": (5303, 5312),
    "15-per-hour-seattle": (2872, 2995),
}
RATINGS = "deelnemer_id,rol,ronde,vraag_id,antwoord_id,waardering"
ANSWERS = "deelnemer_id,rol,ronde,vraag_id,antwoord_id,aspect_id,tekst"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return a CSV as dicts, by Python's own reader."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hear(world: World, path: Path, part: Part, dialogue: Dialogue | None = None) -> LoadReport:
    """Return what became of one part of a dialogue."""
    told = dialogue or world.settings.dialogues["dialoog_2024"]
    world.instrument = Spoken(told, part)
    return world.load(path)


def csv_of(*lines: str) -> str:
    """Return lines as a file."""
    return "\n".join(lines) + "\n"


def offer(world: World, part: Part, text: str, name: str = "") -> LoadReport:
    """Return what became of this text as one part of a dialogue."""
    return hear(world, write(world.root / "inbox" / (name or f"{part}.csv"), text), part)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_last_vote_of_a_real_conversation_counts(world: World, name: str) -> None:
    polis = read_toml(POLIS, Dialogue)
    folder = shared("data", "polis", name)
    answers = hear(world, folder / "comments.csv", "answers", polis)
    ratings = hear(world, folder / "votes.csv", "ratings", polis)
    assert answers.rule_counts == ratings.rule_counts == {}
    standing, total = CONVERSATIONS[name]
    assert ratings.delivery.accepted_count == total
    found = world.query("SELECT participant_id, answer_id, rating, is_own FROM dialogue_rating")
    assert len(found) == standing

    # Polis' own matrix of last votes, for the statements it kept.
    last = {(person, answer): rating for person, answer, rating, _ in found}
    matrix = rows_of(folder / "participants-votes.csv")
    cells = {
        (row["participant"], answer): int(vote)
        for row in matrix
        for answer, vote in row.items()
        if answer is not None and answer.isdecimal() and vote
    }
    assert len(cells) > standing / 2
    assert {key: last[key] for key in cells} == cells

    authors = {(row["author-id"], row["comment-id"]) for row in rows_of(folder / "comments.csv")}
    voted = {(row["voter-id"], row["comment-id"]) for row in rows_of(folder / "votes.csv")}
    own = {(person, answer) for person, answer, _, is_own in found if is_own}
    assert own == authors & voted
    assert own


def test_the_demonstration_dialogue_is_heard_whole(world: World) -> None:
    answers = csv_of(
        ANSWERS,
        "P1,medewerker,1,V1,A01,trust,Vertrouwen.",
        "P2,hr-vertegenwoordiger,1,v1,A02,,Tijd.",
    )
    ratings = csv_of(
        RATINGS,
        "P3,medewerker,2,V1,A01,+3",
        "P1,medewerker,2,V1,A01,3",
        "P1,medewerker,2,V1,A02,\N{MINUS SIGN}2",
    )
    shown = "deelnemer_id,rol,ronde,vraag_id,antwoord_id,plaats\nP1,medewerker,2,V1,A02,1\n"
    reports = [
        offer(world, "answers", answers),
        offer(world, "ratings", ratings),
        offer(world, "exposures", shown),
    ]
    assert [report.outcome for report in reports] == ["landed"] * 3
    query = "SELECT participant_id, answer_id, rating, is_own FROM dialogue_rating ORDER BY ALL"
    assert world.query(query) == [
        ("P1", "A01", 3, True),
        ("P1", "A02", -2, False),
        ("P3", "A01", 3, False),
    ]
    told = world.query("SELECT side, question_id, aspect_id, text FROM dialogue_answer ORDER BY 1")
    assert told == [("employee", "V1", "trust", "Vertrouwen."), ("hr", "V1", None, "Tijd.")]
    assert world.query("SELECT answer_id, place FROM dialogue_exposure") == [("A02", 1)]


def test_a_dialogue_is_no_survey(world: World) -> None:
    offer(world, "ratings", f"{RATINGS}\nP3,medewerker,2,V1,A01,3\n")
    assert world.query("SELECT count(*) FROM respondent") == [(0,)]


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (",medewerker,2,V1,A01,3", "deelnemer_id", "participant_missing"),
        ("P1,bestuurder,2,V1,A01,3", "rol", "side_unknown"),
        ("P1,medewerker,3,V1,A01,3", "ronde", "round_unknown"),
        ("P1,medewerker,2,V9,A01,3", "vraag_id", "question_unknown"),
        ("P1,medewerker,2,V1,,3", "antwoord_id", "answer_missing"),
        ("P1,medewerker,2,V1,A01,", "waardering", "rating_missing"),
        ("P1,medewerker,2,V1,A01,4", "waardering", "off_scale"),
        ("P1,medewerker,2,V1,A01,0.5", "waardering", "off_scale"),
        ("P1,medewerker,2,V1,A01,veel", "waardering", "not_a_number_or_label"),
    ],
)
def test_a_wrong_row_is_kept_with_its_place_and_rule(
    world: World, row: str, column: str, rule: str
) -> None:
    good = "".join(f"P{n},medewerker,2,V1,A02,1\n" for n in range(10, 40))
    report = offer(world, "ratings", f"{RATINGS}\n{good}{row}\n")
    assert report.outcome == "landed"
    assert report.delivery.accepted_count == 30
    kept = [
        (found["row_number"], found["column_name"], found["rule"])
        for found in world.refused(report)
    ]
    assert kept == [(32, column, rule)]


def test_a_missing_column_is_named(world: World) -> None:
    report = offer(
        world, "ratings", "deelnemer_id,rol,ronde,vraag_id,antwoord_id\nP1,hr,2,V1,A01\n"
    )
    assert report.outcome == "refused"
    assert "'waardering'" in str(report.delivery.reason)


def test_a_corrected_export_takes_the_place_of_the_old_one(world: World) -> None:
    offer(world, "ratings", f"{RATINGS}\nP3,medewerker,2,V1,A01,3\n", "x-waarderingen.csv")
    offer(world, "ratings", f"{RATINGS}\nP4,medewerker,2,V1,A01,1\n", "x-waarderingen_v2.csv")
    assert world.query("SELECT participant_id, rating FROM dialogue_rating") == [("P4", 1)]


def test_an_empty_line_is_no_row(world: World) -> None:
    report = offer(world, "ratings", f"{RATINGS}\nP3,medewerker,2,V1,A01,3\n,,,,,\n")
    assert (report.delivery.row_count, report.rule_counts) == (1, {})
