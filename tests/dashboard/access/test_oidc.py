"""Signing in with a real OpenID Connect provider, and what happens when it, or a thief, lies."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from accounts.people import Account, find_account
from accounts.settings import AccessSettings, Provider
from accounts.store import open_accounts
from dashboard.access.person import Access
from dashboard.app import create_app
from tests.dashboard.access.house import House, email_of, populate
from tests.dashboard.built.browsing import SECRET, ask, body, with_token
from tests.dashboard.release_builder import sentinel
from tests.provider import running
from tests.provider.running import CLIENT, RunningProvider, install
from warehouse.paths import Store
from warehouse.settings import Settings

PEOPLE: dict[str, dict[str, Any]] = {
    "a": {"email": email_of("a"), "email_verified": True, "name": "An"},
    "b": {"email": email_of("b"), "email_verified": True, "name": "Bo"},
    "unverified": {"email": email_of("administrator"), "email_verified": False},
    "impostor": {"email": email_of("a"), "email_verified": True},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
    "director": {"email": "new@zorg.example", "email_verified": True, "name": "New",
                 "roles": ["hr"], "org": ["large", "unknown"]},
    "both": {"email": "both@zorg.example", "email_verified": True, "roles": ["hr", "fund"]},
    "other-role": {"email": "boss@zorg.example", "email_verified": True, "roles": ["root"]},
    "staff": {"email": "fund@zorg.example", "email_verified": True, "roles": "fund",
              "org": ["large"]},
}  # fmt: skip
UPDATE = "/_dash-update-component"


def as_provider(provider: RunningProvider, **more: Any) -> Provider:
    """Return a provider as `access.toml` names it."""
    about = {"provider_id": provider.provider_id, "name": provider.provider_id.capitalize()}
    shared = {"issuer": provider.issuer, "client_id": CLIENT, "secret_variable": "REGIESPIEGEL_IDP"}
    return Provider(**{**about, **shared, **more})


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    """A provider that puts every claim into the ID token."""
    install()
    with running.running("list", PEOPLE) as made:
        yield made


@pytest.fixture(scope="module")
def second() -> Iterator[RunningProvider]:
    """A second provider, which tells claims by userinfo only, as the standard says."""
    install()
    with running.running("claims", PEOPLE, conform=True) as made:
        yield made


@pytest.fixture(scope="module")
def late() -> Iterator[RunningProvider]:
    """A provider whose clock is behind: its tokens have expired when they come."""
    install()
    with running.running("late", PEOPLE, shift=-400) as made:
        yield made


@pytest.fixture(scope="module")
def house(
    published: Store, settings: Settings, tmp_path_factory: pytest.TempPathFactory,
    provider: RunningProvider, second: RunningProvider, late: RunningProvider,
) -> Iterator[House]:  # fmt: skip
    """A dashboard with several providers side by side."""
    by_claims = as_provider(
        second, role_claim="roles", role_values={"hr": "hr_director", "fund": "sector_staff"},
        organisation_claim="org", organisation_values={"large": "ORG-LARGE", "ten": "ORG-TEN"},
    )  # fmt: skip
    access = AccessSettings(
        sign_in_limit="100000/minute",
        provider=(as_provider(provider), by_claims, as_provider(late)),
    )
    accounts = open_accounts(Store(tmp_path_factory.mktemp("app")), {})
    environment = {"REGIESPIEGEL_IDP": running.SECRET}
    given = Access(accounts, access, False, "https://localhost", environment)
    populate(given)
    app = create_app(published, settings, demo=False, secret=SECRET, access=given)
    yield House(app, given)
    accounts.close()


@pytest.fixture(autouse=True)
def honest(provider: RunningProvider) -> Iterator[None]:
    """Begin and end with a provider that does nothing wrong, and a browser without its session."""
    provider.control()
    provider.browser.cookies.clear()
    yield
    provider.control()


def leave(client: FlaskClient, provider: RunningProvider, target: str = "") -> str:
    """Return the address at the provider that the dashboard sends a browser to."""
    answer = client.get(f"/sign-in/{provider.provider_id}", query_string={"next": target})
    assert answer.status_code == 302
    return answer.headers["Location"]


def enter(house: House, provider: RunningProvider, login: str, target: str = "") -> Any:
    """Return a browser, and the dashboard's answer to somebody who signed in at a provider."""
    client = house.client()
    provider.browser.cookies.clear()
    return client, client.get(provider.sign_in(leave(client, provider, target), login))


def is_in(client: FlaskClient) -> bool:
    """Return whether a browser is signed in."""
    return client.get("/_dash-layout").status_code == 200


def found(house: House, email: str) -> Account:
    """Return an account."""
    with house.accounts.reading() as session:
        return find_account(session, email)


