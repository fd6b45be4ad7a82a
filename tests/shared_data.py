"""Public data and oracles that stand beside the repository, in `../shared/`."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """Return `../shared/<parts>`. Skip the test, with the reason, where it is absent.

    Under `CI=true` that skip is a failure (tests/conftest.py).
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        place = "/".join(("..", "shared", *parts))
        pytest.skip(f"{place} is absent: put the shared data beside the checkout")
    return path
