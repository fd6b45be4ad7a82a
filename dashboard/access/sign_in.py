"""Demonstration sign-in and the gate in front of every route.

The organisation is chosen on the server and stands in the signed session cookie; nothing a browser
sends later can change it. Accounts replace this sign-in; the gate and the scope stay.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from flask import Flask, Response, has_request_context, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access.scope import Scope
from dashboard.snapshot import NothingReleasedError, Row, Snapshot, Snapshots
from dashboard.state import LANGUAGES
from dashboard.texts import Texts, texts_of

OPEN_PATHS = ("/sign-in", "/health")
OPEN_PREFIXES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")
# One account per situation a visitor should see, found in the release by what it says.
CANDIDATES = """
    select o.organisation_id, o.name, o.size_band_id, o.headcount, r.respondent_count, s.status
    from organisation o
    join response r on r.wave_id = o.wave_id and r.group_kind = 'organisation'
        and r.group_id = o.organisation_id
    left join score s on s.wave_id = o.wave_id and s.group_kind = 'organisation'
        and s.group_id = o.organisation_id and s.item_id = 'grade' and s.side = 'employee'
    where o.wave_id = (select max(wave_id) from wave) and r.respondent_count > 0
    order by o.organisation_id
"""


@dataclass(frozen=True)
class Account:
    """A demonstration account: what it is in words, and the scope it gives."""

    account_id: str
    kind: str
    name: str
    scope: Scope


def first(rows: Sequence[Row], **wanted: str) -> Row | None:
    """Return the first organisation that has these values."""
    return next((r for r in rows if all(r[k] == v for k, v in wanted.items())), None)


def demo_accounts(snapshot: Snapshot) -> list[Account]:
    """Return the demonstration accounts of a release, in the order of the form."""
    rows = snapshot.rows(CANDIDATES)
    picked = [
        ("large", first(rows, size_band_id="250+", status="published")),
        ("middle", first(rows, size_band_id="50-99", status="published")),
        ("small", first(rows, size_band_id="10-49", status="published")),
        ("below", first(rows, size_band_id="10-49", status="withheld_small")),
        ("smallest", first(rows, size_band_id="0-9")),
    ]
    accounts = [
        Account(kind, kind, row["name"], Scope("hr_director", row["organisation_id"]))
        for kind, row in picked
        if row is not None
    ]
    return [*accounts, Account("staff", "staff", "", Scope("sector_staff", None))]


def session_scope() -> Scope | None:
    """Return the scope of the signed session, None when nobody is signed in."""
    role, organisation = session.get("role"), session.get("organisation_id")
    if role == "sector_staff":
        return Scope("sector_staff", None)
    if role == "hr_director" and isinstance(organisation, str):
        return Scope("hr_director", organisation)
    return None


def asked_language() -> str:
    """Return the language of the address, Dutch when it names none or nobody asks."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def form_token() -> str:
    """Return the token that a form must send back, one per session."""
    if "form_token" not in session:
        session["form_token"] = secrets.token_urlsafe(24)
    return str(session["form_token"])


def option(account: Account, say: Texts, token: str) -> str:
    """Return one account as a form with one button."""
    what = say(f"account_{account.kind}")
    name = escape(account.name or say("sector_view"))
    return (
        f'<form method="post" action="/sign-in?lang={say.language}">'
        f'<input type="hidden" name="token" value="{escape(token)}">'
        f'<button name="account" value="{escape(account.account_id)}">'
        f"<strong>{name}</strong><span>{escape(what)}</span></button></form>"
    )


def document(say: Texts, title: str, body: str) -> Response:
    """Return a small page of our own, without script."""
    html = (
        f'<!DOCTYPE html><html lang="{say.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Regiespiegel</title><link rel="stylesheet" '
        f'href="/assets/style.css"></head><body class="plain"><main><h1>{escape(title)}</h1>'
        f"{body}</main></body></html>"
    )
    return Response(html, mimetype="text/html")


def form_page(accounts: Sequence[Account], say: Texts) -> Response:
    """Return the sign-in page."""
    token = form_token()
    other = "en" if say.language == "nl" else "nl"
    words = {"nl": "Nederlands", "en": "English"}[other]
    body = f"<p>{escape(say('sign_in_lead'))}</p>"
    body += "".join(option(account, say, token) for account in accounts)
    body += f'<p><a lang="{other}" href="/sign-in?lang={other}">{words}</a></p>'
    return document(say, say("sign_in"), body)


def nothing_page() -> Response:
    """Return the page that says nothing was released yet, and what to do."""
    say = texts_of(asked_language())
    return document(say, say("nothing_released"), f"<p>{escape(say('nothing_released_do'))}</p>")


def token_fits() -> bool:
    """Return whether a form sent back this session's token."""
    sent, ours = request.form.get("token", ""), str(session.get("form_token", ""))
    return bool(ours) and hmac.compare_digest(sent.encode(), ours.encode())


def enter(accounts: Sequence[Account]) -> BaseResponse:
    """Return the redirect of a sign-in; a wrong token or account asks again."""
    chosen = next((a for a in accounts if a.account_id == request.form.get("account")), None)
    language = asked_language()
    if chosen is None or not token_fits():
        return redirect(f"/sign-in?lang={language}", code=303)
    session.clear()
    session["role"] = chosen.scope.role
    session["organisation_id"] = chosen.scope.organisation_id
    return redirect(f"/?lang={language}", code=303)


def is_open(path: str) -> bool:
    """Return whether a path may be asked for by anybody; none of them holds a figure."""
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES)


def register(server: Flask, snapshots: Snapshots) -> None:
    """Put the gate in front of every route, and add sign-in and sign-out."""

    @server.before_request
    def gate() -> BaseResponse | tuple[str, int] | None:
        if is_open(request.path) or session_scope() is not None:
            return None
        if request.method == "GET" and not request.path.startswith("/_dash"):
            return redirect(f"/sign-in?lang={asked_language()}", code=303)
        return "", 401

    @server.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> BaseResponse:
        try:
            accounts = demo_accounts(snapshots.current())
        except NothingReleasedError:
            return nothing_page()
        if request.method == "POST":
            return enter(accounts)
        return form_page(accounts, texts_of(asked_language()))

    @server.route("/sign-out", methods=["POST"])
    def sign_out() -> BaseResponse:
        session.clear()
        return redirect("/sign-in", code=303)
