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
        lines += [f"## {table.name}", ""]
        lines += [f"One row per {table.grain}. Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| {c.name} | {c.type} | {c.unit} | {c.meaning} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)
