"""What may be wrong with answers and registers: the thresholds, and the flags of an answer."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from warehouse.instrument import QUALITY_FLAG, Frozen

__all__ = ["FLAGS", "QUALITY_FLAG", "QualityPolicy"]

# Bits of the column `quality_flag` of the facts.
FLAGS: Final = {"straight_lining": 1, "speeding": 2, "repeated": 4}
Share = Annotated[float, Field(gt=0, lt=1)]


class QualityPolicy(Frozen):
    """`quality.toml` (statistics §9.1)."""

    grid_items_min: Annotated[int, Field(ge=3)]
    run_share_min: Annotated[float, Field(gt=0.5, le=1)]
    seconds_per_item_min: Annotated[float, Field(ge=0)]
    median_duration_share_min: Annotated[float, Field(ge=0, lt=1)]
    repeated_within_minutes: Annotated[int, Field(ge=0)]
    sensitivity_max: Annotated[float, Field(gt=0)]
    headcount_change_max: Share
    headcount_reviewed_from: Annotated[int, Field(ge=1)]
    hr_representatives_max: Annotated[int, Field(ge=1)]
    hr_representatives_share_max: Share
