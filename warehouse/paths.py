"""Where things stand on disk under one data directory (`--data DIR`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# What `CURRENT` says when every released wave was withdrawn.
NOTHING = "none"


@dataclass(frozen=True)
class Store:
    """The rooms of a data directory. `private/` is the trust boundary."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Exports as they arrive."""
        return self.root / "inbox"

    @property
    def register(self) -> Path:
        """`organisations.csv` and `headcounts.csv`."""
        return self.root / "register"

    @property
    def private(self) -> Path:
        """Everything that holds people's answers."""
        return self.root / "private"

    @property
    def deliveries(self) -> Path:
        """Raw files by SHA-256, as they came."""
        return self.private / "deliveries"

    @property
    def facts(self) -> Path:
        """Landed answers, one Parquet file per delivery, named by content hash."""
        return self.private / "facts"

    @property
    def refused(self) -> Path:
        """Refused rows, one Parquet file per delivery, named by content hash."""
        return self.private / "refused"

    @property
    def reports(self) -> Path:
        """A workbook per delivery, to send back to the bureau."""
        return self.private / "reports"

    @property
    def warehouse(self) -> Path:
        """Ledger and dimensions, and views over the facts."""
        return self.private / "warehouse.duckdb"

    @property
    def totals(self) -> Path:
        """Frozen atom totals per closed wave."""
        return self.private / "totals"

    @property
    def structure(self) -> Path:
        """Unit × item counts without answers, for the audit."""
        return self.private / "structure"

    @property
    def members(self) -> Path:
        """The organisations of each closed wave as they were then, beside its totals."""
        return self.private / "members"

    @property
    def dialogues(self) -> Path:
        """Frozen totals of the dialogues of each closed wave."""
        return self.private / "dialogues"

    @property
    def voices(self) -> Path:
        """How many wrote and rated at each closed wave, without what, for the audit."""
        return self.private / "voices"

    @property
    def moderation(self) -> Path:
        """Redacted texts, what moderators decided about them, and their workbooks."""
        return self.private / "moderation"

    @property
    def published(self) -> Path:
        """All the dashboard may read."""
        return self.root / "published"

    @property
    def releases(self) -> Path:
        """Immutable released files."""
        return self.published / "releases"

    @property
    def current(self) -> Path:
        """One line: the id of the live release."""
        return self.published / "CURRENT"

    @property
    def status(self) -> Path:
        """Status files: response during fieldwork, public ledger, health of the refresh."""
        return self.published / "status"

    @property
    def status_pointer(self) -> Path:
        """One line: the id of the live status file."""
        return self.published / "STATUS"

    @property
    def app(self) -> Path:
        """Accounts and the dashboard's own secrets."""
        return self.root / "app"

    @property
    def frozen(self) -> tuple[Path, ...]:
        """What is written when a wave closes, all under one name."""
        return self.totals, self.structure, self.members, self.dialogues, self.voices

    def create(self) -> None:
        """Create the rooms that do not exist yet; `private/` and `app/` for the owner only."""
        for room in (self.inbox, self.register, self.releases):
            room.mkdir(parents=True, exist_ok=True)
        for room in (self.private, self.app):
            room.mkdir(parents=True, exist_ok=True, mode=0o700)
        for room in (
            self.deliveries,
            self.facts,
            self.refused,
            self.reports,
            self.moderation,
            *self.frozen,
        ):
            room.mkdir(exist_ok=True)
