"""A small sector as real export files, and the real pipeline that turns it into a release."""

from __future__ import annotations

import csv
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from etl.pipeline import load_files
from tests import reference
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.release import build_release
from warehouse.settings import Settings, load_settings
from warehouse.waves import close_wave

CONFIG = Path(__file__).resolve().parents[1] / "config"
INSTRUMENT = "eigen_regie_2024"
SPARSE = "training_satisfaction"
NOT_OFFERED = 8
REGISTER_COLUMNS = ("organisation_id", "wave_id", "name", "headcount", "employees_invited")
UNHASHED = ("release", "delivery")

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# What people name as a barrier, in turn; codes of the questionnaire.
BARRIERS: Mapping[str, tuple[int | None, ...]] = {
    "employee": (8, 5, 8, None, 6, 8, 7, 5, 2),
    "hr": (7, 7, 5, None, 7, 6, 7, 5, 8),
}
# Per size band: how many organisations, their headcounts, and how many of their employees answer.
# The response lies around the floor of ten on purpose.
BAND_PLANS: Mapping[str, tuple[int, tuple[int, int], tuple[int, ...]]] = {
    "0-9": (7, (2, 9), (1, 2, 3, 5, 8)),
    "10-49": (22, (22, 49), (2, 5, 8, 9, 9, 10, 10, 11, 11, 12, 15, 21)),
    "50-99": (16, (50, 99), (4, 9, 9, 10, 10, 11, 13, 18, 26)),
    "100-249": (15, (100, 249), (9, 10, 10, 11, 11, 14, 23, 31)),
    "250+": (8, (250, 900), (8, 9, 10, 11, 20, 36)),
}


@dataclass(frozen=True)
class World:
    """People and their answers per wave, and the register.

    A person is a dict with `respondent_id`, `organisation_id`, `side`, `age_group` and `answers`
    (item_id → code, None when skipped).
    """

    people: dict[str, list[Row]]
    register: list[Row]

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves, in order of time."""
        return tuple(sorted(self.people))

    def headcounts(self, wave_id: str) -> dict[str, int | None]:
        """Return the headcount of each organisation of a wave."""
        rows = (row for row in self.register if row["wave_id"] == wave_id)
        return {row["organisation_id"]: row["headcount"] for row in rows}

    def as_reference(self, wave_id: str) -> reference.Wave:
        """Return a wave as the reference reads it."""
        headcounts = self.headcounts(wave_id)
        return reference.Wave(wave_id, self.people[wave_id], headcounts, numeric_items())

    def expected(self) -> reference.Tables:
        """Return what the reference says the release must hold."""
        return reference.released([self.as_reference(wave) for wave in self.waves])

    def with_people(self, wave_id: str, people: Sequence[Row]) -> World:
        """Return the world with other people in a wave."""
        return replace(self, people=self.people | {wave_id: list(people)})

    def without(self, organisation: str) -> World:
        """Return the world in which nobody of an organisation took part."""
        return replace(
            self,
            people={
                wave: [row for row in rows if row["organisation_id"] != organisation]
                for wave, rows in self.people.items()
            },
        )

    def only(self, wave_id: str) -> World:
        """Return the world as far as its register goes, with the people of one wave."""
        return replace(self, people={wave_id: self.people[wave_id]})


@dataclass(frozen=True)
class Released:
    """A release as read back from its file: rows per table."""

    release_id: str
    tables: Tables

    def hashed(self) -> Tables:
        """Return the tables that are the release's contents, without those that hold times."""
        return {name: rows for name, rows in self.tables.items() if name not in UNHASHED}

    def score(self, **key: str) -> list[Row]:
        """Return the scores that match."""
        return [row for row in self.tables["score"] if key.items() <= row.items()]


@cache
def project_settings() -> Settings:
    """Return the project's own configuration."""
    return load_settings(CONFIG)


