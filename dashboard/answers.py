"""The answer to a view: the page as Dash takes it and as the first HTML, made once.

One function makes both, from the session's scope and the address. Remembered by release, status
file, scope, address and whether there is an account, and by nothing else: no answer holds
anything of a session.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

import brotli
from flask import Response, g, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from dashboard.access.csrf import csrf_token
from dashboard.access.gate import UPDATE
from dashboard.access.person import current_person
from dashboard.application import First, RegiespiegelDash
from dashboard.components.markup import html, html_of, packed
from dashboard.components.notices import error_parts, notice_block
from dashboard.context import Context
from dashboard.files import takes_brotli
from dashboard.shell import PARTS, SHOWN, frame, parts_of
from dashboard.snapshot import NothingReleasedError
from dashboard.texts import texts_of

LOG = logging.getLogger("dashboard")
# Whoever asks first waits for it; files that never change are packed harder, once.
QUALITY: Final = 1
UNFILLED: Final = '<input type="hidden" name="csrf" value="">'


@dataclass(frozen=True)
class Answer:
    """A page as the browser gets it: packed as Dash asks for it, and as HTML if that was asked."""

    packed: bytes
    title: str
    language: str
    page: str = ""

    @property
    def parts(self) -> bytes:
        """The answer to Dash, as it is read."""
        return brotli.decompress(self.packed)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.packed) + len(self.page)


def answer_of(parts: tuple[Any, Any, Any, Any], has_page: bool) -> Answer:
    """Return the answer that parts of the frame make, as HTML too where that is asked."""
    filled = {part: {"children": one} for part, one in zip(PARTS, parts, strict=True)}
    sheet = parts[-1]["props"]
    body = brotli.compress(packed({"multi": True, "response": filled}), quality=QUALITY)
    page = html_of(frame(html, parts)) if has_page else ""
    return Answer(body, sheet["data-title"], sheet["data-lang"], page)


def answer(context: Context, path: object, search: object, has_page: bool = False) -> Answer:
    """Return the answer to an address, as it was made before if it was."""
    person = current_person()
    asked = context.asked(path, search, person.scope)
    g.shown = asked.state.address, asked.snapshot.release_id
    answers, key = asked.snapshot.answers, (asked.key, person.account is not None)
    found = answers.find(key)
    if found is None or (has_page and not found.page):
        found = answers.keep(key, answer_of(parts_of(context.view_of(asked)), has_page))
    return found


def register(app: RegiespiegelDash, context: Context) -> None:
    """Answer Dash's question what a view shows, and write the first HTML of it."""
    server, others = app.server, app.server.view_functions[UPDATE]

    def update() -> ResponseReturnValue:
        body: Any = g.body
        if body["output"] != SHOWN:
            return others()
        asked = {one["property"]: one.get("value") for one in body["inputs"]}
        return sent(made(context, asked["pathname"], asked["search"]))

    def first() -> First | None:
        if g.get("person") is None:
            return None
        search = request.query_string.decode("latin-1")
        found = answer(context, request.path, search, has_page=True)
        filled = UNFILLED.replace('value=""', f'value="{escape(csrf_token())}"')
        return First(found.language, found.title, found.page.replace(UNFILLED, filled),
                     found.parts)  # fmt: skip

    @server.after_request
    def pack(response: Response) -> Response:
        """Pack the first HTML. Nothing in it repeats what was asked, so its size tells nothing."""
        is_view = g.get("shown") and response.mimetype == "text/html"
        if is_view and takes_brotli():
            response.set_data(brotli.compress(response.get_data(), quality=QUALITY))
            response.headers["Content-Encoding"] = "br"
        return response

    server.view_functions[UPDATE] = update
    app.first = first


def made(context: Context, path: object, search: object) -> Answer:
    """Return the answer to an address, or the page that says it went wrong: no traceback."""
    try:
        return answer(context, path, search)
    except NothingReleasedError:
        return answer_of(("", "", "", notice_block(texts_of("nl"), "nothing")), False)
    except Exception as error:
        LOG.error("callback failed: %s", type(error).__name__, exc_info=error)
        g.shown = None
        say = texts_of("en" if "lang=en" in str(search) else "nl")
        return answer_of(error_parts(say), False)


def sent(found: Answer) -> Response:
    """Return an answer to Dash, packed for who can unpack it."""
    if not takes_brotli():
        return Response(found.parts, mimetype="application/json")
    return Response(found.packed, mimetype="application/json", headers={"Content-Encoding": "br"})
