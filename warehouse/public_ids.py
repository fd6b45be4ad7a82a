"""What a delivery is called in published files.

The ledger calls a delivery by the SHA-256 of its file. Published as it is, that would be a function
of every answer in the file: who knows all of it but one cell could try that cell until the hash
fits. So the world outside sees it under a key that never leaves `private/`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from warehouse.files import write_atomically
from warehouse.paths import Store


def public_id(store: Store, delivery_id: str) -> str:
    """Return the published id of a delivery: the same file has the same one, in one store."""
    return hmac.new(store_key(store), delivery_id.encode(), hashlib.sha256).hexdigest()


def store_key(store: Store) -> bytes:
    """Return the key of a store, made at first use; call as the store's one writer."""
    path = store.private / "publication.key"
    if not path.exists():
        write_atomically(path, write_key)
    return path.read_bytes()


def write_key(path: Path) -> None:
    """Write a new key, readable by its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(32))
