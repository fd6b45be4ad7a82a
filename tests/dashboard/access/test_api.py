"""The API: the same scope and the same disclosure as the pages, and what its document says."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pyarrow.parquet
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.people import grant, revoke_grant, set_disabled
from accounts.settings import AccessSettings
from accounts.tokens import Wanted, make_token
from dashboard.access import person
from dashboard.api.endpoints import ENDPOINTS
from dashboard.snapshot import LOCKED_DOWN
from tests.dashboard.access.conftest import GENEROUS, make_house
from tests.dashboard.access.house import House
from tests.dashboard.release_builder import ORGANISATIONS, STATUS, WAVES, sentinel
from tests.dashboard.status_builder import REASON, publications, publish_status_file
from warehouse.paths import Store
from warehouse.settings import Settings

Ask = Callable[..., Any]


def key_of(house: House, who: str, *scopes: str, organisation: str | None = None) -> str:
    """Return a new token of somebody."""
    with house.accounts.writing() as session:
        wanted = Wanted("test", scopes, organisation, 5)
        account = house.account(who)
        _, key = make_token(session, account, wanted, house.access.settings, person.this_moment())
    return key


@pytest.fixture(scope="module")
def key(house: House) -> str:
    """A token of director A, for the own organisation and the sector."""
    return key_of(house, "a", "own", "sector", organisation="ORG-LARGE")


@pytest.fixture
def ask(house: House, key: str) -> Ask:
    """Return a function that asks the API with that token."""

    def get(path: str, token: str = key, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {token}", **headers}
        return house.client().get(f"/api/v1/{path}", headers=sent)

    return get


def test_the_release_says_which_it_is(ask: Ask) -> None:
    (release,) = ask("releases").json["releases"]
    assert release["release_id"] == "release-one"
    assert [wave["wave_id"] for wave in release["waves"]] == list(WAVES)


def test_what_became_of_every_release_is_told_and_no_figure_of_it(
    published: Store, settings: Settings, tmp_path: Path
) -> None:
    living = Store(tmp_path / "data")
    shutil.copytree(published.published, living.published)
    house = make_house(living, settings, tmp_path / "app", AccessSettings(**GENEROUS))
    headers = {"Authorization": f"Bearer {key_of(house, 'a', 'sector')}"}

    def asked(**more: str) -> Any:
        return house.client().get("/api/v1/releases", headers=headers | more)

    first = asked()
    assert (first.json["history"], first.json["history_as_of"]) == ([], None)
    publish_status_file(living, "second")
    told = asked(**{"If-None-Match": first.headers["ETag"]})
    assert [(one["release_id"], one["state"]) for one in told.json["history"]] == [
        ("release-one", "live"), ("release-wrong", "withdrawn"),
    ]  # fmt: skip
    assert told.json["history"][1]["withdrawn_at"] == "2026-01-09T10:00:00+00:00"
    assert told.json["history_as_of"]
    assert REASON not in told.text
    assert [one["release_id"] for one in told.json["releases"]] == ["release-one"]
    again = {"number": 3, "release_id": "release-wrong", "wave_ids": "2023",
             "published_at": "2026-02-01T08:00:00+00:00"}  # fmt: skip
    publish_status_file(living, "third", {"publication": [*publications(), again]})
    state = {one["release_id"]: one["state"] for one in asked().json["history"]}
    assert state == {"release-one": "live", "release-wrong": "superseded"}, "it stands again"
    house.accounts.close()


def test_benchmarks_are_of_groups_and_as_released(ask: Ask, published: Store) -> None:
    path = published.releases / "release-one.duckdb"
    with duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN) as connection:
        query = """select count(*) from benchmark where wave_id = '2026' and side = 'employee'"""
        (count,) = connection.execute(query).fetchall()[0]
    rows = ask("benchmarks?wave=2026&side=employee").json["rows"]
    assert len(rows) == count > 10
    assert {row["group_kind"] for row in rows} <= {"size_band", "sector"}
    one = ask("benchmarks?wave=2026&item=grade&group_kind=sector").json["rows"]
    assert {(row["item_id"], row["group_kind"]) for row in one} == {("grade", "sector")}


def test_the_own_scores_come_back_and_nobody_elses(ask: Ask) -> None:
    answer = ask("scores")
    assert answer.json["organisation_id"] == "ORG-LARGE"
    values = {row["value"] for row in answer.json["rows"]}
    assert {sentinel("ORG-LARGE", wave) for wave in WAVES} <= values
    for other in set(ORGANISATIONS) - {"ORG-LARGE"}:
        assert other not in answer.text
        assert not values & {sentinel(other, wave) for wave in WAVES}


def test_below_the_floor_the_own_score_is_hidden_here_too(house: House, ask: Ask) -> None:
    with house.accounts.writing() as session:
        for organisation in STATUS:
            grant(session, house.account("several"), organisation)
    for organisation, status in STATUS.items():
        token = key_of(house, "several", "own", organisation=organisation)
        rows = ask("scores?item=grade&wave=2026", token).json["rows"]
        assert [(row["value"], row["status"]) for row in rows] == [(None, status)]


@pytest.mark.parametrize("name", ["benchmarks", "codebook", "scores"])
def test_parquet_holds_what_json_holds(ask: Ask, name: str) -> None:
    rows = ask(name).json["rows"]
    answer = ask(f"{name}?format=parquet")
    assert answer.mimetype == "application/vnd.apache.parquet"
    assert pyarrow.parquet.read_table(io.BytesIO(answer.data)).to_pylist() == rows


def test_an_answer_that_did_not_change_is_not_sent_again(house: House, ask: Ask) -> None:
    first = ask("benchmarks?wave=2026")
    tag = first.headers["ETag"]
    again = ask("benchmarks?wave=2026", **{"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    assert ask("benchmarks?wave=2025", **{"If-None-Match": tag}).status_code == 200
    other = key_of(house, "b", "own", organisation="ORG-OTHER")
    own = ask("scores").headers["ETag"]
    assert ask("scores", other, **{"If-None-Match": own}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("benchmarks?organisation=ORG-OTHER", 422),
        ("benchmarks?group_kind=organisation", 422),
        ("scores?organisation_id=ORG-OTHER", 422),
        ("scores?group=ORG-OTHER", 422),
        ("scores?wave=2026&wave=2025", 422),
        ("benchmarks?wave=%27%20or%201=1--", 422),
        ("benchmarks?format=csv", 422),
        ("releases?x=1", 422),
        ("unknown", 404),
        ("../../account", 404),
        ("", 404),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, path: str, status: int) -> None:
    answer = ask(path)
    assert answer.status_code == status
    if path != "../../account":
        assert set(answer.json) == {"detail"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer rsp_x", "Basic YTpi", "Bearer rsp_\udcff", "rsp_x"]
)
def test_without_a_token_there_is_no_answer(house: House, header: str) -> None:
    sent = {"Authorization": header.encode("utf-8", "surrogateescape").decode("latin-1")}
    for endpoint in ENDPOINTS:
        answer = house.client().get(endpoint.path, headers=sent)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_for_what_it_says(house: House, ask: Ask) -> None:
    own = key_of(house, "a", "own", organisation="ORG-LARGE")
    sector = key_of(house, "a", "sector")
    codes = [
        [ask(endpoint.name, token).status_code for endpoint in ENDPOINTS] for token in (own, sector)
    ]
    assert codes == [[403, 403, 403, 200], [200, 200, 200, 403]]


def test_what_ends_the_account_ends_the_token(house: House, ask: Ask) -> None:
    token = key_of(house, "b", "own", "sector", organisation="ORG-OTHER")
    account = house.account("b")
    with house.accounts.writing() as session:
        revoke_grant(session, account, "ORG-OTHER")
    assert ask("scores", token).status_code == 403
    assert ask("releases", token).status_code == 200
    with house.accounts.writing() as session:
        set_disabled(session, account, True, person.this_moment())
    assert ask("releases", token).status_code == 401


def test_who_asked_what_is_in_the_trail_without_the_token(house: House, ask: Ask, key: str) -> None:
    ask("scores?wave=2026")
    entry = house.events()[-1]
    assert (entry.event, entry.view) == ("export", "/api/v1/scores?wave=2026")
    assert (entry.organisation_id, entry.release_id) == ("ORG-LARGE", "release-one")
    assert entry.actor.startswith(house.account("a").account_id)
    assert key not in str([one.__dict__ for one in house.events()])


def test_requests_are_limited_per_token(tight_house: House) -> None:
    keys = [key_of(tight_house, who, "sector") for who in ("a", "b")]
    client = tight_house.client()
    codes = [
        client.get("/api/v1/releases", headers={"Authorization": f"Bearer {keys[0]}"}).status_code
        for _ in range(5)
    ]
    assert codes == [200, 200, 200, 429, 429]
    other = client.get("/api/v1/releases", headers={"Authorization": f"Bearer {keys[1]}"})
    assert other.status_code == 200


def test_the_document_names_every_endpoint_and_needs_no_token(house: House) -> None:
    answer = house.client().get("/api/v1/openapi.json")
    assert sorted(answer.json["paths"]) == sorted(one.path for one in ENDPOINTS)
    rules = {rule.rule for rule in house.app.server.url_map.iter_rules()}
    assert {rule for rule in rules if rule.startswith("/api/")} == {
        *answer.json["paths"], "/api/v1/openapi.json",
    }  # fmt: skip


@pytest.fixture(scope="module")
def schema(house: House) -> Any:
    """The document, as schemathesis reads it from the running application."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app.server)


