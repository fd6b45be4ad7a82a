"""The scope of a request: which organisation's figures it may show, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.people import Account
from accounts.settings import Role

# Pages that only some roles have. To anybody else they are addresses that do not exist.
PAGES_OF: Final[dict[str, tuple[Role, ...]]] = {
    "monitor": ("sector_staff",),
    "deliveries": ("sector_staff", "steward"),
    "publications": ("sector_staff", "steward"),
}
STAFF_PAGES: Final = tuple(PAGES_OF)
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

    @property
    def sees_ledger(self) -> bool:
        """Whether the page of deliveries is there: for who loads them and who watches them."""
        return self.may_open("deliveries")

    def may_open(self, page: str) -> bool:
        """Return whether a page is there for this person."""
        return page not in PAGES_OF or self.role in PAGES_OF[page]

    def may_read(self, table: str) -> bool:
        """Return whether rows of a table may be read at all."""
        return self.is_staff or table not in STAFF_TABLES

    @property
    def shown(self) -> frozenset[str] | None:
        """The organisations whose published rows may be a line of their own; None is all.

        All are for staff alone, and only rows that were published: below the floor there is
        nothing that staff see and others do not.
        """
        if self.is_staff:
            return None
        return frozenset() if self.organisation_id is None else frozenset({self.organisation_id})


def scope_of_account(account: Account, organisation_id: str | None) -> Scope | None:
    """Return the scope of an account, None for a role that this version does not know.

    An organisation is taken only from an HR director's grants, as they stand now.
    """
    granted = organisation_id if organisation_id in account.grants else None
    for role in ("sector_staff", "steward", "administrator"):
        if account.role == role:
            return Scope(role, None)
    return Scope("hr_director", granted) if account.role == "hr_director" else None


def scope_of(session: Mapping[str, Any]) -> Scope | None:
    """Return the scope that a demonstration keeps in its signed cookie, None for none."""
    role, organisation = session.get("role"), session.get("organisation_id")
    if role == "sector_staff":
        return Scope("sector_staff", None)
    if role == "hr_director" and isinstance(organisation, str) and organisation:
        return Scope("hr_director", organisation)
    return None
