"""Which matched changes may be shown: against everything tried in fractions, and by hand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import project_settings
from tests.warehouse.disclosure.exact import fewest_supported, random_family
from warehouse.audit.movers import fewest_about
from warehouse.benchmark import matched
from warehouse.benchmark.blocks import Block, Frame
from warehouse.benchmark.groups import organisation_groups
from warehouse.benchmark.matched import complete, decide, is_proven, moved
from warehouse.disclosure.families import merge_units
from warehouse.disclosure.solver import NotCertainError
from warehouse.register import Member
from warehouse.settings import Settings

WAVES = ("2024", "2025", "2026")
WHOLE = (True, True, True)
# A sector in which no mean of respondents is published.
NEVER = 10**6


def settings_of(quartile_organisations_min: int = NEVER) -> Settings:
    """Return the settings with another minimum for means of respondents."""
    settings = project_settings()
    policy = settings.disclosure.model_copy(
        update={"quartile_organisations_min": quartile_organisations_min}
    )
    return settings.model_copy(update={"disclosure": policy})


def block_of(wave_id: str, heads: Mapping[str, int], settings: Settings | None = None) -> Block:
    """Return a grade of organisations with these headcounts, ten answers each."""
    chosen = settings or settings_of()
    band_of = chosen.size_bands.band_of
    members = [Member(name, name, n, n, band_of(n), ()) for name, n in sorted(heads.items())]
    instrument = chosen.instrument_of(wave_id)
    [item] = [one for one in instrument.item if one.item_id == "grade"]
    size, counts = len(members), np.array([float(heads[one.organisation_id]) for one in members])
    means = np.arange(size) % 4 + 6.0
    return Block(
        frame=Frame(chosen.wave(wave_id), instrument, members, chosen),
        side="employee",
        item=item,
        kinds=np.array(["own"] * size, dtype=str),
        ids=np.array([one.organisation_id for one in members], dtype=str),
        bands=np.array([one.size_band_id for one in members], dtype=str),
        organisations=np.ones(size),
        headcounts=counts,
        log10_headcounts=np.log10(counts),
        n=np.full(size, 10.0),
        total=10 * means,
        squares=10 * means**2 + 9.0,
        shown_with=np.full(size, ""),
    )


def names(first: int, last: int, letter: str = "A") -> set[str]:
    """Return organisations by number, the last one included."""
    return {f"{letter}{number:02}" for number in range(first, last + 1)}


def chain_of(*waves: set[str]) -> list[Block]:
    """Return the blocks of consecutive waves; A employs 60 and more, B 120 and more."""
    base = {"A": 50, "B": 120}
    return [
        block_of(wave, {name: base[name[0]] + int(name[1:]) for name in there})
        for wave, there in zip(WAVES, waves, strict=False)
    ]


@pytest.mark.parametrize(
    ("waves", "shown"),
    [
        ([names(1, 12), names(1, 12)], [True]),
        ([names(1, 12), names(1, 11)], [False]),
        ([names(1, 12), names(1, 8)], [False]),
        ([names(1, 12), names(1, 7)], [True]),
        ([names(1, 12), names(1, 13)], [False]),
        ([names(1, 12), names(6, 17)], [True]),
        # Only four stayed: the sector without the joiners is these four.
        ([names(1, 9), names(6, 15)], [False]),
        # Six joined, and five of these six leave: the sixth is what is left.
        ([names(1, 10), names(1, 16), names(1, 11)], [True, False]),
        # The same six leave, or five others, or the six and five more.
        ([names(1, 10), names(1, 16), names(1, 10)], [True, True]),
        ([names(1, 12), names(1, 18), names(6, 18)], [True, True]),
        ([names(1, 15), names(1, 21), names(1, 10)], [True, True]),
        # The six and four more.
        ([names(1, 15), names(1, 21), names(1, 11)], [True, False]),
        # Without the first pair the second stands alone.
        ([names(1, 15), names(1, 16), names(1, 11)], [False, True]),
    ],
)
def test_by_hand(waves: list[set[str]], shown: list[bool]) -> None:
    assert decide(chain_of(*waves), WHOLE[: len(waves)]) == shown


def test_joiners_of_two_bands_are_not_told_apart_unless_others_leave() -> None:
    """Four of band A and one of band B joined; then the four leave, and another one of B."""
    start = names(1, 6) | names(1, 10, "B")
    joined = start | names(7, 10) | {"B11"}
    assert decide(chain_of(start, joined), WHOLE[:2]) == [True]
    left = joined - names(7, 10) - {"B01"}
    assert decide(chain_of(start, joined, left), WHOLE) == [True, False]


def exhaustive(chain: Sequence[Block]) -> list[bool]:
    """Return what everything tried in fractions says, where no respondents' mean is published."""
    found: list[bool] = []
    joined: list[set[str]] = []
    for earlier, later in itertools.pairwise(chain):
        before, after = (set(block.ids.tolist()) for block in (earlier, later))
        left, come = before - after, after - before
        enough = len(before & after) >= 5 and all(len(s) not in range(1, 5) for s in (left, come))
        shown = enough and is_open(earlier, [*joined, left]) and is_open(later, [come])
        joined = [come] if shown else []
        found.append(shown)
    return found


