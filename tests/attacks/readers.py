"""What stands in a payload: every kind of file and page read back as labelled facts.

A page's tables are known by their caption, a workbook's figures by their title. A caption, title or
kind of file that is not known here is a KeyError: nobody would attack it.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.routes import PARQUET
from dashboard.texts import catalogue
from tests.attacks.facts import (
    BAND,
    BANDS,
    ORGANISATION,
    REST,
    SECTOR,
    Fact,
    bands_in,
    facts_of,
    with_half,
)
from tests.attacks.payloads import Account, Payload, Seen
from tests.builders import Tables
from tests.dashboard.workbooks import Sheet, read_workbook

WORDS = catalogue("en")
SIZES = ("fewer than 10", "10–49", "50–99", "100–249", "250 or more")
SIDES = {"employees": "employee", "hr": "hr"}
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Sequence[str]


@dataclass(frozen=True)
class Shown:
    """A table on a page."""

    address: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Key:
    """What the words of a view mean: whose it is, which wave, and which question has which name."""

    account: Account
    wave_id: str
    waves: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    bands: Mapping[str, str]
    groups: Mapping[tuple[str, str], str]

    @property
    def band(self) -> str:
        """The own size band at this wave; empty without one."""
        return self.bands.get(self.wave_id, "")


# --- Numbers in words ----------------------------------------------------------------------------


def number(text: str) -> tuple[float, float] | None:
    """Return a number in a cell and how far rounding may have moved it; None without one."""
    found = re.search(r"([<>])?([+−-]?\d+(?:\.\d+)?)(%)?", text.replace("'", ""))
    if found is None:
        return None
    value = float(found[2].replace("−", "-"))
    if found[1]:
        return (0.025, 0.025) if found[1] == "<" else (0.975, 0.025)
    return (value / 100, 0.005) if found[3] else (value, 0.05)


def interval(text: str) -> dict[str, float]:
    """Return the bounds in a cell; nothing without them."""
    found = [number(part) for part in text.split("\u00a0to\u00a0")]
    bounds = [pair[0] for pair in found if pair is not None]
    return {"low": bounds[0], "high": bounds[1]} if len(bounds) == 2 else {}


def count(text: str) -> int | None:
    """Return a whole number in a cell."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


def bands_named(text: str) -> str:
    """Return the group of size bands that a text names."""
    return "+".join(band for band, size in zip(BANDS, SIZES, strict=True) if size in text)


# --- Tables of pages -----------------------------------------------------------------------------


def csv_tables(seen: Seen) -> list[Shown]:
    """Return the tables of a page's download."""
    rows = [
        tuple(cell.removeprefix("'") for cell in row) for row in csv.reader(io.StringIO(seen.text))
    ]
    starts = [place for place, row in enumerate(rows) if not row and place + 1 < len(rows)]
    found = []
    for start, end in itertools.pairwise([*starts, len(rows)]):
        caption, columns, *body = [row for row in rows[start:end] if row]
        found.append(Shown(seen.address, caption[0], columns, tuple(body)))
    return found


def parts(node: Any, kind: str) -> Iterator[Any]:
    """Yield the components of a kind, wherever they are in a callback's answer."""
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
            return
        for child in node.values():
            yield from parts(child, kind)
    elif isinstance(node, list):
        for child in node:
            yield from parts(child, kind)


def words(node: Any) -> str:
    """Return the text of a component."""
    if isinstance(node, dict):
        return words(node.get("props", {}).get("children"))
    if isinstance(node, list):
        return "".join(words(child) for child in node)
    return "" if node is None else str(node)


def json_tables(seen: Seen) -> list[Shown]:
    """Return the tables of a page as it comes to the screen."""
    found = []
    for table in parts(json.loads(seen.text), "Table"):
        lines = [
            tuple(words(cell) for cell in line["props"]["children"])
            for line in parts(table["props"]["children"], "Tr")
        ]
        caption = [words(one) for one in parts(table["props"]["children"], "Caption")]
        if not caption and "/methode " in seen.address:
            continue  # the method's own document, the same for everybody
        found.append(Shown(seen.address, caption[0], lines[0], tuple(lines[1:])))
    return found


