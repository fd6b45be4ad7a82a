"""Each rule: what breaks it, what is kept of the row, and what is not said aloud."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from etl.report import render_report
from tests.etl.builders import World, csv_text, good_rows, instrument, rows_of, write

BROKEN = [
    ("respondent_missing", "respondent_id", {"respondent_id": " \xa0"}),
    ("organisation_missing", "organisatie_id", {"organisatie_id": ""}),
    ("organisation_unknown", "organisatie_id", {"organisatie_id": "ORG9"}),
    ("side_unknown", "rol", {"rol": "directeur"}),
    ("side_unknown", "rol", {"rol": ""}),
    ("not_a_number_or_label", "cijfer", {"cijfer": "zeven"}),
    ("not_a_number_or_label", "cijfer", {"cijfer": "1e1"}),
    ("not_a_number_or_label", "cijfer", {"cijfer": "nan"}),
    ("not_a_number_or_label", "mening", {"mening": "eens"}),
    ("off_scale", "cijfer", {"cijfer": "10,5"}),
    ("off_scale", "cijfer", {"cijfer": "7,3"}),
    ("off_scale", "cijfer", {"cijfer": "-1"}),
    ("off_scale", "mening", {"mening": "9"}),
    ("off_scale", "cijfer", {"cijfer": "999999999"}),
    ("not_asked_of_side", "mening", {"rol": "hr-vertegenwoordiger", "mening": "mee eens"}),
    ("too_many_choices", "top", {"a": "ja", "b": "ja", "c": "1"}),
    ("no_answers", "", {"cijfer": "", "mening": "weet niet", "uit": "Toch iets"}),
]


@pytest.mark.parametrize(("rule", "column", "row"), BROKEN)
def test_a_broken_rule_is_kept_with_row_column_and_reason(
    world: World, rule: str, column: str, row: dict[str, str]
) -> None:
    report = world.offer(good_rows([{}, row]))
    assert report.outcome == "landed"
    assert report.rule_counts == {rule: 1}
    [kept] = world.refused(report)
    assert (kept["row_number"], kept["column_name"], kept["rule"]) == (3, column, rule)
    assert kept["value"] == row.get(column, "")
    assert kept["reason"].endswith(".")
    assert [found["row_number"] for found in world.facts(report)] == [2, *range(4, 24)]


def test_every_fault_of_a_row_is_kept(world: World) -> None:
    bad = {"organisatie_id": "", "cijfer": "x", "weg": "7"}
    report = world.offer(good_rows([bad]))
    assert report.rule_counts == {
        "not_a_number_or_label": 1,
        "off_scale": 1,
        "organisation_missing": 1,
    }
    assert report.delivery.refused_count == 1


def test_an_unanswered_item_of_the_other_side_is_no_fault(world: World) -> None:
    report = world.offer(rows_of(1, rol="hr-vertegenwoordiger", mening="weet niet"))
    assert [row["side"] for row in world.facts(report)] == ["hr"]


def test_the_last_usable_row_of_a_respondent_counts(world: World) -> None:
    same = [{"respondent_id": "D", "cijfer": mark} for mark in ("5", "6", "11")]
    report = world.offer(good_rows(same))
    assert [(row["row_number"], row["rule"]) for row in world.refused(report)] == [
        (2, "duplicate_respondent"),
        (4, "off_scale"),
    ]
    kept = [row for row in world.facts(report) if row["respondent_id"] == "D"]
    assert [(row["row_number"], row["grade"]) for row in kept] == [(3, 12)]


def test_the_same_id_in_another_organisation_is_another_person(world: World) -> None:
    rows = [{"respondent_id": "D"}, {"respondent_id": "D", "organisatie_id": "ORG2"}]
    assert world.offer(good_rows(rows)).rule_counts == {}


def test_a_respondent_of_another_delivery_is_refused(world: World) -> None:
    world.offer(rows_of(1), name="noord.csv")
    rows = rows_of(20, organisatie_id="ORG1")
    report = world.offer(rows, name="oost.csv")
    assert report.rule_counts == {"duplicate_in_other_delivery": 1}
    assert [row["row_number"] for row in world.refused(report)] == [2]


def test_a_correction_may_repeat_its_own_respondents(world: World) -> None:
    world.offer(rows_of(3), name="noord.csv")
    assert world.offer(rows_of(4), name="noord_v2.csv").rule_counts == {}


def test_another_wave_may_have_the_same_respondents(world: World) -> None:
    world.instrument = world.instrument.model_copy(update={"fixed_organisation": "X"})
    world.offer(rows_of(3), name="noord.csv")
    path = write(world.root / "z.csv", csv_text(rows_of(4)))
    assert world.load(path, wave_id="2025").rule_counts == {}


def test_empty_lines_are_no_rows(world: World) -> None:
    report = world.offer([*rows_of(3), *({},) * 5])
    assert (report.outcome, report.delivery.row_count) == ("landed", 3)


def test_a_header_alone_is_refused(world: World) -> None:
    report = world.offer([])
    assert "no rows" in str(report.delivery.reason)


def test_fixed_side_and_organisation_need_no_columns(world: World) -> None:
    columns = {"respondent": "respondent_id", "organisation": "none"}
    world.instrument = instrument(
        columns=columns, sides={}, fixed_side="employee", fixed_organisation="Fixed"
    )
    report = world.offer(rows_of(2, organisatie_id="ORG9", rol="directeur"))
    assert {(row["organisation_id"], row["side"]) for row in world.facts(report)} == {
        ("Fixed", "employee")
    }


def test_the_report_shows_the_place_but_nobodys_answer(world: World) -> None:
    secret = "Mijn baas Piet 4711"
    report = world.offer(good_rows([{"cijfer": secret}]), name="noord.csv")
    out = io.StringIO()
    Console(file=out, width=200).print(render_report(report))
    shown = out.getvalue()
    assert all(
        part in shown for part in ("noord.csv", "not_a_number_or_label", "cijfer", "xxxx xx")
    )
    assert not any(word in shown for word in (*secret.split(), "R1", "X1"))
    assert secret not in repr(report)
