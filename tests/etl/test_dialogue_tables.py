"""The dialogue through intake and analysis: real conversations, the oracle, and small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.target import Spoken as Heard
from tests import dialogue_reference as reference
from tests.etl.builders import World
from tests.etl.test_dialogue import CONVERSATIONS, POLIS, rows_of
from tests.shared_data import shared
from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.test_dialogue import COUNTS
from warehouse.benchmark.dialogue import Spoken, spoken_rows
from warehouse.benchmark.dialogue_shown import Ratings, shift_status, spread_statuses, statuses
from warehouse.dialogue import Dialogue
from warehouse.dialogue_totals import SPOKEN_SCHEMA, spoken_totals
from warehouse.ledger import open_ledger
from warehouse.settings import load_settings, read_toml

SETTINGS = load_settings(Path(__file__).resolve().parents[2] / "config")
POLICY = SETTINGS.disclosure
QUESTION = "dialoog_2024:V1"
Row = dict[str, object]


def loaded(world: World, tmp_path: Path, name: str) -> pl.DataFrame:
    """Return the totals of a real conversation, loaded from its own files."""
    polis = read_toml(POLIS, Dialogue)
    for part, file in (("answers", "comments.csv"), ("ratings", "votes.csv")):
        world.instrument = Heard(polis, part)  # type: ignore[arg-type]
        world.load(shared("data", "polis", name, file))
    settings = SETTINGS.model_copy(update={"dialogues": {"polis": polis}})
    world.settings = settings
    with open_ledger(world.store) as ledger:
        return spoken_totals(ledger, "2026", settings)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_real_conversation_is_ordered_as_boring_python_orders_it(
    world: World, tmp_path: Path, name: str
) -> None:
    totals = loaded(world, tmp_path, name)
    rows = spoken_rows(Spoken("2026", totals), world.settings)["dialogue_answer"]
    folder = shared("data", "polis", name)
    authors = {row["comment-id"]: row["author-id"] for row in rows_of(folder / "comments.csv")}
    votes = reference.last_votes(rows_of(folder / "votes.csv"), authors)
    # −1, 0, 1 are the ends and the middle of −3 … +3; ten votes that are not all alike.
    rated = {key: [3 * v for v in given] for key, given in votes.items()}
    rated = {key: given for key, given in rated.items() if len(given) >= 10 and len(set(given)) > 1}
    expected = reference.supports(rated)
    ranking = sorted(expected, key=lambda key: -expected[key][1])

    shown = [row for row in rows if row["rater_side"] == "employee"]
    assert len(shown) == len(ranking) > 10
    assert [row["rating_count"] for row in shown] == [len(rated[key]) for key in ranking]
    for column, part in (("support", 0), ("support_low", 1)):
        found = [row[column] for row in shown]
        assert found == close([expected[key][part] for key in ranking], abs=1e-9)
    for row, key in zip(shown, ranking, strict=True):
        counts = [votes[key].count(vote) for vote in (-1, 0, 1)]
        if len(rated[key]) < 20:
            assert row["spread_status"] == "withheld_small"
            continue
        assert row["consensus"] == close(reference.agreement(counts), abs=1e-9)
        variance = sum((x - reference.mean(rated[key])) ** 2 for x in rated[key])
        assert row["polarisation"] == close(variance / len(rated[key]) / 9, abs=1e-9)


def test_the_reference_is_the_oracle() -> None:
    """Answers a to g of the specification, in the boring implementation too."""
    names = "abcdef"
    rated = {name: expanded(counts) for name, counts in zip(names, COUNTS, strict=False)}
    found = reference.supports(rated)
    support = [1.4415799915, 1.9898801364, 0.0808902136, 0.1071857993, 1.5932172781, -1.0226526513]
    assert [found[name][0] for name in names] == close(support, abs=1e-9)
    low = {name: found[name][1] for name in "abe"}
    assert low == close({"a": 0.9690238904, "b": 0.9634171041, "e": 0.2246731243}, abs=1e-9)
    assert [reference.agreement(COUNTS[place]) for place in (0, 2, 3)] == close(
        [0.6333333333, -0.7444444444, 0.3518518519], abs=1e-9
    )


def expanded(counts: Sequence[int]) -> list[float]:
    """Return counts of −3 … +3 as ratings."""
    return [float(x) for x, n in zip(range(-3, 4), counts, strict=True) for _ in range(n)]


def totals_of(*answers: dict[tuple[str, str], Sequence[int]]) -> pl.DataFrame:
    """Return frozen totals of answers A, B, …: ratings by (side, stage)."""
    rows = [
        {"part": "rating", "question_id": QUESTION, "answer_id": name, "side": side}
        | {"stage": stage, "n": sum(counts), "counts": list(counts)}
        for name, answer in zip("ABCDEFGH", answers, strict=False)
        for (side, stage), counts in answer.items()
    ]
    return pl.DataFrame(rows, schema=SPOKEN_SCHEMA, orient="row")


def answers_of(*answers: dict[tuple[str, str], Sequence[int]]) -> list[Row]:
    """Return the rows of `dialogue_answer` of these ratings."""
    return spoken_rows(Spoken("2024", totals_of(*answers)), SETTINGS)["dialogue_answer"]


def test_the_oracle_through_the_tables_without_what_is_too_small() -> None:
    rows = answers_of(*({("employee", "new"): counts} for counts in COUNTS))
    shown = {row["answer_id"]: row for row in rows if row["rater_side"] == "employee"}
    # Only a, c, d and f have ten ratings; b, e and g take no part in the parameters either.
    kept = [COUNTS[place] for place in (0, 2, 3, 5)]
    rated = {str(place): expanded(counts) for place, counts in enumerate(kept)}
    expected = sorted(reference.supports(rated).values(), key=lambda pair: -pair[1])
    assert [row["support"] for row in shown.values()] == close([s for s, _ in expected], abs=1e-9)
    assert [row["support_low"] for row in shown.values()] == close(
        [b for _, b in expected], abs=1e-9
    )
    assert [row["is_divided"] for row in shown.values()] == [False, False, True, False]


def ratings(employees: Sequence[int], hr: Sequence[int]) -> Ratings:
    """Return ratings of an answer, all new."""
    nobody = np.zeros(7)
    return Ratings(nobody, np.array(employees, dtype=float), nobody, np.array(hr, dtype=float))


WIDE_9 = (1, 1, 1, 1, 1, 2, 2)
WIDE_12 = (1, 1, 2, 2, 2, 2, 2)
WIDE_25 = (3, 3, 3, 4, 4, 4, 4)
ALIKE_12 = (0, 0, 0, 0, 0, 2, 10)
NOBODY = (0,) * 7


@pytest.mark.parametrize(
    ("employees", "hr", "expected"),
    [
        (WIDE_12, WIDE_9, "published withheld_small withheld_complement"),
        (WIDE_12, NOBODY, "published no_data published"),
        (WIDE_12, WIDE_12, "published published published"),
        (WIDE_9, WIDE_9, "withheld_small withheld_small published"),
        (WIDE_9, NOBODY, "withheld_small no_data withheld_small"),
        (ALIKE_12, WIDE_12, "withheld_homogeneous published withheld_complement"),
        (ALIKE_12, NOBODY, "withheld_homogeneous no_data withheld_homogeneous"),
        (NOBODY, NOBODY, "no_data no_data no_data"),
    ],
)
def test_which_scores_stand_beside_each_other(
    employees: Sequence[int], hr: Sequence[int], expected: str
) -> None:
    found = statuses(ratings(employees, hr), POLICY.persons_min, POLICY)
    assert " ".join(found[group] for group in ("employee", "hr", "total")) == expected


def test_a_spread_needs_more_raters_and_never_gives_away_the_other_side() -> None:
    both = ratings(WIDE_25, WIDE_12)
    shown = statuses(both, POLICY.persons_min, POLICY)
    assert set(shown.values()) == {"published"}
    found = spread_statuses(both, shown, POLICY)
    expected = {"employee": "published", "hr": "withheld_small", "total": "withheld_complement"}
    assert found == expected
    assert spread_statuses(ratings(WIDE_12, WIDE_12), shown, POLICY)["total"] == "published"


def test_a_shift_needs_ten_on_each_side_of_it() -> None:
    wide, few = np.array(WIDE_12, dtype=float), np.array(WIDE_9, dtype=float)
    nobody = np.zeros(7)
    assert shift_status(Ratings(wide, wide, nobody, nobody), "employee", "published", POLICY) == (
        "published"
    )
    assert shift_status(Ratings(wide, few, nobody, nobody), "employee", "published", POLICY) == (
        "withheld_small"
    )
    assert shift_status(Ratings(wide, wide, wide, wide), "total", "published", POLICY) == (
        "withheld_complement"
    )


def test_the_shift_between_rounds_by_hand() -> None:
    """Twelve who wrote rate 1 on average, fifteen who are new 2: statistics S22."""
    wrote = [0, 1, 1, 2, 3, 3, 2]
    new = [0, 0, 0, 2, 2, 5, 6]
    rows = answers_of(
        {("employee", "wrote"): wrote, ("employee", "new"): new},
        {("employee", "new"): WIDE_25},
    )
    row = next(r for r in rows if r["rater_side"] == "employee" and r.get("wrote_count") == 12)
    sigma2 = reference.within_variance(
        {"A": expanded(wrote) + expanded(new), "B": expanded(WIDE_25)}
    )
    means = [reference.mean(expanded(counts)) for counts in (wrote, new)]
    assert row["shift"] == close(means[1] - means[0])
    half = 1.959963984540054 * (sigma2 * (1 / 12 + 1 / 15)) ** 0.5
    assert [row["shift_low"], row["shift_high"]] == close(
        [row["shift"] - half, row["shift"] + half]
    )


def test_only_some_scales_have_a_place() -> None:
    dialogue = SETTINGS.dialogues["dialoog_2024"]
    changed = dialogue.model_dump() | {"rating": dialogue.rating.model_dump() | {"minimum": -2}}
    with pytest.raises(ValueError, match="from -3 to 3"):
        Dialogue.model_validate(changed)
