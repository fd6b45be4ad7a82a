"""Errors of the account store that a person may see."""

from __future__ import annotations

from warehouse.errors import RegiespiegelError


class AccountError(RegiespiegelError):
    """An account, link or token cannot be made or is not there."""


class TrailError(RegiespiegelError):
    """The audit trail was changed, or part of it is gone."""
