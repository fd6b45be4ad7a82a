"""The scripts and styles that a browser gets: packed once, named by their content, kept for good.

`python -m dashboard.files` prepares them, where `make` installs: it fetches plotly's basic bundle
where npm is, of the version that plotly.py goes with, and packs every file as small as it gets
into `built/`; the catalogues are compiled there too. Without that everything works: the whole of
plotly is served, each file is packed when it is first asked for, and catalogues are read as they
were written.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import brotli
from flask import Flask, Response, request
from plotly.offline import get_plotlyjs_version
from werkzeug.http import parse_accept_header

from dashboard.catalogues import compile_all

HERE: Final = Path(__file__).parent
BUILT: Final = HERE / "built"
ASSETS: Final = HERE / "assets"
BASIC: Final = ASSETS / "plotly-basic.min.js"
DOWNLOADED: Final = HERE / "node_modules" / "plotly.js-basic-dist-min" / BASIC.name
PLACES: Final = ("/assets/", "/_dash-component-suites/")
TEXTS: Final = ("javascript", "css", "json", "svg")
SMALLEST, QUICK = 11, 5  # how hard brotli tries: once at installation, or while somebody waits
FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_EACH_TIME: Final = "public, no-cache"
# Dash names the files of packages by version and date: `.v4_4_1m1795685606.`
NAMED = re.compile(r"\.v[\w-]+m[0-9a-fA-F]+\.")


@dataclass(frozen=True)
class File:
    """A file as it is sent: its mark is made of its content; `packed` None where that is no use."""

    mark: str
    mimetype: str
    packed: bytes | None


def mark_of(content: bytes) -> str:
    """Return the mark of a content."""
    return hashlib.sha256(content).hexdigest()[:20]


def packed_file(content: bytes, built: Path = BUILT) -> bytes:
    """Return a content packed: as it was packed at installation, else quickly."""
    kept = built / f"{mark_of(content)}.br"
    return kept.read_bytes() if kept.exists() else brotli.compress(content, quality=QUICK)


def bundle_version(path: Path) -> str:
    """Return the version a bundle of plotly.js says it has, empty for no bundle."""
    if not path.exists():
        return ""
    with path.open(encoding="utf-8") as lines:
        found = re.search(r"plotly\.js \(basic.*?\) v([\d.]+)", lines.read(300))
    return found[1] if found else ""


def left_out() -> str:
    """Return the pattern of files that pages do not hold: a bundle of another version is one."""
    is_right = bundle_version(BASIC) == get_plotlyjs_version()
    return r"document\.css" if is_right else r"document\.css|plotly-basic"


def mark_of_asset(name: str) -> str:
    """Return the mark in the address of an asset."""
    return mark_of((ASSETS / name).read_bytes())


class Files:
    """The files of one process, each read and packed once."""

    def __init__(self, built: Path = BUILT) -> None:
        self._built = built
        self._kept: dict[str, File] = {}
        self._lock = threading.Lock()

    def serve(self, view: Callable[..., Any]) -> Callable[..., Response]:
        """Return a view of files that packs what another view reads."""

        def served(*arguments: Any, **named: Any) -> Response:
            found = self._kept.get(request.path)
            if found is not None and answers_without_content(found):
                return marked(Response(b"", mimetype=found.mimetype), found)
            answer: Response = view(*arguments, **named)
            if answer.status_code != 200:
                return answer
            content = content_of(answer)
            return marked(Response(content, mimetype=answer.mimetype), self.keep(content, answer))

        return served

    def keep(self, content: bytes, answer: Response) -> File:
        """Return a file, packed once while others who ask for it wait."""
        with self._lock:
            found = self._kept.get(request.path)
            if found is None or found.mark != mark_of(content):
                is_text = any(kind in str(answer.mimetype) for kind in TEXTS)
                packed = packed_file(content, self._built) if is_text else None
                found = File(mark_of(content), str(answer.mimetype), packed)
                self._kept[request.path] = found
            return found


def content_of(answer: Response) -> bytes:
    """Return what an answer sends, and close the file that it sends it from."""
    answer.direct_passthrough = False
    content = answer.get_data()
    answer.close()
    return content


def takes_brotli() -> bool:
    """Return whether who asks can unpack brotli."""
    return has_brotli(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)  # browsers say it in few ways
def has_brotli(accepted: str) -> bool:
    """Return whether brotli is among the encodings that a header names."""
    return parse_accept_header(accepted).quality("br") > 0


def answers_without_content(found: File) -> bool:
    """Return whether a browser has the file, or takes it packed: then nothing need be read."""
    if is_for_good(found):
        return found.packed is not None and takes_brotli()
    return found.mark in request.if_none_match


def is_for_good(found: File) -> bool:
    """Return whether an address names this content: then it never means another."""
    return request.args.get("m") == found.mark or bool(NAMED.search(request.path))


def marked(answer: Response, found: File) -> Response:
    """Return an answer with what a browser may keep of it, packed where it can unpack it."""
    answer.headers["Cache-Control"] = FOR_GOOD if is_for_good(found) else ASK_EACH_TIME
    answer.headers["Vary"] = "Accept-Encoding"
    answer.set_etag(found.mark)
    if found.mark in request.if_none_match:
        answer.set_data(b"")
        answer.status_code = 304
    elif found.packed is not None and takes_brotli():
        answer.set_data(found.packed)
        answer.headers["Content-Encoding"] = "br"
    return answer


def register(server: Flask) -> Files:
    """Send every file of the product packed. Call when all routes are there."""
    files = Files()
    for rule in server.url_map.iter_rules():
        if rule.rule.startswith(PLACES):
            view = server.view_functions[rule.endpoint]
            server.view_functions[rule.endpoint] = files.serve(view)
    return files


def fetch_bundle() -> str:
    """Fetch plotly's basic bundle where npm is, and say what came of it."""
    wanted, npm = get_plotlyjs_version(), shutil.which("npm")
    if bundle_version(BASIC) == wanted:
        return f"plotly.js {wanted}: the basic bundle is there."
    BASIC.unlink(missing_ok=True)
    if npm is None:
        return f"plotly.js {wanted}: there is no npm, so the whole of it is served."
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0 or bundle_version(DOWNLOADED) != wanted:
        return f"plotly.js {wanted}: npm has no such bundle now, so the whole of it is served."
    shutil.copyfile(DOWNLOADED, BASIC)
    return f"plotly.js {wanted}: the basic bundle was fetched."


