"""The scope of a request: which organisation's figures it may show, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["hr_director", "sector_staff"]
# Pages for sector-fund staff. To anybody else they are addresses that do not exist.
STAFF_PAGES = ("deliveries",)
# Tables that weigh named organisations against each other. To anybody but staff a row of them, the
# own one too, would be a further equation on the others (docs/decisions/009).
STAFF_TABLES = ("organisation_place", "sector_spread")


@dataclass(frozen=True)
class Scope:
    """What a signed-in person may see. `organisation_id` None is the sector alone."""

    role: Role
    organisation_id: str | None

    @property
    def is_staff(self) -> bool:
        """Whether this is sector-fund staff."""
        return self.role == "sector_staff"

    def may_open(self, page: str) -> bool:
        """Return whether a page is there for this person."""
        return self.is_staff or page not in STAFF_PAGES

    def may_read(self, table: str) -> bool:
        """Return whether rows of a table may be read at all."""
        return self.is_staff or table not in STAFF_TABLES

    @property
    def shown(self) -> frozenset[str] | None:
        """The organisations whose published rows may be a line of their own; None is all."""
        if self.is_staff:
            return None
        return frozenset() if self.organisation_id is None else frozenset({self.organisation_id})


def scope_of(session: Mapping[str, Any]) -> Scope | None:
    """Return the scope of a signed session, None when nobody is signed in."""
    role, organisation = session.get("role"), session.get("organisation_id")
    if role == "sector_staff":
        return Scope("sector_staff", None)
    if role == "hr_director" and isinstance(organisation, str) and organisation:
        return Scope("hr_director", organisation)
    return None
