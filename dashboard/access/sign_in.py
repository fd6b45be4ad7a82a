"""Signing in, with an account or to a demonstration, and signing out."""

from __future__ import annotations

import math
from urllib.parse import urlencode

import flask
from flask import g, request, session
from flask.typing import ResponseReturnValue

from accounts.sign_in import Credentials, sign_in
from dashboard.access.csrf import csrf_token
from dashboard.access.demo import Account, demo_accounts
from dashboard.access.documents import ACCOUNTS, document
from dashboard.access.entering import address_after, address_of_request, begin, end
from dashboard.access.forms import LOCAL, form
from dashboard.access.gate import SIGN_IN, language
from dashboard.access.known import known_browser
from dashboard.access.oidc import Providers
from dashboard.access.person import Access, Person, remember, this_moment
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.texts import Texts, texts_of

__all__ = ["csrf_token", "register"]


def register(app: RegiespiegelDash, context: Context, access: Access, providers: Providers) -> None:
    """Add the routes of signing in and out."""

    @app.server.get(SIGN_IN)
    def sign_in() -> ResponseReturnValue:
        return sign_in_page(context, access)

    @app.server.post(SIGN_IN)
    def sign_in_chosen() -> ResponseReturnValue:
        if context.is_demo and "account" in request.form:
            return take_choice(context, access)
        return take_account(context, access)

    @app.server.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        elsewhere = providers.way_out()
        end(access)
        return flask.redirect(elsewhere or flask.url_for("sign_in", lang=language()))


def sign_in_page(context: Context, access: Access, said: str = "") -> str:
    """Return the sign-in page; `said` is the text of why it is shown again."""
    say = texts_of(language())
    asked = request.values.get("next", "")[:500]
    local = form(
        LOCAL,
        say,
        next=asked,
        is_folded=context.is_demo,
        other="" if context.is_demo else other_language(say),
        providers=access.settings.provider,
        query=urlencode({"lang": say.language, "next": asked}),
    )
    texts = [said] if said else []
    if context.is_demo:
        texts = texts or [say("sign_in_text")]
        return document(say, say("sign_in_title"), texts, demo_form(context, say, asked) + local)
    return document(
        say, say("sign_in_account_title"), texts or [say("sign_in_account_text")], local
    )


def demo_form(context: Context, say: Texts, asked: str) -> str:
    """Return the choice among demonstration accounts."""
    accounts = demo_accounts(context.snapshots.current())
    return flask.render_template_string(
        ACCOUNTS,
        say=say,
        csrf=csrf_token(),
        next=asked,
        other=other_language(say),
        accounts=[words_of(say, account) for account in accounts.values()],
    )


def other_language(say: Texts) -> str:
    """Return the language that a page is not in."""
    return "nl" if say.language == "en" else "en"


def words_of(say: Texts, account: Account) -> dict[str, str]:
    """Return what the sign-in page says of an account."""
    if account.scope.is_staff:
        title, text = say("account_analyst"), say("account_analyst_text")
    else:
        title = say("hr_director_of", name=account.name)
        headcount = say.count(account.headcount or 0)
        text = say(f"account_{account.account_id}", headcount=headcount)
    return {"id": account.account_id, "title": title, "text": text}


def take_choice(context: Context, access: Access) -> ResponseReturnValue:
    """Keep the chosen account in the session; only what the page offered can be chosen."""
    snapshot = context.snapshots.current()
    account = demo_accounts(snapshot).get(request.form.get("account", ""))
    if account is None:
        say = texts_of(language())
        return sign_in_page(context, access, say("sign_in_refused")), 400
    session.clear()
    session["role"] = account.scope.role
    session["organisation_id"] = account.scope.organisation_id
    session["demo"] = account.account_id
    csrf_token()
    g.person = Person(f"demo:{account.account_id}", account.scope)
    remember(access, "sign_in", way="demo")
    return onward(context)


def take_account(context: Context, access: Access) -> ResponseReturnValue:
    """Sign in with address and password. Every refusal says the same."""
    email, password, code = (request.form.get(name, "") for name in ("email", "password", "code"))
    given = Credentials(email, password, code, known_browser(access))
    say = texts_of(language())
    outcome = sign_in(access.store, given, address_of_request(), access.settings, this_moment())
    if outcome.wait is not None:
        seconds = math.ceil(outcome.wait.total_seconds())
        page = sign_in_page(context, access, say("sign_in_wait", seconds=str(seconds)))
        return page, 429, {"Retry-After": str(seconds)}
    if outcome.account is None:
        remember(access, "sign_in_refused", account=outcome.tried or "")
        return sign_in_page(context, access, say("sign_in_wrong")), 400
    begin(access, outcome.account)
    return onward(context)


def onward(context: Context) -> ResponseReturnValue:
    """Return the way to the page that was asked for."""
    target = address_after(context, request.form.get("next", ""), language())
    return flask.redirect(target, 303)
