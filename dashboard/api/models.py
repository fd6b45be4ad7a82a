"""What the API is asked and what it answers, as pydantic models; OpenAPI is made of these.

Rows are models of the released file's own contract, so a column has one meaning everywhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from warehouse.tables import BY_NAME
from warehouse.tables.columns import Column, Table

TYPES: Final = {"varchar": str, "integer": int, "bigint": int, "double": float, "boolean": bool}
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+|-]{1,80}$", description="Its id.")]
Format = Annotated[Literal["json", "parquet"], Field(description="How rows are written.")]
Side = Annotated[Literal["employee", "hr"], Field(description="Who answered.")]
GroupKind = Literal["size_band", "sector"]


class Strict(BaseModel):
    """Nothing that is not named here."""

    model_config = ConfigDict(extra="forbid")


def column_of(column: Column, key: tuple[str, ...]) -> tuple[Any, Any]:
    """Return a column as a field: NULL where it is not part of the key."""
    kind: Any = TYPES[column.type]
    meaning = f"{column.meaning} ({column.unit})" if column.unit else column.meaning
    return (
        (kind, Field(description=meaning))
        if column.name in key
        else (kind | None, Field(default=None, description=meaning))
    )


def row_model(name: str, table: Table) -> type[BaseModel]:
    """Return the model of a row of a released table."""
    columns: dict[str, Any] = {
        column.name: column_of(column, table.key) for column in table.columns
    }
    return create_model(name, __base__=Strict, __doc__=f"A row: {table.grain}.", **columns)


Wave: Final = row_model("Wave", BY_NAME["wave"])
Benchmark: Final = row_model("Benchmark", BY_NAME["benchmark"])
Item: Final = row_model("Item", BY_NAME["item"])
Score: Final = row_model("Score", BY_NAME["score"])


class Release(Strict):
    """The live release and its surveys."""

    release_id: str
    created_at: str
    method_version: str
    code_version: str
    is_synthetic: bool | None
    waves: list[Wave]  # type: ignore[valid-type]


class Publication(Strict):
    """What became of a release. Only the live one is served; a withdrawn one was wrong."""

    release_id: str
    state: Literal["live", "superseded", "withdrawn"]
    wave_ids: list[str]
    published_at: str
    withdrawn_at: str | None


class Releases(Strict):
    """What is released now, and before. A release never changes; a new one has another id."""

    releases: list[Release]
    history: list[Publication]
    history_as_of: str | None


class Benchmarks(Strict):
    """Benchmarks of size bands and the sector."""

    release_id: str
    rows: list[Benchmark]  # type: ignore[valid-type]


class Codebook(Strict):
    """The questions with published figures."""

    release_id: str
    rows: list[Item]  # type: ignore[valid-type]


class Scores(Strict):
    """The scores of the organisation of the token."""

    release_id: str
    organisation_id: str
    rows: list[Score]  # type: ignore[valid-type]


class Refusal(Strict):
    """Why there is no answer."""

    detail: str


class NoQuery(Strict):
    """Nothing can be asked."""


class CodebookQuery(Strict):
    """How the codebook is written."""

    format: Format = "json"


class ScoreQuery(CodebookQuery):
    """Which scores."""

    wave: Id | None = None
    item: Id | None = None


class BenchmarkQuery(ScoreQuery):
    """Which benchmarks."""

    side: Side | None = None
    group_kind: GroupKind | None = None
    group: Id | None = None
