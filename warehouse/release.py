"""Build, check, attack, publish: one immutable DuckDB file, named by the hash of its contents.

Built beside the live one, verified by a full scan, audited, and made current by replacing the
one-line `CURRENT` file. Names are never reused; a reader keeps the file it opened.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from warehouse.audit.run import audit_file, require_safe
from warehouse.benchmark.build import Rows, released_rows
from warehouse.benchmark.scores import Row
from warehouse.errors import DisclosureError, ReleaseError, WaveStateError
from warehouse.files import remove_temporaries, sync, write_atomically
from warehouse.ledger import Delivery, Ledger
from warehouse.paths import NOTHING, Store
from warehouse.public_ids import public_id
from warehouse.register import Register
from warehouse.settings import Settings
from warehouse.tables import BY_NAME, TABLES
from warehouse.tables.columns import Table
from warehouse.waves import frozen_wave

VALUES_OF: dict[str, tuple[str, ...]] = {
    "score": ("respondent_count", "organisation_count", "value", "ci_low", "ci_high"),
    "benchmark": ("mean_of_organisations", "median", "respondent_mean"),
    "comparison": ("difference", "ci_low", "ci_high"),
    "gap": ("employee_value", "hr_value", "difference"),
    "trend": ("change", "ci_low", "ci_high", "matched_change"),
    "change_part": ("change", "ci_low", "ci_high", "earlier_count", "later_count"),
    "trend_line": ("wave_count", "slope_per_year", "ci_low", "ci_high", "theil_sen_slope"),
    "order_agreement": ("item_count", "spearman", "kendall", "rank_biased_overlap", "q_value"),
    "category_difference": ("respondent_count", "others_count", "difference", "ci_low", "ci_high"),
    "representativeness": ("organisation_count", "mean_propensity", "r_indicator"),
    "sector_precision": ("answer_count", "effective_count", "answer_sd", "bias_max"),
    "size_gradient": ("slope_per_tenfold",),
    "predecessor": ("value", "ci_low", "ci_high"),
    "expected_range": ("expected_value", "range_low", "range_high"),
    "organisation_place": ("funnel_z", "estimate", "rank_low"),
    "sector_spread": ("funnel_centre", "between_variance", "line_variance"),
    "dialogue_answer": ("rating_count", "mean_rating", "support", "support_low", "consensus"),
    "dialogue_mention": ("first_count", "first_share", "second_share", "shift", "ci_low"),
    "band_difference": ("value", "other_value", "difference", "ci_low", "ci_high"),
    "coded_answer": ("respondent_count", "share", "effective_count", "ci_low", "ci_high"),
    "coded_gap": ("employee_share", "hr_share", "difference", "ci_low", "ci_high"),
    "composite": ("value", "ci_low", "ci_high"),
    "composite_gap": ("employee_value", "hr_value", "difference", "ci_low", "ci_high"),
    "scheme_answer": ("respondent_count", "answered_share", "not_offered_share"),
    "sensitivity": ("answer_count", "flagged_count", "difference", "is_large"),
}
POLARS = {
    "varchar": pl.String,
    "bigint": pl.Int64,
    "integer": pl.Int64,
    "double": pl.Float64,
    "boolean": pl.Boolean,
}


def as_frame(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows as a frame in the table's columns, sorted by its key; NaN becomes NULL."""
    schema = {column.name: POLARS[column.type] for column in table.columns}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    floats = [name for name, kind in schema.items() if kind == pl.Float64]
    return frame.with_columns(pl.col(floats).fill_nan(None)).sort(table.key)


def check_keys(table: Table, frame: pl.DataFrame) -> None:
    """Raise ReleaseError when two rows share a key."""
    if frame.select(table.key).is_duplicated().any():
        raise ReleaseError(f"Table {table.name}: two rows share {', '.join(table.key)}.")


def check_withheld(name: str, frame: pl.DataFrame) -> None:
    """Raise DisclosureError when a row that is not published holds a value."""
    values = [pl.col(column).is_not_null() for column in VALUES_OF.get(name, ())]
    if (
        values
        and frame.filter((pl.col("status") != "published") & pl.any_horizontal(values)).height
    ):
        raise DisclosureError(f"Table {name} holds a withheld value; nothing was published.")


def check_floor(frame: pl.DataFrame, persons_min: int) -> None:
    """Raise DisclosureError when a published score or total stands on fewer people than the floor.

    `frame` counts its people in `respondent_count` or `answer_count`.
    """
    below = frame.filter(pl.col("^(respondent|answer)_count$") < persons_min)
    if below.height:
        raise DisclosureError(f"{below.height} scores stand on fewer than {persons_min} people.")


def contents(rows: Rows, settings: Settings) -> dict[str, pl.DataFrame]:
    """Return every released table but `release` and `delivery` as a checked, sorted frame."""
    frames = {}
    for table in TABLES:
        if not table.in_hash:
            continue
        frame = as_frame(table, rows.get(table.name, []))
        check_keys(table, frame)
        check_withheld(table.name, frame)
        frames[table.name] = frame
    for name in ("score", "protected_total"):
        check_floor(frames[name], settings.disclosure.persons_min)
    return frames


