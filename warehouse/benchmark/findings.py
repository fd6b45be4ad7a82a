"""Table finding: what stands out, written by the product from rows that are published already.

Nothing is estimated here. A finding points at one published row, says what is in it, how sure that
is and how many rows of its kind were looked at for the same group; never why it is so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from warehouse.band_groups import bands_of
from warehouse.benchmark.finding_words import (
    EVIDENCE,
    LANGUAGES,
    SENTENCES,
    SIZES,
    SLOPE,
    Language,
    bound_words,
    difference_words,
    value_words,
)
from warehouse.settings import Settings

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]
Group = tuple[str, str, str]
DEMONSTRABLE: Final = ("higher", "lower")
# The most findings of a kind for one group; one-sided aspects are all told.
AT_MOST: Final = 3
WHO: Final[Mapping[str, Mapping[Language, str]]] = {
    "employee": {"nl": "medewerkers", "en": "employees"},
    "hr": {"nl": "hr-vertegenwoordigers", "en": "HR representatives"},
}


@dataclass(frozen=True)
class Seen:
    """A finding before it is written: its kind, the row it points at, and what may be said."""

    kind: str
    sentence: str
    table: str
    row: Row
    strength: float
    value: str = "difference"


@dataclass(frozen=True)
class Lexicon:
    """What items, aspects, waves and groups are called."""

    items: Mapping[str, Row]
    waves: Mapping[str, Row]
    settings: Settings

    def smallest(self, item_id: str) -> float:
        """Return the smallest difference of an item that counts."""
        return float(getattr(self.settings.method.smallest_difference, self.unit(item_id)))

    def unit(self, item_id: str) -> str:
        """Return the unit of an item."""
        return str(self.items[item_id]["unit"])

    def bands(self, group: str, language: Language) -> str:
        """Return the sizes of a group of neighbouring bands, as one range."""
        known = {band.size_band_id: band for band in self.settings.size_bands.size_band}
        inside = [known[name] for name in bands_of(group, list(known))]
        low, high = inside[0].headcount_min, inside[-1].headcount_max
        key = "open" if high is None else "below" if low <= 1 else "between"
        return SIZES[key][language].format(low=low, high=high, above=(high or 0) + 1)

    def intervention(self, item_id: str, language: Language) -> str:
        """Return the interventions of an item's aspect in words."""
        aspect = self.items[item_id]["aspect_id"]
        found = next(one for one in self.settings.aspects if one.aspect_id == aspect)
        return found.intervention_nl if language == "nl" else found.intervention_en


def findings(rows: Rows, settings: Settings) -> list[Row]:
    """Return the rows of `finding`: of the sector and of groups of size bands, at every wave."""
    lexicon = Lexicon(
        {row["item_id"]: row for row in rows["item"]},
        {row["wave_id"]: row for row in rows["wave"]},
        settings,
    )
    return [
        *of_gaps(rows.get("gap", ()), lexicon),
        *of_bands(rows.get("band_difference", ()), lexicon),
        *of_slopes(rows.get("size_gradient", ()), lexicon),
        *of_changes(rows.get("trend", ()), lexicon),
    ]


def by_group(rows: Iterable[Row], wave: str = "wave_id") -> dict[Group, list[Row]]:
    """Return the published rows of sector and size bands by wave and group."""
    found: dict[Group, list[Row]] = {}
    for row in rows:
        kind = row.get("group_kind", "sector")
        if row["status"] == "published" and kind in ("sector", "size_band"):
            group = (row[wave], kind, row.get("group_id", "sector"))
            found.setdefault(group, []).append(row)
    return found


def of_gaps(rows: Iterable[Row], lexicon: Lexicon) -> Iterator[Row]:
    """Yield what employees and hr name apart, name together, and see differently."""
    families: Mapping[str, tuple[Callable[[Row, Lexicon], Seen | None], ...]] = {
        "mention": (one_sided, shared),
        "aspect": (widest,),
        "knowledge": (information,),
    }
    for group, all_rows in by_group(rows).items():
        for family, makers in families.items():
            mine = [row for row in all_rows if family_of(row, lexicon) == family]
            for make in makers:
                seen = [one for row in mine if (one := make(row, lexicon)) is not None]
                most = len(seen) if make is one_sided else AT_MOST
                yield from written(seen, most, group, len(mine), lexicon)


def family_of(row: Row, lexicon: Lexicon) -> str:
    """Return which rows a row is looked at with; empty for those no finding is about."""
    item = lexicon.items[row["item_id"]]
    if item["kind"] == "yes_no":
        return "knowledge" if item["facet_id"] in ("awareness", "understanding") else ""
    if item["kind"] == "mention":
        return "mention"
    return "aspect" if item["kind"] == "grade" or item["aspect_id"] else ""


def in_smallest(row: Row, lexicon: Lexicon, value: str = "difference") -> float:
    """Return how many times the smallest difference that counts a value is."""
    return abs(float(row[value])) / lexicon.smallest(row["item_id"])


def one_sided(row: Row, lexicon: Lexicon) -> Seen | None:
    """Return that only one side names an aspect."""
    side = row["one_sided"]
    if not side:
        return None
    return Seen("one_sided", f"one_sided_{side}", "gap", row, in_smallest(row, lexicon))


def shared(row: Row, lexicon: Lexicon) -> Seen | None:
    """Return that both sides name an aspect, and not demonstrably apart."""
    states = {row["employee_mention_state"], row["hr_mention_state"]}
    if states != {"named"} or row["verdict"] in DEMONSTRABLE:
        return None
    least = min(row["employee_value"], row["hr_value"]) / lexicon.smallest(row["item_id"])
    return Seen("shared_priority", "shared_priority", "gap", row, least)


