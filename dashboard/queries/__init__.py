"""What a page asks of a release. Every organisation's row passes the scope here, and only here."""

from __future__ import annotations

from dashboard.queries.reader import Reader
from dashboard.queries.rows import OWN

__all__ = ["OWN", "Reader"]
