"""The hr side: one value per organisation, atoms of at least ten organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from tests.reference.bands import merge_groups
from tests.reference.openness import is_open_enough
from tests.reference.world import HR_ORGANISATIONS, ORDER, Atom, Group, Item, Wave


def hr_value(answers: Sequence[int], item: Item) -> int:
    """Return one value for an organisation: any mention, else the mean rounded half-even."""
    if item.kind == "mention":
        return max(answers)
    return round(Fraction(sum(answers), len(answers)))


def hr_base_groups(wave: Wave) -> list[Group]:
    """Return the bands merged until ten organisations with an hr representative are in each."""
    present = {row["organisation_id"] for row in wave.rows if row["side"] == "hr"}
    counts = Counter(wave.band_of[name] for name in present)

    def size(group: Group) -> int:
        return sum(counts[band] for band in group)

    single = [(band,) for band in ORDER]
    return merge_groups(single, size, lambda g: size(g) == 0 or size(g) >= HR_ORGANISATIONS)


def first_groups(wave: Wave, side: str) -> list[Group]:
    """Return the groups of bands that codes and schemes are merged from."""
    return hr_base_groups(wave) if side == "hr" else [(band,) for band in ORDER]


def hr_atoms(wave: Wave, item: Item) -> list[Atom]:
    """Return the hr atoms of an item; a value per organisation stands for its answers."""
    values = {name: hr_value(given, item) for name, given in wave.answers("hr", item).items()}

    def inside(group: Group) -> list[str]:
        return sorted(name for name in values if wave.band_of[name] in group)

    def is_safe(group: Group) -> bool:
        picked = [values[name] for name in inside(group)]
        enough = len(picked) >= HR_ORGANISATIONS
        return enough and is_open_enough(len(picked), sum(picked), item) and is_apart(picked, item)

    groups = merge_groups(
        hr_base_groups(wave), lambda g: len(inside(g)), lambda g: not inside(g) or is_safe(g)
    )
    return [
        Atom("hr", "+".join(g), g, tuple(inside(g)), 0, tuple(values[n] for n in inside(g)))
        for g in groups
        if is_safe(g)
    ]


def is_apart(values: Sequence[int], item: Item) -> bool:
    """Return whether hr values, whose spread is published, lie far enough apart."""
    width = Fraction(4 * (item.highest - item.lowest), 9)
    return item.is_share or Fraction(max(values) - min(values)) >= width
