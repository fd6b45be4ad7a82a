"""What an explanation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Row = dict[str, Any]
Ask = Callable[..., Sequence[Row]]
# one: the weighted mean of the lines; rate: the same, at most 1; sum: of the weighted values;
# minus: the first role's mean minus the second's; leave_one_out: the same times k/(k − 1).
Form = Literal["one", "minus", "leave_one_out", "rate", "sum"]
OTHERS = "others"


@dataclass(frozen=True)
class Input:
    """A line a figure is computed from: a group of people, or several organisations together.

    Units: `total` in the unit of the item; `weight` as the formula says.
    Missing: of several organisations together (`group_kind` others) only the sums are known, so
    `total`, `headcount` and `factor` are None. `factor` times `headcount` is the weight of S10.
    A line that is a published figure has no `answer_count`, and the figure as its `total`;
    `wave_id` is given where the lines are of several waves.
    """

    role: str
    group_kind: str
    group_id: str
    organisation_count: int | None
    answer_count: int | None
    weight: float
    weighted_sum: float
    total: float | None = None
    headcount: int | None = None
    factor: float | None = None
    total_squares: float | None = None
    wave_id: str = ""


@dataclass(frozen=True)
class Figure:
    """A value with its interval; None where it is hidden or cannot be recomputed."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Cell:
    """Another figure of the same row: as released, recomputed, or in words why it is not."""

    column: str
    released: float
    recomputed: float | None = None
    nl: str = ""
    en: str = ""


@dataclass(frozen=True)
class Explanation:
    """Where a published value comes from.

    `recomputed` is made of `inputs` and `parameters` alone; its interval is None where that needs
    rows which this viewer may not see, or a spread that is not given. A hidden figure has words
    (`hidden_nl`, `hidden_en`) and no number; one that is not recomputed says why in `note_nl` and
    `note_en`. `cells` are the other figures of the row. `verdict` is what the difference is called,
    `verdict_nl` and `verdict_en` by which rule; empty where nothing is judged.
    """

    table: str
    key: Mapping[str, str]
    status: str
    statistic: str
    anchor: str
    formula_nl: str
    formula_en: str
    form: Form = "one"
    released: Figure = Figure()
    recomputed: Figure = Figure()
    inputs: tuple[Input, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    hidden_nl: str = ""
    hidden_en: str = ""
    note_nl: str = ""
    note_en: str = ""
    cells: tuple[Cell, ...] = ()
    verdict: str = ""
    verdict_nl: str = ""
    verdict_en: str = ""

    @property
    def is_published(self) -> bool:
        """Whether there is a number to explain."""
        return self.status == "published"