def pack(contents: list[bytes], built: Path = BUILT) -> int:
    """Pack contents as small as they get, and return how many bytes all are together."""
    built.mkdir(exist_ok=True)
    wanted = {f"{mark_of(content)}.br": content for content in contents}
    for old in built.glob("*.br"):
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        path = built / name
        if not path.exists():
            coming = path.with_suffix(".part")
            coming.write_bytes(brotli.compress(content, quality=SMALLEST))
            coming.replace(path)
    return sum((built / name).stat().st_size for name in wanted)


def contents() -> list[bytes]:
    """Return the content of every file that a page asks for."""
    import dash
    import plotly

    core = Path(dash.__file__).parent
    names = [*core.glob("deps/*.min.js"), core / "dash-renderer" / "build" / "dash_renderer.min.js"]
    names += [core / "dcc" / name for name in CORE_SCRIPTS]
    names += [core / "html" / "dash_html_components.min.js", core / "dash_table" / "bundle.js"]
    names += [one for one in ASSETS.iterdir() if one.suffix in (".js", ".css")]
    if bundle_version(BASIC) != get_plotlyjs_version():
        names.append(Path(plotly.__file__).parent / "package_data" / "plotly.min.js")
    return [name.read_bytes() for name in names if name.is_file()]


CORE_SCRIPTS: Final = (
    "dash_core_components.js", "dash_core_components-shared.js", "async-graph.js",
)  # fmt: skip


def main() -> None:
    """Prepare the files."""
    print(fetch_bundle())
    size = pack(contents())
    print(f"Scripts and styles, packed: {size / 1000:,.0f} kB.")
    print(f"Catalogues, compiled: {compile_all():,} texts.")


if __name__ == "__main__":
    main()
