"""Moderation: redacted texts out, decisions back, two people, and nothing outside `private/`."""

from __future__ import annotations

import sqlite3
import stat
import sys
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter

from etl import cli
from etl.forget import forget_delivery
from etl.moderate.decisions import ModerationError, Taken, import_decisions
from etl.moderate.propose import forget_texts, propose
from etl.moderate.workbook import ANSWERS, COLUMNS, workbook_path, write_workbook
from etl.target import Spoken
from tests.etl.builders import CONFIG, World, instrument, register, write
from warehouse.ledger import open_ledger
from warehouse.moderation import MODERATION_TABLES, moderation_path, open_moderation, released_texts

SECRET = "Zilpha Kwakmeer"
ANSWER_ROWS = f"""deelnemer_id,rol,ronde,vraag_id,antwoord_id,aspect_id,tekst
P1,medewerker,1,V1,A01,trust,Meer vertrouwen graag.
P2,medewerker,1,V1,A01,trust,Meer vertrouwen graag.
P3,medewerker,1,V1,A02,,Mevrouw {SECRET} mag best minder controleren.
P4,hr-vertegenwoordiger,1,V1,A03,,Heldere doelen stellen.
"""
HEADERS = [name for name, *_ in COLUMNS]
Cells = dict[str, str]


def write_register_files(root: Path) -> None:
    """Write the register of the small world."""
    write(
        root / "organisations.csv", "organisation_id,name,valid_from\nORG1,Welzijn Otterzijl,2023\n"
    )
    write(root / "headcounts.csv", "organisation_id,wave_id,name,headcount\nORG1,2026,ORG1,50\n")


@pytest.fixture
def told(world: World) -> World:
    """Return a world with a dialogue's answers and explanations, proposed for moderation."""
    world.store.create()
    write_register_files(world.store.register)
    world.instrument, world.register = instrument(), register("ORG1")
    explained = {
        "respondent_id": "P1",
        "organisatie_id": "ORG1",
        "rol": "medewerker",
        "cijfer": "7",
    }
    world.offer([explained | {"mening": "mee eens", "uit": "Werken bij Otterzijl is fijn."}])
    world.instrument = Spoken(world.settings.dialogues["dialoog_2024"], "answers")
    world.load(write(world.root / "inbox" / "answers.csv", ANSWER_ROWS))
    small = world.settings.instruments | {"eigen_regie_2024": instrument()}
    world.settings = world.settings.model_copy(update={"instruments": small})
    assert proposed(world) == 4
    return world


def proposed(world: World) -> int:
    """Return how many texts wait for people."""
    with open_ledger(world.store) as ledger:
        return propose(ledger, world.store, "2026", world.settings, CONFIG)


def rows_of(path: Path, sheet: str = ANSWERS) -> list[Cells]:
    """Return the rows of a workbook's sheet."""
    frame = fastexcel.read_excel(str(path)).load_sheet(sheet, dtypes="string").to_polars()
    return [{k: v or "" for k, v in row.items()} for row in frame.iter_rows(named=True)]


def exported(world: World, by: str) -> list[Cells]:
    """Return the rows of a moderator's workbook."""
    return rows_of(write_workbook(world.store, "2026", by, world.settings))


def answer(world: World, by: str, rows: list[Cells]) -> Taken:
    """Return what became of a workbook with these rows."""
    path = world.store.moderation / f"filled-{by}.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(ANSWERS)
        sheet.write_row(0, 0, HEADERS)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, [row.get(name, "") for name in HEADERS])
    return import_decisions(path, world.store, "2026", by, world.settings, CONFIG)


def decide(world: World, by: str, verdict: str, **more: str) -> Taken:
    """Return what became of one verdict for everything that waits for a person."""
    rows = [row | {"besluit": verdict} | more for row in exported(world, by)]
    return answer(world, by, rows)


def shown(world: World) -> set[str]:
    """Return the texts that may be shown."""
    return {text.text for text in released_texts(world.store, "2026")}


