"""Pages that are made beforehand, and what everybody of a size band is shown alike."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from dashboard import warming
from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages import ages, compare
from dashboard.pages.catalogue import build_page
from dashboard.snapshot import Snapshots, StatusFiles
from dashboard.state import PATHS
from warehouse.paths import Store
from warehouse.settings import Settings

BANDS = "select organisation_id, size_band_id from organisation where wave_id = '2026'"


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """The published files of a store, opened anew."""
    return Context(Snapshots(store), settings, True, StatusFiles(store))


def by_band(context: Context) -> dict[str | None, list[str]]:
    """Return the organisations of the last wave by size band."""
    found: dict[str | None, list[str]] = {}
    for row in context.snapshots.current().asked(BANDS):
        found.setdefault(row["size_band_id"], []).append(row["organisation_id"])
    return found


def test_every_size_band_has_an_example(context: Context) -> None:
    chosen = {one.organisation_id for one in warming.examples(context.snapshots.current())}
    bands = by_band(context)
    assert len(bands) > 2
    assert all(chosen & set(organisations) for organisations in bands.values())


def test_afterwards_nobody_waits_for_what_a_band_has_in_common(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    warming.warm(context)

    def again(_view: Any, _band: str | None) -> Any:
        raise AssertionError("made twice")

    monkeypatch.setattr(ages, "of_band", again)
    for organisations in by_band(context).values():
        for organisation in organisations:
            page = build_page(context.view("/vergelijken", "", Scope("hr_director", organisation)))
            assert page.sections


def test_a_page_that_goes_wrong_is_told_of_and_stops_nothing(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_view: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(warming, "build_page", broken)
    with caplog.at_level(logging.WARNING, "dashboard"):
        warming.warm(context)
    assert "not made beforehand: ValueError" in caplog.text


def test_a_newer_release_ends_it(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    live, made = context.snapshots.current(), []
    shown = iter([live, live, live, live, object()])
    monkeypatch.setattr(context.snapshots, "current", lambda: next(shown))
    monkeypatch.setattr(warming, "build_page", made.append)
    warming.warm(context)
    assert len(made) < len(PATHS)


def test_a_release_that_is_opened_is_told_of_once(store: Store) -> None:
    snapshots, told = Snapshots(store), []
    snapshots.when_opened = lambda: told.append(1)
    snapshots.current()
    snapshots.current()
    assert told == [1]


def test_what_is_shared_is_made_from_a_view_of_nobody(context: Context) -> None:
    band, organisations = next((b, names) for b, names in by_band(context).items() if b)
    views = [context.view("/vergelijken", "", Scope("hr_director", n)) for n in organisations]
    seen = [view.shared("seen", band, lambda view, _band: view) for view in views]
    assert all(one is seen[0] for one in seen)
    assert seen[0].scope.organisation_id is None
    assert seen[0].ledger is None
    assert seen[0].reader.organisation is None
    assert views[0].shared("seen", "other", lambda view, _band: view) is not seen[0]


def test_staff_share_nothing_with_directors(context: Context) -> None:
    staff = context.view("/vergelijken", "", Scope("sector_staff", None))
    director = context.view("/vergelijken", "", Scope("hr_director", "ORG-MID"))
    theirs = director.shared("whose", None, lambda view, _band: view.scope)
    assert staff.shared("whose", None, lambda view, _band: view.scope) == staff.scope
    assert theirs != staff.scope
    assert compare.build(staff).finding
