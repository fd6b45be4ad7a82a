"""Forgetting a delivery before its wave is closed: every file that holds its answers goes.

The ledger keeps that it was there: name, hash, counts, why it was forgotten. After a wave is closed
its totals are frozen, and what was released cannot be unseen; then nothing is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from etl.inbox import REFUSED, TAKEN
from etl.land import hash_of
from etl.report_file import report_path
from warehouse.errors import WaveStateError
from warehouse.files import sync
from warehouse.ledger import Delivery, Ledger
from warehouse.paths import Store

SHORTEST = 8  # characters of a hash that name a delivery


def find_delivery(ledger: Ledger, name: str) -> Delivery:
    """Return the delivery of a file name or of the beginning of its hash.

    Errors: WaveStateError when none or several are meant.
    """
    found = [
        one
        for one in ledger.deliveries()
        if one.file_name == name or (len(name) >= SHORTEST and one.delivery_id.startswith(name))
    ]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(one.delivery_id[:SHORTEST] for one in found)
    said = f"several deliveries are called so: {ids}" if found else "there is no such delivery"
    raise WaveStateError(
        f"{name}: {said}. Give the file's name or {SHORTEST} or more characters of its hash."
    )


def forget_delivery(ledger: Ledger, store: Store, name: str, reason: str) -> list[Path]:
    """Return the files that were removed. Giving the command again finishes what was cut off.

    Errors: WaveStateError when the delivery's wave is closed, released or withdrawn.
    """
    delivery = find_delivery(ledger, name)
    state = ledger.wave_state(delivery.wave_id).state
    if delivery.state != "forgotten" and state != "open":
        raise WaveStateError(
            f"Wave {delivery.wave_id} is {state}: its totals hold this delivery. A wave that is "
            "closed and not released can be opened again: `wave open`. A released one cannot."
        )
    doomed = files_of(store, ledger, delivery)
    gone = replace(delivery, state="forgotten", facts_file=None, refused_file=None, reason=reason)
    # First the ledger: from here on no view and no count knows the delivery.
    if delivery.state != "forgotten":
        ledger.record(gone)
        ledger.create_views()
    for path in doomed:
        path.unlink(missing_ok=True)
    for room in {path.parent for path in doomed}:
        sync(room)
    return doomed


def files_of(store: Store, ledger: Ledger, delivery: Delivery) -> list[Path]:
    """Return every file that holds answers of a delivery and of no other."""
    others = [one for one in ledger.deliveries() if one.delivery_id != delivery.delivery_id]
    shared = {name for one in others for name in (one.facts_file, one.refused_file)}
    landed = [(store.facts, delivery.facts_file), (store.refused, delivery.refused_file)]
    paths = [room / name for room, name in landed if name is not None and name not in shared]
    paths += [store.deliveries / delivery.delivery_id, report_path(store, delivery.delivery_id)]
    paths += copies_of(store, delivery.delivery_id)
    return [path for path in paths if path.exists()]


def copies_of(store: Store, delivery_id: str) -> list[Path]:
    """Return the copies of a delivery that wait in the inbox or were put away there."""
    rooms = (store.inbox, store.inbox / TAKEN, store.inbox / REFUSED)
    files = [path for room in rooms if room.is_dir() for path in room.iterdir() if path.is_file()]
    return [path for path in files if hash_of(path) == delivery_id]
