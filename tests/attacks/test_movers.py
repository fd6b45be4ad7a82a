"""What matched changes give away of organisations that left or joined, and that the audit sees it.

Real exports run through the real pipeline. Each world says who took part in which wave; a mutant
leaves a rule out, and then a reader really works out an organisation's grade.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.attacks.test_guard_mutants import audited, kinds
from tests.builders import (
    Organisation,
    Released,
    World,
    load_world,
    people_of,
    project_settings,
    read_release,
    register_row,
    release_store,
)
from warehouse import release
from warehouse.audit.report import AuditReport
from warehouse.benchmark import change_parts, matched
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves, withdraw_wave
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.waves import close_wave

Patch = pytest.MonkeyPatch
ITEM = "grade"
STAY = tuple(f"STAY{number:02}" for number in range(12))
MOVE = tuple(f"MOVE{number:02}" for number in range(12))
ANSWERS = 26


HEADS = {name: 52 + 2 * place for place, name in enumerate((*STAY, *MOVE))}
# Who stays employ 60 each, who joins 75; but for one.
ODD = dict.fromkeys(STAY, 60) | dict.fromkeys(MOVE, 75) | {MOVE[5]: 99}


def world_of(waves: Mapping[str, Sequence[str]], heads: Mapping[str, int] = HEADS) -> World:
    """Return a world in which these organisations, all of one band, took part in each wave."""
    rng = random.Random(71)
    known = [Organisation(name, heads[name], ANSWERS, 1, rng.gauss(0, 0.5)) for name in heads]
    people = {
        wave: [
            person
            for one in known
            if one.organisation_id in there
            for side, count in (("employee", ANSWERS), ("hr", 1))
            for person in people_of(rng, one.organisation_id, side, count, one.mood)
        ]
        for wave, there in waves.items()
    }
    return World(people, [register_row(one, wave) for wave in waves for one in known])


WORLDS: dict[str, dict[str, Sequence[str]]] = {
    "one leaver": {"2024": (*STAY, MOVE[0]), "2025": STAY},
    "four joiners": {"2024": STAY, "2025": (*STAY, *MOVE[:4])},
    "five of each": {"2024": (*STAY, *MOVE[:5]), "2025": (*STAY, *MOVE[5:10])},
    "leavers among the joiners": {
        "2024": STAY,
        "2025": (*STAY, *MOVE[:6]),
        "2026": (*STAY, MOVE[5]),
    },
    "others after others": {
        "2024": STAY,
        "2025": (*STAY, *MOVE[:6]),
        "2026": (*STAY, *MOVE[6:]),
    },
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Store]:
    """Return a way to a copy of a loaded world, whose waves are still open."""
    stores: dict[str, Store] = {}

    def copy(name: str, root: Path) -> Store:
        if name not in stores:
            stores[name] = load_world(world_of(WORLDS[name]), tmp_path_factory.mktemp("movers"))
        return Store(shutil.copytree(stores[name].root, root / "store"))

    return copy


def part(released: Released, pair: tuple[str, str], name: str) -> dict[str, Any]:
    """Return a part of the change of the grade."""
    [found] = [
        row
        for row in released.tables["change_part"]
        if (row["wave_from"], row["wave_to"], row["item_id"], row["part"]) == (*pair, ITEM, name)
    ]
    return found


def statuses(released: Released) -> dict[tuple[str, str], str]:
    """Return the status of each pair's matched change of the grade; both halves share it."""
    found = {}
    for row in released.tables["change_part"]:
        if row["item_id"] == ITEM and row["part"] in ("matched", "composition"):
            pair = row["wave_from"], row["wave_to"]
            assert found.setdefault(pair, row["status"]) == row["status"]
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one leaver", ["too_few_organisations"]),
        ("four joiners", ["too_few_organisations"]),
        ("five of each", ["published"]),
        ("leavers among the joiners", ["published", "withheld_complement"]),
        ("others after others", ["published", "published"]),
    ],
)
def test_an_honest_release_is_green_and_shows_what_is_safe(
    loaded: Callable[[str, Path], Store], tmp_path: Path, name: str, expected: list[str]
) -> None:
    store = loaded(name, tmp_path)
    released = release_store(store, list(WORLDS[name]))
    assert list(statuses(released).values()) == expected
    report = audited(store)
    assert report.findings == ()
    assert ("published" not in expected) or report.tried["matched changes"]
    for row in released.tables["change_part"]:
        hidden = [row[column] for column in ("change", "ci_low", "earlier_count", "later_count")]
        assert row["status"] == "published" or hidden == [None] * 4


# --- Rules left out ------------------------------------------------------------------------------


def skip_the_count(patch: Patch) -> None:
    """Show matched changes however few left or joined."""
    for module in (matched, change_parts):
        patch.setattr(module, "enough", lambda earlier, later: True)
    patch.setattr(matched, "hides", lambda block, sets: True)


def forget_earlier_pairs(patch: Patch) -> None:
    """Look at each pair of waves as if no other had been shown."""
    real = matched.hides
    patch.setattr(matched, "hides", lambda block, sets: real(block, sets[-1:]))


