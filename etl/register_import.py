"""Merging a register file from elsewhere into `register/`: all of it or nothing.

A row replaces the one with its key; other rows stay. What a closed or released wave rests on cannot
be changed here: its organisations are kept as they were.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ValidationError

from etl.register_checks import check_references, jumps
from etl.register_sheets import Cells, Sheet, read_sheets
from warehouse.dimensions import write_dimensions
from warehouse.errors import RegisterError
from warehouse.files import remove_temporaries, write_atomically
from warehouse.ledger import Ledger
from warehouse.paths import Store
from warehouse.register import (
    Event,
    Headcount,
    Organisation,
    Register,
    Review,
    SchemeOffer,
    read_register,
)
from warehouse.settings import Settings, describe


@dataclass(frozen=True)
class Kind:
    """A file of the register: its rows, what tells them apart, what a file of it must have."""

    file_name: str
    model: type[BaseModel]
    key: tuple[str, ...]
    required: frozenset[str]


KINDS = (
    Kind(
        "headcounts.csv",
        Headcount,
        ("organisation_id", "wave_id"),
        frozenset({"organisation_id", "wave_id", "name"}),
    ),
    Kind(
        "schemes.csv",
        SchemeOffer,
        ("organisation_id", "wave_id", "scheme_id"),
        frozenset({"organisation_id", "wave_id", "scheme_id", "is_offered"}),
    ),
    Kind(
        "reviews.csv",
        Review,
        ("organisation_id", "wave_id", "check"),
        frozenset({"organisation_id", "wave_id", "check", "accepted_by", "accepted_on"}),
    ),
    Kind(
        "events.csv",
        Event,
        ("organisation_id", "event", "successor_id"),
        frozenset({"organisation_id", "event", "event_date"}),
    ),
    Kind(
        "organisations.csv",
        Organisation,
        ("organisation_id", "valid_from"),
        frozenset({"organisation_id", "name", "valid_from"}),
    ),
)
Table = dict[tuple[str, ...], Cells]


@dataclass(frozen=True)
class Imported:
    """What became of a register: rows added and changed per file, and what is worth a look."""

    added: dict[str, int]
    changed: dict[str, int]
    warnings: tuple[str, ...]


def import_register(
    paths: Sequence[Path], store: Store, settings: Settings, ledger: Ledger
) -> Imported:
    """Return what was merged into the register, after every row was checked.

    Errors: RegisterError naming file, line, column and mend; nothing is written then.
    """
    offered = [(kind_of(sheet), sheet) for path in paths for sheet in tables_of(path)]
    before = {kind: table_of_file(store, kind) for kind in KINDS}
    after = {kind: dict(table) for kind, table in before.items()}
    for kind, sheet in offered:
        merge(kind, sheet, after[kind], Limits(settings, ledger))
    register = trial(after, store)
    check_references(register, settings)
    write_register(after, before, store)
    write_dimensions(ledger, register, settings)
    return Imported(
        {k.file_name: len(after[k].keys() - before[k].keys()) for k in KINDS},
        {k.file_name: count_changed(before[k], after[k]) for k in KINDS},
        tuple(jumps(register, settings)),
    )


def tables_of(path: Path) -> list[Sheet]:
    """Return the tables of a file that have headers. Raise RegisterError when there is none."""
    sheets = [sheet for sheet in read_sheets(path) if sheet.headers]
    if not sheets:
        raise RegisterError(f"{path}: there is no table in it. Give one with a header.")
    return sheets


def count_changed(before: Table, after: Table) -> int:
    """Return how many rows that were there are now otherwise."""
    return sum(before[key] != after[key] for key in before)


@dataclass(frozen=True)
class Limits:
    """What rows of a wave are held against."""

    settings: Settings
    ledger: Ledger

    def require_open(self, wave_id: str, place: str) -> None:
        """Raise RegisterError for a wave that is not known or no longer open."""
        known = self.settings.wave_order
        if wave_id not in known:
            waves = ", ".join(known)
            raise RegisterError(f"{place}: wave {wave_id!r} is not in waves.toml ({waves}).")
        state = self.ledger.wave_state(wave_id).state
        if state != "open":
            problem = f"wave {wave_id} is {state}; its organisations stay as they were"
            mend = f"Leave the row out, or open the wave first (`wave open {wave_id}`)."
            raise RegisterError(f"{place}: {problem}. {mend}")


def kind_of(sheet: Sheet) -> Kind:
    """Return which file of the register a table belongs to, by its headers."""
    for kind in KINDS:
        if kind.required <= set(sheet.headers):
            return kind
    expected = "; ".join(f"{k.file_name}: {', '.join(sorted(k.required))}" for k in KINDS)
    raise RegisterError(f"{sheet.place}: its headers fit no file of the register ({expected}).")


def merge(kind: Kind, sheet: Sheet, table: Table, limits: Limits) -> None:
    """Put the rows of a sheet into a table, each checked by itself."""
    fields = kind.model.model_fields
    seen: set[tuple[str, ...]] = set()
    for line, cells in sheet.rows:
        place = f"{sheet.place}, line {line}"
        row = {name: cells[name] for name in cells if name in fields or cells[name]}
        try:
            kind.model.model_validate(row)
        except ValidationError as error:
            raise RegisterError(f"{place}: {describe(error)}. Correct it.") from None
        whole = {name: row.get(name, "") for name in fields}
        key = tuple(whole[name] for name in kind.key)
        if key in seen:
            raise RegisterError(f"{place}: {' · '.join(key)} stands twice. Keep one.")
        seen.add(key)
        if "wave_id" in fields and table.get(key) != whole:
            limits.require_open(whole["wave_id"], place)
        table[key] = whole


def table_of_file(store: Store, kind: Kind) -> Table:
    """Return a file of the register by key, empty when it is not there yet."""
    path = store.register / kind.file_name
    if not path.exists():
        return {}
    fields = kind.model.model_fields
    [sheet] = read_sheets(path)
    rows = [{name: cells.get(name, "") for name in fields} for _, cells in sheet.rows]
    return {tuple(row[name] for name in kind.key): row for row in rows}


def content_of(kind: Kind, table: Table) -> str:
    """Return a file of the register, sorted by key."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(kind.model.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table[key] for key in sorted(table))
    return text.getvalue()


def trial(tables: Mapping[Kind, Table], store: Store) -> Register:
    """Return the register as it would be, read by the code that will read it.

    Errors: RegisterError from that reading: two periods on one day, say.
    """
    room = store.register / ".trial"
    room.mkdir(exist_ok=True)
    try:
        for kind, table in tables.items():
            (room / kind.file_name).write_text(content_of(kind, table), encoding="utf-8")
        return read_register(room)
    finally:
        for path in room.iterdir():
            path.unlink()
        room.rmdir()


def write_register(after: Mapping[Kind, Table], before: Mapping[Kind, Table], store: Store) -> None:
    """Write the files that changed, organisations first, so that no row names an unknown one."""
    remove_temporaries(store.register)
    for kind in reversed(KINDS):
        path = store.register / kind.file_name
        required = kind.model in (Organisation, Headcount)
        if after[kind] == before[kind] and (path.exists() or not required):
            continue
        write_atomically(path, partial(write_text, content_of(kind, after[kind])))


def write_text(text: str, path: Path) -> None:
    """Write a text as UTF-8."""
    path.write_text(text, encoding="utf-8")
