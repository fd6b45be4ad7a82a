"""What words of a view mean: its numbers, its size bands, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.texts import catalogue
from tests.attacks.facts import BANDS
from tests.attacks.payloads import Account

WORDS = catalogue("en")
SIZES = ("fewer than 10", "10–49", "50–99", "100–249", "250 or more")


@dataclass(frozen=True)
class Shown:
    """A table on a page."""

    address: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Key:
    """What the words of a view mean: whose it is, which wave, and which question has which name."""

    account: Account
    wave_id: str
    waves: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    bands: Mapping[str, str]
    groups: Mapping[tuple[str, str], str]

    @property
    def band(self) -> str:
        """The own size band at this wave; empty without one."""
        return self.bands.get(self.wave_id, "")


def number(text: str) -> tuple[float, float] | None:
    """Return a number in a cell and how far rounding may have moved it; None without one."""
    found = re.search(r"([<>])?([+−-]?\d+(?:\.\d+)?)(%)?", text.replace("'", ""))
    if found is None:
        return None
    value = float(found[2].replace("−", "-"))
    if found[1]:
        return (0.025, 0.025) if found[1] == "<" else (0.975, 0.025)
    return (value / 100, 0.005) if found[3] else (value, 0.05)


def interval(text: str) -> dict[str, float]:
    """Return the bounds in a cell; nothing without them."""
    found = [number(part) for part in text.split("\u00a0to\u00a0")]
    bounds = [pair[0] for pair in found if pair is not None]
    return {"low": bounds[0], "high": bounds[1]} if len(bounds) == 2 else {}


def count(text: str) -> int | None:
    """Return a whole number in a cell."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


def bands_named(text: str) -> str:
    """Return the group of size bands that a text names."""
    return "+".join(band for band, size in zip(BANDS, SIZES, strict=True) if size in text)
