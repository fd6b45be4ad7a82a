"""Nobody sees what is not theirs: forged requests, beside a control that does see its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboard.snapshot import LOCKED_DOWN
from dashboard.state import PAGES, PATHS
from warehouse.paths import Store
from warehouse.release import current_release

OTHERS_QUERY = """
    select organisation_id, name from organisation where wave_id = '2026' order by organisation_id
"""
SCORES = """
    select group_id, value from score where wave_id = '2026' and group_kind = 'organisation'
    and item_id = 'grade' and status = 'published' order by group_id
"""


def released(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return rows of the live release."""
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN) as connection:
        return connection.execute(query).fetchall()


def body_of(app: Any, path: object, search: object) -> dict[str, Any]:
    """Return a callback body as Dash's browser code sends it."""
    output = next(key for key in app.callback_map if "navigation" in key)
    named = output.strip(".").split("...")
    outputs = [{"id": n.rsplit(".", 1)[0], "property": n.rsplit(".", 1)[1]} for n in named]
    values = {"pathname": path, "search": search}
    inputs = app.callback_map[output]["inputs"]
    return {
        "output": output,
        "outputs": outputs,
        "inputs": [dict(one) | {"value": values.get(one["property"])} for one in inputs],
        "changedPropIds": ["address.pathname"],
    }


def ask(client: FlaskClient, app: Any, path: object, search: object = "?wave=2026") -> Any:
    """Return the answer to a callback body."""
    return client.post("/_dash-update-component", json=body_of(app, path, search))


def own_of(client: FlaskClient) -> str:
    """Return the organisation of a client's session."""
    with client.session_transaction() as session:
        return str(session["organisation_id"])


def test_the_own_organisation_does_come_back(dash_app, sign_in, released_store) -> None:  # type: ignore[no-untyped-def]
    client = sign_in("large")
    value = dict(released(released_store, SCORES))[own_of(client)]
    answer = ask(client, dash_app, "/")
    assert answer.status_code == 200
    assert repr(value) in answer.text
    name = dict(released(released_store, OTHERS_QUERY))[own_of(client)]
    assert name in answer.text


@pytest.mark.parametrize("page", sorted(PATHS))
def test_no_page_holds_another_organisation(dash_app, sign_in, released_store, page) -> None:  # type: ignore[no-untyped-def]
    client = sign_in("large")
    own = own_of(client)
    for wave in ("2025", "2026"):
        text = ask(client, dash_app, PATHS[page], f"?wave={wave}").text
        assert_nothing_of_others(text, own, released_store)


def assert_nothing_of_others(page: str, own: str, store: Store) -> None:
    """Raise AssertionError when a text names or quotes another organisation."""
    for organisation, name in released(store, OTHERS_QUERY):
        if organisation != own:
            assert name not in page
            assert organisation not in page
    tellable = [(name, text) for name, text in telling(store) if name != own]
    assert tellable
    assert not [name for name, text in tellable if text in page]


def telling(store: Store) -> list[tuple[str, str]]:
    """Return organisations with a grade so long that it stands in a text for no other reason."""
    texts = [(name, repr(value)) for name, value in released(store, SCORES)]
    counted = Counter(text for _, text in texts)
    return [(name, text) for name, text in texts if len(text) > 12 and counted[text] == 1]


def forged(app: Any, other: str) -> list[tuple[str, Any]]:
    """Return bodies that ask for another organisation in every way a browser could."""
    plain = body_of(app, "/", "?wave=2026")
    search = f"?wave=2026&organisation_id={other}&organisation={other}&group={other}"
    ways: list[tuple[str, Any]] = [
        ("address", body_of(app, "/", search)),
        ("path", body_of(app, f"/organisation/{other}", "?wave=2026")),
        ("wave", body_of(app, "/", f"?wave={other}")),
        ("state", plain | {"state": [{"id": "scope", "property": "data", "value": other}]}),
        (
            "store",
            plain | {"inputs": [*plain["inputs"], {"id": "s", "property": "data", "value": other}]},
        ),
        (
            "pattern",
            plain
            | {
                "inputs": [
                    {"id": {"type": "organisation", "index": other}, "property": "n", "value": 1}
                ]
            },
        ),
        ("output", plain | {"output": f"{other}.children"}),
        ("sql", body_of(app, "/", "?wave=2026' or '1'='1")),
        ("types", body_of(app, {"a": [1]}, 7)),
        ("nothing", body_of(app, None, None)),
        ("huge", body_of(app, "/" + "x" * 30_000, "?wave=" + "y" * 30_000)),
        ("list", []),
        ("empty", {}),
    ]
    return ways


def test_no_forged_body_brings_another_organisation(dash_app, sign_in, released_store) -> None:  # type: ignore[no-untyped-def]
    client = sign_in("large")
    names = dict(released(released_store, OTHERS_QUERY))
    others = [pair for pair in telling(released_store) if pair[0] != own_of(client)]
    for other, grade in others[:3]:
        for way, body in forged(dash_app, other):
            answer = client.post("/_dash-update-component", json=body)
            assert answer.status_code < 500, way
            assert "Traceback" not in answer.text, way
            assert grade not in answer.text, way
            assert names[other] not in answer.text, way


def test_nobody_is_let_in_without_a_session(dash_app) -> None:  # type: ignore[no-untyped-def]
    client = dash_app.server.test_client()
    for path in PAGES:
        assert client.get(path).headers["Location"].startswith("/sign-in")
    assert ask(client, dash_app, "/").status_code == 401
    for path in ("/_dash-layout", "/_dash-dependencies", "/download/overview.csv"):
        assert client.get(path).status_code in (302, 401)
    assert client.get("/health").status_code == 200


def test_a_forged_cookie_is_no_session(dash_app) -> None:  # type: ignore[no-untyped-def]
    client = dash_app.server.test_client()
    client.set_cookie("regiespiegel", "eyJyb2xlIjoic2VjdG9yX3N0YWZmIn0.aaaa.bbbb")
    assert ask(client, dash_app, "/").status_code == 401


def test_a_sign_in_needs_its_own_token(dash_app) -> None:  # type: ignore[no-untyped-def]
    client = dash_app.server.test_client()
    client.get("/sign-in")
    client.post("/sign-in", data={"csrf": "wrong", "account": "analyst"})
    assert ask(client, dash_app, "/").status_code == 401


def test_signing_out_ends_the_session(dash_app, sign_in: Callable[[str], FlaskClient]) -> None:  # type: ignore[no-untyped-def]
    client = sign_in("analyst")
    assert ask(client, dash_app, "/").status_code == 200
    client.post("/sign-out", data={"csrf": csrf_of(client)})
    assert ask(client, dash_app, "/").status_code == 401


def csrf_of(client: FlaskClient) -> str:
    """Return the token of a client's session."""
    with client.session_transaction() as session:
        return str(session["csrf"])


def test_signing_out_needs_the_token(dash_app, sign_in: Callable[[str], FlaskClient]) -> None:  # type: ignore[no-untyped-def]
    client = sign_in("analyst")
    token = client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.post("/sign-out").status_code == 400
    client.environ_base["HTTP_X_CSRFTOKEN"] = token
    assert ask(client, dash_app, "/").status_code == 200
