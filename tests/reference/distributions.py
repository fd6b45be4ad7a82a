"""The rows of `distribution`."""

from __future__ import annotations

from collections.abc import Sequence

from tests.reference.blocks import Block
from tests.reference.world import DISTRIBUTION_FULL, Atom, Item, Tables


def add_distributions(tables: Tables, block: Block, atoms: Sequence[Atom]) -> None:
    """Add the shares of answers, in three classes below fifty answers."""
    if not block.atoms:
        return
    groups = [
        ("organisation" if atom.is_own else "size_band_rest", atom.name, atom.answers)
        for atom in atoms
    ]
    if atoms:
        everyone = tuple(answer for atom in atoms for answer in atom.answers)
        groups.append(("sector", "sector", everyone))
    # What is left of the sector without the groups shown in full is shown as they are.
    coarse = sum(len(answers) for *_, answers in groups[:-1] if len(answers) < DISTRIBUTION_FULL)
    for kind, name, answers in groups:
        n = coarse or len(answers) if kind == "sector" else len(answers)
        for label, low, high in answer_classes(block.item, n):
            share = sum(low <= answer <= high for answer in answers) / len(answers)
            key = (block.wave.wave_id, "employee", kind, name, block.item.item_id, label)
            tables["distribution"][key] = {"share": share, "status": "published"}


def answer_classes(item: Item, n: int) -> list[tuple[str, int, int]]:
    """Return the classes of answers a distribution is shown in: name, lowest and highest."""
    if n >= DISTRIBUTION_FULL:
        return [(str(a), a, a) for a in range(item.lowest, item.highest + 1)]
    borders = [(1, 5), (6, 7), (8, 10)] if item.kind == "grade" else [(1, 2), (3, 3), (4, 5)]
    return [(f"{low}-{high}", low, high) for low, high in borders]
