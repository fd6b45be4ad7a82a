"""Seeded sectors in which every threat of statistics.md §8.1 has something to take.

One sector lives through what T4 fears: a file is corrected before its wave is closed, another comes
too late, a second wave is released beside the first, two organisations merge, and the register says
something else of a wave that was released. Smaller ones are made for one threat each.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etl.pipeline import load_files
from etl.report import LoadReport
from tests.builders import (
    Organisation,
    Released,
    Row,
    World,
    build_world,
    members,
    project_settings,
    read_release,
    register_row,
    write_exports,
    write_register,
    write_rows,
)
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.status import publish_status
from warehouse.waves import close_wave

FIRST, SECOND = "2025", "2026"
MERGED = "ORGMERGED"
NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def employees(world: World, wave: str, organisation: str, item: str = "grade") -> list[Row]:
    """Return who of an organisation answered a question."""
    return [
        person
        for person in world.people[wave]
        if person["organisation_id"] == organisation
        and person["side"] == "employee"
        and person["answers"].get(item) is not None
    ]


def changed(world: World, wave: str, change: Callable[[Row], Row | None]) -> World:
    """Return a world with other people in a wave; None takes somebody out."""
    people = [change(person) for person in world.people[wave]]
    return world.with_people(wave, [person for person in people if person is not None])


def merged(world: World, parts: Sequence[str]) -> World:
    """Return the world in which organisations are one at the second wave."""

    def join(person: Row) -> Row | None:
        if person["organisation_id"] not in parts:
            return person
        # Three hr representatives are known people; more would wait for a person's review.
        if person["side"] == "hr" and person["organisation_id"] != parts[0]:
            return None
        return person | {"organisation_id": MERGED}

    gone = [r for r in world.register if r["wave_id"] == SECOND and r["organisation_id"] in parts]
    heads = sum(row["headcount"] for row in gone)
    more = gone[0] | {"organisation_id": MERGED, "name": "Samen"}
    more |= {"headcount": heads, "employees_invited": heads}
    kept = [row for row in world.register if row not in gone]
    return replace(changed(world, SECOND, join), register=[*kept, more])


def counted(world: World, wave: str) -> Counter[str]:
    """Return how many answered the grade, per organisation."""
    names = {row["organisation_id"] for row in world.register if row["wave_id"] == wave}
    return Counter({name: len(employees(world, wave, name)) for name in sorted(names)})


@dataclass(frozen=True)
class History:
    """The sector, its store, and what there was to see at each moment."""

    world: World
    before: World
    store: Store
    late: LoadReport
    releases: tuple[Released, ...]
    statuses: tuple[Released, ...]
    person: Row
    moved: str
    parts: tuple[str, ...]


def main_world() -> World:
    """Return two waves without a giant: beside it no mean of respondents is published."""
    world = build_world(31, waves=(FIRST, SECOND)).without("ORGGIANT")
    heads, n = world.headcounts(FIRST), counted(world, FIRST)
    own = [name for name in sorted(n) if n[name] >= 12 and 100 <= (heads[name] or 0) <= 249]
    return with_headcount(merged(world, own[:2]), small_at_border(world), (SECOND,))


def someone_late(world: World) -> Row:
    """Return a person without whom an organisation has exactly ten answers, with age and grade."""
    n = counted(world, FIRST)
    name = next(name for name in sorted(n) if n[name] == 11 and name != "ORGCROWDED")
    return next(p for p in employees(world, FIRST, name) if p["age_group"] is not None)


def small_at_border(world: World) -> str:
    """Return an organisation below the floor that is just large enough for its size band."""
    n, heads = counted(world, FIRST), world.headcounts(FIRST)
    small = [name for name in sorted(n) if 0 < n[name] < 10 and 50 <= (heads[name] or 0) <= 60]
    return small[0]


def with_headcount(world: World, organisation: str, waves: Sequence[str]) -> World:
    """Return the world in which an organisation is one person too small for its band."""

    def smaller(row: Row) -> Row:
        here = row["organisation_id"] == organisation and row["wave_id"] in waves
        return row | {"headcount": 49} if here else row

    return replace(world, register=[smaller(row) for row in world.register])


def regraded(world: World, organisation: str) -> World:
    """Return the world in which everybody of an organisation gave another grade."""

    def other(person: Row) -> Row:
        here = person["organisation_id"] == organisation
        return person | {"answers": person["answers"] | {"grade": 5}} if here else person

    return changed(world, FIRST, other)


def part_with(world: World, directory: Path, organisation: str, version: str) -> Path:
    """Write the export with an organisation's people as a later version of itself."""
    for path in write_exports(world, directory):
        if path.name.startswith(FIRST) and organisation in path.read_text(encoding="utf-8"):
            return path.rename(path.with_name(f"{path.stem}_{version}.csv"))
    raise LookupError(organisation)


