"""The contract of a released file: every table and column, its type, key, unit and meaning.

DDL, the data dictionary and the tests derive from this package. A hidden value is NULL and its
`status` says why; it is never zero.
"""

from __future__ import annotations

from typing import Final

from warehouse.tables import (
    changes,
    codebook,
    coded,
    dialogue,
    differences,
    figures,
    findings,
    places,
    precision,
    provenance,
    waves,
)
from warehouse.tables.columns import described

TABLES: Final = (
    *waves.TABLES,
    *codebook.TABLES,
    *figures.TABLES,
    *places.TABLES,
    *differences.TABLES,
    *precision.TABLES,
    *changes.TABLES,
    *provenance.TABLES,
    *dialogue.TABLES,
    *coded.TABLES,
    *findings.TABLES,
)

BY_NAME: Final = {table.name: table for table in TABLES}


def data_dictionary() -> str:
    """Return docs/data-dictionary.md: every released table and column."""
    lines = ["# Data dictionary of a release", ""]
    lines += ["Generated from `warehouse/tables/`; a test compares.", ""]
    for table in TABLES:
        lines += [f"## {table.name}", "", *described(table)]
    return "\n".join(lines)
