"""What the reference reads, people and the register, and its literal thresholds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scipy import stats

PERSONS = 10
HR_ORGANISATIONS = 10
DISTRIBUTION_PERSONS = 20
DISTRIBUTION_FULL = 50
PEERS = 5
PEERS_FOR_RESPONDENTS = 10
ALPHA = 0.05
Z95 = float(stats.norm.ppf(0.975))
Z90 = float(stats.norm.ppf(0.95))
DELTA = {"grade": 0.3, "likert": 0.2, "mention": 0.10, "yes_no": 0.10}
BANDS = {"0-9": (1, 9), "10-49": (10, 49), "50-99": (50, 99), "100-249": (100, 249)}
ORDER = (*BANDS, "250+")
WITHOUT_OWN_RESULTS = {"0-9"}
SECTOR = ("rest", "*")
Label = tuple[str, str]
Labels = dict[str, Label]
Row = dict[str, Any]
Group = tuple[str, ...]
Tables = dict[str, dict[tuple[Any, ...], Row]]


@dataclass(frozen=True)
class Item:
    """A question with a mean or a share."""

    item_id: str
    kind: str
    lowest: int
    highest: int
    sides: tuple[str, ...]

    @property
    def is_share(self) -> bool:
        """Whether it is answered with yes or no."""
        return self.kind in ("mention", "yes_no")

    @property
    def family(self) -> str:
        """The items that are corrected for multiplicity together."""
        return "aspect" if self.kind in ("grade", "likert") else self.kind


@dataclass(frozen=True)
class Atom:
    """One group of respondents whose answers are published as totals; hr: of organisations."""

    kind: str
    name: str
    bands: Group
    organisations: tuple[str, ...]
    headcount: int
    answers: tuple[int, ...]

    @property
    def n(self) -> int:
        """The number of answers."""
        return len(self.answers)

    @property
    def mean(self) -> float:
        """The mean answer."""
        return sum(self.answers) / self.n

    @property
    def is_own(self) -> bool:
        """Whether it is one organisation."""
        return self.kind == "own"


@dataclass(frozen=True)
class Figure:
    """A value with its interval."""

    value: float
    low: float
    high: float
    n: int
    organisations: int


@dataclass
class Wave:
    """One wave as the world has it: rows of people, and the organisations of the register.

    A row has `side`, `organisation_id` and `answers` (item_id → whole number, or None).
    """

    wave_id: str
    rows: Sequence[Row]
    headcounts: Mapping[str, int | None]
    items: Sequence[Item]
    band_of: dict[str, str | None] = field(init=False)
    participants: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the bands and count who took part."""
        self.band_of = {name: band_of(heads) for name, heads in self.headcounts.items()}
        people = (row["organisation_id"] for row in self.rows if row["side"] == "employee")
        self.participants = Counter(people)

    def answers(self, side: str, item: Item) -> dict[str, list[int]]:
        """Return the answers on the scale, per organisation."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.rows:
            answer = row["answers"].get(item.item_id)
            if row["side"] == side and answer is not None and item.lowest <= answer <= item.highest:
                found[row["organisation_id"]].append(answer)
        return found


def band_of(headcount: int | None) -> str | None:
    """Return the size band of a headcount."""
    if headcount is None:
        return None
    for name, (low, high) in BANDS.items():
        if low <= headcount <= high:
            return name
    return "250+"
