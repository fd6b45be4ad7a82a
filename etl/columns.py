"""Which column of an export is which: by its full header, else by its LimeSurvey code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.errors import HeaderError
from etl.read.table import HEADER_ROW, clean
from warehouse.instrument import Instrument


@dataclass(frozen=True)
class Layout:
    """Where everything of an instrument stands in one export, as positions in its header."""

    headers: tuple[str, ...]
    respondent: int
    organisation: int | None
    side: int | None
    items: tuple[int, ...]
    duration: int | None = None
    submitted: int | None = None

    def header(self, position: int | None) -> str:
        """Return the header at a position, empty for a column the export does not have."""
        return "" if position is None else self.headers[position]


def layout_of(headers: Sequence[str], instrument: Instrument) -> Layout:
    """Return where the columns of an instrument stand.

    Errors: HeaderError naming every column that is missing, with the closest headers.
    """
    columns = instrument.columns
    wanted = [columns.respondent]
    wanted += [] if instrument.fixed_organisation is not None else [columns.organisation]
    wanted += [] if columns.side is None else [columns.side]
    wanted += [item.column for item in instrument.item]
    found = {column: position_of(column, headers) for column in wanted}
    missing = [column for column, position in found.items() if position is None]
    if missing:
        raise HeaderError(absence(missing, headers), mend(instrument), row=HEADER_ROW)
    places = {column: position for column, position in found.items() if position is not None}
    return Layout(
        headers=tuple(headers),
        respondent=places[columns.respondent],
        organisation=places.get(columns.organisation) if columns.organisation in wanted else None,
        side=None if columns.side is None else places[columns.side],
        items=tuple(places[item.column] for item in instrument.item),
        duration=optional_position(columns.duration, headers),
        submitted=optional_position(columns.submitted, headers),
    )


def optional_position(column: str | None, headers: Sequence[str]) -> int | None:
    """Return where a column stands that an export may leave out. Errors: as `position_of`."""
    return None if column is None else position_of(column, headers)


def position_of(column: str, headers: Sequence[str]) -> int | None:
    """Return where a column stands: by exact header, else by `code` of `code. Question`.

    Else by that question, or the code it starts with: SPSS keeps the survey's header as a label.
    A column between slashes is a pattern that a header must contain: `/^q1_.*leiding/`.

    Errors: HeaderError when more than one header fits.
    """
    wanted = clean(column).casefold()
    if is_pattern(column):
        return only_one(column, matching(column, headers))
    exact = [index for index, name in enumerate(headers) if name.casefold() == wanted]
    coded = [index for index, name in enumerate(headers) if code_of(name) == wanted]
    return only_one(column, exact or coded or labelled(wanted, headers))


def is_pattern(column: str) -> bool:
    """Return whether a column is given as a pattern."""
    return len(column) > 2 and column.startswith("/") and column.endswith("/")


def matching(column: str, headers: Sequence[str]) -> list[int]:
    """Return the columns whose header contains a pattern, whatever the case."""
    pattern = re.compile(column[1:-1], re.IGNORECASE)
    return [index for index, name in enumerate(headers) if pattern.search(name)]


def only_one(column: str, fits: Sequence[int]) -> int | None:
    """Return the one column that fits, None when none does. Errors: HeaderError for several."""
    if len(fits) > 1:
        raise HeaderError(
            f"{len(fits)} columns fit this name.",
            "Rename one of them in the file, or give the full header in the instrument.",
            row=HEADER_ROW,
            column=column,
        )
    return fits[0] if fits else None


def labelled(wanted: str, headers: Sequence[str]) -> list[int]:
    """Return the columns whose label, or its code, is the one wanted."""
    labels = [name.partition(". ")[2] for name in headers]
    return [
        index
        for index, label in enumerate(labels)
        if label and wanted in (label.casefold(), code_of(label))
    ]


def code_of(header: str) -> str | None:
    """Return the question code of a LimeSurvey header `code. Question`, None when it has none."""
    code, dot, _ = header.partition(". ")
    return code.casefold() if dot else None


def absence(missing: Sequence[str], headers: Sequence[str]) -> str:
    """Return which columns are missing and what in the file looks like them."""
    named = []
    for column in missing:
        close = difflib.get_close_matches(column, headers, n=2)
        hint = f" (closest: {', '.join(map(repr, close))})" if close else ""
        named.append(f"{column!r}{hint}")
    return f"{len(missing)} column(s) are missing: {'; '.join(named)}."


def mend(instrument: Instrument) -> str:
    """Return how a missing column is mended."""
    return (
        f"Export the file with these columns, or correct instrument {instrument.instrument_id!r} "
        "if the bureau renamed them."
    )
