"""The reference numbers that stand beside the checkout; a test that reads them is skipped there."""

from __future__ import annotations

import json
from typing import Any

from tests.shared_data import shared


def oracle(key: str, name: str = "oracle.json") -> Any:
    """Return one entry of a file of `../shared/oracles`."""
    return json.loads(shared("oracles", name).read_text())[key]


def extra(key: str) -> Any:
    """Return one entry of `oracle_extra.json`."""
    return oracle(key, "oracle_extra.json")
