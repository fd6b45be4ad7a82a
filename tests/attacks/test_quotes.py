"""Quotes and ratings: nothing released ties a text to an organisation, a person or a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.builders import Released, Row, project_settings
from tests.spoken import WAVE, WORDINGS, Talk, release_of, release_talk, scrambled, store_of, talk
from warehouse.audit.dialogue import check_dialogue, read_voices
from warehouse.audit.reading import Tables, read_tables
from warehouse.audit.report import Trail
from warehouse.audit.run import audit_release
from warehouse.ledger import open_ledger
from warehouse.moderation import Decision, open_moderation, put_decisions, texts_of
from warehouse.paths import Store

SPOKEN = (
    "dialogue_question", "dialogue_answer", "dialogue_parameter", "dialogue_mention", "quote",
)  # fmt: skip
POLICY = project_settings().disclosure


@pytest.fixture(scope="module")
def told() -> Talk:
    """Return a world that talks."""
    return talk()


@pytest.fixture(scope="module")
def store(told: Talk, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the store of that world, released."""
    made, settings = store_of(told, tmp_path_factory.mktemp("quotes"))
    release_of(made, settings)
    return made


@pytest.fixture(scope="module")
def released(store: Store) -> Tables:
    """Return the tables of the release."""
    return read_tables(next(store.releases.glob("*.duckdb")))


def rows(tables: Tables, name: str) -> list[Row]:
    """Return a table's rows."""
    return list(tables[name].iter_rows(named=True))


def test_there_is_something_to_attack(released: Tables) -> None:
    answers = rows(released, "dialogue_answer")
    shown = [row for row in answers if row["status"] == "published"]
    assert {row["rater_side"] for row in shown} == {"employee", "hr", "total"}
    assert len({row["text"] for row in answers} - {None}) == len(WORDINGS)
    quotes = rows(released, "quote")
    assert {row["source"] for row in quotes} == {"dialogue", "explanation"}
    assert {row["author_side"] for row in quotes} == {"employee", "hr"}


def test_who_said_it_where_and_when_changes_nothing(told: Talk, tmp_path: Path) -> None:
    other = scrambled(told, 7)
    assert other.answers != told.answers
    before, after = release_talk(told, tmp_path / "a"), release_talk(other, tmp_path / "b")
    for name in SPOKEN:
        assert repr(after.tables[name]) == repr(before.tables[name]), name
    assert before.tables["score"] == after.tables["score"]


def words_of(released: Tables) -> str:
    """Return every word in the tables about what was said."""
    frames = (released[name] for name in SPOKEN)
    return "\n".join(frame.write_ndjson() for frame in frames)


def test_no_id_organisation_or_time_of_the_exports_is_released(
    told: Talk, released: Tables
) -> None:
    said = words_of(released)
    spoken = (*told.answers, *told.ratings)
    ids = {row["deelnemer_id"] for row in spoken} | {row["antwoord_id"] for row in spoken}
    places = {row["organisation_id"] for row in told.world.register}
    names = {row["name"] for row in told.world.register}
    times = {f'"{row["tijd"]}"' for row in told.answers} | {
        f":{row['tijd']}," for row in told.answers
    }
    assert not [word for word in ids | places | names | times if word in said]


def test_texts_stand_in_the_order_of_their_own_hash(released: Tables) -> None:
    ids = [row["quote_id"] for row in rows(released, "quote")]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_a_side_of_which_too_few_wrote_is_not_quoted(told: Talk, tmp_path: Path) -> None:
    hr = [row for row in told.answers if row["rol"] != "medewerker"]
    kept = tuple(row for row in told.answers if row not in hr[9:])
    assert len(hr) > 9
    few = release_talk(Talk(told.world, kept, told.ratings), tmp_path)
    quoted = [row for row in few.tables["quote"] if row["source"] == "dialogue"]
    assert {row["author_side"] for row in quoted} == {"employee"}


def test_hr_of_too_few_organisations_is_not_quoted(told: Talk, tmp_path: Path) -> None:
    people = {p["respondent_id"]: p["organisation_id"] for p in told.world.people[WAVE]}
    hr = [row for row in told.answers if row["rol"] != "medewerker"]
    homes = sorted({people[row["deelnemer_id"]] for row in hr})[:4]
    kept = tuple(r for r in told.answers if r not in hr or people[r["deelnemer_id"]] in homes)
    # Enough people, all of them of four organisations.
    stand_in = next(row for row in kept if row in hr)
    more = tuple(stand_in | {"deelnemer_id": f"EXTRA-{n}"} for n in range(10))
    few = release_talk(Talk(told.world, (*kept, *more), told.ratings), tmp_path)
    quoted = [row for row in few.tables["quote"] if row["source"] == "dialogue"]
    assert {row["author_side"] for row in quoted} == {"employee"}


def test_what_moderators_did_not_release_is_not_there(told: Talk, tmp_path: Path) -> None:
    store, settings = store_of(told, tmp_path)
    with open_moderation(store) as connection:
        refused = [
            Decision(text.text_id, "anna", "refused", None, None, "2026-01-11")
            for text in texts_of(connection, WAVE)
        ]
        put_decisions(connection, refused)
    found = release_of(store, settings)
    assert found.tables["quote"] == []
    assert {row["text"] for row in found.tables["dialogue_answer"]} == {None}
    words = [word for pair in WORDINGS for word in pair]
    for path in store.published.rglob("*.duckdb"):
        assert not [word for word in words if word.encode() in path.read_bytes()]


