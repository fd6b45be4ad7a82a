"""What a spreadsheet program makes of labels such as `1-5`: a date, or a number.

The cell then holds 1 May of the year in which somebody opened the file, `1-mei`, `jun-25` or
`6.25`. Where only one label of a scale can have become that, the answer is known; where two can,
the cell is refused like any other that is no answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from warehouse.instrument import Scale

# A pair of small numbers, as in a class of ages or sizes.
PAIR = re.compile(r"(\d{1,2})\s*[-/–]\s*(\d{1,2})")
DAY = r"^[0-9]{4}-([0-9]{2}-[0-9]{2})([ t]00:00:00)?$"
DUTCH = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def is_pair(label: str) -> bool:
    """Return whether a spreadsheet could take a label for a date."""
    return PAIR.fullmatch(label) is not None


def may_be_mangled(scale: Scale) -> bool:
    """Return whether any label of a scale could have been taken for a date."""
    return any(map(is_pair, (*scale.labels, *scale.not_applicable)))


def undated(text: str) -> str:
    """Return a whole day without its year, `#05-01`; any other text as it is."""
    return re.sub(DAY, r"#\1", text)


def undated_sql(text: str) -> str:
    """Return the SQL of `undated`."""
    return f"regexp_replace({text}, '{DAY}', '#\\1')"


def month_names(month: int) -> set[str]:
    """Return what a month is called in a cell."""
    return {DUTCH[month - 1], ENGLISH[month - 1]}


def day_spellings(day: int, month: int) -> Iterator[str]:
    """Yield a day of some year as spreadsheets write it, empty where there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return
    yield f"#{month:02}-{day:02}"
    for name in month_names(month):
        yield from (f"{day}-{name}", f"{day:02}-{name}", f"{name}-{day:02}", f"{name}-{day}")


def month_spellings(month: int, year: int) -> Iterator[str]:
    """Yield the first day of a month as spreadsheets write it; two digits are a year of 2000."""
    if not (1 <= month <= 12 < year):
        return
    yield f"#{month:02}-01"
    yield from (f"{name}-{year:02}" for name in month_names(month))


def spellings(label: str) -> Iterator[str]:
    """Yield everything a spreadsheet may have made of a label."""
    pair = PAIR.fullmatch(label)
    if pair is None:
        return
    first, second = int(pair[1]), int(pair[2])
    yield from day_spellings(first, second)
    yield from day_spellings(second, first)
    yield from month_spellings(first, second)
    yield from (f"{first}.{second}", f"{first},{second}", f"{first}.{second:02}")


def mangled_texts(scale: Scale, codes: Mapping[str, int]) -> dict[str, int]:
    """Return the code of every text that only one label can have become.

    `codes` is the code of each label, as the scale's own texts are coded.
    """
    meant: dict[str, set[int]] = defaultdict(set)
    for label, code in codes.items():
        for text in spellings(label):
            meant[text].add(code)
    numbers = {f"{steps * scale.step:g}" for steps in range(scale.lowest, scale.highest + 1)}
    return {
        text: next(iter(found))
        for text, found in meant.items()
        if len(found) == 1 and text.replace(",", ".") not in numbers
    }
