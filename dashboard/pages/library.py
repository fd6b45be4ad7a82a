"""What we can do: the interventions that this organisation's own results point at, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dashboard.pages.model import Section, Table, View
from dashboard.pages.pillars import pillar_of
from dashboard.sentences import DEMONSTRABLE, strength
from dashboard.snapshot import Row
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


def cells(view: View, one: Intervention, why: list[Reason]) -> tuple[str, ...]:
    """Return an intervention's cells: what, about what, why it stands here, who named it."""
    say = view.say
    names = {row["aspect_id"]: say.name(row) for row in view.reader.described("aspect")}
    ordered = sorted(why, key=lambda reason: -reason.strength)
    return (
        say.name(one.model_dump()),
        names.get(one.aspect_id, one.aspect_id),
        "; ".join(reason.words for reason in ordered),
        say("named_by_both" if len(one.named_by) > 1 else f"named_by_{one.named_by[0]}"),
    )


def sections(view: View, who: str, gaps: dict[str, Row]) -> list[Section]:
    """Return the library: within one's own reach, then together with the commissioner."""
    say, why = view.say, reasons(view, who, gaps)
    heads = ("intervention_head", "aspect", "why_head", "named_by_head")
    found = []
    for influence in INFLUENCES:
        those = chosen(view, why, influence)
        if those:
            rows = tuple(cells(view, one, why[one.aspect_id]) for one in those)
            caption = say(f"table_library_{influence}")
            table = Table(caption, tuple(say(head) for head in heads), rows)
            heading = say(f"library_{influence}")
            sentence = say("library_count", count=say.count(len(those)), all=all_count(view))
            found.append(Section(heading, (sentence,), table=table, notes=(say("library_note"),)))
    return found or [Section(say("library_own"), (say("library_none"),))]


def all_count(view: View) -> str:
    """Return how many interventions the library has."""
    return view.say.count(len(view.settings.interventions))