def test_a_later_release_with_more_texts_changes_no_figure(told: Talk, tmp_path: Path) -> None:
    store, settings = store_of(told, tmp_path)
    with open_moderation(store) as connection:
        connection.execute("DELETE FROM decision WHERE moderator = 'bert'")
    before = release_of(store, settings)
    with open_moderation(store) as connection:
        decisions = [
            Decision(text.text_id, "bert", "released", text.redacted, None, "2026-01-12")
            for text in texts_of(connection, WAVE)
        ]
        put_decisions(connection, decisions)
    after = release_of(store, settings)
    assert before.release_id != after.release_id
    assert [without_text(row) for row in before.tables["dialogue_answer"]] == [
        without_text(row) for row in after.tables["dialogue_answer"]
    ]
    assert audit_release(store, after.release_id, settings).is_safe


def without_text(row: Row) -> Row:
    """Return the figures of an answer."""
    return {k: v for k, v in row.items() if k not in ("text", "aspect_id", "author_side")}


# --- The audit sees what it must ------------------------------------------------------------------

Change = Callable[[Row], Row | None]


def changed(tables: Tables, name: str, change: Change) -> Tables:
    """Return tables in which every row for which `change` gives something is changed."""
    frame = tables[name]
    made = [(change(row) or {}) for row in frame.iter_rows(named=True)]
    assert any(made), "the change must fit some row"
    columns = {k for one in made for k in one}
    full = [row | one for row, one in zip(frame.iter_rows(named=True), made, strict=True)]
    extra = dict.fromkeys(columns - set(frame.columns), pl.Int64)
    return tables | {name: pl.DataFrame(full, schema={**frame.schema, **extra}, orient="row")}


def found(store: Store, tables: Tables) -> set[str]:
    """Return the kinds of findings in tables."""
    trail = Trail()
    check_dialogue(tables, read_voices(store, [WAVE]), POLICY, trail)
    return {finding.kind for finding in trail.findings}


def published(row: Row, side: str) -> bool:
    """Return whether a row is a published score of these raters."""
    return bool(row["rater_side"] == side and row["status"] == "published")


MUTANTS: dict[str, tuple[str, str, Change]] = {
    "nine raters": (
        "dialogue_answer",
        "too few",
        lambda row: {"rating_count": 9} if published(row, "hr") else None,
    ),
    "a total beside a side that is hidden": (
        "dialogue_answer",
        "too few",
        lambda row: {"status": "withheld_small"} if published(row, "hr") else None,
    ),
    "a mean that is not that of its sides": (
        "dialogue_answer",
        "unexplained",
        lambda row: {"mean_rating": row["mean_rating"] + 0.01} if published(row, "total") else None,
    ),
    "support with more in it": (
        "dialogue_answer",
        "unexplained",
        lambda row: {"support": row["support"] + 0.001} if published(row, "employee") else None,
    ),
    "another mean of answers": (
        "dialogue_parameter",
        "unexplained",
        lambda row: {"mean": row["mean"] + 0.01},
    ),
    "a spread of its own": (
        "dialogue_parameter",
        "unexplained",
        lambda row: {"within_variance": row["within_variance"] * 1.2},
    ),
    "raters who are all alike": (
        "dialogue_answer",
        "homogeneous",
        lambda row: (
            {"polarisation": 0.001} if published(row, "employee") and row["polarisation"] else None
        ),
    ),
    "a moment beside a text": ("quote", "unknown", lambda row: {"given_at": 1}),
    "a text numbered as it came in": ("quote", "order", lambda row: {"quote_id": "0001"}),
    "a telephone number": (
        "quote",
        "text",
        lambda row: {"text": "Bel 06-12345678."},
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_audit_sees(store: Store, released: Tables, name: str) -> None:
    table, kind, change = MUTANTS[name]
    assert found(store, released) == set()
    assert kind in found(store, changed(released, table, change))


def test_the_audit_sees_an_organisation_in_a_text(store: Store, released: Tables) -> None:
    name = rows(released, "organisation")[0]["name"]
    assert "text" in found(store, changed(released, "quote", lambda row: {"text": f"Bij {name}."}))


def test_the_audit_sees_a_side_that_hardly_wrote(store: Store, released: Tables) -> None:
    trail = Trail()
    alone: dict[str, Any] = {
        WAVE: [[row | {"n": 9} for row in file] for file in read_voices(store, [WAVE])[WAVE]]
    }
    check_dialogue(released, alone, POLICY, trail)
    assert {finding.kind for finding in trail.findings} == {"too few"}


def test_closing_again_gives_the_same_dialogue(told: Talk, tmp_path: Path) -> None:
    store, settings = store_of(told, tmp_path)
    first = release_of(store, settings)
    with open_ledger(store) as ledger:
        assert ledger.wave_state(WAVE).state == "closed"
    assert isinstance(first, Released)
    assert release_of(store, settings).release_id == first.release_id
