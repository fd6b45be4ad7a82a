"""Where an attacker can look: the released files, and what each kind of account is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from tests.attacks.facts import ORGANISATION, Fact, facts_of
from tests.attacks.knowledge import Key, Knowledge, by_question
from tests.attacks.payloads import ANALYST, Account, Choices, collect, director, serve
from tests.attacks.readers import Bag
from tests.builders import Released, World
from warehouse.paths import Store

FILES = "released files"
BELOW = "director below the floor"
OWN = "director with an own result"
TOGETHER = "three directors together"
STAFF = "analyst"
SOURCES = (FILES, BELOW, OWN, TOGETHER, STAFF)


def once(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts without those that say the same of the same."""
    found = {
        (one.label, round(one.value, 12), one.half, one.count, one.low is None): one
        for one in facts
    }
    return list(found.values())


class Sources:
    """The facts of a sector, per place to look at; each is collected once."""

    def __init__(self, world: World, store: Store, releases: Sequence[Released]) -> None:
        self.world, self.releases, self.knowledge = world, releases, Knowledge(world)
        self.app = serve(store)
        self.bags: dict[str, Bag] = {}
        self.found: dict[str, dict[Key, list[Fact]]] = {}

    @property
    def wave(self) -> str:
        """The last wave."""
        return self.world.waves[-1]

    @cached_property
    def own(self) -> list[str]:
        """The organisations with an own grade at the last wave, the smallest first."""
        rows = self.releases[-1].score(
            wave_id=self.wave, item_id="grade", group_kind=ORGANISATION, status="published"
        )
        return [
            r["group_id"]
            for r in sorted(rows, key=lambda r: (r["respondent_count"], r["group_id"]))
        ]

    @cached_property
    def below(self) -> str:
        """An organisation of a band with own results that has too few answers."""
        wave = self.knowledge.waves[self.wave]
        small = [name for name, n in sorted(wave.participants.items()) if 4 < n < 10]
        return next(name for name in small if wave.band_of[name] not in (None, "0-9"))

    def accounts(self, source: str) -> list[Account]:
        """Return who looks."""
        return {
            BELOW: [director(self.below)],
            OWN: [director(self.own[-1])],
            TOGETHER: [director(name) for name in self.own[-3:]],
            STAFF: [ANALYST],
        }[source]

    @cached_property
    def bands(self) -> dict[tuple[str, str], str]:
        """The size band of each organisation at each wave: everybody knows the own one."""
        return {
            (wave, name): band
            for wave, structure in self.knowledge.waves.items()
            for name, band in structure.band_of.items()
            if band is not None
        }

    def bag(self, account: Account) -> Bag:
        """Return everything an account is sent."""
        if account.name not in self.bags:
            payload = collect(self.app, account, Choices(self.world.waves))
            self.bags[account.name] = Bag(payload, self.bands)
        return self.bags[account.name]

    def facts(self, source: str) -> dict[Key, list[Fact]]:
        """Return what there is to see at a source, per wave, side and question."""
        if source not in self.found:
            self.found[source] = by_question(once(list(self.look(source))))
        return self.found[source]

    def look(self, source: str) -> Iterator[Fact]:
        """Yield every fact of a source."""
        if source == FILES:
            for release in self.releases:
                yield from facts_of(release.tables, source)
        else:
            for account in self.accounts(source):
                yield from self.bag(account).facts
