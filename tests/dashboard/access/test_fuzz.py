"""Callback bodies that no page sends: by every callback of the map, forged and at random.

Nothing of another organisation comes back, never an error of ours, never a traceback. Beside it a
control: the own organisation's value does come back.
"""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from tests.dashboard.access.house import House
from tests.dashboard.access.test_matrix import honest_body
from tests.dashboard.release_builder import ORGANISATIONS, WAVES, sentinel

UPDATE = "/_dash-update-component"
FAST, THOROUGH = 200, 10_000
OWN, OTHER = "ORG-LARGE", "ORG-OTHER"
ALLOWED = (200, 204, 400, 413)
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**300, -1e308, 1e-320, "", " ", "\x00", "\ud800", "\u202e",
    "x" * 30_000, OTHER, f"?organisation={OTHER}", f"?wave=2026&organisation_id={OTHER}",
    "?wave=" + "9" * 400, "?wave=2026&wave=2025", "?lang=de&group=organisation", "?%", "?&&&&=&",
    "//evil.example", "/../../../etc/passwd", "/account", "/download/overview.csv", "/trail",
    "' or 1=1 --", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "__proto__", "constructor",
    [], {}, [[]], [OTHER], {"organisation_id": OTHER}, {"index": OTHER, "type": "x"},
    {"id": OTHER, "property": "value"}, [{"id": "address", "property": "pathname"}],
)  # fmt: skip
NAMES = (
    "output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds", "id",
    "property", "value", "organisation_id", "scope", "session", "role", "background", "cacheKey",
)  # fmt: skip


def any_value(chance: random.Random, depth: int = 0) -> Any:
    """Return a value of whatever kind."""
    kind = chance.randrange(8 if depth < 3 else 6)
    if kind < 4:
        return copy.deepcopy(chance.choice(STRANGE))
    if kind == 4:
        return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(40)))
    if kind == 5:
        return chance.uniform(-1e9, 1e9)
    count = chance.randrange(4)
    if kind == 6:
        return [any_value(chance, depth + 1) for _ in range(count)]
    return {chance.choice(NAMES): any_value(chance, depth + 1) for _ in range(count)}


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every part of a body."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(part, dict):
        inner = list(part.items())
    elif isinstance(part, list):
        inner = list(enumerate(part))
    nested = [place for name, one in inner for place in places(one, (*path, name))]
    return [path, *nested] if path else nested


def mutated(chance: random.Random, body: dict[str, Any]) -> Any:
    """Return a body with some parts replaced, removed, doubled or added."""
    if chance.random() < 0.03:
        return any_value(chance)
    body = copy.deepcopy(body)
    for _ in range(chance.randrange(1, 4)):
        change(chance, body)
    return body


def change(chance: random.Random, body: dict[str, Any]) -> None:
    """Change one part of a body."""
    found = places(body)
    *way, last = chance.choice(found) if found else ("output",)
    part: Any = body
    for name in way:
        part = part[name]
    what = chance.randrange(5)
    if what < 3:
        part[last] = any_value(chance)
    elif what == 3 and isinstance(part, list):
        part.append(copy.deepcopy(part[last]))
    elif what == 3:
        part[chance.choice(NAMES)] = any_value(chance)
    else:
        del part[last]


def secrets_of(organisation: str) -> list[str]:
    """Return what only one organisation has: its grades and its name."""
    return [f"Stichting {organisation}", *(str(sentinel(organisation, wave)) for wave in WAVES)]


FORBIDDEN = [word for name in ORGANISATIONS if name != OWN for word in secrets_of(name)]


def send(client: Any, body: Any) -> str:
    """Return the answer to a body, which must be one of ours."""
    data = json.dumps(body)
    answer = client.post(UPDATE, data=data, content_type="application/json")
    assert answer.status_code in ALLOWED, data[:500]
    text = str(answer.get_data().decode("utf-8", "replace"))
    assert "Traceback" not in text, data[:500]
    assert not [word for word in FORBIDDEN if word in text], data[:500]
    return text


def forged(body: dict[str, Any], value: Any) -> list[Any]:
    """Return a body with a value in every place that could name an organisation."""
    found: list[Any] = [
        body | {"state": [{"id": "organisation", "property": "data", "value": value}]},
        body | {"state": value},
        body | {"inputs": value},
        body | {"outputs": value},
        body | {"output": value},
        body | {"changedPropIds": [value]},
        body | {"parsedChangedPropsIds": value},
        body | {"organisation_id": value},
        body | {"inputs": [*body["inputs"], {"id": {"index": value}, "property": "value"}]},
    ]
    for number in range(len(body["inputs"])):
        for name in ("value", "id", "property"):
            changed = copy.deepcopy(body)
            changed["inputs"][number][name] = value
            found.append(changed)
    return found


def test_forged_bodies_of_every_callback_show_nothing_of_another(house: House) -> None:
    client = house.enter("a")
    count = 0
    for output, spec in house.app.callback_map.items():
        body = honest_body(output, spec)
        for value in STRANGE:
            for one in forged(body, value):
                send(client, one)
                count += 1
    assert count > 600
    control = send(client, honest_body())
    assert str(sentinel(OWN, "2026")) in control
    assert f"Stichting {OWN}" in control


def fuzz(house: House, count: int, seed: int) -> None:
    """Send so many random bodies, and then an honest one."""
    chance, client = random.Random(seed), house.enter("a")
    bodies = [honest_body(output, spec) for output, spec in house.app.callback_map.items()]
    for _ in range(count):
        send(client, mutated(chance, chance.choice(bodies)))
    assert str(sentinel(OWN, "2026")) in send(client, honest_body())


def test_random_bodies_are_no_error_of_ours(house: House) -> None:
    fuzz(house, FAST, seed=1)


@pytest.mark.slow
def test_ten_thousand_random_bodies_are_no_error_of_ours(house: House) -> None:
    fuzz(house, THOROUGH, seed=2)
