"""Every visible word, from the catalogues, and numbers and dates as the language writes them."""

from __future__ import annotations

import datetime
import math
import zoneinfo
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from dashboard.catalogues import read
from warehouse.rounding import step_of

# Moments are shown as the clock on the wall of the sector fund says them.
HERE = zoneinfo.ZoneInfo("Europe/Amsterdam")
# Day before month in both: beside `26 Nov 2026`, Babel's `en` would write November 26, 2026.
DATES = {"nl": "nl", "en": "en_GB"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the catalogue of a language: key to text."""
    return read(language)


# A page holds hundreds of numbers, few of them different, and Babel takes its time for each.
FEW = 20_000


@lru_cache(FEW)
def number_text(value: float, digits: int, language: str) -> str:
    """Return a number rounded half-up, as a language writes it."""
    rounded = Decimal(repr(value)).quantize(step_of(digits), rounding=ROUND_HALF_UP)
    # Minus nothing is nothing: what is remembered of one would otherwise be said of the other.
    return written(rounded + 0, digits, language)


@lru_cache(FEW)
def written(rounded: Decimal, digits: int, language: str) -> str:
    """Return a rounded number as a language writes it: there are fewer of them than of values."""
    return format_decimal(rounded, format=decimals(digits), locale=language)


@lru_cache(FEW)
def signed_text(value: float, digits: int, language: str) -> str:
    """Return a difference with its sign; zero has none."""
    text = number_text(abs(value), digits, language)
    if text == number_text(0.0, digits, language):
        return text
    return ("+" if value > 0 else "−") + text


@lru_cache(FEW)
def percent_text(value: float, language: str) -> str:
    """Return a share as whole per cent, as a language writes it."""
    text = format_percent(value, format="0%", locale=language)
    return text if language == "en" else text.replace("%", "\u00a0%")


@lru_cache(FEW)
def count_text(value: int, language: str) -> str:
    """Return a whole number with a language's grouping."""
    return format_decimal(value, locale=language)


@lru_cache(FEW)
def date_text(day: str, language: str) -> str:
    """Return an ISO date written out."""
    date = datetime.date.fromisoformat(day)
    return format_date(date, format="long", locale=DATES[language])


@lru_cache(FEW)
def moment_text(moment: str, language: str) -> str:
    """Return an ISO moment in UTC as Dutch clocks have it, to the minute."""
    at = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
    return unbroken(format_datetime(at, "d MMM y, HH:mm", tzinfo=HERE, locale=language))


@dataclass(frozen=True)
class Texts:
    """The words of one language."""

    language: str
    words: dict[str, str] = field(repr=False)

    def __call__(self, key: str, **values: str) -> str:
        """Return a text with its places filled. Raise KeyError for a key without a text."""
        text = self.words[key]
        return text.format(**values) if values or "{" in text else text

    def name(self, row: dict[str, str]) -> str:
        """Return the name of something the release names in both languages."""
        return row[f"name_{self.language}"]

    def number(self, value: float, digits: int = 1) -> str:
        """Return a number rounded half-up as a reader expects, with a decimal comma in Dutch."""
        return number_text(float(value), digits, self.language)

    def signed(self, value: float, digits: int = 1) -> str:
        """Return a difference with its sign; zero has none."""
        return signed_text(float(value), digits, self.language)

    def share(self, value: float) -> str:
        """Return a share as whole per cent; the ends are bounded, not exact."""
        if value < 0.05:
            return "<5%" if self.language == "en" else "<5\u00a0%"
        if value > 0.95:
            return ">95%" if self.language == "en" else ">95\u00a0%"
        return percent_text(value, self.language)

    def percent(self, value: float) -> str:
        """Return a threshold as per cent, exactly."""
        return percent_text(value, self.language)

    def listed(self, parts: list[str]) -> str:
        """Return parts as a list in words."""
        # `invloed en zeggenschap` inside a list needs marks to stay one thing.
        clear = [f"‘{part}’" if self("and") in part else part for part in parts]
        if len(clear) < 2:
            return "".join(parts)
        return self("and").join([", ".join(clear[:-1]), clear[-1]])

    def inner(self, text: str) -> str:
        """Return a name as it stands inside a sentence; an abbreviation keeps its capitals."""
        return text if text[:2].isupper() else text[:1].lower() + text[1:]

    def heading(self, text: str) -> str:
        """Return words as they stand at the head of a section."""
        return text[:1].upper() + text[1:]

    def value(self, value: float, unit: str) -> str:
        """Return a figure in the unit of its item."""
        return self.share(value) if unit == "share" else self.number(value)

    def difference(self, value: float, unit: str) -> str:
        """Return a difference in the unit of its item; shares in percentage points."""
        if unit == "share":
            number = self.signed(100 * value, 0)
            return self("point" if number.lstrip("+−") == "1" else "points", number=number)
        return self.signed(value)

    def interval(self, low: float | None, high: float | None, unit: str) -> str:
        """Return an interval, bounds rounded outward; empty when there is none."""
        if low is None or high is None:
            return ""
        factor = 100 if unit == "share" else 10
        bottom, top = floored(low * factor) / factor, ceiled(high * factor) / factor
        if unit == "share":
            return self("interval", low=f"{bottom * 100:.0f}", high=self.percent(top))
        return self("interval", low=self.number(bottom), high=self.number(top))

    def margin(self, low: float, high: float, unit: str, is_apart: bool = False) -> str:
        """Return the interval of a difference with signs, bounds rounded outward.

        `is_apart`: 0 lies outside it, so a bound that is rounded to 0 is said to be just beside it.
        """
        factor, digits = (100, 0) if unit == "share" else (10, 1)
        scale = 1 if unit == "share" else 10
        bottom, top = floored(low * factor) / scale, ceiled(high * factor) / scale
        ends = {"low": self.signed(bottom, digits), "high": self.signed(top, digits)}
        if is_apart and bottom == 0:
            ends["low"] = self("just_above")
        elif is_apart and top == 0:
            ends["high"] = self("just_below")
        return self("interval", **ends)

    def count(self, value: int) -> str:
        """Return a whole number with the language's grouping."""
        return count_text(value, self.language)

    def date(self, text: str) -> str:
        """Return an ISO date written out."""
        return date_text(text[:10], self.language)

    def moment(self, text: str) -> str:
        """Return an ISO moment in UTC as Dutch clocks have it, to the minute."""
        return moment_text(text, self.language)

    def day(self, text: str) -> str:
        """Return an ISO date as a table has room for."""
        day = datetime.date.fromisoformat(text[:10])
        return unbroken(format_date(day, "d MMM y", locale=self.language))


def floored(value: float) -> int:
    """Return the whole number below: 28.999999 is 29 whose digits were cut off."""
    return math.floor(value + 1e-9)


def ceiled(value: float) -> int:
    """Return the whole number above."""
    return math.ceil(value - 1e-9)


def unbroken(text: str) -> str:
    """Return a date that breaks after its comma only."""
    return text.replace(" ", "\u00a0").replace(",\u00a0", ", ")


def decimals(digits: int) -> str:
    """Return the number pattern with this many decimals."""
    return "0." + "0" * digits if digits else "0"


def texts_of(language: str) -> Texts:
    """Return the words of a language."""
    return Texts(language, catalogue(language))
