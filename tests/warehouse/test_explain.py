"""Every published figure is recomputed from the protected totals of its release."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import load_files
from etl.simulate import simulate_sector
from tests.builders import (
    Released,
    build_world,
    project_settings,
    read_release,
    release_store,
    release_world,
)
from warehouse.explain import KEYS, VALUES, Explanation, asking, explain
from warehouse.explain.model import Ask, Figure, Row
from warehouse.paths import Store
from warehouse.register import read_register

Bundle = tuple[Released, Ask]
PARTS = ("value", "low", "high")


def opened(path: Path) -> Iterator[Bundle]:
    """Yield a release and a way to ask its file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        yield read_release(path), cache(asking(connection))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """Yield the release of a small sector of two waves."""
    root = tmp_path_factory.mktemp("explain")
    found = release_world(build_world(21, waves=("2025", "2026")), root)
    yield from opened(Store(root).releases / f"{found.release_id}.duckdb")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """Yield the release of a small demonstration sector, trend break included."""
    store, settings = Store(tmp_path_factory.mktemp("demo")), project_settings()
    store.create()
    simulate_sector(store.root, settings, organisations=120, seed=3)
    exports = sorted(path for path in store.inbox.iterdir() if path.is_file())
    load_files(exports, store, settings, register=read_register(store.register))
    found = release_store(store, ["2023", "2024", "2025"])
    yield from opened(store.releases / f"{found.release_id}.duckdb")


def explained(bundle: Bundle, table: str, row: Row, **more: frozenset[str]) -> Explanation:
    """Return the explanation of a row."""
    key = {name: row[name] for name in KEYS[table]}
    return explain(bundle[1], table, key, **more)


def with_spread(released: Released) -> set[tuple[str, str]]:
    """Return wave and item of which the spread within employees is given."""
    rows = released.tables["parameter"]
    return {(r["wave_id"], r["item_id"]) for r in rows if r["name"] == "pooled_variance"}


def has_spread(given: set[tuple[str, str]], table: str, row: Row) -> bool:
    """Return whether all that an interval needs may be given."""
    waves = [row[name] for name in ("wave_id", "wave_from", "wave_to") if name in row]
    if table == "response" or row.get("side") == "hr":
        return True
    return all((wave, row["item_id"]) in given for wave in waves)


def differs(released: Figure, recomputed: Figure, part: str) -> bool:
    """Return whether a part is not recomputed to the ninth decimal."""
    one, other = getattr(released, part), getattr(recomputed, part)
    if one is None or other is None:
        return one is not other
    return not math.isclose(one, other, rel_tol=0, abs_tol=1e-9)


@pytest.mark.parametrize("name", ["real", "demonstration"])
@pytest.mark.parametrize("table", KEYS)
def test_every_published_figure_is_recomputed(
    request: pytest.FixtureRequest, name: str, table: str
) -> None:
    bundle: Bundle = request.getfixturevalue(name)
    seen: Counter[str] = Counter()
    given = with_spread(bundle[0])
    for row in bundle[0].tables[table]:
        found = explained(bundle, table, row)
        if row["status"] != "published":
            continue
        seen[f"{row.get('side', '')} {row.get('group_kind', '')}"] += 1
        assert found.released == Figure(*(row[column] for column in VALUES[table]))
        parts = PARTS if has_spread(given, table, row) else PARTS[:1]
        wrong = [part for part in parts if differs(found.released, found.recomputed, part)]
        assert not wrong, (wrong, found)
    assert seen
