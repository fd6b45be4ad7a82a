"""The provider as a process of the tests, and a browser that signs in with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

HERE = Path(__file__).parent
BACK = "https://localhost/"
CLIENT, SECRET = "regiespiegel", "loopback-client-secret-of-the-tests"


def install() -> None:
    """Install the locked provider once. Skip, loudly, where that cannot be done."""
    lock = HERE / "package-lock.json"
    stamp = HERE / "node_modules" / f".installed-{lock.stat().st_size}"
    if stamp.exists():
        return
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no node: THE TESTS AGAINST A REAL PROVIDER ARE NOT RUN")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"npm ci failed: THE TESTS AGAINST A REAL PROVIDER ARE NOT RUN. {done.stderr}")
    stamp.touch()


@dataclass
class RunningProvider:
    """A provider on loopback, the clients it knows, and its people by login."""

    provider_id: str
    port: int
    accounts: dict[str, dict[str, Any]]
    shift: int = 0
    conform: bool = False
    browser: requests.Session = field(default_factory=requests.Session)

    @property
    def issuer(self) -> str:
        """Return its issuer."""
        return f"http://127.0.0.1:{self.port}"

    def clients(self) -> list[dict[str, Any]]:
        """Return this dashboard as a client, and another one of somebody else."""
        shared = {
            "redirect_uris": [f"{BACK}sign-in/{self.provider_id}/back"],
            "post_logout_redirect_uris": [f"{BACK}sign-in"],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
        }
        return [
            shared | {"client_id": CLIENT, "client_secret": SECRET},
            shared | {"client_id": "other", "token_endpoint_auth_method": "none"},
        ]

    def control(self, swap: str | None = None) -> list[str]:
        """Let the next answers hold another ID token; return those given until now."""
        answer = requests.post(f"{self.issuer}/control", json={"swap": swap}, timeout=20)
        return list(answer.json()["tokens"])

    def sign_in(self, address: str, login: str) -> str:
        """Return the address on the dashboard that the provider sends the browser back to."""
        answer = self.browser.get(address, allow_redirects=False, timeout=20)
        for _ in range(12):
            place = answer.headers.get("Location", "")
            if place.startswith(BACK):
                return place.removeprefix(BACK.rstrip("/"))
            if place:
                address = urljoin(address, place)
                answer = self.browser.get(address, allow_redirects=False, timeout=20)
                continue
            address, form = form_of(address, answer.text)
            if "login" in form:
                form |= {"login": login, "password": "any"}
            answer = self.browser.post(address, data=form, allow_redirects=False, timeout=20)
        raise AssertionError(f"no way back from {address}: {answer.text[:500]}")

    def leave(self, address: str) -> str:
        """Sign out at the provider as a person who says yes; return where it leads."""
        answer = self.browser.get(address, allow_redirects=False, timeout=20)
        target, form = form_of(address, answer.text)
        answer = self.browser.post(
            target, data=form | {"logout": "yes"}, allow_redirects=False, timeout=20
        )
        return answer.headers["Location"]


def form_of(address: str, page: str) -> tuple[str, dict[str, str]]:
    """Return where a page's form goes and its hidden fields."""
    action = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert action, page[:500]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = unescape(value[1]) if value else ""
    return urljoin(address, unescape(action[1])), fields


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(provider_id: str, accounts: dict[str, Any], **more: Any) -> Iterator[RunningProvider]:
    """Give a provider that runs until the block ends."""
    made = RunningProvider(provider_id, free_port(), accounts, **more)
    given = {
        "issuer": made.issuer, "port": made.port, "clients": made.clients(),
        "accounts": accounts, "shift": made.shift, "conform": made.conform,
    }  # fmt: skip
    command = ["node", "provider.mjs", json.dumps(given)]
    environment = {"PATH": os.environ["PATH"], "NODE_ENV": "test"}
    with (
        subprocess.Popen(
            command, cwd=HERE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process,
        made.browser,
    ):
        try:
            wait_for(made, process)
            yield made
        finally:
            process.terminate()


def wait_for(provider: RunningProvider, process: subprocess.Popen[bytes]) -> None:
    """Wait until a provider answers. Raise when it ended."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, "the provider ended"
        try:
            requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=5)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the provider did not answer")
