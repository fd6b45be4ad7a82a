"""The first HTML: the page itself, of the session's scope, before any script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import brotli
import pytest
from dash import html as dash_html
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashboard import files
from dashboard.access.scope import Scope
from dashboard.components.markup import html, html_of, packed
from dashboard.context import Context
from dashboard.figures.drawing import draw
from dashboard.figures.svg import UnknownPartError
from dashboard.memory import Memory
from dashboard.pages.catalogue import build_page
from dashboard.snapshot import Snapshots
from dashboard.state import PAGES
from tests.dashboard.built.browsing import ask
from tests.dashboard.release_builder import ORGANISATIONS, sentinel
from warehouse.paths import Store
from warehouse.settings import Settings

SignIn = Callable[[str], FlaskClient]
CHECKOUT = Path(__file__).resolve().parents[3]
EMPTY: dict[str, Any] = {
    "height": 200,
    "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
    "xaxis": {"range": [0, 10], "dtick": 1},
    "yaxis": {"range": [0, 2], "visible": False},
}


def told(page: str) -> dict[str, Any]:
    """Return what a page holds for Dash."""
    found = re.search(r'<script id="told" type="application/json">(.*?)</script>', page, re.S)
    assert found
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("account", ["mid", "below", "analyst"])
def test_the_first_html_says_what_dash_will_show(sign_in: SignIn, account: str) -> None:
    client = sign_in(account)
    for path in PAGES:
        search = "?wave=2026&lang=en"
        page = client.get(path + search).text
        answer = json.loads(ask(client, path, search))
        assert told(page)["_dash-update-component"] == answer
        title = answer["response"]["page"]["children"]["props"]["data-title"]
        assert f"<title>{title}</title>" in unescape(page)
        before = page.split('<script id="told"')[0]
        assert re.search(r"<h1[^>]*>[^<]{8,}</h1>", before), path
        charts = json.dumps(answer).count('"Graph"')
        assert before.count('<div class="drawn"') == charts, path


def test_the_first_html_is_of_the_sessions_organisation_alone(sign_in: SignIn) -> None:
    for account, own in (("mid", "ORG-MID"), ("large", "ORG-LARGE")):
        page = sign_in(account).get("/?wave=2026&organisation=ORG-OTHER&lang=nl").text
        assert f"Stichting {own}" in page
        for other in set(ORGANISATIONS) - {own}:
            assert f"Stichting {other}" not in page
            assert str(sentinel(other, "2026")) not in page


def test_nobody_keeps_a_page_and_it_is_the_same_packed(sign_in: SignIn) -> None:
    client = sign_in("mid")
    plain = client.get("/?wave=2026&lang=nl")
    answer = client.get("/?wave=2026&lang=nl", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert {one.headers["Cache-Control"] for one in (plain, answer)} == {"no-store"}
    changing = re.compile(r'"end_id":"[^"]+"')
    unpacked = brotli.decompress(answer.get_data()).decode()
    assert changing.sub("", unpacked) == changing.sub("", plain.text)


def test_the_sessions_token_is_in_the_form_and_in_nothing_that_is_remembered(
    sign_in: SignIn,
) -> None:
    client = sign_in("mid")
    with client.session_transaction() as session:
        token = session["csrf"]
    page = client.get("/?wave=2026&lang=nl").text
    assert page.count(token) == 1
    assert f'name="csrf" value="{token}"' in page
    assert token not in ask(client, "/", "?wave=2026&lang=nl")


def test_anonymous_gets_no_page(app: Any) -> None:
    answer = app.server.test_client().get("/?wave=2026")
    assert answer.status_code == 302
    assert "data-view" not in answer.text


def test_a_file_is_kept_for_good_by_its_content_only(sign_in: SignIn) -> None:
    client = sign_in("mid")
    page = client.get("/").text
    address = re.search(r'href="(/assets/style\.css\?m=\w+)"', page)
    assert address
    with client.get(address[1], headers={"Accept-Encoding": "br"}) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        content = brotli.decompress(answer.get_data())
    with client.get("/assets/style.css?m=other") as answer:
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.get_data() == content
        again = client.get("/assets/style.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    again.close()


def test_the_bundle_is_of_the_version_that_plotly_goes_with(tmp_path: Path) -> None:
    lock = json.loads((CHECKOUT / "dashboard" / "package-lock.json").read_text(encoding="utf-8"))
    bundle = lock["packages"]["node_modules/plotly.js-basic-dist-min"]
    assert bundle["version"] == get_plotlyjs_version()
    assert bundle["integrity"].startswith("sha512-")
    other = tmp_path / "plotly-basic.min.js"
    assert files.bundle_version(other) == ""
    other.write_text("/**\n* plotly.js (basic - minified) v1.2.3\n*/", encoding="utf-8")
    assert files.bundle_version(other) == "1.2.3"


def test_files_are_packed_once(tmp_path: Path) -> None:
    content = b"a { color: red; }" * 100
    (tmp_path / "old.br").write_bytes(b"")
    size = files.pack([content], tmp_path)
    assert [one.stat().st_size for one in tmp_path.iterdir()] == [size]
    assert brotli.decompress(files.packed_file(content, tmp_path)) == content


def test_texts_and_attributes_are_escaped_both_ways() -> None:
    bad = '</script><img src=x onerror="alert(1)">&'
    part = html.P([bad, html.A(bad, href=bad, className="c", **{"data-x": bad})], lang=None)
    written = html_of(part)
    assert "<img" not in written
    assert "&lt;/script&gt;" in written
    assert b"<" not in packed(part)
    assert json.loads(packed(part)) == part


def test_dashs_own_objects_may_stand_among_plain_elements() -> None:
    made = dash_html.Label("x", style={"fontWeight": 700})
    assert html_of(html.Div(made)) == '<div><label style="font-weight:700">x</label></div>'
    made = dash_html.Label("x", htmlFor="y")
    assert html_of(made) == '<label for="y">x</label>'
    assert json.loads(packed(made))["props"]["htmlFor"] == "y"


def test_every_picture_can_be_drawn_on_the_server(store: Store, settings: Settings) -> None:
    context = Context(Snapshots(store), settings, True)
    scopes = [Scope("sector_staff", None), *(Scope("hr_director", one) for one in ORGANISATIONS)]
    count = 0
    for scope in scopes:
        for path in filter(lambda one, who=scope: who.may_open(PAGES[one]), PAGES):
            page = build_page(context.view(path, "?wave=2026", scope))
            for chart in (one.chart for one in page.sections if one.chart is not None):
                draw(chart.figure)
                count += 1
    assert count > 20


def figure(*traces: dict[str, Any], **layout: Any) -> dict[str, Any]:
    """Return a figure of 180 pixels high, from 0 to 10 across and 0 to 2 up."""
    return {"data": list(traces), "layout": EMPTY | layout}


def test_a_mark_stands_where_its_value_is() -> None:
    trace = {"type": "scatter", "mode": "markers", "x": [2.5], "y": [0.5],
             "marker": {"size": 10, "color": "#0072B2"}}  # fmt: skip
    drawn = draw(figure(trace))
    assert 'cx="25%" cy="135" r="5" fill="#0072B2"' in drawn
    assert 'style="height:200px;padding:10px 10px 10px 10px"' in drawn


def test_an_interval_and_a_gap_are_drawn_as_they_are() -> None:
    trace = {
        "type": "scatter", "mode": "lines", "x": [1, 2, None, 4, 5], "y": [1, 1, None, 1, 1],
        "line": {"color": "#D55E00", "width": 2, "dash": "dash"},
    }  # fmt: skip
    drawn = draw(figure(trace))
    assert drawn.count('stroke="#D55E00"') == 2
    assert 'x1="10%" x2="20%" y1="90" y2="90"' in drawn
    assert 'stroke-dasharray="9 9"' in drawn


def test_words_are_only_words() -> None:
    note = {"text": "<b>7,3</b> <script>x</script> &lt;10", "x": 5, "y": 1, "showarrow": False}
    drawn = draw(figure(annotations=[note]))
    assert '<tspan font-weight="bold">7,3</tspan>' in drawn
    assert "<script" not in drawn
    assert "&lt;10" in drawn


@pytest.mark.parametrize(
    "part",
    [
        {"data": [{"type": "pie"}], "layout": EMPTY},
        figure(annotations=[{"text": "x", "x": 1, "y": 1}]),
        figure(shapes=[{"type": "circle", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]),
        figure(shapes=[{"type": "path", "path": "M 0,0 Q 1,1 2,2 Z"}]),
        figure({"type": "scatter", "mode": "markers", "x": [1], "y": [1],
                "marker": {"symbol": "star"}}),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(part: dict[str, Any]) -> None:
    with pytest.raises(UnknownPartError):
        draw(part)


class Weighed:
    """An answer of some bytes."""

    def __init__(self, size: int) -> None:
        self.size = size


def test_memory_lets_go_of_what_was_not_asked_longest() -> None:
    memory: Memory[Weighed] = Memory(100)
    first = memory.keep("first", Weighed(40))
    memory.keep("second", Weighed(40))
    assert memory.find("first") is first
    memory.keep("third", Weighed(40))
    assert memory.find("second") is None
    assert memory.find("first") is first
    memory.keep("first", Weighed(90))
    assert memory.find("third") is None
