"""Names of organisations that do not exist, from word lists."""

from __future__ import annotations

from itertools import product

from etl.simulate.randomness import Generator

KINDS = (
    "Welzijn", "Stichting Welzijn", "Sociaal Werk", "Buurtwerk", "Wijkkracht", "Samen in",
    "Jongerenwerk", "Opbouwwerk", "Sociaal Team", "Buurtteam", "Stichting Ontmoeting", "Wijkhuis",
)  # fmt: skip
FIRST_PARTS = (
    "Ooster", "Zilver", "Korenbloem", "Distel", "Merel", "Reiger", "Vlinder", "Tureluur",
    "Kastanje", "Nevel", "Schemer", "Honing", "Lavendel", "Spreeuwen", "Kwartel", "Otter",
    "Klaproos", "Sterren", "Eksteren", "Hazel",
)  # fmt: skip
SECOND_PARTS = (
    "veld", "wold", "rade", "kerke", "zijl", "brink", "horst", "voorde", "meent", "drecht", "gouw",
    "sluis",
)  # fmt: skip


def invent_names(rng: Generator, count: int) -> list[str]:
    """Return `count` different names; beyond the word lists a number is added."""
    places = product(KINDS, FIRST_PARTS, SECOND_PARTS)
    pool = [f"{kind} {first}{second}" for kind, first, second in places]
    shuffled = [pool[index] for index in rng.permutation(len(pool))]
    rounds = range(count // len(pool) + 1)
    names = [f"{name} {turn + 1}" if turn else name for turn in rounds for name in shuffled]
    return names[:count]
