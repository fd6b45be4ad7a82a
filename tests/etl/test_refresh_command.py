"""`regiespiegel refresh` as cron runs it: its exit status, and one JSON object a line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from etl import cli
from etl.simulate import simulate_sector
from tests.etl.builders import settings
from warehouse.paths import Store


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: Store
) -> tuple[int, list[dict[str, object]]]:
    """Return the exit status of a refresh and what it logged."""
    monkeypatch.setattr(sys, "argv", ["regiespiegel", "refresh", "--data", str(store.root)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    lines = capsys.readouterr().err.splitlines()
    return int(ended.value.code or 0), [json.loads(line) for line in lines if line.startswith("{")]


def test_a_refresh_logs_counts_and_ends_as_it_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    simulate_sector(tmp_path, settings(), organisations=60, seed=5)
    store.create()
    fresh = sorted(store.inbox.iterdir())
    for path in fresh[1:]:
        os.utime(path, (0, 0))
    status, logged = run(monkeypatch, capsys, store)
    assert status == 0
    assert logged[-1]["event"] == "refresh"
    assert (logged[-1]["outcome"], logged[-1]["waiting"], logged[-1]["refused"]) == ("done", 1, 0)
    assert {line["file"] for line in logged[:-1]} == {path.name for path in fresh[1:]}

    (store.inbox / "2026-medewerkers-stuk.csv").write_bytes(b"\0")
    os.utime(store.inbox / "2026-medewerkers-stuk.csv", (0, 0))
    status, logged = run(monkeypatch, capsys, store)
    assert status == 1
    assert logged[-1]["outcome"] == "refused"
