"""The demonstration sector's texts, which nobody wrote: released as two people would.

Only in a store that is marked as synthetic. What asks for two people waits, so that the workbook of
a demonstration has something in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from etl.moderate.propose import propose
from warehouse.ledger import Ledger
from warehouse.moderation import Decision, open_moderation, put_decisions, texts_of, utc_now
from warehouse.paths import Store
from warehouse.release import is_synthetic
from warehouse.settings import Settings

MODERATORS: Final = ("demonstratie 1", "demonstratie 2")


def release_made_up_texts(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, config: Path
) -> int:
    """Return how many texts of a synthetic wave were released; none of a real one."""
    if not is_synthetic(store):
        return 0
    propose(ledger, store, wave_id, settings, config)
    with open_moderation(store) as connection:
        plain = [text for text in texts_of(connection, wave_id) if not text.reviews]
        now = utc_now()
        decisions = [
            Decision(text.text_id, who, "released", text.redacted, None, now)
            for text in plain
            for who in MODERATORS
        ]
        put_decisions(connection, decisions)
    return len(plain)
