"""The organisation register as the sector fund keeps it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from etl.simulate.sector import ABSENT, UNKNOWN, Sector
from etl.simulate.turnout import Turnout

START = "2023-01-01"
# Merger and rename take effect between the second and the third wave.
BEFORE_EVENTS = "2024-12-31"
AFTER_EVENTS = "2025-01-01"
WAVES_BEFORE_EVENTS = 2


def organisation_rows(sector: Sector) -> pl.DataFrame:
    """Return one row per organisation with its latest name; a rename keeps the key."""
    special = sector.special
    merging = {special["merging"], special["merging_too"]}
    successor_id = sector.organisation_ids[special["successor"]]
    rows = [
        {
            "organisation_id": organisation_id,
            "name": sector.later_names[index],
            "valid_from": AFTER_EVENTS if index == special["successor"] else START,
            "valid_to": BEFORE_EVENTS if index in merging else None,
            "event": "merger"
            if index in merging
            else ("rename" if index == special["renamed"] else None),
            "successor_id": successor_id if index in merging else None,
        }
        for index, organisation_id in enumerate(sector.organisation_ids)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def headcount_rows(sector: Sector, turnouts: list[Turnout]) -> pl.DataFrame:
    """Return one row per organisation and wave it was there, as it was then."""
    rows = []
    for number, turnout in enumerate(turnouts):
        names = sector.names if number < WAVES_BEFORE_EVENTS else sector.later_names
        for index, headcount in enumerate(sector.headcounts[turnout.wave_id].tolist()):
            if headcount == ABSENT:
                continue
            invited = int(turnout.invited[index])
            # A sector enlarged for a load test must still employ everybody who answers.
            known = None if headcount == UNKNOWN else max(headcount, invited)
            rows.append(
                (
                    sector.organisation_ids[index],
                    turnout.wave_id,
                    names[index],
                    known,
                    invited or None,
                )
            )
    columns = ["organisation_id", "wave_id", "name", "headcount", "employees_invited"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def write_register(directory: Path, sector: Sector, turnouts: list[Turnout]) -> None:
    """Write `organisations.csv` and `headcounts.csv`."""
    directory.mkdir(parents=True, exist_ok=True)
    organisation_rows(sector).write_csv(directory / "organisations.csv")
    headcount_rows(sector, turnouts).write_csv(directory / "headcounts.csv")