def test_a_workbook_holds_the_redacted_text_once_with_a_suggestion(told: World) -> None:
    rows = {row["tekst"]: row for row in exported(told, "anna")}
    assert set(rows) == {
        "Meer vertrouwen graag.",
        "[naam] mag best minder controleren.",
        "Heldere doelen stellen.",
        "Werken bij [organisatie] is fijn.",
    }
    named = rows["[naam] mag best minder controleren."]
    assert named["eruit gehaald"] == "[naam] 1"
    assert "a name was taken out" in named["let op"]
    assert named["voorstel aspect"] == "trust"
    assert rows["Heldere doelen stellen."]["voorstel aspect"] == "relations_collaboration"
    assert rows["Heldere doelen stellen."]["kant"] == "hr"


def test_two_people_must_say_the_same(told: World) -> None:
    assert decide(told, "anna", "vrijgeven").states == {"waiting": 4}
    assert shown(told) == set()
    assert decide(told, "bert", "vrijgeven").states == {"released": 4}
    assert len(shown(told)) == 4


def test_one_person_is_enough_where_the_setting_says_so_unless_a_text_asks_for_two(
    told: World,
) -> None:
    general = told.settings.general.model_copy(update={"moderation_four_eyes": False})
    told.settings = told.settings.model_copy(update={"general": general})
    proposed(told)
    assert decide(told, "anna", "vrijgeven").states == {"waiting": 1, "released": 3}
    assert not [text for text in shown(told) if "[naam]" in text]
    decide(told, "anna", "vrijgeven")
    assert not [text for text in shown(told) if "[naam]" in text]


def test_a_disagreement_is_shown_and_nothing_is_released(told: World) -> None:
    decide(told, "anna", "vrijgeven")
    taken = decide(told, "bert", "weigeren")
    assert taken.states == {"conflict": 4}
    assert len(taken.conflicts) == 4
    assert shown(told) == set()
    told_apart = rows_of(write_workbook(told.store, "2026", "anna", told.settings), "Verschil")
    assert {row["besluit"] for row in told_apart} == {"released", "refused"}
    assert len(exported(told, "anna")) == 4
    # Bert gives way.
    assert decide(told, "bert", "vrijgeven").states == {"released": 4}


def test_a_refused_text_stays_refused(told: World) -> None:
    assert decide(told, "anna", "weigeren").states == {"refused": 4}
    assert exported(told, "bert") == []


def test_two_wordings_are_a_conflict_and_one_is_released(told: World) -> None:
    decide(told, "anna", "herschrijven", **{"nieuwe tekst": "Meer ruimte."})
    assert decide(told, "bert", "vrijgeven").states == {"conflict": 4}
    decide(told, "bert", "herschrijven", **{"nieuwe tekst": "Meer ruimte. "})
    assert shown(told) == {"Meer ruimte."}


def test_an_aspect_that_moderators_give_goes_first(told: World) -> None:
    decide(told, "anna", "vrijgeven", aspect="workload")
    decide(told, "bert", "vrijgeven")
    found = {(text.aspect_id, text.aspect_source) for text in released_texts(told.store, "2026")}
    assert found == {("workload", "moderator")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"besluit": "misschien"}, "column besluit"),
        ({"besluit": "vrijgeven", "text_id": "unknown"}, "text_id is not known"),
        ({"besluit": "herschrijven"}, "column nieuwe tekst"),
        ({"besluit": "herschrijven", "nieuwe tekst": "Bel 06-12345678"}, "still holds: phone"),
        ({"besluit": "vrijgeven", "aspect": "pressure"}, "column aspect"),
    ],
)
def test_a_wrong_row_keeps_the_whole_workbook_out(
    told: World, change: Cells, expected: str
) -> None:
    rows = [row | {"besluit": "vrijgeven"} for row in exported(told, "anna")]
    rows[-1] |= change
    with pytest.raises(ModerationError, match=expected) as error:
        answer(told, "anna", rows)
    assert "12345678" not in str(error.value)
    with open_moderation(told.store) as connection:
        assert connection.execute("SELECT count(*) FROM decision").fetchone() == (0,)


def test_what_reads_otherwise_waits_again(told: World) -> None:
    decide(told, "anna", "vrijgeven")
    decide(told, "bert", "vrijgeven")
    name = "organisation_id,name\nORG1,Heldere doelen\n"
    write(told.store.register / "names.csv", name)
    proposed(told)
    assert "Heldere doelen stellen." not in shown(told)
    assert len(shown(told)) == 3
    assert [row["tekst"] for row in exported(told, "anna")] == ["[organisatie] stellen."]


