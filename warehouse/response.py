"""Response during fieldwork: how many took part, in the groups a release would have.

The groups are the atoms of who took part (statistics §8.3): an organisation with enough people, the
rest of its band, and sums of those. So no figure here, and no difference of two, is about fewer
people than the floor. It never looks at an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.atoms import SECTOR_REST, Partition, base_partition
from warehouse.register import Member
from warehouse.settings import Settings
from warehouse.totals import own_bands
from warehouse.units import Units

Row = dict[str, object]


@dataclass(frozen=True)
class Fieldwork:
    """Who took part in a wave so far, per organisation, and the atoms they form."""

    wave_id: str
    members: Sequence[Member]
    units: Units
    partition: Partition

    def people(self, units: Sequence[int]) -> int:
        """Return how many took part in some units."""
        return int(self.units.participants[list(units)].sum())

    def invited(self, units: Sequence[int] | None, band: str | None = None) -> int | None:
        """Return how many were invited in units, or in a band or sector as the register has it."""
        if units is not None:
            chosen = {self.units.organisation_ids[unit] for unit in units}
            members = [m for m in self.members if m.organisation_id in chosen]
        else:
            members = [m for m in self.members if band is None or m.size_band_id == band]
        return sum(member.employees_invited or 0 for member in members) or None


def fieldwork(
    wave_id: str, participants: Mapping[str, int], members: Sequence[Member], settings: Settings
) -> Fieldwork:
    """Return the atoms of who took part in a wave so far."""
    known = {member.organisation_id: member for member in members}
    ids = tuple(sorted(name for name, n in participants.items() if n))
    found = [known.get(name) for name in ids]
    units = Units(
        wave_id=wave_id,
        side="employee",
        organisation_ids=ids,
        size_band_ids=tuple(member.size_band_id if member else None for member in found),
        headcounts=np.array([(m and m.headcount) or np.nan for m in found], dtype=np.float64),
        participants=np.array([participants[name] for name in ids], dtype=np.int64),
        items={},
    )
    partition = base_partition(units, settings.disclosure, own_bands(settings))
    return Fieldwork(wave_id, members, units, partition)


def response_rows(work: Fieldwork, settings: Settings) -> Iterator[Row]:
    """Yield the response of organisations, rests, size bands and sector.

    Missing: NULL with a status for a group that would be, or give away, too few people.
    """
    yield from organisation_rows(work, settings.disclosure.persons_min)
    for band in settings.size_bands.size_band:
        yield from band_rows(work, band.size_band_id)
    everybody = list(range(len(work.units.organisation_ids)))
    kept = all(label[0] != "absent" for label in work.partition.labels)
    yield group_row(work, "sector", "sector", everybody if kept else None, work.invited(None))


def organisation_rows(work: Fieldwork, floor: int) -> Iterator[Row]:
    """Yield a row for every organisation of the wave; one that nobody answered for looks small."""
    position = {name: unit for unit, name in enumerate(work.units.organisation_ids)}
    for member in work.members:
        unit = position.get(member.organisation_id)
        own = unit is not None and work.partition.labels[unit][0] == "own"
        units = [unit] if unit is not None and own else None
        enough = unit is not None and work.people([unit]) >= floor
        hidden = "withheld_complement" if enough else "withheld_small"
        yield group_row(
            work,
            "organisation",
            member.organisation_id,
            units,
            member.employees_invited,
            hidden,
        )


def band_rows(work: Fieldwork, band: str) -> Iterator[Row]:
    """Yield a band's rest, where it has one, and the band as a whole."""
    rest = work.partition.members(("rest", band))
    if rest:
        yield group_row(work, "size_band_rest", band, rest, work.invited(rest))
    inside = [unit for unit, name in enumerate(work.units.size_band_ids) if name == band]
    labels = {work.partition.labels[unit] for unit in inside}
    whole = all(kind != "absent" and name != SECTOR_REST for kind, name in labels)
    yield group_row(work, "size_band", band, inside if whole else None, work.invited(None, band))


def group_row(
    work: Fieldwork,
    kind: str,
    group: str,
    units: Sequence[int] | None,
    invited: int | None,
    hidden: str = "withheld_small",
) -> Row:
    """Return the row of a group; `units` None: it is hidden."""
    row: Row = {"wave_id": work.wave_id, "group_kind": kind, "group_id": group, "status": hidden}
    if units is None:
        return row
    if not units:
        return row | {"invited": invited, "status": "no_data"}
    people = work.people(units)
    return row | {
        "invited": invited,
        "respondent_count": people,
        "organisation_count": len(units),
        "response_rate": min(1.0, people / invited) if invited else None,
        "status": "published",
    }
