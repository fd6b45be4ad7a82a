"""Signing in to a demonstration, and signing out. The choice is kept in the signed session."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

import flask
from flask import request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from dashboard.access.demo import Account, demo_accounts
from dashboard.access.documents import ACCOUNTS, document
from dashboard.access.gate import SIGN_IN, language
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.state import read_state
from dashboard.texts import Texts, texts_of


def csrf_token() -> str:
    """Return this session's token, made at first use."""
    return str(session.setdefault("csrf", secrets.token_urlsafe(24)))


def check_csrf() -> None:
    """Raise BadRequest unless the form was made for this session."""
    kept, sent = str(session.get("csrf", "")), request.form.get("csrf", "")
    if not kept or not hmac.compare_digest(kept.encode(), sent.encode()):
        raise BadRequest


def register(app: RegiespiegelDash, context: Context) -> None:
    """Add the routes of signing in and out."""

    @app.server.get(SIGN_IN)
    def sign_in() -> ResponseReturnValue:
        return sign_in_page(context)

    @app.server.post(SIGN_IN)
    def sign_in_chosen() -> ResponseReturnValue:
        return take_choice(context)

    @app.server.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        check_csrf()
        session.clear()
        return flask.redirect(flask.url_for("sign_in", lang=language()))


def sign_in_page(context: Context, refused: bool = False) -> str:
    """Return the sign-in page."""
    say = texts_of(language())
    if not context.is_demo:
        return document(say, say("product"), [say("sign_in_none")], "")
    accounts = demo_accounts(context.snapshots.current())
    content = flask.render_template_string(
        ACCOUNTS,
        say=say,
        csrf=csrf_token(),
        next=request.values.get("next", ""),
        other="nl" if say.language == "en" else "en",
        accounts=[words_of(say, account) for account in accounts.values()],
    )
    texts = [say("sign_in_refused" if refused else "sign_in_text")]
    return document(say, say("sign_in_title"), texts, content)


def words_of(say: Texts, account: Account) -> dict[str, str]:
    """Return what the sign-in page says of an account."""
    if account.scope.is_staff:
        title, text = say("account_analyst"), say("account_analyst_text")
    else:
        title = say("hr_director_of", name=account.name)
        headcount = say.count(account.headcount or 0)
        text = say(f"account_{account.account_id}", headcount=headcount)
    return {"id": account.account_id, "title": title, "text": text}


def take_choice(context: Context) -> ResponseReturnValue:
    """Keep the chosen account in the session; only what the page offered can be chosen."""
    if not context.is_demo:
        raise NotFound
    check_csrf()
    snapshot = context.snapshots.current()
    account = demo_accounts(snapshot).get(request.form.get("account", ""))
    if account is None:
        return sign_in_page(context, refused=True), 400
    session.clear()
    session["role"] = account.scope.role
    session["organisation_id"] = account.scope.organisation_id
    csrf_token()
    return flask.redirect(address_after(context), 303)


def address_after(context: Context) -> str:
    """Return where to go next: always a view of ours, whatever the form said."""
    asked = urlsplit(request.form.get("next", "")[:500])
    waves = context.snapshots.current().rows("select wave_id from wave order by position")
    query = asked.query or f"lang={language()}"
    return read_state(asked.path, query, tuple(row["wave_id"] for row in waves)).address