@dataclass(frozen=True)
class Steward:
    """Who loads, closes and releases."""

    store: Store

    def load(self, paths: Sequence[Path]) -> list[LoadReport]:
        """Return what became of files."""
        register = read_register(self.store.register)
        return list(load_files(paths, self.store, project_settings(), register=register))

    def release(self, wave: str) -> Released:
        """Return the release after a wave was closed and released."""
        settings, register = project_settings(), read_register(self.store.register)
        with open_ledger(self.store) as ledger:
            close_wave(ledger, self.store, wave, settings, register)
            live = release_waves(ledger, self.store, settings, [wave], register, NOW)
        return read_release(self.store.releases / f"{live}.duckdb")

    def status(self) -> Released:
        """Return the status file of this moment, now current."""
        settings, register = project_settings(), read_register(self.store.register)
        with open_ledger(self.store) as ledger:
            found = publish_status(ledger, self.store, settings, register, NOW)
        return read_release(self.store.status / f"{found}.duckdb")


def live_through(root: Path) -> History:
    """Return the sector after everything happened to it."""
    world = main_world()
    person, moved = someone_late(world), small_at_border(world)
    name = person["organisation_id"]
    before = changed(world.only(FIRST), FIRST, lambda p: None if p is person else p)
    steward = Steward(Store(root))
    write_register(world, steward.store)
    assert all(r.outcome == "landed" for r in steward.load(write_exports(before, root / "first")))
    statuses = [steward.status()]
    [correction] = steward.load([part_with(world, root / "second", name, "v2")])
    assert correction.outcome == "landed"
    statuses.append(steward.status())
    releases = [steward.release(FIRST)]
    [late] = steward.load([part_with(regraded(world, name), root / "third", name, "v3")])
    write_register(with_headcount(world, moved, (FIRST, SECOND)), steward.store)
    parts = tuple(sorted(set(world.headcounts(FIRST)) - set(world.headcounts(SECOND))))
    events = [
        {"organisation_id": part, "event": "merger", "event_date": "2026-01-01",
         "successor_id": MERGED}
        for part in parts
    ]  # fmt: skip
    write_rows(steward.store.register / "events.csv", events)
    later = [p for p in write_exports(world, root / "fourth") if p.name.startswith(SECOND)]
    assert all(report.outcome == "landed" for report in steward.load(later))
    releases.append(steward.release(SECOND))
    statuses.append(steward.status())
    return History(
        world, before, steward.store, late, tuple(releases), tuple(statuses), person, moved, parts
    )


def keeping(world: World, wave: str, organisations: Sequence[str]) -> World:
    """Return the world in which only some organisations took part in a wave."""
    chosen = set(organisations)
    return changed(
        world, wave, lambda person: person if person["organisation_id"] in chosen else None
    )


def overlapping() -> World:
    """Return a small sector in whose middle band one organisation of fewer than ten took part."""
    world = build_world(20, scale=0.4).without("ORGGIANT")
    heads, n = world.headcounts(FIRST), counted(world, FIRST)
    middle = [name for name in sorted(n) if 50 <= (heads[name] or 0) <= 99]
    kept = next(name for name in middle if 0 < n[name] < 10)
    return keeping(world, FIRST, [name for name in n if name not in middle or name == kept])


def agreeing() -> World:
    """Return a sector in whose smaller bands all hr representatives say the same."""
    world = build_world(20, scale=0.6)
    heads = world.headcounts(FIRST)

    def agree(person: Row) -> Row:
        same = person["side"] == "hr" and (heads[person["organisation_id"]] or 99) <= 49
        return (
            person | {"answers": person["answers"] | {"grade": 8, "aspect_trust": 4}}
            if same
            else person
        )

    return changed(world, FIRST, agree)


def one_without_distribution() -> World:
    """Return a sector of large organisations that show every answer, and one that does not.

    The one shares the distribution of its band with two that are withheld.
    """
    rng = random.Random(7)
    chosen = [Organisation(f"ORGL{n}", 400 + n, 60, 1, rng.gauss(0, 0.3)) for n in range(6)]
    chosen += [Organisation(f"ORGM{n}", 60 + n, size, 1, 0.0) for n, size in enumerate((9, 5, 12))]
    people = [person for one in chosen for person in members(rng, one, 1.0)]
    for person in people:
        person["answers"]["grade"] = person["answers"].get("grade") or 7
    return World({FIRST: people}, [register_row(one, FIRST) for one in chosen])
