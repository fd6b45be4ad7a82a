"""Keys that are handed out once and kept as hashes only: links, sessions, API tokens."""

from __future__ import annotations

import hashlib
import secrets


def new_key() -> str:
    """Return 256 random bits as text for an address, a cookie or a header."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """Return what is kept of a key. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
