"""What the explanation of one figure finds: its lines, and what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from warehouse.explain.estimates import Interval
from warehouse.explain.lines import is_whole, value_of
from warehouse.explain.model import Figure, Form, Input

NOWHERE: Final[Interval] = (np.nan, np.nan)


@dataclass(frozen=True)
class Found:
    """What a figure is computed from; `interval` is nan where it cannot be computed.

    `value` is for a figure that is no sum of lines; nan where it cannot be computed either.
    """

    statistic: str
    inputs: tuple[Input, ...] = ()
    interval: Interval = NOWHERE
    parameters: Mapping[str, float] = field(default_factory=dict)
    form: Form = "one"
    value: float = np.nan

    @property
    def recomputed(self) -> Figure:
        """The value the lines give, with the interval where all lines are there."""
        value = self.value
        if self.inputs:
            value = value_of(self.form, self.inputs, self.parameters.get("k", np.nan))
        bounds = self.interval if is_whole(self.inputs) else NOWHERE
        return Figure(*(number(one) for one in (value, *bounds)))


def number(value: float) -> float | None:
    """Return a float, None for NaN."""
    return None if np.isnan(value) else float(value)
