"""What callbacks and routes share: release, settings and the view that a request asks for."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.pages.model import View
from dashboard.queries import Reader
from dashboard.snapshot import Snapshots
from dashboard.state import read_state
from dashboard.texts import texts_of
from warehouse.settings import Settings


@dataclass(frozen=True)
class Context:
    """The live release of a store and the settings; made once per process."""

    snapshots: Snapshots
    settings: Settings
    is_demo: bool

    def view(self, path: object, search: object, scope: Scope) -> View:
        """Return the view an address asks for, as seen by a scope.

        Errors: NothingReleasedError before the first release.
        """
        snapshot = self.snapshots.current()
        waves = snapshot.rows("select wave_id from wave order by position")
        state = read_state(path, search, tuple(wave["wave_id"] for wave in waves))
        reader = Reader(snapshot, scope, state.wave_id)
        return View(state, reader, texts_of(state.language), self.settings)
