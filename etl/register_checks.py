"""What a register must fit, and what in it is worth a second look."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.errors import RegisterError
from warehouse.register import Register
from warehouse.review import change_doubt, last_headcounts
from warehouse.settings import Settings


def check_references(register: Register, settings: Settings) -> None:
    """Raise RegisterError for an organisation or scheme that nothing else knows."""
    known = {row.organisation_id for row in register.organisations}
    schemes = {scheme.scheme_id for scheme in settings.schemes}
    used = [("headcounts.csv", row.organisation_id) for row in register.headcounts]
    used += [("reviews.csv", row.organisation_id) for row in register.reviews]
    used += [("schemes.csv", row.organisation_id) for row in register.offers]
    used += [("events.csv", row.organisation_id) for row in register.events]
    used += [("events.csv", row.successor_id) for row in register.events if row.successor_id]
    for file_name, name in used:
        if name not in known:
            raise RegisterError(f"{file_name}: {name} is not in organisations.csv. Add it there.")
    for offer in register.offers:
        if offer.scheme_id not in schemes:
            options = ", ".join(sorted(schemes))
            problem = f"scheme {offer.scheme_id!r} is not known"
            raise RegisterError(f"schemes.csv: {problem}. Use one of: {options}.")


def jumps(register: Register, settings: Settings) -> Iterator[str]:
    """Yield every headcount that differs much from that of the wave before."""
    for position, wave_id in enumerate(settings.wave_order):
        last = last_headcounts(register, settings.wave_order[:position])
        for member in register.members(wave_id, settings.size_bands, settings.wave_order):
            before = last.get(member.organisation_id)
            said = change_doubt(member, before, settings.quality)
            if said is not None:
                yield f"{member.organisation_id}, wave {wave_id}: {said}. Check it."