def release_id_of(frames: Mapping[str, pl.DataFrame], method_version: str) -> str:
    """Return the id of a release: a hash of its sorted contents and the method's version."""
    digest = hashlib.sha256(method_version.encode())
    for name in sorted(frames):
        digest.update(name.encode())
        digest.update(frames[name].write_ndjson().encode())
    return digest.hexdigest()[:20]


def delivery_rows(deliveries: Sequence[Delivery], waves: Iterable[str], store: Store) -> list[Row]:
    """Return the public part of the ledger for the released waves."""
    chosen = set(waves)
    return [
        {
            "delivery_id": public_id(store, delivery.delivery_id),
            "wave_id": delivery.wave_id,
            "file_name": delivery.file_name,
            "loaded_at": delivery.loaded_at.isoformat(timespec="seconds"),
            "row_count": delivery.row_count,
            "refused_count": delivery.refused_count,
            "state": delivery.state,
        }
        for delivery in deliveries
        if delivery.wave_id in chosen
    ]


def release_row(release_id: str, settings: Settings, is_synthetic: bool) -> Row:
    """Return the row of `release`."""
    return {
        "release_id": release_id,
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "method_version": settings.method.method_version,
        "code_version": version("regiespiegel"),
        "is_synthetic": is_synthetic,
    }


def write_database(
    path: Path, frames: Mapping[str, pl.DataFrame], tables: Sequence[Table] = TABLES
) -> None:
    """Write a published file: one table per frame, in the order of the contract."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for table in tables:
            connection.execute(table.ddl)
            connection.register("incoming", frames[table.name])
            columns = ", ".join(table.names)
            connection.execute(f"insert into {table.name} select {columns} from incoming")
            connection.unregister("incoming")
        connection.execute("force checkpoint")


def verify(
    path: Path, frames: Mapping[str, pl.DataFrame], tables: Sequence[Table] = TABLES
) -> None:
    """Raise ReleaseError unless a full scan of the file gives back every row that was written."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in tables:
            found = connection.sql(f"select * from {table.name}").pl()
            expected = frames[table.name]
            same = found.select(expected.columns).cast(dict(expected.schema)).sort(table.key)
            if not same.equals(expected):
                raise ReleaseError(f"{path}: table {table.name} was not written whole. Try again.")


def publish(store: Store, release_id: str) -> None:
    """Make a release current by replacing the one-line `CURRENT`."""
    write_atomically(store.current, lambda path: path.write_text(f"{release_id}\n"))


def current_release(store: Store) -> str | None:
    """Return the id of the live release, None when nothing was published yet."""
    if not store.current.exists():
        return None
    release_id = store.current.read_text(encoding="utf-8").strip()
    return None if release_id == NOTHING else release_id


def remove_half_built(store: Store) -> None:
    """Remove what an interrupted build left; call only under the store's lock."""
    remove_temporaries(store.published)
    for path in store.releases.glob("building-*"):
        path.unlink()


def write_release(
    store: Store,
    release_id: str,
    frames: Mapping[str, pl.DataFrame],
    attack: Callable[[Path], None],
) -> Path:
    """Return the released file, written, verified and attacked beside the live one, then renamed.

    A file of that name holds the same contents already and is left as it is; it is attacked too,
    because other files may have come beside it. One that `attack` breaks is removed.
    """
    target = store.releases / f"{release_id}.duckdb"
    if target.exists():
        attack(target)
        return target
    building = store.releases / f"building-{release_id}.duckdb"
    write_database(building, frames)
    sync(building)
    verify(building, frames)
    try:
        attack(building)
    except DisclosureError:
        building.unlink()
        raise
    building.replace(target)
    sync(store.releases)
    return target


def is_synthetic(store: Store) -> bool:
    """Return whether the store's register belongs to the demonstration sector."""
    return (store.register / "SYNTHETIC").exists()


def build_release(
    ledger: Ledger, store: Store, waves: Sequence[str], settings: Settings, register: Register
) -> str:
    """Return the id of the release of these closed waves, now current.

    Errors: as `written_release`; the live release then stays.
    """
    release_id = written_release(ledger, store, waves, settings, register)
    publish(store, release_id)
    return release_id


def written_release(
    ledger: Ledger, store: Store, waves: Sequence[str], settings: Settings, register: Register
) -> str:
    """Return the id of the release of these closed waves: written and checked, not yet current.

    Errors: WaveStateError when a wave is still open; ReleaseError when a check fails;
    DisclosureError when the audit finds anything.
    """
    if not waves:
        raise WaveStateError("There is no closed wave to release; close one first.")
    remove_half_built(store)
    order = [wave.wave_id for wave in settings.waves if wave.wave_id in set(waves)]
    frozen = [frozen_wave(store, ledger.wave_state(wave), settings, register) for wave in order]
    frames = contents(released_rows(frozen), settings)
    release_id = release_id_of(frames, settings.method.method_version)
    described = [release_row(release_id, settings, is_synthetic(store))]
    frames["release"] = as_frame(BY_NAME["release"], described)
    frames["delivery"] = as_frame(
        BY_NAME["delivery"], delivery_rows(ledger.deliveries(), order, store)
    )

    def attack(path: Path) -> None:
        require_safe(audit_file(store, path, release_id, settings))

    write_release(store, release_id, frames, attack)
    return release_id
