"""The endpoints: where, for which tokens, what is asked, and how it is answered from a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from werkzeug.exceptions import Forbidden

from dashboard.access.scope import Scope
from dashboard.api import models
from dashboard.grouped import Row
from dashboard.reports.sector_tables import held_columns
from dashboard.snapshot import Snapshot
from warehouse.tables import BY_NAME

Rows = tuple[Row, ...]
FILTERS: Final = {
    "wave": "wave_id", "item": "item_id", "side": "side",
    "group_kind": "group_kind", "group": "group_id",
}  # fmt: skip

HISTORY: Final = """select release_id, max(wave_ids) as wave_ids, min(published_at) as published_at,
    case when count(withdrawn_at) = count(*) then max(withdrawn_at) end as withdrawn_at
    from publication group by release_id order by max(number) desc"""


@dataclass(frozen=True)
class Published:
    """What is answered from: the live release, and the status file of now where there is one."""

    release: Snapshot
    status: Snapshot | None = None

    @property
    def mark(self) -> tuple[str, str]:
        """What an answer depends on: another mark, another answer."""
        return self.release.release_id, "" if self.status is None else self.status.release_id


@dataclass(frozen=True)
class Endpoint:
    """One address of the API. `table` names the table whose rows it gives, for Parquet."""

    name: str
    summary: str
    scope: str
    query: type[BaseModel]
    answer: type[BaseModel]
    find: Callable[[Published, Scope, BaseModel], dict[str, Any]]
    table: str = ""

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/api/v1/{self.name}"


def columns_of(snapshot: Snapshot, table: str) -> list[str]:
    """Return the columns of a table that a release holds: an older one has fewer."""
    held = held_columns(snapshot).get(table, set())
    return [name for name in BY_NAME[table].names if name in held]


def rows_of(snapshot: Snapshot, table: str, query: BaseModel, only: str, *values: str) -> Rows:
    """Return the rows of a table that a query asks for, sorted by key, within `only`."""
    conditions, parameters = [only], [*values]
    for name, column in FILTERS.items():
        asked = getattr(query, name, None)
        if asked is not None:
            conditions.append(f"{column} = ?")
            parameters.append(asked)
    columns, order = ", ".join(columns_of(snapshot, table)), ", ".join(BY_NAME[table].key)
    where = " and ".join(conditions)
    return snapshot.rows(
        f"select {columns} from {table} where {where} order by {order}", *parameters
    )


def releases(published: Published, _scope: Scope, _query: BaseModel) -> dict[str, Any]:
    """Return the live release with its surveys, and what became of those before it.

    Figures come from the live release alone. Of the others there is only what became of them, so
    that who kept figures of one knows whether it was taken back.
    """
    snapshot, status = published.release, published.status
    release = dict(snapshot.rows("select * from release")[0])
    waves = snapshot.rows(f"select {', '.join(columns_of(snapshot, 'wave'))} from wave "
                          "order by position")  # fmt: skip
    kept = {name: release.get(name) for name in models.Release.model_fields if name != "waves"}
    made = () if status is None else status.rows("select created_at from status")
    return {
        "releases": [kept | {"waves": list(waves)}],
        "history": [] if status is None else history(status, snapshot.release_id),
        "history_as_of": made[0]["created_at"] if made else None,
    }


def history(status: Snapshot, live: str) -> list[Row]:
    """Return each release that was published, newest first; why one was taken back is for staff.

    One that was made current again counts as taken back only when every time of it was.
    """
    return [
        {**row, "wave_ids": row["wave_ids"].split(","), "state": state_of(row, live)}
        for row in status.rows(HISTORY)
    ]


def state_of(row: Row, live: str) -> str:
    """Return what became of a release. What readers get now is live, whatever a ledger says."""
    if row["release_id"] == live:
        return "live"
    return "superseded" if row["withdrawn_at"] is None else "withdrawn"


def benchmarks(published: Published, _scope: Scope, query: BaseModel) -> dict[str, Any]:
    """Return benchmarks: of groups of organisations, never of one."""
    snapshot = published.release
    rows = rows_of(snapshot, "benchmark", query, "group_kind <> 'organisation'")
    return {"release_id": snapshot.release_id, "rows": list(rows)}


def codebook(published: Published, _scope: Scope, query: BaseModel) -> dict[str, Any]:
    """Return the questions."""
    snapshot = published.release
    return {"release_id": snapshot.release_id,
            "rows": list(rows_of(snapshot, "item", query, "true"))}  # fmt: skip


def scores(published: Published, scope: Scope, query: BaseModel) -> dict[str, Any]:
    """Return the own scores. The organisation is the token's; nothing in the query can name one.

    Errors: Forbidden for a token without an organisation.
    """
    snapshot, own = published.release, scope.organisation_id
    if own is None:
        raise Forbidden
    only = "group_kind = 'organisation' and group_id = ?"
    rows = rows_of(snapshot, "score", query, only, own)
    return {"release_id": snapshot.release_id, "organisation_id": own, "rows": list(rows)}


ENDPOINTS: Final = (
    Endpoint("releases", "The live release with its surveys, and what became of others", "sector",
             models.NoQuery, models.Releases, releases),
    Endpoint("benchmarks", "Benchmarks of size bands and the sector", "sector",
             models.BenchmarkQuery, models.Benchmarks, benchmarks, "benchmark"),
    Endpoint("codebook", "The questions with published figures", "sector",
             models.CodebookQuery, models.Codebook, codebook, "item"),
    Endpoint("scores", "The scores of the token's organisation", "own",
             models.ScoreQuery, models.Scores, scores, "score"),
)  # fmt: skip
