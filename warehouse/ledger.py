"""The ledger: which deliveries exist, and in which state every wave is. One writer at a time."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import duckdb

from warehouse.dialogue import Part
from warehouse.dialogue_views import SpokenFile, dialogue_views_sql
from warehouse.files import TEMPORARY_SUFFIX
from warehouse.ledger_tables import DELIVERY, WAVE_STATE, create_if_absent
from warehouse.lock import LockedError, store_lock
from warehouse.paths import Store
from warehouse.sql import identifier, quoted

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "STAGE_PREFIX",
    "Delivery",
    "Ledger",
    "LockedError",
    "WaveState",
    "answer_sql",
    "coded_columns",
    "facts_path",
    "facts_views_sql",
    "identifier",
    "open_ledger",
    "quoted",
    "remove_orphans",
    "respondent_sql",
    "store_lock",
]

Content = Part | Literal["survey"]
DeliveryState = Literal["landed", "superseded", "refused", "forgotten"]
State = Literal["open", "closed", "released", "withdrawn"]

STAGE_PREFIX = ".stage-"
EMPTY_VIEWS = {
    "respondent": """SELECT NULL::VARCHAR AS wave_id, NULL::VARCHAR AS side,
        NULL::VARCHAR AS organisation_id, NULL::VARCHAR AS respondent_key WHERE false""",
    "answer": """SELECT NULL::VARCHAR AS wave_id, NULL::VARCHAR AS side,
        NULL::VARCHAR AS organisation_id, NULL::VARCHAR AS respondent_key,
        NULL::VARCHAR AS item_id, NULL::INTEGER AS answer WHERE false""",
}


@dataclass(frozen=True)
class Delivery:
    """One export as it was offered, and what became of it. `loaded_at` is in UTC.

    `content` tells a survey from the parts of a dialogue; of a dialogue, `instrument_id` holds the
    `dialogue_id`.
    """

    delivery_id: str
    file_name: str
    series: str
    wave_id: str
    instrument_id: str
    loaded_at: datetime.datetime
    row_count: int
    accepted_count: int
    refused_count: int
    state: DeliveryState
    facts_file: str | None
    refused_file: str | None
    reason: str | None
    content: Content = "survey"


@dataclass(frozen=True)
class WaveState:
    """How far a wave is. `totals_file` holds its frozen totals from the moment it is closed."""

    wave_id: str
    state: State
    closed_at: datetime.datetime | None
    released_at: datetime.datetime | None
    totals_file: str | None


def stored(value: Any) -> Any:
    """Return a value as DuckDB keeps it: times in UTC without a zone."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


def restored(value: Any) -> Any:
    """Return a stored value as Python uses it: times aware, in UTC."""
    return value.replace(tzinfo=datetime.UTC) if isinstance(value, datetime.datetime) else value


