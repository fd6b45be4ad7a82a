"""Everything an account can be sent: every GET route and every callback, in the app's own maps.

What is not filled in here is a KeyError, so a new route, callback, parameter or kind of file that
nobody looks at fails every attack.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

from accounts.people import add_account, find_account, grant
from accounts.settings import AccessSettings
from accounts.store import open_accounts
from accounts.tokens import Wanted, make_token
from dashboard import ids
from dashboard.access.person import Access, this_moment
from dashboard.app import create_app
from dashboard.application import RegiespiegelDash
from dashboard.state import (
    GROUPS,
    PATHS,
    PILLARS,
    SORTS,
    WITH_GROUPS,
    WITH_PILLARS,
    WITH_SORTS,
    State,
)
from tests.builders import project_settings
from tests.dashboard.built.browsing import with_token
from warehouse.paths import Store

CSRF = "the-same-token-for-everybody"
UPDATE = "/_dash-update-component"
RANDOM_ID = re.compile(rb'"end_id":"[^"]*"')
# What changes nothing that is shown, and gives nothing back but the way to another address.
POSTS = {
    UPDATE, "/sign-in", "/sign-out", "/link/<key>", "/account/organisation", "/account/password",
    "/account/code",
}  # fmt: skip


# No such address, not for this role, a link that is none, or the way to somewhere else.
REFUSED = (302, 403, 404)


@dataclass(frozen=True)
class Account:
    """Who is signed in, as the session says it."""

    name: str
    role: str
    organisation_id: str | None = None

    def client(self, app: RegiespiegelDash) -> FlaskClient:
        """Return a browser that is signed in."""
        client = app.server.test_client()
        with client.session_transaction() as session:
            session["role"] = self.role
            session["organisation_id"] = self.organisation_id
            session["csrf"] = CSRF
        return with_token(client)

    def token(self, access: Access) -> str:
        """Return a token for the API, of an account made for it."""
        with access.store.writing() as session:
            email = f"{uuid.uuid4().hex}@zorg.example"
            account = add_account(session, email, self.name, self.role, this_moment())
            if self.organisation_id is not None:
                grant(session, account, self.organisation_id)
            account = find_account(session, email)
            scopes = ("sector",) if self.organisation_id is None else ("own", "sector")
            wanted = Wanted("attack", scopes, self.organisation_id, 5)
            _, key = make_token(session, account, wanted, access.settings, this_moment())
        return key


def director(organisation: str) -> Account:
    """Return the hr director of an organisation."""
    return Account(f"director of {organisation}", "hr_director", organisation)


ANALYST = Account("analyst", "sector_staff")


@dataclass(frozen=True)
class Seen:
    """One answer of the server."""

    address: str
    mimetype: str
    content: bytes

    @property
    def steady(self) -> bytes:
        """The answer without the random id that Dash gives every page it hands out."""
        return RANDOM_ID.sub(b"", self.content)

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.content.decode("utf-8-sig")


@dataclass(frozen=True)
class Payload:
    """Everything one account was sent."""

    account: Account
    seen: tuple[Seen, ...]
    refused: tuple[str, ...] = field(default_factory=tuple)

    def at(self, start: str) -> list[Seen]:
        """Return the answers whose address begins so."""
        return [one for one in self.seen if one.address.startswith(start)]


@dataclass(frozen=True)
class Choices:
    """Everything a reader can choose; a view with another choice would have to be asked for."""

    waves: Sequence[str]
    languages: Sequence[str] = ("en",)

    def queries(self, page: str) -> list[str]:
        """Return every choice of wave, language and, where they matter, group, pillar and order."""
        parts = {"page", "wave_id", "language", "group", "pillar", "sort"}
        assert {one.name for one in fields(State)} == parts
        return [
            f"wave={wave}&lang={language}&group={group}&pillar={pillar}&sort={sort}"
            for wave in self.waves
            for language in self.languages
            for group in (GROUPS if page in WITH_GROUPS else GROUPS[:1])
            for pillar in (PILLARS if page in WITH_PILLARS else PILLARS[:1])
            for sort in (SORTS if page in WITH_SORTS else SORTS[:1])
        ]

    def addresses(self, start: str, end: str = "") -> list[str]:
        """Return the address of every page between a start and an end, with every choice."""
        return [f"{start}{page}{end}?{one}" for page in PATHS for one in self.queries(page)]


def get_addresses(app: RegiespiegelDash, choices: Choices) -> Iterator[str]:
    """Yield the addresses of every GET route. Raise KeyError for a route that is not here."""
    assets = Path(app.config.assets_folder)
    files = [path.relative_to(assets) for path in sorted(assets.rglob("*")) if path.is_file()]
    filled: Mapping[str, Sequence[str]] = {
        "/": ["/"],
        "/<path:path>": [quote(path) for path in PATHS.values() if path != "/"],
        "/sign-in": ["/sign-in?lang=nl", "/sign-in?lang=en"],
        "/health": ["/health"],
        "/_dash-layout": ["/_dash-layout"],
        "/_dash-dependencies": ["/_dash-dependencies"],
        "/_reload-hash": ["/_reload-hash"],
        "/_favicon.ico": ["/_favicon.ico"],
        "/assets/<path:filename>": [f"/assets/{path}" for path in files],
        # Scripts of the packages in requirements.lock, the same for whoever installs them.
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": [],
        "/download/<name>.csv": choices.addresses("/download/", ".csv"),
        "/download/<name>-check.xlsx": choices.addresses("/download/", "-check.xlsx"),
        "/download/goede-gesprek.pdf": [
            f"/download/goede-gesprek.pdf?{one}" for one in choices.queries("conversation")
        ],
        "/download/sectortabellen.zip": ["/download/sectortabellen.zip"],
        # Nobody's figures: providers, links and accounts, which a demonstration does not have.
        "/sign-in/<provider_id>": ["/sign-in/none"],
        "/sign-in/<provider_id>/back": ["/sign-in/none/back"],
        "/link/<key>": ["/link/none"],
        "/account": ["/account"],
        "/trail": ["/trail"],
        "/api/v1/openapi.json": ["/api/v1/openapi.json"],
        "/api/v1/releases": ["/api/v1/releases"],
        "/api/v1/codebook": ["/api/v1/codebook", "/api/v1/codebook?format=parquet"],
        "/api/v1/benchmarks": ["/api/v1/benchmarks", "/api/v1/benchmarks?format=parquet"],
        "/api/v1/scores": ["/api/v1/scores", "/api/v1/scores?format=parquet"],
    }
    for rule in app.server.url_map.iter_rules():
        methods = set(rule.methods or ())
        if "GET" in methods:
            yield from filled[rule.rule]
        elif methods - {"OPTIONS", "HEAD"} and rule.rule not in POSTS:
            raise KeyError(rule.rule)


def bodies(app: RegiespiegelDash, choices: Choices) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a browser posts, for every callback that the server answers and every page.

    Raise KeyError for a callback with another input than the address.
    """
    values = [
        {(ids.ADDRESS, "pathname"): path, (ids.ADDRESS, "search"): f"?{query}"}
        for page, path in PATHS.items()
        for query in choices.queries(page)
    ]
    for output, spec in app.callback_map.items():
        if "callback" not in spec:
            continue  # the browser does it by itself
        given = [(part["id"], part["property"]) for part in (*spec["inputs"], *spec["state"])]
        for chosen in values:
            picked = [chosen[part] for part in given]
            yield f"{output} {' '.join(picked)}", body_of(output, given, picked)


