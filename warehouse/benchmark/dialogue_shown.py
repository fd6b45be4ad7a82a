"""Which scores of an answer may be shown: by side, together, and how raters were spread.

The ratings of one side on one answer are an atom; those of a side who wrote in round 1 and those
who are new are atoms within it. What is shown is a function of totals of atoms of at least ten
raters (statistics §5 S22, §8.3): no difference of two figures is one of fewer.
"""

from __future__ import annotations

from typing import NamedTuple

from warehouse.settings import DisclosurePolicy
from warehouse.stats.consensus import sides_shown
from warehouse.stats.dialogue import SCORES
from warehouse.stats.types import Floats

SCALE_WIDTH = float(SCORES[-1] - SCORES[0])
GRADE_WIDTH = 9.0
GROUPS = ("employee", "hr", "total")


class Ratings(NamedTuple):
    """The ratings of one answer: counts of −3 … +3 per side and stage."""

    employee_wrote: Floats
    employee_new: Floats
    hr_wrote: Floats
    hr_new: Floats

    def of(self, group: str) -> Floats:
        """Return the counts of a group of raters."""
        parts = {
            "employee": self.employee_wrote + self.employee_new,
            "hr": self.hr_wrote + self.hr_new,
        }
        return parts["employee"] + parts["hr"] if group == "total" else parts[group]

    def stages(self, group: str) -> tuple[Floats, Floats]:
        """Return the counts of who wrote in round 1 and of who is new."""
        if group == "employee":
            return self.employee_wrote, self.employee_new
        if group == "hr":
            return self.hr_wrote, self.hr_new
        return self.employee_wrote + self.hr_wrote, self.employee_new + self.hr_new


def is_varied(counts: Floats, policy: DisclosurePolicy) -> bool:
    """Return whether ratings lie so far apart that they do not say what everybody rated."""
    used = SCORES[counts > 0]
    needed = policy.homogeneity_width_min * SCALE_WIDTH / GRADE_WIDTH
    return bool(used.size) and float(used[-1] - used[0]) >= needed


def hidden_status(counts: Floats, floor: int, policy: DisclosurePolicy) -> str:
    """Return why ratings may not be shown by themselves; empty where they may."""
    n = counts.sum()
    if n == 0:
        return "no_data"
    if n < floor:
        return "withheld_small"
    return "" if is_varied(counts, policy) else "withheld_homogeneous"


def statuses(
    ratings: Ratings, floor: int, policy: DisclosurePolicy, allowed: dict[str, bool] | None = None
) -> dict[str, str]:
    """Return the status of each group of raters of an answer.

    `allowed` are the groups that may be shown at all. A side that is hidden for whatever reason
    counts as too small: beside the other side, the total would give it away.
    """
    found = {group: hidden_status(ratings.of(group), floor, policy) for group in GROUPS}
    for group in GROUPS:
        if allowed is not None and not allowed[group] and not found[group]:
            found[group] = "withheld_complement"
    counted = [
        float(ratings.of(side).sum()) if not found[side] else small(ratings.of(side), floor)
        for side in ("employee", "hr")
    ]
    if not found["total"] and not sides_shown(*counted, floor=floor).total:
        found["total"] = "withheld_complement"
    return {group: status or "published" for group, status in found.items()}


def small(counts: Floats, floor: int) -> float:
    """Return the number of ratings of a hidden side, as one that is too small; 0 for nobody."""
    return float(min(counts.sum(), floor - 1))


def spread_statuses(
    ratings: Ratings, shown: dict[str, str], policy: DisclosurePolicy
) -> dict[str, str]:
    """Return the status of how raters were spread: as many as for a distribution of answers."""
    allowed = {group: status == "published" for group, status in shown.items()}
    return statuses(ratings, policy.distribution_persons_min, policy, allowed)


def shift_status(ratings: Ratings, group: str, status: str, policy: DisclosurePolicy) -> str:
    """Return whether who wrote in round 1 may stand beside who is new.

    Only within one side: totals, sides and their stages then are nested, each of ten or more.
    """
    if status != "published":
        return status
    sides = [side for side in ("employee", "hr") if ratings.of(side).sum()]
    if group == "total" and len(sides) > 1:
        return "withheld_complement"
    wrote, new = ratings.stages(group)
    if not (wrote.sum() and new.sum()):
        return "no_data"
    hidden = [hidden_status(part, policy.persons_min, policy) for part in (wrote, new)]
    return next((one for one in hidden if one), "published")
