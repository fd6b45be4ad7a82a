"""What an audit tried, and what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """Where in a release: a wave, a side and an item; empty where it is about all of them."""

    wave_id: str = ""
    side: str = ""
    item_id: str = ""


class Finding(NamedTuple):
    """Something the audit could break, or could not prove safe."""

    wave_id: str
    side: str
    item_id: str
    kind: str
    sentence: str

    def __str__(self) -> str:
        """The finding as one line."""
        where = " · ".join(part for part in (self.wave_id, self.side, self.item_id) if part)
        return f"{where or 'release'}: {self.kind}: {self.sentence}"


@dataclass(frozen=True)
class AuditReport:
    """The outcome of an audit: safe only when nothing was found.

    `tried` counts equations, targets and solver calls by what they are called on screen.
    """

    release_id: str
    tried: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_safe(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass
class Trail:
    """Collects what is tried and found while an audit runs."""

    tried: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def count(self, what: str, times: int = 1) -> None:
        """Note that something was tried."""
        self.tried[what] += times

    def find(self, place: Place, kind: str, sentence: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(*place, kind, sentence))
