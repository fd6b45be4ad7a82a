"""What is attacked is all there is, the own figures are in it, and nothing else decides it.

Theorem 1 end to end: after answers moved inside atoms every export and payload is the same, byte
for byte. And a director's pages are the same whatever the rows of other organisations say.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from dash import Input, Output
from flask import Response

from tests.attacks.facts import ORGANISATION, SECTOR, facts_of
from tests.attacks.page_tables import csv_tables, json_tables
from tests.attacks.payloads import ANALYST, Account, Choices, Payload, Seen, collect, serve
from tests.attacks.readers import SHEETS, Bag
from tests.attacks.shown_words import Shown
from tests.attacks.sources import BELOW, FILES, OWN, STAFF, Sources
from tests.attacks.table_facts import table_facts
from tests.attacks.test_permutation import moved_share, permuted
from tests.attacks.worlds import FIRST, NOW
from tests.builders import World, build_world, project_settings, read_release, release_world
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.status import publish_status

CHOICES = Choices((FIRST,))


def publish_all(world: World, root: Path) -> Store:
    """Return a store with a release and a status file of a world, without ids and times."""
    store = Store(root)
    release_world(world, root)
    with open_ledger(store) as ledger:
        publish_status(ledger, store, project_settings(), read_register(store.register), NOW)
    for path in [*store.releases.iterdir(), *store.status.iterdir()]:
        with duckdb.connect(str(path)) as connection:
            remove_times(connection)
    return store


def remove_times(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every time one value, and name deliveries by their file."""
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns"
    for table, column, kind in connection.execute(query).fetchall():
        if column.endswith("_at") and kind == "VARCHAR":
            moment = "2026-01-01T00:00:00+00:00"
            connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL", [moment]
            )
        if column == "delivery_id":
            # Whole hr blocks move to other organisations, and with them to other files.
            connection.execute(f"UPDATE {table} SET delivery_id = file_name, row_count = 0")


@pytest.fixture(scope="module")
def world() -> World:
    """Return a small sector."""
    return build_world(20, scale=0.35)


