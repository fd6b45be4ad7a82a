"""A merger, a new name, a late correction and a re-banding run through the demonstration sector."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.access.scope import Role, Scope
from dashboard.pages import trends
from dashboard.pages.model import View
from dashboard.queries import Reader
from dashboard.snapshot import Snapshots
from dashboard.state import State
from dashboard.texts import texts_of
from dashboard.theme import EMPLOYEE
from etl.refresh import Work, refresh
from etl.refresh_settings import load_refresh_settings
from etl.simulate import simulate_sector
from tests.builders import CONFIG, Released, project_settings, read_release
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.totals import SCHEMA

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
ITEM = "grade"


@dataclass(frozen=True)
class Sector:
    """The demonstration sector after a refresh, and who is special in it."""

    store: Store
    released: Released
    ids: dict[str, str]

    def scores(self, organisation: str) -> dict[str, dict[str, Any]]:
        """Return the grades of an organisation's employees by wave."""
        found = self.released.score(
            group_kind="organisation", group_id=organisation, item_id=ITEM, side="employee"
        )
        return {row["wave_id"]: row for row in found}

    def trends(self, organisation: str) -> list[tuple[str, str]]:
        """Return the pairs of waves between which an organisation's grade has a change."""
        return [
            (row["wave_from"], row["wave_to"])
            for row in self.released.tables["trend"]
            if row["group_id"] == organisation and row["item_id"] == ITEM
        ]

    def events(self, organisation: str) -> list[tuple[object, ...]]:
        """Return what happened to an organisation."""
        return [
            (row["wave_id"], row["event"], row["related_id"], row["before"])
            for row in self.released.tables["organisation_event"]
            if row["organisation_id"] == organisation
        ]


def run(store: Store, now: datetime.datetime = NOW) -> Any:
    """Return how a refresh of a store went."""
    quick = load_refresh_settings(CONFIG).model_copy(update={"settle_seconds": 0})
    silent = lambda *_, **__: None  # noqa: E731
    return refresh(Work(store, project_settings(), quick, lambda: now, silent, silent))


@pytest.fixture(scope="module")
def sector(tmp_path_factory: pytest.TempPathFactory) -> Sector:
    """Return the demonstration sector, small, refreshed and released."""
    root = tmp_path_factory.mktemp("history")
    report = simulate_sector(root, project_settings(), organisations=120, seed=2024)
    store = Store(root)
    assert run(store).outcome == "done"
    released = read_release(store.releases / f"{current_release(store)}.duckdb")
    return Sector(store, released, report.special_ids)


def test_a_merged_organisation_starts_a_new_series(sector: Sector) -> None:
    ids = sector.ids
    successor, parts = ids["successor"], sorted((ids["merging"], ids["merging_too"]))
    assert set(sector.scores(successor)) == {"2025", "2026"}
    assert sector.trends(successor) == [("2025", "2026")]
    for part in parts:
        assert "2025" not in sector.scores(part)
    told = [(wave, event, related) for wave, event, related, _ in sector.events(successor)]
    assert told == [("2025", "merger", part) for part in parts]


def test_the_line_of_the_predecessors_is_their_weighted_mean(sector: Sector) -> None:
    ids = sector.ids
    parts = [ids["merging"], ids["merging_too"]]
    lines = {
        row["wave_id"]: row
        for row in sector.released.tables["predecessor"]
        if row["organisation_id"] == ids["successor"] and row["item_id"] == ITEM
    }
    assert set(lines) == {"2023", "2024"}
    heads = {
        (row["wave_id"], row["organisation_id"]): row["headcount"]
        for row in sector.released.tables["organisation"]
    }
    shown = 0
    for wave, line in lines.items():
        own = [sector.scores(part).get(wave, {}) for part in parts]
        if not all(row.get("status") == "published" for row in own):
            assert (line["status"], line["value"], line["ci_low"]) == ("withheld_small", None, None)
            continue
        shown += 1
        weights = [heads[wave, part] for part in parts]
        pairs = zip(weights, own, strict=True)
        expected = sum(w * row["value"] for w, row in pairs) / sum(weights)
        assert line["value"] == pytest.approx(expected, abs=1e-12)
        assert line["ci_low"] < line["value"] < line["ci_high"]
    assert shown


