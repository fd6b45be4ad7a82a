"""The organisations of the demonstration sector: sizes, lasting character, and who is special."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.simulate import facts
from etl.simulate.names import invent_names
from etl.simulate.randomness import Flags, Floats, Generator, Ints, stream
from warehouse.settings import Settings

ABSENT = 0
UNKNOWN = -1
# Headcount of every organisation that is there for a reason, wave by wave from 2023 on; later waves
# repeat the last one. The successor of a merger starts in the third wave.
SPECIAL_HEADCOUNTS: dict[str, tuple[int, ...]] = {
    "giant": (facts.GIANT_HEADCOUNTS[0],),
    "second_giant": (facts.GIANT_HEADCOUNTS[1],),
    "nine_answers": (24,),
    "ten_answers": (27,),
    "eleven_answers": (31,),
    "unanimous": (38,),
    "merging": (62, 62, ABSENT),
    "merging_too": (71, 71, ABSENT),
    "renamed": (130,),
    "growing": (46, 46, 57, 59),
    "without_headcount": (UNKNOWN,),
    "successor": (ABSENT, ABSENT, 133),
}
# What stands behind an unknown headcount: people work there all the same.
HIDDEN_HEADCOUNT = 45


@dataclass(frozen=True)
class Sector:
    """Organisations as parallel arrays; `headcounts[wave_id]` holds ABSENT or UNKNOWN too."""

    organisation_ids: list[str]
    names: list[str]
    later_names: list[str]
    headcounts: dict[str, Ints]
    special: dict[str, int]
    bands: list[str | None]
    grade_levels: Floats
    grade_effects: Floats
    likert_effects: dict[str, Floats]
    offers_optional: Flags

    @property
    def count(self) -> int:
        """Return how many organisations the register knows, successor included."""
        return len(self.organisation_ids)

    def people(self, wave_id: str) -> Ints:
        """Return how many people really work there, also where the register does not know."""
        headcounts: Ints = self.headcounts[wave_id]
        people: Ints = np.where(headcounts == UNKNOWN, HIDDEN_HEADCOUNT, headcounts)
        return people


def draw_headcounts(rng: Generator, count: int) -> Ints:
    """Return `count` ordinary headcounts of at least one."""
    drawn = facts.HEADCOUNT_MEDIAN * np.exp(facts.HEADCOUNT_SIGMA * rng.standard_normal(count))
    headcounts: Ints = np.clip(np.rint(drawn), 1, facts.HEADCOUNT_MAX).astype(np.int64)
    return headcounts


def drift(rng: Generator, headcounts: Ints, earlier: int) -> Ints:
    """Return headcounts after `earlier` waves of small comings and goings."""
    factor = 1 + facts.HEADCOUNT_DRIFT * np.sqrt(earlier) * rng.standard_normal(len(headcounts))
    later: Ints = np.maximum(1, np.rint(headcounts * factor)).astype(np.int64)
    return later


def build_headcounts(
    seed: int, wave_ids: list[str], special: dict[str, int], count: int
) -> dict[str, Ints]:
    """Return the headcount of every organisation at every wave."""
    first = draw_headcounts(stream(seed, "headcounts"), count)
    headcounts = {}
    for number, wave_id in enumerate(wave_ids):
        headcounts[wave_id] = drift(stream(seed, "drift", wave_id), first, number)
        for name, index in special.items():
            course = SPECIAL_HEADCOUNTS[name]
            headcounts[wave_id][index] = course[min(number, len(course) - 1)]
    return headcounts


def place_special(rng: Generator, organisations: int) -> dict[str, int]:
    """Return where each special organisation stands; the successor comes after all the others."""
    names = [name for name in SPECIAL_HEADCOUNTS if name != "successor"]
    if organisations < 2 * len(names):
        raise ValueError(f"The sector needs at least {2 * len(names)} organisations.")
    places = rng.choice(organisations, size=len(names), replace=False)
    placed = {name: int(place) for name, place in zip(names, places, strict=True)}
    return placed | {"successor": organisations}


def usual_bands(settings: Settings, headcounts: dict[str, Ints]) -> list[str | None]:
    """Return the band of each organisation in 2024, later for a newcomer: its lasting character."""
    waves = [facts.PILOT_WAVE, *headcounts]
    courses = np.stack([headcounts[wave_id] for wave_id in waves]).T
    first = [next((int(n) for n in course if n != ABSENT), UNKNOWN) for course in courses]
    return [settings.size_bands.band_of(None if n == UNKNOWN else n) for n in first]


def rename(names: list[str], special: dict[str, int], reserve: str) -> list[str]:
    """Return the names after the rename."""
    return [reserve if index == special["renamed"] else name for index, name in enumerate(names)]


def build_sector(settings: Settings, organisations: int, seed: int) -> Sector:
    """Return the sector: `organisations` of them in the first waves, one successor later."""
    count = organisations + 1
    special = place_special(stream(seed, "special"), organisations)
    wave_ids = [wave.wave_id for wave in settings.waves]
    headcounts = build_headcounts(seed, wave_ids, special, count)
    *names, reserve = invent_names(stream(seed, "names"), count + 1)
    bands = usual_bands(settings, headcounts)
    means = np.array(
        [facts.BAND_GRADE_MEANS.get(band or "", facts.SECTOR_GRADE_MEAN) for band in bands]
    )
    effects = facts.ORGANISATION_GRADE_SD * stream(seed, "grade effects").standard_normal(count)
    return Sector(
        organisation_ids=[f"SW{number:04d}" for number in range(1, count + 1)],
        names=names,
        later_names=rename(names, special, reserve),
        headcounts=headcounts,
        special=special,
        bands=bands,
        grade_levels=means + effects,
        grade_effects=effects,
        likert_effects={
            item_id: facts.ORGANISATION_LIKERT_SD
            * stream(seed, "likert effects", item_id).standard_normal(count)
            for item_id in facts.LIKERT_MEANS
        },
        offers_optional=stream(seed, "offers").random(count) < facts.OPTIONAL_SCHEME_OFFERED,
    )
