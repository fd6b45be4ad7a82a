"""What may be known between releases: response, the public ledger, and how refreshes went.

A small file of its own, because a release never changes: published under the hash of its contents
and made current by the one-line `STATUS`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from warehouse.benchmark.scores import Row
from warehouse.files import remove_temporaries, write_atomically
from warehouse.ledger import Ledger
from warehouse.paths import Store
from warehouse.register import Member, Register
from warehouse.release import as_frame, delivery_rows, write_database
from warehouse.runs import runs
from warehouse.settings import Settings
from warehouse.status_tables import STATUS_TABLES

RUNS_KEPT = 100
FILES_KEPT = 2
PARTICIPANTS = """
    SELECT organisation_id, count(*) FROM respondent
    WHERE wave_id = ? AND side = 'employee' GROUP BY ALL
"""


def publish_status(
    ledger: Ledger, store: Store, settings: Settings, register: Register | None
) -> str:
    """Return the name under which the status was published; the same facts keep their name.

    Without a register there are no response figures: a refresh may fail because of the register.
    """
    waves = [wave.wave_id for wave in settings.waves]
    rows = {
        "response": [] if register is None else list(responses(ledger, settings, register)),
        "delivery": delivery_rows(ledger.deliveries(), waves),
        "refresh_run": list(run_rows(ledger)),
    }
    frames = {table.name: as_frame(table, rows[table.name]) for table in STATUS_TABLES}
    name = hash_of(frames)
    store.status.mkdir(parents=True, exist_ok=True)
    remove_temporaries(store.status)
    remove_temporaries(store.published)
    if not (store.status / f"{name}.duckdb").exists():
        target = store.status / f"{name}.duckdb"
        write_atomically(target, lambda path: write_database(path, frames, STATUS_TABLES))
    write_atomically(store.current_status, lambda path: path.write_text(f"{name}\n"))
    remove_old(store, name)
    return name


def hash_of(frames: Mapping[str, pl.DataFrame]) -> str:
    """Return the name of a status: a hash of its sorted contents."""
    digest = hashlib.sha256()
    for name in sorted(frames):
        digest.update(name.encode() + frames[name].write_ndjson().encode())
    return digest.hexdigest()[:20]


def remove_old(store: Store, current: str) -> None:
    """Remove status files nobody is sent to any more; one that is open stays readable."""
    files = sorted(store.status.glob("*.duckdb"), key=lambda path: path.stat().st_mtime)
    others = [path for path in files if path.stem != current]
    for path in others[: max(0, len(others) - FILES_KEPT + 1)]:
        path.unlink()


def responses(ledger: Ledger, settings: Settings, register: Register) -> Iterator[Row]:
    """Yield who took part so far in every wave that is not released: counts, no answers."""
    ledger.create_views()
    for wave in settings.waves:
        if ledger.wave_state(wave.wave_id).state == "released":
            continue
        found = ledger.connection.execute(PARTICIPANTS, [wave.wave_id]).fetchall()
        if found:
            members = register.members(wave.wave_id, settings.size_bands)
            yield from wave_responses(wave.wave_id, members, dict(found))


def wave_responses(
    wave_id: str, members: Sequence[Member], people: Mapping[str, int]
) -> Iterator[Row]:
    """Yield the response of each organisation, size band and the sector."""
    groups: dict[tuple[str, str], list[Member]] = {("sector", "sector"): list(members)}
    for member in members:
        groups["organisation", member.organisation_id] = [member]
        groups.setdefault(("size_band", str(member.size_band_id)), []).append(member)
    for (kind, group), inside in groups.items():
        counts = [people.get(member.organisation_id, 0) for member in inside]
        yield {
            "wave_id": wave_id,
            "group_kind": kind,
            "group_id": group,
            "invited": sum(member.employees_invited or 0 for member in inside) or None,
            "respondent_count": sum(counts),
            "organisation_count": sum(count > 0 for count in counts),
        }


def run_rows(ledger: Ledger) -> Iterator[Row]:
    """Yield the newest refreshes."""
    for number, run in list(enumerate(runs(ledger), 1))[-RUNS_KEPT:]:
        yield {
            "run_number": number,
            "started_at": run.started_at.isoformat(timespec="seconds"),
            "finished_at": run.finished_at.isoformat(timespec="seconds"),
            "outcome": run.outcome,
            "landed_count": run.landed_count,
            "refused_count": run.refused_count,
            "waiting_count": run.waiting_count,
            "release_id": run.release_id,
            "reason": run.reason,
        }
