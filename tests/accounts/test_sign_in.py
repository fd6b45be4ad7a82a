"""Signing in: the password, the second factor, the wait, and what a session lives through."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from accounts import passwords, throttle, totp
from accounts.links import make_link, use_link
from accounts.people import Account, add_account, find_account, revoke_grant, set_disabled, set_role
from accounts.sessions import (
    choose_organisation,
    find_session,
    open_session,
    revoke_session,
    see_session,
)
from accounts.settings import AccessSettings
from accounts.sign_in import Credentials, Outcome, sign_in
from accounts.store import AccountStore
from accounts.throttle import CODES_FREE
from tests.accounts.conftest import NOW
from tests.accounts.test_people import GOOD

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
MINUTE = datetime.timedelta(minutes=1)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def enter(accounts: AccountStore, director: Account, settings: AccessSettings):  # type: ignore[no-untyped-def]
    """Return a function that signs the director in, who has a password."""
    with accounts.writing() as session:
        use_link(session, make_link(session, director, "reset", settings, NOW), GOOD, settings, NOW)

    def attempt(
        password: str = GOOD, email: str = "an@zorg.nl", code: str = "", address: str = HOME,
        now: datetime.datetime = NOW,
    ) -> Outcome:  # fmt: skip
        return sign_in(accounts, Credentials(email, password, code), address, settings, now)

    return attempt


def test_the_password_signs_in_and_another_does_not(enter, director: Account) -> None:  # type: ignore[no-untyped-def]
    outcome = enter(email="AN@zorg.nl ")
    assert outcome.account is not None
    assert outcome.account.account_id == director.account_id
    assert enter("another phrase altogether") == Outcome(tried=director.account_id)
    assert enter(email="nobody@zorg.nl") == Outcome()


class Counting:
    """A hasher that counts how often a password is compared, which is what takes time."""

    def __init__(self) -> None:
        self.light, self.count = passwords.hasher(), 0

    def hash(self, password: str) -> str:
        """Return a hash."""
        return self.light.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        """Count a comparison."""
        self.count += 1
        return self.light.verify(kept, password)


def test_every_refusal_takes_the_same_work(  # type: ignore[no-untyped-def]
    enter, accounts: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with accounts.writing() as session:
        add_account(session, "invited@zorg.nl", "I", "steward", NOW)
        off = add_account(session, "off@zorg.nl", "O", "steward", NOW)
        set_disabled(session, off, True, NOW)
    counting = Counting()
    monkeypatch.setattr(passwords, "hasher", lambda: counting)
    for number, name in enumerate(("an", "stranger", "invited", "off"), start=1):
        assert enter("wrong", email=f"{name}@zorg.nl").account is None
        assert counting.count == number


def test_a_disabled_account_signs_in_no_longer(  # type: ignore[no-untyped-def]
    enter, accounts: AccountStore, director: Account
) -> None:
    with accounts.writing() as session:
        set_disabled(session, director, True, NOW)
    assert enter().account is None


def test_an_invited_account_without_password_signs_in_by_no_password(enter, accounts) -> None:  # type: ignore[no-untyped-def]
    with accounts.writing() as session:
        add_account(session, "new@zorg.nl", "New", "steward", NOW)
    for password in ("", "nobody has this password", "None"):
        assert enter(password, email="new@zorg.nl").account is None


def test_who_guesses_waits_ever_longer(enter) -> None:  # type: ignore[no-untyped-def]
    for _ in range(5):
        assert enter("wrong").wait is None
    assert enter("wrong").wait == SECOND
    assert enter(GOOD).wait == SECOND, "not even the right password is looked at"
    moment = NOW + SECOND
    waits = []
    for _ in range(12):
        assert enter("wrong", now=moment).wait is None
        wait = enter("wrong", now=moment).wait
        waits.append(wait.total_seconds())
        moment += wait
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_victim_signs_in_while_somebody_else_guesses(enter) -> None:  # type: ignore[no-untyped-def]
    for number in range(60):
        enter("wrong", address=f"198.51.100.{number}")
        enter("wrong", address=ELSEWHERE)
    assert enter().account is not None


def test_the_wait_is_the_same_for_accounts_that_do_not_exist(enter) -> None:  # type: ignore[no-untyped-def]
    known = [enter("wrong").wait for _ in range(8)]
    unknown = [enter("wrong", email="nobody@zorg.nl").wait for _ in range(8)]
    assert known == unknown


def test_one_address_cannot_try_many_accounts(enter, settings: AccessSettings) -> None:  # type: ignore[no-untyped-def]
    waits = [enter("wrong", email=f"a{n}@zorg.nl").wait for n in range(40)]
    assert waits.index(SECOND) == settings.failures_free_address


def test_a_subscriber_with_many_ipv6_addresses_is_one() -> None:
    one, other = (throttle.keys_of(f"2001:db8::{n}", "a@b.nl") for n in (1, 2))
    assert one == other
    assert throttle.keys_of("2001:db8:0:1::1", "a@b.nl") != one
    assert throttle.keys_of("::ffff:192.0.2.1", "a@b.nl") == throttle.keys_of(HOME, "a@b.nl")


def test_success_forgets_and_so_does_a_day(enter) -> None:  # type: ignore[no-untyped-def]
    for _ in range(4):
        enter("wrong")
    assert enter().account is not None
    for _ in range(5):
        assert enter("wrong").wait is None
    assert enter("wrong").wait is not None
    assert enter(now=NOW + datetime.timedelta(hours=25)).account is not None


def test_many_guesses_at_once_gain_nothing(enter) -> None:  # type: ignore[no-untyped-def]
    outcomes: list[Outcome] = []
    workers = [threading.Thread(target=lambda: outcomes.append(enter("wrong"))) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(outcome.wait is None for outcome in outcomes) == 5


def test_the_table_of_attempts_names_nobody(enter, accounts: AccountStore) -> None:  # type: ignore[no-untyped-def]
    enter("wrong")
    with accounts.reading() as session:
        rows = str(session.execute(text("select * from attempt")).all())
    assert "zorg" not in rows
    assert HOME not in rows


@pytest.fixture
def secret(accounts: AccountStore, director: Account) -> str:
    """The director's second factor."""
    secret = totp.new_secret()
    with accounts.writing() as session:
        code = pyotp.TOTP(secret).at(NOW - 5 * MINUTE)
        assert totp.enrol(session, director, secret, code, NOW - 5 * MINUTE)
    return secret


