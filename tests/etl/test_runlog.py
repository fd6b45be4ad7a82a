"""What a refresh says: a bar and lines on a terminal, JSON elsewhere."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from etl.runlog import teller

EVENTS = (
    ("run_started", {"run": 3}),
    ("inbox", {"ready": 2, "waiting": ["c.csv"]}),
    ("delivery", {"file": "a.csv", "outcome": "landed", "summary": "a.csv: landed [so] to say."}),
    ("delivery", {"file": "b.csv", "outcome": "failed"}),
    ("released", {"release": "abc", "waves": ["2026"]}),
    ("run_ended", {"run": 3, "outcome": "failed", "message": "It went wrong."}),
)


def said(is_terminal: bool) -> str:
    """Return what a run says."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=is_terminal, width=120, color_system=None)
    with teller(console) as tell:
        for event, fields in EVENTS:
            tell(event, **fields)
    return stream.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "c.csv: still being written, left alone.",
        "a.csv: landed [so] to say.",
        "b.csv: failed",
        "Release abc is current.",
        "Run 3: failed. It went wrong.",
        "━",
    ],
)
def test_a_terminal_gets_a_bar_and_a_line_per_file(line: str) -> None:
    assert line in said(is_terminal=True)


def test_elsewhere_every_event_is_one_json_line() -> None:
    lines = [json.loads(line) for line in said(is_terminal=False).splitlines()]
    assert [line["event"] for line in lines] == [event for event, _ in EVENTS]
    assert [line["level"] for line in lines] == [
        "info",
        "info",
        "info",
        *["warning", "info"],
        "warning",
    ]
    assert lines[2]["file"] == "a.csv"
