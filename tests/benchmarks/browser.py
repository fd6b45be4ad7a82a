"""A browser that asks the dashboard as Dash does, and counts what comes over the wire."""

from __future__ import annotations

import http.client
import re
import time
from typing import Final
from urllib.parse import urlencode

import orjson

PASSWORD: Final = "vier paarse fietsen in de regen"
UPDATE: Final = "/_dash-update-component"
Answer = tuple[int, http.client.HTTPMessage, bytes]  # status, headers, content


class Browser:
    """A signed-in browser with one connection: what it is sent, packed as it came.

    `took` is the time from the first byte of a request to the last of its answer.
    """

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.received = 0
        self.used_at = 0.0
        self.took = 0.0

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Return status, headers and content of an answer; count what came over the wire."""
        sent = {"Host": "localhost", "Accept-Encoding": "br", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        method = "GET" if body is None else "POST"
        # gunicorn lets go of a connection after two idle seconds, and a browser opens another.
        if time.monotonic() - self.used_at > 1:
            self.connection.close()
        self.used_at = time.monotonic()
        started = time.perf_counter()
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        self.took = time.perf_counter() - started
        self.received += len(content) + len(str(answer.headers))
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers, content

    def sign_in(self, email: str) -> None:
        """Sign in with an account."""
        _, _, page = self.ask("/sign-in")
        token = re.search(rb'name="csrf" value="([^"]+)"', page)
        assert token is not None
        form = urlencode({"csrf": token[1].decode(), "email": email, "password": PASSWORD})
        status, _, _ = self.ask(
            "/sign-in", form.encode(), **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert status == 303, status
        self.ask("/account")

    def show(self, path: str, search: str) -> tuple[int, bytes]:
        """Ask for a page as Dash does."""
        token = next(value for name, value in self.cookies.items() if name.endswith("csrf"))
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        status, _, content = self.ask(UPDATE, body_of(path, search), **headers)
        return status, content


def body_of(path: str, search: str) -> bytes:
    """Return what Dash sends when an address is shown."""
    from dashboard.shell import PARTS, SHOWN

    values = (("pathname", path), ("search", search))
    return orjson.dumps(
        {
            "output": SHOWN,
            "outputs": [{"id": part, "property": "children"} for part in PARTS],
            "inputs": [{"id": "address", "property": n, "value": v} for n, v in values],
            "changedPropIds": ["address.pathname"],
        }
    )
