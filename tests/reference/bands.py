"""Groups of size bands: merged until each passes, and joined where two divisions meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.reference.world import ORDER, Group


def merge_groups(
    groups: Sequence[Group],
    size: Callable[[Group], float],
    passes: Callable[[Group], bool],
) -> list[Group]:
    """Return neighbours merged until each group passes, or one group is left.

    The smallest failing group goes first. It joins a neighbour that makes it pass, else the one
    that makes the smaller whole; in a tie the first.
    """
    found = list(groups)
    while len(found) > 1 and not all(passes(group) for group in found):
        failing = [group for group in found if not passes(group)]
        worst = found.index(min(failing, key=size))
        options = []
        for left in (worst - 1, worst):
            if left >= 0 and left + 1 < len(found):
                whole = found[left] + found[left + 1]
                options.append((0 if passes(whole) else 1, size(whole), left, whole))
        _, _, left, whole = min(options)
        found = [*found[:left], whole, *found[left + 2 :]]
    return found


def joined_groups(first: Sequence[Group], second: Sequence[Group]) -> list[Group]:
    """Return the smallest groups of bands that both divisions respect."""
    ends = {group[-1] for group in first} & {group[-1] for group in second}
    groups: list[Group] = [()]
    for band in ORDER:
        groups[-1] = (*groups[-1], band)
        if band in ends:
            groups.append(())
    return [group for group in groups if group]
