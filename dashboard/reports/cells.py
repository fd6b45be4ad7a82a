"""A value as a cell of a CSV file that any program may open."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def machine_cell(value: object) -> str:
    """Return a value for a program to read: point as decimal sign, nothing rounded.

    Missing: NULL is an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(value) if isinstance(value, str) else repr(value)
