"""The rows that a release of some waves must have, table by table."""

from __future__ import annotations

from collections.abc import Sequence

from tests.reference.atoms import base_atoms
from tests.reference.blocks import Block, employee_block
from tests.reference.comparisons import comparison_rows, judged
from tests.reference.distributions import add_distributions
from tests.reference.gaps import gap_rows
from tests.reference.hr import hr_atoms
from tests.reference.scores import add_employees, add_hr
from tests.reference.world import Row, Tables, Wave


def released(waves: Sequence[Wave]) -> Tables:
    """Return the rows that a release of these waves must have, by table and key."""
    tables: Tables = {
        name: {} for name in ("score", "benchmark", "comparison", "gap", "distribution")
    }
    for wave in waves:
        add_wave(tables, wave)
    return tables


def add_wave(tables: Tables, wave: Wave) -> None:
    """Add the rows of one wave."""
    base = base_atoms(wave)
    compared: list[Row] = []
    both: dict[str, tuple[Block, Block]] = {}
    for item in wave.items:
        employees = hr = None
        if "employee" in item.sides:
            employees = employee_block(wave, item, base)
            add_employees(tables, employees)
            compared += comparison_rows(employees)
            if not item.is_share:
                add_distributions(tables, employees, employees.spreads)
        if "hr" in item.sides:
            hr = Block(wave, item, hr_atoms(wave, item))
            add_hr(tables, hr)
        if employees and hr and employees.atoms and hr.atoms:
            both[item.item_id] = employees, hr
    for key, row in gap_rows(both).items():
        tables["gap"][wave.wave_id, *key] = row
    for row in judged(compared):
        against = row["organisation_id"], row["against"]
        tables["comparison"][wave.wave_id, "employee", row["item_id"], *against] = row
