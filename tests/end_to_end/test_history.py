"""A merger, a new name, a late correction and a re-banding run through the demonstration sector."""

from __future__ import annotations

import datetime
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
    heads = {row[0] for row in page.sections[1].table.rows}
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
