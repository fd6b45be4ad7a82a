"""Findings as sentences, from one vocabulary: never a rank, a cause, or better and worse."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dashboard.grouped import Row
from dashboard.pages.model import View

DEMONSTRABLE = ("higher", "lower")
AT_MOST = 5


def band_name(view: View, group: str) -> str:
    """Return the name of a group of size bands in words."""
    return view.say("employees_of_band", band=band_short(view, group))


def band_short(view: View, group: str) -> str:
    """Return the sizes of a group of bands, such as `100–249 en 250 of meer`."""
    bands = view.reader.bands_of(group)
    sizes = [size_words(view, b) for b in view.reader.bands if b["size_band_id"] in bands]
    return view.say("and").join([", ".join(sizes[:-1]), sizes[-1]] if sizes[1:] else sizes)


def size_words(view: View, band: Row) -> str:
    """Return the sizes of one band."""
    low, high = band["headcount_min"], band["headcount_max"]
    if high is None:
        return view.say("band_open", low=view.say.count(low))
    if low <= 1:
        return view.say("band_below", high=view.say.count(high + 1))
    return f"{view.say.count(low)}–{view.say.count(high)}"


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


def told_apart(view: View, item: Row) -> str:
    """Return the name of an item in a list of all kinds.

    A statement and a priority of one aspect have one name.
    """
    name = view.say.name(item)
    return view.say("theme_priority", item=name) if item["kind"] == "mention" else name


def strength(view: View, row: Row) -> float:
    """Return how many times the smallest difference that counts a difference is."""
    unit: str = view.reader.item(row["item_id"])["unit"]
    smallest: float = getattr(view.settings.method.smallest_difference, unit)
    return float(abs(row["difference"])) / smallest


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
    return view.say.margin(row["ci_low"], row["ci_high"], unit, row.get("verdict") in DEMONSTRABLE)


def one_sided_sentences(view: View, gaps: Mapping[str, Row]) -> list[str]:
    """Return a sentence per aspect that only one side names, the widest gap first."""
    sided = [row for row in gaps.values() if row["one_sided"]]
    sided.sort(key=lambda row: (-abs(row["difference"]), row["item_id"]))
    return [one_sided_sentence(view, row) for row in sided]


def one_sided_sentence(view: View, row: Row) -> str:
    """Return an aspect that only one side names, with both shares; hr is never the own hr."""
    whose = "own_one_sided" if row["group_kind"] == "organisation" else "one_sided"
    return view.say(
        f"{whose}_{row['one_sided']}",
        item=view.say.name(view.reader.item(row["item_id"])),
        employee=view.say.share(row["employee_value"]),
        hr=view.say.share(row["hr_value"]),
    )


def slope_sentence(view: View, row: Row | None) -> str:
    """Return the sentence about size: whether the grade goes with it."""
    if row is None:
        return view.say("slope_nothing")
    return view.say(f"slope_{row['verdict']}")


def slope_evidence(view: View, row: Row | None) -> str:
    """Return the slope with its interval; where the words say the direction, without a sign."""
    if row is None:
        return ""
    say, verdict = view.say, row["verdict"]
    if verdict not in DEMONSTRABLE:
        ends = {"low": say.signed(row["ci_low"]), "high": say.signed(row["ci_high"])}
        return say("slope_by_other", slope=say.signed(row["slope_per_tenfold"]), **ends)
    low, high = sorted((abs(row["ci_low"]), abs(row["ci_high"])))
    bottom, top = math.floor(low * 10) / 10, math.ceil(high * 10) / 10
    words = {"low": say.number(bottom) if bottom else say("just_above"), "high": say.number(top)}
    return say(f"slope_by_{verdict}", slope=say.number(abs(row["slope_per_tenfold"])), **words)


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
    """Return the sentence about a group's grade since the wave before this one."""
    rows = [row for row in changes if row["wave_to"] == view.state.wave_id]
    if not rows:
        return view.say("change_break" if is_after_break(view) else "change_nothing")
    row = rows[-1]
    if row["status"] == "not_comparable":
        return view.say("change_break")
    if not published(row):
        return view.say("change_nothing")
    names = {wave["wave_id"]: view.say.name(wave) for wave in view.reader.waves}
    return view.say(
        f"change_{row['verdict']}",
        who=view.say(f"who_{who}"),
        wave=view.say.inner(names[row["wave_from"]]),
        change=view.say.signed(row["change"]),
        interval=interval_of(view, row, "grade"),
    )


def is_after_break(view: View) -> bool:
    """Return whether the questionnaire of this wave differs from the one before."""
    classes = [wave["comparability_class"] for wave in view.reader.waves]
    place = [wave["wave_id"] for wave in view.reader.waves].index(view.state.wave_id)
    return place > 0 and classes[place] != classes[place - 1]


def response_sentence(view: View) -> str:
    """Return how many of those invited took part."""
    kind = "sector" if view.scope.organisation_id is None else "organisation"
    row = view.reader.response(kind, view.scope.organisation_id or "sector")
    who = "sector" if kind == "sector" else "own"
    if row is None or not row["respondent_count"]:
        return view.say("response_nothing")
    count = view.say.count(row["respondent_count"])
    if row["response_rate"] is None:
        return view.say("response_count", count=count)
    invited, rate = view.say.count(row["invited"]), view.say.share(row["response_rate"])
    return view.say(f"response_{who}", count=count, invited=invited, rate=rate)


def answers_taken(view: View) -> int:
    """Return how many own employees took part."""
    row = view.reader.response("organisation", view.scope.organisation_id)
    return int(row["respondent_count"] or 0) if row else 0


def answers_needed(view: View) -> int:
    """Return how many more answers an own result would need at least."""
    return max(0, view.settings.disclosure.persons_min - answers_taken(view))


def has_own_results(view: View) -> bool:
    """Return whether organisations of the own size band may have results of their own."""
    organisation = view.reader.organisation
    band = organisation["size_band_id"] if organisation else None
    known = {b.size_band_id: b.own_results for b in view.settings.size_bands.size_band}
    return known.get(band or "", False)


def is_too_small(view: View) -> bool:
    """Return whether the own organisation has fewer employees than an own result asks answers."""
    organisation = view.reader.organisation
    headcount = organisation["headcount"] if organisation else None
    return headcount is not None and headcount < view.settings.disclosure.persons_min


def below_floor_sentence(view: View) -> str:
    """Return what an organisation without an own result is told first."""
    needed = answers_needed(view)
    if answers_taken(view) == 0:
        return view.say("floor_not_there")
    if needed and has_own_results(view) and not is_too_small(view):
        return view.say("floor_needed_one" if needed == 1 else "floor_needed", count=str(needed))
    return view.say("floor_see_others")


def answers_sentence(view: View) -> str:
    """Return what would help, and why a result may still be held back."""
    floor = str(view.settings.disclosure.persons_min)
    if answers_taken(view) == 0:
        return view.say("floor_why_not_there")
    if not has_own_results(view):
        return view.say("floor_why_smallest")
    if is_too_small(view):
        return view.say("floor_why_few", floor=floor)
    if answers_needed(view) == 0:
        return view.say("floor_why_others", floor=floor)
    return view.say("floor_why", floor=floor)
