"""A long export, a row per answer, gives the facts of the wide one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.etl.builders import HEADERS, World, instrument, rows_of, write
from warehouse.instrument import Instrument

KEYS = ("respondent_id", "organisatie_id", "rol")


def long_instrument() -> Instrument:
    """Return the small instrument for exports with a row per answer."""
    plain = instrument()
    columns = plain.columns.model_dump() | {"item": "vraag", "answer": "antwoord"}
    return Instrument.model_validate(plain.model_dump() | {"columns": columns})


def long_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a CSV with a line per answer, respondents interleaved as answers come in."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([*KEYS, "vraag", "antwoord"])
    for name in HEADERS[len(KEYS) :]:
        for row in rows:
            if row.get(name):
                writer.writerow([*(row[key] for key in KEYS), name, row[name]])
    return out.getvalue()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world with a long questionnaire."""
    made = World(tmp_path)
    made.instrument = long_instrument()
    return made


def bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return facts without the number of their row, sorted by respondent."""
    left = [{k: v for k, v in row.items() if k != "row_number"} for row in rows]
    return sorted(left, key=lambda row: str(row["respondent_id"]))


def test_long_and_wide_give_the_same_facts(world: World, tmp_path: Path) -> None:
    rows = [
        row | {"cijfer": f"{n % 9 + 1}", "a": "ja" if n % 2 else "nee", "uit": f"zin; {n}"}
        for n, row in enumerate(rows_of(12))
    ]
    report = world.load(write(tmp_path / "long.csv", long_text(rows)))
    assert (report.outcome, report.delivery.row_count) == ("landed", 12), report.delivery.reason
    other = World(tmp_path / "wide")
    wide = other.load(write(tmp_path / "wide.csv", quoted_csv(rows)))
    assert bare(world.facts(report)) == bare(other.facts(wide))


def quoted_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a wide CSV, cells quoted where they must be."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADERS, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_a_fault_names_the_line_in_which_the_respondent_begins(
    world: World, tmp_path: Path
) -> None:
    rows = rows_of(20)
    rows[4]["cijfer"] = "11"
    report = world.load(write(tmp_path / "long.csv", long_text(rows)))
    assert [(r["row_number"], r["column_name"], r["rule"]) for r in world.refused(report)] == [
        (6, "cijfer", "off_scale")
    ]


def test_an_item_nobody_answered_is_missing(world: World, tmp_path: Path) -> None:
    report = world.load(write(tmp_path / "long.csv", long_text(rows_of(5))))
    assert {row["obstacle"] for row in world.facts(report)} == {None}


def test_two_answers_to_one_item_are_refused_with_the_place(world: World, tmp_path: Path) -> None:
    text = long_text(rows_of(5)) + "R1;ORG1;medewerker;cijfer;3\n"
    report = world.load(write(tmp_path / "long.csv", text))
    assert report.outcome == "refused"
    assert "row 12: this respondent answered this item before" in str(report.delivery.reason)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("vraag", "question", "'vraag'"),
        ("cijfer", "mark", "no item of the instrument occurs"),
    ],
)
def test_what_is_missing_is_named(
    world: World, tmp_path: Path, old: str, new: str, said: str
) -> None:
    rows = [{k: v for k, v in row.items() if k != "mening"} for row in rows_of(5)]
    report = world.load(write(tmp_path / "long.csv", long_text(rows).replace(old, new)))
    assert report.outcome == "refused"
    assert said in str(report.delivery.reason)


def test_a_column_may_be_a_pattern(tmp_path: Path) -> None:
    world = World(tmp_path)
    plain = instrument().model_dump()
    plain["item"][0]["column"] = "/^CIJ.*r$/"
    world.instrument = Instrument.model_validate(plain)
    assert world.offer(rows_of(3)).outcome == "landed"
    plain["item"][0]["column"] = "/^./"
    world.instrument = Instrument.model_validate(plain)
    assert "10 columns fit" in str(world.offer(rows_of(4)).delivery.reason)
    plain["item"][0]["column"] = "/(/"
    with pytest.raises(ValueError, match="no pattern"):
        Instrument.model_validate(plain)
