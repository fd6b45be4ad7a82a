"""The page of an invitation or reset link: it sets a password, once."""

from __future__ import annotations

import flask
from flask import g, request
from flask.typing import ResponseReturnValue

from accounts.errors import AccountError
from accounts.links import account_of_link, use_link
from dashboard.access.documents import document, notice
from dashboard.access.forms import LINK_FORM, form
from dashboard.access.gate import language
from dashboard.access.person import Access, Person, remember, this_moment
from dashboard.access.scope import scope_of_account
from dashboard.application import RegiespiegelDash
from dashboard.texts import texts_of

# The key stands in the address, which is told to nobody. With `no-referrer` a browser would
# hide the origin of the form too, and the gate refuse it.
PRIVATE = {"Referrer-Policy": "strict-origin"}


def register(app: RegiespiegelDash, access: Access) -> None:
    """Add the routes of links. Looking at one does not use it: mail scanners look too."""

    @app.server.get("/link/<key>")
    def link_shown(key: str) -> ResponseReturnValue:
        with access.store.reading() as transaction:
            account = account_of_link(transaction, key, this_moment())
        return gone() if account is None else password_page(access)

    @app.server.post("/link/<key>")
    def link_used(key: str) -> ResponseReturnValue:
        return take_password(access, key)


def gone() -> ResponseReturnValue:
    """Return the page of a link that works no longer, or never did: nobody is told which."""
    return notice(texts_of(language()), "link_gone"), 404, PRIVATE


def password_page(access: Access, said: str = "") -> ResponseReturnValue:
    """Return the form that asks for a password; `said` is why it is shown again."""
    say = texts_of(language())
    hint = say("password_hint", count=str(access.settings.password_length_min))
    content = form(LINK_FORM, say, hint=hint)
    texts = [said or say("link_text")]
    return document(say, say("link_title"), texts, content), 400 if said else 200, PRIVATE


def take_password(access: Access, key: str) -> ResponseReturnValue:
    """Set the password that a link is for, and send the person on to sign in with it."""
    say, password = texts_of(language()), request.form.get("password", "")
    if password != request.form.get("again", ""):
        return password_page(access, say("password_differs"))
    try:
        with access.store.writing() as transaction:
            account = use_link(transaction, key, password, access.settings, this_moment())
    except AccountError:
        return password_page(access, say("password_refused"))
    if account is None:
        return gone()
    scope = scope_of_account(account, None)
    g.person = None if scope is None else Person(account.account_id, scope)
    remember(access, "password_set", way="link")
    g.person = None
    return flask.redirect(flask.url_for("sign_in", lang=language()), 303)
