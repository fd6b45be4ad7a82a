"""What callbacks and routes share: published files, settings, the view that a request asks for."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.ledger import PublicLedger
from dashboard.pages.model import View
from dashboard.queries import Reader
from dashboard.rounding import seen_by
from dashboard.snapshot import Snapshot, Snapshots, StatusFiles
from dashboard.state import FIRST_PAGE, State, read_state
from dashboard.statements import SHOWN_ON, SeenStatements, StatementFile
from dashboard.texts import texts_of
from warehouse.settings import Settings


@dataclass(frozen=True)
class Asked:
    """A view that is asked for: its state, by whom, and the files that it is made from."""

    state: State
    scope: Scope
    snapshot: Snapshot
    status: Snapshot | None
    statements: SeenStatements | None = None

    @property
    def key(self) -> Hashable:
        """What its answer depends on, beside the release."""
        said = None if self.statements is None else self.statements.mark
        status = None if self.status is None else self.status.release_id
        return self.scope, self.state, status, said


@dataclass(frozen=True)
class Context:
    """The live published files of a store and the settings; made once per process."""

    snapshots: Snapshots
    settings: Settings
    is_demo: bool
    status_files: StatusFiles | None = None
    statement_file: StatementFile | None = None

    def view(self, path: object, search: object, scope: Scope) -> View:
        """Return the view an address asks for, as seen by a scope.

        Errors: NothingReleasedError before the first release.
        """
        return self.view_of(self.asked(path, search, scope))

    def asked(self, path: object, search: object, scope: Scope) -> Asked:
        """Return what an address asks of the live files.

        A page that is not theirs is an address that does not exist.
        Errors: NothingReleasedError before the first release.
        """
        snapshot = self.snapshots.current()
        state = read_state(path, search, snapshot.wave_ids())
        if not scope.may_open(state.page):
            state = state.on(FIRST_PAGE)
        status = self.status_files.latest() if self.status_files else None
        said = None
        if state.page == SHOWN_ON and self.statement_file is not None:
            said = self.statement_file.seen_by(scope)
        return Asked(state, scope, snapshot, status, said)

    def view_of(self, asked: Asked) -> View:
        """Return the view that was asked."""
        state, scope = asked.state, asked.scope
        reader = Reader(seen_by(scope, asked.snapshot), scope, state.wave_id)
        ledger = None if asked.status is None else PublicLedger(asked.status, scope)
        words = texts_of(state.language)
        return View(state, reader, words, self.settings, ledger, self.snapshots, asked.statements)
