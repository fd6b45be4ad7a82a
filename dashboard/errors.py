"""What people see when something goes wrong: a sentence and a way on, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboard.access.documents import notice
from dashboard.access.gate import language
from dashboard.application import RegiespiegelDash
from dashboard.components.notices import error_parts
from dashboard.texts import texts_of

LOG = logging.getLogger("dashboard")
NAMES = {404: "not_found", 500: "error"}


def on_callback_error(error: Exception) -> Any:
    """Return the page that says it went wrong; the log says where, without anybody's answer."""
    if isinstance(error, HTTPException):
        raise error
    LOG.error("callback failed: %s", type(error).__name__, exc_info=error)
    return error_parts(texts_of("nl"))


def register(app: RegiespiegelDash) -> None:
    """Answer errors with documents of our own."""

    @app.server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if request.path.startswith("/_"):
            return "", code
        return notice(texts_of(language()), NAMES.get(code, "bad_request")), code

    @app.server.errorhandler(Exception)
    def failed(error: Exception) -> ResponseReturnValue:
        LOG.error("request failed: %s", type(error).__name__, exc_info=error)
        return notice(texts_of(language()), "error"), 500