def test_with_a_second_factor_the_password_alone_is_not_enough(enter, secret: str) -> None:  # type: ignore[no-untyped-def]
    code = pyotp.TOTP(secret).at(NOW)
    assert enter().account is None
    assert enter(code=f"{(int(code) + 1) % 10**6:06}").account is None
    assert enter(code=f"{code[:3]} {code[3:]}").account is not None


def test_a_code_works_once(enter, secret: str) -> None:  # type: ignore[no-untyped-def]
    code = pyotp.TOTP(secret).at(NOW)
    assert enter(code=code).account is not None
    assert enter(code=code).account is None
    later = NOW + MINUTE
    assert enter(code=pyotp.TOTP(secret).at(later), now=later).account is not None


def test_a_code_of_a_minute_ago_is_too_old(enter, secret: str) -> None:  # type: ignore[no-untyped-def]
    assert enter(code=pyotp.TOTP(secret).at(NOW - MINUTE)).account is None
    assert enter(code=pyotp.TOTP(secret).at(NOW - MINUTE / 2)).account is not None


def wrong_codes(enter, secret: str, count: int, **given: Any) -> None:  # type: ignore[no-untyped-def]
    """Send so many wrong codes, each from an address of its own."""
    wrong = f"{(int(pyotp.TOTP(secret).at(NOW)) + 1) % 10**6:06}"
    for number in range(count):
        sent = {"code": wrong, "address": f"198.51.100.{number}"} | given
        assert enter(**sent).account is None


def test_codes_are_not_guessed_from_many_addresses(enter, secret: str) -> None:  # type: ignore[no-untyped-def]
    wrong_codes(enter, secret, CODES_FREE)
    refused = enter(code=pyotp.TOTP(secret).at(NOW))
    assert (refused.account, refused.wait) == (None, None), "as any wrong code, and not let in"
    later = NOW + 2 * SECOND
    assert enter(code=pyotp.TOTP(secret).at(later), now=later).account is not None
    wrong_codes(enter, secret, CODES_FREE - 1)
    assert enter(code=pyotp.TOTP(secret).at(NOW + MINUTE), now=NOW + MINUTE).account is not None


