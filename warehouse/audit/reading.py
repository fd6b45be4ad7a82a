"""Reading released files and structure files: all the audit knows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.audit.report import Place, Trail

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Tables = dict[str, pl.DataFrame]
Keyed = Mapping[tuple[object, ...], pl.DataFrame]
WAVE_COLUMNS = ("wave_id", "wave_from", "wave_to")
SAME = 1e-9
# The tables with values of groups: what two releases of one wave must agree on.
VALUED = (
    "score",
    "distribution",
    "benchmark",
    "comparison",
    "gap",
    "trend",
    "change_part",
    "size_gradient",
    "predecessor",
    "response",
    "expected_range",
    "organisation_place",
    "sector_spread",
    "order_agreement",
    "category_difference",
    "representativeness",
    "sector_precision",
    "dialogue_answer",
    "dialogue_parameter",
    "scheme_answer",
    "band_difference",
    "dialogue_mention",
    "coded_answer",
    "coded_gap",
    "composite",
    "composite_gap",
)
KEYS: Mapping[str, tuple[str, ...]] = {
    "score": ("wave_id", "side", "group_kind", "group_id", "item_id"),
    "distribution": ("wave_id", "side", "group_kind", "group_id", "item_id", "answer"),
    "benchmark": ("wave_id", "side", "item_id", "group_kind", "group_id"),
    "comparison": ("wave_id", "side", "item_id", "organisation_id", "against"),
    "gap": ("wave_id", "group_kind", "group_id", "item_id"),
    "trend": ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
    "change_part": ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id", "part"),
    "size_gradient": ("wave_id", "side", "item_id"),
    "predecessor": ("wave_id", "side", "organisation_id", "item_id"),
    "response": ("wave_id", "group_kind", "group_id"),
    "expected_range": ("wave_id", "side", "item_id", "organisation_id"),
    "organisation_place": ("wave_id", "side", "item_id", "organisation_id"),
    "sector_spread": ("wave_id", "side", "item_id"),
    "order_agreement": ("wave_id", "choice_group_id", "group_kind", "group_id"),
    "category_difference": ("wave_id", "side", "group_kind", "group_id", "item_id"),
    "representativeness": ("wave_id",),
    "sector_precision": ("wave_id", "side", "item_id"),
    "dialogue_answer": ("wave_id", "question_id", "answer_id", "rater_side"),
    "dialogue_parameter": ("wave_id", "question_id", "rater_side"),
    "scheme_answer": ("wave_id", "side", "group_kind", "group_id", "scheme_id"),
    "dialogue_mention": ("wave_id", "question_id", "aspect_id"),
    "band_difference": ("wave_id", "side", "item_id", "group_id", "other_group_id"),
    "coded_answer": (
        "wave_id",
        "side",
        "group_kind",
        "group_id",
        "item_id",
        "grade_class",
        "code",
    ),
    "coded_gap": ("wave_id", "group_kind", "group_id", "item_id", "grade_class", "code"),
    "composite": ("wave_id", "side", "group_kind", "group_id", "composite_id"),
    "composite_gap": ("wave_id", "group_kind", "group_id", "composite_id"),
}
# Figures that must be the same in every release as well; what they are is checked in one release.
COMPARED: Mapping[str, tuple[str, ...]] = {
    "sensitivity": ("wave_id", "side", "item_id"),
    "protected_total": ("wave_id", "side", "item_id", "group_kind", "group_id"),
    "parameter": ("wave_id", "side", "item_id", "name"),
    "dialogue_question": ("wave_id", "question_id"),
}
# Made of published rows of its own release alone, and of other waves with every release.
FOLLOWS = frozenset(("trend_line", "finding", "indicative_score"))
# Texts are released one by one, also after the figures beside them.
GROWS = frozenset(("text_count",))


def read_tables(path: Path) -> Tables:
    """Return every table of a released file.

    It is read from a copy: a process that serves the file has it open in its own locked-down way,
    and DuckDB opens a file in one way at a time.
    """
    with tempfile.TemporaryDirectory() as room:
        copy = shutil.copy(path, Path(room) / path.name)
        return tables_in(Path(copy))


def tables_in(path: Path) -> Tables:
    """Return every table of a database file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("show tables").fetchall()]
        return {name: connection.sql(f'select * from "{name}"').pl() for name in names}


def numbers_of(frame: pl.DataFrame) -> list[str]:
    """Return the columns that hold figures; `position` is an order on screen."""
    return [name for name, kind in frame.schema.items() if kind.is_numeric() and name != "position"]


def keyed(frame: pl.DataFrame) -> Keyed:
    """Return the rows of a table per wave, side and item."""
    key = ("wave_id", "side", "item_id")
    return {
        tuple(
            part[0] if isinstance(part, tuple) and len(part) == 1 else part for part in name
        ): rows
        for name, rows in frame.partition_by(*key, as_dict=True).items()
    }


def of_waves(frame: pl.DataFrame, waves: Sequence[str]) -> pl.DataFrame:
    """Return the rows that are about these waves only."""
    about = [pl.col(name).is_in(list(waves)) for name in WAVE_COLUMNS if name in frame.columns]
    return frame.filter(*about) if about else frame


def union_of(mine: Tables, other: Tables, name: str, trail: Trail) -> Tables:
    """Return the tables of a release with the rows of another one about the same waves.

    A finding: a figure that is not the same in both, because differences can be attacked.
    """
    waves = mine["wave"]["wave_id"].to_list()
    together = dict(mine)
    for table in VALUED:
        if table in mine and table in other:
            theirs = of_waves(other[table], waves)
            compare(table, mine[table], theirs, name, trail)
            together[table] = joined(table, mine[table], theirs)
    for table in COMPARED:
        if table in mine and table in other:
            compare(table, mine[table], of_waves(other[table], waves), name, trail)
    return together