@cache
def instrument_file() -> dict[str, Any]:
    """Return the questionnaire of the world as it stands in `config/`."""
    text = (CONFIG / "instruments" / f"{INSTRUMENT}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def numeric_items() -> tuple[reference.Item, ...]:
    """Return the items with a mean or a share."""
    scales = instrument_file()["scales"]
    return tuple(
        reference.Item(
            item_id=item["item_id"],
            kind=item["kind"],
            lowest=scales[item["scale"]]["minimum"],
            highest=scales[item["scale"]]["maximum"],
            sides=tuple(item["sides"]),
        )
        for item in instrument_file()["item"]
        if item["kind"] in ("grade", "likert", "mention", "yes_no")
    )


# --- People --------------------------------------------------------------------------------------


def clipped(value: float, low: int, high: int) -> int:
    """Return a whole answer on the scale."""
    return min(high, max(low, round(value)))


def answers_of(rng: random.Random, mood: float, side: str) -> dict[str, int | str | None]:
    """Return one person's answers; `mood` shifts all scales of an organisation."""
    found: dict[str, int | str | None] = {}
    mentions = [item.item_id for item in numeric_items() if item.kind == "mention"]
    weights = [3.0 / (1 + place) for place in range(len(mentions))]
    chosen = set(rng.choices(mentions, weights, k=3))
    names_none = rng.random() < 0.08
    for item in numeric_items():
        if side not in item.sides:
            continue
        missing = 0.45 if item.item_id == SPARSE else 0.06
        if item.kind == "mention":
            found[item.item_id] = None if names_none else int(item.item_id in chosen)
        elif rng.random() < missing:
            found[item.item_id] = None
        elif item.kind == "yes_no":
            not_offered = item.item_id.startswith("scheme_leave") and rng.random() < 0.6
            found[item.item_id] = NOT_OFFERED if not_offered else int(rng.random() < 0.5 + mood / 5)
        else:
            middle, spread = (7.2, 1.3) if item.kind == "grade" else (3.6, 0.9)
            found[item.item_id] = clipped(
                rng.gauss(middle + mood, spread), item.lowest, item.highest
            )
    found["reason"] = rng.choice([None, 1, 2, 6])
    found["quote"] = rng.choice([None, "ruimte, maar veel regels"])
    if found["grade"] is None and found["aspect_trust"] is None:
        found["grade"] = 7
    return found


def barrier_of(organisation: str, side: str, number: int) -> dict[str, int | None]:
    """Return what somebody names as a barrier, without drawing a number for it."""
    turns = BARRIERS[side]
    return {"barrier": turns[(sum(organisation.encode()) + number) % len(turns)]}


def people_of(
    rng: random.Random, organisation: str, side: str, count: int, mood: float
) -> list[Row]:
    """Return the people of one organisation on one side."""
    return [
        {
            "respondent_id": f"{organisation}-{side[0]}{number}",
            "organisation_id": organisation,
            "side": side,
            "age_group": rng.choice([None, 1, 2, 3]) if side == "employee" else None,
            "answers": answers_of(rng, mood, side) | barrier_of(organisation, side, number),
        }
        for number in range(count)
    ]


@dataclass(frozen=True)
class Organisation:
    """One employer of the world at one wave."""

    organisation_id: str
    headcount: int | None
    response: int
    representatives: int
    mood: float


def plan(rng: random.Random, scale: float) -> list[Organisation]:
    """Return the organisations of a world, at `scale` times the plan of each band."""
    found = []
    for band, (count, (low, high), responses) in BAND_PLANS.items():
        for _ in range(max(2, round(count * scale * rng.uniform(0.7, 1.2)))):
            heads = rng.randint(low, high)
            response = min(heads, rng.choice(responses))
            representatives = rng.choice([0, 1, 1, 1, 2, 3]) if band != "0-9" else 1
            found.append((heads, response, representatives))
    names = rng.sample(range(100, 999), len(found))
    return [
        Organisation(f"ORG{name}", *numbers, mood=rng.gauss(0, 0.4))
        for name, numbers in zip(names, found, strict=True)
    ]


def odd_ones(rng: random.Random) -> list[Organisation]:
    """Return a giant, one without headcount, one whose employees all say the same, one of which
    only hr answers, and one with more answers than the register knows employees.
    """
    return [
        Organisation("ORGGIANT", 3900, rng.choice([60, 400]), 3, 0.1),
        Organisation("ORGNOHEADS", None, rng.choice([6, 14]), 2, 0.0),
        Organisation("ORGSAME", 61, 12, 1, 0.0),
        Organisation("ORGSILENT", 140, 0, 1, 0.0),
        Organisation("ORGCROWDED", 8, 12, 1, 0.2),
    ]


def build_world(
    seed: int, waves: Sequence[str] = ("2025",), scale: float = 1.0, response: float = 1.0
) -> World:
    """Return a sector of some seventy organisations (at scale 1), the same for the same seed."""
    rng = random.Random(seed)
    organisations = plan(rng, scale) + odd_ones(rng)
    people: dict[str, list[Row]] = {wave: [] for wave in waves}
    register = []
    for wave in waves:
        for organisation in organisations:
            people[wave] += members(rng, organisation, response)
            register.append(register_row(organisation, wave))
    return World(people, register)


def members(rng: random.Random, organisation: Organisation, response: float) -> list[Row]:
    """Return everybody of an organisation who took part in a wave."""
    name, mood = organisation.organisation_id, organisation.mood
    count = round(organisation.response * response)
    employees = people_of(rng, name, "employee", count, mood)
    if name == "ORGSAME":
        for person in employees:
            person["answers"] |= {"grade": 10, "scheme_career_budget_awareness": 0}
    return employees + people_of(rng, name, "hr", organisation.representatives, mood + 0.3)


def register_row(organisation: Organisation, wave_id: str) -> Row:
    """Return an organisation's row of `headcounts.csv`."""
    return {
        "organisation_id": organisation.organisation_id,
        "wave_id": wave_id,
        "name": f"Stichting {organisation.organisation_id.title()}",
        "headcount": organisation.headcount,
        "employees_invited": organisation.headcount,
    }


# --- Files ---------------------------------------------------------------------------------------


def text_of(item: Mapping[str, Any], answer: object) -> str:
    """Return an answer as an export spells it: by its label where the scale has labels."""
    if answer is None:
        return ""
    scale = instrument_file()["scales"].get(item.get("scale"), {})
    codes = scale.get("labels", {}) | scale.get("not_applicable", {})
    return next((label for label, code in codes.items() if code == answer), str(answer))


def cells_of(person: Row) -> dict[str, str]:
    """Return a person as the cells of an export."""
    instrument = instrument_file()
    columns = instrument["columns"]
    side = next(label for label, side in instrument["sides"].items() if side == person["side"])
    cells = {
        columns["respondent"]: person["respondent_id"],
        columns["organisation"]: person["organisation_id"],
        columns["side"]: side,
    }
    answers = person["answers"] | {"age_group": person["age_group"]}
    for item in instrument["item"]:
        cells[item["column"]] = text_of(item, answers.get(item["item_id"]))
    return cells


def write_export(path: Path, people: Sequence[Row]) -> Path:
    """Write people as one export with semicolons."""
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = list(cells_of({**people[0], "answers": {}}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, delimiter=";")
        writer.writeheader()
        writer.writerows(cells_of(person) for person in people)
    return path


def write_exports(world: World, directory: Path, parts: int = 2) -> list[Path]:
    """Write a world as a few exports per wave; an organisation's people stay in one file."""
    paths = []
    for wave_id, people in world.people.items():
        files: dict[int, list[Row]] = defaultdict(list)
        for person in people:
            files[sum(person["organisation_id"].encode()) % parts].append(person)
        for number, rows in sorted(files.items()):
            paths.append(write_export(directory / f"{wave_id}-bureau-{number}.csv", rows))
    return paths


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as a plain CSV file with commas."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_register(world: World, store: Store) -> None:
    """Write the two files of the register into a store."""
    store.create()
    write_rows(store.register / "headcounts.csv", world.register)
    names = {row["organisation_id"]: row["name"] for row in world.register}
    organisations = [
        {"organisation_id": name, "name": full, "valid_from": world.waves[0]}
        for name, full in names.items()
    ]
    write_rows(store.register / "organisations.csv", organisations)
    write_rows(store.register / "reviews.csv", accepted(world))


def accepted(world: World) -> list[Row]:
    """Return the reviews without which crowded organisations would keep a wave from closing."""
    words = {"accepted_by": "steward", "accepted_on": "2026-01-01", "reason": "temporary staff"}
    found = []
    for wave in sorted({row["wave_id"] for row in world.register}):
        people = world.people.get(wave, [])
        took_part = Counter(row["organisation_id"] for row in people if row["side"] == "employee")
        crowded = [o for o, n in world.headcounts(wave).items() if n and took_part[o] > n]
        key = {"wave_id": wave, "check": "more_than_headcount"}
        found += [key | {"organisation_id": name} | words for name in (*crowded, "ORGCROWDED")]
    return [dict(row) for row in {tuple(row.items()): row for row in found}.values()]


# --- The real pipeline ---------------------------------------------------------------------------


def load_world(world: World, root: Path, *, order: int = 1, times: int = 1) -> Store:
    """Return a store into which a world's exports were loaded."""
    store, settings = Store(root), project_settings()
    write_register(world, store)
    paths = write_exports(world, root / "outside")[::order]
    register = read_register(store.register)
    for _ in range(times):
        for report in load_files(paths, store, settings, register=register):
            assert report.outcome in ("landed", "unchanged"), report.delivery.reason
            assert report.delivery.refused_count == 0, report.examples
    return store


def release_store(store: Store, waves: Sequence[str]) -> Released:
    """Return the release of a loaded store's waves."""
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        for wave in waves:
            close_wave(ledger, store, wave, settings, register)
        release_id = build_release(ledger, store, waves, settings, register)
    return read_release(store.releases / f"{release_id}.duckdb")


def release_world(world: World, root: Path, *, order: int = 1, times: int = 1) -> Released:
    """Return the release of a world: exports written, loaded, closed and released."""
    return release_store(load_world(world, root, order=order, times=times), world.waves)


def read_release(path: Path) -> Released:
    """Return every row of a released file, sorted."""
    tables: Tables = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [row[0] for row in connection.execute("show tables").fetchall()]
        for name in names:
            found = connection.execute(f"select * from {name} order by all")
            columns = [column[0] for column in found.description or ()]
            tables[name] = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return Released(path.stem, tables)
