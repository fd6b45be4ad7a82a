"""The contract of a status file: what may be known of a wave before it is released."""

from __future__ import annotations

from warehouse.tables import BY_NAME, Column, Table, count

STATUS_TABLES = (
    Table(
        "response",
        "a group's response at a wave that is not released yet (employees)",
        ("wave_id", "group_kind", "group_id"),
        (
            Column("wave_id", "varchar", "The wave."),
            Column("group_kind", "varchar", "organisation, size_band or sector."),
            Column("group_id", "varchar", "The group."),
            count("invited", "Employees invited."),
            count("respondent_count", "Employees who took part so far."),
            count("organisation_count", "Organisations with at least one employee taking part."),
        ),
        in_hash=True,
    ),
    BY_NAME["delivery"],
    Table(
        "refresh_run",
        "a refresh, newest last",
        ("run_number",),
        (
            Column("run_number", "integer", "Number of the refresh."),
            Column("started_at", "varchar", "When it began, ISO 8601 UTC."),
            Column("finished_at", "varchar", "When it ended, ISO 8601 UTC."),
            Column("outcome", "varchar", "done, refused (a delivery was) or failed."),
            count("landed_count", "Deliveries landed."),
            count("refused_count", "Deliveries refused."),
            count("waiting_count", "Files still being written."),
            Column("release_id", "varchar", "The live release at its end."),
            Column("reason", "varchar", "Why it was not done."),
        ),
        in_hash=True,
    ),
)