def compare(table: str, mine: pl.DataFrame, theirs: pl.DataFrame, name: str, trail: Trail) -> None:
    """Find figures that two releases give differently."""
    key = list(KEYS.get(table) or COMPARED[table])
    shared = [c for c in numbers_of(mine) if c in theirs.columns and c not in GROWS]
    if not shared:
        return
    both = mine.select(key + shared).join(theirs.select(key + shared), on=key, suffix="_other")
    trail.count("figures compared with other releases", both.height * len(shared))
    apart = [
        (pl.col(column) - pl.col(f"{column}_other")).abs() > SAME * (1 + pl.col(column).abs())
        for column in shared
    ]
    for row in both.filter(pl.any_horizontal(apart)).head(5).iter_rows(named=True):
        place = Place(row.get("wave_id") or row.get("wave_to", ""), row.get("side", ""), "")
        cells = " ".join(str(row[column]) for column in key)
        trail.find(place, "differs", f"table {table}, {cells}: release {name} says otherwise")


def joined(table: str, mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Return my rows, and theirs where mine are hidden or not there."""
    key = list(KEYS[table])
    if "status" in mine.columns:
        theirs = theirs.filter(pl.col("status") == "published")
        shown = mine.filter(pl.col("status") == "published")
    else:
        shown = mine
    more = theirs.join(shown.select(key), on=key, how="anti")
    if not more.height:
        return mine
    kept = mine.join(more.select(key), on=key, how="anti")
    return pl.concat([kept, more], how="diagonal_relaxed")


@dataclass(frozen=True)
class Structure:
    """How many people of each organisation answered what, in one wave and on one side.

    Shape: every array is (organisations,), a breakdown's (organisations, categories).
    `atoms` is where the answers to an item are said to be: the organisation, its band, or `*`. It
    is believed only where the published counts say the same. Missing: empty for an older file.
    """

    organisations: tuple[str, ...]
    bands: NDArray[np.object_]
    participants: Ints
    n: Mapping[str, Ints]
    cells: Mapping[tuple[str, str], tuple[tuple[str, ...], Ints]]
    atoms: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each organisation."""
        return {name: place for place, name in enumerate(self.organisations)}

    @cached_property
    def of_band(self) -> Mapping[str, Bools]:
        """Which organisations are in each size band."""
        names = self.bands.astype(str)
        return {str(band): np.asarray(names == band) for band in np.unique(names)}


def read_structure(path: Path) -> dict[tuple[str, str], Structure]:
    """Return a structure file by (wave_id, side); without breakdown columns all rows are totals."""
    rows = pl.read_parquet(path)
    if "breakdown_id" not in rows.columns:
        rows = rows.with_columns(breakdown_id=pl.lit(""), category=pl.lit(""))
    rows = rows.with_columns(pl.col("size_band_id", "breakdown_id", "category").fill_null(""))
    parts = rows.partition_by("wave_id", "side", as_dict=True)
    return {(str(wave), str(side)): structure_of(part) for (wave, side), part in parts.items()}


def structure_of(rows: pl.DataFrame) -> Structure:
    """Return the rows of one wave and side as arrays."""
    totals = rows.filter(pl.col("breakdown_id") == "")
    units = totals.unique("organisation_id").sort("organisation_id")
    names = tuple(units["organisation_id"].to_list())
    position = {name: place for place, name in enumerate(names)}
    n = {
        str(item): spread(part, position)
        for (item,), part in totals.partition_by("item_id", as_dict=True).items()
    }
    broken = rows.filter(pl.col("breakdown_id") != "")
    cells = {
        (str(breakdown), str(item)): spread_cells(part, position)
        for (breakdown, item), part in broken.partition_by(
            "breakdown_id", "item_id", as_dict=True
        ).items()
    }
    bands = np.array(units["size_band_id"].to_list(), dtype=object)
    atoms = said_atoms(totals, position) if "atom_id" in totals.columns else {}
    return Structure(names, bands, units["participant_count"].to_numpy(), n, cells, atoms)


def said_atoms(totals: pl.DataFrame, position: Mapping[str, int]) -> dict[str, NDArray[np.str_]]:
    """Return the atom of each organisation per item."""
    found = {}
    for (item,), part in totals.partition_by("item_id", as_dict=True).items():
        names = np.full(len(position), "", dtype=object)
        names[places_of(part, position)] = part["atom_id"].fill_null("").to_numpy()
        found[str(item)] = names.astype(str)
    return found


def places_of(rows: pl.DataFrame, position: Mapping[str, int]) -> Ints:
    """Return the place of each row's organisation; `position` numbers them in order."""
    return rows["organisation_id"].cast(pl.Enum(list(position))).to_physical().to_numpy()


def spread(rows: pl.DataFrame, position: Mapping[str, int]) -> Ints:
    """Return answer counts in the order of organisations."""
    counts = np.zeros(len(position), dtype=np.int64)
    np.add.at(counts, places_of(rows, position), rows["answer_count"].to_numpy())
    return counts


def spread_cells(rows: pl.DataFrame, position: Mapping[str, int]) -> tuple[tuple[str, ...], Ints]:
    """Return the categories of a breakdown and the answer counts per organisation and category."""
    parts = rows.partition_by("category", as_dict=True)
    names = sorted(str(category) for (category,) in parts)
    return tuple(names), np.column_stack([spread(parts[name,], position) for name in names])
