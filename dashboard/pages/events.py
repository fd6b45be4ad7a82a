"""What happened to the own organisation between waves: merger, split, new name, another band."""

from __future__ import annotations

from dashboard.grouped import Row
from dashboard.pages.model import Section, View
from dashboard.sentences import band_short

KINDS = ("merger", "split", "rename", "exit", "size_band")


def so_far(view: View) -> list[Row]:
    """Return the events up to the wave of this view."""
    seen = {wave["wave_id"] for wave in view.reader.waves_so_far}
    return [row for row in view.reader.events if row["wave_id"] in seen]


def marks(view: View) -> list[tuple[float, str]]:
    """Return the place between waves of each event with its words, each kind once per place."""
    order = [wave["wave_id"] for wave in view.reader.waves_so_far]
    found: dict[float, list[str]] = {}
    for row in so_far(view):
        place = order.index(row["wave_id"]) - 0.5
        words = view.say(f"event_short_{row['event']}")
        if words not in found.setdefault(place, []):
            found[place].append(words)
    return [(place, ", ".join(words)) for place, words in found.items()]


def sentence(view: View, row: Row) -> str:
    """Return what happened, at the first wave at which it holds."""
    names = {wave["wave_id"]: wave for wave in view.reader.waves}
    wave = view.say.inner(view.say.name(names[row["wave_id"]]))
    before = row["before"] or row["related_id"]
    if row["event"] == "size_band" and view.reader.bands_of(before):
        before = band_short(view, before)
    return view.say(f"event_{row['event']}", wave=wave, before=before)


def section(view: View) -> Section | None:
    """Return what happened as sentences; None where nothing did."""
    rows = so_far(view)
    if not rows:
        return None
    return Section(
        view.say("events_head"),
        tuple(sentence(view, row) for row in rows),
        notes=(view.say("events_note"),),
    )
