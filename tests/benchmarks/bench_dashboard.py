"""How fast a page answers beside the barest route there is, on the same gunicorn in the same run.

Reference: a bare Flask application whose one route returns `hello`, mounted beside the dashboard in
the same workers. Warm: every view was asked before. Cold: a view that its worker never answered.
Over loopback, by one reader and by two at once, each asking again when answered.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.browser import Browser
from tests.benchmarks.server import build_store, served, wait_until_made, workers_of

WARM, COLD, BASIC, WHOLE, AGAIN = 2.0, 5.0, 700_000, 1_500_000, 60_000
MEMORY = 250 << 20
SWAPPED_AFTER = 2.0  # seconds
READERS = (1, 2)  # connections at once
ROUND, ROUNDS = 60, 10  # requests of each per round
PAGES = ("/", "/vergelijken", "/grootteklassen", "/aspecten", "/perceptiekloof", "/trends")
SEARCH = "?wave=2026&lang=nl"


def p95(seconds: list[float]) -> float:
    """Return the time that 95 of 100 requests stay below."""
    return statistics.quantiles(seconds, n=20)[-1]


def at_once(jobs: list[Callable[[], list[float]]]) -> list[float]:
    """Return the times of jobs that run at once, each in a thread."""
    found: list[list[float]] = [[] for _ in jobs]

    def run(place: int) -> None:
        found[place] = jobs[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found), "a client stopped"
    return [one for times in found for one in times]


def hellos(browser: Browser) -> list[float]:
    """Return the times of a round of the reference."""
    times = []
    for _ in range(ROUND):
        browser.ask("/hello")
        times.append(browser.took)
    return times


def views(browser: Browser, views: list[tuple[str, str]]) -> list[float]:
    """Return the times of views, each answered."""
    times = []
    for path, search in views:
        status, _ = browser.show(path, search)
        times.append(browser.took)
        assert status == 200, (path, status)
    return times


def warm_views() -> list[tuple[str, str]]:
    """Return a round of views of the same addresses."""
    return [(PAGES[n % len(PAGES)], SEARCH) for n in range(ROUND)]


def report(name: str, value: float, limit: float, unit: str = "x") -> None:
    """Print a figure beside its target."""
    shown = f"{value:,.2f}" if unit == "x" else f"{value:,.0f}"
    goal = f"{limit:,.0f}"
    verdict = "met" if value <= limit else "NOT MET"
    print(f"{name:<58} {shown:>11} {unit:<5} target {goal:>11}: {verdict}")


def measure_times(room: Path, people: list[str]) -> None:
    """Measure hello, warm and cold for one reader and for two at once."""
    with served(room) as (port, process):
        browsers = [Browser(port) for _ in people]
        for browser, person in zip(browsers, people, strict=True):
            browser.sign_in(person)
        wait_until_made(process)
        for readers in READERS:
            regulars, browsers = browsers[:readers], browsers[readers:]
            fresh, browsers = browsers[: readers * ROUNDS], browsers[readers * ROUNDS :]
            tell_times(readers, times_of(regulars, fresh))


def times_of(regulars: list[Browser], fresh: list[Browser]) -> dict[str, list[float]]:
    """Return the times of each kind, in turns, so that a busy moment of the machine hits all."""
    views_of_all = [(page, SEARCH) for page in PAGES]
    # Both workers have served the regulars, whatever worker keeps a connection.
    for _ in range(12):
        for browser in regulars:
            browser.connection.close()
            views(browser, views_of_all)
    found: dict[str, list[float]] = {"hello": [], "warm": [], "cold": []}
    for turn in range(ROUNDS):
        # Connections anew: whether readers share a worker is by chance, and the same for all kinds.
        for browser in regulars:
            browser.connection.close()
        found["hello"] += at_once([lambda b=b: hellos(b) for b in regulars])
        found["warm"] += at_once([lambda b=b: views(b, warm_views()) for b in regulars])
        new = fresh[turn * len(regulars) : (turn + 1) * len(regulars)]
        found["cold"] += at_once([lambda b=b: views(b, views_of_all) for b in new])
    return found


def tell_times(readers: int, found: dict[str, list[float]]) -> None:
    """Print the times of each kind, and the two ratios."""
    who = "one reader" if readers == 1 else f"{readers} readers at once"
    for name, times in found.items():
        middle = statistics.median(times)
        print(f"{who}, {name:<6} {len(times):>5} requests: median {middle * 1e3:6.2f} ms, "
              f"p95 {p95(times) * 1e3:6.2f} ms")  # fmt: skip
    hello = p95(found["hello"])
    report(f"a page, warm, p95 against hello, {who}", p95(found["warm"]) / hello, WARM)
    report(f"a page, cold, p95 against hello, {who}", p95(found["cold"]) / hello, COLD)


SEARCHES = [f"?wave={wave}&lang={lang}" for wave in ("2025", "2026") for lang in ("nl", "en")]
SCRIPTS = re.compile(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*|/_favicon[^"]*)"')
LATER = "/_dash-component-suites/dash/dcc/async-graph.js"
WHOLE_PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


def visit(browser: Browser, path: str) -> tuple[int, bool]:
    """Return the bytes of a visit, files that may be kept only once, and if plotly is basic."""
    browser.received = 0
    _, _, page = browser.ask(path)
    import brotli

    text = brotli.decompress(page).decode() if not page.startswith(b"<") else page.decode()
    files = [*SCRIPTS.findall(text), LATER]
    is_basic = any("plotly-basic" in name for name in files)
    for name in files + ([] if is_basic else [WHOLE_PLOTLY]):
        address = urljoin(path, name.replace("&amp;", "&"))
        if browser.kept.get(address) == "immutable":
            continue
        tag = {"If-None-Match": browser.kept[address]} if address in browser.kept else {}
        status, headers, _ = browser.ask(address, **tag)
        assert status in (200, 304), (address, status)
        is_kept = "immutable" in str(headers["Cache-Control"])
        browser.kept[address] = "immutable" if is_kept else str(headers["ETag"])
    return browser.received, is_basic


def measure_bytes(room: Path, people: list[str]) -> None:
    """Measure what comes over the wire at a first and a second visit of every page."""
    with served(room, workers=1) as (port, _):
        first, second = 0, 0
        for page in PAGES:
            browser = Browser(port)
            browser.sign_in(people[0])
            size, is_basic = visit(browser, f"{page}?wave=2026&lang=nl")
            again, _ = visit(browser, f"{page}?wave=2026&lang=nl")
            first, second = max(first, size), max(second, again)
    kind, limit = ("basic", BASIC) if is_basic else ("whole", WHOLE)
    report(f"first visit, largest page, {kind} plotly", first, limit, "bytes")
    report("second visit, largest page", second, AGAIN, "bytes")


def memory_of(parent: int) -> list[int]:
    """Return the proportional memory of each worker, in bytes."""
    found = []
    for worker in workers_of(parent):
        lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
        found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")]
    return found


def measure_memory(room: Path, people: list[str]) -> None:
    """Measure what a worker has after everybody saw every page in two waves and languages."""
    from dashboard.state import PAGES as EVERY

    with served(room) as (port, process):
        for person in people:
            browser = Browser(port)
            browser.sign_in(person)
            for search in SEARCHES:
                views(browser, [(path, search) for path in EVERY])
        report("memory (PSS) of the largest worker", max(memory_of(process)), MEMORY, "bytes")


def copy_of_release(room: Path) -> tuple[str, str]:
    """Return the live release, and another like it whose figures can be told apart."""
    import duckdb

    releases, current = room / "published" / "releases", room / "published" / "CURRENT"
    live = current.read_text().strip()
    other = live[::-1]
    path = releases / f"{other}.duckdb"
    path.write_bytes((releases / f"{live}.duckdb").read_bytes())
    with duckdb.connect(str(path)) as release:
        release.execute("update wave set name_nl = 'gewisselde meting' where wave_id = '2026'")
        release.execute(f"update release set release_id = '{other}'")
    return live, other


def measure_swap(room: Path, people: list[str]) -> None:
    """Swap the release under load: no request fails, and soon nobody gets the old figures."""
    import brotli

    live, other = copy_of_release(room)
    current, failed, stale, count = room / "published" / "CURRENT", [], [], []
    swapped, over = [float("inf")], threading.Event()

    def read(person: str, browser: Browser) -> None:
        while not over.is_set():
            asked = time.monotonic()
            try:
                status, content = browser.show("/", "?wave=2026&lang=nl")
            except OSError as error:
                failed.append(repr(error))
                return
            count.append(status)
            if status != 200:
                failed.append(str(status))
            elif asked > swapped[0] + SWAPPED_AFTER:
                text = brotli.decompress(content).decode()
                if "ewisselde meting" not in text:
                    stale.append(person)

    with served(room) as (port, _):
        readers = {person: Browser(port) for person in people[:4]}
        for person, browser in readers.items():
            browser.sign_in(person)
        threads = [threading.Thread(target=read, args=one) for one in readers.items()]
        for thread in threads:
            thread.start()
        time.sleep(3)
        coming = current.with_suffix(".coming")
        coming.write_text(f"{other}\n")
        coming.replace(current)
        swapped[0] = time.monotonic()
        time.sleep(5)
        over.set()
        for thread in threads:
            thread.join()
    coming.write_text(f"{live}\n")
    coming.replace(current)
    print(f"release swapped under {len(count):,} requests")
    report("requests that failed", len(failed), 0, "")
    report("answers with an old figure after 2 s", len(stale), 0, "")


def main() -> None:
    """Measure everything, on one demonstration sector."""
    with tempfile.TemporaryDirectory() as fresh:
        room = Path(os.environ.get("REGIESPIEGEL_BENCH_DATA") or fresh)
        people = build_store(room)
        measure_times(room, people)
        measure_bytes(room, people)
        measure_memory(room, people)
        measure_swap(room, people)


if __name__ == "__main__":
    main()
