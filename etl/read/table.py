"""What every reader gives: the headers as found, and all cells as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from etl.errors import HeaderError, UnreadableError

HEADER_ROW = 1


def clean(header: str) -> str:
    """Return a header without the marks and spaces around it."""
    return header.strip("\ufeff\xa0 \t\r\n")


@dataclass(frozen=True)
class RawTable:
    """An export whose rows can be read by `SELECT c0, c1, … FROM {relation}`, in file order.

    `first_row` is the number a person gives to the first row of data.
    """

    headers: tuple[str, ...]
    relation: str
    first_row: int = HEADER_ROW + 1

    def checked(self) -> Self:
        """Return the table itself. Raise when its header cannot be addressed."""
        if not any(self.headers):
            raise UnreadableError(
                "there is no header.", "Export it again with column names.", row=1
            )
        double = [name for name, count in Counter(self.headers).items() if name and count > 1]
        if double:
            raise HeaderError(
                "this column name stands twice.",
                "Remove or rename one of the columns.",
                row=self.first_row - 1,
                column=double[0],
            )
        return self
