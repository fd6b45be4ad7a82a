"""Mutated exports: none crashes the loader, hangs it, or leaves half a delivery."""

from __future__ import annotations

import gzip
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars
import pyreadstat
import pytest

from tests.etl.builders import HEADERS, World, csv_text, good_rows, write, write_workbook
from warehouse.ledger import open_ledger
from warehouse.paths import Store

Mutation = Callable[[bytes, random.Random], bytes]
SECONDS = 10
ROWS = 60


def flipped(content: bytes, rng: random.Random) -> bytes:
    """Return the content with some bits turned."""
    mutated = bytearray(content)
    for _ in range(rng.randint(1, 20)):
        mutated[rng.randrange(len(mutated))] ^= 1 << rng.randrange(8)
    return bytes(mutated)


def cut(content: bytes, rng: random.Random) -> bytes:
    """Return the beginning of the content."""
    return content[: rng.randrange(len(content))]


def doubled(content: bytes, rng: random.Random) -> bytes:
    """Return the content with a part of it twice."""
    start, end = sorted(rng.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:]


def sprinkled(content: bytes, rng: random.Random) -> bytes:
    """Return the content with what readers stumble over put in somewhere."""
    place = rng.randrange(len(content))
    odd = rng.choice([b'"', b"\0", b"\r", b"\n\n\n", b"\xff\xfe", b"\xef\xbb\xbf", b";;;;", b"'\\"])
    return content[:place] + odd + content[place:]


def giant(content: bytes, rng: random.Random) -> bytes:
    """Return the content with one cell of megabytes in it."""
    place = rng.randrange(len(content))
    return content[:place] + rng.choice([b"7", b"x", b'"']) * (3 << 20) + content[place:]


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, doubled, sprinkled, giant)


def cells() -> list[list[str]]:
    """Return a good export as cells, its header first."""
    rows = good_rows([], ROWS)
    return [list(HEADERS), *[[row.get(name, "") for name in HEADERS] for row in rows]]


def shuffled_columns(_: bytes, rng: random.Random) -> bytes:
    """Return a good export with its columns in another order, and maybe without one."""
    places = rng.sample(range(len(HEADERS)), len(HEADERS) - rng.randint(0, 1))
    return "\n".join(";".join(row[at] for at in places) for row in cells()).encode()


def formulas(_: bytes, rng: random.Random) -> bytes:
    """Return an export with formulas where answers belong."""
    rows = good_rows([], ROWS)
    for row in rng.sample(rows, 3):
        row["uit"] = rng.choice(["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+31612345678", "-1"])
        row["cijfer"] = rng.choice(["=3+4", "7", "#REF!", "6,25", "1-5", "1E+01"])
    return csv_text(rows).encode()


def bomb(_: bytes, rng: random.Random) -> bytes:
    """Return a small gzip archive of much more than an export."""
    return gzip.compress(b"0;" * (rng.randint(20, 40) << 20), 1)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return good exports by the name they are offered under."""
    room = tmp_path_factory.mktemp("originals")
    text = csv_text(good_rows([], ROWS)).encode()
    head, *answers = cells()
    frame = polars.DataFrame({name: [row[at] for row in answers] for at, name in enumerate(head)})
    pyreadstat.write_sav(frame, str(room / "a.sav"))
    with zipfile.ZipFile(room / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
    return {
        "a.csv": text,
        "b.csv": text.decode().encode("utf-16"),
        "a.xlsx": write_workbook(room / "a.xlsx", cells()).read_bytes(),
        "a.sav": (room / "a.sav").read_bytes(),
        "a.zip": (room / "a.zip").read_bytes(),
        "a.csv.gz": gzip.compress(text),
    }


def mutated(originals: dict[str, bytes], seed: int) -> tuple[str, bytes]:
    """Return the name and the content of a mutated export; the same seed gives the same."""
    rng = random.Random(seed)
    made = {shuffled_columns: "a.csv", formulas: "a.csv", bomb: "a.csv.gz"}
    mutation = rng.choices([*MUTATIONS, *made], [6] * len(MUTATIONS) + [2, 2, 1])[0]
    # Workbooks and SPSS files are read by a process of their own, which takes its time to start.
    name = made.get(mutation) or rng.choices(list(originals), [6, 3, 1, 1, 3, 3])[0]
    return name, mutation(originals[name], rng)


def assert_nothing_is_half_done(store: Store) -> None:
    """Raise AssertionError when files and ledger do not tell the same."""
    with open_ledger(store) as ledger:
        landed = [delivery for delivery in ledger.deliveries() if delivery.facts_file]
    known = {delivery.facts_file for delivery in landed}
    assert {path.name for path in store.facts.iterdir()} == known
    assert not list(store.private.glob(".stage-*"))
    for delivery in landed:
        height = polars.scan_parquet(store.facts / str(delivery.facts_file)).select(polars.len())
        assert height.collect().item() == delivery.accepted_count


def offer_mutated(room: Path, originals: dict[str, bytes], seeds: range) -> None:
    """Offer mutated exports one after another."""
    world = World(room)
    for seed in seeds:
        name, content = mutated(originals, seed)
        started = time.monotonic()
        report = world.load(write(room / "inbox" / name, content))
        assert time.monotonic() - started < SECONDS, (seed, name)
        assert report.outcome in {"landed", "refused", "unchanged"}, (seed, name)
        assert report.outcome != "refused" or report.delivery.reason, (seed, name)
    assert_nothing_is_half_done(world.store)


@pytest.mark.parametrize("batch", range(4))
def test_a_hundred_mutated_exports(batch: int, originals: dict[str, bytes], tmp_path: Path) -> None:
    offer_mutated(tmp_path, originals, range(batch * 25, batch * 25 + 25))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(20))
def test_two_thousand_mutated_exports(
    batch: int, originals: dict[str, bytes], tmp_path: Path
) -> None:
    offer_mutated(tmp_path, originals, range(1000 + batch * 100, 1100 + batch * 100))
