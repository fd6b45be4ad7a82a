"""A plausible status file, written from the contract and published as a refresh does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.paths import Store
from warehouse.release import as_frame, write_database
from warehouse.status_tables import STATUS_TABLES

Row = dict[str, Any]
LIVE, WRONG = "release-one", "release-wrong"
REASON = "Two files of the bureau were mixed up"


def run(number: int, outcome: str, **values: Any) -> Row:
    """Return a refresh of an hour of one morning."""
    counts = dict.fromkeys(("landed_count", "unchanged_count", "refused_count", "waiting_count"), 0)
    start = f"2026-11-24T0{number}:15:00+00:00"
    ended = None if outcome == "interrupted" else f"2026-11-24T0{number}:20:00+00:00"
    times = {"started_at": start, "ended_at": ended}
    return {"number": number, "outcome": outcome, **times, **counts, **values}


def delivery(name: str, state: str, hour: int, wave: str = "2026", **values: Any) -> Row:
    """Return a delivery that came in at an hour; its series is its name without `_v2`."""
    return {
        "delivery_id": f"{name}-{hour}",
        "wave_id": wave,
        "file_name": f"{name}.csv",
        "series": name.removesuffix("_v2"),
        "loaded_at": f"2026-11-24T0{hour}:00:00+00:00",
        "content": "survey",
        "row_count": 1200,
        "refused_count": 3,
        "state": state,
        **values,
    }


def group(kind: str, group_id: str, people: int | None, status: str = "published") -> Row:
    """Return the response of a group of the wave in fieldwork."""
    row = {"wave_id": "2026", "group_kind": kind, "group_id": group_id, "status": status}
    if people is None:
        return row
    counts = {"invited": 2 * people, "respondent_count": people, "organisation_count": 12}
    return row | counts | {"response_rate": 0.5}


def waves() -> list[Row]:
    """Return three released waves and one in fieldwork."""
    return [
        {
            "wave_id": str(year),
            "position": year - 2022,
            "name_nl": f"Meting {year}",
            "name_en": f"Survey {year}",
            "state": "open" if year == 2026 else "released",
            "fieldwork_start": f"{year}-09-01",
            "fieldwork_end": f"{year}-10-31",
            "release_date": f"{year}-12-15",
            "closed_at": None if year == 2026 else f"{year}-11-05T08:00:00+00:00",
            "released_at": None if year == 2026 else f"{year}-12-15T08:00:00+00:00",
        }
        for year in range(2023, 2027)
    ]


def publications() -> list[Row]:
    """Return a wrong release that was taken back and the one that is live."""
    wrong = {"number": 1, "release_id": WRONG, "wave_ids": "2023,2024,2025"}
    live = {"number": 2, "release_id": LIVE, "wave_ids": "2023,2024,2025"}
    taken = {"withdrawn_at": "2026-01-09T10:00:00+00:00", "withdrawn_wave_id": "2025"}
    return [
        {**wrong, "published_at": "2025-12-15T08:00:00+00:00", **taken, "reason": REASON},
        {**live, "published_at": "2026-01-20T08:00:00+00:00"},
    ]


def usual() -> dict[str, list[Row]]:
    """Return a morning in fieldwork: one delivery taken, one mended, two that wait."""
    return {
        "wave_progress": waves(),
        "response": [
            group("sector", "sector", 4321),
            group("size_band", "50-99", 777),
            group("size_band", "10-49", None, "withheld_small"),
            group("organisation", "ORG-OTHER", 55),
        ],
        "delivery": [
            delivery("2025-noord", "landed", 1, "2025"),
            delivery("2026-noord", "landed", 2),
            delivery("2026-oost", "refused", 3, reason="row 7: unknown organisation"),
            delivery("2026-oost_v2", "landed", 4),
            delivery("2026-west", "refused", 5, reason="the file is encrypted"),
            delivery("=cmd", "refused", 6, "", reason="no pattern fits its name"),
            delivery("2025-laat", "refused", 7, "2025", reason="wave 2025 is released"),
        ],
        "load_run": [run(1, "done", landed_count=2), run(2, "refused", refused_count=2)],
        "publication": publications(),
    }


def publish_status_file(
    store: Store, status_id: str, rows: Mapping[str, Sequence[Row]] | None = None
) -> None:
    """Write a status file and make it current; `rows` replace the usual ones by table."""
    about = {
        "status_id": status_id,
        "created_at": "2026-11-24T06:30:00+00:00",
        "code_version": "0.1.0",
        "release_id": LIVE,
        "is_synthetic": True,
    }
    chosen = {**usual(), **(rows or {}), "status": [about]}
    frames = {
        table.name: as_frame(
            table, [{name: row.get(name) for name in table.names} for row in chosen[table.name]]
        )
        for table in STATUS_TABLES
    }
    store.status.mkdir(parents=True, exist_ok=True)
    write_database(store.status / f"{status_id}.duckdb", frames, STATUS_TABLES)
    draft = store.published / "STATUS.new"
    draft.write_text(f"{status_id}\n", encoding="utf-8")
    draft.replace(store.status_pointer)
