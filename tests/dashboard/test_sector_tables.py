"""The sector tables: a valid Tabular Data Package, of groups only, the same bytes every time.

The rules are those of the Data Package and Table Schema specifications, version 1, checked here by
hand: the `frictionless` package would bring some forty others.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboard.reports.cells import machine_cell
from dashboard.reports.sector_tables import LEFT_OUT, PACKAGED, make_sector_tables, sector_tables
from dashboard.snapshot import LOCKED_DOWN, Snapshot, Snapshots
from dashboard.state import SECTOR_TABLES
from tests.builders import project_settings
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.tables import BY_NAME, TABLES

POLARS = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
}
# This small sector has too few hr representatives for a gap, and held no dialogue.
EMPTY = {
    "gap",
    "composite_gap",
    "dialogue_mention",
    "order_agreement",
    "dialogue_question",
    "dialogue_answer",
    "dialogue_parameter",
    "quote",
}
NAME = re.compile(r"^[-a-z0-9._/]+$")
Package = dict[str, Any]


@pytest.fixture(scope="module")
def snapshot(released_store: Store) -> Snapshot:
    """Return the live release."""
    return Snapshots(released_store).current()


@pytest.fixture(scope="module")
def files(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the files of the zip."""
    content = sector_tables(snapshot, project_settings().general)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def package(files: dict[str, bytes]) -> Package:
    """Return the descriptor."""
    found: Package = json.loads(files["datapackage.json"])
    return found


@pytest.fixture(scope="module")
def frames(package: Package, files: dict[str, bytes]) -> dict[str, pl.DataFrame]:
    """Return every CSV file read by polars with the types of its schema."""
    return {one["name"]: read(one, files[one["path"]]) for one in package["resources"]}


def read(resource: Package, content: bytes) -> pl.DataFrame:
    """Return a resource as a frame of the types that its schema names."""
    fields = resource["schema"]["fields"]
    schema = {one["name"]: POLARS[one["type"]] for one in fields}
    missing = resource["schema"]["missingValues"]
    return pl.read_csv(content, schema=schema, null_values=missing, encoding="utf8")


def names(key: str | list[str]) -> list[str]:
    """Return the columns of a key."""
    return [key] if isinstance(key, str) else key


def test_every_table_of_a_release_is_packaged_or_left_out_on_purpose() -> None:
    assert set(PACKAGED) | set(LEFT_OUT) == {table.name for table in TABLES}
    assert not set(PACKAGED) & set(LEFT_OUT)
    assert not [name for name in PACKAGED if "organisation_id" in BY_NAME[name].names]


def test_the_descriptor_names_profile_licence_source_and_release(
    package: Package, snapshot: Snapshot
) -> None:
    release = snapshot.rows("select * from release")[0]
    assert package["profile"] == "tabular-data-package"
    assert NAME.match(package["name"])
    assert package["created"] == release["created_at"]
    assert package["release_id"] == package["id"] == release["release_id"]
    assert package["method_version"] == release["method_version"]
    assert all({"name", "title"} <= set(licence) for licence in package["licenses"])
    assert all(release["release_id"] in source["title"] for source in package["sources"])


def test_every_file_is_described_and_every_described_file_is_there(
    package: Package, files: dict[str, bytes]
) -> None:
    assert [one["name"] for one in package["resources"]] == list(PACKAGED)
    assert {one["path"] for one in package["resources"]} == set(files) - {"datapackage.json"}
    for one in package["resources"]:
        content = files[one["path"]]
        assert one["profile"] == "tabular-data-resource"
        assert NAME.match(one["name"])
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = content.decode("utf-8").splitlines()[0].split(",")
        assert header == [field["name"] for field in one["schema"]["fields"]]
        for field in one["schema"]["fields"]:
            assert field["type"] in POLARS
            assert field["title"]
            assert field["description"]


def test_every_row_about_a_group_is_there(
    frames: dict[str, pl.DataFrame], snapshot: Snapshot
) -> None:
    for name, frame in frames.items():
        groups = " where group_kind <> 'organisation'" if "group_kind" in frame.columns else ""
        [row] = snapshot.rows(f"select count(*) as n from {name}{groups}")
        assert frame.height == row["n"], name
        assert frame.height > 0 or name in EMPTY, name