def body_of(output: str, given: Sequence[tuple[str, str]], chosen: Sequence[str]) -> dict[str, Any]:
    """Return the body of one callback."""
    outputs = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
    return {
        "output": output,
        "outputs": [{"id": part, "property": name} for part, name in outputs],
        "inputs": [
            {"id": part, "property": name, "value": value}
            for (part, name), value in zip(given, chosen, strict=True)
        ],
        "changedPropIds": [".".join(given[0])],
    }


def serve(store: Store) -> RegiespiegelDash:
    """Return the dashboard of a store, its accounts where `collect` finds them."""
    access = Access(open_accounts(store, {}), AccessSettings(), is_demo=True)
    secret = "s" * 40
    app = create_app(store, project_settings(), demo=True, secret=secret, access=access)
    app.server.extensions["access"] = access
    return app


def collect(app: RegiespiegelDash, account: Account, choices: Choices) -> Payload:
    """Return everything an account is sent."""
    client, key = account.client(app), account.token(app.server.extensions["access"])
    seen: list[Seen] = []
    refused: list[str] = []
    for address in get_addresses(app, choices):
        sent = {"Authorization": f"Bearer {key}"} if address.startswith("/api/") else {}
        with client.get(address, headers=sent) as answer:
            if answer.status_code == 200:
                seen.append(Seen(address, answer.mimetype, answer.get_data()))
            else:
                assert answer.status_code in REFUSED, (address, answer.status_code)
                refused.append(address)
    for address, body in bodies(app, choices):
        answer = client.post(UPDATE, json=body)
        assert answer.status_code == 200, address
        seen.append(Seen(address, answer.mimetype, answer.get_data()))
    return Payload(account, tuple(seen), tuple(refused))
