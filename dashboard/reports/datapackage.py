"""`datapackage.json`: the sector tables described for programs.

Source: Frictionless Data Package, Tabular Data Package and Table Schema, version 1
(specs.frictionlessdata.io). Types, keys and meanings come from `warehouse/tables/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.grouped import Row
from warehouse.settings import General
from warehouse.tables.columns import Column, Table

Json = dict[str, Any]
TYPES: Final = {
    "varchar": "string",
    "bigint": "integer",
    "integer": "integer",
    "double": "number",
    "boolean": "boolean",
}
SHARE = "share 0-1"
DIALECT: Final[Json] = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}
DESCRIPTION: Final = (
    "What a release of Regiespiegel says of the sector and its size bands, without a row of any "
    "organisation. A hidden value is an empty cell, and the column `status` of its row says why. "
    "Each figure stands on enough people that it gives nobody's answer away. A text that a "
    "spreadsheet could take for a formula has an apostrophe before it."
)
SYNTHETIC: Final = "Synthetic demonstration data: no figure is about a real organisation."
# References that names alone do not show: columns of a table, and the table whose key they are.
BOTH_WAVES: Final = ((("wave_from",), "wave", ("wave_id",)), (("wave_to",), "wave", ("wave_id",)))
REFERENCES: Final = {
    "trend": BOTH_WAVES,
    "change_part": BOTH_WAVES,
    "trend_line": BOTH_WAVES,
    "scale_code": (
        (("instrument_id", "scale_id"), "instrument_scale", ("instrument_id", "scale_id")),
    ),
}
# An instrument also has questions of which no figure is published, which `item` does not know.
NO_REFERENCES: Final = {
    ("instrument_item", "item_id"),
    ("coded_answer", "item_id"),
    ("coded_gap", "item_id"),
}


@dataclass(frozen=True)
class About:
    """What the package is about: the row of its release, and the settings of the product."""

    release: Row
    general: General


def title_of(name: str) -> str:
    """Return a name as a title."""
    return name.replace("_", " ").capitalize()


def constraints(column: Column, table: Table) -> Json:
    """Return what every value of a column keeps to."""
    found: Json = {"required": True} if column.name in table.key else {}
    if column.values:
        found["enum"] = list(column.values)
    if column.unit in (SHARE, "count"):
        found["minimum"] = 0
    if column.unit == SHARE:
        found["maximum"] = 1
    return found


def field(column: Column, table: Table) -> Json:
    """Return a column as a field of a Table Schema."""
    unit = f" Unit: {column.unit}." if column.unit else ""
    described: Json = {
        "name": column.name,
        "type": TYPES[column.type],
        "title": title_of(column.name),
        "description": column.meaning + unit,
    }
    limits = constraints(column, table)
    return described | {"constraints": limits} if limits else described


def one_or_all(names: Sequence[str]) -> str | list[str]:
    """Return one name as itself, several as a list, as a Table Schema writes keys."""
    return names[0] if len(names) == 1 else list(names)


def foreign_keys(table: Table, tables: Sequence[Table]) -> list[Json]:
    """Return the references of a table: its columns named as the key of another, and REFERENCES."""
    keys = {other.key[0]: other.name for other in tables if len(other.key) == 1}
    found: list[tuple[Sequence[str], str, Sequence[str]]] = [
        ((name,), keys[name], (name,))
        for name in table.names
        if keys.get(name, table.name) != table.name and (table.name, name) not in NO_REFERENCES
    ]
    found += REFERENCES.get(table.name, ())
    return [
        {
            "fields": one_or_all(columns),
            "reference": {"resource": resource, "fields": one_or_all(key)},
        }
        for columns, resource, key in found
    ]


def resource(table: Table, tables: Sequence[Table], content: bytes) -> Json:
    """Return a CSV file as a resource."""
    schema: Json = {
        "fields": [field(column, table) for column in table.columns],
        "missingValues": [""],
        "primaryKey": one_or_all(table.key),
    }
    references = foreign_keys(table, tables)
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": title_of(table.name),
        "description": f"One row per {table.grain}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": DIALECT,
        "schema": schema | {"foreignKeys": references} if references else schema,
    }


def descriptor(about: About, tables: Sequence[Table], files: Mapping[str, bytes]) -> Json:
    """Return the descriptor of the package; `files` are the CSV contents by table."""
    release, general = about.release, about.general
    name = general.product_name
    source = f"{name}, release {release['release_id']}, method {release['method_version']}"
    return {
        "profile": "tabular-data-package",
        "name": f"sectortabellen-{release['release_id']}",
        "id": release["release_id"],
        "title": f"{name}: sector tables",
        "description": f"{SYNTHETIC} {DESCRIPTION}" if release["is_synthetic"] else DESCRIPTION,
        "created": release["created_at"],
        "release_id": release["release_id"],
        "method_version": release["method_version"],
        "code_version": release["code_version"],
        "licenses": [{"name": general.licence_name, "title": general.licence_title}],
        "sources": [{"title": source}],
        "resources": [resource(table, tables, files[table.name]) for table in tables],
    }
