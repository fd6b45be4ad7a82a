"""What people see when something goes wrong: a sentence and a way on, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from dash.exceptions import DependencyException
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboard.access.documents import notice
from dashboard.access.gate import language
from dashboard.application import RegiespiegelDash
from dashboard.components.notices import error_parts
from dashboard.texts import texts_of

LOG = logging.getLogger("dashboard")
NAMES = {404: "not_found", 429: "too_many", 500: "error"}


def on_callback_error(error: Exception) -> Any:
    """Return the page that says it went wrong; the log says where, without anybody's answer."""
    if isinstance(error, HTTPException):
        raise error
    LOG.error("callback failed: %s", type(error).__name__, exc_info=error)
    return error_parts(texts_of("nl"))


def allowed(error: HTTPException) -> dict[str, str]:
    """Return the header that says which methods an address has, where that was the matter."""
    return {name: value for name, value in error.get_headers() if name == "Allow"}


def refusal(error: HTTPException, code: int) -> ResponseReturnValue:
    """Return a refusal as the API says it."""
    headers = allowed(error)
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return {"detail": error.name}, code, headers


def register(app: RegiespiegelDash) -> None:
    """Answer errors with documents of our own."""

    @app.server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if error.response is not None:
            return error.response
        if request.path.startswith("/api/"):
            return refusal(error, code)
        if request.path.startswith("/_"):
            return "", code, allowed(error)
        said = notice(texts_of(language()), NAMES.get(code, "bad_request"))
        return said, code, allowed(error)

    @app.server.errorhandler(DependencyException)
    def no_such_script(_error: Exception) -> ResponseReturnValue:
        return "", 404

    @app.server.errorhandler(Exception)
    def failed(error: Exception) -> ResponseReturnValue:
        LOG.error("request failed: %s", type(error).__name__, exc_info=error)
        if request.path.startswith("/api/"):
            return {"detail": "Internal Server Error"}, 500
        return notice(texts_of(language()), "error"), 500
