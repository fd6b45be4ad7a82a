"""What can be wrong with a delivery, said in one sentence that names the place and the mend."""

from __future__ import annotations

from warehouse.errors import RegiespiegelError


class LandingError(RegiespiegelError):
    """The store cannot be written: not the file's fault, and nothing of it was taken."""


class DeliveryError(RegiespiegelError):
    """A file cannot be taken: where it is wrong and how to mend it. Never quotes a cell."""

    def __init__(
        self, problem: str, mend: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        place = "" if row is None else f"row {row}: "
        place += "" if column is None else f"column {column!r}: "
        super().__init__(f"{place}{problem} {mend}")
        self.row = row
        self.column = column


class UnknownFormatError(DeliveryError):
    """The file is of no kind that is read here, or not of the kind its name says."""


class UnreadableError(DeliveryError):
    """The file is of a known kind, but damaged."""


class HeaderError(DeliveryError):
    """The columns are not those of the instrument."""


class UnknownWaveError(DeliveryError):
    """Nothing says which wave or instrument a file belongs to."""
