"""What the tables of pages say, each known by its caption.

A caption that is not known here is a KeyError: nobody would attack it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.attacks.facts import BAND, BANDS, ORGANISATION, REST, SECTOR, Fact, bands_in
from tests.attacks.shown_words import WORDS, Key, Shown, bands_named, count, interval, number


def labelled(
    key: Key, shown: Shown, label: tuple[str, ...], cell: str, **more: Any
) -> Iterator[Fact]:
    """Yield a cell as a fact; `label` is side, kind, group, question and measure."""
    found = number(cell)
    if found is not None:
        wave = more.pop("wave", key.wave_id)
        yield Fact(shown.address, wave, *label, found[0], half=found[1], **more)


def grade_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grades of the overview."""
    own = key.account.organisation_id or ""
    labels = {
        WORDS["own"]: ("employee", ORGANISATION, own, "grade", "mean"),
        WORDS["rest_of_band"]: ("employee", REST, key.band, "grade", "mean"),
        WORDS["sector_employee"]: ("employee", SECTOR, SECTOR, "grade", "mean"),
        WORDS["sector_hr"]: ("hr", SECTOR, SECTOR, "grade", "mean"),
    }
    for name, value, bounds, people, _ in shown.rows:
        band = ("employee", BAND, bands_named(name), "grade", "organisations")
        more = {"count": count(people), **interval(bounds)}
        yield from labelled(key, shown, labels.get(name, band), value, **more)


def band_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield both sides of each size band."""
    for name, *cells in shown.rows:
        for side, (value, bounds, what) in (("employee", cells[:3]), ("hr", cells[3:])):
            each = side == "employee" and what.startswith(WORDS["of_organisations"])
            group = bands_named(what) or bands_named(name)
            label = (side, BAND, group, "grade", "organisations" if each else "mean")
            yield from labelled(key, shown, label, value, **interval(bounds))


def group_named(key: Key, text: str, item: str) -> tuple[str, str]:
    """Return kind and group of the employees that a caption names.

    A caption names the own band; an item may go with its neighbours.
    """
    if text.startswith((WORDS["own_beside_band"], WORDS["own"])):
        return ORGANISATION, key.account.organisation_id or ""
    if not bands_named(text):
        return SECTOR, SECTOR
    return BAND, joined(key, item)


def hr_band(key: Key, item: str) -> str:
    """Return the group of the hr side that the own band is in."""
    return key.groups[f"hr {item}", key.band]


def joined(key: Key, item: str) -> str:
    """Return the smallest group with the own band that both sides have as a whole."""
    found: set[str] = {key.band}
    while True:
        names = [key.groups[f"{side} {item}", b] for side in ("respondents", "hr") for b in found]
        more = {band for name in names for band in bands_in(name)}
        if more == found:
            return "+".join(band for band in BANDS if band in found)
        found = more


def side_rows(key: Key, shown: Shown, named: str, kind_of_item: str) -> Iterator[Fact]:
    """Yield the two sides of each row."""
    for name, ours, theirs, *_ in shown.rows:
        item = key.names[kind_of_item, name]
        kind, group = group_named(key, named, item)
        beside = (BAND, hr_band(key, item)) if kind == ORGANISATION else (kind, group)
        yield from labelled(key, shown, ("employee", kind, group, item, "mean"), ours)
        yield from labelled(key, shown, ("hr", *beside, item, "mean"), theirs)


def mention_rows(key: Key, shown: Shown, named: str) -> Iterator[Fact]:
    """Yield what both sides name."""
    return side_rows(key, shown, named, "share")


def gap_rows(key: Key, shown: Shown, named: str) -> Iterator[Fact]:
    """Yield both sides of grade and statements."""
    return side_rows(key, shown, named, "mean")


def grade_gap_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield both sides of the grade of each group."""
    for name, ours, theirs, *_ in shown.rows:
        kind, group = group_named(key, name, "grade")
        beside = (BAND, hr_band(key, "grade")) if kind == ORGANISATION else (kind, group)
        yield from labelled(key, shown, ("employee", kind, group, "grade", "mean"), ours)
        yield from labelled(key, shown, ("hr", *beside, "grade", "mean"), theirs)