def test_primary_keys_are_whole_and_unique(
    package: Package, frames: dict[str, pl.DataFrame]
) -> None:
    for one in package["resources"]:
        key = frames[one["name"]].select(names(one["schema"]["primaryKey"]))
        assert key.null_count().sum_horizontal().item() == 0, one["name"]
        assert not key.is_duplicated().any(), one["name"]


def test_foreign_keys_lead_somewhere(package: Package, frames: dict[str, pl.DataFrame]) -> None:
    seen = 0
    for one in package["resources"]:
        for reference in one["schema"].get("foreignKeys", []):
            mine, target = names(reference["fields"]), reference["reference"]
            theirs = names(target["fields"])
            left = frames[one["name"]].select(mine).drop_nulls()
            right = frames[target["resource"]].select(theirs)
            lost = left.join(right, left_on=mine, right_on=theirs, how="anti")
            assert lost.height == 0, (one["name"], reference)
            seen += 1
    assert seen > 20


def test_every_value_keeps_to_its_constraints(
    package: Package, frames: dict[str, pl.DataFrame]
) -> None:
    for one in package["resources"]:
        for field in one["schema"]["fields"]:
            values, limits = frames[one["name"]][field["name"]], field.get("constraints", {})
            where = (one["name"], field["name"])
            if limits.get("required"):
                assert values.null_count() == 0, where
            if "enum" in limits:
                assert set(values.drop_nulls()) <= set(limits["enum"]), where
            if "minimum" in limits:
                assert (values.drop_nulls() >= limits["minimum"]).all(), where
            if "maximum" in limits:
                assert (values.drop_nulls() <= limits["maximum"]).all(), where


def test_a_hidden_value_is_an_empty_cell_beside_its_status(
    frames: dict[str, pl.DataFrame], files: dict[str, bytes]
) -> None:
    scores = frames["score"]
    hidden = scores.filter(pl.col("status") != "published")
    assert hidden.height > 0
    assert hidden["value"].null_count() == hidden.height
    assert scores.filter(pl.col("status") == "published")["value"].null_count() == 0
    # As text: nothing between two commas, never a zero.
    lines = files["score.csv"].decode().splitlines()
    places = {name: place for place, name in enumerate(lines[0].split(","))}
    cells = [line.split(",") for line in lines[1:]]
    assert {row[places["value"]] for row in cells if row[places["status"]] != "published"} == {""}


def test_the_numbers_are_those_of_the_release(
    frames: dict[str, pl.DataFrame], released_store: Store
) -> None:
    path = released_store.releases / f"{current_release(released_store)}.duckdb"
    query = """select * from score where group_kind <> 'organisation'
        order by wave_id, side, group_kind, group_id, item_id"""
    with duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN) as connection:
        expected = connection.sql(query).pl()
    assert frames["score"].equals(expected)


def test_no_organisation_is_in_it(files: dict[str, bytes], snapshot: Snapshot) -> None:
    whole = b"\n".join(files.values()).decode()
    rows = snapshot.rows("select distinct organisation_id, name from organisation")
    assert rows
    words = set(re.findall(r"[^,\r\n\"]+", whole))
    assert not [row for row in rows if {row["organisation_id"], row["name"]} & words]


def test_groups_are_of_the_sector_and_its_bands(frames: dict[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        if "group_kind" in frame.columns:
            kinds = {"sector", "size_band", "size_band_rest", "sector_age", "size_band_age"}
            assert set(frame["group_kind"]) <= kinds, name


def test_the_same_release_gives_the_same_bytes(released_store: Store) -> None:
    general = project_settings().general
    path = released_store.releases / f"{current_release(released_store)}.duckdb"
    twice = [make_sector_tables(Snapshot(path, "one"), general) for _ in range(2)]
    assert twice[0] == twice[1]


def test_every_director_who_is_signed_in_gets_the_same_file(dash_app, sign_in, snapshot) -> None:  # type: ignore[no-untyped-def]
    names = ("large", "at_floor", "analyst")
    answers = [sign_in(account).get(SECTOR_TABLES) for account in names]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].data == answers[1].data
    name = f'filename="sectortabellen-{snapshot.release_id}.zip"'
    assert name in answers[0].headers["Content-Disposition"]
    assert dash_app.server.test_client().get(SECTOR_TABLES).status_code == 302


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (-0.25, "-0.25"),
        (12, "12"),
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("50-99", "50-99"),
    ],
)
def test_a_cell_is_no_formula_and_a_number_stays_one(value: object, cell: str) -> None:
    assert machine_cell(value) == cell
