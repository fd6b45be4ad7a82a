"""Accounts, grants, links and passwords."""

from __future__ import annotations

import datetime
import threading

import pytest
from sqlalchemy import text

from accounts.errors import AccountError
from accounts.links import account_of_link, make_link, use_link
from accounts.passwords import check_password, hash_password, is_password
from accounts.people import (
    Account,
    account_by_id,
    account_of_identity,
    add_account,
    bind_identity,
    find_account,
    grant,
    revoke_grant,
    set_disabled,
    set_role,
)
from accounts.settings import AccessSettings
from accounts.store import AccountStore
from tests.accounts.conftest import NOW

GOOD = "vier paarse fietsen in de regen"
HOUR = datetime.timedelta(hours=1)


def test_an_account_has_a_folded_address_and_sorted_grants(
    accounts: AccountStore, director: Account
) -> None:
    with accounts.reading() as session:
        found = find_account(session, " AN@zorg.NL ")
    assert (found.email, found.grants) == ("an@zorg.nl", ("ORG-A", "ORG-B"))
    assert not found.has_password
    assert not found.has_totp


@pytest.mark.parametrize(
    ("email", "name", "role", "said"),
    [
        ("an@zorg.nl", "B", "steward", "already"),
        ("none", "B", "steward", "no e-mail address"),
        ("a b@c.nl", "B", "steward", "no e-mail address"),
        ("b@c.nl", "", "steward", "name"),
        ("b@c.nl", "B\nC", "steward", "name"),
        ("b@c.nl", "B", "root", "no role"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    accounts: AccountStore, director: Account, email: str, name: str, role: str, said: str
) -> None:
    with pytest.raises(AccountError, match=said), accounts.writing() as session:
        add_account(session, email, name, role, NOW)


@pytest.mark.parametrize("role", ["sector_staff", "steward", "administrator"])
def test_only_directors_take_grants(accounts: AccountStore, role: str) -> None:
    with pytest.raises(AccountError, match="hr_director"), accounts.writing() as session:
        grant(session, add_account(session, "b@c.nl", "B", role, NOW), "ORG-A")


def test_a_grant_is_given_once_and_taken_back_once(
    accounts: AccountStore, director: Account
) -> None:
    with accounts.writing() as session:
        assert not grant(session, director, "ORG-A")
        assert revoke_grant(session, director, "ORG-A")
        assert not revoke_grant(session, director, "ORG-A")
        assert find_account(session, director.email).grants == ("ORG-B",)


def test_another_role_has_no_grants(accounts: AccountStore, director: Account) -> None:
    with accounts.writing() as session:
        set_role(session, director, "sector_staff", NOW)
        assert find_account(session, director.email).grants == ()


def test_somebody_of_a_provider_is_bound_to_one_account(
    accounts: AccountStore, director: Account
) -> None:
    with accounts.writing() as session:
        bind_identity(session, director, "https://idp.example", "sub-1")
        found = account_of_identity(session, "https://idp.example", "sub-1")
        assert found is not None
        assert found.account_id == director.account_id
        assert account_of_identity(session, "https://other.example", "sub-1") is None


def test_a_link_sets_a_password_once(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        key = make_link(session, director, "invitation", settings, NOW)
    with accounts.writing() as session:
        assert use_link(session, key, GOOD, settings, NOW + HOUR) is not None
    with accounts.writing() as session:
        assert use_link(session, key, GOOD, settings, NOW + HOUR) is None
        assert account_of_link(session, key, NOW + HOUR) is None
        found = account_by_id(session, director.account_id)
    assert found is not None
    assert found.has_password


def test_the_key_of_a_link_is_kept_nowhere(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        key = make_link(session, director, "reset", settings, NOW)
    with accounts.reading() as session:
        (row,) = session.execute(text("select * from account_link")).all()
    assert key not in map(str, row)


@pytest.mark.parametrize(
    ("purpose", "life"),
    [("invitation", datetime.timedelta(hours=72)), ("reset", datetime.timedelta(minutes=60))],
)
def test_a_link_expires(
    accounts: AccountStore, director: Account, settings: AccessSettings,
    purpose: str, life: datetime.timedelta,
) -> None:  # fmt: skip
    second = datetime.timedelta(seconds=1)
    with accounts.writing() as session:
        key = make_link(session, director, purpose, settings, NOW)  # type: ignore[arg-type]
        assert account_of_link(session, key, NOW + life - second) is not None
        assert account_of_link(session, key, NOW + life) is None


def test_a_new_link_ends_the_one_before(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        first = make_link(session, director, "reset", settings, NOW)
        make_link(session, director, "reset", settings, NOW)
        assert account_of_link(session, first, NOW) is None


def test_a_disabled_account_has_no_links(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        key = make_link(session, director, "reset", settings, NOW)
        set_disabled(session, director, True, NOW)
        assert account_of_link(session, key, NOW) is None
        disabled = find_account(session, director.email)
        with pytest.raises(AccountError, match="disabled"):
            make_link(session, disabled, "reset", settings, NOW)


def test_a_refused_password_leaves_the_link(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        key = make_link(session, director, "reset", settings, NOW)
    with pytest.raises(AccountError), accounts.writing() as session:
        use_link(session, key, "short", settings, NOW)
    with accounts.writing() as session:
        assert use_link(session, key, GOOD, settings, NOW) is not None


def test_of_many_at_once_one_has_the_link(
    accounts: AccountStore, director: Account, settings: AccessSettings
) -> None:
    with accounts.writing() as session:
        key = make_link(session, director, "reset", settings, NOW)
    won: list[bool] = []

    def take() -> None:
        with accounts.writing() as session:
            won.append(use_link(session, key, GOOD, settings, NOW) is not None)

    workers = [threading.Thread(target=take) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(won) == [False, False, False, True]


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 129, "aaaaaaaaaaaaaaaa", "abababababababab", "password1234!",
     "Regiespiegel2026!", "vier       fiets",  "an@zorg.nl2026", "123456789012"],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(AccountError):
        check_password(password, 12, ("an@zorg.nl", "An"))


def test_a_phrase_is_a_password_and_no_rules_of_composition_apply() -> None:
    check_password(GOOD, 12, ("an@zorg.nl", "An"))


@pytest.mark.full_hasher
def test_passwords_are_argon2id_with_a_salt_and_accents_typed_either_way_fit() -> None:
    kept = hash_password("één zee vol caf\u00e9s")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != hash_password("één zee vol caf\u00e9s")
    assert is_password(kept, "één zee vol cafe\u0301s")
    assert not is_password(kept, "één zee vol cafes")
    assert not is_password(None, "nobody has this password")
    assert not is_password("damaged", "x")