def labelled(
    key: Key, shown: Shown, label: tuple[str, ...], cell: str, **more: Any
) -> Iterator[Fact]:
    """Yield a cell as a fact; `label` is side, kind, group, question and measure."""
    found = number(cell)
    if found is not None:
        wave = more.pop("wave", key.wave_id)
        yield Fact(shown.address, wave, *label, found[0], half=found[1], **more)


def grade_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grades of the overview."""
    own = key.account.organisation_id or ""
    labels = {
        WORDS["own"]: ("employee", ORGANISATION, own, "grade", "mean"),
        WORDS["rest_of_band"]: ("employee", REST, key.band, "grade", "mean"),
        WORDS["sector_employee"]: ("employee", SECTOR, SECTOR, "grade", "mean"),
        WORDS["sector_hr"]: ("hr", SECTOR, SECTOR, "grade", "mean"),
    }
    for name, value, bounds, people, _ in shown.rows:
        band = ("employee", BAND, bands_named(name), "grade", "organisations")
        more = {"count": count(people), **interval(bounds)}
        yield from labelled(key, shown, labels.get(name, band), value, **more)


def band_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield both sides of each size band."""
    for name, *cells in shown.rows:
        for side, (value, bounds, what) in (("employee", cells[:3]), ("hr", cells[3:])):
            each = side == "employee" and what.startswith(WORDS["of_organisations"])
            group = bands_named(what) or bands_named(name)
            label = (side, BAND, group, "grade", "organisations" if each else "mean")
            yield from labelled(key, shown, label, value, **interval(bounds))


def group_named(key: Key, text: str, item: str) -> tuple[str, str]:
    """Return kind and group of the employees that a caption names.

    A caption names the own band; an item may go with its neighbours.
    """
    if text.startswith((WORDS["own_beside_band"], WORDS["own"])):
        return ORGANISATION, key.account.organisation_id or ""
    if not bands_named(text):
        return SECTOR, SECTOR
    return BAND, joined(key, item)


def hr_band(key: Key, item: str) -> str:
    """Return the group of the hr side that the own band is in."""
    return key.groups[f"hr {item}", key.band]


def joined(key: Key, item: str) -> str:
    """Return the smallest group with the own band that both sides have as a whole."""
    found: set[str] = {key.band}
    while True:
        names = [key.groups[f"{side} {item}", b] for side in ("respondents", "hr") for b in found]
        more = {band for name in names for band in bands_in(name)}
        if more == found:
            return "+".join(band for band in BANDS if band in found)
        found = more


def side_rows(key: Key, shown: Shown, named: str, kind_of_item: str) -> Iterator[Fact]:
    """Yield the two sides of each row."""
    for name, ours, theirs, *_ in shown.rows:
        item = key.names[kind_of_item, name]
        kind, group = group_named(key, named, item)
        beside = (BAND, hr_band(key, item)) if kind == ORGANISATION else (kind, group)
        yield from labelled(key, shown, ("employee", kind, group, item, "mean"), ours)
        yield from labelled(key, shown, ("hr", *beside, item, "mean"), theirs)


def mention_rows(key: Key, shown: Shown, named: str) -> Iterator[Fact]:
    """Yield what both sides name."""
    return side_rows(key, shown, named, "share")


def gap_rows(key: Key, shown: Shown, named: str) -> Iterator[Fact]:
    """Yield both sides of grade and statements."""
    return side_rows(key, shown, named, "mean")


