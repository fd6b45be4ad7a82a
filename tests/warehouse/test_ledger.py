"""The ledger: one transaction, one writer, and views over what landed."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.ledger import (
    Delivery,
    LockedError,
    WaveState,
    facts_views_sql,
    open_ledger,
    store_lock,
)
from warehouse.paths import Store

NOW = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)
HOLD = """
import sys, time
from pathlib import Path
from warehouse.ledger import store_lock
from warehouse.paths import Store
with store_lock(Store(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def delivery(key: str, **changes: object) -> Delivery:
    """Return a landed delivery."""
    plain = Delivery(
        key,
        f"{key}.csv",
        key,
        "2026",
        "small",
        NOW,
        3,
        2,
        1,
        "landed",
        f"{key}.parquet",
        None,
        None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "data")


def test_a_delivery_comes_back_as_it_was_recorded(store: Store) -> None:
    given = delivery("a", reason="because", refused_file="r.parquet")
    with open_ledger(store) as ledger:
        ledger.record(given)
    with open_ledger(store) as ledger:
        assert ledger.find("a") == given
        assert ledger.find("b") is None


def test_times_of_another_zone_come_back_in_utc(store: Store) -> None:
    amsterdam = NOW.astimezone(datetime.timezone(datetime.timedelta(hours=2)))
    with open_ledger(store) as ledger:
        ledger.record(delivery("a", loaded_at=amsterdam))
        assert [found.loaded_at.isoformat() for found in ledger.deliveries()] == [NOW.isoformat()]


def test_only_the_same_wave_and_series_is_superseded(store: Store) -> None:
    with open_ledger(store) as ledger:
        ledger.record(delivery("old", series="s"))
        ledger.record(delivery("wave", series="s", wave_id="2025"))
        ledger.record(delivery("other", series="t"))
        ledger.record(delivery("refused", series="s", state="refused", facts_file=None))
        ledger.record(delivery("new", series="s"))
        states = {found.delivery_id: found.state for found in ledger.deliveries()}
        active = [found.delivery_id for found in ledger.active("2026")]
    assert states.pop("old") == "superseded"
    assert states.pop("refused") == "refused"
    assert set(states.values()) == {"landed"}
    assert active == ["new", "other"]


def test_a_refusal_supersedes_nothing(store: Store) -> None:
    with open_ledger(store) as ledger:
        ledger.record(delivery("old", series="s"))
        ledger.record(delivery("new", series="s", state="refused"))
        assert [found.delivery_id for found in ledger.active("2026")] == ["old"]


def test_a_record_that_fails_leaves_the_ledger_as_it_was(store: Store) -> None:
    with open_ledger(store) as ledger:
        ledger.record(delivery("old", series="s"))
        with pytest.raises(Exception, match="NOT NULL"):
            ledger.record(delivery("new", series="s", file_name=None))
        assert [found.state for found in ledger.deliveries()] == ["landed"]


def test_a_wave_is_open_until_it_is_not(store: Store) -> None:
    released = WaveState("2026", "released", NOW, NOW, "t.parquet")
    with open_ledger(store) as ledger:
        assert ledger.wave_state("2026") == WaveState("2026", "open", None, None, None)
        ledger.set_wave_state(replace(released, state="closed"))
        ledger.set_wave_state(released)
        assert ledger.wave_state("2026") == released


def test_an_empty_store_has_empty_views(store: Store) -> None:
    with open_ledger(store) as ledger:
        ledger.create_views()
        described = {
            view: [row[:2] for row in ledger.connection.execute(f"DESCRIBE {view}").fetchall()]
            for view in ("respondent", "answer")
        }
        assert ledger.connection.execute("SELECT count(*) FROM answer").fetchall() == [(0,)]
    keys = [(name, "VARCHAR") for name in ("wave_id", "side", "organisation_id", "respondent_key")]
    assert described["respondent"] == keys
    assert described["answer"] == [*keys, ("item_id", "VARCHAR"), ("answer", "INTEGER")]


def test_two_deliveries_may_share_one_facts_file(store: Store) -> None:
    twins = [delivery("a", facts_file="f.parquet"), delivery("b", facts_file="f.parquet")]
    with open_ledger(store) as ledger:
        rows = "SELECT 2 AS row_number, 'R' AS respondent_id, 'O' AS organisation_id, 'hr' AS side"
        target = store.facts / "f.parquet"
        ledger.connection.execute(f"COPY ({rows}, 7::SMALLINT AS x) TO '{target}' (FORMAT parquet)")
        views = facts_views_sql(twins, store, {"a": ["x"], "b": ["x"]})
        found = ledger.connection.execute(views["answer"]).fetchall()
    assert sorted(found) == [
        ("2026", "hr", "O", "a:2", "x", 7),
        ("2026", "hr", "O", "b:2", "x", 7),
    ]


def test_the_lock_is_held_against_other_processes_and_dies_with_them(store: Store) -> None:
    command = [sys.executable, "-c", HOLD, str(store.root)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(LockedError, match=f"process {holder.pid}"), store_lock(store, 0.2):
            pass
        holder.kill()
    with store_lock(store, 0.2):
        pass


def test_the_lock_nests_within_a_thread(store: Store) -> None:
    with store_lock(store, 0.2), store_lock(store, 0.2):
        pass
    with open_ledger(store) as outer, open_ledger(store) as inner:
        outer.record(delivery("a"))
        assert inner.find("a") is not None
