"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("accounts", "etl", "warehouse", "dashboard")
# What a package may import of the others: a set of modules, or "all".
ALLOWED: dict[tuple[str, str], set[str] | str] = {
    ("etl", "warehouse"): "all",
    ("etl", "accounts"): "all",
    ("dashboard", "accounts"): "all",
    ("accounts", "warehouse"): {"errors", "paths", "settings", "instrument"},
    ("dashboard", "warehouse"): {
        "settings",
        "tables",
        "paths",
        "errors",
        "instrument",
        "explain",
        "rounding",
        "statements",  # employer statements stand in `app/`, which the dashboard reads
    },
}
COMPOSITION_ROOT = "etl.cli"
# The web server's entry point: it makes the application because gunicorn imports it to serve it.
ENTRY_POINTS = {"dashboard.wsgi"}
LOCK_FILES = ("requirements.lock", "requirements-dev.lock")
ELSEWHERE = re.compile(
    r"https?://[^/\s]*\b(registry|mirrors?|py" + r"pi|python[h]osted|npm[j]s)\b"
    r"|--(extra-)?index-url|--find-links|\[\[?tool\.uv\.index"
)


def sources() -> list[tuple[str, Path]]:
    """Return every module of the product with its file."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [(".".join(path.relative_to(ROOT).with_suffix("").parts), path) for path in paths]


def module_name(dotted: str) -> str:
    """Return a module's import name."""
    return dotted.removesuffix(".__init__")


def imports(source: str) -> Iterator[str]:
    """Yield the dotted names a module imports, at whatever depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the house imports by full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_allowed(importer: str, imported: str) -> bool:
    """Return whether the arrows of the house let `importer` import `imported`."""
    home, target = importer.split(".")[0], imported.split(".")[0]
    if target not in PACKAGES or target == home or importer == COMPOSITION_ROOT:
        return True
    rooms = ALLOWED.get((home, target), set())
    return rooms == "all" or imported.split(".")[1] in rooms


def forbidden_imports(module: str, source: str) -> list[str]:
    """Return the imports of a module that go against the arrows."""
    return [f"{module} imports {name}" for name in imports(source) if not is_allowed(module, name)]


def test_imports_go_one_way() -> None:
    found = [
        wrong
        for module, path in sources()
        for wrong in forbidden_imports(module, path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("warehouse.release", "import etl.land"),
        ("warehouse.release", "def f():\n    from dashboard.app import create_app"),
        ("etl.land", "from dashboard import app"),
        ("dashboard.queries", "from etl.cli import app"),
        ("dashboard.queries", "from warehouse.ledger import open_ledger"),
        ("dashboard.queries", "from warehouse import atoms"),
        ("dashboard.queries", "import warehouse.totals"),
        ("accounts.store", "from warehouse.ledger import open_ledger"),
        ("accounts.store", "from dashboard.app import create_app"),
        ("warehouse.release", "import accounts.store"),
    ],
)
def test_an_import_against_the_arrows_is_found(module: str, source: str) -> None:
    assert forbidden_imports(module, source)


def test_the_allowed_imports_are_allowed() -> None:
    assert not forbidden_imports("etl.cli", "from dashboard.app import create_app")
    assert not forbidden_imports("etl.land", "from warehouse.files import sync")
    assert not forbidden_imports("dashboard.queries", "from warehouse import tables, settings")


PROBE = """
import importlib, os, pathlib, sys, threading

opened = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.fork"):
        opened.append(event)

# Libraries of others may look around: requests asks whether the machine has IPv6.
import dash, duckdb, numpy, plotly, polars, requests, scipy.stats
environment = dict(os.environ)
threads = set(threading.enumerate())
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
from dash._callback import GLOBAL_CALLBACK_LIST
from dash._pages import PAGE_REGISTRY
assert not opened, f"started or connected: {opened}"
assert set(threading.enumerate()) <= threads, threading.enumerate()
assert dict(os.environ) == environment, "the environment changed"
assert not list(pathlib.Path().iterdir()), list(pathlib.Path().iterdir())
assert not GLOBAL_CALLBACK_LIST, "a callback registered itself: use register(app)"
assert not PAGE_REGISTRY, "a page registered itself: use register(app)"
"""


def test_importing_every_module_does_nothing(tmp_path: Path) -> None:
    names = sorted({module_name(dotted) for dotted, _ in sources()} - ENTRY_POINTS)
    names = [name for name in names if not name.endswith("__main__")]
    command = [sys.executable, "-B", "-W", "error", "-c", PROBE, *names]
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for requirement in text.replace("\\\n", " ").splitlines():
        assert re.match(r"^[a-z0-9-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", requirement), (
            requirement
        )


@pytest.mark.parametrize("name", LOCK_FILES)
def test_a_lock_file_says_nothing_about_where_packages_come_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|file:|^-|^#|@ |index", text, flags=re.MULTILINE)


def pins(name: str) -> set[str]:
    """Return the `package==version` of a lock file, markers included."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.rstrip("\\ ") for line in lines if not line.startswith(" ")}


def test_developers_test_the_versions_that_run() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_no_tracked_file_says_where_packages_come_from() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is no list of tracked files")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = [ROOT / name for name in listing.stdout.split("\0") if name]
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in tracked
        if path.is_file() and path != Path(__file__).resolve()
        if ELSEWHERE.search(path.read_bytes().decode("utf-8", errors="ignore"))
    ]
    assert guilty == []


@pytest.mark.parametrize(
    "line",
    ["--index-url x", "--find-links x", "https://registry.example/x", "http://mirror.example"],
)
def test_a_place_packages_come_from_is_found(line: str) -> None:
    assert ELSEWHERE.search(line)
