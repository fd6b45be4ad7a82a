"""A dialogue and explanations in a world's own files: through intake, moderation and release."""

from __future__ import annotations

import csv
import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etl.moderate.propose import propose
from etl.pipeline import load_file
from etl.target import Spoken
from tests.builders import (
    CONFIG,
    Released,
    Row,
    World,
    build_world,
    load_world,
    project_settings,
    read_release,
)
from warehouse.dialogue import Dialogue, DialogueColumns, Part
from warehouse.ledger import open_ledger
from warehouse.moderation import Decision, open_moderation, put_decisions, texts_of
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.release import build_release
from warehouse.settings import Settings
from warehouse.waves import close_wave

WAVE = "2025"
NOW = datetime.datetime(2026, 1, 10, tzinfo=datetime.UTC)
WORDINGS = (
    ("Minder werkdruk en meer tijd.", "De caseload moet omlaag."),
    ("Meer vertrouwen.", "Minder controle op uren."),
    ("Een goed gesprek per kwartaal.", "Vaker reflectie."),
    ("Heldere doelen en rollen.", "Duidelijke kaders."),
    ("Zelf roosteren.", "Flexibele werktijden."),
    ("Tijd voor opleiding.", "Kansen om te groeien."),
)


@dataclass(frozen=True)
class Talk:
    """A world with a dialogue: rows of its two exports."""

    world: World
    answers: tuple[Row, ...]
    ratings: tuple[Row, ...]


def timed_dialogue() -> Dialogue:
    """Return the project's dialogue with a column of times."""
    dialogue = project_settings().dialogues["dialoog_2024"]
    timed = {
        part: DialogueColumns.model_validate(
            dialogue.columns(part).model_dump() | {"time": "tijd"}  # type: ignore[arg-type]
        )
        for part in ("answers", "ratings")
    }
    return dialogue.model_copy(update=timed)


def settings_with(dialogue: Dialogue) -> Settings:
    """Return the project's settings with another dialogue."""
    return project_settings().model_copy(update={"dialogues": {"dialoog_2024": dialogue}})


def talk(seed: int = 3, scale: float = 0.5, waves: Sequence[str] = (WAVE,)) -> Talk:
    """Return a world in which 140 employees and up to 40 hr representatives talk at one wave."""
    rng = random.Random(seed)
    world = build_world(seed, waves=waves, scale=scale)
    people = world.people[WAVE]
    employees = [person for person in people if person["side"] == "employee"]
    hr = [person for person in people if person["side"] == "hr"]
    chosen = rng.sample(employees, 140) + rng.sample(hr, min(40, len(hr)))
    answers, ratings = [], []
    for person in chosen:
        spoken = {
            "deelnemer_id": person["respondent_id"],
            "rol": "medewerker" if person["side"] == "employee" else "hr-vertegenwoordiger",
            "vraag_id": "V1",
        }
        wrote = rng.random() < 0.6
        number = rng.randrange(len(WORDINGS))
        if wrote:
            answers.append(
                spoken
                | {"ronde": 1, "antwoord_id": f"export-{number}", "aspect_id": ""}
                | {"tekst": rng.choice(WORDINGS[number]), "tijd": rng.randrange(10**6)}
            )
        for rated in range(len(WORDINGS)):
            score = max(-3, min(3, round(rng.gauss(1.2 - 0.5 * rated, 1.6))))
            ratings.append(
                spoken
                | {"ronde": 2, "antwoord_id": f"export-{rated}", "waardering": score}
                | {"tijd": rng.randrange(10**6)}
            )
    return Talk(world, tuple(answers), tuple(ratings))


def scrambled(told: Talk, seed: int) -> Talk:
    """Return the talk in which others said it, elsewhere, at another time, in another order.

    Who wrote and rated is exchanged within a side, whole persons at a time; the questionnaire's
    explanations are exchanged too.
    """
    rng = random.Random(seed)
    names: dict[str, str] = {}
    for side in ("medewerker", "hr-vertegenwoordiger"):
        rows = [row for row in (*told.answers, *told.ratings) if row["rol"] == side]
        people = sorted({row["deelnemer_id"] for row in rows})
        names |= dict(zip(people, rng.sample(people, len(people)), strict=True))

    def other(rows: Sequence[Row]) -> tuple[Row, ...]:
        moved = [
            row | {"deelnemer_id": names[row["deelnemer_id"]], "tijd": rng.randrange(10**6)}
            for row in rows
        ]
        return tuple(rng.sample(moved, len(moved)))

    return replace(
        told, world=explained_by_others(told.world, rng), answers=other(told.answers),
        ratings=other(told.ratings),
    )  # fmt: skip


def explained_by_others(world: World, rng: random.Random) -> World:
    """Return the world in which explanations went to other people of the same side."""
    people = list(world.people[WAVE])
    for side in ("employee", "hr"):
        mine = [place for place, person in enumerate(people) if person["side"] == side]
        quotes = [people[place]["answers"]["quote"] for place in mine]
        rng.shuffle(quotes)
        for place, quote in zip(mine, quotes, strict=True):
            answers = people[place]["answers"] | {"quote": quote}
            people[place] = people[place] | {"answers": answers}
    return world.with_people(WAVE, people)


def load_part(store: Store, settings: Settings, part: Part, rows: Sequence[Row]) -> None:
    """Load rows as one part of the dialogue."""
    path = store.root / "outside" / f"{part}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    asked = Spoken(settings.dialogues["dialoog_2024"], part)
    register = read_register(store.register)
    report = load_file(
        path, store, settings, wave_id=WAVE, instrument=asked, register=register, now=NOW
    )
    assert report.outcome == "landed", report.delivery.reason


def moderate_all(store: Store, verdict: str = "released") -> None:
    """Decide the same about every text, by two people."""
    with open_moderation(store) as connection:
        decisions = [
            Decision(text.text_id, who, verdict, text.redacted, None, "2026-01-10")  # type: ignore[arg-type]
            for text in texts_of(connection, WAVE)
            for who in ("anna", "bert")
        ]
        put_decisions(connection, decisions)


def store_of(told: Talk, root: Path) -> tuple[Store, Settings]:
    """Return a store with the talk loaded and everything released by its moderators."""
    settings = settings_with(timed_dialogue())
    store = load_world(told.world, root)
    load_part(store, settings, "answers", told.answers)
    load_part(store, settings, "ratings", told.ratings)
    with open_ledger(store) as ledger:
        propose(ledger, store, WAVE, settings, CONFIG)
    moderate_all(store)
    return store, settings


def release_talk(told: Talk, root: Path) -> Released:
    """Return the release of a talk."""
    store, settings = store_of(told, root)
    return release_of(store, settings)


def release_of(store: Store, settings: Settings, waves: Sequence[str] = (WAVE,)) -> Released:
    """Return the release of waves of a loaded store."""
    register = read_register(store.register)
    with open_ledger(store) as ledger:
        for wave in waves:
            if ledger.wave_state(wave).state == "open":
                close_wave(ledger, store, wave, settings, register)
        release_id = build_release(ledger, store, waves, settings, register)
    return read_release(store.releases / f"{release_id}.duckdb")