def is_open(block: Block, sets: Sequence[set[str]]) -> bool:
    """Return whether no combination of groups of bands and sets is about one to four."""
    groups = [set(block.ids[block.within(bands)].tolist()) for bands in organisation_groups(block)]
    classes: dict[tuple[int, ...], int] = {}
    for name in block.ids.tolist():
        key = tuple(int(name in members) for members in [*groups, *sets])
        classes[key] = classes.get(key, 0) + 1
    rows = [list(row) for row in zip(*classes, strict=True)]
    fewest = fewest_supported(rows, list(classes.values()))
    return fewest is None or fewest > 4


EVERYBODY = sorted(names(1, 14) | names(1, 10, "B"))
# A presence per wave: mostly there, so that leavers and joiners are neither nobody nor everybody.
PRESENCE = st.lists(
    st.tuples(*(st.sampled_from((True, True, False)),) * 3),
    min_size=len(EVERYBODY),
    max_size=len(EVERYBODY),
)


def chain_with(presence: Sequence[tuple[bool, ...]]) -> list[Block] | None:
    """Return the blocks in which these organisations are there; None where a wave has too few."""
    waves = [
        {name for name, there in zip(EVERYBODY, presence, strict=True) if there[place]}
        for place in range(3)
    ]
    return chain_of(*waves) if min(map(len, waves)) >= 5 else None


@given(PRESENCE)
def test_the_guard_is_exactly_as_strict_as_everything_tried(
    presence: list[tuple[bool, ...]],
) -> None:
    chain = chain_with(presence)
    if chain is not None:
        assert decide(chain, WHOLE) == exhaustive(chain)


@given(PRESENCE)
def test_a_wave_that_is_added_changes_no_pair_before(presence: list[tuple[bool, ...]]) -> None:
    chain = chain_with(presence)
    if chain is not None:
        assert decide(chain[:2], WHOLE[:2]) == decide(chain, WHOLE)[:1]


@given(st.randoms(use_true_random=False), st.integers(1, 5), st.integers(2, 8))
def test_guard_and_audit_agree_with_everything_tried(rng: object, groups: int, units: int) -> None:
    family, _ = random_family(rng, groups, units)  # type: ignore[arg-type]
    expected = fewest_supported(family.astype(int).tolist(), [1] * units)
    assert expected is not None
    classes = merge_units(family, np.ones(units, dtype=np.int64))
    for fewest in (2, 3, 5):
        assert is_proven(classes.membership, classes.sizes, fewest) == (expected >= fewest)
        assert fewest_about(family, fewest - 1) == min(expected, fewest)


def test_a_solver_that_is_not_certain_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(*_: object) -> None:
        raise NotCertainError("It took too long.")

    # All leavers and joiners are in classes of fewer than five, so the solver must be asked.
    waves = [names(1, 8) | names(1, 8, "B"), names(4, 11) | names(3, 10, "B")]
    assert decide(chain_of(*waves), WHOLE[:2]) == [True]
    monkeypatch.setattr(matched, "find_small_support", unsure)
    assert decide(chain_of(*waves), WHOLE[:2]) == [False]


@pytest.mark.parametrize(("odd", "shown"), [(0, True), (1, False)])
def test_a_mean_of_respondents_beside_the_joiners_gives_no_odd_headcount_away(
    odd: int, shown: bool
) -> None:
    """Who stayed employ 60 each, who joined 90; the one with 99 would stand alone.

    Take the mean of the joiners and that of the others out of the respondents' mean, each times
    its weight: only who weighs unlike the rest is left. Where headcounts vary, everybody is.
    """
    settings = settings_of(10)
    vary = 1 - odd
    stayed = {f"A{n:02}": 60 + vary * n for n in range(1, 15)}
    joined = {f"A{n:02}": 75 + vary * n for n in range(15, 20)} | {"A20": 99}
    chain = [block_of("2024", stayed, settings), block_of("2025", stayed | joined, settings)]
    for block in chain:
        assert list(matched.weighted_groups(block))
    assert decide(chain, WHOLE[:2]) == [shown]


def frames(*waves: str) -> list[Frame]:
    """Return the frames of released waves."""
    settings = project_settings()
    return [Frame(settings.wave(w), settings.instrument_of(w), [], settings) for w in waves]


@pytest.mark.parametrize(
    ("waves", "found"),
    [
        (("2023", "2024", "2025", "2026"), [True, True, True, True]),
        (("2024", "2025"), [True, True]),
        # 2025 was taken back, or 2024: what is left has no beginning.
        (("2024", "2026"), [True, False]),
        (("2025", "2026"), [False, False]),
        (("2023", "2025", "2026"), [True, False, False]),
    ],
)
def test_a_series_must_stand_in_the_release_from_its_beginning(
    waves: tuple[str, ...], found: list[bool]
) -> None:
    assert complete(frames(*waves)) == found


def test_nothing_is_shown_across_a_break_or_without_a_wave() -> None:
    there = dict.fromkeys(names(1, 12), 60)
    broken = [block_of("2023", there), block_of("2024", there), block_of("2025", there)]
    assert decide(broken, WHOLE) == [False, True]
    assert decide([broken[1], None, broken[2]], WHOLE) == [False, False]
    assert decide(broken[1:], (True, False)) == [False]


def test_who_rests_counts_as_gone() -> None:
    earlier, later = chain_of(names(1, 12), names(1, 12))
    kinds = np.where(np.isin(later.ids, ["A03", "A04"]), "rest", later.kinds)
    hidden = block_of("2025", dict.fromkeys(later.ids.tolist(), 60))
    hidden = Block(**{**vars(hidden), "kinds": kinds, "memory": {}})
    left, come = moved(earlier, hidden)
    assert earlier.ids[left].tolist() == ["A03", "A04"]
    assert not come.any()
