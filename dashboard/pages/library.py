"""What we can do: the interventions that this organisation's own results point at, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View
from dashboard.pages.pillars import pillar_of
from dashboard.sentences import DEMONSTRABLE, strength
from dashboard.state import PILLARS
from warehouse.settings import Intervention

INFLUENCES = ("own", "shared")
# A library that shows everything chooses nothing: the aspects that results point at most.
MOST_ASPECTS = 4


class Reason(NamedTuple):
    """Why the interventions of an aspect are shown, and how strongly a result points there."""

    strength: float
    words: str


def reasons(view: View, who: str, gaps: dict[str, Row]) -> dict[str, list[Reason]]:
    """Return the reasons per aspect; `who` is own, band or sector."""
    found: dict[str, list[Reason]] = {}
    pillar, of = view.state.pillar, pillar_of(view)
    for aspect_id, reason in (*named(view, who, gaps), *lower(view), *apart(view)):
        if pillar in (PILLARS[0], of.get(aspect_id)):
            found.setdefault(aspect_id, []).append(reason)
    strongest = sorted(found, key=lambda aspect_id: (-weight(found[aspect_id]), aspect_id))
    return {aspect_id: found[aspect_id] for aspect_id in strongest[:MOST_ASPECTS]}


def weight(why: list[Reason]) -> float:
    """Return how strongly results point at an aspect, all reasons together."""
    return sum(reason.strength for reason in why)


def aspect_of(view: View, row: Row) -> str:
    """Return the aspect of a row's item."""
    return str(view.reader.item(row["item_id"])["aspect_id"])


def named(view: View, who: str, gaps: dict[str, Row]) -> Iterator[tuple[str, Reason]]:
    """Yield the aspects that employees name, and those that only hr does."""
    for row in gaps.values():
        for side in ("employee", "hr"):
            is_named = row[f"{side}_mention_state"] == "named"
            if not is_named or (side == "hr" and row["one_sided"] != "hr"):
                continue
            share = row[f"{side}_value"]
            words = view.say(f"why_named_{side}_{who}", share=view.say.share(share))
            size = share / view.settings.method.smallest_difference.share
            yield aspect_of(view, row), Reason(size, words)


def lower(view: View) -> Iterator[tuple[str, Reason]]:
    """Yield the aspects on which the own employees answer lower than comparable organisations."""
    for row in view.reader.comparisons("size_band").values():
        if row["item_id"].startswith("aspect_") and row["verdict"] == "lower":
            words = view.say("why_lower", difference=view.say.signed(row["difference"]))
            yield aspect_of(view, row), Reason(1 + strength(view, row), words)


def apart(view: View) -> Iterator[tuple[str, Reason]]:
    """Yield the aspects on which the own employees and the hr of the band answer differently."""
    gaps = view.reader.gaps("organisation", view.scope.organisation_id)
    for row in gaps.values():
        if row["item_id"].startswith("aspect_") and row["verdict"] in DEMONSTRABLE:
            words = view.say("why_apart", difference=view.say.signed(row["difference"]))
            yield aspect_of(view, row), Reason(strength(view, row), words)


def chosen(view: View, why: dict[str, list[Reason]], influence: str) -> list[Intervention]:
    """Return the interventions that are pointed at, the strongest results first."""
    found = [
        one
        for one in view.settings.interventions
        if one.influence == influence and one.aspect_id in why
    ]
    return sorted(found, key=lambda one: -weight(why[one.aspect_id]))


def cells(view: View, one: Intervention) -> tuple[str, ...]:
    """Return an intervention's cells: what, about what, and who named it in the source."""
    say, names = view.say, aspect_names(view)
    named_by = "both" if len(one.named_by) > 1 else one.named_by[0]
    return say.name(one.model_dump()), names[one.aspect_id], say(f"named_by_{named_by}")


def aspect_names(view: View) -> dict[str, str]:
    """Return the aspects' names by id; the release's where it has them, else the settings'."""

    def make() -> dict[str, str]:
        names = {one.aspect_id: view.say.name(one.model_dump()) for one in view.settings.aspects}
        described = view.reader.described("aspect")
        return names | {row["aspect_id"]: view.say.name(row) for row in described}

    return view.reader.snapshot.remember(("aspect names", view.say.language), make)


def why_section(view: View, why: dict[str, list[Reason]]) -> Section:
    """Return which results point at which aspect, the strongest first."""
    names, found = aspect_names(view), []
    for aspect_id, those in why.items():
        ordered = sorted(those, key=lambda reason: -reason.strength)
        words = "; ".join(reason.words for reason in ordered)
        found.append(view.say("why_aspect", aspect=names[aspect_id], why=words))
    heading, notes = view.say("why_head"), (view.say("library_note"),)
    return Section(heading, tuple(found), notes=notes)


def sections(view: View, who: str, gaps: dict[str, Row]) -> list[Section]:
    """Return why, then what: within one's own reach, and together with the commissioner."""
    say, why = view.say, reasons(view, who, gaps)
    if not why:
        return [Section(say("why_head"), (say("library_none"),))]
    heads = tuple(say(head) for head in ("intervention_head", "aspect", "named_by_head"))
    found = [why_section(view, why)]
    for influence in INFLUENCES:
        those = chosen(view, why, influence)
        if those:
            rows = tuple(cells(view, one) for one in those)
            table = Table(say(f"table_library_{influence}"), heads, rows, is_wordy=True)
            key = "library_count_one" if len(those) == 1 else "library_count"
            sentence = say(key, count=say.count(len(those)), all=all_count(view))
            heading, is_own = say(f"library_{influence}"), influence == INFLUENCES[0]
            found.append(Section(heading, (sentence,), table=table, is_tucked=not is_own))
    return found


def all_count(view: View) -> str:
    """Return how many interventions the library has."""
    return view.say.count(len(view.settings.interventions))