def lines_of(sector: Sector, organisation: str | None) -> dict[str, Any]:
    """Return the lines of the page of trends as an organisation's director sees it, by name."""
    snapshot = Snapshots(sector.store).current()
    role: Role = "hr_director" if organisation else "sector_staff"
    reader = Reader(snapshot, Scope(role, organisation), "2026")
    state = State("trends", "2026", "nl")
    view = View(state, reader, texts_of("nl"), project_settings())
    page = trends.build(view)
    return {line.who: (line, page) for line in trends.lines_of(view)}


def test_the_page_of_trends_draws_the_predecessors_dashed_and_apart(sector: Sector) -> None:
    seen = lines_of(sector, sector.ids["successor"])
    former, page = seen["former"]
    own, _ = seen["own"]
    shown = [row is not None and row["status"] == "published" for row in former.values]
    assert shown[1]
    assert not any(shown[2:])
    assert [row is None for row in own.values] == [True, True, False, False]
    dashes = [
        (trace["x"], trace["line"]["dash"])
        for trace in page.sections[0].chart.figure["data"]
        if "dash" in trace["line"]
        and trace["line"]["color"] == EMPLOYEE
        and trace["line"]["width"] >= 2
    ]
    assert ([2, 3], "solid") in dashes
    assert any(dash == "dash" and max(places) <= 1 for places, dash in dashes)
    tables = [section.table for section in page.sections[1:] if section.table is not None]
    heads = {row[0] for table in tables for row in table.rows}
    assert heads
    assert former.label not in heads


def test_nobody_else_has_predecessors_on_the_page(sector: Sector) -> None:
    assert "former" not in lines_of(sector, sector.ids["renamed"])
    assert "former" not in lines_of(sector, None)


def test_a_new_name_keeps_its_series(sector: Sector) -> None:
    renamed = sector.ids["renamed"]
    assert {"2024", "2025", "2026"} <= set(sector.scores(renamed))
    assert ("2024", "2025") in sector.trends(renamed)
    names = {
        row["wave_id"]: row["name"]
        for row in sector.released.tables["organisation"]
        if row["organisation_id"] == renamed
    }
    assert names["2023"] == names["2024"] != names["2025"] == names["2026"]
    assert ("2025", "rename", renamed, names["2024"]) in sector.events(renamed)


def test_a_new_band_is_as_it_was_at_each_wave(sector: Sector) -> None:
    growing = sector.ids["growing"]
    bands = [
        row["size_band_id"]
        for row in sector.released.tables["organisation"]
        if row["organisation_id"] == growing
    ]
    assert bands == ["10-49", "10-49", "50-99", "50-99"]
    assert ("2025", "size_band", growing, "10-49") in sector.events(growing)
    assert ("2024", "2025") in sector.trends(growing)


def test_a_correction_that_comes_too_late_changes_nothing(sector: Sector) -> None:
    store, live = sector.store, current_release(sector.store)
    for path in sorted((store.root / "late").iterdir()):
        path.rename(store.inbox / path.name)
    done = run(store, NOW + datetime.timedelta(days=1))
    assert (done.outcome, done.refused_count, done.landed_count) == ("refused", 2, 0)
    assert current_release(store) == live
    reasons = list((store.inbox / "refused").glob("*.reason.txt"))
    assert len(reasons) == 2
    assert all("wave 2024 is released since 2026-11-20" in path.read_text() for path in reasons)
    with open_ledger(store) as ledger:
        states = [found.state for found in ledger.deliveries() if "noord_v2" in found.file_name]
    assert states.count("refused") == 1


def test_what_the_register_says_later_changes_no_released_wave(sector: Sector) -> None:
    store, live = sector.store, current_release(sector.store)
    path = store.register / "headcounts.csv"
    lines = path.read_text().splitlines()
    rewritten = [line.replace(",2024,", ",2024,Anders ") for line in lines]
    path.write_text("\n".join(rewritten) + "\n")
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        again = release_waves(ledger, store, project_settings(), ["2026"], register, NOW)
    path.write_text("\n".join(lines) + "\n")
    assert again == live


