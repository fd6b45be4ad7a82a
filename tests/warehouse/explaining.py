"""Two small released sectors for the tests of explanations, and how a row is explained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import load_files
from etl.simulate import simulate_sector
from tests.builders import (
    Released,
    World,
    build_world,
    load_world,
    project_settings,
    read_release,
    release_store,
)
from warehouse.explain import KEYS, Explanation, asking, explain
from warehouse.explain.model import Ask, Figure, Row
from warehouse.paths import Store
from warehouse.register import read_register

Bundle = tuple[Released, Ask]
PARTS = ("value", "low", "high")
WAVES = ("2024", "2025", "2026")
MERGED = "ORGMERGED"


def opened(path: Path) -> Iterator[Bundle]:
    """Yield a release and a way to ask its file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        yield read_release(path), cache(asking(connection))


def merging(world: World) -> tuple[World, list[str]]:
    """Return a world in which two large organisations are one at the last wave, and which two."""
    counts: dict[str, int] = {}
    for person in world.people[WAVES[0]]:
        if person["side"] == "employee":
            name = person["organisation_id"]
            counts[name] = counts.get(name, 0) + 1
    first, second = sorted(
        (name for name in counts if name[3:].isdigit()), key=lambda name: (-counts[name], name)
    )[:2]

    def renamed(row: Row) -> Row:
        named = row | {"organisation_id": MERGED}
        return named | ({"name": "Samen"} if "name" in row else {})

    people = {
        wave: [
            renamed(one) if one["organisation_id"] == first else one
            for one in rows
            if one["organisation_id"] != second
        ]
        if wave == WAVES[-1]
        else rows
        for wave, rows in world.people.items()
    }
    register = [
        renamed(row) if (row["organisation_id"], row["wave_id"]) == (first, WAVES[-1]) else row
        for row in world.register
        if (row["organisation_id"], row["wave_id"]) != (second, WAVES[-1])
    ]
    return World(people, register), [first, second]


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """Yield the release of a small sector of three waves; two merge, no giant dominates it."""
    world, gone = merging(build_world(21, waves=WAVES).without("ORGGIANT"))
    store = load_world(world, tmp_path_factory.mktemp("explain"))
    events = [f"{name},merger,2026-01-01,{MERGED}" for name in gone]
    head = "organisation_id,event,event_date,successor_id"
    (store.register / "events.csv").write_text("\n".join([head, *events, ""]), "utf-8")
    found = release_store(store, WAVES)
    yield from opened(store.releases / f"{found.release_id}.duckdb")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """Yield the release of a small demonstration sector, trend break and dialogue included."""
    store, settings = Store(tmp_path_factory.mktemp("demo")), project_settings()
    store.create()
    simulate_sector(store.root, settings, organisations=120, seed=3)
    exports = sorted(path for path in store.inbox.iterdir() if path.is_file())
    load_files(exports, store, settings, register=read_register(store.register))
    found = release_store(store, ["2023", "2024", "2025"])
    yield from opened(store.releases / f"{found.release_id}.duckdb")


def explained(
    bundle: Bundle,
    table: str,
    row: Row,
    shown: frozenset[str] | None = None,
    *,
    with_cells: bool = True,
) -> Explanation:
    """Return the explanation of a row."""
    key = {name: row[name] for name in KEYS[table]}
    return explain(bundle[1], table, key, shown, with_cells=with_cells)


def published(bundle: Bundle, table: str) -> list[Row]:
    """Return the rows of a table that are not hidden."""
    rows = bundle[0].tables[table]
    return [row for row in rows if row.get("status", "published") == "published"]


def same(one: float, other: float) -> bool:
    """Return whether two figures agree to the ninth decimal."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def differs(released: Figure, recomputed: Figure, part: str) -> bool:
    """Return whether a part is not recomputed to the ninth decimal."""
    one, other = getattr(released, part), getattr(recomputed, part)
    if one is None or other is None:
        return one is not other
    return not same(one, other)


def own_organisation(bundle: Bundle) -> str:
    """Return an organisation with an own grade."""
    row = bundle[0].score(group_kind="organisation", item_id="grade", status="published")[0]
    return str(row["group_id"])


def organisation_of(row: Row) -> str | None:
    """Return the organisation a row is about, None for one that is about a group."""
    if "organisation_id" in row:
        return str(row["organisation_id"])
    return str(row["group_id"]) if row.get("group_kind") == "organisation" else None