def score_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield own, band and sector per statement."""
    for name, *cells in shown.rows:
        item = key.names["mean", name]
        sector = ("employee", SECTOR, SECTOR, item, "organisations")
        if len(cells) > 1:
            own = ("employee", ORGANISATION, key.account.organisation_id or "", item, "mean")
            yield from labelled(key, shown, own, cells[0], **interval(cells[1]))
            group = key.groups.get((f"organisations {item}", key.band), "")
            yield from labelled(
                key, shown, ("employee", BAND, group, item, "organisations"), cells[2]
            )
        yield from labelled(key, shown, sector, cells[3 if len(cells) > 1 else 0])


def wave_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grade of each group at each wave."""
    labels = {
        WORDS["line_own"]: ("employee", ORGANISATION, key.account.organisation_id or "", "mean"),
        WORDS["line_band"]: ("employee", BAND, "", "organisations"),
        WORDS["line_sector"]: ("employee", SECTOR, SECTOR, "mean"),
        WORDS["line_sector_hr"]: ("hr", SECTOR, SECTOR, "mean"),
    }
    for name, *cells in shown.rows:
        if name == WORDS["line_former"]:
            continue  # T4 looks at predecessors
        side, kind, group, measure = labels[name]
        for column, cell in zip(shown.columns[1:], cells, strict=True):
            wave = key.waves[column]
            band = key.bands.get(wave, "")
            there = group or key.groups.get((f"organisations grade {wave}", band), "")
            label = (side, kind, there, "grade", measure)
            yield from labelled(key, shown, label, cell, wave=wave)


def rest_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grade of the organisations without an own result, per size band."""
    for name, value, bounds in shown.rows:
        label = ("employee", REST, bands_named(name), "grade", "mean")
        yield from labelled(key, shown, label, value, **interval(bounds))


def funnel_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grades of organisations that staff see by name; names are made of ids."""
    for name, _, people, value, bounds, *_ in shown.rows:
        organisation = name.removeprefix("Stichting ").upper()
        label = ("employee", ORGANISATION, organisation, "grade", "mean")
        more = {"count": count(people), **interval(bounds)}
        yield from labelled(key, shown, label, value, **more)


