"""What callbacks and routes share: published files, settings, the view that a request asks for."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.ledger import PublicLedger
from dashboard.pages.model import View
from dashboard.queries import Reader
from dashboard.rounding import seen_by
from dashboard.snapshot import Snapshots, StatusFiles
from dashboard.state import FIRST_PAGE, read_state
from dashboard.texts import texts_of
from warehouse.settings import Settings


@dataclass(frozen=True)
class Context:
    """The live published files of a store and the settings; made once per process."""

    snapshots: Snapshots
    settings: Settings
    is_demo: bool
    status_files: StatusFiles | None = None

    def view(self, path: object, search: object, scope: Scope) -> View:
        """Return the view an address asks for, as seen by a scope.

        A page that is not theirs is an address that does not exist.
        Errors: NothingReleasedError before the first release.
        """
        snapshot = self.snapshots.current()
        waves = snapshot.rows("select wave_id from wave order by position")
        state = read_state(path, search, tuple(wave["wave_id"] for wave in waves))
        if not scope.may_open(state.page):
            state = state.on(FIRST_PAGE)
        reader = Reader(seen_by(scope, snapshot), scope, state.wave_id)
        words, ledger = texts_of(state.language), self.ledger(scope)
        return View(state, reader, words, self.settings, ledger, self.snapshots)

    def ledger(self, scope: Scope) -> PublicLedger | None:
        """Return what a scope may see of the live status file, None when there is none."""
        status = self.status_files.latest() if self.status_files else None
        return None if status is None else PublicLedger(status, scope)
