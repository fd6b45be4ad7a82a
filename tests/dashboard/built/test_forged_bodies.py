"""No forged callback body returns another organisation's numbers; the own ones do come back."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.application import RegiespiegelDash
from dashboard.state import PAGES
from tests.dashboard.built.browsing import ask, body
from tests.dashboard.release_builder import ORGANISATIONS, STATUS, WAVES, sentinel

SignIn = Callable[[str], FlaskClient]
OWN = {"large": "ORG-LARGE", "at_floor": "ORG-TEN", "below": "ORG-BELOW", "analyst": None}
NAMES = list(ORGANISATIONS)
FORGED: list[Any] = [
    *NAMES,
    *(f"?organisation={name}&organisation_id={name}&scope={name}" for name in NAMES),
    *(f"?wave=2026&lang=nl&group={name}&wave={name}" for name in NAMES),
    {"organisation_id": "ORG-OTHER"},
    ["ORG-OTHER"],
    None,
    True,
    0,
    -1,
    1e308,
    "x" * 20_000,
    "?" + "&".join(f"a{n}=1" for n in range(2000)),
    "?wave=%00%ff&lang=%27%22",
    "' or 1=1 --",
    "/../../etc/passwd",
    "\u0000\ud83d",
]


def numbers_of(organisation: str) -> list[str]:
    """Return the grades that only this organisation has, as they stand in an answer."""
    return [str(sentinel(organisation, wave)) for wave in WAVES]


def strangers(own: str | None) -> list[str]:
    """Return what must never come back: the others' grades and names."""
    others = [name for name in NAMES if name != own]
    shown = [number for name in others if name not in STATUS for number in numbers_of(name)]
    return [*shown, *(f"Stichting {name}" for name in others)]


def bodies(app: RegiespiegelDash) -> Iterator[Any]:
    """Yield forged bodies for every callback of the app."""
    for output, spec in app.callback_map.items():
        honest = body() | {"output": output}
        for path in FORGED:
            forged = copy.deepcopy(honest)
            forged["inputs"][0]["value"] = path
            yield forged
            forged = copy.deepcopy(honest)
            forged["inputs"][1]["value"] = path
            yield forged
            yield honest | {"state": [{"id": "organisation", "property": "data", "value": path}]}
            yield honest | {"inputs": [*honest["inputs"], {"id": {"index": path}, "value": path}]}
            yield honest | {"inputs": path, "state": path}
            yield honest | {"outputs": path}
            yield honest | {"changedPropIds": path}
            yield honest | {"output": path, "organisation_id": path}
        yield honest | {"inputs": [part | {"id": "other"} for part in spec["inputs"]]}
    yield from ([], {}, "text", 3, None, {"output": {}}, {"output": "page.children"})


@pytest.mark.parametrize("account", OWN)
def test_no_forged_body_shows_another_organisation(
    app: RegiespiegelDash, sign_in: SignIn, account: str
) -> None:
    client, forbidden = sign_in(account), strangers(OWN[account])
    count = 0
    for forged in bodies(app):
        data = json.dumps(forged)
        answer = client.post("/_dash-update-component", data=data, content_type="application/json")
        assert answer.status_code in (200, 204, 400, 413), data[:300]
        text = answer.get_data(as_text=True)
        assert not [word for word in forbidden if word in text], data[:300]
        count += 1
    assert count > 300


@pytest.mark.parametrize("account", OWN)
def test_no_honest_page_or_file_shows_another_organisation(sign_in: SignIn, account: str) -> None:
    client, forbidden = sign_in(account), strangers(OWN[account])
    for path, page in PAGES.items():
        if account == "analyst" and page == "monitor":
            continue  # staff may see how published organisations stand apart (decision 009)
        for wave in WAVES:
            for organisation in NAMES:
                query = f"?wave={wave}&lang=nl&organisation={organisation}"
                text = ask(client, path, query)
                text += client.get(f"/download/{page}.csv{query}").get_data(as_text=True)
                assert not [word for word in forbidden if word in text], (path, wave)


@pytest.mark.parametrize("wave", WAVES)
def test_the_own_organisation_does_come_back(sign_in: SignIn, wave: str) -> None:
    text = ask(sign_in("large"), "/", f"?wave={wave}&lang=nl")
    assert numbers_of("ORG-LARGE")[WAVES.index(wave)] in text
    assert "Stichting ORG-LARGE" in text


def test_bodies_that_are_no_json_are_refused(sign_in: SignIn) -> None:
    client = sign_in("large")
    for data in (b"", b"{", b"\xff\xfe", b"[" * 50_000):
        answer = client.post("/_dash-update-component", data=data, content_type="application/json")
        assert answer.status_code == 400


def test_a_huge_body_is_refused(sign_in: SignIn) -> None:
    data = json.dumps(body("/", "x" * 200_000))
    answer = sign_in("large").post(
        "/_dash-update-component", data=data, content_type="application/json"
    )
    assert answer.status_code in (400, 413)