@pytest.fixture(scope="module")
def store(world: World, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return what is published of it."""
    return publish_all(world, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def sources(world: World, store: Store) -> Sources:
    """Return the places to look at."""
    path = store.releases / f"{current_release(store)}.duckdb"
    return Sources(world, store, [read_release(path)])


@pytest.fixture(scope="module")
def accounts(sources: Sources) -> dict[str, Account]:
    """Return one account of each kind."""
    return {name: sources.accounts(name)[0] for name in (BELOW, OWN, STAFF)}


@pytest.fixture(scope="module")
def sent(store: Store, accounts: dict[str, Account]) -> dict[str, Payload]:
    """Return what each account is sent."""
    app = serve(store)
    return {name: collect(app, account, CHOICES) for name, account in accounts.items()}


# --- Nothing is left out -------------------------------------------------------------------------


def test_every_kind_of_export_and_page_is_there(sent: dict[str, Payload]) -> None:
    for payload in sent.values():
        kinds = {one.mimetype for one in payload.seen}
        assert {"text/csv", "application/zip", SHEETS, "application/json"} <= kinds
        assert len(payload.seen) > 40


def test_a_page_on_screen_has_the_tables_of_its_download(sent: dict[str, Payload]) -> None:
    for payload in sent.values():
        english = [one for one in payload.seen if "lang=en" in one.address]
        screens = [one for one in english if one.mimetype == "application/json"]
        files = [one for one in english if one.mimetype == "text/csv"]
        shown = {strip(table) for one in screens for table in json_tables(one)}
        assert shown == {strip(table) for one in files for table in csv_tables(one)}
        assert len(shown) > 5


def strip(table: Shown) -> tuple[object, ...]:
    """Return a table without where it was seen."""
    return table.caption, table.columns, table.rows


def test_only_pages_of_others_are_refused(sent: dict[str, Payload]) -> None:
    without = {
        "codebook", "deliveries", "method", "anonymity", "conversation", "dialogue", "findings",
        "publications", "schemes",
    }  # fmt: skip
    # Addresses that a demonstration does not have, or that lead to where one signs in.
    nowhere = {
        "/_reload-hash", "/sign-in/none", "/sign-in/none/back", "/link/none", "/account", "/trail",
    }  # fmt: skip
    for name, payload in sent.items():
        names = {a.removeprefix("/download/").split("?")[0] for a in payload.refused}
        # The guide is of an organisation; the sector fund has none.
        theirs = {"deliveries.csv", "monitor.csv", "monitor-check.xlsx", "publications.csv"}
        not_theirs = {"/api/v1/scores", "goede-gesprek.pdf"} if name == STAFF else theirs
        assert names - nowhere == {f"{page}-check.xlsx" for page in without} | not_theirs


def test_a_new_route_callback_table_or_kind_of_file_is_noticed(
    store: Store, sent: dict[str, Payload]
) -> None:
    app = serve(store)
    app.server.add_url_rule("/download/new.csv", "new", lambda: Response("new"))
    with pytest.raises(KeyError, match=r"/download/new\.csv"):
        collect(app, ANALYST, CHOICES)
    app = serve(store)
    app.server.add_url_rule("/new", "new", lambda: Response("new"), methods=["POST"])
    with pytest.raises(KeyError, match="/new"):
        collect(app, ANALYST, CHOICES)
    app = serve(store)
    app.callback(Output("burger", "title"), Input("burger", "opened"))(lambda _: "new")
    with pytest.raises(KeyError, match="opened"):
        collect(app, ANALYST, CHOICES)
    bag = Bag(sent[STAFF], {})
    for kind in ("image/png", "image/tiff"):
        with pytest.raises(KeyError, match=kind):
            bag.read(Seen("/new", kind, b""))
    with pytest.raises(KeyError, match="top_ten"):
        facts_of({"top_ten": []}, "release")
    with pytest.raises(KeyError, match="Top ten"):
        list(table_facts(None, Shown("", "Top ten", (), ())))  # type: ignore[arg-type]


# --- The own figures are there -------------------------------------------------------------------


def test_the_own_figures_are_found_in_every_kind_of_file(sources: Sources) -> None:
    account = sources.accounts(OWN)[0]
    own = sources.releases[-1].score(group_kind=ORGANISATION, group_id=account.organisation_id)
    grade = next(row for row in own if row["item_id"] == "grade")
    where = {"xlsx": 0, "csv": 0, "page": 0}
    for one in sources.bag(account).facts:
        if (one.kind, one.item_id, one.measure) == (ORGANISATION, "grade", "mean"):
            kind = next((end for end in ("xlsx", "csv") if f".{end}" in one.source), "page")
            assert abs(one.value - grade["value"]) <= one.half + 1e-9
            assert one.count in (None, grade["respondent_count"])
            where[kind] += 1
    assert min(where.values()) > 0, where


def test_the_figures_of_groups_are_found_in_the_sector_tables(sources: Sources) -> None:
    released = {
        row["item_id"]: row["value"]
        for row in sources.releases[-1].score(side="hr", group_kind=SECTOR, status="published")
    }
    for name in (BELOW, OWN, STAFF):
        facts = sources.bag(sources.accounts(name)[0]).facts
        found = {
            one.item_id: one.value
            for one in facts
            if one.source.endswith(".zip") and (one.side, one.kind) == ("hr", SECTOR)
        }
        assert found == released


def test_what_is_rounded_for_a_reader_is_an_exact_figure_of_the_release(sources: Sources) -> None:
    """So a page tells nothing that is not attacked unrounded."""
    exact = {one.label: one.value for mine in sources.facts(FILES).values() for one in mine}
    for name in (BELOW, OWN, STAFF):
        facts = sources.bag(sources.accounts(name)[0]).facts
        rounded = [one for one in facts if one.half]
        assert len(rounded) > 20
        for one in rounded:
            assert abs(one.value - exact[one.label]) <= one.half + 1e-9, one


# --- Nothing else decides what is sent -----------------------------------------------------------


def differing(first: Payload, second: Payload) -> list[str]:
    """Return the addresses at which two payloads are not the same bytes."""
    assert [one.address for one in first.seen] == [one.address for one in second.seen]
    pairs = zip(first.seen, second.seen, strict=True)
    return [one.address for one, other in pairs if one.steady != other.steady]


def test_answers_exchanged_inside_atoms_change_no_byte_that_is_sent(
    world: World, sent: dict[str, Payload], accounts: dict[str, Account], tmp_path: Path
) -> None:
    other = permuted(world, 1, by_age=True)
    assert moved_share(world, other) > 0.5
    app = serve(publish_all(other, tmp_path))
    for name, payload in sent.items():
        assert differing(payload, collect(app, accounts[name], CHOICES)) == []


def test_answers_exchanged_between_atoms_do_change_what_is_sent(
    world: World, sent: dict[str, Payload], accounts: dict[str, Account], tmp_path: Path
) -> None:
    own = accounts[OWN].organisation_id
    people = [
        person | {"answers": person["answers"] | {"grade": 4}}
        if (person["organisation_id"], person["side"]) == (own, "employee")
        else person
        for person in world.people[FIRST]
    ]
    app = serve(publish_all(world.with_people(FIRST, people), tmp_path))
    changed = differing(sent[OWN], collect(app, accounts[OWN], CHOICES))
    for start in ("/download/overview.csv", "/download/overview-check.xlsx", ".."):
        assert any(address.startswith(start) for address in changed), start


def with_other_rows(store: Store, root: Path, condition: str) -> Store:
    """Return a published store in which rows of single organisations say something else."""
    other = Store(root)
    shutil.copytree(store.published, other.published)
    with duckdb.connect(str(other.releases / f"{current_release(store)}.duckdb")) as connection:
        query = "SELECT table_name, column_name, data_type FROM information_schema.columns"
        columns: dict[str, dict[str, str]] = {}
        for table, column, kind in connection.execute(query).fetchall():
            columns.setdefault(table, {})[column] = kind
        for table, kinds in columns.items():
            where = rows_where(table, kinds, condition)
            if where:
                for column in (c for c, kind in kinds.items() if kind == "DOUBLE"):
                    connection.execute(
                        f"UPDATE {table} SET {column} = {column} * 0.9 WHERE {where}"
                    )
    return other


def rows_where(table: str, columns: dict[str, str], condition: str) -> str:
    """Return which rows are of single organisations; none where sums are made of them."""
    if table in ("protected_total", "organisation"):
        return ""
    if "organisation_id" in columns:
        return f"organisation_id {condition}"
    return (
        f"group_kind = 'organisation' AND group_id {condition}" if "group_kind" in columns else ""
    )


@pytest.mark.parametrize("name", [BELOW, OWN])
def test_a_directors_pages_depend_on_no_other_organisations_row(
    store: Store, sent: dict[str, Payload], accounts: dict[str, Account], tmp_path: Path, name: str
) -> None:
    account = accounts[name]
    for condition, some in (("<>", False), ("=", True)):
        other = with_other_rows(
            store, tmp_path / str(some) / condition, f"{condition} '{account.organisation_id}'"
        )
        changed = differing(sent[name], collect(serve(other), account, CHOICES))
        assert bool(changed) == some, changed[:3]
