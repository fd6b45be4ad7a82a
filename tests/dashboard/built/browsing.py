"""What a browser does, as requests."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from dashboard import ids

SECRET = "s" * 48


def csrf_of(client: FlaskClient) -> str:
    """Return the token of the sign-in form."""
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def with_token(client: FlaskClient) -> FlaskClient:
    """Return a client that sends the token of its session along, as Dash's scripts do."""
    with client.session_transaction() as session:
        client.environ_base["HTTP_X_CSRFTOKEN"] = session["csrf"]
    return client


def body(path: Any = "/", search: Any = "") -> dict[str, Any]:
    """Return what a browser posts when it shows an address."""
    parts = (ids.SKIP, ids.HEADER, ids.NAVIGATION, ids.PAGE)
    values = (("pathname", path), ("search", search))
    return {
        "output": ".." + "...".join(f"{part}.children" for part in parts) + "..",
        "outputs": [{"id": part, "property": "children"} for part in parts],
        "inputs": [{"id": ids.ADDRESS, "property": name, "value": value} for name, value in values],
        "changedPropIds": [f"{ids.ADDRESS}.pathname"],
    }


def ask(client: FlaskClient, path: Any = "/", search: Any = "") -> str:
    """Return the page of an address as the text of its answer."""
    answer = client.post("/_dash-update-component", json=body(path, search))
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)
