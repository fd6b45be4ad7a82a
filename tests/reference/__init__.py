"""The whole aggregation again, in boring Python: dicts, loops and literal thresholds.

It imports nothing of the product. From the rows of the exports and the register it works out which
atoms exist and what the rows of the released tables must be, a module per topic. Thresholds are
literals, so that a changed setting in `config/` turns the comparison red.

Conventions the design leaves open (docs/decisions/003 and 004): a base atom counts participants,
that is landed rows; a member of a base rest counts with its participants in the width rule of every
item; `*` is part of no band or sector figure.
"""

from __future__ import annotations

from tests.reference.atoms import Partitioning, atoms_of, base_atoms
from tests.reference.blocks import Block, employee_block
from tests.reference.hr import hr_atoms, hr_base_groups, hr_value
from tests.reference.intervals import squared_deviations, stratum_variance
from tests.reference.released import released
from tests.reference.world import (
    DISTRIBUTION_PERSONS,
    ORDER,
    PERSONS,
    SECTOR,
    Atom,
    Figure,
    Item,
    Labels,
    Row,
    Tables,
    Wave,
    band_of,
)

__all__ = [
    "DISTRIBUTION_PERSONS",
    "ORDER",
    "PERSONS",
    "SECTOR",
    "Atom",
    "Block",
    "Figure",
    "Item",
    "Labels",
    "Partitioning",
    "Row",
    "Tables",
    "Wave",
    "atoms_of",
    "band_of",
    "base_atoms",
    "employee_block",
    "hr_atoms",
    "hr_base_groups",
    "hr_value",
    "released",
    "squared_deviations",
    "stratum_variance",
]
