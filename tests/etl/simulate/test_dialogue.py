"""The dialogue's files: who took part in which round, and what they rated."""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest

from etl.simulate import facts


@pytest.fixture(scope="module")
def tables(world):
    def read(name):
        path = world.directory / "inbox" / f"2024-dialoog-{name}.csv"
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))

    return {name: read(name) for name in ("antwoorden", "waarderingen", "getoond")}


def test_rounds_and_unique_participants(tables):
    first = {row["deelnemer_id"] for row in tables["antwoorden"] if row["ronde"] == "1"}
    newcomers = {row["deelnemer_id"] for row in tables["antwoorden"] if row["ronde"] == "2"}
    second = {row["deelnemer_id"] for row in tables["waarderingen"]}
    assert len(first | second) == facts.PILOT_EMPLOYEES + facts.PILOT_HR
    assert newcomers == second - first
    shares = [len(first - second), len(second - first), len(first & second)]
    measured = np.array(shares) / len(first | second)
    np.testing.assert_allclose(measured, facts.ROUND_SHARES, atol=0.06)


def test_everybody_rates_eight_different_answers_that_were_shown(tables):
    rated = {(row["deelnemer_id"], row["antwoord_id"]) for row in tables["waarderingen"]}
    shown = {(row["deelnemer_id"], row["antwoord_id"]) for row in tables["getoond"]}
    assert rated == shown
    assert len(rated) == len(tables["waarderingen"])
    assert set(Counter(person for person, _ in rated).values()) == {facts.RATINGS_PER_PERSON}


def test_answers_are_shown_equally_often_and_rated_by_tens(tables):
    counts = Counter(row["antwoord_id"] for row in tables["getoond"])
    assert len(counts) == facts.MERGED_ANSWERS
    assert min(counts.values()) >= 10
    assert max(counts.values()) - min(counts.values()) <= facts.MERGED_ANSWERS


def test_rating_shares_and_answers_that_differ(tables):
    ratings = Counter(int(row["waardering"]) for row in tables["waarderingen"])
    measured = np.array([ratings[rating] for rating in range(-3, 4)]) / ratings.total()
    np.testing.assert_allclose(measured, facts.RATING_SHARES, atol=0.005)
    by_answer: dict[str, list[int]] = {}
    for row in tables["waarderingen"]:
        by_answer.setdefault(row["antwoord_id"], []).append(int(row["waardering"]))
    means = [np.mean(values) for values in by_answer.values()]
    assert np.std(means) > 0.3
