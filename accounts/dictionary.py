"""The tables of the account store as a document; a test keeps it and the schema the same."""

from __future__ import annotations

from sqlalchemy import Table

from accounts.schema import Base

HEAD = """# Tables of the account store

What stands in `app/accounts.sqlite`, or in the PostgreSQL database of `REGIESPIEGEL_ACCOUNTS`.
Made from `accounts/schema.py`; moments are in UTC. No answer of a person is in it; of passwords,
links, sessions and API tokens it has hashes only. Secrets of second factors stand readable.
"""


def accounts_dictionary() -> str:
    """Return the document. Raise ValueError for a column without a meaning."""
    meanings = {one.class_.__tablename__: one.class_.__doc__ for one in Base.registry.mappers}
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    parts = [part_of(table, str(meanings[table.name])) for table in tables]
    return "\n".join([HEAD, *parts])


def part_of(table: Table, meaning: str) -> str:
    """Return what the document says of a table."""
    key = ", ".join(f"`{column.name}`" for column in table.primary_key)
    lines = [f"## {table.name}", "", " ".join(meaning.split()), f"Key: {key}.", ""]
    lines += ["| column | may be NULL | meaning |", "|---|---|---|"]
    for column in table.columns:
        if not column.doc:
            raise ValueError(f"{table.name}.{column.name} has no meaning: give it a `doc`")
        lines.append(f"| `{column.name}` | {'yes' if column.nullable else ''} | {column.doc} |")
    return "\n".join([*lines, ""])
