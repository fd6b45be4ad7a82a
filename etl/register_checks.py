"""What a register must fit, and what in it is worth a second look."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse.errors import RegisterError
from warehouse.register import Register
from warehouse.settings import Settings

# A jump this large is more often a slip than a fact (statistics §9.1).
JUMP_SHARE = 0.25


def check_references(register: Register, settings: Settings) -> None:
    """Raise RegisterError for an organisation or scheme that nothing else knows."""
    known = {row.organisation_id for row in register.organisations}
    schemes = {scheme.scheme_id for scheme in settings.schemes}
    used = [("headcounts.csv", row.organisation_id) for row in register.headcounts]
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
    order = settings.wave_order
    last: dict[str, int] = {}
    rows = [row for row in register.headcounts if row.wave_id in order and row.headcount]
    for row in sorted(rows, key=lambda row: order.index(row.wave_id)):
        heads = row.headcount or 0
        before = last.get(row.organisation_id)
        if before is not None and abs(heads - before) > JUMP_SHARE * before:
            said = f"{row.organisation_id}: {before} people before wave {row.wave_id}, then {heads}"
            yield f"{said}: more than {JUMP_SHARE:.0%} apart. Check it."
        last[row.organisation_id] = heads