def test_the_request_has_state_nonce_and_a_challenge(
    house: House, provider: RunningProvider
) -> None:
    asked = parse_qs(urlsplit(leave(house.client(), provider)).query)
    again = parse_qs(urlsplit(leave(house.client(), provider)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://localhost/sign-in/list/back"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 20
        assert asked[name] != again[name]


def test_somebody_of_the_list_signs_in_and_sees_the_own_organisation(
    house: House, provider: RunningProvider
) -> None:
    client, answer = enter(house, provider, "a", "/trends?wave=2025&lang=en")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/trends?wave=2025&lang=en"
    page = ask(with_token(client), "/", "?wave=2026")
    assert str(sentinel("ORG-LARGE", "2026")) in page
    assert str(sentinel("ORG-OTHER", "2026")) not in page


def test_who_is_bound_stays_who_they_are(house: House, provider: RunningProvider) -> None:
    enter(house, provider, "b")
    client, _ = enter(house, provider, "b")
    assert is_in(client)
    assert house.events()[-1].actor == house.account("b").account_id


@pytest.mark.parametrize("login", ["stranger", "unverified"])
def test_who_is_not_on_the_list_or_not_vouched_for_stays_out(
    house: House, provider: RunningProvider, login: str
) -> None:
    client, answer = enter(house, provider, login)
    assert answer.status_code == 403
    assert not is_in(client)
    assert house.events()[-1].event == "sign_in_refused"


def test_claims_decide_role_and_organisation(house: House, second: RunningProvider) -> None:
    client, answer = enter(house, second, "director")
    assert answer.status_code == 303
    account = found(house, "new@zorg.example")
    assert (account.role, account.grants) == ("hr_director", ("ORG-LARGE",))
    assert str(sentinel("ORG-LARGE", "2026")) in ask(with_token(client), "/", "?wave=2026")
    enter(house, second, "staff")
    account = found(house, "fund@zorg.example")
    assert (account.role, account.grants) == ("sector_staff", ())


@pytest.mark.parametrize("login", ["both", "other-role", "a"])
def test_claims_that_name_no_single_role_sign_in_nobody(
    house: House, second: RunningProvider, login: str
) -> None:
    client, answer = enter(house, second, login)
    assert answer.status_code == 403
    assert not is_in(client)


def refused(house: House, client: FlaskClient, answer: Any) -> bool:
    """Return whether an answer was refused without a trace of why, and nobody is in."""
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert house.events()[-1].event == "sign_in_refused"
    return not is_in(client) and client.post(UPDATE, json=body()).status_code == 401


def test_a_wrong_nonce_is_refused(house: House, provider: RunningProvider) -> None:
    client = house.client()
    parts = urlsplit(leave(client, provider))
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    changed = parts._replace(query=urlencode(asked | {"nonce": "another"})).geturl()
    assert refused(house, client, client.get(provider.sign_in(changed, "a")))


def token_of_other_client(provider: RunningProvider, nonce: str) -> str:
    """Return a genuine ID token that the provider made for somebody else's client."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "client_id": "other", "response_type": "code", "scope": "openid profile email",
        "redirect_uri": "https://localhost/sign-in/list/back", "nonce": nonce, "state": "x" * 20,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }  # fmt: skip
    back = provider.sign_in(f"{provider.issuer}/auth?{urlencode(asked)}", "a")
    form = {
        "grant_type": "authorization_code", "client_id": "other", "code_verifier": verifier,
        "redirect_uri": asked["redirect_uri"], "code": parse_qs(urlsplit(back).query)["code"][0],
    }  # fmt: skip
    answer = requests.post(f"{provider.issuer}/token", data=form, timeout=20)
    return str(answer.json()["id_token"])


def test_a_wrong_audience_is_refused(house: House, provider: RunningProvider) -> None:
    client = house.client()
    address = leave(client, provider)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    foreign = token_of_other_client(provider, nonce)
    provider.browser.cookies.clear()
    back = provider.sign_in(address, "a")
    provider.control(swap=foreign)
    assert refused(house, client, client.get(back))


def test_an_expired_token_is_refused(house: House, late: RunningProvider) -> None:
    client = house.client()
    assert refused(house, client, client.get(late.sign_in(leave(client, late), "a")))


def test_a_replayed_token_is_refused(house: House, provider: RunningProvider) -> None:
    enter(house, provider, "a")
    used = provider.control()[-1]
    client = house.client()
    back = provider.sign_in(leave(client, provider), "a")
    provider.control(swap=used)
    assert refused(house, client, client.get(back))


def test_an_answer_works_once_even_with_the_cookie_of_before(
    house: House, provider: RunningProvider
) -> None:
    client = house.client()
    back = provider.sign_in(leave(client, provider), "a")
    cookie = client.get_cookie("__Host-regiespiegel")
    assert cookie is not None
    assert client.get(back).status_code == 303
    token = provider.control()[-1]
    thief = house.client()
    thief.set_cookie("__Host-regiespiegel", cookie.value, secure=True)
    assert refused(house, thief, thief.get(back)), "the code was used"
    # The provider hands out another code, and the token of before beside it.
    asked = dict(parse_qs(urlsplit(back).query))
    fresh = house.client()
    other = provider.sign_in(leave(fresh, provider), "a")
    code = parse_qs(urlsplit(other).query)["code"][0]
    provider.control(swap=token)
    query = urlencode({"code": code, "state": asked["state"][0], "iss": provider.issuer})
    thief.set_cookie("__Host-regiespiegel", cookie.value, secure=True)
    assert refused(house, thief, thief.get(f"/sign-in/list/back?{query}"))


def changed_token(token: str, **claims: Any) -> list[str]:
    """Return a token with other claims: under the old signature, and under none."""
    head, content, signature = token.split(".")
    padded = content + "=" * (-len(content) % 4)
    told = json.loads(base64.urlsafe_b64decode(padded)) | claims

    def packed(part: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    none = packed({"alg": "none", "typ": "JWT"})
    return [f"{head}.{packed(told)}.{signature}", f"{none}.{packed(told)}.", "no token at all"]


@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    house: House, provider: RunningProvider, way: int
) -> None:
    enter(house, provider, "b")
    token, client = provider.control()[-1], house.client()
    address = leave(client, provider)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    back = provider.sign_in(address, "b")
    provider.control(swap=changed_token(token, nonce=nonce, sub="a")[way])
    assert refused(house, client, client.get(back))


@pytest.mark.parametrize(
    "change",
    [{"state": "guessed"}, {"code": "guessed"}, {"iss": "https://evil.example"}, {"state": ""},
     {"error": "access_denied"}],
)  # fmt: skip
def test_an_answer_that_was_tampered_with_is_refused(
    house: House, provider: RunningProvider, change: dict[str, str]
) -> None:
    client = house.client()
    back = urlsplit(provider.sign_in(leave(client, provider), "a"))
    asked = {name: values[0] for name, values in parse_qs(back.query).items()}
    answer = client.get(f"{back.path}?{urlencode(asked | change)}")
    assert refused(house, client, answer)


def test_an_answer_begun_in_another_browser_is_refused(
    house: House, provider: RunningProvider
) -> None:
    attacker, victim = house.client(), house.client()
    back = provider.sign_in(leave(attacker, provider), "a")
    assert refused(house, victim, victim.get(back))


def test_the_answer_of_one_provider_does_not_do_for_another(
    house: House, provider: RunningProvider
) -> None:
    client = house.client()
    back = provider.sign_in(leave(client, provider), "a")
    assert refused(house, client, client.get(back.replace("/list/", "/claims/")))


def test_signing_out_ends_both_sessions(house: House, provider: RunningProvider) -> None:
    client = house.client()
    client.get(provider.sign_in(leave(client, provider), "a"))
    assert is_in(client)
    again = house.client()
    silent = leave(again, provider) + "&prompt=none"
    assert "code=" in provider.sign_in(silent, "a"), "the provider knows the browser"
    answer = with_token(client).post("/sign-out")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{provider.issuer}/session/end?")
    assert not is_in(client)
    assert provider.leave(answer.headers["Location"]).startswith("https://localhost/sign-in")
    silent = leave(house.client(), provider) + "&prompt=none"
    assert "error=login_required" in provider.sign_in(silent, "a")


def test_a_provider_that_does_not_answer_is_no_error_of_ours(
    published: Store, settings: Settings, tmp_path: Path
) -> None:
    gone = RunningProvider("gone", running.free_port(), {})
    access = Access(
        open_accounts(Store(tmp_path), {}),
        AccessSettings(provider=(as_provider(gone),)),
        False,
        "https://localhost",
        {"REGIESPIEGEL_IDP": "x"},
    )
    app = create_app(published, settings, demo=False, secret=SECRET, access=access)
    answer = app.server.test_client().get("/sign-in/gone")
    assert answer.status_code == 400
    assert "niet gelukt" in answer.text


def test_discovery_of_another_issuer_is_refused(
    published: Store, settings: Settings, tmp_path: Path, provider: RunningProvider
) -> None:
    false = as_provider(provider, issuer=provider.issuer.replace("127.0.0.1", "localhost"))
    access = Access(
        open_accounts(Store(tmp_path), {}), AccessSettings(provider=(false,)), False, "",
        {"REGIESPIEGEL_IDP": "x"},
    )  # fmt: skip
    app = create_app(published, settings, demo=False, secret=SECRET, access=access)
    assert app.server.test_client().get("/sign-in/list").status_code == 400