def operations(schema: Any) -> list[Any]:
    """Return the operations of the document."""
    return [found.ok() for found in schema.get_all_operations()]


def is_sent(case: Any, address: str) -> bool:
    """Return whether every part of a query reached the server: an empty list has no address."""
    sent = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return set(case.query or {}) <= set(sent)


@pytest.mark.parametrize("name", [one.name for one in ENDPOINTS])
@pytest.mark.parametrize("way", ["positive", "negative"])
def test_every_answer_is_what_the_document_says(
    schema: Any, house: House, key: str, name: str, way: str
) -> None:
    operation = next(one for one in operations(schema) if one.path.endswith(f"/{name}"))
    mode = schemathesis.GenerationMode(way)
    seen: set[int] = set()

    @hypothesis_settings(
        max_examples=40, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        answer = case.call(headers=headers)
        seen.add(answer.status_code)
        assert answer.status_code < 500
        assume(is_sent(case, answer.request.url))
        case.validate_response(answer, headers=headers)

    check()
    assert seen
    if way == "positive":
        assert 200 in seen


@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(query=st.text(max_size=300), path=st.sampled_from([one.path for one in ENDPOINTS]))
def test_no_query_whatever_is_an_error_of_ours(
    house: House, key: str, query: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    answer = house.client().get(path, query_string=query, headers=headers)
    assert answer.status_code in (200, 400, 422)
    assert "Traceback" not in answer.text
    assert "ORG-OTHER" not in json.dumps(answer.json)
