"""Findings: each must point at a published row, say what is in it, and nothing else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.audit.reading import Tables
from warehouse.audit.report import Place, Trail

Row = dict[str, Any]
KEYS: Mapping[str, tuple[str, ...]] = {
    "gap": ("wave_id", "group_kind", "group_id", "item_id"),
    "size_gradient": ("wave_id", "side", "item_id"),
    "band_difference": ("wave_id", "side", "item_id", "group_id", "other_group_id"),
    "trend": ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
}
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# Numbers of the frame: the ends of a share.
ALWAYS = ("5", "95")


def check_findings(tables: Tables, trail: Trail) -> None:
    """Check every finding against the row it points at."""
    if "finding" not in tables:
        return
    indexed = {name: index(tables, name) for name in KEYS if name in tables}
    names = names_in(tables)
    ends = ends_of_bands(tables)
    for row in tables["finding"].iter_rows(named=True):
        trail.count("findings")
        place = Place(row["wave_id"], row["side"], row["item_id"])
        evidence = json.loads(row["evidence"])
        key = tuple(evidence.get(name) for name in KEYS.get(evidence["table"], ()))
        source = indexed.get(evidence["table"], {}).get(key)
        if source is None or not points_at(row, evidence, source):
            trail.find(place, "unexplained", "a finding that no published row says")
            continue
        for text in (row["text_nl"], row["text_en"]):
            said = text
            for name in names:
                said = said.replace(name, "")
            allowed = allowed_numbers(source, row["comparisons_looked_at"])
            allowed |= ends if evidence["table"] == "band_difference" else set()
            strange = [number for number in NUMBER.findall(said) if number not in allowed]
            if strange:
                trail.find(place, "unexplained", "a finding with a number that is in no row")


def index(tables: Tables, name: str) -> dict[tuple[Any, ...], Row]:
    """Return a table's published rows by their key."""
    rows = tables[name].iter_rows(named=True)
    return {tuple(row[k] for k in KEYS[name]): row for row in rows if row["status"] == "published"}


def names_in(tables: Tables) -> Sequence[str]:
    """Return the names that a finding may hold with a number in them, longest first."""
    found = {
        row[column]
        for table in ("item", "wave")
        for row in tables[table].iter_rows(named=True)
        for column in ("name_nl", "name_en")
    }
    return sorted(filter(None, found), key=lambda name: (-len(name), name))


def ends_of_bands(tables: Tables) -> set[str]:
    """Return the numbers that name size bands."""
    bands = tables["size_band"].iter_rows(named=True)
    ends = {(row["headcount_min"], row["headcount_max"] or 0) for row in bands}
    return {str(number) for low, high in ends for number in (low, high, high + 1)}


def points_at(row: Row, evidence: Row, source: Row) -> bool:
    """Return whether a finding and its evidence are about the row they name."""
    about = source.get("wave_id") or source.get("wave_to")
    same = all(source.get(name) == value for name, value in evidence.items() if name != "table")
    # Bands set beside each other are a finding of the sector.
    kind = source.get("group_kind", "sector")
    group = (kind, source["group_id"] if "group_kind" in source else "sector")
    mine = (row["wave_id"], row["item_id"], (row["group_kind"], row["group_id"]))
    return same and mine == (about, source["item_id"], group) and group[0] != "organisation"


def allowed_numbers(source: Row, looked_at: int) -> set[str]:
    """Return the numbers a sentence about a row may hold: its figures, rounded, and the count."""
    found = {str(looked_at), *ALWAYS}
    for value in source.values():
        if isinstance(value, float):
            # Rounding down or up is all that a sentence may do.
            found |= {f"{whole / 10:.1f}" for whole in around(abs(value) * 10)}
            found |= {f"{whole}" for whole in around(abs(value) * 100)}
    if "0.0" in found:
        found.add("0")  # a bound that is just above or below it
    return found | {number.replace(".", ",") for number in found}


def around(value: float) -> tuple[int, int]:
    """Return the whole numbers below and above a value."""
    return math.floor(value), math.ceil(value)
