"""What stands in a payload: every kind of file and page read back as labelled facts.

A kind of file that is not known here is a KeyError: nobody would attack it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import polars as pl

from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.routes import PARQUET
from tests.attacks.facts import Fact, facts_of, with_half
from tests.attacks.page_tables import csv_tables, json_tables
from tests.attacks.payloads import Payload, Seen
from tests.attacks.shown_words import Key, Shown
from tests.attacks.table_facts import table_facts
from tests.attacks.workbook_facts import workbook_facts
from tests.builders import Tables

SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cell_of(text: str) -> Any:
    """Return a cell of a CSV file for programs."""
    if text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text, text)


API: Mapping[str, str] = {endpoint.path: endpoint.table for endpoint in ENDPOINTS}


def api_tables(seen: Seen) -> Tables:
    """Return the rows of an answer of the API, by the released table they are of."""
    path = seen.address.split("?")[0]
    return {API[path]: json.loads(seen.text)["rows"]} if API.get(path) else {}


def zip_tables(seen: Seen) -> Tables:
    """Return the tables of the sector tables, keys as text."""
    with zipfile.ZipFile(io.BytesIO(seen.content)) as archive:
        texts = {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".csv")}
    return {
        name.removesuffix(".csv"): [
            {head: cell if head.endswith("_id") else cell_of(cell) for head, cell in row.items()}
            for row in csv.DictReader(io.StringIO(text))
        ]
        for name, text in texts.items()
    }


def key_of(
    payload: Payload, seen: Seen, tables: Tables, bands: Mapping[tuple[str, str], str]
) -> Key:
    """Return what words mean at an address, by the sector tables that everybody can take along.

    `bands` is which size band an organisation is in at a wave: it knows its own.
    """
    wave = re.search(r"wave=(\w+)", seen.address)
    wave_id = wave[1] if wave else max(row["wave_id"] for row in tables["wave"])
    groups: dict[tuple[str, str], str] = {}
    for row in tables["band_group"]:
        purpose = "hr" if row["side"] == "hr" else row["purpose"]
        name = f"{purpose} {row['item_id']}"
        groups[f"{name} {row['wave_id']}", row["size_band_id"]] = row["group_id"]
        if row["wave_id"] == wave_id:
            groups[name, row["size_band_id"]] = row["group_id"]
    names = {
        ("share" if row["unit"] == "share" else "mean", row["name_en"]): row["item_id"]
        for row in tables["item"]
    }
    waves = {row["name_en"]: row["wave_id"] for row in tables["wave"]}
    own = payload.account.organisation_id
    mine = {wave: band for (wave, name), band in bands.items() if name == own}
    return Key(payload.account, wave_id, waves, names, mine, groups)


class Bag:
    """Everything an account can see, as facts."""

    def __init__(self, payload: Payload, bands: Mapping[tuple[str, str], str]) -> None:
        self.payload, self.bands = payload, bands

    @cached_property
    def tables(self) -> Tables:
        """The sector tables."""
        return zip_tables(self.payload.at("/download/sectortabellen.zip")[0])

    @cached_property
    def halves(self) -> Mapping[str, float]:
        """How far figures of organisations together are rounded for this account, by question."""
        if self.payload.account.organisation_id is None:
            return {}
        items = self.tables["item"]
        return {row["item_id"]: 0.005 if row["unit"] == "share" else 0.05 for row in items}

    @cached_property
    def facts(self) -> list[Fact]:
        """Every fact of every file and page."""
        return [one for seen in self.payload.seen for one in self.read(seen)]

    def read(self, seen: Seen) -> list[Fact]:
        """Return the facts of one answer of the server. Raise KeyError for an unknown kind."""
        return READERS[seen.mimetype](self, seen)

    def of_zip(self, seen: Seen) -> list[Fact]:
        """Return the facts of the sector tables."""
        return facts_of(self.tables, seen.address, self.halves)

    def of_workbook(self, seen: Seen) -> list[Fact]:
        """Return the facts of a workbook."""
        key = key_of(self.payload, seen, self.tables, self.bands)
        return [with_half(one, self.halves) for one in workbook_facts(key, seen)]

    def of_tables(self, seen: Seen, tables: Sequence[Shown]) -> list[Fact]:
        """Return the facts of a page's tables."""
        key = key_of(self.payload, seen, self.tables, self.bands)
        return [one for table in tables for one in table_facts(key, table)]

    def of_csv(self, seen: Seen) -> list[Fact]:
        """Return the facts of a page's download."""
        return self.of_tables(seen, csv_tables(seen))

    def of_json(self, seen: Seen) -> list[Fact]:
        """Return the facts of a page; other answers in JSON are the app's own frame."""
        if seen.address.startswith("/api/"):
            return facts_of(api_tables(seen), seen.address, self.halves)
        return [] if seen.address.startswith("/_") else self.of_tables(seen, json_tables(seen))

    def of_parquet(self, seen: Seen) -> list[Fact]:
        """Return the facts of an answer of the API for programs."""
        rows = pl.read_parquet(io.BytesIO(seen.content)).to_dicts()
        return facts_of({API[seen.address.split("?")[0]]: rows}, seen.address, self.halves)

    def nothing(self, seen: Seen) -> list[Fact]:
        """Return nothing: assets, and pages that say exactly what their callback answers.

        The second is asserted, for every page, by tests/dashboard/built/test_first_html.py.
        """
        return []


READERS: Mapping[str, Callable[[Bag, Seen], list[Fact]]] = {
    "application/zip": Bag.of_zip,
    SHEETS: Bag.of_workbook,
    "text/csv": Bag.of_csv,
    # The words of the page of the conversation (tests/dashboard/built/test_guide.py).
    "application/pdf": Bag.nothing,
    "application/json": Bag.of_json,
    PARQUET: Bag.of_parquet,
    **dict.fromkeys(
        ("text/html", "text/css", "text/javascript", "text/plain", "image/x-icon", "image/svg+xml"),
        Bag.nothing,
    ),
}