def unguarded(store: Store, waves: Sequence[str], patch: Patch) -> Released:
    """Return a release that the audit did not stop."""
    with patch.context() as open_door:
        open_door.setattr(release, "require_safe", lambda report: None)
        return release_store(store, waves)


@dataclass(frozen=True)
class Reader:
    """What a director reads of a release: the sector's benchmarks and the parts of changes."""

    released: Released

    def total(self, wave: str) -> float:
        """Return the sum of the grades of organisations."""
        [row] = [
            row
            for row in self.released.tables["benchmark"]
            if (row["wave_id"], row["group_kind"], row["item_id"]) == (wave, "sector", ITEM)
        ]
        return float(row["organisation_count"] * row["mean_of_organisations"])

    def moved(self, pair: tuple[str, str]) -> float:
        """Return the sum of the joiners' grades minus that of the leavers'."""
        same = part(self.released, pair, "matched")
        change = same["later_count"] * same["change"]
        return self.total(pair[1]) - self.total(pair[0]) - float(change)

    def grade(self, wave: str, organisation: str) -> float:
        """Return what must stay hidden."""
        key = {"wave_id": wave, "group_id": organisation, "item_id": ITEM, "side": "employee"}
        [row] = self.released.score(**key)
        return float(row["value"])


def test_one_leaver_is_given_away_when_the_count_is_skipped(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    store = loaded("one leaver", tmp_path)
    skip_the_count(monkeypatch)
    reader = Reader(unguarded(store, ["2024", "2025"], monkeypatch))
    assert -reader.moved(("2024", "2025")) == pytest.approx(reader.grade("2024", MOVE[0]))
    assert {"few organisations", "coalition"} <= kinds(audited(store))


@pytest.mark.slow
def test_four_joiners_turn_the_audit_red_when_the_count_is_skipped(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    store = loaded("four joiners", tmp_path)
    skip_the_count(monkeypatch)
    unguarded(store, ["2024", "2025"], monkeypatch)
    assert {"few organisations", "coalition"} <= kinds(audited(store))


@pytest.mark.slow
def test_a_chain_gives_the_one_who_stayed_away_when_earlier_pairs_are_forgotten(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    store = loaded("leavers among the joiners", tmp_path)
    forget_earlier_pairs(monkeypatch)
    reader = Reader(unguarded(store, ["2024", "2025", "2026"], monkeypatch))
    joined, left = reader.moved(("2024", "2025")), -reader.moved(("2025", "2026"))
    assert joined - left == pytest.approx(reader.grade("2025", MOVE[5]))
    report = audited(store)
    assert kinds(report) == {"coalition"}
    assert any("about 1 organisations" in finding.sentence for finding in report.findings)


@pytest.mark.slow
@pytest.mark.parametrize("is_guarded", [True, False])
def test_respondents_give_the_odd_headcount_among_the_joiners_away(
    tmp_path: Path, monkeypatch: Patch, is_guarded: bool
) -> None:
    """Take 60 times who stayed and 75 times the joiners out of the sum over headcounts."""
    store = load_world(world_of({"2024": STAY, "2025": (*STAY, *MOVE[:6])}, ODD), tmp_path)
    if not is_guarded:
        monkeypatch.setattr(matched, "weighting_hides", lambda block, inside, sets: True)
    reader = Reader(unguarded(store, ["2024", "2025"], monkeypatch))
    status = {True: "withheld_complement", False: "published"}[is_guarded]
    assert statuses(reader.released) == {("2024", "2025"): status}
    assert kinds(audited(store)) == (set() if is_guarded else {"coalition"})
    if is_guarded:
        return
    sector = {"wave_id": "2025", "group_kind": "sector", "item_id": ITEM, "side": "employee"}
    [respondents] = reader.released.score(**sector)
    joined = reader.moved(("2024", "2025"))
    stayed = reader.total("2025") - joined
    people = sum(ODD[name] for name in (*STAY, *MOVE[:6]))
    odd = (people * respondents["value"] - 60 * stayed - 75 * joined) / (99 - 75)
    assert odd == pytest.approx(reader.grade("2025", MOVE[5]))


# --- Released files edited -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(loaded: Callable[[str, Path], Store], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with a release that shows a matched change and lines, and is green."""
    store = loaded("leavers among the joiners", tmp_path_factory.mktemp("honest"))
    release_store(store, list(WORLDS["leavers among the joiners"]))
    return store


def edited(honest: Store, root: Path, *statements: str) -> AuditReport:
    """Return the audit of the released file after it was edited."""
    store = Store(shutil.copytree(honest.root, root / "edited"))
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return audited(store)


FIRST = f"item_id = '{ITEM}' AND wave_to = '2025'"
OWN_LINE = f"item_id = '{ITEM}' AND group_id = '{STAY[3]}' AND status = 'published'"
EDITS = {
    **{
        f"another {name} part": (
            f"UPDATE change_part SET change = change + 0.01 WHERE {FIRST} AND part = '{name}'",
            "unexplained",
        )
        for name in ("total", "matched", "composition")
    },
    "an interval of another width": (
        f"UPDATE change_part SET ci_high = ci_high + 0.01 WHERE {FIRST} AND part = 'matched'",
        "unexplained",
    ),
    "other counts": (
        f"UPDATE change_part SET later_count = 5 WHERE {FIRST} AND part = 'composition'",
        "unexplained",
    ),
    "a part nobody knows": (
        f"UPDATE change_part SET part = 'leavers' WHERE {FIRST} AND part = 'composition'",
        "unknown",
    ),
    "a matched change of a group of bands": (
        f"UPDATE change_part SET group_kind = 'size_band', group_id = '50-99' WHERE {FIRST} "
        "AND part = 'matched'",
        "unknown",
    ),
    "a size mix that is not there": (
        f"UPDATE change_part SET change = 0.1, earlier_count = 12, later_count = 18, "
        f"status = 'published' WHERE {FIRST} AND part = 'mix'",
        "unexplained",
    ),
    "the pair that was held back": (
        f"UPDATE change_part SET change = 0.1, earlier_count = 13, later_count = 13, "
        f"status = 'published' WHERE item_id = '{ITEM}' AND wave_to = '2026' AND part = 'matched'",
        "coalition",
    ),
    "a matched change among the changes": (
        f"UPDATE trend SET matched_change = 0.1 WHERE {FIRST} AND group_kind = 'sector'",
        "unexplained",
    ),
    "another slope": (
        f"UPDATE trend_line SET slope_per_year = slope_per_year + 0.001 WHERE {OWN_LINE}",
        "unexplained",
    ),
    "another interval of a slope": (
        f"UPDATE trend_line SET ci_low = ci_low - 0.001 WHERE {OWN_LINE}",
        "unexplained",
    ),
    "a line through fewer waves": (
        f"UPDATE trend_line SET wave_count = 4 WHERE {OWN_LINE}",
        "unexplained",
    ),
    "a robust slope of three waves": (
        f"UPDATE trend_line SET theil_sen_slope = 0.1 WHERE {OWN_LINE}",
        "unexplained",
    ),
    "a slope of the sector beyond all its waves": (
        f"UPDATE trend_line SET slope_per_year = 3 WHERE item_id = '{ITEM}' "
        "AND group_kind = 'sector' AND side = 'hr' AND status = 'published'",
        "unexplained",
    ),
    "a hidden line with a slope": (
        "UPDATE trend_line SET slope_per_year = 0.1 WHERE status = 'too_few_waves'",
        "leak",
    ),
}


def test_the_release_that_is_edited_is_green(honest: Store) -> None:
    assert audited(honest).is_safe


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_release_turns_the_audit_red(honest: Store, tmp_path: Path, name: str) -> None:
    statement, kind = EDITS[name]
    report = edited(honest, tmp_path, statement)
    assert kind in kinds(report), report.findings[:5]


# --- Waves that are added and taken back ---------------------------------------------------------


def released_one_by_one(store: Store, waves: Sequence[str]) -> list[Released]:
    """Return the releases of waves that are published one after another."""
    settings, register = project_settings(), read_register(store.register)
    found = []
    with open_ledger(store) as ledger:
        for wave in waves:
            close_wave(ledger, store, wave, settings, register)
            release_id = release_waves(ledger, store, settings, [wave], register)
            found.append(read_release(store.releases / f"{release_id}.duckdb"))
    return found


@pytest.mark.slow
def test_what_is_published_of_a_pair_stays_when_a_wave_is_added_or_taken_back(
    loaded: Callable[[str, Path], Store], tmp_path: Path
) -> None:
    store = loaded("others after others", tmp_path)
    _, second, third = released_one_by_one(store, list(WORLDS["others after others"]))
    assert part(second, ("2024", "2025"), "matched") == part(third, ("2024", "2025"), "matched")
    assert statuses(second) == {("2024", "2025"): "published"}
    assert set(statuses(third).values()) == {"published"}
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        done = withdraw_wave(ledger, store, project_settings(), register, "2025", "mixed up")
    last = read_release(store.releases / f"{done.live}.duckdb")
    # Who joined or left 2024 and 2026 was told already; a second time would be one set more.
    assert statuses(last) == {("2024", "2026"): "withheld_complement"}
    assert part(last, ("2024", "2026"), "total")["status"] == "published"
    assert audited(store).is_safe


def test_the_audit_sees_the_pairs_of_releases_with_other_waves(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    """2024 is taken back after its joiners were told; then nothing stops 2026 but the audit."""
    store = loaded("leavers among the joiners", tmp_path)
    released_one_by_one(store, ["2024", "2025"])
    settings, register = project_settings(), read_register(store.register)
    monkeypatch.setattr(change_parts, "complete", lambda frames: [True] * len(frames))
    monkeypatch.setattr(release, "require_safe", lambda report: None)
    with open_ledger(store) as ledger:
        withdraw_wave(ledger, store, settings, register, "2024", "mixed up")
        close_wave(ledger, store, "2026", settings, register)
        release_waves(ledger, store, settings, ["2026"], register)
    live = read_release(store.releases / f"{current_release(store)}.duckdb")
    assert statuses(live) == {("2025", "2026"): "published"}
    assert "coalition" in kinds(audited(store))
