"""API tokens: never wider than their account."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import text

from accounts.errors import AccountError
from accounts.people import Account, find_account, revoke_grant, set_disabled
from accounts.settings import AccessSettings
from accounts.store import AccountStore
from accounts.tokens import Wanted, find_token, list_tokens, make_token, revoke_token
from tests.accounts.conftest import NOW


@pytest.fixture
def made(accounts: AccountStore, director: Account, settings: AccessSettings) -> tuple[str, str]:
    """A token of the director, for ORG-A."""
    with accounts.writing() as session:
        account = find_account(session, director.email)
        wanted = Wanted("excel", ("own", "sector"), "ORG-A", 30)
        return make_token(session, account, wanted, settings, NOW)


def test_a_token_is_of_its_account_and_organisation(
    accounts: AccountStore, director: Account, made: tuple[str, str]
) -> None:
    with accounts.reading() as session:
        token = find_token(session, made[1], NOW)
    assert token is not None
    assert token.account.account_id == director.account_id
    assert (token.organisation_id, token.scopes) == ("ORG-A", {"own", "sector"})


def test_a_token_ends(accounts: AccountStore, made: tuple[str, str]) -> None:
    day = datetime.timedelta(days=1)
    with accounts.writing() as session:
        assert find_token(session, made[1], NOW + 30 * day - day / 99) is not None
        assert find_token(session, made[1], NOW + 30 * day) is None
        revoke_token(session, made[0], NOW)
        assert find_token(session, made[1], NOW) is None
        with pytest.raises(AccountError, match="no token"):
            revoke_token(session, "other", NOW)


def test_what_the_account_loses_the_token_loses(
    accounts: AccountStore, director: Account, made: tuple[str, str]
) -> None:
    with accounts.writing() as session:
        revoke_grant(session, director, "ORG-A")
        token = find_token(session, made[1], NOW)
        assert token is not None
        assert (token.organisation_id, token.scopes) == (None, {"sector"})
        set_disabled(session, director, True, NOW)
        set_disabled(session, director, False, NOW)
        assert find_token(session, made[1], NOW) is None


def test_the_token_is_kept_nowhere(accounts: AccountStore, made: tuple[str, str]) -> None:
    with accounts.reading() as session:
        assert made[1] not in str(session.execute(text("select * from api_token")).all())
        assert [row.name for row in list_tokens(session)] == ["excel"]


@pytest.mark.parametrize(
    ("scopes", "organisation", "days"),
    [
        (("all",), None, 30),
        ((), None, 30),
        (("own",), None, 30),
        (("sector",), "ORG-A", 30),
        (("own",), "ORG-OTHER", 30),
        (("sector",), None, 91),
        (("sector",), None, 0),
    ],
)
def test_a_token_that_may_not_be_is_refused(
    accounts: AccountStore, director: Account, settings: AccessSettings,
    scopes: tuple[str, ...], organisation: str | None, days: int,
) -> None:  # fmt: skip
    wanted = Wanted("x", scopes, organisation, days)
    with accounts.writing() as session:
        account = find_account(session, director.email)
        with pytest.raises(AccountError):
            make_token(session, account, wanted, settings, NOW)