def test_who_does_not_know_the_password_uses_up_no_codes(enter, secret: str) -> None:  # type: ignore[no-untyped-def]
    wrong_codes(enter, secret, 3 * CODES_FREE, password="wrong")
    wrong_codes(enter, secret, CODES_FREE, code="")
    assert enter(code=pyotp.TOTP(secret).at(NOW)).account is not None


def test_a_second_factor_is_taken_only_with_a_code_of_it(
    accounts: AccountStore, director: Account
) -> None:
    secret = totp.new_secret()
    with accounts.writing() as session:
        for code in ("", "000", "abcdef", "١٢٣٤٥٦", pyotp.TOTP(totp.new_secret()).at(NOW)):
            assert not totp.enrol(session, director, secret, code, NOW)
        assert not find_account(session, director.email).has_totp


@pytest.fixture
def key(accounts: AccountStore, director: Account, settings: AccessSettings) -> str:
    """The key of a session of the director."""
    with accounts.writing() as session:
        return open_session(session, director, settings, NOW)


def holds(accounts: AccountStore, key: str, now: datetime.datetime = NOW) -> bool:
    """Return whether a session still holds."""
    with accounts.reading() as session:
        return find_session(session, key, AccessSettings(), now) is not None


def test_a_session_ends_when_nothing_is_done(accounts: AccountStore, key: str) -> None:
    assert holds(accounts, key, NOW + 30 * MINUTE - SECOND)
    assert not holds(accounts, key, NOW + 30 * MINUTE)
    with accounts.writing() as session:
        see_session(session, key, NOW + 20 * MINUTE)
    assert holds(accounts, key, NOW + 49 * MINUTE)


def test_a_session_ends_whatever_is_done(accounts: AccountStore, key: str) -> None:
    moment = NOW
    while moment < NOW + datetime.timedelta(hours=10):
        assert holds(accounts, key, moment)
        with accounts.writing() as session:
            see_session(session, key, moment)
        moment += 20 * MINUTE
    assert not holds(accounts, key, moment)


def test_a_session_is_ended_on_the_server(accounts: AccountStore, key: str) -> None:
    with accounts.writing() as session:
        revoke_session(session, key, NOW)
        see_session(session, key, NOW + MINUTE)
    assert not holds(accounts, key, NOW + MINUTE)


@pytest.mark.parametrize("what", ["disable", "role", "password"])
def test_what_changes_an_account_ends_its_sessions(
    accounts: AccountStore, director: Account, key: str, settings: AccessSettings, what: str
) -> None:
    with accounts.writing() as session:
        if what == "disable":
            set_disabled(session, director, True, NOW)
        elif what == "role":
            set_role(session, director, "steward", NOW)
        else:
            link = make_link(session, director, "reset", settings, NOW)
            use_link(session, link, GOOD, settings, NOW)
    with accounts.writing() as session:
        set_disabled(session, director, False, NOW)
    assert not holds(accounts, key)


def test_an_unknown_key_is_no_session_and_the_key_is_kept_nowhere(
    accounts: AccountStore, key: str
) -> None:
    assert not holds(accounts, key + "x")
    assert not holds(accounts, "")
    with accounts.reading() as session:
        assert key not in str(session.execute(text("select * from login_session")).all())


def test_a_director_chooses_among_what_was_granted(
    accounts: AccountStore, director: Account, key: str, settings: AccessSettings
) -> None:
    def own() -> str | None:
        with accounts.reading() as session:
            login = find_session(session, key, settings, NOW)
        assert login is not None
        return login.organisation_id

    assert own() == "ORG-A"
    with accounts.writing() as session:
        assert not choose_organisation(session, key, "ORG-OTHER")
        assert choose_organisation(session, key, "ORG-B")
    assert own() == "ORG-B"
    with accounts.writing() as session:
        revoke_grant(session, director, "ORG-B")
    assert own() == "ORG-A"
