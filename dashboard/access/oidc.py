"""Signing in with OpenID Connect: code flow with PKCE, state and nonce, several providers.

ID tokens come from the provider's own token endpoint; issuer, audience, signature, times and nonce
are checked, and a nonce works once, whatever cookie a browser brings back.
"""

from __future__ import annotations

import secrets
from typing import Any

import flask
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import request, session
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.exceptions import NotFound

from accounts.claims import account_of_claims
from accounts.errors import AccountError
from accounts.settings import Provider
from accounts.throttle import is_first_use
from dashboard.access.documents import notice
from dashboard.access.entering import address_after, begin
from dashboard.access.gate import language
from dashboard.access.person import Access, current_person, remember, this_moment
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.texts import texts_of

SECONDS = 10
LEEWAY = 30  # seconds that the provider's clock may differ
# What a provider, or somebody in its place, can do wrong. None of it is an error of ours.
REFUSALS = (AuthlibBaseError, JoseError, RequestException, AccountError, ValueError, KeyError)


class Providers:
    """The providers of the settings, as clients that remember their discovery documents."""

    def __init__(self, server: flask.Flask, access: Access) -> None:
        self._access = access
        self._oauth = OAuth(server)
        self.known = {one.provider_id: one for one in access.settings.provider}
        for provider in access.settings.provider:
            self._add(provider)

    def _add(self, provider: Provider) -> None:
        """Make the client of a provider. Its discovery document is read at first use."""
        secret = provider.secret(self._access.environment)
        way = "client_secret_basic" if secret else "none"
        self._oauth.register(
            provider.provider_id,
            client_id=provider.client_id,
            client_secret=secret or None,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": provider.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": way,
                "default_timeout": SECONDS,
            },
        )

    def client(self, provider: Provider) -> Any:
        """Return the client of a provider. Raise ValueError when discovery names another issuer."""
        client = self._oauth.create_client(provider.provider_id)
        metadata = client.load_server_metadata()
        if metadata.get("issuer") != provider.issuer:
            raise ValueError("the discovery document is of another issuer")
        metadata["id_token_signing_alg_values_supported"] = list(provider.algorithms)
        return client

    def way_out(self) -> str | None:
        """Return where the provider of this session ends its own session, None for nowhere."""
        login = current_person().login
        provider = None if login is None else self.known.get(login.provider_id or "")
        if login is None or provider is None:
            return None
        try:
            back = f"{base(self._access)}/sign-in"
            leave = self.client(provider).create_logout_url(
                back, id_token_hint=login.id_token, client_id=provider.client_id
            )
        except (*REFUSALS, RuntimeError):
            return None
        return str(leave["url"])


def base(access: Access) -> str:
    """Return the address of the dashboard, as providers know it."""
    return (access.address or request.host_url).rstrip("/")


def register(app: RegiespiegelDash, context: Context, access: Access, providers: Providers) -> None:
    """Add the routes to a provider and back."""

    @app.server.get("/sign-in/<provider_id>")
    def provider_leave(provider_id: str) -> ResponseReturnValue:
        return leave(access, providers, known(providers, provider_id))

    @app.server.get("/sign-in/<provider_id>/back")
    def provider_back(provider_id: str) -> ResponseReturnValue:
        provider = known(providers, provider_id)
        try:
            come_back(access, providers, provider)
        except REFUSALS as error:
            return refused(access, provider, error)
        target = address_after(context, str(session.pop("next", "")), language())
        return flask.redirect(target, 303)


def known(providers: Providers, provider_id: str) -> Provider:
    """Return a provider. Raise NotFound for one that there is not."""
    if provider_id not in providers.known:
        raise NotFound
    return providers.known[provider_id]


def leave(access: Access, providers: Providers, provider: Provider) -> ResponseReturnValue:
    """Send the browser to the provider. One attempt at a time is kept in the cookie."""
    for key in [key for key in session if key.startswith("_state_")]:
        session.pop(key)
    session["next"] = request.args.get("next", "")[:500]
    back = f"{base(access)}/sign-in/{provider.provider_id}/back"
    try:
        nonce = secrets.token_urlsafe(24)
        answer: ResponseReturnValue = providers.client(provider).authorize_redirect(
            back, nonce=nonce
        )
    except (*REFUSALS, RuntimeError) as error:
        return refused(access, provider, error)
    return answer


def come_back(access: Access, providers: Providers, provider: Provider) -> None:
    """Sign in whom the provider vouches for. Raise one of REFUSALS when it does not hold."""
    if request.args.get("iss", provider.issuer) != provider.issuer:
        raise ValueError("the answer is of another issuer")
    client = providers.client(provider)
    token = client.authorize_access_token(
        claims_options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "exp": {"essential": True},
            "nonce": {"essential": True},
        },
        leeway=LEEWAY,
    )
    if not token.get("userinfo"):
        raise ValueError("there is no ID token in the answer")
    claims = all_claims(client, provider, token)
    now, target = this_moment(), session.get("next", "")
    with access.store.writing() as transaction:
        if not is_first_use(transaction, f"{provider.issuer} {claims['nonce']}", now):
            raise ValueError("this answer was used before")
        account = account_of_claims(transaction, provider, claims, now)
    begin(access, account, (provider.provider_id, token["id_token"]))
    session["next"] = target


def all_claims(client: Any, provider: Provider, token: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of the ID token, and of userinfo what a provider only says there.

    Errors: ValueError when the two are about different people.
    """
    claims = dict(token["userinfo"])
    needed = {provider.email_claim, provider.role_claim, provider.organisation_claim} - {""}
    if needed <= set(claims) or "userinfo_endpoint" not in client.server_metadata:
        return claims
    more = client.userinfo(token=token)
    if more.get("sub") != claims["sub"]:
        raise ValueError("userinfo is about somebody else")
    return {**more, **claims}


def refused(access: Access, provider: Provider, error: Exception) -> ResponseReturnValue:
    """Say that it did not work. Why stands in the trail, as a kind of error, not as its text."""
    about = {"provider": provider.provider_id, "error": type(error).__name__}
    remember(access, "sign_in_refused", **about)
    is_ours = isinstance(error, AccountError)
    name = "provider_unknown" if is_ours else "provider_failed"
    return notice(texts_of(language()), name), 403 if is_ours else 400