def score_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield own, band and sector per statement."""
    for name, *cells in shown.rows:
        item = key.names["mean", name]
        sector = ("employee", SECTOR, SECTOR, item, "organisations")
        if len(cells) > 1:
            own = ("employee", ORGANISATION, key.account.organisation_id or "", item, "mean")
            yield from labelled(key, shown, own, cells[0], **interval(cells[1]))
            group = key.groups.get((f"organisations {item}", key.band), "")
            yield from labelled(
                key, shown, ("employee", BAND, group, item, "organisations"), cells[2]
            )
        yield from labelled(key, shown, sector, cells[3 if len(cells) > 1 else 0])


def wave_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grade of each group at each wave."""
    labels = {
        WORDS["line_own"]: ("employee", ORGANISATION, key.account.organisation_id or "", "mean"),
        WORDS["line_band"]: ("employee", BAND, "", "organisations"),
        WORDS["line_sector"]: ("employee", SECTOR, SECTOR, "mean"),
        WORDS["line_sector_hr"]: ("hr", SECTOR, SECTOR, "mean"),
    }
    for name, *cells in shown.rows:
        if name == WORDS["line_former"]:
            continue  # T4 looks at predecessors
        side, kind, group, measure = labels[name]
        for column, cell in zip(shown.columns[1:], cells, strict=True):
            wave = key.waves[column]
            band = key.bands.get(wave, "")
            there = group or key.groups.get((f"organisations grade {wave}", band), "")
            label = (side, kind, there, "grade", measure)
            yield from labelled(key, shown, label, cell, wave=wave)


def rest_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grade of the organisations without an own result, per size band."""
    for name, value, bounds in shown.rows:
        label = ("employee", REST, bands_named(name), "grade", "mean")
        yield from labelled(key, shown, label, value, **interval(bounds))


def funnel_rows(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield the grades of organisations that staff see by name; names are made of ids."""
    for name, _, people, value, bounds, *_ in shown.rows:
        organisation = name.removeprefix("Stichting ").upper()
        label = ("employee", ORGANISATION, organisation, "grade", "mean")
        more = {"count": count(people), **interval(bounds)}
        yield from labelled(key, shown, label, value, **more)


def no_facts(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield nothing: a table of changes (T4), or of words, files and who took part."""
    return iter(())


def table_facts(key: Key, shown: Shown) -> Iterator[Fact]:
    """Yield what a table says. Raise KeyError for a caption that is not known."""
    for name, tell in TABLES.items():
        pattern = re.escape(WORDS[name]).replace(r"\{group\}", "(.*)")
        found = re.fullmatch(re.sub(r"\\\{\w+\\\}", ".*", pattern), shown.caption)
        if found is not None:
            yield from tell(key, shown, *found.groups())
            return
    raise KeyError(shown.caption)


TABLES: Mapping[str, Callable[..., Iterator[Fact]]] = {
    "table_grade": grade_rows,
    "table_gap_grade": grade_gap_rows,
    "table_bands": band_rows,
    "table_mentions": mention_rows,
    "table_scores": score_rows,
    "table_gap": gap_rows,
    "table_trends": wave_rows,
    "table_rest": rest_rows,
    "table_funnel": funnel_rows,
    "table_changes": no_facts,
    **dict.fromkeys(
        (
            "codebook_aspects_caption", "codebook_caption", "codebook_columns_caption",
            "codebook_scales_caption", "codebook_schemes_caption", "deliveries_caption",
            "fieldwork_caption", "progress_caption", "publications_caption", "runs_caption",
            "waiting_caption", "parameter_caption", "table_library_own", "table_library_shared",
            "table_plan", "table_publication_changed",
            "table_publication_counts",
        ),
        no_facts,
    ),
    # Rounded figures of tables that the sector tables hold unrounded, attacked there; their
    # captions name a group in other words than its id.
    **dict.fromkeys(
        (
            "table_ages", "table_categories", "table_parts", "dialogue_table", "knowledge_table",
            "table_matrix", "table_pillars", "table_strip", "table_mention_scores",
            "table_item_changes", "table_themes", "table_curve", "table_took_part", "table_flags",
            "schemes_applies_table", "schemes_applies_band", "schemes_by_band_table",
            "schemes_grid", "talk_table", "table_coded", "table_stances", "mentions_table",
            "quotes_barrier_commissioner", "quotes_barrier_own", "quotes_enabler",
            "quotes_intervention", "quotes_other",
            "finding_table",
        ),
        lambda *_: iter(()),
    ),
}  # fmt: skip