def test_no_answers_stand_in_what_was_kept_of_the_organisations(sector: Sector) -> None:
    for path in Path(sector.store.members).iterdir():
        columns = set(pl.read_parquet(path).columns)
        assert columns & set(SCHEMA) == {"organisation_id", "headcount", "size_band_id"} & set(
            SCHEMA
        )


def parts_between(sector: Sector, old: str, new: str) -> dict[str, dict[str, Any]]:
    """Return the parts of the change of the grade between two waves."""
    return {
        row["part"]: row
        for row in sector.released.tables["change_part"]
        if (row["wave_from"], row["wave_to"], row["item_id"]) == (old, new, ITEM)
    }


def test_nothing_is_taken_apart_across_the_break(sector: Sector) -> None:
    parts = parts_between(sector, "2023", "2024")
    assert {row["status"] for row in parts.values()} == {"not_comparable"}
    assert {row["change"] for row in parts.values()} == {None}


def own_results(sector: Sector, wave: str) -> set[str]:
    """Return the organisations with an own grade."""
    key = {"wave_id": wave, "group_kind": "organisation", "item_id": ITEM, "status": "published"}
    return {row["group_id"] for row in sector.released.score(**key)}


def test_who_left_and_joined_is_counted_by_own_results(sector: Sector) -> None:
    before, after = own_results(sector, "2025"), own_results(sector, "2026")
    parts = parts_between(sector, "2025", "2026")
    assert parts["matched"]["later_count"] == len(before & after)
    moved = parts["composition"]["earlier_count"], parts["composition"]["later_count"]
    assert moved == (len(before - after), len(after - before))
    assert min(moved) >= 5


def test_a_merger_counts_as_one_that_joined_and_few_hide_what_stayed(sector: Sector) -> None:
    before, after = own_results(sector, "2024"), own_results(sector, "2025")
    assert sector.ids["successor"] in after - before
    assert 0 < len(before - after) < 5
    parts = parts_between(sector, "2024", "2025")
    assert parts["matched"]["status"] == "too_few_organisations"
    assert parts["total"]["change"] is not None


def lines_through(sector: Sector, organisation: str) -> list[tuple[str, str, str]]:
    """Return first wave, last wave and status of an organisation's line of the grade."""
    return [
        (row["wave_from"], row["wave_to"], row["status"])
        for row in sector.released.tables["trend_line"]
        if row["group_id"] == organisation and row["item_id"] == ITEM
    ]


def test_a_merged_organisation_has_no_line_yet_and_its_predecessors_none(sector: Sector) -> None:
    ids = sector.ids
    assert lines_through(sector, ids["successor"]) == [("2025", "2026", "too_few_waves")]
    for part in (ids["merging"], ids["merging_too"]):
        assert lines_through(sector, part) == []


def test_a_line_begins_after_the_break_and_goes_on_with_a_new_name_or_band(
    sector: Sector,
) -> None:
    for name in ("renamed", "growing"):
        shown = set(sector.scores(sector.ids[name])) - {"2023"}
        published = {
            wave
            for wave, row in sector.scores(sector.ids[name]).items()
            if row["status"] == "published" and wave in shown
        }
        [(first, last, status)] = lines_through(sector, sector.ids[name])
        assert (first, last) == (min(published), max(published))
        assert (status == "published") == (len(published) == 3)


def test_a_series_that_only_the_break_cuts_short_says_so(sector: Sector) -> None:
    waves: dict[str, set[str]] = {}
    for row in sector.released.score(item_id=ITEM, side="employee", status="published"):
        waves.setdefault(row["group_id"], set()).add(row["wave_id"])
    seen = Counter[str]()
    for row in sector.released.tables["trend_line"]:
        if (row["item_id"], row["side"]) == (ITEM, "employee"):
            seen[row["status"]] += 1
            there = waves[row["group_id"]]
            enough = {"published": len(there - {"2023"}) == 3,
                      "not_comparable": len(there) == 3 and "2023" in there,
                      "too_few_waves": len(there) < 3}  # fmt: skip
            assert enough[row["status"]], row
    assert min(seen.values()) >= 5
    assert len(seen) == 3
