"""Tables that only describe: wave, organisation, item, size_band, response, distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from warehouse.benchmark.blocks import Block, Frame, WaveTotals
from warehouse.benchmark.scores import Row
from warehouse.disclosure.shared import class_places
from warehouse.instrument import Item, Scale
from warehouse.settings import Settings
from warehouse.stats.weights import response_rate

Participants = Mapping[str, int]


def names(thing: object, position: int) -> Row:
    """Return the columns of something named in two languages, in its order on screen."""
    return {
        "position": position,
        "name_nl": getattr(thing, "name_nl"),  # noqa: B009
        "name_en": getattr(thing, "name_en"),  # noqa: B009
    }


def vocabulary(settings: Settings) -> dict[str, list[Row]]:
    """Return the rows of size_band, pillar, aspect, scheme and facet."""
    bands = settings.size_bands.size_band
    return {
        "size_band": [
            names(band, position)
            | {
                "size_band_id": band.size_band_id,
                "headcount_min": band.headcount_min,
                "headcount_max": band.headcount_max,
            }
            for position, band in enumerate(bands, 1)
        ],
        "pillar": [
            names(pillar, position) | {"pillar_id": pillar.pillar_id}
            for position, pillar in enumerate(settings.pillars, 1)
        ],
        "aspect": [
            names(aspect, position)
            | {
                "aspect_id": aspect.aspect_id,
                "pillar_id": aspect.pillar_id,
                "is_assumed": aspect.assumed,
            }
            for position, aspect in enumerate(settings.aspects, 1)
        ],
        "scheme": [
            names(scheme, position)
            | {"scheme_id": scheme.scheme_id, "is_optional": scheme.optional}
            for position, scheme in enumerate(settings.schemes, 1)
        ],
        "facet": [
            names(facet, position) | {"facet_id": facet.facet_id}
            for position, facet in enumerate(settings.facets, 1)
        ],
    }


def item_row(item: Item, scale: Scale, position: int, pillars: Mapping[str, str]) -> Row:
    """Return the row of an item."""
    return names(item, position) | {
        "item_id": item.item_id,
        "kind": item.kind,
        "aspect_id": item.aspect_id,
        "pillar_id": pillars.get(item.aspect_id or ""),
        "scheme_id": item.scheme_id,
        "facet_id": item.facet_id,
        "unit": scale.unit,
        "scale_min": float(scale.minimum),
        "scale_max": float(scale.maximum),
        "question_nl": item.question_nl,
        "question_en": item.question_en,
    }


def item_rows(frames: Sequence[Frame]) -> list[Row]:
    """Return every item once, as the latest wave asked it."""
    latest: dict[str, tuple[Item, Scale]] = {}
    for frame in frames:
        for item in frame.instrument.numeric_items:
            latest.pop(item.item_id, None)
            latest[item.item_id] = (item, frame.instrument.scale_of(item))
    pillars = {aspect.aspect_id: aspect.pillar_id for aspect in frames[0].settings.aspects}
    return [
        item_row(item, scale, position, pillars)
        for position, (item, scale) in enumerate(latest.values(), 1)
    ]


def wave_row(frame: Frame, position: int, participants: Participants, has_hr: bool) -> Row:
    """Return the row of a wave."""
    wave = frame.wave
    return names(wave, position) | {
        "wave_id": wave.wave_id,
        "instrument_id": wave.instrument_id,
        "comparability_class": wave.comparability_class,
        "fieldwork_start": wave.fieldwork_start.isoformat(),
        "fieldwork_end": wave.fieldwork_end.isoformat(),
        "has_hr": has_hr,
        "respondent_count": sum(participants.values()),
        "organisation_count": len(participants),
    }


def organisation_rows(frame: Frame) -> Iterator[Row]:
    """Yield the organisations of a wave."""
    for member in frame.members:
        yield {
            "wave_id": frame.wave.wave_id,
            "organisation_id": member.organisation_id,
            "name": member.name,
            "size_band_id": member.size_band_id,
            "headcount": member.headcount,
        }


def response_row(frame: Frame, kind: str, group: str, people: Participants, own: set[str]) -> Row:
    """Return the response of a group: counts of who took part, never of what they answered."""
    members = [
        member
        for member in frame.members
        if kind == "sector" or group in (member.organisation_id, member.size_band_id)
    ]
    took_part = [member for member in members if people.get(member.organisation_id)]
    answered = sum(people[member.organisation_id] for member in took_part)
    invited = sum(member.employees_invited or 0 for member in members)
    return {
        "wave_id": frame.wave.wave_id,
        "group_kind": kind,
        "group_id": group,
        "invited": invited or None,
        "respondent_count": answered,
        "organisation_count": len(took_part),
        "own_result_count": len({member.organisation_id for member in took_part} & own),
        "response_rate": rate_of(answered, invited, frame.settings.method.invited_min),
        "status": "published",
    }


def rate_of(answered: int, invited: int, invited_min: int) -> float | None:
    """Return who took part of who was invited, at most 1; None for too few invited (S14)."""
    rate = float(response_rate(min(answered, invited), invited, invited_floor=invited_min))
    return None if np.isnan(rate) else rate


def responses(frame: Frame, people: Participants, own: set[str]) -> Iterator[Row]:
    """Yield the response of organisations, size bands and the sector."""
    by_id = {member.organisation_id: member for member in frame.members}
    for organisation, member in by_id.items():
        alone = Frame(frame.wave, frame.instrument, [member], frame.settings)
        yield response_row(alone, "organisation", organisation, people, own)
    for band in frame.bands:
        yield response_row(frame, "size_band", band, people, own)
    yield response_row(frame, "sector", "sector", people, own)


def answer_classes(scale: Scale, n: int, full_from: int) -> list[tuple[str, list[int]]]:
    """Return the classes a distribution is shown in: every answer, or three below `full_from`."""
    steps = list(range(scale.lowest, scale.highest + 1))
    found = []
    for first, last in class_places(len(steps), n, full_from):
        low, high = (f"{steps[place] * scale.step:g}" for place in (first, last))
        name = low if n >= full_from else f"{low}-{high}"
        found.append((name, list(range(first, last + 1))))
    return found


def distribution_rows(totals: WaveTotals, block: Block) -> Iterator[Row]:
    """Yield the distributions of organisations, rest groups and sector of an employee block."""
    chosen = totals.of("distribution", block)
    groups = [
        ("organisation" if kind == "own" else "size_band_rest", atom, counts)
        for kind, atom, counts in chosen.select("atom_kind", "atom_id", "counts").iter_rows()
    ]
    if groups:
        full = block.frame.settings.disclosure.distribution_full_min
        # The sector minus the groups shown in full is what those in classes answered together.
        in_classes = sum(n for _, _, counts in groups if (n := sum(counts)) < full)
        sector = [sum(column) for column in zip(*(counts for _, _, counts in groups), strict=True)]
        yield from distribution_of(block, ("sector", "sector"), sector, in_classes or sum(sector))
    for kind, group, counts in groups:
        yield from distribution_of(block, (kind, group), counts, sum(counts))


def distribution_of(
    block: Block, group: tuple[str, str], counts: Sequence[int], n_left: int
) -> Iterator[Row]:
    """Yield one row per answer or class of answers, as fine as `n_left` answers may be shown."""
    scale = block.frame.instrument.scale_of(block.item)
    n, (kind, group_id) = sum(counts), group
    full = block.frame.settings.disclosure.distribution_full_min
    for position, (answer, columns) in enumerate(answer_classes(scale, n_left, full), 1):
        yield {
            "wave_id": block.wave_id,
            "side": block.side,
            "group_kind": kind,
            "group_id": group_id,
            "item_id": block.item.item_id,
            "answer": answer,
            "position": position,
            "share": sum(counts[column] for column in columns) / n,
            "status": "published",
        }
