"""The rows of `scheme_answer`: who says neither yes nor no, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.atoms import base_atoms
from tests.reference.bands import merge_groups
from tests.reference.hr import first_groups
from tests.reference.world import HR_ORGANISATIONS, PEERS, PERSONS, SECTOR, Group, Row, Wave

MEANING = {0: "answered", 1: "answered", 8: "not_offered", 9: "not_eligible"}
MEANINGS = ("answered", "not_offered", "not_eligible")
Rows = dict[tuple[Any, ...], Row]


@dataclass(frozen=True)
class Told:
    """An atom, or an organisation of hr: who took part in it, and what it said."""

    band: str
    organisations: int
    took_part: int
    said: Counter[str]


def given(wave: Wave, side: str, item_id: str) -> dict[str, list[str]]:
    """Return what people of each organisation said."""
    found: dict[str, list[str]] = defaultdict(list)
    for person in wave.rows:
        code = person["answers"].get(item_id)
        if person["side"] == side and code in MEANING:
            found[person["organisation_id"]].append(MEANING[code])
    return found


def told(wave: Wave, side: str, item_id: str) -> list[Told]:
    """Return the atoms of who took part, the sector rest left out; of hr the organisations."""
    said = given(wave, side, item_id)
    if side == "hr":
        order = ("not_offered", "not_eligible", "answered")
        return [
            Told(band, 1, 1, Counter([next(one for one in order if one in answers)]))
            for name, answers in said.items()
            if (band := wave.band_of[name])
        ]
    atoms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, label in base_atoms(wave).items():
        if label != SECTOR:
            atoms[label].append(name)
    return [
        Told(
            band=wave.band_of[members[0]] or "",
            organisations=len(members),
            took_part=sum(wave.participants[name] for name in members),
            said=Counter(answer for name in members for answer in said.get(name, [])),
        )
        for members in atoms.values()
    ]


def may_be_shown(parts: Sequence[Told], side: str) -> bool:
    """Return whether counts say of nobody which way of not answering yes or no was taken."""
    sizes = [part.said.total() for part in parts]
    n, took_part = sum(sizes), sum(part.took_part for part in parts)
    least = HR_ORGANISATIONS if side == "hr" else PEERS
    if n < PERSONS or sum(size > 0 for size in sizes) < least:
        return False
    if sum(part.organisations for part in parts) < PEERS or 2 * max(sizes) > n:
        return False
    ways = [sum(part.said[way] for part in parts) for way in MEANINGS[1:]]
    if any(0 < way < PERSONS for way in ways):
        return False
    return sum(way >= PERSONS for way in (*ways, took_part - n)) >= 2


def shown_groups(wave: Wave, parts: Sequence[Told], side: str) -> list[Group]:
    """Return the groups of bands that are shown: all with anybody in them, or none."""

    def inside(group: Group) -> list[Told]:
        return [part for part in parts if part.band in group]

    def size(group: Group) -> int:
        return sum(part.took_part for part in inside(group))

    def passes(group: Group) -> bool:
        return not inside(group) or may_be_shown(inside(group), side)

    groups = [g for g in merge_groups(first_groups(wave, side), size, passes) if inside(g)]
    return groups if all(passes(group) for group in groups) else []


def scheme_answers(wave: Wave, asked: Mapping[str, str]) -> Rows:
    """Return the rows by side, group_kind, group_id and scheme.

    `asked` is the first question about each scheme that can be answered so.
    """
    rows: Rows = {}
    for scheme, item_id in asked.items():
        for side in ("employee", "hr"):
            parts = told(wave, side, item_id)
            if not parts or not may_be_shown(parts, side):
                status = {"answered_share": None, "status": "too_few_organisations"}
                rows[side, "sector", "sector", scheme] = status
                continue
            rows[side, "sector", "sector", scheme] = row_of(parts)
            groups = shown_groups(wave, parts, side)
            for group in groups if len(groups) > 1 else []:
                inside = [part for part in parts if part.band in group]
                rows[side, "size_band", "+".join(group), scheme] = row_of(inside)
    return rows


def row_of(parts: Sequence[Told]) -> Row:
    """Return what a group said of a scheme."""
    counts: Counter[str] = sum((part.said for part in parts), Counter())
    shares = {f"{way}_share": counts[way] / counts.total() for way in MEANINGS}
    return {
        "respondent_count": counts.total(),
        "organisation_count": sum(part.organisations for part in parts),
        **shares,
        "status": "published",
    }
