"""The register as tables in `warehouse.duckdb`, so that one SQL session sees everything.

Written anew whenever the register is read for loading; the files in `register/` stay the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from warehouse.engines.duckdb import put_table
from warehouse.ledger import Ledger
from warehouse.register import Register
from warehouse.settings import Settings
from warehouse.tables.columns import Column, Table, count

ORGANISATION_ID = Column("organisation_id", "varchar", "The organisation; the id that exports use.")
WAVE_ID = Column("wave_id", "varchar", "The wave.")
ORGANISATION: Final = Table(
    "dim_organisation",
    "an organisation in a period",
    ("organisation_id", "valid_from"),
    (
        ORGANISATION_ID,
        Column("name", "varchar", "Its name in this period."),
        Column("valid_from", "date", "First day."),
        Column("valid_to", "date", "Last day; NULL: still so."),
    ),
)
MEMBER: Final = Table(
    "dim_member",
    "an organisation at a wave, by the register of now",
    ("wave_id", "organisation_id"),
    (
        WAVE_ID,
        ORGANISATION_ID,
        Column("name", "varchar", "Its name then."),
        Column("size_band_id", "varchar", "Its size band then; NULL: unknown headcount."),
        count("headcount", "People employed; NULL: unknown."),
        count("employees_invited", "People invited; NULL: unknown."),
    ),
)
EVENT: Final = Table(
    "dim_organisation_event",
    "something that happened to an organisation",
    ("organisation_id", "event", "successor_id"),
    (
        ORGANISATION_ID,
        Column("event", "varchar", "merger, split, rename or exit."),
        Column("event_date", "date", "When."),
        Column("successor_id", "varchar", "What it became part of, or the part."),
    ),
)
OFFER: Final = Table(
    "dim_scheme_offer",
    "a scheme at an organisation and wave",
    ("organisation_id", "wave_id", "scheme_id"),
    (
        ORGANISATION_ID,
        WAVE_ID,
        Column("scheme_id", "varchar", "The scheme of the cao."),
        Column("is_offered", "boolean", "Whether the organisation offers it."),
    ),
)
DIMENSIONS: Final = (ORGANISATION, MEMBER, EVENT, OFFER)
Rows = Sequence[tuple[object, ...]]


def dimension_rows(register: Register, settings: Settings) -> dict[str, Rows]:
    """Return the rows of every dimension, by table."""
    bands, order = settings.size_bands, settings.wave_order
    members = [(w, one) for w in order for one in register.members(w, bands, order)]
    return {
        ORGANISATION.name: [
            (row.organisation_id, row.name, row.valid_from, row.valid_to)
            for row in register.organisations
        ],
        MEMBER.name: [
            (w, m.organisation_id, m.name, m.size_band_id, m.headcount, m.employees_invited)
            for w, m in members
        ],
        EVENT.name: [
            (event.organisation_id, event.event, event.event_date, event.successor_id)
            for event in register.events
        ],
        OFFER.name: [
            (offer.organisation_id, offer.wave_id, offer.scheme_id, offer.is_offered)
            for offer in register.offers
        ],
    }


def write_dimensions(ledger: Ledger, register: Register, settings: Settings) -> None:
    """Write the register into the ledger's database, all tables or none."""
    rows = dimension_rows(register, settings)
    with ledger.transaction():
        for table in DIMENSIONS:
            columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
            put_table(ledger.connection, "incoming", columns, rows[table.name])
            query = f"CREATE OR REPLACE TABLE {table.name} AS FROM incoming"
            ledger.connection.execute(query)
