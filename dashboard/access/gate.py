"""One gate in front of everything: who is not signed in gets no further than the sign-in page."""

from __future__ import annotations

from typing import Final

import flask
from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden, NotFound, Unauthorized

from dashboard.access import csrf
from dashboard.access.bodies import LARGEST, read_body
from dashboard.access.documents import notice
from dashboard.access.person import Access, Person, current_person, find_person, person_of_token
from dashboard.access.scope import Scope
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.snapshot import NothingReleasedError
from dashboard.texts import texts_of

# Files that hold no figure: the product's own scripts and styles. By rule, not by how an address
# begins: `/healthy` and `/assets//x` are pages.
OPEN: Final = frozenset(
    {
        "/assets/<path:filename>",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/_favicon.ico",
        "/health",
    }
)
SIGN_IN: Final = "/sign-in"
# What somebody who is not signed in may reach, by endpoint: all else is turned away.
ENTRANCES: Final = frozenset(
    {"sign_in", "sign_in_chosen", "provider_leave", "provider_back", "link_shown", "link_used"}
)
# What is left to who must set a second factor first.
SETTING_UP: Final = frozenset({"account_shown", "account_code", "account_password", "sign_out"})
API: Final = "/api/"
API_DOCUMENT: Final = "api_document"
# What Dash has for its developers. There is no such address here.
FOR_DEVELOPERS: Final = ("/_reload-hash",)
UPDATE: Final = "/_dash-update-component"


def language() -> str:
    """Return the language that a request asks for."""
    return "en" if request.args.get("lang") == "en" else "nl"


def current_scope() -> Scope:
    """Return the scope of this request. Raise Unauthorized when nobody is signed in."""
    return current_person().scope


def register(app: RegiespiegelDash, context: Context, access: Access) -> None:
    """Put the gate in front of every route of the server, Dash's own included."""
    app.server.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.server.config["MAX_FORM_MEMORY_SIZE"] = LARGEST
    app.server.config["MAX_FORM_PARTS"] = 50

    @app.server.before_request
    def gate() -> ResponseReturnValue | None:
        g.person = None
        if request.url_rule is not None and request.url_rule.rule in OPEN:
            return None
        # A name that is not ours: nothing is said, not even where to sign in.
        if isinstance(request.routing_exception, BadRequest):
            raise request.routing_exception
        # The API knows tokens only: a cookie opens nothing there, so no page can misuse one.
        if request.path.startswith(API):
            open_api(access)
            return None
        g.person = find_person(access)
        if is_page() and not has_release(context):
            return notice(texts_of(language()), "nothing")
        if g.person is None and request.endpoint not in ENTRANCES:
            return turn_away()
        if g.person is not None and lacks_second_factor(access, g.person):
            return turn_to_account()
        if request.path in FOR_DEVELOPERS:
            raise NotFound
        if request.method not in csrf.SAFE:
            csrf.check_csrf()
        if request.path == UPDATE:
            check_body(app)
        return None


def open_api(access: Access) -> None:
    """Find whose token it is. Raise Unauthorized without one, NotFound for no such address."""
    g.person = person_of_token(access)
    if request.endpoint == API_DOCUMENT:
        return
    if g.person is None:
        raise Unauthorized
    if request.routing_exception is not None:
        raise request.routing_exception
    if not str(request.endpoint).startswith("api_"):
        raise NotFound


def lacks_second_factor(access: Access, person: Person) -> bool:
    """Return whether somebody must set a second factor before anything else."""
    if person.login is None or person.login.provider_id is not None:
        return False
    account, needed = person.login.account, access.settings.second_factor_roles
    is_needed = account.role in needed and not account.has_totp
    return is_needed and request.endpoint not in (*ENTRANCES, *SETTING_UP)


def turn_to_account() -> ResponseReturnValue:
    """Return the way to the page where a second factor is set, or 403 where a script asks."""
    if not is_page():
        raise Forbidden
    return flask.redirect(flask.url_for("account_shown", lang=language()))


def is_page() -> bool:
    """Return whether the request is for a page, not for a part of one."""
    return request.method == "GET" and not request.path.startswith("/_")


def has_release(context: Context) -> bool:
    """Return whether there is anything to show."""
    try:
        context.snapshots.current()
    except NothingReleasedError:
        return False
    return True


def turn_away() -> ResponseReturnValue:
    """Return the way to the sign-in page, or 401 where a script asks."""
    if not is_page():
        raise Unauthorized
    target = request.full_path.rstrip("?")
    return flask.redirect(flask.url_for("sign_in", next=target, lang=language()))


def check_body(app: RegiespiegelDash) -> None:
    """Read what was sent for a callback. Raise BadRequest for what no page of ours sends."""
    g.body = read_body(request.get_data(), app.callback_map)
    if g.body is None:
        raise BadRequest