def widest(row: Row, lexicon: Lexicon) -> Seen | None:
    """Return that both sides demonstrably differ."""
    if row["verdict"] not in DEMONSTRABLE:
        return None
    strength = in_smallest(row, lexicon)
    return Seen("widest_gap", f"widest_gap_{row['verdict']}", "gap", row, strength)


def information(row: Row, lexicon: Lexicon) -> Seen | None:
    """Return that employees know a scheme less, or more, than hr does."""
    found = widest(row, lexicon)
    if found is None:
        return None
    sentence = f"information_gap_{row['verdict']}"
    return Seen("information_gap", sentence, "gap", row, found.strength)


def of_bands(rows: Iterable[Row], lexicon: Lexicon) -> Iterator[Row]:
    """Yield which size bands differ: of each question the two that lie furthest apart."""
    waves: dict[str, list[Row]] = {}
    for row in rows:
        if row["status"] == "published":
            waves.setdefault(row["wave_id"], []).append(row)
    for wave, mine in waves.items():
        widest: dict[tuple[str, str], Seen] = {}
        for row in mine:
            if row["verdict"] not in DEMONSTRABLE:
                continue
            sentence, key = f"band_differs_{row['verdict']}", (row["side"], row["item_id"])
            strength = in_smallest(row, lexicon)
            seen = Seen("band_differs", sentence, "band_difference", row, strength)
            widest[key] = max(seen, widest.get(key, seen), key=lambda one: one.strength)
        group = (wave, "sector", "sector")
        yield from written(list(widest.values()), AT_MOST, group, len(mine), lexicon)


def of_slopes(rows: Iterable[Row], lexicon: Lexicon) -> Iterator[Row]:
    """Yield what goes with the size of an organisation."""
    for group, mine in by_group(rows).items():
        seen = [
            Seen(
                "size_slope",
                f"size_slope_{row['verdict']}",
                "size_gradient",
                row,
                in_smallest(row, lexicon, "slope_per_tenfold"),
                "slope_per_tenfold",
            )
            for row in mine
            if row["verdict"] in DEMONSTRABLE
        ]
        yield from written(seen, AT_MOST, group, len(mine), lexicon)


def of_changes(rows: Iterable[Row], lexicon: Lexicon) -> Iterator[Row]:
    """Yield what demonstrably changed since the wave before, and not by who took part alone."""
    for group, mine in by_group(rows, "wave_to").items():
        seen = [
            Seen(
                "real_change",
                f"real_change_{row['verdict']}",
                "trend",
                row,
                in_smallest(row, lexicon, "change"),
                "change",
            )
            for row in mine
            if row["verdict"] in DEMONSTRABLE and is_real(row)
        ]
        yield from written(seen, AT_MOST, group, len(mine), lexicon)


def is_real(row: Row) -> bool:
    """Return whether organisations that took part both times moved the same way, if it is known."""
    matched = row.get("matched_change")
    return matched is None or matched * row["change"] > 0


def written(
    seen: Sequence[Seen], most: int, group: Group, looked_at: int, lexicon: Lexicon
) -> Iterator[Row]:
    """Yield the strongest of these findings as rows."""
    ordered = sorted(seen, key=lambda one: (-one.strength, one.row["item_id"], side_of(one)))
    for one in ordered[:most]:
        wave, kind, name = group
        texts = {f"text_{lang}": text_of(one, looked_at, lexicon, lang) for lang in LANGUAGES}
        yield {
            "wave_id": wave,
            "group_kind": kind,
            "group_id": name,
            "finding_kind": one.kind,
            "item_id": one.row["item_id"],
            "side": side_of(one),
            "strength": one.strength,
            "comparisons_looked_at": looked_at,
            **texts,
            "evidence": evidence_of(one),
        }


def side_of(one: Seen) -> str:
    """Return the side a finding is about; `both` for a gap."""
    return str(one.row.get("side", "both"))


def evidence_of(one: Seen) -> str:
    """Return the row a finding points at, as JSON: its table, key and figures."""
    names = ("wave_id", "wave_from", "wave_to", "side", "group_kind", "group_id", "item_id",
             "other_group_id")  # fmt: skip
    figures = ("employee_value", "hr_value", one.value, "ci_low", "ci_high", "verdict")
    kept = {name: one.row[name] for name in (*names, *figures) if name in one.row}
    return json.dumps({"table": one.table} | kept, ensure_ascii=False, sort_keys=True)


def text_of(one: Seen, looked_at: int, lexicon: Lexicon, language: Language) -> str:
    """Return a finding as a sentence with its interval and how many were looked at."""
    row, unit = one.row, lexicon.unit(one.row["item_id"])
    item = lexicon.items[row["item_id"]]
    words = {"item": item[f"name_{language}"]}
    for side in ("employee", "hr"):
        if f"{side}_value" in row:
            words[side] = value_words(row[f"{side}_value"], unit, language)
    if item["aspect_id"]:
        words["intervention"] = lexicon.intervention(row["item_id"], language)
    if one.table == "band_difference":
        words["who"] = WHO[row["side"]][language]
        for name, group in (("smaller", "group_id"), ("larger", "other_group_id")):
            words[name] = lexicon.bands(row[group], language)
        for name in ("value", "other_value"):
            words[name] = value_words(row[name], unit, language)
    if one.table == "trend":
        words["who"] = WHO[row["side"]][language]
        words["before"] = lexicon.waves[row["wave_from"]][f"name_{language}"]
    frame = SLOPE if one.table == "size_gradient" else EVIDENCE
    return frame[language].format(
        text=SENTENCES[one.sentence][language].format(**words),
        difference=difference_words(row[one.value], unit, language),
        low=bound_words(row["ci_low"], unit, language, up=False),
        high=bound_words(row["ci_high"], unit, language, up=True),
        count=looked_at,
    )
