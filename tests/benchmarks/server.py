"""The dashboard and the barest route there is, on one gunicorn, with the demonstration sector."""

from __future__ import annotations

import datetime
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.browser import PASSWORD, Browser

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
SECRET: Final = secrets.token_urlsafe(48)


def beside(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer `/hello` from the barest application, all else from the dashboard."""
    application = hello_server() if environ["PATH_INFO"] == "/hello" else dashboard_server()
    return application(environ, start_response)


def hello_server(found: list[Any] = []) -> Any:  # noqa: B006
    """Return the reference, made once per worker."""
    if not found:
        import flask

        bare = flask.Flask("hello")
        bare.get("/hello")(lambda: "hello")
        found.append(bare)
    return found[0]


def dashboard_server(found: list[Any] = []) -> Any:  # noqa: B006
    """Return the dashboard, made once per worker."""
    if not found:
        from dashboard.wsgi import live_server

        found.append(live_server())
    return found[0]


def build_store(room: Path) -> list[str]:
    """Make the demonstration sector with a release and accounts; return their addresses."""
    from accounts.links import make_link, use_link
    from accounts.people import add_account, grant
    from accounts.settings import AccessSettings
    from accounts.store import open_accounts
    from warehouse.paths import Store

    command = [sys.executable, "-m", "etl.cli", "demo", "--data", str(room), "--no-serve"]
    if not (room / "published" / "CURRENT").exists():
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    store, now, settings = Store(room), datetime.datetime.now(datetime.UTC), AccessSettings()
    accounts, people = open_accounts(store, {}), []
    for number, organisation in enumerate(organisations(room)):
        email = f"hr{number}@bench.example"
        with accounts.writing() as session:
            account = add_account(session, email, "HR", "hr_director", now)
            grant(session, account, organisation)
            key = make_link(session, account, "invitation", settings, now)
            use_link(session, key, PASSWORD, settings, now)
        people.append(email)
    accounts.close()
    return people


def organisations(room: Path, count: int = 33) -> list[str]:
    """Return organisations with a grade of their own in the last wave."""
    import duckdb

    name = (room / "published" / "CURRENT").read_text().strip()
    query = """select distinct group_id from score where wave_id = '2026' and item_id = 'grade'
        and group_kind = 'organisation' and side = 'employee' and status = 'published'
        order by group_id limit ?"""
    path = room / "published" / "releases" / f"{name}.duckdb"
    with duckdb.connect(str(path), read_only=True) as release:
        return [row[0] for row in release.execute(query, [count]).fetchall()]


def unlimited(room: Path) -> Path:
    """Return a copy of the configuration in which everybody may sign in from one address."""
    copy = room / "config"
    shutil.copytree(ROOT / "config", copy, dirs_exist_ok=True)
    path = copy / "access.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("sign_in_limit")]
    path.write_text("\n".join(['sign_in_limit = "100000/minute"', *kept]) + "\n", encoding="utf-8")
    return copy


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(room: Path, workers: int = WORKERS) -> Iterator[tuple[int, int]]:
    """Serve the dashboard and the reference on one gunicorn; give its port and process."""
    port = free_port()
    environment = {
        **os.environ, "REGIESPIEGEL_DATA": str(room), "REGIESPIEGEL_SECRET": SECRET,
        "REGIESPIEGEL_CONFIG": str(unlimited(room)),
        "REGIESPIEGEL_ADDRESS": "https://bench.example", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.server:beside"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers"]
    command += [str(workers), "--threads", str(THREADS), "--log-level", "warning"]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as server:
        try:
            wait_for(port)
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def wait_for(port: int) -> None:
    """Wait until the dashboard answers."""
    for _ in range(600):
        try:
            if Browser(port).ask("/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError


def workers_of(parent: int) -> list[str]:
    """Return the processes of the workers."""
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()


def worked(parent: int) -> int:
    """Return the ticks of the processor that the workers used."""
    stats = [Path(f"/proc/{worker}/stat").read_text() for worker in workers_of(parent)]
    return sum(int(tick) for one in stats for tick in one.rpartition(")")[2].split()[11:13])


def wait_until_made(parent: int) -> None:
    """Wait until workers have made beforehand what they make: then a day's use begins."""
    before = -1
    while before != (before := worked(parent)):
        time.sleep(1)
