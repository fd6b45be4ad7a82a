"""The dashboard as it is in production, with people who have accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from accounts import trail
from accounts.links import make_link, use_link
from accounts.people import Account, add_account, find_account, grant
from accounts.store import AccountStore
from dashboard.access.person import Access, this_moment
from dashboard.application import RegiespiegelDash
from tests.dashboard.built.browsing import with_token

PHRASE = "vier paarse fietsen in de regen"
# Who: role and grants. Two directors of different organisations, and one of several.
PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "a": ("hr_director", ("ORG-LARGE",)),
    "b": ("hr_director", ("ORG-OTHER",)),
    "several": ("hr_director", ("ORG-LARGE", "ORG-TEN")),
    "none": ("hr_director", ()),
    "staff": ("sector_staff", ()),
    "steward": ("steward", ()),
    "administrator": ("administrator", ()),
}


def email_of(who: str) -> str:
    """Return somebody's address."""
    return f"{who}@zorg.example"


@dataclass(frozen=True)
class House:
    """The application and its accounts."""

    app: RegiespiegelDash
    access: Access

    @property
    def accounts(self) -> AccountStore:
        """Return the account store."""
        return self.access.store

    def client(self) -> FlaskClient:
        """Return a browser that nobody has signed in with."""
        return self.app.server.test_client()

    def enter(self, who: str, phrase: str = PHRASE, code: str = "") -> FlaskClient:
        """Return a browser in which somebody signed in, with the token that its scripts send."""
        client = self.client()
        answer = self.try_to_enter(client, who, phrase, code)
        assert answer.status_code == 303, answer.text
        return with_token(client)

    def try_to_enter(
        self, client: FlaskClient, who: str, phrase: str = PHRASE, code: str = "", target: str = ""
    ) -> Any:
        """Return the answer to the sign-in form."""
        form = {"csrf": csrf_of(client), "email": email_of(who), "password": phrase}
        return client.post("/sign-in", data=form | {"code": code, "next": target})

    def events(self) -> list[trail.Entry]:
        """Return the trail, oldest first."""
        with self.accounts.reading() as session:
            return list(trail.entries(session))

    def account(self, who: str) -> Account:
        """Return somebody's account."""
        with self.accounts.reading() as session:
            return find_account(session, email_of(who))


def csrf_of(client: FlaskClient, path: str = "/sign-in") -> str:
    """Return the token of a form."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def populate(access: Access) -> None:
    """Add the people, each with the password that they chose by a link."""
    now = this_moment()
    with access.store.writing() as session:
        for who, (role, grants) in PEOPLE.items():
            account = add_account(session, email_of(who), who.capitalize(), role, now)
            for organisation in grants:
                grant(session, account, organisation)
            key = make_link(session, account, "invitation", access.settings, now)
            use_link(session, key, PHRASE, access.settings, now)
