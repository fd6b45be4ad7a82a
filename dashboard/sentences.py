"""Findings as sentences, from one vocabulary: never a rank, a cause, or better and worse."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.pages.model import View
from dashboard.snapshot import Row

DEMONSTRABLE = ("higher", "lower")
AT_MOST = 5


def band_name(view: View, group: str) -> str:
    """Return the name of a group of size bands in words."""
    bands = [band for band in view.reader.bands if band["size_band_id"] == group]
    if bands:
        return view.say.name(bands[0])
    parts = [b for b in view.reader.bands if b["size_band_id"] in split_group(view, group)]
    return view.say(
        "band_range",
        low=view.say.count(parts[0]["headcount_min"]),
        high=last_words(view, parts[-1]),
    )


def last_words(view: View, band: Row) -> str:
    """Return the upper end of the last of several bands."""
    if band["headcount_max"] is None:
        return view.say("band_open")
    return view.say("band_to", high=view.say.count(band["headcount_max"]))


def split_group(view: View, group: str) -> tuple[str, ...]:
    """Return the size bands of a group; their ids are joined by +, and one ends with it."""
    order = [band["size_band_id"] for band in view.reader.bands]
    for first in range(len(order)):
        for last in range(first + 1, len(order) + 1):
            if "+".join(order[first:last]) == group:
                return tuple(order[first:last])
    return ()


def published(row: Row | None) -> bool:
    """Return whether a row has a value that may be shown."""
    return row is not None and row["status"] == "published"


def own_grade_sentence(view: View, own: Row, band: Row | None, comparison: Row | None) -> str:
    """Return the sentence about the own grade, with its verdict where there is one."""
    say = view.say
    first = say("own_grade", grade=say.number(own["value"]))
    if band is None or not published(band) or comparison is None:
        return first + " " + say("own_grade_no_band")
    verdict = say(
        f"verdict_band_{comparison['verdict']}",
        band=say.number(band["mean_of_organisations"]),
    )
    return f"{first} {verdict}"


def sector_sentence(view: View, gap: Row | None, employees: Row | None) -> str:
    """Return the sentence about the sector's grade on both sides."""
    say = view.say
    if gap is not None:
        return say(
            f"sector_gap_{gap['verdict']}",
            employee=say.number(gap["employee_value"]),
            hr=say.number(gap["hr_value"]),
        )
    if employees is not None and published(employees):
        return say("sector_employees_only", grade=say.number(employees["value"]))
    return say("sector_nothing")


def strength(view: View, row: Row) -> float:
    """Return how many times the smallest difference that counts a difference is."""
    unit = view.reader.item(row["item_id"])["unit"]
    return abs(row["difference"]) / {"grade": 0.3, "likert": 0.2, "share": 0.1}[unit]


def standouts(view: View, rows: Mapping[str, Row]) -> list[str]:
    """Return what stands out against comparable organisations, strongest first, at most five."""
    shown = [
        row
        for row in rows.values()
        if row["verdict"] in DEMONSTRABLE and not row["item_id"].startswith("scheme_")
    ]
    shown.sort(key=lambda row: (-strength(view, row), row["item_id"]))
    return [standout_sentence(view, row) for row in shown[:AT_MOST]]


def standout_sentence(view: View, row: Row) -> str:
    """Return one standout as a sentence with its evidence."""
    item = view.reader.item(row["item_id"])
    kind = "mention" if item["kind"] == "mention" else "score"
    return view.say(
        f"standout_{kind}_{row['verdict']}",
        item=view.say.name(item),
        difference=view.say.difference(row["difference"], item["unit"]),
        interval=interval_of(view, row, item["unit"]),
    )


def interval_of(view: View, row: Row, unit: str) -> str:
    """Return the interval of a difference in the unit's words."""
    factor = 100 if unit == "share" else 1
    digits = 0 if unit == "share" else 1
    low = view.say.signed(row["ci_low"] * factor, digits)
    high = view.say.signed(row["ci_high"] * factor, digits)
    return view.say("interval", low=low, high=high)


def one_sided_sentences(view: View, gaps: Mapping[str, Row]) -> list[str]:
    """Return a sentence per aspect that only one side names."""
    found = []
    for item_id, row in gaps.items():
        if row["one_sided"]:
            item = view.reader.item(item_id)
            found.append(
                view.say(
                    f"one_sided_{row['one_sided']}",
                    item=view.say.name(item),
                    employee=view.say.share(row["employee_value"]),
                    hr=view.say.share(row["hr_value"]),
                )
            )
    return sorted(found)


def slope_sentence(view: View, row: Row | None) -> str:
    """Return the sentence about size: the slope with its interval, or that there is none."""
    say = view.say
    if row is None:
        return say("slope_nothing")
    key = row["verdict"] if row["verdict"] in DEMONSTRABLE else "not_demonstrable"
    return say(
        f"slope_{key}",
        slope=say.number(abs(row["slope_per_tenfold"])),
        low=say.signed(row["ci_low"]),
        high=say.signed(row["ci_high"]),
    )


def gap_sentence(view: View, gaps: Mapping[str, Row]) -> str:
    """Return the sentence about the widest demonstrable gap in grade and aspects."""
    rows = [r for i, r in gaps.items() if i == "grade" or i.startswith("aspect_")]
    apart = [row for row in rows if row["verdict"] in DEMONSTRABLE]
    if not rows:
        return view.say("gap_nothing")
    if not apart:
        return view.say("gap_none", count=str(len(rows)))
    widest = max(apart, key=lambda row: (strength(view, row), row["item_id"]))
    item = view.reader.item(widest["item_id"])
    return view.say(
        f"gap_widest_{widest['verdict']}",
        item=view.say.name(item),
        employee=view.say.value(widest["employee_value"], item["unit"]),
        hr=view.say.value(widest["hr_value"], item["unit"]),
    )


def change_sentence(view: View, changes: tuple[Row, ...], who: str) -> str:
    """Return the sentence about the last change of a group's grade."""
    rows = [row for row in changes if row["wave_to"] == view.state.wave_id]
    if not rows:
        return view.say("change_nothing")
    row = rows[-1]
    if row["status"] == "not_comparable":
        return view.say("change_break")
    names = {wave["wave_id"]: view.say.name(wave) for wave in view.reader.waves}
    return view.say(
        f"change_{row['verdict']}",
        who=view.say(f"who_{who}"),
        wave=names[row["wave_from"]],
        change=view.say.signed(row["change"]),
        interval=interval_of(view, row, "grade"),
    )
