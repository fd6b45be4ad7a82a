"""One's own account: which organisation, another password, a second factor."""

from __future__ import annotations

import flask
from flask import request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from accounts import totp
from accounts.errors import AccountError
from accounts.people import Account
from accounts.sessions import choose_organisation
from accounts.sign_in import Credentials, change_password, sign_in
from dashboard.access.documents import document
from dashboard.access.entering import address_of_request, begin
from dashboard.access.forms import ACCOUNT, form
from dashboard.access.gate import language
from dashboard.access.known import known_browser
from dashboard.access.person import Access, current_person, remember, this_moment
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.texts import texts_of

NAMES = """select o.organisation_id, o.name from organisation o join wave w using (wave_id)
    order by w.position"""


def register(app: RegiespiegelDash, context: Context, access: Access) -> None:
    """Add the routes of one's own account. In a demonstration nobody has one."""

    @app.server.get("/account")
    def account_shown() -> ResponseReturnValue:
        return account_page(context, access)

    @app.server.post("/account/organisation")
    def account_organisation() -> ResponseReturnValue:
        return take_organisation(context, access)

    @app.server.post("/account/password")
    def account_password() -> ResponseReturnValue:
        return take_password(context, access)

    @app.server.post("/account/code")
    def account_code() -> ResponseReturnValue:
        return take_code(context, access)


def own_account() -> Account:
    """Return who is signed in. Raise NotFound in a demonstration."""
    account = current_person().account
    if account is None:
        raise NotFound
    return account


def account_page(context: Context, access: Access, said: str = "") -> ResponseReturnValue:
    """Return the page of one's own account."""
    say, account, scope = texts_of(language()), own_account(), current_person().scope
    names = {row["organisation_id"]: row["name"] for row in context.snapshots.current().rows(NAMES)}
    secret = session.setdefault("totp", totp.new_secret()) if not account.has_totp else ""
    content = form(
        ACCOUNT,
        say,
        account=account,
        role=say(f"role_{account.role}"),
        organisations=[
            {"id": one, "name": names.get(one, one), "is_current": one == scope.organisation_id}
            for one in account.grants
        ],
        hint=say("password_hint", count=str(access.settings.password_length_min)),
        secret=secret,
        app_address=totp.address_of(secret, account) if secret else "",
        sees_trail=scope.role == "administrator",
    )
    page = document(say, say("account_title"), [said] if said else [], content)
    return page, 400 if said else 200


def take_organisation(context: Context, access: Access) -> ResponseReturnValue:
    """Choose among the organisations that were granted; the server checks that it was."""
    account, asked = own_account(), request.form.get("organisation", "")
    with access.store.writing() as transaction:
        is_chosen = choose_organisation(transaction, str(session.get("key", "")), asked)
    if not is_chosen:
        return account_page(context, access, texts_of(language())("account_choose"))
    remember(access, "organisation_chosen", organisation=asked, account=account.account_id)
    return flask.redirect(f"/?lang={language()}", 303)


def take_password(context: Context, access: Access) -> ResponseReturnValue:
    """Set another password, for who knows the one of now. Other sessions end, this one is new."""
    say, account, sent = texts_of(language()), own_account(), request.form
    current, code = sent.get("current", ""), sent.get("code", "")
    given = Credentials(account.email, current, code, known_browser(access))
    outcome = sign_in(access.store, given, address_of_request(), access.settings, this_moment())
    if outcome.account is None:
        return account_page(context, access, say("sign_in_wrong"))
    if sent.get("password", "") != sent.get("again", ""):
        return account_page(context, access, say("password_differs"))
    try:
        change_password(access.store, account, sent["password"], access.settings, this_moment())
    except (AccountError, KeyError):
        return account_page(context, access, say("password_refused"))
    remember(access, "password_set", way="account")
    begin(access, account)
    return flask.redirect(f"/account?lang={language()}", 303)


def take_code(context: Context, access: Access) -> ResponseReturnValue:
    """Take on a second factor, for who shows a code of it."""
    account, secret = own_account(), str(session.get("totp", ""))
    if account.has_totp or not account.has_password or not secret:
        raise NotFound
    with access.store.writing() as transaction:
        code = request.form.get("code", "")
        is_taken = totp.enrol(transaction, account, secret, code, this_moment())
    if not is_taken:
        return account_page(context, access, texts_of(language())("account_code_wrong"))
    session.pop("totp", None)
    remember(access, "second_factor_set")
    return flask.redirect(f"/account?lang={language()}", 303)
