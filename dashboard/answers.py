"""The answer to a view: the page as Dash takes it and as the first HTML, made once.

One function makes both, from the session's scope and the address. Remembered by release, status
file, scope, address and whether there is an account, and by nothing else: no answer holds
anything of a session.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import brotli
from flask import Response, g, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from dashboard.access.csrf import csrf_token
from dashboard.access.gate import UPDATE, current_scope
from dashboard.access.person import current_person
from dashboard.application import First, RegiespiegelDash
from dashboard.components.markup import html, html_of, packed
from dashboard.components.notices import error_parts, notice_block
from dashboard.context import Context
from dashboard.pages.model import View
from dashboard.shell import PARTS, SHOWN, frame, parts_of
from dashboard.snapshot import NothingReleasedError
from dashboard.texts import texts_of

LOG = logging.getLogger("dashboard")
# Fast enough for the first who asks; files that never change are packed harder, once.
QUALITY: Final = 4
UNFILLED: Final = '<input type="hidden" name="csrf" value="">'


@dataclass(frozen=True)
class Answer:
    """A page as the browser gets it."""

    parts: bytes
    page: str
    title: str
    language: str

    @cached_property
    def packed(self) -> bytes:
        """The answer to Dash, packed."""
        return brotli.compress(self.parts, quality=QUALITY)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return 2 * len(self.parts) + len(self.page)


def answer_of(parts: tuple[Any, Any, Any, Any]) -> Answer:
    """Return the answer that parts of the frame make."""
    filled = {part: {"children": one} for part, one in zip(PARTS, parts, strict=True)}
    sheet = parts[-1]["props"]
    written = html_of(frame(html, parts))
    body = packed({"multi": True, "response": filled})
    return Answer(body, written, sheet["data-title"], sheet["data-lang"])


def key_of(view: View) -> Hashable:
    """Return what an answer depends on, beside the release."""
    status = None if view.ledger is None else view.ledger.snapshot.release_id
    return view.scope, view.state, status, current_person().account is not None


def answer(view: View) -> Answer:
    """Return the answer to a view, as it was made before if it was."""
    g.shown = view.state.address, view.reader.snapshot.release_id
    answers = view.reader.snapshot.answers
    return answers.remember(key_of(view), lambda: answer_of(parts_of(view)))


def register(app: RegiespiegelDash, context: Context) -> None:
    """Answer Dash's question what a view shows, and write the first HTML of it."""
    server, others = app.server, app.server.view_functions[UPDATE]

    def update() -> ResponseReturnValue:
        body = request.get_json(force=True, silent=True)
        if body["output"] != SHOWN:
            return others()
        asked = {one["property"]: one.get("value") for one in body["inputs"]}
        return sent(made(context, asked["pathname"], asked["search"]))

    def first() -> First | None:
        if g.get("person") is None:
            return None
        view = context.view(request.path, request.query_string.decode("latin-1"), current_scope())
        found = answer(view)
        filled = UNFILLED.replace('value=""', f'value="{escape(csrf_token())}"')
        return First(found.language, found.title, found.page.replace(UNFILLED, filled),
                     found.parts)  # fmt: skip

    server.view_functions[UPDATE] = update
    app.first = first


def made(context: Context, path: object, search: object) -> Answer:
    """Return the answer to an address, or the page that says it went wrong: no traceback."""
    try:
        return answer(context.view(path, search, current_scope()))
    except NothingReleasedError:
        return answer_of(("", "", "", notice_block(texts_of("nl"), "nothing")))
    except Exception as error:
        LOG.error("callback failed: %s", type(error).__name__, exc_info=error)
        g.shown = None
        say = texts_of("en" if "lang=en" in str(search) else "nl")
        return answer_of(error_parts(say))


def sent(found: Answer) -> Response:
    """Return an answer to Dash, packed for who can unpack it."""
    if "br" not in request.accept_encodings:
        return Response(found.parts, mimetype="application/json")
    return Response(found.packed, mimetype="application/json", headers={"Content-Encoding": "br"})
