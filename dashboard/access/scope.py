"""The scope of a request: which organisation's figures it may show, if any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["hr_director", "sector_staff"]


@dataclass(frozen=True)
class Scope:
    """What a signed-in person may see. `organisation_id` None is the sector alone."""

    role: Role
    organisation_id: str | None

    @property
    def is_staff(self) -> bool:
        """Whether this is sector-fund staff."""
        return self.role == "sector_staff"
