"""What the environment says of where the dashboard stands; what is unsafe refuses to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import flask
from werkzeug.middleware.proxy_fix import ProxyFix

from warehouse.errors import ConfigurationError

LOOPBACK = ("127.0.0.1", "localhost")
MOST_PROXIES = 5
# Switches that turn a server into a developer's.
FOR_DEVELOPERS = ("FLASK_DEBUG", "DASH_DEBUG", "DASH_HOT_RELOAD", "DASH_UI", "DASH_MCP_ENABLED")


@dataclass(frozen=True)
class Deployment:
    """Where people open the dashboard, and how many proxies of our own stand before it."""

    address: str = ""
    proxies: int = 0

    @property
    def hosts(self) -> list[str]:
        """The names by which the server may be asked; loopback is for the health check."""
        host = urlsplit(self.address).hostname
        return [*LOOPBACK, *([host] if host else [])]


def find_deployment(environment: Mapping[str, str], is_demo: bool) -> Deployment:
    """Return what the environment says.

    Errors: ConfigurationError for what may not be in production, and how to mend it.
    """
    address = environment.get("REGIESPIEGEL_ADDRESS", "").strip().rstrip("/")
    proxies = environment.get("REGIESPIEGEL_PROXIES", "").strip() or "0"
    if not proxies.isdecimal() or int(proxies) > MOST_PROXIES:
        raise ConfigurationError(
            f"REGIESPIEGEL_PROXIES counts the proxies of your own before the dashboard, 0 to "
            f"{MOST_PROXIES}."
        )
    if is_demo:
        return Deployment("", int(proxies))
    check_address(address)
    for name in FOR_DEVELOPERS:
        if environment.get(name, "").lower() not in ("", "0", "false"):
            raise ConfigurationError(f"{name} is for developers. Unset it to serve the dashboard.")
    return Deployment(address, int(proxies))


def check_address(address: str) -> None:
    """Raise ConfigurationError unless an address is one that a secure cookie can live at."""
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and not (parts.path or parts.query or parts.username)
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme != "https":
        raise ConfigurationError(
            "REGIESPIEGEL_ADDRESS says where people open the dashboard, such as "
            "https://spiegel.example; it is https, without a path. For a demonstration on this "
            "machine: regiespiegel demo."
        )


def trust(server: flask.Flask, deployment: Deployment) -> None:
    """Believe exactly so many proxies, and answer to exactly these names."""
    server.config["TRUSTED_HOSTS"] = deployment.hosts
    count = deployment.proxies
    if count:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            server.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=0, x_prefix=0
        )
