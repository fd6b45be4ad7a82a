"""Forgetting a delivery: its answers are in no file any longer, and it does not come back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.forget import forget_delivery
from etl.inbox import TAKEN
from tests.builders import build_world, load_world
from warehouse.errors import WaveStateError
from warehouse.ledger import open_ledger
from warehouse.paths import Store

MARK = "forget-me"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two exports of an open wave."""
    return load_world(build_world(5, waves=("2026",)), tmp_path)


def first(store: Store) -> tuple[str, str]:
    """Return id and file name of a landed delivery."""
    with open_ledger(store) as ledger:
        delivery = ledger.active("2026")[0]
    return delivery.delivery_id, delivery.file_name


def respondents(store: Store) -> int:
    """Return how many respondents whoever opens the warehouse sees."""
    with duckdb.connect(str(store.warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from respondent").fetchone()
    assert row is not None
    return int(row[0])


def kept_files(store: Store) -> list[Path]:
    """Return every file of a store; what the bureau keeps stands outside it."""
    files = (path for path in store.root.rglob("*") if path.is_file())
    return [path for path in files if "outside" not in path.parts]


def holders(store: Store, delivery_id: str) -> list[Path]:
    """Return every file that is named after a delivery or holds its bytes."""
    raw = store.deliveries / delivery_id
    content = raw.read_bytes() if raw.exists() else b""
    return [
        p
        for p in kept_files(store)
        if delivery_id in p.name or (content and p.read_bytes() == content)
    ]


def test_a_forgotten_delivery_is_in_no_file_and_no_view(store: Store) -> None:
    delivery_id, name = first(store)
    before, facts = respondents(store), len(list(store.facts.iterdir()))
    put_away = store.inbox / TAKEN
    put_away.mkdir(exist_ok=True)
    (put_away / "copy.csv").write_bytes((store.deliveries / delivery_id).read_bytes())
    assert len(holders(store, delivery_id)) >= 2
    content = (store.deliveries / delivery_id).read_bytes()
    with open_ledger(store) as ledger:
        removed = forget_delivery(ledger, store, name, MARK)
        kept = ledger.find(delivery_id)
    assert kept is not None
    assert (kept.state, kept.reason, kept.facts_file) == ("forgotten", MARK, None)
    assert kept.row_count > 0
    assert len(removed) >= 3
    assert holders(store, delivery_id) == []
    assert not [path for path in kept_files(store) if path.read_bytes() == content]
    assert len(list(store.facts.iterdir())) == facts - 1
    assert 0 < respondents(store) < before


def test_the_same_file_does_not_come_back(store: Store, tmp_path: Path) -> None:
    delivery_id, name = first(store)
    copy = tmp_path / name
    copy.write_bytes((store.deliveries / delivery_id).read_bytes())
    with open_ledger(store) as ledger:
        forget_delivery(ledger, store, delivery_id[:12], MARK)
    before = respondents(store)
    done = CliRunner().invoke(app, ["load", str(copy), "--wave", "2026", "--data", str(store.root)])
    assert done.exit_code == 0, done.output
    assert respondents(store) == before
    assert not (store.deliveries / delivery_id).exists()


def test_what_was_cut_off_is_finished_by_the_same_command(store: Store) -> None:
    delivery_id, name = first(store)
    content = (store.deliveries / delivery_id).read_bytes()
    with open_ledger(store) as ledger:
        forget_delivery(ledger, store, name, MARK)
        (store.deliveries / delivery_id).write_bytes(content)
        assert forget_delivery(ledger, store, name, MARK) == [store.deliveries / delivery_id]
    assert holders(store, delivery_id) == []


@pytest.mark.parametrize("name", ["no-such-file.csv", "abc", ""])
def test_an_unknown_delivery_is_refused(store: Store, name: str) -> None:
    with open_ledger(store) as ledger, pytest.raises(WaveStateError, match="no such delivery"):
        forget_delivery(ledger, store, name, MARK)


def test_a_closed_wave_forgets_nothing(store: Store) -> None:
    delivery_id, name = first(store)
    closed = CliRunner().invoke(app, ["wave", "close", "2026", "--data", str(store.root)])
    assert closed.exit_code == 0, closed.output
    words = ["forget", name, "--reason", MARK, "--data", str(store.root)]
    refused = CliRunner().invoke(app, words)
    assert isinstance(refused.exception, WaveStateError)
    assert (store.deliveries / delivery_id).exists()
    opened = CliRunner().invoke(app, ["wave", "open", "2026", "--data", str(store.root)])
    assert opened.exit_code == 0, opened.output
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert not (store.deliveries / delivery_id).exists()


def test_a_reason_is_needed(store: Store) -> None:
    _, name = first(store)
    words = ["forget", name, "--reason", " ", "--data", str(store.root)]
    assert isinstance(CliRunner().invoke(app, words).exception, WaveStateError)
