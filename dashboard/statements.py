"""Employer statements as one scope may see them: an organisation's own, and what it shows the fund.

They can be taken back at any moment, so their file is looked at with every request for the page
that shows them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.access.scope import Scope
from warehouse.paths import Store
from warehouse.statements import Statement, standing_statements, statements_path

# Where SQLite counts the changes of a file, and how long that count is.
COUNTER, LENGTH = 24, 4
SHOWN_ON: Final = "gap"


@dataclass(frozen=True)
class SeenStatements:
    """The statements that a scope may see, and no other.

    `own` are of the own organisation, `of_fund` what others show the fund. `mark` differs when any
    statement changed.
    """

    own: tuple[Statement, ...]
    of_fund: tuple[Statement, ...]
    mark: Hashable


class StatementFile:
    """The statements of a store, read again when their file changed."""

    def __init__(self, store: Store) -> None:
        self._path = statements_path(store)
        self._read: tuple[Hashable, tuple[Statement, ...]] = (None, ())

    def seen_by(self, scope: Scope) -> SeenStatements:
        """Return the statements as they stand now, as seen by a scope."""
        mark, found = mark_of(self._path), self._read
        if found[0] != mark:
            found = self._read = (mark, standing_statements(self._path))
        organisation = scope.organisation_id or None  # an empty id is nobody's
        own = tuple(one for one in found[1] if one.organisation_id == organisation)
        of_fund = tuple(one for one in found[1] if one.shown_to == "organisation_and_fund")
        return SeenStatements(own, of_fund if scope.is_staff else (), mark)


def mark_of(path: Path) -> Hashable:
    """Return what differs once statements changed, None where there are none."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(COUNTER)
            return file.read(LENGTH), path.stat().st_ino
    except FileNotFoundError:
        return None