def files_with(root: Path, word: str) -> list[str]:
    """Return the rooms of a store in which a word can be read."""
    found = [path for path in root.rglob("*") if path.is_file() and word.encode() in read(path)]
    return sorted({path.relative_to(root).parts[0] for path in found})


def read(path: Path) -> bytes:
    """Return a file's bytes, a workbook unpacked."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    book = fastexcel.read_excel(str(path))
    sheets = [book.load_sheet(name, dtypes="string").to_polars() for name in book.sheet_names]
    return "\n".join(sheet.write_csv() for sheet in sheets).encode()


def test_unreleased_text_never_leaves_private(told: World) -> None:
    exported(told, "anna")
    assert files_with(told.store.root, "graag") == ["private"]
    path = workbook_path(told.store, "2026", "anna")
    assert SECRET.encode() not in read(path)
    assert SECRET.encode() not in moderation_path(told.store).read_bytes()
    for kept in (path, moderation_path(told.store)):
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_tables_are_the_documented_ones(told: World) -> None:
    with sqlite3.connect(moderation_path(told.store)) as connection:
        for table in MODERATION_TABLES:
            rows = connection.execute(f"PRAGMA table_info({table.name})").fetchall()
            assert tuple(row[1] for row in rows) == table.names


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Any) -> int:
    """Return the exit status of a command."""
    monkeypatch.setattr(sys, "argv", ["regiespiegel", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_the_commands_export_and_import(
    told: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", told.store.root)
    assert run(monkeypatch, "moderate", "export", "2026", "--by", "Anna", *data) == 0
    path = workbook_path(told.store, "2026", "anna")
    assert f"the workbook of anna: {path}" in capsys.readouterr().out
    known = run(monkeypatch, "moderate", "import", path, "--wave", "2026", "--by", "Anna", *data)
    assert known == 0
    assert "0 decisions. Texts of wave 2026: 4 waiting." in capsys.readouterr().out
    assert run(monkeypatch, "moderate", "export", "2026", "--by", " ", *data) == 1


def test_what_is_forgotten_leaves_moderation_too_and_the_rest_keeps_its_decisions(
    told: World,
) -> None:
    decide(told, "anna", "herschrijven", **{"nieuwe tekst": "Wie wat doet, is helder."})
    decide(told, "bert", "herschrijven", **{"nieuwe tekst": "Wie wat doet, is helder."})
    other = workbook_path(told.store, "2026-later", "anna")
    other.write_bytes(workbook_path(told.store, "2026", "anna").read_bytes())
    with open_ledger(told.store) as ledger:
        spoken = next(one for one in ledger.deliveries() if one.file_name == "answers.csv")
        forget_delivery(ledger, told.store, spoken.delivery_id, "forgotten")
        waves = [*told.settings.waves, told.settings.waves[0].model_copy(
            update={"wave_id": "2026-later"})]  # fmt: skip
        settings = told.settings.model_copy(update={"waves": tuple(waves)})
        # What was decided about a text is found though another command took the text out before.
        propose(ledger, told.store, "2026", told.settings, CONFIG)
        books = forget_texts(ledger, told.store, "2026", settings, CONFIG)
    assert {path.name for path in books} == {"2026-anna.xlsx", "2026-bert.xlsx"}
    assert other.exists()
    with open_moderation(told.store) as connection:
        texts = [row[0] for row in connection.execute("SELECT redacted FROM moderated_text")]
        decided = connection.execute("SELECT count(*), count(DISTINCT text_id) FROM decision")
        assert decided.fetchone() == (2, 1)
    assert texts == ["Werken bij [organisatie] is fijn."]
    content = moderation_path(told.store).read_bytes()
    assert b"Heldere doelen" not in content
    assert b"Meer vertrouwen" not in content


def test_without_moderation_there_is_nothing_to_forget_there(world: World) -> None:
    world.store.create()
    with open_ledger(world.store) as ledger:
        assert forget_texts(ledger, world.store, "2026", world.settings, CONFIG) == []
    assert not moderation_path(world.store).exists()
