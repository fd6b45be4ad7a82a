"""Shifts of mentions between the rounds of a dialogue, in a release, against plain Python."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.end_to_end.test_change_reference import problems
from tests.reference.mentions import mentions
from tests.spoken import Talk, release_talk, talk

ASPECTS = ("workload", "trust", "work_environment", "influence_and_say", "flexibility", "")


def with_aspects(told: Talk, second: int, seed: int) -> Talk:
    """Return the talk with the coder's aspects, of which some people name others in round 2."""
    rng = random.Random(seed)
    first = [row | {"aspect_id": ASPECTS[int(row["antwoord_id"][-1])]} for row in told.answers]
    writers = sorted({row["deelnemer_id"]: row for row in told.ratings}.items())
    later = [
        row | {"ronde": 2, "antwoord_id": f"later-{place}", "tekst": "Meer tijd.", "tijd": place}
        | {"aspect_id": rng.choices(ASPECTS, (6, 1, 0, 2, 1, 1))[0]}
        for place, (_, row) in enumerate(rng.sample(writers, second))
    ]  # fmt: skip
    rows = ({k: v for k, v in row.items() if k != "waardering"} for row in [*first, *later])
    return replace(told, answers=tuple(rows))


@pytest.mark.parametrize(
    ("second", "published"), [(90, 5), (9, 0), (0, None)], ids=["many", "few", "nobody"]
)
def test_shifts_of_mentions_are_what_the_reference_says(
    tmp_path: Path, second: int, published: int | None
) -> None:
    told = with_aspects(talk(), second, 8)
    expected = mentions(told.answers, "dialoog_2024")
    found = release_talk(told, tmp_path).tables["dialogue_mention"]
    assert not problems(found, ("question_id", "aspect_id"), expected)
    shown = sum(row["status"] == "published" for row in expected.values())
    assert (shown if expected else None) == published
    if published:
        assert {"higher", "lower"} <= {row["verdict"] for row in expected.values()}