def no_facts(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield nothing: a table of changes (T4), or of words, files and who took part."""
    return iter(())


def table_facts(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield what a table says. Raise KeyError for a caption that is not known."""
    for name, tell in TABLES.items():
        pattern = re.escape(WORDS[name]).replace(r"\{group\}", "(.*)")
        found = re.fullmatch(re.sub(r"\\\{\w+\\\}", ".*", pattern), shown.caption)
        if found is not None:
            yield from tell(key, shown, *found.groups())
            return
    raise KeyError(shown.caption)


TABLES: Mapping[str, Callable[..., Iterator[Fact]]] = {
    "table_grade": grade_rows,
    "table_bands": band_rows,
    "table_mentions": mention_rows,
    "table_scores": score_rows,
    "table_gap": gap_rows,
    "table_trends": wave_rows,
    "table_rest": rest_rows,
    "table_funnel": funnel_rows,
    "table_changes": no_facts,
    **dict.fromkeys(
        (
            "codebook_aspects_caption", "codebook_caption", "codebook_columns_caption",
            "codebook_scales_caption", "codebook_schemes_caption", "deliveries_caption",
            "fieldwork_caption", "progress_caption", "publications_caption", "runs_caption",
            "waiting_caption", "parameter_caption", "table_library_own", "table_library_shared",
            "table_plan", "table_publication_changed",
            "table_publication_counts",
        ),
        no_facts,
    ),
    # Rounded figures of tables that the sector tables hold unrounded, attacked there; their
    # captions name a group in other words than its id.
    **dict.fromkeys(
        (
            "table_ages", "table_categories", "table_parts", "dialogue_table", "knowledge_table",
            "table_matrix", "table_pillars", "table_strip", "table_mention_scores",
            "table_item_changes", "table_themes", "table_curve", "table_took_part", "table_flags",
            "schemes_applies_table", "schemes_applies_band", "schemes_by_band_table",
            "schemes_grid", "talk_table", "table_coded", "table_stances", "mentions_table",
            "quotes_barrier_commissioner", "quotes_barrier_own", "quotes_enabler",
            "quotes_intervention", "quotes_other",
            "finding_table",
        ),
        lambda *_: iter(()),
    ),
}  # fmt: skip


# --- Workbooks -----------------------------------------------------------------------------------

MEASURES = {"check_table_score": "mean", "check_table_benchmark": "organisations"}
ROLES = {"group", "own", "employee", "hr", "later", "earlier"}


def sheet_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet: cells by column, formulas with the values they had."""
    found: dict[int, dict[str, Any]] = {}
    for cells in (sheet.texts, sheet.numbers):
        for at, cell in cells.items():
            found.setdefault(int(at[1:]), {})[at[0]] = cell
    return [found.get(row, {}) for row in range(1, max(found, default=0) + 2)]


def figures(sheet: Sheet) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the title of each figure and its rows."""
    title, rows = "", []
    for row in sheet_rows(sheet):
        if not row:
            if title:
                yield title, rows
            title, rows = "", []
        elif not title and " · " in row.get("A", ""):
            title = row["A"]
        else:
            rows.append(row)


def group_of_words(key: Key, text: str) -> tuple[str, str]:
    """Return kind and group that a line or title names; the own organisation has its name."""
    for name in ("organisation", "size_band_rest", "size_band_age", "size_band", "sector_age"):
        pattern = re.escape(WORDS[f"check_group_{name}"]).replace(r"\{group\}", "(.+)")
        found = re.fullmatch(pattern, text)
        # A size band and a category of it are called the same; only the second names both.
        if found is not None and (name == "size_band_age") == ("|" in found[1]):
            return name, found[1]
    if text == WORDS["check_group_sector"]:
        return SECTOR, SECTOR
    return ORGANISATION, key.account.organisation_id or ""


def most(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the highest mean of the lines of a figure that does not name its scale."""
    means = [r["G"] / r["D"] for r in rows if is_line(r)]
    return max(means, default=2.0)


def is_line(row: Mapping[str, Any]) -> bool:
    """Return whether a row is of a group with its answers and their total."""
    return row.get("A") in ROLE_WORDS and {"D", "G"} <= row.keys()


def figure_facts(
    key: Key, address: str, title: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[Fact]:
    """Yield what a figure of a workbook says: the released value, and each line with a total."""
    table, *labels, waves = title.split(" · ")
    if table == WORDS["check_table_response"] or rows[0].get("A") != WORDS["check_line"]:
        return
    constants = {row["A"]: row["B"] for row in rows if isinstance(row.get("B"), float)}
    kind = "share" if constants.get("scale_max", most(rows)) <= 1.0 else "mean"
    item, sides = key.names[kind, labels[0]], [SIDES[word] for word in labels if word in SIDES]
    side = sides[0] if sides else "employee"
    for row in rows:
        if is_line(row):
            yield line_fact(key, address, (waves, side, item), row)
    measure = next((MEASURES[name] for name in MEASURES if WORDS[name] == table), None)
    if measure is None:
        return
    group = group_of_words(key, labels[-1])
    value, low, high = (
        next(r for r in rows if r.get("A") == WORDS["check_released"]).get(c) for c in "BCD"
    )
    label = (waves, side, *group, item, measure)
    yield Fact(address, *label, value, low=low, high=high)


ROLE_WORDS = {WORDS[f"check_role_{role}"]: role for role in sorted(ROLES)}


def line_fact(key: Key, address: str, label: tuple[str, str, str], row: Mapping[str, Any]) -> Fact:
    """Return one line of a figure: a group with its total."""
    waves, side, item = label
    role = ROLE_WORDS[row["A"]]
    wave = waves.split("–")[0 if role == "earlier" else -1]
    there = role if role in ("employee", "hr") else side
    group = group_of_words(key, row["B"])
    people = int(row["D"])
    return Fact(
        address, wave, there, *group, item, "mean", row["G"] / people, people, int(row["C"])
    )


def workbook_facts(key: Key, seen: Seen) -> Iterator[Fact]:
    """Yield what a workbook says."""
    for title, rows in figures(read_workbook(seen.content)[0]):
        yield from figure_facts(key, seen.address, title, rows)


# --- Everything together -------------------------------------------------------------------------


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
