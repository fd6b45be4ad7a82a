"""Tables organisation_event and predecessor: mergers, splits, new names, new bands (§9.3).

A merged organisation starts a new series. What its predecessors had is a line of its own: their
headcount-weighted mean, from frozen totals, and only at waves at which all of them had an own
result; nothing is ever restated from answers. A split inherits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from warehouse.benchmark.blocks import Block, Frame
from warehouse.benchmark.scores import Row
from warehouse.register import Event, Member
from warehouse.stats.compare import normal_difference

Blocks = Mapping[tuple[str, str], Block]
Members = Mapping[str, Member]


def members_of(frame: Frame) -> Members:
    """Return the organisations of a wave by id."""
    return {member.organisation_id: member for member in frame.members}


def event_row(frame: Frame, organisation: str, event: str, related: str, before: str | None) -> Row:
    """Return a row of `organisation_event`."""
    return {
        "wave_id": frame.wave.wave_id,
        "organisation_id": organisation,
        "event": event,
        "related_id": related,
        "before": before,
    }


def history_rows(frames: Sequence[Frame], events: Sequence[Event]) -> Iterator[Row]:
    """Yield what happened to organisations between consecutive released waves."""
    for earlier, later in pairwise(frames):
        before, after = members_of(earlier), members_of(later)
        for name in sorted(before.keys() & after.keys()):
            yield from changed(later, before[name], after[name])
        for event in events:
            yield from happened(later, event, before, after)


def changed(frame: Frame, before: Member, after: Member) -> Iterator[Row]:
    """Yield a new name and a new size band of an organisation that stayed."""
    name = after.organisation_id
    if before.name != after.name:
        yield event_row(frame, name, "rename", name, before.name)
    bands = (before.size_band_id, after.size_band_id)
    if None not in bands and bands[0] != bands[1]:
        yield event_row(frame, name, "size_band", name, bands[0])


def happened(frame: Frame, event: Event, before: Members, after: Members) -> Iterator[Row]:
    """Yield a merger, split or exit that lies between two waves, by who was there at each."""
    gone, come = event.organisation_id, event.successor_id
    if gone not in before:
        return
    left, began = gone not in after, come in after and come not in before
    if event.event == "exit" and left:
        yield event_row(frame, gone, "exit", gone, None)
    joined = event.event == "merger" and left and come in after
    if come is not None and (joined or (event.event == "split" and began)):
        yield event_row(frame, come, event.event, gone, before[gone].name)


def merged_from(events: Sequence[Event]) -> dict[str, tuple[str, ...]]:
    """Return the organisations that merged into one, by what they became."""
    found: dict[str, set[str]] = {}
    for event in events:
        if event.event == "merger" and event.successor_id is not None:
            found.setdefault(event.successor_id, set()).add(event.organisation_id)
    return {successor: tuple(sorted(names)) for successor, names in sorted(found.items())}


def predecessor_rows(
    frames: Sequence[Frame], blocks: Sequence[Blocks], events: Sequence[Event]
) -> Iterator[Row]:
    """Yield the predecessors' line of every merged organisation, at waves before it existed."""
    for successor, names in merged_from(events).items():
        for frame, items in zip(frames, blocks, strict=True):
            there = members_of(frame)
            if successor in there:
                break
            if not any(name in there for name in names):
                continue
            for (side, _), block in items.items():
                if side == "employee":
                    yield predecessor_row(block, successor, names)


def predecessor_row(block: Block, successor: str, names: Sequence[str]) -> Row:
    """Return the headcount-weighted mean of predecessors; NULL unless all are own atoms."""
    row: Row = {
        "wave_id": block.wave_id,
        "side": block.side,
        "organisation_id": successor,
        "item_id": block.item.item_id,
        "predecessor_ids": "+".join(names),
        "status": "withheld_small",
    }
    atoms = [block.position_of(name) for name in names]
    places = [atom for atom in atoms if atom is not None]
    if len(places) < len(names):
        return row
    heads = block.headcounts[places]
    weights = heads / heads.sum()
    mean = float(weights @ block.means[places])
    se = float(np.hypot.reduce(weights * block.intervals.se[places]))
    low, high, _ = normal_difference(np.array([mean]), np.array([se]))
    bounds = {
        "ci_low": max(block.scale[0], float(low[0])),
        "ci_high": min(block.scale[1], float(high[0])),
    }
    return row | bounds | {"value": mean, "status": "published"}