class Ledger:
    """The tables `delivery` and `wave_state` of `warehouse.duckdb`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, store: Store) -> None:
        self.connection = connection
        self.store = store

    @classmethod
    @contextmanager
    def open(cls, store: Store) -> Iterator[Self]:
        """Return the ledger of a store, created when absent, for one writer at a time.

        Errors: LockedError when another command keeps the store for too long.
        """
        store.create()
        with store_lock(store), duckdb.connect(store.warehouse) as connection:
            for table in (DELIVERY, WAVE_STATE):
                connection.execute(create_if_absent(table))
            yield cls(connection, store)

    def select(self, where: str, *parameters: str) -> list[Delivery]:
        """Return the deliveries that meet a condition, sorted by wave, series, time and id."""
        order = "ORDER BY wave_id, series, loaded_at, delivery_id"
        query = f"SELECT * FROM delivery WHERE {where} {order}"
        rows = self.connection.execute(query, parameters).fetchall()
        return [Delivery(*(restored(cell) for cell in row)) for row in rows]

    def deliveries(self, wave_id: str | None = None) -> list[Delivery]:
        """Return every delivery, or those of a wave, sorted by wave, series, time and id."""
        return self.select("true") if wave_id is None else self.select("wave_id = ?", wave_id)

    def active(self, wave_id: str, content: Content = "survey") -> list[Delivery]:
        """Return the landed deliveries of a wave with this content, sorted by delivery_id."""
        where = "wave_id = ? AND state = 'landed' AND content = ?"
        landed = self.select(where, wave_id, content)
        return sorted(landed, key=lambda delivery: delivery.delivery_id)

    def find(self, delivery_id: str) -> Delivery | None:
        """Return the delivery with this hash, None when it was never offered."""
        return next(iter(self.select("delivery_id = ?", delivery_id)), None)

    def record(self, delivery: Delivery) -> None:
        """Write a delivery; when it landed, an older one of its series is superseded.

        This one transaction is the commit point: before it, nothing of the delivery exists.
        """
        supersede = """UPDATE delivery SET state = 'superseded' WHERE state = 'landed'
            AND wave_id = ? AND series = ? AND delivery_id <> ?"""
        key = (delivery.wave_id, delivery.series, delivery.delivery_id)
        with self.transaction():
            if delivery.state == "landed":
                self.connection.execute(supersede, key)
            self.replace("delivery", delivery)

    def wave_state(self, wave_id: str) -> WaveState:
        """Return how far a wave is: open until somebody closes it."""
        query = "SELECT * FROM wave_state WHERE wave_id = ?"
        row = self.connection.execute(query, [wave_id]).fetchone()
        if row is None:
            return WaveState(wave_id, "open", None, None, None)
        return WaveState(*(restored(cell) for cell in row))

    def set_wave_state(self, state: WaveState) -> None:
        """Write how far a wave is."""
        with self.transaction():
            self.replace("wave_state", state)

    def replace(self, table: str, row: DataclassInstance) -> None:
        """Write a row in the place of the one with its key."""
        cells = [stored(cell) for cell in astuple(row)]
        marks = ", ".join("?" for _ in cells)
        self.connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", cells)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Return after a commit, or undo everything on an error."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def spoken(self) -> Iterator[SpokenFile]:
        """Return the landed parts of dialogues in the order they were loaded in."""
        landed = self.select("state = 'landed' AND content <> 'survey'")
        for delivery in sorted(landed, key=lambda one: (one.loaded_at, one.delivery_id)):
            if delivery.content != "survey":
                path = facts_path(self.store, delivery)
                key = (delivery.wave_id, delivery.instrument_id, delivery.delivery_id)
                yield SpokenFile(path, delivery.content, *key)

    def create_views(self) -> None:
        """Write the views over exactly the landed files."""
        landed = self.select("state = 'landed' AND content = 'survey'")
        columns = {
            delivery.delivery_id: coded_columns(self.connection, facts_path(self.store, delivery))
            for delivery in landed
        }
        views = facts_views_sql(landed, self.store, columns) | dialogue_views_sql(self.spoken())
        with self.transaction():
            for name, query in views.items():
                self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")


open_ledger = Ledger.open


def facts_path(store: Store, delivery: Delivery) -> Path:
    """Return where the facts of a landed delivery stand. Raise ValueError when it has none."""
    if delivery.facts_file is None:
        raise ValueError(f"delivery {delivery.delivery_id} has no facts: it is {delivery.state}")
    return store.facts.resolve() / delivery.facts_file


def coded_columns(connection: duckdb.DuckDBPyConnection, facts: Path) -> tuple[str, ...]:
    """Return the columns of a facts file that hold coded answers, in its order."""
    described = connection.execute(f"DESCRIBE FROM read_parquet({quoted(str(facts))})").fetchall()
    return tuple(name for name, kind, *_ in described if kind == "SMALLINT")


def facts_views_sql(
    deliveries: Sequence[Delivery], store: Store, item_columns: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return the queries of `respondent` and `answer` over these landed deliveries.

    Shape: one row per respondent; one row per respondent and answered item.
    Missing: an item without an answer has no row.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Delivery]] = {}
    for delivery in deliveries:
        columns = tuple(item_columns[delivery.delivery_id])
        groups.setdefault((delivery.wave_id, columns), []).append(delivery)
    views = {name: [query] for name, query in EMPTY_VIEWS.items()}
    for (wave_id, columns), members in groups.items():
        views["respondent"].append(respondent_sql(wave_id, members, store))
        if columns:
            views["answer"].append(answer_sql(wave_id, members, store, columns))
    return {name: "\nUNION ALL\n".join(queries) for name, queries in views.items()}


def respondent_sql(
    wave_id: str, members: Sequence[Delivery], store: Store, answers: Sequence[str] = ()
) -> str:
    """Return the query of the respondents in these files, with the answer columns asked for.

    Two deliveries may share one facts file (the same rows in two formats), so files are joined
    to deliveries by name.
    """
    paths = {delivery.delivery_id: str(facts_path(store, delivery)) for delivery in members}
    pairs = ", ".join(f"({quoted(path)}, {quoted(key)})" for key, path in sorted(paths.items()))
    files = ", ".join(quoted(path) for path in sorted(set(paths.values())))
    chosen = "".join(
        f", f.{identifier(column)}::INTEGER AS {identifier(column)}" for column in answers
    )
    return f"""SELECT {quoted(wave_id)} AS wave_id, f.side, f.organisation_id,
        d.delivery_id || ':' || f.row_number AS respondent_key{chosen}
        FROM read_parquet([{files}], filename = 'facts_file') f
        JOIN (VALUES {pairs}) d(facts_file, delivery_id) ON d.facts_file = f.facts_file"""


def answer_sql(
    wave_id: str, members: Sequence[Delivery], store: Store, columns: Sequence[str]
) -> str:
    """Return the query of the answers in these files, long."""
    wide = respondent_sql(wave_id, members, store, columns)
    names = ", ".join(identifier(column) for column in columns)
    return f"""SELECT wave_id, side, organisation_id, respondent_key, item_id, answer
        FROM ({wide}) UNPIVOT (answer FOR item_id IN ({names}))"""


def remove_orphans(store: Store, ledger: Ledger) -> list[Path]:
    """Return what a crash left behind, after removing it. Call it under the store's lock.

    Raw deliveries are never removed: what came in is kept as it came.
    """
    known: set[str | None] = set()
    for delivery in ledger.deliveries():
        known |= {delivery.facts_file, delivery.refused_file}
    landed = [*store.facts.iterdir(), *store.refused.iterdir()]
    orphans = [path for path in landed if path.name not in known]
    orphans += [path for path in store.deliveries.iterdir() if path.name.startswith(".")]
    orphans += list(store.reports.glob(f"*{TEMPORARY_SUFFIX}"))
    for path in orphans:
        path.unlink()
    stages = list(store.private.glob(f"{STAGE_PREFIX}*"))
    for stage in stages:
        shutil.rmtree(stage)
    return orphans + stages
